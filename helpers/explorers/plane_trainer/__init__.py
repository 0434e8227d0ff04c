"""The plane trainer of lesson 05: train a small network to classify points in the plane, and watch every unit.

`points` makes the points, `state` holds the network and trains it, `words` and `drawing` show it, `view` is the widget.
"""

from .drawing import plot_plane_trainer
from .state import PlaneTrainer
from .view import plane_trainer

__all__ = ["PlaneTrainer", "plane_trainer", "plot_plane_trainer"]
