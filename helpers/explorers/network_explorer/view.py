"""The network explorer as widgets: a thin view over `NetworkState`; every control changes the state."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ...lessons.inside import PatchSearch
from ...widgets.answering import Answering
from ...widgets.pointing import can_point, hold_together, make_picture, pointing_tip, put
from ...widgets.showing import paragraph, show
from .drawing import best_patches, draw_map, draw_picture, encoded, pixel_under, place_under_picture
from .state import NetworkState, network_state
from .words import headline, patches_in_html, prediction_in_words, share, steps, tables

SWITCH = {False: "Switch this channel off", True: "Switch this channel on again"}
STYLE = "<style>.whole-game-network-explorer { padding-left: 4px; }</style>"


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
    """Show the network explorer: choose a layer and a channel, point, and see how that activation is computed.

    Takes what `network_state` takes; the learner may be what `load_model` returns. Where a page cannot draw it, the
    same state is an ordinary picture by `plot_network`. Taught in lesson 08.
    """
    state = network_state(learn, picture, layer, channel, row, column, search=search, off=off)
    show(lambda: NetworkView(learn, state).box, text_form(state))


def text_form(state: NetworkState) -> str:
    """Return the explorer as text, with the line to type where its controls are not drawn."""
    indices = f"{state.layer}, {state.channel}, {state.row}, {state.column}"
    indices += f", off={list(state.found.off)}" if state.found.off else ""
    return "\n".join(
        [
            "Network explorer. Its controls are drawn when this cell is run in JupyterLab. To do the same in a cell:",
            "  from helpers.explorers.network_explorer import plot_network",
            f"  plot_network(learn, picture, {indices})  # layer, channel, row, column",
            headline(state),
            steps(state),
            prediction_in_words(state),
        ]
    )


class NetworkView:
    """The controls; `state` is what they show, `box` what to display."""

    def __init__(self, learn: Any, state: NetworkState) -> None:
        self.learn, self.state = learn, state
        self._make_controls()
        self._connect()
        self.box = self._arranged()
        self.answer.refresh()

    def _make_controls(self) -> None:
        import ipywidgets

        widgets: Any = ipywidgets  # its types know no values other than None

        def field(label: str) -> Any:
            return widgets.IntText(description=label, style={"description_width": "initial"},
                                   layout={"width": "150px", "max_width": "98%"})  # fmt: skip

        numbers = [str(layer.number) for layer in self.state.found.layers]
        self.layers = widgets.ToggleButtons(options=numbers, description="Layer:", style={"button_width": "34px"},
                                            tooltips=[f"layer {number}" for number in numbers])  # fmt: skip
        self.channel, self.row, self.column = field("Channel:"), field("Row:"), field("Column:")
        wide = {"width": "auto"}
        self.strongest_place = widgets.Button(description="Strongest place of this channel", layout=wide)
        self.strongest_channel = widgets.Button(description="Strongest channel at this place", layout=wide)
        self.follow = widgets.Button(description="Follow the largest product back", layout=wide)
        self.switch = widgets.Button(description=SWITCH[False], layout=wide)
        self.all_on = widgets.Button(description="All channels on", layout=wide)
        self.path = widgets.Text(description="Your picture:", placeholder="folder/name.jpg, then Enter",
                                 continuous_update=False, style={"description_width": "initial"},
                                 layout={"width": "340px", "max_width": "98%"})  # fmt: skip
        self.picture = make_picture("picture with what the number sees")
        self.map = make_picture("map of the channel")
        self.patches = widgets.HTML()
        self.message, self.head, self.steps, self.verdict = (widgets.HTML() for _ in range(4))
        self.share, self.tables, self.tip = (widgets.HTML() for _ in range(3))
        self.best = widgets.HTML("<b>what excites this channel most in the training pictures</b>")
        self.errors = widgets.Output()
        self.answer = Answering(lambda refused: self.show_state(refused), self.errors)

    def _connect(self) -> None:
        changes = {
            self.layers: lambda new: self.state.in_layer(int(new)),
            self.channel: lambda new: self.state.at(channel=new),
            self.row: lambda new: self.state.at(row=new),
            self.column: lambda new: self.state.at(column=new),
            self.path: self._from_path,
        }
        for control, change in changes.items():
            control.observe(self.answer.replacing(self, change), "value")
        presses = {
            self.strongest_place: lambda: self.state.at_strongest_place(),
            self.strongest_channel: lambda: self.state.at_strongest_channel(),
            self.follow: lambda: self.state.followed(),
            self.switch: lambda: self.state.switched(self.learn),
            self.all_on: lambda: self.state.with_off(self.learn, ()),
        }
        for button, press in presses.items():
            button.on_click(self.answer.replacing(self, lambda _, press=press: press()))
        if can_point():
            for widget, under in ((self.picture, place_under_picture), (self.map, _under_map)):
                widget.observe(self.answer.replacing(self, lambda new, under=under: self._pointed(new, under)), "place")
            hold_together((self.picture, self.map), self.errors, self._show_tip)

    def _from_path(self, path: str) -> NetworkState:
        return self.state.with_picture(self.learn, path.strip()) if path.strip() else self.state

    def _pointed(self, position: list[float], under: Any) -> NetworkState:
        if len(position) != 2:
            return self.state
        row, column = under(self.state, *position)
        return self.state.at(row=row, column=column)

    def show_state(self, refused: str = "") -> None:
        """Put the state into every control, and draw it; `refused` is why the last value was not taken."""
        state = self.state
        self.layers.value = str(state.layer)
        self.channel.value, self.row.value, self.column.value = state.channel, state.row, state.column
        self.message.value = paragraph(refused, "✗") if refused else ""
        self.head.value, self.steps.value = paragraph(headline(state)), paragraph(steps(state), "By hand.")
        self.verdict.value = paragraph(prediction_in_words(state))
        self.switch.description, self.all_on.disabled = SWITCH[state.is_off], not state.found.off
        self.share.value, self.tables.value = paragraph(share(state)), tables(state)
        put(self.picture, encoded(draw_picture(state)))
        put(self.map, encoded(draw_map(state)))
        if state.search is not None:
            self.patches.value = patches_in_html(best_patches(state.search, state.layer, state.channel))

    def _show_tip(self) -> None:
        self.tip.value = paragraph(pointing_tip(self.map, "map"))

    def _arranged(self) -> Any:
        import ipywidgets as widgets

        wrap = widgets.Layout(flex_flow="row wrap", align_items="flex-start")
        self._show_tip()
        named = [widgets.VBox([widgets.HTML(f"<b>{name}</b>"), picture], layout=widgets.Layout(margin="0 14px 0 0"))
                 for name, picture in (("picture", self.picture), ("map of the channel", self.map))]  # fmt: skip
        rows = [
            widgets.HTML(STYLE),
            self.layers,
            widgets.HBox([self.channel, self.row, self.column, self.path], layout=wrap),
            widgets.HBox([self.strongest_place, self.strongest_channel, self.follow], layout=wrap),
            widgets.HBox([self.switch, self.all_on], layout=wrap),
            widgets.HBox(named, layout=wrap),
            # Below the pictures: what changes its height must not move them.
            self.tip, self.message, self.head, self.steps, self.verdict,
            *([self.best, self.patches] if self.state.search is not None else []),
            self.share, self.tables, self.errors,
        ]  # fmt: skip
        box = widgets.VBox(rows)
        box.add_class("whole-game-network-explorer")
        return box


def _under_map(state: NetworkState, x: float, y: float) -> tuple[int, int]:
    return pixel_under(state.map.shape, x, y)
