"""A comparison as one self-contained HTML page: tables, a plot, weaknesses, agreement."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from weakspot.core.catalogue import related
from weakspot.evaluate.curves import by_cwe
from weakspot.evaluate.league import BUDGETS, Contest, Result, Standing, agreement
from weakspot.evaluate.measures import footnotes
from weakspot.evaluate.page import cell, shown
from weakspot.evaluate.plots import plot
from weakspot.evaluate.suites import Row, Verdict

_MEASURES = (
    ("pair_accuracy", "Pairs right"),
    ("both_flagged", "Both flagged"),
    ("precision", "Precision"),
    ("recall", "Recall"),
    ("f1", "F1"),
    ("false_alarms", "False alarms"),
    ("accuracy", "Accuracy"),
    ("balanced_accuracy", "Balanced"),
    ("cwe_right", "CWE right"),
    ("line_near", "Line ± 3"),
)
_FEW = 4  # points of a curve


def league_page(contests: Sequence[Contest]) -> str:
    """Return the page, suite by suite.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    template = files("weakspot.evaluate").joinpath("pages", "league.html").read_text("utf-8")
    environment = Environment(
        loader=DictLoader({"page": template}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page").render(
        suites=[_suite(one) for one in contests],
        titles=[title for _, title in _MEASURES],
        budgets=[f"{100 * budget:g} %" for budget in BUDGETS],
    )


def _suite(found: Contest) -> dict[str, Any]:
    answered = {one.name: one.result for one in found.standings if one.result is not None}
    weak = sum(row.is_weak for row in found.rows)
    verdicts = [one.answers.verdicts for one in answered.values()]
    return {
        "name": found.suite,
        "weak": weak,
        "sound": len(found.rows) - weak,
        "pairs": max((one.measures.pairs for one in answered.values()), default=0),
        "table": [_row(one, one.result) for one in found.standings if one.result is not None],
        "footnotes": footnotes({name: one.measures for name, one in answered.items()}),
        "silent": [(one.name, one.outcome.reason) for one in found.standings if not one.result],
        "plot": _recall_plot(answered),
        "base": found.base,
        "unit": found.unit,
        "names": list(answered),
        "heat": _heat(found.rows, verdicts),
        "agreement": [
            (name, [_shade(agreement(one.answers.verdicts, other)) for other in verdicts])
            for name, one in answered.items()
        ],
    }


def _row(one: Standing, result: Result) -> dict[str, Any]:
    notes = result.answers.notes
    return {
        "name": one.name,
        "version": result.answers.version,
        "cells": [cell(getattr(result.measures, field)) for field, _ in _MEASURES],
        "recalls": [shown(100 * result.curves.recall_at(budget), 1) for budget in BUDGETS],
        "ece": f"{result.curves.ece:.3f}",
        "p": f"{result.mcnemar_p:.3f}",
        "cpu": f"{one.outcome.cpu:.1f}",
        "wall": f"{one.outcome.wall:.1f}",
        "memory": f"{one.outcome.memory / 1e6:.0f}",
        "notes": ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in notes.items()),
    }


def _recall_plot(answered: Mapping[str, Result]) -> Markup:
    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], ":", color="grey", linewidth=1)
        for name, one in answered.items():
            points = list(zip(one.curves.alarms, one.curves.recall, strict=True))
            if len(points) < _FEW:  # no probabilities: one working point, and "flag everything"
                axes.plot([x for x, _ in points[:1]], [y for _, y in points[:1]], "o", label=name)
            else:
                axes.plot([x for x, _ in points], [y for _, y in points], label=name)
        axes.set(xlabel="sound rows flagged", ylabel="weak rows flagged", xlim=(-0.01, 1))

    return plot("Recall against false alarms", draw)


def _heat(
    rows: Sequence[Row], verdicts: Sequence[Mapping[str, Verdict]]
) -> list[tuple[str, int, list[Any]]]:
    """Return (CWE, weak rows, the share of them flagged by each detector)."""
    tables = [{row.cwe: row for row in by_cwe(rows, one, related)} for one in verdicts]
    if not tables:
        return []
    return [
        (cwe, row.weak, [_shade(table[cwe].flagged / table[cwe].weak) for table in tables])
        for cwe, row in tables[0].items()
    ]


def _shade(share: float) -> dict[str, Any]:
    return {"text": f"{100 * share:.0f}", "strength": round(0.75 * share, 3)}
