"""Our own model over snippets, by the command that benchmarks use: `weakspot predict`."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from weakspot import __version__
from weakspot.core.errors import WeakspotError
from weakspot.evaluate.costs import CHILDREN, now
from weakspot.evaluate.detector import Answers, Settings
from weakspot.evaluate.suites import Row, as_requests, verdicts_of

_ROWS_FAILED = 4  # the exit code where rows have an error in place of a verdict


@dataclass(frozen=True, slots=True)
class Ours:
    """The embedded model, or the model folder of the settings, at its own threshold.

    Every unit is judged, unless the settings ask for the first stage; the version says which.
    """

    name: str
    settings: Settings

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Judge the rows; raises WeakspotError with what the command says when it fails."""
        del train
        command = [sys.executable, "-P", "-m", "weakspot", "predict", "-"]
        if self.settings.model is not None:
            command += ["--model", self.settings.model]
        if self.settings.first_stage:
            command.append("--first-stage")
        before = now(CHILDREN)
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command, input=b"\n".join(as_requests(rows)), capture_output=True, check=False
        )
        if done.returncode not in (0, _ROWS_FAILED):
            raise WeakspotError(done.stderr.decode("utf-8", "replace").strip())
        cost = now(CHILDREN).since(before)
        stage = "first stage" if self.settings.first_stage else "every unit"
        verdicts = verdicts_of(done.stdout.decode("ascii").splitlines())
        return Answers(verdicts, f"{__version__} ({stage})", cost=cost)
