"""What a worker keeps for the next file: the last used, and no more than fits."""

from weakspot.scan.recent import Recent


def test_the_longest_unused_go_first() -> None:
    recent: Recent[str] = Recent(3)
    for name in "abc":
        assert recent.keep((name,), name.upper(), 1) == name.upper()
    assert recent.get(("a",)) == "A"
    recent.keep(("d",), "D", 1)
    assert [recent.get((name,)) for name in "abcd"] == ["A", None, "C", "D"]


def test_what_is_too_heavy_costs_nothing_else() -> None:
    recent: Recent[str] = Recent(3)
    recent.keep(("a",), "A", 2)
    assert recent.keep(("b",), "B", 4) == "B"
    assert (recent.get(("a",)), recent.get(("b",))) == ("A", None)
    recent.keep(("c",), "C", 2)
    assert (recent.get(("a",)), recent.get(("c",))) == (None, "C")


def test_a_value_that_is_kept_again_weighs_once() -> None:
    recent: Recent[str] = Recent(3)
    for _ in range(9):
        recent.keep(("a", b"data"), "A", 2)
    recent.keep(("b",), "B", 1)
    assert (recent.get(("a", b"data")), recent.get(("b",))) == ("A", "B")
    assert recent.get(("a", b"other")) is None
