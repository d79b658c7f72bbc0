"""Roles of names: the table is sound, and kin read alike whatever they are called."""

import re
from importlib.resources import files

import pytest

from weakspot.code import roles

FOLDER = files("weakspot.code") / "role_names"
LINES = [
    (file.name, line)
    for file in sorted(FOLDER.iterdir(), key=lambda one: one.name)
    for line in file.read_text("utf-8").splitlines()
    if not line.startswith("#")
]
NAME = re.compile(r"[.@]?[A-Za-z_]\w*|[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


def test_the_table_reads_as_it_says() -> None:
    known: dict[str, str] = {}
    for file, line in LINES:
        assert len(line) <= 120, (file, line)
        role, colon, names = line.partition(": ")
        assert colon, (file, line)
        assert re.fullmatch(r"[a-z][a-z0-9]*", role), (file, line)
        for name in names.split():
            assert NAME.fullmatch(name), (file, name)
            assert name not in known, (file, name, known[name])
            known[name] = role
    assert len(known) > 10_000


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("shlex.quote", "shellquote"),
        ("hashlib.md5", "hashweak"),
        ("x.hashlib.md5", "hashweak"),  # the last two words
        ("cursor.execute", "sql"),  # the last word
        ("*.execute", "sql"),
        ("@FILES", "source"),
        ("defusedxml.ElementTree.parse", "xmlsafe"),  # the whole name before its end
        ("ElementTree.parse", "xml"),
        ("ensure_inside_the_garden", "~check"),  # nobody wrote it down
        ("zebra", ""),
        ("", ""),
    ],
)
def test_a_name_has_a_role_by_its_whole_its_end_or_its_words(name: str, role: str) -> None:
    assert roles.role_of(name) == role


@pytest.mark.parametrize(
    ("fact", "read"),
    [
        ("call .execute 0<param", "as call #sql 0 <param"),
        ("call <connect>.execute", "as call  <connect> #sql"),
        ("order md5>connect", "as order #hashweak> connect"),
        ("call zebra 0<param", ""),
        ("text execute", ""),  # a literal is no name
        ("text", ""),
    ],
)
def test_facts_read_with_roles_in_place_of_names(fact: str, read: str) -> None:
    assert roles.abstracted(fact) == read


def test_kin_read_alike() -> None:
    one, other = (roles.abstracted(f"call {name} 0<param") for name in ("os.remove", "os.unlink"))
    assert one == other != ""


def test_the_digest_is_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    before = roles.digest()
    assert re.fullmatch(r"[0-9a-f]{16}", before)
    roles.digest.cache_clear()
    monkeypatch.setattr(roles, "_lines", lambda: iter(["sql: .execute"]))
    assert roles.digest() != before
    monkeypatch.undo()
    roles.digest.cache_clear()
    assert roles.digest() == before


def test_long_facts_read_as_short_ones_do() -> None:
    long = f"call os.remove ({','.join(f'key{at}' for at in range(40))})"
    assert roles.abstracted(long).startswith("as call #fsremove (")
