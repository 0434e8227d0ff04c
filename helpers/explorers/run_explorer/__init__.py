"""Training runs of a head, changed by hand: how many pictures, which learning rate, how many epochs.

`state` trains, without widgets, and `view` is what the page shows of it.
"""

from .state import Runs
from .view import run_explorer

__all__ = ["Runs", "run_explorer"]
