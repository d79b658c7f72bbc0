"""Where the modules of a project lie, told from its paths alone.

Python asks a search path that only the installed project has. Here an absolute import is looked for
in this order; the first place that holds a file counts:

1. In the folder of the importing file and those above it, the nearest first, as far as they are no
   packages: packages beside a script, and whatever stands at the top.
2. In the roots that packages elsewhere show: the folder above the topmost one with an
   `__init__.py`, or a folder that is called as roots are (`src`). A module of the standard library
   is nowhere else. Of several roots that hold the name the one counts that shares the most leading
   folders with the importer, and none where two share as many. What lies below tests or examples
   is not seen from outside of them.

A package in folders without an `__init__.py` (a namespace) is known by its name below a `src`, and
elsewhere by that of each of the last few folders, for nothing says where the name begins.
"""

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

_ROOTS = frozenset({"src", "lib", "python"})
_APART = frozenset({"test", "tests", "example", "examples", "doc", "docs"})
_MOST_NAMES = 4  # of a dotted name, that one package may need (`google.cloud.storage`)
_KEPT = 4096  # answers at hand, for files of one folder import the same
_KEPT_FOLDERS = 4
_INIT = "__init__.py"

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    """What is known of a folder, by itself and those above it.

    `root` is the nearest of these that is called as roots are; `apart` the nearest one of tests or
    examples, "" where there is none.
    """

    is_in_package: bool = False
    root: str | None = None
    apart: str = ""


class Layout:
    """The modules of a project; made once for all of its imports, in linear time.

    `paths` are those of its files. `package` is the dotted name of the package whose own folder
    they are relative to, in parts: a project may be scanned from inside of a package.
    """

    def __init__(self, paths: Collection[str], package: Sequence[str] = ()) -> None:
        self._above = "".join(f"{name}/" for name in package)
        self._files = frozenset(f"{self._above}{path}" for path in paths)
        self._packages = {_parent(path) for path in self._files if path.endswith(f"/{_INIT}")}
        self._packages |= {"/".join(package[: at + 1]) for at in range(len(package))}
        if _INIT in self._files:
            self._packages.add("")
        found: defaultdict[tuple[str, str], set[Parts]] = defaultdict(set)
        for apart, name, root in self._top_level():
            found[apart, name].add(_parts(root))
        self._roots = {key: sorted(roots) for key, roots in found.items()}
        self._names = {name.removesuffix(".py") for path in self._files for name in path.split("/")}
        # Files come folder by folder, and a deep one has many above it: few are kept.
        self._beginnings = lru_cache(_KEPT_FOLDERS)(self._beginnings_of)
        self._root = lru_cache(_KEPT)(self._root_of)

    def find(self, module: str, importer: str) -> str | None:
        """Return the file of a module as the file at `importer` names it; None where none is.

        Relative names have their dots in front.
        """
        name = module.lstrip(".")
        folder = _parent(f"{self._above}{importer}")
        if dots := len(module) - len(name):
            place = self._relative(name, dots, folder)
        else:
            place = self._absolute(name, folder)
        return None if place is None else place.removeprefix(self._above)

    def _relative(self, name: str, dots: int, folder: str) -> str | None:
        for _ in range(dots - 1):
            if not folder:
                return None  # it lies above all that is known
            folder = _parent(folder)
        return self._file(folder, name)

    def _absolute(self, name: str, folder: str) -> str | None:
        names = name.split(".", _MOST_NAMES)[:_MOST_NAMES]
        if names[0] not in self._names:
            return None
        for one in self._beginnings(folder):
            if place := self._file(one, name):
                return place
        if names[0] in sys.stdlib_module_names:
            return None
        for count in range(len(names), 0, -1):
            root = self._root("/".join(names[:count]), folder)
            if root is not None and (place := self._file(root, name)):
                return place
        return None

    def _beginnings_of(self, folder: str) -> tuple[str, ...]:
        """Return a folder and those above it, as far as absolute names may begin there."""
        folders = [folder]
        while folder:
            folder = _parent(folder)
            folders.append(folder)
        return tuple(one for one in folders if one not in self._packages)

    def _root_of(self, top: str, folder: str) -> str | None:
        """Return the root that names beginning with `top` have for files of a folder."""
        parts = _parts(folder)
        keys = ((apart, top) for apart in _aparts(parts))
        roots = next((self._roots[key] for key in keys if key in self._roots), ())
        root = _nearest(roots, parts)
        return None if root is None else "/".join(root)

    def _file(self, folder: str, name: str) -> str | None:
        stem = _join(folder, name.replace(".", "/"))
        places = (f"{stem}.py", f"{stem}/{_INIT}")
        return next((place for place in places if place in self._files), None)

    def _top_level(self) -> Iterator[tuple[str, str, str]]:
        """Yield what can be imported from a root: where it is apart, its name, the root."""
        folders = _with_those_above(map(_parent, self._files))
        about = {"": _Folder("" in self._packages)}
        for folder in sorted(folders - {""}):  # those above come first
            parent, _, name = folder.rpartition("/")
            above = about[parent]
            about[folder] = above
            if above.is_in_package:
                continue
            if above.root == parent:
                yield above.apart, name, parent
            if folder in self._packages:
                yield from ((above.apart, *one) for one in _names(folder, above.root))
                about[folder] = replace(above, is_in_package=True)
            else:
                about[folder] = replace(
                    above,
                    root=folder if name in _ROOTS else above.root,
                    apart=folder if name in _APART else above.apart,
                )
        for path in self._files:
            parent, _, name = path.rpartition("/")
            if about[parent].root == parent and not about[parent].is_in_package:
                yield about[parent].apart, name.removesuffix(".py"), parent


def _names(package: str, root: str | None) -> Iterator[tuple[str, str]]:
    """Yield what a topmost package may be called, each with the root that the name begins at."""
    if root is not None:
        yield package.removeprefix(f"{root}/"), root
        return
    parts = _parts(package)
    for count in range(1, min(len(parts), _MOST_NAMES) + 1):
        yield "/".join(parts[-count:]), "/".join(parts[:-count])


def _nearest(roots: Sequence[Parts], folder: Parts) -> Parts | None:
    """Return the one of sorted roots that shares the most leading folders with a folder.

    None where two share as many. In the order the best stand beside the folder.
    """
    at = bisect_left(roots, folder)
    near = roots[max(at - 2, 0) : at + 2]
    shared = [_shared(root, folder) for root in near]
    best = max(shared, default=0)
    return near[shared.index(best)] if shared.count(best) == 1 else None


def _shared(one: Parts, other: Parts) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _aparts(folder: Parts) -> list[str]:
    """Return where a file of a folder sees roots: in its own tests or examples, and outside."""
    found = ["/".join(folder[: at + 1]) for at, name in enumerate(folder) if name in _APART]
    return ["", *found][::-1]


def _with_those_above(folders: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for folder in folders:
        while folder not in found:
            found.add(folder)
            folder = _parent(folder)  # noqa: PLW2901 - the way up
    return found


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _parts(folder: str) -> Parts:
    return tuple(folder.split("/")) if folder else ()


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
