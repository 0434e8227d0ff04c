"""Convolution and pooling in NumPy: 1-D, 2-D and many channels, named kernels, output sizes. Lesson 04.

As everywhere in deep learning, "convolution" means here what mathematics calls cross-correlation: the kernel is not
flipped. `true_convolution` flips it first. LeCun et al. (1989), "Backpropagation applied to handwritten zip code
recognition"; Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning".
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def convolve(picture: ArrayLike, kernel: ArrayLike, *, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Convolve a picture with a kernel, as PyTorch's conv2d: slide it, multiply what overlaps, and sum.

    picture: (height, width) or (height, width, channels). kernel: (rows, columns) is applied to each channel by itself,
    and the output has as many channels; (rows, columns, channels) has weights for each channel, and the sum runs over
    the channels too, so the output is (height, width). padding: rows and columns of zeros around the picture. stride:
    how many pixels the kernel moves on. The output may be negative, or larger than any pixel. Raises ValueError where
    the kernel does not fit. Taught in lesson 04.

    >>> convolve([[1, 2, 3], [4, 5, 6]], [[1, -1]])
    array([[-1., -1.],
           [-1., -1.]])
    """
    pixels, weights = _checked_pair(picture, kernel)
    if weights.ndim == 3:
        pairs = zip(np.moveaxis(pixels, 2, 0).copy(), np.moveaxis(weights, 2, 0), strict=True)
        return np.sum([convolve(*pair, stride=stride, padding=padding) for pair in pairs], axis=0)
    rows, columns = _output_shape(pixels, weights.shape, stride, padding)
    padded = _padded(pixels, padding, 0)
    output = np.zeros((rows, columns, *pixels.shape[2:]), dtype=np.result_type(pixels, weights))
    # One pass for each weight of the kernel, over all positions at once: the same sums as one by one, and faster.
    for row, column in np.ndindex(weights.shape):
        output += weights[row, column] * _strided(padded, row, column, rows, columns, stride)
    return output


def true_convolution(picture: ArrayLike, kernel: ArrayLike, *, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Return the convolution of mathematics, as scipy.signal.convolve2d: the kernel is flipped both ways.

    Shapes and errors are those of `convolve`. Taught in lesson 04.

    >>> true_convolution([[1, 2, 3], [4, 5, 6]], [[1, -1]])
    array([[1., 1.],
           [1., 1.]])
    """
    return convolve(picture, _checked_pair(picture, kernel)[1][::-1, ::-1], stride=stride, padding=padding)


def convolve_1d(series: ArrayLike, kernel: ArrayLike, *, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Convolve a series (length,) with a kernel (length,), as PyTorch's conv1d: slide it, multiply and sum.

    >>> convolve_1d([1, 4, 9, 16], [-1, 1])
    array([3., 5., 7.])
    """
    values, weights = _as_floats(series, "series"), _as_floats(kernel, "kernel")
    if values.ndim != 1 or weights.ndim != 1:
        raise ValueError(
            f"got a series of shape {values.shape} and a kernel of shape {weights.shape}; both must be (length,). "
            "For pictures type convolve"
        )
    length = output_size(len(values), len(weights), stride=stride, padding=padding)
    padded = np.pad(values, padding)
    starts = stride * np.arange(length)
    return sum(weight * padded[starts + index] for index, weight in enumerate(weights))  # type: ignore[return-value]


def convolve_channels(
    maps: ArrayLike, kernels: ArrayLike, *, bias: ArrayLike | None = None, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Apply a convolutional layer, as PyTorch's conv2d: maps (in, height, width), kernels (out, in, rows, columns).

    Each kernel is summed over all input channels and gives one feature map of the output, (out, …, …); `bias` (out,) is
    added. Channels come first, as in PyTorch. Raises ValueError where the shapes do not belong together.

    >>> convolve_channels(np.ones((3, 5, 5)), np.ones((8, 3, 3, 3))).shape
    (8, 3, 3)
    """
    inputs, weights = _as_floats(maps, "maps"), _as_floats(kernels, "kernels")
    if inputs.ndim != 3 or weights.ndim != 4 or weights.shape[1] != inputs.shape[0]:
        raise ValueError(
            f"got maps of shape {inputs.shape} and kernels of shape {weights.shape}; we need (in, height, width) and "
            "(out, in, rows, columns), with the same number of input channels"
        )
    last = np.moveaxis(inputs, 0, 2)
    outputs = [convolve(last, np.moveaxis(one, 0, 2), stride=stride, padding=padding) for one in weights]
    return np.stack(outputs) if bias is None else np.stack(outputs) + _as_floats(bias, "bias")[:, None, None]


@dataclass(frozen=True)
class ConvolutionStep:
    """The arithmetic of one output of `convolve`: `patch` × `kernel` = `products`, and their sum.

    patch, kernel, products: (rows, columns[, channels]). total: the output, one number or one for each channel. top,
    left: row and column of the patch's corner in the picture; negative where it reaches into the padding.
    """

    patch: np.ndarray
    kernel: np.ndarray
    products: np.ndarray
    total: np.ndarray
    top: int
    left: int


def step_at(
    picture: ArrayLike, kernel: ArrayLike, row: int, column: int, *, stride: int = 1, padding: int = 0
) -> ConvolutionStep:
    """Return patch, kernel and products of one output of `convolve`: the one in this row and column.

    Raises IndexError for a row or column that the output does not have. Taught in lesson 04.

    >>> step_at([[1, 2, 3], [4, 5, 6]], [[1, -1]], 0, 1).products
    array([[ 2., -3.]])
    """
    pixels, weights = _checked_pair(picture, kernel)
    rows, columns = _output_shape(pixels, weights.shape, stride, padding)
    for name, index, count in (("row", row, rows), ("column", column, columns)):
        if index not in range(count):
            raise IndexError(f"got {name} {index}; the output has {count} {name}s: type 0 to {count - 1}")
    top, left = stride * row, stride * column
    height, width = weights.shape[:2]
    patch = _padded(pixels, padding, 0)[top : top + height, left : left + width]
    spread = weights[..., None] if patch.ndim > weights.ndim else weights
    products = patch * spread
    total = products.sum() if weights.ndim == patch.ndim else products.sum(axis=(0, 1))
    return ConvolutionStep(patch, weights, products, np.asarray(total), top - padding, left - padding)


def max_pool(picture: ArrayLike, kernel_size: int, *, stride: int | None = None, padding: int = 0) -> np.ndarray:
    """Max-pool a picture, as PyTorch's max_pool2d: keep the largest value of each window of `kernel_size` pixels.

    picture: (height, width[, channels]). Without `stride` the windows lie side by side. Taught in lesson 04.

    >>> max_pool([[1, 2, 5, 6], [3, 4, 7, 8]], 2)
    array([[4., 8.]])
    """
    return _pool(picture, kernel_size, stride, padding, np.maximum, -np.inf)


def average_pool(picture: ArrayLike, kernel_size: int, *, stride: int | None = None, padding: int = 0) -> np.ndarray:
    """Average-pool a picture, as PyTorch's avg_pool2d: the mean of each window; zeros of the padding count.

    >>> average_pool([[1, 2, 5, 6], [3, 4, 7, 8]], 2)
    array([[2.5, 6.5]])
    """
    return _pool(picture, kernel_size, stride, padding, np.add, 0.0) / kernel_size**2


def output_size(size: int, kernel_size: int, *, stride: int = 1, padding: int = 0) -> int:
    """Return the output size of a convolution or pooling: ⌊(size + 2·padding − kernel_size) / stride⌋ + 1.

    size: of one side, in pixels. Raises ValueError where the kernel does not fit; the message says why. Taught in
    lesson 04.

    >>> output_size(224, 7, stride=2, padding=3)
    112
    """
    least = {"size": (size, 1), "kernel_size": (kernel_size, 1), "stride": (stride, 1), "padding": (padding, 0)}
    for name, (value, smallest) in least.items():
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < smallest:
            raise ValueError(f"got {name}={value}; it counts pixels: type a whole number, {smallest} or more")
    if size + 2 * padding < kernel_size:
        needed = -(-(kernel_size - size) // 2)
        around = f" with {padding} more at each end" if padding else ""
        raise ValueError(
            f"a kernel of {kernel_size} does not fit on {size} pixel{'s' * (size > 1)}{around}: "
            f"type padding={needed} or more, or a smaller kernel"
        )
    return int((size + 2 * padding - kernel_size) // stride + 1)


def explain_size(size: int, kernel_size: int, *, stride: int = 1, padding: int = 0) -> str:
    """Return the arithmetic of `output_size` as one line, with the pixels that the last step leaves over.

    >>> explain_size(28, 3, stride=2, padding=1)
    '(28 + 2·1 − 3) / 2 = 13.5, rounded down, plus 1: 14. At the far end 1 pixel is left over.'
    """
    count = output_size(size, kernel_size, stride=stride, padding=padding)
    room = size + 2 * padding - kernel_size
    rounded = ", rounded down" if room % stride else ""
    pixels = "1 pixel is" if room % stride == 1 else f"{room % stride} pixels are"
    left_over = f" At the far end {pixels} left over." if rounded else ""
    steps = f"({size} + 2·{padding} − {kernel_size}) / {stride} = {room / stride:.4g}"
    return f"{steps}{rounded}, plus 1: {count}.{left_over}"


def as_pixels(values: ArrayLike, *, signed: bool = False) -> np.ndarray:
    """Turn the output of a convolution into pixels to look at: uint8 of the same shape, clipped to 0–255.

    signed: draw 0 as middle grey, so that negative values are darker.

    >>> as_pixels([[-255, 0, 300]]).tolist(), as_pixels([[-255, 0, 300]], signed=True).tolist()
    ([[0, 0, 255]], [[0, 128, 255]])
    """
    numbers = np.nan_to_num(_as_floats(values, "values"))
    return np.clip(np.round(numbers / 2 + 127.5 if signed else numbers), 0, 255).astype(np.uint8)


def _binomial(size: int) -> np.ndarray:
    """Return binomial weights, a row of Pascal's triangle: 1 2 1, then 1 4 6 4 1."""
    row = np.ones(1, dtype=int)
    for _ in range(size - 1):
        row = np.convolve(row, [1, 1])
    return row


def _difference(size: int) -> np.ndarray:
    """Return a smoothed central difference: −1 0 1, then −1 −2 0 2 1."""
    return np.convolve(_binomial(size - 2), [-1, 0, 1])


def _zero_padded(numbers: list[list[int]]) -> Callable[[int], np.ndarray]:
    """Return a 3×3 kernel that stays what it is: in larger sizes with zeros around."""
    return lambda size: np.pad(np.array(numbers), (size - 3) // 2)


def _outline(size: int) -> np.ndarray:
    numbers = np.full((size, size), -1)
    numbers[size // 2, size // 2] = size * size - 1
    return numbers


KERNELS: dict[str, Callable[[int], np.ndarray]] = {
    "identity": _zero_padded([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "blur": lambda size: np.ones((size, size), dtype=int),
    "Gaussian blur": lambda size: np.outer(_binomial(size), _binomial(size)),
    "motion blur": lambda size: np.eye(size, dtype=int),
    "sharpen": _zero_padded([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "outline": _outline,
    "emboss": _zero_padded([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    "Sobel right": lambda size: np.outer(_binomial(size), _difference(size)),
    "Sobel left": lambda size: -np.outer(_binomial(size), _difference(size)),
    "Sobel bottom": lambda size: np.outer(_difference(size), _binomial(size)),
    "Sobel top": lambda size: -np.outer(_difference(size), _binomial(size)),
}


def named_kernel(name: str, size: int = 3) -> np.ndarray:
    """Return a well-known kernel (size, size) by its name in `KERNELS`; a Sobel is named after its brighter side.

    The blurs, which would make a picture brighter, are divided by their sum. Sizes are odd: 3, 5, 7, … Raises
    ValueError for another name or size. Sobel and Feldman (1968) gave the 3×3 operator. Taught in lesson 04.

    >>> named_kernel("Sobel right").tolist()
    [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
    """
    numbers, divisor = integer_kernel(name, size)
    return numbers / divisor


def integer_kernel(name: str, size: int = 3) -> tuple[np.ndarray, int]:
    """Return a named kernel as integers (size, size), and their divisor.

    >>> integer_kernel("blur")[1]
    9
    """
    if name not in KERNELS:
        close = difflib.get_close_matches(str(name), KERNELS, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}? There are" if close else "there are"
        raise ValueError(f"got the kernel {name!r}; {hint} {', '.join(KERNELS)}")
    if size not in range(3, 100, 2):
        raise ValueError(f"got size={size!r}; a named kernel has a middle: type 3, 5, 7 or another odd number up to 99")
    numbers = KERNELS[name](size)
    return numbers, max(1, int(numbers.sum()))


def _as_floats(values: Any, what: str) -> np.ndarray:
    """Return values as an array of floats: float32 where they are, float64 otherwise."""
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "buif" or not array.size:
            raise ValueError
    except (ValueError, TypeError):
        raise ValueError(f"the {what} must hold numbers in rows of equal length, and at least one") from None
    return array if array.dtype == np.float32 else array.astype(np.float64)


def _checked_pair(picture: Any, kernel: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return picture and kernel as arrays; ValueError where their shapes do not belong together."""
    pixels, weights = _as_floats(picture, "picture"), _as_floats(kernel, "kernel")
    if pixels.ndim not in (2, 3) or weights.ndim not in (2, 3) or weights.ndim > pixels.ndim:
        raise ValueError(
            f"got a picture of shape {pixels.shape} and a kernel of shape {weights.shape}; we need (height, width) "
            "or (height, width, channels), and (rows, columns) or, with channels, (rows, columns, channels)"
        )
    if weights.ndim == 3 and weights.shape[2] != pixels.shape[2]:
        raise ValueError(
            f"the picture has {pixels.shape[2]} channels, the kernel {weights.shape[2]}: give it one (rows, columns) "
            "for each channel of the picture, stacked along the last axis"
        )
    return pixels, weights


def _output_shape(pixels: np.ndarray, kernel: tuple[int, ...], stride: int, padding: int) -> tuple[int, int]:
    rows = output_size(pixels.shape[0], kernel[0], stride=stride, padding=padding)
    return rows, output_size(pixels.shape[1], kernel[1], stride=stride, padding=padding)


def _padded(pixels: np.ndarray, padding: int, value: float) -> np.ndarray:
    widths = [(padding, padding)] * 2 + [(0, 0)] * (pixels.ndim - 2)
    return np.pad(pixels, widths, constant_values=value) if padding else pixels


def _strided(padded: np.ndarray, row: int, column: int, rows: int, columns: int, stride: int) -> np.ndarray:
    """Return the pixels that the kernel's weight at (row, column) is multiplied with, for all positions at once."""
    down, right = slice(row, row + stride * (rows - 1) + 1, stride), slice(column, None, stride)
    return padded[down, right][:, :columns]


def _pool(
    picture: Any, kernel_size: int, stride: int | None, padding: int, combine: np.ufunc, start: float
) -> np.ndarray:
    pixels = _as_floats(picture, "picture")
    if pixels.ndim not in (2, 3):
        raise ValueError(f"got a picture of shape {pixels.shape}; we need (height, width) or (height, width, channels)")
    stride = kernel_size if stride is None else stride
    rows, columns = _output_shape(pixels, (kernel_size, kernel_size), stride, padding)
    if 2 * padding > kernel_size:
        raise ValueError(
            f"got padding={padding} for windows of {kernel_size}: some would hold nothing but padding; "
            f"type {kernel_size // 2} or less"
        )
    padded = _padded(pixels, padding, start)
    output = np.full((rows, columns, *pixels.shape[2:]), start, dtype=pixels.dtype)
    for row, column in np.ndindex(kernel_size, kernel_size):
        output = combine(output, _strided(padded, row, column, rows, columns, stride))
    return output
