"""A look at the labels that a model doubts most: keep each, change it, or set its picture aside.

`state` has the doubts and what was decided, without widgets, and `view` what the page shows of it.
"""

from .state import Review
from .view import review_labels

__all__ = ["Review", "review_labels"]
