"""One number of a network from near: the largest inputs, patch × kernel = products, the sum, and what becomes of it.

It is drawn around the thumbnail of its channel on the map, so that the page can fly there. Positions are given in
pixels of a figure of WIDE × HIGH pixels, whose thumbnail is THUMB wide.
"""

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from .columns import HEIGHT, NEAR, WIDTH
from .drawing import colours_of
from .map import NetworkMap
from .state import SHOWN, NetworkState
from .words import grids, in_decimals, named_steps

WIDE, THUMB = 996, 214
HIGH = WIDE * HEIGHT / WIDTH
LEFT, ABOVE = 762, 50  # where the thumbnail stands
SIDE, WIDER, PITCH, START = 74, 110, 93, 18  # of an input and of a grid of numbers; from one input to the next
GIVEN, PATCH, KERNEL, PRODUCTS, SUM, STEPS = 6, 98, 226, 354, 470, 557  # where each begins, from the left
READABLE = 150  # pixels of a thumbnail from which there is room for numbers
COLOURED = 3  # numbers a side that are written into the grid


CLOSE = {"from": NEAR}


class Unit:
    """The chosen number of a map from near."""

    def __init__(self, network: NetworkMap) -> None:
        self.state, self.box = network.state, network.here

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place on the map of a pixel of the figure."""
        return self.box[0] + (x - LEFT) / THUMB, self.box[1] + (y - ABOVE) / THUMB

    def around(self, x: float, y: float, width: float, height: float) -> list[float]:
        """Return a box of pixels as one on the map."""
        return [*self.at(x, y), width / THUMB, height / THUMB]

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The limits of x and y."""
        (x0, y0), (x1, y1) = self.at(0, 0), self.at(WIDE, HIGH)
        return (x0, x1), (y1, y0)

    def under(self, x: float, y: float) -> int | None:
        """Return the place in the kernel of the input at a point of the map, −1 for the channel; None for neither."""
        if all(low <= at <= low + 1 for at, low in zip((x, y), self.box, strict=False)):
            return -1
        for place, given in enumerate(self.state.number.largest(SHOWN).tolist()):
            left, top = self.at(GIVEN, START + PITCH * place)
            if 0 <= (x - left) * THUMB <= SIDE and 0 <= (y - top) * THUMB <= SIDE:
                return given
        return None

    def layers(self) -> tuple[Entry, Entry]:
        """Return what is drawn: the maps, which change less often than the place on them, and what lies over them."""
        given = self.state.number.largest(SHOWN).tolist()
        boxes = [self.around(GIVEN, START + PITCH * place, SIDE, SIDE) for place in range(len(given))]
        pictures = [_input_picture(self.state, one) for one in given]
        maps = [entries.image(box, picture, **CLOSE) for box, picture in zip(boxes, pictures, strict=True)]
        maps.append(entries.image(self.box, colours_of(self.state.map), **CLOSE))
        numbers = [item for place in range(len(given)) for item in self._input(place)]
        return entries.layer(maps), entries.layer([*numbers, *self._steps(), *self._output()])

    def in_words(self) -> str:
        """Describe what is drawn."""
        inputs = "; ".join(f"{name}: {in_decimals(products.sum())}" for name, _, _, products in grids(self.state))
        return f"From near: patch × kernel = products of the largest inputs, whose sums are {inputs}."

    def _input(self, place: int) -> list[Entry]:
        """Return one input channel: where the kernel lies on it, and its products."""
        (name, *numbers), top = grids(self.state)[place], START + PITCH * place
        items = [
            entries.frame(self._window(place, top), **CLOSE),
            self._text(GIVEN, top - 4, name.removeprefix("input ")),
        ]
        for left, what, values in zip((PATCH, KERNEL, PRODUCTS), ("patch", "kernel", "products"), numbers, strict=True):
            items += self._grid(values, left, top)
            if not place:
                items.append(self._text(left, top - 4, what))
        middle = top + SIDE / 2 + 4
        for left, sign in ((KERNEL, "×"), (PRODUCTS, "=")):
            items.append(self._text(left - 9, middle, sign, align="center"))
        items.append(self._text(SUM, middle, f"Σ {in_decimals(numbers[2].sum())}", bold=True))
        end = self.at(STEPS - 6, START + PITCH * 0.5)
        start = self.at(SUM + 64, top + SIDE / 2)
        return [*items, entries.joints([[*start, *end]], [float(np.copysign(1.5, numbers[2].sum()))], **CLOSE)]

    def _grid(self, values: np.ndarray, left: float, top: float) -> list[Entry]:
        """Return numbers as colours, blue below 0 and orange above, and written where there is room."""
        rows, columns = values.shape
        box = self.around(left, top, WIDER, SIDE)
        strength = 0.75 * values / max(float(np.abs(values).max()), 1e-12)
        items = [entries.image(box, entries.signed(strength), colour="grey", width=1, outline=True, **CLOSE)]
        if columns <= COLOURED:
            for (row, column), value in np.ndenumerate(values):
                x, y = left + (column + 0.5) * WIDER / columns, top + (row + 0.5) * SIDE / rows + 4
                items.append(self._text(x, y, in_decimals(float(value), 2), align="center"))
        return items

    def _window(self, place: int, top: float) -> list[float]:
        """Return the box on an input under the kernel."""
        state, convolution = self.state, self.state.number.layer.convolution
        rows, columns = state.found.values[state.number.layer.source].shape[1:]
        box = []
        for axis, (at, count) in enumerate(((state.column, columns), (state.row, rows))):
            axis = 1 - axis  # x first
            first = at * convolution.stride[axis] - int(convolution.padding[axis])
            size = (convolution.kernel_size[axis] - 1) * convolution.dilation[axis] + 1
            box.append((max(first, 0) * SIDE / count, (min(first + size, count) - max(first, 0)) * SIDE / count))
        return self.around(GIVEN + box[0][0], top + box[1][0], box[0][1], box[1][1])

    def _steps(self) -> list[Entry]:
        """Return the steps from the sum to the output, one below another, and the line to the channel."""
        items = []
        for place, (name, value) in enumerate(named_steps(self.state)):
            y = START + PITCH * 0.5 + 22 * place + 4
            items += [self._text(STEPS, y, name), self._text(STEPS + 184, y, value, align="right", bold=True)]
        y = START + PITCH * 0.5 + 22 * (len(named_steps(self.state)) - 1)
        start, end = self.at(STEPS + 188, y), self.at(LEFT - 4, ABOVE + THUMB / 2)
        return [*items, entries.joints([[*start, *end]], [1.5], **CLOSE)]

    def _output(self) -> list[Entry]:
        """Return the map of the channel, with a frame around the number."""
        rows, columns = self.state.map.shape
        cell = self.around(LEFT + self.state.column * THUMB / columns, ABOVE + self.state.row * THUMB / rows,
                           THUMB / columns, THUMB / rows)  # fmt: skip
        return [entries.frame(cell, **CLOSE),
                self._text(LEFT, ABOVE - 14, f"layer {self.state.layer}, channel {self.state.channel}")]  # fmt: skip

    def _text(self, x: float, y: float, said: str, **style: str | bool) -> Entry:
        return entries.text(*self.at(x, y), said, size=11, **{"from": READABLE}, **style)


def _input_picture(state: NetworkState, given: int) -> np.ndarray:
    """Return one input channel in colours; of the picture itself one of its three colours."""
    source, channel = state.number.layer.source, state.first_given + given
    if source == next(iter(state.found.values)):
        return state.found.picture * (np.arange(3) == channel).astype(np.uint8)
    return colours_of(state.found.values[source][channel])
