"""Drawings: they take arrays, return Axes, never show, and stand on opaque white."""

import itertools
import warnings
from collections.abc import Callable

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from helpers import plots
from helpers.plots.axes import shrinking
from tests.drawings import check_keeps_to_its_axes, check_opaque_white
from tests.pictures import noise

pytestmark = pytest.mark.usefixtures("never_shown")

DRAWINGS: dict[str, Callable[..., Axes]] = {
    "image": lambda **k: plots.show_image(noise(20, 30), "a title", **k),
    "image with its grid": lambda **k: plots.show_image(noise(20, 30), grid=True, **k),
    "line": lambda **k: plots.plot_line([1, 2, 3], [3, 1, 2], xlabel="step", ylabel="loss", label="one", **k),
    "line over factors of ten": lambda **k: plots.plot_line([1, 10], [1, 2], xlabel="x", ylabel="y", log_x=True, **k),
    "range test": lambda **k: plots.plot_range_test(
        [1e-3, 1e-2, 1e-1], [2.0, 1.0, 3.0], np.array([2.0, 1.4, 2.0]), {"steepest": 3e-3, "valley": 1e-2}, **k
    ),
    "confusion matrix": lambda **k: plots.plot_confusion_matrix([[9, 1], [2, 8]], ["cats", "dogs"], **k),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_returns_axes_on_opaque_white(name: str) -> None:
    check_opaque_white(DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_keeps_to_the_axes_it_is_given(name: str) -> None:
    check_keeps_to_its_axes(DRAWINGS[name])


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
    tried |= {"lettering", "wrapped"}  # text for figures, which has tests of its own
    assert {name for name in plots.__all__ if callable(getattr(plots, name))} <= tried


# Values ---------------------------------------------------------------------------------------------------------------


def brightness(pixels: object, **choices: object) -> float:
    """Return the mean of what stands in the middle of a drawing, 0 to 255."""
    axes = plots.show_image(pixels, **choices)
    FigureCanvasAgg(axes.figure).draw()
    box = axes.get_window_extent()
    sheet = np.asarray(axes.figure.canvas.buffer_rgba())[::-1, :, :3]
    return float(sheet[int(box.y0) + 5 : int(box.y1) - 5, int(box.x0) + 5 : int(box.x1) - 5].mean())


@pytest.mark.parametrize("shape", [(20, 20, 3), (20, 20)], ids=["colour", "grey"])
@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (100, np.uint8, 100),
        (100, np.int64, 100),
        (100, np.uint16, 100),
        (100, np.float64, 100),
        (127.5, np.float32, 127.5),
        (255, np.float64, 255),
        (0.4, np.float64, 102),
        (0.4, np.float16, 102),
        (1.0, np.float32, 255),
        (1.0000004, np.float32, 255),  # what arithmetic leaves of 1
        (-1e-9, np.float64, 0),
        (True, bool, 255),
        (0, np.int32, 0),
    ],
)
def test_a_value_is_drawn_as_bright_as_it_is(shape: tuple, value: float, kind: type, expected: float) -> None:
    assert brightness(np.full(shape, value, kind)) == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([-0.5, 1.0], "from -0.5 to 1"),
        ([0.0, 256.5], "from 0 to 256.5"),
        ([0.0, 1.5], "from 0 to 1.5"),
        ([-3, 200], "from -3 to 200"),
        ([0, 65535], "from 0 to 6.554e\\+04"),
    ],
)
def test_values_that_are_no_brightness_are_refused_with_what_to_type(values: list, said: str) -> None:
    for shape in ((2, 1), (1, 2)):
        grey = np.array(values).reshape(shape)
        for pixels in (grey, np.repeat(grey[..., None], 3, axis=2)):
            with pytest.raises(ValueError, match=rf"{said}; a picture holds 0 to 255 or 0.0 to 1.0"):
                plots.show_image(pixels)
            plots.show_image((pixels - pixels.min()) / (pixels.max() - pixels.min()))  # as the message says


@pytest.mark.parametrize("wrong", [np.full((2, 2), "a"), np.zeros((2, 2), complex), np.full((2, 2), None)], ids=str)
def test_what_is_no_number_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a picture holds 0 to 255"):
        plots.show_image(wrong)


def test_a_camera_s_picture_stands_upright_and_colours_are_colours() -> None:
    picture = Image.fromarray(noise(20, 30))
    picture.getexif()[0x0112] = 6
    drawn = plots.show_image(picture).images[0].get_array()
    np.testing.assert_array_equal(drawn, np.rot90(noise(20, 30), -1))
    palette = Image.fromarray(noise(20, 30)).quantize(16)
    np.testing.assert_array_equal(plots.show_image(palette).images[0].get_array(), np.asarray(palette.convert("RGB")))


def test_a_picture_stands_on_its_feet_whatever_the_reader_has_set() -> None:
    top_bright = np.zeros((20, 20), np.uint8)
    top_bright[:10] = 255
    with mpl.rc_context({"image.origin": "lower"}):
        axes = plots.show_image(top_bright)
        FigureCanvasAgg(axes.figure).draw()
        box = axes.get_window_extent()
        sheet = np.asarray(axes.figure.canvas.buffer_rgba())[::-1, :, 0]  # rows from the foot
        column = int((box.x0 + box.x1) / 2)
        assert sheet[int(box.y1) - 8, column] == 255
        assert sheet[int(box.y0) + 8, column] == 0


# Any number of classes, any name --------------------------------------------------------------------------------------


def many(count: int, letters: int) -> tuple[np.ndarray, list[str]]:
    """Return a matrix of `count` classes, and that many different names of about so many letters, some of them wide."""
    generator = np.random.default_rng(count)
    matrix = np.diag(generator.integers(1, 60, count))
    matrix[generator.integers(0, count, count), generator.integers(0, count, count)] += 1
    names = ["".join(generator.choice(list("abcij_W- "), letters)) for _ in range(count)]
    return matrix, [f"{number}{name}"[:letters] if letters > 4 else str(number) for number, name in enumerate(names)]


@pytest.mark.parametrize(
    ("count", "letters"),
    [(2, 1), (2, 18), (2, 60), (4, 26), (11, 60), (30, 12), (45, 60), (100, 20), (200, 9), (1000, 60)],
)
def test_a_matrix_of_any_size_can_be_read(count: int, letters: int) -> None:
    axes = plots.plot_confusion_matrix(*many(count, letters))
    figure = axes.figure
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(figure).draw()
    width, height = figure.get_size_inches() * figure.dpi
    assert width * height < 5e6
    across, down = (
        [tick.get_window_extent() for tick in ticks] for ticks in (axes.get_xticklabels(), axes.get_yticklabels())
    )
    assert len(across) == len(down) >= min(count, 100)
    assert all(one.x1 <= two.x0 + 1 for one, two in itertools.pairwise(across))  # a pixel, for rounding
    assert all(one.y0 >= two.y1 - 1 for one, two in itertools.pairwise(down))
    for box in (*across, *down, axes.xaxis.label.get_window_extent(), axes.yaxis.label.get_window_extent()):
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width + 1
        assert box.y1 <= height + 1
    assert axes.get_window_extent().width > max(150, 1.2 * count)  # a pixel for every class, and more
    assert min(tick.get_fontsize() for tick in axes.get_yticklabels()) >= 6


def test_every_class_is_named_while_there_is_room_and_by_its_own_row() -> None:
    for count, every in ((100, 1), (200, 2), (1000, 8)):
        matrix, names = many(count, 8)
        axes = plots.plot_confusion_matrix(matrix, names)
        for ticks, places in ((axes.get_xticklabels(), axes.get_xticks()), (axes.get_yticklabels(), axes.get_yticks())):
            assert [int(place) for place in places] == list(range(0, count, every))
            assert [tick.get_text() for tick in ticks] == names[::every]


def test_of_many_classes_colours_show_the_counts_and_few_stand_out_beside_many() -> None:
    matrix = np.diag(np.full(60, 400))
    matrix[3, 50] = 4
    axes = plots.plot_confusion_matrix(matrix, [str(number) for number in range(60)])
    assert not axes.texts
    image = axes.images[0]
    assert image.colorbar is not None
    assert image.norm(4) == pytest.approx(0.1)  # a tenth of the way, and not a hundredth
    assert plots.plot_confusion_matrix(matrix[:30, :30], list(map(str, range(30)))).texts


@pytest.mark.parametrize("dpi", [72, 300, 600])
def test_a_matrix_stays_small_at_any_resolution(dpi: int) -> None:
    with mpl.rc_context({"figure.dpi": dpi}):
        for count, letters in ((12, 60), (1000, 60)):
            figure = plots.plot_confusion_matrix(*many(count, letters)).figure
            assert np.prod(figure.get_size_inches() * figure.dpi) < 25e6


def test_large_counts_fit_into_their_cells() -> None:
    axes = plots.plot_confusion_matrix(np.full((12, 12), 1_234_567), [str(number) for number in range(12)])
    FigureCanvasAgg(axes.figure).draw()
    cell = axes.get_window_extent().width / 12
    assert max(text.get_window_extent().width for text in axes.texts) < cell


def test_names_of_classes_are_no_formulas() -> None:
    axes = plots.plot_confusion_matrix([[9, 1], [2, 8]], ["$5 and $10", "a$_b_$"])
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["$5 and $10", "a$_b_$"]
    FigureCanvasAgg(axes.figure).draw()
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels(), plots.show_image(noise(9, 9), "a$_b_$").title):
        assert not tick.get_parse_math()


@pytest.mark.parametrize("columns", [1, 4])
def test_long_titles_are_broken_and_never_touch(columns: int) -> None:
    titles = [
        "golden_retriever 61 %, is labrador_retriever",
        "W" * 60,
        "cats 99 %",
        "n02098105-soft-coated_wheaten 5 %",
    ]
    cells = plots.show_images([noise(20, 30)] * 4, titles, columns=columns)
    figure = cells[0].figure
    FigureCanvasAgg(figure).draw()
    boxes = [cell.title.get_window_extent() for cell in cells]
    pictures = [cell.get_window_extent() for cell in cells]
    for one, two in itertools.combinations([*boxes, *pictures], 2):
        assert not (one.x0 < two.x1 - 1 and two.x0 < one.x1 - 1 and one.y0 < two.y1 - 1 and two.y0 < one.y1 - 1)
    assert all(box.x0 >= 0 and box.x1 <= figure.get_size_inches()[0] * figure.dpi for box in boxes)
    alone = plots.show_image(noise(20, 30), "W" * 60)
    FigureCanvasAgg(alone.figure).draw()
    assert alone.title.get_window_extent().x0 >= 0


def test_a_sheet_of_many_pictures_stays_below_25_megapixels() -> None:
    assert shrinking(9.2, 2.15) == 1
    for width, height in ((9.2, 537.0), (2300.0, 2.15), (200.0, 200.0)):
        factor = shrinking(width, height)
        assert 1e4 * factor**2 * width * height < 25e6
        assert 100 * factor * max(width, height) < 2**16
