"""The gradient-descent stepper, without a browser: what its controls do to its state, and what is shown of it."""

import math
from typing import Any

import numpy as np
import pytest

from helpers.explorers.descent_stepper import Stepper, descent_stepper, plot_stepper
from helpers.explorers.descent_stepper.plot import last_step, reach_of
from helpers.explorers.descent_stepper.state import MOST
from helpers.explorers.descent_stepper.view import GLIDE, PRESETS, StepperView
from helpers.explorers.descent_stepper.words import code_of
from helpers.lessons.descent import Quadratic, gradient_descent
from tests.explorers.telling import tell

pytest.importorskip("anywidget")


class Handles:
    """A stepper's view, told what a page would tell it."""

    def __init__(self, stepper: Stepper | None = None) -> None:
        self.view = StepperView(stepper or Stepper())

    def tell(self, name: str, **told: Any) -> dict[str, Any]:
        """Do one act; return what the page is sent."""
        return tell(self.view, name, **told)

    def press(self, *names: str) -> None:
        for name in names:
            self.tell(name)

    def play_until(self, shown: int) -> None:
        """Play, and pause when so many frames were shown."""
        frames = len(self.tell("play", value=True)["frames"])
        while frames < shown:
            frames += len(self.tell("play", value="more", shown=[self.view.round, 0])["frames"])
        self.tell("play", value=False, shown=[self.view.round, shown])

    @property
    def stepper(self) -> Stepper:
        return self.view.state

    @property
    def said(self) -> str:
        entries = (self.view.sent["said"], self.view.sent["race"])
        lines = [line for entry in entries for line in entry["lines"]]
        return " ".join(line if isinstance(line, str) else " ".join(line) for line in lines)

    def handle(self, name: str) -> dict[str, Any]:
        return next(one for one in self.view.sent["path"]["handles"] if one["name"] == name)

    def has(self, name: str) -> bool:
        return any(one["name"] == name for one in self.view.sent["path"]["handles"])


def numbers(packed: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(packed["bytes"], np.float32)


# Its controls


def test_step_back_and_reset_move_the_state_and_what_is_shown() -> None:
    handles = Handles()
    handles.press("step")
    assert handles.stepper.positions == pytest.approx([4.0, 3.2])
    assert "After 1 step:" in handles.said
    assert handles.stepper.numbers in handles.said
    handles.press("step", "back")
    assert handles.stepper.positions == pytest.approx([4.0, 3.2])
    assert numbers(handles.view.sent["lines"]["items"][0]["y"]) == pytest.approx([16.0, 10.24])
    handles.press("reset")
    assert handles.stepper.positions == [4.0]
    assert handles.view.sent["back"]["off"]
    assert handles.view.sent["reset"]["off"]


def test_only_what_changed_is_sent() -> None:
    handles = Handles()
    changed = {*handles.tell("step")["entries"]}
    assert changed >= {"path", "lines", "said", "code"}
    assert changed.isdisjoint({"ground", "layout", "play", "rate", "start", *PRESETS})
    assert {*handles.tell("momentum", value=False)["entries"]} == {"momentum"}


@pytest.mark.parametrize(("name", "rate"), PRESETS.items())
@pytest.mark.parametrize("a", [1.0, 2.0])
def test_a_preset_is_what_it_is_called_and_starts_anew(name: str, rate: float, a: float) -> None:
    handles = Handles(Stepper(a=a))
    handles.press("step", name)
    assert handles.stepper.rate == rate / a
    assert handles.view.sent["rate"]["value"] == f"{rate / a:g}"
    assert handles.stepper.steps == 0
    assert f"is {name}: " in handles.said


@pytest.mark.parametrize(("typed", "rate"), [("0,45", 0.45), ("1/9", 1 / 9), ("1e-2", 0.01), (".5", 0.5)])
def test_another_rate_counts_from_the_next_step_on(typed: str, rate: float) -> None:
    handles = Handles()
    handles.press("step")
    handles.tell("rate", value=typed)
    assert handles.stepper.rate == rate
    handles.press("step")
    assert handles.stepper.positions == pytest.approx([4.0, 3.2, 3.2 * (1 - 2 * rate)])


def test_another_start_begins_anew() -> None:
    handles = Handles()
    handles.press("step")
    handles.tell("start", value="−2")
    assert handles.stepper.positions == [-2.0]


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("rate", "0", "Got 0 as the rate; a number from 0.001 to 1.5 is needed. The rate stays 0.1."),
    ("rate", "7", "Got 7 as the rate; a number from 0.001 to 1.5 is needed. The rate stays 0.1."),
    ("start", "100", "Got 100 as the start; a number from −5 to 5 is needed. The start stays 4."),
    ("rate", "fast", "Got 'fast'; type a number such as 0.5, 1/9 or 1e-3."),
])  # fmt: skip
def test_a_wrong_number_gets_its_sentence_and_leaves_all_as_it_was(field: str, value: str, sentence: str) -> None:
    handles = Handles()
    handles.press("step")
    before = dict(handles.view.sent)
    answer = handles.tell(field, value=value)
    assert answer["refused"] == {"name": field, "why": sentence}
    assert handles.view.sent == before
    assert handles.stepper.positions == pytest.approx([4.0, 3.2])
    assert handles.tell("step")["refused"] is None


def test_each_act_is_undone_by_one_key_and_a_drag_as_one() -> None:
    handles = Handles()
    handles.press("step", "step")
    seen = [dict(handles.view.sent)]
    handles.tell("rate", value="0.3")
    seen.append(dict(handles.view.sent))
    for place in (3.0, 2.0, 1.5):
        handles.tell("ball", gesture=7, x=place, y=0)
    assert handles.stepper.positions == [1.5]
    seen.append(dict(handles.view.sent))
    handles.tell("momentum", value=True)
    for wanted in reversed(seen):
        handles.press("undo")
        assert handles.view.sent == wanted
    assert handles.stepper.steps == 2
    assert handles.stepper.before == []


# What is dragged


def test_the_ball_is_dragged_to_another_start_and_this_run_is_the_one_before() -> None:
    handles = Handles()
    handles.press("step")
    for place in (3.0, 2.5):
        handles.tell("ball", gesture=5, x=place, y=0)
    assert handles.stepper.positions == [2.5]
    assert handles.stepper.before == pytest.approx([4.0, 3.2])
    ball = handles.handle("ball")
    assert (ball["x"], ball["y"]) == (2.5, 6.25)


@pytest.mark.parametrize("start", [4.0, -4.0])
@pytest.mark.parametrize("a", [0.5, 1.0, 3.0, 40.0])
def test_the_ring_of_the_next_step_is_dragged_to_another_rate(start: float, a: float) -> None:
    handles = Handles(Stepper(0.1 / a, start, a))
    low, high = handles.stepper.rates
    wanted = -start / 2
    handles.tell("next", x=wanted, y=0)
    assert handles.stepper.rate * a == pytest.approx(0.75, abs=1e-3)
    assert handles.handle("next")["x"] == pytest.approx(wanted, rel=1e-2)
    assert handles.stepper.steps == 0, "only the rate changes"
    for uphill, rate in ((start * 1.2, low), (-start * 2.5, high)):
        assert handles.tell("next", x=uphill, y=0)["refused"] is None
        assert handles.stepper.rate == rate


@pytest.mark.parametrize("rate", [0.001, 0.3, 0.9, 1.5])
@pytest.mark.parametrize("start", [4.0, -1.0])
def test_the_ring_cannot_be_dragged_to_where_no_rate_leads(rate: float, start: float) -> None:
    handles = Handles(Stepper(rate, start))
    ring = handles.handle("next")
    low, high, _, _ = ring["limits"]
    assert low <= ring["x"] <= high
    for end in (low, high):
        handles.tell("next", x=end, y=0)
        assert handles.handle("next")["x"] == pytest.approx(end, abs=0.01)


def test_the_axis_stays_while_something_is_dragged() -> None:
    """An axis that changes under the pointer would move what it drags."""
    for rate in (0.1, 1.05, 1.1, 1.5):
        axes = {reach_of(Stepper(rate, start)) for start in np.arange(-5, 5.01, 0.5)}
        assert len(axes) == 1, rate
    for end in (-5.5, 5.0):
        handles = Handles(Stepper(1.0 if end < 0 else 1.4))
        limits = handles.view.sent["curve"]["x"]["limits"]
        for place in np.linspace(handles.handle("next")["x"], end, 9):
            handles.tell("next", gesture=3, x=float(place), y=0)
            assert handles.view.sent["curve"]["x"]["limits"] == limits
    handles.press("step")
    assert handles.view.sent["curve"]["x"]["limits"][1] == reach_of(handles.stepper)


def test_arrow_keys_on_the_ring_change_the_rate_by_a_hundredth() -> None:
    handles = Handles(Stepper(0.3, 4.0))
    ring = handles.handle("next")
    handles.tell("next", x=ring["x"] - ring["keys"][0], y=0)
    assert handles.stepper.rate == pytest.approx(0.31)


def test_where_there_is_no_slope_or_no_next_step_there_is_no_ring() -> None:
    assert Handles().has("next")
    assert not Handles(Stepper(start=0)).has("next")
    away = Stepper(1.5)
    away.go_to(MOST)
    assert not Handles(away).has("next")
    assert Handles(away).has("ball")


# Play


def test_play_glides_from_step_to_step_as_the_plain_stepper_goes() -> None:
    handles, plain = Handles(Stepper(0.3)), Stepper(0.3)
    frames = list(handles.tell("play", value=True)["frames"])
    while len(frames) < GLIDE:  # so many are sent at once as there is time for
        frames += handles.tell("play", value="more", shown=[handles.view.round, 0])["frames"]
    shown = [dict(handles.view.frames[0][-1])]
    for frame in frames:
        shown.append(shown[-1] | frame)
    balls = [frame["path"]["handles"][-1]["x"] for frame in shown]
    plain.go_to(1)
    assert balls[: GLIDE + 1] == pytest.approx(np.linspace(4.0, plain.x, GLIDE + 1))
    assert all("ground" not in frame for frame in frames), "the curve is not sent again"


def test_a_pause_goes_back_to_what_was_seen_and_the_ball_to_its_step() -> None:
    handles = Handles(Stepper(0.3))
    handles.play_until(2 * GLIDE + 3)
    assert handles.stepper.steps == 2
    assert handles.handle("ball")["x"] == handles.stepper.x
    handles.press("undo")
    assert handles.stepper.steps == 0


@pytest.mark.parametrize("name", ["step", "back", "reset", "undo"])
def test_what_moves_along_the_run_ends_the_play(name: str) -> None:
    handles = Handles(Stepper(0.3))
    handles.press("step", "step")
    handles.tell("play", value=True)
    answer = handles.tell(name, shown=[handles.view.round, 3])
    assert answer["playing"] is False
    assert handles.stepper.steps == {"step": 3, "back": 1, "reset": 0, "undo": 2}[name]


@pytest.mark.parametrize("told", [{"name": "rate", "value": "0.2"}, {"name": "too small"}, {"name": "next", "x": 3.0}])
def test_another_rate_goes_on_playing_from_what_was_seen(told: dict[str, Any]) -> None:
    handles = Handles(Stepper(0.3))
    handles.press("step")
    handles.tell("play", value=True)
    answer = handles.tell(**told, shown=[handles.view.round, 2])
    assert answer["frames"]
    assert handles.view.playing
    handles.tell("play", value=False, shown=[handles.view.round, GLIDE])
    assert handles.stepper.taken[-1] == handles.stepper.rate != 0.3


def test_play_ends_where_the_run_has_left_and_begins_anew_from_there() -> None:
    handles, ended = Handles(Stepper(1.5)), Stepper(1.5)
    ended.go_to(10**6)
    answer, frames = handles.tell("play", value=True), 0
    while frames < 50 * GLIDE:
        frames += len(answer["frames"])
        if answer["ended"]:
            break
        answer = handles.tell("play", value="more", shown=[handles.view.round, frames])
    assert frames == GLIDE * ended.steps < 20 * GLIDE
    handles.tell("play", value=False, shown=[handles.view.round, frames])
    assert handles.stepper == ended
    assert "it diverged" in handles.said
    assert handles.view.sent["step"]["off"]
    assert not handles.view.sent["play"]["off"]
    handles.play_until(GLIDE)
    assert handles.stepper.steps == 1
    assert handles.stepper.before == ended.positions


# The race


def test_a_rival_with_momentum_is_drawn_and_named_while_its_box_is_ticked() -> None:
    handles = Handles(Stepper(rate=0.02))
    handles.press("step", "step", "step")
    alone = handles.view.sent["lines"]
    handles.tell("momentum", value=True)
    own, rival = handles.stepper.losses[-1], handles.stepper.beside(0.9)[-1] ** 2
    assert f"Losses after 3 steps: without momentum: {own:.4g}, with momentum 0.9: {rival:.4g}." in handles.said
    assert numbers(handles.view.sent["lines"]["items"][0]["y"])[-1] == pytest.approx(rival)
    assert handles.view.sent["losses"]["legend"][0][0] == "with momentum 0.9"
    handles.tell("momentum", value=False)
    assert handles.view.sent["lines"] == alone
    assert "Losses" not in handles.said


def test_the_run_before_stays_in_the_picture_for_the_next_rate() -> None:
    handles = Handles()
    handles.tell("before", value=True)
    assert "there is none yet" in handles.said
    handles.press("step", "too small")
    assert "none yet" not in handles.said
    handles.press("step", "step")
    own = handles.stepper.losses[-1]
    assert f"this run: {own:.4g}, the run before: 10.24 (it ended after 1 step)." in handles.said
    lines = plot_stepper(handles.stepper, before=True)[1].lines
    drawn = next(one.get_ydata() for one in lines if one.get_label() == "the run before")
    assert pytest.approx(drawn) == [4.0**2, 3.2**2]


# What is shown, and the code of it


@pytest.mark.parametrize(("rate", "steps"), [(0.5, 1), (0.02, 100), (1.1, 50), (1.5, 50), (1.0, 30)])
@pytest.mark.parametrize("a", [0.2, 1.0, 3.0])
def test_every_state_is_shown_and_drawn_within_its_axes(rate: float, steps: int, a: float) -> None:
    stepper = Stepper(rate=rate / a, a=a)
    stepper.go_to(steps)
    right = gradient_descent(Quadratic(a).gradient, 4.0, rate / a, stepper.steps).positions
    scene = StepperView(stepper).sent
    assert numbers(scene["path"]["items"][1]["x"]) == pytest.approx(right, rel=1e-5, abs=1e-30)
    low, high = scene["curve"]["x"]["limits"]
    assert np.all((low < right) & (right < high))
    assert scene["losses"]["x"]["limits"][1] >= stepper.steps
    assert stepper.numbers in scene["curve"]["alt"]
    left, _ = plot_stepper(stepper)
    assert left.get_xlim()[1] == pytest.approx(high)


def test_the_axis_of_steps_is_long_enough_for_the_run_before() -> None:
    stepper = Stepper(rate=0.02)
    stepper.go_to(40)
    stepper.reset()
    assert plot_stepper(stepper, before=True)[1].get_xlim()[1] > 40
    assert plot_stepper(stepper)[1].get_xlim()[1] < 40


def test_a_hundred_steps_need_three_axes() -> None:
    stepper, ends = Stepper(rate=0.02), set()
    for steps in range(MOST + 1):
        stepper.go_to(steps)
        ends.add(last_step(stepper, {}))
        assert steps <= max(ends)
    assert len(ends) == 3


def test_the_shown_code_brings_the_state_back_with_every_rate_on_its_way() -> None:
    handles = Handles(Stepper(0.1, 4.0, 2.0))
    for act, value in [("step", ""), ("rate", "1/9"), ("step", ""), ("step", ""), ("rate", "0.3"), ("start", "−2.5"),
                       ("rate", "0.05"), ("step", ""), ("rate", "0.2"), ("step", ""), ("rate", "0.45")]:  # fmt: skip
        handles.tell(act, value=value)
    handles.tell("momentum", value=True)
    handles.tell("before", value=True)
    drawn: list[Any] = []
    names = {"Stepper": Stepper, "plot_stepper": lambda stepper, **options: drawn.append((stepper, options))}
    exec(handles.view.sent["code"]["text"], names)
    (again, options), right = drawn[0], handles.stepper
    assert again == right
    assert again.before == right.before != []
    assert len(right.before) == 4
    assert options == {"momentum": True, "before": True}
    handles.tell("before", value=False)
    exec(handles.view.sent["code"]["text"], names)
    assert (drawn[1][0].positions, drawn[1][0].rate) == (right.positions, right.rate)


def test_the_code_of_a_plain_run_is_short() -> None:
    stepper = Stepper(0.3, 4.0)
    stepper.go_to(5)
    assert code_of(stepper).splitlines() == [
        "stepper = Stepper(rate=0.3, start=4, a=1)", "stepper.go_to(5)", "axes = plot_stepper(stepper)",
    ]  # fmt: skip


def test_every_control_has_a_label_and_every_part_has_its_place() -> None:
    scene = StepperView(Stepper()).sent

    def names(place: Any) -> list[str]:
        inside = place.get("parts", []) if isinstance(place, dict) else place
        return [place] if isinstance(place, str) else [name for one in inside for name in names(one)]

    placed = [name for column in scene["layout"]["columns"] for name in names(column)]
    assert {*placed} == {name for name, entry in scene.items() if entry["kind"] not in ("layer", "layout")}
    assert all(entry["label"] for entry in scene.values() if entry["kind"] in ("button", "field", "tick", "code"))


def test_outside_a_notebook_the_stepper_prints_its_text_form(capsys: pytest.CaptureFixture[str]) -> None:
    descent_stepper(rate=0.25, start=2.0)
    printed = capsys.readouterr().out
    assert "slope 2 × 2 = 4, rate × slope = 0.25 × 4 = 1, new x = 2 − 1 = 1." in printed
    assert "stepper = Stepper(rate=0.25, start=2, a=1)" in printed
    descent_stepper(rate=1 / 3)
    assert f"Stepper(rate={1 / 3!r}, start=4, a=1)" in capsys.readouterr().out
    assert math.isclose(Stepper(1 / 3).rate, 1 / 3)
