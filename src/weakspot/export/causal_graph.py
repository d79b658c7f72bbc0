"""Exports a fine-tuned causal language model: int8 weights, one step a verdict.

The ONNX graph takes the ids of the code and of the answer's fence; the constant instruction's keys
and values are part of the graph, and of the output matrix only the answers' rows are. Weights are
int8 in one of two ways: per output channel, with a tensor's activations sharing one scale
("channels", the faster one), or in blocks with activations scaled block by block ("blocks", the
more exact one, for models with a few very large activations).
"""

import json
import logging
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import (
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from torch import Tensor, nn
from transformers import DynamicCache

from weakspot.core.errors import BundleError, MissingExtraError
from weakspot.model.prompt import answer_logits
from weakspot.networks.causal import Causal

WAYS = ("channels", "blocks")
BLOCK = 64  # weights that share one scale
LARGEST = 0.02  # difference of probabilities between the exported model and float32
MARGIN = 0.02  # a verdict that float32 puts this near 0.5 may fall on either side
_ONE_FILE = 2 << 30  # bytes that one protocol buffer can hold


@dataclass(frozen=True, slots=True)
class CausalParity:
    """How far the exported model strays from float32 PyTorch, in probability of "weak"."""

    snippets: int
    largest: float
    mean: float
    flips: int

    @property
    def holds(self) -> bool:
        """Whether probabilities stay within `LARGEST` and no verdict flips outside `MARGIN`."""
        return self.largest <= LARGEST and not self.flips


class _Answers(nn.Module):
    """Code ids [1, T] in, logits of the answers [1, A] out; the instruction is built in."""

    def __init__(self, causal: Causal) -> None:
        super().__init__()
        self.body = causal.model.base_model
        with torch.no_grad():
            head = torch.tensor([causal.prompter.head()])
            cache: Any = DynamicCache()  # one of the model's config forgets behind a sliding window
            causal.model(head, past_key_values=cache, use_cache=True)
        self.layers = len(cache.layers)
        for number, layer in enumerate(cache.layers):
            self.register_buffer(f"keys_{number}", layer.keys.clone())
            self.register_buffer(f"values_{number}", layer.values.clone())
        self.known = head.shape[1]
        output = causal.model.get_output_embeddings()
        rows = torch.tensor([answer[0] for answer in causal.answers])
        self.answers = nn.Linear(output.weight.shape[1], len(rows), bias=output.bias is not None)
        self.answers.weight.data = output.weight.data[rows].clone()
        if output.bias is not None:
            self.answers.bias.data = output.bias.data[rows].clone()

    def forward(self, ids: Tensor) -> Tensor:
        """Return the logits of the answers after `ids`."""
        cache = DynamicCache()
        for number in range(self.layers):
            keys, values = getattr(self, f"keys_{number}"), getattr(self, f"values_{number}")
            cache.update(keys, values, number)
        places = torch.arange(self.known, self.known + ids.shape[1]).unsqueeze(0)
        hidden = self.body(
            input_ids=ids, past_key_values=cache, position_ids=places, use_cache=True
        ).last_hidden_state
        found: Tensor = self.answers(hidden[:, -1])
        return found


def to_onnx(causal: Causal) -> Iterator[tuple[str, bytes]]:
    """Yield (way, int8 graph) for each of `WAYS`: input ids [1, T] (int64), output answers [1, A].

    The graphs are made one by one: take the first that holds (`compare`).

    Raises:
        BundleError: the answers are not single tokens, or the graph is too large for one file.
    """
    _must_have_answer_tokens(causal)
    module = _Answers(causal).eval()
    longest = causal.prompter.limit - module.known
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _quietly():
            program: Any = torch.onnx.export(
                module,
                (torch.ones(1, min(24, longest), dtype=torch.int64),),
                dynamo=True,
                input_names=["ids"],
                output_names=["answers"],
                dynamic_shapes={"ids": {1: torch.export.Dim("tokens", min=2, max=longest)}},
                opset_version=21,
                verbose=False,
            )
        program.save(folder / "float.onnx", external_data=True)
        del program
        for way in WAYS:
            with _quietly():
                _QUANTISED[way](folder / "float.onnx", folder / f"{way}.onnx")
            if (folder / f"{way}.onnx").stat().st_size >= _ONE_FILE:
                raise BundleError(
                    "the int8 graph is larger than 2 GiB, more than one ONNX file holds",
                    hint="export with --engine ctranslate2",
                )
            yield way, (folder / f"{way}.onnx").read_bytes()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep the libraries from telling of every tensor they leave alone; errors are raised."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _in_channels(path: Path, to: Path) -> None:
    quantize_dynamic(
        path,
        to,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        per_channel=True,
        weight_type=QuantType.QInt8,
    )


def _in_blocks(path: Path, to: Path) -> None:
    settings = DefaultWeightOnlyQuantConfig(
        block_size=BLOCK, is_symmetric=True, accuracy_level=4, bits=8
    )
    quantizer = MatMulNBitsQuantizer(onnx.load(path), algo_config=settings)
    quantizer.process()
    to.write_bytes(quantizer.model.model.SerializeToString())


_QUANTISED = {"channels": _in_channels, "blocks": _in_blocks}


def to_ctranslate2(folder: str, causal: Causal) -> dict[str, bytes]:
    """Return the files of the int8 CTranslate2 model made from the saved model in `folder`.

    Raises:
        MissingExtraError: CTranslate2 is not installed.
        BundleError: CTranslate2 does not know this architecture.
    """
    _must_have_answer_tokens(causal)
    try:
        from ctranslate2.converters import TransformersConverter  # noqa: PLC0415  optional engine
    except ModuleNotFoundError as error:
        raise MissingExtraError("ctranslate2", "exporting to CTranslate2") from error
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "model"
        try:
            TransformersConverter(folder).convert(str(out), quantization="int8")
        except (ValueError, TypeError, AttributeError, NotImplementedError) as error:
            raise BundleError(
                f"CTranslate2 cannot convert {folder}: {error}", hint="export with --engine onnx"
            ) from error
        files = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    config = json.loads(files["config.json"])
    # A tokenizer without a begin or unknown token leaves null here, and loading wants text.
    end = causal.tokenizer.eos_token
    lacking = [name for name, value in config.items() if name.endswith("_token") and value is None]
    config |= dict.fromkeys(lacking, end)
    return files | {"config.json": json.dumps(config).encode()}


def settings_of(causal: Causal) -> dict[str, Any]:
    """Return what the manifest says of the prompt: ids of the head, the last fence, the answers."""
    return {
        "head": list(causal.prompter.head()),
        "answer_fence": list(causal.prompter.fences[2]),
        "answers": [answer[0] for answer in causal.answers],
    }


def compare(
    causal: Causal, logits: Callable[[Sequence[int]], Sequence[float]], snippets: Sequence[str]
) -> CausalParity:
    """Compare an exported model with float32 PyTorch on some snippets."""
    known = len(causal.prompter.head())
    differences: list[float] = []
    flips = 0
    answers = torch.tensor([answer[0] for answer in causal.answers])
    for code in snippets:
        ids = causal.prompter.build(code).ids
        with torch.no_grad():
            exact = causal.model(torch.tensor([ids])).logits[0, -1, answers].float()
        wanted = _probability(exact.tolist())
        found = _probability(logits(ids[known:]))
        difference = abs(wanted - found)
        # `max` would pass over what is no number: it is as far away as can be.
        differences.append(difference if math.isfinite(difference) else math.inf)
        flips += (wanted > 0.5) != (found > 0.5) and abs(wanted - 0.5) > MARGIN
    return CausalParity(len(snippets), max(differences), sum(differences) / len(differences), flips)


def tokenizer_file(causal: Causal) -> bytes:
    """Return the tokenizer as the one JSON file that the engines read."""
    text: str = causal.tokenizer.backend_tokenizer.to_str()
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")).encode()


def files_of(graph: bytes | Mapping[str, bytes], causal: Causal) -> dict[str, bytes]:
    """Return the files of a model folder from an ONNX graph or CTranslate2's files."""
    files = {"model.onnx": graph} if isinstance(graph, bytes) else dict(graph)
    return files | {"tokenizer.json": tokenizer_file(causal)}


def _probability(answers: Sequence[float]) -> float:
    return float(torch.sigmoid(torch.tensor(answer_logits(answers)[0])))


def _must_have_answer_tokens(causal: Causal) -> None:
    if any(len(answer) != 1 for answer in causal.answers):
        raise BundleError(
            "this model writes its answers in several tokens; a model folder takes one token each",
            hint="fine-tune it with `answers_as_tokens = true`",
        )
