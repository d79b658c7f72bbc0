"""A detector that looks for words, so that tests know what it will say; importable by workers."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence

from weakspot.code.parse import NO_MEMORY
from weakspot.code.project import ProjectFile
from weakspot.core.report import ModelIdentity
from weakspot.core.score import CweEvidence, Thresholds, UnitScore
from weakspot.core.unit import Unit
from weakspot.scan.analyse import FileUnits
from weakspot.scan.pipeline import Model
from weakspot.scan.protocol import Answer
from weakspot.scan.sources import read_units

# word in a normalised line: (CWE, probability)
WORDS = {
    "os.system": ("CWE-78", 0.9),
    "shell=True": ("CWE-78", 0.8),
    "eval(": ("CWE-95", 0.85),
    "exec(": ("CWE-94", 0.7),
    "md5": ("CWE-327", 0.6),
    "password": ("CWE-798", 0.55),
}
IDENTITY = ModelIdentity("fake", "1", "f" * 64)
THRESHOLDS = Thresholds(default=0.5, tests=0.75)
LABELS = ("CWE-20", "CWE-89", *sorted({cwe for cwe, _ in WORDS.values()}))


class WordDetector:
    """Finds the words; the words CRASH, HANG, STARVE and RAISE do what they say."""

    identity = IDENTITY
    thresholds = THRESHOLDS

    def screen(self, unit: Unit) -> bool:
        return "SKIP" not in unit.text()

    def score(self, unit: Unit) -> UnitScore:
        text = unit.text()
        misbehave(text)
        found: dict[str, float] = {}
        for word, (cwe, probability) in WORDS.items():
            if word in text:
                found[cwe] = max(found.get(cwe, 0.0), probability)
        cwes = tuple(
            CweEvidence(cwe, probability, tuple(_line(line.text, cwe) for line in unit.lines))
            for cwe, probability in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        )
        top = cwes[0].probability if cwes else 0.002
        return UnitScore(top, cwes or (CweEvidence("CWE-20", 0.002, ()),))


def _line(text: str, cwe: str) -> float:
    return max(
        (p for word, (name, p) in WORDS.items() if name == cwe and word in text), default=0.0
    )


def misbehave(text: str) -> None:
    if "CRASH" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "HANG" in text:
        time.sleep(600)
    if "STARVE" in text:
        bytearray(1 << 40)
    if "RAISE" in text:
        raise RuntimeError("as the test asked")


def fragile(
    path: str,
    data: bytes,
    links: Mapping[str, str] | None = None,
    around: Sequence[ProjectFile] = (),
) -> FileUnits:
    """Read a file, and do what the words in its neighbours say."""
    for one in around:
        misbehave(one.data.decode())
    return read_units(path, data, links, around)


def short(
    path: str,
    data: bytes,
    links: Mapping[str, str] | None = None,
    around: Sequence[ProjectFile] = (),
) -> FileUnits:
    """Read nothing of a file, for want of memory."""
    return FileUnits("", (), (), (f"line 1 not parsed: {NO_MEMORY}",))


def load() -> WordDetector:
    return WordDetector()


def model() -> Model:
    return Model(IDENTITY, THRESHOLDS, load, LABELS)


class WhoWork:
    """Answers with the process that worked; takes a while, so that others can start."""

    def make(self) -> Callable[[bytes], Answer]:
        def work(_: bytes) -> Answer:
            time.sleep(0.05)
            return Answer((str(os.getpid()).encode(),))

        return work
