"""Tells what changed since a commit, where files may lie in repositories inside repositories.

The repositories of what a user named are asked about the commit. One inside of these is asked
about the commit that the outer one remembers for it (a submodule); where none is remembered, all
of it is new.
"""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from weakspot.code.ignore import repository_root
from weakspot.core.errors import UsageError
from weakspot.scan.changes import ChangedLines, find_commit, find_submodule, working_changes
from weakspot.scan.repository import Repository, open_repository


@dataclass(frozen=True, slots=True)
class Since:
    """What changed, by file; `untold` says of other files why git cannot tell."""

    changed: dict[Path, ChangedLines] = field(default_factory=dict)
    untold: dict[Path, str] = field(default_factory=dict)


def changes_since(
    ref: str,
    folders: Iterable[Path],
    files: Iterable[Path],
    limit: int,
    explicit: Collection[Path] = (),
) -> Since:
    """Return what changed since `ref`, a reference of the repositories that `folders` lie in.

    `files` have no links on the way to them; those above `limit` bytes are not looked into. Those
    that git neither tracks nor ignores are new, and of the `explicit` ones those that it ignores.

    Raises:
        UsageError: no git, no repository, or no such `ref`.
    """
    asked = [open_repository(folder) for folder in folders]
    commits: dict[Path, str | None] = {one.top: find_commit(one, ref) for one in asked}
    since = Since()
    for root, group in _by_root(files).items():
        try:
            repository = open_repository(root)
            commit = _commit(repository, commits)
            since.changed.update(_changes(repository, commit, group, limit, explicit))
        except UsageError as error:
            if root in commits:
                raise
            reason = f"lies in a repository of its own, and {error.message}"
            since.untold.update(dict.fromkeys(group, reason))
    return since


def _by_root(files: Iterable[Path]) -> dict[Path, list[Path]]:
    roots: dict[Path, Path] = {}
    groups: dict[Path, list[Path]] = {}
    for file in files:
        if file.parent not in roots:
            roots[file.parent] = repository_root(file.parent)
        groups.setdefault(roots[file.parent], []).append(file)
    return groups


def _commit(repository: Repository, commits: dict[Path, str | None]) -> str | None:
    """Return the commit to compare a repository with, None where all of it is new."""
    if repository.top not in commits:
        outer = open_repository(repository.top.parent)
        commit = _commit(outer, commits)
        name = repository.top.relative_to(outer.top).as_posix()
        found = None if commit is None else find_submodule(outer, commit, name)
        commits[repository.top] = None if found is None else find_commit(repository, found)
    return commits[repository.top]


def _changes(
    repository: Repository,
    commit: str | None,
    files: Collection[Path],
    limit: int,
    explicit: Collection[Path],
) -> dict[Path, ChangedLines]:
    if commit is None:
        return {file: ChangedLines() for file in files}
    try:
        names = {file.relative_to(repository.top).as_posix(): file for file in files}
    except ValueError as error:
        raise UsageError(f"git looks for its files in {os.fspath(repository.top)!r}") from error
    told = sorted(name for name, file in names.items() if file in explicit)
    changes = working_changes(repository, commit, names, limit, told)
    return {names[name]: lines for name, lines in changes.items()}
