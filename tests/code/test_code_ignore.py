"""Ignoring is compared with git itself, on trees and patterns that hypothesis makes."""

import os
import re
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from own_git import git
from weakspot.code.discovery import DiscoverySettings, discover
from weakspot.code.ignore import MAX_SIZE, Exclusions, GitIgnore, repository_root

FOLDERS = ("", "a", "b", "a/b", "a/c", "b/c d")
FILES = tuple(f"{folder}/{name}".lstrip("/") for folder in FOLDERS for name in ("x.py", "y.py"))
PATTERNS = st.sampled_from(
    (
        "x.py",
        "/x.py",
        "*.py",
        "!x.py",
        "!y.py",
        "a",
        "a/",
        "/a/",
        "b/",
        "!a/",
        "!b/",
        "a/b",
        "/a/b",
        "**/c",
        "a/**",
        "**/b/x.py",
        "c d/",
        "# comment",
        "",
        "\\!x.py",
        "*/b",
        "b/*",
        "!b/*",
        "[xy].py",
        "?.py",
        "x.py ",
        "/*",
        "!/a",
        "a/*/",
        "**",
        "!*/",
        "x.*",
        "[!x].py",
        "\\",
        "!",
        "x.py\r",
        "/b/c\\ d/",
        "a/**/x.py",
        "***",
        "b**",
        "/**/x.py",
        "*",
    )
)


def tracked(folder: Path) -> list[str]:
    return [f"{folder}/{name}" for name in git(folder, "ls-files", "-z").split("\0") if name]


def seen_by_git(folder: Path) -> list[str]:
    listed = git(folder, "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.py")
    return sorted(name for name in listed.split("\0") if name)


def seen_by_us(folder: Path) -> list[str]:
    found = discover([folder], DiscoverySettings(exclude=(".git",), tracked=tracked))
    return sorted(file.report_path for file in found.files)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([".gitignore", "a/.gitignore", "a/b/.gitignore", ".git/info/exclude"]),
        st.lists(PATTERNS, max_size=4),
        max_size=3,
    ),
    st.sets(st.sampled_from(FILES), max_size=3),
)
def test_ignoring_agrees_with_git(rules, added):
    with tempfile.TemporaryDirectory() as name:
        top = Path(os.path.realpath(name))
        git(top, "init", "-q")
        for file in FILES:
            (top / file).parent.mkdir(parents=True, exist_ok=True)
            (top / file).write_text("x = 1\n")
        for file, patterns in rules.items():
            (top / file).parent.mkdir(parents=True, exist_ok=True)
            (top / file).write_bytes("\n".join(patterns).encode())
        git(top, "add", "--force", "--", *sorted(added))
        assert seen_by_us(top) == seen_by_git(top)


def test_names_and_lines_are_bytes_to_git(tmp_path):
    git(tmp_path, "init", "-q")
    for name in (b"\xff.py", b"caf\xc3\xa9.py", b"x\x0by.py", b"z.py"):
        (tmp_path / os.fsdecode(name)).write_text("")
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbfz.py\n\xff.py\ncaf\xc3\xa9.py\nx\x0by.py\n")
    assert seen_by_us(tmp_path) == seen_by_git(tmp_path) == []


def test_an_ignore_file_of_any_size_costs_what_is_read_of_it(tmp_path):
    """A file with a hole took as much memory as it seemed to have bytes, and ended the scan."""
    file = tmp_path / ".gitignore"
    file.write_bytes(b"out.py\n")
    os.truncate(file, 64 * MAX_SIZE)
    tracemalloc.start()
    try:
        assert GitIgnore(tmp_path).ignores(tmp_path / "out.py", is_folder=False)
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_SIZE
    finally:
        tracemalloc.stop()


def test_half_a_pattern_hides_nothing(tmp_path):
    """`*.log` cut behind its star would hide everything."""
    comment = b"#" * (MAX_SIZE - len(b"out.py\n\n*"))
    (tmp_path / ".gitignore").write_bytes(b"out.py\n" + comment + b"\n*.log\n")
    ignore = GitIgnore(tmp_path)
    found = [ignore.ignores(tmp_path / name, is_folder=False) for name in ("out.py", "in.py")]
    assert found == [True, False]


def test_the_ignore_file_of_an_enclosing_repository_counts(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/sub/out.py\n")
    folder = tmp_path / "sub"
    folder.mkdir()
    assert repository_root(folder) == tmp_path
    assert GitIgnore(tmp_path).ignores(folder / "out.py", is_folder=False)
    assert not GitIgnore(tmp_path).ignores(folder / "in.py", is_folder=False)


def test_only_repositories_with_something_to_hide_are_asked_and_once(tmp_path):
    for name in ("one/lib/a.py", "one/lib/b/c.py", "two/lib/a.py", "bare/lib/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "one" / ".git").mkdir()
    (tmp_path / "two" / ".git").mkdir()
    (tmp_path / "way").symlink_to("one")
    for name in ("one", "bare"):
        (tmp_path / name / ".gitignore").write_text("a.py\nb/\n")
    asked = []

    def listed(root: Path) -> list[str]:
        asked.append(root.name)
        return [os.path.realpath(root / "lib" / "a.py")]

    settings = DiscoverySettings(tracked=listed)
    found = discover([tmp_path / "two", tmp_path / "bare"], settings)
    assert [file.report_path for file in found.files] == ["two/lib/a.py"]
    assert asked == []
    found = discover([tmp_path / "way"], settings)
    assert [file.path.name for file in found.files] == ["a.py"]
    assert asked == ["way"]


def test_an_ignore_file_that_cannot_be_read_hides_nothing(tmp_path):
    for name, make in {
        "fifo": os.mkfifo,
        "folder": lambda path: path.mkdir(),
        "link": lambda path: path.symlink_to("/dev/zero"),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        make(folder / ".gitignore")
        (folder / "p.py").write_text("")
        assert seen_by_us(folder) == ["p.py"]


def test_a_malformed_exclusion_is_named():
    for pattern in ("!", "\\"):
        with pytest.raises(ValueError, match=re.escape(repr(pattern))):
            Exclusions(("*.py", pattern), Path())
