"""The training loop beside a plain one in PyTorch, how a model is measured, and a run with its record."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from helpers.batches import ActivationBatches, Batches
from helpers.history import Record, Settings, TrainingDiverged
from helpers.models import Classifier
from helpers.progress import Progress
from helpers.schedule import make_plan
from helpers.training import Run, evaluate, train
from tests.pictures import float32

FEATURES, READ_EVERY = 1024, Record.READ_EVERY


def batches(count: int = 30, last: int = 3) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(0)
    sizes = [8] * (count - 1) + [last]
    return [
        (torch.randn(size, FEATURES, generator=generator), torch.randint(0, 3, (size,), generator=generator))
        for size in sizes
    ]


def settings(lr: float) -> Settings:
    plan = make_plan(1, 100).choices
    return Settings(
        "resnet10", 32, (lr,) * 3, **plan, frozen=True, precompute=True, augmentation=None, batch_size=8,
        classes=("a", "b", "c"), pictures=235, seed=1, pretrained=True, epochs_before=0,
    )  # fmt: skip


def new_run(record: Record | None = None, *, lr: float = 0.05, observers: Any = ()) -> Run:
    """Return a run of a head with fresh weights; nothing is read from a source."""
    torch.manual_seed(4)
    model = Classifier("resnet10", 32, 3)
    plan = make_plan(1, 100)
    record = Record() if record is None else record
    source = ActivationBatches(None, None, torch.device("cpu"))  # type: ignore[arg-type]
    return Run(model, source, plan, settings(lr), seed=1, fabric=float32(), record=record, observers=observers)


def steps(run: Run, source: Any) -> float:
    with Progress("", 1) as bar:
        return run.steps(iter(source), bar)


class Watcher:
    """An observer that acts at one step."""

    def __init__(self, at: int, act: Any) -> None:
        self.at, self.act, self.heard = at, act, []

    def on_batch_end(self, step: int, loss: torch.Tensor) -> Any:
        self.heard.append((step, loss))
        return self.act() if step == self.at else None


def test_the_loop_computes_what_a_plain_pytorch_loop_computes() -> None:
    def network() -> nn.Module:
        torch.manual_seed(4)
        return nn.Sequential(nn.Linear(FEATURES, 7), nn.BatchNorm1d(7), nn.ReLU(), nn.Linear(7, 3))

    ours, plain = network(), network()
    optimizer = torch.optim.SGD(ours.parameters(), lr=0.05, momentum=0.9)
    taken = list(train(ours, optimizer, iter(batches())))

    optimizer = torch.optim.SGD(plain.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for inputs, labels in batches():
        optimizer.zero_grad()
        loss = cross_entropy(plain(inputs), labels)
        loss.backward()
        optimizer.step()
        losses.append((loss.item(), len(labels)))

    assert [(loss.item(), count) for loss, count in taken] == losses
    assert not any(loss.requires_grad for loss, _ in taken)
    assert all(torch.equal(one, two) for one, two in zip(ours.parameters(), plain.parameters(), strict=True))


def test_the_mean_loss_counts_every_picture_once() -> None:
    run = new_run()
    found = steps(run, batches())
    by_hand = sum(loss * count for loss, count in zip(run.record.losses, [8] * 29 + [3], strict=True)) / (29 * 8 + 3)
    assert found == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("count", [1, READ_EVERY - 1, READ_EVERY, READ_EVERY + 1, 2 * READ_EVERY, 45])
def test_the_record_has_a_rate_and_a_loss_for_every_step(count: int) -> None:
    record = Record()
    for lr in (0.01, 0.02):
        steps(new_run(record, lr=lr), batches(count, last=8))
    assert len(record.losses) == len(record.rates) == 2 * count
    assert record.rates == [(0.01,) * 3] * count + [(0.02,) * 3] * count
    assert all(isinstance(loss, float) and math.isfinite(loss) for loss in record.losses)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("step", [0, 19, 20, 29])
def test_a_loss_that_is_no_number_stops_and_names_its_step(bad: float, step: int) -> None:
    source = batches()
    source[step][0][:] = bad
    with pytest.raises(TrainingDiverged, match=rf"the loss became (nan|inf) at step {step + 1}$"):
        steps(new_run(), source)


def test_the_step_of_a_second_epoch_is_counted_from_the_start_of_the_run() -> None:
    run = new_run()
    steps(run, batches())
    source = batches()
    source[4][0][:] = float("nan")
    with pytest.raises(TrainingDiverged, match=r"step 35$"):
        steps(run, source)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_run_that_is_broken_off_leaves_a_record_of_whole_steps(stop: type[BaseException]) -> None:
    def act() -> None:
        raise stop

    run = new_run(observers=[Watcher(7, act)])
    with pytest.raises(stop):
        steps(run, batches())
    assert len(run.record.losses) == len(run.record.rates) == 7
    assert not run.module.training


def test_an_observer_stops_a_run_after_its_step() -> None:
    run = new_run(observers=[Watcher(7, lambda: True), Watcher(7, lambda: 1)])
    steps(run, batches())
    assert (len(run.record.losses), run.stopped) == (7, "Stopped by an observer")


def test_gradients_of_a_step_that_was_broken_off_do_not_reach_the_next_run() -> None:
    def broken(loss: torch.Tensor) -> None:
        loss.backward()
        raise KeyboardInterrupt

    run, fresh = new_run(), new_run()
    with pytest.raises(KeyboardInterrupt):
        for _ in train(run.module, run.optimizer, iter(batches()), broken):
            pass
    run.module.load_state_dict(fresh.module.state_dict())  # batch-norm has counted the batch
    steps(run, batches())
    steps(fresh, batches())
    assert run.record.losses == fresh.record.losses


def test_an_observer_hears_each_step_once_with_a_detached_loss() -> None:
    watcher = Watcher(0, None)
    run = new_run(observers=[watcher])
    steps(run, batches())
    assert [step for step, _ in watcher.heard] == list(range(1, 31))
    assert [loss.item() for _, loss in watcher.heard] == run.record.losses
    assert not any(loss.requires_grad for _, loss in watcher.heard)


def test_nothing_to_train_on_is_said_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        steps(new_run(), [])


def test_a_run_that_is_undone_has_the_weights_from_before_it() -> None:
    run = new_run()
    before = {key: value.clone() for key, value in run.module.state_dict().items()}
    steps(run, batches())
    assert not all(torch.equal(before[key], value) for key, value in run.module.state_dict().items())
    run.end(undo=True)
    assert all(torch.equal(before[key], value) for key, value in run.module.state_dict().items())
    assert all(value.grad is None for value in run.module.parameters())


def test_every_picture_counts_once_however_the_batches_are_cut() -> None:
    model = new_run().module.eval()
    inputs = torch.randn(23, FEATURES, generator=torch.Generator().manual_seed(1))
    labels = torch.randint(0, 3, (23,), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        scores = model(inputs)
    for size in (1, 4, 22, 23):
        cut: Batches = zip(inputs.split(size), labels.split(size), strict=True)
        loss, correct, total = evaluate(model, cut)
        assert loss == pytest.approx(float(cross_entropy(scores, labels)), rel=1e-5)
        assert (correct, total) == (int((scores.argmax(1) == labels).sum()), 23)


def test_measuring_changes_nothing_and_keeps_no_gradients() -> None:
    model = new_run().module.eval()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    evaluate(model, iter(batches()))
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())
    assert all(value.grad is None for value in model.parameters())


@pytest.mark.parametrize("kind", ["frozen", "unfrozen"])
def test_a_fit_runs_through_no_more_than_it_should(tmp_path: Path, kind: str) -> None:
    from tests.trace import trace_of

    assert trace_of(kind, tmp_path / "pictures").faults(kind) == []
