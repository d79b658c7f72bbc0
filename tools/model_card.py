"""Writes docs/model-card.md from a model folder and from what its run was made of.

Usage: python tools/model_card.py [MODEL_FOLDER [RUN_FOLDER [ROBUST.json]]]

ROBUST.json is what `weakspot evaluate SUITE --robust --detector weakspot --format json` wrote.
Without it the certificate of the present card is kept, without a run folder its sources are: both
only where it is the card of this very model. `-` stands for what is not given.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from weakspot.core.catalogue import all_weaknesses, has
from weakspot.core.errors import UsageError
from weakspot.model.bundle import EMBEDDED, open_bundle
from weakspot.train.reserved import RESERVED

CARD = Path(__file__).resolve().parent.parent / "docs" / "model-card.md"
SOURCES = "## Sources"
CERTIFICATE = "## What mere looks change"
WRITTEN = "written pairs (drills and the training side of `datasets/top25`)"

_MEASURES = {
    "recall": "weak units of held-out mechanisms flagged at the default threshold",
    "pair_accuracy": "held-out families with every side on the right side of it",
    "twins_flagged": "their sound sides flagged",
    "clean_flagged": "units of the calibration packages flagged (the budget)",
    "cwe_right": "held-out weak units whose CWE comes first",
    "ece": "expected calibration error, 15 bins, at a prevalence of 2 %",
    "screen_passes": "units of the calibration packages that pass the first stage",
    "screen_keeps": "flagged weak units of held-out mechanisms that pass it",
}


def card(folder: Path, run: Path | None, robust: Path | None) -> str:
    """Return the text of the card."""
    bundle = open_bundle(folder)
    manifest = bundle.manifest
    size = bundle.size
    recipe: Any = manifest.recipe
    shape, measures = recipe["shape"], recipe["measures"]
    labels = ", ".join(label.removeprefix("CWE-") for label in manifest.labels)
    named = sum(has(label) for label in manifest.labels)
    rows = [
        f"| {_share(measures[name])} | {meaning} |"
        for name, meaning in _MEASURES.items()
        if name in measures
    ]
    table = "\n".join(rows)
    thresholds = manifest.thresholds
    points = "; ".join(f"{budget:g} % from {at:.3f}" for budget, at in thresholds.points)
    reserved = ", ".join(sorted(RESERVED))
    title = f"{manifest.name.removesuffix(f'-{manifest.version}')}, version {manifest.version}"
    return f"""# Model card: {title}

SHA-256 of the manifest: `{bundle.digest}`. {size / 1e6:.1f} MB.
{_making(recipe)}; this page by `python tools/model_card.py`.

## What it is

{_networks(recipe)}, {shape["layers"]} layers x {shape["width"]}, vocabulary
{recipe["tokenizer"]["vocabulary"]}, {shape["context"]} tokens, int8 ONNX. It judges one function
(or the module-level code of a file) at a time: whether it is weak, which CWE, which lines. It
can name {named} of the catalogue's {len(all_weaknesses())} CWEs: {labels}.

## What it was trained on

{_training(recipe)}

{_beside_networks(recipe)}

Digest of the labelled data: `{manifest.data_digest[:16]}`.

## What was measured when it was made

`weakspot export` measures the int8 graph on mechanisms and packages that it was not trained on and
writes the figures into the manifest. Probabilities were fitted and thresholds chosen on these very
units, so the figures are a little better than on others; what it does elsewhere stands in the
README.

| | |
|---|---|
{table}

Default threshold {thresholds.default:.3f}, in test files {thresholds.tests:.3f}; by share of sound
units flagged: {points}. {_first_stage(recipe["calibration"])}

{CERTIFICATE}

{_certificate(robust, bundle.digest)}

## What it cannot see

- Most of what takes more than one function to see: of what a function calls it reads up to three
  bodies, of what calls it the lines of up to two calls.
- Whether the caller already checked the arguments. A parameter that reaches a sink is judged by
  how it looks.
- Weaknesses of a design: missing rate limits, roles, business rules.
- It learnt from programs composed by rules and written by a language model, and that is not all
  that people write: on real fixes of real weaknesses it is far from the figures above (README).

Never trained, mined or tuned on: {reserved}.

{SOURCES}

{_sources(run, bundle.digest)}
"""


def _making(recipe: Any) -> str:
    """Return how the folder was made; a first stage can be of a later recipe than all else."""
    name = recipe["name"]
    text = f"Made by `make model RECIPE=recipes/{name}.toml RUN=runs/{name}`"
    if recipe.get("start"):
        text += f", which begins with `{recipe['start']}`"
    if later := recipe.get("first_stage_of"):
        command = f"weakspot export --first-stage --recipe recipes/{later}.toml"
        text += f",\nand its first stage by `{command}`"
    return text


def _networks(recipe: Any) -> str:
    several = len(recipe.get("beside", ())) + 1
    text = "A bidirectional encoder"
    if several > 1:
        text = f"{several} bidirectional encoders (where the first sees something, the mean counts)"
    over = (("words", "words"), ("facts", "facts"), ("sites", "statements"))
    for key, of in over:
        if recipe["calibration"].get(f"{key}_weight"):
            text += f" and a linear model over {of}"
    if recipe["calibration"].get("kinds_weight"):
        text += ", by which the CWE is named, too"
    return text


def _beginning(recipe: Any) -> str:
    """Return what the run began with, if not with nothing."""
    if not recipe.get("start"):
        return ""
    return f"It began with the weights of the model in `{recipe['start']}` ([log](log.md)).\n"


def _training(recipe: Any) -> str:
    """Return what the networks were trained on, or that none was."""
    phases = recipe["embedded"]["phases"]
    steps = sum(one["steps"] for one in phases)
    if not steps and not recipe["pretrain"]["steps"]:
        return f"No network was trained for this version: they are those of `{recipe['start']}`."
    table = "\n".join(_phase(one) for one in phases)
    return f"""{_beginning(recipe)}{_pretraining(recipe["pretrain"])}
{steps} steps of {recipe["embedded"]["batch_families"]} families of
programs and units of real code, in phases. A family is a weak program and its sound twins:
*composed* by rules, *moved* into a real function, *injected* (a real function that lost its
protection), *sown* (a weak or a sound statement put into a real function)
([generate](generate.md)) or *written*: the drills and the training side of `datasets/top25`'s
family split, or *grafts*: real functions with a small change that a language model wrote, or
*fixes*: real functions before and after a security commit ([dataset](dataset.md)). The test side
of that split was never trained on.

| phase | steps | composed in real code | of all injected or sown | written | grafts | fixes |
|---|---|---|---|---|---|---|
{table}"""


def _beside_networks(recipe: Any) -> str:
    """Return what linear models and first stage learnt from, whatever the networks did."""
    weighs, last = recipe["calibration"], recipe["embedded"]["phases"][-1]
    written = [WRITTEN] if any(one["written"] for one in recipe["embedded"]["phases"]) else []
    real = [name for name in ("grafts", "fixes") if recipe["embedded"].get(name)]
    each = weighs.get("real_weight", 0.0)
    weighted = [f"{name} (weight {each:g} beside a written pair)" for name in real if each]
    counted = [*written, "composed programs", *weighted]
    of_facts = ["nothing anew: it is the start's"] if weighs.get("facts_of_start") else counted
    injected = ["injected weaknesses"] if last["injected"] else []
    suspects = [*(written if last["written"] else []), "composed programs", *injected, *real]
    if later := recipe.get("first_stage_of"):
        suspects = [f"what `recipes/{later}.toml` names"]
    rows = {
        "words": ("the linear model over words", written),
        "facts": ("the linear model over facts", of_facts),
        "kinds": ("what names the CWE by facts", counted),
        "sites": ("the linear model over statements", [*counted, "units of real code"]),
    }
    chosen = [row for key, row in rows.items() if weighs.get(f"{key}_weight")]
    chosen.append(("the first stage", [*suspects, "units of real code"]))
    table = "\n".join(f"| {what} | {', '.join(data)} |" for what, data in chosen)
    return f"| beside the networks | learnt from |\n|---|---|\n{table}"


def _first_stage(calibration: Any) -> str:
    """Return what the first stage was set to keep."""
    looks = "Each of the two looks of the first" if calibration.get("gate_share") else "The first"
    recall = f"{calibration['screen_recall']:.0%}"
    return (
        f"{looks} stage was set to keep {recall} of the weak units of held-out mechanisms that the"
        " model flags."
    )


def _pretraining(pretrain: Any) -> str:
    if not pretrain["steps"]:
        return "No pre-training of its own;"
    size = f"{pretrain['steps']} batches of {pretrain['batch_tokens']}"
    what = "Masked and exchanged tokens" if pretrain.get("exchanged") else "Masked tokens"
    mixture = ""
    if pretrain.get("suspect") or pretrain.get("written"):
        mixture = (
            f" (up to {pretrain['suspect']:.0%} of it let pass by the first stage of its start,"
            f" up to {pretrain['written']:.0%} sound sides of written pairs)"
        )
    return f"{what} of real code (below){mixture}, {size}, then"


def _phase(phase: Any) -> str:
    names = ("in_real_code", "injected", "written", "grafted", "mined")
    shares = " | ".join(f"{phase.get(name, 0.0):.0%}" for name in names)
    return f"| {phase['name']} | {phase['steps']} | {shares} |"


def _share(value: float) -> str:
    return f"{value * 100:.1f} %"


def _certificate(robust: Path | None, digest: str) -> str:
    """Return the table of verdicts changed by changes that leave what a program does."""
    if robust is None:
        return _kept(CERTIFICATE, digest)
    told: dict[str, Any] = json.loads(robust.read_text("utf-8"))
    text = []
    for suite, detectors in told.items():
        text.append(f"`weakspot evaluate {suite}.jsonl --robust --detector weakspot`:\n")
        text.append("| change | rows it applies to | verdicts changed | flagged weak rows lost |")
        text.append("|---|---|---|---|")
        for row in detectors["weakspot"]["robust"]:
            share = _share(row["flipped"] / row["applied"]) if row["applied"] else "-"
            lost = f"{row['lost']} of {row['caught']}"
            text.append(f"| {row['change']} | {row['applied']} | {share} | {lost} |")
    return "\n".join(text)


def _kept(heading: str, digest: str) -> str:
    """Return what stands under a heading of the present card.

    Raises:
        UsageError: that is the card of another model than the one of this digest.
    """
    card = CARD.read_text("utf-8")
    if f"`{digest}`" not in card:
        raise UsageError(
            f"{CARD} is of another model: {heading.lstrip('# ')!r} cannot be kept",
            hint="give the run folder and ROBUST.json, too",
        )
    found = re.search(rf"^{heading}\n\n(.*?)(?=^## |\Z)", card, re.DOTALL | re.MULTILINE)
    return found[1].rstrip("\n") if found else ""


def _sources(run: Path | None, digest: str) -> str:
    if run is None:
        return _kept(SOURCES, digest)
    listed = json.loads((run / "sources.json").read_text("utf-8"))
    listed["start"] = _only_before(run, listed["train"])
    text = []
    titles = {
        "train": "Learnt from",
        "start": "Learnt from by the model that it began with, and no longer",
        "fixes": "Fixes learnt from",
        "calibration": "Thresholds chosen on",
    }
    for use, title in titles.items():
        if not listed.get(use):
            continue
        rows = [
            f"| {one['name']} | {one['version']} | {one['licence'].replace('|', '/')} |"
            for one in listed[use]
        ]
        text.append(f"{title} ({len(rows)}):\n\n| | version | licence as stated |\n|---|---|---|")
        text[-1] += "\n" + "\n".join(rows)
    return "\n\n".join(text)


def _only_before(run: Path, present: list[Any]) -> list[Any]:
    """Return the sources of the run that made the start, as far as they are not this one's."""
    start = open_bundle(run / "bundle").manifest.recipe.get("start", "")
    earlier = Path(str(start)).parent / "sources.json"
    if not start or not earlier.exists():
        return []
    known = {one["name"] for one in present}
    listed: list[Any] = json.loads(earlier.read_text("utf-8"))["train"]
    return [one for one in listed if one["name"] not in known]


if __name__ == "__main__":
    given = [None if argument == "-" else Path(argument) for argument in sys.argv[1:]]
    bundled, made_of, steadiness = (*given, None, None, None)[:3]
    CARD.write_text(card(bundled or EMBEDDED, made_of, steadiness), "utf-8")
