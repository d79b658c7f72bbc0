"""Decoding is compared with the interpreter that runs the tests, on good and on random bytes."""

import codecs
import io
import subprocess
import sys
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timing import check_takes
from weakspot.code.decode import decode

COOKIES = st.sampled_from(
    (
        "",
        "# coding: utf-8\n",
        "# -*- coding: latin-1 -*-\n",
        "#!x\n# coding=cp1252\n",
        "# vim: set fileencoding=koi8-r :\n",
        "\n# coding: ascii\n",
        "x = 1\n# coding: cp037\n",
        "# coding: utf-7\n",
        "# coding: hex\n",
        "# coding: nonsense\n",
        "# coding: shift_jis\n",
        "# coding: utf-8-unix\n",
        "# coding: utf-8-sig\n",
        "# coding: Latin_1_unix\n",
        "# coding: utf8-unix\n",
    )
)


def as_tokenize_reads(data: bytes) -> str:
    readline = io.BytesIO(data).readline
    encoding, _ = tokenize.detect_encoding(readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding).read()  # newlines become \n


@given(COOKIES, st.binary(max_size=80))
def test_content_never_raises_and_leaves_no_raw_newline_or_null(cookie, data):
    source = decode(cookie.encode() + data, "p.py")
    assert not {"\r", "\0"} & set(source.text)


@given(COOKIES, st.binary(max_size=60), st.booleans())
def test_what_has_no_note_is_what_python_reads(cookie, data, bom):
    data = codecs.BOM_UTF8 * bom + cookie.encode() + data
    source = decode(data, "p.py")
    if not source.notes:
        assert source.text == as_tokenize_reads(data)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_utf8_without_a_cookie_is_read_without_a_note(text):
    data = b"'text'\n\n" + text.encode()
    source = decode(data, "p.py")
    assert source.notes == ()
    assert source.text == as_tokenize_reads(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfx\n", "x\n"),
        (b"# coding: latin-1\n'\xe9'", "# coding: latin-1\n'é'"),
        (b"#!/usr/bin/python\r\n# coding: cp1252\r\n'\x80'", "'€'"),
        (b"\xef\xbb\xbf# coding: utf-8\n'\xc3\xa9'", "'é'"),
        (b"\xef\xbb\xbf# coding: utf-8-sig\n'\xc3\xa9'", "'é'"),
        (b"x = 1\n# coding: latin-1\n'\xc3\xa9'", "'é'"),  # too late to be a cookie
        (b"# -*- coding: utf-8-unix -*-\n'\xc3\xa9'", "'é'"),  # as Emacs writes it
        (b"# -*- coding: latin-1-dos -*-\n'\xe9'", "'é'"),
        (b"# coding: ISO_8859_1_mac\n'\xe9'", "'é'"),
        (b"# coding: iso-latin-1\n'\xe9'", "'é'"),
    ],
)
def test_ordinary_files_are_read_without_a_note(data, text):
    source = decode(data, "p.py")
    assert source.text.endswith(text)
    assert source.notes == ()


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"# coding: utf-7\n+AG8-s", "uncommon encoding (utf-7)"),
        (b"# coding: unicode_escape\n", "uncommon encoding (unicode-escape)"),
        (b"# coding: punycode\n", "uncommon encoding (punycode)"),
        (b"# coding: rot13\n", "no text encoding"),
        (b"# coding: hex\n", "no text encoding"),
        (b"# coding: no-such\n", "unknown encoding (no-such)"),
        (b"# coding: utf8-unix\n", "unknown encoding (utf8-unix)"),
        (b"# coding: utf-8x\n", "unknown encoding (utf-8x)"),
        (b"# coding: " + b"a" * 100_000, "unknown encoding (" + "a" * 40 + ")"),
        (b"# coding: ascii\n'\xe9'", "does not decode as ascii"),
        (b"'\xe9'", "does not decode as utf-8"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "declares latin-1"),
        (b"x\0y", "null bytes"),
        ("x = 1".encode("utf-16"), "UTF-16"),
        ("x = 1".encode("utf-32"), "UTF-32"),
    ],
)
def test_what_python_would_refuse_or_people_cannot_see_is_noted(data, note):
    notes = decode(data, "p.py").notes
    assert note in " ".join(notes)
    assert all(len(each) < 120 for each in notes)


def test_wide_text_is_still_read():
    for codec in ("utf-16", "utf-32"):
        assert decode("x = 'é'\r\n".encode(codec), "p.py").text == "x = 'é'\n"


@pytest.mark.parametrize("first", [b"#!/bin/x", b"#" + b"a" * 10_000, b" \t\f"])
def test_code_hidden_in_utf7_is_read_as_python_runs_it(tmp_path, first):
    data = first + b"\n# coding: utf-7\n+AHAAcgBpAG4AdAAoADEAKQ-\n"
    (tmp_path / "p.py").write_bytes(data)
    ran = subprocess.run([sys.executable, tmp_path / "p.py"], capture_output=True, check=True)
    assert ran.stdout == b"1\n"
    assert decode(data, "p.py").text.endswith("\nprint(1)\n")


@pytest.mark.parametrize("codec", [b"punycode", b"idna"])
def test_no_codec_takes_the_square_of_a_file(codec):
    data = b"# coding: " + codec + b"\n" + b"a" * 400_000 + b"-" + b"b" * 400_000
    check_takes(lambda: decode(data, "a.py"), 20)
    assert any("not decoded" in note for note in decode(data, "a.py").notes)
