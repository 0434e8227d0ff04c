"""What every drawing keeps to, in whichever room it stands: opaque white, and the axes that it is given."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba


def check_opaque_white(axes: Axes) -> None:
    """Assert that something dark is drawn, and that all around it is white that hides what lies below."""
    assert isinstance(axes, Axes)
    assert to_rgba(axes.figure.get_facecolor()) == (1, 1, 1, 1)
    FigureCanvasAgg(axes.figure).draw()
    pixels = np.asarray(axes.figure.canvas.buffer_rgba())
    assert (pixels[..., 3] == 255).all()
    assert (pixels[0, :, :3] == 255).all()
    assert (pixels[..., :3].min(axis=2) < 140).any()


def check_keeps_to_its_axes(draw: Callable[..., Axes]) -> None:
    """Assert that a drawing given the right one of two axes draws there, and neither beside it nor in a new figure."""
    figure, (left, right) = plt.subplots(1, 2)
    assert draw(ax=right) is right
    assert right.has_data()
    assert not left.has_data()
    assert plt.get_fignums() == [figure.number]
