"""Pre-training: how units are put into batches, and what is hidden of them."""

import random

import torch

from weakspot.model.tokens import CLS, MASK, OFFSET
from weakspot.train.pretrain import LENGTHS, batches, corrupt, padded, padded_length


def test_batches_of_one_length_have_one_size_and_hold_each_unit_at_most_once() -> None:
    draw = random.Random(1)
    lengths = [draw.randint(5, 512) for _ in range(3_000)]
    groups = batches(lengths, 4_096, seed=2)
    sizes = {(padded_length(max(lengths[at] for at in group)), len(group)) for group in groups}
    assert sizes == {(length, 4_096 // length) for length in LENGTHS}
    seen = [at for group in groups for at in group]
    assert len(seen) == len(set(seen)) > 0.95 * len(lengths)
    assert batches(lengths, 4_096, seed=2) == groups != batches(lengths, 4_096, seed=3)


def test_a_corpus_smaller_than_a_batch_is_a_batch() -> None:
    assert sorted(map(sorted, batches([10, 20, 300], 100_000, 0))) == [[0, 1], [2]]


def test_what_is_longer_than_all_lengths_still_fits() -> None:
    assert padded_length(LENGTHS[-1] + 1) == 2 * LENGTHS[-1]
    assert padded([[1] * 70], 0, padded_length(70)).shape == (1, 96)


def test_only_plain_tokens_are_hidden_and_about_the_share() -> None:
    torch.manual_seed(0)
    ids = torch.randint(OFFSET, 600, (64, 128))
    ids[:, 0] = CLS
    hidden, chosen = corrupt(ids, 0.3, 600)
    assert not chosen[:, 0].any()
    assert 0.27 < chosen.float().mean() < 0.33
    assert torch.equal(hidden[~chosen], ids[~chosen])
    assert 0.7 < (hidden[chosen] == MASK).float().mean() < 0.9
