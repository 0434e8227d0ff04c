"""Showing a widget together with its text form, and paragraphs in it."""

import html
from collections.abc import Callable
from typing import Any

from ..progress import in_a_notebook

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


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


def paragraph(text: str, mark: str = "") -> str:
    """Return text as HTML that may hold <, & and quotes; a bold mark goes before it.

    >>> paragraph("a < b", "✓")
    '<p style="margin: 4px 0; max-width: 60em; line-height: 1.5; white-space: normal"><b>✓</b> a &lt; b</p>'
    """
    style = "margin: 4px 0; max-width: 60em; line-height: 1.5; white-space: normal"
    lead = f"<b>{html.escape(mark)}</b> " if mark else ""
    return f'<p style="{style}">{lead}{html.escape(text)}</p>'
