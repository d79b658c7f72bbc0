"""Runs an exported causal language model with ONNX Runtime on one thread."""

from collections.abc import Sequence

import numpy as np

from weakspot.backends import sessions
from weakspot.backends.causal import CausalDetector, Logits
from weakspot.model.bundle import Bundle

GRAPH = "model.onnx"


class OnnxCausal(CausalDetector):
    """The engine ``onnx-causal``: a graph that takes ids [1, T] and gives answers [1, A]."""

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        super().__init__(bundle, lambda: _logits(bundle, threads))


def _logits(bundle: Bundle, threads: int) -> Logits:
    # An arena keeps the largest buffers of every length it has seen; no slower without (bench).
    session = sessions.of_bundle(bundle, GRAPH, threads, arena=False)

    def logits(ids: Sequence[int]) -> Sequence[float]:
        found = session.run(["answers"], {"ids": np.array([ids], dtype=np.int64)})[0]
        return [float(one) for one in found[0]]

    return logits
