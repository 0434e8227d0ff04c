"""What a model got right, wrong, and was unsure of: beside NumPy and scikit-learn, for any number of classes."""

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix as by_sklearn

from helpers import interpret
from helpers.interpret import confusion_matrix, most_correct, most_uncertain, most_wrong, random_correct, random_wrong
from helpers.statistics import Predictions
from tests.pictures import picture_of


def predictions(count: int = 200, classes: int = 4, *, seed: int = 0, labelled: bool = True) -> Predictions:
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.ones(classes), count)
    labels = generator.integers(0, classes, count) if labelled else None
    names = tuple(f"kind{number}" for number in range(classes))
    return Predictions(probabilities, labels, [Path(f"{number}.jpg") for number in range(count)], names)


@pytest.mark.parametrize("classes", [2, 3, 10])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_surest_right_and_wrong_are_those_numpy_finds(classes: int, seed: int) -> None:
    found = predictions(classes=classes, seed=seed)
    guess, best = found.probabilities.argmax(1), found.probabilities.max(1)
    for number, name in enumerate(found.classes):
        right = [i for i in range(200) if found.labels[i] == number == guess[i]]
        wrong = [i for i in range(200) if found.labels[i] == number != guess[i]]
        assert most_correct(found, name, 5).indices.tolist() == sorted(right, key=lambda i: -best[i])[:5]
        assert most_wrong(found, name, 5).indices.tolist() == sorted(wrong, key=lambda i: -best[i])[:5]


@pytest.mark.parametrize("classes", [2, 3, 10])
@pytest.mark.parametrize("labelled", [True, False])
def test_the_least_sure_are_those_whose_first_two_classes_are_closest(classes: int, labelled: bool) -> None:
    found = predictions(classes=classes, labelled=labelled)
    lead = [row[-1] - row[-2] for row in np.sort(found.probabilities, axis=1).tolist()]
    assert most_uncertain(found, 6).indices.tolist() == sorted(range(200), key=lambda i: lead[i])[:6]


def test_pictures_chosen_by_chance_are_of_their_kind_distinct_and_follow_the_seed() -> None:
    found = predictions()
    for choose, right in ((random_correct, True), (random_wrong, False)):
        chosen = choose(found, 10, seed=3)
        assert (found.correct[chosen.indices] == right).all()
        assert len(set(chosen.indices.tolist())) == 10
        assert chosen.indices.tolist() == choose(found, 10, seed=3).indices.tolist()
        assert chosen.indices.tolist() != choose(found, 10, seed=4).indices.tolist()
        everything = choose(found, 10_000)
        assert sorted(everything.indices.tolist()) == np.flatnonzero(found.correct == right).tolist()
    counted = np.zeros(200)
    for seed in range(300):
        counted[random_correct(found, 1, seed=seed).indices] += 1
    assert (counted > 0).sum() > 0.8 * found.correct.sum()  # all of them have their chance


def test_titles_say_the_guess_its_probability_and_the_truth_where_it_differs() -> None:
    probabilities = np.array([[0.912, 0.088], [0.3, 0.7]])
    found = Predictions(probabilities, np.array([0, 0]), [Path("a.jpg"), Path("b.jpg")], ("cats", "dogs"))
    assert random_correct(found).titles == ("cats 91 %",)
    wrong = most_wrong(found, "cats")
    assert wrong.titles == ("dogs 70 %, is cats",)
    assert repr(wrong) == "Surest wrong about cats:\n  b.jpg: dogs 70 %, is cats"
    unlabelled = Predictions(probabilities, None, found.paths, found.classes)
    assert most_uncertain(unlabelled, 1).titles == ("dogs 70 %",)


def test_where_there_is_none_it_says_none(capsys: pytest.CaptureFixture[str]) -> None:
    perfect = Predictions(np.eye(2), np.array([0, 1]), [Path("a"), Path("b")], ("cats", "dogs"))
    hopeless = Predictions(np.eye(2), np.array([1, 0]), [Path("a"), Path("b")], ("cats", "dogs"))
    nothing = [
        *(random_wrong(perfect), most_wrong(perfect, "dogs")),
        *(random_correct(hopeless), most_correct(hopeless, "cats")),
    ]
    for chosen in nothing:
        assert len(chosen) == 0
        assert repr(chosen) == f"{chosen.what}: none"
        assert len(chosen.show()) == 0
        assert capsys.readouterr().out == f"{chosen.what}: none\n"


def test_showing_draws_each_picture_with_its_title(tmp_path: Path) -> None:
    paths = []
    for number in range(6):
        paths.append(tmp_path / f"{number}.png")
        picture_of("cats", number).save(paths[-1])
    probabilities = np.random.default_rng(0).dirichlet((1, 1), 6)
    found = Predictions(probabilities, np.zeros(6, dtype=int), paths, ("cats", "dogs"))
    chosen = most_uncertain(found, 6)
    axes = chosen.show(columns=4)
    assert [cell.get_title() for cell in axes] == list(chosen.titles)
    assert axes[0].figure.get_suptitle() == "Least sure"
    for cell, path in zip(axes, chosen.paths, strict=True):
        np.testing.assert_array_equal(cell.images[0].get_array(), interpret.read_image(path))


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_the_confusion_matrix_is_scikit_learns(classes: int) -> None:
    found = predictions(classes=classes)
    matrix = confusion_matrix(found)
    expected = by_sklearn(found.labels, found.predicted, labels=range(classes))
    np.testing.assert_array_equal(matrix.counts, expected)
    assert np.trace(matrix.counts) == found.correct.sum()
    lines = repr(matrix).splitlines()
    assert lines[0].split() == ["true", "/", "predicted", *found.classes]
    assert [line.split() for line in lines[1:]] == [
        [name, *map(str, row)] for name, row in zip(found.classes, expected, strict=True)
    ]
    assert len({len(line) for line in lines}) == 1
    assert matrix.plot().get_ylabel() == "true class"


def test_a_class_without_pictures_has_its_row_of_zeros() -> None:
    found = Predictions(np.eye(3)[[0, 1]], np.array([0, 0]), [Path("a"), Path("b")], ("a", "b", "c"))
    np.testing.assert_array_equal(confusion_matrix(found).counts, [[1, 1, 0], [0, 0, 0], [0, 0, 0]])


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "3", None, True])
def test_a_number_of_pictures_that_cannot_be_is_refused(wrong: object) -> None:
    found = predictions(classes=2)
    for choose in (random_correct, random_wrong, most_uncertain):
        with pytest.raises(ValueError, match=rf"got n={wrong!r}; it is a whole number of pictures, 1 or more"):
            choose(found, wrong)
    for choose in (most_correct, most_wrong):
        with pytest.raises(ValueError, match=rf"got n={wrong!r}; it is a whole number of pictures, 1 or more"):
            choose(found, "kind0", wrong)


def test_an_unknown_class_and_missing_labels_are_told() -> None:
    for choose in (most_correct, most_wrong):
        with pytest.raises(ValueError, match="got the class 'kind9'; these pictures have 'kind0', 'kind1'"):
            choose(predictions(classes=2), "kind9")
    unlabelled = predictions(labelled=False)
    for choose in (random_correct, random_wrong, confusion_matrix):
        with pytest.raises(ValueError, match="these pictures have no labels"):
            choose(unlabelled)


# Any number of classes, any name --------------------------------------------------------------------------------------


def named(*names: str) -> Predictions:
    labels = np.arange(len(names))
    probabilities = np.roll(np.eye(len(names)), 1, axis=1)
    return Predictions(probabilities, labels, [Path(f"{number}.jpg") for number in labels], names)


@pytest.mark.parametrize(
    "names",
    [
        ("golden_retriever", "labrador_retriever"),
        ("n02098105-soft-coated_wheaten_terrier", "n02099601-golden_retriever"),
        ("a", "b" * 60, "c" * 60),
        tuple(f"class {number}" for number in range(30)),
        ("x" * 200, "y"),
        ("two\nlines", "\udce9"),
    ],
    ids=lambda names: f"{len(names)} of {len(names[0])}",
)
def test_the_printed_matrix_keeps_its_columns(names: tuple[str, ...]) -> None:
    matrix = confusion_matrix(named(*names))
    lines = repr(matrix).splitlines()
    assert len(lines) == len(names) + 1
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= 190
    assert [list(map(int, line.split()[-len(names) :])) for line in lines[1:]] == matrix.counts.tolist()
    repr(matrix).encode()


def test_where_names_do_not_fit_columns_are_called_by_their_numbers() -> None:
    first, *others = repr(confusion_matrix(named("b" * 50, "c" * 50, "d"))).splitlines()
    assert first.split() == ["true", "/", "predicted", "0", "1", "2"]
    assert [line.split()[:2] for line in others] == [["0", "b" * 50], ["1", "c" * 50], ["2", "d"]]


def test_of_many_classes_the_sum_is_printed() -> None:
    found = predictions(classes=200)
    said = repr(confusion_matrix(found))
    assert (
        said
        == f"200 classes, {found.correct.sum()} of 200 pictures right; type .plot() to see which were taken for which"
    )
    with pytest.raises(ValueError, match="'kind2', 'kind3' and 196 more") as caught:
        most_correct(found, "kind" * 200)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "names", [("$5 and $10", "dogs"), ("a$_b_$", "dogs"), ("猫", "狗"), ("W" * 60, "y" * 60)], ids=str
)
def test_pictures_are_shown_with_any_name_of_a_class(tmp_path: Path, names: tuple[str, str]) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(2)]
    for path in paths:
        picture_of("cats", 1).save(path)
    wrong = most_wrong(Predictions(np.eye(2), np.array([1, 0]), paths, names), names[0])
    axes = wrong.show()
    figure = axes[0].figure
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.savefig(io.BytesIO())
    title = figure._suptitle
    assert not title.get_parse_math()
    assert not axes[0].title.get_parse_math()
    assert title.get_window_extent().width <= figure.get_size_inches()[0] * figure.dpi
    assert title.get_window_extent().y0 > axes[0].title.get_window_extent().y1


def test_a_file_s_name_that_is_no_text_is_printed_escaped() -> None:
    found = Predictions(np.eye(2), np.array([0, 1]), [Path("caf\udce9.jpg"), Path("b.jpg")], ("cats", "dogs"))
    assert "caf\\udce9.jpg: cats 100 %" in repr(most_correct(found, "cats"))
