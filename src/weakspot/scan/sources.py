"""Reads one file into units with `weakspot.code`: the reader that real scans use."""

import re
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property, partial

from weakspot.code.callers import Calls, calls_of
from weakspot.code.decode import decode
from weakspot.code.flow import Flow, Neighbour
from weakspot.code.flow_file import FlowFile
from weakspot.code.notebook import read_notebook
from weakspot.code.parse import NO_MEMORY, TOO_DEEP, Lost, parse
from weakspot.code.project import ProjectFile
from weakspot.code.reading import Lines, Reading, reading_of
from weakspot.code.source import Source
from weakspot.code.units import Elsewhere, units_in
from weakspot.core.finding import Cell, Step
from weakspot.core.span import Span
from weakspot.scan.analyse import FileUnits
from weakspot.scan.recent import Recent

_PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
# What Python knows since 3.12 (PEP 695) and 3.14 (PEP 750, PEP 758).
_NEWER = re.compile(
    r"^\s*(?:type\s+\w+\s*[\[=]|(?:def|async\s+def|class)\s+\w+\s*\[|except\b\s*\*?\s*[\w.]+\s*,)"
    r"|(?<![\w'\"])(?:t|rt|tr)['\"]",
    re.MULTILINE | re.IGNORECASE,
)
# What a worker keeps of files, for their neighbours and itself: lines of units, about 300 bytes
# each; and characters that were parsed, of which the trees are kept.
_KEPT_LINES = 150_000
_KEPT_TEXT = 1_000_000


def read_units(
    path: str,
    data: bytes,
    links: Mapping[str, str] | None = None,
    around: Sequence[ProjectFile] = (),
) -> FileUnits:
    """Decode, parse and normalise a file; the reasons say what of it was not analysed.

    `links` leads from the modules it imports to paths of `around`, the files beside it whose
    functions it calls or that call its own.

    Raises:
        ReadError: it is no Python file or notebook at all.
    """
    if path.lower().endswith(".ipynb"):
        source = read_notebook(data, path)
        reading = reading_of(source)
    else:
        source = decode(data, path)
        # Only what has neighbours is one.
        reading = _read_of(path, data, source, keep=bool(around)).reading
    beside = _Beside(links or {}, path, around)
    # CPython takes a long text or not by how deep its caller is: all files are read from here.
    for one in beside.asked(reading):
        beside.reads[one.path] = _read_of(one.path, one.data)
    found = units_in(reading, Elsewhere(beside.lines, beside.callers))
    reasons = [*source.notes]
    reasons += [_reason(lost, source) for lost in found.lost]
    # Only the first few are kept, and what was short of memory must not be remembered.
    reasons.sort(key=lambda reason: NO_MEMORY not in reason)
    return FileUnits(
        source.text,
        tuple(source.text.split("\n")[: max(source.lines, 1)]) if source.text else (),
        found.units,
        tuple(reasons),
        _Cells(source) if source.cells else None,
        _Ways(source.text, path, links or {}, around),
    )


def _reason(lost: Lost, source: Source) -> str:
    where = _where(lost.span, source)
    if lost.reason in (TOO_DEEP, NO_MEMORY):
        return f"{where} not parsed: {lost.reason}"
    # Before 3.12 (PEP 701) the strings in an f-string had other quotes.
    is_newer = lost.reason.startswith("f-string") or _NEWER.search(lost.text)
    hint = " (newer syntax needs weakspot under a newer Python)" if is_newer else ""
    return f"{where} not parsed by {_PYTHON}: {lost.reason}{hint}"


def _where(span: Span, source: Source) -> str:
    first, last = span.start_line, span.end_line
    if first == last:
        return source.place(first)
    cell = source.cell_at(first)
    if cell != source.cell_at(last):
        return f"{source.place(first)} to {source.place(last)}"
    if cell is None:
        return f"lines {first} to {last}"
    return f"cell {cell.number}, lines {cell.at(first).line} to {cell.at(last).line}"


class _Read:
    """A file as read; what it shows its neighbours is made when one first asks."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    @cached_property
    def functions(self) -> Mapping[str, Lines]:
        """Its small functions, by name."""
        return {body.name: body.lines for body in self.reading.bodies if body.is_small}

    @cached_property
    def calls(self) -> Calls:
        """What it calls."""
        return calls_of(part for unit in self.reading.units for part in unit.parts)


def _read_of(path: str, data: bytes, source: Source | None = None, *, keep: bool = True) -> _Read:
    """Return a file as read; one that the worker has read before is not read again.

    `source` is the text of the file at hand, which may be read whole now though it was not then.
    """
    key = path, data
    known = _reads.get(key)
    if known is None or (source is not None and known.reading.is_short):
        known = _Read(reading_of(source or decode(data, path)))
        if keep:
            _reads.keep(key, known, known.reading.weight)
    return known


def _flow_of(file: ProjectFile) -> FlowFile:
    """Return what a neighbour defines and calls."""
    links = tuple(file.links.items())
    key = file.path, file.data, links
    if (known := _flows.get(key)) is not None:
        return known
    text = decode(file.data, file.path).text
    return _flows.keep(key, FlowFile(parse(text).tree, file.path, file.links), len(text))


_reads: Recent[_Read] = Recent(_KEPT_LINES)
_flows: Recent[FlowFile] = Recent(_KEPT_TEXT)


class _Beside:
    """Finds in the neighbours of a file what it imports, and what calls its functions.

    `reads` has those of them that were read, by their paths: all that are `asked`.
    """

    def __init__(self, links: Mapping[str, str], path: str, around: Sequence[ProjectFile]) -> None:
        self._links = links
        self._path = path
        self._around = {one.path: one for one in around}
        self.reads: dict[str, _Read] = {}

    def asked(self, reading: Reading) -> list[ProjectFile]:
        """Return the neighbours that the functions of the file call, and those that import it."""
        called = {self._place(name)[0] for body in reading.bodies for name in body.calls}
        return [
            one
            for one in self._around.values()
            if reading.bodies and (one.path in called or self._path in one.links.values())
        ]

    def lines(self, name: str) -> Lines:
        """Return the lines of the function with a full dotted name, or none."""
        path, function = self._place(name)
        return self.reads[path].functions.get(function, ()) if path else ()

    def callers(self, name: str) -> list[Lines]:
        """Return what the callers of one of the file's functions show."""
        found: list[Lines] = []
        for module, calls in self._importers:
            found += calls.of(f"{module}.{name}")
        return found

    @cached_property
    def _importers(self) -> list[tuple[str, Calls]]:
        """The names under which others import the file, and what these others call."""
        return [
            (module, self.reads[one.path].calls)
            for one in self._around.values()
            for module, place in one.links.items()
            if place == self._path
        ]

    def _place(self, name: str) -> tuple[str, str]:
        """Return the neighbour that a full dotted name leads into, and the name there; or none."""
        parts = name.split(".")
        for at in range(len(parts) - 1, 0, -1):
            path = self._links.get(".".join(parts[:at]), "")
            if path in self._around:
                return path, ".".join(parts[at:])
        return "", ""


class _Ways:
    """Follows untrusted data to lines of a text; parses it again when it is first asked."""

    def __init__(
        self, text: str, path: str, links: Mapping[str, str], around: Sequence[ProjectFile]
    ) -> None:
        self._text = text
        self._path = path
        self._links = links
        self._around = around
        self._flow: Flow | None = None

    def __call__(self, line: int) -> tuple[Step, ...]:
        if self._flow is None:
            own = FlowFile(parse(self._text).tree, self._path, self._links)
            self._flow = Flow(own, [_neighbour(one) for one in self._around])
        return self._flow.trace(line)


def _neighbour(file: ProjectFile) -> Neighbour:
    def mentions(name: str) -> bool:
        # Other letters, and all of UTF-16, are other bytes.
        return not name.isascii() or b"\0" in file.data or name.encode() in file.data

    return Neighbour(file.path, file.links, mentions, partial(_flow_of, file))


class _Cells:
    """Maps lines of a notebook's joined text to its cells."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __call__(self, line: int) -> Cell | None:
        cell = self._source.cell_at(line)
        return None if cell is None else cell.at(line)
