"""Reads the weights of detectors back from their exported int8 graph, to train on from there.

Int8 weights are good to one part in 250 of a channel's largest: enough to begin with. The graph
names few of its matrices, but computes those of one network's layers in the order in which the
network does, and each from the network's own embedding; a head's matrix is told by the bias that
is added to what it gives. A test proves that a restored network says what its graph says.
"""

from collections.abc import Iterator

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from weakspot.core.errors import BundleError
from weakspot.networks.encoder import Encoder, Shape, WeaknessDetector

_HEADS = ("summary", "line_cwes", "line", "needs_context", "cwes", "verdict")
_EMBEDDING = "encoder.embedding.weight_quantized"

Held = dict[str, "np.ndarray[tuple[int, ...], np.dtype[np.generic]]"]


def restored(graph: bytes, shape: Shape, dropout: float = 0.0) -> list[WeaknessDetector]:
    """Return the networks of an int8 graph, as `weakspot export` writes it, in its order.

    Raises:
        BundleError: the graph is of another shape.
    """
    opened = onnx.load_from_string(graph)
    held = {one.name: numpy_helper.to_array(one) for one in opened.graph.initializer}
    used = _matrices_used(opened.graph)
    if not used:
        raise BundleError("the graph has no encoder's embedding")
    heads = _matrices_of_heads(opened.graph)
    found: list[WeaknessDetector] = []
    for prefix, matrices in sorted(used.items()):
        own = [heads.get(f"{prefix}{head}.bias", "") for head in _HEADS]
        layers = [name for name in matrices if name not in own]
        model = WeaknessDetector(Encoder(shape, dropout))
        _load(model, held, prefix, [*layers, *own])
        found.append(model)
    return found


def _matrices_used(graph: onnx.GraphProto) -> dict[str, list[str]]:
    """Return the names of the matrices of each network, by what its names begin with."""
    comes_from: dict[str, frozenset[str]] = {}
    used: dict[str, list[str]] = {}
    for node in graph.node:
        own = {name.removesuffix(_EMBEDDING) for name in node.input if name.endswith(_EMBEDDING)}
        prefixes = frozenset(own).union(*(comes_from.get(name, ()) for name in node.input))
        comes_from |= dict.fromkeys(node.output, prefixes)
        if node.op_type == "MatMulInteger":
            for prefix in prefixes:
                used.setdefault(prefix, []).append(node.input[1])
    return used


def _matrices_of_heads(graph: onnx.GraphProto) -> dict[str, str]:
    """Return the name of the matrix below each bias, by the bias's name."""
    made_by = {name: node for node in graph.node for name in node.output}
    biases = {f"{head}.bias" for head in _HEADS}
    found: dict[str, str] = {}
    for node in graph.node:
        for bias in node.input if node.op_type == "Add" else ():
            if ".".join(bias.rsplit(".", 2)[-2:]) in biases:
                before = node
                while before.op_type != "MatMulInteger":
                    above = [made_by[name] for name in before.input if name in made_by]
                    if not above:
                        raise BundleError(f"nothing is multiplied where {bias} is added")
                    before = above[0]
                found[bias] = before.input[1]
    return found


def _load(model: WeaknessDetector, held: Held, prefix: str, used: list[str]) -> None:
    names = [*_matrices(model)]
    if len(used) != len(names):
        raise BundleError(f"the graph has {len(used)} matrices, the recipe's shape {len(names)}")
    found = {name: _plain(held, at).T for name, at in zip(names, used, strict=True)}
    found["encoder.embedding.weight"] = _plain(held, prefix + _EMBEDDING)
    biases = {f"{head}.bias": held[f"{prefix}{head}.bias"] for head in _HEADS}
    found |= {name: bias.astype(np.float64) for name, bias in biases.items()}
    state: dict[str, Tensor] = {}
    for name, parameter in model.named_parameters():
        if found[name].shape != parameter.shape:
            raise BundleError(f"{name} is {found[name].shape}, wanted {tuple(parameter.shape)}")
        state[name] = torch.tensor(found[name], dtype=torch.float32)
    model.load_state_dict(state, strict=False)  # the rotary tables are no weights


def _matrices(model: WeaknessDetector) -> Iterator[str]:
    """Yield the names of the matrices: the layers' as the network uses them, then the heads'."""
    for number in range(model.encoder.shape.layers):
        for name in ("project_in", "project_out", "feed_in", "feed_out"):
            yield f"encoder.blocks.{number}.{name}.weight"
    for head in _HEADS:
        yield f"{head}.weight"


def _plain(held: Held, name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Return a quantised tensor as numbers; scales are by column, or one for all."""
    stem = name.removesuffix("_quantized")
    zero = held.get(f"{stem}_zero_point", np.zeros(1)).astype(np.float64)
    made: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = (
        held[name].astype(np.float64) - zero
    ) * held[f"{stem}_scale"].astype(np.float64)
    return made
