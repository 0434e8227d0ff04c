"""A small selection of the cases that `make fuzz` runs, with a fixed seed; and the harness, on planted faults."""

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.fuzz.__main__ import hunt, line_of, listed_faults, replay_line
from tests.fuzz.crafted_pictures import CRAFTED
from tests.fuzz.mutate import MUTATORS, mutated
from tests.fuzz.pictures import CRAFTED_EVERY, as_documented, with_checksums
from tests.fuzz.planted import PLANTED
from tests.fuzz.valid_pictures import base, deep_png, valid_pictures
from tests.fuzz.workers import KINDS

SEED = 7
BOMBS = [CRAFTED_EVERY * number for number, name in enumerate(CRAFTED) if "large" not in name and "middle" not in name]
NUMBERS: dict[str, Iterable[int]] = {
    "pictures": [*BOMBS, *(number for number in range(150) if number % CRAFTED_EVERY)],
    "models": range(0, 180, 3),
    "weights": range(0, 360, 5),
    "checkpoints": range(0, 360, 7),
    "caches": range(0, 240, 5),
    "folders": range(24),
    "sets": range(60),
    "kills": range(9),
}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and limits that Windows does not have")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_damaged_hostile_or_interrupted_gets_through(kind: str, tmp_path: Path) -> None:
    results = hunt(kind, SEED, NUMBERS[kind], tmp_path, workers=1)
    assert len(results) == len(list(NUMBERS[kind]))
    assert sum(result.counts.total() for result in results) > len(results) // 2, "cases come to an end"
    faults = listed_faults(kind, SEED, results)
    assert not faults, "\n" + "\n".join(faults)


def test_the_harness_finds_what_no_door_may_do(tmp_path: Path) -> None:
    still = [number for number, (column, _) in enumerate(PLANTED) if column == "hangs"]
    others = sorted({*range(len(PLANTED))} - {*still})
    results = hunt("planted", SEED, others, tmp_path / "others", workers=1, limit=120)  # however busy the machine is
    results += hunt("planted", SEED, still, tmp_path / "still", workers=1, limit=1.5)
    found = {result.number: {fault.column for fault in result.faults} for result in results}
    assert found == {number: {column} - {""} for number, (column, _) in enumerate(PLANTED)}
    expected = [len(PLANTED)] + [sum(column == each for each, _ in PLANTED) for column in ("crashes", "hangs")]
    assert line_of("planted", results).split()[1:4] == list(map(str, expected))
    assert any(replay_line("planted", SEED, 2) in line for line in listed_faults("planted", SEED, results))


def test_a_case_is_decided_by_seed_kind_and_number_alone(tmp_path: Path) -> None:
    once = hunt("pictures", 3, [5, 8, 9], tmp_path / "once", workers=1)
    again = [hunt("pictures", 3, [number], tmp_path / str(number), workers=1)[0] for number in (9, 5)]
    assert [result.label for result in once] == [again[1].label, once[1].label, again[0].label]
    other = hunt("pictures", 4, [5, 8, 9], tmp_path / "other", workers=1)
    assert [result.label for result in once] != [result.label for result in other]


def test_every_mutator_returns_bytes_whatever_it_gets() -> None:
    import random

    draw = random.Random(0)
    for content in (b"", b"a", bytes(range(256)) * 40):
        for mutator in MUTATORS:
            assert all(isinstance(mutator(draw, content), bytes) for _ in range(50))
    assert len({mutated(draw, bytes(range(256)))[1] for _ in range(100)}) > 80


def test_pictures_made_by_hand_hold_what_they_say() -> None:
    import io

    from PIL import Image

    pixels = np.asarray(base())
    for content in (valid_pictures()["PNG interlaced"], deep_png(), with_checksums(deep_png())):
        with Image.open(io.BytesIO(content)) as picture:
            assert np.array_equal(as_documented(picture), pixels)
