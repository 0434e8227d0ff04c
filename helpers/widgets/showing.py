"""Showing a widget together with its text form."""

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
