"""Intervals on an accuracy, and predictions with their counts."""

from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from helpers.statistics import Comparison, Predictions, compare, wilson_interval


def wilson_by_hand(correct: int, total: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Solve (p − share)² = z² p (1 − p) / total for p: the definition of the interval."""
    share = correct / total
    a, b, c = 1 + z * z / total, -(2 * share + z * z / total), share * share
    root = sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


@pytest.mark.parametrize(
    ("correct", "total", "expected"),
    [
        (1982, 2000, (0.9858, 0.9943)),
        (50, 100, (0.4038, 0.5962)),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (1, 1, (0.2065, 1.0)),
    ],
)
def test_the_interval_has_the_values_of_the_tables(correct: int, total: int, expected: tuple[float, float]) -> None:
    assert wilson_interval(correct, total) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("total", [1, 2, 7, 300])
def test_the_interval_solves_its_equation_and_grows_with_the_count(total: int) -> None:
    before = (-1.0, -1.0)
    for correct in range(total + 1):
        low, high = wilson_interval(correct, total)
        assert (low, high) == pytest.approx(wilson_by_hand(correct, total), abs=1e-9)
        assert 0 <= low <= correct / total <= high <= 1
        assert low > before[0] or correct == 0
        assert high > before[1]
        before = (low, high)


def test_more_pictures_and_less_confidence_make_it_narrower() -> None:
    def width(*arguments: float) -> float:
        low, high = wilson_interval(*arguments)
        return high - low

    assert width(90, 100) > width(900, 1000) > width(9000, 10_000)
    assert width(90, 100, 0.99) > width(90, 100) > width(90, 100, 0.5)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    for truth in (0.5, 0.9, 0.98):
        drawn = np.random.default_rng(1).binomial(200, truth, 4000)
        inside = np.mean([low <= truth <= high for low, high in (wilson_interval(int(k), 200) for k in drawn)])
        assert 0.92 < inside < 0.98


@pytest.mark.parametrize("wrong", [(-1, 10), (11, 10), (0, 0), (1, -5)])
def test_counts_that_cannot_be_are_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=rf"got {wrong[0]} correct of {wrong[1]}; we need 0 ≤ correct ≤ total"):
        wilson_interval(*wrong)


@pytest.mark.parametrize("wrong", [0, 1, 95, -0.5])
def test_a_confidence_that_cannot_be_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match=rf"got confidence={wrong}; it is a fraction between 0 and 1"):
        wilson_interval(1, 2, wrong)


def predictions(guesses: list[int], labels: list[int] | None, classes: int = 3) -> Predictions:
    probabilities = np.full((len(guesses), classes), 0.1)
    probabilities[np.arange(len(guesses)), guesses] = 1 - 0.1 * (classes - 1)
    names = tuple(f"class{number}" for number in range(classes))
    known = None if labels is None else np.array(labels)
    return Predictions(probabilities, known, [Path(f"{number}.jpg") for number in range(len(guesses))], names)


def test_every_picture_counts_once() -> None:
    found = predictions([0, 1, 2, 0, 0, 1], [0, 1, 2, 1, 2, 1])
    assert found.predicted.tolist() == [0, 1, 2, 0, 0, 1]
    assert found.correct.tolist() == [True, True, True, False, False, True]
    assert found.accuracy == 4 / 6
    assert found.interval == wilson_interval(4, 6)
    assert len(found) == 6


def test_accuracy_is_a_share_of_the_pictures_and_never_of_padded_batches() -> None:
    # 2,000 pictures in batches of 64: a mean of the batches' accuracies would weigh the last 16 like 64.
    labels = np.arange(2000) % 2
    guesses = labels.copy()
    guesses[-16:] = 1 - guesses[-16:]
    found = predictions(guesses.tolist(), labels.tolist(), classes=2)
    assert found.accuracy == 1984 / 2000
    batches = np.array([found.correct[start : start + 64].mean() for start in range(0, 2000, 64)])
    assert found.accuracy != pytest.approx(batches.mean(), abs=1e-3)
    assert repr(found) == (
        "Predictions for 2,000 pictures: 1,984 right, accuracy 99.2 % (95 % interval 98.7 to 99.5 %)"
    )


def test_unlabelled_pictures_have_predictions_and_no_accuracy() -> None:
    found = predictions([0, 1], None)
    assert found.predicted.tolist() == [0, 1]
    assert repr(found) == "Predictions for 2 unlabelled pictures of 3 classes"
    for name in ("accuracy", "correct", "interval", "known_labels"):
        with pytest.raises(ValueError, match="these pictures have no labels"):
            getattr(found, name)


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [(0, 0, 1.0), (0, 5, 0.0625), (0, 6, 0.03125), (6, 0, 0.03125), (5, 5, 1.0), (59, 59, 1.0), (1, 9, 22 / 1024)],
)
def test_the_comparisons_p_is_that_of_the_exact_test(only_first: int, only_second: int, p: float) -> None:
    assert Comparison(only_first, only_second, 200).p == pytest.approx(p, rel=1e-4)


def test_equally_good_models_are_told_apart_in_at_most_one_pair_in_twenty() -> None:
    rng, labels, told = np.random.default_rng(0), np.zeros(300, int), 0
    paths = [Path(str(i)) for i in range(300)]
    for _ in range(400):
        hard = rng.random(300)  # pictures are hard for both models together
        both = [np.stack([hard + rng.normal(0, 0.3, 300) < 0.8] * 2, axis=1) ^ [False, True] for _ in range(2)]
        pair = [Predictions(answers.astype(float), labels, paths, ("cat", "dog")) for answers in both]
        told += compare(*pair).verdict != "not distinguishable"
    assert told / 400 < 0.07


def test_the_verdict_names_the_direction_and_a_large_set_tells_more() -> None:
    labels, paths = np.arange(1000) % 2, [Path(str(i)) for i in range(1000)]

    def right_in_all_but(wrong: int, start: int = 0) -> Predictions:
        answers = labels.copy()
        answers[start : start + wrong] ^= 1
        return Predictions(np.eye(2)[answers], labels, paths, ("cat", "dog"))

    worse, better = right_in_all_but(40), right_in_all_but(15, start=20)
    assert compare(worse, better) == Comparison(only_first=0, only_second=25, total=1000)
    assert compare(worse, better).verdict == "better"
    assert compare(better, worse).verdict == "worse"
    assert "better than the first" in repr(compare(worse, better))
    near = compare(right_in_all_but(20), right_in_all_but(15))
    assert near.verdict == "not distinguishable"
    assert "with 1,000 pictures" in repr(near)


@pytest.mark.parametrize("fault", ["order", "count", "labels", "none"])
def test_only_predictions_for_the_same_pictures_are_compared(fault: str) -> None:
    labels, paths = np.array([0, 1, 1]), [Path("a"), Path("b"), Path("c")]
    first = Predictions(np.eye(2)[labels], labels, paths, ("cat", "dog"))
    changed = {
        "order": (labels, paths[::-1]),
        "count": (labels[:2], paths[:2]),
        "labels": (1 - labels, paths),
        "none": (None, paths),
    }[fault]
    second = Predictions(np.eye(2)[labels][: len(changed[1])], *changed, ("cat", "dog"))
    with pytest.raises(ValueError, match="no labels" if fault == "none" else "not the same"):
        compare(first, second)
