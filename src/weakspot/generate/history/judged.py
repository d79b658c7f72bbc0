"""Makes pairs of real functions out of fixes (`weakspot.dataset.fixes`) and clones of projects."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from weakspot.code.decode import decode
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.errors import DataError
from weakspot.core.example import UnitPair
from weakspot.core.unit import Unit
from weakspot.dataset.fixes import Fix
from weakspot.dataset.overlap import function_digests, is_reserved
from weakspot.generate.history.git import Blobs, Repository
from weakspot.generate.history.licence import licence_of

_MOST_BYTES = 1 << 20
_HINT = "`make clones` clones the projects that the fixes were read in"


def folder_of(project: str) -> str:
    """Return the name of the folder that holds the clone of ``owner/name``."""
    return project.replace("/", "+")


def pairs(fixes: Iterable[Fix], clones: Path) -> Iterator[UnitPair]:
    """Yield a pair for each fix, project by project; its origin is ``owner+name/path``.

    Left out are functions of several windows (the change could lie in one and the mark in another)
    or of a name that stands twice in the file, those whose text is the same before and after, and
    those that stand in a public test suite.

    Raises:
        DataError: a clone, a commit, a function or a marked line is missing.
        UsageError: git is missing, or a clone is no repository.
    """
    by_project: defaultdict[str, list[Fix]] = defaultdict(list)
    for fix in fixes:
        by_project[fix.project].append(fix)
    for project, ours in sorted(by_project.items()):
        with _opened(project, clones).blobs() as blobs:
            for fix in ours:
                if (pair := _pair(fix, blobs)) is not None:
                    yield pair


def licences(fixes: Iterable[Fix], clones: Path) -> dict[str, str]:
    """Return the licence of every project that fixes are from, as its newest state has it.

    Raises:
        DataError: a clone is missing, or its code must not be learnt from and passed on.
        UsageError: git is missing, or a clone is no repository.
    """
    found: dict[str, str] = {}
    for project in sorted({fix.project for fix in fixes}):
        found[project] = licence_of(_opened(project, clones))
        if not found[project]:
            raise DataError(f"{project} has no permissive licence that is known")
    return found


def _opened(project: str, clones: Path) -> Repository:
    clone = clones / folder_of(project)
    if not clone.is_dir():
        raise DataError(f"no clone of {project} in {clones}", hint=_HINT)
    return Repository(clone)


def _pair(fix: Fix, blobs: Blobs) -> UnitPair | None:
    weak, sound = (_function(fix, f"{fix.commit}{side}", blobs) for side in ("^", ""))
    if weak is None or sound is None or weak.text() == sound.text():
        return None
    lines = weak.lines_at(fix.lines)
    if not lines or not all(_within(mark, weak) for mark in fix.lines):
        raise DataError(f"{fix.project} {fix.path}: a marked line is not in {fix.name}")
    origin = f"{folder_of(fix.project)}/{fix.path}"
    return UnitPair(weak, sound, lines, fix.cwe, f"{fix.cwe}/{fix.title}", origin)


def _within(mark: int, unit: Unit) -> bool:
    return unit.span.start_line <= mark <= unit.span.end_line


def _function(fix: Fix, commit: str, blobs: Blobs) -> Unit | None:
    data = blobs.read(f"{commit}:{fix.path}", _MOST_BYTES)
    if data is None:
        said = f"{fix.project} has no {fix.path} of at most {_MOST_BYTES} bytes at {commit}"
        raise DataError(said, hint=_HINT)
    text = decode(data, fix.path).text
    named = [unit for unit in units_of(Source(fix.path, text)).units if unit.name == fix.name]
    if not named:
        raise DataError(f"{fix.project} {fix.path} has no {fix.name} at {commit}")
    if len(named) > 1:
        return None
    digest = function_digests(text).get(named[0].span.start_line)
    return None if digest is not None and is_reserved(digest) else named[0]
