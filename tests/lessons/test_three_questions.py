"""How many pictures, which rate, how many epochs: runs that are `fit`'s own, choices and lines that are known."""

from math import inf
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import sweeps
from helpers import ConvLearner, get_data
from helpers.data import split_evenly
from helpers.lessons import three_questions
from helpers.lessons.three_questions import (
    EPOCHS,
    PICTURES,
    RATE,
    Sweep,
    pictures_needed,
    stored_sweep,
    train_head,
    try_epochs,
    try_pictures,
    try_rates,
)
from tests.drawings import check_keeps_to_its_axes, check_opaque_white
from tests.pictures import data_in, learner, make_pictures, same_weights, weights_of


@pytest.fixture(scope="module")
def learn(tmp_path_factory: pytest.TempPathFactory) -> ConvLearner:
    """Return a learner of 13 + 13 small pictures, judged by 12, whose head has learned nothing yet."""
    root = make_pictures(tmp_path_factory.mktemp("three") / "pictures", train=13)
    return learner(data_in(root), weights="DEFAULT", precompute=True)


def sweep_of(errors: list[float] | np.ndarray, values: list[int], *, seeds: int = 3, pictures: int = 2000) -> Sweep:
    """Return a sweep in which each seed gets these shares of the pictures wrong, as nearly as can be."""
    wrong = np.arange(pictures) < pictures * np.asarray(errors)[:, None]
    runs = np.repeat(wrong[None], seeds, axis=0)
    return Sweep(PICTURES, np.array(values), runs, np.ones(runs.shape[:2]), np.ones(runs.shape[:2]))


@pytest.mark.parametrize("seed", [1, 5])
def test_a_head_is_trained_as_fit_trains_it(learn: ConvLearner, seed: int) -> None:
    own = learner(learn.data, weights="DEFAULT", precompute=True, seed=seed)
    history = own.fit(0.02, 3)
    outcomes = train_head(learn, rate=0.02, measured=range(1, 4), seed=seed)
    np.testing.assert_allclose([loss for _, loss, _ in outcomes], [row.valid_loss for row in history], rtol=1e-5)
    np.testing.assert_allclose([1 - wrong.mean() for wrong, *_ in outcomes], [row.accuracy for row in history])
    np.testing.assert_array_equal(outcomes[-1][0], ~own.predict_all().correct)
    (last,) = train_head(learn, rate=0.02, measured=[3], seed=seed)
    assert last[1] == outcomes[-1][1], "measuring changes nothing"


def test_the_learner_and_the_random_numbers_stay_as_they_were(learn: ConvLearner) -> None:
    before, threads = weights_of(learn.model), torch.get_num_threads()
    torch.manual_seed(9)
    expected = torch.rand(3)
    torch.manual_seed(9)
    with torch.inference_mode():  # whatever the caller has switched on
        train_head(learn, rate=0.1, measured=[2], seed=1)
    assert torch.equal(torch.rand(3), expected)
    assert same_weights(weights_of(learn.model), before)
    assert (learn.epochs_done, torch.get_num_threads()) == (0, threads)


def test_only_the_chosen_rows_are_learned_from(learn: ConvLearner) -> None:
    cats = np.flatnonzero(learn.data.train.known_labels == 0)
    ((wrong, *_),) = train_head(learn, cats, rate=0.1, measured=[30], seed=1)
    np.testing.assert_array_equal(wrong, learn.data.valid.known_labels == 1)


def test_pictures_are_chosen_class_by_class_nested_and_by_the_seed(learn: ConvLearner, monkeypatch) -> None:
    runs: dict[tuple[int, int], np.ndarray] = {}
    labels, steps = learn.data.train.known_labels, []

    def noted(learn: ConvLearner, rows: np.ndarray, *, rate: float, measured: list[int], seed: int) -> list:
        runs[len(rows) // 2, seed] = rows
        steps.append(measured[0] * len(split_evenly(rows, 8)))
        return [(np.zeros(4, bool), 0.5, 0.1)]

    monkeypatch.setattr(three_questions, "train_head", noted)
    sweep = try_pictures(learn, [2, 5, 13], epochs=6, seeds=(1, 2))
    assert sweep.wrong.shape == (2, 3, 4)
    for (count, seed), rows in runs.items():
        np.testing.assert_array_equal(np.bincount(labels[rows]), [count, count])
        assert set(rows) <= set(runs[13, seed])
    assert set(runs[2, 1]) <= set(runs[5, 1])
    assert set(runs[5, 1]) != set(runs[5, 2])
    np.testing.assert_array_equal(runs[13, 1], np.arange(26))
    assert all(abs(each - 6 * 4) <= 2 for each in steps), "26 pictures in batches of 8: 6 epochs of 4 steps"


def test_with_all_pictures_the_run_is_fits_own(learn: ConvLearner) -> None:
    sweep = try_pictures(learn, [13], rate=0.02, epochs=2, seeds=[4])
    (outcome,) = train_head(learn, rate=0.02, measured=[2], seed=4)
    assert sweep.losses.tolist() == [[outcome[1]]]


@pytest.mark.parametrize("wrong", [[14], [0, 5], [-1]])
def test_more_pictures_than_there_are_is_refused(learn: ConvLearner, wrong: list[int]) -> None:
    with pytest.raises(ValueError, match=r"got per_class=\[.*\]; give numbers from 1 to 13"):
        try_pictures(learn, wrong)


def test_rates_and_epochs_are_tried_once_per_seed(learn: ConvLearner) -> None:
    rates = try_rates(learn, [0.001, 0.02], epochs=3, seeds=[1, 2, 3])
    assert (rates.what, rates.losses.shape, rates.wrong.shape) == (RATE, (3, 2), (3, 2, 12))
    epochs = try_epochs(learn, 3, rate=0.02, seeds=[1, 2, 3])
    assert (epochs.what, epochs.values.tolist()) == (EPOCHS, [1, 2, 3])
    np.testing.assert_array_equal(rates.losses[:, 1], epochs.losses[:, 2])
    assert (np.diff(epochs.seconds, axis=1) > 0).all()
    (slow,) = train_head(learn, rate=0.001, measured=[3], seed=2)
    assert rates.losses[1, 0] == slow[1]


def test_a_rate_that_diverges_is_a_result_too(learn: ConvLearner) -> None:
    sweep = try_rates(learn, [0.01, 1e9], epochs=2, seeds=[1, 2])
    assert (sweep.errors[:, 1] >= sweep.errors[:, 0]).all()
    check_opaque_white(sweep.plot())


@pytest.mark.parametrize(
    "run",
    [
        lambda learn: try_rates(learn, []),
        lambda learn: try_rates(learn, [0.1], seeds=[]),
        lambda learn: try_pictures(learn, []),
    ],
)
def test_nothing_to_try_is_told(learn: ConvLearner, run) -> None:
    with pytest.raises(ValueError, match=r"got \d × .*, \d seeds; give at least one of each"):
        run(learn)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (lambda learn: try_rates(learn, [-1.0]), "got lr=-1.0"),
        (lambda learn: try_rates(learn, [0.1], epochs=0), "got epochs=0"),
        (lambda learn: try_pictures(learn, [2], epochs=0), "got epochs=0"),
        (lambda learn: try_epochs(learn, 0), "got most=0"),
    ],
)
def test_a_number_that_cannot_be_is_refused(learn: ConvLearner, run, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        run(learn)


def test_errors_are_shares_of_the_validation_pictures_and_read_with_their_range() -> None:
    wrong = np.array([[[1, 0, 0, 0], [1, 1, 0, 0]], [[1, 1, 1, 0], [1, 1, 0, 0]]], dtype=bool)
    sweep = Sweep(RATE, np.array([0.01, 0.1]), wrong, np.ones((2, 2)), np.ones((2, 2)))
    assert sweep.errors.tolist() == [[0.25, 0.5], [0.75, 0.5]]
    head, first, second = repr(sweep).splitlines()
    assert head == "learning rate: validation error (lowest to highest of 2 seeds)"
    assert first.split() == ["0.01:", "50.0", "%", "(25.0", "to", "75.0", "%)"]
    assert second.split() == ["0.1:", "50.0", "%", "(50.0", "to", "50.0", "%)"]


@pytest.mark.parametrize("measure", ["errors", "losses", "seconds"])
def test_a_sweep_is_drawn_as_mean_and_band(measure: str) -> None:
    rng = np.random.default_rng(1)
    sweep = Sweep(RATE, np.array([0.01, 0.1, 1.0]), rng.random((4, 3, 9)) < 0.3, rng.random((4, 3)), rng.random((4, 3)))
    check_keeps_to_its_axes(lambda **choices: sweep.plot(measure, **choices))
    axes = sweep.plot(measure)
    check_opaque_white(axes)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), getattr(sweep, measure).mean(axis=0))
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (getattr(sweep, measure).min(), getattr(sweep, measure).max())
    assert axes.get_xscale() == "log"
    with pytest.raises(ValueError, match="got measure='error'; it is 'errors', 'losses', 'seconds'"):
        sweep.plot("error")


def test_a_known_line_is_read_off_exactly() -> None:
    tried = [25, 100, 400]
    needed = pictures_needed(sweep_of([0.2, 0.1, 0.05], tried), 0.04)  # error = 1 / sqrt(pictures)
    assert needed.slope == pytest.approx(-0.5, abs=2e-3)
    assert needed.pictures == pytest.approx(625, rel=0.01)
    assert needed.interval[0] < 625 < needed.interval[1]
    assert needed.slope_interval[0] < -0.5 < needed.slope_interval[1]


def test_fewer_validation_pictures_make_the_answer_less_certain() -> None:
    errors, tried = [0.2, 0.1, 0.05], [25, 100, 400]
    few, many = (pictures_needed(sweep_of(errors, tried, pictures=count), 0.06) for count in (300, 12_000))
    assert few.interval[1] - few.interval[0] > 4 * (many.interval[1] - many.interval[0])


def test_the_interval_of_the_slope_holds_the_true_one_as_often_as_it_says() -> None:
    tried, truth = np.array([10, 20, 50, 100, 200, 500]), -0.4
    inside, widths, slopes = [], [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        wanted = 0.5 * tried**truth * np.exp(rng.normal(0, 0.1, (5, 6)))  # each run has its own luck,
        difficulty = rng.random(400)  # and every run finds the same pictures difficult
        wrong = difficulty + rng.normal(0, 0.01, (5, 6, 400)) < wanted[:, :, None]
        found = pictures_needed(Sweep(PICTURES, tried, wrong, wanted, wanted), 0.06, draws=300)
        low, high = found.slope_interval
        inside.append(low <= truth <= high)
        widths.append(high - low)
        slopes.append(found.slope)
    assert np.mean(inside) >= 0.9
    assert np.median(widths) < 2 * 3.92 * np.std(slopes), "wide enough is easy: it must not be wider than twice that"


def test_what_lies_more_than_four_times_beyond_is_refused() -> None:
    sweep = sweep_of([0.2, 0.1, 0.05], [25, 100, 400])
    assert pictures_needed(sweep, 0.0255).pictures < 1600
    with pytest.raises(ValueError, match=r"got error=0.02.* 4 times beyond the 25 to 400 pictures"):
        pictures_needed(sweep, 0.02)  # 2,500 pictures
    with pytest.raises(ValueError, match=r"got error=0.5.* 4 times beyond the 25 to 400 pictures"):
        pictures_needed(sweep, 0.5)  # 4 pictures


def test_an_end_that_lies_beyond_is_infinite() -> None:
    needed = pictures_needed(sweep_of([0.2, 0.1, 0.05], [25, 100, 400], pictures=400), 0.027)
    assert needed.pictures < 1600
    assert needed.interval[1] == inf


def test_runs_that_no_more_pictures_have_helped_are_refused() -> None:
    tried, rng = np.array([25, 100, 400]), np.random.default_rng(1)
    for share in (0.1, 0.0):
        flat = Sweep(PICTURES, tried, rng.random((3, 3, 300)) < share, np.ones((3, 3)), np.ones((3, 3)))
        with pytest.raises(ValueError, match=r"got a slope of .*: more pictures may not help; try a wider range"):
            pictures_needed(flat, 0.05)


def test_no_error_at_all_is_no_infinity() -> None:
    needed = pictures_needed(sweep_of([0.4, 0.1, 0.0], [25, 100, 400], pictures=200), 0.05)
    assert np.isfinite(needed.slope)


@pytest.mark.parametrize("error", [0, 1, -0.1, 5])
def test_an_error_that_cannot_be_is_refused(error: float) -> None:
    with pytest.raises(ValueError, match=rf"got error={error} .*an error between 0 and 1"):
        pictures_needed(sweep_of([0.2, 0.1, 0.05], [25, 100, 400]), error)


def test_another_sweep_and_one_seed_are_refused() -> None:
    losses = np.ones((2, 3))
    rates = Sweep(RATE, np.array([1, 2, 3]), np.zeros((2, 3, 4), bool), losses, losses)
    for sweep in (rates, sweep_of([0.2, 0.1, 0.05], [25, 100, 400], seeds=1), sweep_of([0.2, 0.1], [25, 100])):
        with pytest.raises(ValueError, match=r"it takes .* try_pictures with 3 numbers, 2 seeds or more"):
            pictures_needed(sweep, 0.1)


def test_the_folder_of_the_pictures_is_needed_no_more(tmp_path: Path) -> None:
    root = make_pictures(tmp_path / "pictures")
    own = learner(data_in(root), precompute=True)
    own.activations("train"), own.activations("valid")
    root.rename(tmp_path / "away")
    assert try_rates(own, [0.01], seeds=[1]).wrong.shape == (1, 1, 12)


# Stored


def test_a_sweep_is_stored_and_read_again(learn: ConvLearner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"few, pictures": try_pictures(learn, [4, 9], seeds=[1, 2]), "some kind": try_rates(learn, [0.01, 0.1])}
    monkeypatch.setattr(three_questions, "STORED", sweeps.store(kept, tmp_path / "kept.npz"))
    for name, sweep in kept.items():
        found = stored_sweep(name)
        assert found.what == sweep.what
        for part in ("values", "wrong", "losses", "seconds"):
            np.testing.assert_array_equal(getattr(found, part), getattr(sweep, part))
    with pytest.raises(
        ValueError, match="got 'others'; the sweeps that were run before are 'few, pictures', 'some kind'"
    ):
        stored_sweep("others")
    again = try_rates(learn, [0.1], seeds=[3])
    sweeps.store({"some kind": again}, tmp_path / "kept.npz")
    assert stored_sweep("some kind").values.tolist() == [0.1], "a sweep takes the place of the one of its name"
    assert stored_sweep("few, pictures").values.tolist() == [4, 9], "and the others stay"


def test_what_lesson_12_says_of_the_stored_sweeps() -> None:
    pictures = stored_sweep("photographs, pictures")
    falls = pictures.errors.mean(axis=0)
    assert (pictures.what, pictures.values[[0, 3, -1]].tolist()) == (PICTURES, [16, 128, 1000])
    assert falls[3] - falls[-1] < 0.01 < falls[0] - falls[3], "hardly any more, from 128 on"
    kinds = ["photographed cats and dogs", "drawn cats and dogs", "stars and houses", "handwritten 3, 5 and 8"]
    floors = []
    for sweep in map(stored_sweep, kinds):
        errors = dict(zip(sweep.values.tolist(), sweep.errors.mean(axis=0).tolist(), strict=True))
        assert sweep.errors.shape == (5, 9)
        assert errors[0.01] - min(errors.values()) <= 0.01
        floors.append(min(errors.values()))
    assert floors[2] < floors[1] < floors[0] < floors[3]
    for name, size in (("rates", 6), ("epochs", 12)):
        sweep = stored_sweep(f"photographs, {name}")
        assert sweep.wrong.shape == (5, size, 1000)


def test_the_sample_s_stored_kind_is_what_comes_of_it_today(tmp_path: Path) -> None:
    """One stored rate is run again: the file belongs to this body and these pictures."""
    files = {name: sorted((get_data("sample") / "train" / name).iterdir())[:140] for name in ("cats", "dogs")}
    again = try_rates(sweeps.learner(sweeps.laid_out(files, tmp_path / "drawn")), [0.01], epochs=sweeps.EPOCHS)
    stored = stored_sweep("drawn cats and dogs")
    place = stored.values.tolist().index(0.01)
    assert abs(again.errors.mean() - stored.errors[:, place].mean()) <= 0.01
