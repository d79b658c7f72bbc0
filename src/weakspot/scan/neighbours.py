"""Which files are shown beside a file: those that it imports, and those that import it.

The scanning process looks at bytes and paths alone (`weakspot.code.project`); what is in the files
is looked at by the workers.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from weakspot.code.layout import Layout
from weakspot.code.project import ProjectFile, links_of
from weakspot.core.errors import ReadError

MOST_FILES = 12
MOST_BYTES = 200_000  # of one neighbour; what is larger is data, or generated
_KEPT = 64  # contents at hand, for neighbours are neighbours of the next file, too
_SUFFIXES = (".py", ".pyw")

Read = Callable[[], bytes]


class Neighbours:
    """The imports between the files of a scan, read once.

    `package` is the one whose own folder their paths are relative to, as in `Layout`.
    """

    def __init__(self, files: Mapping[str, Read], package: Sequence[str] = ()) -> None:
        self._read = lru_cache(maxsize=_KEPT)(self._content)
        self._files = files
        self._links: dict[str, dict[str, str]] = {}
        self._digests: dict[str, str] = {}
        self._importers: defaultdict[str, list[str]] = defaultdict(list)
        known = {path for path in files if path.endswith(_SUFFIXES)}
        layout = Layout(known, package)
        for path in sorted(known):
            data = self._read(path)
            if data is None:
                continue
            self._digests[path] = hashlib.sha256(data).hexdigest()
            self._links[path] = links_of(path, data, layout)
            for place in sorted(set(self._links[path].values())):
                self._importers[place].append(path)

    def links(self, path: str) -> Mapping[str, str]:
        """Return where the modules lie that a file imports, of those that are shown beside it."""
        chosen = set(self._chosen(path))
        return {name: at for name, at in self._links.get(path, {}).items() if at in chosen}

    def digest(self, path: str) -> str:
        """Return a digest of all that is shown beside a file; "" where nothing is."""
        shown = [
            [one, self._digests[one], sorted(self._shown(path, one).items())]
            for one in self._chosen(path)
        ]
        told = [sorted(self.links(path).items()), shown]
        return hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest() if shown else ""

    def around(self, path: str) -> tuple[ProjectFile, ...] | None:
        """Return what is shown beside a file: first what it imports, then what imports it.

        None if one of them is no longer what `digest` told of.
        """
        found: list[ProjectFile] = []
        for one in self._chosen(path):
            data = self._read(one)
            if data is None or hashlib.sha256(data).hexdigest() != self._digests[one]:
                return None
            found.append(ProjectFile(one, data, self._shown(path, one)))
        return tuple(found)

    def _chosen(self, path: str) -> list[str]:
        near = dict.fromkeys([*self._links.get(path, {}).values(), *self._importers.get(path, ())])
        return [one for one in near if one in self._digests][:MOST_FILES]

    def _shown(self, path: str, other: str) -> dict[str, str]:
        """Return the links of a neighbour that lead back: all that a trace can follow."""
        return {module: at for module, at in self._links[other].items() if at == path}

    def _content(self, path: str) -> bytes | None:
        try:
            data = self._files[path]()
        except (ReadError, OSError):
            return None
        return data if len(data) <= MOST_BYTES else None
