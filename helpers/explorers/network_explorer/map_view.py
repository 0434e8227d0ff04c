"""The map of a network alone in the page: to fly over, from the whole network to one of its numbers and back."""

from pathlib import Path
from typing import Any

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.showing import show
from .state import NetworkState, network_state
from .view import NetworkView
from .words import headline, prediction_in_words, steps


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
        near = self.options["near"]
        tip = "see the whole network (key: Home)" if near else "see how this number is made (key: Enter)"
        return self.map() | {
            "near": entries.button("Whole network" if near else "Zoom in", tip=tip, large=True),
            "strongest_place": entries.button("Strongest place", tip="where this channel is largest"),
            "follow": entries.button(
                "Follow the largest product back", tip="to the number of an earlier layer", off=self.state.layer == 1
            ),
            "verdict": entries.words(prediction_in_words(self.state), live=True),
            "said": entries.words(headline(self.state), ("By hand.", steps(self.state))),
            "layout": entries.layout(
                "Map of the network",
                [["near", "undo"], ["strongest_place", "follow"], "error"],
                ["verdict", "said"],
                above=["map"],
            ),
        }
