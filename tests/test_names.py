"""Names fit to be printed: on one line, whole in any script, neither too long nor too many."""

import os

import pytest

from helpers.names import listed, printable, shortened


@pytest.mark.parametrize("name", ["cats", "猫", "Köter & Söhne", "$5 and $10", "🐱", "می‌خواهم", "a\\b", ""])
def test_what_can_be_printed_stays_as_it_is(name: str) -> None:
    assert printable(name) == shortened(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (os.fsdecode(b"caf\xe9"), r"caf\udce9"),
        ("two\nlines", r"two\nlines"),
        ("a\tb\x1b[31m", r"a\tb\x1b[31m"),
        ("\u2028", r"\u2028"),
        ("cats\u202egpj.exe", r"cats\u202egpj.exe"),
        ("\u2067dogs\u200f", r"\u2067dogs\u200f"),
    ],
)
def test_what_cannot_be_printed_is_escaped(name: str, shown: str) -> None:
    assert printable(name) == shown
    assert shown.encode().decode().isprintable()


@pytest.mark.parametrize("most", [5, 6, 60])
def test_a_long_name_keeps_its_start_and_its_end(most: int) -> None:
    name = "".join(chr(97 + number % 26) for number in range(100))
    shown = shortened(name, most)
    start, end = shown.split("…")
    assert len(shown) == most
    assert name.startswith(start)
    assert name.endswith(end)
    assert abs(len(start) - len(end)) <= 1
    assert shortened(name, 100) == name


def test_of_many_names_the_first_are_listed_and_the_others_counted() -> None:
    assert listed(["a"]) == "a"
    assert listed(range(8)) == "0, 1, 2, 3, 4, 5, 6, 7"
    assert listed(range(1_234), 2) == "0, 1 and 1,232 more"
    assert listed([]) == ""
