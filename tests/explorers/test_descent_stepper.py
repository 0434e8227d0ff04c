"""The gradient-descent stepper as a widget, without a browser: its controls move one state, and show it."""

import io
from functools import partial
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers.explorers import descent_stepper as explorer
from helpers.explorers.descent_stepper import PRESETS, StepperSheet, make_widget, plot_stepper
from helpers.lessons.stepper import MOST, Stepper
from helpers.widgets import answering

widgets = pytest.importorskip("ipywidgets")


class Handles:
    """A stepper's widget, with its controls by name."""

    def __init__(self, stepper: Stepper | None = None) -> None:
        self.stepper = stepper or Stepper()
        self.box = make_widget(self.stepper)
        self.all = list(flat(self.box))
        self.buttons = {one.description: one for one in self.all if isinstance(one, widgets.Button)}
        self.slider = next(one for one in self.all if isinstance(one, widgets.FloatSlider))
        self.rate, self.start = (one for one in self.all if isinstance(one, widgets.FloatText))
        self.momentum, self.before = (one for one in self.all if isinstance(one, widgets.Checkbox))
        self.play = next(one for one in self.all if isinstance(one, widgets.Play))
        self.picture = next(one for one in self.all if isinstance(one, widgets.Image))
        self.words = [one for one in self.all if type(one) is widgets.HTML]

    def press(self, name: str) -> None:
        self.buttons[name].click()

    @property
    def playing(self) -> bool:
        """Whether the play runs; its switch is called _playing in ipywidgets 7."""
        return getattr(self.play, self.switch)

    @playing.setter
    def playing(self, on: bool) -> None:
        setattr(self.play, self.switch, on)

    @property
    def switch(self) -> str:
        return next(name for name in ("playing", "_playing") if self.play.has_trait(name))

    @property
    def said(self) -> str:
        return " ".join(one.value for one in self.words)


def flat(widget: Any) -> Any:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from flat(child)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)))


def test_step_back_and_reset_move_the_state_and_redraw_it() -> None:
    handles = Handles()
    first = handles.picture.value
    handles.press("Step")
    assert handles.stepper.positions == pytest.approx([4.0, 3.2])
    assert handles.picture.value != first
    assert "After 1 step:" in handles.said
    assert handles.stepper.numbers in handles.said
    handles.press("Step")
    handles.press("Back")
    assert handles.stepper.positions == pytest.approx([4.0, 3.2])
    handles.press("Reset")
    assert handles.stepper.positions == [4.0]
    assert (pixels(handles.picture.value) == pixels(first)).all()
    assert handles.play.value == 0


def test_play_counts_the_steps_and_its_stop_leads_back_to_the_start() -> None:
    handles = Handles()
    for value in (1, 2, 3):
        handles.play.value = value
    assert handles.stepper.steps == 3
    handles.press("Step")
    assert handles.play.value == 4, "play goes on from where the button led"
    handles.play.value = 0  # what its stop button does
    assert handles.stepper.positions == [4.0]


def test_play_stops_where_the_run_ends() -> None:
    handles = Handles(Stepper(rate=1.5))
    handles.playing = True
    handles.play.value = 60
    assert handles.stepper.ended
    assert handles.play.value == handles.stepper.steps < 20
    assert handles.playing is False
    assert handles.buttons["Step"].disabled
    assert "it diverged" in handles.said
    handles.press("Back")
    assert not handles.buttons["Step"].disabled


def test_every_button_pauses_the_play() -> None:
    handles = Handles()
    for name in ("Step", "Back", "Reset", *PRESETS):
        handles.playing = True
        handles.press(name)
        assert handles.playing is False, name


def test_the_play_of_ipywidgets_7_is_paused_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    import traitlets

    class OldPlay(widgets.BoundedIntText):
        """Play as ipywidgets 7 has it: its switch is called _playing."""

        _playing, _repeat = traitlets.Bool(), traitlets.Bool()
        interval, show_repeat = traitlets.CInt(100), traitlets.Bool(True)

    monkeypatch.setattr(widgets, "Play", OldPlay)
    handles = Handles(Stepper(rate=1.5))
    handles.playing = True
    handles.play.value = 50
    assert handles.stepper.ended
    assert handles.switch == "_playing"
    assert handles.playing is False


@pytest.mark.parametrize(("name", "rate"), PRESETS.items())
@pytest.mark.parametrize("a", [1.0, 2.0])
def test_a_preset_is_what_it_is_called_and_starts_anew(name: str, rate: float, a: float) -> None:
    handles = Handles(Stepper(a=a))
    handles.press("Step")
    handles.press(name)
    assert handles.stepper.rate == handles.rate.value == handles.slider.value == rate / a
    assert handles.stepper.steps == 0
    assert f"is {name}: " in handles.said


def test_slider_and_field_show_the_same_rate_and_stay_where_they_are() -> None:
    handles = Handles()
    handles.press("Step")
    handles.slider.value = 0.5
    assert handles.rate.value == handles.stepper.rate == 0.5
    handles.rate.value = 0.25
    assert handles.slider.value == handles.stepper.rate == 0.25
    assert handles.stepper.positions == pytest.approx([4.0, 3.2])


def test_another_start_begins_anew() -> None:
    handles = Handles()
    handles.press("Step")
    handles.start.value = -2
    assert handles.stepper.positions == [-2.0]
    assert handles.play.value == 0


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("rate", 0, "got 0.0 as the rate; a number from 0.001 to 1.5 is needed. The rate stays 0.1."),
    ("rate", 7, "got 7.0 as the rate"),
    ("start", 100, "got 100.0 as the start; a number from −5 to 5 is needed. The start stays 4."),
])  # fmt: skip
def test_a_wrong_number_gets_its_sentence_and_leaves_all_as_it_was(field: str, value: float, sentence: str) -> None:
    handles = Handles()
    handles.press("Step")
    before = handles.picture.value
    getattr(handles, field).value = value
    assert sentence in handles.said
    assert handles.picture.value == before
    assert handles.stepper.positions == pytest.approx([4.0, 3.2])
    getattr(handles, field).value = {"rate": 0.1, "start": 4}[field]
    assert "✗" not in handles.said, "a right number takes the sentence away"


def test_a_refused_number_leaves_its_field_with_the_next_press_and_costs_no_step() -> None:
    handles = Handles()
    handles.press("Step")
    handles.rate.value, handles.start.value = 7, 100
    handles.press("Step")
    assert (handles.rate.value, handles.start.value) == (0.1, 4.0)
    assert handles.stepper.positions == pytest.approx([4.0, 3.2, 2.56])
    assert "✗" not in handles.said


def test_a_rival_with_momentum_is_drawn_and_named_while_its_box_is_ticked() -> None:
    handles = Handles(Stepper(rate=0.02))
    for _ in range(3):
        handles.press("Step")
    alone = handles.picture.value
    handles.momentum.value = True
    assert (pixels(handles.picture.value) != pixels(alone)).any()
    alone_loss, rival_loss = handles.stepper.losses[-1], handles.stepper.beside(0.9)[-1] ** 2
    said = f"without momentum: {alone_loss:.4g}, with momentum 0.9: {rival_loss:.4g}."
    assert f"Losses after 3 steps: {said}" in handles.said
    handles.momentum.value = False
    assert handles.picture.value == alone
    assert "Losses" not in handles.said


def test_the_run_before_stays_in_the_picture_for_the_next_rate() -> None:
    handles = Handles()
    handles.before.value = True
    assert "there is none yet" in handles.said
    handles.press("Step")
    handles.press("too small")
    assert "none yet" not in handles.said
    for _ in range(2):
        handles.press("Step")
    assert "the run before: 10.24 (it ended after 1 step)." in handles.said
    lines = plot_stepper(handles.stepper, before=True)[1].lines
    assert pytest.approx(next(one.get_ydata() for one in lines if one.get_label() == "the run before")) == [
        4.0**2,
        3.2**2,
    ]


def test_the_axis_of_steps_is_long_enough_for_the_run_before() -> None:
    stepper = Stepper(rate=0.02)
    stepper.go_to(40)
    stepper.reset()
    assert plot_stepper(stepper, before=True)[1].get_xlim()[1] > 40
    assert plot_stepper(stepper)[1].get_xlim()[1] < 40


def test_no_callback_goes_unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where guarded callbacks only say that they were called, a control calls one, and nothing else happens."""
    called: list[Any] = []
    monkeypatch.setattr(answering, "guarded", lambda callback, errors: called.append)
    handles = Handles()

    def shown() -> tuple[Any, ...]:
        stepper = handles.stepper
        return stepper.steps, stepper.rate, stepper.numbers, handles.said, bytes(handles.picture.value)

    before = shown()
    changes = {handles.slider: 0.7, handles.rate: 0.2, handles.start: 2.0, handles.play: 1, handles.momentum: True,
               handles.before: True}  # fmt: skip
    acts = [button.click for button in handles.buttons.values()]
    acts += [partial(setattr, control, "value", value) for control, value in changes.items()]
    for act in acts:
        called.clear()
        act()
        assert len(called) == 1, act
        assert shown() == before, act


def test_every_control_has_a_name() -> None:
    handles = Handles()
    controls = [
        *handles.buttons.values(),
        handles.slider,
        handles.rate,
        handles.start,
        handles.momentum,
        handles.before,
    ]
    assert all(control.description for control in controls)
    labels = [one.value for one in handles.all if isinstance(one, widgets.Label)]
    assert {"Play, pause, stop:", "Race against:"} <= {*labels}


def test_the_sheet_draws_what_the_plain_function_draws() -> None:
    stepper, sheet = Stepper(rate=0.3), StepperSheet()
    stepper.go_to(4)
    drawn = sheet.picture(stepper)
    for place in sheet.axes:
        place.clear()
    plot_stepper(stepper, axes=sheet.axes)
    sheet.canvas.draw()
    plain = np.asarray(sheet.canvas.buffer_rgba())[..., :3].astype(int)
    # The marks of a moment are drawn over the frame instead of below it: a few pixels of the edge differ.
    assert (np.abs(pixels(drawn).astype(int) - plain).max(axis=2) > 40).mean() < 0.002


def test_the_picture_does_not_keep_what_was_drawn_before() -> None:
    used, fresh = StepperSheet(), StepperSheet()
    stepper = Stepper(rate=1.1)
    for steps in (3, 20, 2, 0, 5):
        stepper.go_to(steps)
        drawn = used.picture(stepper)
    assert (pixels(drawn) == pixels(fresh.picture(stepper))).all()
    assert all(len(place.lines) <= 2 for place in used.axes), "only the curve and its ground stay"


def test_a_hundred_steps_share_three_backgrounds() -> None:
    stepper, sheet, keys = Stepper(rate=0.02), StepperSheet(), []
    for steps in range(MOST + 1):
        stepper.go_to(steps)
        sheet.picture(stepper)
        keys.append(sheet.key)
        low, high = sheet.axes[1].get_xlim()
        assert low < 0 <= steps < high
    assert len({*keys}) == 3


@pytest.mark.parametrize(("rate", "steps"), [(0.5, 1), (0.02, 100), (1.1, 50), (1.5, 50), (1.0, 30)])
def test_every_state_can_be_drawn(rate: float, steps: int) -> None:
    stepper = Stepper(rate=rate)
    stepper.go_to(steps)
    picture = pixels(StepperSheet().picture(stepper))
    assert picture.ndim == 3
    assert picture.shape[2] == 3, "opaque"
    assert (picture[0] == 255).all(), "white at its edge"


def test_outside_a_notebook_the_stepper_prints_its_text_form(capsys: pytest.CaptureFixture[str]) -> None:
    explorer.descent_stepper(rate=0.25, start=2.0)
    printed = capsys.readouterr().out
    assert "slope 2 × 2 = 4, rate × slope = 0.25 × 4 = 1, new x = 2 − 1 = 1." in printed
    assert "stepper = Stepper(rate=0.25, start=2, a=1)" in printed
