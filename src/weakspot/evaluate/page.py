"""The results of an evaluation as one self-contained HTML page with plots."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from weakspot.core.errors import MissingExtraError
from weakspot.evaluate.curves import Curves, by_cwe, confusion, curves
from weakspot.evaluate.measures import Figure, Measures
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
                "cells": [_cell(getattr(measured, field)) for field, _ in _MEASURES],
                "area": f"{found[name].average_precision:.3f}",
                "ece": f"{found[name].ece:.3f}",
            }
            for name, measured in one.measures.items()
        ],
        "plots": [_precision_recall(found), _reliability(found)],
        "by_cwe": {name: by_cwe(one.rows, said, related) for name, said in one.verdicts.items()},
        "confusions": {
            name: confusion(one.rows, said).most_common(_CONFUSIONS)
            for name, said in one.verdicts.items()
            if any(verdict.cwes for verdict in said.values())
        },
    }


def _cell(figure: Figure) -> str:
    if figure.value != figure.value:  # NaN: nothing was to be measured
        return "-"
    return f"{figure.value * 100:.1f} ({figure.low * 100:.0f}-{figure.high * 100:.0f})"


def _precision_recall(found: Mapping[str, Curves]) -> Markup:
    def draw(axes: Any) -> None:
        for name, one in found.items():
            style = "o" if len(one.recall) < 3 else "-"
            axes.plot(one.recall, one.precision, style, label=name)
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))

    return _plot("Precision and recall", draw)


def _reliability(found: Mapping[str, Curves]) -> Markup:
    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], ":", color="grey")
        for name, one in found.items():
            axes.plot(
                [at for at, _, _ in one.bins], [share for _, share, _ in one.bins], "o-", label=name
            )
        axes.set(xlabel="probability", ylabel="share of weak rows", xlim=(0, 1), ylim=(0, 1.02))

    return _plot("Reliability", draw)


def _plot(title: str, draw: Callable[[Any], None]) -> Markup:
    """Return a plot as inline SVG; the same figures give the same bytes."""
    try:
        import matplotlib as mpl  # noqa: PLC0415  only the page needs it
        from matplotlib.figure import Figure as Canvas  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise MissingExtraError("evaluate", "drawing plots") from error
    settings: Any = {
        "svg.hashsalt": "weakspot",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
    }
    with mpl.rc_context(settings):
        canvas = Canvas(figsize=(4.6, 3.6), layout="constrained")
        axes = canvas.add_subplot()
        draw(axes)
        axes.set_title(title)
        axes.grid(visible=True, alpha=0.3)
        axes.legend(fontsize=8)
        text = io.StringIO()
        canvas.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return Markup(svg[svg.index("<svg") :])  # noqa: S704  drawn by the library from numbers
