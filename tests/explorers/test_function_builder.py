"""The function builder without a browser: its state, its picture, and the widget's controls from Python."""

import io
import threading
import time
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from PIL import Image

from helpers.explorers.function_builder import Builder, plot_builder
from helpers.explorers.function_builder.drawing import BuilderSheet
from helpers.explorers.function_builder.state import ACROSS, MOST_RELUS, MOST_STEPS
from helpers.explorers.function_builder.view import BuilderView, function_builder
from helpers.lessons.relu_sums import ReluSum, descend, random_sum, target
from helpers.plots import FIRST
from helpers.widgets.answering import ONE_AT_A_TIME


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def test_relus_are_added_changed_and_removed() -> None:
    builder = Builder("hill")
    builder.add(-0.5, 2.0)
    builder.add(0.0, -4.0)
    builder.add(0.5, 2.0, -1)
    assert builder.chosen == 2
    builder.change("side", 1)
    builder.change("offset", 0.25)
    builder.choose(2)
    builder.change("place", 0.1)
    builder.change("slope", -3.5)
    assert (
        builder.function.code()
        == "ReluSum(places=[-0.5, 0.1, 0.5], slopes=[2.0, -3.5, 2.0], sides=[1, 1, 1], offset=0.25)"
    )
    builder.remove()
    assert builder.function.places.tolist() == [-0.5, 0.5]
    assert builder.function.offset == 0.25
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
    builder = Builder("hill", ReluSum(offset=0.5))
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
    np.testing.assert_array_equal(pixels(BuilderSheet().picture(again)), pixels(BuilderSheet().picture(builder)))
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
        (lambda builder: builder.change("offset", 9), "got 9 as offset"),
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


def test_a_sheet_that_was_used_draws_as_a_fresh_one() -> None:
    builder, sheet = Builder("wave", random_sum(12, seed=1)), BuilderSheet()
    for action in (lambda: builder.step(60), lambda: builder.choose_curve("jump"), builder.clear):
        sheet.picture(builder)
        action()
    np.testing.assert_array_equal(pixels(sheet.picture(builder)), pixels(BuilderSheet().picture(builder)))


def test_the_controls_move_the_builder_and_show_it() -> None:
    view = BuilderView(Builder("hill"))
    builder = view.builder
    assert view.fields["place"].disabled
    assert view.buttons["Remove"].disabled
    view.buttons["Add"].click()
    view.fields["place"].value = -0.37
    view.fields["slope"].value = 2.5
    view.sides.value = -1
    view.fields["offset"].value = 0.5
    assert builder.code.splitlines()[0].endswith("places=[-0.37], slopes=[2.5], sides=[-1], offset=0.5)")
    assert view.sliders["place"].value == pytest.approx(-0.37, abs=0.03)
    view.sliders["place"].value = 0.5
    assert builder.function.places.tolist() == [0.5]
    assert view.fields["place"].value == 0.5
    view.curves.value = "zigzag"
    assert builder.curve == "zigzag"
    assert view.listing.value.count("relu") == 1
    np.testing.assert_array_equal(pixels(bytes(view.picture.picture)), pixels(BuilderSheet().picture(builder)))


def test_a_slider_that_reports_its_nearest_step_changes_nothing() -> None:
    view = BuilderView(Builder("hill", ReluSum([0.123], [1.0])))
    view.sliders["place"].value = 0.1  # what a browser makes of 0.123 with steps of 0.05
    assert view.builder.function.places.tolist() == [0.123]


def test_buttons_and_play_let_gradient_descent_do_it() -> None:
    view = BuilderView(Builder("wave"))
    view.fields["ReLUs"].value, view.fields["seed"].value = 12, 3
    view.buttons["Random start"].click()
    assert view.builder.code == Builder("wave", random_sum(12, 3)).code
    view.fields["steps at a time"].value = 25
    view.buttons["Step"].click()
    assert view.builder.steps == 25
    view.play.value = 1
    view.play.value = 2
    assert view.builder.steps == 75
    view.play.value = 0  # stop
    assert view.builder.steps == 75
    view.play.value = 1
    assert view.builder.steps == 100
    assert "100 steps" in view.words.value
    view.buttons["Reset"].click()
    assert view.builder.steps == 0
    assert view.buttons["Reset"].disabled


def test_wrong_numbers_show_their_sentence_and_the_old_number_comes_back() -> None:
    view = BuilderView(Builder("hill", ReluSum([0.0], [1.0])))
    view.fields["place"].value = 7
    assert "got 7.0 as place; a number from −1 to 1 is needed. The function stays as it was." in view.told.value
    assert view.fields["place"].value == 0.0
    view.fields["steps at a time"].value = 0
    view.buttons["Step"].click()
    assert "got 0 as steps at a time; a whole number from 1 to 500 is needed" in view.told.value
    view.fields["steps at a time"].value = 1
    view.buttons["Step"].click()
    assert view.told.value == ""
    assert view.builder.steps == 1


def test_numbers_that_descent_carried_out_of_the_sliders_range_stay_as_they_are() -> None:
    view = BuilderView(Builder("hill", ReluSum([-1.4, 0.0], [1.0, 12.0])))
    assert view.builder.function.places.tolist() == [-1.4, 0.0]
    assert (view.fields["place"].value, view.sliders["place"].value) == (-1.4, -1.0)
    view.fields["ReLU number"].value = 2
    assert (view.fields["slope"].value, view.sliders["slope"].value) == (12.0, 10.0)
    assert view.builder.function.slopes.tolist() == [1.0, 12.0]


def test_messages_on_several_threads_are_handled_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    view, inside, most = BuilderView(Builder("wave", random_sum(8, seed=1))), [], []
    picture = view.sheet.picture

    def watched(builder: Builder) -> bytes:
        inside.append(1)
        time.sleep(0.02)
        most.append(len(inside))
        try:
            return picture(builder)
        finally:
            inside.pop()

    monkeypatch.setattr(view.sheet, "picture", watched)
    threads = [threading.Thread(target=view.answer(lambda _: view.builder.step()), args=(None,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6
    assert view.builder.steps == 6


def test_your_points_are_followed_and_nothing_else() -> None:
    builder = Builder("zigzag", ReluSum([0.0], [1.0], offset=0.5))
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
    assert found["axes"].words == builder.words
    np.testing.assert_array_equal(
        pixels(BuilderSheet().picture(found["axes"])), pixels(BuilderSheet().picture(builder))
    )


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
    builder.change("offset", 0.3)
    assert builder.races == {}
    wild = Builder("wave", random_sum(8, seed=1), rate=2)
    wild.race()
    assert "gradient descent: ran away" in wild.words
    with pytest.raises(ValueError, match="there is no ReLU yet"):
        Builder("hill").race()


def test_a_place_of_the_picture_is_a_place_of_the_axes() -> None:
    sheet = BuilderSheet()
    sheet.picture(Builder("hill"))
    for x, y in ((0.0, 0.0), (-1.0, 1.5), (0.7, -1.2)):
        across, up = sheet.axes[0].transData.transform((x, y)) / sheet.figure.bbox.size
        assert sheet.point_under(across, 1 - up) == pytest.approx((x, y))
    assert sheet.point_under(0.8, 0.5) is None
    assert sheet.point_under(0.3, 0.01) is None


def clicked(view: BuilderView, x: float, y: float) -> None:
    """Click where the large Axes have (x, y): the page reports the place, and turns `held` over."""
    across, up = view.sheet.axes[0].transData.transform((x, y)) / view.sheet.figure.bbox.size
    view.picture.place = [across, 1 - up]
    view.picture.held = not view.picture.held


def test_a_click_puts_a_relu_there_or_a_point() -> None:
    view = BuilderView(Builder("hill"))
    view.picture.place = [0.3, 0.5]
    assert view.builder.function.count == 0, "the mouse only passed over it"
    clicked(view, 0.5, 1.0)
    clicked(view, -0.25, 0.0)
    assert view.builder.function.places.tolist() == [0.5, -0.25]
    assert view.builder.chosen == 1
    view.curves.value = "your points"
    clicked(view, 0.1, -1.2)
    assert view.builder.points[-1] == (0.1, -1.2)
    clicked(view, 1.05, 1.9)
    assert view.builder.points[-1] == (1.0, 1.5), "the nearest that is allowed"
    view.picture.place = [0.9, 0.5]
    view.picture.held = not view.picture.held
    assert len(view.builder.points) == 7
    assert pixels(bytes(view.picture.picture)).tobytes() == pixels(BuilderSheet().picture(view.builder)).tobytes()


def test_points_are_typed_too_and_a_race_is_run_by_a_button() -> None:
    view = BuilderView(Builder("hill", random_sum(5)))
    assert view.buttons["Remove point"].disabled
    view.fields["x"].value, view.fields["y"].value = 0.4, -0.6
    view.buttons["Add point"].click()
    assert view.curves.value == "your points"
    assert view.builder.points[-1] == (0.4, -0.6)
    view.buttons["Remove point"].click()
    assert len(view.builder.points) == 5
    before = bytes(view.picture.picture)
    view.buttons["Race"].click()
    assert "Race at rate 0.05" in view.words.value
    assert bytes(view.picture.picture) != before
    before = bytes(view.picture.picture)
    view.fields["rate"].value = 0.01
    view.buttons["Race"].click()
    assert bytes(view.picture.picture) != before


def test_without_anywidget_the_same_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.widgets.pointing.can_point", lambda: False)
    monkeypatch.setattr("helpers.explorers.function_builder.view.can_point", lambda: False)
    view = BuilderView(Builder("hill"))
    assert view.picture.layout.max_width == "840px"
    view.buttons["Add point"].click()
    np.testing.assert_array_equal(pixels(view.picture.value), pixels(BuilderSheet().picture(view.builder)))
    assert "Click into" not in "".join(str(getattr(part, "value", "")) for part in view.box().children)


@pytest.mark.parametrize("control", ["rate", "curves", "place"])
def test_a_value_that_comes_while_another_message_is_answered_is_not_lost(control: str) -> None:
    view = BuilderView(Builder("hill", ReluSum([0.1], [1.0])))
    chosen, value = {
        "rate": (view.fields["rate"], 0.5),
        "curves": (view.curves, "your points"),
        "place": (view.sliders["place"], 0.6),
    }[control]
    thread = threading.Thread(target=setattr, args=(chosen, "value", value))
    with ONE_AT_A_TIME:
        thread.start()
        until = time.monotonic() + 10
        while chosen.value != value and time.monotonic() < until:
            time.sleep(0.01)
        view.refresh()  # the end of the other answer: it shows the old state
    thread.join()
    assert chosen.value == value
    builder = view.builder
    assert {"rate": builder.rate, "curves": builder.curve, "place": builder.function.places[0]}[control] == value


def test_every_control_has_a_label_and_the_box_its_class() -> None:
    view = BuilderView(Builder("hill"))
    box = view.box()
    assert "whole-game-function-builder" in box._dom_classes
    controls = [
        view.curves,
        view.sides,
        view.play,
        *view.sliders.values(),
        *view.fields.values(),
        *view.buttons.values(),
    ]
    assert all(control.description for control in controls)


def test_outside_a_notebook_the_explorer_is_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    function_builder("hill", ReluSum([0.0], [1.0]))
    said = capsys.readouterr().out
    assert said.startswith("Function builder. 1 ReLU follows the hill.")
    assert "axes = plot_builder(Builder('hill', function))" in said
    function_builder("your points", points=[(0.5, 1), (-0.5, 0)])
    assert "0 ReLUs follow your 2 points. Loss 0.5, largest gap 1." in capsys.readouterr().out
