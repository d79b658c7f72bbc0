"""The int8 graph says what the weights say, or is refused."""

from collections import Counter

import onnx
import pytest
import torch

import tiny_model
from weakspot.backends import sessions
from weakspot.core.errors import BundleError
from weakspot.export import onnx_graph
from weakspot.export.fused import fused
from weakspot.export.onnx_graph import Parity
from weakspot.networks.encoder import WeaknessDetector

PADDING = 7
UNITS = [
    (encoded.ids, encoded.anchors)
    for unit in tiny_model.units()
    if (encoded := tiny_model.tokenizer().encode(unit, tiny_model.CONTEXT - PADDING)).anchors
]


@pytest.fixture(scope="module")
def graph() -> bytes:
    return onnx_graph.to_onnx(tiny_model.network())


def test_the_graph_agrees_with_its_weights(graph: bytes) -> None:
    parity = onnx_graph.prove(tiny_model.network(), graph, UNITS)
    assert parity.units == len(UNITS)
    assert max(parity.largest, parity.named_largest) < 0.1
    assert max(parity.mean, parity.named_mean) < 0.05


@pytest.mark.parametrize("head", ["verdict", "cwes"])
@pytest.mark.parametrize("by", [0.4, 2.0, float("nan")])
def test_a_graph_of_other_weights_is_refused(head: str, by: float) -> None:
    unsure = tiny_model.network()
    with torch.no_grad():
        unsure.verdict.bias -= 9.0  # where verdicts turn is far from one half, too
        graph = onnx_graph.to_onnx(unsure)
        getattr(unsure, head).bias += by
    with pytest.raises(BundleError, match="does not agree"):
        onnx_graph.prove(unsure, graph, UNITS)


def test_one_unit_far_off_is_enough() -> None:
    assert Parity(200, 0.05, 0.2, 0.05, 0.3).holds
    assert not Parity(200, 0.05, 0.7, 0.05, 0.3).holds
    assert not Parity(200, 0.05, 0.2, 0.05, 1.2).holds


def test_line_scores_are_those_of_the_weights(graph: bytes) -> None:
    model: WeaknessDetector = tiny_model.network()
    opened = sessions.opened(graph)
    for ids, anchors in UNITS:
        lines = onnx_graph.run(opened, ids, anchors)[2]
        with torch.no_grad():
            wanted = model(torch.tensor([ids]), torch.tensor([anchors])).lines[0]
        assert lines == pytest.approx(wanted.numpy(), abs=0.2)


def test_padding_changes_no_score() -> None:
    model = tiny_model.network()
    width = max(len(ids) for ids, _ in UNITS) + PADDING
    most = max(len(anchors) for _, anchors in UNITS) + 3
    ids = torch.zeros(len(UNITS), width, dtype=torch.int64)
    anchors = torch.zeros(len(UNITS), most, dtype=torch.int64)
    is_line = torch.zeros(len(UNITS), most, dtype=torch.bool)
    for row, (one, places) in enumerate(UNITS):
        ids[row, : len(one)] = torch.tensor(one)
        anchors[row, : len(places)] = torch.tensor(places)
        is_line[row, : len(places)] = True
    with torch.no_grad():
        together = model(ids, anchors, ids != 0, is_line)
        for row, (one, places) in enumerate(UNITS):
            alone = model(torch.tensor([one]), torch.tensor([places]))
            assert together.verdict[row].item() == pytest.approx(alone.verdict.item(), abs=1e-4)
            assert together.lines[row, : len(places)].numpy() == pytest.approx(
                alone.lines[0].numpy(), abs=1e-4
            )


def test_layers_are_exported_as_the_operators_that_run_fastest(graph: bytes) -> None:
    found = Counter(node.op_type for node in onnx.load_from_string(graph).graph.node)
    layers = tiny_model.network().encoder.shape.layers
    assert found["MultiHeadAttention"] == layers
    assert found["RotaryEmbedding"] == 2 * layers
    assert not found["Softmax"]
    assert not found["Transpose"]


def test_what_a_fused_layer_cannot_do_is_refused() -> None:
    encoder = tiny_model.network().encoder
    with pytest.raises(ValueError, match="without a mask"):
        fused(encoder)(torch.ones(1, 5, dtype=torch.int64), torch.ones(1, 5, dtype=torch.bool))
    encoder.norm = torch.nn.RMSNorm(encoder.shape.width, eps=1e-6)
    with pytest.raises(ValueError, match="no weights"):
        fused(encoder)


def test_exporting_leaves_the_network_as_it_is() -> None:
    model = tiny_model.network()
    onnx_graph.to_onnx(model)
    units = [(torch.tensor([ids]), torch.tensor([anchors])) for ids, anchors in UNITS]
    with torch.no_grad():
        for given in units:
            assert model(*given).verdict.item() == tiny_model.network()(*given).verdict.item()
