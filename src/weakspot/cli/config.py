"""`weakspot config show`: the settings in force, and where each comes from."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from enum import IntEnum
from typing import Any

import click

from weakspot.cli.options import scan_options, told
from weakspot.cli.outputs import STANDARD_OUTPUT, check_writable
from weakspot.core.errors import WeakspotError
from weakspot.scan.settings import ScanSettings, key_of


@click.group("config")
def command() -> None:
    """Show the settings and where they come from."""


@command.command("show")
@click.argument("paths", nargs=-1)
@scan_options
def show(paths: tuple[str, ...], **options: Any) -> int:
    """Show every setting that a scan of PATHS would use, and where its value comes from."""
    from weakspot.code.ignore import DEFAULT_EXCLUDES  # noqa: PLC0415 - not needed for --help

    check_writable(STANDARD_OUTPUT)
    said = told(options, paths)
    settings = said.settings
    model = _of_model(settings)
    if settings.exclude is None:
        settings = replace(settings, exclude=DEFAULT_EXCLUDES)
    rows = [
        (_row(each.name, getattr(settings, each.name), model), said.settled.origin(each.name))
        for each in fields(ScanSettings)
    ]
    width = min(max(len(text) for text, _ in rows), 60)
    for text, origin in rows:
        click.echo(f"{text:<{width}}  # {origin}")
    return 0


def _of_model(settings: ScanSettings) -> dict[str, float]:
    """Return the thresholds in force, by their fields; empty where the model cannot be opened."""
    from weakspot.scan.models import find_model  # noqa: PLC0415 - not needed for --help
    from weakspot.scan.pipeline import thresholds_in_force  # noqa: PLC0415 - as above

    try:
        found = thresholds_in_force(settings, find_model(settings.model).thresholds)
    except WeakspotError:
        return {}
    return {"threshold": found.default, "tests_threshold": found.tests}


def _row(name: str, value: Any, model: Mapping[str, float]) -> str:
    """Write a setting as a settings file would have it; one that is not set is a comment.

    Those of the model are comments, too: pasted, they would hold for the next model as well.
    """
    key = key_of(name)
    if value is None and name in model:
        return f"# {key} = {_text(model[name])} (the model's)"
    if name == "fail_on" and value is None:
        return f'{key} = "never"'
    if value is None or (name == "per_file_ignores" and not value):
        return f"# {key} is not set"
    return f"{key} = {_text(value)}"


def _text(value: Any) -> str:
    """Write a value as TOML would have it."""
    if isinstance(value, IntEnum):
        return f'"{value.name.lower()}"'
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        pairs = ", ".join(f"{_json(k)} = {_json(list(v))}" for k, v in value)
        return f"{{ {pairs} }}"
    if isinstance(value, tuple):
        return _json(list(value))
    return _json(value)


def _json(value: Any) -> str:
    # Escaped, characters beyond U+FFFF are pairs of surrogates, which TOML refuses.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
