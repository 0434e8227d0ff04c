"""The door to data sets: what `get_data` knows and where it puts it; `doctor` looks a reader's own over."""

from .catalogue import get_data
from .doctor import doctor

__all__ = ["doctor", "get_data"]
