"""The explorers of lesson 05, without a browser: what they draw, what they say, and what their controls do."""

import math
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from helpers.explorers import activation_explorer as explorer
from helpers.explorers.activation_explorer.activation import STRIDE, ActivationView
from helpers.explorers.activation_explorer.depth import NAMES as STACKS
from helpers.explorers.activation_explorer.depth import DepthView
from helpers.explorers.activation_explorer.point import REACH, Point, describe_point
from helpers.explorers.activation_explorer.stack import FAR, LIMITS, Stack, describe_depth, describe_factors
from helpers.lessons.deep_stack import deep_stack, look_inside, make_activation, root_mean_square
from helpers.lessons.nonlinear import NON_LINEARITIES
from tests.explorers.telling import tell

pytest.importorskip("anywidget")
NAMES = list(NON_LINEARITIES)


class Told:
    """A view, told what a page would tell it."""

    def __init__(self, view: Any) -> None:
        self.view = view

    def tell(self, name: str, **told: Any) -> dict[str, Any]:
        """Do one act; return what the page is sent."""
        return tell(self.view, name, **told)

    def type(self, name: str, text: str) -> dict[str, Any]:
        return self.tell(name, value=text)

    def play(self) -> int:
        """Play to the end, and return how many frames that took."""
        answer = self.tell("play", value=True)
        frames = len(answer["frames"])
        while not answer["ended"] and frames < 1000:
            answer = self.tell("play", value="more", shown=[self.view.round, frames])
            frames += len(answer["frames"])
        self.tell("play", value=False, shown=[self.view.round, frames])
        return frames

    @property
    def state(self) -> Any:
        return self.view.state

    @property
    def sent(self) -> Any:
        return self.view.sent


def activation(name: str = "sigmoid", x: float = 1.0, alpha: float = 0.1) -> Told:
    return Told(ActivationView(Point(name, x, alpha)))


def depth(name: str = "sigmoid", layers: int = 20, scale: float = 1.0, alpha: float = 0.1) -> Told:
    return Told(DepthView(Stack(name, layers, scale, alpha)))


def numbers(packed: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(packed["bytes"], np.float32)


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
    assert describe_point("sigmoid", 0) == "sigmoid at x = 0: the value is 0.5, the slope is 0.25."
    said = describe_point("leaky_relu", -2, 0.3)
    assert said == "leaky ReLU with α = 0.3 at x = −2: the value is −0.6, the slope is 0.3."


# A stack


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize(("layers", "scale"), [(2, 0.5), (20, 1.0), (20, "He"), (50, 5.0), (51, "Xavier")])
def test_sizes_are_those_of_the_stack_that_the_lesson_looks_into(name: str, layers: int, scale: Any) -> None:
    stack = deep_stack([64] * (layers + 1) + [1], name, scale=scale, alpha=0.2, seed=1)
    found = look_inside(stack, np.random.default_rng(0).normal(size=(64, 64)))
    forward, back = explorer.stack_sizes(name, layers, scale, alpha=0.2)
    np.testing.assert_allclose(forward, [root_mean_square(layer.values) for layer in found], rtol=1e-3)
    np.testing.assert_allclose(back, [root_mean_square(layer.gradient) for layer in found], rtol=1e-3)


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
    assert wild.lines[-2].get_ydata().max() == FAR
    assert wild.get_title() == "50 linear layers, no activation function, scale 5"
    assert explorer.plot_depth("ReLU", 5, "He").get_title() == "5 layers of ReLU, scale He"


@pytest.mark.parametrize("layers", [1, 51, math.nan, "deep"])
def test_a_depth_that_is_none_gets_a_sentence(layers: Any) -> None:
    with pytest.raises(ValueError, match=r"got .* as depth; a number from 2 to 50 is needed"):
        explorer.plot_depth("ReLU", layers)


def test_the_words_say_when_a_size_lies_beyond_the_picture() -> None:
    edge = "drawn at its edge"
    assert edge not in describe_depth("none", 20, 1.0, explorer.stack_sizes("none", 20, 1.0))
    assert edge in describe_depth("none", 50, 5.0, explorer.stack_sizes("none", 50, 5.0))
    assert edge in describe_depth("sigmoid", 50, 1.0, explorer.stack_sizes("sigmoid", 50, 1.0))


def test_the_words_say_what_a_layer_multiplies_by() -> None:
    said = describe_factors((3 * 0.5 ** np.arange(10), 7 * 1.25 ** -np.arange(10.0)))
    assert "activations by 0.5 on their way forward, gradients by 1.25 on their way back" in said


# The activation explorer


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_the_function_and_its_slope_as_pytorch_has_them(name: str) -> None:
    told = activation("tanh" if name != "tanh" else "ReLU")
    told.tell("name", value=NAMES.index(name))
    told.type("alpha", "0,25")
    told.type("x", "−2.5")
    curve, slopes = told.sent["curve"]["items"][-1], told.sent["slopes"]["items"][-1]
    x = torch.tensor(numbers(curve["x"]), dtype=torch.float64, requires_grad=True)
    y = make_activation(name, 0.25)(x)
    y.sum().backward()
    assert (x[0], x[-1]) == (-REACH, REACH)
    np.testing.assert_allclose(numbers(curve["y"]), y.detach(), atol=1e-6)
    drawn, right = numbers(slopes["y"]), x.grad.numpy()
    kept = ~np.isnan(drawn)
    assert (~kept).sum() == ("ReLU" in name), "where there is no slope the line is interrupted"
    np.testing.assert_allclose(drawn[kept], right[kept], atol=1e-6)

    value, slope = (float(number) for number in NON_LINEARITIES[name].at(-2.5, 0.25))
    tangent, (point,), (height,) = told.sent["tangent"]["items"][0], *(told.sent[one]["handles"] for one in
                                                                       ("tangent", "height"))  # fmt: skip
    assert (point["x"], point["y"]) == (-2.5, pytest.approx(value))
    assert (height["x"], height["y"]) == (-2.5, pytest.approx(slope))
    ends, heights = numbers(tangent["x"]), numbers(tangent["y"])
    assert np.interp(-2.5, ends, heights) == pytest.approx(value, abs=1e-5)
    assert np.diff(heights)[0] / np.diff(ends)[0] == pytest.approx(slope, abs=1e-5)
    assert told.sent["said"]["lines"] == [describe_point(name, -2.5, 0.25)]
    assert describe_point(name, -2.5, 0.25) in told.sent["left"]["alt"]
    low, high = told.sent["left"]["y"]["limits"]
    assert low < y.min() < y.max() < high


@pytest.mark.parametrize("handle", ["point", "slope"])
def test_both_points_are_dragged_along_their_curves_and_a_drag_is_undone_as_one(handle: str) -> None:
    told = activation("GELU")
    before = dict(told.sent)
    for x in (0.5, -0.25, -1.37):
        told.tell(handle, gesture=4, x=x, y=99.0)
    value, slope = (float(number) for number in NON_LINEARITIES["GELU"].at(-1.37))
    assert told.state == Point("GELU", -1.37)
    for layer, height in (("tangent", value), ("height", slope)):
        (one,) = told.sent[layer]["handles"]
        assert (one["x"], one["y"]) == (-1.37, pytest.approx(height))
        along = one["along"]
        assert np.interp(-1.37, numbers(along["x"]), numbers(along["y"])) == pytest.approx(height, abs=1e-3)
    told.tell("undo")
    assert told.sent == before


def test_moving_the_point_sends_no_curve_again() -> None:
    told = activation()
    assert {*told.tell("point", x=2.0, y=0)["entries"]} == {
        "tangent", "height", "left", "right", "x", "said", "code", "undo",
    }  # fmt: skip
    assert len(told.sent["tangent"]["items"]) == len(told.sent["height"]["items"]) == 1, "what moves, and no curve"
    assert {*told.type("alpha", "0.3")["entries"]} == {"alpha", "code"}, "the sigmoid has no α"


@pytest.mark.parametrize(("field", "typed", "sentence"), [
    ("x", "50", "Got 50 as x; a number from −6 to 6 is needed."),
    ("x", "-6,5", "Got -6.5 as x; a number from −6 to 6 is needed."),
    ("x", "", "Got nothing; type a number such as 0.5, 1/9 or 1e-3."),
    ("alpha", "0", "Got 0 as α; a number from 0.01 to 0.99 is needed."),
    ("alpha", "1.5", "Got 1.5 as α; a number from 0.01 to 0.99 is needed."),
])  # fmt: skip
def test_a_number_out_of_range_gets_a_sentence_and_changes_nothing(field: str, typed: str, sentence: str) -> None:
    told = activation("leaky ReLU")
    before = dict(told.sent)
    assert told.type(field, typed)["refused"] == {"name": field, "why": sentence}
    assert told.sent == before


def test_alpha_can_be_set_only_where_it_counts() -> None:
    for made in (activation(), depth()):
        assert made.sent["alpha"]["off"]
        made.tell("name", value=made.sent["name"]["options"].index("leaky ReLU"))
        assert not made.sent["alpha"]["off"]


def test_play_lets_the_point_travel_to_the_right_and_from_the_left_again() -> None:
    told = activation("tanh", 5.0)
    assert told.play() == round(1 / STRIDE)
    assert told.state.x == REACH
    assert told.play() == round(2 * REACH / STRIDE)
    assert told.state.x == REACH
    told.tell("undo")
    assert told.state.x == REACH, "as before this play"
    told.tell("undo")
    assert told.state.x == 5.0


def test_a_pause_keeps_what_was_seen() -> None:
    told = activation("tanh", -6.0)
    told.tell("play", value=True)
    answer = told.tell("name", value=NAMES.index("GELU"), shown=[told.view.round, 4])
    assert told.view.frames[0][1] == Point("GELU", round(-6 + 4 * STRIDE, 6))
    assert answer["frames"], "another function plays on"
    told.tell("play", value=False, shown=[told.view.round, 2])
    assert told.state == Point("GELU", round(-6 + 6 * STRIDE, 6))


# The depth explorer


def test_the_depth_explorer_shows_the_sizes_of_the_stack_that_was_asked_for() -> None:
    told = depth()
    told.tell("name", value=STACKS.index("ReLU"))
    told.type("depth", "33")
    told.type("scale", "1,7")
    _, line, dots, other, squares = told.sent["lines"]["items"]
    sizes = explorer.stack_sizes("ReLU", 33, 1.7)
    for item, wanted in zip((line, dots, other, squares), (sizes[0], sizes[0], sizes[1], sizes[1]), strict=True):
        assert numbers(item["x"]).tolist() == list(range(1, 34))
        np.testing.assert_allclose(10.0 ** numbers(item["y"]), wanted, rtol=1e-4)
    said = describe_depth("ReLU", 33, 1.7, sizes)
    assert told.sent["said"]["lines"] == [said, describe_factors(sizes)]
    assert told.sent["sizes"]["alt"] == said
    assert told.sent["sizes"]["title"].endswith("33 layers of ReLU, scale 1.7")
    assert (told.sent["depth"]["value"], told.sent["scale"]["value"]) == ("33", "1.7")


def test_sizes_beyond_the_picture_stay_at_its_edge() -> None:
    for made in (depth("none", 50, 5.0), depth("sigmoid", 50, 0.1), depth("ReLU", 50, 0.1)):
        low, high = made.sent["sizes"]["y"]["limits"]
        for item in made.sent["lines"]["items"]:
            assert ((low <= numbers(item["y"])) & (numbers(item["y"]) <= high)).all()
    assert [label for _, label in made.sent["sizes"]["y"]["ticks"]] == [
        "10⁻¹²",
        "10⁻⁸",
        "10⁻⁴",
        "1",
        "10⁴",
        "10⁸",
        "10¹²",
    ]
    assert [power for power, _ in made.sent["sizes"]["y"]["ticks"]] == [*range(-12, 13, 4)]


def test_the_last_layer_is_dragged_to_another_depth_and_undone_as_one() -> None:
    told = depth()
    before = dict(told.sent)
    for x in (22, 30, 31):
        told.tell("last", gesture=4, x=x, y=0)
    assert told.state == Stack("sigmoid", 31)
    (last,) = told.sent["lines"]["handles"]
    assert (last["x"], last["limits"][:2], last["step"]) == (31, [2, 50], [1, 0])
    told.tell("undo")
    assert told.sent == before


@pytest.mark.parametrize(("field", "typed", "sentence"), [
    ("depth", "99", "Got 99 as depth; a whole number from 2 to 50 is needed."),
    ("depth", "2.5", "Got 2.5 as depth; a whole number from 2 to 50 is needed."),
    ("scale", "6", "Got 6 as scale; a number from 0.1 to 5 is needed."),
    ("scale", "big", "Got 'big'; type a number such as 0.5, 1/9 or 1e-3."),
])  # fmt: skip
def test_a_stack_that_is_none_gets_a_sentence(field: str, typed: str, sentence: str) -> None:
    told = depth()
    before = dict(told.sent)
    assert told.type(field, typed)["refused"] == {"name": field, "why": sentence}
    assert told.sent == before


@pytest.mark.parametrize("grows", ["scale", "depth"])
def test_play_lets_the_scale_or_the_depth_grow_and_then_from_the_lowest(grows: str) -> None:
    told = depth("tanh", 48, 4.9)
    told.tell("growing", value=["scale", "depth"].index(grows))
    low, high = LIMITS[grows]
    frames = told.play()
    assert getattr(told.state, grows) == high
    assert frames == {"scale": 5, "depth": 2}[grows]
    answer = told.tell("play", value=True)
    told.tell("play", value=False, shown=[told.view.round, len(answer["frames"])])
    assert low < getattr(told.state, grows) < low + 13
    others = {"scale": "depth", "depth": "scale"}
    assert getattr(told.state, others[grows]) == {"depth": 48, "scale": 4.9}[others[grows]]


def test_what_play_grows_is_sent_alone() -> None:
    told = depth("tanh")
    answer = told.tell("play", value=True)
    for frame in answer["frames"]:
        assert {*frame} <= {"lines", "sizes", "scale", "said", "code", "undo"}


# Both


@pytest.mark.parametrize(("make", "acts"), [
    (activation, [("name", 3), ("x", "-1/3"), ("alpha", "0,125")]),
    (depth, [("name", 4), ("depth", "7"), ("scale", "1/3"), ("alpha", "0.7")]),
])  # fmt: skip
def test_the_shown_code_brings_the_state_back(
    make: Any, acts: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = make()
    for name, value in acts:
        told.tell(name, value=value)
    shown: list[Any] = []
    for module in ("activation", "depth"):
        where = f"helpers.explorers.activation_explorer.{module}.show"
        monkeypatch.setattr(where, lambda make_widget, text: shown.append(make_widget))
    drawn: dict[str, Any] = dict(vars(explorer))
    exec(told.sent["code"]["text"], drawn)
    (widget,) = [make_widget() for make_widget in shown]
    for name, entry in told.sent.items():
        assert name == "undo" or widget.scene[name] == entry, name
    if make is activation:
        assert drawn["axes"][0].lines[-1].get_xydata().tolist() == [[-1 / 3, told.state.value]]
    else:
        assert drawn["axes"].get_title() == "7 layers of leaky ReLU, scale 0.333333"


def test_every_control_has_a_label_and_every_part_has_its_place() -> None:
    def names(place: Any) -> list[str]:
        inside = place.get("parts", []) if isinstance(place, dict) else place
        return [place] if isinstance(place, str) else [name for one in inside for name in names(one)]

    for made in (activation(), depth()):
        placed = [name for column in made.sent["layout"]["columns"] for name in names(column)]
        assert {*placed} == {name for name, entry in made.sent.items() if entry["kind"] not in ("layer", "layout")}
        labelled = [entry for entry in made.sent.values() if entry["kind"] in ("button", "field", "choice", "code")]
        assert all(entry["label"] for entry in labelled)


@pytest.mark.parametrize("wrong", [{"name": "sine"}, {"x": 7}, {"alpha": 0}])
def test_an_explorer_is_not_opened_on_what_is_no_point(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="got"):
        explorer.activation_explorer(**wrong)


@pytest.mark.parametrize("wrong", [{"name": "sine"}, {"depth": 1}, {"scale": 9}, {"alpha": 1}])
def test_an_explorer_is_not_opened_on_what_is_no_stack(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="got"):
        explorer.depth_explorer(**wrong)


def test_outside_a_notebook_the_words_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    explorer.activation_explorer("relu", x=2)
    explorer.depth_explorer("ReLU", depth=4, scale=1.5)
    said = capsys.readouterr().out
    assert "ReLU at x = 2: the value is 2, the slope is 1." in said
    assert 'plot_activation("ReLU", 2, alpha=0.1)' in said
    assert "4 layers of ReLU, scale 1.5: activations of size" in said
    assert 'plot_depth("ReLU", 4, 1.5, alpha=0.1)' in said
