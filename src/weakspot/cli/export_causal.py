"""The part of `weakspot export` that makes a model folder from a fine-tuned causal model."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weakspot.core.errors import BundleError, DataError, MissingExtraError
from weakspot.core.score import Thresholds

if TYPE_CHECKING:
    from weakspot.backends.causal import CausalDetector
    from weakspot.core.unit import Unit
    from weakspot.model.calibration import Calibration
    from weakspot.train.causal.rows import Row

ENGINES = ("onnx", "ctranslate2")
_CLEAN_UNITS = 2_000  # of the sound code, in the order of its paths
_SNIPPETS = 200  # that parity is proved on
_TWINS_BUDGET = 10.0  # per cent of the sound rows that may be flagged where no sound code is given
_CLEAN_BUDGET = 0.5  # the same of units of sound code

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command was asked for; `clean` is a folder of sound code, if there is one."""

    model: Path
    rows: Path
    clean: Path | None
    engine: str
    output: Path


def export_causal(wanted: Wanted, say: Say) -> None:
    """Convert, prove parity, calibrate on what scanning reads (units), and write the folder.

    Raises:
        MissingExtraError: the ``finetune`` extra is not installed.
        DataError: the output exists, or the rows have only one kind of label.
        BundleError: the exported model does not agree with its weights.
    """
    try:
        from weakspot.export import causal_graph  # noqa: PLC0415  transformers when needed
        from weakspot.networks.causal import load  # noqa: PLC0415  as above
        from weakspot.train.causal.rows import read_rows  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise MissingExtraError("finetune", "exporting a causal language model") from error
    from weakspot.model.bundle import refuse_existing, write_bundle  # noqa: PLC0415  beside its use

    refuse_existing(wanted.output)
    causal = load(str(wanted.model))
    rows = read_rows(wanted.rows)
    weak_rows, sound_rows = _judged(rows, wanted.rows, say)
    prompt = causal_graph.settings_of(causal)
    draft = _manifest(wanted, causal, prompt, _even(len(causal.labels)), Thresholds(0.5, 0.5), {})
    graphs: Iterator[tuple[str, Any]] = (
        causal_graph.to_onnx(causal)
        if wanted.engine == "onnx"
        else iter([("int8", causal_graph.to_ctranslate2(str(wanted.model), causal))])
    )
    snippets = [row.code for row in rows[:_SNIPPETS]]
    for way, graph in graphs:
        files = causal_graph.files_of(graph, causal)
        engine = _engine(files, draft)
        parity = causal_graph.compare(causal, engine.answers, snippets)
        say(f"{way}: {parity.snippets} snippets, {parity.largest:.4f} apart, {parity.flips} flips")
        if parity.holds:
            break
    else:
        raise BundleError(
            "no exported form agrees with the weights; nothing was written",
            hint="try the other --engine",
        )
    weak, sound = ([_verdict(engine, units) for units in side] for side in (weak_rows, sound_rows))
    calm = _verdicts_below(engine, wanted.clean) if wanted.clean else []
    calibration, thresholds, measures = _fitted(weak, sound, calm, len(causal.labels))
    measures["parity_largest"] = parity.largest
    final = _manifest(wanted, causal, prompt, calibration, thresholds, measures)
    made = write_bundle(wanted.output, final, files)
    size = made.size
    say(
        f"{wanted.output}: {size / 1e6:.1f} MB, digest {made.digest[:12]}, "
        f"threshold {thresholds.default:.3f}"
    )


def _fitted(
    weak: Sequence[float], sound: Sequence[float], calm: Sequence[float], labels: int
) -> "tuple[Calibration, Thresholds, dict[str, float]]":
    """Calibrate on verdict logits of weak and sound rows and, where there are, of sound units."""
    from weakspot.model.calibration import Calibration  # noqa: PLC0415  beside its use
    from weakspot.train import calibrate  # noqa: PLC0415  as above

    platt = calibrate.fit_verdict(weak, sound, calm or sound)
    budget = _CLEAN_BUDGET if calm else _TWINS_BUDGET
    quiet = [platt(one) for one in calm or sound]
    thresholds = calibrate.thresholds(quiet, budget, budget / 5)

    def flagged(logits: Sequence[float]) -> float:
        return sum(platt(one) >= thresholds.default for one in logits) / max(1, len(logits))

    measures = {"recall": flagged(weak), "twins_flagged": flagged(sound)}
    if calm:
        measures["clean_flagged"] = flagged(calm)
    even = _even(labels)
    return Calibration(platt, even.cwes, even.context), thresholds, measures


def _even(labels: int) -> "Calibration":
    from weakspot.model.calibration import Calibration, Platt  # noqa: PLC0415  beside its use

    even = Platt(1.0, 0.0)
    return Calibration(even, (even,) * labels, even)


def _manifest(
    wanted: Wanted,
    causal: Any,
    prompt: Mapping[str, Any],
    calibration: "Calibration",
    thresholds: Thresholds,
    measures: Mapping[str, float],
) -> Any:
    from weakspot.code.normalise import NORMALISER_VERSION  # noqa: PLC0415  beside its use
    from weakspot.model.manifest import Manifest  # noqa: PLC0415  as above

    folder = wanted.model.resolve()
    return Manifest(
        engine=f"{wanted.engine}-causal",
        name=folder.parent.name if folder.name == "model" else folder.name,
        version="1",
        labels=causal.labels,
        max_tokens=causal.prompter.limit,
        normaliser=NORMALISER_VERSION,
        thresholds=thresholds,
        abstain_context=1.0,
        calibration=calibration,
        files=(),
        recipe={"causal": prompt, "measures": measures},
        data_digest=hashlib.sha256(wanted.rows.read_bytes()).hexdigest(),
    )


def _engine(files: Mapping[str, bytes], manifest: Any) -> "CausalDetector":
    """Open the engine on files that are not written yet: what is proved is what will run."""
    from weakspot.backends.ct2_causal import Ct2Causal  # noqa: PLC0415  beside its use
    from weakspot.backends.onnx_causal import OnnxCausal  # noqa: PLC0415  as above
    from weakspot.model.bundle import Bundle  # noqa: PLC0415  as above

    bundle = Bundle(manifest, "", files)
    return OnnxCausal(bundle) if manifest.engine == "onnx-causal" else Ct2Causal(bundle)


def _judged(
    rows: "Sequence[Row]", path: Path, say: Say
) -> "tuple[list[list[Unit]], list[list[Unit]]]":
    """Return the units of the weak rows and those of the sound rows, a list for each row.

    Rows without code (nothing but comments) are left out, and their number is told.

    Raises:
        DataError: what is left is not of both kinds.
    """
    from weakspot.code.source import Source  # noqa: PLC0415  beside its use
    from weakspot.code.units import units_of  # noqa: PLC0415  as above

    weak: list[list[Unit]] = []
    sound: list[list[Unit]] = []
    for row in rows:
        units = [unit for unit in units_of(Source("row.py", row.code)).units if unit.lines]
        if units:
            (sound if row.cwe is None else weak).append(units)
    if lost := len(rows) - len(weak) - len(sound):
        say(f"{path}: {lost} of {len(rows)} rows have no code and are left out")
    if not weak or not sound:
        raise DataError(f"{path} needs both weak and sound rows")
    return weak, sound


def _verdict(engine: "CausalDetector", units: "Sequence[Unit]") -> float:
    """Return the verdict logit of the most suspicious unit of a row."""
    return max(engine.verdict(unit) for unit in units)


def _verdicts_below(engine: "CausalDetector", folder: Path) -> list[float]:
    return [engine.verdict(unit) for unit in islice(_units_below(folder), _CLEAN_UNITS)]


def _units_below(folder: Path) -> "Iterator[Unit]":
    from weakspot.code.decode import decode  # noqa: PLC0415  beside its use
    from weakspot.code.units import units_of  # noqa: PLC0415  as above
    from weakspot.core.errors import ReadError  # noqa: PLC0415  as above

    for path in sorted(folder.rglob("*.py")):
        try:
            source = decode(path.read_bytes(), path.name)
        except (OSError, ReadError):
            continue  # what scanning would report as not analysed
        yield from (unit for unit in units_of(source).units if unit.lines)
