"""What mechanisms are compared by: the vector of the line that looks weakest, padded or not."""

import torch

from weakspot.networks.encoder import Encoder, Shape, WeaknessDetector, pooled

SHAPE = Shape(64, layers=2, width=32, heads=2, feed_forward=64, context=48, labels=5)


def detector() -> WeaknessDetector:
    torch.manual_seed(3)
    model = WeaknessDetector(Encoder(SHAPE))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return model.eval()


def test_the_summary_is_the_vector_of_the_line_that_looks_weakest() -> None:
    model, seen = detector(), set()
    for first in range(3, 33):
        ids, anchors = torch.tensor([list(range(first, first + 30))]), torch.tensor([[0, 9, 20]])
        with torch.no_grad():
            vectors = model.encoder(ids)
            said = model.judge(vectors, anchors)
        _, lines = pooled(vectors, anchors, None, None)
        weakest = int(said.lines[0].argmax())
        assert torch.equal(said.summary[0], lines[0, weakest])
        seen.add(weakest)
    assert len(seen) > 1


def test_padding_changes_no_summary() -> None:
    model = detector()
    ids, anchors = torch.tensor([list(range(3, 33))]), torch.tensor([[0, 9, 20]])
    padded = torch.cat([ids, torch.zeros(1, 10, dtype=torch.int64)], 1)
    more = torch.cat([anchors, torch.zeros(1, 2, dtype=torch.int64)], 1)
    mask = torch.tensor([[True] * 30 + [False] * 10])
    line_mask = torch.tensor([[True] * 3 + [False] * 2])
    with torch.no_grad():
        plain = model(ids, anchors).summary
        wide = model(padded, more, mask, line_mask).summary
    assert torch.allclose(plain, wide, atol=1e-5)
