from dataclasses import fields
from pathlib import Path

import pytest

from weakspot.core.errors import SettingsError
from weakspot.scan.settings import _READERS as READERS
from weakspot.scan.settings import KEYS, ScanSettings, key_of, parse
from weakspot.scan.settings_files import find_project


def test_every_setting_has_a_key_and_the_other_way_round() -> None:
    assert set(READERS) == set(KEYS) == {key_of(each.name) for each in fields(ScanSettings)}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("jobs", True),
        ("jobs", "2"),
        ("threshold", 0),
        ("threshold", float("nan")),
        ("threshold", 1.5),
        ("timeout", 0),
        ("timeout", float("inf")),
        ("select", [1]),
        ("select", ["CWE-0"]),
        ("min-severity", "awful"),
        ("deep", 1),
        ("per-file-ignores", ["x"]),
        ("baseline", ""),
        ("exclude", ["a", "!"]),
        ("extend-exclude", ["[z"]),
        ("test-patterns", ["\\"]),
        ("per-file-ignores", {"!": ["CWE-78"]}),
        ("extend-exclude", ["../x.py"]),
        ("extend-exclude", [""]),
        ("per-file-ignores", {"x//y": ["CWE-78"]}),
        ("exclude", [f"{Path.cwd()}/tests"]),
        ("jobs", 100_000),
        ("memory-limit", 63),
        ("memory-limit", 99_999_999_999_999),
        ("max-file-size", 99_999_999_999_999_999_999),
    ],
)
def test_bad_values_are_told_with_their_key(key: str, value: object) -> None:
    values, problems = parse({key: value}, "here")
    assert values == {}
    assert len(problems) == 1
    assert problems[0].startswith(f"here: '{key}': ")


@pytest.mark.parametrize(
    "pattern", ["/usr/lib/x/", "!/usr/bin/*.py", "/home/nobody-else/x", "/Users/me/", "~/code/"]
)
@pytest.mark.parametrize("key", ["exclude", "extend-exclude", "test-patterns", "per-file-ignores"])
def test_absolute_patterns_of_other_places_are_refused(
    tmp_path: Path, key: str, pattern: str
) -> None:
    value = {pattern: ["CWE-78"]} if key == "per-file-ignores" else [pattern]
    values, (problem,) = parse({key: value}, "here", tmp_path)
    assert values == {}
    assert problem.startswith(f"here: '{key}': {pattern!r} is an absolute path")


@pytest.mark.parametrize("pattern", ["/usr/lib/x/", "/home/me/", "~/code/"])
def test_a_pattern_that_begins_with_a_name_of_the_project_is_none(
    tmp_path: Path, pattern: str
) -> None:
    for name in ("usr", "home", "~"):
        (tmp_path / name).mkdir()
    assert parse({"exclude": [pattern]}, "here", tmp_path) == ({"exclude": (pattern,)}, [])


@pytest.mark.parametrize("pattern", ["/usr/", "/usr", "/lib/not-there-yet/", "/*/lib", "~x/y"])
def test_what_may_come_into_the_project_is_no_absolute_path(tmp_path: Path, pattern: str) -> None:
    assert parse({"exclude": [pattern]}, "here", tmp_path) == ({"exclude": (pattern,)}, [])


def test_absolute_patterns_in_a_file_are_those_that_lead_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "usr").mkdir()
    (tmp_path / "weakspot.toml").write_text('exclude = ["/usr/lib/"]\n')
    assert find_project([tmp_path]).settled.settings.exclude == ("/usr/lib/",)
    (tmp_path / "usr").rmdir()
    with pytest.raises(SettingsError, match="'/usr/lib/' is an absolute path"):
        find_project([tmp_path])


def test_never_is_among_what_fail_on_may_be() -> None:
    assert parse({"fail-on": "never"}, "here") == ({"fail_on": None}, [])
    _, problems = parse({"fail-on": "none"}, "here")
    assert "or never" in problems[0]


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "weakspot.toml").write_text("jobs = 1\n")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert find_project([inner]).settled.settings.jobs == 1
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.weakspot]\njobs = 2\n")
    project = find_project([inner])
    assert project.settled.settings.jobs == 2
    assert project.settled.origin("jobs") == str(tmp_path / "a" / "pyproject.toml")
    assert project.settled.origin("select") == "default"


def test_paths_start_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "weakspot.toml").write_text('[scan]\nbaseline = "b.json"\n')
    assert find_project([tmp_path]).settled.settings.baseline == str(tmp_path / "b.json")


@pytest.mark.parametrize("text", ["jobs = ", "scan = 1", "[scna]\nx = 1", "\x00"])
def test_broken_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "weakspot.toml").write_text(text)
    with pytest.raises(SettingsError):
        find_project([tmp_path])


@pytest.mark.parametrize(
    ("name", "head"), [("weakspot.toml", ""), ("pyproject.toml", "[tool.weakspot]\r\n")]
)
def test_a_byte_order_mark_is_no_mistake(tmp_path: Path, name: str, head: str) -> None:
    (tmp_path / name).write_bytes(f"\ufeff{head}jobs = 3\r\n".encode())
    assert find_project([tmp_path]).settled.settings.jobs == 3


def test_tables_of_other_stages_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "weakspot.toml").write_text("[train]\nx = 1\n[scan]\njobs = 3\n")
    assert find_project([tmp_path]).settled.settings.jobs == 3
