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
from weakspot.model.calibration import sigmoid
from weakspot.networks.encoder import Together, WeaknessDetector

OUTPUTS = ("verdict", "cwes", "lines", "line_cwes", "needs_context", "summary")


@dataclass(frozen=True, slots=True)
class Parity:
    """How far the int8 graph strays from float32 PyTorch over some units.

    Differences are of ``sigmoid(verdict logit)``; `flips` counts verdicts that change sides at
    0.5 although float32 was more than 0.05 away from it.
    """

    units: int
    largest: float
    mean: float
    flips: int


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
        BundleError: verdicts flip, or probabilities differ by more than 0.1 somewhere.
    """
    opened = sessions.opened(graph)
    differences: list[float] = []
    flips = 0
    model = model.eval().float()
    with torch.no_grad():
        for ids, anchors in units:
            exact = model(torch.tensor([ids]), torch.tensor([anchors])).verdict.item()
            wanted = sigmoid(exact)
            found = sigmoid(float(run(opened, ids, anchors)[0]))
            differences.append(abs(wanted - found))
            flips += (wanted > 0.5) != (found > 0.5) and abs(wanted - 0.5) > 0.05
    parity = Parity(len(units), max(differences), sum(differences) / len(differences), flips)
    if parity.flips or parity.largest > 0.1:
        raise BundleError(f"the int8 graph does not agree with its weights: {parity}")
    return parity
