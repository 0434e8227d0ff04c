"""The training loop beside a plain one in PyTorch, and its record."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from helpers.history import Record
from helpers.loop import READ_EVERY, TrainingDiverged, evaluate, paced, train_epoch
from helpers.progress import Progress
from helpers.schedule import Plan

Batches = list[tuple[torch.Tensor, torch.Tensor]]


def batches(count: int = 30, last: int = 3) -> Batches:
    generator = torch.Generator().manual_seed(0)
    sizes = [8] * (count - 1) + [last]
    return [
        (torch.randn(size, 5, generator=generator), torch.randint(0, 3, (size,), generator=generator)) for size in sizes
    ]


def network() -> nn.Module:
    torch.manual_seed(4)
    return nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), nn.ReLU(), nn.Linear(7, 3))


def run(model: nn.Module, fed: object, record: Record, *, lr: float = 0.05, **choices: Any) -> float:
    optimizer = torch.optim.SGD([{"params": model.parameters(), "group": 0}], lr=lr, momentum=0.9)
    plan = Plan(1, np.ones(100), np.full(100, 0.9))
    with Progress("", 1) as bar:
        return train_epoch(
            model,
            optimizer,
            paced(fed, optimizer, plan, (lr,), record=record),
            record=record,
            bar=bar,
            **{"backward": torch.Tensor.backward, "after_batch": lambda step, loss: None, **choices},
        )


def test_the_loop_computes_what_a_plain_pytorch_loop_computes() -> None:
    ours, plain, record = network(), network(), Record()
    found = run(ours, batches(), record)

    optimizer = torch.optim.SGD(plain.parameters(), lr=0.05, momentum=0.9)
    losses, total = [], 0.0
    for inputs, labels in batches():
        optimizer.zero_grad()
        loss = cross_entropy(plain(inputs), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        total += loss.item() * len(labels)

    assert record.losses == losses
    assert found == pytest.approx(total / (29 * 8 + 3), rel=1e-12)
    assert all(torch.equal(one, two) for one, two in zip(ours.parameters(), plain.parameters(), strict=True))


@pytest.mark.parametrize("count", [1, READ_EVERY - 1, READ_EVERY, READ_EVERY + 1, 2 * READ_EVERY, 45])
def test_the_record_has_a_rate_and_a_loss_for_every_step(count: int) -> None:
    record = Record()
    model = network()
    run(model, batches(count, last=8), record, lr=0.01)
    run(model, batches(count, last=8), record, lr=0.02)
    assert len(record.losses) == len(record.rates) == 2 * count
    assert record.rates == [(0.01,)] * count + [(0.02,)] * count
    assert all(isinstance(loss, float) and math.isfinite(loss) for loss in record.losses)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("step", [0, 19, 20, 29])
def test_a_loss_that_is_no_number_stops_and_names_its_step(bad: float, step: int) -> None:
    fed = batches()
    fed[step][0][:] = bad
    with pytest.raises(TrainingDiverged, match=rf"the loss became (nan|inf) at step {step + 1}$"):
        run(network(), fed, Record())


def test_the_step_of_a_second_epoch_is_counted_from_the_start_of_the_run() -> None:
    model, record = network(), Record()
    run(model, batches(), record)
    fed = batches()
    fed[4][0][:] = float("nan")
    with pytest.raises(TrainingDiverged, match=r"step 35$"):
        run(model, fed, record)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_run_that_is_broken_off_leaves_a_record_of_whole_steps(stop: type[BaseException]) -> None:
    def after(step: int, loss: torch.Tensor) -> None:
        if step == 7:
            raise stop

    record = Record()
    with pytest.raises(stop):
        run(network(), batches(), record, after_batch=after)
    assert len(record.losses) == len(record.rates) == 7


def test_slopes_of_a_step_that_was_broken_off_do_not_reach_the_next_run() -> None:
    def broken(loss: torch.Tensor) -> None:
        loss.backward()
        raise KeyboardInterrupt

    model, fresh = network(), network()
    with pytest.raises(KeyboardInterrupt):
        run(model, batches(), Record(), backward=broken)
    model.load_state_dict(fresh.state_dict())  # batch-norm has counted the batch
    one, two = Record(), Record()
    run(model, batches(), one)
    run(fresh, batches(), two)
    assert one.losses == two.losses


def test_an_observer_hears_each_step_once_with_a_detached_loss() -> None:
    heard = []
    record = Record()
    run(network(), batches(), record, after_batch=lambda step, loss: heard.append((step, loss)))
    assert [step for step, _ in heard] == list(range(1, 31))
    assert [loss.item() for _, loss in heard] == record.losses
    assert not any(loss.requires_grad for _, loss in heard)


def test_nothing_to_train_on_is_said_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        run(network(), [], Record())


def test_every_picture_counts_once_however_the_batches_are_cut() -> None:
    model = network().eval()
    inputs = torch.randn(23, 5, generator=torch.Generator().manual_seed(1))
    labels = torch.randint(0, 3, (23,), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        scores = model(inputs)
    for size in (1, 4, 22, 23):
        found = evaluate(model, zip(inputs.split(size), labels.split(size), strict=True))
        assert found.loss == pytest.approx(float(cross_entropy(scores, labels)), rel=1e-5)
        assert (found.correct, found.total) == (int((scores.argmax(1) == labels).sum()), 23)


def test_measuring_changes_nothing_and_keeps_no_slopes() -> None:
    model = network().eval()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    evaluate(model, batches())
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())
    assert all(value.grad is None for value in model.parameters())
