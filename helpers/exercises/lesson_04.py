"""What lesson 04 asks: sizes, a pixel by hand, convolution and pooling written out, kernels of one's own, weights."""

import math

import numpy as np

from ..lessons.convolution import convolve, convolve_1d, max_pool
from .answers import Hint, as_array, as_number, call
from .registry import exercise, prediction, quiz_question

quiz_question(
    "04.1",
    "PyTorch's conv2d and mathematics' convolution with the same kernel: for which one are the outputs equal?",
    (
        "every kernel: it is the same word",
        "The word is the same, the step is not: mathematics flips the kernel first. Try it with Sobel right.",
    ),
    (
        "a Gaussian blur",
        "Flipped upside down and left to right, it is the same kernel. For others the flip makes a difference.",
        True,
    ),
    (
        "Sobel bottom",
        "Flipped, it is Sobel top: the outputs have opposite signs.",
    ),
)

quiz_question(
    "04.2",
    "The pictures grow from 128 × 128 to 256 × 256 pixels. What happens to a convolutional layer?",
    (
        "it needs four times as many weights",
        "A linear layer would need many more. A kernel keeps its size, however large the picture is.",
    ),
    (
        "it must be trained anew, because the input has another shape",
        "It fits on any picture that is not smaller than the kernel. That is why sz is free to choose.",
    ),
    (
        "the weights stay the same, and it takes four times as many multiplications",
        "The same kernels are used at four times as many places. That is why small pictures are quick.",
        True,
    ),
)

prediction("04.1", "what is the sum one place further to the right?", within=0)
prediction("04.2", "how many pixels wide is the output?", within=0, unit="pixels")
prediction("04.3", "how many million times as many weights?", within_factor=10, unit="million times")


@exercise("04.1", needs="a whole number")
def output_columns(answer: object) -> str:
    """How many columns does the output have from 224 with a kernel of 11, a stride of 4 and a padding of 2?"""
    columns = as_number(answer)
    if 54 < columns < 55 or 55 < columns < 56:
        raise Hint("There is no part of a place. Where the division leaves a rest, round down before you add the 1.")
    if columns == 54:
        raise Hint("Nearly. Is the padding at both ends, and did you count the place where the kernel starts?")
    if columns == 56:
        raise Hint("You rounded up. A place where the kernel would hang over the end does not count.")
    if columns in (217, 218):
        raise Hint("That is with a stride of 1. The kernel moves on by 4 pixels, so divide.")
    if columns == 55 * 55:
        raise Hint("That is how many places there are in all. The question is about the columns.")
    if columns != 55:
        raise Hint("Padding at both ends, take away the kernel, divide by the stride, round down, plus 1.")
    return "(224 + 4 - 11) / 4 = 54.25, rounded down, plus 1: 55 columns and 55 rows."


@exercise("04.2", needs="a number")
def one_pixel(answer: object) -> str:
    """What does Sobel right give on three rows of 10, 10, 80?"""
    pixel = as_number(answer)
    if pixel == -280:
        raise Hint("The sign: Sobel right has its plus on the right, where the bright pixels are.")
    if pixel == 70:
        raise Hint("That is the difference in one row. Sum over all three rows, the middle one with double weight.")
    if pixel == 210:
        raise Hint("Each row counted once. The middle row of Sobel has double weight: -2 and 2.")
    if pixel == 360:
        raise Hint("Those are left and right added up. The left column has minus.")
    if math.isclose(pixel, 280 / 9, abs_tol=0.01) or math.isclose(pixel, 280 / 8, abs_tol=0.01):
        raise Hint("You took a mean. A convolution sums, and divides by nothing.")
    if pixel != 280:
        raise Hint("Multiply each of the nine pixels by the number of Sobel on top of it, and add up the products.")
    return "The rows give -10 + 80 = 70, -20 + 160 = 140, and 70 again: together 280."


@exercise("04.3", needs="a function that takes a series and a kernel", lines=3)
def own_convolve_1d(answer: object) -> str:
    """A function: series (n,), kernel (k,) → sums (n − k + 1,)."""
    rng = np.random.default_rng(0)
    for length, width in ((7, 3), (6, 2), (5, 5), (9, 4)):
        series = rng.integers(-9, 10, length).astype(float)
        kernel = np.arange(1.0, width + 1)
        right = convolve_1d(series, kernel)
        given = as_array(call(answer, series, kernel)).astype(float)
        if given.shape == (length,):
            raise Hint(
                f"For {length} numbers and a kernel of {width} it gives {length}. Without padding, {len(right)}."
            )
        if given.shape == (length - width,):
            raise Hint(
                f"A place is missing at the end: a kernel of {width} has {len(right)} places on {length} numbers."
            )
        if given.shape != right.shape:
            raise Hint(
                f"For {length} numbers and a kernel of {width} it gives the shape {given.shape}, not {right.shape}."
            )
        if np.allclose(given, convolve_1d(series, kernel[::-1])) and not np.allclose(given, right):
            raise Hint("Your kernel is flipped: that is mathematics' convolution, and np.convolve. Do not flip it.")
        if np.allclose(given, right / width) and not np.allclose(given, right):
            raise Hint("You took the mean of the products. The sum is asked for.")
        if not np.allclose(given, right):
            raise Hint(f"For {series.tolist()} and {kernel.tolist()} it gives {given.tolist()}, not {right.tolist()}.")
    return "At each place: a slice as long as the kernel, times the kernel, summed. PyTorch's conv1d does the same."


@exercise("04.4", needs="a function that takes a picture and a size", lines=4)
def own_max_pool(answer: object) -> str:
    """A function: picture (height, width), size → (height // size, width // size), the maximum of each square."""
    rng = np.random.default_rng(0)
    for height, width, size in ((4, 6, 2), (5, 7, 2), (9, 9, 3), (4, 4, 1)):
        picture = rng.integers(-99, 0, (height, width)).astype(float)  # all below zero: zeros as a start would stay
        right = max_pool(picture, size)
        given = as_array(call(answer, picture, size)).astype(float)
        if given.shape == (height - size + 1, width - size + 1) != right.shape:
            raise Hint("Your squares overlap. They lie side by side: the next one begins size pixels further on.")
        if given.shape == (-(-height // size), -(-width // size)) != right.shape:
            raise Hint(f"{height} × {width} in squares of {size} give {given.shape}. Leave out what fills no square.")
        if given.shape != right.shape:
            raise Hint(f"For {height} × {width} in squares of {size} it gives {given.shape}; {right.shape} is needed.")
        if not given.any():
            raise Hint("Given numbers below zero it gives zeros. Is the zero that you start from larger than they are?")
        if np.allclose(given, -max_pool(-picture, size)) and size > 1:
            raise Hint("Those are the smallest numbers. The largest is asked for.")
        if size > 1 and np.allclose(given, picture[: height // size * size : size, : width // size * size : size]):
            raise Hint("That is the first number of each square. Take the .max() of all of them.")
        if not np.allclose(given, right):
            raise Hint(f"For squares of {size}, the first output should be {right[0, 0]:g} and is {given[0, 0]:g}.")
    return "A slice for each square, and its maximum. No weights, nothing to learn."


def _as_kernel(answer: object) -> np.ndarray:
    """Return the answer as a 3 × 3 array of numbers, or say what it is instead."""
    kernel = as_array(answer)
    if kernel.shape == (9,):
        raise Hint("Nine numbers in one row. Put them into three rows, such as [[0, 0, 0], [0, 1, 0], [0, 0, 0]].")
    if kernel.shape != (3, 3):
        raise Hint(f"Its shape is {kernel.shape}. Three rows of three numbers are asked for.")
    return kernel.astype(float)


@exercise("04.5", needs="three rows of three numbers")
def shift_right(answer: object) -> str:
    """A 3 × 3 kernel that moves a picture one pixel to the right."""
    kernel = _as_kernel(answer)
    picture = np.random.default_rng(0).integers(1, 99, (6, 7)).astype(float)
    given = convolve(picture, kernel, padding=1)[1:-1, 1:-1]
    moved = {(down, right): np.roll(picture, (down, right), axis=(0, 1))[1:-1, 1:-1]
             for down in (-1, 0, 1) for right in (-1, 0, 1)}  # fmt: skip
    if np.allclose(given, moved[0, 1]):
        return "Each output pixel takes its left neighbour, so all that is in the picture moves to the right."
    if np.allclose(given, moved[0, 0]):
        raise Hint("That changes nothing. Which neighbour must a pixel become, if the picture moves to the right?")
    if np.allclose(given, moved[0, -1]):
        raise Hint("That moves it to the left: each pixel becomes its right neighbour. The kernel is not flipped here.")
    if any(np.allclose(given, other) for other in moved.values()):
        raise Hint("It moves, but not to the right alone. The 1 belongs in the middle row.")
    if np.allclose(given / max(kernel.sum(), 1e-9), moved[0, 1]):
        raise Hint("It moves to the right, but the brightness changes. The number must be 1.")
    if not kernel.any():
        raise Hint("Nine zeros make everything black. One of them must be a 1.")
    raise Hint("A single 1 and eight zeros. Try them in the kernel lab, on the picture called square.")


@exercise("04.6", needs="three rows of three numbers")
def vertical_edges(answer: object) -> str:
    """A 3 × 3 kernel that answers to vertical edges only."""
    kernel = _as_kernel(answer)
    edge = np.zeros((8, 8))
    edge[:, 4:] = 100
    even, vertical, horizontal = (convolve(picture, kernel) for picture in (np.full((8, 8), 100.0), edge, edge.T))
    if not kernel.any():
        raise Hint("Nine zeros answer to nothing.")
    if not np.allclose(even, 0, atol=1e-6):
        raise Hint("It answers to an even area, too. Its nine numbers must sum to 0.")
    if np.allclose(vertical, 0, atol=1e-6) and not np.allclose(horizontal, 0, atol=1e-6):
        raise Hint("It answers to horizontal edges, and not to vertical ones. Swap rows and columns: .T does it.")
    if np.allclose(vertical, 0, atol=1e-6):
        raise Hint("It answers neither to a vertical edge nor to a horizontal one.")
    if not np.allclose(horizontal, 0, atol=1e-6):
        raise Hint("It answers to horizontal edges, too. Make each of the three rows sum to 0 by itself.")
    return "Each row sums to 0, so what is the same from left to right gives nothing, and the columns differ."


@exercise("04.7", needs="a whole number")
def weights_of_a_layer(answer: object) -> str:
    """How many numbers does a layer from 128 to 64 channels learn, with kernels of 3 × 3 and a bias?"""
    count = as_number(answer)
    if count == 64 * 128 * 9:
        raise Hint("Those are the kernels. The bias is missing: one number for each output channel.")
    if count in (64 * 9, 64 * 9 + 64):
        raise Hint("Each kernel looks at all 128 input channels: it is a block of 128 × 3 × 3.")
    if count == 64 * 128 * 9 + 128:
        raise Hint("The bias belongs to the output channels, not to the input channels.")
    if count in (64 * 128 * 10, 64 * (128 * 9 + 128)):
        raise Hint("A bias for each pair of channels is too many. There is one for each output channel.")
    if count in (128 * 9, 128 * 9 + 1):
        raise Hint("That is one kernel. There are 64, one for each output channel.")
    if count != 64 * 128 * 9 + 64:
        raise Hint("Output channels × input channels × rows × columns, plus a bias for each output channel.")
    return "64 · 128 · 3 · 3 = 73,728 and 64 for the bias: 73,792, whatever the size of the picture."
