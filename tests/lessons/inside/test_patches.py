"""Patches that a channel answers to: beside a search picture by picture, and planted."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from helpers import ConvLearner
from helpers.lessons.inside import (
    feature_maps,
    search_patches,
)
from tests.pictures import data_in


def test_the_search_finds_what_a_search_picture_by_picture_finds(learner: ConvLearner) -> None:
    search = search_patches(learner, keep=4)
    found = [feature_maps(learner, path) for path in learner.data.train.paths]
    for layer, channel in ((1, 5), (4, 77), (9, 300)):
        tops = [one.strongest(layer, channel) for one in found]
        values = np.array([one.maps(layer)[top] for one, top in zip(found, tops, strict=True)])
        order = [place for place in np.argsort(-values, kind="stable")[:4] if values[place] > 0]
        best = search.best(layer, channel)
        np.testing.assert_allclose(best.values, values[order], rtol=1e-3)
        assert [path.name for path in best.paths] == [learner.data.train.paths[place].name for place in order]
        field = found[0].layer(layer).field
        assert [tuple(window) for window in best.windows.tolist()] == [
            field.window(*tops[place][1:]) for place in order
        ]
        assert list(best.labels) == [path.parent.name for path in best.paths]


def test_a_patch_is_cut_out_where_the_filter_looks(learner: ConvLearner) -> None:
    best = search_patches(learner, keep=3).best(2, 20)
    for path, window, image in zip(best.paths, best.windows, best.images, strict=True):
        whole = feature_maps(learner, path).picture
        assert image.shape == (19, 19, 3)
        top, left = window[:2]
        for row, column in ((0, 0), (9, 9), (18, 18)):
            inside = 0 <= top + row < 48 and 0 <= left + column < 48
            wanted = whole[top + row, left + column] if inside else [128, 128, 128]
            assert image[row, column].tolist() == list(wanted)
    assert len(best.show()) == len(best)


def test_a_filter_for_red_finds_the_red_square(tmp_path: Path) -> None:
    """Planted: of 30 grey pictures one has a red square; a filter that sums red minus green must find it, and where."""
    generator = np.random.default_rng(0)
    for split, count in (("train", 15), ("valid", 1)):
        for label in ("cats", "dogs"):
            (tmp_path / split / label).mkdir(parents=True)
            for number in range(count):
                grey = generator.integers(90, 110, (48, 48, 1), dtype=np.uint8).repeat(3, axis=2)
                if (split, label, number) == ("train", "dogs", 7):
                    grey[20:28, 32:40] = (250, 10, 10)
                Image.fromarray(grey).save(tmp_path / split / label / f"{number:02d}.png")
    learn = ConvLearner.pretrained("resnet10", data_in(tmp_path, size=48), seed=1)
    kernel = torch.zeros(3, 7, 7)
    kernel[0], kernel[1] = 1, -1
    learn.model.body[0].weight.data[11] = kernel
    best = search_patches(learn).best(1, 11)
    assert (best.paths[0].parent.name, best.paths[0].name) == ("dogs", "07.png")
    top, left, bottom, right = best.windows[0]
    assert 20 <= top < bottom <= 28
    assert 32 <= left < right <= 40
    assert (best.images[0] == (250, 10, 10)).all()


def test_no_more_pictures_are_searched_than_asked_for(learner: ConvLearner) -> None:
    search = search_patches(learner, most=5, keep=9)
    assert search.pictures == 5
    assert len(search.best(1, 0)) <= 5
    assert "5 train pictures" in repr(search)
    assert search_patches(learner, split="valid").pictures == len(learner.data.valid)
