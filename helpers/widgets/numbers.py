"""Numbers as people type them and as fields show them, and their limits: one rule for every explorer."""

import math
import re
from typing import Any

WANTED = "type a number such as 0.5, 1/9 or 1e-3"
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)


def read_number(text: str) -> float:
    """Return the number in a text: decimal point or comma, a fraction, an exponent, any minus sign, spaces.

    ValueError with a sentence for anything else, and for 1,000: it is a thousand to some and one to others.

    >>> read_number("0,5"), read_number("−2"), read_number(".5"), read_number("1e-3"), read_number("1/8")
    (0.5, -2.0, 0.5, 0.001, 0.125)
    """
    plain = re.sub(r"[\s\u00a0\u202f_]", "", text).replace("−", "-").replace("–", "-")
    if not plain:
        raise ValueError(f"got nothing; {WANTED}")
    if THOUSANDS.fullmatch(plain):
        raise ValueError(f"got {text.strip()}, which may mean two things; type {plain.replace(',', '')}, or "
                         f"{plain.replace(',', '.', 1).replace(',', '')}")  # fmt: skip
    above, slash, below = plain.partition("/")
    try:
        value = _decimal(above) / (_decimal(below) if slash else 1.0)
    except (ValueError, ZeroDivisionError):
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"got {text.strip()!r}; {WANTED}")
    return value


def _decimal(text: str) -> float:
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not DECIMAL.fullmatch(text):
        raise ValueError(text)
    return float(text)


def written(number: float, digits: int = 6) -> str:
    """Return a number as a field shows it: with a true minus sign, and no zeros that say nothing.

    >>> written(-2.0), written(0.1 + 0.2), written(1e-5)
    ('−2', '0.3', '1e−05')
    """
    return f"{number + 0.0:.{digits}g}".replace("-", "−")


def as_code(number: float) -> str:
    """Return a number as Python code that gives exactly this number again.

    >>> as_code(2.0), as_code(1 / 3)
    ('2', '0.3333333333333333')
    """
    return repr(float(number)).removesuffix(".0")


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
        got = as_code(value) if isinstance(value, float) else repr(value)
        raise ValueError(f"got {got} as {name}; {kind} from {written(low)} to {written(high)} is needed")
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
