"""Writes mined drafts for review: one JSON object a line, and pair files where the CWE is known."""

import json
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from weakspot.core.errors import DataError
from weakspot.dataset.pair_text import write_pair
from weakspot.dataset.pairs import Origin, Pair, Side
from weakspot.dataset.rules import UNWRITTEN, breaches
from weakspot.generate.history.mine import Draft

NAME = "drafts.jsonl"
PAIRS = "pairs"
VERSION = "history-1"  # stands where drafted pairs name their prompt
_SLUG = re.compile(r"[^a-z0-9]+")


def write_drafts(drafts: Iterable[Draft], folder: Path, project: str) -> tuple[int, Counter[str]]:
    """Write drafts to ``folder/drafts.jsonl`` and ``folder/pairs``.

    Returns how many pair files there are now for them, and how many drafts each CWE has (under
    "unknown" those that need one). The list is there as a whole or not at all.

    Raises:
        DataError: a file cannot be written.
    """
    written = 0
    cwes: Counter[str] = Counter()
    path = folder / NAME
    part = path.with_name(f".{NAME}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as file:
            for draft in drafts:
                row = _row(draft, project, folder)
                cwes[row["cwe"] or "unknown"] += 1
                written += row["pair"] is not None
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise DataError(f"{path}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return written, cwes


def _row(draft: Draft, project: str, folder: Path) -> dict[str, Any]:
    commit, signs = draft.commit, draft.commit.signs
    pair, problems = _pair(draft, project), []
    name = None
    if pair is not None:
        problems = _problems(pair)
        try:
            write_pair(pair, folder / PAIRS)
            name = pair.id
        except DataError as error:
            problems.append(f"pair file: {error.message}")
    return {
        "project": project,
        "commit": commit.name,
        "parent": commit.parent,
        "date": commit.date,
        "subject": commit.subject,
        "why": signs.why.value,
        "ids": list(signs.ids),
        "cwe": signs.cwes[0] if signs.cwes else None,
        "cwes": list(signs.cwes),
        "cwe_is_guessed": signs.guessed,
        "path_before": draft.path_before,
        "path_after": draft.path_after,
        "function": draft.function,
        "source_line": draft.source_line,
        "lines": list(draft.lines),
        "fixed_lines": list(draft.fixed_lines),
        "vulnerable_code": draft.vulnerable,
        "fixed_code": draft.fixed,
        "pair": name,
        "problems": problems,
    }


def _problems(pair: Pair) -> list[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in other people's strings
            return [f"{one.rule}: {one.text}" for one in breaches([pair])]
    except RecursionError:
        return ["parse: nested too deeply"]


def _pair(draft: Draft, project: str) -> Pair | None:
    signs = draft.commit.signs
    if not signs.cwes:
        return None
    named = f" ({', '.join(signs.ids)})" if signs.ids else ""
    change = f"commit {draft.commit.name[:12]} of {project}{named}"
    stem = PurePosixPath(draft.path_after).stem
    words = f"{project} {draft.commit.name[:10]} {stem} {draft.function}"
    return Pair(
        cwe=signs.cwes[0],
        mechanism=_SLUG.sub("-", words.lower()).strip("-")[:120].strip("-"),
        accepted=signs.cwes[1:],
        domain=project,
        frameworks=(),
        origin=Origin.MINED,
        prompt=VERSION,
        date=draft.commit.day,
        why_vulnerable=f"{UNWRITTEN} Mended by {change}.",
        why_fixed=f"{UNWRITTEN} From {change}.",
        vulnerable=Side(draft.vulnerable, draft.lines),
        fixed=Side(draft.fixed, ()),
    )
