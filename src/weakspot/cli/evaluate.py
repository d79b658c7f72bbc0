"""`weakspot evaluate`: measures detectors on labelled suites, side by side."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakspot.cli.outputs import check_writable, json_text, write_output
from weakspot.core.errors import MissingExtraError, WeakspotError

if TYPE_CHECKING:
    from weakspot.core.example import Example
    from weakspot.evaluate.measures import Figure, Measures
    from weakspot.evaluate.robust import Steadiness
    from weakspot.evaluate.suites import Row, Verdict

Judge = Callable[[Sequence["Row"]], Mapping[str, "Verdict"]]

DETECTORS = ("weakspot", "bandit", "tfidf", "length", "majority")
RULES = "semgrep"  # measured too when it is given rules
FLOORS = ("tfidf", "length", "majority")
FLOOR_FAMILIES = 6  # composed families of each mechanism that the floors are trained on
_SHOWN = (
    ("accuracy", "accuracy"),
    ("pair acc.", "pair_accuracy"),
    ("both flagged", "both_flagged"),
    ("precision", "precision"),
    ("recall", "recall"),
    ("F1", "f1"),
    ("false alarms", "false_alarms"),
    ("CWE right", "cwe_right"),
    ("line in 3", "line_right"),
)


@click.command("evaluate")
@click.argument("suites", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--model",
    metavar="FOLDER",
    help="A model folder, or a causal language model's, in place of the embedded model.",
)
@click.option("--zero-shot", is_flag=True, help="The language model was not fine-tuned; ask it so.")
@click.option(
    "--decode",
    type=click.Choice(("scores", "generate")),
    default="scores",
    show_default=True,
    help="How a language model answers: by the scores of all answers, or by writing freely.",
)
@click.option(
    "--train",
    "train_path",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Labelled rows that the floors learn from, in place of composed programs.",
)
@click.option(
    "--drills",
    "drills_path",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder of drills that the floors learn from beside composed programs.",
)
@click.option(
    "--verdicts",
    "verdicts_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every verdict with its probability to this file of JSON lines.",
)
@click.option("--robust", is_flag=True, help="Also count verdicts that mere looks change.")
@click.option(
    "--html",
    "html_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the results with plots to this page.",
)
@click.option(
    "--semgrep-rules",
    type=click.Path(path_type=Path, exists=True),
    help="Measure Semgrep with these rules, too.",
)
@click.option("--threshold", type=click.FloatRange(0, 1), help="'vulnerable' from here on.")
@click.option(
    "--first-stage", is_flag=True, help="weakspot skips units as a scan does without --deep."
)
@click.option(
    "--detector",
    "names",
    type=click.Choice(DETECTORS),
    multiple=True,
    default=DETECTORS,
    show_default=True,
    help="Which detectors to measure; may be given several times.",
)
@click.option("-f", "--format", "style", type=click.Choice(("text", "json")), default="text")
def command(
    suites: tuple[Path, ...],
    model: str | None,
    zero_shot: bool,
    decode: str,
    train_path: Path | None,
    drills_path: Path | None,
    verdicts_path: Path | None,
    html_path: Path | None,
    robust: bool,
    semgrep_rules: Path | None,
    threshold: float | None,
    first_stage: bool,
    names: tuple[str, ...],
    style: str,
) -> int:
    """Measure detectors on SUITES: JSON lines with id, code, label, cwes, lines and pair_id.

    Shares come with 95 % intervals over pairs. The floors `tfidf` and `length` are
    trained on composed programs and on --drills (the embedded model was trained on datasets/drills,
    too), or on the rows of --train.
    """
    from weakspot.core.catalogue import related  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.measures import measure  # noqa: PLC0415 - as above
    from weakspot.evaluate.page import Judged, page  # noqa: PLC0415 - as above
    from weakspot.evaluate.robust import steadiness  # noqa: PLC0415 - as above
    from weakspot.evaluate.suites import read_suite, verdict_rows  # noqa: PLC0415 - as above

    if train_path is not None and drills_path is not None:
        raise click.UsageError("the floors learn from --train or from programs and --drills")
    _check_outputs(verdicts_path, html_path)
    results: dict[str, dict[str, Measures]] = {}
    ours = Ours(model, threshold, first_stage, decode, zero_shot)
    if semgrep_rules is not None:
        names = (*names, RULES)
    read = {
        path.stem if len({one.stem for one in suites}) == len(suites) else str(path): (
            read_suite(path)
        )
        for path in suites
    }
    train = None if train_path is None else read_suite(train_path)
    _check_detectors(names, ours, train, semgrep_rules)
    judges = _judges(names, ours, partial(_lessons, train, drills_path), semgrep_rules)
    listed: list[str] = []
    judged: list[Judged] = []
    steady: dict[str, dict[str, tuple[Steadiness, ...]]] = {}
    for name, rows in read.items():
        said = {detector: judge(rows) for detector, judge in judges.items()}
        results[name] = {one: measure(rows, found, related) for one, found in said.items()}
        _warn(name, results[name])
        if robust:
            steady[name] = {one: steadiness(rows, judge) for one, judge in judges.items()}
        judged.append(Judged(name, rows, said, results[name]))
        for detector, found in said.items():
            listed += verdict_rows(name, detector, rows, found)
    _tell(style, results, steady)
    if verdicts_path is not None:
        write_output(str(verdicts_path), "".join(listed))
    if html_path is not None:
        write_output(str(html_path), page(judged, related))
    return 0


def _check_outputs(verdicts: Path | None, html: Path | None) -> None:
    """Find out before anything is judged that a result could not be written."""
    for path in (verdicts, html):
        if path is not None:
            check_writable(str(path))
    if html is not None and find_spec("matplotlib") is None:
        raise MissingExtraError("evaluate", "drawing plots")


def _check_detectors(
    names: Sequence[str], ours: "Ours", train: "Sequence[Row] | None", rules: Path | None
) -> None:
    """Find out before the first detector judges that another one cannot run."""
    from weakspot.evaluate import causal, linear  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.detector import needs_training  # noqa: PLC0415 - as above
    from weakspot.evaluate.tools import tools  # noqa: PLC0415 - as above
    from weakspot.scan.models import find_model  # noqa: PLC0415 - as above

    known = tools(rules)
    for name in names:
        if name in known and name != "weakspot" and (reason := known[name].missing()):
            raise _failed(name, reason)
        if name in FLOORS and train is not None:
            needs_training(train, name)
        if name in FLOORS and name != "majority":
            linear.sklearn()
        if name == "weakspot" and ours.model is not None and causal.is_causal(ours.model):
            causal.check(ours.model, zero_shot=ours.zero_shot)
        elif name == "weakspot":
            find_model(ours.model)


def _failed(name: str, reason: str) -> WeakspotError:
    hint = None
    if "not installed" in reason:
        hint = (
            "Semgrep needs an environment of its own on the PATH (docs/compare.md)"
            if name == RULES
            else f'pip install "weakspot[evaluate]", or name other detectors than {name}'
        )
    return WeakspotError(f"{name}: {reason}", hint=hint)


def _warn(suite: str, measured: "Mapping[str, Measures]") -> None:
    for name, one in measured.items():
        if one.unjudged:
            click.echo(
                f"warning: {suite}: {name} could not judge {one.unjudged} of {one.rows} rows;"
                " they count as not flagged",
                err=True,
            )


def _tell(
    style: str,
    results: "Mapping[str, Mapping[str, Measures]]",
    steady: "Mapping[str, Mapping[str, Sequence[Steadiness]]]",
) -> None:
    if style == "json":
        made = {
            suite: {name: asdict(one) for name, one in measured.items()}
            for suite, measured in results.items()
        }
        for suite, each in steady.items():
            for one, found_steady in each.items():
                made[suite][one]["robust"] = [asdict(change) for change in found_steady]
        click.echo(json_text(made), nl=False)
    else:
        for suite, measured in results.items():
            click.echo(_table(suite, measured))
            if suite in steady:
                click.echo(_steady_table(suite, steady[suite]))


@dataclass(frozen=True, slots=True)
class Ours:
    """Which model of ours to measure (None: the embedded one), and how it answers."""

    model: str | None
    threshold: float | None
    first_stage: bool
    decode: str
    zero_shot: bool


def _judges(
    names: Sequence[str],
    ours: Ours,
    lessons: "Callable[[], Iterable[Example]]",
    rules: Path | None,
) -> dict[str, Judge]:
    """Return the chosen detectors; what they need is loaded when they first judge."""
    from weakspot.evaluate import linear  # noqa: PLC0415 - not needed for --help

    examples: list[Example] = []

    def learnt() -> Sequence["Example"]:
        if not examples:
            examples.extend(lessons())
        return examples

    every: dict[str, Judge] = {
        "weakspot": lambda rows: _ours(rows, ours),
        "bandit": lambda rows: _tool("bandit", rows, rules),
        RULES: lambda rows: _tool(RULES, rows, rules),
        "tfidf": lambda rows: linear.bag_of_words(learnt(), rows),
        "length": lambda rows: linear.length_only(learnt(), rows),
        "majority": lambda rows: linear.majority(learnt(), rows),
    }
    return {name: every[name] for name in dict.fromkeys(names)}


def _tool(name: str, rows: Sequence["Row"], rules: Path | None) -> Mapping[str, "Verdict"]:
    from weakspot.evaluate.compare import judge  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.tools import tools  # noqa: PLC0415 - as above

    verdicts, run = judge(tools(rules)[name], rows)
    if run.reason:
        raise _failed(name, run.reason)
    return verdicts


def _lessons(train: "Sequence[Row] | None", drills: Path | None) -> "Iterator[Example]":
    """Yield what the floors learn from."""
    if train is not None:
        from weakspot.evaluate.floors import as_example  # noqa: PLC0415 - not needed for --help

        yield from map(as_example, train)
        return
    from weakspot.dataset.drills import read_drills  # noqa: PLC0415 - not needed for --help
    from weakspot.generate.compose import compose_all  # noqa: PLC0415 - many modules
    from weakspot.generate.mechanisms import all_mechanisms  # noqa: PLC0415 - as above

    yield from compose_all(all_mechanisms(), FLOOR_FAMILIES, 1)
    for drill in read_drills(drills) if drills is not None else ():
        yield from drill


def _ours(rows: Sequence["Row"], ours: Ours) -> Mapping[str, "Verdict"]:
    from weakspot.evaluate import causal  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.suites import as_requests, verdicts_of  # noqa: PLC0415 - as above
    from weakspot.scan.models import find_model  # noqa: PLC0415 - as above
    from weakspot.scan.pipeline import processors  # noqa: PLC0415 - as above
    from weakspot.scan.predict import PredictWork, predict  # noqa: PLC0415 - as above
    from weakspot.scan.protocol import Limits  # noqa: PLC0415 - as above
    from weakspot.scan.sources import read_units  # noqa: PLC0415 - as above

    if ours.model is not None and causal.is_causal(ours.model):
        return causal.judge(
            rows,
            ours.model,
            ours.decode,
            ours.threshold,
            zero_shot=ours.zero_shot,
            say=lambda text: click.echo(text, err=True),
        )
    found = find_model(ours.model)
    limit = found.thresholds.default if ours.threshold is None else ours.threshold
    work = PredictWork(found.load, read_units, ours.first_stage)
    return verdicts_of(predict(as_requests(rows), work, limit, processors(), Limits(60.0, 1024)))


def _table(suite: str, found: Mapping[str, "Measures"]) -> str:
    from weakspot.evaluate.measures import footnotes  # noqa: PLC0415 - not needed for --help

    any_one = next(iter(found.values()))
    lines = [f"{suite}: {any_one.rows} rows, {any_one.pairs} pairs; per cent, 95 % interval"]
    lines.append("".join([f"{'':10}", *(f"{title:>18}" for title, _ in _SHOWN)]))
    for name, one in found.items():
        cells = (f"{_cell(getattr(one, field)):>18}" for _, field in _SHOWN)
        lines.append("".join([f"{name:10}", *cells]))
    return "\n".join([*lines, *footnotes(found)]) + "\n"


def _steady_table(suite: str, found: Mapping[str, "Sequence[Steadiness]"]) -> str:
    lines = [f"{suite}: verdicts changed, and weak rows no longer flagged, by a change of looks"]
    changes = [one.change for one in next(iter(found.values()))]
    lines.append("".join([f"{'':10}", *(f"{name:>20}" for name in changes)]))
    for name, each in found.items():
        cells = (f"{f'{one.flipped}/{one.applied} {one.lost}/{one.caught}':>20}" for one in each)
        lines.append("".join([f"{name:10}", *cells]))
    return "\n".join(lines) + "\n"


def _cell(figure: "Figure") -> str:
    if figure.value != figure.value:  # NaN: nothing was to be measured
        return "-"
    return f"{figure.value * 100:.1f} ({figure.low * 100:.0f}-{figure.high * 100:.0f})"
