"""Feature maps, channels that are switched off, and the influence of pixels: beside the network's own parts."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from helpers import ConvLearner, load_model
from helpers.lessons.inside import (
    class_activation_map,
    explain_number,
    feature_maps,
    influence,
    layers_of,
)
from helpers.models import Classifier, build
from tests.lessons.inside.conftest import SIZE


def test_the_maps_are_what_the_parts_of_the_body_give(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    assert found.picture.shape == (SIZE, SIZE, 3)
    ready = model.normalise(torch.from_numpy(found.picture).permute(2, 0, 1)[None])
    with torch.inference_mode():
        for layer, end in ((1, 3), (3, 5), (5, 6), (7, 7), (9, 8)):
            np.testing.assert_allclose(found.maps(layer), model.body[:end](ready)[0], atol=1e-4)
        # The ReLU after it works in place, and must not have changed what was kept.
        np.testing.assert_allclose(found.values["_1"], model.body[:2](ready)[0], atol=1e-4)
        block = model.body[4][0]  # its ReLU is used twice
        inner = block.relu(block.bn1(block.conv1(model.body[:4](ready))))[0]
        np.testing.assert_allclose(found.maps(2), inner, atol=1e-4)
    channel, row, column = found.strongest(5)
    assert found.maps(5)[channel, row, column] == found.maps(5).max()
    assert found.maps(5)[7][found.strongest(5, 7)[1:]] == found.maps(5)[7].max()
    assert repr(found).splitlines()[9].split()[:6] == ["9", "512", "of", "2", "×", "2"]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("look", [
    feature_maps, class_activation_map, lambda model, picture: influence(model, picture, 1, 0, 0)
])  # fmt: skip
def test_the_model_is_left_as_it_was_also_after_an_error(look: Any, fails: bool, picture: np.ndarray) -> None:
    model = build("resnet10", SIZE, 2, weights=None)
    model.train()
    model.body[5].eval()
    if fails:
        model.body[0].register_forward_hook(_raise)
    before = {name: part.training for name, part in model.named_modules()}
    weights = {key: value.clone() for key, value in model.state_dict().items()}
    if fails:
        with pytest.raises(ArithmeticError):
            look(model, picture)
    else:
        look(model, picture)
    assert {name: part.training for name, part in model.named_modules()} == before
    assert all(torch.equal(value, weights[key]) for key, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    hooks = [len(part._forward_hooks) + len(part._forward_pre_hooks) for part in model.modules()]
    assert sum(hooks) == int(fails)


def _raise(*_: Any) -> None:
    raise ArithmeticError("planted")


@pytest.mark.parametrize("layer", [2, 4, 6, 8])
def test_a_channel_that_is_off_is_one_whose_batch_norm_gives_0(
    model: Classifier, picture: np.ndarray, layer: int
) -> None:
    """In the first layer of a block nothing is added after the batch-norm, so its weights can switch a channel off."""
    edited = copy.deepcopy(model)
    norm = layers_of(edited)[layer - 1].norm
    assert norm is not None
    channels = [0, 17, 40]
    with torch.no_grad():
        norm.weight[channels] = 0
        norm.bias[channels] = 0
    wanted = feature_maps(edited, picture)
    found = feature_maps(model, picture, off=[(layer, channel) for channel in channels])
    for number in range(1, 10):
        np.testing.assert_allclose(found.maps(number), wanted.maps(number), atol=1e-5)
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, atol=1e-6)
    whole = feature_maps(model, picture)
    assert np.abs(found.maps(9) - whole.maps(9)).max() > 1e-3
    assert (found.maps(layer)[channels] == 0).all()
    assert (found.maps(layer - 1) == whole.maps(layer - 1)).all()
    number = explain_number(found, layer, 17, 1, 1)
    assert number.steps[-1] == ("switched off", 0.0)
    assert number.network == 0


def test_channels_of_the_last_layer_are_taken_from_what_the_head_sees(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture, off=[(9, 5), (9, 300), (9, 5)])
    assert found.off == ((9, 5), (9, 300))
    with torch.inference_mode():
        pixels = torch.from_numpy(found.picture).permute(2, 0, 1)[None]
        maps = model.body(model.normalise(pixels))
        scores = model.head(model.pool(maps))
        np.testing.assert_allclose(feature_maps(model, picture).probabilities, scores.softmax(1)[0], atol=1e-5)
        maps[:, [5, 300]] = 0
        scores = model.head(model.pool(maps))
    np.testing.assert_allclose(found.probabilities, scores.softmax(1)[0], atol=1e-5)


@pytest.mark.parametrize(
    ("off", "error", "sentence"),
    [([(12, 0)], ValueError, "got layer=12; this network has the layers 1 to 9"),
     ([(1, 64)], IndexError, "got channel=64; this layer has 64 channels: type 0 to 63")],
)  # fmt: skip
def test_a_channel_that_does_not_exist_cannot_be_switched_off(
    model: Classifier, picture: np.ndarray, off: list[tuple[int, int]], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        feature_maps(model, picture, off=off)


def test_the_influence_of_the_pixels_lies_in_the_field_and_fills_it(model: Classifier, picture: np.ndarray) -> None:
    for layer, (row, column) in ((1, (0, 31)), (3, (7, 8)), (5, (4, 2)), (9, (1, 1))):
        moved = influence(model, picture, layer, row, column)
        seen = np.argwhere(moved > 0)
        assert moved.shape == (SIZE, SIZE)
        assert (*seen.min(0), *(seen.max(0) + 1)) == layers_of(model)[layer - 1].field.seen(row, column, SIZE)
        one = influence(model, picture, layer, row, column, channel=3)
        assert one[moved == 0].max(initial=0) == 0


def test_influence_is_the_slope_of_a_number(model: Classifier, picture: np.ndarray) -> None:
    """Move one pixel a little, and see how much the number changes."""
    small = np.array(Image.fromarray(picture).resize((SIZE, SIZE)))
    moved = influence(model, small, 2, 6, 6, channel=4)
    before_relu = nn.Sequential(*model.body[:4], model.body[4][0].conv1, model.body[4][0].bn1)
    ready = model.normalise(torch.from_numpy(small).permute(2, 0, 1)[None])
    row, column = np.unravel_index(moved.argmax(), moved.shape)
    total = 0.0
    with torch.inference_mode():
        for colour in range(3):
            numbers = []
            for change in (-1e-2, 1e-2):
                other = ready.clone()
                other[0, colour, row, column] += change
                numbers.append(float(before_relu(other)[0, 4, 6, 6]))
            total += abs(numbers[1] - numbers[0]) / 2e-2
    assert moved[row, column] == pytest.approx(total, rel=0.02)


def test_a_model_from_a_file_can_be_looked_into(learner: ConvLearner, picture: np.ndarray) -> None:
    kept = load_model(learner.save("looked"))
    one, other = feature_maps(learner, picture), feature_maps(kept, picture)
    np.testing.assert_allclose(one.maps(9), other.maps(9), atol=1e-4)
    assert class_activation_map(kept, picture).label in ("cats", "dogs")


def test_what_does_not_exist_gets_a_sentence(model: Classifier, learner: ConvLearner, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    for wrong in (0, 10, "first", True, 1.5):
        with pytest.raises(ValueError, match=r"got layer=.*; this network has the layers 1 to 9"):
            explain_number(found, wrong, 0, 0, 0)
    with pytest.raises(IndexError, match="got channel=64; this layer has 64 channels: type 0 to 63"):
        explain_number(found, 1, 64, 0, 0)
    with pytest.raises(IndexError, match="got row=-1; this layer has 32 rows: type 0 to 31"):
        explain_number(found, 1, 0, -1, 0)
    with pytest.raises(IndexError, match="got column=2; this layer has 2 columns"):
        influence(model, picture, 9, 0, 2)
    with pytest.raises(ValueError, match="got label='bird'; this model knows cats, dogs"):
        class_activation_map(learner, picture, "bird")
    with pytest.raises(TypeError, match="got str; give a learner"):
        feature_maps("resnet10", picture)
    with pytest.raises(ValueError, match="we need a picture file, or uint8"):
        feature_maps(model, picture.astype(float))
