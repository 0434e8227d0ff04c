"""The arithmetic of one output pixel of the lab: as a sentence, and as HTML tables."""

import html

import numpy as np

from ...lessons.convolution import as_pixels
from .state import CHANNELS, LabState

CELL = (
    "padding: 1px 4px; min-width: 34px; text-align: right; border: 1px solid #999; color: black; background: white; "
    "font-variant-numeric: tabular-nums"
)
CAPTION = "text-align: left; padding: 2px; color: inherit"


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


def tables(state: LabState, channel: int = 0) -> str:
    """Return pixels × kernel = products as HTML; backgrounds of their own, so any theme can show them."""
    if state.problem:
        return ""
    (patch, kernel, products), names = grids(state, channel), captions(state, channel)
    parts = [
        _table(patch, names[0], shaded=True),
        _table(kernel, names[1]),
        _table(products, names[2]),
    ]
    return f'<div style="display: flex; flex-wrap: wrap; gap: 18px; line-height: 1.4">{"".join(parts)}</div>'


def number(value: float) -> str:
    """Format a number for a table: whole where it is, else with one decimal, small ones with more digits.

    >>> number(3000.0), number(-84.66666), number(0.0625)
    ('3,000', '−84.7', '0.0625')
    """
    value = float(value) + 0.0  # −0, as 0 times −1 gives it, is 0 to a reader
    if value.is_integer() and abs(value) < 1e9:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.1f}" if 1 <= abs(value) < 1e5 else f"{value:.3g}"
    return text.replace("-", "−")


def _table(values: np.ndarray, caption: str, *, shaded: bool = False) -> str:
    rows = "".join(f"<tr>{''.join(_cell(value, shaded) for value in row)}</tr>" for row in values)
    return (
        f'<table style="border-collapse: collapse; font-size: 12px">'
        f'<caption style="{CAPTION}">{html.escape(caption)}</caption>{rows}</table>'
    )


def _cell(value: float, shaded: bool) -> str:
    style = CELL
    if shaded:
        level = int(as_pixels(value))
        style += f"; background: rgb({level}, {level}, {level}); color: {'black' if level > 127 else 'white'}"
    return f'<td style="{style}">{number(value)}</td>'
