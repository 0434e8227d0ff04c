"""The depth explorer in the page: how large activations and gradients are in each layer, and what makes them so."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ...lessons.deep_stack import ACTIVATIONS
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import read_number
from ...widgets.showing import show
from .activation import LIMITS as POINT_LIMITS
from .stack import DEEPEST, FAR, LIMITS, Sizes, Stack, describe_depth, describe_factors, sizes_of, stack_name

NAMES = list(ACTIVATIONS)
GROWING = ["scale", "depth"]  # what play lets grow
STRIDE = 0.02  # of the scale, from one frame of play to the next
EDGE = float(np.log10(FAR))  # sizes are drawn by their power of ten
POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
TICKS = [[float(power), f"10{power}".replace(str(power), str(power).translate(POWERS)) if power else "1"]
         for power in range(-12, 13, 4)]  # fmt: skip


def depth_explorer(name: str = "sigmoid", depth: int = 20, scale: float = 1.0, alpha: float = 0.1) -> None:
    """Show the explorer of a deep stack: choose activation function, depth and scale of the initial weights."""
    stack = Stack(name, depth, scale, alpha)
    text = (
        f"Depth explorer. {describe_depth(stack.name, stack.depth, stack.scale, sizes_of(stack))}\n"
        f"To draw it in a cell: {stack.code.splitlines()[1]}"
    )
    show(lambda: DepthView(stack).canvas, text)


class DepthView(Explorer):
    """A deep stack in the page. Options: `growing`, which of `GROWING` play lets grow."""

    state: Stack

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack, growing=0)

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        return {
            "name": lambda told: replace(self.state, name=NAMES[told["value"]]),
            "depth": lambda told: replace(self.state, depth=LIMITS.whole("depth", read_number(told["value"]))),
            "scale": lambda told: replace(self.state, scale=LIMITS.checked("scale", read_number(told["value"]))),
            "alpha": lambda told: replace(self.state, alpha=POINT_LIMITS.checked("α", read_number(told["value"]))),
            "last": lambda told: replace(self.state, depth=round(told["x"])),
            "growing": lambda told: self.options.update(growing=told["value"]),
            "play": lambda told: self.from_the_lowest() if told["value"] else None,
        }

    @property
    def grows(self) -> str:
        """What play lets grow."""
        return GROWING[self.options["growing"]]

    def from_the_lowest(self) -> Stack | None:
        """Return the stack with the lowest of what grows, if it has reached the highest."""
        low, high = LIMITS[self.grows]
        return replace(self.state, **{self.grows: low}) if getattr(self.state, self.grows) >= high else None

    def advance(self) -> bool:
        """Let the scale or the depth grow; False where it is the largest."""
        high, now = LIMITS[self.grows][1], getattr(self.state, self.grows)
        after = min(now + 1 if self.grows == "depth" else round(now + STRIDE, 6), high)
        self.state = replace(self.state, **{self.grows: after})
        return after < high

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        stack, sizes = self.state, sizes_of(self.state)
        alpha = {"step": 0.01, "limits": POINT_LIMITS["α"], "slides": True, "off": stack.name != "leaky ReLU"}
        return self._figure(sizes) | {
            "play": entries.play(interval=120 if self.grows == "depth" else 40, tip=f"let the {self.grows} grow"),
            "growing": entries.choice("Play grows the", GROWING, self.options["growing"]),
            "name": entries.choice("function", NAMES, NAMES.index(stack.name)),
            "depth": entries.field("depth", stack.depth, step=1, limits=LIMITS["depth"], slides=True),
            "scale": entries.field("scale", stack.scale, step=0.1, limits=LIMITS["scale"], slides=True),
            "alpha": entries.field("α", stack.alpha, tip="the slope of leaky ReLU on the left", **alpha),
            "said": entries.words(describe_depth(stack.name, stack.depth, stack.scale, sizes),
                                  describe_factors(sizes), live=True),
            "code": entries.code(stack.code),
            "layout": entries.layout(
                "Depth explorer",
                [["play", "undo"], "growing", "name", "depth", "scale", "alpha", "said",
                 entries.more("The code of this state", "code"), "error"],
                ["sizes"],
            ),
        }  # fmt: skip

    def _figure(self, sizes: Sizes) -> dict[str, Entry]:
        """Return the figure of the sizes, with the last layer to be dragged."""
        stack = self.state
        layers = np.arange(1, stack.depth + 1)
        forward, back = (np.log10(np.clip(values, 1 / FAR, FAR)) for values in sizes)
        handle = entries.handle(
            "last", "last layer: drag it to another depth", stack.depth, 1 - EDGE,
            limits=(*LIMITS["depth"], 1 - EDGE, 1 - EDGE), step=(1, 0), value=f"{stack.depth} layers", colour="ink",
            shape="ring",
        )  # fmt: skip
        return {
            "grid": entries.layer([entries.line([0, DEEPEST + 1], [0, 0], "grey", width=1)]),
            "lines": entries.layer(
                [
                    entries.line([stack.depth, stack.depth], [-EDGE, EDGE], "soft", width=1, dash="dashed"),
                    entries.line(layers, forward, "first"), entries.points(layers, forward, "first", size=3.5),
                    entries.line(layers, back, "third", dash="dashed"),
                    entries.points(layers, back, "third", marker="square", size=3),
                ],
                [handle],
            ),
            "sizes": entries.figure(
                f"typical size in each layer: {stack_name(stack.name, stack.depth, stack.scale)}", ["grid", "lines"],
                describe_depth(stack.name, stack.depth, stack.scale, sizes), x=entries.axis((0, DEEPEST + 1), "layer"),
                y=entries.axis((-EDGE, EDGE), ticks=TICKS), height=430, ratio=1.5,
                legend=[("activations, sent forward", "first", "dot"), ("gradients, sent back", "third", "square")],
            ),
        }  # fmt: skip
