"""Exports the detector to ONNX and quantises it to int8 weights.

Matrices are quantised per output channel with activations scaled at run time; the embedding
table per tensor. Biases, norms and softmax stay in float32.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from weakspot.backends import sessions
from weakspot.core.errors import BundleError
from weakspot.export.fused import fused
from weakspot.networks.encoder import Together, WeaknessDetector

OUTPUTS = ("verdict", "cwes", "lines", "line_cwes", "needs_context", "summary")


# Logits; about three times what the shipped kind differs by (docs/train.md).
MOST_ON_AVERAGE = 0.15
MOST_ANYWHERE = 0.6  # of a verdict
MOST_NAMED = 1.0  # of the leading CWE, whose logits are larger


@dataclass(frozen=True, slots=True)
class Parity:
    """How far the int8 graph strays from float32 PyTorch over some units.

    Differences are of logits, for where a verdict turns is chosen later: of the verdict, and
    `named` ones of the CWE that leads in float32.
    """

    units: int
    mean: float
    largest: float
    named_mean: float
    named_largest: float

    @property
    def holds(self) -> bool:
        """Whether no difference is more than an int8 graph may have; NaN is."""
        is_near = self.mean <= MOST_ON_AVERAGE and self.named_mean <= MOST_ON_AVERAGE
        return is_near and self.largest <= MOST_ANYWHERE and self.named_largest <= MOST_NAMED


def to_onnx(model: WeaknessDetector | Together) -> bytes:
    """Return the int8 ONNX graph: inputs ids [1, T] and anchors [1, L], outputs `OUTPUTS`."""
    model = model.eval().float()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tokens, lines = torch.export.Dim("tokens", min=2), torch.export.Dim("lines", min=1)
        program: Any = torch.onnx.export(
            fused(model),
            (torch.ones(1, 40, dtype=torch.int64), torch.arange(5).unsqueeze(0)),
            dynamo=True,
            input_names=["ids", "anchors"],
            output_names=list(OUTPUTS),
            dynamic_shapes={"ids": {1: tokens}, "anchors": {1: lines}},
            opset_version=18,
            verbose=False,
        )
        program.save(folder / "float.onnx", external_data=False)
        quant_pre_process(folder / "float.onnx", folder / "ready.onnx", skip_symbolic_shape=True)
        quantize_dynamic(
            folder / "ready.onnx",
            folder / "int8.onnx",
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
        return (folder / "int8.onnx").read_bytes()


def run(
    opened: onnxruntime.InferenceSession, ids: Sequence[int], anchors: Sequence[int]
) -> tuple[Any, ...]:
    """Run one unit; returns arrays in the order of `OUTPUTS`, without the batch dimension."""
    inputs = {
        "ids": np.array([ids], dtype=np.int64),
        "anchors": np.array([anchors], dtype=np.int64),
    }
    return tuple(array[0] for array in opened.run(list(OUTPUTS), inputs))


def prove(
    model: WeaknessDetector | Together,
    graph: bytes,
    units: Sequence[tuple[Sequence[int], Sequence[int]]],
) -> Parity:
    """Compare the graph with the PyTorch model on (ids, anchors) of some units.

    Raises:
        BundleError: logits differ by more than the bounds of this module.
    """
    opened = sessions.opened(graph)
    differences: list[tuple[float, float]] = []
    model = model.eval().float()
    with torch.no_grad():
        for ids, anchors in units:
            exact = model(torch.tensor([ids]), torch.tensor([anchors]))
            verdict, cwes, *_ = run(opened, ids, anchors)
            top = int(exact.cwes[0].argmax())
            of_verdict = exact.verdict.item() - float(verdict)
            differences.append((abs(of_verdict), abs(exact.cwes[0, top].item() - float(cwes[top]))))
    told = np.array(differences)
    means, most = told.mean(axis=0), told.max(axis=0)
    parity = Parity(len(units), float(means[0]), float(most[0]), float(means[1]), float(most[1]))
    if not parity.holds:
        raise BundleError(f"the int8 graph does not agree with its weights: {parity}")
    return parity
