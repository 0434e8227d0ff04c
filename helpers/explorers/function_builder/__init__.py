"""The function builder of lesson 06: fit a curve with a sum of ReLUs by hand, or by gradient descent, and watch.

`state` holds the function and what is done to it, `drawing` draws it, `view` is the widget.
"""

from .drawing import plot_builder
from .state import Builder
from .view import function_builder

__all__ = ["Builder", "function_builder", "plot_builder"]
