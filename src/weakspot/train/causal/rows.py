"""Instruction rows (`instruction`, `input`, `output`) and their tokens, loss on the answer only."""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from weakspot.core.catalogue import has
from weakspot.core.errors import DataError
from weakspot.model.prompt import INSTRUCTION, INSTRUCTIONS, cwe_of
from weakspot.networks.causal import Causal

_LONE = re.compile(r"[\ud800-\udfff]")  # JSON joins those that are a pair
IGNORED = -100  # the target that torch's cross-entropy leaves out


@dataclass(frozen=True, slots=True)
class Row:
    """One snippet and the CWE it is to be called, None for sound code."""

    code: str
    cwe: str | None


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a JSON-lines file in the paper's form; every bad row is told, with its line."""
    rows: list[Row] = []
    wrong: list[str] = []
    try:
        lines = path.read_text("utf-8").split("\n")  # JSON text may hold U+2028, no line's end
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(_row(line))
        except KeyError as error:
            wrong.append(f"{path}:{number}: the field {error} is missing")
        except (ValueError, TypeError) as error:
            wrong.append(f"{path}:{number}: {error}")
    if wrong:
        raise DataError("\n".join(wrong), hint="`weakspot dataset build --format paper` makes rows")
    if not rows:
        raise DataError(f"{path}: no rows", hint="a split must not be empty")
    return tuple(rows)


def _row(line: str) -> Row:
    """Read one row. Raises ValueError, TypeError, or KeyError for a field that is missing."""
    row = json.loads(line)
    cwe = cwe_of(row["output"])
    if cwe is not None and not has(cwe):
        raise ValueError(f"{cwe} is not in the catalogue")
    if not isinstance(row["input"], str) or not row["input"].strip():
        raise ValueError("'input' is empty")
    if _LONE.search(row["input"]):
        raise ValueError("'input' holds a lone surrogate, which is no character")
    return Row(row["input"], cwe)


def labels_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the CWEs of the rows in numeric order."""
    found = {row.cwe for row in rows if row.cwe is not None}
    return tuple(sorted(found, key=lambda cwe: int(cwe.removeprefix("CWE-"))))


class InstructionRows(Dataset[dict[str, list[int]]]):
    """Rows as `input_ids` and `labels` of equal length; prompts are cut at a line's end."""

    def __init__(self, rows: Sequence[Row], causal: Causal, *, varied: bool, seed: int) -> None:
        end = causal.tokenizer.eos_token_id
        place = {None: 0} | {label: at for at, label in enumerate(causal.labels, 1)}
        rng = random.Random(seed)  # noqa: S311  reproducible choice, no secret
        self._rows = []
        self.cut = 0
        for row in rows:
            instruction = rng.choice(INSTRUCTIONS) if varied else INSTRUCTION
            prompt = causal.prompter.build(row.code, instruction)
            self.cut += prompt.is_cut
            answer = [*causal.answers[place[row.cwe]], *([] if end is None else [end])]
            ids = [*prompt.ids, *answer]
            self._rows.append({"input_ids": ids, "labels": [IGNORED] * len(prompt.ids) + answer})

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> dict[str, list[int]]:
        return self._rows[index]


@dataclass(frozen=True, slots=True)
class Padding:
    """Stacks rows into tensors [B, T], padded on the right."""

    pad: int

    def __call__(self, rows: Sequence[dict[str, list[int]]]) -> dict[str, Tensor]:
        """Return `input_ids`, `attention_mask` and `labels`."""

        longest = max(len(row["input_ids"]) for row in rows)

        def stacked(values: Sequence[Sequence[int]], fill: int) -> Tensor:
            return torch.tensor([[*one, *[fill] * (longest - len(one))] for one in values])

        ids = [row["input_ids"] for row in rows]
        made: dict[str, Any] = {
            "input_ids": stacked(ids, self.pad),
            "attention_mask": stacked([[1] * len(one) for one in ids], 0),
            "labels": stacked([row["labels"] for row in rows], IGNORED),
        }
        return made
