"""Whether an exported causal model is said to agree with its weights."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from weakspot.export.causal_graph import compare
from weakspot.networks.causal import Causal, load_base, opened, taught

SNIPPETS = [f"x = {at}\n" for at in range(4)]


@pytest.fixture(scope="module")
def causal(tiny_causal: Path) -> Causal:
    model, tokenizer = load_base(str(tiny_causal))
    taught(model, tokenizer, ("CWE-95",), as_tokens=True)
    return opened(model.eval(), tokenizer, ("CWE-95",), 240)


@pytest.mark.parametrize("broken", [None, 0, 2])
def test_an_engine_that_gives_no_number_does_not_agree(causal: Causal, broken: int | None) -> None:
    asked: list[int] = []

    @torch.no_grad()
    def logits(ids: Sequence[int]) -> Sequence[float]:
        asked.append(len(ids))
        if len(asked) - 1 == broken:
            return [float("nan")] * len(causal.answers)
        whole = torch.tensor([[*causal.prompter.head(), *ids]])
        found = causal.model(whole).logits[0, -1]
        return [found[answer[0]].item() for answer in causal.answers]

    parity = compare(causal, logits, SNIPPETS)
    assert parity.snippets == len(asked) == 4
    assert parity.holds == (broken is None)
