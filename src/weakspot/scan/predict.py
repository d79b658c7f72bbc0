"""Judges snippets of code one by one, for benchmarks: JSON lines in, JSON lines out.

Rows stream through worker processes; one that is broken, hangs or crashes costs that row. The
output keeps the order of the input: behind a slow row all answers wait in memory, at most for the
time that a row may take.
"""

import heapq
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from weakspot.core.errors import ReadError
from weakspot.core.score import Detector, UnitScore
from weakspot.core.unit import Unit
from weakspot.scan.analyse import Reader
from weakspot.scan.places import ranked
from weakspot.scan.protocol import Answer, Limits
from weakspot.scan.scoring import read_whole
from weakspot.scan.workers import Crew, Reply, Request

LONGEST_ROW = 16 << 20  # bytes


@dataclass(frozen=True, slots=True)
class PredictWork:
    """What the workers of `predict` are there to do; see `weakspot.scan.protocol.Work`.

    With `first_stage` a unit that it does not let pass counts as sound, as in a scan.
    """

    load: Callable[[], Detector]
    reader: Reader
    first_stage: bool = False

    def make(self) -> Callable[[bytes], Answer]:
        """Load the detector; called once in each worker."""
        detector = self.load()

        def work(request: bytes) -> Answer:
            row = judge(detector, self.reader, request, first_stage=self.first_stage)
            return Answer((json.dumps(row).encode("ascii"),))

        return work


def judge(detector: Detector, reader: Reader, code: bytes, *, first_stage: bool) -> dict[str, Any]:
    """Return the parts of a prediction that depend on the code alone."""
    try:
        file = reader("row.py", code)
    except ReadError as error:
        return {"error": error.message}
    passed = (unit for unit in file.units if not first_stage or detector.screen(unit))
    scored = [
        (read.unit, read.score) for unit in passed for read in read_whole(unit, detector.score)
    ]
    unread = list(file.reasons)
    if not scored:
        # What could not be read at all has no verdict; an empty text is sound.
        said: dict[str, Any] = {"probability": 0.0, "cwes": [], "lines": []}
        return said | {"abstained": bool(unread) and not file.units, "unread": unread}
    # Ties go to the unit that stands first.
    scored.sort(key=lambda pair: (-pair[1].probability, pair[0].span))
    best = scored[0][1]
    cwes: dict[str, float] = {}
    for _, score in scored:
        for evidence in score.cwes:
            cwes[evidence.cwe] = max(cwes.get(evidence.cwe, 0.0), evidence.probability)
    order = sorted(cwes.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "probability": best.probability,
        "cwes": [{"id": cwe, "probability": probability} for cwe, probability in order],
        "lines": _lines(scored),
        "abstained": best.abstained,
        "unread": unread,
    }


def _lines(scored: Iterable[tuple[Unit, UnitScore]]) -> list[int]:
    """Return source lines, the most suspicious first: those of the most suspicious unit lead."""
    lines: dict[int, None] = {}
    for unit, score in scored:
        evidence = score.cwes[0].lines if score.cwes else ()
        for index in ranked(evidence, len(unit.lines)):
            lines.setdefault(unit.lines[index].source_line)
    return list(lines)


def predict(
    rows: Iterable[bytes], work: PredictWork, threshold: float, jobs: int, limits: Limits
) -> Iterator[str]:
    """Yield one line of JSON for each row, in the order of the rows."""
    early: list[tuple[int, str]] = []
    following = 0
    made: list[tuple[int, str]] = []  # answers that need no worker
    names: dict[int, Any] = {}
    with Crew[int](work, jobs, limits) as crew:
        for reply in crew.run(_requests(rows, names, made)):
            for done in (*_drain(made), (reply.key, _answer(reply, names, threshold))):
                heapq.heappush(early, done)
            while early and early[0][0] == following:
                yield heapq.heappop(early)[1]
                following += 1
    for done in _drain(made):
        heapq.heappush(early, done)
    while early:
        yield heapq.heappop(early)[1]


def _drain(made: list[tuple[int, str]]) -> list[tuple[int, str]]:
    taken = made[:]
    made.clear()
    return taken


def _requests(
    rows: Iterable[bytes], names: dict[int, Any], made: list[tuple[int, str]]
) -> Iterator[Request[int]]:
    for number, line in enumerate(row for row in rows if row.strip()):
        name, code, problem = _row(line)
        if problem is not None:
            made.append((number, _failed(name, problem)))
            continue
        names[number] = name
        yield Request(number, code)


def _row(line: bytes) -> tuple[Any, bytes, str | None]:
    if len(line) > LONGEST_ROW:
        return None, b"", f"the row is longer than {LONGEST_ROW} bytes"
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return None, b"", f"not JSON: {error}"
    if not isinstance(row, dict):
        return None, b"", "not a JSON object"
    name = row.get("id")
    if "id" not in row or isinstance(name, dict | list):
        return None, b"", "the row has no 'id'"
    code = row.get("code")
    if not isinstance(code, str):
        return name, b"", "'code' is no string"
    return name, code.encode("utf-8", "surrogatepass"), None


def _answer(reply: Reply[int], names: dict[int, Any], threshold: float) -> str:
    name = names.pop(reply.key)
    if reply.reason is not None:
        return _failed(name, reply.reason)
    row = json.loads(reply.parts[0])
    if "error" in row:
        return _failed(name, row["error"])
    verdict = "vulnerable" if row["probability"] >= threshold else "secure"
    return _line({"id": name, "verdict": verdict, **row, "error": None})


def _failed(name: Any, problem: str) -> str:
    nothing = {"verdict": "secure", "probability": 0.0, "cwes": [], "lines": []}
    return _line({"id": name, **nothing, "abstained": True, "unread": [], "error": problem})


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=True) + "\n"
