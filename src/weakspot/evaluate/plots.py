"""Draws plots as inline SVG, for pages that load nothing."""

import io
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from weakspot.core.errors import MissingExtraError


def plot(title: str, draw: Callable[[Any], None]) -> Markup:
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
