"""A film of features being born: the first kernels of a very small network, step by step of its training. Lesson 08.

`state` trains and keeps the frames, `plot` draws stills without widgets, and `view` is what the page shows of it.
"""

from .plot import plot_stills
from .state import Film, film_training
from .view import feature_film

__all__ = ["Film", "feature_film", "film_training", "plot_stills"]
