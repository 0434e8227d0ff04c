"""The sealed pictures: what is said of them is right, and nobody opens them without its being noted."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from helpers import ConvLearner
from helpers.datasets.sealed import LEDGER, Opening, open_seal
from helpers.statistics import Predictions
from tests.pictures import data_in, files_of_at_most, make_pictures, picture_of

SIZE = 48


def with_sealed(root: Path, *, sealed: int = 9) -> Path:
    make_pictures(root, train=10, valid=8)
    for label in ("cats", "dogs"):
        (root / "sealed" / label).mkdir(parents=True)
        for number in range(sealed):
            picture_of(label, 5000 + number).save(root / "sealed" / label / f"{number}.png")
    return root


@pytest.fixture
def learner(tmp_path: Path) -> ConvLearner:
    learn = ConvLearner.pretrained("resnet10", data_in(with_sealed(tmp_path / "mine"), size=SIZE), seed=1)
    learn.fit(0.01, 1)
    return learn


def ledger(learner: ConvLearner) -> list[dict[str, str]]:
    with (learner.data.path / LEDGER).open(newline="", encoding="utf-8") as file:
        return [*csv.DictReader(file)]


def test_it_says_of_each_sealed_picture_what_predict_says(learner: ConvLearner) -> None:
    found = open_seal(learner)
    assert len(found.sealed) == 18
    for path, row, label in zip(found.sealed.paths, found.sealed.probabilities, found.sealed.known_labels, strict=True):
        assert path.parts[-3] == "sealed"
        assert learner.data.classes[label] == path.parent.name
        assert row == pytest.approx(learner.predict(path).probabilities, abs=2e-3)
    valid = learner.predict_all()
    assert np.array_equal(found.valid.probabilities, valid.probabilities)
    assert repr(valid) in repr(found)
    assert repr(found).endswith("Opened for the first time.")


def test_every_opening_is_noted_and_told(learner: ConvLearner) -> None:
    first, second = open_seal(learner), open_seal(learner)
    third = open_seal(learner, learner.data.path)
    rows = ledger(learner)
    assert len(rows) == 3
    assert {row["model"] for row in rows} == {"resnet10, 1 epochs"}
    assert all(int(row["correct"]) == first.sealed.correct.sum() and row["pictures"] == "18" for row in rows)
    assert (first.before, second.before) == ((), (rows[0]["when"],))
    assert f"Opened 1 time before, first on {rows[0]['when']}:" in repr(second)
    assert f"Opened 2 times before, first on {rows[0]['when']}:" in repr(third)


def test_what_cannot_be_noted_is_not_opened(learner: ConvLearner, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(type(learner.predictor), "probabilities", lambda *_: asked.append(1))
    with files_of_at_most(5), pytest.raises(ValueError, match="so nobody could note that the seal was opened"):
        open_seal(learner)
    assert not asked
    assert not (learner.data.path / LEDGER).exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"when\x00,"])
def test_a_ledger_that_cannot_be_read_is_not_overwritten(learner: ConvLearner, content: bytes) -> None:
    file = learner.data.path / LEDGER
    file.write_bytes(content)
    if content == b"when\x00,":
        file.unlink()
        file.mkdir()
    with pytest.raises(ValueError, match=rf"{LEDGER} in mine cannot be read .*; move it away"):
        open_seal(learner)
    assert os.path.lexists(file)


def test_without_sealed_pictures_it_says_what_there_is(tmp_path: Path) -> None:
    learn = ConvLearner.pretrained("resnet10", data_in(make_pictures(tmp_path / "mine"), size=SIZE), seed=1)
    with pytest.raises(FileNotFoundError, match="mine has no folder 'sealed'"):
        open_seal(learn)
    assert not (tmp_path / "mine" / LEDGER).exists()


def test_another_model_s_classes_are_refused(learner: ConvLearner, tmp_path: Path) -> None:
    other = make_pictures(tmp_path / "other", classes=("cups", "pots"))
    (other / "valid").rename(other / "sealed")
    with pytest.raises(ValueError, match=r"got the classes \('cups', 'pots'\) in other; this model knows"):
        open_seal(learner, other)
    assert not (other / LEDGER).exists()


def test_pictures_that_cannot_be_read_are_left_out_and_none_is_an_error(learner: ConvLearner) -> None:
    files = sorted((learner.data.path / "sealed").rglob("*.png"))
    files[0].write_bytes(b"no picture")
    assert len(open_seal(learner).sealed) == 17
    for file in files:
        file.write_bytes(b"no picture")
    with pytest.raises(ValueError, match="none of the 18 pictures in mine/sealed can be read"):
        open_seal(learner)
    assert len(ledger(learner)) == 1


def predictions(right: int, of: int) -> Predictions:
    labels = np.zeros(of, dtype=int)
    probabilities = np.where(np.arange(of)[:, None] < right, [0.9, 0.1], [0.1, 0.9])
    return Predictions(probabilities, labels, [Path(f"{number}.png") for number in range(of)], ("cats", "dogs"))


@pytest.mark.parametrize(("sealed", "valid", "wanted"), [
    # Newcombe (1998), "Interval estimation for the difference", table II, method 10: (a) 56/70 − 48/80; (d) 5/56 − 0/29
    ((56, 70), (48, 80), (0.2000, 0.0524, 0.3339)),
    ((5, 56), (0, 29), (0.0893, -0.0381, 0.1926)),
    ((9, 10), (3, 10), (0.6000, 0.1705, 0.8090)),
])  # fmt: skip
def test_the_difference_is_newcombe_s(
    sealed: tuple[int, int], valid: tuple[int, int], wanted: tuple[float, float, float]
) -> None:
    found = Opening(predictions(*valid), predictions(*sealed), ())
    assert found.difference == pytest.approx(wanted, abs=6e-5)


def test_words_follow_the_interval() -> None:
    assert "+20.0 points, 95 % interval +5.2 to +33.4: they differ by more" in repr(
        Opening(predictions(48, 80), predictions(56, 70), ())
    )
    assert "−1.0 points, 95 % interval −" in repr(Opening(predictions(90, 100), predictions(89, 100), ()))
    assert "do not contradict" in repr(Opening(predictions(90, 100), predictions(89, 100), ()))
