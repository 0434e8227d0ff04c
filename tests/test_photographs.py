"""The first training on real photographs of cats and dogs, with mobilenet_v2's ImageNet weights."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from helpers import ConvLearner, ImageClassifierData, read_image, tfms_from_model
from helpers.interpret import confusion_matrix, most_uncertain, most_wrong

pytestmark = pytest.mark.photographs


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one cache folder for this file, so that the activations are computed once."""
    return tmp_path_factory.mktemp("photographs")


@pytest.fixture
def data(photographs: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> ImageClassifierData:
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared_cache))
    # The photographs are looked at, and nothing is written beside them, though the file system might let us.
    monkeypatch.setattr(
        "helpers.files.keeping.os.access",
        lambda path, mode: mode != os.W_OK or not Path(path).is_relative_to(photographs),
    )
    return ImageClassifierData.from_paths(photographs, tfms=tfms_from_model("mobilenet_v2", 224))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_epochs_tell_cats_from_dogs(data: ImageClassifierData, mobilenet_weights: Path, seed: int) -> None:
    learn = ConvLearner.pretrained("mobilenet_v2", data, precompute=True, weights=mobilenet_weights, seed=seed)
    history = learn.fit(0.01, 2)
    assert history[-1].accuracy >= 0.975
    found = learn.predict_all()
    assert len(found) == len(data.valid)
    assert found.accuracy == history[-1].accuracy
    assert np.trace(confusion_matrix(found).counts) == found.correct.sum()
    assert len(most_uncertain(found)) == 4
    for label in data.classes:
        assert all(path.parent.name == label for path in most_wrong(found, label).paths)
    path = data.valid.paths[seed]
    assert learn.predict(path).probability == pytest.approx(found.probabilities[seed].max(), abs=0.03)

    assert data.unreadable == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_finder_reads_off_a_rate_that_trains_as_well(
    data: ImageClassifierData, mobilenet_weights: Path, seed: int
) -> None:
    learn = ConvLearner.pretrained("mobilenet_v2", data, precompute=True, weights=mobilenet_weights, seed=seed)
    learning_rate = learn.lr_find()
    assert 5e-4 < learning_rate < 0.05
    assert learn.sched.plot().get_xlabel() == learn.sched.plot_lr().get_ylabel() == "learning rate"
    assert learn.fit(learning_rate, 2)[-1].accuracy >= 0.975


def test_a_photograph_has_the_pixels_that_pillow_reads(photographs: Path) -> None:
    paths = sorted((photographs / "valid").rglob("*.jpg"))[::25]
    assert len(paths) >= 20
    for path in paths:
        with Image.open(path) as picture:
            expected = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
        np.testing.assert_array_equal(read_image(path), expected, err_msg=path.name)
