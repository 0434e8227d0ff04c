"""Showing a widget together with its text form, and what a callback raises."""

import html
import threading
from collections.abc import Callable
from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

# JupyterLab has the messages of widgets handled by several threads; two that drew at a time would spoil a picture.
ONE_AT_A_TIME = threading.RLock()


def show(make_widget: Callable[[], Any], text_form: str) -> None:
    """Show a widget where a notebook can draw one; elsewhere, and in a stored lesson, its text form."""
    if not in_a_notebook():
        print(text_form)
        return
    from IPython.display import display

    widget = make_widget()
    # One output with both forms: a page that cannot draw the widget, or a file that must not hold it, has the text.
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display({WIDGET_VIEW: view, "text/plain": text_form}, raw=True)


def in_a_notebook() -> bool:
    """Say whether this code runs in a kernel, whose outputs a notebook draws.

    >>> in_a_notebook()
    False
    """
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def guarded(callback: Callable[[Any], None], errors: Any) -> Callable[[Any], None]:
    """Return `callback` with whatever it raises or prints shown in `errors`, an Output; it would vanish otherwise.

    Guarded callbacks wait for each other, whichever thread calls them.
    """

    def run(event: Any) -> None:
        with ONE_AT_A_TIME:
            errors.clear_output()
            with errors:
                callback(event)

    return run


def paragraph(text: str, mark: str = "") -> str:
    """Return text as HTML that may hold <, & and quotes; a bold mark goes before it.

    >>> paragraph("a < b", "✓")
    '<p style="margin: 4px 0; max-width: 60em; line-height: 1.5; white-space: normal"><b>✓</b> a &lt; b</p>'
    """
    style = "margin: 4px 0; max-width: 60em; line-height: 1.5; white-space: normal"
    lead = f"<b>{html.escape(mark)}</b> " if mark else ""
    return f'<p style="{style}">{lead}{html.escape(text)}</p>'
