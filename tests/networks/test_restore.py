"""Weights read back from a graph make the network that the graph was made from."""

import pytest
import torch

from weakspot.core.errors import BundleError
from weakspot.export import onnx_graph
from weakspot.export.onnx_graph import prove, to_onnx
from weakspot.networks.encoder import Encoder, Shape, Together, WeaknessDetector
from weakspot.networks.restore import restored

SHAPE = Shape(64, layers=2, width=32, heads=2, feed_forward=64, context=48, labels=5)


def detector(seed: int, shape: Shape = SHAPE) -> WeaknessDetector:
    """Return a network whose every weight is random, the residual branches' too."""
    torch.manual_seed(seed)
    model = WeaknessDetector(Encoder(shape))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return model.eval()


@pytest.fixture(scope="module")
def graph() -> bytes:
    return to_onnx(detector(1))


def test_the_restored_network_says_what_the_graph_says(graph: bytes) -> None:
    units = [(list(range(n, n + 30)), [0, 9, 20]) for n in range(20)]
    with pytest.raises(BundleError):
        prove(detector(2), graph, units)
    (other,) = restored(graph, SHAPE)
    assert prove(other.eval(), graph, units).mean < 0.05
    first = detector(1)(torch.tensor([units[3][0]]), torch.tensor([units[3][1]]))
    again = other(torch.tensor([units[3][0]]), torch.tensor([units[3][1]]))
    for one, two in zip(first, again, strict=True):
        assert torch.allclose(one, two, atol=0.15 * float(one.abs().max()) + 0.05)


def test_a_graph_of_plain_layers_is_restored_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_graph, "fused", lambda model: model)  # as versions 1 to 5 were written
    graph = to_onnx(detector(1))
    units = [(list(range(n, n + 30)), [0, 9, 20]) for n in range(20)]
    (network,) = restored(graph, SHAPE)
    assert prove(network.eval(), graph, units).mean < 0.05


def test_several_networks_of_one_graph_are_told_apart() -> None:
    units = [(list(range(n, n + 30)), [0, 9, 20]) for n in range(20)]
    both = to_onnx(Together(detector(1), detector(2), detector(3)))
    found = restored(both, SHAPE)
    for seed, network in enumerate(found, 1):
        assert prove(network.eval(), to_onnx(detector(seed)), units).mean < 0.05
    assert prove(Together(*found).eval(), both, units).mean < 0.05


def test_two_networks_together_say_the_mean_of_both() -> None:
    both = Together(detector(1), detector(2)).eval()
    ids, anchors = torch.tensor([list(range(3, 33))]), torch.tensor([[0, 9, 20]])
    first, second, mean = (one(ids, anchors) for one in (detector(1), detector(2), both))
    for one, two, said in zip(first[:-1], second[:-1], mean[:-1], strict=True):
        assert torch.allclose(said, (one + two) / 2, atol=1e-5)
    assert torch.equal(mean.summary, second.summary)
    units = [(list(range(n, n + 30)), [0, 9, 20]) for n in range(5)]
    assert prove(both, to_onnx(both), units).holds


@pytest.mark.parametrize("layers", [1, 3])
def test_a_graph_of_another_shape_is_refused(graph: bytes, layers: int) -> None:
    shape = Shape(64, layers, width=32, heads=2, feed_forward=64, context=48, labels=5)
    with pytest.raises(BundleError, match="matrices"):
        restored(graph, shape)


def test_a_graph_with_other_labels_is_refused(graph: bytes) -> None:
    shape = Shape(64, layers=2, width=32, heads=2, feed_forward=64, context=48, labels=6)
    with pytest.raises(BundleError, match="cwes"):
        restored(graph, shape)
