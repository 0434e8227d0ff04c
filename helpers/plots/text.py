"""Text in figures: any name as it is, in a font that has its characters, in lines that fit."""

import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.textpath import text_to_path

from ..names import printable

# Fonts that claim characters which they draw as boxes, or as other ones.
_NO_TEXT = ("Last Resort", "cm", "STIXNon", "STIXSize", "DejaVu Math", "DejaVu Sans Display", "DejaVu Serif Display")


def lettering(names: Sequence[object]) -> tuple[list[str], dict[str, Any]]:
    r"""Return names as matplotlib can draw them, and the arguments for its text: no formulas, and fonts that fit.

    Fonts that are installed stand in for the characters that the current one lacks; those that none has are escaped.

    >>> lettering(["$5 and $10", "\U0010fffd"])[0]
    ['$5 and $10', '\\U0010fffd']
    """
    texts = ["\n".join(printable(line) for line in str(name).split("\n")) for name in names]
    missing = frozenset("".join(texts)) - {"\n"}
    missing -= _drawn_by(findfont(FontProperties()), missing)
    families: list[str] = []
    named = (font for font in fontManager.ttflist if not font.name.startswith(_NO_TEXT))
    able = sorted({font.name for font in named if _drawn_by(font.fname, missing)})
    files = {name: findfont(FontProperties(family=name)) for name in able}  # which of a family is drawn with
    while missing and files:
        name = max(files, key=lambda name: len(_drawn_by(files[name], missing)))
        if found := _drawn_by(files.pop(name), missing):
            families, missing = [*families, name], missing - found
    escapes = str.maketrans({character: character.encode("unicode_escape").decode() for character in missing})
    style: dict[str, Any] = {"parse_math": False, "usetex": False}
    if families:
        style["fontfamily"] = [*mpl.rcParams["font.family"], *families]
    return [text.translate(escapes) for text in texts], style


def width_of(text: str, size: float, style: dict[str, Any]) -> float:
    """Return how wide one line of text is at a font size; both are in points, 72 to an inch."""
    font = FontProperties(family=style.get("fontfamily"), size=size)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]


def wrapped(text: str, width: float, size: float, style: dict[str, Any]) -> str:
    r"""Return text broken into lines of at most `width` points at a font size, between words where it can be.

    >>> wrapped("a good dog", 40, 10, {})
    'a good\ndog'
    """
    lines = text.split("\n")
    for columns in range(max(map(len, lines)), 0, -1):
        if all(width_of(line, size, style) <= width for line in lines):
            break
        lines = [part for line in text.split("\n") for part in textwrap.wrap(line, columns) or [""]]
    return "\n".join(lines)


@lru_cache(maxsize=4096)
def _drawn_by(file: str, characters: frozenset[str]) -> frozenset[str]:
    """Return those of some characters that a font has."""
    try:
        font = get_font(file)
        return frozenset(character for character in characters if font.get_char_index(ord(character)))
    except (OSError, RuntimeError):  # gone, or a font of pictures that cannot be scaled
        return frozenset()
