"""Int8 products are whole numbers that fit, whatever the processor."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from weakspot.backends import sessions
from weakspot.core.errors import BundleError
from weakspot.model.bundle import Bundle, open_bundle

WIDTH = 64


def graph() -> bytes:
    """A product of uint8 by int8 as `quantize_dynamic` writes it, with zero points."""
    constants = [
        numpy_helper.from_array(np.full((WIDTH, 8), 127, dtype=np.int8), "weights"),
        numpy_helper.from_array(np.array(0, dtype=np.uint8), "zero"),
        numpy_helper.from_array(np.zeros(8, dtype=np.int8), "zeros"),
    ]
    product = helper.make_node("MatMulInteger", ["given", "weights", "zero", "zeros"], ["found"])
    body = helper.make_graph(
        [product],
        "product",
        [helper.make_tensor_value_info("given", TensorProto.UINT8, [1, WIDTH])],
        [helper.make_tensor_value_info("found", TensorProto.INT32, [1, 8])],
        constants,
    )
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


@pytest.mark.parametrize("on_disk", [False, True])
def test_products_of_the_largest_values_are_not_cut_off(tmp_path: Path, on_disk: bool) -> None:
    path = tmp_path / "product.onnx"
    path.write_bytes(graph())
    session = sessions.opened(path if on_disk else graph())
    (found,) = session.run(None, {"given": np.full((1, WIDTH), 255, dtype=np.uint8)})
    assert found.tolist() == [[255 * 127 * WIDTH] * 8]


def test_a_graph_that_a_folder_lacks_is_told(tiny_folder: Path) -> None:
    with pytest.raises(BundleError, match=r"lacks other\.onnx"):
        sessions.of_bundle(open_bundle(tiny_folder), "other.onnx")


def test_what_is_no_graph_is_told(tiny_folder: Path) -> None:
    whole = open_bundle(tiny_folder)
    broken = Bundle(whole.manifest, whole.digest, {"model.onnx": b"no graph"})
    with pytest.raises(BundleError, match=r"model\.onnx cannot be loaded"):
        sessions.of_bundle(broken, "model.onnx")
