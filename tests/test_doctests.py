"""The examples in the docstrings of `helpers` run and give what they say."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import helpers

ROOMS = [helpers.__name__, *(found.name for found in pkgutil.walk_packages(helpers.__path__, "helpers."))]


@pytest.mark.parametrize("name", ROOMS)
def test_the_examples_of_a_room_give_what_they_say(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # an example may write a file
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.testmod(importlib.import_module(name), optionflags=flags).failed == 0


def test_most_rooms_have_examples() -> None:
    finder = doctest.DocTestFinder()
    counts = {name: sum(len(test.examples) for test in finder.find(importlib.import_module(name))) for name in ROOMS}
    assert sum(counts.values()) >= 30
