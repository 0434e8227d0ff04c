"""Network explorer: choose a layer, a channel and a position, and see how that activation is computed. Lesson 08."""

from .plot import plot_network
from .state import NetworkState, network_state
from .view import network_explorer

__all__ = ["NetworkState", "network_explorer", "network_state", "plot_network"]
