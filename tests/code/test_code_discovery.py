import os
import socket
from pathlib import Path

import pytest

from weakspot.code.discovery import Discovery, DiscoverySettings, discover, read_bytes
from weakspot.core.errors import ReadError, UsageError
from weakspot.core.report import FileStatus

SETTINGS = DiscoverySettings()


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(*names: str, text: str = "x = 1\n") -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def paths(found: Discovery) -> list[str]:
    return [file.report_path for file in found.files]


def unread(found: Discovery) -> dict[str, str]:
    assert all(outcome.status is FileStatus.NOT for outcome in found.unread)
    return {outcome.path: " ".join(outcome.reasons) for outcome in found.unread}


def test_python_files_are_found_in_order(project):
    write("b/z.py", "b/a.pyi", "a.pyw", "n.ipynb", "C.PY", "text.txt", "b.pyc", "py")
    assert paths(discover([Path()], SETTINGS)) == ["C.PY", "a.pyw", "b/a.pyi", "b/z.py", "n.ipynb"]


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("#!/usr/bin/python", True),
        ("#!/usr/bin/python3.11 -I", True),
        ("#! /usr/bin/env python3", True),
        ("#!/usr/bin/env -S python3 -O", True),
        ("#!/usr/bin/env -S uv run --script", True),
        ("#!/opt/pypy3.10/bin/pypy3", True),
        ("#!/bin/sh", False),
        ("#!/bin/bash\n# python", False),
        ("# python", False),
        ("\n#!/usr/bin/python", False),
        ("#!" + " " * 300 + "python", False),  # beyond the 256 bytes that are looked at
    ],
)
def test_the_shebang_of_a_file_without_suffix_decides(project, line, python):
    write("tool", "tool.txt", text=f"{line}\nx = 1\n")
    assert paths(discover([Path()], SETTINGS)) == ["tool"] * python


@pytest.mark.parametrize(
    "folder", [".git", ".venv", "venv", "node_modules", "__pycache__", ".tox", "build", "dist"]
)
def test_folders_of_tools_are_left_out_unless_named(project, folder):
    write("a.py", f"{folder}/b.py", f"sub/{folder}/deep/c.py")
    assert paths(discover([Path()], SETTINGS)) == ["a.py"]
    assert paths(discover([Path(folder)], SETTINGS)) == [f"{folder}/b.py"]
    assert paths(discover([Path(f"sub/{folder}/deep")], SETTINGS)) == [f"sub/{folder}/deep/c.py"]
    assert paths(discover([Path(f"{folder}/b.py")], SETTINGS)) == [f"{folder}/b.py"]


def test_a_virtual_environment_is_known_by_its_file(project):
    write("a.py", "odd/pyvenv.cfg", "odd/lib/b.py")
    assert paths(discover([Path()], SETTINGS)) == ["a.py"]
    assert paths(discover([Path("odd")], SETTINGS)) == ["odd/lib/b.py"]


def test_exclusions_are_replaced_and_extended(project):
    write("a.py", "build/b.py", "gen/c.py", "gen/keep/d.py", "e_pb2.py")
    for settings, expected in [
        (DiscoverySettings(exclude=("gen",)), ["a.py", "build/b.py", "e_pb2.py"]),
        (DiscoverySettings(extend_exclude=("gen", "*_pb2.py")), ["a.py"]),
        (DiscoverySettings(extend_exclude=("/gen/*.py",)), ["a.py", "e_pb2.py", "gen/keep/d.py"]),
    ]:
        assert paths(discover([Path()], settings)) == expected


def test_named_files_are_excluded_by_force_only(project):
    write("gen/c.py", ".gitignore", text="gen/\n")
    settings = DiscoverySettings(extend_exclude=("gen",))
    assert paths(discover([Path("gen/c.py")], settings)) == ["gen/c.py"]
    forced = DiscoverySettings(extend_exclude=("gen",), force_exclude=True)
    assert paths(discover([Path("gen/c.py")], forced)) == []
    assert paths(discover([Path("gen")], forced)) == []


def test_patterns_start_at_the_base(project, monkeypatch):
    write("src/gen/c.py", "src/gen/keep/d.py", "src/e.py")
    settings = DiscoverySettings(extend_exclude=("/src/gen/",), base=project)
    monkeypatch.chdir(project / "src")
    assert paths(discover([Path()], settings)) == ["e.py"]
    assert paths(discover([Path("gen")], settings)) == ["gen/c.py", "gen/keep/d.py"]
    monkeypatch.chdir(project.parent)
    assert paths(discover([project], settings)) == ["project/src/e.py"]
    assert paths(discover([project / "src"], settings)) == ["project/src/e.py"]
    forced = DiscoverySettings(extend_exclude=("/src/gen/",), base=project, force_exclude=True)
    assert paths(discover([project / "src" / "gen"], forced)) == []


def test_ignored_folders_are_left_out_unless_named(project):
    Path(".git").mkdir()
    write("a.py", "out/b.py", "out/deep/c.py")
    write(".gitignore", text="out/\n")
    assert paths(discover([Path()], SETTINGS)) == ["a.py"]
    assert paths(discover([Path("out/deep")], SETTINGS)) == ["out/deep/c.py"]
    everything = DiscoverySettings(respect_gitignore=False)
    assert paths(discover([Path()], everything)) == ["a.py", "out/b.py", "out/deep/c.py"]


def test_paths_are_relative_to_here_or_to_the_common_parent(project, tmp_path):
    write("a/x.py", "../other/y.py")
    assert paths(discover([Path("a")], SETTINGS)) == ["a/x.py"]
    assert paths(discover([tmp_path / "other"], SETTINGS)) == ["y.py"]
    both = discover([Path("a"), Path("../other")], SETTINGS)
    assert paths(both) == ["other/y.py", "project/a/x.py"]
    assert both.root == tmp_path
    assert all(file.path.is_absolute() for file in both.files)


def test_links_on_the_way_here_hide_nothing(project, tmp_path):
    write("a/x.py", "b.py")
    (tmp_path / "way").symlink_to(project)
    assert paths(discover([tmp_path / "way" / "a"], SETTINGS)) == ["a/x.py"]
    found = discover([tmp_path / "way", tmp_path / "way" / "b.py"], SETTINGS)
    assert (found.root, paths(found)) == (project, ["a/x.py", "b.py"])


def test_paths_are_relative_to_the_root_that_is_asked_for(project, tmp_path, monkeypatch):
    write("a/x.py", "b.py")
    Path("link").symlink_to("a")
    assert paths(discover([Path("a")], SETTINGS, Path("a"))) == ["x.py"]
    assert paths(discover([Path("link")], SETTINGS, tmp_path)) == ["project/link/x.py"]
    (tmp_path / "way").symlink_to(project)
    monkeypatch.chdir("a")
    assert paths(discover([Path()], SETTINGS, tmp_path / "way")) == ["a/x.py"]
    with pytest.raises(UsageError, match=r"'\.\./b\.py' lies outside of '\.'"):
        discover([Path(), Path("../b.py")], SETTINGS, Path())
    with pytest.raises(UsageError, match="no folder"):
        discover([Path()], SETTINGS, Path("x.py"))


def test_overlapping_targets_give_each_file_once(project):
    write("a/x.py")
    found = discover([Path("a/x.py"), Path(), Path("a"), Path("a/../a")], SETTINGS)
    assert [(file.report_path, file.explicit) for file in found.files] == [("a/x.py", True)]


def test_a_missing_target_is_an_error_that_names_it(project):
    with pytest.raises(UsageError, match=r"no-such\.py"):
        discover([Path(), Path("no-such.py")], SETTINGS)


def test_special_files_are_listed_and_never_opened(project):
    os.mkfifo("fifo.py")
    os.mkfifo("fifo")  # does not look like Python
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
    write("a.py")
    found = discover([Path()], SETTINGS)
    assert paths(found) == ["a.py"]
    assert set(unread(found)) == {"fifo.py", "socket.py"}
    assert set(unread(discover([Path("fifo")], SETTINGS))) == {"fifo"}


def test_links_inside_are_read_once_and_lead_nowhere_else(project, tmp_path):
    write("a/x.py", "../secret/s.py")
    Path("link.py").symlink_to("a/x.py")
    Path("again").symlink_to("a")
    Path("a/up").symlink_to("..")
    Path("loop.py").symlink_to("loop.py")
    Path("gone.py").symlink_to("missing.py")
    Path("out.py").symlink_to(tmp_path / "secret/s.py")
    Path("outside").symlink_to(tmp_path / "secret")
    found = discover([Path()], SETTINGS)
    assert paths(found) == ["a/x.py"]
    assert set(unread(found)) == {"loop.py", "gone.py", "out.py", "outside"}


def test_a_file_is_read_at_its_own_place_where_that_is_scanned(project):
    write("a.py", "src/b.py")
    for name in ("again.py", "src/again.py", "z.py"):
        Path(name).symlink_to(Path("src/b.py").absolute())
    assert paths(discover([Path()], SETTINGS)) == ["a.py", "src/b.py"]
    for named in (["src"], ["src", "again.py"], ["src", "z.py"]):
        assert paths(discover([Path(name) for name in named], SETTINGS)) == ["src/b.py"]
    assert paths(discover([Path("z.py"), Path("src")], SETTINGS)) == ["z.py"]
    excluded = DiscoverySettings(extend_exclude=("src/",), base=project)
    assert paths(discover([Path()], excluded)) == ["a.py", "again.py"]


def test_links_inside_of_a_linked_folder_are_read(project, tmp_path):
    write("../other/x.py", "../secret.py")
    Path("../other/y.py").symlink_to("x.py")
    Path("../other/out.py").symlink_to("../secret.py")
    Path("link").symlink_to("../other")
    found = discover([Path("link")], SETTINGS)
    assert paths(found) == ["link/x.py"]
    assert set(unread(found)) == {"link/out.py"}


def test_a_link_to_a_folder_that_no_target_covers_is_listed(project):
    write("a/x.py", "b/y.py")
    Path("a/link").symlink_to("../b")
    assert set(unread(discover([Path("a")], SETTINGS))) == {"a/link"}
    assert unread(discover([Path("a"), Path("b")], SETTINGS)) == {}


def test_hard_links_are_places_of_their_own(project):
    write("a.py")
    os.link("a.py", "b.py")
    assert paths(discover([Path()], SETTINGS)) == ["a.py", "b.py"]


def test_names_that_are_no_text_are_kept(project):
    name = os.fsdecode(b"caf\xe9.py")
    write(name)
    found = discover([Path()], SETTINGS)
    assert paths(found) == [name]
    assert read_bytes(found.files[0].path, 100) == b"x = 1\n"


def test_a_folder_that_cannot_be_read_is_listed(project, monkeypatch):
    write("a.py", "closed/b.py")
    real = os.scandir

    def scandir(folder):
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)  # root may read every folder
    found = discover([Path()], SETTINGS)
    assert paths(found) == ["a.py"]
    assert "Permission denied" in unread(found)["closed"]


def test_reading_is_limited_and_refuses_special_files(project):
    write("a.py", text="x" * 10)
    os.mkfifo("fifo.py")
    assert read_bytes(Path("a.py"), 10) == b"x" * 10
    for name, limit, reason in [
        ("a.py", 9, "too-large"),
        ("fifo.py", 10, "special-file"),
        ("/dev/zero", 10, "special-file"),
        (".", 10, "special-file"),
        ("missing.py", 10, "unreadable"),
    ]:
        with pytest.raises(ReadError) as refused:
            read_bytes(Path(name), limit)
        assert refused.value.reason == reason
