"""Reliability of probabilities: bins by hand, perfectly calibrated models, and models that are too sure."""

import numpy as np
import pytest

from helpers.lessons.calibration import reliability
from helpers.statistics import Predictions, wilson_interval
from tests.drawings import check_keeps_to_its_axes, check_opaque_white


def predictions(sure: np.ndarray, right: np.ndarray, classes: int = 2) -> Predictions:
    """Return predictions of class 0 that are so sure, and right or wrong."""
    rest = (1 - sure)[:, None] / (classes - 1)
    probabilities = np.column_stack([sure[:, None], np.repeat(rest, classes - 1, axis=1)])
    names = [f"class{number}" for number in range(classes)]
    return Predictions(probabilities, np.where(right, 0, 1), [None] * len(sure), names)  # type: ignore[list-item]


def simulated(seed: int, count: int = 400, exaggerates: float = 1.0) -> Predictions:
    """Return a model that is right as often as it says, or, where it exaggerates, less often."""
    rng = np.random.default_rng(seed)
    truth = 0.5 + 0.5 * rng.beta(1.5, 1.0, count)
    right = rng.random(count) < truth
    return predictions(0.5 + (truth - 0.5) * exaggerates if exaggerates < 1 else 1 - (1 - truth) / exaggerates, right)


def test_bins_are_counted_as_by_hand() -> None:
    sure = np.array([0.55, 0.60, 0.61, 0.85, 0.95, 1.0, 1.0])
    right = np.array([True, False, True, True, True, True, False])
    found = reliability(predictions(sure, right), bins=5)  # edges 0.5, 0.6, 0.7, 0.8, 0.9, 1; nothing in 0.7 to 0.8
    np.testing.assert_array_equal(found.counts, [2, 1, 1, 3])
    np.testing.assert_array_equal(found.correct, [1, 1, 1, 2])
    np.testing.assert_allclose(found.confidence, [0.575, 0.61, 0.85, 2.95 / 3])
    np.testing.assert_allclose(found.accuracy, [0.5, 1, 1, 2 / 3])
    np.testing.assert_allclose(
        found.intervals, [wilson_interval(1, 2), wilson_interval(1, 1), wilson_interval(1, 1), wilson_interval(2, 3)]
    )
    assert found.error == pytest.approx((2 * 0.075 + 0.39 + 0.15 + 3 * (2.95 / 3 - 2 / 3)) / 7)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_the_bins_go_from_an_even_guess_to_certainty(classes: int) -> None:
    sure = np.array([1 / classes, 1.0])
    found = reliability(predictions(sure, np.array([True, True]), classes), bins=10)
    np.testing.assert_array_equal(found.counts, [1, 1])
    everyone = reliability(predictions(np.linspace(1 / classes, 1, 1001), np.ones(1001, bool), classes), bins=4)
    np.testing.assert_allclose(everyone.counts, 250, atol=1)


def test_one_bin_compares_the_mean_probability_with_the_accuracy() -> None:
    said = simulated(3, exaggerates=3.0)
    assert reliability(said, bins=1).error == pytest.approx(said.probabilities.max(axis=1).mean() - said.accuracy)


def test_a_perfectly_calibrated_model_lies_in_the_intervals_as_often_as_they_say() -> None:
    inside = []
    for seed in range(300):
        found = reliability(simulated(seed))
        low, high = found.intervals.T
        inside += ((low <= found.confidence) & (found.confidence <= high)).tolist()
    assert len(inside) > 2500
    assert 0.935 < np.mean(inside) < 0.975


def test_a_model_that_is_too_sure_leaves_the_intervals_and_has_a_larger_error() -> None:
    honest, boasting = reliability(simulated(1, 4000)), reliability(simulated(1, 4000, exaggerates=4.0))
    assert boasting.error > 0.1 > 0.03 > honest.error
    assert (boasting.confidence > boasting.intervals[:, 1]).mean() > 0.8
    modest = reliability(simulated(1, 4000, exaggerates=0.3))
    assert modest.error > 0.1
    assert (modest.confidence < modest.intervals[:, 0]).mean() > 0.5


def test_few_pictures_make_the_error_of_a_calibrated_model_larger() -> None:
    few, many = (np.mean([reliability(simulated(seed, n)).error for seed in range(20)]) for n in (50, 5000))
    assert few > 4 * many


def test_it_is_drawn_beside_the_diagonal() -> None:
    found = reliability(simulated(1))
    check_keeps_to_its_axes(found.plot)
    axes = found.plot()
    check_opaque_white(axes)
    points = axes.collections[-1].get_offsets()
    np.testing.assert_allclose(points, 100 * np.column_stack([found.confidence, found.accuracy]))


def test_pictures_without_labels_and_bins_that_cannot_be_are_refused() -> None:
    unlabelled = Predictions(np.array([[0.6, 0.4]]), None, [None], ("a", "b"))  # type: ignore[list-item]
    with pytest.raises(ValueError, match="no labels"):
        reliability(unlabelled)
    with pytest.raises(ValueError, match="got bins=0; it is a whole number of bins"):
        reliability(simulated(1), bins=0)


def test_it_reads_as_a_percentage_of_so_many_pictures() -> None:
    found = reliability(predictions(np.full(4, 0.75), np.array([True, True, True, False])))
    assert repr(found) == "Expected calibration error 0.0 % over 4 pictures"
