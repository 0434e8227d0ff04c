"""Maps and windows as they are drawn."""

import numpy as np
import pytest

from helpers.lessons.inside import (
    feature_maps,
    overlay,
    plot_maps,
    plot_windows,
)
from helpers.models import Classifier


def test_the_maps_that_are_drawn_are_the_strongest(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    axes = plot_maps(found, 5, n=4)
    peaks = [float(place.images[0].get_array().max()) for place in axes]
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[0] == found.maps(5).max()
    (one,) = plot_maps(found, 5, [17])
    np.testing.assert_array_equal(one.images[0].get_array(), found.maps(5)[17])
    assert one.get_title() == "channel 17"
    with pytest.raises(IndexError, match="got channel=128; this layer has 128 channels"):
        plot_maps(found, 5, [128])


def test_the_windows_are_drawn_where_the_numbers_look(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    axes = plot_windows(found, [(1, 3, 4), (7, 2, 1)])
    for frame, (layer, row, column) in zip(axes.patches, [(1, 3, 4), (7, 2, 1)], strict=True):
        top, left, bottom, right = found.layer(layer).field.window(row, column)
        assert frame.get_xy() == (left - 0.5, top - 0.5)
        assert (frame.get_width(), frame.get_height()) == (right - left, bottom - top)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["layer 1: 7 pixels", "layer 7: 99 pixels"]
    assert axes.get_xlim()[0] < axes.patches[1].get_xy()[0]


def test_an_overlay_is_grey_where_a_value_is_zero_and_warmer_where_it_is_larger(picture: np.ndarray) -> None:
    values = np.zeros(picture.shape[:2])
    values[3, 4], values[5, 6] = 2.0, 1.0
    drawn = overlay(picture, values)
    assert drawn.shape == picture.shape
    assert drawn.dtype == np.uint8
    grey = picture.mean(axis=2, keepdims=True).astype(np.uint8).repeat(3, axis=2)
    np.testing.assert_array_equal(drawn[values == 0], grey[values == 0])
    for row, column in ((3, 4), (5, 6)):
        red, green, blue = drawn[row, column].astype(int)
        assert red >= green > blue
    np.testing.assert_array_equal(overlay(picture, 0 * values), grey)
