"""Every detector of a comparison on the same few rows: what each is, and what each costs."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from weakspot.cli.compare import command
from weakspot.cli.main import run as weakspot
from weakspot.core.errors import UsageError, WeakspotError
from weakspot.evaluate import league
from weakspot.evaluate.costs import Cost
from weakspot.evaluate.detector import DETECTORS, Answers, Settings, detector
from weakspot.evaluate.isolate import Outcome, run
from weakspot.evaluate.league import Contest, agreement, contests, plain
from weakspot.evaluate.league_page import league_page
from weakspot.evaluate.suites import Row, Verdict
from weakspot.evaluate.systems import tuned
from weakspot.evaluate.systems.prompted import read
from weakspot.evaluate.tools import Run, Tool

HERE = Path(__file__).parent
SEMGREP = HERE.parents[1] / ".venv-tools" / "bin"
RECIPE = """
[data]
train = ""
validation = ""
[tuning]
method = "full"
epochs = 10.0
rate = 0.01
batch = 4
at_once = 4
warm_up = 0.1
weight_decay = 0.0
max_tokens = 240
save_steps = 4
patience = 50
half_precision = false
gradient_checkpointing = false
answers_as_tokens = true
varied_instructions = false
[adapter]
rank = 4
alpha = 8
dropout = 0.0
targets = ["qkv_proj", "out_proj"]
[search]
trials = 1
rates = [0.01]
batches = [4]
epochs = [1.0]
"""


def rows(first: int, count: int) -> list[Row]:
    """Return twins of one line: a call through a shell, or a question about a path."""
    found = []
    for at in range(first, first + count):
        for call, is_weak in (("os.system", True), ("os.path.exists", False)):
            code = f"import os\n\n\ndef run_{at}(name):\n    return {call}('ls ' + name)\n"
            cwes, lines = (("CWE-78",), (5,)) if is_weak else ((), ())
            found.append(Row(f"{at}-{call}", code, is_weak, cwes, lines, str(at)))
    return found


def as_lines(some: Sequence[Row]) -> str:
    return "".join(
        json.dumps(
            {
                "id": row.id,
                "code": row.code,
                "label": "vulnerable" if row.is_weak else "secure",
                "cwes": row.cwes,
                "lines": row.lines,
                "pair_id": row.pair,
            }
        )
        + "\n"
        for row in some
    )


TRAIN, TEST = rows(0, 16), rows(50, 4)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    log = tmp_path_factory.mktemp("chat") / "log"
    server = subprocess.Popen(
        [sys.executable, str(HERE / "chat_server.py"), str(log)], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1", log
    server.kill()
    server.wait()
    server.stdout.close()


@pytest.fixture
def settings(tmp_path: Path, tiny_causal: Path, endpoint: tuple[str, Path]) -> Settings:
    (tmp_path / "recipe.toml").write_text(RECIPE)
    return Settings(
        work=tmp_path / "work",
        semgrep_rules=HERE / "semgrep_rules",
        base=str(tiny_causal),
        recipe=tmp_path / "recipe.toml",
        endpoint=endpoint[0],
        llm="one-word",
        prices=(1.0, 10.0),
        epochs=8,
    )


# What is plain here: these must get every pair right; the others must answer, whatever they say.
SURE = {"bandit", "ruff", "dlint", "tfidf", "bilstm", "lm-full"} | {
    name for name in DETECTORS if name.startswith("prompt-")
}


@pytest.mark.parametrize("name", [name for name in DETECTORS if name != "semgrep"])
def test_every_detector_answers_in_a_process_of_its_own(name: str, settings: Settings) -> None:
    outcome = run(detector(name, settings), TEST, TRAIN, 300)
    assert outcome.reason == ""
    assert outcome.answers is not None
    assert set(outcome.answers.verdicts) == {row.id for row in TEST}
    assert outcome.cpu > 0
    assert outcome.memory > 10_000_000
    if name in SURE:
        wrong = [row.id for row in TEST if outcome.answers.verdicts[row.id].is_weak != row.is_weak]
        assert wrong == []


def test_a_key_with_a_line_break_is_refused_and_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_KEY", "sk-0123\n456789")
    at = Settings(tmp_path, endpoint="http://127.0.0.1:9/v1", llm="m", key_env="GATEWAY_KEY")
    with pytest.raises(UsageError, match="no key has") as caught:
        detector("prompt-zero", at).judge(TEST, ())
    assert "0123" not in str(caught.value)


def test_only_a_key_that_is_meant_for_weakspot_is_sent(
    tmp_path: Path, endpoint: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Settings(tmp_path, endpoint=endpoint[0], llm="one-word")
    (option,) = (one for one in command.params if one.name == "key_env")
    assert option.default == at.key_env
    monkeypatch.delenv("WEAKSPOT_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "refused where\nit is used")
    assert detector("prompt-zero", at).judge(TEST, ()).verdicts
    monkeypatch.setenv("WEAKSPOT_API_KEY", "refused where\nit is used")
    with pytest.raises(UsageError, match="no key has"):
        detector("prompt-zero", at).judge(TEST, ())


def test_rows_that_our_model_could_not_judge_cost_themselves_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = {"verdict": "vulnerable", "probability": 0.9, "cwes": [], "lines": [5]}
    said = [{"id": "a", **weak, "error": None}, {"id": "b", **weak, "error": "it hung"}]
    out = "\n".join(map(json.dumps, said)).encode()
    done = subprocess.CompletedProcess([], 4, out, b"1 not judged")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert set(detector("weakspot", Settings(tmp_path)).judge(TEST, ()).verdicts) == {"a"}
    done.returncode = 2
    with pytest.raises(WeakspotError, match="1 not judged"):
        detector("weakspot", Settings(tmp_path)).judge(TEST, ())


@pytest.mark.skipif(not SEMGREP.exists(), reason="`make tools` has not been run")
def test_real_semgrep_judges_with_given_rules(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{SEMGREP}")
    outcome = run(detector("semgrep", settings), TEST, (), 300)
    assert outcome.reason == ""
    assert outcome.answers is not None
    said = outcome.answers.verdicts
    assert all(said[row.id].is_weak == row.is_weak for row in TEST)
    assert said[TEST[0].id].cwes == ("CWE-78",)
    assert said[TEST[0].id].lines == (5,)


def test_the_conformer_points_at_its_block(settings: Settings) -> None:
    filler = "\n".join(f"def area_{at}(r):\n    return {at} * r\n" for at in range(15))
    long = [
        Row(row.id, row.code + filler, row.is_weak, row.cwes, row.lines, row.pair) for row in TRAIN
    ]
    outcome = run(detector("conformer", settings), long, long, 300)
    assert outcome.answers is not None
    said = [outcome.answers.verdicts[row.id] for row in long if row.is_weak]
    assert sum(5 in verdict.lines and len(verdict.lines) <= 20 for verdict in said) > len(said) / 2


@dataclass(frozen=True)
class Misbehaving:
    """A detector that does what its name says."""

    how: str

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        if self.how == "hangs":
            time.sleep(60)
        if self.how == "dies":
            os._exit(7)
        if self.how == "starts a program":
            return Answers({}, cost=Cost(1.5, 2.5, 300))
        if self.how == "stumbles":
            raise ZeroDivisionError("by nothing")
        raise UsageError("there is no oil", hint="fill in oil")


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("hangs", "no answer within 3 s"),
        ("dies", "died with exit code 7"),
        ("stumbles", "ZeroDivisionError: by nothing"),
        ("complains", "there is no oil (fill in oil)"),
    ],
)
def test_what_goes_wrong_is_a_reason(how: str, reason: str) -> None:
    began = time.monotonic()
    outcome = run(Misbehaving(how), TEST, (), 3 if how == "hangs" else 60)
    assert outcome.answers is None
    assert outcome.reason == reason
    assert time.monotonic() - began < 40


def test_a_program_s_cost_is_its_own() -> None:
    outcome = run(Misbehaving("starts a program"), TEST, (), 60)
    assert (outcome.cpu, outcome.wall, outcome.memory) == (1.5, 2.5, 300)


@pytest.mark.parametrize("name", ["weakspot", "ruff"])
def test_what_runs_as_a_program_tells_its_cost(name: str, settings: Settings) -> None:
    answers = detector(name, settings).judge(TEST, ())
    assert answers.cost is not None
    assert 0 < answers.cost.cpu < 60
    assert answers.cost.memory > 10_000_000


def test_a_tool_has_as_long_as_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds: list[float] = []

    def note(tool: Tool, target: Path, limit: float) -> Run:
        seconds.append(limit)
        return Run((), "1.0", 0.0, 0.0)

    monkeypatch.setattr(Tool, "run", note)
    detector("ruff", replace(settings, limit=7200.0)).judge(TEST, ())
    assert seconds == [7200.0]


def test_the_first_stage_is_asked_for_and_told(settings: Settings) -> None:
    plain_row = [Row("a", "def area(r):\n    return 3 * r * r\n", False, (), (), "a")]
    full = detector("weakspot", settings).judge(plain_row, ())
    short = detector("weakspot", replace(settings, first_stage=True)).judge(plain_row, ())
    assert full.version.endswith("(every unit)")
    assert short.version.endswith("(first stage)")
    assert full.verdicts["a"].probability > 0
    assert short.verdicts["a"].probability == 0


@pytest.mark.parametrize("name", ["tfidf", "bilstm", "encoder", "lm-lora", "prompt-few"])
def test_who_learns_wants_rows_to_learn_from(name: str, settings: Settings) -> None:
    with pytest.raises(UsageError, match="learns from labelled rows"):
        detector(name, settings).judge(TEST, TRAIN[:1])


def test_an_unknown_detector_lists_the_known(settings: Settings) -> None:
    with pytest.raises(UsageError) as caught:
        detector("crystal-ball", settings)
    assert "bilstm" in str(caught.value.hint)


def test_answers_of_a_model_are_paid_for_once(
    settings: Settings, endpoint: tuple[str, Path]
) -> None:
    odd = [
        Row("d", "declined = 1\n", True, ("CWE-20",), (), "d"),
        Row("b", "babble = {code}\n", False, (), (), "b"),
    ]
    judge = detector("prompt-zero", settings).judge
    first = judge([*odd, *TEST], ())
    log = endpoint[1].read_text().splitlines()
    assert first.notes["refused"] == 1
    assert first.notes["unparsable"] == 1
    assert first.notes["cost"] == pytest.approx((10 * 100 * 1.0 + 10 * 10 * 10.0) / 1e6)
    assert first.notes["tokens_read"] == 10 * 100
    assert any("babble = {code}" in line for line in log)
    # A kill cut the last line short: that row, and no other, is asked about again.
    kept = settings.work / "prompt-zero.jsonl"
    kept.write_text(kept.read_text()[:-20])
    assert judge([*odd, *TEST], ()) == first
    assert len(endpoint[1].read_text().splitlines()) == len(log) + 1


def test_few_shot_prompts_show_pairs_of_the_training_side(
    settings: Settings, endpoint: tuple[str, Path]
) -> None:
    detector("prompt-few", settings).judge(TEST[:1], TRAIN)
    asked = json.loads(endpoint[1].read_text().splitlines()[-1])
    assert asked.count("<code>\n") == 2 * settings.shots + 1
    assert asked.count("\nVulnerable - CWE-78\n") == settings.shots
    assert "run_50" in asked.rpartition("<code>")[2]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Vulnerable - CWE-79", Verdict(True, 1.0, ("CWE-79",))),
        ("**vulnerable** - cwe-79.", Verdict(True, 1.0, ("CWE-79",))),
        ("Secure", Verdict(False, 0.0)),
        ("insecure", None),
        ("The code is not vulnerable.", Verdict(False, 0.0)),
        ("It isn't really vulnerable to CWE-79", Verdict(False, 0.0)),
        ("This is not secure.", Verdict(True, 1.0)),
        ("", None),
    ],
)
def test_answers_are_read_as_models_write_them(text: str, verdict: Verdict | None) -> None:
    assert read(text) == verdict


def test_a_failure_costs_its_row_only(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    names = ["majority", "ruff", "semgrep"]
    bare = Settings(tmp_path)
    (found,) = contests({"mini": TEST}, TRAIN, names, bare, 120, said.append)
    by_name = {row["detector"]: row for row in plain(found)}
    assert by_name["ruff"]["pair_accuracy"]["value"] == 1.0
    assert by_name["majority"]["pair_accuracy"]["value"] == 0.0
    assert "--semgrep-rules" in by_name["semgrep"]["reason"]
    assert "pair_accuracy" not in by_name["semgrep"]
    assert by_name["ruff"]["balanced_accuracy"]["value"] == 1.0
    assert by_name["majority"]["youden"]["value"] == 0.0
    assert by_name["ruff"]["recall_at_0.005"] == 1.0
    assert by_name["ruff"]["mcnemar_p"] == pytest.approx(2 / 2**4)  # four pairs against none
    assert len(said) == len(names)


def test_the_baseline_is_named_also_where_the_first_detector_fails(tmp_path: Path) -> None:
    names = ["semgrep", "ruff", "majority"]
    (found,) = contests({"mini": TEST}, TRAIN, names, Settings(tmp_path), 120, lambda _: None)
    assert (found.base, found.unit) == ("ruff", "pairs")
    told = plain(found)
    assert [row.get("mcnemar_base") for row in told] == [None, "ruff", "ruff"]
    assert "McNemar (pairs, against ruff)" in league_page([found])


def test_rows_without_a_verdict_are_told(tmp_path: Path) -> None:
    (tmp_path / "weak.jsonl").write_text(as_lines(TEST[:2]))
    long = replace(TEST[1], id="long", code="x = '" + "a" * (17 << 20) + "'\n")
    (found,) = contests(
        {"mini": [*TEST[:2], long]}, (), ["weakspot"], Settings(tmp_path), 120, lambda _: None
    )
    (row,) = plain(found)
    assert row["unjudged"] == 1
    assert row["notes"] == {"without_verdict": 1}


def test_what_was_dear_is_not_done_again(settings: Settings) -> None:
    def play() -> tuple[Contest, ...]:
        suites = {"mini": TEST, "more": rows(70, 2)}
        return contests(suites, TRAIN, ["bilstm"], settings, 300, lambda _: None)

    first = play()
    for found, count in zip(first, (len(TEST), 4), strict=True):
        (standing,) = found.standings
        assert standing.result is not None
        assert set(standing.result.answers.verdicts) == {row.id for row in found.rows}
        assert len(found.rows) == count
        assert standing.outcome.wall == first[0].standings[0].outcome.wall
    again = play()  # the wall time is the first run's, too
    assert [one.standings[0].outcome for one in again] == [
        one.standings[0].outcome for one in first
    ]


@pytest.mark.parametrize(("field", "name"), [("base", "lm-untuned"), ("encoder", "encoder")])
def test_a_model_trained_again_in_its_folder_is_asked_again(
    field: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    asked: list[str] = []

    def answer(_: object, given: Sequence[Row], *__: object) -> Outcome:
        asked.append((folder / "model.safetensors").read_text())
        return Outcome(Answers({row.id: Verdict(False, 0.0) for row in given}), 1.0, 1.0, 1)

    monkeypatch.setattr(league, "run", answer)
    at = replace(Settings(tmp_path / "work"), **{field: str(folder)})
    for weights in ("first", "first", "second"):
        (folder / "model.safetensors").write_text(weights)
        contests({"mini": TEST}, TRAIN, [name], at, 1, lambda _: None)
    assert asked == ["first", "second"]


def test_a_base_trained_again_in_its_folder_is_tuned_anew(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    at = replace(settings, base=str(folder))
    made: list[Path] = []
    monkeypatch.setattr(tuned.Tuned, "_train", lambda _, folder, *__: made.append(folder))
    monkeypatch.setattr(tuned.causal, "judge", lambda *_, **__: {})
    for weights in ("first", "first", "second"):
        (folder / "model.safetensors").write_text(weights)
        detector("lm-full", at).judge(TEST, TRAIN)
    assert made[0] == made[1] != made[2]


def test_agreement_counts_rows_of_both() -> None:
    one = {"a": Verdict(True, 1.0), "b": Verdict(False, 0.0), "c": Verdict(True, 1.0)}
    other = {"a": Verdict(True, 0.6), "b": Verdict(True, 0.9)}
    assert agreement(one, other) == 0.5


@pytest.mark.parametrize("style", ["text", "json", "csv", "html"])
def test_the_command_writes_every_format(style: str, tmp_path: Path) -> None:
    (tmp_path / "suite.jsonl").write_text(as_lines(TEST))
    (tmp_path / "train.jsonl").write_text(as_lines(TRAIN))
    out = tmp_path / "out"
    words = ["compare", "--suite", str(tmp_path / "suite.jsonl"), "--format", style]
    words += ["--train", str(tmp_path / "train.jsonl"), "--work", str(tmp_path), "-o", str(out)]
    for name in ("ruff", "tfidf", "prompt-zero"):
        words += ["--detector", name]
    assert weakspot(words) == 0
    text = out.read_text()
    assert "ruff" in text
    assert "give --endpoint and --llm" in text
    assert ("suite: 8 rows, 4 weak, 4 sound\n" in text) == (style == "text")
    if style == "html":
        assert "<svg" in text
        assert not re.search(r"(?:src|href)=.(?:https?:|//)|<script|@import|url\(http", text)
    if style == "json":
        assert {row["detector"] for row in json.loads(text)} == {"ruff", "tfidf", "prompt-zero"}


@pytest.mark.parametrize("style", ["text", "html"])
def test_a_repository_is_compared_by_place_and_size(style: str, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text(TEST[0].code + "\n\n" + TEST[1].code)
    out = tmp_path / "out"
    words = ["compare", str(tmp_path / "code"), "--detector", "ruff"]
    assert weakspot([*words, "--format", style, "-o", str(out)]) == 0
    assert "S605" in out.read_text()
    assert weakspot(["compare", str(tmp_path), "--detector", "bilstm"]) == 2
