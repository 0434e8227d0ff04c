"""An explorer of backpropagation: an expression as a graph, its numbers forward and its gradients back. Lesson 10.

`expressions` reads what is typed, `state` steps through it, `layout` places the graph, `plot` draws it without widgets,
and `view` is what the page shows of it.
"""

from .plot import plot_graph
from .state import Pass
from .view import backpropagation_stepper

__all__ = ["Pass", "backpropagation_stepper", "plot_graph"]
