import random

import pytest

from weakspot.core.example import Role
from weakspot.generate.checks import Check, sound_checks, weak_checks
from weakspot.generate.mechanism import Kind
from weakspot.generate.mechanisms import all_mechanisms
from weakspot.generate.sides import draw_sides

MECHANISMS = {one.id: one for one in all_mechanisms()}
NAMES_DATA = (
    *("redis-pickled-value", "pickle-load-file", "joblib-load", "torch-load", "shelve-open"),
    *("numpy-allow-pickle", "pandas-read-pickle", "transformers-remote-code"),
    *("lxml-iterparse", "lxml-load-dtd", "pulldom-external"),
    *("tar-extractall", "tar-members-check", "zip-extract-member"),
)
# What attacks these begins with "<", "{" or "=".
SIGNED = (
    *("etree-fromstring-bomb", "expat-entity-declaration", "lxml-huge-tree", "minidom-bomb"),
    *("lxml-resolve-entities", "lxml-xslt-access", "sax-external-general"),
    *("jsonpickle-decode", "mongo-json-filter", "overlapping-choice"),
    *("csv-formula-cell", "csv-dictwriter-formula", "openpyxl-cell-formula"),
)


def says(checks: tuple[Check, ...]) -> str:
    return "\n".join(check.before for check in checks)


@pytest.mark.parametrize("name", NAMES_DATA)
def test_a_check_of_the_name_does_not_make_the_data_sound(name: str) -> None:
    one = MECHANISMS[name]
    assert sound_checks(one) == ()
    for seed in range(60):
        sides = draw_sides(one, random.Random(seed))
        assert not any(side.check for side in sides if side.role is Role.DECOY)
        assert any(side.role is Role.WRONG_FIX for side in sides)


def test_a_setting_for_all_values_is_not_mended_by_a_check_of_one() -> None:
    assert sound_checks(MECHANISMS["jinja-autoescape-off"]) == ()


def test_checks_of_the_data_itself_stay() -> None:
    for name in ("pickle-loads", "yaml-unsafe-load", "lxml-resolve-entities"):
        assert sound_checks(MECHANISMS[name])


@pytest.mark.parametrize("name", SIGNED)
def test_no_wrong_fix_keeps_out_what_begins_with_a_sign(name: str) -> None:
    for check in weak_checks(MECHANISMS[name], may_follow=True):
        asks = "%V" in check.before and ("match(" in check.before or "startswith" in check.before)
        assert not (asks and "%REJECT" in check.before), check.before


def test_what_may_begin_with_a_letter_keeps_the_check_of_the_beginning() -> None:
    assert any("re.match(" in one.before for one in weak_checks(MECHANISMS["nested-plus"], True))


def test_json_null_is_a_filter_too() -> None:
    assert "isalnum" not in says(sound_checks(MECHANISMS["mongo-json-filter"]))


@pytest.mark.parametrize("name", ["git-argument-option", "tar-argument-option"])
def test_an_option_is_only_one_at_the_beginning(name: str) -> None:
    weak = says(weak_checks(MECHANISMS[name], may_follow=True))
    assert "re.escape" not in weak  # writes a backslash before "-"
    assert "startswith" not in weak
    assert "int(%V)" not in says(sound_checks(MECHANISMS[name]))  # "-5"


def test_a_wrong_fix_does_not_tell_where_an_address_begins() -> None:
    weak = says(weak_checks(MECHANISMS["href-scheme"], may_follow=True))
    assert "startswith" not in weak


@pytest.mark.parametrize(
    ("name", "is_wrong_fix"),
    [
        ("sqlite-fstring-where", True),
        ("sqlite-percent-like", True),
        ("psycopg-order-by", False),
        ("sql-table-name", False),
        ("pymysql-percent-number", False),
    ],
)
def test_shell_quotes_make_a_literal_of_a_value_without_quotes(
    name: str, is_wrong_fix: bool
) -> None:
    assert ("shlex" in says(weak_checks(MECHANISMS[name], may_follow=True))) is is_wrong_fix


def test_no_decoy_about_logs_logs_the_value() -> None:
    for one in MECHANISMS.values():
        if one.cwe == "CWE-117" and one.kind is Kind.FLOW:
            assert sound_checks(one)
            assert "logger" not in says(sound_checks(one))
