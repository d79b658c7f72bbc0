import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from desk_cases import NOTHING, YES, pair_text, review, write_pairs

from weakspot.core.errors import DataError
from weakspot.review import desk as desks
from weakspot.review.desk import LONGEST_REMARK, Desk, StaleError
from weakspot.review.journal import Decision, Reader, append, digest, read
from weakspot.review.opinions import Verdict

NAME = "CWE-89/m-0"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    judges = {"Bandit": lambda codes: [Verdict(True, None, ("CWE-89",), (3,))] * 2}
    return Desk(write_pairs(tmp_path / "pairs", 4), tmp_path / "reviews.jsonl", judges)


def order(desk: Desk, **more: Any) -> Mapping[str, Any]:
    state = desk.shelf.entry(NAME).digest
    plain = {"pair": NAME, "digest": state, "decision": "accept", "name": "ada", "remark": ""}
    return plain | {"answers": YES} | more


def test_a_decision_is_in_the_journal_as_a_person_s(desk: Desk) -> None:
    desk.decide(order(desk, remark=" fine “so” "))
    (kept,) = read(desk.journal)
    assert (kept.pair, kept.name, kept.reader) == (NAME, "ada", Reader.PERSON)
    assert (kept.decision, kept.remark) == (Decision.ACCEPT, "fine “so”")
    assert kept.digest == digest(desk.shelf.folder / f"{NAME}.pair")
    assert desk.pair("ada", NAME)["mine"]["decision"] == "accept"
    assert desk.pair("bob", NAME)["mine"] is None


def test_a_skip_needs_no_answers(desk: Desk) -> None:
    desk.decide(order(desk, decision="skip", answers=NOTHING))
    assert read(desk.journal)[0].shows_weakness is None


def test_a_change_writes_the_pair_and_names_its_new_state(desk: Desk) -> None:
    text = pair_text(0, why="The tide table is gained.")
    done = desk.decide(order(desk, decision="change", remark="said what is gained", text=text))
    path = desk.shelf.folder / f"{NAME}.pair"
    assert path.read_text("utf-8") == text
    assert read(desk.journal)[0].digest == done["digest"] == digest(path)
    seen = desk.pair("ada", NAME)
    assert seen["why_vulnerable"].endswith("The tide table is gained.")
    assert not seen["is_stale"]


def test_another_weakness_moves_the_pair(desk: Desk) -> None:
    text = pair_text(0).replace('cwe = "CWE-89"', 'cwe = "CWE-943"')
    done = desk.decide(order(desk, decision="change", remark="no SQL", text=text))
    assert done["id"] == read(desk.journal)[0].pair == "CWE-943/m-0"
    assert (desk.shelf.folder / "CWE-943" / "m-0.pair").is_file()
    assert not (desk.shelf.folder / f"{NAME}.pair").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"decision": "maybe"}, "no such decision"),
        ({"decision": None}, "decision is missing"),
        ({"answers": {}}, "three answers"),
        ({"answers": YES | {"realistic": "yes"}}, "true, false or null"),
        ({"answers": YES | {"realistic": None}}, "must be answered"),
        ({"answers": YES | {"realistic": False}}, "not all three"),
        ({"decision": "reject"}, "needs a remark"),
        ({"decision": "reject", "remark": " \n"}, "needs a remark"),
        ({"decision": "reject", "remark": "x" * (LONGEST_REMARK + 1)}, "at most"),
        ({"decision": "reject", "remark": "\ud800"}, "no Unicode"),
        ({"decision": "change", "remark": "x"}, "text is missing"),
        ({"decision": "change", "remark": "x", "text": pair_text(0)}, "nothing is changed"),
        ({"decision": "change", "remark": "x", "text": "+++"}, "header"),
        (
            {"decision": "change", "remark": "x", "text": pair_text(0).replace("!", "-")},
            "breaks rules: marks",
        ),
        ({"pair": "../../etc/passwd"}, "no such pair"),
        ({"pair": 7}, "pair is missing"),
        ({"name": ""}, "name"),
        ({"name": "ada\u202e"}, "name"),
        ({"name": "reader-b"}, "language model"),
    ],
)
def test_what_makes_no_sense_is_refused_and_writes_nothing(
    desk: Desk, more: Mapping[str, Any], told: str
) -> None:
    append(desk.journal, [review("x/y", "reader-b", Decision.SKIP, "0", reader="language-model")])
    before = desk.journal.read_bytes(), desk.shelf.entry(NAME)
    with pytest.raises(DataError, match=told):
        desk.decide(order(desk, **more))
    assert (desk.journal.read_bytes(), desk.shelf.entry(NAME)) == before


def test_a_pair_that_changed_since_it_was_shown_is_not_decided(desk: Desk) -> None:
    asked = order(desk)
    (desk.shelf.folder / f"{NAME}.pair").write_text(pair_text(0, why="Mended."))
    with pytest.raises(StaleError):
        desk.decide(asked)
    assert read(desk.journal) == ()


@pytest.mark.parametrize("cwe", ["CWE-89", "CWE-943"])  # in place, and moved
def test_a_change_that_cannot_be_recorded_leaves_the_pair(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, cwe: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    text = pair_text(0, why="Other.").replace('cwe = "CWE-89"', f'cwe = "{cwe}"')
    before = desk.shelf.entries()
    monkeypatch.setattr(desks, "append", full)
    with pytest.raises(OSError, match="No space"):
        desk.decide(order(desk, decision="change", remark="other", text=text))
    assert desk.shelf.entries() == before


def test_a_crash_between_journal_and_pair_leaves_a_decision_on_another_state(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    before = desk.shelf.entry(NAME)
    monkeypatch.setattr(Path, "replace", killed)
    text = pair_text(0, why="Other.")
    with pytest.raises(KeyboardInterrupt):
        desk.decide(order(desk, decision="change", remark="other", text=text))
    (kept,) = read(desk.journal)
    assert kept.digest == hashlib.sha256(text.encode()).hexdigest()
    assert desk.shelf.entry(NAME) == before
    assert desk.pair("ada", NAME)["is_stale"]


def test_the_queue_knows_decisions_of_other_processes(desk: Desk) -> None:
    state = desk.shelf.entry(NAME).digest
    desk.decide(order(desk))
    assert desk.queue("ada", "disputed")["pairs"] == []
    append(desk.journal, [review(NAME, "bob", Decision.REJECT, state)])
    (one,) = desk.queue("ada", "disputed")["pairs"]
    assert (one["pair"], one["mine"], one["readers"]) == (NAME, "accept", 2)
    assert desk.agreement()[0]["disputed"] == (NAME,)
    with pytest.raises(DataError, match="no such filter"):
        desk.queue("ada", "everything")


def test_an_edit_is_looked_at_without_being_written(desk: Desk) -> None:
    before = desk.shelf.entry(NAME)
    seen = desk.check(NAME, pair_text(0, why="Other."))
    assert seen["why_vulnerable"].endswith("Other.")
    assert seen["problems"] == []
    assert desk.check(NAME, "+++")["problem"]
    assert [one["rule"] for one in desk.check(NAME, pair_text(0).replace("!", "-"))["problems"]]
    assert desk.shelf.entry(NAME) == before


def test_opinions_hold_programs_and_readers(desk: Desk) -> None:
    desk.decide(order(desk))
    said = desk.opinions(NAME)
    assert [one["program"] for one in said["programs"]] == ["Bandit"]
    assert said["programs"][0]["vulnerable"]["lines"] == (3,)
    assert [(one["name"], one["decision"]) for one in said["readers"]] == [("ada", "accept")]


def test_what_is_no_pair_is_shown_and_can_be_mended(desk: Desk) -> None:
    path = desk.shelf.folder / f"{NAME}.pair"
    path.write_text("<script>nothing</script>\n")
    seen = desk.pair("ada", NAME)
    assert seen["problem"]
    assert "rows" not in seen
    with pytest.raises(DataError, match="no pair"):
        desk.decide(order(desk))
    desk.decide(order(desk, decision="change", remark="mended", text=pair_text(0)))
    assert desk.pair("ada", NAME)["problem"] == ""


def test_a_second_file_of_one_name_is_renamed_before_it_is_decided_on(desk: Desk) -> None:
    copy = desk.shelf.folder / "copies" / "CWE-89" / "m-0.pair"
    copy.parent.mkdir(parents=True)
    copy.write_text(pair_text(9, name="m-0"), "utf-8")
    second = f"{NAME} (copies/CWE-89/m-0.pair)"
    assert second in [one["pair"] for one in desk.queue("ada", "undecided")["pairs"]]
    asked = order(desk, pair=second, digest=digest(copy), remark="twice")
    for decision in ("accept", "reject", "skip"):
        with pytest.raises(DataError, match="has this name, too"):
            desk.decide({**asked, "decision": decision})
    done = desk.decide({**asked, "decision": "change", "text": pair_text(9, name="m-9")})
    assert [one.pair for one in read(desk.journal)] == [done["id"]] == ["CWE-89/m-9"]
    assert desk.pair("ada", "CWE-89/m-9")["problem"] == ""


def test_all_answers_are_json(desk: Desk) -> None:
    desk.decide(order(desk))
    for answer in (
        desk.session(),
        desk.catalogue(),
        desk.queue("ada", "all"),
        desk.pair("ada", NAME),
        desk.check(NAME, pair_text(0)),
        desk.opinions(NAME),
        desk.agreement(),
    ):
        assert json.loads(json.dumps(answer)) is not None
