"""Pictures that report the mouse position to Python, with `anywidget`; without it, they are ordinary pictures."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..answering import guarded


def can_point() -> bool:
    """Say whether pictures report the mouse position here: whether `anywidget` is installed."""
    try:
        import anywidget  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def _pointing_class() -> Any:
    """Return the widget's class; made when it is first needed, because `anywidget` may be missing."""
    import anywidget
    import traitlets

    class PointingPicture(anywidget.AnyWidget):
        """A picture (bytes of a file) with the mouse position in `place`: [x, y], each from 0 to 1."""

        _esm = (Path(__file__).parent / "pointing.js").read_text("utf-8")
        picture = traitlets.Bytes().tag(sync=True)
        label = traitlets.Unicode().tag(sync=True)
        place = traitlets.List().tag(sync=True)
        held = traitlets.Bool(False).tag(sync=True)

    return PointingPicture


def make_picture(label: str) -> Any:
    """Return a widget for a picture; put bytes into it with `put`."""
    if can_point():
        return _pointing_class()(label=label, layout={"margin": "0"})
    import ipywidgets as widgets

    return widgets.Image(layout={"max_width": "100%"})


def hold_together(pictures: Sequence[Any], errors: Any, then: Callable[[], None]) -> None:
    """Let a click on one picture hold the mouse position on all of them, or let it go; `then` is called after it."""

    def hold(event: Any) -> None:
        for picture in pictures:
            picture.held = event["new"]
        then()

    for picture in pictures:
        picture.observe(guarded(hold, errors), "held")


def pointing_tip(picture: Any, what: str) -> str:
    """Return how one chooses a row and a column of `what`, such as the output, with a picture of `make_picture`."""
    if not hasattr(picture, "held"):
        return f"Type a row and a column of the {what}."
    if picture.held:
        return "The place is held. Click a picture to let go, or type a row and a column."
    return "Point at a picture with the mouse, and click to hold the place. Or type a row and a column."


def put(widget: Any, content: bytes) -> None:
    """Show the bytes of a picture file in a widget of `make_picture`."""
    if hasattr(widget, "picture"):
        widget.picture = content
    else:
        widget.value = content
