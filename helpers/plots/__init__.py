"""What the engine draws: functions take arrays, return matplotlib Axes, and never show.

In a notebook the figure appears below the cell by itself. In a script, save it with
`axes.figure.savefig("name.png")`.
"""

from .axes import FIRST, GREY, SECOND, THIRD, new_axes, plot_line
from .confusion import plot_confusion_matrix
from .pictures import show_image, show_images
from .range_test import plot_range_test
from .text import lettering, wrapped

__all__ = [
    "FIRST",
    "GREY",
    "SECOND",
    "THIRD",
    "lettering",
    "new_axes",
    "plot_confusion_matrix",
    "plot_line",
    "plot_range_test",
    "show_image",
    "show_images",
    "wrapped",
]
