"""Opens ONNX graphs so that every processor computes the same int8 products."""

from pathlib import Path

import onnxruntime

from weakspot.core.errors import BundleError
from weakspot.model.bundle import Bundle

# x86-64 processors without VNNI instructions (many notebooks) add uint8 by int8 products up in 16
# bits and cut off what does not fit. This setting makes ONNX Runtime take the products that fit.
_WHOLE_PRODUCTS = "session.x64quantprecision"


def of_bundle(
    bundle: Bundle, name: str, threads: int = 1, arena: bool = True
) -> onnxruntime.InferenceSession:
    """Open the graph `name` of a model folder; a large one is read by ONNX Runtime itself.

    Raises:
        BundleError: the folder lacks the graph, or it cannot be loaded.
    """
    graph = bundle.large.get(name) or bundle.files.get(name)
    if graph is None:
        raise BundleError(f"the model folder lacks {name}")
    try:
        return opened(graph, threads, arena)
    except Exception as error:  # ONNX Runtime's own errors share no public base class
        raise BundleError(f"{name} cannot be loaded: {error}") from error


def opened(
    graph: bytes | Path, threads: int = 1, arena: bool = True
) -> onnxruntime.InferenceSession:
    """Open a graph on so many threads.

    Without `arena` the buffers of finished runs are given back. Raises what ONNX Runtime raises.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = arena
    options.add_session_config_entry(_WHOLE_PRODUCTS, "1")
    return onnxruntime.InferenceSession(
        str(graph) if isinstance(graph, Path) else graph,
        options,
        providers=["CPUExecutionProvider"],
    )
