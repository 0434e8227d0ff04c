"""Two explorers: an activation function with its slope, and the sizes of activations and gradients in a deep stack.

`point` and `stack` hold their states, and draw them without widgets; `activation` and `depth` are what the page shows
of them. Lesson 05.
"""

from .activation import activation_explorer
from .depth import depth_explorer
from .point import plot_activation
from .stack import plot_depth, stack_sizes

__all__ = ["activation_explorer", "depth_explorer", "plot_activation", "plot_depth", "stack_sizes"]
