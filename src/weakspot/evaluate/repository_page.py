"""Detectors on one unlabelled repository as a self-contained HTML page."""

from collections.abc import Mapping
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

from weakspot.evaluate.alarms import surest
from weakspot.evaluate.repository import Found, Size, answered, plain


def repository_page(title: str, found: Mapping[str, Found], size: Size) -> str:
    """Return the page: a table, who agrees with whom, and what each found alone."""
    template = files("weakspot.evaluate").joinpath("pages", "repository.html").read_text("utf-8")
    environment = Environment(
        loader=DictLoader({"page": template}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: "-" if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = answered(found)
    return environment.get_template("page").render(
        title=title,
        lines=size.lines,
        functions=sum(map(len, size.functions.values())),
        rows=plain(found, size),
        names=names,
        agrees={
            name: [
                len(found[name].run.alarms) if other == name else found[name].agrees[other]
                for other in names
            ]
            for name in names
        },
        alone={name: surest(one.alone) for name, one in found.items() if one.alone},
    )
