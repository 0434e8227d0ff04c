"""`ConvLearner` trains: repeatably, the same with and without kept activations, and leaves a usable model behind."""

import copy
import math
import shutil
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from torch.nn.functional import cross_entropy
from torchvision import models as zoo

from helpers import ConvLearner, device, load_model
from helpers.batches import epoch_order
from helpers.data import split_evenly
from helpers.files.images import ImageError
from helpers.history import Epoch, History, TrainingDiverged
from helpers.learner import TTA
from helpers.transforms import augment
from tests.pictures import data_in, float32, learner, make_pictures, same_weights, weights_of


def rows(history: History) -> list[tuple[float, ...]]:
    return [row[:-1] for row in history]  # all but the seconds


# Losses ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("batch_size", "spoilt"), [(8, False), (19, False), (6, True)], ids=["plain", "ragged", "unreadable"]
)
def test_losses_are_the_same_with_and_without_precompute(pictures: Path, batch_size: int, spoilt: bool) -> None:
    if spoilt:
        (pictures / "train" / "cats" / "cat.0003.jpg").write_bytes(b"not a picture")
        (pictures / "valid" / "dogs" / "dog.1003.jpg").write_bytes(b"")
    histories, records = [], []
    for precompute in (True, False):
        learn = learner(data_in(pictures, batch_size=batch_size), precompute=precompute)
        histories.append(learn.fit(0.01, 3))
        records.append(learn.sched.losses)
    np.testing.assert_allclose(*records, rtol=2e-4, atol=1e-5)
    for one, other in zip(*histories, strict=True):
        assert one.train_loss == pytest.approx(other.train_loss, rel=2e-4, abs=1e-5)
        assert one.valid_loss == pytest.approx(other.valid_loss, rel=2e-4, abs=1e-5)
        assert one.accuracy == other.accuracy


def test_the_same_seed_gives_the_same_run_and_another_seed_another(pictures: Path) -> None:
    runs = []
    for seed in (1, 1, 2):
        torch.manual_seed(len(runs))  # what the reader drew before does not matter
        learn = learner(data_in(pictures, aug="side_on"), seed=seed)
        runs.append(rows(learn.fit(0.01, 2)))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_two_fits_of_one_epoch_see_other_orders_and_a_learner_without_a_seed_draws_one(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True)
    learn.fit(1e-9, 1)
    first = learn.sched.losses
    learn.fit(1e-9, 1)
    assert learn.sched.losses != first
    assert learn.epochs_done == 2
    drawn = {learner(data_in(pictures), seed=None).seed for _ in range(3)}
    assert len(drawn) == 3


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_a_run_on_kept_activations_is_a_plain_pytorch_loop(pictures: Path, precision: str) -> None:
    """Also where the body computes in 16 bits: the head never does."""
    from lightning_fabric import Fabric

    fabric = Fabric(accelerator="cpu", devices=1, precision=precision)
    learn = learner(data_in(pictures), precompute=True, fabric=fabric)
    plain = learner(data_in(pictures), precompute=True).model.head
    features = learn.activations("train").features
    labels = torch.from_numpy(learn.data.train.labels)
    optimizer = torch.optim.SGD(plain.parameters(), lr=0.02, momentum=0.9)
    losses = []
    for epoch in range(2):
        torch.manual_seed(int(np.random.SeedSequence((1, epoch)).generate_state(1)[0]))  # for dropout
        plain.train()
        for places in split_evenly(epoch_order(20, 1, epoch), 8):
            loss = cross_entropy(plain(features[places]), labels[places])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    learn.fit(0.02, 2)
    np.testing.assert_allclose(learn.sched.losses, losses, rtol=1e-5)


def test_a_row_of_the_history_agrees_with_a_computation_by_hand(tmp_path: Path) -> None:
    data = data_in(make_pictures(tmp_path, train=9, valid=5), batch_size=4)  # 10 to validate: 4, 4 and 2
    learn = learner(data, precompute=True)
    (row,) = learn.fit(0.01, 1)
    learn.model.eval()
    scores, labels = [], []
    with torch.inference_mode():
        for batch in data.batches("valid"):
            scores.append(learn.model(batch.pixels))
            labels.append(batch.labels)
    whole, right = torch.cat(scores), torch.cat(labels)
    assert row.valid_loss == pytest.approx(float(cross_entropy(whole, right)), rel=1e-4)
    assert row.accuracy == pytest.approx(float((whole.argmax(1) == right).float().mean()))
    assert row.accuracy_low < row.accuracy < row.accuracy_high or row.accuracy in (0, 1)
    counts = [len(places) for places in split_evenly(np.arange(18), 4)]
    by_hand = sum(loss * count for loss, count in zip(learn.sched.losses, counts, strict=True)) / 18
    assert row.train_loss == pytest.approx(by_hand, rel=1e-9)
    assert (row.epoch, row.seconds > 0) == (1, True)


def test_training_learns_to_tell_the_pictures_apart(pictures: Path) -> None:
    for seed in (1, 2, 3):
        learn = learner(data_in(pictures), precompute=True, seed=seed)
        history = learn.fit(0.01, 8)
        assert history[-1].accuracy >= 0.9
        assert history[-1].train_loss < history[0].train_loss


# What it prints and keeps ---------------------------------------------------------------------------------------------


def test_it_prints_the_baseline_once_and_a_row_an_epoch(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted((pictures / "valid" / "dogs").iterdir())[:2]:
        path.unlink()
    learn = learner(data_in(pictures), precompute=True)
    learn.activations("train"), learn.activations("valid")
    capsys.readouterr()
    history = learn.fit(0.01, 3)
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == "Always answering 'cats' would be right for 60.0 % of the validation pictures."
    assert lines[1] == Epoch.HEADER
    assert lines[2:] == [row.line() for row in history]
    assert captured.err == ""


def test_the_record_has_a_loss_and_the_rates_of_every_step(pictures: Path) -> None:
    learn = learner(data_in(pictures))
    learn.fit([1e-4, 1e-3, 1e-2], 2)
    assert len(learn.sched.losses) == len(learn.sched.rates) == 6
    assert set(learn.sched.rates) == {(1e-4, 1e-3, 1e-2)}
    learn.fit(0.02, 1)
    assert learn.sched.rates == [(0.02,) * 3] * 3


# Schedules ------------------------------------------------------------------------------------------------------------


class Groups:
    """An observer that keeps the rate and the momentum of each of the optimizer's groups at each step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rates, self.momenta = [], []
        real = torch.optim.SGD.step

        def step(optimizer: torch.optim.SGD, closure: Any = None) -> Any:
            self.rates.append(tuple(group["lr"] for group in optimizer.param_groups))
            self.momenta.append({group["momentum"] for group in optimizer.param_groups})
            return real(optimizer, closure)

        monkeypatch.setattr(torch.optim.SGD, "step", step)


def test_cycles_train_their_epochs_and_say_so_first(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = learner(data_in(pictures, size=32, batch_size=10))
    learn.unfreeze()
    taken = Groups(monkeypatch)
    history = learn.fit([1e-4, 1e-3, 1e-2], 3, cycle_len=1, cycle_mult=2)
    assert capsys.readouterr().out.splitlines()[0] == "3 cycles of 1 + 2 + 4 = 7 epochs."
    assert [row.epoch for row in history] == [1, 2, 3, 4, 5, 6, 7]
    falls = [0.5 * (1 + math.cos(math.pi * step / length)) for length in (2, 4, 8) for step in range(length)]
    np.testing.assert_allclose(learn.sched.rates, np.outer(falls, [1e-4, 1e-3, 1e-2]), rtol=1e-12)
    assert taken.rates == learn.sched.rates
    assert taken.momenta == [{0.9}] * 14
    drawn = learn.sched.plot_lr().lines[0].get_ydata()
    np.testing.assert_allclose(drawn, np.multiply(falls, 1e-2), rtol=1e-12)
    assert len(learn.sched.plot().lines[0].get_ydata()) == 14


def test_one_cycle_moves_rate_and_momentum_of_a_run_as_pytorchs(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = learner(data_in(pictures), precompute=True)
    with monkeypatch.context() as patch:
        taken = Groups(patch)
        learn.fit(0.02, 3, schedule="one_cycle")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.02, total_steps=9)
    for step in range(9):
        group = optimizer.param_groups[0]
        assert taken.rates[step] == (pytest.approx(group["lr"]),)  # a frozen body has no group
        assert learn.sched.rates[step] == pytest.approx((group["lr"],) * 3)
        assert list(taken.momenta[step]) == [pytest.approx(group["momentum"])]
        optimizer.step()
        if step < 8:
            scheduler.step()


@pytest.mark.parametrize("batch_size", [20, 10, 7])
@pytest.mark.parametrize("choices", [{"cycle_len": 1}, {"schedule": "one_cycle"}])
def test_a_run_of_one_two_or_three_steps_has_a_schedule_too(
    pictures: Path, batch_size: int, choices: dict[str, Any]
) -> None:
    learn = learner(data_in(pictures, batch_size=batch_size), precompute=True)
    learn.fit(0.01, 1, **choices)
    rates = [rate[-1] for rate in learn.sched.rates]
    assert len(rates) == -(-20 // batch_size)
    assert rates[0] == 0.01
    assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize("precompute", [True, False])
def test_a_batch_that_unreadable_pictures_leave_out_does_not_shift_later_epochs(
    pictures: Path, precompute: bool
) -> None:
    order = epoch_order(20, 1, 0)
    data = data_in(pictures, size=32, batch_size=4)
    for place in order[4:8]:  # the second batch of the first epoch
        data.train.paths[place].write_bytes(b"")
    learn = learner(data, precompute=precompute)
    learn.fit(0.01, 2, cycle_len=1)
    rates = [rate[-1] for rate in learn.sched.rates]
    in_second = [batch for batch in split_evenly(epoch_order(20, 1, 1), 4) if not set(batch) <= set(order[4:8])]
    assert len(rates) == 4 + len(in_second)
    fall = [0.01 * 0.5 * (1 + math.cos(math.pi * step / 5)) for step in range(5)]
    np.testing.assert_allclose(rates[:4], fall[:4], rtol=1e-12)
    assert rates[4] == 0.01
    np.testing.assert_allclose(rates[4:], fall[: len(rates) - 4], rtol=1e-12)


def test_a_plan_that_cannot_be_is_refused_before_anything_runs(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True)
    for choices in ({"cycle_len": 0}, {"cycle_mult": 2}, {"schedule": "cosine"}):
        with pytest.raises(ValueError, match=r"^got "):
            learn.fit(0.01, 1, **choices)
    assert not (pictures / ".cache").exists()
    assert not learn.sched.losses


# Test-time augmentation -----------------------------------------------------------------------------------------------


def softly(learn: ConvLearner, pixels: torch.Tensor) -> np.ndarray:
    with torch.inference_mode():
        return learn.model.eval()(pixels).softmax(1).numpy()


@pytest.mark.parametrize(("n", "aug"), [(1, None), (4, "top_down"), (2, lambda picture: picture.flip(-1))])
def test_tta_is_the_mean_over_the_picture_and_its_copies(pictures: Path, n: int, aug: Any) -> None:
    learn = learner(data_in(pictures, aug=aug), precompute=True)
    learn.fit(0.01, 1)
    (pixels,) = [batch.pixels for batch in data_in(pictures, batch_size=64).batches("valid")]
    places = np.arange(12)
    copies = [augment(pixels, aug or "side_on", seed=1, epoch=TTA + copy, indices=places) for copy in range(n)]
    by_hand = np.mean([softly(learn, view) for view in (pixels, *copies)], axis=0)
    found = learn.tta(n=n)
    np.testing.assert_allclose(found.probabilities, by_hand, atol=2e-3)  # the last bit of a pixel may round either way
    np.testing.assert_allclose(found.probabilities.sum(1), 1, rtol=1e-5)
    assert not np.allclose(found.probabilities, learn.predict_all().probabilities, atol=1e-4) or callable(aug)
    np.testing.assert_array_equal(found.probabilities, learn.tta(n=n).probabilities)


def test_tta_is_the_same_for_any_number_of_threads_and_batch_size(pictures: Path) -> None:
    expected = learner(data_in(pictures)).tta()
    for choices in ({"num_workers": 4}, {"num_workers": 1, "batch_size": 5}):
        found = learner(data_in(pictures, **choices)).tta()
        np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=2e-3)
        assert found.paths == expected.paths


def test_tta_answers_for_the_pictures_that_can_be_read(tmp_path: Path) -> None:
    root = make_pictures(tmp_path, test=3)
    (root / "valid" / "cats" / "cat.1002.jpg").write_bytes(b"")
    learn = learner(data_in(root))
    found, plain = learn.tta(n=2), learn.predict_all()
    assert found.paths == plain.paths
    assert len(found.paths) == len(found.probabilities) == 11
    assert [path.parent.name for path in found.paths] == [found.classes[label] for label in found.known_labels]
    assert learn.tta("test", n=1).labels is None
    assert len(learn.tta("train", n=1).paths) == 20


def test_tta_changes_nothing_and_draws_nothing(pictures: Path) -> None:
    learn, plain = (learner(data_in(pictures, aug="side_on")) for _ in range(2))
    state = torch.get_rng_state()
    learn.tta(n=1)
    assert torch.equal(torch.get_rng_state(), state)
    assert rows(learn.fit(0.01, 1)) == rows(plain.fit(0.01, 1))


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "4", None, True])
def test_a_number_of_copies_that_cannot_be_is_refused(pictures: Path, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"got n=.*; it is a whole number of augmented copies of each picture, 1 or"):
        learner(data_in(pictures)).tta(n=wrong)


def test_tta_of_pictures_that_cannot_be_read_or_do_not_exist_is_told(pictures: Path) -> None:
    with pytest.raises(ValueError, match="got split='test'; these pictures have 'train', 'valid'"):
        learner(data_in(pictures)).tta("test")
    for path in (pictures / "valid").rglob("*.jpg"):
        path.write_bytes(b"")
    with pytest.raises(ImageError, match="none of the 12 valid pictures could be read"):
        learner(data_in(pictures)).tta()


# Frozen and unfrozen --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precompute", [False, True])
def test_a_frozen_body_stays_as_it_is_to_the_last_bit(pictures: Path, precompute: bool) -> None:
    learn = learner(data_in(pictures), precompute=precompute)
    body, head = weights_of(learn.model.body), weights_of(learn.model.head)
    assert any("running_mean" in key for key in body)
    learn.fit(0.01, 2)
    assert same_weights(weights_of(learn.model.body), body)
    assert not same_weights(weights_of(learn.model.head), head)
    assert learn.frozen


def test_an_unfrozen_body_learns_in_all_groups_with_their_own_rates(pictures: Path) -> None:
    learn = learner(data_in(pictures))
    learn.unfreeze()
    before = [weights_of(group) for group in learn.model.groups()]
    learn.fit([1e-30, 0.01, 0.01], 1)
    groups = learn.model.groups()
    for group, old in zip(groups, before, strict=True):
        moved = max(float((old[key] - value.detach()).abs().max()) for key, value in group.named_parameters())
        assert (moved < 1e-20) if group is groups[0] else (moved > 1e-5)
    assert not torch.equal(before[1]["6.0.bn1.running_mean"], learn.model.groups()[1][0][0].bn1.running_mean)


def statistics_of(body: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {key: value for key, value in weights_of(body).items() if "running" in key}


@pytest.mark.parametrize("pretrained", [True, False])
def test_only_a_body_of_random_numbers_learns_its_batch_norm_statistics(pictures: Path, pretrained: bool) -> None:
    learn = learner(data_in(pictures), weights="DEFAULT" if pretrained else None)
    learn.unfreeze()
    before = statistics_of(learn.model.body)
    assert len(before) == 2 * 12
    learn.fit(0.01, 1)
    after = statistics_of(learn.model.body)
    assert [torch.equal(before[key], after[key]) for key in before] == [pretrained] * len(before)


def test_after_unfreezing_freezing_makes_the_body_stand_still_again(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True)
    learn.fit(0.01, 1)
    learn.precompute = False
    learn.fit(0.01, 1)
    frozen = weights_of(learn.model.body)
    learn.unfreeze()
    learn.fit(0.01, 1)
    learn.freeze()
    body = weights_of(learn.model.body)
    assert not any(torch.equal(body[key], frozen[key]) for key in ("0.weight", "7.0.conv1.weight", "7.0.bn1.bias"))
    learn.precompute = True
    learn.fit(0.01, 1)
    assert same_weights(weights_of(learn.model.body), body)
    # The activations are those of the body as it is now.
    with torch.inference_mode():
        for batch in learn.data.batches("valid"):
            now = learn.model.eval().features(batch.pixels)
            torch.testing.assert_close(learn.activations("valid").features[batch.indices], now, atol=1e-3, rtol=1e-3)


def test_unfreezing_with_kept_activations_says_what_to_type(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True)
    with pytest.raises(ValueError, match=r"type learn\.precompute = False"):
        learn.unfreeze()
    assert learn.frozen
    learn.precompute = False
    learn.unfreeze()
    with pytest.raises(ValueError, match=r"type learn\.freeze\(\) first"):
        learn.precompute = True
    assert not learn.precompute
    assert repr(learn) == "ConvLearner: resnet10 for cats, dogs (unfrozen, precompute=False, 0 epochs done)"


# When something goes wrong --------------------------------------------------------------------------------------------


class Watcher:
    """An observer that keeps what it hears, and acts at one step."""

    def __init__(self, at: int = -1, act: Any = None) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.steps, self.at, self.act = 0, at, act

    def on_fit_begin(self, learn: ConvLearner) -> None:
        self.heard.append(("begin", learn))

    def on_batch_end(self, step: int, loss: torch.Tensor) -> Any:
        self.heard.append(("batch", (step, loss)))
        self.steps += 1
        return self.act() if self.steps == self.at else None

    def on_epoch_end(self, row: Epoch) -> None:
        self.heard.append(("epoch", row))

    def on_fit_end(self, history: History) -> None:
        self.heard.append(("end", history))


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("precompute", [True, False])
def test_an_interrupt_leaves_a_usable_learner(
    pictures: Path, precompute: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    learn = learner(data_in(pictures), precompute=precompute)
    before = weights_of(learn.model.head)
    threads = torch.get_num_threads()
    state = torch.random.get_rng_state()
    watcher = Watcher(at=5, act=interrupt)
    history = learn.fit(0.01, 3, observers=[watcher])
    assert "Interrupted in epoch 2; what was learned so far is kept." in capsys.readouterr().out
    assert len(history) == 1
    assert history.interrupted
    assert "interrupted" in repr(history)
    assert watcher.heard[-1][0] == "end"
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.get_num_threads() == threads
    assert len(learn.sched.losses) == len(learn.sched.rates) == 5
    assert not same_weights(weights_of(learn.model.head), before)
    assert not learn.model.training
    assert learn.predict_all().accuracy >= 0
    assert len(learn.fit(0.01, 1)) == 1


def fit_interrupted_at(learn: ConvLearner, line: int) -> int:
    """Fit, raise KeyboardInterrupt where that many lines of ours have run, and return how many ran at all."""
    rooms, seen = str(Path(device.__file__).parent), 0

    def in_a_room(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        seen += event == "line"
        if event == "line" and seen == line:
            sys.settrace(None)
            raise KeyboardInterrupt
        return in_a_room

    before = sys.gettrace()
    sys.settrace(lambda frame, *_: in_a_room if frame.f_code.co_filename.startswith(rooms) else None)
    try:
        with suppress(KeyboardInterrupt):
            learn.fit(0.01, 2)
    finally:
        sys.settrace(before)
    return seen


@pytest.mark.parametrize(("precompute", "places"), [(True, 14), (False, 7)])
def test_an_interrupt_at_whatever_line_leaves_a_usable_learner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precompute: bool, places: int
) -> None:
    """From the reading of the pictures over the activations, the steps and the validation to the last row."""
    monkeypatch.setattr("helpers.progress.DELAY", math.inf)  # on a slow machine a bar would add lines to some runs
    root = make_pictures(tmp_path, train=4, valid=2)
    data = data_in(root, num_workers=1)
    threads = torch.get_num_threads()
    lines = fit_interrupted_at(learner(data, precompute=precompute), -1)
    assert lines > 300
    for line in np.linspace(5, lines - 5, places).astype(int).tolist():
        shutil.rmtree(root / ".cache", ignore_errors=True)
        learn = learner(data, precompute=precompute)
        assert fit_interrupted_at(learn, line) == line
        assert torch.get_num_threads() == threads
        assert not learn.model.training
        assert len(learn.sched.losses) <= len(learn.sched.rates)
        assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]
        assert np.isfinite(learn.predict_all().probabilities).all()
        (row,) = learn.fit(0.01, 1)
        assert learn.predict_all().accuracy == row.accuracy


def test_activations_that_an_interrupt_left_unfinished_are_not_kept(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    learn = learner(data_in(pictures), precompute=True)
    with monkeypatch.context() as patch:
        patch.setattr("helpers.activations.FeatureExtractor.__call__", lambda *_: interrupt())
        history = learn.fit(0.01, 1)
    assert "Interrupted in epoch 1; what was learned so far is kept." in capsys.readouterr().out
    assert (len(history), history.interrupted, learn.epochs_done) == (0, True, 0)
    assert not list((pictures / ".cache").rglob("*.safetensors"))
    whole = learner(data_in(pictures), precompute=True)
    assert rows(learn.fit(0.01, 1)) == rows(whole.fit(0.01, 1))


def test_a_fit_leaves_the_callers_random_numbers_as_they_were(pictures: Path) -> None:
    torch.manual_seed(7)
    np.random.seed(7)  # noqa: NPY002  the global one is the reader's
    expected = torch.rand(3), np.random.random(3)  # noqa: NPY002
    torch.manual_seed(7)
    np.random.seed(7)  # noqa: NPY002
    learn = learner(data_in(pictures, aug="side_on"))
    learn.fit(0.01, 1)
    learn.predict_all()
    learn.predict(learn.data.valid.paths[0])
    assert torch.equal(torch.rand(3), expected[0])
    assert np.array_equal(np.random.random(3), expected[1])  # noqa: NPY002


@pytest.mark.parametrize("precompute", [True, False])
def test_a_loss_that_is_no_number_stops_with_advice_and_puts_the_weights_back(pictures: Path, precompute: bool) -> None:
    learn = learner(data_in(pictures), precompute=precompute)
    learn.fit(0.01, 1)
    before = weights_of(learn.model)
    with pytest.raises(TrainingDiverged) as caught:
        learn.fit(1e30, 4)
    message = str(caught.value)
    assert "the model is as it was before this fit; try a smaller rate: learn.fit(1e+29, 4)" in message
    assert "loss became" in message
    assert same_weights(weights_of(learn.model), before)
    assert learn.epochs_done == 1
    assert math.isfinite(learn.fit(0.01, 1)[-1].valid_loss)


def test_a_loss_that_is_no_number_in_a_later_epoch_puts_everything_back_to_before_the_fit(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True)
    learn.fit(0.01, 1)
    before = weights_of(learn.model)

    class Spoils:
        def on_epoch_end(self, row: Epoch) -> None:
            if row.epoch == 2:
                learn.model.head[6].bias.data.fill_(float("nan"))

    with pytest.raises(TrainingDiverged, match=r"the loss became nan at step 7 "):
        learn.fit(0.01, 4, observers=[Spoils()])
    assert same_weights(weights_of(learn.model), before)
    assert learn.epochs_done == 1


def test_weights_that_burst_at_the_very_last_step_are_noticed_too(tmp_path: Path) -> None:
    learn = learner(data_in(make_pictures(tmp_path, train=4, valid=3)), precompute=True)  # one batch
    before = weights_of(learn.model)
    with pytest.raises(TrainingDiverged, match=r"learn\.fit"):
        learn.fit(1e38, 1)
    assert same_weights(weights_of(learn.model), before)


def test_an_interrupt_after_the_weights_burst_puts_them_back(pictures: Path) -> None:
    learn = learner(data_in(pictures, batch_size=2), precompute=True)
    before = weights_of(learn.model)
    with pytest.raises(TrainingDiverged):
        learn.fit(1e35, 1, observers=[Watcher(at=9, act=interrupt)])
    assert same_weights(weights_of(learn.model), before)


def more_than_there_is() -> None:
    torch.empty(2**55, dtype=torch.uint8)  # more than any processor can address


@pytest.mark.parametrize(
    "error",
    [
        more_than_there_is,
        RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you"),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"),
        torch.OutOfMemoryError("MPS backend out of memory"),
        MemoryError(),
    ],
    ids=["a real one", "CUDA", "allocator", "not enough", "MPS", "Python"],
)
def test_a_full_memory_names_the_batch_size_and_offers_half(pictures: Path, error: Any) -> None:
    def act() -> None:
        if not isinstance(error, Exception):
            error()
        raise error

    learn = learner(data_in(pictures), precompute=True)
    with pytest.raises(MemoryError, match=r"batches of 8 pictures do not fit .*batch_size=4, tfms=tfms\)"):
        learn.fit(0.01, 1, observers=[Watcher(at=2, act=act)])
    assert len(learn.fit(0.01, 1)) == 1


def test_a_full_memory_while_activations_are_computed_says_the_same(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, pixels: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("CUDA out of memory")

    monkeypatch.setattr("helpers.activations.FeatureExtractor.__call__", full)
    learn = learner(data_in(pictures), precompute=True)
    for act in (lambda: learn.fit(0.01, 1), learn.predict_all, learner(data_in(pictures)).predict_all):
        with pytest.raises(MemoryError, match="batch_size=4"):
            act()


def test_with_the_smallest_batch_a_smaller_picture_is_offered(pictures: Path) -> None:
    def act() -> None:
        raise MemoryError

    learn = learner(data_in(pictures, batch_size=2), precompute=True)
    with pytest.raises(MemoryError, match=r"batches of 2 pictures .*tfms_from_model\(arch, smaller\)"):
        learn.fit(0.01, 1, observers=[Watcher(at=2, act=act)])


def test_another_error_is_passed_on_as_it_is(pictures: Path) -> None:
    def act() -> None:
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match=r"^something else$"):
        learner(data_in(pictures), precompute=True).fit(0.01, 1, observers=[Watcher(at=2, act=act)])


@pytest.mark.parametrize("split", ["train", "valid"])
@pytest.mark.parametrize("precompute", [True, False])
def test_where_no_picture_of_a_split_can_be_read_a_sentence_says_so(
    pictures: Path, split: str, precompute: bool
) -> None:
    for path in (pictures / split).rglob("*.jpg"):
        path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"none (of the \d+ .* )?could be read"):
        learner(data_in(pictures), precompute=precompute).fit(0.01, 1)


@pytest.mark.parametrize("wrong", [0, -1, 2.0, "2", None, True])
def test_a_number_of_epochs_that_cannot_be_is_refused(pictures: Path, wrong: object) -> None:
    with pytest.raises(ValueError, match=r"got n=.*; it is a whole number of epochs, .*1 or more"):
        learner(data_in(pictures)).fit(0.01, wrong)


def test_rates_that_cannot_be_are_refused_before_anything_runs(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True)
    with pytest.raises(ValueError, match="got 2 learning rates; we need one number, or 3"):
        learn.fit([0.1, 0.2], 1)
    with pytest.raises(ValueError, match="a learning rate is a positive number"):
        learn.fit(0, 1)
    assert not (pictures / ".cache").exists()


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("precompute", [True, False])
def test_what_needs_no_slopes_works_where_the_reader_switched_them_off(
    pictures: Path, precompute: bool, mode: Callable[[], Any]
) -> None:
    learn = learner(data_in(pictures), precompute=precompute)
    path = learn.data.valid.paths[3]
    plain = learner(data_in(pictures), precompute=precompute)
    expected, whole = plain.predict(path), plain.predict_all("train")
    with mode():
        for batch in learn.data.batches("train"):
            np.testing.assert_array_equal(batch.labels, learn.data.train.labels[batch.indices])
        np.testing.assert_array_equal(learn.predict(path).probabilities, expected.probabilities)
        np.testing.assert_array_equal(learn.predict_all("train").probabilities, whole.probabilities)
        np.testing.assert_array_equal(load_model(learn.save("first")).predict(path).label, expected.label)
        assert learn.summary().parameters == plain.summary().parameters
        learn.load("first")
    assert rows(learn.fit(0.01, 1)) == rows(plain.fit(0.01, 1))  # and training afterwards is as it was


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("precompute", [True, False])
def test_a_fit_finds_its_slopes_where_the_reader_switched_them_off(
    pictures: Path, precompute: bool, mode: Callable[[], Any]
) -> None:
    expected = rows(learner(data_in(pictures), precompute=precompute).fit(0.01, 1))
    learn = learner(data_in(pictures), precompute=precompute)
    with mode():
        assert rows(learn.fit(0.01, 1)) == expected


# Observers ------------------------------------------------------------------------------------------------------------


def test_observers_hear_everything_in_order_as_detached_values(pictures: Path) -> None:
    watcher = Watcher()
    learn = learner(data_in(pictures))
    history = learn.fit(0.01, 2, observers=[watcher, object()])
    assert [name for name, _ in watcher.heard] == ["begin", *(["batch"] * 3 + ["epoch"]) * 2, "end"]
    assert watcher.heard[0][1] is learn
    assert watcher.heard[-1][1] is history
    steps = [what for name, what in watcher.heard if name == "batch"]
    assert [step for step, _ in steps] == [1, 2, 3] * 2
    assert not any(loss.requires_grad for _, loss in steps)
    assert [loss.item() for _, loss in steps] == learn.sched.losses


def test_an_observer_can_ask_to_stop_after_a_batch_and_after_an_epoch(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn = learner(data_in(pictures), precompute=True)
    history = learn.fit(0.01, 5, observers=[Watcher(at=5, act=lambda: True)])
    assert len(history) == 1
    assert history.interrupted
    assert "Stopped by an observer in epoch 2" in capsys.readouterr().out

    class AfterTwo:
        def on_epoch_end(self, row: Epoch) -> bool:
            return row.epoch == 2

    assert len(learn.fit(0.01, 5, observers=[AfterTwo()])) == 2


def test_an_observer_that_asks_for_predictions_does_not_disturb_the_training(pictures: Path) -> None:
    for precompute in (True, False):
        quiet = learner(data_in(pictures), precompute=precompute)
        asked = learner(data_in(pictures), precompute=precompute)
        quiet.fit(0.01, 2)
        answers = []
        asked.fit(0.01, 2, observers=[Watcher(at=2, act=lambda a=answers, k=asked: a.append(k.predict_all()))])
        assert len(answers) == 1
        assert asked.sched.losses == quiet.sched.losses


def test_an_observer_of_an_unfrozen_run_sees_the_body_as_it_is_now(pictures: Path) -> None:
    learn = learner(data_in(pictures))
    learn.unfreeze()
    gaps = []

    class Looks:
        def on_epoch_end(self, row: Epoch) -> None:
            predicted = learn.predict_all()
            gaps.append(abs(predicted.accuracy - row.accuracy))
            chosen = predicted.probabilities[np.arange(12), predicted.known_labels]
            gaps.append(abs(float(-np.log(chosen).mean()) - row.valid_loss))

    learn.fit(0.01, 3, observers=[Looks()])
    assert max(gaps) < 1e-3


@pytest.mark.parametrize("frozen", [True, False])
def test_a_run_and_predict_all_say_the_same_of_a_model_in_mixed_precision(pictures: Path, frozen: bool) -> None:
    mixed = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
    learn = learner(data_in(pictures), fabric=mixed)
    if not frozen:
        learn.unfreeze()
    (row,) = learn.fit(0.003, 1)
    said = learn.predict_all()
    assert said.accuracy == row.accuracy
    of_the_right = said.probabilities[np.arange(len(said)), said.known_labels]
    assert -np.log(of_the_right).mean() == pytest.approx(row.valid_loss, rel=1e-5)


def test_an_observer_that_asks_after_every_batch_sees_the_body_of_that_batch(pictures: Path) -> None:
    learn = learner(data_in(pictures))
    learn.unfreeze()
    (pixels,) = [batch.pixels for batch in learn.data.batches("valid", order=range(8))]
    gaps = []

    class Looks:
        def on_batch_end(self, step: int, loss: torch.Tensor) -> None:
            with torch.inference_mode():
                expected = copy.deepcopy(learn.model).eval()(pixels).softmax(1).numpy()
            gaps.append(np.abs(learn.predict_all().probabilities[:8] - expected).max())

    learn.fit(0.001, 1, observers=[Looks()])
    assert len(gaps) == 3
    assert max(gaps) < 1e-3


def test_after_an_interrupt_of_an_unfrozen_run_predictions_are_of_the_body_as_it_is_now(pictures: Path) -> None:
    learn = learner(data_in(pictures))
    learn.unfreeze()
    before = learn.predict_all().probabilities
    learn.fit(0.01, 1, observers=[Watcher(at=2, act=interrupt)])
    with torch.inference_mode():
        expected = torch.cat([learn.model(batch.pixels).softmax(1) for batch in learn.data.batches("valid")])
    np.testing.assert_allclose(learn.predict_all().probabilities, expected.numpy(), atol=1e-4)
    assert not np.allclose(before, expected.numpy(), atol=1e-2)


# Threads and engines --------------------------------------------------------------------------------------------------


def test_a_head_trains_on_one_thread_and_the_count_is_restored(pictures: Path) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        for precompute, expected in ((True, 1), (False, 3)):
            counts = []
            learn = learner(data_in(pictures), precompute=precompute)
            learn.fit(0.01, 1, observers=[Watcher(at=1, act=lambda c=counts: c.append(torch.get_num_threads()))])
            assert counts == [expected]
            assert torch.get_num_threads() == 3
        learn = learner(data_in(pictures), precompute=True)
        with pytest.raises(TrainingDiverged):
            learn.fit(1e30, 3)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_a_fabric_in_bfloat16_trains_too(pictures: Path) -> None:
    from lightning_fabric import Fabric

    for precompute in (True, False):
        fabric = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
        learn = learner(data_in(pictures), precompute=precompute, fabric=fabric)
        learn.fit(0.01, 1)
        learn.precompute = False
        learn.unfreeze()
        assert math.isfinite(learn.fit(0.001, 1)[-1].valid_loss)
        assert {value.dtype for value in learn.model.parameters()} == {torch.float32}


def test_without_a_fabric_the_default_device_is_used_quietly(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "has_fast_bfloat16", lambda device: True)
    learn = learner(data_in(pictures), precompute=True, fabric=None)
    assert learn.fabric.device.type == device.default_device().type
    learn.fit(0.01, 1)
    assert capsys.readouterr().err == ""


def test_a_learner_needs_data_and_says_so() -> None:
    with pytest.raises(TypeError, match=r"type data = ImageClassifierData\.from_paths\(PATH, tfms=\.\.\.\)"):
        ConvLearner.pretrained("resnet10", Path("pictures"))


# The lines of the lessons ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_name", [True, False])
def test_the_three_lines_run_with_torchvisions_resnet34_and_a_file_of_weights(
    pictures: Path, tmp_path: Path, by_name: bool
) -> None:
    from helpers import ImageClassifierData, tfms_from_model

    torch.manual_seed(0)
    torch.save(zoo.resnet34().state_dict(), tmp_path / "resnet34.pth")
    arch, sz = "resnet34" if by_name else zoo.resnet34, 64
    data = ImageClassifierData.from_paths(pictures, tfms=tfms_from_model(arch, sz))
    learn = ConvLearner.pretrained(arch, data, precompute=True, weights=tmp_path / "resnet34.pth")
    assert len(learn.fit(0.01, 2)) == 2
    state = torch.load(tmp_path / "resnet34.pth", weights_only=True)
    assert torch.equal(learn.model.body[0].weight.cpu(), state["conv1.weight"])


def test_the_three_lines_run_with_our_own_backbone_as_it_comes(pictures: Path) -> None:
    data = data_in(pictures, size=64)
    learn = ConvLearner.pretrained("resnet10", data, precompute=True, seed=1, fabric=float32())
    history = learn.fit(0.01, 2)
    assert len(history) == 2
    assert history[-1].accuracy > 0.5


def test_an_estimate_is_a_sentence_that_grows_with_the_work_and_changes_nothing(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = learner(data_in(pictures))
    before = weights_of(learn.model)
    assert learn.estimate(2).startswith("About ")
    times = iter(range(0, 100, 8))  # a batch of 8 takes 8 seconds: 32 pictures 32 seconds
    monkeypatch.setattr("helpers.learner.time.perf_counter", lambda: next(times))
    assert learn.estimate(1) == "About 32 s on this machine."
    assert learn.estimate(3).startswith("About 1 min 36 s ")
    learn.unfreeze()
    assert learn.estimate(1).startswith("About 1 min 26 s ")  # 2.7 times
    learn.freeze()
    learn.precompute = True
    assert learn.estimate(50) == "About 32 s on this machine, if nothing is kept yet."  # the body runs once
    assert same_weights(weights_of(learn.model), before)
