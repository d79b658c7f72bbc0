"""Pair files: what they hold, what is refused, and what the shipped ones keep."""

import ast
from pathlib import Path

import pytest

from weakspot.core.errors import DataError
from weakspot.core.example import Role
from weakspot.dataset.pairs import parse_pair, read_pair, read_pairs
from weakspot.dataset.rules import breaches, longer_share

SHIPPED = Path(__file__).parents[2] / "datasets" / "top25" / "pairs"
HEADER = """+++
cwe = "CWE-89"
mechanism = "like-search"
accepted = ["CWE-943"]
domain = "library"
frameworks = ["flask"]
origin = "drafted"
prompt = "pairs-1"
date = 2026-11-23
vulnerable = "A term reaches SQL. Whole tables can be read."
fixed = "The term is bound. It stays data."
+++
"""
BODY = """ import sqlite3

 def search(db, term):
-    wanted = "%" + term + "%"
!    rows = db.execute(f"SELECT id FROM books WHERE title LIKE '{wanted}'")
+    rows = db.execute("SELECT id FROM books WHERE title LIKE ?", (f"%{term}%",))
*    return rows.fetchall()
"""
FILLING = "".join(f" def f{at}(a):\n     return a + {at}\n" for at in range(6))


def rules_of(text: str) -> set[str]:
    return {breach.rule for breach in breaches([parse_pair(text)])}


def test_both_sides_are_split() -> None:
    pair = parse_pair(HEADER + BODY)
    assert pair.vulnerable.code == (
        'import sqlite3\n\ndef search(db, term):\n    wanted = "%" + term + "%"\n'
        "    rows = db.execute(f\"SELECT id FROM books WHERE title LIKE '{wanted}'\")\n"
        "    return rows.fetchall()\n"
    )
    assert pair.fixed.code.splitlines()[3].strip().endswith('(f"%{term}%",))')
    assert pair.vulnerable.lines == (5, 6)
    assert pair.fixed.lines == ()


def test_examples_carry_labels_and_one_family() -> None:
    weak, fixed = parse_pair(HEADER + BODY).examples()
    assert (weak.role, fixed.role) == (Role.VULNERABLE, Role.FIXED)
    assert weak.family == fixed.family == "CWE-89/like-search"
    assert (weak.lines, fixed.lines) == ((5, 6), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "header"),
        ("+++\ncwe = 1\n", "header"),
        (HEADER + "x = 1\n", r"line 13 starts with 'x'"),
        (
            HEADER + " import os  # x\r-import pickle as _p\n",
            "carriage return .* line 13",
        ),
        (HEADER.replace('domain = "library"\n', "") + BODY, "domain"),
        (HEADER.replace("accepted", "excepted") + BODY, "accepted, excepted"),
        (HEADER.replace('["flask"]', '"flask"') + BODY, "frameworks must be"),
        (HEADER.replace('"drafted"', '"dreamt"') + BODY, "origin 'dreamt'"),
        (HEADER.replace("2026-11-23", '"today"') + BODY, "date must be"),
        (HEADER.replace('"CWE-89"', "CWE-89") + BODY, "not TOML"),
    ],
)
def test_what_is_no_pair_file_says_why(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_pair(text)


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    path = tmp_path / "x.pair"
    path.write_bytes((HEADER + BODY).replace("\n", "\r\n").encode())
    assert read_pair(path) == parse_pair(HEADER + BODY)


def test_a_lone_carriage_return_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "x.pair"
    path.write_bytes((HEADER + " import os  # x\r-import pickle as _p\n").encode())
    with pytest.raises(DataError, match=r"x\.pair: a carriage return"):
        read_pair(path)


@pytest.mark.parametrize("value", ["[" * 5_000 + "]" * 5_000, "1" * 5_000])
def test_a_header_no_parser_takes_is_an_error_that_names_the_file(
    tmp_path: Path, value: str
) -> None:
    path = tmp_path / "odd.pair"
    path.write_text(HEADER.replace('["CWE-943"]', value) + BODY)
    with pytest.raises(DataError, match=r"odd\.pair: the header is not TOML"):
        read_pair(path)


@pytest.mark.parametrize("depth", [1_500, 50_000])  # too deep to be told; to be parsed
def test_a_side_too_deep_to_be_read_is_named(depth: int) -> None:
    deep = BODY.replace("+    rows = ", "+    rows = " + "-" * depth)
    assert "parse" in rules_of(HEADER + deep + FILLING)


def test_an_error_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.pair"
    path.write_bytes(b"\xff")
    with pytest.raises(DataError, match=r"x\.pair"):
        read_pair(path)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("", ""), None),
        (("!    rows", "-    rows"), None),  # the last line is still marked with '*'
        (("term", "sanitized_term"), "hint"),
        (("books", "cwe"), "hint"),
        ((" def search", " def search("), "parse"),
        (('cwe = "CWE-89"', 'cwe = "89"'), "cwe"),
        (('"like-search"', '"Like Search"'), "mechanism"),
        (('domain = "library"', 'domain = " "'), "header"),
    ],
)
def test_each_rule_is_kept_or_named(change: tuple[str, str], rule: str | None) -> None:
    text = HEADER + BODY + FILLING
    found = rules_of(text.replace(*change) if change[0] else text)
    assert found == ({rule} if rule else set())


def test_a_pair_without_marks_or_difference_is_named() -> None:
    same = "\n".join(f" {line[1:]}" for line in BODY.splitlines() if line[:1] != "+") + "\n"
    assert rules_of(HEADER + same + FILLING) == {"marks", "twins"}
    assert "length" in rules_of(HEADER + BODY)


def test_an_api_name_is_no_hint() -> None:
    text = (HEADER + BODY + FILLING).replace(
        "import sqlite3", "import sqlite3, yaml; yaml.safe_load"
    )
    assert rules_of(text) == set()


def test_near_duplicates_and_repeated_mechanisms_are_named() -> None:
    one = parse_pair(HEADER + BODY + FILLING)
    other = parse_pair((HEADER + BODY + FILLING).replace("like-search", "other"))
    assert "near-duplicate" in {breach.rule for breach in breaches([one, other])}
    assert "mechanism" in {breach.rule for breach in breaches([one, one])}


def test_a_fixed_side_that_is_always_longer_is_named() -> None:
    longer = (HEADER + BODY + FILLING).replace(
        "+    rows", "+    page_size = 100\n+    first_row = 0\n+    last_row = 99\n+    rows"
    )
    pairs = [parse_pair(longer), parse_pair(longer.replace("like-search", "other"))]
    assert longer_share(pairs) == 1.0
    assert "length balance" in {breach.rule for breach in breaches(pairs)}


def test_the_shipped_pairs_keep_every_rule() -> None:
    pairs = list(read_pairs(SHIPPED))
    assert len(pairs) >= 100
    assert list(breaches(pairs)) == []
    for pair in pairs:
        assert ast.parse(pair.fixed.code)
