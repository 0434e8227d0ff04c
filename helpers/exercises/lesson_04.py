"""What lesson 04 asks: sizes, a pixel by hand, convolution and pooling, kernels of one's own, weights, a layer."""

from typing import Any

import numpy as np
from torch.nn import Conv2d
from torch.nn.modules.module import register_module_forward_hook

from ..lessons.convolution import average_pool, convolve, convolve_1d, max_pool, named_kernel
from .answers import Hint, as_array, as_number, call
from .registry import exercise, prediction, quiz_question

quiz_question(
    "04.1",
    "For which kernel do PyTorch's conv2d and mathematics' convolution give equal outputs?",
    ("for every kernel: it is the same word",
     "The word is the same, the step is not: mathematics flips the kernel first. Try it with Sobel right."),
    ("a Gaussian blur",
     "Flipped upside down and left to right, it is the same kernel. For others the flip makes a difference.", True),
    ("Sobel bottom", "Flipped, it is Sobel top: the outputs have opposite signs."),
)  # fmt: skip

quiz_question(
    "04.2",
    "The pictures grow from 128 × 128 to 256 × 256 pixels. What happens to a convolutional layer?",
    ("it needs four times as many weights",
     "A linear layer would need many more. A kernel keeps its size, however large the picture is."),
    ("it must be trained anew, because the input has another shape",
     "It fits on any picture that is not smaller than the kernel. That is why sz is free to choose."),
    ("the weights stay the same, and it takes four times as many multiplications",
     "The same kernels are used at four times as many places. That is why small pictures are quick.", True),
)  # fmt: skip

prediction("04.1", "what is the sum one place further to the right?", within=0)
prediction("04.2", "how many pixels wide is the output?", within=0, unit="pixels")
prediction("04.3", "how many million times as many weights?", within_factor=10, unit="million times")


Slips = list[tuple[Any, str]]


def _refuse(slips: Slips) -> None:
    """Hint with the words of the first slip that is true."""
    for is_so, words in slips:
        if is_so:
            raise Hint(words)


def _refuse_values(given: np.ndarray, slips: Slips, atol: float = 1e-8) -> None:
    """Hint with the words of the first slip whose values are those given."""
    _refuse([(np.allclose(given, values, rtol=1e-4, atol=atol), words) for values, words in slips])


def _refuse_difference(given: np.ndarray, right: np.ndarray, name: str, atol: float = 1e-8) -> None:
    """Hint with the first number that differs."""
    near = np.isclose(given, right, rtol=1e-4, atol=atol)
    at = np.unravel_index(near.argmin(), near.shape)
    if not near.all():
        raise Hint(f"{name}[{', '.join(map(str, at))}] is {given[at]:.7g}; {right[at]:.7g} is needed.")


@exercise("04.1", needs="a whole number")
def output_columns(answer: object) -> str:
    """How many columns does the output have from 224 with a kernel of 11, a stride of 4 and a padding of 2?"""
    columns = as_number(answer)
    part = 54 < columns < 55 or 55 < columns < 56
    _refuse([
        (part, "There is no part of a place. Where the division leaves a rest, round down before you add the 1."),
        (columns == 54, "One is missing. Is the padding at both ends, and did you count the place where it starts?"),
        (columns == 56, "You rounded up. A place where the kernel would hang over the end does not count."),
        (columns in (217, 218), "That is with a stride of 1. The kernel moves on by 4 pixels, so divide."),
        (columns == 53, "You subtracted the padding. It is added, at both ends: 224 + 2 · 2."),
        (columns in (57, 58), "The kernel is missing: the first place takes 11 of the 228 columns, so take away 11."),
        (columns == 55 * 55, "That is how many places there are in all. The question is about the columns."),
        (columns != 55, "Padding at both ends, take away the kernel, divide by the stride, round down, plus 1."),
    ])  # fmt: skip
    return "(224 + 4 - 11) / 4 = 54.25, rounded down, plus 1: 55 columns and 55 rows."


@exercise("04.2", needs="a number")
def one_pixel(answer: object) -> str:
    """What does Sobel right give on three rows of 10, 10, 80?"""
    pixel = as_number(answer)
    _refuse([
        (pixel == -280, "The sign: Sobel right has its plus on the right, where the bright pixels are."),
        (pixel == 70, "That is the difference in one row. Sum over all rows, the middle one with double weight."),
        (pixel == 210, "Each row counted once. The middle row of Sobel has double weight: -2 and 2."),
        (pixel == 360, "Those are left and right added up. The left column has minus."),
        (pixel == 320, "Those are the bright pixels alone. The left column is subtracted: −10, −20, −10."),
        (min(abs(pixel - 280 / 9), abs(pixel - 280 / 8)) < 0.01, "You took a mean. A convolution only sums."),
        (pixel != 280, "Multiply each of the nine pixels by Sobel's number on top of it, and add up the products."),
    ])  # fmt: skip
    return "The rows give -10 + 80 = 70, -20 + 160 = 140, and 70 again: together 280."


@exercise("04.3", needs="a function that takes a series and a kernel", lines=3)
def own_convolve_1d(answer: object) -> str:
    """A function: series (n,), kernel (k,) → sums (n − k + 1,)."""
    rng = np.random.default_rng(0)
    for length, width in ((7, 3), (6, 2), (5, 5), (9, 4), (4, 1)):
        series, kernel = rng.integers(-99, 100, length) / 10, np.arange(1, width + 1) / 4
        right = convolve_1d(series, kernel)
        given = as_array(call(answer, series, kernel)).astype(float)
        count, shape = len(right), given.shape
        where, products = (
            f"For {length} numbers and a kernel of {width} it gives",
            width > 1 and shape == (count, width),
        )
        full = width > 1 and shape == (length + width - 1,)
        _refuse([
            (width > 1 and shape == (length,), f"{where} {length}. Without padding, {count}."),
            (full, f"{where} {len(given)}: the kernel hangs over both ends. Only {count} places are inside."),
            (shape == (length - width,), f"A place is missing: a kernel of {width} has {count} on {length} numbers."),
            (products, "It gives the products at each place. Sum them, so that each place has one number."),
            (shape != right.shape, f"{where} the shape {shape}, not {right.shape}."),
        ])  # fmt: skip
        if not np.allclose(given, right):
            _refuse_values(given, [
                (convolve_1d(series, kernel[::-1]), "Your kernel is flipped, as in mathematics. Do not flip it."),
                (right / width, "You took the mean of the products. The sum is asked for."),
                (right / kernel.sum(), "You divided by the sum of the kernel. The sum is asked for as it is."),
                (convolve_1d(series, np.ones(width)), "That is the sum of each slice, without the kernel."),
                (np.trunc(right), "The decimals are lost. Is your array one of whole numbers? np.zeros(n) is not."),
            ])  # fmt: skip
            _refuse_difference(given, right, f"For {series.tolist()} and {kernel.tolist()}, output")
    return "At each place: a slice as long as the kernel, times the kernel, summed. PyTorch's conv1d does the same."


@exercise("04.4", needs="a function that takes a picture and a size", lines=4)
def own_max_pool(answer: object) -> str:
    """A function: picture (height, width), size → (height // size, width // size), the maximum of each square."""
    rng = np.random.default_rng(0)
    for height, width, size in ((4, 6, 2), (5, 7, 2), (9, 9, 3), (4, 4, 1)):
        picture = rng.integers(-999, 0, (height, width)) / 10  # all below zero: zeros as a start would stay
        right = max_pool(picture, size)
        given = as_array(call(answer, picture, size)).astype(float)
        where, shape = f"{height} × {width} in squares of {size} give {given.shape}", given.shape
        up = (-(-height // size), -(-width // size))
        overlap = shape == (height - size + 1, width - size + 1) != right.shape
        _refuse([
            (overlap, "Your squares overlap. They lie side by side: the next one begins size pixels further on."),
            (shape == up != right.shape, f"{where}. Leave out what fills no square."),
            (shape != right.shape, f"{where}; {right.shape} is needed."),
            (not given.any(), "Given numbers below zero it gives zeros. Is the zero that you start from larger?"),
        ])  # fmt: skip
        if not np.allclose(given, right):
            firsts = picture[: height // size * size : size, : width // size * size : size]
            _refuse_values(given, [
                (-max_pool(-picture, size), "Those are the smallest numbers. The largest is asked for."),
                (firsts, "That is the first number of each square. Take the .max() of all of them."),
                (average_pool(picture, size), "Those are the means: average pooling. The largest number is asked for."),
                (np.trunc(right), "The decimals are lost. Is your array one of whole numbers? np.zeros(shape) is not."),
            ])  # fmt: skip
            _refuse_difference(given, right, f"For squares of {size}, output")
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
    brightness = np.allclose(given / max(kernel.sum(), 1e-9), moved[0, 1])
    astray = any(np.allclose(given, moved[at]) for at in moved if at[0])
    _refuse([
        (np.allclose(given, moved[0, 0]), "That changes nothing. Which neighbour must a pixel become here?"),
        (np.allclose(given, moved[0, -1]), "That moves it to the left: each pixel becomes its right neighbour."),
        (astray, "It moves, but not to the right alone. The 1 belongs in the middle row."),
        (brightness, "It moves to the right, but the brightness changes. The number must be 1."),
        (np.allclose(given, -moved[0, 1]), "It moves to the right, with the sign turned round: 1, not −1."),
        (not kernel.any(), "Nine zeros make everything black. One of them must be a 1."),
    ])  # fmt: skip
    raise Hint("A single 1 and eight zeros. Try them in the kernel lab, on the picture called square.")


@exercise("04.6", needs="three rows of three numbers")
def vertical_edges(answer: object) -> str:
    """A 3 × 3 kernel that responds to vertical edges only."""
    kernel = _as_kernel(answer)
    edge = np.zeros((8, 8))
    edge[:, 4:] = 100
    outputs = (convolve(picture, kernel) for picture in (np.full((8, 8), 100.0), edge, edge.T))
    nearly = 1e-4 * abs(kernel).sum()  # float32 numbers such as 1/3 do not sum to 0 exactly
    uniform, vertical, horizontal = (bool((abs(output) > nearly).any()) for output in outputs)
    _refuse([
        (not kernel.any(), "Nine zeros respond to nothing."),
        (uniform, f"It responds to a uniform area, too: its numbers sum to {kernel.sum():.4g}, and must sum to 0."),
        (horizontal and not vertical, "It responds to horizontal edges, and not to vertical ones. Transpose it: .T"),
        (not vertical, "It responds neither to a vertical edge nor to a horizontal one."),
        (horizontal, "It responds to horizontal edges, too. Make each of the three rows sum to 0 by itself."),
    ])  # fmt: skip
    return "Each row sums to 0, so what is the same from left to right gives nothing, and the columns differ."


@exercise("04.7", needs="a whole number")
def weights_of_a_layer(answer: object) -> str:
    """How many numbers does a layer from 128 to 64 channels learn, with kernels of 3 × 3 and a bias?"""
    count, kernels = as_number(answer), 64 * 128 * 9
    _refuse([
        (count == kernels, "Those are the kernels. The bias is missing: one number for each output channel."),
        (count in (64 * 9, 64 * 9 + 64), "Each kernel looks at all 128 input channels: it is a block of 128 × 3 × 3."),
        (count == kernels + 128, "The bias belongs to the output channels, not to the input channels."),
        (count == kernels + 64 * 128, "A bias for each pair of channels is too many: one for each output channel."),
        (count in (128 * 9, 128 * 9 + 1), "That is one kernel. There are 64, one for each output channel."),
        (count != kernels + 64, "Output channels × input channels × rows × columns, and a bias for each output."),
    ])  # fmt: skip
    return "64 · 128 · 3 · 3 = 73,728 and 64 for the bias: 73,792, whatever the size of the picture."


SOBELS = np.stack([named_kernel("Sobel right"), named_kernel("Sobel bottom")])


@exercise("04.8", needs="a function that takes a batch of pictures", lines=10)
def edges(answer: object) -> str:
    """A function: pictures (n, height, width, 3) → a Conv2d of two Sobels, and edge strengths (n, height, width)."""
    pictures = np.random.default_rng(0).integers(0, 256, (4, 6, 7, 3)).astype(np.uint8)
    calls: list[tuple[Any, Any]] = []
    hook = register_module_forward_hook(lambda module, inputs, _: calls.append((module, inputs)))
    try:
        given = call(answer, pictures)
    except Hint as hint:
        raise Hint(_why_it_stops(str(hint))) from None
    finally:
        hook.remove()
    if isinstance(given, (tuple, list)) and len(given) == 2 and isinstance(given[1], Conv2d):
        raise Hint("The layer comes first: return layer, strength")
    if not isinstance(given, (tuple, list)) or len(given) != 2 or not isinstance(given[0], Conv2d):
        raise Hint("Two things are needed, the torch.nn.Conv2d and the strengths: return layer, strength")
    _check_layer(given[0])
    _check_calls([as_array(inputs[0]) for module, inputs in calls if module is given[0]], pictures)
    _check_strength(as_array(given[1]), pictures)
    return "One layer, one call for the whole batch, and the numbers are those of convolve, picture by picture."


def _why_it_stops(words: str) -> str:
    """Return a hint for what PyTorch says of inputs that a layer cannot take."""
    types = "scalar type" in words or "should be the same" in words
    slips: Slips = [
        ("to have 3 channels" in words, "Channels belong in the second axis, not the last: permute(0, 3, 1, 2)."),
        ("to have 1 channels" in words, "Kernels have one channel, pictures three: weights of (2, 3, 3, 3)."),
        (types and ("Byte" in words or "char" in words), "The pictures are whole numbers. Make them floats: .float()"),
        (types, "Weights and pictures are floats of different sizes: NumPy's have 64 bits. Use .float() on both."),
    ]  # fmt: skip
    return next((hint for is_so, hint in slips if is_so), words)


def _check_layer(layer: Conv2d) -> None:
    """Hint where the layer is not two Sobels of the mean of three channels."""
    padding = layer.padding not in ((1, 1), "same") or layer.padding_mode != "zeros"
    _refuse([
        (layer.in_channels == 1, "The layer takes three colours, with a third of Sobel as the weights of each."),
        (padding and layer.kernel_size == (3, 3), f"The layer's padding is {layer.padding}; 1 keeps the size."),
        (layer.bias is not None, "The layer has a bias, which adds a random number to each sum: bias=False"),
    ])  # fmt: skip
    needed = {"in_channels": 3, "out_channels": 2, "kernel_size": (3, 3), "stride": (1, 1), "dilation": (1, 1)}
    for name, wanted in needed.items():
        if getattr(layer, name) != wanted:
            raise Hint(f"The layer has {name} {getattr(layer, name)}; {wanted} is needed.")
    weights, right = as_array(layer.weight), np.repeat(SOBELS[:, None], 3, axis=1) / 3
    _refuse_values(weights, [
        (3 * right, "Each colour has the whole Sobel. For the mean of three colours, divide the weights by 3."),
        (right[::-1], "The two output channels are exchanged: Sobel right comes first."),
        (-right, "The signs are turned round: these are Sobel left and Sobel top."),
        (right[[0, 0]], "Both output channels are Sobel right. The second is Sobel bottom."),
    ], 1e-5)  # fmt: skip
    _refuse_difference(weights, right, "A new layer has random weights: replace them all. layer.weight", 1e-5)


def _check_calls(calls: list[np.ndarray], pictures: np.ndarray) -> None:
    """Hint where the layer was not called once, with all pictures, channels in the second axis."""
    right, count = pictures.transpose(0, 3, 1, 2).astype(float), len(calls)
    given = calls[0].astype(float) if calls else right
    turned = given.shape == right.swapaxes(2, 3).shape
    _refuse([
        (not calls, "The layer is never called. layer(batch) gives its output."),
        (count > 1, f"The layer is called {count} times for {len(pictures)} pictures. It takes them all in one call."),
        (turned, "Rows and columns have changed places on the way into the layer: permute(0, 3, 1, 2)."),
        (given.shape != right.shape, f"The layer is called with the shape {given.shape}; {right.shape} is needed."),
    ])  # fmt: skip
    _refuse_values(given, [
        (pictures.reshape(right.shape), "reshape mixes colours and places. permute moves the axes."),
        (right / 255, "The pictures are divided by 255 on the way. Strengths of numbers from 0 to 255 are asked for."),
    ])  # fmt: skip
    _refuse_difference(given, right, "The layer is called with other pixels: input")


def _check_strength(given: np.ndarray, pictures: np.ndarray) -> None:
    """Hint where the strengths are not those of the grey pictures; `convolve` computes them, one by one."""
    grey = pictures.astype(float).mean(axis=3)
    right, bottom = (np.stack([convolve(one, kernel, padding=1) for one in grey]) for kernel in SOBELS)
    strength, (count, *size) = np.hypot(right, bottom), grey.shape
    _refuse([
        (given.shape == (count, 1, *size), f"The shape is {given.shape}: an axis of one channel is left over."),
        (given.shape == (count, 2, *size), "Two outputs. Sum their squares over the channels, and take the root."),
        (given.shape != strength.shape, f"The strengths have the shape {given.shape}; {strength.shape} is needed."),
    ])  # fmt: skip
    _refuse_values(given, [
        (strength**2, "The root is missing: the strength is √(right² + bottom²)."),
        (right + bottom, "That is the sum of both outputs, where plus and minus cancel out: √(right² + bottom²)."),
        (abs(right) + abs(bottom), "That is |right| + |bottom|. By Pythagoras it is √(right² + bottom²)."),
        (right, "That is Sobel right alone: √(right² + bottom²)."),
        (bottom, "That is Sobel bottom alone: √(right² + bottom²)."),
    ], 1e-2)  # fmt: skip
    _refuse_difference(given, strength, "It is √(right² + bottom²). Strength", 1e-2)
