"""Writes the data card: what is in the set, how it was made and reviewed, what it cannot say."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from weakspot.dataset.about import About
from weakspot.dataset.pairs import Origin

Floors = Mapping[str, Mapping[str, tuple[float, float]]]
_TITLES = {"tfidf": "TF-IDF + logistic regression", "length": "length alone"}
_ORIGINS = {
    Origin.DRAFTED: "drafted by a **language model** under a prompt that is kept by version\n"
    "  (`src/weakspot/generate/prompts/`)",
    Origin.COMPOSED: "composed by a program from mechanisms",
    Origin.MINED: "taken from the git history of **projects**: their code, under their licences",
    Origin.BY_HAND: "written by hand",
}


def card(
    facts: Mapping[str, Any],
    floors: Floors,
    about: About,
    taught: tuple[int, int],
    commands: Sequence[str],
) -> str:
    """Return the card as Markdown; every figure stands beside the command that makes it.

    `taught` is what `dataset.splits.taught` says of `leave-cwe-out`.
    """
    reviews, readers = facts.get("reviews", {}), facts.get("readers", {})
    lengths = facts["lines"]
    span = f"{lengths['least']} to {lengths['most']}, median {lengths['median']:g}"
    told = "\n".join(commands)
    return f"""# Data card: {about.name}

{facts["pairs"]} pairs of Python programs, {facts["instances"]} instances: one side has a weakness,
the other is its fixed twin. {_licence(about)}{_paragraph(about.source)}

```
{told}
```

## How it was made

{_made(facts)}

## Who reviewed it

{_reviewed(reviews, readers)}

{_proved(facts.get("proof_files", 0))}

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
near-duplicates together, `leave-cwe-out` whole weaknesses (at most five folds) by the first CWE of
a pair: {taught[0]} of its {taught[1]} weak test rows also accept a CWE that their fold learns from.

{_floor_rows(floors)}{_paragraph(about.results)}

## Known biases

{_biases(facts.get("origins", {}))}{_paragraph(about.biases)}
"""


def _licence(about: About) -> str:
    return f"Licence: {about.licence}." if about.licence else "No licence is told."


def _paragraph(text: str) -> str:
    return f"\n\n{text.strip()}" if text.strip() else ""


def _made(facts: Mapping[str, Any]) -> str:
    lines = [f"- {count} {_ORIGINS[name]}" for name, count in facts.get("origins", {}).items()]
    prompts = _listed(facts.get("prompts", {}))
    return "\n".join([*lines, "", f"Prompts, or what stands in their place: {prompts}."])


def _proved(count: int) -> str:
    if not count:
        return "No pair has a proof file."
    return (
        f"{count} pairs have a proof file. It shows, when it is run, that both sides work, and "
        "that an\nattack succeeds on the vulnerable side and fails on the fixed one."
    )


def _biases(origins: Mapping[str, int]) -> str:
    told = "The vulnerable share is one half; in real code it is far below one in a hundred."
    if Origin.DRAFTED in origins:
        told = (
            "Language models draft tidy, well-named programs of one file; real code is longer, "
            f"older and spread\nover files. {told}"
        )
    return told


def _listed(numbers: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "none recorded"


def _reviewed(reviews: Mapping[str, int], readers: Mapping[str, int]) -> str:
    if not reviews:
        return "No second reader has reviewed the pairs yet."
    decisions = sum(reviews.values())
    models = readers.get("language-model", 0)
    persons = readers.get("person", 0)
    told = f"{decisions} decisions of second readers (`reviews.jsonl`): {_listed(reviews)}."
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
