"""The results of an evaluation as one self-contained HTML page with plots."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from weakspot.evaluate.curves import Curves, by_cwe, confusion, curves
from weakspot.evaluate.measures import Figure, Measures, footnotes
from weakspot.evaluate.plots import plot
from weakspot.evaluate.suites import Row, Verdict

_MEASURES = (
    ("accuracy", "Accuracy"),
    ("pair_accuracy", "Pair accuracy"),
    ("both_flagged", "Both flagged"),
    ("precision", "Precision"),
    ("recall", "Recall"),
    ("f1", "F1"),
    ("specificity", "Specificity"),
    ("cwe_right", "CWE right"),
    ("line_first", "Line first"),
    ("line_right", "Line in 3"),
)
_CONFUSIONS = 15  # of CWEs that are listed


@dataclass(frozen=True, slots=True)
class Judged:
    """One suite with every detector's verdicts and measures."""

    name: str
    rows: Sequence[Row]
    verdicts: Mapping[str, Mapping[str, Verdict]]
    measures: Mapping[str, Measures]


def page(suites: Sequence[Judged], related: Callable[[str, str], bool]) -> str:
    """Return the page: a table, curves, a table per CWE and the confusions, suite by suite.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    template = files("weakspot.evaluate").joinpath("pages", "evaluation.html").read_text("utf-8")
    environment = Environment(
        loader=DictLoader({"page": template}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page").render(
        suites=[_suite(one, related) for one in suites],
        titles=[title for _, title in _MEASURES],
    )


def _suite(one: Judged, related: Callable[[str, str], bool]) -> dict[str, Any]:
    found = {name: curves(one.rows, said) for name, said in one.verdicts.items()}
    return {
        "name": one.name,
        "rows": len(one.rows),
        "pairs": next(iter(one.measures.values())).pairs,
        "table": [
            {
                "name": name,
                "cells": [cell(getattr(measured, field)) for field, _ in _MEASURES],
                "area": shown(found[name].average_precision),
                "ece": shown(found[name].ece),
            }
            for name, measured in one.measures.items()
        ],
        "footnotes": footnotes(one.measures),
        "plots": [_precision_recall(found), _reliability(found)],
        "by_cwe": {name: by_cwe(one.rows, said, related) for name, said in one.verdicts.items()},
        "confusions": {
            name: confusion(one.rows, said).most_common(_CONFUSIONS)
            for name, said in one.verdicts.items()
            if any(verdict.cwes for verdict in said.values())
        },
    }


def shown(value: float, digits: int = 3) -> str:
    """Return a number, `-` for NaN: nothing was to be measured."""
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def cell(figure: Figure) -> str:
    """Return a share in per cent with its interval, `-` where there is none."""
    if math.isnan(figure.value):
        return "-"
    return f"{figure.value * 100:.1f} ({figure.low * 100:.0f}-{figure.high * 100:.0f})"


def _precision_recall(found: Mapping[str, Curves]) -> Markup:
    def draw(axes: Any) -> None:
        for name, one in found.items():
            style = "o" if len(one.recall) < 3 else "-"
            axes.plot(one.recall, one.precision, style, label=name)
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))

    return plot("Precision and recall", draw)


def _reliability(found: Mapping[str, Curves]) -> Markup:
    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], ":", color="grey")
        for name, one in found.items():
            axes.plot(
                [at for at, _, _ in one.bins], [share for _, share, _ in one.bins], "o-", label=name
            )
        axes.set(xlabel="probability", ylabel="share of weak rows", xlim=(0, 1), ylim=(0, 1.02))

    return plot("Reliability", draw)
