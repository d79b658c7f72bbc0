"""Reads the weights of a detector back from its exported int8 graph, to train on from there.

Int8 weights are good to one part in 250 of a channel's largest: enough to begin with. The graph
names few of its matrices, but computes them in the order in which the network does; a test proves
that a restored network says what its graph says.
"""

from collections.abc import Iterator

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from weakspot.core.errors import BundleError
from weakspot.networks.encoder import WeaknessDetector

_HEADS = ("summary", "line_cwes", "line", "needs_context", "cwes", "verdict")  # as computed


def restore(model: WeaknessDetector, graph: bytes) -> None:
    """Load the weights of an int8 graph, as `weakspot export` writes it, into `model`.

    Raises:
        BundleError: the graph is of another shape.
    """
    opened = onnx.load_from_string(graph)
    held = {one.name: numpy_helper.to_array(one) for one in opened.graph.initializer}
    names = [*_matrices(model)]
    used = [node.input[1] for node in opened.graph.node if node.op_type == "MatMulInteger"]
    if len(used) != len(names):
        raise BundleError(f"the graph has {len(used)} matrices, the recipe's shape {len(names)}")
    found = {name: _plain(held, at).T for name, at in zip(names, used, strict=True)}
    found["encoder.embedding.weight"] = _plain(held, "encoder.embedding.weight_quantized")
    found |= {f"{head}.bias": held[f"{head}.bias"] for head in _HEADS}
    state: dict[str, Tensor] = {}
    for name, parameter in model.named_parameters():
        if found[name].shape != parameter.shape:
            raise BundleError(f"{name} is {found[name].shape}, wanted {tuple(parameter.shape)}")
        state[name] = torch.tensor(found[name], dtype=torch.float32)
    model.load_state_dict(state, strict=False)  # the rotary tables are no weights


def _matrices(model: WeaknessDetector) -> Iterator[str]:
    """Yield the names of the matrices in the order in which the network uses them."""
    for number in range(model.encoder.shape.layers):
        for name in ("project_in", "project_out", "feed_in", "feed_out"):
            yield f"encoder.blocks.{number}.{name}.weight"
    for head in _HEADS:
        yield f"{head}.weight"


def _plain(
    held: dict[str, "np.ndarray[tuple[int, ...], np.dtype[np.generic]]"], name: str
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Return a quantised tensor as numbers; scales are by column, or one for all."""
    stem = name.removesuffix("_quantized")
    zero = held.get(f"{stem}_zero_point", np.zeros(1)).astype(np.float64)
    made: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = (
        held[name].astype(np.float64) - zero
    ) * held[f"{stem}_scale"].astype(np.float64)
    return made
