"""The network explorer in the page: fly over the map of the network, point at the picture, browse through channels."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ...lessons.inside import PatchSearch
from ...widgets import entries
from ...widgets.entries import Entry
from ...widgets.explorer import Explorer, Told
from ...widgets.numbers import read_number
from ...widgets.showing import show
from .channels import all_channels, best_pictures, channel_figure, moved_in, picture_figure, under
from .columns import HEIGHT, WIDTH
from .map import NetworkMap
from .state import SHOWN, NetworkState, network_state
from .unit import Unit
from .words import code_of, grids, headline, in_decimals, prediction_in_words, share, steps, text_form

FAR = "strongest channels of each layer; lines: weights, orange above 0, blue below; a click chooses, a second zooms in"
NEAR = "how this number is made; click an input to follow it back, or the channel to see the whole network"
ARROWS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}
INDICES = ("channel", "row", "column")
TABLES = ("patch", "kernel", "products")
MAP_HEIGHT, HIGH = round(996 * HEIGHT / WIDTH), 200  # pixels
BLUE, ORANGE = "63, 144, 218", "255, 169, 14"


def network_explorer(
    learn: Any,
    picture: str | Path | np.ndarray,
    layer: int = 1,
    channel: int | None = None,
    row: int | None = None,
    column: int | None = None,
    *,
    search: PatchSearch | None = None,
    off: Iterable[tuple[int, int]] = (),
) -> None:
    """Show the network explorer: the map of a network, a picture in it, and how each of its numbers is computed.

    Takes what `network_state` takes; the learner may be what `load_model` returns. Where a page cannot draw it, the
    same state is an ordinary picture by `plot_network`. Taught in lesson 08.
    """
    state = network_state(learn, picture, layer, channel, row, column, search=search, off=off)
    show(lambda: NetworkView(learn, state).canvas, text_form(state))


class NetworkView(Explorer):
    """A state in the page. Options: `near`: the map shows one number; `held`; `picture`: its name in code."""

    state: NetworkState

    def __init__(self, learn: Any, state: NetworkState) -> None:
        self.learn = learn
        super().__init__(state, near=False, held=False, picture="picture")

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control does."""
        acts: dict[str, Callable[[Told], Any]] = {
            "map": self.on_map,
            "strip": self.on_strip,
            "place": lambda told: self.pointed(told, self.state.at(row=round(told["y"]), column=round(told["x"]))),
            "field": lambda told: self.pointed(told, self.from_field(told["x"], told["y"])),
            "near": lambda told: self.options.update(near=not self.options["near"]),
            "strongest_place": lambda told: self.state.at_strongest_place(),
            "strongest_channel": lambda told: self.state.at_strongest_channel(),
            "follow": lambda told: self.state.followed(),
            "switch": lambda told: self.state.switched(self.learn),
            "all_on": lambda told: self.state.with_off(self.learn, ()),
            "layer": lambda told: self.state.in_layer(_whole(told["value"])),
            "path": lambda told: self.take_picture(told["value"].strip()),
        }
        for name in INDICES:
            acts[name] = lambda told, name=name: self.state.at(**{name: _whole(told["value"])})
        return acts

    def on_map(self, told: Told) -> NetworkState | None:
        """Choose another channel on the map; what is chosen already is shown from near, and then from far."""
        network, key = NetworkMap(self.state), told.get("key")
        if key in ARROWS:
            return network.beside(*ARROWS[key])
        if key:
            self.options["near"] = key == "Enter" and not self.options["near"]
        elif self.options["near"]:
            given = Unit(network).under(told["x"], told["y"])
            if given is not None and given >= 0:
                return self.state.followed(given)
            self.options["near"] = given is None
        else:
            chosen = network.under(told["x"], told["y"])
            if chosen and chosen != (self.state.layer, self.state.channel):
                return self.state.to(*chosen)
            self.options["near"] = bool(chosen)
        return None

    def on_strip(self, told: Told) -> NetworkState | None:
        """Choose one of all channels of the layer."""
        count = len(self.state.maps)
        if "key" in told:
            return self.state.at(channel=moved_in(count, self.state.channel, told["key"]))
        channel = under(count, told["x"], told["y"])
        return None if channel is None else self.state.at(channel=channel)

    def pointed(self, told: Told, state: NetworkState) -> NetworkState:
        """Take the place that is pointed at; a press holds it, or lets it go."""
        if told.get("press"):
            self.options["held"] = not self.options["held"]
        return state

    def from_field(self, x: float, y: float) -> NetworkState:
        """Return the state whose receptive field begins nearest to a place in the picture."""
        field = self.state.found.layer(self.state.layer).field
        places = zip((y, x), field.start, field.step, strict=True)
        row, column = (round((at - start) / step) for at, start, step in places)
        return self.state.at(row=row, column=column)

    def take_picture(self, path: str) -> NetworkState | None:
        """Look at a picture of the reader's."""
        if not path:
            return None
        new = self.state.with_picture(self.learn, path)
        self.options["picture"] = repr(path)
        return new

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name."""
        state, held = self.state, self.options["held"]
        own = "" if self.options["picture"] == "picture" else self.options["picture"][1:-1]
        patches = best_pictures(state, HIGH) if state.search is not None else {}
        figures = picture_figure(state, held, HIGH) | channel_figure(state, held, HIGH) | all_channels(state) | patches
        return self.map() | self.moves() | figures | {
            **self.tables(),
            "strongest_channel": entries.button("Strongest channel", tip="which channel is largest at this place"),
            "switch": entries.button("Switch this channel off", pressed=state.is_off,
                                     tip="its map becomes 0, and all after it is computed anew"),
            "all_on": entries.button("All on", off=not state.found.off),
            "share": entries.words(share(state)),
            "layer": entries.field("layer", state.layer, step=1, limits=(1, len(state.found))),
            **{name: entries.field(name, getattr(state, name), step=1, limits=(0, count - 1))
               for name, count in zip(INDICES, state.maps.shape, strict=True)},
            "path": entries.field("your picture", own, long=True, hint="folder/name.jpg, then Enter"),
            "code": entries.code(code_of(state, self.options["picture"])),
            "layout": entries.layout(
                "Network explorer",
                [["near", "undo"], ["strongest_place", "strongest_channel"], "follow", ["switch", "all_on"], "verdict",
                 "said", entries.more("Your picture, numbers, and code", "path", ["layer", *INDICES], "code"), "error"],
                [["picture", "channel_map", *(["best"] if patches else [])], "strip"],
                above=["map", entries.more("The products as numbers", "share", *(
                    [f"{kind}{place}" for kind in TABLES] for place in range(SHOWN)))],
            ),
        }  # fmt: skip

    def moves(self) -> dict[str, Entry]:
        """Return what moves on the map, and what is said of the number it comes to."""
        state, near, strongest = self.state, self.options["near"], self.state.at_strongest_place()
        return {
            "near": entries.button("Whole network" if near else "Zoom in",
                                   tip="see the whole network (key on the map: Home)" if near
                                   else "see how this number is made (key on the map: Enter)", large=True),
            "strongest_place": entries.button("Strongest place", tip="where this channel is largest", off=(
                strongest.row, strongest.column) == (state.row, state.column)),
            "follow": entries.button("Follow the largest product back", tip="to the number of an earlier layer",
                                     off=state.layer == 1),
            "said": entries.words(headline(state), ("By hand.", steps(state))),
            "verdict": entries.words(prediction_in_words(state), live=True),
        }  # fmt: skip

    def map(self) -> dict[str, Entry]:
        """Return the map of the network; from near, with one number of it."""
        network = NetworkMap(self.state)
        layers, unit = network.layers(), Unit(network) if self.options["near"] else None
        empty = entries.layer(), entries.layer()
        layers["map_inputs"], layers["map_unit"] = unit.layers() if unit else empty
        x, y = (unit or network).limits
        figure = entries.figure(
            NEAR if unit else FAR, list(layers), network.in_words() + (f" {unit.in_words()}" if unit else ""),
            x=entries.axis(x, ticks=[]), y=entries.axis(y, ticks=[]), height=MAP_HEIGHT, ratio=WIDTH / HEIGHT,
            axes=False, click=True, zooms=True, keys="Arrows choose layer and channel, Enter zooms in, Home zooms out",
        )  # fmt: skip
        return layers | {"map": figure}

    def tables(self) -> dict[str, Entry]:
        """Return patch, kernel and products of the input channels that are written out; empty where there are fewer."""
        tables: dict[str, Entry] = {}
        shown = grids(self.state)
        for place in range(SHOWN):
            name, *numbers = shown[place] if place < len(shown) else ("", *3 * [np.zeros((0, 0))])
            titles = (name, "× kernel", f"= products, sum {in_decimals(numbers[2].sum())}") if name else ("", "", "")
            for kind, title, values in zip(TABLES, titles, numbers, strict=True):
                digits = 3 if len(values) < 5 else 2
                cells = [[in_decimals(float(value), digits) for value in row] for row in values]
                largest = max(float(np.abs(values).max(initial=0)), 1e-12)
                shades = [[_shade(float(value) / largest) for value in row] for row in values]
                tables[f"{kind}{place}"] = entries.numbers(title, cells, shades=shades, small=len(cells) > 4)
        return tables


def _whole(text: str) -> Any:
    """Return a typed number, as a whole one if it is one: what it may be, the state says."""
    number = read_number(text)
    return int(number) if number == int(number) else number


def _shade(share: float) -> tuple[str, str]:
    """Return the ground of a cell, orange the further its value is above 0 and blue the further below, and its text."""
    return f"rgba({ORANGE if share > 0 else BLUE}, {0.5 * abs(share):.2f})", "inherit"
