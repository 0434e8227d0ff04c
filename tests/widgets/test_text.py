"""Numbers and lines as explorers show them, and what a reader types."""

import html
import math
import re
from typing import Any

import pytest

from helpers.widgets.text import checked_number, lines, short


@pytest.mark.parametrize("value", [-2, 2.0, "2", 50, 17.5])
def test_a_number_within_the_limits_is_taken(value: Any) -> None:
    assert checked_number("depth", value, -2, 50) == float(value)


@pytest.mark.parametrize("value", [-2.001, 50.01, math.nan, math.inf, "cat", None, ""])
def test_another_value_gets_a_sentence_with_the_limits(value: Any) -> None:
    sentence = f"got {value!r} as depth; a number from −2 to 50 is needed"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        checked_number("depth", value, -2, 50)


def test_a_fraction_is_refused_where_a_whole_number_is_needed() -> None:
    assert checked_number("unit", 3.0, 1, 8, whole=True) == 3
    with pytest.raises(ValueError, match=r"got 3\.5 as unit; a whole number from 1 to 8 is needed"):
        checked_number("unit", 3.5, 1, 8, whole=True)


@pytest.mark.parametrize(("number", "shown"), [(0.12345, "0.123"), (-4, "−4"), (1e6, "1e+06"), (-1e-7, "−1e−07")])
def test_a_number_is_shown_in_three_digits_with_a_long_minus(number: float, shown: str) -> None:
    assert short(number) == shown


def test_lines_of_code_come_back_from_the_html_as_they_were() -> None:
    code = 'if a < b and "x" != \'y\':\n    print(f"{a & b}")'
    (inside,) = re.findall(r"^<div style=\"[^\"]*\bwhite-space: pre-wrap\b[^\"]*\">(.*)</div>$", lines(code), re.DOTALL)
    assert "<" not in inside
    assert html.unescape(inside) == code
