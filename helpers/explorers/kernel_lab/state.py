"""The state of the kernel lab, without widgets: picture, kernel, stride, padding, an output pixel, and the output."""

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ...lessons.convolution import (
    ConvolutionStep,
    as_pixels,
    convolve,
    explain_size,
    integer_kernel,
    output_size,
    step_at,
)
from .pictures import load_picture

MODES = ("grey", "each channel", "colour kernel")
CHANNELS = ("red", "green", "blue")
SIZES = (3, 5, 7)
MOST_PADDING = 20


@dataclass(frozen=True, eq=False)
class LabState:
    """One state of the lab; a change makes a new one.

    picture: uint8 (height, width, 3). numbers: the kernel before it is divided by `divisor`, (size, size), with the
    mode "colour kernel" (size, size, 3). row and column: of the output pixel whose arithmetic is shown.
    `signed`: 0 is drawn as middle grey. `source`: what `load_picture` was given, empty for an array of the reader's.
    """

    picture: np.ndarray
    numbers: np.ndarray
    divisor: float = 1
    mode: str = "grey"
    stride: int = 1
    padding: int = 0
    row: int = 0
    column: int = 0
    signed: bool = False
    source: str = ""

    @property
    def size(self) -> int:
        """The number of rows, and of columns, of the kernel."""
        return self.numbers.shape[0]

    @property
    def kernel(self) -> np.ndarray:
        """The kernel that the picture is convolved with."""
        return self.numbers / self.divisor

    @cached_property
    def pixels(self) -> np.ndarray:
        """The input of the convolution: (height, width) in grey, (height, width, 3) otherwise."""
        return self.picture.mean(axis=2) if self.mode == "grey" else self.picture

    @cached_property
    def problem(self) -> str:
        """Why there is no output, in a sentence; empty where there is one."""
        if not np.isfinite(self.numbers).all():
            return "A number of the kernel is missing or not finite: type one."
        if not self.divisor or not np.isfinite(self.divisor):
            return f"The kernel cannot be divided by {self.divisor:g}: type another number, 1 to change nothing."
        if self.padding > MOST_PADDING:
            return f"padding={self.padding} is more zeros than picture: the lab takes up to {MOST_PADDING}."
        try:
            _ = self.output_shape
        except ValueError as error:
            return f"{str(error)[0].upper()}{str(error)[1:]}."
        return ""

    @property
    def output_shape(self) -> tuple[int, int]:
        """Rows and columns of the output; ValueError where the kernel does not fit."""
        steps = {"stride": self.stride, "padding": self.padding}
        height, width = self.picture.shape[:2]
        return output_size(height, self.size, **steps), output_size(width, self.size, **steps)

    @cached_property
    def output(self) -> np.ndarray:
        """The output: (rows, columns), or (rows, columns, 3) for each channel by itself."""
        return convolve(self.pixels, self.kernel, stride=self.stride, padding=self.padding)

    @cached_property
    def seen_input(self) -> np.ndarray:
        """The input with its padding as pixels to look at: uint8 (rows, columns, 3)."""
        pad = min(max(self.padding, 0), MOST_PADDING)  # one that cannot be must not become a picture of that size
        return np.pad(_in_colour(as_pixels(self.pixels)), ((pad, pad), (pad, pad), (0, 0)))

    @cached_property
    def seen_output(self) -> np.ndarray:
        """The output as pixels to look at: uint8 (rows, columns, 3)."""
        return _in_colour(as_pixels(self.output, signed=self.signed))

    @cached_property
    def step(self) -> ConvolutionStep:
        """The arithmetic of the output pixel, with the kernel before it is divided."""
        return step_at(self.pixels, self.numbers, self.row, self.column, stride=self.stride, padding=self.padding)

    @property
    def code(self) -> str:
        """The lines of code that give this output: copy them into a cell."""
        pixels = "picture.mean(axis=2)" if self.mode == "grey" else "picture"
        kernel = repr([[_as_typed(number) for number in row] for row in self.numbers.tolist()])
        if self.divisor != 1:
            kernel = f"np.array({kernel}) / {_as_typed(self.divisor)}"
        line = f"output = convolve({pixels}, {kernel}, stride={self.stride}, padding={self.padding})"
        return f"picture = load_picture({self.source!r})\n{line}" if self.source else line

    def sizes(self) -> str:
        """Return the arithmetic of the output's size in two sentences."""
        steps = {"stride": self.stride, "padding": self.padding}
        height, width = self.picture.shape[:2]
        return f"Rows: {explain_size(height, self.size, **steps)} Columns: {explain_size(width, self.size, **steps)}"

    def at(self, row: int, column: int) -> "LabState":
        """Return the state at another output pixel; an index beyond an edge is clamped to it."""
        rows, columns = self.output_shape
        new = dataclasses.replace(self, row=_clamped(row, rows), column=_clamped(column, columns))
        # None of these depends on row and column: pointing need not convolve again.
        for kept in ("pixels", "output", "seen_input", "seen_output", "problem"):
            if kept in self.__dict__:
                new.__dict__[kept] = self.__dict__[kept]
        return new

    def changed(self, **changes: Any) -> "LabState":
        """Return the state with other values; row and column stay, or are clamped to a smaller output."""
        new = dataclasses.replace(self, **changes)
        return new if new.problem else new.at(new.row, new.column)

    def slid(self, **changes: Any) -> "LabState":
        """Return the state with another stride or padding; the window stays as near as it can to where it lies."""
        new = dataclasses.replace(self, **changes)
        if self.problem or new.problem:
            return self.changed(**changes)
        shift = new.padding - self.padding
        return new.at(*(round((self.stride * index + shift) / new.stride) for index in (self.row, self.column)))

    def following(self) -> "LabState":
        """Return the state at the next output pixel, row by row; after the last comes the first."""
        if self.problem:
            return self
        rows, columns = self.output_shape
        row, column = divmod((self.row * columns + self.column + 1) % (rows * columns), columns)
        return self.at(row, column)

    def in_the_middle(self) -> "LabState":
        """Return the state at the middle of its output."""
        if self.problem:
            return self
        rows, columns = self.output_shape
        return self.at(rows // 2, columns // 2)

    def with_kernel(self, name: str, size: int | None = None) -> "LabState":
        """Return the state with a named kernel; for a colour kernel the same in each channel, and their mean."""
        numbers, divisor = integer_kernel(name, size or self.size)
        if self.mode == "colour kernel":
            numbers, divisor = np.stack([numbers] * 3, axis=2), 3 * divisor
        return self.changed(numbers=numbers.astype(float), divisor=divisor)

    def with_size(self, size: int) -> "LabState":
        """Return the state with a larger or smaller kernel around the same centre: padded with zeros, or cropped."""
        more = (size - self.size) // 2
        if more < 0:
            return self.changed(numbers=self.numbers[-more:more, -more:more])
        widths = [(more, more)] * 2 + [(0, 0)] * (self.numbers.ndim - 2)
        return self.changed(numbers=np.pad(self.numbers, widths))

    def with_mode(self, mode: str) -> "LabState":
        """Return the state in another mode; a colour kernel starts with the same numbers for all, and their mean."""
        numbers, divisor = self.numbers, self.divisor
        if mode == "colour kernel" and numbers.ndim == 2:
            numbers, divisor = np.stack([numbers] * 3, axis=2), _whole(3 * divisor)
        elif mode != "colour kernel" and numbers.ndim == 3:
            numbers, divisor = numbers.mean(axis=2), _whole(divisor / 3)
        return self.changed(mode=mode, numbers=numbers, divisor=divisor)

    def with_number(self, row: int, column: int, channel: int, value: float) -> "LabState":
        """Return the state with one number of the kernel changed."""
        numbers = self.numbers.copy()
        numbers[(row, column, channel) if numbers.ndim == 3 else (row, column)] = value
        return self.changed(numbers=numbers)


def lab_state(
    picture: Any = "cat.0.jpg",
    kernel: Any = "sharpen",
    *,
    size: int = 3,
    divisor: float | None = None,
    mode: str = "grey",
    stride: int = 1,
    padding: int = 0,
    row: int | None = None,
    column: int | None = None,
    signed: bool | None = None,
) -> LabState:
    """Return a state of the lab.

    picture: what `load_picture` takes. kernel: a name of `KERNELS`, or numbers (size, size), for a colour kernel
    (size, size, 3). mode: "grey", "each channel" or "colour kernel". Without row and column, the middle of the output.
    Raises ValueError for values with which there is no output. Taught in lesson 04.

    >>> lab_state("square", "blur", padding=1).output.shape
    (9, 9)
    """
    if mode not in MODES:
        raise ValueError(f"got mode={mode!r}; type one of {', '.join(map(repr, MODES))}")
    source = str(picture) if isinstance(picture, (str, Path)) else ""
    state = LabState(load_picture(picture), np.zeros((3, 3)), 1, mode, stride, padding, source=source)
    if isinstance(kernel, str):
        state = state.with_kernel(kernel, size)
        signed = drawn_signed(kernel) if signed is None else signed
    else:
        numbers = np.asarray(kernel, dtype=float)
        wanted = 3 if mode == "colour kernel" else 2
        if numbers.ndim != wanted or numbers.shape[0] != numbers.shape[1] or numbers.shape[0] not in SIZES:
            needed = "(size, size, 3)" if wanted == 3 else "(size, size)"
            raise ValueError(f"got a kernel of shape {numbers.shape}; for mode={mode!r} it is {needed}, size 3, 5 or 7")
        state = state.changed(numbers=numbers)
    state = state.changed(divisor=state.divisor if divisor is None else divisor, signed=bool(signed))
    if state.problem:
        raise ValueError(state.problem)
    middle = state.in_the_middle()
    return state.at(middle.row if row is None else row, middle.column if column is None else column)


def drawn_signed(name: str) -> bool:
    """Say whether a named kernel's output is drawn with 0 as middle grey: half of what Sobel finds is below 0.

    >>> drawn_signed("Sobel right"), drawn_signed("outline")
    (True, False)
    """
    return name.startswith("Sobel")


def _in_colour(pixels: np.ndarray) -> np.ndarray:
    """Return pixels with three channels, whether they have them or are grey."""
    return np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels


def _clamped(index: int, count: int) -> int:
    return int(min(max(index, 0), count - 1))


def _as_typed(number: float) -> float | int | list:
    """Return a number as one would type it: 1 and not 1.0; a list of numbers likewise."""
    if isinstance(number, list):
        return [_as_typed(one) for one in number]
    return int(number) if float(number).is_integer() else float(number)


def _whole(number: float) -> float:
    """Return a number that rounding has kept from being whole, made whole."""
    return round(number) if abs(number - round(number)) < 1e-9 else number
