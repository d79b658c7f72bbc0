"""Reads the skeletons from their data files."""

import tomllib
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from weakspot.generate.skeleton import Skeleton


@cache
def flow_skeletons() -> tuple[Skeleton, ...]:
    """Return the skeletons that read an untrusted value."""
    return (*_read("skeletons_web.toml"), *_read("skeletons_jobs.toml"))


@cache
def local_skeletons() -> tuple[Skeleton, ...]:
    """Return the skeletons for statements that need no untrusted value."""
    return _read("skeletons_local.toml")


def _read(name: str) -> tuple[Skeleton, ...]:
    text = resources.files("weakspot.generate").joinpath("data", name).read_text("utf-8")
    found: dict[str, Skeleton] = {}
    for table in tomllib.loads(text)["skeleton"]:
        fields: dict[str, Any] = {key: _value(key, value) for key, value in table.items()}
        like = fields.pop("like", None)
        one = Skeleton(**fields) if like is None else replace(found[like], **fields)
        if one.id in found:
            raise ValueError(f"{name}: two skeletons have the id {one.id!r}")
        found[one.id] = one
    return tuple(found.values())


def _value(key: str, value: Any) -> Any:
    if key == "takes":
        return frozenset(value)
    if isinstance(value, list):
        return tuple(one.rstrip("\n") for one in value)
    return value.rstrip("\n") if isinstance(value, str) else value
