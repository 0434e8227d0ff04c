"""Tells a view what the page would tell it."""

from typing import Any


def tell(view: Any, name: str, *, gesture: int | None = None, **told: Any) -> dict[str, Any]:
    """Do what a control or a handle does, as an act of its own unless a gesture is named; return what is sent back."""
    number = view.canvas.changes.get("answer", 0) + 1
    gesture = 1000 + number if gesture is None else gesture
    message = {"name": name, "number": number, "gesture": gesture, "shown": None} | told
    view._told(None, message, [])
    assert view.sent["error"]["lines"] == [], "nothing went wrong"
    return view.canvas.changes
