"""The widget that all explorers are drawn with: `page/` has what the browser does; Python only says what is to be seen.

The modules of `page/` are read as they are and sent as one: nothing is built, and nothing is loaded from elsewhere.
"""

import base64
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "page"
MODULES = ("values", "drawing", "figure", "controls", "exercises", "explorer")  # each imports only those before it
IMPORT = re.compile(r"^import .*\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(function|class|const) )", re.MULTILINE)


@cache
def bundled() -> str:
    """Return the modules of the page as one, whose own imports are gone: every name of theirs is there only once.

    >>> "import {" in bundled()
    False
    """
    sources = [IMPORT.sub("", (PAGE / f"{name}.js").read_text("utf-8")) for name in MODULES]
    return EXPORT.sub("", "\n".join(sources)) + "\nexport { still };\n"


@cache
def _canvas_class() -> Any:
    """Return the widget's class; made when it is first needed, for a script needs no widgets."""
    import anywidget
    import traitlets

    class Canvas(anywidget.AnyWidget):
        """What there is to see, by name, and what has changed since."""

        _esm = bundled()
        _css = (PAGE / "explorer.css").read_text("utf-8")
        scene = traitlets.Dict().tag(sync=True)
        changes = traitlets.Dict().tag(sync=True)

    return Canvas


def make_canvas(scene: dict[str, Any]) -> Any:
    """Return a widget that shows a scene."""
    return _canvas_class()(scene=scene)


def stored(scene: dict[str, Any]) -> str:
    """Return a scene as JSON, with its arrays in base64, for `still` of the page, which draws it without a kernel."""

    def plain(value: Any) -> dict[str, str]:
        return {"base64": base64.b64encode(value).decode()}

    return json.dumps(scene, default=plain, ensure_ascii=False)
