"""`weakspot bench`: time and memory of models, side by side in one run."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from weakspot.evaluate.bench import Bench

_COLUMNS = (
    "engine",
    "threads",
    "tokens",
    "cold s",
    "first token s",
    "P50 s",
    "P95 s",
    "P99 s",
    "read/s",
    "written/s",
    "verdicts/s",
    "peak MB",
    "model MB",
    "floors s",
)


@click.command("bench")
@click.argument("models", nargs=-1)
@click.option("--engine", "engines", multiple=True, help="Only these engines of the models.")
@click.option(
    "--inputs",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Take functions from the sources below this folder (default: the standard library).",
)
@click.option(
    "--tokens",
    type=click.IntRange(1),
    default=256,
    show_default=True,
    help="About how long the functions are.",
)
@click.option(
    "--count", type=click.IntRange(1), default=20, show_default=True, help="How many functions."
)
@click.option(
    "--repeat",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="How often each is judged.",
)
@click.option(
    "--batch",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="How many are judged together.",
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    help="Threads of an engine (default: all processors); onnx-encoder has one, as in a scan.",
)
@click.option("-f", "--format", "style", type=click.Choice(("text", "json")), default="text")
def command(
    models: tuple[str, ...],
    engines: tuple[str, ...],
    folder: Path | None,
    tokens: int,
    count: int,
    repeat: int,
    batch: int,
    threads: int | None,
    style: str,
) -> int:
    """Time MODELS (model folders and language models; none: the embedded one) on the same inputs.

    A language model's folder is timed as the paper does it (Transformers, float32, the answer
    written freely) and by label scores; a model folder by its engine.
    """
    from weakspot.evaluate.bench import bench, inputs, ratios  # noqa: PLC0415 - not for --help
    from weakspot.evaluate.engines import engines_of  # noqa: PLC0415 - as above
    from weakspot.scan.pipeline import processors  # noqa: PLC0415 - as above

    offered = [(model, engine) for model in models or ("",) for engine in engines_of(model)]
    known = list(dict.fromkeys(engine for _, engine in offered))
    wrong = [engine for engine in engines if engine not in known]
    if wrong:
        raise click.UsageError(
            f"no engine {', '.join(wrong)} of these models: choose from {', '.join(known)}"
        )
    units = inputs(folder or Path(json.__file__).parents[1], tokens, count)
    results = [
        bench(model, engine, units, repeat, batch, threads or processors())
        for model, engine in offered
        if not engines or engine in engines
    ]
    compared = ratios(results)
    if style == "json":
        click.echo(
            json.dumps(
                [
                    asdict(one) | {"ratios": compared.get(f"{one.engine} {one.model}")}
                    for one in results
                ],
                indent=1,
            )
        )
        return 0
    click.echo("".join(f"{name:>14}" if at else f"{name:24}" for at, name in enumerate(_COLUMNS)))
    for one in results:
        click.echo(_row(one))
    for name, found in compared.items():
        told = ", ".join(f"{measure} {value:.1f}x" for measure, value in found.items())
        click.echo(f"{name} against the paper's setting: {told}")
    return 0


def _row(one: "Bench") -> str:
    cells = (
        str(one.threads),
        f"{one.tokens:.0f}",
        f"{one.cold_start:.2f}",
        f"{one.first_token:.3f}",
        *(f"{value:.3f}" for value in one.latency),
        f"{one.read_per_second:.0f}",
        f"{one.written_per_second:.2f}",
        f"{one.together:.2f}",
        f"{one.peak_memory / 1e6:.0f}",
        f"{one.model_bytes / 1e6:.0f}",
        f"{one.floor_bandwidth:.3f}/{one.floor_compute:.3f}",
    )
    return f"{one.engine:24}" + "".join(f"{cell:>14}" for cell in cells)
