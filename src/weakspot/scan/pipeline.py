"""The scan itself: from things to read to a report.

Equal inputs, settings and model give an equal report, whatever `jobs` is and whatever the cache
knows: every file passes through the same `FileAnalysis`, and everything is ordered by path.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from weakspot import __version__
from weakspot.code.parse import NO_MEMORY
from weakspot.code.project import ProjectFile
from weakspot.core.errors import DataError, ReadError
from weakspot.core.finding import Finding
from weakspot.core.report import (
    Coverage,
    FileOutcome,
    FileStatus,
    Filters,
    ModelIdentity,
    Notice,
    ScanReport,
)
from weakspot.core.score import Detector, Thresholds
from weakspot.scan.analyse import Reader, ScanWork, pack_request
from weakspot.scan.analysis import FileAnalysis
from weakspot.scan.baseline import Baseline, Entry, mark_known
from weakspot.scan.cache import Cache, file_key
from weakspot.scan.changes import ChangedLines, is_changed
from weakspot.scan.findings import as_their_causes, findings_of, merged
from weakspot.scan.neighbours import Neighbours
from weakspot.scan.protocol import Limits
from weakspot.scan.selection import Choice, named_words
from weakspot.scan.settings import ScanSettings
from weakspot.scan.silence import silence
from weakspot.scan.workers import Crew, Request

_BATCH = 64  # analyses that are remembered in one transaction


@dataclass(frozen=True, slots=True)
class Item:
    """One file to scan: its path in the report, and how to get its content.

    `read` raises `ReadError` or `OSError` where there is none to be had.
    """

    path: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Model:
    """A model to scan with; `load` runs in the workers and must be picklable.

    `labels` are the CWEs that it names.
    """

    identity: ModelIdentity
    thresholds: Thresholds
    load: Callable[[], Detector]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a scan is told besides its settings; `progress` gets (files done, files in all).

    `beside` are further files of the project: not scanned, but shown beside those that are. With
    `changed` those that the scanned ones import are looked at, too: a finding in one counts where
    a change is on its way, and nothing else is told of them.
    `place` gives what the settings' patterns see of a report path; `exists` says whether there is
    a file at one. `package` is the dotted name, in parts, of the package whose own folder report
    paths are relative to.
    """

    today: date
    reader: Reader
    cache: Path | None = None
    changed: Mapping[str, ChangedLines] | None = None
    beside: Sequence[Item] = ()
    baseline: Baseline | None = None
    place: Callable[[str], str] = str
    exists: Callable[[str], bool] = os.path.lexists
    package: Sequence[str] = ()
    progress: Callable[[int, int], None] | None = None
    verbose: bool = False


def scan(
    items: Sequence[Item], settings: ScanSettings, model: Model, about: Circumstances
) -> ScanReport:
    """Scan `items`, whose paths differ, and return the report.

    Raises:
        WeakspotError: no CWE is left to look for that the model names, the workers cannot start,
            or they cannot load the model.
    """
    choice = Choice.of(settings, model.labels)
    ordered = sorted(items, key=lambda item: item.path)
    analyses = analyse_all(ordered, settings, model, about)
    thresholds = thresholds_in_force(settings, model.thresholds)
    wanted = {path: choice.wanted(about.place(path)) for path in analyses}
    outcomes = [_outcome(item.path, analyses[item.path]) for item in ordered]
    asked = {outcome.path for outcome in outcomes}
    findings: list[Finding] = []
    notices: list[Notice] = []
    for path, analysis in sorted(analyses.items()):
        is_test = choice.is_test(about.place(path))
        found, told = silence(
            path,
            findings_of(path, analysis, thresholds, is_test),
            analysis.directives,
            about.today,
            wanted[path],
        )
        findings += found
        notices += (*told, *_judged_alone(path, analysis)) if path in asked else ()
    if about.baseline is not None:
        whole = frozenset(o.path for o in outcomes if o.status is FileStatus.ANALYSED)
        marked, gone = mark_known(findings, about.baseline, whole, about.exists)
        findings = [*marked]
        notices += [entry.gone() for entry in gone if _is_looked_for(entry, choice, about)]
    # Only now: a comment or a baseline knows what it knows, whatever a scan is asked for.
    kept = merged(one for one in as_their_causes(findings) if _is_wanted(one, wanted[one.path]))
    if about.changed is not None:
        kept = tuple(one for one in kept if is_changed(one, about.changed))
    shown = [one for one in kept if choice.keeps(one)]
    return ScanReport(
        tool_version=__version__,
        model=model.identity,
        threshold=thresholds.default,
        findings=tuple(sorted(shown, key=lambda f: (f.path, f.span, f.cwe, f.fingerprint))),
        coverage=Coverage(tuple(outcomes)),
        notices=tuple(sorted(notices, key=lambda n: (n.path, n.line, n.kind, n.message))),
        has_baseline=about.baseline is not None,
        filters=Filters(
            named_words(settings.select, model.labels),
            settings.ignore,
            any(choice.ignores_more(about.place(item.path)) for item in ordered),
            sum(one.is_active for one in kept) - sum(one.is_active for one in shown),
        ),
    )


def _is_wanted(finding: Finding, wanted: frozenset[str] | None) -> bool:
    return wanted is None or finding.cwe in wanted


def _is_looked_for(entry: Entry, choice: Choice, about: Circumstances) -> bool:
    """Say whether an entry that is not found is gone, as well as one scan can tell."""
    wanted = choice.wanted(about.place(entry.path))
    return about.changed is None and (wanted is None or entry.cwe in wanted)


def analyse_all(
    items: Sequence[Item], settings: ScanSettings, model: Model, about: Circumstances
) -> dict[str, FileAnalysis]:
    """Analyse every item, from the cache where it is known; a file that fails says why.

    Where only changes count, also what the items import of the files beside: a way that begins in
    a changed file may end there.
    """
    cache = Cache.open(about.cache, create=True)
    run = _Run(items, settings, model, about, cache)
    try:
        return run.analyses()
    finally:
        cache.close()


class _Run:
    """The state of one pass over the files."""

    def __init__(
        self,
        items: Sequence[Item],
        settings: ScanSettings,
        model: Model,
        about: Circumstances,
        cache: Cache,
    ) -> None:
        self._settings = settings
        self._model = model
        self._about = about
        self._cache = cache
        near = (*about.beside, *items)
        # Alone it has no neighbours, and standard input can be read only once.
        files = {one.path: one.read for one in near} if len(near) > 1 else {}
        self._near = Neighbours(files, about.package)
        self._items = (*items, *(() if about.changed is None else self._imported(items)))
        self._done: dict[str, FileAnalysis] = {}
        self._alone: list[Item] = []
        self._apart: dict[str, str] = {}  # why a file is judged without those beside it
        self._fresh: list[tuple[str, bytes]] = []

    def _imported(self, items: Sequence[Item]) -> list[Item]:
        """Return the files beside that some items import."""
        places = {place for item in items for place in self._near.links(item.path).values()}
        own = {item.path for item in items}
        return [one for one in self._about.beside if one.path in places - own]

    def analyses(self) -> dict[str, FileAnalysis]:
        settings = self._settings
        work = ScanWork(
            self._model.load,
            self._about.reader,
            self._about.cache if self._cache.works else None,
            settings.deep,
        )
        jobs = min(settings.jobs or processors(), max(1, len(self._items)))
        limits = Limits(settings.timeout, settings.memory_limit)
        crew: Crew[tuple[str, str]] = Crew(work, jobs, limits, self._about.verbose)
        with crew:
            by_path = {item.path: item for item in self._items}
            runs = (self._unknown(run, with_near=True) for run in _runs(self._items, jobs))
            for reply in crew.run(*runs):
                path, key = reply.key
                if reply.reason is not None and self._near.digest(path):
                    self._alone.append(by_path[path])  # it may be a neighbour that cannot be read
                    self._apart[path] = reply.reason
                    continue
                self._finish(path, self._received(key, reply.parts, reply.reason))
            for reply in crew.run(self._unknown(self._alone, with_near=False)):
                path, key = reply.key
                self._finish(path, self._received(key, reply.parts, reply.reason))
        self._remember(final=True)
        return self._done

    def _unknown(
        self, items: Iterable[Item], *, with_near: bool
    ) -> Iterator[Request[tuple[str, str]]]:
        """Read the files one by one; yield a request for each that the cache does not know."""
        for item in items:
            try:
                data = item.read()
            except (ReadError, OSError) as error:
                self._finish(item.path, _unread(_reason(error)))
                continue
            limit = self._settings.max_file_size
            if len(data) > limit:
                self._finish(item.path, _unread(f"larger than {limit} bytes (max-file-size)"))
                continue
            kind = os.path.splitext(item.path)[1].lower()  # noqa: PTH122 - a report path is text
            near = self._near.digest(item.path) if with_near else ""
            key = self._key(kind, data, near)
            known = self._cached(key)
            if known is None:
                around = self._near.around(item.path) if near else None
                links = {} if around is None else self._near.links(item.path)
                if near and around is None:
                    self._apart[item.path] = "one of them changed during the scan"
                    key = self._key(kind, data, "")
                own = ProjectFile(item.path, data, links)
                yield Request((item.path, key), pack_request(own, around or ()))
            else:
                self._finish(item.path, known)

    def _key(self, kind: str, data: bytes, near: str) -> str:
        return file_key(self._model.identity, kind, self._settings.deep, data, near)

    def _cached(self, key: str) -> FileAnalysis | None:
        value = self._cache.get(key)
        if value is None:
            return None
        try:
            return FileAnalysis.from_json(value)
        except DataError:
            return None

    def _received(self, key: str, parts: Sequence[bytes], reason: str | None) -> FileAnalysis:
        if reason is not None:
            return _unread(reason)
        try:
            analysis = FileAnalysis.from_json(parts[0])
        except DataError as error:
            return _unread(f"internal error ({error.message})")
        # What was short of memory once may be read whole the next time.
        if not any(NO_MEMORY in reason for reason in analysis.reasons):
            self._fresh.append((key, parts[0]))
        scores = iter(parts[1:])
        self._fresh += [
            (name.decode("ascii"), value) for name, value in zip(scores, scores, strict=True)
        ]
        self._remember(final=False)
        return analysis

    def _remember(self, final: bool) -> None:
        if self._fresh and (final or len(self._fresh) >= _BATCH):
            self._cache.put(self._fresh)
            self._fresh = []

    def _finish(self, path: str, analysis: FileAnalysis) -> None:
        self._done[path] = replace(analysis, apart=self._apart.get(path, ""))
        if self._about.progress is not None:
            self._about.progress(len(self._done), len(self._items))


def _runs(items: Sequence[Item], jobs: int) -> Iterator[Sequence[Item]]:
    """Cut items into as many runs: files that stand together have the same neighbours."""
    size = -(-len(items) // jobs)
    for start in range(0, len(items), size or 1):
        yield items[start : start + size]


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def exit_code(report: ScanReport, settings: ScanSettings) -> int:
    """Return 1 for findings that fail the scan, 4 for an incomplete one, else 0."""
    if settings.fail_on is not None and report.at_least(settings.fail_on):
        return 1
    if not report.coverage.is_complete and not settings.allow_incomplete:
        return 4
    return 0


def thresholds_in_force(settings: ScanSettings, model: Thresholds) -> Thresholds:
    """Return the thresholds of a scan: the model's, or those of the settings over them."""
    default = model.default if settings.threshold is None else settings.threshold
    # A user who only lowers the one for code must not lower the stricter one by accident,
    # and test files are never judged more leniently than code.
    tests = model.tests if settings.tests_threshold is None else settings.tests_threshold
    return replace(model, default=default, tests=max(default, tests))


def _outcome(path: str, analysis: FileAnalysis) -> FileOutcome:
    return FileOutcome(
        path,
        analysis.status,
        analysis.lines,
        analysis.units,
        analysis.skipped_units,
        analysis.reasons,
    )


def _judged_alone(path: str, analysis: FileAnalysis) -> Iterator[Notice]:
    if analysis.apart and analysis.status is not FileStatus.NOT:
        message = f"judged without the files it imports and those that import it: {analysis.apart}"
        yield Notice("judged-alone", path, 1, message)


def _unread(reason: str) -> FileAnalysis:
    return FileAnalysis(FileStatus.NOT, reasons=(reason,))


def _reason(error: ReadError | OSError) -> str:
    if isinstance(error, ReadError):
        return error.message
    return (error.strerror or type(error).__name__).lower()
