"""Pictures drawn as they are, one or many, with their titles."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from PIL import Image

from ..files.images import picture_tensor
from .axes import new_axes, shrinking
from .text import lettering, wrapped

_ROUNDING = 1e-3  # how far, of white, arithmetic may carry a value past black or white


def show_image(image: ArrayLike, title: str = "", *, ax: Axes | None = None, grid: bool = False) -> Axes:
    """Draw one picture: height × width × 3, or height × width for grey; values 0–255 or 0.0–1.0; or a PIL picture.

    `grid=True` keeps the row and column numbers at the edges. Raises ValueError for other shapes and values. Taught in
    lesson 01.

    >>> show_image(np.zeros((4, 6, 3), dtype=np.uint8), "black").get_title()
    'black'
    """
    pixels, white = _pixels(image)
    height, width = pixels.shape[:2]
    (text,), style = lettering([title])
    axes = new_axes(ax, (4.2, 4.2 * min(max(height / width, 0.4), 1.6)))
    limits: dict[str, Any] = {} if pixels.ndim == 3 else {"cmap": "gray", "vmin": 0, "vmax": white}
    axes.imshow(pixels, interpolation="nearest" if max(height, width) < 100 else None, origin="upper", **limits)
    axes.set_title(text if ax else wrapped(text, 4.0 * 72, 10, style), fontsize=10, **style)
    if grid:
        axes.set(xlabel="column", ylabel="row")
        axes.spines[:].set_visible(True)
    else:
        axes.axis("off")
    return axes


def _pixels(image: ArrayLike) -> tuple[np.ndarray, float]:
    """Return a picture's pixels as matplotlib draws them rightly, and the value of white."""
    if isinstance(image, Image.Image):
        image = picture_tensor(image).permute(1, 2, 0)
    pixels = np.asarray(image)
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (3, 4)) or 0 in pixels.shape:
        raise ValueError(
            f"got an array of shape {pixels.shape}; a picture is (height, width) or (height, width, 3). "
            "A PyTorch picture (3, height, width) needs .permute(1, 2, 0) first"
        )
    if pixels.dtype == np.uint8:
        return pixels, 255.0
    known = pixels[np.isfinite(pixels)] if pixels.dtype.kind in "buif" else np.array([np.nan])
    low, high = known.min(initial=0), known.max(initial=0)
    white = 255.0 if pixels.dtype.kind in "iu" or high >= 2 else 1.0
    if not -_ROUNDING * white <= low <= high <= (1 + _ROUNDING) * white:
        raise ValueError(
            f"got {pixels.dtype} values from {low:.4g} to {high:.4g}; a picture holds 0 to 255 or 0.0 to 1.0; "
            "to draw other numbers, scale them first: (x - x.min()) / (x.max() - x.min())"
        )
    if pixels.ndim == 2:
        return pixels, white
    return np.nan_to_num(pixels / white).clip(0, 1), white  # matplotlib takes fractions of colour from 0 to 1 alone


def show_images(images: Sequence[ArrayLike], titles: Sequence[str] = (), *, columns: int = 4) -> np.ndarray:
    """Draw several pictures in rows of `columns`; returns the array of Axes, one a picture.

    >>> show_images([np.zeros((4, 6, 3), dtype=np.uint8)] * 3, columns=2).shape
    (3,)
    """
    if not len(images):
        raise ValueError("got no pictures to draw; pass a list with at least one array")
    if columns < 1:
        raise ValueError(f"got columns={columns!r}; it is how many pictures stand in a row, 1 or more")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    texts, style = lettering(titles)
    texts = [wrapped(text, 2.2 * 72, 10, style) for text in texts]
    lines = max((text.count("\n") for text in texts), default=-1) + 1
    width, height = 2.3 * columns, (1.9 + (0.25 if lines else 0) + 0.17 * max(0, lines - 1)) * rows
    smaller = shrinking(width, height)
    figure, grid = plt.subplots(rows, columns, squeeze=False, layout="constrained", facecolor="white")
    figure.set_size_inches(smaller * width, smaller * height)
    cells = grid.ravel()
    for index, cell in enumerate(cells):
        cell.axis("off")
        if index < len(images):
            show_image(images[index], ax=cell)
            cell.set_title(texts[index] if index < len(texts) else "", fontsize=10 * smaller, **style)
    figure.get_layout_engine().set(w_pad=0.05, h_pad=0.05)  # type: ignore[union-attr]
    return cells[: len(images)]
