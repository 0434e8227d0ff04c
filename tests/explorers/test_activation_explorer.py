"""The explorers of lesson 05: what they draw, what they say, and that the widgets show what the functions draw."""

import io
import math
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers.explorers import activation_explorer as explorer
from helpers.lessons.nonlinear import NON_LINEARITIES

NAMES = list(NON_LINEARITIES)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(float)


def twin(box: Any) -> Figure:
    """An empty figure of the form that a widget draws on."""
    width, height = Image.open(io.BytesIO(picture(box).value)).size
    # 8.2 inches are 820 pixels, or 819 where Matplotlib drops the fraction that a product of decimals leaves.
    figure = Figure(figsize=(round(width / 100, 1), round(height / 100, 1)), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def drawn(figure: Figure) -> np.ndarray:
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(float)


def parts(box: Any) -> dict[str, Any]:
    """The controls of a widget by what a reader sees of them."""
    found: dict[str, Any] = {}
    for child in box.children:
        for control in [child, *getattr(child, "children", ())]:
            if getattr(control, "description", ""):
                found[control.description] = control
    return found


def picture(box: Any) -> Any:
    return next(child for child in box.children if type(child).__name__ == "Image")


def words(box: Any) -> str:
    return next(child.value for child in box.children if type(child).__name__ == "HTML")


def buttons(box: Any) -> Any:
    return box.children[0]


# One function at one point


@pytest.mark.parametrize("name", NAMES)
def test_the_curve_the_tangent_and_the_points_are_where_they_belong(name: str) -> None:
    left, right = explorer.plot_activation(name, -1.5, alpha=0.2)
    value, slope = (float(number) for number in NON_LINEARITIES[name].at(-1.5, 0.2))
    curve, tangent, point = [line for line in left.lines if len(line.get_xdata()) != 2 or line.get_linestyle() == "--"]
    x, y = curve.get_data()
    np.testing.assert_allclose(y, NON_LINEARITIES[name].at(x, 0.2)[0])
    ends, heights = tangent.get_data()
    assert (heights[1] - heights[0]) / (ends[1] - ends[0]) == pytest.approx(slope)
    assert np.interp(-1.5, ends, heights) == pytest.approx(value)
    assert point.get_xydata().tolist() == [[-1.5, pytest.approx(value)]]
    x, y = next(line for line in right.lines if len(line.get_xdata()) > 2).get_data()
    np.testing.assert_allclose(y, NON_LINEARITIES[name].at(x, 0.2)[1])
    assert right.lines[-1].get_xydata().tolist() == [[-1.5, pytest.approx(slope)]]
    assert left.figure.get_facecolor() == (1, 1, 1, 1)


def test_everything_drawn_lies_inside_the_picture() -> None:
    for name in NAMES:
        for x in (-6, 0, 6):
            left, right = explorer.plot_activation(name, x, alpha=0.99)
            for axes in (left, right):
                low, high = axes.get_ylim()
                assert low <= axes.lines[-1].get_ydata()[0] <= high
        plt.close("all")


@pytest.mark.parametrize("x", [-6.1, 7, math.nan, math.inf, "far", None])
def test_a_point_off_the_axis_gets_a_sentence(x: Any) -> None:
    with pytest.raises(ValueError, match=r"got .* as x; a number from −6 to 6 is needed"):
        explorer.plot_activation("ReLU", x)
    assert not plt.get_fignums()


def test_the_point_in_words() -> None:
    assert explorer.describe_point("sigmoid", 0) == "sigmoid at x = 0: the value is 0.5, the slope is 0.25."
    said = explorer.describe_point("leaky_relu", -2, 0.3)
    assert said == "leaky ReLU with α = 0.3 at x = -2: the value is -0.6, the slope is 0.3."


# A stack


def test_sizes_grow_and_shrink_by_the_scale() -> None:
    """Linear layers of scale s multiply sizes by about s, forward and back."""
    for scale in (0.5, 1.0, 2.0):
        forward, back = explorer.stack_sizes("none", 20, scale)
        assert forward[-1] / forward[0] == pytest.approx(scale**19, rel=0.7)
        assert back[0] / back[-1] == pytest.approx(scale**19, rel=0.7)


def test_depth_draws_the_sizes_and_keeps_those_that_are_far_away_at_the_edge() -> None:
    axes = explorer.plot_depth("tanh", 12, 1.2)
    forward, back = axes.lines[-2:]
    np.testing.assert_allclose([forward.get_ydata(), back.get_ydata()], explorer.stack_sizes("tanh", 12, 1.2))
    assert forward.get_xdata().tolist() == list(range(1, 13))
    assert axes.get_title() == "12 layers of tanh, scale 1.2"
    assert axes.get_yscale() == "log"
    wild = explorer.plot_depth("none", 50, 5.0)
    assert wild.lines[-2].get_ydata().max() == explorer.FAR
    assert wild.get_title() == "50 linear layers, no bend, scale 5"
    assert explorer.plot_depth("ReLU", 5, "He").get_title() == "5 layers of ReLU, scale He"


@pytest.mark.parametrize("depth", [1, 51, math.nan, "deep"])
def test_a_depth_that_is_none_gets_a_sentence(depth: Any) -> None:
    with pytest.raises(ValueError, match=r"got .* as depth; a number from 2 to 50 is needed"):
        explorer.plot_depth("ReLU", depth)


# The widgets


@pytest.mark.parametrize("name", NAMES)
def test_the_widget_shows_what_the_function_draws(name: str) -> None:
    box = explorer.make_activation_widget("tanh", 1.0, 0.1)
    controls = parts(box)
    buttons(box).value = name
    controls["α"].value = 0.25
    controls["x ="].value = -2.5
    shown = pixels(picture(box).value)
    figure = twin(box)
    figure.subplots_adjust(left=0.06, right=0.985, bottom=0.17, top=0.89, wspace=0.16)
    explorer.plot_activation(name, -2.5, alpha=0.25, axes=figure.subplots(1, 2))
    assert np.abs(shown - drawn(figure)).mean() < 0.05
    assert explorer.describe_point(name, -2.5, 0.25) in words(box)
    controls["x"].value = 3.0
    assert np.abs(pixels(picture(box).value) - drawn(figure)).mean() > 0.1
    assert controls["x ="].value == 3.0
    assert not plt.get_fignums(), "a figure of pyplot's would be shown below the cell"


def test_the_words_say_when_a_size_lies_beyond_the_picture() -> None:
    edge = "drawn at its edge"
    assert edge not in explorer.describe_depth("none", 20, 1.0, explorer.stack_sizes("none", 20, 1.0))
    assert edge in explorer.describe_depth("none", 50, 5.0, explorer.stack_sizes("none", 50, 5.0))
    assert edge in explorer.describe_depth("sigmoid", 50, 1.0, explorer.stack_sizes("sigmoid", 50, 1.0))


def test_the_depth_widget_shows_what_the_function_draws() -> None:
    box = explorer.make_depth_widget("sigmoid", 20, 1.0)
    controls = parts(box)
    buttons(box).value = "ReLU"
    controls["depth ="].value = 33
    controls["scale"].value = 1.7
    figure = twin(box)
    figure.subplots_adjust(left=0.09, right=0.985, bottom=0.15, top=0.9)
    axes = explorer.plot_depth("ReLU", 33, 1.7, ax=figure.subplots())
    axes.set_title("")
    assert np.abs(pixels(picture(box).value) - drawn(figure)).mean() < 0.05
    said = explorer.describe_depth("ReLU", 33, 1.7, explorer.stack_sizes("ReLU", 33, 1.7))
    assert said in words(box)
    assert controls["depth"].value == 33
    assert controls["scale ="].value == 1.7


def test_moving_back_gives_the_first_picture_again() -> None:
    box = explorer.make_activation_widget("GELU", 1.0)
    first = picture(box).value
    parts(box)["x"].value = -4.0
    assert picture(box).value != first
    parts(box)["x"].value = 1.0
    assert picture(box).value == first, "nothing of the earlier point is left in the background"


def test_a_sheet_keeps_its_background_and_nothing_of_what_moved() -> None:
    figure = Figure(figsize=(2, 1))
    axes, sheet, backgrounds = figure.subplots(), explorer.Sheet(figure), []
    axes.set(xlim=(0, 1), ylim=(-1, 2))
    shown = [
        sheet.png(key, lambda: backgrounds.append(1), lambda at=at: axes.plot([0, 1], [at, at], color="black"))
        for key, at in [("a", 0), ("a", 1), ("a", 0), ("b", 0)]
    ]
    assert len(backgrounds) == 2
    assert shown[0] == shown[2] != shown[1]
    assert not axes.lines


@pytest.mark.parametrize(("field", "wrong"), [("x =", 50.0), ("x =", -6.5), ("α =", 0.0), ("α =", 1.5)])
def test_a_number_out_of_range_gets_a_sentence_and_changes_nothing(field: str, wrong: float) -> None:
    box = explorer.make_activation_widget("leaky ReLU", 1.0)
    before = picture(box).value
    parts(box)[field].value = wrong
    assert f"got {wrong} as {field[0]}; a number from" in words(box)
    assert "The picture stays as it was." in words(box)
    assert picture(box).value == before


def test_the_sentence_goes_when_the_old_number_is_typed_again() -> None:
    box = explorer.make_activation_widget("tanh", 1.0)
    parts(box)["x ="].value = 50.0
    parts(box)["x ="].value = 1.0
    assert explorer.describe_point("tanh", 1) in words(box)


def test_a_number_between_two_steps_stays_as_it_was_typed() -> None:
    """The slider reports its nearest step back; that is no move of the reader's."""
    box = explorer.make_activation_widget("tanh", 1.0)
    controls = parts(box)
    controls["x ="].value = 1.23
    controls["x"].value = 1.2000000000000002  # what the browser sends
    assert controls["x ="].value == 1.23
    assert explorer.describe_point("tanh", 1.23) in words(box)
    controls["x"].value = 1.4000000000000004
    assert controls["x ="].value == 1.4


def test_alpha_can_be_set_only_where_it_counts() -> None:
    box = explorer.make_activation_widget("sigmoid")
    controls = parts(box)
    assert controls["α"].disabled
    assert controls["α ="].disabled
    buttons(box).value = "leaky ReLU"
    assert not controls["α"].disabled
    assert not controls["α ="].disabled


def test_every_control_has_a_label_and_the_boxes_have_their_classes() -> None:
    for make, css_class, labels in (
        (explorer.make_activation_widget, "whole-game-activation-explorer", ["function", "x", "x =", "α", "α ="]),
        (explorer.make_depth_widget, "whole-game-depth-explorer",
         ["function", "depth", "depth =", "scale", "scale =", "α", "α ="]),
    ):  # fmt: skip
        box = make()
        assert css_class in box._dom_classes
        assert list(parts(box)) == labels


def test_outside_a_notebook_the_words_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    explorer.activation_explorer("ReLU", x=2)
    explorer.depth_explorer("ReLU", depth=4, scale=1.5)
    said = capsys.readouterr().out
    assert "ReLU at x = 2: the value is 2, the slope is 1." in said
    assert "plot_activation('ReLU', 2, alpha=0.1)" in said
    assert "4 layers of ReLU, scale 1.5: activations of size" in said
    assert "plot_depth('ReLU', 4, 1.5)" in said
