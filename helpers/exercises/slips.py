"""Known slips: each with the hint that names it."""

from typing import Any

import numpy as np

from .answers import Hint


def explain(found: Any, slips: dict[str, Any], rtol: float = 1e-5) -> None:
    """Hint what went wrong, where what was found is a known slip."""
    for words, slip in slips.items():
        if np.shape(slip) == np.shape(found) and np.allclose(found, slip, rtol=rtol, atol=1e-7):
            raise Hint(words)
