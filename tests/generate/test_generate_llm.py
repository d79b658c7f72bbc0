"""`weakspot generate llm` against a real server process on the loopback interface."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from weakspot.cli.main import run
from weakspot.dataset.pairs import read_pairs
from weakspot.dataset.rules import breaches
from weakspot.generate.drafts.journal import Journal

SERVER = Path(__file__).with_name("llm_server.py")
SOURCES = Path(__file__).parents[2] / "src"


@dataclass
class Served:
    process: subprocess.Popen[str]
    log: Path
    url: str

    def keys(self, event: str) -> list[str]:
        if not self.log.exists():
            return []
        rows = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [row["key"] for row in rows if row["event"] == event]

    def rows(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[subprocess.Popen[str]] = []

    def start(mode: str, count: int = 0) -> Served:
        log = tmp_path / f"server-{len(started)}.log"
        process = subprocess.Popen(
            [sys.executable, str(SERVER), mode, str(log), "--count", str(count)],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        port = int(process.stdout.readline())
        return Served(process, log, f"http://127.0.0.1:{port}/v1")

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def words(served: Served, folder: Path, *more: str, pairs: int = 4) -> list[str]:
    return [
        "generate", "llm", "--endpoint", served.url, "--model", "tiny", "--cwe", "CWE-89",
        "--pairs", str(pairs), "-o", str(folder), "--backoff", "0.01", *more,
    ]  # fmt: skip


def journal(folder: Path, event: str) -> list[dict]:
    lines = (folder / "journal.jsonl").read_text().splitlines()
    return [row for row in map(json.loads, lines) if row["event"] == event]


def ids(folder: Path) -> list[str]:
    return [pair.id for pair in read_pairs(folder / "pairs")]


def test_a_good_model_fills_the_order(serve, tmp_path, capsys) -> None:
    served, folder = serve("good"), tmp_path / "out"
    assert run(words(served, folder, "--price-in", "1", "--price-out", "4")) == 0
    pairs = list(read_pairs(folder / "pairs"))
    assert len({pair.mechanism for pair in pairs}) == 4
    assert not [found for pair in pairs for found in breaches([pair])]
    for pair in pairs:
        weak = [
            pair.vulnerable.code.split("\n")[line - 1].strip() for line in pair.vulnerable.lines
        ]
        assert weak == ["return db.execute(query).fetchall()"]
    told = capsys.readouterr()
    assert "4 of 4 pairs drafted" in told.out
    asked = len(served.keys("answered"))
    assert f"{asked * 1000} prompt tokens, {asked * 500} answer tokens" in told.out
    assert f"{asked * 0.003:.4f} spent" in told.out
    assert "CWE-89 1/4: drafted" in told.err


def test_the_prompt_shown_is_that_of_the_first_request(serve, tmp_path, capsys) -> None:
    served, first, folder = serve("good"), tmp_path / "first", tmp_path / "out"
    assert run(words(served, first, pairs=1)) == 0
    order = words(served, folder, "--existing", str(first / "pairs"), "--prompt", "pairs-1")
    before = len(served.keys("came"))
    capsys.readouterr()
    assert run([*order, "--show-prompt"]) == 0
    shown = capsys.readouterr().out
    assert not folder.exists()
    assert len(served.keys("came")) == before
    run(order)
    asked = [row["body"] for row in served.rows() if row["event"] == "came"][before]
    messages = asked["messages"]
    assert shown == "".join(f"--- {one['role']}\n{one['content']}\n" for one in messages)
    assert ids(first)[0].split("/")[1] in shown
    assert run([*order, "--show-prompt"]) == 0  # as it was recorded, whatever exists by now
    assert capsys.readouterr().out.endswith(shown)


def test_each_draft_keeps_how_it_was_made(serve, tmp_path) -> None:
    served, folder = serve("good"), tmp_path / "out"
    assert run(words(served, folder, "--seed", "5", pairs=1)) == 0
    (answer,) = journal(folder, "answer")
    assert answer["model"] == "tiny"
    assert answer["prompt"] == "pairs-2"
    assert len(answer["prompt_digest"]) == 64
    assert answer["seed"] == answer["request"]["seed"]
    assert answer["time"].endswith("+00:00")
    assert "choices" in json.loads(answer["answer"])
    assert answer["request"]["response_format"]["type"] == "json_schema"
    (verdict,) = journal(folder, "verdict")
    assert (verdict["key"], verdict["pair"]) == (answer["key"], ids(folder)[0])


def test_mechanisms_that_exist_are_told_and_not_repeated(serve, tmp_path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    served = serve("good")
    assert run(words(served, first)) == 0
    assert run(words(served, second, "--existing", str(first / "pairs"), "--seed", "1")) == 0
    assert not set(ids(first)) & set(ids(second))
    prompt = served.rows()[-1]["body"]["messages"][-1]["content"]
    assert all(f"- {name.split('/')[1]}" in prompt for name in ids(first))


def test_what_exists_by_now_is_not_repeated_by_a_run_that_goes_on(serve, tmp_path) -> None:
    served, others, folder = serve("good"), tmp_path / "others", tmp_path / "out"
    assert run(words(served, others, pairs=2)) == 0
    assert run(words(served, folder, pairs=1)) == 0
    more = ("--existing", str(others / "pairs"), "--tries", "1")
    assert run(words(served, folder, *more, pairs=2)) == 4  # the model writes the same again
    assert len(ids(folder)) == 1
    reasons = [{rule for rule, _ in row["reasons"]} for row in journal(folder, "verdict")]
    assert reasons == [set(), {"mechanism", "near-duplicate"}]


def test_a_model_that_repeats_itself_is_refused(serve, tmp_path, capsys) -> None:
    served, folder = serve("repeat"), tmp_path / "out"
    assert run(words(served, folder, pairs=2)) == 4
    assert len(ids(folder)) == 1
    assert "  near-duplicate: 2\n  mechanism: 1\n" in capsys.readouterr().out
    reasons = [[rule for rule, _ in row["reasons"]] for row in journal(folder, "verdict")]
    assert reasons == [[], ["near-duplicate"], ["mechanism"], ["near-duplicate"]]


def test_rubbish_gives_no_draft_and_a_report_why(serve, tmp_path, capsys) -> None:
    served, folder = serve("rubbish"), tmp_path / "out"
    assert run(words(served, folder, "--tries", "4")) == 1
    assert not (folder / "pairs").exists()
    told = capsys.readouterr().out
    assert "0 of 4 pairs drafted" in told
    assert "16 drafts refused" in told
    for rule in ("answer", "parse", "twins"):
        assert f"  {rule}: " in told
    assert all(row["reasons"] for row in journal(folder, "verdict"))
    assert len(journal(folder, "answer")) == 16
    second = json.loads(json.dumps(served.rows()[2]["body"]["messages"][-1]["content"]))
    assert "An earlier draft was refused" in second


def test_a_model_that_only_babbles_is_given_up(serve, tmp_path, capsys) -> None:
    served, folder = serve("rubbish"), tmp_path / "out"
    assert run(words(served, folder, "--give-up", "3", pairs=50)) == 1
    assert len(served.keys("answered")) == 3
    assert "3 drafts in a row were refused" in capsys.readouterr().out


def test_a_run_that_gave_up_goes_on_behind_what_was_refused(serve, tmp_path, capsys) -> None:
    served, folder = serve("rubbish"), tmp_path / "out"
    command = words(served, folder, "--give-up", "3", pairs=3)
    for total in (3, 6, 9):
        assert run(command) == 1
        assert len(served.keys("answered")) == total
    assert "stopped early" in capsys.readouterr().out
    assert run(command) == 1  # nothing is left to ask for: an end, not a stop
    assert len(served.keys("answered")) == 9
    assert "stopped early" not in capsys.readouterr().out


def test_busy_answers_are_asked_for_again(serve, tmp_path, capsys) -> None:
    served, folder = serve("busy"), tmp_path / "out"
    assert run(words(served, folder, pairs=2)) == 0
    answered = served.keys("answered")
    assert len(answered) == len(set(answered)) == len(journal(folder, "answer"))
    assert len(served.keys("came")) == 3 * len(answered)
    assert "HTTP 429: " in capsys.readouterr().err
    assert {row["why"] for row in journal(folder, "unanswered")} == {"HTTP 429", "HTTP 500"}


def test_an_answer_that_breaks_off_is_asked_for_again(serve, tmp_path) -> None:
    served, folder = serve("cut"), tmp_path / "out"
    assert run(words(served, folder, pairs=2)) == 0
    assert len(ids(folder)) == 2
    assert len(served.keys("came")) == 2 * len(served.keys("answered"))


def test_an_error_under_a_success_is_no_answer(serve, tmp_path) -> None:
    served, folder = serve("masked"), tmp_path / "out"
    assert run(words(served, folder, pairs=2)) == 0
    assert all("choices" in row["answer"] for row in journal(folder, "answer"))


def test_an_answer_that_drips_is_not_waited_for(serve, tmp_path, capsys) -> None:
    served, folder = serve("dripping"), tmp_path / "out"
    assert run(words(served, folder, "--timeout", "1", pairs=1)) == 0
    assert "no whole answer within 1 s" in capsys.readouterr().err


def test_a_query_of_the_address_is_used_and_not_kept(serve, tmp_path) -> None:
    served, folder = serve("good"), tmp_path / "out"
    served.url += "?code=s3cret"
    assert run(words(served, folder, pairs=1)) == 0
    assert served.rows()[0]["path"] == "/v1/chat/completions?code=s3cret"
    assert "s3cret" not in (folder / "journal.jsonl").read_text()


def test_without_schemas_the_text_is_read(serve, tmp_path) -> None:
    served, folder = serve("no-schema"), tmp_path / "out"
    assert run(words(served, folder, pairs=2)) == 0
    assert len(ids(folder)) == 2
    fields = [row["fields"] for row in served.rows() if row["event"] == "came"]
    assert ["response_format" in one for one in fields] == [True] + [False] * (len(fields) - 1)


def test_a_dying_server_loses_nothing(serve, tmp_path, capsys) -> None:
    folder = tmp_path / "out"
    dying = serve("dying", count=2)
    assert run(words(dying, folder, "--retries", "2")) == 2
    told = capsys.readouterr()
    assert "2 of 4 pairs drafted" in told.out
    assert "nothing is lost" in told.err
    kept = ids(folder)
    assert len(kept) == 2
    again = serve("good")
    assert run(words(again, folder)) == 0
    assert set(kept) < set(ids(folder))
    assert len(ids(folder)) == 4
    assert not set(dying.keys("answered")) & set(again.keys("came"))


def test_kill_9_and_again_pays_for_each_request_once(serve, tmp_path) -> None:
    folder = tmp_path / "out"
    holding = serve("holding", count=3)
    command = [sys.executable, "-m", "weakspot", *words(holding, folder, pairs=6)]
    process = subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(SOURCES)}, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 20
    while len(holding.keys("came")) < 4 and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(holding.keys("answered")) == 3
    # Cut a line short as well, as a kill amid writing would.
    with (folder / "journal.jsonl").open("ab") as file:
        file.write(b'{"event": "answer", "key": "12')
    again = serve("good")
    assert run(words(again, folder, pairs=6)) == 0
    paid = holding.keys("answered") + again.keys("answered")
    assert len(paid) == len(set(paid)) == len(journal_answers(folder))
    assert len(ids(folder)) == 6
    # A third time nothing is left to ask.
    before = len(again.keys("came"))
    assert run(words(again, folder, pairs=6)) == 0
    assert len(again.keys("came")) == before


def journal_answers(folder: Path) -> list[str]:
    found = []
    for line in (folder / "journal.jsonl").read_text().splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if row["event"] == "answer":
            found.append(row["key"])
    return found


@pytest.mark.parametrize("existing", [False, True])
def test_killed_before_the_verdict_the_answer_is_judged_later(
    serve, tmp_path, existing: bool
) -> None:
    served, folder = serve("good"), tmp_path / "out"
    assert run(words(served, folder, pairs=2)) == 0
    drafted = ids(folder)
    path = folder / "journal.jsonl"
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join(rows[:-1]))  # the last verdict is lost
    before = len(served.keys("came"))
    # Its own draft does not stand in its way, named as existing or not.
    more = ("--existing", str(folder)) if existing else ()
    assert run(words(served, folder, *more, pairs=2)) == 0
    assert len(served.keys("came")) == before
    assert ids(folder) == drafted


def test_what_a_reviewer_took_away_does_not_come_back(serve, tmp_path) -> None:
    served, folder = serve("good"), tmp_path / "out"
    assert run(words(served, folder, pairs=2)) == 0
    taken = next((folder / "pairs").rglob("*.pair"))
    taken.unlink()
    assert run(words(served, folder, pairs=3)) == 0
    assert not taken.exists()
    assert len(ids(folder)) == 2


def test_the_spending_stops_at_its_limit(serve, tmp_path, capsys) -> None:
    served, folder = serve("good"), tmp_path / "out"
    prices = ("--price-in", "1000", "--price-out", "2000")  # 2 for one answer
    assert run(words(served, folder, *prices, "--max-cost", "5")) == 4
    assert len(served.keys("answered")) == 2
    assert "stopped early: the next request could cost more" in capsys.readouterr().out
    assert run(words(served, folder, *prices, "--max-cost", "5")) == 4
    assert len(served.keys("answered")) == 2


def test_attempts_that_time_out_count_against_the_limit(serve, tmp_path, capsys) -> None:
    served, folder = serve("holding"), tmp_path / "out"
    more = ("--price-out", "100", "--max-tokens", "2000", "--max-cost", "0.5", "--timeout", "1")
    for earlier in ("", "earlier runs: "):  # an attempt may cost 0.2
        assert run(words(served, folder, *more, "--retries", "3")) == 1
        assert len(served.keys("came")) == 2
        told = capsys.readouterr()
        assert "0.0000 spent in all\nbeside that, 2 attempts were sent and not" in told.out
        assert "may be paid for: 0.4000\nstopped early: the next request could cost" in told.out
        assert told.err.startswith(earlier)
    assert run(words(served, folder, *more, "--retries", "3", "--max-cost", "0.7")) == 1
    assert len(served.keys("came")) == 3


@pytest.mark.parametrize(("mode", "more", "came"), [("down", (), 2), ("good", ("--rate", "1"), 1)])
def test_an_interrupt_ends_pauses_and_sends_nothing_more(
    serve, tmp_path, mode: str, more: tuple[str, ...], came: int
) -> None:
    served, folder = serve(mode), tmp_path / "out"
    order = words(served, folder, "--cwe", "22", "--workers", "2", *more)
    process = subprocess.Popen(
        [sys.executable, "-m", "weakspot", *order],
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 20
    while len(served.keys("came")) < came and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    try:
        _, told = process.communicate(timeout=30)  # the pauses are of 60 s
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert "interrupted: nothing more is sent" in told
    assert len(served.keys("came")) == came


def test_the_limit_holds_for_all_workers_together(serve, tmp_path) -> None:
    served, folder = serve("good"), tmp_path / "out"
    more = ("--price-in", "1000", "--price-out", "2000", "--max-cost", "5", "--workers", "8")
    cwes = ("--cwe", "20,22,77,78,79,94,502")
    assert run(words(served, folder, *more, *cwes)) == 4  # an answer costs 2
    assert len(served.keys("answered")) == 2


def test_a_limit_without_prices_is_refused(serve, tmp_path, capsys) -> None:
    assert run(words(serve("good"), tmp_path / "out", "--max-cost", "5")) == 2
    assert "--price-in" in capsys.readouterr().err


def test_the_rate_is_kept(serve, tmp_path) -> None:
    served, folder = serve("good"), tmp_path / "out"
    start = time.monotonic()
    assert run(words(served, folder, "--rate", "300", pairs=3)) == 0
    asked = len(served.keys("came"))
    assert time.monotonic() - start >= (asked - 1) * 0.2


def test_the_key_is_sent_and_never_kept(serve, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("GATEWAY_KEY", "k-0123456789")
    served, folder = serve("locked"), tmp_path / "out"
    assert run(words(served, folder, "--key-env", "GATEWAY_KEY")) == 2
    assert served.rows()[0]["auth"] == "Bearer k-0123456789"
    told = capsys.readouterr()
    assert "HTTP 401" in told.err
    assert "--key-env" in told.err
    kept = (folder / "journal.jsonl").read_text()
    assert "k-0123456789" not in kept + told.err + told.out


def test_a_key_never_goes_out_unencrypted(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("WEAKSPOT_API_KEY", "k-0123456789")
    away = Served(None, tmp_path / "none", "http://gateway.invalid/v1")  # type: ignore[arg-type]
    assert run(words(away, tmp_path / "out")) == 2
    assert "unencrypted" in capsys.readouterr().err


def test_a_redirect_is_not_followed(serve, tmp_path, capsys) -> None:
    served = serve("moved")
    assert run(words(served, tmp_path / "out")) == 2
    assert "HTTP 307" in capsys.readouterr().err
    assert len(served.keys("came")) == 1


def test_test_data_is_not_repeated(serve, tmp_path, capsys) -> None:
    served = serve("good")
    assert run(words(served, tmp_path / "first", pairs=1)) == 0
    (pair,) = read_pairs(tmp_path / "first" / "pairs")
    suite = tmp_path / "suite.jsonl"
    suite.write_text(json.dumps({"code": pair.fixed.code.replace("depot", "yard")}) + "\n")
    more = ("--test-data", str(suite), "--tries", "1")
    assert run(words(served, tmp_path / "second", *more, pairs=1)) == 1
    assert "overlap: 1" in capsys.readouterr().out


def test_several_cwes_at_once(serve, tmp_path) -> None:
    served, folder = serve("good"), tmp_path / "out"
    more = ("--cwe", "78,22", "--workers", "3")
    assert run(words(served, folder, *more, pairs=2)) == 0
    cwes = sorted(pair.cwe for pair in read_pairs(folder / "pairs"))
    assert cwes == ["CWE-22"] * 2 + ["CWE-78"] * 2 + ["CWE-89"] * 2
    before = len(served.keys("came"))
    assert run(words(served, folder, *more, pairs=2)) == 0
    assert len(served.keys("came")) == before


def test_pairs_beside_the_journal_count_as_existing(serve, tmp_path) -> None:
    served, first, second = serve("good"), tmp_path / "first", tmp_path / "second"
    assert run(words(served, first, pairs=3)) == 0
    (second / "pairs").mkdir(parents=True)
    (first / "pairs" / "CWE-89").rename(second / "pairs" / "CWE-89")
    kept = set(ids(second))
    assert run(words(served, second, "--seed", "9", pairs=2)) == 0
    assert len(set(ids(second)) - kept) == 2


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "httpx2", None)
    monkeypatch.delitem(sys.modules, "weakspot.backends.chat.client", raising=False)
    nowhere = Served(None, tmp_path / "none", "http://127.0.0.1:9/v1")  # type: ignore[arg-type]
    assert run(words(nowhere, tmp_path / "out")) == 2
    assert "weakspot[generate]" in capsys.readouterr().err


def test_the_short_spelling(serve, tmp_path) -> None:
    served, folder = serve("good"), tmp_path / "out"
    more = ["--model", "tiny", "--cwe", "89", "--pairs", "1", "-o", str(folder)]
    assert run(["generate", "--llm", served.url, *more]) == 0
    assert len(ids(folder)) == 1


def test_two_runs_do_not_share_a_folder(serve, tmp_path, capsys) -> None:
    with Journal(tmp_path / "out"):
        assert run(words(serve("good"), tmp_path / "out")) == 2
    assert "another run" in capsys.readouterr().err
