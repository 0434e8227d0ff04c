"""The descent stepper in the page: the ball is dragged to another start, the circle of the next step to another rate."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...lessons.stepper import LARGEST_START, MOST, Stepper, in_steps
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import read_number
from ...widgets.showing import show
from .plot import HIGHEST, LOWEST, MOMENTUM, last_step, race_in_words, reach_of, rivals_of

PRESETS = {"too small": 0.02, "right": 0.3, "too large": 0.95, "diverging": 1.1}  # for a = 1
GLIDE = 8  # frames of play for one step: the ball is seen on its way
TICKS = [[10.0**power, f"{10.0**power:,.7g}" if power > -6 else "0.000001"] for power in range(-6, 7, 3)]


def descent_stepper(rate: float = 0.1, start: float = 4.0, a: float = 1.0) -> None:
    """Show the stepper on a · x²: drag the ball or the next step, press Step or Play, and read each step's numbers."""
    stepper = Stepper(rate, start, a)
    text = "\n".join(
        ["Gradient-descent stepper.", f"  {stepper.numbers}", f"  {stepper.verdict}", "To step in a cell:",
         f"  stepper = Stepper(rate={rate:g}, start={start:g}, a={a:g})",
         "  stepper.step(); print(stepper.numbers); print(stepper.verdict)"]
    )  # fmt: skip
    show(lambda: StepperView(stepper).canvas, text)


class StepperView(Explorer):
    """A stepper in the page. Options: `glide`, how far the ball is on its way to the next step; which rivals race."""

    state: Stepper

    def __init__(self, stepper: Stepper) -> None:
        super().__init__(stepper, glide=0, momentum=False, before=False)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        acts: dict[str, Callable[[Told], Any]] = {
            "step": lambda told: self.go_to(self.state.steps + 1),
            "back": lambda told: self.go_to(self.state.steps - 1),
            "reset": lambda told: self.restart(),
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

    def go_to(self, steps: int) -> None:
        """Go to the position after so many steps."""
        self.options["glide"] = 0
        self.state.go_to(steps)

    def restart(self) -> None:
        """Go to the start; this run becomes the run before."""
        self.options["glide"] = 0
        self.state.reset()

    def set_rate(self, rate: float) -> None:
        """Take the next steps at another rate."""
        try:
            self.state.set_rate(rate)
        except ValueError as error:
            raise ValueError(f"{error}. The rate stays {self.state.rate:g}") from None

    def set_start(self, start: float) -> None:
        """Begin at another start."""
        try:
            self.state.set_start(round(start, 6))
        except ValueError as error:
            raise ValueError(f"{error}. The start stays {self.state.start:g}") from None
        self.options["glide"] = 0

    def drag_next(self, x: float) -> None:
        """Take the rate with which the next step leads to x; the nearest one that may be set."""
        if self.state.gradient:
            low, high = self.state.rates
            rate = (self.state.x - x) / self.state.gradient
            self.state.set_rate(round(min(max(rate, low), high), 3))

    def preset(self, rate: float) -> None:
        """Take a rate from the start on."""
        self.state.set_rate(rate / self.state.a)
        self.restart()

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
        reach, low, high = reach_of(stepper), *stepper.rates
        presets = {name: entries.button(name, tip=f"rate {rate / stepper.a:g}, from the start")
                   for name, rate in PRESETS.items()}  # fmt: skip
        return presets | self.curve(reach, rivals) | self.losses(rivals) | {
            "play": entries.play(off=stepper.ended),
            "step": entries.button("Step", tip="take one step", off=stepper.ended),
            "back": entries.button("Back", tip="take one step back", off=not stepper.steps),
            "reset": entries.button("Reset", tip="go to the start", off=not stepper.steps),
            "rate": entries.field("rate", stepper.rate, step=0.01 / stepper.a, limits=(low, high), slides=True),
            "start": entries.field("start", stepper.start, step=0.5, limits=(-LARGEST_START, LARGEST_START)),
            "momentum": entries.tick(f"momentum {MOMENTUM:g}", options["momentum"]),
            "before": entries.tick("the run before", options["before"]),
            "said": entries.words((f"After {in_steps(stepper.steps)}:", stepper.numbers), stepper.verdict, live=True),
            "race": entries.words(race_in_words(stepper, rivals, options["before"]) if options["momentum"]
                                  or options["before"] else ""),
            "layout": entries.layout(
                "Gradient-descent stepper",
                [["play"], ["step", "back", "reset", "undo"], "rate", list(PRESETS), "start", "said",
                 entries.more("Race against …", ["momentum", "before"], "race"), "error"],
                [["curve", "losses"]],
            ),
        }  # fmt: skip

    def curve(self, reach: float, rivals: dict[str, list[float]]) -> dict[str, Entry]:
        """Return the figure of the curve, with the ball and the next step."""
        stepper = self.state
        across = np.linspace(-reach, reach, 241)
        top = float(stepper.curve(reach))
        ground = entries.line(across, stepper.curve(across), "grey", width=2)
        x = stepper.x - stepper.move * self.options["glide"] / GLIDE
        after, loss = stepper.x - stepper.move, float(stepper.losses[-1])
        limits = (-reach, reach, 0.0, top)
        path = [entries.line(stepper.positions, stepper.losses, "first", width=1),
                entries.points(stepper.positions, stepper.losses, "first", size=4)]  # fmt: skip
        handles = [entries.handle(
            "ball", "ball: drag it to another start", x, float(stepper.curve(x)), limits=(-LARGEST_START, LARGEST_START, 0, top),
            step=(0.05, 0), keys=(0.1, 0), along=ground, value=f"x {x:.4g}, loss {float(stepper.curve(x)):.4g}",
        )]  # fmt: skip
        if not stepper.ended:
            near = np.array([stepper.x - 0.18 * reach, stepper.x + 0.18 * reach])
            path += [entries.line(near, loss + stepper.gradient * (near - stepper.x), "second", width=2.5, dash="dashed"),
                     entries.arrow((stepper.x, loss), (after, loss), "ink", width=2),
                     entries.line([after, after], [loss, float(stepper.curve(after))], "ink", dash="dotted")]  # fmt: skip
            if stepper.gradient:
                handles.insert(0, entries.handle(
                    "next", "next step: drag it to change the rate", after, float(stepper.curve(after)), limits=limits,
                    keys=(0.1, 0), along=ground, value=f"rate {stepper.rate:g}", shape="ring", colour="ink",
                ))  # fmt: skip
        for name, positions in rivals.items():
            now = min(stepper.steps, len(positions) - 1)
            marker = "triangle" if "momentum" in name else "square"
            path.append(entries.points([positions[now]], stepper.curve([positions[now]]), "ink", marker=marker, open=True, size=6))
        alt = f"The curve {stepper.a:g} x². {stepper.numbers}"
        return {
            "ground": entries.layer([ground]),
            "path": entries.layer(path, handles),
            "curve": entries.figure(
                "loss at x; the ring is the next step", ["ground", "path"], alt, x=entries.axis((-reach, reach), "x"),
                y=entries.axis((0.0, top)), height=330, ratio=1.05,
            ),
        }  # fmt: skip

    def losses(self, rivals: dict[str, list[float]]) -> dict[str, Entry]:
        """Return the figure of the loss of each step, the stepper's and its rivals'."""
        stepper, items, legend = self.state, [], []
        for name, positions in rivals.items():
            marker = "triangle" if "momentum" in name else "square"
            drawn = np.clip(stepper.curve(positions), LOWEST, HIGHEST)
            items += [entries.line(np.arange(len(drawn)), drawn, "ink", width=1, dash="dotted"),
                      entries.points(np.arange(len(drawn)), drawn, "ink", marker=marker, open=True, size=3.5)]  # fmt: skip
            legend.append((name, "ink", marker))
        drawn = np.clip(stepper.losses, LOWEST, HIGHEST)
        items += [entries.line(np.arange(len(drawn)), drawn, "first"),
                  entries.points(np.arange(len(drawn)), drawn, "first", size=3),
                  entries.points([len(drawn) - 1], drawn[-1:], "third", size=6, edge=True)]  # fmt: skip
        end = last_step(stepper, rivals)
        alt = f"Loss after each of {in_steps(stepper.steps)}: now {float(stepper.losses[-1]):.4g}, at most {MOST} steps."
        return {
            "lines": entries.layer(items),
            "losses": entries.figure(
                "loss after each step", ["lines"], alt, x=entries.axis((0, end), "step", most=5),
                y=entries.axis((LOWEST / 3, 3 * HIGHEST), ticks=TICKS, log=True), height=330, ratio=1.05, legend=legend,
            ),
        }  # fmt: skip
