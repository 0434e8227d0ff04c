"""The lab's two pictures as `plot_lab` has them: the input with the kernel's window, the output with its pixel."""

import numpy as np
from PIL import Image, ImageDraw

from ...plots import GREY, SECOND
from .state import LabState

MARGIN = 6  # white pixels around a picture, so that a window at its edge is not cut
WINDOW = (SECOND, SECOND, "black")  # black beside orange is seen on any picture
TINY = 320  # a picture that would be smaller than this is drawn with large pixels


def scale_of(state: LabState) -> int:
    """Return how large a pixel is drawn, the same in both pictures, so that one sees what stride and padding do."""
    return max(1, TINY // max(state.seen_input.shape[:2]))


def draw_input(state: LabState) -> np.ndarray:
    """Draw the picture with its padding, a frame around the true picture, and the window of the kernel."""
    scale = scale_of(state)
    canvas, draw = _canvas(state.seen_input, scale)
    if state.padding:
        _frame(draw, (state.padding, state.padding, *state.picture.shape[:2]), scale, (GREY,))
    _frame(draw, (state.stride * state.row, state.stride * state.column, state.size, state.size), scale, WINDOW)
    return np.asarray(canvas)


def draw_output(state: LabState) -> np.ndarray:
    """Draw the output with a frame around the pixel whose arithmetic is shown."""
    scale = scale_of(state)
    canvas, draw = _canvas(state.seen_output, scale)
    around = 1 if scale == 1 else 0
    box = (state.row - around, state.column - around, 1 + 2 * around, 1 + 2 * around)
    _frame(draw, box, scale, WINDOW)
    return np.asarray(canvas)


def _canvas(pixels: np.ndarray, scale: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return the pixels, each `scale` drawn ones large, on white."""
    height, width = pixels.shape[:2]
    large = np.full((height * scale + 2 * MARGIN, width * scale + 2 * MARGIN, 3), 255, dtype=np.uint8)
    large[MARGIN:-MARGIN, MARGIN:-MARGIN] = pixels.repeat(scale, axis=0).repeat(scale, axis=1)
    canvas = Image.fromarray(large)
    return canvas, ImageDraw.Draw(canvas)


def _frame(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], scale: int, lines: tuple[str, ...]) -> None:
    """Draw a frame around (row, column, rows, columns), outside of these pixels: a line of each colour."""
    row, column, rows, columns = box
    left, top = MARGIN + column * scale, MARGIN + row * scale
    right, bottom = left + columns * scale - 1, top + rows * scale - 1
    for outset, colour in enumerate(lines, 1):
        draw.rectangle((left - outset, top - outset, right + outset, bottom + outset), outline=colour)
