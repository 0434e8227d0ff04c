"""Labels that no folder names: from a CSV file, or from the names of the pictures → splits."""

from .patterns import Pattern, splits_from_names
from .tables import COLUMNS, splits_from_csv

__all__ = ["COLUMNS", "Pattern", "splits_from_csv", "splits_from_names"]
