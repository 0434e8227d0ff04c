"""The text of explorers: numbers that a reader types or sees, and lines of code."""

import html
import math
from typing import Any


def checked_number(name: str, value: Any, low: float, high: float, *, whole: bool = False) -> float:
    """Return `value` as a float; ValueError with a sentence unless low ≤ value ≤ high, and `whole` where it must be.

    >>> checked_number("depth", 20, 2, 50)
    20.0
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not low <= number <= high or (whole and number != round(number)):
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"got {value!r} as {name}; {kind} from {short(low, 6)} to {short(high, 6)} is needed")
    return number


class Limits(dict[str, tuple[float, float]]):
    """The lowest and the highest value of each field, by its name.

    >>> Limits({"rate": (0.001, 2)}).checked("rate", "0.5")
    0.5
    """

    def checked(self, name: str, value: Any) -> float:
        """Return `checked_number` between the limits of `name`."""
        return checked_number(name, value, *self[name])

    def whole(self, name: str, value: Any) -> int:
        """Return a whole number between the limits of `name`; ValueError with a sentence otherwise."""
        return int(checked_number(name, value, *self[name], whole=True))


def short(number: float, digits: int = 3) -> str:
    """Return a number in a few significant digits, with a true minus sign.

    >>> short(-0.12345)
    '−0.123'
    """
    return f"{number:.{digits}g}".replace("-", "−")


def lines(text: str) -> str:
    """Return several lines, such as code, as HTML that keeps their spaces.

    >>> "a &lt; b" in lines("if a < b:")
    True
    """
    style = "margin: 4px 0; line-height: 1.4; white-space: pre-wrap; font-family: monospace; overflow-wrap: anywhere"
    return f'<div style="{style}">{html.escape(text)}</div>'
