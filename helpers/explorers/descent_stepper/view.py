"""The descent stepper in the page: the ball is dragged to another start, the ring of the next step to another rate."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import as_code, read_number, written
from ...widgets.showing import show
from .plot import HIGHEST, LOWEST, MOMENTUM, last_step, reach_of, rivals_of
from .state import LARGEST_START, MOST, Stepper, in_steps
from .words import code_of, race_in_words

PRESETS = {"too small": 0.02, "right": 0.3, "too large": 0.95, "diverging": 1.1}  # for a = 1
NONE_BEFORE = "The run before: there is none yet. Take some steps, then Reset."
GLIDE = 8  # frames of play for one step: the ball is seen on its way
TICKS = [[10.0**power, f"{10.0**power:,.7g}" if power > -6 else "0.000001"] for power in range(-6, 7, 3)]


def descent_stepper(rate: float = 0.1, start: float = 4.0, a: float = 1.0) -> None:
    """Show the stepper on a · x²: drag the ball or the next step, press Step or Play, and read each step's numbers."""
    stepper = Stepper(rate, start, a)
    text = "\n".join(
        ["Gradient-descent stepper.", f"  {stepper.numbers}", f"  {stepper.verdict}", "To step in a cell:",
         f"  stepper = Stepper(rate={as_code(rate)}, start={as_code(start)}, a={as_code(a)})",
         "  stepper.step(); print(stepper.numbers); print(stepper.verdict)"]
    )  # fmt: skip
    show(lambda: StepperView(stepper).canvas, text)


class StepperView(Explorer):
    """A stepper in the page. Options: `glide`, how far the ball is on its way to the next step; which rivals race.

    And `reach`, that of the axis while the next step is dragged: at another rate it might be another.
    """

    state: Stepper

    def __init__(self, stepper: Stepper) -> None:
        super().__init__(stepper, glide=0, reach=0.0, momentum=False, before=False)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        acts: dict[str, Callable[[Told], Any]] = {
            "play": lambda told: self.begin(bool(told["value"])),
            "step": lambda told: self.go_to(self.state.steps + 1),
            "back": lambda told: self.go_to(self.state.steps - 1),
            "reset": lambda told: self.go_to_start(),
            "rate": lambda told: self.set_rate(read_number(told["value"])),
            "start": lambda told: self.set_start(read_number(told["value"])),
            "ball": lambda told: self.set_start(told["x"]),
            "next": lambda told: self.drag_next(told["x"]),
            "momentum": lambda told: self.options.update(momentum=told["value"]),
            "before": lambda told: self.options.update(before=told["value"]),
        }
        for name, rate in PRESETS.items():
            acts[name] = lambda told, rate=rate: self.preset(rate)
        return acts

    def settle(self) -> None:
        """Show the ball where it is, and the axis as it is for this state."""
        self.options.update(glide=0, reach=0.0)

    def begin(self, plays: bool) -> None:
        """Begin or end a play: a run that has ended is played from its start."""
        self.settle()
        if plays and self.state.ended:
            self.state.reset()

    def go_to(self, steps: int) -> None:
        """Go to the position after so many steps, and pause."""
        self.playing = False
        self.settle()
        self.state.go_to(steps)

    def go_to_start(self) -> None:
        """Go to the start, and pause; this run becomes the run before."""
        self.playing = False
        self.settle()
        self.state.reset()

    def set_rate(self, rate: float) -> None:
        """Take the next steps at another rate."""
        try:
            self.state.set_rate(rate)
        except ValueError as error:
            raise ValueError(f"{error}. The rate stays {written(self.state.rate)}") from None
        self.options["reach"] = 0.0

    def set_start(self, start: float) -> None:
        """Begin at another start."""
        try:
            self.state.set_start(start)
        except ValueError as error:
            raise ValueError(f"{error}. The start stays {written(self.state.start)}") from None
        self.settle()

    def drag_next(self, x: float) -> None:
        """Take the rate with which the next step leads to x; the nearest one that may be set."""
        if self.state.gradient:
            (low, high), reach = self.state.rates, self.reach
            digits = 3 + max(0, math.ceil(math.log10(self.state.a)))  # a steeper curve needs smaller rates
            rate = round((self.state.x - x) / self.state.gradient, digits)
            self.state.set_rate(min(max(rate, low), high))
            self.options["reach"] = reach

    def preset(self, rate: float) -> None:
        """Take a rate from the start on."""
        self.state.set_rate(rate / self.state.a)
        self.settle()
        self.state.reset()

    @property
    def reach(self) -> float:
        """How far the axis of x goes."""
        return self.options["reach"] or reach_of(self.state)

    @property
    def stride(self) -> float:
        """By how much an arrow key changes the rate: 0.01 for a = 1, and a round number for others."""
        return float(f"{0.01 / self.state.a:.0e}")

    def advance(self) -> bool:
        """Let the ball glide to the next step; False where the run has ended."""
        self.options["glide"] = (self.options["glide"] + 1) % GLIDE
        if not self.options["glide"]:
            self.state.step()
        return not self.state.ended

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        stepper, options = self.state, self.options
        rivals = rivals_of(stepper, options["momentum"], options["before"])
        presets = {name: entries.button(name, tip=f"rate {rate / stepper.a:g}, from the start")
                   for name, rate in PRESETS.items()}  # fmt: skip
        return presets | self.curve(rivals) | self.losses(rivals) | {
            "play": entries.play(),
            "step": entries.button("Step", tip="take one step", off=stepper.ended),
            "back": entries.button("Back", tip="take one step back", off=not stepper.steps),
            "reset": entries.button("Reset", tip="go to the start", off=not stepper.steps),
            "rate": entries.field("rate", stepper.rate, step=self.stride, limits=stepper.rates, slides=True),
            "start": entries.field("start", stepper.start, step=0.5, limits=(-LARGEST_START, LARGEST_START)),
            "momentum": entries.tick(f"momentum {MOMENTUM:g}", options["momentum"]),
            "before": entries.tick("the run before", options["before"]),
            "said": entries.words((f"After {in_steps(stepper.steps)}:", stepper.numbers), stepper.verdict, live=True),
            "race": entries.words(race_in_words(stepper, rivals) if rivals else "", NONE_BEFORE if options["before"]
                                  and not stepper.before else ""),
            "code": entries.code(code_of(stepper, momentum=options["momentum"], before=options["before"])),
            "layout": entries.layout(
                "Gradient-descent stepper",
                [["play"], ["step", "back", "reset", "undo"], "rate", list(PRESETS), "start", "said",
                 entries.more("Race against …", ["momentum", "before"], "race"),
                 entries.more("The code of this state", "code"), "error"],
                [["curve", "losses"]],
            ),
        }  # fmt: skip

    def curve(self, rivals: dict[str, list[float]]) -> dict[str, Entry]:
        """Return the figure of the curve, with the ball and the next step."""
        stepper, reach = self.state, self.reach
        across = np.linspace(-2 * reach, 2 * reach, 481)  # beyond the edge: the axis is not there at once
        top = float(stepper.curve(reach))
        ground = entries.line(across, stepper.curve(across), "grey", width=2)
        x = stepper.x - stepper.move * self.options["glide"] / GLIDE
        after, loss = stepper.x - stepper.move, float(stepper.losses[-1])
        path = [entries.line(stepper.positions, stepper.losses, "first", width=1),
                entries.points(stepper.positions, stepper.losses, "first", size=4)]  # fmt: skip
        handles = [entries.handle(
            "ball", "ball: drag it to another start", x, float(stepper.curve(x)),
            limits=(-LARGEST_START, LARGEST_START, 0, top), step=(0.05, 0), keys=(0.1, 0), along=ground,
            value=f"x {written(x, 4)}, loss {written(float(stepper.curve(x)), 4)}",
        )]  # fmt: skip
        if not stepper.ended:
            near = np.array([stepper.x - 0.18 * reach, stepper.x + 0.18 * reach])
            tangent = loss + stepper.gradient * (near - stepper.x)
            path += [entries.line(near, tangent, "second", width=2.5, dash="dashed"),
                     entries.line([stepper.x, after], [loss, loss], "ink", width=2),
                     entries.line([after] * 2, [loss, float(stepper.curve(after))], "ink", dash="dotted")]  # fmt: skip
            if stepper.gradient:
                handles.insert(0, self.next_step(ground, after, top))
        for name, positions in rivals.items():
            now = positions[min(stepper.steps, len(positions) - 1)]
            path.append(entries.points([now], [float(stepper.curve(now))], "ink", **rival(name), size=6))
        alt = f"The curve {'' if stepper.a == 1 else f'{stepper.a:g} '}x². {stepper.numbers}"
        heights = [[height, f"{height:,.10g}"] for height, _ in entries.round_ticks(0.0, top)]
        return {
            "ground": entries.layer([ground]),
            "path": entries.layer(path, handles),
            "curve": entries.figure(
                "loss at x; the ring is the next step", ["ground", "path"], alt, x=entries.axis((-reach, reach), "x"),
                y=entries.axis((-0.05 * top, top), ticks=heights), height=330, ratio=1.05, zooms=True,
            ),
        }  # fmt: skip

    def next_step(self, ground: Entry, after: float, top: float) -> Entry:
        """Return the ring where the next step leads; it can be dragged as far as there are rates for it."""
        stepper, reach = self.state, self.reach
        ends = sorted(stepper.x - rate * stepper.gradient for rate in stepper.rates)
        return entries.handle(
            "next", "next step: drag it to change the rate", after, float(stepper.curve(after)),
            limits=(max(ends[0], -reach), min(ends[1], reach), 0.0, top),
            keys=(self.stride * abs(stepper.gradient), 0), along=ground, value=f"rate {written(stepper.rate)}",
            shape="ring", colour="ink",
        )  # fmt: skip

    def losses(self, rivals: dict[str, list[float]]) -> dict[str, Entry]:
        """Return the figure of the loss of each step, the stepper's and its rivals'."""
        stepper, items, legend = self.state, [], []
        for name, positions in rivals.items():
            drawn = np.clip(stepper.curve(positions), LOWEST, HIGHEST)
            items += [entries.line(np.arange(len(drawn)), drawn, "ink", width=1, dash="dotted"),
                      entries.points(np.arange(len(drawn)), drawn, "ink", **rival(name), size=3.5)]  # fmt: skip
            legend.append((name, "ink", rival(name)["marker"]))
        if rivals:
            legend.append(("this run", "first", "dot"))
        drawn = np.clip(stepper.losses, LOWEST, HIGHEST)
        items += [entries.line(np.arange(len(drawn)), drawn, "first"),
                  entries.points(np.arange(len(drawn)), drawn, "first", size=3),
                  entries.points([len(drawn) - 1], drawn[-1:], "third", size=6, edge=True)]  # fmt: skip
        end = last_step(stepper, rivals)
        now = written(float(stepper.losses[-1]), 4)
        alt = f"Loss after each of {in_steps(stepper.steps)}: now {now}, at most {MOST} steps."
        return {
            "lines": entries.layer(items),
            "losses": entries.figure(
                "loss after each step", ["lines"], alt, x=entries.axis((0, end), "step", most=5),
                y=entries.axis((LOWEST / 3, 3 * HIGHEST), ticks=TICKS, log=True), height=330, ratio=1.05, legend=legend,
            ),
        }  # fmt: skip


def rival(name: str) -> dict[str, Any]:
    """Return how the points of a rival are drawn."""
    return {"marker": "triangle" if "momentum" in name else "square", "open": True}
