"""The film of features being born: the training is PyTorch's, noise becomes edges, and the page shows each frame."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from helpers import ImageClassifierData, get_data, tfms_from_model
from helpers.explorers.feature_film import Film, feature_film, film_training, plot_stills
from helpers.explorers.feature_film.state import small_network
from helpers.explorers.feature_film.view import FilmView
from tests.explorers.telling import tell
from tests.pictures import data_in, make_pictures

pytest.importorskip("anywidget")


@pytest.fixture(scope="module")
def sample() -> ImageClassifierData:
    """Return the sample, at the lesson's size."""
    return ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 48))


@pytest.fixture(scope="module", params=[1, 2, 3])
def film(request: pytest.FixtureRequest, sample: ImageClassifierData) -> Film:
    """Return the lesson's film, with several seeds."""
    return film_training(sample, seed=request.param)


def test_noise_becomes_smooth_kernels_and_the_answers_become_right(film: Film) -> None:
    assert film.steps.tolist() == [*range(0, 301, 5)]
    assert film.kernels.shape == (61, 12, 7, 7)
    assert abs(film.smoothness(0)) < 0.15, "noise: neighbours have nothing to do with each other"
    assert film.smoothness(60) > 0.5
    assert film.accuracies[0] == pytest.approx(0.5, abs=0.06)
    assert film.accuracies[-10:].mean() > 0.68


def test_kernels_become_edges(film: Film) -> None:
    """An edge is light on one side and dark on the other: most of a kernel's variance is along one direction."""
    rows, columns = np.mgrid[-3:4, -3:4] / 3.0

    def edges(kernels: np.ndarray) -> float:
        even = kernels - kernels.mean(axis=(1, 2), keepdims=True)
        waves = [np.concatenate([np.sin(f * along), np.cos(f * along)]).reshape(2, 49)
                 for f in (1.5, 3.0, 4.5) for along in (rows, columns)]  # fmt: skip
        bars = np.stack([np.linalg.norm(even.reshape(len(even), 49) @ np.linalg.qr(
            (wave - wave.mean(axis=1, keepdims=True)).T)[0], axis=1) for wave in waves])  # fmt: skip
        return float(np.mean((bars.max(axis=0) / np.linalg.norm(even, axis=(1, 2))) ** 2))

    assert edges(film.kernels[-1]) > 2 * edges(film.kernels[0])


def test_a_film_is_the_same_each_time_and_leaves_the_random_state_as_it_was(tmp_path: Path) -> None:
    data = data_in(make_pictures(tmp_path / "pictures"), size=32)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, again, other = (film_training(data, 10, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(one.kernels, again.kernels)
    assert not np.allclose(one.kernels[0], other.kernels[0])
    assert not np.allclose(one.kernels[0], one.kernels[1])


def test_the_network_is_as_small_as_it_says() -> None:
    assert sum(one.numel() for one in small_network(2).parameters()) == 13530
    assert small_network(3)(torch.zeros(2, 1, 48, 48)).shape == (2, 3)


def test_steps_that_make_no_frame_are_refused(tmp_path: Path) -> None:
    data = data_in(make_pictures(tmp_path / "pictures"), size=32)
    with pytest.raises(ValueError, match="got steps=12; a multiple of 5 is needed"):
        film_training(data, 12)
    with pytest.raises(ValueError, match="got 0 as steps"):
        film_training(data, 0)


def made(frames: int = 5) -> Film:
    """Return a film of numbers that say which frame and kernel they belong to."""
    kernels = np.arange(frames)[:, None, None, None] + np.arange(12)[:, None, None] * np.ones((7, 7)) + 1.0
    return Film(5 * np.arange(frames), kernels, np.linspace(0.5, 0.9, frames))


class Told:
    """The view, told what a page would tell it."""

    def __init__(self, film: Film) -> None:
        self.view = FilmView(film)

    def __call__(self, name: str, **told: Any) -> dict[str, Any]:
        return tell(self.view, name, **told)


def test_a_step_is_shown_by_the_nearest_frame() -> None:
    told = Told(made())
    for name, value, step in (("at", "12", 10), ("at", "13", 15), ("at", "0", 0), ("now", 19.0, 20), ("now", 99, 20)):
        told(name, **({"x": value} if name == "now" else {"value": value}))
        assert told.view.state.step == step
        assert f"After {step} steps:" in told.view.sent["said"]["lines"][0]
    assert "Got 21 as step; a number from 0 to 20 is needed" in str(told("at", value="21")["refused"])


def test_a_play_shows_every_frame_once_and_begins_anew_at_the_end() -> None:
    told = Told(made())
    frames = told("play", value=True)["frames"]
    assert [one["at"]["value"] for one in frames] == ["5", "10", "15", "20"]
    told("play", value=False, shown=[told.view.round, 4])
    assert told.view.state.step == 20
    told("play", value=True)
    assert told.view.frames[0][1].step == 0


def test_stills_show_the_steps_that_were_asked_for() -> None:
    axes = plot_stills(made(), [0, 20])
    rows = [one for one in axes.figure.figure.axes if one.images]
    assert len(rows) == 24
    assert {one.get_text() for ax in rows for one in ax.texts} == {"step 0", "step 20"}
    assert axes.lines[1].get_xdata().tolist() == [0, 20]
    assert axes.lines[1].get_ydata() == pytest.approx([50, 90])
    assert np.asarray(rows[0].images[0].get_array()).max() == 1.0
    plt.close("all")
    with pytest.raises(ValueError, match="got 25 as step"):
        plot_stills(made(), [25])


def test_elsewhere_it_says_the_line_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    feature_film(made())
    text = capsys.readouterr().out
    assert "plot_stills(film)" in text
    assert "5 frames, to step 20. 90.0\u00a0% of the validation pictures right." in text
    with pytest.raises(TypeError, match="film = film_training"):
        feature_film([1])  # type: ignore[arg-type]
