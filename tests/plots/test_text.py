"""Text in figures: never a formula, in fonts that have its characters, in lines that fit."""

import io
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib import font_manager

from helpers.plots.text import lettering, width_of, wrapped

NAMES = [
    "cats",
    "$5 and $10",
    "a$_b_$",
    "$",
    "猫",
    "狗",
    "собака",
    "ไทย",
    "🐱",
    "é",
    "\\alpha",
    "\U0010fffd",
    "{x}",
    "a\nb",
]


def drawn(name: str, **choices: object) -> tuple[str, list[str]]:
    """Draw a name as a title; return it as matplotlib drew it, and what matplotlib warned of."""
    (text,), style = lettering([name])
    axes = plt.figure().subplots()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        axes.set_title(text, **style)
        axes.figure.savefig(io.BytesIO(), **choices)
    return axes.get_title(), [str(warning.message) for warning in told]


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_drawn_without_a_warning(name: str, format: str) -> None:
    assert drawn(name, format=format)[1] == []


def test_two_names_that_no_font_has_stay_two() -> None:
    # Two characters of the private planes: no font has them.
    names, _ = lettering(["\U0010fffc", "\U0010fffd"])
    assert names == [r"\U0010fffc", r"\U0010fffd"]


def test_a_font_that_has_the_characters_stands_in_for_one_that_has_not() -> None:
    computer_modern, dejavu = (font_manager.get_font(font_manager.findfont(name)) for name in ("cmr10", "DejaVu Sans"))
    assert dejavu.get_char_index(ord("ж")) and not computer_modern.get_char_index(ord("ж"))  # noqa: PT018
    assert "fontfamily" not in lettering(["ж"])[1]
    with mpl.rc_context({"font.family": "cmr10", "axes.formatter.use_mathtext": True}):
        (text,), style = lettering(["жук"])
        assert text == "жук"
        assert style["fontfamily"][0] == "cmr10"
        assert len(style["fontfamily"]) == 2
        assert drawn("жук") == ("жук", [])


def test_names_stay_names_where_everything_else_is_typeset() -> None:
    with mpl.rc_context({"text.usetex": True}):
        axes = plt.figure().subplots()
        assert not axes.set_title("a_b", **lettering(["a_b"])[1]).get_usetex()


@pytest.mark.parametrize("text", ["golden_retriever 61 %, is labrador_retriever", "W" * 60, "a good dog", "", "i"])
@pytest.mark.parametrize("width", [60, 160])
def test_text_is_broken_into_lines_that_fit(text: str, width: float) -> None:
    lines = wrapped(text, width, 10, {}).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    axes = plt.figure(dpi=72).subplots()
    for line in lines:  # at 72 dots an inch a point is a pixel
        shown = axes.text(0, 0, line, fontsize=10)
        assert shown.get_window_extent().width <= 1.05 * width
        assert shown.get_window_extent().width == pytest.approx(
            width_of(line, 10, {}), rel=0.05, abs=1.5
        )  # whole pixels


def test_lines_that_are_there_stay_and_words_stay_whole_where_they_can() -> None:
    assert wrapped("first\nsecond", 200, 10, {}) == "first\nsecond"
    assert wrapped("one two three", 50, 10, {}).split("\n") == ["one two", "three"]
