"""The engines that `weakspot bench` times: each opens a model and judges one unit at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakspot.core.errors import BundleError, MissingExtraError
from weakspot.core.unit import Unit
from weakspot.evaluate.causal import is_causal
from weakspot.model.prompt import unit_lines

PAPER = "transformers-generate"
"""The setting of arXiv 2504.16584: Transformers, eager, float32, the answer written freely."""

_ANSWER = 12  # tokens that free generation may write


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine that is ready.

    `judge` gives a verdict and returns how many tokens it wrote; `begin` stops after the first
    token; `together` judges several units as fast as the engine can; `tokens` counts what is read
    for a unit. `parameters` is the number of weights that a verdict multiplies with, `bytes` what
    they take.
    """

    judge: Callable[[Unit], int]
    begin: Callable[[Unit], object]
    together: Callable[[Sequence[Unit]], object]
    tokens: Callable[[Unit], int]
    parameters: int
    bytes: int


def engines_of(folder: str) -> tuple[str, ...]:
    """Return the engines that can run what is in a folder."""
    if is_causal(folder):
        return (PAPER, "transformers-scores")
    from weakspot.model.bundle import EMBEDDED, open_bundle  # noqa: PLC0415  beside its use

    return (open_bundle(Path(folder) if folder else EMBEDDED).manifest.engine,)


def threads_of(engine: str, threads: int) -> int:
    """Return how many of `threads` an engine takes: the encoder's is one thread, as in a scan."""
    return 1 if engine == "onnx-encoder" else threads


def open_engine(engine: str, folder: str, threads: int) -> Opened:
    """Open an engine on `threads` threads; an empty folder name is the embedded model's."""
    if engine.startswith("transformers"):
        return _transformers(engine, folder, threads)
    from weakspot.model.bundle import EMBEDDED, open_bundle  # noqa: PLC0415  beside its use

    bundle = open_bundle(Path(folder) if folder else EMBEDDED)
    size = bundle.size
    weights = max(entry.size for entry in bundle.manifest.files)  # int8: a byte a weight
    if engine == "onnx-encoder":
        return _encoder(bundle, size, weights)
    return _causal(engine, bundle, size, weights, threads)


def _encoder(bundle: Any, size: int, weights: int) -> Opened:
    from weakspot.backends.onnx_encoder import OnnxEncoder  # noqa: PLC0415  only this engine
    from weakspot.model.tokens import Tokenizer  # noqa: PLC0415  as above

    detector = OnnxEncoder(bundle)
    tokenizer = Tokenizer.from_json(bundle.files["tokenizer.json"])

    def judge(unit: Unit) -> int:
        detector.score(unit)
        return 1

    def tokens(unit: Unit) -> int:
        return len(tokenizer.encode(unit, bundle.manifest.max_tokens).ids)

    return Opened(judge, judge, _one_by_one(judge), tokens, weights, size)


def _causal(engine: str, bundle: Any, size: int, weights: int, threads: int) -> Opened:
    from weakspot.backends import causal, ct2_causal, onnx_causal  # noqa: PLC0415  only these

    known = {
        "onnx-causal": onnx_causal.OnnxCausal,
        "ctranslate2-causal": ct2_causal.Ct2Causal,
    }
    if engine not in known:
        raise BundleError(f"there is no engine {engine!r} to time")
    detector = known[engine](bundle, threads)
    encode = causal.open_tokenizer(bundle)
    head = len(causal.causal_settings(bundle)["head"])

    def judge(unit: Unit) -> int:
        detector.verdict(unit)
        return 1

    def tokens(unit: Unit) -> int:
        return head + sum(len(encode(text)) for text in unit_lines((*unit.context, *unit.lines)))

    return Opened(judge, judge, _one_by_one(judge), tokens, weights, size)


def _transformers(engine: str, folder: str, threads: int) -> Opened:
    try:
        import torch  # noqa: PLC0415  only these engines

        from weakspot.networks import causal as networks  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise MissingExtraError("finetune", "timing a language model in PyTorch") from error
    torch.set_num_threads(threads)
    model = networks.load(folder)
    model.model.set_attn_implementation("eager")
    parameters = sum(one.numel() for one in model.model.parameters())

    def code(unit: Unit) -> str:
        return "".join(unit_lines((*unit.context, *unit.lines)))

    def ids(unit: Unit) -> tuple[int, ...]:
        return model.prompter.build(code(unit)).ids

    def write(unit: Unit, most: int) -> int:
        return networks.written(model, code(unit), most)

    def score(unit: Unit) -> int:
        networks.label_scores(model, code(unit))
        return 1

    def batch(units: Sequence[Unit]) -> None:
        rows = [ids(unit) for unit in units]
        longest = max(map(len, rows))
        pad = model.tokenizer.pad_token_id
        padded = torch.tensor([[pad] * (longest - len(row)) + list(row) for row in rows])
        mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows])
        with torch.no_grad():
            model.model(padded, attention_mask=mask)

    generates = engine == PAPER
    return Opened(
        judge=(lambda unit: write(unit, _ANSWER)) if generates else score,
        begin=(lambda unit: write(unit, 1)) if generates else score,
        together=batch,
        tokens=lambda unit: len(ids(unit)),
        parameters=parameters,
        bytes=4 * parameters,
    )


def _one_by_one(judge: Callable[[Unit], int]) -> Callable[[Sequence[Unit]], None]:
    """Judge in turn: int8 activations make a batch depend on its members (decision 8)."""

    def together(units: Sequence[Unit]) -> None:
        for unit in units:
            judge(unit)

    return together
