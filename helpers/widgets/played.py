"""The base of views of a training that one can play: fields, buttons, steps, play and refused values."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from .answering import Answering
from .text import checked_number

INTERVAL = 250  # milliseconds between two moves of play
MOST_AT_A_TIME = 500
COUNT = "steps at a time"
WRAPPED = {"flex_flow": "row wrap", "align_items": "center"}  # the layout of a row of controls


class Played(Protocol):
    """A training that takes steps, and says whether it takes no further one."""

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        ...

    def step(self, count: int) -> Any:
        """Take so many steps."""
        ...


class PlayedView:
    """A view with controls; `stays` is the sentence that follows the one about a refused value."""

    def __init__(self, played: Played, stays: str) -> None:
        import ipywidgets as widgets

        self.played, self.ticks, self.ticking = played, 0, False
        self.fields: dict[str, Any] = {}
        self.buttons: dict[str, Any] = {}
        self.errors = widgets.Output()
        self.answer = Answering(self._show, self.errors, lambda error: f"{error}. {stays}")
        self.play = widgets.Play(min=0, max=100_000, value=0, interval=INTERVAL, description="play", show_repeat=False)
        self.play.observe(self.answer(self.ticked), "value")
        self.playing = "playing" if self.play.has_trait("playing") else "_playing"  # ipywidgets 8, and 7
        self.play.observe(self.answer(lambda _: None), self.playing)
        self.field(COUNT, 10, None)

    def show_state(self, refused: str = "") -> None:
        """Let every control, the picture and the words show the state; `refused` is why a value was not taken."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show the state as it is; no control that this sets is answered."""
        self.answer.refresh()

    def _show(self, refused: str) -> None:
        if self.played.ended or refused:
            self.pause()
            self.ticking = False
        self.show_state(refused)
        self.ticking = False

    def field(self, name: str, value: Any, action: Callable[[Any], Any] | None, step: float | None = None) -> None:
        """Make a field to type into; `action` takes what was typed, and without one it is read when a button asks."""
        import ipywidgets as widgets

        style: Any = {"description_width": "initial"}
        more: dict[str, Any] = {}
        if isinstance(value, str):
            kind, more = widgets.Text, {"continuous_update": False}
        elif step is None:
            kind = widgets.IntText
        else:
            kind, more = widgets.FloatText, {"step": step}
        width = "220px" if len(name) > 16 else "200px" if len(name) > 11 else "110px" if name in "xy" else "150px"
        layout = widgets.Layout(width=width)
        field: Any = kind(value=value, description=f"{name} =", style=style, layout=layout, **more)
        if action is not None:
            field.observe(self.answer(action), "value")
        self.fields[name] = field

    def add_buttons(self, buttons: Iterable[tuple[str, str, Callable[[], Any]]]) -> None:
        """Make buttons, each from its name, its tooltip, and what a press does."""
        import ipywidgets as widgets

        for name, tooltip, action in buttons:
            button = widgets.Button(description=name, tooltip=tooltip, layout=widgets.Layout(width="auto"))
            button.on_click(self.answer(lambda _, action=action: action()))
            self.buttons[name] = button

    def step(self) -> None:
        """Take as many steps as the field says."""
        self.played.step(int(checked_number(COUNT, self.fields[COUNT].value, 1, MOST_AT_A_TIME, whole=True)))

    def ticked(self, _: int) -> None:
        """Step where play has counted on; its stop button counts from 0 again.

        Ticks that waited for a slow step count once: what is read is how far play has come by now.
        """
        on, self.ticks = self.play.value > self.ticks, self.play.value
        self.ticking = on
        if on:
            self.step()

    def pause(self) -> None:
        """Stop playing."""
        setattr(self.play, self.playing, False)
