"""`weakspot config show`: the settings in force, and where each comes from."""

import json
from dataclasses import fields
from enum import IntEnum
from typing import Any

import click

from weakspot.cli.options import scan_options, told
from weakspot.scan.settings import ScanSettings, key_of


@click.group("config")
def command() -> None:
    """Show the settings and where they come from."""


@command.command("show")
@click.argument("paths", nargs=-1)
@scan_options
def show(paths: tuple[str, ...], **options: Any) -> int:
    """Show every setting that a scan of PATHS would use, and where its value comes from."""
    said = told(options, paths)
    rows = [
        (_row(each.name, getattr(said.settings, each.name)), each.name)
        for each in fields(ScanSettings)
    ]
    width = min(max(len(text) for text, _ in rows), 60)
    for text, name in rows:
        click.echo(f"{text:<{width}}  # {said.settled.origin(name)}")
    return 0


def _row(name: str, value: Any) -> str:
    """Write a setting as a settings file would have it; one that is not set is a comment."""
    key = key_of(name)
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
