"""The same lines on an NVIDIA GPU."""

from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric

from helpers import ConvLearner, device, report_machine
from tests.pictures import data_in, learner, same_weights, weights_of

pytestmark = pytest.mark.usefixtures("gpu")


def on_gpu(precision: str = "32-true") -> Fabric:
    return Fabric(accelerator="cuda", devices=1, precision=precision)


@pytest.fixture(autouse=True)
def exact_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Multiply float32 as float32, so that numbers can be compared with the processor's."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    monkeypatch.setattr(torch.backends.cuda.matmul, "allow_tf32", False)


def test_the_gpu_is_what_a_learner_takes_unless_told(pictures: Path) -> None:
    learn = ConvLearner.pretrained("resnet10", data_in(pictures), weights=None, precompute=True, seed=1)
    assert device.default_device().type == "cuda"
    assert {value.device.type for value in learn.model.parameters()} == {"cuda"}
    assert len(learn.fit(0.01, 2)) == 2
    expected = torch.cuda.get_device_capability()[0] >= 8
    assert device.computes_in_bfloat16(learn.fabric) is expected


@pytest.mark.parametrize("precompute", [True, False])
def test_losses_on_the_gpu_are_the_processors(pictures: Path, precompute: bool) -> None:
    """Without dropout, whose chance differs from device to device."""
    histories = []
    for fabric in (on_gpu(), None):
        learn = learner(data_in(pictures), precompute=precompute, **({"fabric": fabric} if fabric else {}))
        for module in learn.model.head:
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        histories.append(learn.fit(0.01, 2))
    for one, two in zip(*histories, strict=True):
        assert one.train_loss == pytest.approx(two.train_loss, rel=1e-2)
        assert one.valid_loss == pytest.approx(two.valid_loss, rel=1e-2)


def test_losses_are_the_same_with_and_without_precompute(pictures: Path) -> None:
    records = []
    for precompute in (True, False):
        learn = learner(data_in(pictures), precompute=precompute, fabric=on_gpu())
        learn.fit(0.01, 3)
        records.append(learn.sched.losses)
    np.testing.assert_allclose(*records, rtol=5e-3)


def test_the_same_seed_gives_the_same_run(pictures: Path) -> None:
    runs = []
    for _ in range(2):
        state = torch.cuda.get_rng_state()
        learn = learner(data_in(pictures, aug="side_on"), fabric=on_gpu())
        learn.fit(0.01, 2)
        runs.append(learn.sched.losses)
        assert torch.equal(torch.cuda.get_rng_state(), state)
    np.testing.assert_allclose(*runs, rtol=1e-3)


def test_a_frozen_body_stays_and_an_unfrozen_one_learns(pictures: Path) -> None:
    learn = learner(data_in(pictures, aug="top_down"), fabric=on_gpu("bf16-mixed"))
    body = weights_of(learn.model.body)
    learn.fit(0.01, 1)
    assert same_weights(weights_of(learn.model.body), body)
    learn.unfreeze()
    learn.fit(0.01, 1)
    assert not same_weights(weights_of(learn.model.body), body)


def test_predictions_saving_and_loading_work(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True, fabric=on_gpu())
    learn.fit(0.01, 2)
    expected = learn.predict_all()
    one = learn.predict(expected.paths[5])
    np.testing.assert_allclose(one.probabilities, expected.probabilities[5], atol=1e-3)
    path = learn.save("first")
    on_processor = learner(data_in(pictures))
    on_processor.load("first")
    np.testing.assert_allclose(on_processor.predict_all().probabilities, expected.probabilities, atol=1e-2)
    assert path.exists()
    assert "resnet10" in repr(learn.summary())


def test_a_full_gpu_names_the_batch_size(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learn = learner(data_in(pictures), fabric=on_gpu())
    learn.unfreeze()

    def too_much(self: object, pixels: torch.Tensor) -> torch.Tensor:
        return torch.empty(2**50, device=pixels.device)

    monkeypatch.setattr(type(learn.model), "forward", too_much)
    with pytest.raises(
        MemoryError, match=r"batches of 8 pictures do not fit into the memory of the cuda.*batch_size=4"
    ):
        learn.fit(0.01, 1)


def test_the_report_names_the_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    report_machine()
    assert torch.cuda.get_device_name() in capsys.readouterr().out


def test_the_gpu_trains_without_a_word_on_stderr(pictures: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Fabric has advice for such a GPU, which it gives when a model is set up."""
    learn = ConvLearner.pretrained("resnet10", data_in(pictures), weights=None, seed=1)
    learn.unfreeze()
    learn.fit(1e-3, 1)
    assert capfd.readouterr().err == ""
