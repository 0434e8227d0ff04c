"""Drawings: they take arrays, return Axes, never show, and stand on opaque white."""

from collections.abc import Callable

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba

from helpers import plots
from tests.pictures import noise

DRAWINGS: dict[str, Callable[..., Axes]] = {
    "image": lambda **k: plots.show_image(noise(20, 30), "a title", **k),
    "image with its grid": lambda **k: plots.show_image(noise(20, 30), grid=True, **k),
    "line": lambda **k: plots.plot_line([1, 2, 3], [3, 1, 2], xlabel="step", ylabel="loss", label="one", **k),
    "line over factors of ten": lambda **k: plots.plot_line([1, 10], [1, 2], xlabel="x", ylabel="y", log_x=True, **k),
    "confusion matrix": lambda **k: plots.plot_confusion_matrix([[9, 1], [2, 8]], ["cats", "dogs"], **k),
}


@pytest.fixture(autouse=True)
def never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plt, "show", lambda *_, **__: pytest.fail("it was shown"))
    monkeypatch.setattr(mpl.figure.Figure, "show", lambda *_, **__: pytest.fail("it was shown"))


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_returns_axes_on_opaque_white(name: str) -> None:
    axes = DRAWINGS[name]()
    assert isinstance(axes, Axes)
    assert to_rgba(axes.figure.get_facecolor()) == (1, 1, 1, 1)
    FigureCanvasAgg(axes.figure).draw()
    pixels = np.asarray(axes.figure.canvas.buffer_rgba())
    assert (pixels[..., 3] == 255).all()
    assert (pixels[0, :, :3] == 255).all()
    assert (pixels[..., :3].min(axis=2) < 140).any()  # and something dark is on it


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_keeps_to_the_axes_it_is_given(name: str) -> None:
    figure, (left, right) = plt.subplots(1, 2)
    assert DRAWINGS[name](ax=right) is right
    assert right.has_data()
    assert not left.has_data()
    assert plt.get_fignums() == [figure.number]


def test_a_picture_is_drawn_as_it_is() -> None:
    pixels = noise(20, 30)
    axes = plots.show_image(pixels, "a title")
    np.testing.assert_array_equal(axes.images[0].get_array(), pixels)
    assert axes.get_title() == "a title"
    assert not axes.axison
    assert plots.show_image(torch.from_numpy(pixels.copy()), grid=True).axison


def test_grey_runs_from_black_to_white_and_not_from_darkest_to_brightest() -> None:
    assert plots.show_image(np.full((4, 4), 100, np.uint8)).images[0].get_clim() == (0, 255)
    assert plots.show_image(np.full((4, 4), 0.4)).images[0].get_clim() == (0, 1)
    assert plots.show_image(np.zeros((4, 4), bool)).images[0].get_clim() == (0, 1)


@pytest.mark.parametrize("shape", [(3, 8, 8), (8,), (8, 8, 2), (1, 3, 8, 8), (8, 8, 1), ()])
def test_what_is_no_picture_is_told_its_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"got an array of shape \(.*\); a picture is .*\(height, width, 3\)"):
        plots.show_image(np.zeros(shape))
    assert not plt.get_fignums()


def test_several_pictures_fill_rows_and_the_rest_stays_empty() -> None:
    pictures = [noise(9, 12, seed) for seed in range(5)]
    cells = plots.show_images(pictures, ["a", "b"], columns=3)
    assert cells.shape == (5,)
    assert len(cells[0].figure.axes) == 6
    assert [cell.get_title() for cell in cells] == ["a", "b", "", "", ""]
    assert not any(cell.axison for cell in cells[0].figure.axes)
    assert plots.show_images(pictures[:2], columns=4).shape == (2,)
    with pytest.raises(ValueError, match="got no pictures to draw"):
        plots.show_images([])


def test_a_matrix_is_drawn_with_its_numbers_in_their_places() -> None:
    axes = plots.plot_confusion_matrix([[1200, 1], [2, 8]], ["cats", "dogs"])
    texts = {(text.get_position()): text.get_text() for text in axes.texts}
    assert texts == {(0, 0): "1,200", (1, 0): "1", (0, 1): "2", (1, 1): "8"}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["cats", "dogs"]
    for text in axes.texts:  # white on dark, black on light
        assert (text.get_color() == "white") is (text.get_text() == "1,200")


def test_a_matrix_of_another_size_than_its_classes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got counts of shape \(2, 2\) for 3 classes; we need \(3, 3\)"):
        plots.plot_confusion_matrix([[1, 2], [3, 4]], ["a", "b", "c"])


def test_factors_of_ten_are_spaced_evenly_when_asked() -> None:
    assert DRAWINGS["line over factors of ten"]().get_xscale() == "log"
    assert DRAWINGS["line"]().get_xscale() == "linear"


def test_every_drawing_of_the_room_is_tried_here() -> None:
    tried = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names} | {"new_axes", "show_images"}
    public = {name for name, what in vars(plots).items() if callable(what) and what.__module__ == plots.__name__}
    assert {name for name in public if not name.startswith("_")} <= tried
