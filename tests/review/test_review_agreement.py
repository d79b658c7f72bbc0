from dataclasses import replace

import pytest
from desk_cases import review

from weakspot.review.agreement import agreements, cohens_kappa, disputed
from weakspot.review.journal import Decision, Review


def said(plan: list[tuple[bool, bool]]) -> list[Review]:
    return [
        review(f"CWE-89/p{at}", name, Decision.ACCEPT if take else Decision.REJECT, "0")
        for at, takes in enumerate(plan)
        for name, take in zip(("ada", "bob"), takes, strict=True)
    ]


def test_kappa_is_cohens() -> None:
    # 20 both take, 15 both reject, 5 only ada takes, 10 only bob: kappa = 0.4 (textbook case).
    plan = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    (found,) = agreements(said(plan), {f"CWE-89/p{at}": "0" for at in range(50)})
    assert (found.one, found.other, found.shared) == ("ada", "bob", 50)
    assert found.measures[0].question == "verdict"
    assert found.measures[0].agreed == pytest.approx(0.7)
    assert found.measures[0].kappa == pytest.approx(0.4)
    assert found.disputed == tuple(sorted(f"CWE-89/p{at}" for at in range(20, 35)))


def test_kappa_of_any_answers() -> None:
    # po = 3/4; pe = (2*1 + 1*1 + 1*2)/16 = 5/16: kappa = 7/11
    assert cohens_kappa([("a", "a"), ("b", "b"), ("c", "c"), ("a", "c")]) == pytest.approx(7 / 11)
    assert cohens_kappa([(True, False), (False, True)]) == pytest.approx(-1)


def test_kappa_has_no_value_where_all_answers_are_one() -> None:
    assert cohens_kappa([(True, True)] * 5) is None
    assert cohens_kappa([]) is None


def test_each_question_has_a_kappa_of_its_own() -> None:
    no = Decision.REJECT
    given = [
        review("CWE-89/a", "ada", no, "0", fix_is_right=False),
        review("CWE-89/a", "bob", no, "0", fix_is_right=False),
        review("CWE-89/b", "ada", no, "0", realistic=False),
        review("CWE-89/b", "bob", no, "0", fix_is_right=False, realistic=False),
    ]
    (found,) = agreements(given, {})
    by_name = {one.question: one for one in found.measures}
    assert (by_name["realistic"].agreed, by_name["realistic"].kappa) == (1.0, 1.0)
    assert (by_name["fix_is_right"].agreed, by_name["fix_is_right"].kappa) == (0.5, 0.0)
    assert by_name["shows_weakness"].kappa is None
    assert found.disputed == ()


def test_decisions_on_different_states_are_not_compared() -> None:
    given = said([(True, False), (True, True)])
    mended = replace(given[1], digest="1")
    assert [one.shared for one in agreements([given[0], mended, *given[2:]], {})] == [1]
    assert agreements([given[0], mended], {}) == ()


def test_what_changed_since_is_measured_and_no_longer_disputed() -> None:
    plan = [(True, False), (True, True), (False, True)]
    now = {"CWE-89/p0": "mended", "CWE-89/p1": "0", "CWE-89/p2": "0"}
    (found,) = agreements(said(plan), now)
    assert found.shared == 3
    assert found.measures[0].agreed == pytest.approx(1 / 3)
    assert found.disputed == ("CWE-89/p2",)


def test_a_dispute_is_about_the_pair_as_it_is_now() -> None:
    given = said([(True, False), (True, True)])
    now = {"CWE-89/p0": "0", "CWE-89/p1": "0"}
    assert disputed(given, now) == {"CWE-89/p0"}
    assert disputed(given, now | {"CWE-89/p0": "mended"}) == frozenset()
    settled = review("CWE-89/p0", "bob", Decision.CHANGE, "0")
    assert disputed([*given, settled], now) == frozenset()
    skipped = review("CWE-89/p0", "bob", Decision.SKIP, "0")
    assert disputed([*given, skipped], now) == frozenset()
