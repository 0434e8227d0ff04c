"""Names of files, folders and classes, made fit to be printed: on one line, not too long, not too many."""

import unicodedata
from collections.abc import Iterable

LONGEST_CLASS = 2000  # characters in the name of a class

_BREAKING = ("Cc", "Cs", "Zl", "Zp")  # controls, bytes that are no text, and ends of lines and paragraphs
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # the direction of text


def printable(name: object) -> str:
    r"""Return a name with everything escaped that could not be printed, or would break the line.

    >>> print(printable("caf\udce9\n"))
    caf\udce9\n
    """
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _BREAKING or character in _TURNING
        else character
        for character in str(name)
    )


def shortened(name: object, most: int = 60) -> str:
    """Return a name fit to be printed, its middle left out where it has more than `most` characters.

    >>> shortened("a_name_without_an_end", 9)
    'a_na…_end'
    """
    whole = printable(name)
    return whole if len(whole) <= most else f"{whole[: most // 2]}…{whole[len(whole) - (most - 1) // 2 :]}"


def listed(names: Iterable[object], most: int = 8) -> str:
    """Return the first names of many, separated by commas, and how many more there are.

    >>> listed("abcdef", 3)
    'a, b, c and 3 more'
    """
    shown = [str(name) for name in names]
    more = f" and {len(shown) - most:,} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more
