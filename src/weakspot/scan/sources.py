"""Reads one file into units with `weakspot.code`: the reader that real scans use."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from weakspot.code.decode import decode
from weakspot.code.flow import Flow
from weakspot.code.flow_file import FlowFile
from weakspot.code.notebook import read_notebook
from weakspot.code.parse import parse
from weakspot.code.project import ProjectFile
from weakspot.code.source import Source
from weakspot.code.units import Functions, units_of
from weakspot.core.errors import ReadError
from weakspot.core.finding import Cell, Step
from weakspot.core.unit import Line
from weakspot.scan.analyse import FileUnits

_REMEMBERED = 256  # neighbours whose trees a worker keeps, for the next file that imports them


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
    source = read_notebook(data, path) if path.lower().endswith(".ipynb") else decode(data, path)
    found = units_of(source, _Elsewhere(links or {}, around).lines)
    reasons = [*source.notes]
    for lost in found.lost:
        first, last = lost.span.start_line, lost.span.end_line
        where = f"line {first}" if first == last else f"lines {first} to {last}"
        reasons.append(f"{where} not parsed: {lost.reason}")
    return FileUnits(
        source.text,
        tuple(source.text.split("\n")[: max(source.lines, 1)]) if source.text else (),
        found.units,
        tuple(reasons),
        _Cells(source) if source.cells else None,
        _Ways(source.text, path, links or {}, around),
    )


@lru_cache(maxsize=_REMEMBERED)
def _functions(path: str, data: bytes) -> Functions | None:
    """Return the functions of a neighbour; None of one that cannot be read."""
    try:
        return Functions(decode(data, path))
    except ReadError:
        return None


class _Elsewhere:
    """Finds the imported functions of a file in its neighbours."""

    def __init__(self, links: Mapping[str, str], around: Sequence[ProjectFile]) -> None:
        self._links = links
        self._around = {one.path: one for one in around}

    def lines(self, name: str) -> tuple[Line, ...]:
        """Return the lines of the function with a full dotted name, or none."""
        parts = name.split(".")
        for at in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:at])
            file = self._around.get(self._links.get(module, ""))
            if file is not None and (known := _functions(file.path, file.data)) is not None:
                return known.lines(".".join(parts[at:]))
        return ()


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
            self._flow = Flow(FlowFile(parse(self._text).tree, "", self._links), [*self._others()])
        return self._flow.trace(line)

    def _others(self) -> Iterator[FlowFile]:
        for one in self._around:
            try:
                tree = parse(decode(one.data, one.path).text).tree
            except ReadError:
                continue
            # A trace knows the file that it is asked about by no path at all.
            links = {module: "" if at == self._path else at for module, at in one.links.items()}
            yield FlowFile(tree, one.path, links)


class _Cells:
    """Maps lines of a notebook's joined text to its cells."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __call__(self, line: int) -> Cell | None:
        cell = self._source.cell_at(line)
        return None if cell is None else Cell(cell.number, line - cell.line + 1)
