from collections.abc import Sequence

from desk_cases import pair_text

from weakspot.core.errors import MissingExtraError
from weakspot.dataset.pairs import parse_pair
from weakspot.review.opinions import Opinion, Opinions, Verdict

PAIR = parse_pair(pair_text(1))
WEAK = Verdict(True, 0.9, ("CWE-89",), (17,))
SOUND = Verdict(False, 0.1, (), ())


def test_each_program_is_asked_once_about_both_sides() -> None:
    asked: list[Sequence[str]] = []

    def judge(codes: Sequence[str]) -> Sequence[Verdict]:
        asked.append(tuple(codes))
        return [WEAK, SOUND]

    opinions = Opinions({"one": judge})
    assert opinions.of(PAIR) == opinions.of(PAIR) == (Opinion("one", WEAK, SOUND),)
    assert asked == [(PAIR.vulnerable.code, PAIR.fixed.code)]


def test_a_program_that_fails_says_why_and_is_asked_again() -> None:
    answers: list[Sequence[Verdict]] = []

    def judge(codes: Sequence[str]) -> Sequence[Verdict]:
        if not answers:
            raise MissingExtraError("evaluate", "Bandit")
        return answers[0]

    opinions = Opinions({"Bandit": judge, "other": lambda codes: [WEAK, WEAK]})
    missing, other = opinions.of(PAIR)
    assert missing.vulnerable is None
    assert "evaluate" in missing.problem
    assert other == Opinion("other", WEAK, WEAK)
    answers.append([SOUND, SOUND])
    assert opinions.of(PAIR)[0] == Opinion("Bandit", SOUND, SOUND)
