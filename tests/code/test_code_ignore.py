"""Ignoring is compared with git itself, on trees and patterns that hypothesis makes."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from own_git import git
from weakspot.code.discovery import DiscoverySettings, discover
from weakspot.code.ignore import GitIgnore, globs, repository_root
from weakspot.core.errors import UsageError

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


def seen_by_git(folder: Path) -> list[str]:
    listed = git(folder, "ls-files", "--others", "--exclude-standard", "-z", "*.py")
    return sorted(name for name in listed.split("\0") if name)


def seen_by_us(folder: Path) -> list[str]:
    found = discover([folder], DiscoverySettings(exclude=(".git",)))
    return sorted(file.report_path for file in found.files)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([".gitignore", "a/.gitignore", "a/b/.gitignore", ".git/info/exclude"]),
        st.lists(PATTERNS, max_size=4),
        max_size=3,
    )
)
def test_ignoring_agrees_with_git(rules):
    with tempfile.TemporaryDirectory() as name:
        top = Path(os.path.realpath(name))
        git(top, "init", "-q")
        for file in FILES:
            (top / file).parent.mkdir(parents=True, exist_ok=True)
            (top / file).write_text("x = 1\n")
        for file, patterns in rules.items():
            (top / file).parent.mkdir(parents=True, exist_ok=True)
            (top / file).write_bytes("\n".join(patterns).encode())
        assert seen_by_us(top) == seen_by_git(top)


def test_names_and_lines_are_bytes_to_git(tmp_path):
    git(tmp_path, "init", "-q")
    for name in (b"\xff.py", b"caf\xc3\xa9.py", b"x\x0by.py", b"z.py"):
        (tmp_path / os.fsdecode(name)).write_text("")
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbfz.py\n\xff.py\ncaf\xc3\xa9.py\nx\x0by.py\n")
    assert seen_by_us(tmp_path) == seen_by_git(tmp_path) == []


def test_the_ignore_file_of_an_enclosing_repository_counts(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/sub/out.py\n")
    folder = tmp_path / "sub"
    folder.mkdir()
    assert repository_root(folder) == tmp_path
    assert GitIgnore(tmp_path).ignores(folder / "out.py", is_folder=False)
    assert not GitIgnore(tmp_path).ignores(folder / "in.py", is_folder=False)


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
        with pytest.raises(UsageError) as refused:
            globs(("*.py", pattern))
        assert repr(pattern) in refused.value.message
