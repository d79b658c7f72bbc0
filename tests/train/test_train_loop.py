"""The training loop: a killed and resumed run makes the weights of an uninterrupted one."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from weakspot.core.errors import DataError
from weakspot.train.loop import Pace, Run, Schedule, is_finished, load_weights, optimizers

STEPS = 40


class Toy(nn.Module):
    """A network with names like the encoder's, so that both optimisers have something to do."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([nn.Linear(8, 8, bias=False), nn.Linear(8, 8, bias=False)])
        self.dropout = nn.Dropout(0.3)
        self.head = nn.Linear(8, 1)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = x + self.dropout(torch.tanh(block(x)))
        made: Tensor = self.head(x)
        return made


class Killed(BaseException):
    """Stands for a kill in the middle of a run."""


def toy() -> Toy:
    torch.manual_seed(1)
    return Toy()


def run(folder: Path, model: Toy, stop_at: int | None = None, save_seconds: float = 1e9) -> Run:
    data = torch.Generator().manual_seed(5)
    inputs = torch.randn(64, 8, generator=data)
    wanted = inputs[:, :1] * 2 - inputs[:, 1:2]

    def objective(step: int) -> tuple[Tensor, Mapping[str, float]]:
        if step == stop_at:
            raise Killed
        pick = torch.randint(0, 64, (16,))  # drawn from the step's own seed
        loss = (model(inputs[pick]) - wanted[pick]).square().mean()
        return loss, {"half": loss.item() / 2}

    made = Run(
        folder,
        model,
        optimizers(model, 0.02, 0.05, 0.1),
        Schedule(STEPS, 2, 0.5),
        7,
        Pace(log_every=4, save_seconds=save_seconds),
    )
    model.train()
    made.train(objective, lambda _: None)
    return made


def test_resuming_gives_the_same_weights_bit_by_bit(tmp_path: Path) -> None:
    whole, halved = toy(), toy()
    run(tmp_path / "whole", whole)
    with pytest.raises(Killed):
        run(tmp_path / "halved", halved, stop_at=23, save_seconds=0.0)
    run(tmp_path / "halved", again := toy())
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_a_run_that_was_stopped_is_not_finished(tmp_path: Path) -> None:
    assert not is_finished(tmp_path, 0)
    with pytest.raises(Killed):
        run(tmp_path, toy(), stop_at=23, save_seconds=0.0)
    assert is_finished(tmp_path, 20)
    assert not is_finished(tmp_path, STEPS)
    run(tmp_path, toy())
    assert is_finished(tmp_path, STEPS)


def test_the_loss_falls(tmp_path: Path) -> None:
    model = toy()
    run(tmp_path, model)
    rows = (tmp_path / "log.jsonl").read_text().splitlines()
    losses = [float(row.split('"loss": ')[1].split(",")[0]) for row in rows]
    assert losses[-1] < losses[0] / 2


def test_a_cut_short_write_leaves_the_old_state(tmp_path: Path) -> None:
    done = run(tmp_path, toy())
    before = done.checkpoint.read_bytes()
    done.checkpoint.with_suffix(".partial").write_bytes(before[:100])
    run(tmp_path, again := toy())
    assert done.checkpoint.read_bytes() == before
    load_weights(fresh := toy(), done.checkpoint)
    for name, value in again.state_dict().items():
        assert torch.equal(value, fresh.state_dict()[name])


def test_a_damaged_checkpoint_is_an_error_not_a_fresh_start(tmp_path: Path) -> None:
    done = run(tmp_path, toy())
    done.checkpoint.write_bytes(done.checkpoint.read_bytes()[:200])
    with pytest.raises(DataError, match="damaged"):
        run(tmp_path, toy())


def test_a_pickle_is_never_loaded_as_a_checkpoint(tmp_path: Path) -> None:
    torch.save(toy().state_dict(), tmp_path / "checkpoint.safetensors")
    with pytest.raises(DataError, match="damaged"):
        run(tmp_path, toy())


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    model = toy()

    def objective(_: int) -> tuple[Tensor, Mapping[str, float]]:
        return model(torch.ones(1, 8)).sum() * float("nan"), {}

    made = Run(tmp_path, model, optimizers(model, 0.0, 0.01, 0.1), Schedule(3, 1, 0.5), 1)
    with pytest.raises(DataError, match="step 0"):
        made.train(objective, lambda _: None)


def test_a_gradient_that_is_no_number_ends_the_run_before_it_is_taken(tmp_path: Path) -> None:
    model = toy()
    before = {name: value.clone() for name, value in model.state_dict().items()}

    def objective(_: int) -> tuple[Tensor, Mapping[str, float]]:
        return (model.head.weight * 0).sum().sqrt(), {}  # 0, and its slope is infinite

    made = Run(tmp_path, model, optimizers(model, 0.0, 0.01, 0.1), Schedule(3, 1, 0.5), 1)
    with pytest.raises(DataError, match="the gradient is nan at step 0"):
        made.train(objective, lambda _: None)
    assert not made.checkpoint.exists()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_every_parameter_has_one_optimiser_and_heads_their_own_rate() -> None:
    model = nn.ModuleDict({"encoder": toy(), "verdict": nn.Linear(8, 1)})
    for muon in (0.0, 0.02):
        groups = [
            group
            for one in optimizers(model, muon, 0.001, 0.1, head_rate=0.05)
            for group in one.param_groups
        ]
        seen = [id(parameter) for group in groups for parameter in group["params"]]
        assert sorted(seen) == sorted(id(parameter) for parameter in model.parameters())
        rates = {id(p): group["lr"] for group in groups for p in group["params"]}
        assert rates[id(model["verdict"].weight)] == 0.05
        assert rates[id(model["encoder"].head.weight)] == 0.001
        assert rates[id(model["encoder"].blocks[0].weight)] == (muon or 0.001)


def test_the_schedule_is_a_trapezoid() -> None:
    schedule = Schedule(steps=100, warm_up=10, warm_down=0.4)
    factors = [schedule.factor(step) for step in range(100)]
    assert factors[0] == pytest.approx(0.1)
    assert factors[9:60] == [1.0] * 51
    assert factors[80] == pytest.approx(0.5)
    assert factors[99] == pytest.approx(1 / 40)
