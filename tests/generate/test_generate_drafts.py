"""The parts of drafting, each alone: prompts, answers, checks, spending, the journal."""

import datetime
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from weakspot.backends.chat.cost import Pace, Prices, Spending, Usage, usage_of
from weakspot.backends.chat.reply import content
from weakspot.core.errors import DataError, UsageError
from weakspot.dataset.overlap import digests, suite_overlap
from weakspot.dataset.pairs import Origin, Pair, Side
from weakspot.generate.drafts.answer import SCHEMA, read_answer
from weakspot.generate.drafts.checks import refusals
from weakspot.generate.drafts.journal import Answer, Attempt, Journal, Verdict
from weakspot.generate.drafts.near import Neighbours
from weakspot.generate.drafts.order import Known, Order, request
from weakspot.generate.drafts.prompts import AnswerForm, load_prompt, parse_prompt, versions

TODAY = datetime.date(2026, 11, 23)
PROMPT = load_prompt("pairs-2")
CODE = """import sqlite3


def find(db, band):
    query = f'SELECT {band}'
    db.run(query)
    return db.run(query)
"""
ROW = {
    "mechanism": "price-band",
    "accepted": ["CWE-943", "CWE-89"],
    "domain": "parts",
    "frameworks": ["Flask"],
    "vulnerable_code": CODE,
    "fixed_code": CODE.replace("f'SELECT {band}'", "'SELECT 1'"),
    "weak_lines": [{"line": 5, "text": "query = f'SELECT {band}'"}],
    "vulnerable": "One. Two.",
    "fixed": "One. Two.",
}
FREE = Neighbours()


def nothing(code: str) -> None:
    return None


def read(row: object = None, prompt=PROMPT, **change: object) -> Pair:
    text = row if isinstance(row, str) else json.dumps(ROW | change)
    return read_answer(text, prompt, "CWE-89", TODAY)


def sound() -> Pair:
    filler = "".join(f"\n\ndef part_{at}(value):\n    return value + {at}\n" for at in range(6))
    pair = read()
    return replace(
        pair,
        vulnerable=replace(pair.vulnerable, code=pair.vulnerable.code + filler),
        fixed=replace(pair.fixed, code=pair.fixed.code + filler),
    )


def rules(pair: Pair, taken=(), near=FREE, overlap=nothing) -> set[str]:
    return {rule for rule, _ in refusals(pair, taken, near, overlap)}


# Prompts


@pytest.mark.parametrize("name", versions())
def test_shipped_prompts_ask_for_what_is_given(name: str) -> None:
    order = Order(("CWE-89",), 2, "tiny", load_prompt(name), seed=1, mechanisms=("like-search",))
    known = Known(("taken-one",), ("museum",), ("parse: no",), "2026-11-23")
    first = request(order, "CWE-89", 0, 0, known)
    asked = first.body["messages"][-1]["content"]
    for word in ("CWE-89", "SQL Injection", "like-search", "taken-one", "parse: no"):
        assert word in asked
    assert ("response_format" in first.body) == (order.prompt.answer is AnswerForm.JSON)
    assert request(order, "CWE-89", 0, 0, known) == first
    assert request(order, "CWE-89", 0, 1, known).key != first.key


def test_lengths_are_asked_for_in_balance() -> None:
    order = Order(("CWE-89",), 20, "tiny", PROMPT, seed=3)
    known = Known((), (), (), "2026-11-23")
    asked = [
        request(order, "CWE-89", at, 0, known).body["messages"][-1]["content"] for at in range(20)
    ]
    longer = ["has more characters" in text for text in asked]
    assert sum(longer) == 10
    assert sum("standard library alone" in text for text in asked) == 8
    assert longer != [True, False] * 10


def test_a_version_is_never_edited() -> None:
    # Drafts name the version they were written under: write a new file instead.
    assert load_prompt("pairs-1").answer is AnswerForm.PAIR
    assert {name: load_prompt(name).digest[:12] for name in versions()} == DIGESTS


@pytest.mark.parametrize(
    "text",
    ["", "+++\nname = 1\n+++\nsystem", "+++\nname = \n+++\na\n+++\nb",
     '+++\nname = "a"\nanswer = "xml"\nabout = ""\n+++\na\n+++\nb',
     '+++\nname = "a"\nanswer = "json"\n+++\na\n+++\nb'],
)  # fmt: skip
def test_what_is_no_prompt_is_refused(text: str) -> None:
    with pytest.raises(DataError, match=r"^mine"):
        parse_prompt(text, "mine")


def test_a_slip_in_a_template_is_told() -> None:
    prompt = parse_prompt(
        '+++\nname = "a"\nanswer = "json"\nabout = ""\n+++\ns\n+++\n{{ cew }}', "a"
    )
    with pytest.raises(DataError, match="cew"):
        prompt.messages({"cwe": "CWE-89"})


def test_an_unknown_prompt_lists_the_known() -> None:
    with pytest.raises(UsageError) as caught:
        load_prompt("pairs-99")
    assert "pairs-2" in str(caught.value.hint)


# Answers


def test_an_object_becomes_a_pair() -> None:
    pair = read()
    assert (pair.cwe, pair.accepted, pair.frameworks) == ("CWE-89", ("CWE-943",), ("flask",))
    assert (pair.origin, pair.prompt, pair.date) == (Origin.DRAFTED, "pairs-2", TODAY)
    assert pair.vulnerable == Side(CODE, (5,))


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        '<think>{{"a": 1}}</think>Sure:\n```\n{}\n```\nMore?',
        "Here: {} done {{",
    ],
)
def test_talk_around_an_object_is_looked_past(around: str) -> None:
    assert read(around.format(json.dumps(ROW))) == read()


def test_a_pair_file_is_an_answer_too() -> None:
    from weakspot.dataset.pair_text import pair_text  # noqa: PLC0415 - only this test

    prompt = load_prompt("pairs-1")
    text = f"Here it is:\n```\n{pair_text(read())}```\n"
    assert read(text, prompt) == replace(read(), prompt="pairs-1")
    with pytest.raises(DataError, match="CWE-79"):
        read(text.replace("CWE-89", "CWE-79"), prompt)


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([{"line": 1, "text": "query = f'SELECT {band}'"}], (5,)),
        ([{"line": 99, "text": "  import sqlite3"}], (1,)),
        ([{"line": 6, "text": ""}, {"line": 5, "text": ""}], (5, 6)),
        ([6], (6,)),
    ],
)
def test_the_quoted_text_decides_on_the_line(rows, lines) -> None:
    assert read(weak_lines=rows).vulnerable.lines == lines


@pytest.mark.parametrize(
    "change",
    [
        {"weak_lines": []},
        {"weak_lines": [{"line": 99, "text": ""}]},
        {"weak_lines": [{"line": 0, "text": ""}]},
        {"weak_lines": [{"line": 5, "text": "no such line"}]},
        {"weak_lines": [{"line": 1, "text": ""}, {"line": 1, "text": "\n"}, {"line": 3}, {}]},
        {"weak_lines": [True]},
        {"mechanism": ""},
        {"mechanism": 7},
        {"frameworks": "flask"},
        {"accepted": [1]},
        {"fixed_code": None},
    ],
)
def test_half_answers_are_refused(change) -> None:
    with pytest.raises(DataError):
        read(**change)


@pytest.mark.parametrize(
    "text", ["", "no", "{" * 100_000, "[" * 100_000, '{"a":' * 30_000, "x" * 300_000, "null", "[1]"]
)
def test_hostile_answers_end_in_a_reason(text: str) -> None:
    with pytest.raises(DataError):
        read(text)


@pytest.mark.parametrize("value", ["[" * 5_000 + "]" * 5_000, "1" * 5_000])
def test_a_hostile_header_of_a_pair_file_ends_in_a_reason(value: str) -> None:
    with pytest.raises(DataError, match="not TOML"):
        read(f"+++\naccepted = {value}\n+++\n x = 1\n", load_prompt("pairs-1"))


def test_the_schema_is_strict() -> None:
    assert set(SCHEMA["required"]) == set(SCHEMA["properties"]) == set(ROW)
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<html>", "not JSON"),
        ("[]", "no JSON object"),
        ('{"choices": []}', "no choices"),
        ('{"choices": [{"message": {"content": null, "refusal": "no"}}]}', "declined: no"),
        ('{"choices": [{"message": {"content": " "}}]}', "no text"),
        ('{"choices": [{"finish_reason": "length", "message": {"content": "{"}}]}', "cut short"),
    ],
)
def test_replies_without_text_say_why(body: str, why: str) -> None:
    with pytest.raises(DataError, match=why):
        content(body)


def test_a_reply_in_parts_is_joined() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}, 3]
    assert content(json.dumps({"choices": [{"message": {"content": parts}}]})) == "ab"


# Checks


def test_a_sound_draft_passes() -> None:
    assert rules(sound()) == set()


def test_each_check_refuses_what_it_is_for() -> None:
    pair = sound()
    weak, fixed = pair.vulnerable, pair.fixed
    assert rules(pair, taken={"price-band"}) == {"mechanism"}
    assert rules(replace(pair, mechanism="Price Band")) == {"mechanism"}
    assert rules(pair, near=Neighbours([replace(pair, mechanism="other")])) == {"near-duplicate"}
    assert rules(pair, overlap=lambda code: "suite") == {"overlap"}
    assert rules(replace(pair, fixed=replace(fixed, code=weak.code))) == {"twins"}
    assert rules(replace(pair, fixed=replace(fixed, code="def f(:\n"))) == {"parse"}
    assert rules(replace(pair, fixed=replace(fixed, code="a = 1\n"))) == {"length"}
    assert rules(replace(pair, vulnerable=replace(weak, lines=()))) == {"marks"}
    assert rules(replace(pair, vulnerable=replace(weak, lines=(900,)))) == {"marks"}
    assert rules(replace(pair, accepted=("943",))) == {"cwe"}
    hinted = replace(fixed, code=fixed.code.replace("part_1", "unsafe_1"))
    assert rules(replace(pair, fixed=hinted)) == {"hint"}
    turned = replace(fixed, code=fixed.code.replace("value + 1", "value + '\u202e'"))
    assert rules(replace(pair, fixed=turned)) == {"characters"}
    assert rules(replace(pair, domain="x" * 700)) == {"header"}
    for depth in (1500, 5000):
        deep = replace(fixed, code=fixed.code + "x = " + "-" * depth + "1\n")
        assert rules(replace(pair, fixed=deep)) == {"parse"}


def test_overlap_looks_past_comments_and_spacing(tmp_path: Path) -> None:
    (tmp_path / "case.py").write_text(f'"""Case 7."""\n{CODE}')
    overlap = suite_overlap([tmp_path])
    inner = CODE.split("\n\n\n")[1].replace("    query", '    """Say."""\n    # why\n    query')
    assert overlap(f"import os\n\n{inner}") == tmp_path.name
    assert overlap(inner.replace("band", "bend")) is None
    assert overlap("def f(:") is None
    assert digests("def f():\n    pass\n") == ()


def test_a_broken_suite_is_told(tmp_path: Path) -> None:
    path = tmp_path / "suite.jsonl"
    path.write_text('{"code": "a"}\n{"other": 1}\n')
    with pytest.raises(DataError, match=r"suite\.jsonl:2"):
        suite_overlap([path])


# Spending and pace


def test_spending_counts_and_stops() -> None:
    spending = Spending(Prices(1.0, 10.0), limit=0.05)
    assert spending.reserve(3000, 5000) is None
    reserved = spending.reserve(3000, 4000)
    assert reserved == pytest.approx(0.041, abs=1e-4)
    spending.settle(reserved, Usage(1000, 3000))
    assert spending.cost == pytest.approx(0.031)
    assert spending.reserve(300, None) is None  # another as dear as that is too much


def test_what_was_set_aside_for_no_answer_is_free_again() -> None:
    spending = Spending(Prices(1.0, 10.0), limit=0.05)
    for _ in range(3):
        reserved = spending.reserve(3000, 4000)
        assert reserved is not None
        spending.settle(reserved, None)
    assert spending.cost == 0


def test_attempts_in_doubt_count_as_what_was_set_aside() -> None:
    spending = Spending(Prices(1.0, 10.0), limit=0.1)
    for _ in range(2):
        reserved = spending.reserve(3000, 4000)
        assert reserved is not None
        spending.lose(3000, 4000)
        spending.settle(reserved, None)
    assert (spending.cost, spending.lost) == (0, 2)
    assert spending.doubtful == pytest.approx(2 * 0.041, abs=1e-4)
    assert spending.reserve(3000, 4000) is None
    assert spending.reserve(3000, 1000) is not None


def test_an_attempt_in_doubt_without_a_limit_on_tokens_counts_as_the_dearest_answer() -> None:
    spending = Spending(Prices(0.0, 1.0), limit=4.0)
    spending.lose(300, None)
    spending.add(Usage(100, 2_000_000))
    assert (spending.cost, spending.doubtful) == (2, 2)
    assert spending.reserve(300, None) is None


@pytest.mark.parametrize(
    ("max_tokens", "asked"),
    [
        (None, 4),  # the first answer tells what they cost
        (1_000_000, 4),  # the limit on tokens does
        (2_000_000, 3),  # surely within the limit: three answers at 1 leave less than 2
    ],
)
def test_threads_together_stay_within_the_limit(max_tokens: int | None, asked: int) -> None:
    spending = Spending(Prices(0.0, 1.0), limit=4.0)
    together: list[int] = []
    under_way = 0

    def ask(_: int) -> bool:
        nonlocal under_way
        reserved = spending.reserve(300, max_tokens)
        if reserved is None:
            return False
        under_way += 1
        together.append(under_way)
        time.sleep(0.05)  # the others come meanwhile
        under_way -= 1
        spending.settle(reserved, Usage(100, 1_000_000))
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(ask, range(16)))
    assert (sum(done), spending.cost) == (asked, asked)
    assert max(together) > 1  # they do not merely queue


def test_missing_usage_is_guessed() -> None:
    assert usage_of({"usage": {"prompt_tokens": 3, "completion_tokens": 4}}, 90, 60) == Usage(3, 4)
    for odd in ({}, {"usage": None}, {"usage": {"prompt_tokens": -1, "completion_tokens": True}}):
        assert usage_of(odd, 90, 60) == Usage(30, 20, is_guess=True)


def test_the_pace_spreads_requests() -> None:
    slept: list[float] = []
    pace = Pace(60)
    for _ in range(3):
        pace.wait(slept.append)
    assert slept == [pytest.approx(1, abs=0.1), pytest.approx(2, abs=0.1)]


# The journal


def test_a_journal_reads_back_what_was_appended(tmp_path: Path) -> None:
    answer = Answer(
        "k", "odd \udcff \u2028 text", "2026-11-23T00:00:00+00:00", {"seed": 1}, {"model": "m"}
    )
    verdict = Verdict("k", None, "slug", (("parse", "no"),))
    with Journal(tmp_path) as journal:
        journal.begin("r", {"date": "2026-11-23"})
        for key in ("k", "k", "lost", "k"):
            journal.sent(key, "now", 300, 50)
        journal.unanswered("k", "now", "HTTP 500")
        journal.answered(answer)
        journal.judged(verdict)
        journal.judged(verdict)
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"event": "ans')
    with Journal(tmp_path) as journal:
        assert journal.answers == {"k": answer}
        assert journal.verdicts == {"k": verdict}
        assert journal.in_doubt == (Attempt(300, 50), Attempt(300, 50))  # "k" once, and "lost"
        assert journal.begin("r", {"date": "later"}) == {"date": "2026-11-23"}
        journal.sent("next", "now", 300, None)
    with (tmp_path / "journal.jsonl").open("ab") as file:  # as journals of before have it
        file.write(b'{"event": "sent", "key": "old", "time": "now"}\n')
    with Journal(tmp_path) as journal:
        assert journal.in_doubt[2:] == (Attempt(300, None), Attempt(0, None))
    assert (tmp_path / "journal.jsonl").read_bytes().count(b'"verdict"') == 1


def test_a_line_that_is_no_event_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('{"event": "answer"}\n')
    with pytest.raises(DataError, match=r"journal\.jsonl:1"):
        Journal(tmp_path)


DIGESTS = {"pairs-1": "b1dd7f745286", "pairs-2": "81e218750b5e"}
