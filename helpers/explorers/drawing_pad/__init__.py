"""A pad to draw pictures of two classes of one's own on, and the folder that keeps them.

`strokes` draws them, `album` keeps them, `state` is the pad without widgets, and `view` what the page shows of it.
"""

from .album import Album, open_album
from .strokes import Stroke, draw_strokes
from .view import drawing_pad

__all__ = ["Album", "Stroke", "draw_strokes", "drawing_pad", "open_album"]
