"""The map of a network: every layer is a column of its strongest channels, and lines join them; one is "you are here".

It knows nothing of an explorer: it says what is drawn, where, and what lies under a point.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...widgets import entries
from ...widgets.entries import Entry
from .columns import FAR, FEW, FIRST, HEIGHT, MIDDLE, NEAR, ROW, SIDE, TINY, TOP, WIDTH, Columns, drawn, joints
from .drawing import colours_of_each, smaller
from .state import NetworkState

BAR = 2.9  # the width of the bar of a class that is certain


@dataclass(frozen=True)
class NetworkMap:
    """Where everything of a state stands on the map of its network; `name` begins the names of its layers."""

    state: NetworkState
    name: str = "map"

    @cached_property
    def columns(self) -> Columns:
        """The channels of each layer that are always shown: those with the largest activations."""
        return Columns(self.state.found, tuple(tuple(ranked[:FEW].tolist()) for ranked in self.state.ranked))

    @property
    def channels(self) -> tuple[int, ...]:
        """The channels of the chosen layer: the chosen one is among them, last if it is not one of the strongest."""
        return self._channels(self.state.layer)

    def _channels(self, layer: int) -> tuple[int, ...]:
        shown, chosen = self.columns.shown[layer - 1], self.state.channel
        return shown if layer != self.state.layer or chosen in shown else (*shown, chosen)

    @property
    def here(self) -> list[float]:
        """The box of the chosen channel."""
        return self.columns.box(self.state.layer, self.channels.index(self.state.channel))

    def under(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the layer and channel at a point; None where there is none."""
        column, across = divmod(x - FIRST, self.columns.pitch)
        layer, place = int(column) + 1, int((y - TOP) // ROW)
        if not 1 <= layer <= len(self.columns) or across > 1 or place < 0:
            return None
        channels = self._channels(layer)
        return (layer, channels[place]) if place < len(channels) else None

    def beside(self, across: int, down: int) -> NetworkState:
        """Return the state of the channel that stands so many layers to the right, and places below; the last there."""
        place = self.channels.index(self.state.channel) + down
        layer = min(max(self.state.layer + across, 1), len(self.columns))
        channels = self._channels(layer)
        return self.state.to(layer, channels[min(max(place, 0), len(channels) - 1)])

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The limits of x and y: all of the network, or of a deep one the part around the chosen layer."""
        end = self.columns.box(len(self.columns), 0)[0] + self.columns.pitch + BAR + 0.4
        middle = min(max(self.here[0], WIDTH / 2), max(end - WIDTH / 2, WIDTH / 2))
        return (middle - WIDTH / 2, middle + WIDTH / 2), (HEIGHT, 0.0)

    def layers(self) -> dict[str, Entry]:
        """Return the layers of the figure by name: the network, which seldom changes, its prediction, what is here."""
        return {
            f"{self.name}_network": entries.layer(drawn(self.columns)),
            f"{self.name}_prediction": entries.layer(self._prediction()),
            f"{self.name}_here": entries.layer(self._here()),
        }

    def in_words(self) -> str:
        """Describe the map and what is chosen on it."""
        state, sure = self.state, int(self.state.found.probabilities.argmax())
        return (
            f"Map of the network: the picture, {len(self.columns)} layers with their strongest channels, and the "
            f"prediction, {state.classes[sure]}. Chosen: layer {state.layer}, channel {state.channel}."
        )

    def _prediction(self) -> list[Entry]:
        """Return the three most probable classes, each with a bar, and lines to them."""
        state, (last, *_) = self.state, self.columns.box(len(self.columns), 0)
        most = np.argsort(-state.whole, kind="stable")[:3].tolist()
        x, top = last + self.columns.pitch, MIDDLE - 0.6 * len(most)
        items = [entries.line([last + 1, x - 0.15], [y + 0.5, MIDDLE], "grey", width=0.8, until=NEAR)
                 for _, y, *_ in self.columns.boxes(len(self.columns))]  # fmt: skip
        items.append(entries.text(x, top - 0.3, "prediction", size=12, bold=True, **FAR))
        for place, index in enumerate(most):
            share, y, name = float(state.found.probabilities[index]), top + 1.2 * place, state.classes[index]
            said = f"{name if len(name) < 13 else name[:11] + '…'} {share:.1%}".replace("%", " %")
            for width, colour in ((BAR, "soft"), (BAR * share, "second")):
                items.append({"kind": "box", "box": [x, y + 0.55, width, 0.3], "fill": colour, "until": NEAR})
            items += [
                entries.text(x, y + 0.4, said, size=12, **FAR),
                entries.text(x, y + 0.4, name[:4], size=11, **TINY),
            ]
        return items

    def _here(self) -> list[Entry]:
        """Return the chosen channel in its frame, the lines to and from it, and crosses over what is switched off."""
        state, box = self.state, self.here
        picture = colours_of_each(smaller(state.map[None], SIDE))
        items = [*self._lines(), entries.images([box], picture, colour="soft", width=1), entries.frame(box)]
        for layer, channel in state.found.off:
            if channel in self._channels(layer):
                x, y, *_ = self.columns.box(layer, self._channels(layer).index(channel))
                items += [entries.line([x, x + 1], ends, "third", width=2.5, until=NEAR)
                          for ends in ([y, y + 1], [y + 1, y])]  # fmt: skip
        return items

    def _lines(self) -> list[Entry]:
        """Return the lines from the layer before to the chosen channel, and from it to those after."""
        layer, channel, columns = self.state.layer, self.state.channel, self.columns
        source, weights, lines = columns.source(layer), columns.weights(layer), []
        if source and weights is not None:
            row = weights[[channel]][:, list(columns.shown[source - 1])]
            lines.append(joints(columns.boxes(source), [self.here], row, 0.95))
        for after in columns.users(layer):
            weights = columns.weights(after)
            if weights is not None:
                column = weights[list(columns.shown[after - 1])][:, [channel]]
                lines.append(joints([self.here], columns.boxes(after), column, 0.95))
        return lines
