"""An explorer of gradient descent on a · x²: set rate and start, step, go back, play, check the arithmetic. Lesson 03.

`state` holds it, `plot` draws it without widgets, and `view` is what the page shows of it.
"""

from .plot import plot_stepper
from .state import Stepper
from .view import descent_stepper

__all__ = ["Stepper", "descent_stepper", "plot_stepper"]
