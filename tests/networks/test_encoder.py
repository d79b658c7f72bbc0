"""The encoder's attention says the same in both of its ways."""

import pytest
import torch

from weakspot.networks.encoder import attend


@pytest.mark.parametrize("is_masked", [False, True])
def test_attention_in_bfloat16_is_close_to_that_in_float32(is_masked: bool) -> None:
    torch.manual_seed(1)
    query, key, value = torch.randn(3, 2, 4, 24, 16).unbind(0)
    mask = torch.ones(2, 1, 1, 24, dtype=torch.bool)
    mask[1, ..., 10:] = False
    used = mask if is_masked else None
    plain = attend(query, key, value, used)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        low = attend(query, key, value, used)
    assert (plain - low.float()).abs().max() < 0.03
    if is_masked:  # what is hidden is not read
        value[1, :, 10:] = 1e6
        with torch.autocast("cpu", dtype=torch.bfloat16):
            assert torch.equal(attend(query, key, value, used), low)
