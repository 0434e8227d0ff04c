"""An explorer of gradient descent on a · x²: set learning rate and start, step, go back, play, check the arithmetic.

`lessons.stepper` holds the state, `plot_stepper` draws it, and the widget is a thin view of both. Lesson 03.
"""

import math
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from ..lessons.descent import Quadratic, draw_curve, draw_path
from ..lessons.stepper import MOST, Stepper, in_steps
from ..plots import FIRST, SECOND, THIRD
from ..widgets.answering import Answering
from ..widgets.sheet import Sheet, enough
from ..widgets.showing import paragraph, show

PRESETS = {"too small": 0.02, "right": 0.3, "too large": 0.95, "diverging": 1.1}  # for a = 1
LOWEST, HIGHEST = 1e-6, 1e6  # losses that are drawn
INTERVAL = 700  # milliseconds between two steps of play
MOMENTUM = 0.9  # of the run beside it: what `fit` uses


# The picture ---------------------------------------------------------------------------------------------------------


def plot_stepper(stepper: Stepper, *, momentum: bool = False, before: bool = False, axes: Any = None) -> np.ndarray:
    """Draw the state of a stepper: left all positions on the curve and the next step, right the loss of each.

    momentum: also draw a run with momentum 0.9. before: also draw the run before this one.

    >>> [ax.get_xlabel() for ax in plot_stepper(Stepper())]
    ['x', 'step']
    """
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(8.4, 3.2), layout="constrained", facecolor="white")
    both = np.asarray(axes)
    rivals = rivals_of(stepper, momentum, before)
    _draw_background(both, stepper.curve, _reach(stepper), _last_step(stepper, rivals))
    _draw_state(both, stepper, rivals)
    return both


def rivals_of(stepper: Stepper, momentum: bool, before: bool) -> dict[str, list[float]]:
    """Return the runs that a stepper is compared with, by name: their positions after each step.

    >>> rivals_of(Stepper(start=2.0), momentum=True, before=True)
    {'with momentum 0.9': [2.0]}
    """
    rivals = {f"with momentum {MOMENTUM:g}": stepper.beside(MOMENTUM)} if momentum else {}
    return rivals | ({"the run before": stepper.before} if before and stepper.before else {})


def _reach(stepper: Stepper) -> float:
    """Return how far the axis of x goes: enough for this position and the next."""
    furthest = max(abs(x) for x in [*stepper.positions, stepper.x if stepper.ended else stepper.x - stepper.move])
    return enough(furthest, (5.6, 11, 22, 55, 110, 220, 550, 1100, 2200, 5500))


def _last_step(stepper: Stepper, rivals: dict[str, list[float]]) -> float:
    """Return where the axis of steps ends."""
    most = max(stepper.steps, *(len(positions) - 1 for positions in rivals.values()), 0)
    return enough(most, (20, 50, MOST))


def _draw_background(axes: np.ndarray, curve: Quadratic, reach: float, last_step: float) -> None:
    left, right = axes
    draw_curve(left, curve, reach)
    left.set_ylabel("")
    left.yaxis.set_major_formatter("{x:,.0f}")
    left.set_title("loss at x; the circle: the next step", fontsize=10, loc="left")
    right.set_title("loss after each step", fontsize=10, loc="left")
    right.set(xlabel="step", xlim=(-0.5, last_step + 0.5), ylim=(LOWEST / 3, 3 * HIGHEST), yscale="log")
    ticks = [10.0**power for power in range(-6, 7, 3)]
    right.set_yticks(ticks, [f"{tick:,.7g}" if tick >= 0.001 else "0.000001" for tick in ticks])
    right.minorticks_off()
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)


def _draw_state(axes: np.ndarray, stepper: Stepper, rivals: dict[str, list[float]]) -> list[Artist]:
    """Draw what changes with every step; return it."""
    left, right = axes
    positions, drawn = np.array(stepper.positions), []
    if not stepper.ended:
        x, after, loss = stepper.x, stepper.x - stepper.move, float(stepper.losses[-1])
        near = np.array([x - 0.18 * left.get_xlim()[1], x + 0.18 * left.get_xlim()[1]])
        drawn += left.plot(near, loss + stepper.gradient * (near - x), "--", color=SECOND, linewidth=2.2)
        drawn += left.plot([x, after, after], [loss, loss, float(stepper.curve(after))], ":", color="black")
        drawn += left.plot([after], [float(stepper.curve(after))], "o", color="white", markeredgecolor="black")
    drawn += draw_path(left, positions, stepper.curve)
    for name, path in rivals.items():
        style = {"marker": "^" if "momentum" in name else "s", "color": "black", "markerfacecolor": "white"}
        heights = stepper.curve(path)
        now = min(stepper.steps, len(path) - 1)
        drawn += left.plot(path[now], heights[now], markersize=9, **style)
        clipped = np.clip(heights, LOWEST, HIGHEST)
        drawn += right.plot(clipped, linestyle=":", linewidth=1, markersize=5, label=name, **style)
    losses = np.clip(stepper.losses, LOWEST, HIGHEST)
    drawn += right.plot(losses, "o-", color=FIRST, markersize=4, linewidth=1)
    drawn += right.plot([len(losses) - 1], losses[-1:], "*", color=THIRD, markersize=13, markeredgecolor="black")
    if rivals:
        drawn.append(right.legend(loc="upper right", frameon=False, fontsize=9))
    return drawn


class StepperSheet(Sheet):
    """The sheet that a stepper is drawn on again and again."""

    def __init__(self) -> None:
        super().__init__(Figure(figsize=(8.4, 3.2), facecolor="white"))
        self.figure.subplots_adjust(left=0.105, right=0.985, bottom=0.15, top=0.92, wspace=0.26)
        self.axes = self.figure.subplots(1, 2)

    def picture(self, stepper: Stepper, *, momentum: bool = False, before: bool = False) -> bytes:
        """Return the picture of a stepper as a PNG file."""
        rivals = rivals_of(stepper, momentum, before)
        reach, last_step = _reach(stepper), _last_step(stepper, rivals)

        def background() -> None:
            for ax in self.axes:
                ax.clear()
            _draw_background(self.axes, stepper.curve, reach, last_step)

        return self.png((reach, last_step), background, lambda: _draw_state(self.axes, stepper, rivals))


def _race_in_words(stepper: Stepper, rivals: dict[str, list[float]], before: bool) -> str:
    """Return the loss of each run after as many steps, or after its last."""
    said = [f"Losses after {in_steps(stepper.steps)}: without momentum: {float(stepper.losses[-1]):.4g}"]
    for name, path in rivals.items():
        step = min(stepper.steps, len(path) - 1)
        ended = "" if step == stepper.steps else f" (it ended after {in_steps(step)})"
        said.append(f"{name}: {float(stepper.curve(path[step])):.4g}{ended}")
    missing = (
        " The run before: there is none yet. Take some steps, then Reset." if before and not stepper.before else ""
    )
    return ", ".join(said) + "." + missing


# The widget ----------------------------------------------------------------------------------------------------------


def descent_stepper(rate: float = 0.1, start: float = 4.0, a: float = 1.0) -> None:
    """Show the stepper on a · x²: set rate and start, press Step, Back, Reset or play, and read each step's numbers."""
    stepper = Stepper(rate, start, a)
    text = "\n".join(
        ["Gradient-descent stepper.", f"  {stepper.numbers}", f"  {stepper.verdict}", "To step in a cell:",
         f"  stepper = Stepper(rate={rate:g}, start={start:g}, a={a:g})",
         "  stepper.step(); print(stepper.numbers); print(stepper.verdict)"]
    )  # fmt: skip
    show(lambda: make_widget(stepper), text)


def make_widget(stepper: Stepper) -> Any:
    """Return the stepper as a box of controls, a picture, and the numbers of the next step.

    The number that `Play` counts up is the number of steps taken: its button, Step, Back and Reset all move this one
    number, so they cannot disagree. JupyterLab takes the arrow keys away from sliders; the fields beside them are for
    the keyboard.
    """
    import ipywidgets as widgets

    sheet, auto = StepperSheet(), {"description_width": "initial"}
    wrapped = widgets.Layout(flex_flow="row wrap", align_items="center")
    numbers, verdict, race, errors = widgets.HTML(), widgets.HTML(), widgets.HTML(), widgets.Output()
    picture = widgets.Image(format="png", layout=widgets.Layout(width="100%", max_width="840px", height="auto"))
    low, high = stepper.rates
    rate_slider = widgets.FloatSlider(
        value=stepper.rate, min=low, max=high, step=low, description="learning rate", readout=False, style=auto,
        layout=widgets.Layout(width="340px"),
    )  # fmt: skip
    field_layout = widgets.Layout(width="130px")
    rate_field = widgets.FloatText(value=stepper.rate, step=0.01, description="rate =", style=auto, layout=field_layout)
    start_field = widgets.FloatText(
        value=stepper.start, step=0.5, description="start =", style=auto, layout=field_layout
    )
    play = widgets.Play(min=0, max=MOST, value=0, interval=INTERVAL, description="play", show_repeat=False)
    back, forward, reset = (
        widgets.Button(description=name, tooltip=tooltip, layout=widgets.Layout(width="90px"))
        for name, tooltip in (("Back", "take one step back"), ("Step", "take one step"), ("Reset", "go to the start"))
    )
    presets = [
        widgets.Button(
            description=name, tooltip=f"rate {rate / stepper.a:g}, from the start", layout=widgets.Layout(width="100px")
        )
        for name, rate in PRESETS.items()
    ]

    momentum, before = (
        widgets.Checkbox(value=False, description=name, indent=False, layout=widgets.Layout(width="auto"))
        for name in (f"momentum {MOMENTUM:g}", "the run before")
    )
    playing = "playing" if play.has_trait("playing") else "_playing"  # ipywidgets 8, and 7
    shown: list[Any] = []

    def show_state(refused: str) -> None:
        if stepper.ended:
            pause()
        if not getattr(play, playing):  # while it plays, its next tick may be waiting
            play.value = stepper.steps
        if refused:  # what was typed stays there, beside the sentence
            verdict.value = paragraph(refused, "✗")
            return
        rivals = rivals_of(stepper, momentum.value, before.value)
        state = [stepper.rate, list(stepper.positions), rivals]
        if state != shown:  # a control may report what it was set to: nothing new to draw
            picture.value = sheet.picture(stepper, momentum=momentum.value, before=before.value)
            shown[:] = state
        numbers.value = paragraph(stepper.numbers, f"After {in_steps(stepper.steps)}:")
        verdict.value = paragraph(stepper.verdict)
        race.value = paragraph(_race_in_words(stepper, rivals, before.value)) if momentum.value or before.value else ""
        rate_field.value, start_field.value = stepper.rate, stepper.start
        if not math.isclose(rate_slider.value, stepper.rate):
            rate_slider.value = stepper.rate
        back.disabled, forward.disabled = not stepper.steps, stepper.ended

    def pause() -> None:
        setattr(play, playing, False)

    def go_to(steps: int) -> None:
        pause()
        stepper.go_to(steps)

    def restart() -> None:
        pause()
        stepper.reset()

    def set_rate(rate: float) -> None:
        try:
            stepper.set_rate(rate)
        except ValueError as error:
            raise ValueError(f"{error}. The rate stays {stepper.rate:g}") from None

    def slide(rate: float) -> None:
        if not math.isclose(rate, stepper.rate):
            set_rate(rate)

    def set_start(start: float) -> None:
        if start == stepper.start:
            return
        try:
            stepper.set_start(start)
        except ValueError as error:
            raise ValueError(f"{error}. The start stays {stepper.start:g}") from None
        restart()

    def preset(rate: float) -> None:
        stepper.set_rate(rate)
        restart()

    answer = Answering(show_state, errors, lambda error: f"{error}.")
    play.observe(answer(stepper.go_to), "value")
    rate_slider.observe(answer(slide), "value")
    rate_field.observe(answer(set_rate), "value")
    start_field.observe(answer(set_start), "value")
    for rival in (momentum, before):
        rival.observe(answer(lambda _: None), "value")
    back.on_click(answer(lambda _: go_to(stepper.steps - 1)))
    forward.on_click(answer(lambda _: go_to(stepper.steps + 1)))
    reset.on_click(answer(lambda _: restart()))
    for button, rate in zip(presets, PRESETS.values(), strict=True):
        button.on_click(answer(lambda _, rate=rate: preset(rate / stepper.a)))
    answer.refresh()
    rows = [
        widgets.HBox([rate_slider, rate_field, start_field], layout=wrapped),
        widgets.HBox([widgets.Label("Rates to try:"), *presets], layout=wrapped),
        widgets.HBox([back, forward, reset, widgets.Label("Play, pause, stop:"), play], layout=wrapped),
        widgets.HBox([widgets.Label("Race against:"), momentum, before], layout=wrapped),
    ]
    box = widgets.VBox([*rows, numbers, verdict, race, picture, errors])
    box.add_class("whole-game-descent-stepper")
    return box
