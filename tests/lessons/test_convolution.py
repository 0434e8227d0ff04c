"""Convolution by hand against PyTorch, NumPy and numbers computed on paper."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from helpers.lessons import convolution
from helpers.lessons.convolution import (
    KERNELS,
    as_pixels,
    average_pool,
    convolve,
    convolve_1d,
    convolve_channels,
    explain_size,
    integer_kernel,
    max_pool,
    named_kernel,
    output_size,
    step_at,
    true_convolution,
)

RNG = np.random.default_rng(0)
SETTINGS = [(1, 0), (1, 1), (2, 0), (2, 1), (3, 2), (4, 3)]  # stride, padding


def conv2d(maps: np.ndarray, kernels: np.ndarray, **settings: int) -> np.ndarray:
    """PyTorch's answer for maps (in, height, width) and kernels (out, in, rows, columns)."""
    return functional.conv2d(torch.tensor(maps)[None], torch.tensor(kernels), **settings)[0].numpy()


# Two dimensions


@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 2), (5, 3), (1, 4), (7, 7)])
def test_grey_is_the_same_as_in_pytorch(shape: tuple[int, int], stride: int, padding: int) -> None:
    picture, kernel = RNG.normal(size=(11, 13)), RNG.normal(size=shape)
    ours = convolve(picture, kernel, stride=stride, padding=padding)
    theirs = conv2d(picture[None], kernel[None, None], stride=stride, padding=padding)[0]
    assert ours.dtype == np.float64
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
def test_a_kernel_without_channels_is_laid_on_each_channel_by_itself(stride: int, padding: int) -> None:
    picture, kernel = RNG.normal(size=(11, 13, 4)), RNG.normal(size=(3, 5))
    ours = convolve(picture, kernel, stride=stride, padding=padding)
    for channel in range(4):
        alone = convolve(picture[..., channel], kernel, stride=stride, padding=padding)
        np.testing.assert_allclose(ours[..., channel], alone)


@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
def test_a_kernel_with_channels_sums_over_them(stride: int, padding: int) -> None:
    picture, kernel = RNG.normal(size=(11, 13, 3)), RNG.normal(size=(5, 3, 3))
    ours = convolve(picture, kernel, stride=stride, padding=padding)
    theirs = conv2d(np.moveaxis(picture, 2, 0), np.moveaxis(kernel, 2, 0)[None], stride=stride, padding=padding)[0]
    assert ours.ndim == 2
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
def test_a_layer_is_the_same_as_in_pytorch(stride: int, padding: int) -> None:
    layer = torch.nn.Conv2d(3, 8, kernel_size=(3, 5), stride=stride, padding=padding).double()
    maps = RNG.normal(size=(3, 11, 13))
    assert layer.bias is not None
    theirs = layer(torch.tensor(maps)[None])[0].detach().numpy()
    ours = convolve_channels(maps, layer.weight.detach(), bias=layer.bias.detach(), stride=stride, padding=padding)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    without = convolve_channels(maps, layer.weight.detach(), stride=stride, padding=padding)
    np.testing.assert_allclose(without + layer.bias.detach().numpy()[:, None, None], theirs, atol=1e-12)


def test_short_floats_stay_short_and_agree_with_pytorch_as_far_as_they_go() -> None:
    picture, kernel = RNG.normal(size=(20, 20)).astype(np.float32), RNG.normal(size=(7, 7)).astype(np.float32)
    ours = convolve(picture, kernel)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, conv2d(picture[None], kernel[None, None])[0], atol=1e-4)
    long = convolve(picture.astype(float), kernel.astype(float))
    assert 0 < abs(ours - long).max() < 1e-4


def test_whole_numbers_lists_and_tensors_are_taken_and_bytes_do_not_overflow() -> None:
    bright = np.full((3, 3), 255, dtype=np.uint8)
    assert convolve(bright, np.ones((3, 3), dtype=np.uint8)).tolist() == [[9 * 255]]
    assert convolve(bright, [[-1, 0, 0], [0, 0, 0], [0, 0, 0]]).tolist() == [[-255]]
    assert convolve(torch.ones(2, 2), torch.eye(2)).tolist() == [[2]]
    assert convolve([[True, False]], [[3]]).tolist() == [[3, 0]]


def test_the_input_is_left_alone() -> None:
    picture, kernel = RNG.normal(size=(5, 5)), RNG.normal(size=(3, 3))
    copies = picture.copy(), kernel.copy()
    convolve(picture, kernel, padding=1)
    max_pool(picture, 2)
    assert np.array_equal(picture, copies[0])
    assert np.array_equal(kernel, copies[1])


def test_true_convolution_turns_the_kernel_as_numpy_does() -> None:
    series, kernel = RNG.normal(size=9), RNG.normal(size=4)
    flipped = true_convolution(series[None], kernel[None])[0]
    np.testing.assert_allclose(flipped, np.convolve(series, kernel, mode="valid"))
    np.testing.assert_allclose(convolve_1d(series, kernel), np.correlate(series, kernel, mode="valid"))
    picture, square = RNG.normal(size=(6, 7)), RNG.normal(size=(3, 3))
    turned = np.rot90(square, 2)
    np.testing.assert_allclose(true_convolution(picture, square, padding=1), convolve(picture, turned, padding=1))
    colours = RNG.normal(size=(3, 3, 3))
    last = true_convolution(RNG.normal(size=(6, 7, 3)), colours)
    assert last.shape == (4, 5)


def test_only_a_true_convolution_may_be_done_in_any_order() -> None:
    picture, one, other = RNG.normal(size=(6, 6)), RNG.normal(size=(2, 2)), RNG.normal(size=(2, 2))
    full = true_convolution(one, other, padding=1)
    np.testing.assert_allclose(true_convolution(true_convolution(picture, one), other), true_convolution(picture, full))


# One dimension


@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
@pytest.mark.parametrize("length", [1, 2, 3, 6])
def test_a_series_is_the_same_as_in_pytorch(length: int, stride: int, padding: int) -> None:
    series, kernel = RNG.normal(size=17), RNG.normal(size=length)
    theirs = functional.conv1d(torch.tensor(series)[None, None], torch.tensor(kernel)[None, None],
                               stride=stride, padding=padding)[0, 0]  # fmt: skip
    np.testing.assert_allclose(convolve_1d(series, kernel, stride=stride, padding=padding), theirs, atol=1e-12)


# One place


@pytest.mark.parametrize("channels", [None, 3])
@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
def test_every_step_sums_to_the_output(stride: int, padding: int, channels: int | None) -> None:
    picture = RNG.normal(size=(7, 8) if channels is None else (7, 8, channels))
    for kernel in [RNG.normal(size=(3, 3))] + ([RNG.normal(size=(3, 3, channels))] if channels else []):
        output = convolve(picture, kernel, stride=stride, padding=padding)
        for row, column in np.ndindex(output.shape[:2]):
            step = step_at(picture, kernel, row, column, stride=stride, padding=padding)
            np.testing.assert_allclose(step.total, output[row, column], atol=1e-12)
            assert step.patch.shape == step.products.shape
            assert (step.top, step.left) == (row * stride - padding, column * stride - padding)
            if step.top >= 0 and step.left >= 0:
                seen = picture[step.top : step.top + 3, step.left : step.left + 3]
                assert np.array_equal(step.patch[: len(seen), : seen.shape[1]], seen)


@pytest.mark.parametrize(("row", "column", "word"), [(3, 0, "row 3"), (0, 3, "column 3"), (-1, 0, "row -1")])
def test_a_place_outside_of_the_output_is_told(row: int, column: int, word: str) -> None:
    with pytest.raises(IndexError, match=f"got {word}; the output has 3 .*s: type 0 to 2"):
        step_at(np.ones((5, 5)), np.ones((3, 3)), row, column)


# Sizes


@pytest.mark.parametrize("padding", [0, 1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 5, 7, 11])
def test_sizes_are_those_of_pytorch(kernel_size: int, stride: int, padding: int) -> None:
    layer = torch.nn.Conv2d(1, 1, kernel_size, stride=stride, padding=padding)
    for size in (1, 5, 11, 28, 56):
        if size + 2 * padding < kernel_size:
            with pytest.raises(ValueError, match="does not fit"):
                output_size(size, kernel_size, stride=stride, padding=padding)
            with pytest.raises(RuntimeError):
                layer(torch.zeros(1, 1, size, size))
        else:
            theirs = layer(torch.zeros(1, 1, size, size)).shape[-1]
            assert output_size(size, kernel_size, stride=stride, padding=padding) == theirs
            assert f"plus 1: {theirs}." in explain_size(size, kernel_size, stride=stride, padding=padding)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (dict(size=5, kernel_size=7), r"a kernel of 7 does not fit on 5 pixels: type padding=1 or more"),
        (dict(size=1, kernel_size=6, padding=1), r"not fit on 1 pixel with 1 more at each end: type padding=3 or more"),
        (dict(size=5, kernel_size=3, stride=0), r"got stride=0; it counts pixels: type a whole number, 1 or more"),
        (dict(size=5, kernel_size=3, padding=-1), r"got padding=-1; .* 0 or more"),
        (dict(size=5, kernel_size=3, padding=0.5), r"got padding=0.5"),
        (dict(size=5, kernel_size=0), r"got kernel_size=0"),
        (dict(size=5, kernel_size=3, stride=True), r"got stride=True"),
        (dict(size=5, kernel_size="3"), r"got kernel_size=3; it counts pixels"),
    ],
)
def test_an_impossible_value_gets_a_sentence(values: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        output_size(**values)


def test_the_padding_that_a_message_advises_is_enough_and_no_more_than_that() -> None:
    for size in range(1, 8):
        for kernel_size in range(size + 1, 12):
            with pytest.raises(ValueError, match="type padding=") as caught:
                output_size(size, kernel_size)
            advised = int(str(caught.value).split("padding=")[1].split()[0])
            assert output_size(size, kernel_size, padding=advised) >= 1
            with pytest.raises(ValueError, match="does not fit"):
                output_size(size, kernel_size, padding=advised - 1)


def test_what_is_left_over_is_told() -> None:
    assert explain_size(9, 3) == "(9 + 2·0 − 3) / 1 = 6, plus 1: 7."
    assert explain_size(9, 3, stride=4).endswith("plus 1: 2. At the far end 2 pixels are left over.")
    assert explain_size(8, 3, stride=2).endswith("At the far end 1 pixel is left over.")


@pytest.mark.parametrize(
    ("picture", "kernel", "sentence"),
    [
        (np.ones(5), np.ones((3, 3)), r"got a picture of shape \(5,\)"),
        (np.ones((5, 5)), np.ones((3, 3, 3)), r"a kernel of shape \(3, 3, 3\)"),
        (np.ones((5, 5, 3)), np.ones((3, 3, 2)), r"has 3 channels, the kernel 2"),
        (np.ones((5, 5)), "blur", r"the kernel must hold numbers"),
        (np.ones((5, 5)), [[1, 2], [3]], r"the kernel must hold numbers in rows of equal length"),
        (np.ones((0, 5)), np.ones((3, 3)), r"the picture must hold numbers"),
        (None, np.ones((3, 3)), r"the picture must hold numbers"),
        (np.ones((2, 9)), np.ones((3, 3)), r"a kernel of 3 does not fit on 2 pixels"),
    ],
)
def test_what_does_not_belong_together_gets_a_sentence(picture: object, kernel: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        convolve(picture, kernel)  # type: ignore[arg-type]


def test_wrong_shapes_of_a_series_and_of_a_layer_get_a_sentence() -> None:
    with pytest.raises(ValueError, match="For pictures type convolve"):
        convolve_1d(np.ones((3, 3)), np.ones(3))
    with pytest.raises(ValueError, match="same number of input channels"):
        convolve_channels(np.ones((3, 5, 5)), np.ones((8, 4, 3, 3)))


# Pooling


@pytest.mark.parametrize(("size", "stride", "padding"), [(2, None, 0), (3, None, 0), (3, 2, 1), (2, 1, 0), (4, 3, 2)])
def test_pooling_is_the_same_as_in_pytorch(size: int, stride: int | None, padding: int) -> None:
    picture = RNG.normal(size=(9, 11, 3)) - 5  # all below zero: padding must not win
    maps = torch.tensor(np.moveaxis(picture, 2, 0))
    largest = functional.max_pool2d(maps, size, stride=stride, padding=padding).permute(1, 2, 0)
    mean = functional.avg_pool2d(maps, size, stride=stride, padding=padding).permute(1, 2, 0)
    np.testing.assert_allclose(max_pool(picture, size, stride=stride, padding=padding), largest)
    np.testing.assert_allclose(average_pool(picture, size, stride=stride, padding=padding), mean)
    alone = max_pool(picture[..., 0], size, stride=stride, padding=padding)
    np.testing.assert_allclose(alone, largest[..., 0])


def test_pooling_tells_what_it_cannot_do() -> None:
    with pytest.raises(ValueError, match="type 1 or less"):
        max_pool(np.ones((5, 5)), 3, padding=2)
    with pytest.raises(ValueError, match="does not fit"):
        max_pool(np.ones((5, 5)), 6)
    with pytest.raises(ValueError, match="got a picture of shape"):
        average_pool(np.ones(5), 2)


# Named kernels


def test_the_kernels_are_the_well_known_ones() -> None:
    assert named_kernel("identity").tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert (16 * named_kernel("Gaussian blur")).tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert named_kernel("sharpen").tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert named_kernel("outline").tolist() == [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]
    assert named_kernel("emboss").tolist() == [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    assert named_kernel("Sobel bottom").tolist() == [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    assert np.array_equal(named_kernel("Sobel top"), -named_kernel("Sobel bottom"))
    assert np.array_equal(named_kernel("Sobel left"), -named_kernel("Sobel right"))
    assert np.array_equal(named_kernel("Sobel right"), named_kernel("Sobel bottom").T)
    assert named_kernel("Sobel right", 5)[2].tolist() == [-6, -12, 0, 12, 6]


@pytest.mark.parametrize("size", [3, 5, 7])
@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_keeps_the_brightness_or_answers_only_to_change(name: str, size: int) -> None:
    kernel = named_kernel(name, size)
    assert kernel.shape == (size, size)
    even = convolve(np.full((9, 9), 100.0), kernel)
    expected = 0 if name.startswith("Sobel") or name == "outline" else 100
    np.testing.assert_allclose(even, expected, atol=1e-9)
    numbers, divisor = integer_kernel(name, size)
    assert numbers.dtype.kind == "i"
    np.testing.assert_allclose(numbers / divisor, kernel)


def test_each_sobel_is_positive_on_its_bright_side() -> None:
    step = np.zeros((8, 8))
    step[:, 4:] = 1
    bright = {"right": step, "left": step[:, ::-1], "bottom": step.T, "top": step.T[::-1]}
    for side, picture in bright.items():
        for other in bright:
            answer = convolve(picture, named_kernel(f"Sobel {other}"))
            assert (answer.max() > 0) == (side == other)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sobel right",), "did you mean 'Sobel right'? There are identity"),
        (("zzz",), "got the kernel 'zzz'; there are identity, blur"),
        (("blur", 4), "got size=4; a named kernel has a middle: type 3, 5, 7"),
        (("blur", "3"), "got size='3'"),
    ],
)
def test_an_unknown_kernel_gets_a_sentence(arguments: tuple, sentence: str) -> None:
    with pytest.raises(ValueError, match="got") as caught:
        named_kernel(*arguments)
    assert sentence in str(caught.value)


def test_pixels_are_cut_off_or_drawn_around_grey() -> None:
    values = [-1000, -255, -0.4, 0, 127.6, 255, 1000, np.nan]
    assert as_pixels(values).tolist() == [0, 0, 0, 0, 128, 255, 255, 0]
    assert as_pixels(values, signed=True).tolist() == [0, 0, 127, 128, 191, 255, 255, 128]
    assert as_pixels(values).dtype == np.uint8


def test_the_room_speaks_of_the_lesson_that_teaches_it() -> None:
    assert "Lesson 04" in (convolution.__doc__ or "")
    assert "Taught in lesson 04" in (convolve.__doc__ or "")
