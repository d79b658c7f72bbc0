"""Side by side: every line of both sides is there once, in order, with its own text."""

import pytest
from desk_cases import HEADER
from hypothesis import given
from hypothesis import strategies as st

from timing import check_takes
from weakspot.dataset.pairs import Pair, parse_pair
from weakspot.review.aligned import CHANGED, Kind, aligned
from weakspot.review.syntax import LONGEST_COLOURED, ODD, pieces


def pair(body: str) -> Pair:
    return parse_pair(HEADER.format(cwe="CWE-89", name="m", why="x") + body)


def shape(body: str) -> list[tuple[str, int | None, int | None]]:
    return [
        (
            str(row.kind),
            row.vulnerable.number if row.vulnerable else None,
            row.fixed.number if row.fixed else None,
        )
        for row in aligned(pair(body))
    ]


def test_lines_that_answer_each_other_stand_together() -> None:
    body = (
        " import os\n-x = 1\n!rows = db.execute(f'SELECT {name} FROM t')\n"
        "+rows = db.execute('SELECT ? FROM t', (name,))\n+log(rows)\n return rows\n"
    )
    assert shape(body) == [
        ("same", 1, 1),
        ("removed", 2, None),
        ("changed", 3, 2),
        ("added", None, 3),
        ("same", 4, 4),
    ]


def test_what_changed_in_a_line_is_marked_and_so_is_the_weak_line() -> None:
    rows = aligned(pair("!rows = ask(name, True)\n+rows = ask(name, False)\n*shown = rows\n"))
    left, right = rows[0].vulnerable, rows[0].fixed
    assert left is not None
    assert right is not None
    assert [text for text, kind in left.pieces if CHANGED in kind.split()] == ["True"]
    assert [text for text, kind in right.pieces if CHANGED in kind.split()] == ["False"]
    assert (left.is_weak, right.is_weak) == (True, False)
    assert rows[1].kind is Kind.SAME
    assert rows[1].vulnerable is not None
    assert rows[1].vulnerable.is_weak


LINES = st.lists(st.tuples(st.sampled_from(" -+!*"), st.text("ab (='\t", max_size=9)), max_size=25)


@given(LINES)
def test_both_sides_are_shown_whole(lines: list[tuple[str, str]]) -> None:
    one = pair("".join(f"{mark}{text}\n" for mark, text in lines))
    rows = aligned(one)
    for name in ("vulnerable", "fixed"):
        cells = [cell for row in rows if (cell := getattr(row, name))]
        shown = "\n".join("".join(text for text, _ in cell.pieces) for cell in cells)
        assert shown + "\n" == getattr(one, name).code
        assert [cell.number for cell in cells] == list(range(1, len(cells) + 1))
        # A mark may stand behind the end: blank lines there are no part of the program.
        marked = [line for line in getattr(one, name).lines if line <= len(cells)]
        assert [cell.number for cell in cells if cell.is_weak] == marked


@given(st.text())
def test_pieces_are_the_code_with_odd_characters_named(code: str) -> None:
    shown = "\n".join("".join(text for text, _ in line) for line in pieces(code))
    expected = "".join(
        char if char.isprintable() or char in "\n\t" else f"U+{ord(char):04X}" for char in code
    )
    assert shown == expected


def test_words_have_classes() -> None:
    ((*line,),) = pieces("def f(): return 'a' # b")
    assert ("def", "kw") in line
    assert ("f", "def") in line
    assert ("# b", "com") in line


def test_characters_that_turn_the_text_around_are_named() -> None:
    (line,) = pieces("x = '\u202e'  # \x1b[2K")
    assert [text for text, kind in line if kind == ODD] == ["U+202E", "U+001B"]


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"{mark}x\n" for mark in "-+" * 15_000),
        "-" + "a " * 30_000 + "\n+" + "b " * 30_000 + "\n",
        "".join(f"-{'(' * 60}{at}\n+{'[' * 60}{at}\n" for at in range(400)),
        "-" + "'" * (LONGEST_COLOURED - 100) + "\n+x\n",
        # What repeats is where difflib is slowest: words of many lines, of long ones, and lines.
        "".join(["-" + "x " * 400 + "\n"] * 50 + ["+" + "y x " * 200 + "\n"] * 50),
        ("-" + "x " * 500 + "\n+" + "y x " * 250 + "\n") * 4,
        "".join(["-x\n"] * 900 + ["+y\n+x\n"] * 450),
    ],
)
def test_no_pair_takes_long(body: str) -> None:
    one = pair(body)
    check_takes(lambda: aligned(one), 50)
