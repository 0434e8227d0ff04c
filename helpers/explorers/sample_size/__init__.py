"""How many validation pictures are needed to see a difference? A slider, with its formula. Lesson 09.

`state` computes, without widgets, and `view` is what the page shows of it.
"""

from .state import SampleSize
from .view import sample_size

__all__ = ["SampleSize", "sample_size"]
