"""The door to data sets: what `get_data` knows, and your own pictures made ready for `from_paths`."""

from .arrange import split_folder
from .catalogue import get_data

__all__ = ["get_data", "split_folder"]
