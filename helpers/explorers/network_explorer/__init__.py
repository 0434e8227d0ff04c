"""Network explorer: choose a layer, a channel and a position, and see how that activation is computed. Lesson 08.

Its map alone, `network_map`, and the same as a picture, `plot_map`, tell where we are in lessons 02, 04, 05, 08 and 10.
"""

from .map_view import network_map
from .plot import plot_network
from .state import NetworkState, network_state
from .still import plot_map
from .view import network_explorer

__all__ = ["NetworkState", "network_explorer", "network_map", "network_state", "plot_map", "plot_network"]
