"""What happens to a picture on its way to the model: alike for any batch, different for each picture and epoch."""

import numpy as np
import pytest
import torch

from helpers import tfms_from_model
from helpers.transforms import augment
from tests.pictures import noise

KINDS = ["side_on", "top_down"]


def batch(count: int = 6, size: int = 40) -> torch.Tensor:
    return torch.stack([torch.from_numpy(noise(size, size, seed).copy()).permute(2, 0, 1) for seed in range(count)])


def changed(
    pixels: torch.Tensor, kind: object, *, seed: int = 1, epoch: int = 0, indices: object = None
) -> torch.Tensor:
    places = np.arange(len(pixels)) if indices is None else np.asarray(indices)
    return augment(pixels, kind, seed=seed, epoch=epoch, indices=places)


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_of_a_batch_is_changed_in_its_own_way(kind: str) -> None:
    alike = batch(1).expand(8, -1, -1, -1)
    result = changed(alike, kind)
    for one in range(8):
        assert not torch.equal(result[one], alike[one])
        for other in range(one):
            assert not torch.equal(result[one], result[other])


@pytest.mark.parametrize("kind", KINDS)
def test_the_change_depends_on_seed_epoch_and_picture_and_not_on_the_batch(kind: str) -> None:
    pixels = batch(6)
    whole = changed(pixels, kind)
    assert torch.equal(whole, changed(pixels, kind))
    parts = [changed(pixels[cut], kind, indices=np.arange(6)[cut]) for cut in (slice(0, 1), slice(1, 4), slice(4, 6))]
    assert (whole.int() - torch.cat(parts).int()).abs().max() <= 1  # the last bit of a sum may round either way
    order = [4, 0, 5, 2, 1, 3]
    assert (whole[order].int() - changed(pixels[order], kind, indices=order).int()).abs().max() <= 1
    for other in (dict(seed=2), dict(epoch=1), dict(indices=np.arange(6) + 6)):
        result = changed(pixels, kind, **other)
        assert all(not torch.equal(one, two) for one, two in zip(whole, result, strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [32, 97])
def test_size_type_and_the_original_are_kept(kind: str, size: int) -> None:
    pixels = batch(3, size)
    before = pixels.clone()
    result = changed(pixels, kind)
    assert (result.shape, result.dtype) == (pixels.shape, torch.uint8)
    assert torch.equal(pixels, before)


def test_no_picture_gets_black_edges() -> None:
    result = changed(torch.full((64, 3, 40, 40), 200, dtype=torch.uint8), "top_down")
    assert result.min() >= 170
    assert (result.flatten(1).max(1).values - result.flatten(1).min(1).values).max() <= 1  # one colour stays one


def gradient() -> torch.Tensor:
    """A picture brighter to its right, in red, and to its foot, in green."""
    ramp = torch.linspace(20, 235, 64)
    return torch.stack([ramp.expand(64, 64), ramp.expand(64, 64).T, torch.full((64, 64), 128.0)]).to(torch.uint8)


def directions(kind: str) -> set[tuple[int, int]]:
    """Return which ways the gradient's red points after augmentation: (to the right, to the foot)."""
    result = changed(gradient().expand(200, -1, -1, -1), kind)[:, 0].float()
    right = result[:, 16:48, 40:48].mean((1, 2)) - result[:, 16:48, 16:24].mean((1, 2))
    foot = result[:, 40:48, 16:48].mean((1, 2)) - result[:, 16:24, 16:48].mean((1, 2))
    return {
        (int((x / 40).round().clamp(-1, 1)), int((y / 40).round().clamp(-1, 1)))
        for x, y in zip(right, foot, strict=True)
    }


def test_side_on_pictures_are_mirrored_and_never_stood_on_their_heads() -> None:
    assert directions("side_on") == {(1, 0), (-1, 0)}
    green = changed(gradient().expand(200, -1, -1, -1), "side_on")[:, 1].float()
    assert (green[:, -20:].mean((1, 2)) > green[:, :20].mean((1, 2))).all()


def test_top_down_pictures_are_turned_all_four_ways() -> None:
    assert directions("top_down") == {(1, 0), (-1, 0), (0, 1), (0, -1)}


def test_about_half_of_the_pictures_are_mirrored() -> None:
    red = changed(gradient().expand(1000, -1, -1, -1), "side_on")[:, 0].float()
    mirrored = (red[:, :, :20].mean((1, 2)) > red[:, :, -20:].mean((1, 2))).float().mean()
    assert 0.45 < mirrored < 0.55  # three standard deviations of a fair coin


def test_a_readers_own_function_is_called_picture_by_picture_in_order() -> None:
    shapes = []

    def own(picture: torch.Tensor) -> torch.Tensor:
        shapes.append((tuple(picture.shape), picture.dtype))
        return picture.flip(-1)

    pixels = batch(4)
    assert torch.equal(changed(pixels, own), pixels.flip(-1))
    assert shapes == [((3, 40, 40), torch.uint8)] * 4


def test_chance_in_a_readers_own_function_depends_on_seed_epoch_and_picture_alone() -> None:
    def own(picture: torch.Tensor) -> torch.Tensor:
        return torch.randint(0, 256, picture.shape, dtype=torch.uint8)

    pixels = batch(4)
    torch.manual_seed(3)
    whole = changed(pixels, own)
    follows = torch.rand(1)
    torch.manual_seed(3)
    assert torch.equal(follows, torch.rand(1))  # the caller's random numbers stay as they were
    assert torch.equal(changed(pixels[2:], own, indices=[2, 3]), whole[2:])
    assert not torch.equal(whole[0], whole[1])
    assert not torch.equal(changed(pixels, own, epoch=1), whole)


@pytest.mark.parametrize(
    ("own", "got"),
    [
        (lambda picture: picture.float(), "torch.float32"),
        (lambda picture: picture[:, :8], r"\(3, 8, 40\)"),
        (lambda picture: None, "NoneType"),
        (lambda picture: picture.numpy(), "ndarray"),
    ],
)
def test_a_readers_own_function_that_returns_something_else_is_told(own: object, got: str) -> None:
    with pytest.raises(ValueError, match=rf"your augmentation returned .*{got}.*uint8 \(3, 40, 40\), as it was given"):
        changed(batch(2), own)


@pytest.mark.parametrize("wrong", [0, 31, 1025, -5, 128.0, "128", True, None, (128, 128)])
def test_a_size_that_cannot_be_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"got sz=.*; it is a number of pixels from 32 to 1024, such as 128"):
        tfms_from_model("resnet10", wrong)


@pytest.mark.parametrize("wrong", ["sideon", 1, [], "SIDE_ON"])
def test_an_unknown_augmentation_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r'got aug=.*; it is None, "side_on", "top_down" or a function'):
        tfms_from_model("resnet10", 128, wrong)


def test_the_transforms_suit_the_architecture() -> None:
    made = tfms_from_model("inception_v3", 299, aug="side_on")
    assert (made.architecture, made.size, made.mean, made.augmentation) == ("inception_v3", 299, (0.5,) * 3, "side_on")
    with pytest.raises(ValueError, match="did you mean 'resnet34'"):
        tfms_from_model("resnet-34", 224)


@pytest.mark.parametrize("kind", KINDS)
def test_another_default_type_of_pytorch_changes_nothing(kind: str) -> None:
    pixels = batch(3)
    expected = changed(pixels, kind)
    torch.set_default_dtype(torch.float64)
    try:
        assert torch.equal(changed(pixels, kind), expected)
    finally:
        torch.set_default_dtype(torch.float32)
