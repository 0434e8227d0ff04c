"""The explorer's pictures, drawn quickly: the receptive field on the picture, the feature map, the best patches."""

import io
from functools import lru_cache

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ...lessons.inside import Patches, PatchSearch
from ...plots import SECOND
from .state import NetworkState

MARGIN = 4  # white pixels around a picture, so that a frame at its edge is not cut
SIDE = 384  # pixels of a drawing's side, or a little less or more: every pixel of a map is drawn equally large
TILE, ABOVE = 92, 18  # pixels of a patch's side, and of the line above it
FRAME = (SECOND, SECOND, "black")  # black beside orange is seen on any picture


def draw_picture(state: NetworkState) -> np.ndarray:
    """Draw the picture with a frame around the receptive field: uint8 (height, width, 3)."""
    picture = state.found.picture
    top, left, bottom, right = state.seen
    return _framed(picture, (top, left, bottom - top, right - left))


def draw_map(state: NetworkState) -> np.ndarray:
    """Draw the feature map, dark for 0 and bright for its maximum, with a frame around the activation."""
    return _framed(colours_of(state.map), (state.row, state.column, 1, 1))


def colours_of(values: np.ndarray) -> np.ndarray:
    """Map values to the colours of viridis: 0 or less is darkest, the largest is brightest. uint8 (..., 3)."""
    share = np.clip(values, 0, None) / max(float(values.max(initial=0)), 1e-12)
    return _viridis()[np.minimum(256 * share, 255).astype(int)]


@lru_cache(maxsize=1)
def _viridis() -> np.ndarray:
    return (255 * mpl.colormaps["viridis"](np.arange(256))[:, :3]).round().astype(np.uint8)


def scale_of(size: int) -> int:
    """Return the size in the drawing of a pixel of a picture or map of `size`."""
    return max(1, round(SIDE / size))


def pixel_under(shape: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """Return row and column of the pixel at a position on a drawing, x and y in 0–1; the nearest one beside it."""
    found = []
    for at, count in ((y, shape[0]), (x, shape[1])):
        scale = scale_of(max(shape))
        pixel = int((at * (count * scale + 2 * MARGIN) - MARGIN + 1e-6) // scale)
        found.append(min(max(pixel, 0), count - 1))
    return found[0], found[1]


def place_under_picture(state: NetworkState, x: float, y: float) -> tuple[int, int]:
    """Return row and column of the feature map whose receptive field lies around a position on the drawn picture."""
    size, shape = state.found.picture.shape[0], state.map.shape
    pixel = pixel_under((size, size), x, y)
    row, column = (int((at + 0.5) * count / size) for at, count in zip(pixel, shape, strict=True))
    return row, column


def draw_patches(patches: Patches) -> np.ndarray:
    """Draw the patches with the largest activations of a channel in a row, the activation above each."""
    if not len(patches):
        return np.full((ABOVE, 9 * TILE, 3), 255, dtype=np.uint8)
    canvas = Image.new("RGB", (len(patches) * (TILE + MARGIN), TILE + ABOVE), "white")
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default()
    for index, (image, value) in enumerate(zip(patches.images, patches.values, strict=True)):
        left = index * (TILE + MARGIN)
        tile = Image.fromarray(image).resize((TILE, TILE), Image.Resampling.NEAREST)
        canvas.paste(tile, (left, ABOVE))
        draw.text((left + 2, 3), f"{value:.1f}", fill="black", font=font)
    return np.asarray(canvas)


@lru_cache(maxsize=64)
def best_patches(search: PatchSearch, layer: int, channel: int) -> Patches:
    """Return the nine best patches of a channel; the last ones asked for are kept, because they are read from files."""
    return search.best(layer, channel)


def encoded(image: np.ndarray) -> bytes:
    """Return a drawing as the bytes of a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def _framed(pixels: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """Return pixels enlarged, on white, with a frame around (row, column, rows, columns), outside of these pixels."""
    scale = scale_of(max(pixels.shape[:2]))
    height, width = (count * scale for count in pixels.shape[:2])
    large = np.full((height + 2 * MARGIN, width + 2 * MARGIN, 3), 255, dtype=np.uint8)
    large[MARGIN:-MARGIN, MARGIN:-MARGIN] = pixels.repeat(scale, axis=0).repeat(scale, axis=1)
    canvas = Image.fromarray(large)
    draw = ImageDraw.Draw(canvas)
    row, column, rows, columns = box
    left, top = MARGIN + column * scale, MARGIN + row * scale
    right, bottom = left + columns * scale - 1, top + rows * scale - 1
    for outset, colour in enumerate(FRAME, 1):
        draw.rectangle((left - outset, top - outset, right + outset, bottom + outset), outline=colour)
    return np.asarray(canvas)
