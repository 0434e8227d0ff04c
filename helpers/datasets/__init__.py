"""The door to data sets: what `get_data` knows, and where it puts it."""

from .catalogue import get_data

__all__ = ["get_data"]
