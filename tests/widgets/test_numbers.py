"""Numbers as people type them: what is understood, what is refused, and how a field shows one."""

import math
import random
import re
from typing import Any

import pytest

from helpers.widgets.numbers import checked_number, read_number, written


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 0.5), ("0,5", 0.5), (".5", 0.5), (",5", 0.5), ("5.", 5.0), ("1/9", 1 / 9), ("-1/4", -0.25),
        ("1e-3", 0.001), ("1E3", 1000.0), ("2,5e2", 250.0), ("−2", -2.0), ("–2", -2.0), ("-2", -2.0),
        ("+2", 2.0), (" 3 ", 3.0),
        ("1 000", 1000.0), ("1 000,5", 1000.5), ("0,125", 0.125), ("1/3,5", 1 / 3.5), ("−.5", -0.5), ("0", 0.0),
    ],
)  # fmt: skip
def test_what_people_type_is_understood(text: str, number: float) -> None:
    assert read_number(text) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize("text", ["", "  ", "abc", "1/0", "1/", "/2", "nan", "inf", "1e999", "0x10", "1.2.3", "1,2,3",
                                  "--1", "1/2/3", "1,5.2", "٣", "e5", "5 %", "0.5abc", "1e"])  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^got .*; type a number such as 0\.5, 1/9 or 1e-3$"):
        read_number(text)


@pytest.mark.parametrize(("text", "either"), [("1,000", "1000, or 1.000"), ("-12,345", "-12345, or -12.345"),
                                              ("1,000,000", "1000000, or 1.000000")])  # fmt: skip
def test_a_comma_that_may_mean_two_things_is_asked_about(text: str, either: str) -> None:
    with pytest.raises(ValueError, match=f"^got {text}, which may mean two things; type {either}$"):
        read_number(text)


def test_what_a_field_shows_is_read_back_as_the_same() -> None:
    rng = random.Random(1)
    for _ in range(500):
        number = rng.choice((-1, 1)) * 10 ** rng.uniform(-8, 8)
        shown = written(number)
        assert "-" not in shown.split("e")[0]
        assert read_number(shown) == pytest.approx(number, rel=1e-5)
    assert written(-0.0) == "0"
    assert math.isclose(read_number(written(1 / 3)), 1 / 3, rel_tol=1e-5)


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
def test_a_number_is_shown_in_as_many_digits_with_a_long_minus(number: float, shown: str) -> None:
    assert written(number, 3) == shown
