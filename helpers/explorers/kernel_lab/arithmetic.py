"""The arithmetic of one output pixel of the lab: its grids of numbers, and a sentence of their sum."""

import numpy as np

from ...lessons.convolution import as_pixels
from .state import CHANNELS, LabState

LIGHT = 117  # the lightest grey on which white is read more easily than black


def grids(state: LabState, channel: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return patch, kernel and products of a channel, each (size, size)."""
    step = state.step
    patch = step.patch[..., channel] if step.patch.ndim == 3 else step.patch
    kernel = step.kernel[..., channel] if step.kernel.ndim == 3 else step.kernel
    return patch, kernel, patch * kernel


def captions(state: LabState, channel: int) -> tuple[str, str, str]:
    """Return the captions of patch, kernel and products."""
    suffix = f", {CHANNELS[channel]}" if state.mode != "grey" else ""
    later = f", before dividing by {number(state.divisor)}" if state.divisor != 1 else ""
    return f"pixels{suffix}", f"× kernel{suffix}", f"= products{later}"


def sentence(state: LabState, channel: int = 0) -> str:
    """Describe the sum of the products, and which pixel of the output it is."""
    if state.problem:
        return state.problem
    total = grids(state, channel)[2].sum()
    position = f"output row {state.row}, column {state.column}"
    value = state.output[state.row, state.column]
    if state.mode == "colour kernel":
        sums = [grids(state, one)[2].sum() for one in range(3)]
        parts = " + ".join(f"{name} {number(one)}" for name, one in zip(CHANNELS, sums, strict=True))
        text = f"Sums of the products: {parts} = {number(sum(sums))}"
    elif state.mode == "each channel":
        text, value = f"Sum of the products, {CHANNELS[channel]}: {number(total)}", value[channel]
        position += f", {CHANNELS[channel]}"
    else:
        text = f"Sum of the products: {number(total)}"
    divided = f"; divided by {number(state.divisor)}: {number(value)}" if state.divisor != 1 else ""
    drawn = int(as_pixels(value, signed=state.signed))
    return f"{text}{divided}. That is {position}, drawn with brightness {drawn}."


def shades(patch: np.ndarray) -> list[list[tuple[str, str]]]:
    """Return the colour of each pixel of a patch, and one in which its number can be read on it.

    >>> shades(np.array([[0, 200]]))
    [[('rgb(0, 0, 0)', 'white'), ('rgb(200, 200, 200)', 'black')]]
    """
    levels = as_pixels(patch).tolist()
    return [[(f"rgb({one}, {one}, {one})", "black" if one > LIGHT else "white") for one in row] for row in levels]


def number(value: float) -> str:
    """Format a number for a table: whole where it is, else with one decimal, small ones with more digits.

    >>> number(3000.0), number(-84.66666), number(0.0625)
    ('3,000', '−84.7', '0.0625')
    """
    value = float(value) + 0.0  # −0, as 0 times −1 gives it, is 0 to a reader
    if abs(value) < 1e9 and abs(value - round(value)) <= 1e-12 * abs(value):  # a sum that rounding kept from whole
        text = f"{value:,.0f}"
    else:
        text = f"{value:,.1f}" if 1 <= abs(value) < 1e9 else f"{value:.3g}"
    return text.replace("-", "−")
