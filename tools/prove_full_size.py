"""Proves the paper's way on CodeGen-350M's real architecture with random weights.

Usage: python tools/prove_full_size.py FOLDER [STEPS]

Fine-tunes STEPS (60) steps in full, does the same with a `kill -9` in the middle and compares the
weights, tunes STEPS steps with LoRA, exports to ONNX, and scans with the result. Prints one JSON
object a part: losses, tokens a second, peak memory, minutes.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import torch
from full_size import main as make_base
from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parents[1]
ROWS_A_STEP = 2
# The steps of the paper's run: 400 instances, three times.
PAPER_ROWS = 1_200


def recipe(folder: Path, method: str, steps: int, rows: int) -> Path:
    """Write the recipe of one run; epochs are what makes the wanted number of steps."""
    text = (ROOT / "recipes" / "codegen-350m-mono.toml").read_text("utf-8")
    changes = {
        "name": f'"{method}"',
        "base": json.dumps(str(folder / "base")),
        "train": json.dumps(str(folder / "rows" / "train.jsonl")),
        "validation": json.dumps(str(folder / "few.jsonl")),
        "method": f'"{method}"',
        "epochs": str(float(steps * ROWS_A_STEP / rows)),
        "batch": str(ROWS_A_STEP),
        "at_once": "1",
        "max_tokens": "512",
        "save_steps": str(steps // 2),
        "rate": "0.0002" if method == "lora" else "0.00005",
    }
    lines = []
    for line in text.splitlines():
        name = line.partition(" = ")[0]
        # Once: the table of the search has keys of the same names.
        lines.append(f"{name} = {changes.pop(name)}" if name in changes else line)
    path = folder / f"{method}.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def weakspot(*words: str) -> list[str]:
    """Return the command line of one of our commands."""
    return [sys.executable, "-W", "ignore", "-m", "weakspot", *words]


def tuned(path: Path, run: Path, kill_after: int | None = None) -> dict[str, Any]:
    """Run a fine-tuning; kill it once a checkpoint of step `kill_after` is whole, and go on."""
    command = weakspot("train", "finetune", "--recipe", str(path), "--run", str(run), "--offline")
    began = time.monotonic()
    told: list[str] = []
    peak = 0
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own interpreter, no shell
        stderr = process.stderr
        if stderr is None:
            raise RuntimeError("the run has no standard error")
        reader = threading.Thread(target=lambda: told.extend(stderr), daemon=True)
        reader.start()
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            if (
                kill_after
                and (run / "checkpoints" / f"checkpoint-{kill_after}/whole.json").exists()
            ):
                time.sleep(5)  # into the steps that follow
                os.kill(process.pid, signal.SIGKILL)
                kill_after = None
            time.sleep(0.2)
        reader.join()
        code = process.returncode
    if code == -signal.SIGKILL:
        return tuned(path, run) | {"killed": True}
    if code:
        raise RuntimeError("".join(told[-20:]))
    steps = [line.split() for line in told if line.startswith("step ") and " loss " in line]
    losses = [float(line[3]) for line in steps]
    return {
        "steps": len(losses),
        "loss_first_5": sum(losses[:5]) / 5,
        "loss_last_5": sum(losses[-5:]) / 5,
        "tokens_per_second": float(steps[-1][4].lstrip("(")),
        "minutes": (time.monotonic() - began) / 60,
        "peak_memory_gb": peak / 1e9,
    }


def _memory(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) * 1024 if found else 0


def show(found: dict[str, Any]) -> None:
    """Write one part's figures."""
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def done(*words: str) -> None:
    """Run one of our commands to its end."""
    subprocess.run(weakspot(*words), check=True)  # noqa: S603 - our own interpreter, no shell


def main(folder: Path, steps: int) -> None:
    """Do all parts and print their figures."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "base").exists():
        make_base(folder / "base")
    done(
        *("dataset", "split", str(ROOT / "datasets" / "top25"), "--protocol", "random"),
        *("--validation", "--format", "paper", "-o", str(folder / "rows")),
    )
    train = (folder / "rows" / "train.jsonl").read_text("utf-8").splitlines(keepends=True)
    validation = (folder / "rows" / "validation.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "few.jsonl").write_text("".join(validation[:8]), "utf-8")
    full = recipe(folder, "full", steps, len(train))
    one = tuned(full, folder / "full")
    one["paper_run_hours"] = one["minutes"] / 60 * PAPER_ROWS / (one["steps"] * ROWS_A_STEP)
    show({"full": one})
    other = tuned(full, folder / "killed", kill_after=steps // 2)
    whole, resumed = (
        load_file(folder / run / "model" / "model.safetensors") for run in ("full", "killed")
    )
    other["weights_identical"] = all(torch.equal(whole[name], resumed[name]) for name in whole)
    show({"killed": other})
    lora = tuned(recipe(folder, "lora", steps, len(train)), folder / "lora")
    show({"lora": lora})
    done(
        *("export", "--model", str(folder / "full" / "model")),
        *("--rows", str(folder / "few.jsonl"), "-o", str(folder / "onnx")),
    )
    done(
        *("scan", str(ROOT / "examples"), "--model", str(folder / "onnx"), "--exit-zero"),
        *("--no-cache", "--format", "concise"),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 60)
