"""The lab's two pictures, drawn quickly: the input with the kernel's window, the output with its pixel."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from ...lessons.convolution import as_pixels
from ...plots import GREY, SECOND
from .state import MOST_PADDING, LabState

MARGIN = 6  # white pixels around a picture, so that a window at its edge is not cut
WINDOW = (SECOND, SECOND, "black")  # black beside orange is seen on any picture
TINY = 320  # a picture that would be smaller than this is drawn with large pixels


@dataclass(frozen=True)
class Frame:
    """A drawn picture: uint8 (height, width, 3), and the size of each of its pixels in the drawing."""

    image: np.ndarray
    scale: int

    def encoded(self) -> bytes:
        """Return the drawing as the bytes of a file: PNG with large pixels, whose edges stay sharp, or else JPEG."""
        buffer = io.BytesIO()
        kind = {"format": "PNG", "compress_level": 1} if self.scale > 1 else {"format": "JPEG", "quality": 90}
        Image.fromarray(self.image).save(buffer, **kind)
        return buffer.getvalue()


def drawn_padding(state: LabState) -> int:
    """Return how many rows of padding are drawn: a padding that cannot be must not become a picture of that size."""
    return min(max(state.padding, 0), MOST_PADDING)


def scale_of(state: LabState) -> int:
    """Return how large a pixel is drawn, the same in both pictures, so that one sees what stride and padding do."""
    return max(1, TINY // (max(state.picture.shape[:2]) + 2 * drawn_padding(state)))


def draw_input(state: LabState) -> Frame:
    """Draw the picture with its padding, a frame around the true picture, and the window of the kernel."""
    pixels = as_pixels(state.pixels)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    pad = drawn_padding(state)
    padded = np.pad(pixels, ((pad, pad), (pad, pad), (0, 0)))
    scale = scale_of(state)
    canvas, draw = _canvas(padded, scale)
    if pad:
        height, width = pixels.shape[:2]
        _frame(draw, (pad, pad, height, width), scale, (GREY,))
    if not state.problem:
        _frame(draw, (state.stride * state.row, state.stride * state.column, state.size, state.size), scale, WINDOW)
    return Frame(np.asarray(canvas), scale)


def draw_output(state: LabState) -> Frame:
    """Draw the output with a frame around the pixel whose arithmetic is shown; an empty one where there is none."""
    scale = scale_of(state)
    if state.problem:
        return Frame(np.full((120, 160, 3), 255, dtype=np.uint8), scale)
    pixels = as_pixels(state.output, signed=state.signed)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    canvas, draw = _canvas(pixels, scale)
    around = 1 if scale == 1 else 0
    box = (state.row - around, state.column - around, 1 + 2 * around, 1 + 2 * around)
    _frame(draw, box, scale, WINDOW)
    return Frame(np.asarray(canvas), scale)


def under_input(state: LabState, x: float, y: float) -> tuple[int, int]:
    """Return row and column of the output whose window is centred nearest to a position (0–1) on the drawn input."""
    height, width = state.picture.shape[:2]
    pixel = _pixel(state, (height + 2 * state.padding, width + 2 * state.padding), x, y)
    row, column = (round((index - (state.size - 1) / 2) / state.stride) for index in pixel)
    new = state.at(row, column)
    return new.row, new.column


def under_output(state: LabState, x: float, y: float) -> tuple[int, int]:
    """Return row and column of the output at a position on its drawing, x, y in 0–1."""
    new = state.at(*_pixel(state, state.output_shape, x, y))
    return new.row, new.column


def _pixel(state: LabState, shape: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """Return row and column of the pixel at a position on the drawing of a picture of this shape."""
    scale = scale_of(state)
    sides = [count * scale + 2 * MARGIN for count in shape]
    # The position is a quotient: its last digit must not decide for the pixel before.
    row, column = ((at * side - MARGIN + 1e-6) // scale for at, side in zip((y, x), sides, strict=True))
    return int(row), int(column)


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
