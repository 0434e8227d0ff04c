"""The plane trainer of lesson 05: train a small network to classify points in the plane, and watch every unit.

`points` makes the points, `state` holds the network and trains it, `words` tells of it, and `drawing` draws it without
widgets. `view` is what the page shows: `figures` are its pictures, and `diagram` where in them units and weights are.
"""

from .drawing import plot_plane_trainer
from .state import PlaneTrainer
from .view import plane_trainer

__all__ = ["PlaneTrainer", "plane_trainer", "plot_plane_trainer"]
