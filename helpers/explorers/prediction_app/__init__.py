"""An app in the notebook: a picture in, and out comes what a model says, where it looked, and whether it knows such.

`state` holds a picture and what is drawn over it, without widgets, and `view` what the page shows of it.
"""

from .state import drawn_over, taken
from .view import prediction_app

__all__ = ["drawn_over", "prediction_app", "taken"]
