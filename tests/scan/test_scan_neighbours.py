"""Files beside a file: context and ways of data across files, and what a bad one costs."""

from functools import partial
from pathlib import Path

import pytest
import scan_fakes

from conftest import Scan
from own_git import git
from weakspot.code.parse import Parsed, parse
from weakspot.code.project import ProjectFile
from weakspot.code.reading import Reading, reading_of
from weakspot.code.source import Source
from weakspot.core.report import FileStatus, ScanReport
from weakspot.scan import sources
from weakspot.scan.analyse import pack_request, unpack_request
from weakspot.scan.neighbours import MOST_BYTES, MOST_FILES, Neighbours
from weakspot.scan.recent import Recent
from weakspot.scan.settings import ScanSettings
from weakspot.scan.sources import read_units
from weakspot.scan.targets import Wanted, find_targets

VIEWS = """from flask import request
from store import listing


def show():
    name = request.args["name"]
    return listing(name)
"""
STORE = """import os


def listing(folder):
    return os.system("ls " + folder)
"""


def neighbours(**files: str) -> Neighbours:
    return Neighbours({f"{name}.py": text.encode for name, text in files.items()})


def test_what_is_imported_and_what_imports_stand_beside_a_file() -> None:
    near = neighbours(views=VIEWS, store=STORE, other="import sys\n")
    assert [one.path for one in near.around("views.py") or ()] == ["store.py"]
    assert [one.path for one in near.around("store.py") or ()] == ["views.py"]
    assert [one.links for one in near.around("store.py") or ()] == [{"store": "store.py"}]
    assert near.links("views.py") == {"store": "store.py"}
    assert near.around("other.py") == ()


def test_the_digest_tells_when_a_neighbour_changed() -> None:
    first = neighbours(views=VIEWS, store=STORE)
    assert first.digest("views.py") == neighbours(views=VIEWS, store=STORE).digest("views.py")
    changed = neighbours(views=VIEWS, store=STORE + "\n")
    assert first.digest("views.py") != changed.digest("views.py")
    assert first.digest("store.py") == changed.digest("store.py")
    assert neighbours(views=VIEWS).digest("views.py") == ""


def test_the_digest_tells_when_a_name_means_another_file() -> None:
    files = {"x/own.py": "import a\n", "x/a.py": "import own\n", "a.py": "from x import own\n"}
    first = Neighbours({path: text.encode for path, text in files.items()})
    files["x/__init__.py"] = ""
    package = Neighbours({path: text.encode for path, text in files.items()})
    assert first.links("x/own.py") == {"a": "x/a.py"}
    assert package.links("x/own.py") == {"a": "a.py"}
    assert first.digest("x/own.py") != package.digest("x/own.py")


def test_a_neighbour_that_changes_during_the_scan_is_not_shown() -> None:
    contents = {"views.py": VIEWS.encode(), "store.py": STORE.encode()}
    contents |= {f"z{number}.py": b"" for number in range(200)}  # more than are kept at hand
    near = Neighbours({path: partial(contents.__getitem__, path) for path in contents})
    assert near.around("store.py")
    contents["store.py"] = b"changed = 1\n"
    assert near.around("views.py") is None


def test_there_are_bounds() -> None:
    many = {f"m{number}": "" for number in range(3 * MOST_FILES)}
    text = "".join(f"import {name}\n" for name in many)
    near = neighbours(a=text, **many)
    assert len(near.around("a.py") or ()) == MOST_FILES
    assert len(near.links("a.py")) == MOST_FILES
    large = neighbours(a="import b\n", b="#" * (MOST_BYTES + 1))
    assert large.around("a.py") == ()


def test_requests_arrive_as_they_were_sent() -> None:
    files = [
        ProjectFile("a.py", b"import b\n\n", {"b": "b.py"}),
        ProjectFile("b.py", b"\n\x00", {}),
    ]
    assert unpack_request(pack_request(files[0], files[1:])) == files


def test_a_called_function_of_another_file_is_context() -> None:
    near = neighbours(views=VIEWS, store=STORE)
    file = read_units(
        "views.py", VIEWS.encode(), near.links("views.py"), near.around("views.py") or ()
    )
    unit = next(unit for unit in file.units if unit.name == "show")
    assert "return os.system('ls ' + folder)" in unit.context_text()
    (alone, *_) = read_units("views.py", VIEWS.encode()).units
    assert "os.system" not in alone.context_text()


def test_a_call_from_another_file_is_context() -> None:
    near = neighbours(views=VIEWS, store=STORE, other="from store import listing as f\nf(1)\n")
    file = read_units(
        "store.py", STORE.encode(), near.links("store.py"), near.around("store.py") or ()
    )
    (unit,) = (one for one in file.units if one.name == "listing")
    assert unit.context_text().split("\n") == [
        "store.listing(1)",
        "def show(): ...",
        "    name = flask.request.args['name']",
        "    return store.listing(name)",
    ]


def test_the_way_of_the_data_leads_through_both_files(project: Path, run: Scan) -> None:
    (project / "views.py").write_text(VIEWS)
    (project / "store.py").write_text(STORE)
    (finding,) = [one for one in run().findings if one.path == "store.py"]
    assert [(step.path, step.line) for step in finding.trace] == [
        ("views.py", 6),
        ("views.py", 6),
        ("views.py", 7),
        ("", 5),
    ]
    assert finding.trace[0].what == "untrusted: flask.request.args"
    assert finding.trace[2].what == "passed to `listing` as `folder`"


@pytest.fixture
def package(project: Path) -> Path:
    """Return a package whose files name each other by its name, committed."""
    folder = project / "shop"
    (folder / "web").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "web/__init__.py").write_text("")
    (folder / "web/views.py").write_text(VIEWS.replace("store import", "shop.store import"))
    (folder / "store.py").write_text(STORE)
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "one")
    return folder


def ways_of(report: ScanReport) -> list[tuple[str, list[str]]]:
    return [(one.path, [step.path for step in one.trace]) for one in report.findings]


def test_a_package_is_one_from_inside_and_from_outside(
    package: Path, run: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = [("shop/store.py", ["shop/web/views.py"] * 3 + [""])]
    inside = [("store.py", ["web/views.py"] * 3 + [""])]
    assert ways_of(run()) == ways_of(run("shop")) == outside
    monkeypatch.chdir(package)
    assert ways_of(run()) == ways_of(run("web", "store.py")) == inside
    assert ways_of(run(wanted=Wanted(root=package.parent))) == outside
    monkeypatch.chdir(package / "web")
    assert ways_of(run(wanted=Wanted(("..",)))) == inside


def test_changes_are_seen_from_inside_of_a_package(
    package: Path, run: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(package)
    views = package / "web/views.py"
    views.write_text(views.read_text().replace("request.args", "request.form"))
    inside = [("store.py", ["web/views.py"] * 3 + [""])]
    assert ways_of(run(wanted=Wanted(diff="HEAD"))) == inside
    (package / "store.py").write_text(STORE.replace("ls", "ls -l"))
    git(package, "add", ".")
    (package / "__init__.py").unlink()  # the index has it still
    assert ways_of(run(wanted=Wanted((".",), staged=True))) == inside


def test_the_package_that_holds_the_root_is_known(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(*paths: str) -> tuple[str, ...]:
        return find_targets(Wanted(paths), ScanSettings()).package()

    assert found() == ()
    monkeypatch.chdir(package / "web")
    assert found() == found("views.py") == ("shop", "web")
    assert found("../store.py") == ("shop",)
    (package / "__init__.py").unlink()
    assert found() == ("web",)
    package.parent.joinpath("__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    monkeypatch.chdir(package.rename(package.parent / "no-name"))
    assert found() == ()


def test_the_cache_knows_what_a_folder_is_called(
    package: Path, run: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(package)
    assert run(cache=tmp_path / "cache").findings[0].trace
    monkeypatch.chdir(package.rename(package.parent / "other"))
    again = run(cache=tmp_path / "cache")
    assert again.findings[0].trace == ()
    assert again == run(cache=None)


def test_a_way_leads_from_beside_a_src_into_it(project: Path, run: Scan) -> None:
    for name, text in (
        ("src/shop/__init__.py", ""),
        ("src/shop/store.py", STORE),
        ("web/views.py", VIEWS.replace("store import", "shop.store import")),
    ):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    assert ways_of(run()) == [("src/shop/store.py", ["web/views.py"] * 3 + [""])]


def test_a_neighbour_is_parsed_for_ways_once_and_only_where_one_leads_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: list[str] = []

    def counted(text: str) -> Parsed:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(sources, "parse", counted)
    own = VIEWS + "\n\ndef at_once():\n    return run(request.args['x'])\n"
    files = {f"views{at}.py": own + f"# {at}\n" for at in range(3)}
    files |= {"store.py": STORE + "\n\ndef back():\n    return input()\n"}
    files |= {"main.py": "from store import back\nrun(back())\n"}
    files |= {"again.py": "from store import back\nrun(1, back())\n"}
    near = Neighbours({path: text.encode for path, text in files.items()})

    def ways(path: str, line: int) -> bool:
        data = files[path].encode()
        read = read_units(path, data, near.links(path), near.around(path) or ())
        return bool(read.way_to(line))

    assert ways("views0.py", 11)
    assert parsed == [files["views0.py"]]  # the source is on the line
    assert ways("main.py", 2)
    assert ways("again.py", 2)
    assert parsed.count(files["store.py"]) == 1


def test_what_all_files_import_is_read_once_however_many_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def counted(source: Source) -> Reading:
        read.append(source.text)
        return reading_of(source)

    body = "".join(f"    x{at} = hub.f({at})\n" for at in range(30))
    files = {f"m{at}.py": f"import hub\ndef g(a):\n{body}    return a\n" for at in range(9)}
    files["hub.py"] = "def f(a):\n    return a\n"
    near = Neighbours({path: text.encode for path, text in files.items()})
    monkeypatch.setattr(sources, "_reads", Recent(100))
    monkeypatch.setattr(sources, "reading_of", counted)
    for path in sorted(files)[1:]:
        read_units(path, files[path].encode(), near.links(path), near.around(path) or ())
    assert read.count(files["hub.py"]) == 1
    assert len(read) == len(files)


def test_the_cache_knows_that_a_neighbour_changed(project: Path, run: Scan, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (project / "views.py").write_text(VIEWS)
    (project / "store.py").write_text(STORE)
    assert run(cache=cache).findings[0].trace
    (project / "views.py").write_text(VIEWS.replace('request.args["name"]', '"fixed"'))
    again = run(cache=cache)
    assert [one.trace for one in again.findings] == [()]
    assert again == run(cache=None)


@pytest.mark.parametrize("word", ["CRASH", "STARVE", "RAISE"])
def test_a_neighbour_that_brings_a_worker_down_costs_itself_alone(
    project: Path, run: Scan, word: str
) -> None:
    (project / "views.py").write_text(VIEWS)
    (project / "store.py").write_text(STORE + f"\n\ndef bad():\n    return {word}\n")
    report = run(reader=scan_fakes.fragile)
    status = {one.path: one.status for one in report.coverage.files}
    assert status == {"views.py": FileStatus.ANALYSED, "store.py": FileStatus.NOT}
    (told,) = report.notices
    assert (told.kind, told.path) == ("judged-alone", "views.py")
    assert told.message.startswith("judged without the files it imports")


def test_a_scan_that_shows_all_files_tells_of_none_judged_alone(project: Path, run: Scan) -> None:
    (project / "views.py").write_text(VIEWS)
    (project / "store.py").write_text(STORE)
    assert run().notices == ()
