"""Numbers as people type them: what is understood, what is refused, and how a field shows one."""

import math
import random

import pytest

from helpers.widgets.numbers import read_number, written


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
