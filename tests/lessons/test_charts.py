"""Charts of the lessons: they take arrays, return Axes, never show, and stand on opaque white."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from helpers.lessons import charts
from tests.drawings import check_keeps_to_its_axes, check_opaque_white
from tests.pictures import noise

pytestmark = pytest.mark.usefixtures("never_shown")

DRAWINGS: dict[str, Callable[..., Axes]] = {
    "histogram": lambda **k: charts.plot_histogram(noise(20, 30), **k),
    "accuracies": lambda **k: charts.plot_accuracies(
        ["a", "b"], [0.9, 0.8], [(0.85, 0.95), (0.7, 0.9)], baseline=0.5, **k
    ),
    "pixels": lambda **k: charts.plot_pixels(noise(3, 4), **k),
    "points": lambda **k: charts.plot_points([1, 2], [3, 4], xlabel="x", ylabel="y", names=["a", "b"], label="c", **k),
    "runs": lambda **k: charts.plot_runs([1, 2], [[3, 4], [5, 6]], xlabel="epoch", ylabel="loss", label="all", **k),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_returns_axes_on_opaque_white(name: str) -> None:
    check_opaque_white(DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_keeps_to_the_axes_it_is_given(name: str) -> None:
    check_keeps_to_its_axes(DRAWINGS[name])


def test_every_chart_of_the_room_is_tried_here() -> None:
    tried = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    public = {name for name, what in vars(charts).items() if callable(what) and what.__module__ == charts.__name__}
    assert {name for name in public if not name.startswith("_")} <= tried


@pytest.mark.parametrize("shape", [(3, 8, 8), (8,), (8, 8, 2), (1, 3, 8, 8), (8, 8, 1), ()])
def test_what_is_no_picture_is_told_its_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"got an array of shape \(.*\); a picture is .*\(height, width, 3\)"):
        charts.plot_histogram(np.zeros(shape))
    assert not plt.get_fignums()


def test_a_histogram_counts_every_pixel_of_every_channel() -> None:
    pixels = noise(20, 30)
    axes = charts.plot_histogram(pixels, bins=16)
    assert [line.get_label() for line in axes.lines] == ["red", "green", "blue"]
    for channel, line in enumerate(axes.lines):
        edges = np.linspace(pixels.min(), pixels.max(), 17)
        np.testing.assert_array_equal(line.get_ydata(), np.histogram(pixels[..., channel], edges)[0])
        assert line.get_ydata().sum() == 600
    assert len({line.get_linestyle() for line in axes.lines}) == 3  # told apart without colour


def test_a_histogram_of_one_single_value_works() -> None:
    assert charts.plot_histogram(np.full((4, 4, 3), 7, np.uint8)).lines[0].get_ydata().sum() == 16


def test_accuracies_stand_in_percent_with_their_intervals() -> None:
    axes = DRAWINGS["accuracies"]()
    np.testing.assert_allclose(axes.lines[0].get_xdata(), [90, 80])
    segments = axes.collections[0].get_segments()
    np.testing.assert_allclose([segment[:, 0] for segment in segments], [[85, 95], [70, 90]])
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b"]
    assert axes.get_yticks()[0] > axes.get_yticks()[1]  # the first on top


def test_a_drawn_pixel_bears_its_three_values_in_a_colour_that_can_be_read() -> None:
    pixels = np.array([[[0, 10, 20], [255, 254, 253]]], dtype=np.uint8)
    axes = charts.plot_pixels(pixels)
    found = {(round(text.get_position()[0]), text.get_text()): text.get_color() for text in axes.texts}
    assert found == {
        **dict.fromkeys([(0, "R 0"), (0, "G 10"), (0, "B 20")], "white"),
        **dict.fromkeys([(1, "R 255"), (1, "G 254"), (1, "B 253")], "black"),
    }
    heights = [text.get_position()[1] for text in axes.texts[:3]]
    assert heights == sorted(heights)  # rows grow downwards: red, green, blue from above
    np.testing.assert_array_equal(axes.images[0].get_array(), pixels)


@pytest.mark.parametrize("shape", [(13, 4, 3), (4, 13, 3), (4, 4), (3, 4, 4), (4, 4, 4)])
def test_more_pixels_than_can_be_read_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"got shape \(.*\); cut out a few pixels first, such as picture\[:4, :4\]"):
        charts.plot_pixels(np.zeros(shape, np.uint8))
    assert not plt.get_fignums()


def test_points_lie_where_they_are_said_to_with_their_names() -> None:
    axes = DRAWINGS["points"]()
    np.testing.assert_array_equal(axes.collections[0].get_offsets(), [[1, 3], [2, 4]])
    assert [(text.get_text(), text.xy) for text in axes.texts] == [("a", (1, 3)), ("b", (2, 4))]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["c"]
    many = charts.plot_points(range(60), range(60), xlabel="x", ylabel="y")
    assert len(many.collections[0].get_facecolors()) == 0  # hollow
    assert len(axes.collections[0].get_facecolors()) > 0


def test_runs_show_every_result_their_mean_and_their_range() -> None:
    axes = DRAWINGS["runs"]()
    mean, dots = axes.lines
    np.testing.assert_array_equal(mean.get_xydata(), [[1, 4], [2, 5]])
    np.testing.assert_array_equal(dots.get_xydata(), [[1, 3], [2, 4], [1, 5], [2, 6]])
    band = axes.collections[0].get_paths()[0].vertices
    assert {tuple(corner) for corner in band.tolist()} == {(1, 3), (1, 5), (2, 4), (2, 6)}
    for wrong in ([1, 2], [[1, 2, 3]]):
        with pytest.raises(ValueError, match=r"got runs of shape .*; we need one row a run, each with 2 values"):
            charts.plot_runs([1, 2], wrong, xlabel="x", ylabel="y")
