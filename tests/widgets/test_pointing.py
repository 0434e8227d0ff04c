"""Pictures that can be pointed at with anywidget, and ordinary ones without."""

import sys

import pytest

from helpers.widgets.pointing import can_point, make_picture, put

widgets = pytest.importorskip("ipywidgets")


def test_with_anywidget_a_picture_takes_its_file_and_says_where_the_mouse_is() -> None:
    pytest.importorskip("anywidget")
    picture, seen = make_picture("a cat"), []
    put(picture, b"a file")
    picture.observe(lambda event: seen.append(event["new"]), "place")
    picture.set_state({"place": [0.25, 0.5]})  # as a message of the page does
    assert can_point()
    assert (bytes(picture.picture), picture.label, picture.held) == (b"a file", "a cat", False)
    assert seen == [[0.25, 0.5]]


def test_without_anywidget_it_is_an_ordinary_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    picture = make_picture("a cat")
    put(picture, b"a file")
    assert not can_point()
    assert isinstance(picture, widgets.Image)
    assert bytes(picture.value) == b"a file"
