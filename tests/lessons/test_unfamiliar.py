"""Pictures that look like neither class: distances by hand, a threshold that keeps its promise, and other things."""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from PIL import Image, ImageDraw

from helpers import ConvLearner, ImageClassifierData, load_model, tfms_from_model
from helpers.lessons import unfamiliar
from helpers.lessons.unfamiliar import Familiarity, distances_to_nearest, plot_distances, threshold_for
from helpers.predictor import ModelFileError, save_model
from helpers.statistics import wilson_interval
from tests.drawings import check_keeps_to_its_axes, check_opaque_white
from tests.pictures import data_in, learner, make_pictures

DOG = "n02102040"  # Imagenette's English springers: a class of dogs


def other_thing(number: int, side: int = 128) -> np.ndarray:
    """Draw shapes, a landscape or a digit in random colours, with a little noise: uint8 (side, side, 3)."""
    rng = np.random.default_rng((7, number))

    def colour() -> tuple[int, ...]:
        return tuple(rng.integers(0, 256, 3).tolist())

    picture = Image.new("RGB", (side, side), colour())
    draw = ImageDraw.Draw(picture)
    if number % 3 == 0:
        for _ in range(4):
            x, y, width, height = rng.integers(8, 90, 4).tolist()
            (draw.ellipse if rng.random() < 0.5 else draw.rectangle)((x, y, x + width, y + height), fill=colour())
    elif number % 3 == 1:
        horizon = int(rng.integers(40, 90))
        draw.rectangle((0, horizon, side, side), fill=colour())
        for x in rng.integers(0, side, 3).tolist():
            draw.polygon([(x - 40, horizon), (x, horizon - 35), (x + 40, horizon)], fill=colour())
        draw.ellipse((92, 8, 114, 30), fill=(250, 230, 90))
    else:
        draw.text((30, 10), str(rng.integers(10)), fill=colour(), font_size=90)
    noisy = np.asarray(picture) + rng.normal(0, 4, (side, side, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def learn(sample: Path) -> ConvLearner:
    """Return a learner of the sample with our backbone; its head need not be trained, for distances do without it."""
    data = ImageClassifierData.from_paths(sample, tfms=tfms_from_model("resnet10", 128))
    return ConvLearner.pretrained("resnet10", data, precompute=True, seed=1)


@pytest.fixture(scope="module")
def familiar(learn: ConvLearner) -> Familiarity:
    return Familiarity.of(learn)


@pytest.fixture
def small(tmp_path: Path) -> ConvLearner:
    """Return a learner of 20 small pictures, judged by 40."""
    return learner(data_in(make_pictures(tmp_path / "small", valid=20)), precompute=True)


def test_the_distance_is_the_mean_over_the_five_nearest() -> None:
    rng = np.random.default_rng(1)
    rows, known = rng.normal(size=(7, 6)), rng.normal(size=(30, 6))
    for row, found in zip(rows, distances_to_nearest(rows, known), strict=True):
        cosines = [row @ other / (np.linalg.norm(row) * np.linalg.norm(other)) for other in known]
        assert found == pytest.approx(np.mean(sorted(1 - cosine for cosine in cosines)[:5]), abs=1e-6)


def test_lengths_do_not_count_and_a_row_of_zeros_is_at_a_right_angle_to_all() -> None:
    rows = np.array([[1.0, 2.0], [10.0, 20.0], [0.0, 0.0]])
    np.testing.assert_allclose(distances_to_nearest(rows, 3 * rows[:1]), [0, 0, 1], atol=1e-6)


@pytest.mark.parametrize(("count", "share"), [(19, 0.05), (150, 0.05), (150, 0.1), (9, 0.1), (40, 0.2)])
def test_the_next_of_the_kind_exceeds_the_threshold_as_seldom_as_asked(count: int, share: float) -> None:
    drawn = np.random.default_rng(2).gamma(2.0, size=(10_000, count + 1))
    exceeded = np.mean([row[-1] > threshold_for(row[:-1], share) for row in drawn])
    luck = 3 * (share / len(drawn)) ** 0.5
    assert share - 1 / (count + 1) - luck < exceeded < share + luck


@pytest.mark.parametrize(("count", "share"), [(18, 0.05), (0, 0.5), (100, 0.0), (100, -1.0), (100, 1.5)])
def test_a_share_that_the_pictures_do_not_allow_is_refused(count: int, share: float) -> None:
    with pytest.raises(ValueError, match=rf"got false_alarms={share}, and {count} validation pictures .*: add pict"):
        threshold_for(np.arange(count), share)


def test_too_few_validation_pictures_are_refused(pictures: Path) -> None:
    with pytest.raises(ValueError, match="and 6 validation pictures"):
        Familiarity.of(learner(data_in(pictures), precompute=True))


def test_other_things_are_caught_and_the_samples_own_kind_is_let_through(familiar: Familiarity) -> None:
    caught = familiar.flagged([familiar.distance(other_thing(number)) for number in range(210)])
    assert caught[1] == 210
    assert wilson_interval(*caught)[0] >= 0.8
    assert familiar.looks_like_neither(other_thing(0))
    low, high = wilson_interval(*familiar.flagged(familiar.checked))
    assert low <= 0.05 <= high


def test_false_alarms_are_as_many_as_asked_on_average_over_the_halves(learn: ConvLearner) -> None:
    for share in (0.05, 0.2):
        halves = [Familiarity.of(learn, false_alarms=share, seed=seed) for seed in range(8)]
        found = np.mean([one.flagged(one.checked)[0] / one.flagged(one.checked)[1] for one in halves])
        assert 0.6 * share < found < 1.4 * share
        assert len({one.threshold for one in halves}) > 4, "the seed halves the pictures"


def test_no_picture_that_sets_the_threshold_is_also_checked(learn: ConvLearner, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(unfamiliar, "threshold_for", lambda distances, share: seen.extend(distances) or 1.0)
    checked = Familiarity.of(learn).checked
    known, valid = (learn.activations(split).features for split in ("train", "valid"))
    np.testing.assert_allclose(np.sort([*seen, *checked]), np.sort(distances_to_nearest(valid, known)), atol=1e-5)
    assert abs(len(seen) - len(checked)) <= 1


def test_a_file_has_the_distance_of_its_activations(learn: ConvLearner, familiar: Familiarity) -> None:
    activations = learn.activations("valid").features
    expected = distances_to_nearest(activations[:3], familiar.known)
    found = [familiar.distance(path) for path in learn.data.valid.paths[:3]]
    np.testing.assert_allclose(found, expected, atol=0.005)  # batches of other sizes round differently in 16 bits
    assert familiar.looks_like_neither(learn.data.valid.paths[0]) == (found[0] > familiar.threshold)


def test_at_most_so_many_training_pictures_are_compared_with(small: ConvLearner, monkeypatch) -> None:
    monkeypatch.setattr(unfamiliar, "MOST", 12)
    assert len(Familiarity.of(small).known) == 12


def test_a_body_that_has_changed_is_refused(small: ConvLearner) -> None:
    familiar, path = Familiarity.of(small), small.data.valid.paths[0]
    familiar.distance(path)
    with torch.no_grad():
        next(small.model.body.parameters()).mul_(0.5)
    with pytest.raises(ValueError, match=r"the body has changed .*type Familiarity.of\(learn\)"):
        familiar.distance(path)


def test_what_is_saved_needs_only_the_saved_model(small: ConvLearner, tmp_path: Path) -> None:
    familiar = Familiarity.of(small)
    model = save_model(tmp_path / "model.safetensors", small.model, small.data.classes)
    path = familiar.save(tmp_path / "neither.safetensors")
    back = Familiarity.load(path, load_model(model))
    picture = small.data.valid.paths[0]
    assert back.threshold == familiar.threshold
    np.testing.assert_array_equal(back.known, familiar.known)
    np.testing.assert_array_equal(back.checked, familiar.checked)
    assert back.distance(picture) == pytest.approx(familiar.distance(picture), abs=0.005)


@pytest.mark.parametrize("damage", ["cut", "a model", "missing", "another body", "other classes"])
def test_a_file_that_does_not_belong_is_refused(small: ConvLearner, tmp_path: Path, damage: str) -> None:
    path = Familiarity.of(small).save(tmp_path / "neither.safetensors")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "a model":
        save_model(path, small.model, small.data.classes)
    elif damage == "missing":
        path.unlink()
    elif damage == "another body":
        small = learner(small.data, seed=2)
    else:
        small.predictor.classes = ("cups", "pots")
    with pytest.raises(ModelFileError, match=r"^neither.safetensors is no file of familiar.save\(path\): "):
        Familiarity.load(path, small.predictor)
    small.predictor.classes = small.data.classes


def test_the_histograms_are_drawn_with_the_threshold(small: ConvLearner) -> None:
    familiar = Familiarity.of(small)

    def draw(**choices) -> Axes:
        return plot_distances(familiar, np.linspace(0.1, 0.9, 30), **choices)

    check_keeps_to_its_axes(draw)
    axes = draw()
    check_opaque_white(axes)
    assert set(axes.lines[0].get_xdata()) == {familiar.threshold}
    named = {text.get_text() for text in axes.get_legend().get_texts()}
    assert named == {"validation pictures", "other things", "threshold"}


def test_it_reads_as_a_threshold_and_its_false_alarms(small: ConvLearner) -> None:
    familiar = Familiarity.of(small)
    count = familiar.flagged(familiar.checked)[0]
    said = f"Distances above {familiar.threshold:.3f} look like neither (false alarms: {count} of 20 pictures)"
    assert repr(familiar) == said


def from_imagenette(folder: Path, every: int) -> Iterator[Image.Image]:
    """Yield every so-manieth picture of Imagenette that shows no dog."""
    with zipfile.ZipFile(folder / "imagenette-160.zip") as archive:
        names = [name for name in sorted(archive.namelist()) if name.endswith(".webp") and not name.startswith(DOG)]
        for name in names[::every]:
            yield Image.open(io.BytesIO(archive.read(name)))


@pytest.mark.photographs
@pytest.mark.parametrize("arch", ["resnet10", "mobilenet_v2"])
def test_photographs_of_other_things_are_caught(
    photographs: Path,
    other_photographs: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    arch: str,
) -> None:
    monkeypatch.setattr(  # nothing is written beside the photographs, though the file system might let us
        "helpers.files.keeping.os.access",
        lambda path, mode: mode != os.W_OK or not Path(path).is_relative_to(photographs),
    )
    weights = request.getfixturevalue("mobilenet_weights") if arch == "mobilenet_v2" else "DEFAULT"
    data = ImageClassifierData.from_paths(photographs, tfms=tfms_from_model(arch, 224 if arch != "resnet10" else 128))
    familiar = Familiarity.of(ConvLearner.pretrained(arch, data, precompute=True, weights=weights, seed=1))
    caught = familiar.flagged([familiar.distance(picture) for picture in from_imagenette(other_photographs, 40)])
    assert caught[1] >= 200
    assert wilson_interval(*caught)[0] >= 0.8
    low, high = wilson_interval(*familiar.flagged(familiar.checked))
    assert low <= 0.05 <= high
