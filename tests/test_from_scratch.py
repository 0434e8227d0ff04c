"""The runs from scratch and others by the number of photographs: which photographs, when a run ends, what counts."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks import from_scratch
from helpers.lessons.three_questions import PICTURES, stored_sweep
from tests.pictures import make_pictures


class Told:
    """A learner of one weight."""

    def __init__(self) -> None:
        self.model = torch.nn.Linear(1, 1, bias=False)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> int:
    """Return so many epochs without a lower loss as end a run."""
    monkeypatch.setattr(from_scratch, "PATIENCE", 6)
    return 6


def test_a_run_ends_when_its_loss_has_stopped_falling_and_counts_with_the_lowest(patience: int) -> None:
    learn: Any = Told()
    best = from_scratch.UntilItStopsFalling(learn, least=0)
    losses = [0.9, 0.5, 0.7, 0.6, 0.4] + [0.45] * 10
    ended = []
    for epoch, loss in enumerate(losses):
        torch.nn.init.constant_(learn.model.weight, epoch)
        ended.append(best.on_epoch_end(SimpleNamespace(valid_loss=loss)))
    assert ended.index(True) == 4 + patience
    assert best.best["weight"].item() == 4, "a copy: later steps do not change it"
    assert best.lowest == 0.4


def test_no_run_ends_before_its_least_steps(patience: int) -> None:
    best = from_scratch.UntilItStopsFalling(Told(), least=20)  # type: ignore[arg-type]
    for _ in range(patience + 3):
        best.on_batch_end(0, torch.tensor(0.0))
        ended = best.on_epoch_end(SimpleNamespace(valid_loss=1.0))
    assert not ended
    for _ in range(20):
        best.on_batch_end(0, torch.tensor(0.0))
    assert best.on_epoch_end(SimpleNamespace(valid_loss=1.0))


def test_every_photograph_is_kept_small_upright_and_in_its_place(tmp_path: Path) -> None:
    wide, turned = np.zeros((50, 200, 3), np.uint8), np.zeros((300, 150, 3), np.uint8)
    wide[:, 100:] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown a quarter turned: 300 pixels wide, 150 high
    for split, pixels, options in (("train", wide, {}), ("valid", turned, {"exif": exif})):
        (tmp_path / "photos" / split / "cats").mkdir(parents=True)
        Image.fromarray(pixels).save(tmp_path / "photos" / split / "cats" / "one.jpg", **options)
    small = from_scratch.shrunk(tmp_path / "photos", tmp_path / "small")
    pictures = {file.relative_to(small).as_posix(): np.asarray(Image.open(file)) for file in small.glob("*/*/*")}
    assert {name: found.shape for name, found in pictures.items()} == {
        "train/cats/one.png": (96, 384, 3),
        "valid/cats/one.png": (96, 192, 3),
    }
    found = pictures["train/cats/one.png"]
    assert found[:, :180].max() < 12
    assert found[:, 204:].min() > 243


def test_a_seed_s_photographs_are_as_many_of_each_class_and_all_of_valid(tmp_path: Path) -> None:
    root = make_pictures(tmp_path / "pictures")
    chosen = {}
    for seed in (1, 1, 2):
        place = from_scratch.some_photographs(root, 4, seed, tmp_path / f"chosen {seed} {len(chosen)}")
        names = {one.name for one in place.glob("train/*/*")}
        assert [len(list(folder.iterdir())) for folder in sorted((place / "train").iterdir())] == [4, 4]
        assert {one.name for one in place.glob("valid/*/*")} == {one.name for one in root.glob("valid/*/*")}
        assert chosen.setdefault(seed, names) == names
    assert chosen[1] != chosen[2]


@pytest.mark.parametrize("name", from_scratch.WAYS)
def test_each_way_trains_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(from_scratch, "SIZE", 32)
    monkeypatch.setattr(from_scratch, "PATIENCE", 1)
    root, moved = make_pictures(tmp_path / "pictures"), []

    class Seen(from_scratch.UntilItStopsFalling):
        def __init__(self, learn: Any, least: int) -> None:
            super().__init__(learn, 0)
            self.first = learn.model.body[0].weight.detach().clone()

        def on_epoch_end(self, row: Any) -> bool:
            moved.append(not torch.equal(self.first, self.learn.model.body[0].weight))
            return super().on_epoch_end(row)

    monkeypatch.setattr(from_scratch, "UntilItStopsFalling", Seen)
    wrong, loss, seconds = from_scratch.run(root, from_scratch.WAYS[name], 4, seed=1)
    assert wrong.shape == (12,)
    assert np.isfinite(loss)
    assert seconds > 0
    assert all(moved) == any(moved) == from_scratch.WAYS[name].get("whole", False), "the body learns, or stays"


def test_what_lesson_02_says_of_the_stored_runs() -> None:
    found = {name: stored_sweep(f"photographs, {name}") for name in from_scratch.WAYS}
    for name, sweep in found.items():
        numbers = from_scratch.MANY if from_scratch.WAYS[name].get("whole") else from_scratch.FEW
        assert (sweep.what, tuple(sweep.values.tolist())) == (PICTURES, numbers)
        assert sweep.wrong.shape == (3, len(numbers), 1000)
    pets, no_pets, random, fine, scratch = (found[name].errors for name in (
        "frozen", "frozen, no pets seen", "frozen, random numbers", "fine-tuned", "from scratch"))  # fmt: skip
    assert pets[:, 0].max() < no_pets[:, -1].min() < no_pets[:, -1].max() < random[:, -1].min()
    assert scratch[:, 0].min() > 0.45, "100 photographs of each: guessing"
    assert scratch[:, -1].max() < random[:, -1].min()
    assert np.abs(scratch[:, -1].mean() - no_pets[:, -1].mean()) < 0.02, "with 1,000: as good as the body without pets"
    assert pets[:, 0].max() < scratch[:, -1].min()
    assert fine[:, -1].max() < pets[:, -1].min()
