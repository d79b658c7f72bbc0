"""Words of a text, counted for the linear model."""

from weakspot.model.words import counted


def test_words_and_pairs_of_neighbours_are_counted() -> None:
    words = {"run": 1, "(": 1, "cmd": 1, ")": 1}
    assert counted("run(cmd)") == words | {"run (": 1, "( cmd": 1, "cmd )": 1}
    assert counted("run run") == {"run": 2, "run run": 1}
    assert not counted("")


def test_blanks_and_line_breaks_are_nothing() -> None:
    assert counted("x = eval(y)\nz") == counted("x=eval( y )   z")
