"""Plays the league: every system on our protocols and on public suites; writes docs/league/.

    make league SUITES="a.jsonl b.jsonl" [BASE=runs/small-base/model] [SEMGREP_RULES=folder]

Goes on where it was stopped: trained models and dear answers are kept in runs/league. Without BASE
the language models have a reason in place of figures. What was played, and what was not, is told
by hand in docs/league/edition.md, which becomes a part of the page.
"""

import argparse
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WORK = Path("runs/league")
PAGES = Path("docs/league")
EPOCHS = "8"  # of bilstm, conformer and encoder
PORT = "8017"  # of the served model: answers are kept by its address
LIMIT = "5400"  # seconds for each detector
OURS = "weakspot"
STATIC = ("bandit", "bandit-ll", "ruff", "dlint", "semgrep")
FLOORS = ("majority", "length", "tfidf")
NETWORKS = ("bilstm", "conformer", "encoder")
MODELS = ("lm-full", "lm-untuned")
ADAPTED = ("lm-lora", "lm-ia3")
PROMPTED = ("prompt-zero", "prompt-few", "prompt-chain")
# Ours learnt from the training side of the family split: other splits would test it on that.
PROTOCOLS = {
    "random": (*STATIC, *FLOORS, *MODELS),
    "family": (OURS, *STATIC, *FLOORS, *NETWORKS, *MODELS, *ADAPTED, *PROMPTED),
    "leave-cwe-out": (*STATIC, *FLOORS, *MODELS),
}
SHOWN = (
    ("pair_accuracy", "pairs right"),
    ("both_flagged", "both flagged"),
    ("precision", "precision"),
    ("recall", "recall"),
    ("f1", "F1"),
    ("false_alarms", "false alarms"),
    ("cwe_right", "CWE right"),
    ("line_near", "line ± 3"),
)
BEHIND = {"cwe_right": "cwe_rows", "line_near": "line_rows"}  # shares of few rows


def main() -> None:
    """Run it all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", action="append", default=[], type=Path)
    parser.add_argument("--base")
    parser.add_argument("--semgrep-rules", type=Path)
    parser.add_argument("--only", action="append", help="play this protocol (or public) alone")
    given = parser.parse_args()
    PAGES.mkdir(parents=True, exist_ok=True)
    more: list[str] = []
    if given.semgrep_rules:
        more += ["--semgrep-rules", str(given.semgrep_rules)]
    if given.base:
        more += ["--base", given.base, "--recipe", "recipes/small-causal.toml"]
    wanted = given.only or [*PROTOCOLS, "public"]
    with served(given.base) as endpoint:
        if endpoint:
            more += ["--endpoint", endpoint, "--llm", Path(given.base).parent.name]
        for name, systems in PROTOCOLS.items():
            if name not in wanted:
                continue
            folder = WORK / "rows" / name
            weakspot("dataset", "split", "datasets/top25", "--protocol", name, "-o", str(folder))
            # Of five folds of left-out CWEs the first is played: each would train all anew.
            side = folder / "fold-0" if name == "leave-cwe-out" else folder
            test = named(side / "test.jsonl", name)
            played(name, [test], side / "train.jsonl", systems, more)
        whole = WORK / "rows" / "whole"
        weakspot("dataset", "build", "datasets/top25", "--format", "suite", "-o", str(whole))
        (rows,) = sorted(whole.glob("*.jsonl"))
        if given.suite and "public" in wanted:
            systems = (OURS, *STATIC, *FLOORS, *NETWORKS, "lm-full")
            played("public", given.suite, rows, systems, more)
    files = {name: WORK / f"{name}.json" for name in (*PROTOCOLS, "public")}
    told = {name: json.loads(file.read_text()) for name, file in files.items() if file.exists()}
    edition = (PAGES / "edition.md").read_text("utf-8")
    (PAGES / "README.md").write_text("\n".join(page(told, edition)) + "\n", "utf-8")


def weakspot(*words: str) -> None:
    """Run our command; its output stays on the terminal."""
    subprocess.run([sys.executable, "-m", "weakspot", *words], check=True)  # noqa: S603 - ours


def played(
    name: str, suites: Sequence[Path], train: Path, systems: Sequence[str], more: Sequence[str]
) -> None:
    """Play suites twice, as figures and as a page; the second time dear answers are known."""
    words = ["compare", "--train", str(train)]
    for suite in suites:
        words += ["--suite", str(suite)]
    words += ["--work", str(WORK), "--epochs", EPOCHS, "--limit", LIMIT]
    for system in systems:
        if system != "semgrep" or "--semgrep-rules" in more:
            words += ["--detector", system]
    words += more
    out = WORK / f"{name}.json"
    weakspot(*words, "--format", "json", "-o", str(out))
    weakspot(*words, "--format", "html", "-o", str(PAGES / f"{name}.html"))


def named(suite: Path, name: str) -> Path:
    """Return a copy of a suite under the name that the page shows."""
    copy = WORK / "rows" / f"{name}.jsonl"
    copy.write_bytes(suite.read_bytes())
    return copy


@contextmanager
def served(base: str | None) -> Iterator[str]:
    """Serve the base model while the league is played; yields its address, or nothing."""
    if base is None:
        yield ""
        return
    command = [sys.executable, str(Path(__file__).with_name("serve_model.py")), base, PORT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - ours
        try:
            yield (server.stdout.readline() if server.stdout else "").strip()
        finally:
            server.terminate()


def page(told: Mapping[str, Sequence[Mapping[str, Any]]], edition: str) -> Iterator[str]:
    """Yield the lines of the report; `edition` is a paragraph about what was played."""
    yield "# The league"
    yield ""
    yield "Made by `make league`; what it is and how to read it: [compare](../compare.md)."
    yield "Per cent, with 95 % intervals over pairs. CPU seconds hold learning and judging, on a"
    yield f"shared machine of {os.cpu_count()} cores."
    yield ""
    yield edition.rstrip("\n")
    for name, suite, rows in tables(told):
        yield ""
        yield f"## {suite}"
        yield ""
        size = next((row for row in rows if "rows" in row), {"rows": 0, "pairs": 0})
        yield f"{size['rows']} rows, {size['pairs']} pairs; [the page with plots]({name}.html)"
        yield ""
        titles = [title for _, title in SHOWN]
        cells = [*titles, "recall at 1 %", against(rows), "CPU s", "MB", "notes"]
        yield f"| detector | {' | '.join(cells)} |"
        yield "|" + "---|" * (len(SHOWN) + 6)
        for row in rows:
            yield line(row)


def tables(
    told: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Iterator[tuple[str, str, list[Mapping[str, Any]]]]:
    """Yield what was played together, the suite, and its rows."""
    for name, rows in told.items():
        for suite in dict.fromkeys(row["suite"] for row in rows):
            yield name, suite, [row for row in rows if row["suite"] == suite]


def against(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the title of McNemar's test: what it counts, and against which detector."""
    tested = next((row for row in rows if "mcnemar_base" in row), None)
    if tested is None:
        return "McNemar"
    return f"McNemar ({tested['mcnemar_unit']}, against {tested['mcnemar_base']})"


def line(row: Mapping[str, Any]) -> str:
    """Return one detector's row of a table."""
    if row["reason"]:
        return f"| {row['detector']} |" + " - |" * (len(SHOWN) + 4) + f" {row['reason']} |"
    notes = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in row["notes"].items())
    cells = [row["detector"]]
    for name, _ in SHOWN:
        behind = row.get(BEHIND.get(name, ""))
        cells.append(share(row[name]) + (f" of {behind}" if behind else ""))
    recall = row["recall_at_0.01"]
    cells += ["-" if recall is None else f"{100 * recall:.1f}", f"{row['mcnemar_p']:.3f}"]
    cells += [f"{row['cpu_seconds']:.0f}", f"{row['peak_megabytes']}", notes]
    return f"| {' | '.join(cells)} |"


def share(figure: Mapping[str, float | None]) -> str:
    """Return a share in per cent with its interval; `-` where nothing was to be measured."""
    value, low, high = (figure[name] for name in ("value", "low", "high"))
    if value is None or low is None or high is None or math.isnan(value):  # NaN: of old files
        return "-"
    return f"{100 * value:.1f} ({100 * low:.0f}-{100 * high:.0f})"


if __name__ == "__main__":
    main()
