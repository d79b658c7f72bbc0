"""Static tools as their users run them, over snippets in files of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.core.errors import UsageError, WeakspotError
from weakspot.evaluate.compare import judge
from weakspot.evaluate.costs import Cost
from weakspot.evaluate.detector import Answers, Settings
from weakspot.evaluate.suites import Row
from weakspot.evaluate.tools import tools


@dataclass(frozen=True, slots=True)
class Static:
    """One of the tools of `weakspot.evaluate.tools`; any alarm calls a row weak."""

    name: str
    settings: Settings

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Run the tool; raises WeakspotError when it is missing, fails or needs rules."""
        del train
        found = tools(self.settings.semgrep_rules)
        if self.name not in found:
            raise UsageError(f"{self.name} has no rules of its own", hint="give --semgrep-rules")
        verdicts, run = judge(found[self.name], rows, self.settings.limit)
        if run.reason:
            raise WeakspotError(run.reason)
        return Answers(verdicts, run.version, cost=Cost(run.cpu, run.wall, run.memory))
