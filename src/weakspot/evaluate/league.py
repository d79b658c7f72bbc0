"""Sets any detectors side by side on labelled suites: who is right where, and at what cost."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from weakspot.core.catalogue import related
from weakspot.evaluate.compare import mcnemar, unit_of
from weakspot.evaluate.curves import Curves, curves
from weakspot.evaluate.detector import DEAR, MODELS, Answers, Settings, detector
from weakspot.evaluate.isolate import Outcome, run
from weakspot.evaluate.measures import Measures, measure
from weakspot.evaluate.suites import Row, Verdict
from weakspot.model.base import base_digests

BUDGETS = (0.005, 0.01, 0.02)  # shares of sound rows flagged at which recall is told


@dataclass(frozen=True, slots=True)
class Result:
    """What a detector that answered is worth; `mcnemar_p` is against the contest's `base`."""

    answers: Answers
    measures: Measures
    curves: Curves
    mcnemar_p: float


@dataclass(frozen=True, slots=True)
class Standing:
    """One detector on one suite; without a result, the outcome has the reason."""

    name: str
    outcome: Outcome
    result: Result | None


@dataclass(frozen=True, slots=True)
class Contest:
    """One suite and how every detector did on it.

    McNemar's test compares with `base`, the first detector that answered (empty: none did), by
    `unit`: pairs or rows.
    """

    suite: str
    rows: Sequence[Row]
    standings: tuple[Standing, ...]
    base: str
    unit: str


def contests(
    suites: Mapping[str, Sequence[Row]],
    train: Sequence[Row],
    names: Sequence[str],
    settings: Settings,
    limit: float,
    say: Callable[[str], None],
) -> tuple[Contest, ...]:
    """Let every detector judge the rows of every suite, in at most `limit` seconds a run.

    A detector that is dear to run judges all suites in one run, whose costs stand with each of
    them; its answers are kept in the work folder and taken from there when detector, settings and
    rows are the same. A detector that fails has a reason and no measures.
    """
    found: dict[str, dict[str, Outcome]] = {suite: {} for suite in suites}
    for name in dict.fromkeys(names):
        if name in DEAR:
            outcomes = _together(name, suites, train, settings, limit)
        else:
            outcomes = {
                suite: run(detector(name, settings), rows, train, limit)
                for suite, rows in suites.items()
            }
        for suite, outcome in outcomes.items():
            found[suite][name] = outcome
            say(f"{suite}: {name}: {outcome.reason or f'{outcome.wall:.1f} s'}")
    return tuple(_contest(suite, rows, found[suite]) for suite, rows in suites.items())


def _contest(suite: str, rows: Sequence[Row], outcomes: Mapping[str, Outcome]) -> Contest:
    answered = {name: one.answers.verdicts for name, one in outcomes.items() if one.answers}
    base = next(iter(answered), "")
    first = answered.get(base, {})
    return Contest(
        suite,
        rows,
        tuple(
            Standing(name, one, _result(rows, one.answers, first) if one.answers else None)
            for name, one in outcomes.items()
        ),
        base,
        unit_of(rows),
    )


def _result(rows: Sequence[Row], answers: Answers, base: Mapping[str, Verdict]) -> Result:
    said = answers.verdicts
    measured = measure(rows, said, related)
    if measured.unjudged:
        notes = {**answers.notes, "without_verdict": measured.unjudged}
        answers = replace(answers, notes=notes)
    return Result(answers, measured, curves(rows, said), mcnemar(rows, base, said)[2])


def agreement(one: Mapping[str, Verdict], other: Mapping[str, Verdict]) -> float:
    """Return the share of rows on which two detectors give the same verdict."""
    both = one.keys() & other.keys()
    return sum(one[name].is_weak == other[name].is_weak for name in both) / max(1, len(both))


def plain(found: Contest) -> list[dict[str, Any]]:
    """Return a contest as rows of plain values: shares with intervals, recall at budgets, costs."""
    rows = []
    for one in found.standings:
        row: dict[str, Any] = {"suite": found.suite, "detector": one.name, "version": ""}
        if one.result is not None:
            row["version"] = one.result.answers.version
            row |= asdict(one.result.measures)
            for budget in BUDGETS:
                row[f"recall_at_{budget:g}"] = one.result.curves.recall_at(budget)
            row["average_precision"] = one.result.curves.average_precision
            row["calibration_error"] = one.result.curves.ece
            row["mcnemar_p"] = one.result.mcnemar_p
            row["mcnemar_base"], row["mcnemar_unit"] = found.base, found.unit
        row["cpu_seconds"] = round(one.outcome.cpu, 2)
        row["wall_seconds"] = round(one.outcome.wall, 2)
        row["peak_megabytes"] = round(one.outcome.memory / 1e6)
        row["notes"] = {} if one.result is None else dict(one.result.answers.notes)
        row["reason"] = one.outcome.reason
        rows.append(row)
    return rows


def _together(
    name: str,
    suites: Mapping[str, Sequence[Row]],
    train: Sequence[Row],
    settings: Settings,
    limit: float,
) -> dict[str, Outcome]:
    """Judge all suites in one run and part the verdicts again."""
    place = {
        f"{number}/{row.id}": (suite, row)
        for number, (suite, rows) in enumerate(suites.items())
        for row in rows
    }
    union = [replace(row, id=key) for key, (_, row) in place.items()]
    outcome = _kept(name, union, train, settings, limit)
    parts: dict[str, dict[str, Verdict]] = {suite: {} for suite in suites}
    if outcome.answers is None:
        return dict.fromkeys(suites, outcome)
    for key, verdict in outcome.answers.verdicts.items():
        suite, row = place[key]
        parts[suite][row.id] = verdict
    return {
        suite: replace(outcome, answers=replace(outcome.answers, verdicts=verdicts))
        for suite, verdicts in parts.items()
    }


def _kept(
    name: str, rows: Sequence[Row], train: Sequence[Row], settings: Settings, limit: float
) -> Outcome:
    """Take the answers to the same question from the work folder, or ask and keep them."""
    uses = [_content(field, getattr(settings, field)) for field in DEAR[name]]
    known = json.dumps([name, *uses, *map(str, rows), "", *map(str, train)])
    digest = hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    path = settings.work / f"{name}-{digest}.json"
    if path.exists():
        return _read(path)
    outcome = run(detector(name, settings), rows, train, limit)
    if outcome.answers is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(outcome)), "utf-8")
        part.replace(path)
    return outcome


def _content(field: str, setting: Any) -> str:
    """Return a setting as text; of a file and of a model's folder, with what stands in it."""
    if isinstance(setting, Path) and setting.is_file():
        return setting.read_text("utf-8")
    digests = base_digests(setting) if field in MODELS and setting is not None else {}
    return f"{setting} {json.dumps(digests)}" if digests else str(setting)


def _read(path: Path) -> Outcome:
    found = json.loads(path.read_text("utf-8"))
    answers = found.pop("answers")
    verdicts = {
        name: Verdict(one["is_weak"], one["probability"], tuple(one["cwes"]), tuple(one["lines"]))
        for name, one in answers.pop("verdicts").items()
    }
    return Outcome(Answers(verdicts, **answers), **found)
