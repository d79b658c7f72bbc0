"""Writes the data card: what is in the set, how it was made and reviewed, what it cannot say."""

import math
from collections.abc import Mapping
from typing import Any

Floors = Mapping[str, Mapping[str, tuple[float, float]]]
_TITLES = {"tfidf": "TF-IDF + logistic regression", "length": "length alone"}


def card(facts: Mapping[str, Any], floors: Floors) -> str:
    """Return the card as Markdown; every figure stands beside the command that makes it."""
    reviews, readers = facts.get("reviews", {}), facts.get("readers", {})
    lengths = facts["lines"]
    span = f"{lengths['least']} to {lengths['most']}, median {lengths['median']:g}"
    return f"""# Data card: weakspot-top25

{facts["pairs"]} pairs of Python programs, {facts["instances"]} instances: one side has a weakness,
the other is its fixed twin. Apache-2.0. Made for this repository; nothing was copied from
benchmarks, training sets or projects.

```
weakspot dataset stats datasets/top25            # the figures on this page
weakspot dataset lint datasets/top25             # must find nothing
weakspot dataset build datasets/top25 -o FOLDER  # Parquet + Croissant
weakspot dataset prove datasets/proofs --pairs datasets/top25/pairs
weakspot dataset card datasets/top25 -o datasets/top25/README.md   # this page
```

## How it was made

Every pair was **drafted by a language model** under a prompt that is kept by version
(`src/weakspot/generate/prompts/`): {_listed(facts.get("prompts", {}))}. By origin:
{_listed(facts.get("origins", {}))}.

## Who reviewed it

{_reviewed(reviews, readers)}

{facts.get("proofs", 0)} pairs are proved by running (`datasets/proofs/`): both sides work, an
attack succeeds on the vulnerable side and fails on the fixed one.

## What is in it

| | |
|---|---|
| pairs / instances | {facts["pairs"]} / {facts["instances"]} |
| weaknesses | {len(facts["cwes"])} CWEs |
| lines a program | {span} |
| without any web framework | {facts["without_web_framework"]:.0%} |
| standard library alone | {facts["standard_library_only"]} pairs |
| fixed side longer | {facts["fixed_side_longer"]:.0%} of pairs |

Instances by CWE: {_listed(facts["cwes"])}.

Libraries: {_listed(facts["frameworks"])}.

## What cheap models and rule tools reach on it

Balanced accuracy / pair accuracy in per cent; a coin has 50 / 25. `random` is the paper's protocol
(by row, 80/20): twins are on both sides, and its figure says little (a bag of words that remembers
the twin is below a coin). `family` keeps a pair and its
near-duplicates together, `leave-cwe-out` whole weaknesses (five folds).

{_floor_rows(floors)}

Every other system on the same protocols: [the league](../../docs/league/README.md).

## Known biases

Language models draft tidy, well-named programs of one file; real code is longer, older and spread
over files. Every program is Python 3 and every weakness is one that a reader can see in the file.
The vulnerable share is one half; in real code it is far below one in a hundred. The memory CWEs
are about ctypes, cffi, mmap, struct and numpy, since Python has none of its own.
"""


def _listed(numbers: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "none recorded"


def _reviewed(reviews: Mapping[str, int], readers: Mapping[str, int]) -> str:
    if not reviews:
        return "No second reader has reviewed the pairs yet."
    decisions = sum(reviews.values())
    models = readers.get("language-model", 0)
    persons = readers.get("person", 0)
    told = (
        f"{decisions} decisions of second readers who did not write the pair "
        f"(`datasets/top25/reviews.jsonl`): {_listed(reviews)}."
    )
    if models:
        told += f" **{models} of them were made by a language model, not by a person**"
        told += f", {persons} by a person." if persons else "; no person has reviewed the set yet."
        told += " `weakspot review desk` stands ready for people to review it again."
    return told


def _floor_rows(floors: Floors) -> str:
    def cell(figures: tuple[float, float]) -> str:
        accuracy, pairs = figures
        shown = "-" if math.isnan(pairs) else f"{pairs:.1%}"  # no whole pair was tested
        return f"{accuracy:.1%} / {shown}"

    names = list(next(iter(floors.values()), {}))
    lines = [f"| protocol | {' | '.join(_TITLES.get(name, name) for name in names)} |"]
    lines.append("|---" * (len(names) + 1) + "|")
    for protocol, found in floors.items():
        lines.append(f"| {protocol} | {' | '.join(cell(found[name]) for name in names)} |")
    return "\n".join(lines)
