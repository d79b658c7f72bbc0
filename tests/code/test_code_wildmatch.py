"""Single patterns are judged by git itself; time is bounded for patterns made to backtrack."""

import os
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from own_git import NOWHERE, git
from timing import check_takes
from weakspot.code.wildmatch import Globs, parse_rule


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "-q")
    return folder


def git_ignores(repository, lines: list[bytes], path: bytes) -> list[bool]:
    """Ask git for each line on its own, with one ignore file per folder."""
    asked = []
    for number, line in enumerate(lines):
        folder = repository / str(number)
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_bytes(line + b"\n")
        asked.append(b"%d/%s" % (number, path))
    command = ["git", "check-ignore", "-z", "--stdin", "--no-index"]
    environment = {**os.environ, **NOWHERE}
    done = subprocess.run(  # its status says whether anything is ignored
        command,
        check=False,
        input=b"\0".join(asked),
        capture_output=True,
        cwd=repository,
        env=environment,
    )
    ignored = set(done.stdout.split(b"\0"))
    return [name in ignored for name in asked]


def we_ignore(line: bytes, path: bytes) -> bool:
    """Walk down to a file: a folder that is ignored takes its content with it."""
    rule = parse_rule(line)
    names = tuple(path.split(b"/"))
    return rule is not None and any(
        rule.ignored and rule.matches(names[:depth], is_folder=depth < len(names))
        for depth in range(1, len(names) + 1)
    )


PATHS = (
    b"x",
    b"a/x",
    b"a/b/x",
    b"a/b/c/x.py",
    b"a-b",
    b"[a]",
    b"a b/x ",
    b"caf\xc3\xa9",
    b"\\x",
    b"]",
)
LINES = [
    *(b"x", b"/x", b"x/", b"a/", b"/a/", b"a/x", b"a/*", b"a/**", b"**/x", b"a/**/x", b"**", b"*"),
    *(
        b"a/**/b/**/x.py",
        b"**/b/**",
        b"/**",
        b"***",
        b"a/***/x",
        b"a**/x",
        b"a/b**",
        b"a/b**/x.py",
        b"*/",
        b"**/",
    ),
    *(b"?", b"a?b", b"a/?/x", b"caf??", b"caf?", b"[a-c]", b"[!a-c]", b"[^x]", b"[]]", b"[]x]"),
    *(b"[x", b"[a-]", b"[\\]]", b"\\[a\\]", b"[[:alpha:]]", b"[[:nope:]]", b"[[:alpha]", b"a[-]b"),
    *(
        b"a[/]x",
        b"a\\/x",
        b"a[!b]x",
        b"\\\\x",
        b"x\\",
        b"\\",
        b"\\x",
        b"a\\ b/",
        b"a b/x\\ ",
        b"x  ",
    ),
    *(b"#x", b"\\#x", b"!x", b"\\!x", b"", b"/", b"//", b"!", b" x", b"x\r", b"a//x", b"[a-c-e]"),
    *(b"[[:punct:]]", b"[[:space:]]", b"[c-a]", b"a/[b]/*", b"*.py", b"*.[py]y", b"a/*/*/*.py"),
]


@pytest.mark.parametrize("path", PATHS)
def test_each_pattern_means_what_it_means_to_git(repository, path):
    ours = [we_ignore(line, path) for line in LINES]
    theirs = git_ignores(repository, LINES, path)
    assert [
        line for line, *both in zip(LINES, ours, theirs, strict=True) if len(set(both)) > 1
    ] == []


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.text("ab*?[]!^-\\/. :", max_size=8), min_size=40, max_size=40),
    st.sampled_from([b"a", b"a/b", b"b/a/a", b"ab/.b/-", b"a b", b"!", b"aab/ab"]),
)
def test_random_patterns_mean_what_they_mean_to_git(repository, texts, path):
    lines = [text.encode() for text in texts]
    ours = [we_ignore(line, path) for line in lines]
    theirs = git_ignores(repository, lines, path)
    assert [
        line for line, *both in zip(lines, ours, theirs, strict=True) if len(set(both)) > 1
    ] == []


def test_hostile_patterns_do_not_backtrack():
    def work() -> None:
        assert not we_ignore(b"*a" * 60 + b"b", b"a" * 255)
        assert not we_ignore(b"**/a/" * 60 + b"b", b"/".join([b"a"] * 200) + b"/c")
        assert we_ignore(b"*a" * 60, b"a" * 255)
        assert we_ignore(b"**/a/" * 60 + b"b", b"/".join([b"a"] * 200) + b"/b")

    check_takes(work, 10)


@pytest.mark.parametrize(
    ("patterns", "path", "matches"),
    [
        (["a/"], "a/b/x.py", True),
        (["a/"], "b/a", False),
        (["a/"], "b/a/", True),
        (["/a"], "b/a/x.py", False),
        (["a/**"], "a/b/x.py", True),
        (["a/**"], "a/", True),
        (["a/**"], "a", False),
        (["a/*"], "a/", False),
        (["*.py"], "../x.py", True),
        (["a/", "!a/x.py"], "a/x.py", False),
        (["a/", "!a/x.py"], "a/y.py", True),
        (["*.py", "!a/"], "a/x.py", True),
        (["*", "!a/"], "a/", False),
        (["caf\u00e9/", "\udcff.py"], "caf\u00e9/x.py", True),
        (["caf\u00e9/", "\udcff.py"], "a/\udcff.py", True),
        (["./tests"], "tests/a.py", True),
        (["./tests"], "a/tests/a.py", False),
        (["*.py", "!./a.py"], "a.py", False),
    ],
)
def test_globs_speak_for_what_is_in_a_folder(patterns, path, matches):
    assert Globs(patterns).match(path) is matches


@pytest.mark.parametrize("pattern", ["!", "\\", "/", "[x", "a[/]b", "[[:nope:]]", "", " ", "# x"])
def test_globs_that_can_match_nothing_are_refused(pattern):
    with pytest.raises(ValueError, match="no pattern"):
        Globs(["*.py", pattern])


@pytest.mark.parametrize("pattern", ["../x.py", "a/./b", "a/..", ".", "./.", "x//y", "//y", "!a//"])
def test_globs_with_names_that_no_path_has_are_refused(pattern):
    with pytest.raises(ValueError, match="matches nothing"):
        Globs(["*.py", pattern])


def test_hostile_globs_do_not_backtrack():
    def work() -> None:
        globs = Globs(["*a" * 60 + "b", "**/a/" * 60 + "b"])
        assert not globs.match("a" * 255)
        assert not globs.match("/".join(["a"] * 200) + "/c")

    check_takes(work, 20)
