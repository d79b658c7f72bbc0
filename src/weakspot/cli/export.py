"""`weakspot export`: from the weights of a run to a model folder that scans."""

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weakspot.cli.export_causal import ENGINES, Wanted, export_causal
from weakspot.cli.export_first_stage import export_first_stage
from weakspot.cli.train import Generators, opened, say

if TYPE_CHECKING:
    from weakspot.core.example import Example, UnitPair
    from weakspot.networks.encoder import WeaknessDetector
    from weakspot.train.labelled import LabelledUnit

PROVED_UNITS = 200  # on which the int8 graph must agree with its weights


@click.command()
@click.option(
    "--recipe",
    "recipe_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The recipe that an embedded encoder was made with.",
)
@click.option(
    "--run",
    "run_path",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the run (default: runs/<recipe name>).",
)
@click.option(
    "--first-stage",
    is_flag=True,
    help="With --recipe: keep all of the recipe's start but its first stage.",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A fine-tuned causal model (`weakspot train finetune`), in place of --recipe.",
)
@click.option(
    "--rows",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="With --model: validation rows to calibrate on.",
)
@click.option(
    "--clean",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="With --model: a folder of sound code; the threshold lets 0.5 % of its units be flagged.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="With --model: what will run it.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write; must not exist or be empty.",
)
def export(
    recipe_path: Path | None,
    run_path: Path | None,
    first_stage: bool,
    model: Path | None,
    rows: Path | None,
    clean: Path | None,
    engine: str,
    output: Path,
) -> None:
    """Quantise, prove parity, calibrate, and write a model folder that scans.

    Of an embedded encoder with --recipe, of a causal language model with --model and --rows.
    """
    if (recipe_path is None) == (model is None):
        raise click.UsageError("give either --recipe or --model")
    if first_stage and recipe_path is None:
        raise click.UsageError("--first-stage needs --recipe")
    if model is not None:
        if rows is None:
            raise click.UsageError("--model needs --rows, the validation rows to calibrate on")
        export_causal(Wanted(model, rows, clean, engine, output), say)
    elif recipe_path is not None and first_stage:
        export_first_stage(recipe_path, run_path, output, say)
    elif recipe_path is not None:
        _export_encoder(recipe_path, run_path, output)


def _export_encoder(recipe_path: Path, run_path: Path | None, output: Path) -> None:
    stages, recipe, run = opened(recipe_path, run_path)
    from weakspot.backends import sessions  # noqa: PLC0415  engines only when they are needed
    from weakspot.backends.added import Added  # noqa: PLC0415  as above
    from weakspot.export import onnx_graph  # noqa: PLC0415  as above
    from weakspot.export.folder import Parts, write  # noqa: PLC0415  as above
    from weakspot.export.judges import Adding, judges  # noqa: PLC0415  as above
    from weakspot.model.bundle import refuse_existing  # noqa: PLC0415  as above
    from weakspot.train import linears, mechanisms, pair_file  # noqa: PLC0415  as above
    from weakspot.train.measure import measure  # noqa: PLC0415  as above
    from weakspot.train.run import load_tokenizer  # noqa: PLC0415  as above
    from weakspot.train.written import written  # noqa: PLC0415  as above

    refuse_existing(output)
    makers = Generators(recipe.embedded.leave_out)
    labels = stages.labels_of(makers.mechanisms())
    own, *others = stages.load_networks(recipe, run, makers)
    families = stages.validation(recipe, run, makers, say)
    graphs = _proved_graphs(own, others, families, recipe.seed)
    learnt = linears.learn(recipe, run, makers, labels)
    said = Added.read(learnt.files, len(labels), learnt.settings)
    added = Adding(said, load_tokenizer(run).decode)
    first, score = judges(graphs, added, len(others))
    own_session = sessions.opened(graphs[0])

    def summary(unit: Any) -> Any:
        return onnx_graph.run(own_session, unit.ids, unit.anchors)[-1]

    measured = measure(
        recipe, run, makers, families, score, first, lambda unit: added(unit).verdict
    )
    for name, value in measured.measures.items():
        say(f"{name} {value:.4f}")
    placed = mechanisms.learnt(recipe, run, makers, labels, summary)
    bundle = write(
        output,
        Parts(
            graph=graphs[0],
            tokenizer=load_tokenizer(run).to_json(),
            screen=measured.first_stage.weights,
            mechanisms=placed.to_bytes(),
            linears=learnt.files,
            beside=b"".join(graphs[1:]),
            labels=labels,
            recipe=recipe.plain() | {"measures": dict(measured.measures)},
            name=recipe.name,
            version=recipe.version,
            max_tokens=recipe.shape.context,
            thresholds=measured.thresholds,
            calibration=measured.calibration,
            screen_settings=measured.first_stage.settings,
            words_settings=learnt.settings["words"],
            facts_settings=learnt.settings["facts"],
            kinds_settings=learnt.settings["kinds"],
            sites_settings=learnt.settings["sites"],
            beside_settings=_beside(others, measured.asked_from),
            data_digest=_digest(makers, written(recipe, labels), pair_file.every(recipe, run)),
        ),
    )
    size = bundle.size
    say(f"{output}: {size / 1e6:.1f} MB, digest {bundle.digest[:12]}")


def _proved_graphs(
    own: "WeaknessDetector",
    others: "Sequence[WeaknessDetector]",
    families: "Sequence[Sequence[LabelledUnit]]",
    seed: int,
) -> list[bytes]:
    """Return the int8 graph of a network and, if there are others, that of their mean.

    Each is proved equal to its weights on units of the families, whatever kind they are of.
    """
    from weakspot.export import onnx_graph  # noqa: PLC0415  engines only when they are needed
    from weakspot.networks.encoder import Together  # noqa: PLC0415  torch, too

    every = [(unit.ids, unit.anchors) for family in families for unit in family]
    draw = random.Random(seed)  # noqa: S311  reproducible sample, no secret
    units = draw.sample(every, min(PROVED_UNITS, len(every)))
    models: list[WeaknessDetector | Together] = [own, Together(*others)] if others else [own]
    graphs: list[bytes] = []
    for model in models:
        graphs.append(onnx_graph.to_onnx(model))
        parity = onnx_graph.prove(model, graphs[-1], units)
        say(
            f"parity over {parity.units} units: logits of verdicts differ by {parity.mean:.4f}, "
            f"{parity.largest:.4f} at most, of CWEs {parity.named_mean:.4f}, "
            f"{parity.named_largest:.4f}"
        )
    return graphs


def _beside(others: Sequence[object], asked_from: float) -> dict[str, float]:
    return {"networks": len(others), "asked_from": asked_from} if others else {}


def _digest(makers: Generators, written: "Iterable[Example]", real: "Iterable[UnitPair]") -> str:
    """Return a digest of what labelled data was made from: the generator, pairs by their text."""
    told = [
        makers.digest(),
        sorted((makers.mechanisms() | makers.rewrites()).items()),
        sorted((one.id, one.code) for one in written),
        sorted((one.mechanism, one.weak.text(), one.sound.text()) for one in real),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
