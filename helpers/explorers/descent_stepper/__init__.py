"""An explorer of gradient descent on a · x²: set rate and start, step, go back, play, check the arithmetic. Lesson 03.

`lessons.stepper` holds the state, `plot` draws it without widgets, and `view` is what the page shows of it.
"""

from ...lessons.stepper import Stepper
from .plot import plot_stepper
from .view import descent_stepper

__all__ = ["Stepper", "descent_stepper", "plot_stepper"]
