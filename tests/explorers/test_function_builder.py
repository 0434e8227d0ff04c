"""The function builder without a browser: its state, its picture, and what the page is told of it."""

import copy
import timeit
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from helpers.explorers.function_builder import Builder, plot_builder
from helpers.explorers.function_builder.pulling import NEAR, added_bend, moved_bend, pulled_end
from helpers.explorers.function_builder.state import ACROSS, MOST_RELUS, MOST_STEPS
from helpers.explorers.function_builder.view import BuilderView, function_builder, widest_gap
from helpers.lessons.relu_sums import ReluSum, descend, interpolate, random_sum, target
from helpers.plots import FIRST
from tests.explorers.telling import tell

HAT = ReluSum([-0.5, 0.0, 0.5], [2, -4, 2])


def drawn(item: dict[str, Any]) -> np.ndarray:
    """Return the x and y of a line or of points in a scene."""
    return np.array([np.frombuffer(item[axis]["bytes"], "<f4") for axis in "xy"])


def handles(view: BuilderView) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for entry in view.sent.values() for one in entry.get("handles", [])}


def test_relus_are_added_changed_and_removed() -> None:
    builder = Builder("hill")
    builder.add(-0.5, 2.0)
    builder.add(0.0, -4.0)
    builder.add(0.5, 2.0, -1)
    assert builder.chosen == 2
    builder.change("side", 1)
    builder.change("bias", 0.25)
    builder.choose(2)
    builder.change("place", 0.1)
    builder.change("slope", -3.5)
    assert (
        builder.function.code()
        == "ReluSum(places=[-0.5, 0.1, 0.5], slopes=[2.0, -3.5, 2.0], sides=[1, 1, 1], bias=0.25)"
    )
    builder.remove()
    assert builder.function.places.tolist() == [-0.5, 0.5]
    assert builder.function.bias == 0.25
    builder.remove()
    builder.remove()
    assert builder.function.count == 0
    with pytest.raises(ValueError, match="no ReLU to remove"):
        builder.remove()


def test_a_change_by_hand_leaves_an_earlier_function_as_it_was() -> None:
    builder = Builder("hill", ReluSum([0.0], [1.0]))
    before = builder.function
    builder.change("place", 0.5)
    assert before.places.tolist() == [0.0]


def test_loss_and_gap_are_measured_on_the_curve_that_is_followed() -> None:
    builder = Builder("hill", ReluSum(bias=0.5))
    off = 0.5 - target("hill", ACROSS)
    assert builder.now.loss == pytest.approx(np.mean(off**2))
    assert builder.gap == pytest.approx(np.abs(off).max())
    builder.choose_curve("jump")
    assert builder.gap == pytest.approx(1.0)
    assert "follow the jump" in builder.words


def test_steps_are_those_of_descend_and_reset_goes_back() -> None:
    builder = Builder("wave", random_sum(8, seed=1), rate=0.05)
    start = builder.function
    *_, wanted = descend(start, ACROSS, target("wave", ACROSS), rate=0.05, steps=40)
    assert builder.step(25)
    assert builder.step(15)
    np.testing.assert_array_equal(builder.function(ACROSS), wanted.function(ACROSS))
    assert builder.losses[-1] == wanted.loss
    assert len(builder.losses) == 41
    builder.reset()
    assert builder.function is start
    assert builder.steps == 0


def test_a_change_by_hand_begins_a_new_descent_there() -> None:
    builder = Builder("wave", random_sum(8, seed=1))
    builder.step(20)
    builder.change("slope", 3.0)
    assert builder.steps == 0
    changed = builder.function
    builder.step(5)
    builder.reset()
    assert builder.function is changed


def test_another_rate_goes_on_from_where_we_are() -> None:
    builder = Builder("wave", random_sum(8, seed=1), rate=0.02)
    builder.step(10)
    builder.set_rate(0.05)
    builder.step(10)
    assert builder.steps == 20


def test_a_descent_that_runs_away_stops_and_says_so() -> None:
    builder = Builder("wave", random_sum(8, seed=1), rate=2.0)
    builder.step(500)
    assert builder.ended
    assert not builder.step()
    assert "would run away" in builder.words
    assert np.isfinite(builder.function(ACROSS)).all()
    builder.reset()
    assert not builder.ended
    builder.set_rate(0.01)
    assert builder.step(MOST_STEPS + 100)
    assert builder.steps == MOST_STEPS
    assert builder.ended


def test_the_code_brings_the_state_back() -> None:
    builder = Builder("zigzag", ReluSum([-0.5, 0.25], [1.5, -2.25], [1, -1], 0.125))
    found: dict[str, Any] = {"ReluSum": ReluSum, "Builder": Builder, "plot_builder": plot_builder}
    exec(builder.code, found)
    again = Builder("zigzag", found["function"])
    np.testing.assert_array_equal(again.function(ACROSS), builder.function(ACROSS))
    assert [len(ax.lines) for ax in found["axes"]] == [len(ax.lines) for ax in plot_builder(again)]
    plt.close("all")


def test_the_formula_computes_what_the_function_computes() -> None:
    builder = Builder("wave", ReluSum([0.5, -0.25, 0.0], [1.5, -2.0, 1.0], [1, -1, -1], -0.5))
    lines = [line[2:].split(": ")[-1] for line in builder.formula.splitlines()]
    text = builder.formula.splitlines()[0].removeprefix("f(x) = ") + "".join(lines[1:])
    for old, new in (("−", "-"), ("·", "*")):
        text = text.replace(old, new)
    for x in (-0.9, -0.1, 0.3, 0.8):
        value = eval(text, {"relu": lambda inner: max(inner, 0), "x": x})
        assert value == pytest.approx(float(builder.function(x)))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda builder: builder.add(place=3), "got 3 as place; a number from −1 to 1"),
        (lambda builder: builder.change("slope", "steep"), "got 'steep' as slope"),
        (lambda builder: builder.change("bias", 9), "got 9 as bias"),
        (lambda builder: builder.choose(5), "got 5 as ReLU number; a whole number from 1 to 1"),
        (lambda builder: builder.choose(0.5), "a whole number"),
        (lambda builder: builder.scatter(100), "got 100 as ReLUs; a whole number from 1 to 30"),
        (lambda builder: builder.scatter(5, -1), "got -1 as seed"),
        (lambda builder: builder.set_rate(0), "got 0 as rate"),
        (lambda builder: builder.choose_curve("hole"), "got 'hole'"),
        (lambda builder: builder.start_from(random_sum(40)), "30 at most"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_and_changes_nothing(act: Any, words: str) -> None:
    builder = Builder("hill", ReluSum([0.0], [1.0]))
    with pytest.raises(ValueError, match=words):
        act(builder)
    assert builder.code == Builder("hill", ReluSum([0.0], [1.0])).code


def test_there_is_a_most() -> None:
    builder = Builder("hill", random_sum(MOST_RELUS))
    with pytest.raises(ValueError, match="which is the most"):
        builder.add()


def test_the_picture_draws_the_sum_its_bends_and_its_pieces() -> None:
    function = ReluSum([-0.33, 0.47], [1.0, -2.0])
    large, small, losses = plot_builder(Builder("hill", function))
    line = next(line for line in large.lines if line.get_color() == FIRST and len(line.get_xdata()) > 10)
    np.testing.assert_allclose(line.get_ydata(), function(line.get_xdata()))
    assert {-0.33, 0.47} <= set(np.round(line.get_xdata(), 9)), "every bend is a point of the line"
    marks = large.lines[-1]
    np.testing.assert_allclose(marks.get_xdata(), [-0.33, 0.47])
    pieces = [piece for piece in small.lines if len(piece.get_xdata()) > 10]
    np.testing.assert_allclose(sum(piece.get_ydata() for piece in pieces), function(pieces[0].get_xdata()))
    assert [piece.get_linewidth() > 2 for piece in pieces] == [True, False]
    assert losses.get_yscale() == "log"
    assert large.figure.get_facecolor() == to_rgba("white")
    plt.close("all")


def test_your_points_are_followed_and_nothing_else() -> None:
    builder = Builder("zigzag", ReluSum([0.0], [1.0], bias=0.5))
    builder.choose_curve("your points")
    assert builder.points == [(-1.0, 0.0), (-0.5, 1.0), (0.0, -0.5), (0.5, 0.5), (1.0, 0.0)]
    builder.add_point(0.25, -1.2)
    builder.remove_point()
    builder.add_point(-0.75, 1.5)
    x, y = np.array(builder.points).T
    off = 0.5 + np.maximum(0, x) - y
    assert builder.now.loss == pytest.approx(np.mean(off**2))
    assert builder.gap == pytest.approx(np.abs(off).max())
    assert "follows your 6 points" in builder.words
    *_, wanted = descend(builder.function, x, y, rate=builder.rate, steps=7)
    builder.step(7)
    assert builder.now.loss == pytest.approx(wanted.loss)
    builder.add_point(1, 1)
    assert builder.steps == 0
    builder.choose_curve("hill")
    assert "follows the hill" in builder.words
    builder.add_point(0, 0)
    assert builder.curve == "your points"
    assert len(builder.points) == 8


def test_a_point_outside_or_too_many_or_the_last_are_told() -> None:
    builder = Builder("your points", points=[(0, 1)])
    assert builder.words == "0 ReLUs follow your 1 point. Loss 1, largest gap 1."
    with pytest.raises(ValueError, match="got 3 as x; a number from −1 to 1 is needed"):
        builder.add_point(3, 0)
    with pytest.raises(ValueError, match="there must be a point to follow"):
        builder.remove_point()
    with pytest.raises(ValueError, match="got 9 as y"):
        Builder("your points", points=[(0, 9)])
    for number in range(99):
        builder.add_point(number / 100, 0)
    with pytest.raises(ValueError, match="100 points, which is the most"):
        builder.add_point(0, 0)
    assert len(builder.points) == 100


def test_the_code_brings_points_back() -> None:
    builder = Builder("your points", ReluSum([0.25], [-1.5]), points=[(0.5, -0.25), (-1, 1)])
    found: dict[str, Any] = {"ReluSum": ReluSum, "Builder": Builder, "plot_builder": lambda one: one}
    exec(builder.code, found)
    assert found["builder"].words == builder.words
    assert found["builder"].points == builder.points


def test_a_race_starts_from_here_and_its_losses_are_drawn_and_said() -> None:
    builder = Builder("wave", random_sum(8, seed=1), rate=0.02)
    builder.step(10)
    here = builder.function
    builder.race()
    assert builder.function is here
    assert builder.steps == 0
    *_, plain = descend(here, ACROSS, target("wave", ACROSS), rate=0.02, steps=200, momentum=0)
    assert builder.races["gradient descent"][-1] == pytest.approx(plain.loss)
    assert f"gradient descent: {plain.loss:.2g}, momentum 0.9: " in builder.words
    losses = plot_builder(builder)[2]
    assert [line.get_label() for line in losses.lines[:3]] == ["gradient descent", "momentum 0.9", "Adam"]
    assert losses.get_legend() is not None
    assert losses.get_xlim()[1] >= 200
    builder.step(5)
    assert builder.races
    builder.change("bias", 0.3)
    assert builder.races == {}
    wild = Builder("wave", random_sum(8, seed=1), rate=2)
    wild.race()
    assert "gradient descent: ran away" in wild.words
    with pytest.raises(ValueError, match="there is no ReLU yet"):
        Builder("hill").race()


@pytest.mark.parametrize("index", [0, 1, 4, 11])
def test_a_bend_that_is_dragged_is_where_it_was_dragged_to_and_no_other_moves(index: int) -> None:
    x = np.linspace(-1, 1, 13)
    sum_before = interpolate(x, target("wave", x))
    place = min(sum_before.places[index] + 0.03, 1)
    after = moved_bend(sum_before, index, place, 0.8)
    assert after(place) == pytest.approx(0.8, abs=1e-4)
    others = np.delete(sum_before.places, index)
    np.testing.assert_allclose(after(others), sum_before(others), atol=1e-4)
    assert float(after(1.0)) == pytest.approx(float(sum_before(1.0)), abs=1e-4)
    # A polygon through the same corners, by NumPy: that is all that a sum of ReLUs is.
    corners = np.sort([*others, place, 1.0])
    inside = np.linspace(corners[0], 1, 301)
    np.testing.assert_allclose(after(inside), np.interp(inside, corners, after(corners)), atol=1e-4)


def test_a_pull_adds_a_hat_shared_by_three_relus() -> None:
    flat = ReluSum([-0.75, -0.5, 0.0, 0.5, 0.75], [1, 0, 0, 0, 0])
    pulled = moved_bend(flat, 2, 0.0, float(flat(0.0)) + 1)
    np.testing.assert_allclose(pulled.slopes - flat.slopes, [0, 2, -4, 2, 0], atol=1e-4)


def test_five_clicks_are_the_interpolation_of_five_points() -> None:
    view, x = BuilderView(Builder("hill")), np.array([-1, -0.5, 0, 0.4, 1])
    y = target("zigzag", x).round(2)
    for place, height in zip(x[:-1], y[:-1], strict=True):
        tell(view, "sum", x=place, y=height)
    tell(view, "right", x=1.0, y=float(y[-1]))
    inside = np.linspace(-1, 1, 101)
    np.testing.assert_allclose(view.state.function(inside), interpolate(x, y)(inside), atol=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_in_a_sum_of_both_sides_the_bend_is_met_and_the_others_stay_as_near_as_they_can(seed: int) -> None:
    function = random_sum(8, seed)
    index = int(np.argmin(np.abs(function.places)))
    x, y = float(function.places[index]), float(function(function.places[index])) + 0.3
    stay = np.append(np.delete(function.places, index), [-1, 1])
    stay = stay[np.abs(stay - x) > NEAR]
    after = moved_bend(function, index, x, y)
    assert after(x) == pytest.approx(y, abs=1e-3)

    def off(slopes: np.ndarray, bias: float) -> float:
        return float(np.sum((ReluSum(function.places, slopes, function.sides, bias)(stay) - function(stay)) ** 2))

    found = off(after.slopes, after.bias)
    rng = np.random.default_rng(seed)
    for _ in range(200):  # no other slopes near it are better that meet the bend, too
        slopes = after.slopes + rng.normal(0, 0.01, 8)
        bias = after.bias + y - float(ReluSum(function.places, slopes, function.sides, after.bias)(x))
        assert off(slopes, bias) > found - 1e-6


def test_an_end_that_is_pulled_and_a_bend_that_is_added_leave_the_bends_where_they_are() -> None:
    for after in (pulled_end(HAT, 0.7), added_bend(HAT, 0.75, -0.4)):
        np.testing.assert_allclose(after(HAT.places), [0, 1, 0], atol=1e-4)
    assert float(pulled_end(HAT, 0.7)(1.0)) == pytest.approx(0.7, abs=1e-4)
    assert float(added_bend(HAT, 0.75, -0.4)(0.75)) == pytest.approx(-0.4, abs=1e-4)
    many = ReluSum([0.5, 0.5, 0.501, 2.0], [1, 1, -1, 1], [1, -1, 1, -1])  # bends that lie on one another
    after = moved_bend(many, 0, 0.5, 1.0)
    assert float(after(0.5)) == pytest.approx(1.0, abs=1e-3)
    assert np.abs(after.slopes).max() < 20
    assert after.slopes[3] == 1, "a ReLU that bends outside is let alone"


def test_a_copy_is_quick_and_nothing_of_it_is_shared_that_changes() -> None:
    builder = Builder("your points", random_sum(30), points=[(0, 1), (0.5, -1)])
    builder.race()
    builder.losses = [0.5] * MOST_STEPS
    assert min(timeit.repeat(lambda: copy.deepcopy(builder), number=1, repeat=5)) < 1e-3
    again = copy.deepcopy(builder)
    assert vars(again).keys() == vars(builder).keys()
    before = builder.words, list(builder.points), builder.code, len(builder.losses), set(builder.races)
    again.step(10)
    again.move_bend(2, 0.1, 0.5)
    again.move_point(0, 0.2, 0.3)
    again.add_point(0.3, 0.3)
    again.remove()
    assert (builder.words, builder.points, builder.code, len(builder.losses), set(builder.races)) == before


def test_points_are_moved_and_removed_by_their_index() -> None:
    builder = Builder("your points", points=[(0.5, 1), (-0.5, 0), (0, 0.2)])
    builder.move_point(1, -0.25, 0.75)
    assert builder.points == [(0.5, 1), (-0.25, 0.75), (0, 0.2)]
    assert builder.now.loss == pytest.approx(np.mean(np.square([1, 0.75, 0.2])))
    builder.remove_point(0)
    assert builder.points == [(-0.25, 0.75), (0, 0.2)]
    with pytest.raises(ValueError, match="got 7 as y"):
        builder.move_point(0, 0, 7)
    assert builder.points[0] == (-0.25, 0.75)


def test_the_figures_hold_the_target_the_sum_the_pieces_and_the_losses() -> None:
    view = BuilderView(Builder("wave", random_sum(6, seed=2)))
    tell(view, "race")
    tell(view, "step")
    builder, function = view.state, view.state.function
    np.testing.assert_allclose(drawn(view.sent["target"]["items"][0]), [ACROSS, target("wave", ACROSS)], atol=1e-6)
    x, y = drawn(view.sent["curve"]["items"][0])
    inside = function.places[np.abs(function.places) < 1]
    np.testing.assert_allclose(x, np.sort([-1, *inside, 1]), atol=1e-6)
    np.testing.assert_allclose(y, function(x), atol=1e-5)
    pieces = view.sent["lines"]["items"][1:]
    total = sum(np.interp(ACROSS, *drawn(piece)) for piece in pieces)
    np.testing.assert_allclose(total + function.bias, function(ACROSS), atol=1e-5)
    assert [piece["width"] for piece in pieces] == [1.2] * 5 + [3.5]
    np.testing.assert_allclose(drawn(pieces[-1])[1], function.pieces(drawn(pieces[-1])[0])[builder.chosen], atol=1e-5)
    run = drawn(view.sent["run"]["items"][0])
    np.testing.assert_allclose(run[1], np.array(builder.losses)[run[0].astype(int)], rtol=1e-5)
    races = [drawn(item)[1] for item in view.sent["races"]["items"]]
    np.testing.assert_allclose(races, np.array(list(builder.races.values())), rtol=1e-5)
    assert view.sent["losses"]["y"]["log"]
    for name, one in handles(view).items():
        if name.startswith("bend"):
            place = function.places[int(name.split()[1])]
            assert (one["x"], one["y"]) == pytest.approx((place, float(function(place))))
    assert builder.words in view.sent["sum"]["alt"]


def test_a_drag_is_undone_as_one_and_chooses_its_relu() -> None:
    view = BuilderView(Builder("hill", HAT))
    for y in (0.9, 0.8, 0.7):
        tell(view, "bend 1", gesture=7, x=0.1, y=y)
    assert view.state.chosen == 1
    assert float(view.state.function(0.1)) == pytest.approx(0.7, abs=1e-4)
    np.testing.assert_allclose(view.state.function([-0.5, 0.5, 1]), 0, atol=1e-4)
    assert handles(view)["bend 1"]["shape"] == "dot"
    assert handles(view)["bend 0"]["shape"] == "ring"
    tell(view, "bend 2", x=0.5, y=0.0, press=True)
    assert view.state.chosen == 2
    assert view.state.function.slopes.tolist() != HAT.slopes.tolist(), "a press only chooses"
    tell(view, "undo")
    tell(view, "undo")
    assert view.state.function is HAT
    assert view.state.chosen == 0


def test_bends_stop_beside_each_other_and_a_bend_beyond_the_figure_stands_on_its_rim() -> None:
    view = BuilderView(Builder("hill", ReluSum([-0.5, 0.0, 0.01, 0.5], [9, 0, 0, 0])))
    limits = {name: one["limits"][:2] for name, one in handles(view).items() if name.startswith("bend")}
    assert limits["bend 0"] == pytest.approx([-1, -NEAR])
    assert limits["bend 1"] == [0, 0], "there is no room"
    assert limits["bend 3"] == pytest.approx([0.01 + NEAR, 1])
    rim = handles(view)["bend 3"]["y"]
    assert rim < view.sent["sum"]["y"]["limits"][1] < float(view.state.function(0.5))
    tell(view, "bend 3", x=0.6, y=rim)
    assert float(view.state.function(0.6)) == pytest.approx(9.0, abs=1e-3), "it was only moved to the side"


def test_the_handles_of_offset_right_end_and_slope() -> None:
    view = BuilderView(Builder("hill", HAT))
    edge = handles(view)["left"]
    tell(view, "left", x=edge["x"], y=edge["y"] + 0.25)
    assert view.state.function.bias == 0.25
    np.testing.assert_array_equal(view.state.function.slopes, HAT.slopes)
    tell(view, "left", x=edge["x"], y=0.1)
    assert view.state.function.bias == pytest.approx(0.1)
    tell(view, "undo")
    tell(view, "left", x=edge["x"], y=5.0)
    assert view.state.function.bias == 2, "the most that may be"
    tell(view, "undo")
    tell(view, "right", x=1.0, y=0.5)
    np.testing.assert_allclose(view.state.function([-0.5, 0, 0.5, 1]), [0.25, 1.25, 0.25, 0.5], atol=1e-4)
    assert (handles(view)["steep"]["x"], handles(view)["steep"]["y"]) == (1, 3)
    tell(view, "steep", x=1.0, y=1.5)
    assert view.state.function.slopes[0] == 1.0
    tell(view, "side", value=1)
    assert handles(view)["steep"]["x"] == -1
    tell(view, "clear")
    assert set(handles(view)) == {"left"}


def test_the_fields_change_the_chosen_relu_and_take_numbers_as_people_type_them() -> None:
    view = BuilderView(Builder("hill"))
    assert view.sent["place"]["off"]
    assert view.sent["remove"]["off"]
    tell(view, "add")
    for name, value in (("place", "-0,37"), ("slope", "5/2"), ("bias", "5e-1")):
        tell(view, name, value=value)
    tell(view, "side", value=1)
    code = view.sent["code"]["text"]
    assert code.splitlines()[0].endswith("places=[-0.37], slopes=[2.5], sides=[-1], bias=0.5)")
    assert (view.sent["place"]["value"], view.sent["number"]["value"]) == ("−0.37", "1")
    tell(view, "follow", value=2)
    assert view.state.curve == "zigzag"
    assert view.sent["formula"]["text"].count("relu") == 1


def test_add_puts_bends_into_the_widest_gaps() -> None:
    assert widest_gap(np.array([])) == 0
    assert widest_gap(np.array([-3, 0, 0.2])) == -0.5
    view = BuilderView(Builder("hill", HAT))
    tell(view, "add")
    tell(view, "add")
    assert view.state.function.places[3:].tolist() in ([-0.75, -0.25], [-0.75, 0.25], [-0.75, 0.75])
    assert abs(float(view.state.function(-0.75)) - float(HAT(-0.75))) == pytest.approx(0.25, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("place", "4", "Got 4 as place; a number from −1 to 1 is needed."),
        ("slope", "steep", "Got 'steep'; type a number"),
        ("number", "9", "Got 9 as ReLU number; a whole number from 1 to 3 is needed."),
        ("number", "1,5", "a whole number"),
        ("rate", "50", "Got 50 as rate; a number from 0.0001 to 2 is needed."),
        ("steps at a time", "0", "Got 0 as steps at a time; a whole number from 1 to 500 is needed."),
        ("ReLUs", "31", "Got 31 as ReLUs; a whole number from 1 to 30 is needed."),
        ("seed", "-1", "Got -1 as seed; a whole number from 0 to 9999 is needed."),
        ("bias", "1,000", "which may mean two things"),
    ],
)
def test_a_wrong_number_is_refused_with_a_sentence_and_changes_nothing(name: str, value: str, words: str) -> None:
    view = BuilderView(Builder("hill", HAT))
    before = view.sent
    said = tell(view, name, value=value)
    assert words in said["refused"]["why"]
    assert set(said["entries"]) == {name}, "it shows the old number again"
    assert view.sent == before
    assert view.state.function is HAT


def test_what_cannot_be_done_is_refused() -> None:
    view = BuilderView(Builder("hill"))
    assert "no ReLU" in tell(view, "remove")["refused"]["why"]
    assert "no ReLU" in tell(view, "race")["refused"]["why"]
    assert "must be a point" in tell(view, "remove point")["refused"]["why"]
    full = BuilderView(Builder("hill", random_sum(MOST_RELUS)))
    assert "which is the most" in tell(full, "sum", x=0.0, y=0.5)["refused"]["why"]


def test_a_number_beyond_its_slider_stays_as_it_is() -> None:
    view = BuilderView(Builder("hill", ReluSum([-1.4, 0.0], [1.0, 42.0])))
    assert view.sent["place"]["value"] == "−1.4"
    assert "bend 0" not in handles(view)
    tell(view, "number", value="2")
    assert view.sent["slope"]["value"] == "42"
    assert view.state.function.slopes.tolist() == [1.0, 42.0]


def test_clicks_and_buttons_make_points_and_drags_move_them() -> None:
    view = BuilderView(Builder("hill", HAT))
    tell(view, "follow", value=4)
    tell(view, "sum", x=0.104, y=-1.2)
    assert view.state.points[-1] == (0.1, -1.2)
    tell(view, "sum", x=1.05, y=1.59)
    assert view.state.points[-1] == (1.0, 1.5), "the nearest that is allowed"
    assert view.state.function is HAT
    tell(view, "point 1", x=-0.4, y=0.5)
    assert view.state.points[1] == (-0.4, 0.5)
    assert (view.sent["x"]["value"], view.sent["y"]["value"]) == ("−0.4", "0.5")
    tell(view, "y", value="0,75")
    assert view.state.points[1] == (-0.4, 0.75)
    tell(view, "remove point")
    assert len(view.state.points) == 6
    assert -0.4 not in dict(view.state.points)
    tell(view, "point 0", x=-1.0, y=0.0, press=True)
    tell(view, "undo")
    tell(view, "undo")
    assert view.state.points[1] == (-0.4, 0.75)
    assert len([name for name in handles(view) if name.startswith("point")]) == 7
    tell(view, "follow", value=0)
    tell(view, "add point")
    assert view.state.curve == "your points"
    assert len(view.state.points) == 8


def test_step_and_play_go_on_from_what_is_there_and_pausing_goes_back_to_the_frame_that_was_seen() -> None:
    view = BuilderView(Builder("wave"))
    tell(view, "ReLUs", value="12")
    tell(view, "seed", value="3")
    tell(view, "scatter")
    tell(view, "steps at a time", value="25")
    tell(view, "step")
    assert view.state.steps == 25
    sent = tell(view, "play", value=True)
    for _ in range(20):  # a slow machine makes fewer frames in a moment
        if len(sent["frames"]) >= 3:
            break
        sent = tell(view, "play", value="more", shown=[view.round, 0])
    tell(view, "play", value=False, shown=[view.round, 2])
    *_, wanted = descend(random_sum(12, 3), ACROSS, target("wave", ACROSS), rate=0.05, steps=75)
    assert view.state.steps == 75
    np.testing.assert_allclose(view.state.function(ACROSS), wanted.function(ACROSS))
    tell(view, "rate", value="0.02")
    tell(view, "step")
    assert view.state.steps == 100
    tell(view, "undo")
    tell(view, "undo")
    tell(view, "undo")
    assert view.state.steps == 25
    tell(view, "reset")
    assert view.state.steps == 0
    assert view.sent["reset"]["off"]


def test_play_ends_where_the_descent_runs_away() -> None:
    view = BuilderView(Builder("hill", random_sum(8, seed=1), rate=2.0))
    tell(view, "steps at a time", value="500")
    tell(view, "step")
    assert view.state.now.diverged
    assert view.sent["error"]["lines"] == []
    tell(view, "undo")
    tell(view, "undo")
    sent = tell(view, "play", value=True)
    for _ in range(100):
        if sent["ended"]:
            break
        sent = tell(view, "play", value="more", shown=[view.round, 0])
    assert view.state.now.diverged
    assert "would run away" in str(view.sent["said"])
    assert view.sent["play"]["off"]


def test_only_what_has_changed_is_sent() -> None:
    view = BuilderView(Builder("hill", HAT))
    assert set(tell(view, "rate", value="0.1")["entries"]) == {"rate", "code", "undo"}
    assert set(tell(view, "bend 1", x=0.0, y=1.0, press=True)["entries"]) >= {"bends", "lines", "number"}
    tell(view, "steep", x=1.0, y=-1.0)
    sent = set(tell(view, "steep", x=1.0, y=-2.0)["entries"])
    assert sent == {"slope", "curve", "bends", "sum", "lines", "said", "formula", "code", "run", "losses"}
    sent = set(tell(view, "step")["entries"])
    assert not {"target", "races", "points", "pieces", "layout"} & sent


def test_the_code_that_is_shown_brings_the_state_back() -> None:
    view = BuilderView(Builder("zigzag", HAT))
    tell(view, "bend 1", x=0.123, y=0.777)
    tell(view, "follow", value=4)
    tell(view, "point 2", x=0.2, y=0.3)
    tell(view, "rate", value="1/9")
    tell(view, "step")
    found: dict[str, Any] = {"ReluSum": ReluSum, "Builder": Builder, "plot_builder": lambda builder: builder}
    exec(view.sent["code"]["text"], found)
    again = found["builder"]
    np.testing.assert_array_equal(again.function(ACROSS), view.state.function(ACROSS))
    assert (again.points, again.rate, again.curve) == (view.state.points, 1 / 9, "your points")


def test_every_control_has_a_label_and_every_act_its_part() -> None:
    view = BuilderView(Builder("your points", HAT))
    kinds = {"button", "field", "choice", "tick"}
    assert all(entry["label"] for entry in view.sent.values() if entry["kind"] in kinds)
    acts = {name for name in view.doing if not name.startswith(("bend", "point"))}
    assert acts <= set(view.sent) | set(handles(view))
    assert set(handles(view)) <= set(view.doing)


def test_outside_a_notebook_the_explorer_is_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    function_builder("hill", ReluSum([0.0], [1.0]))
    said = capsys.readouterr().out
    assert said.startswith("Function builder. 1 ReLU follows the hill.")
    assert "builder = Builder('hill', function)\naxes = plot_builder(builder)" in said
    function_builder("your points", points=[(0.5, 1), (-0.5, 0)])
    assert "0 ReLUs follow your 2 points. Loss 0.5, largest gap 1." in capsys.readouterr().out
