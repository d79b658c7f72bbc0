import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakspot.report.neutral import path_uri, visible, visible_code, well_formed


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain.py", "plain.py"),
        ("schön 🐍.py", "schön 🐍.py"),
        ("a\nb", "a\\nb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b31m", "\\x9b31m"),
        ("rtl\u202e", "rtl\\u202e"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("byte\udcff", "byte\\xff"),
        ("lone\ud800", "lone\\ud800"),
        ("##[error]y.py", "\\x23#[error]y.py"),
        ("x ###vso[task.x] y", "x #\\x23#vso[task.x] y"),
        ("## [a] #[b] ##c", "## [a] #[b] ##c"),
    ],
)
def test_visible_escapes_what_acts_and_keeps_what_shows(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(st.text(st.characters()))
def test_visible_text_is_one_printable_line(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_tabs_of_code_fill_up_to_the_next_stop() -> None:
    assert visible_code("\tif x:\ty\r\n") == "    if x:   y"


def test_a_blank_after_a_tab_is_kept() -> None:
    assert visible_code("\t\t x") == "         x"


@given(st.text(st.characters()))
def test_well_formed_text_can_be_encoded_and_keeps_the_rest(text: str) -> None:
    clean = well_formed(text)
    clean.encode("utf-8")
    if not any("\ud800" <= c <= "\udfff" for c in text):
        assert clean == text


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b.py", "a/b.py"),
        ("c:d.py", "c%3Ad.py"),
        ("x?#%.py", "x%3F%23%25.py"),
        ("\udcff.py", "%FF.py"),
        ("🐍.py", "%F0%9F%90%8D.py"),
        ("a b\n.py", "a%20b%0A.py"),
    ],
)
def test_path_uri_is_exact(path: str, uri: str) -> None:
    assert path_uri(path) == uri


def test_path_uri_takes_a_surrogate_that_is_no_byte() -> None:
    assert path_uri("\ud800") == "%ED%A0%80"
