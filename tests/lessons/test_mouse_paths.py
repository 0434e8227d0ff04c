"""Simulated paths of a mouse: what people and bots do, heat maps by hand, the folder, and that the classes differ."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.files.images import read_image
from helpers.lessons.mouse_paths import KINDS, bot_path, draw_heat_maps, heat_map, path_features, person_path


def speeds(path: np.ndarray) -> np.ndarray:
    return np.hypot(*np.diff(path, axis=0).T)


def test_a_bot_that_goes_straight_has_one_speed_and_no_bend() -> None:
    path = bot_path(np.random.default_rng(3), "straight", targets=5)
    moving = speeds(path)[speeds(path) > 1e-9]
    assert moving.max() / moving.min() < 1.2, "legs are cut into whole steps, so their speeds differ a little"
    steps = np.diff(path, axis=0)[speeds(path) > 1e-9]
    angles = np.arctan2(*steps.T)
    assert len(np.unique(angles.round(6))) == 4, "four legs, four directions"


def test_a_bot_that_jumps_is_at_its_targets_only() -> None:
    path = bot_path(np.random.default_rng(1), "jumps", targets=6)
    assert len(np.unique(path, axis=0)) == 6
    assert (speeds(path) > 0.2).sum() == 5


def test_a_bot_that_imitates_bends_and_slows_down_but_always_in_the_same_way() -> None:
    rng = np.random.default_rng(2)
    values = [path_features(bot_path(rng, "imitates"))[1] for _ in range(20)]
    assert np.std(values) < 0.01
    assert 0.5 < np.mean(values) < 0.7


def test_a_person_never_rests_quite_still_and_no_two_strokes_are_alike() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        path = person_path(rng)
        assert speeds(path).min() > 0
        assert -0.3 < path.min() < path.max() < 1.3
        assert speeds(path).max() < 0.2, "a hand does not jump"


def test_a_stroke_is_fastest_in_its_middle() -> None:
    path = person_path(np.random.default_rng(5), targets=2)
    start, end = path[0], path[-1]
    done = (path - start) @ (end - start) / np.dot(end - start, end - start)
    fast = speeds(path).argmax()
    assert 0.2 < done[fast] < 0.8


def test_the_same_generator_gives_the_same_path() -> None:
    np.testing.assert_array_equal(person_path(np.random.default_rng(4)), person_path(np.random.default_rng(4)))


def test_features_by_hand() -> None:
    square = np.array([[0, 0], [1, 0], [2, 0], [2, 2], [2, 4.0]])  # turns once in three, speeds 1, 1, 2, 2
    straightness, unevenness = path_features(square)
    assert straightness == pytest.approx(2 / 3)
    assert unevenness == pytest.approx(0.5 / 1.5)
    assert path_features(np.zeros((5, 2))).tolist() == [1.0, 0.0]
    back = np.array([[0.0, 0], [1, 0], [0, 0]])
    assert path_features(back)[0] == 0.0, "to turn round is to turn"
    around = np.array([[0.0, 0.0], [-1.0, 0.001], [-2.0, 0.0]])  # directions of nearly 180 and −180 degrees
    assert path_features(around)[0] == 1.0


def test_a_heat_map_is_bright_where_the_mouse_was_longest() -> None:
    path = np.concatenate([np.repeat([[0.25, 0.75]], 60, axis=0), [[0.75, 0.25]]])
    pixels = heat_map(path, size=64).astype(int).sum(axis=2)
    assert np.unravel_index(pixels.argmax(), pixels.shape) == (48, 16), "row is y, column is x"
    assert pixels[48, 16] > pixels[16, 48] > pixels[40, 40] == pixels[0, 0]


def test_a_heat_map_draws_what_lies_outside_at_the_edge() -> None:
    pixels = heat_map(np.array([[1.0, 1.0], [2.0, -1.0]]), size=32).astype(int).sum(axis=2)
    assert pixels[31, 31] > pixels[15, 15]
    assert pixels[0, 31] > pixels[15, 15]
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        heat_map(np.zeros((3, 3)))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Path, np.ndarray]]:
    folder = tmp_path_factory.mktemp("visits")
    return folder, draw_heat_maps(folder, train=30, valid=12, kinds=KINDS[:2], valid_kinds=KINDS[2:], seed=3)


def test_the_folder_has_the_layout_of_lesson_01(drawn: tuple[Path, dict[Path, np.ndarray]]) -> None:
    folder, paths = drawn
    found = {place: sorted((folder / place).iterdir()) for place in ("train/bots", "train/people", "valid/bots")}
    assert [len(files) for files in found.values()] == [30, 30, 12]
    assert {file.name.split("-")[0] for file in found["train/bots"]} == set(KINDS[:2])
    assert {file.name.split("-")[0] for file in found["valid/bots"]} == set(KINDS[2:])
    assert set(paths) == set(folder.rglob("*.png"))
    file, path = next(iter(paths.items()))
    np.testing.assert_array_equal(read_image(file), heat_map(path))
    assert Image.open(file).size == (128, 128)


def test_no_picture_of_train_is_also_in_valid(drawn: tuple[Path, dict[Path, np.ndarray]]) -> None:
    content = [file.read_bytes() for file in drawn[1]]
    assert len(set(content)) == len(content)


def test_a_line_through_the_two_features_tells_people_from_bots() -> None:
    rng = np.random.default_rng(8)
    people = np.array([path_features(person_path(rng)) for _ in range(60)])
    bots = np.array([path_features(bot_path(rng, kind)) for kind, _ in itertools.product(KINDS, range(20))])
    assert people[:, 1].min() > 0.8 > bots[:, 1].max()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bot_path(np.random.default_rng(0), "walks"), "'straight', 'jumps', 'imitates'"),
        (lambda: person_path(np.random.default_rng(0), targets=1), "2 or more"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(make, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()
