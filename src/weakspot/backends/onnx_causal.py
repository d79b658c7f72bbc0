"""Runs an exported causal language model with ONNX Runtime on one thread."""

from collections.abc import Sequence

import numpy as np
import onnxruntime

from weakspot.backends.causal import CausalDetector, Logits
from weakspot.core.errors import BundleError
from weakspot.model.bundle import Bundle

GRAPH = "model.onnx"


class OnnxCausal(CausalDetector):
    """The engine ``onnx-causal``: a graph that takes ids [1, T] and gives answers [1, A]."""

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        super().__init__(bundle, lambda: _logits(bundle, threads))


def _logits(bundle: Bundle, threads: int) -> Logits:
    session = _open(bundle, threads)

    def logits(ids: Sequence[int]) -> Sequence[float]:
        found = session.run(["answers"], {"ids": np.array([ids], dtype=np.int64)})[0]
        return [float(one) for one in found[0]]

    return logits


def _open(bundle: Bundle, threads: int) -> onnxruntime.InferenceSession:
    # A large graph is read by the engine itself: its bytes would be in memory a second time.
    graph = str(bundle.large[GRAPH]) if GRAPH in bundle.large else bundle.files.get(GRAPH)
    if graph is None:
        raise BundleError(f"the model folder lacks {GRAPH}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    # An arena keeps the largest buffers of every length it has seen; no slower without (bench).
    options.enable_cpu_mem_arena = False
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own errors share no public base class
        raise BundleError(f"{GRAPH} cannot be loaded: {error}") from error
