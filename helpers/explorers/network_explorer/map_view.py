"""The map of a network alone in the page: to fly over, from the whole network to one of its numbers and back."""

from pathlib import Path
from typing import Any

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.showing import show
from .state import NetworkState, network_state
from .view import NetworkView
from .words import headline, prediction_in_words


def network_map(
    learn: Any, picture: str | Path | np.ndarray, layer: int = 1, channel: int | None = None, *indices: int
) -> None:
    """Show the map of a network for one picture: a click chooses a channel, a second shows how its number is computed.

    Takes what `network_state` takes: layer, channel, row, column. Where a page cannot draw it, `plot_map` is the same
    as an ordinary picture. Used in lessons 02, 04, 05 and 10; the network explorer of lesson 08 has it with all else.
    """
    state = network_state(learn, picture, layer, channel, *indices)
    show(lambda: MapView(learn, state).canvas, text_form(state))


def text_form(state: NetworkState) -> str:
    """Return the map as text, with the line to type where it is not drawn."""
    call = f"plot_map(network_state(learn, picture, {state.layer}, {state.channel}))"
    told = "Map of the network. It is drawn when this cell is run in JupyterLab. To see the same in a cell:"
    return "\n".join([told, f"  {call}  # layer, channel", headline(state), prediction_in_words(state)])


class MapView(NetworkView):
    """The map of a state, and what the chosen number is."""

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        return self.map() | self.moves() | {
            "layout": entries.layout(
                "Map of the network",
                [["near", "undo"], ["strongest_place", "follow"], "error"],
                ["verdict", "said"],
                above=["map"],
            ),
        }  # fmt: skip
