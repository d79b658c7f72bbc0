"""Pre-training: how units are put into batches, what is hidden of them, what is left behind."""

import dataclasses
import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch

import tiny_model
from weakspot.model.tokens import CLS, MASK, OFFSET
from weakspot.networks.encoder import Encoder
from weakspot.train.pretrain import (
    LENGTHS,
    batches,
    corrupt,
    load_pretrained,
    padded,
    padded_length,
    pretrain,
)
from weakspot.train.recipe import PretrainRecipe


def test_batches_of_one_length_have_one_size_and_hold_each_unit_at_most_once() -> None:
    draw = random.Random(1)
    lengths = [draw.randint(5, 512) for _ in range(3_000)]
    groups = batches(lengths, 4_096, 2, most=512)
    sizes = {(padded_length(max(lengths[at] for at in group), 512), len(group)) for group in groups}
    assert sizes == {(length, 4_096 // length) for length in LENGTHS}
    seen = [at for group in groups for at in group]
    assert len(seen) == len(set(seen)) > 0.95 * len(lengths)
    assert batches(lengths, 4_096, 2, most=512) == groups
    assert batches(lengths, 4_096, 3, most=512) != groups


def test_a_corpus_smaller_than_a_batch_is_a_batch() -> None:
    assert sorted(map(sorted, batches([10, 20, 300], 100_000, 0, 512))) == [[0, 1], [2]]


def test_what_is_longer_than_all_lengths_still_fits() -> None:
    assert padded_length(LENGTHS[-1] + 1, 4 * LENGTHS[-1]) == 2 * LENGTHS[-1]
    assert padded([[1] * 70], 0, padded_length(70, 512)).shape == (1, 96)


@pytest.mark.parametrize(
    ("context", "length", "wanted"), [(300, 290, 300), (640, 600, 640), (768, 200, 256)]
)
def test_no_batch_is_longer_than_the_network_reads(context: int, length: int, wanted: int) -> None:
    assert padded_length(length, context) == wanted


def test_units_as_long_as_an_uncommon_context_are_learnt_from(tmp_path: Path) -> None:
    shape = dataclasses.replace(tiny_model.network().encoder.shape, context=70)
    recipe = PretrainRecipe(1, 400, False, 0.3, 0.0, 0.0, 0.0, 0.0, 0.01, 0.01, 0.1, 1, 0.5)
    rows = [np.full(70, OFFSET + 1, np.uint16) for _ in range(8)]
    pretrain(Encoder(shape), rows, tiny_model.tokenizer(), recipe, tmp_path, 1, lambda _: None)
    load_pretrained(Encoder(shape), tmp_path)


def test_only_plain_tokens_are_hidden_and_about_the_share() -> None:
    torch.manual_seed(0)
    ids = torch.randint(OFFSET, 600, (64, 128))
    ids[:, 0] = CLS
    hidden, chosen = corrupt(ids, 0.3, 600)
    assert not chosen[:, 0].any()
    assert 0.27 < chosen.float().mean() < 0.33
    assert torch.equal(hidden[~chosen], ids[~chosen])
    assert 0.7 < (hidden[chosen] == MASK).float().mean() < 0.9


@pytest.mark.parametrize("exchanged", [0.0, 0.2])
def test_what_is_learnt_loads_into_an_encoder(tmp_path: Path, exchanged: float) -> None:
    tokenizer = tiny_model.tokenizer()
    draw = random.Random(0)
    rows = [
        np.array([draw.randrange(OFFSET, tokenizer.size) for _ in range(40)], np.uint16)
        for _ in range(8)
    ]
    recipe = PretrainRecipe(4, 400, False, 0.3, exchanged, 5.0, 0.0, 0.0, 0.01, 0.01, 0.1, 1, 0.5)
    torch.manual_seed(0)
    before = tiny_model.network().encoder
    start = {name: value.clone() for name, value in before.state_dict().items()}
    said: list[str] = []
    pretrain(before, rows, tokenizer, recipe, tmp_path, 1, said.append)
    again = tiny_model.network(seed=5).encoder
    load_pretrained(again, tmp_path)
    learnt = again.state_dict()
    assert all(torch.equal(value, learnt[name]) for name, value in before.state_dict().items())
    assert any(not torch.equal(value, learnt[name]) for name, value in start.items())
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert log[0]["masked"] > 0
    assert log[0]["loss"] == pytest.approx(log[0]["masked"] + 5.0 * log[0]["exchanged"], rel=1e-3)


def test_no_steps_leave_the_encoder_as_it_was(tmp_path: Path) -> None:
    recipe = PretrainRecipe(0, 400, True, 0.3, 0.0, 0.0, 0.0, 0.0, 0.01, 0.01, 0.1, 1, 0.5)
    first = tiny_model.network().encoder
    pretrain(first, [], tiny_model.tokenizer(), recipe, tmp_path, 1, print)
    again = tiny_model.network(seed=5).encoder
    load_pretrained(again, tmp_path)
    wanted = tiny_model.network().encoder.state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in again.state_dict().items())
