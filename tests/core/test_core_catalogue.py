import ast
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from weakspot.core import catalogue
from weakspot.core.errors import UnknownWeaknessError, UsageError
from weakspot.core.finding import Severity

ENTRIES = catalogue.all_weaknesses()
ROOT = Path(__file__).resolve().parents[2]
TOP25 = {
    2023: "787 79 89 416 78 20 125 22 352 434 862 476 287 190 502 77 119 798 918 306 362 269 94 "
    "863 276",
    2024: "79 787 89 352 22 125 78 416 862 434 94 20 77 287 269 502 200 863 918 119 476 798 190 "
    "400 306",
    2025: "79 89 352 862 787 22 416 125 78 94 120 434 476 121 502 122 863 20 284 200 306 918 77 "
    "639 770",
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_entry_is_complete(entry):
    assert len(entry.name) > 10
    for prose in (entry.summary, entry.in_python, entry.remediation):
        assert len(prose) > 60
        assert prose.endswith(".")
        assert "\n" not in prose
        assert prose.count("`") % 2 == 0
    assert "`" in entry.in_python
    assert entry.groups
    assert all(uri.startswith("https://") for uri in entry.references)
    assert entry.references[0] == f"https://cwe.mitre.org/data/definitions/{entry.number}.html"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_examples_parse_and_differ(entry):
    assert ast.dump(ast.parse(entry.before)) != ast.dump(ast.parse(entry.after))
    for code in (entry.before, entry.after):
        assert 1 <= len(code.splitlines()) <= 13
        assert max(map(len, code.splitlines())) <= 100


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_severity_word_agrees_with_the_number(entry):
    score = entry.security_severity
    assert 0 < score <= 10
    limits = ((9, Severity.CRITICAL), (7, Severity.HIGH), (4, Severity.MEDIUM), (0, Severity.LOW))
    assert entry.severity is next(word for limit, word in limits if score >= limit)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_links_hold_both_ways(entry):
    for cwe in entry.parents:
        assert not catalogue.has(cwe) or entry.id in catalogue.get(cwe).children
    for cwe in entry.children:
        assert not catalogue.has(cwe) or entry.id in catalogue.get(cwe).parents
    for cwe in entry.related:
        assert entry.id in catalogue.get(cwe).related
    links = (*entry.parents, *entry.children, *entry.related)
    assert len({*links, entry.id}) == len(links) + 1


def test_file_names_match_ids_and_nothing_else_lies_there():
    folder = files("weakspot.core").joinpath("weaknesses")
    ids = {
        file.name: tomllib.loads(file.read_text(encoding="utf-8"))["id"]
        for file in folder.iterdir()
    }
    assert ids == {f"cwe-{entry.number:03d}.toml": entry.id for entry in ENTRIES}


def test_entries_come_in_order_of_their_numbers():
    numbers = [entry.number for entry in ENTRIES]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("year", TOP25)
def test_top25_is_complete(year):
    assert catalogue.parse_selector(f"top25-{year}") == {f"CWE-{n}" for n in TOP25[year].split()}


@pytest.mark.parametrize("text", ["CWE-89", "cwe-89", "89", "CWE-089", " cwe_89 "])
def test_get_accepts_every_usual_spelling(text):
    assert catalogue.get(text).id == "CWE-89"
    assert catalogue.parse_selector(text) == {"CWE-89"}


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("CWE-788", "CWE-787"),
        ("CEW-79", "CWE-79"),
        ("injecton", "injection"),
        ("al", "all"),
        ("XSS", "CWE-79"),
        ("sqli", "CWE-89"),
        ("open-redirect", "CWE-601"),
    ],
)
def test_unknown_selector_names_the_nearest(text, nearest):
    with pytest.raises(UnknownWeaknessError) as caught:
        catalogue.parse_selector(text)
    assert caught.value.nearest == nearest
    assert nearest in caught.value.hint
    assert isinstance(caught.value, UsageError)


@pytest.mark.parametrize("text", ["frobnicate", "sq", "log4shell", ""])
def test_no_hint_is_better_than_an_unrelated_one(text):
    for ask in (catalogue.get, catalogue.parse_selector):
        with pytest.raises(UnknownWeaknessError) as caught:
            ask(text)
        assert caught.value.nearest == ""
        assert caught.value.hint == "CWEs are written CWE-89 or 89"


def test_usual_names_lead_to_entries():
    assert all(catalogue.has(str(number)) for number in catalogue._KNOWN_AS.values())


@pytest.mark.parametrize("text", ["", "-1", "0", "٣", "1" * 5000, "x" * 9000, "../cwe-089", "\0"])
def test_hostile_selectors_are_refused_briefly(text):
    for ask in (catalogue.get, catalogue.parse_selector):
        with pytest.raises(UnknownWeaknessError) as caught:
            ask(text)
        assert len(caught.value.message) < 320
    assert not catalogue.has(text)


def test_groups_and_lists_select_their_members():
    assert {"injection", "crypto", "memory", "auth", "web"} <= set(catalogue.groups())
    assert {"CWE-78", "CWE-89"} <= catalogue.parse_selector("Injection")
    assert "CWE-327" not in catalogue.parse_selector("injection")
    assert catalogue.parse_selector("all") == {entry.id for entry in ENTRIES}
    years = (catalogue.parse_selector(f"top25-{year}") for year in TOP25)
    assert catalogue.parse_selector("top25") == frozenset().union(*years)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("CWE-78", "77"),
        ("CWE-121", "CWE-119"),
        ("CWE-122", "CWE-119"),
        ("CWE-787", "CWE-119"),
        ("CWE-125", "CWE-119"),
        ("CWE-120", "CWE-119"),
        ("CWE-639", "CWE-863"),
        ("CWE-639", "CWE-284"),
        ("CWE-770", "CWE-400"),
        ("CWE-798", "CWE-287"),
        ("CWE-259", "CWE-798"),
        ("CWE-328", "CWE-327"),
        ("CWE-328", "CWE-916"),
        ("CWE-330", "CWE-338"),
        ("CWE-338", "CWE-331"),
        ("CWE-614", "CWE-1004"),
        ("CWE-776", "CWE-611"),
        ("CWE-276", "CWE-732"),
        ("CWE-532", "CWE-200"),
        ("CWE-532", "CWE-209"),
        ("CWE-4242", "4242"),
    ],
)
def test_related_pairs_are_accepted_both_ways(first, second):
    assert catalogue.related(first, second)
    assert catalogue.related(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [("CWE-89", "CWE-79"), ("CWE-20", "CWE-89"), ("CWE-787", "CWE-125"), ("x", "x")],
)
def test_unrelated_pairs_are_refused(first, second):
    assert not catalogue.related(first, second)


def test_importing_reads_nothing_and_one_entry_parses_one_file():
    probe = (
        "import sys; from weakspot.core import catalogue as c; "
        "assert 'tomllib' not in sys.modules and 'difflib' not in sys.modules; "
        "c.get('89'); print(c._load.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.stdout.strip() == "1"


def test_wheel_takes_the_whole_package_folder():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["src/weakspot"]}
    assert files("weakspot").joinpath("py.typed").is_file()
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert "*.toml" not in ignored
    assert "weaknesses" not in ignored


def test_the_hook_of_pre_commit_always_runs():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["always_run"] is True
    assert not {"files", "types", "types_or"} & hook.keys()
    assert "--staged" in hook["entry"]
