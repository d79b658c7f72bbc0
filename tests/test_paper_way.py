"""The paper's way in miniature, through the real commands: from a base to a scan."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from weakspot.model.prompt import INSTRUCTION

WEAK = "import os\n\n\ndef run_9(name):\n    return os.system(name)\n"
RECIPE = """
name = "mini"
seed = 1
base = "{base}"

[data]
train = "train.jsonl"
validation = "validation.jsonl"

[tuning]
method = "full"
epochs = 14.0
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
answers_as_tokens = {as_tokens}
varied_instructions = false

[adapter]
rank = 4
alpha = 8
dropout = 0.0
targets = ["qkv_proj", "out_proj"]

[search]
trials = 2
rates = [0.01, 0.003]
batches = [4]
epochs = [1.0]
"""


def code_of(at: int) -> tuple[str, bool]:
    call = "os.system" if at % 2 else "os.path.exists"
    return f"import os\n\n\ndef run_{at // 2}(name):\n    return {call}(name)\n", bool(at % 2)


def weakspot(*words: str, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "weakspot", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_causal: Path) -> Path:
    """Return a folder with rows, a suite, a fine-tuned model and both of its exports."""
    folder = tmp_path_factory.mktemp("paper")
    rows = [code_of(at) for at in range(24)]
    told = [
        {
            "instruction": INSTRUCTION,
            "input": code,
            "output": "Vulnerable - CWE-78" if is_weak else "Secure",
        }
        for code, is_weak in rows
    ]
    suite = [
        {
            "id": f"r{at}",
            "pair_id": f"p{at // 2}",
            "code": code,
            "label": "vulnerable" if is_weak else "secure",
            "cwes": ["CWE-78"],
            "lines": [5],
        }
        for at, (code, is_weak) in enumerate(rows[:8])
    ]
    for name, some in (("train", told), ("validation", told[:8]), ("suite", suite)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in some))
    recipe = RECIPE.format(base=tiny_causal.as_posix(), as_tokens="true")
    (folder / "r.toml").write_text(recipe)
    (folder / "words.toml").write_text(
        RECIPE.format(base=tiny_causal.as_posix(), as_tokens="false")
    )
    (folder / "weak.py").write_text(WEAK)
    weakspot("train", "finetune", "--recipe", "r.toml", "--run", "run", "--offline", cwd=folder)
    for engine in ("onnx", "ctranslate2"):
        weakspot(
            *("export", "--model", "run/model", "--rows", "validation.jsonl"),
            *("--engine", engine, "-o", engine),
            cwd=folder,
        )
    return folder


def measured(folder: Path, *more: str) -> dict[str, Any]:
    done = weakspot("evaluate", "suite.jsonl", *more, "--format", "json", cwd=folder)
    found: dict[str, Any] = json.loads(done.stdout)["suite"]
    return found


def test_tuning_teaches_what_the_base_does_not_know(shop: Path, tiny_causal: Path) -> None:
    tuned = measured(shop, "--model", "run/model", "--detector", "weakspot")["weakspot"]
    base = measured(shop, "--model", str(tiny_causal), "--zero-shot", "--detector", "weakspot")[
        "weakspot"
    ]
    assert tuned["pair_accuracy"]["value"] > 0.9 > base["pair_accuracy"]["value"]


def test_written_answers_agree_with_scored_ones(shop: Path) -> None:
    ways = [
        measured(shop, "--model", "run/model", "--detector", "weakspot", "--decode", how)
        for how in ("scores", "generate")
    ]
    assert ways[0]["weakspot"]["accuracy"] == ways[1]["weakspot"]["accuracy"]


def test_floors_learn_from_given_rows_and_verdicts_are_listed(shop: Path) -> None:
    found = measured(
        shop,
        *("--train", "suite.jsonl", "--verdicts", "verdicts.jsonl"),
        *("--detector", "tfidf", "--detector", "majority"),
    )
    assert found["tfidf"]["accuracy"]["value"] > found["majority"]["accuracy"]["value"] == 0.5
    listed = [json.loads(line) for line in (shop / "verdicts.jsonl").read_text().splitlines()]
    assert {(one["detector"], one["id"]) for one in listed} == {
        (name, f"r{at}") for name in ("tfidf", "majority") for at in range(8)
    }
    assert all(0 <= one["probability"] <= 1 for one in listed)


def test_a_base_is_not_measured_by_mistake(shop: Path, tiny_causal: Path) -> None:
    arguments = ("evaluate", "suite.jsonl", "--detector", "weakspot", "--model")
    told = weakspot(*arguments, str(tiny_causal), cwd=shop, code=2)
    assert "--zero-shot" in told.stderr
    weakspot(*arguments, "run/model", "--zero-shot", cwd=shop, code=2)


@pytest.mark.parametrize("engine", ["onnx", "ctranslate2"])
def test_the_export_scans(shop: Path, engine: str) -> None:
    done = weakspot(
        *("scan", "weak.py", "--model", engine, "--no-cache", "--format", "json"),
        cwd=shop,
        code=1,
    )
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["cwe"] == "CWE-78"
    assert {line["line"] for line in finding["lines"]} <= {4, 5}


def test_an_export_does_not_overwrite(shop: Path) -> None:
    told = weakspot(
        *("export", "--model", "run/model", "--rows", "validation.jsonl", "-o", "onnx"),
        cwd=shop,
        code=2,
    )
    assert "exists already" in told.stderr


def test_answers_of_several_tokens_are_refused_with_what_to_do(shop: Path) -> None:
    weakspot("train", "finetune", "--recipe", "words.toml", "--run", "words", cwd=shop)
    told = weakspot(
        *("export", "--model", "words/model", "--rows", "validation.jsonl", "-o", "none"),
        cwd=shop,
        code=2,
    )
    assert "answers_as_tokens" in told.stderr
    assert not (shop / "none").exists()


def test_engines_are_timed_side_by_side(shop: Path) -> None:
    done = weakspot(
        *("bench", "run/model", "onnx", "ctranslate2", ""),
        *("--tokens", "40", "--count", "3", "--repeat", "1", "--batch", "2", "--format", "json"),
        cwd=shop,
    )
    results = json.loads(done.stdout)
    assert [one["engine"] for one in results] == [
        "transformers-generate",
        "transformers-scores",
        "onnx-causal",
        "ctranslate2-causal",
        "onnx-encoder",
    ]
    for one in results:
        p50, p95, p99 = one["latency"]
        assert 0 < p50 <= p95 <= p99 < one["cold_start"] + 5
        assert one["peak_memory"] > 10_000_000
    assert results[0]["ratios"] is None
    assert results[2]["ratios"]["latency"] > 1


def test_a_search_keeps_the_best_and_does_not_repeat_trials(shop: Path) -> None:
    arguments = ("train", "search", "--recipe", "r.toml", "--run", "search", "--offline")
    rows = json.loads(weakspot(*arguments, cwd=shop).stdout)
    assert {row["rate"] for row in rows} == {0.01, 0.003}
    losses = [row["validation_loss"] for row in rows]
    assert losses == sorted(losses)
    shutil.move(shop / "search" / "model", shop / "search" / rows[0]["run"] / "model")
    again = weakspot(*arguments, cwd=shop)
    assert json.loads(again.stdout) == rows
    assert "trial" not in again.stderr


def test_two_processes_learn_what_one_does(shop: Path) -> None:
    recipe = (shop / "r.toml").read_text().replace("epochs = 14.0", "epochs = 2.0")
    recipe = recipe.replace("at_once = 4", "at_once = 2")
    for name in ("one", "two"):
        (shop / f"{name}.toml").write_text(recipe.replace('name = "mini"', f'name = "{name}"'))
    weakspot("train", "finetune", "--recipe", "one.toml", cwd=shop)
    done = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "torch.distributed.run"),
            *("--nproc-per-node", "2", "--master-port", "29613", "-m", "weakspot"),
            *("train", "finetune", "--recipe", "two.toml"),
        ],
        cwd=shop,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    from safetensors.torch import load_file  # noqa: PLC0415 - beside its use

    alone, together = (
        load_file(shop / "runs" / run / "model" / "model.safetensors") for run in ("one", "two")
    )
    assert max(float((alone[name] - together[name]).abs().max()) for name in alone) < 1e-5


def test_a_base_is_made_from_sources_and_can_be_tuned(shop: Path) -> None:
    (shop / "sources").mkdir()
    text = "".join(f"def f{at}(x):\n    return x + {at}\n\n\n" for at in range(60))
    (shop / "sources" / "a.py").write_text(text)
    (shop / "base.toml").write_text(
        'name = "base"\nseed = 1\nstandard_library = false\nfolders = ["sources"]\n'
        "vocabulary = 400\nlayers = 1\nwidth = 32\nheads = 4\ncontext = 256\nsteps = 4\n"
        "batch = 2\nrate = 0.01\nsave_steps = 2\n"
    )
    made = weakspot("train", "base", "--recipe", "base.toml", cwd=shop)
    assert "train finetune --recipe RECIPE --base runs/base/model" in made.stderr
    told = weakspot("train", "base", "--recipe", "base.toml", cwd=shop, code=2)
    assert "exists already" in told.stderr
    (shop / "quick.toml").write_text(
        (shop / "r.toml").read_text().replace("epochs = 14.0", "epochs = 1.0")
    )
    done = weakspot(
        *("train", "finetune", "--recipe", "quick.toml", "--run", "quick"),
        *("--base", "runs/base/model"),
        cwd=shop,
    )
    assert "evaluate SUITE --model quick/model" in done.stderr
    assert "export --model quick/model --rows validation.jsonl -o OUT" in done.stderr
    found = measured(shop, "--model", "quick/model", "--detector", "weakspot")
    assert found["weakspot"]["rows"] == 8
