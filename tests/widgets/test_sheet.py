"""A sheet shows what a figure drawn whole shows, and draws its background once for each key."""

import io

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers.widgets.sheet import Sheet


class Dots:
    """A line of some height with a dot on it; `backgrounds` are the heights that were drawn as background."""

    def __init__(self) -> None:
        self.figure, self.backgrounds = Figure(figsize=(2, 1), dpi=50), []
        self.axes = self.figure.add_subplot(xlim=(0, 1), ylim=(0, 1))
        self.sheet = Sheet(self.figure)

    def line(self, height: float) -> None:
        self.backgrounds.append(height)
        self.axes.clear()
        self.axes.set(xlim=(0, 1), ylim=(0, 1))
        self.axes.plot([0, 1], [height, height])

    def dot(self, x: float, height: float) -> list[Artist]:
        return self.axes.plot([x], [height], "o", color="red")  # type: ignore[return-value]

    def drawn(self, x: float, height: float) -> np.ndarray:
        file = self.sheet.png(height, lambda: self.line(height), lambda: self.dot(x, height))
        return np.asarray(Image.open(io.BytesIO(file)))


def by_matplotlib(x: float, height: float) -> np.ndarray:
    """Return the same picture drawn whole."""
    dots = Dots()
    dots.line(height)
    dots.dot(x, height)
    canvas = FigureCanvasAgg(dots.figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def test_each_picture_is_the_one_that_matplotlib_draws_whole() -> None:
    dots = Dots()
    for x, height in ((0.2, 0.5), (0.8, 0.5), (0.8, 0.3), (0.5, 0.5)):
        np.testing.assert_array_equal(dots.drawn(x, height), by_matplotlib(x, height))


def test_a_background_is_drawn_again_only_for_another_key() -> None:
    dots = Dots()
    for x, height in ((0.2, 0.5), (0.8, 0.5), (0.8, 0.3), (0.5, 0.3), (0.5, 0.5)):
        dots.drawn(x, height)
    assert dots.backgrounds == [0.5, 0.3, 0.5]
