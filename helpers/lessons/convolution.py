"""Convolution by hand on numbers: slide a kernel, multiply, sum. Named kernels, sizes and pooling. Lesson 04.

As everywhere in deep learning, "convolution" means here what mathematics calls cross-correlation: the kernel is laid
on as it is. `true_convolution` flips it first. LeCun et al. (1989), "Backpropagation applied to handwritten zip code
recognition"; Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning".
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def convolve(picture: ArrayLike, kernel: ArrayLike, *, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Slide a kernel over a picture; at each place multiply what lies on top of each other, and sum.

    picture: (height, width) or (height, width, channels). kernel: (rows, columns) is laid on each channel by itself,
    and the output has as many channels; (rows, columns, channels) has numbers for each channel, and the sum runs over
    the channels too, so the output is (height, width). `padding` rows and columns of zeros go around the picture
    first; `stride` is how many pixels the kernel moves on. Numbers of any size come out, also negative ones.
    Raises ValueError where the kernel does not fit. The same as PyTorch's conv2d. Taught in lesson 04.

    >>> convolve([[1, 2, 3], [4, 5, 6]], [[1, -1]])
    array([[-1., -1.],
           [-1., -1.]])
    """
    pixels, weights = _pair(picture, kernel)
    if weights.ndim == 3:
        pairs = zip(np.moveaxis(pixels, 2, 0).copy(), np.moveaxis(weights, 2, 0), strict=True)
        return np.sum([convolve(*pair, stride=stride, padding=padding) for pair in pairs], axis=0)
    rows, columns = _shape_out(pixels, weights.shape, stride, padding)
    padded = _padded(pixels, padding, 0)
    output = np.zeros((rows, columns, *pixels.shape[2:]), dtype=np.result_type(pixels, weights))
    # One pass for each number of the kernel, over all places at once: the same sums as place by place, and quicker.
    for row, column in np.ndindex(weights.shape):
        output += weights[row, column] * _every(padded, row, column, rows, columns, stride)
    return output


def true_convolution(picture: ArrayLike, kernel: ArrayLike, *, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Return the convolution of mathematics: the kernel is turned upside down and left to right, then slid.

    Shapes and errors are those of `convolve`. Taught in lesson 04.

    >>> true_convolution([[1, 2, 3], [4, 5, 6]], [[1, -1]])
    array([[1., 1.],
           [1., 1.]])
    """
    return convolve(picture, _pair(picture, kernel)[1][::-1, ::-1], stride=stride, padding=padding)


def convolve_1d(series: ArrayLike, kernel: ArrayLike, *, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Slide a kernel of numbers (length,) along a series (length,), multiply and sum: the same as PyTorch's conv1d.

    >>> convolve_1d([1, 4, 9, 16], [-1, 1])
    array([3., 5., 7.])
    """
    values, weights = _numbers(series, "series"), _numbers(kernel, "kernel")
    if values.ndim != 1 or weights.ndim != 1:
        raise ValueError(
            f"got a series of shape {values.shape} and a kernel of shape {weights.shape}; both must be (length,). "
            "For pictures type convolve"
        )
    length = output_size(len(values), len(weights), stride=stride, padding=padding)
    padded = np.pad(values, padding)
    places = stride * np.arange(length)
    return sum(weight * padded[places + place] for place, weight in enumerate(weights))  # type: ignore[return-value]


def convolve_channels(
    maps: ArrayLike, kernels: ArrayLike, *, bias: ArrayLike | None = None, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Do what a convolutional layer does: maps (in, height, width), kernels (out, in, rows, columns) → (out, …, …).

    Each of the `out` kernels looks at all maps and gives one new map; `bias` (out,) is added. PyTorch's conv2d for
    one picture, in its order: channels first. Raises ValueError where the shapes do not belong together.

    >>> convolve_channels(np.ones((3, 5, 5)), np.ones((8, 3, 3, 3))).shape
    (8, 3, 3)
    """
    inputs, weights = _numbers(maps, "maps"), _numbers(kernels, "kernels")
    if inputs.ndim != 3 or weights.ndim != 4 or weights.shape[1] != inputs.shape[0]:
        raise ValueError(
            f"got maps of shape {inputs.shape} and kernels of shape {weights.shape}; we need (in, height, width) and "
            "(out, in, rows, columns), with the same number of input channels"
        )
    last = np.moveaxis(inputs, 0, 2)
    outputs = [convolve(last, np.moveaxis(one, 0, 2), stride=stride, padding=padding) for one in weights]
    return np.stack(outputs) if bias is None else np.stack(outputs) + _numbers(bias, "bias")[:, None, None]


@dataclass(frozen=True)
class Step:
    """The arithmetic at one place: `patch` × `kernel` = `products`, each (rows, columns[, channels]), and their sum.

    `total` is what the output holds there: one number, or one for each channel. `top` and `left` are the row and the
    column of the patch's corner in the picture: negative where it reaches into the padding.
    """

    patch: np.ndarray
    kernel: np.ndarray
    products: np.ndarray
    total: np.ndarray
    top: int
    left: int


def step_at(picture: ArrayLike, kernel: ArrayLike, row: int, column: int, *, stride: int = 1, padding: int = 0) -> Step:
    """Return the products behind one number of `convolve`: the one in this row and column of the output.

    Raises IndexError for a place that the output does not have. Taught in lesson 04.

    >>> step_at([[1, 2, 3], [4, 5, 6]], [[1, -1]], 0, 1).products
    array([[ 2., -3.]])
    """
    pixels, weights = _pair(picture, kernel)
    rows, columns = _shape_out(pixels, weights.shape, stride, padding)
    for name, place, count in (("row", row, rows), ("column", column, columns)):
        if place not in range(count):
            raise IndexError(f"got {name} {place}; the output has {count} {name}s: type 0 to {count - 1}")
    top, left = stride * row, stride * column
    height, width = weights.shape[:2]
    patch = _padded(pixels, padding, 0)[top : top + height, left : left + width]
    spread = weights[..., None] if patch.ndim > weights.ndim else weights
    products = patch * spread
    total = products.sum() if weights.ndim == patch.ndim else products.sum(axis=(0, 1))
    return Step(patch, weights, products, np.asarray(total), top - padding, left - padding)


def max_pool(picture: ArrayLike, kernel_size: int, *, stride: int | None = None, padding: int = 0) -> np.ndarray:
    """Keep the largest number of each square of `kernel_size` pixels: (height, width[, channels]) → a smaller one.

    Without `stride` the squares lie side by side. The same as PyTorch's max_pool2d. Taught in lesson 04.

    >>> max_pool([[1, 2, 5, 6], [3, 4, 7, 8]], 2)
    array([[4., 8.]])
    """
    return _pool(picture, kernel_size, stride, padding, np.maximum, -np.inf)


def average_pool(picture: ArrayLike, kernel_size: int, *, stride: int | None = None, padding: int = 0) -> np.ndarray:
    """Keep the mean of each square of `kernel_size` pixels; zeros of the padding count. PyTorch's avg_pool2d.

    >>> average_pool([[1, 2, 5, 6], [3, 4, 7, 8]], 2)
    array([[2.5, 6.5]])
    """
    return _pool(picture, kernel_size, stride, padding, np.add, 0.0) / kernel_size**2


def output_size(size: int, kernel_size: int, *, stride: int = 1, padding: int = 0) -> int:
    """Return at how many places a kernel lies along one side: ⌊(size + 2·padding − kernel_size) / stride⌋ + 1.

    Raises ValueError for values with which it lies nowhere; the message says why. Taught in lesson 04.

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
    """Return the arithmetic of `output_size` as one line, and what is left over where the steps do not come out even.

    >>> explain_size(28, 3, stride=2, padding=1)
    '(28 + 2·1 − 3) / 2 = 13.5, rounded down, plus 1: 14. At the far end 1 is left over.'
    """
    places = output_size(size, kernel_size, stride=stride, padding=padding)
    room = size + 2 * padding - kernel_size
    rounded = ", rounded down" if room % stride else ""
    left_over = f" At the far end {room % stride} {'is' if room % stride == 1 else 'are'} left over." if rounded else ""
    steps = f"({size} + 2·{padding} − {kernel_size}) / {stride} = {room / stride:.4g}"
    return f"{steps}{rounded}, plus 1: {places}.{left_over}"


def as_pixels(values: ArrayLike, *, signed: bool = False) -> np.ndarray:
    """Make what a convolution gave into pixels to look at: uint8 of the same shape.

    Cut off below 0 and above 255; with `signed` 0 becomes middle grey, so that negative numbers show as darker.

    >>> as_pixels([[-255, 0, 300]]).tolist(), as_pixels([[-255, 0, 300]], signed=True).tolist()
    ([[0, 0, 255]], [[0, 128, 255]])
    """
    numbers = np.nan_to_num(_numbers(values, "values"))
    return np.clip(np.round(numbers / 2 + 127.5 if signed else numbers), 0, 255).astype(np.uint8)


def _row(size: int) -> np.ndarray:
    """Numbers that fall off from the middle, a row of Pascal's triangle: 1 2 1, then 1 4 6 4 1."""
    row = np.ones(1, dtype=int)
    for _ in range(size - 1):
        row = np.convolve(row, [1, 1])
    return row


def _slope(size: int) -> np.ndarray:
    """Minus on the left, plus on the right: −1 0 1, then −1 −2 0 2 1."""
    return np.convolve(_row(size - 2), [-1, 0, 1])


def _middle(numbers: list[list[int]]) -> Callable[[int], np.ndarray]:
    """A 3×3 kernel that stays what it is: in larger sizes with zeros around."""
    return lambda size: np.pad(np.array(numbers), (size - 3) // 2)


def _outline(size: int) -> np.ndarray:
    numbers = np.full((size, size), -1)
    numbers[size // 2, size // 2] = size * size - 1
    return numbers


KERNELS: dict[str, Callable[[int], np.ndarray]] = {
    "identity": _middle([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "blur": lambda size: np.ones((size, size), dtype=int),
    "Gaussian blur": lambda size: np.outer(_row(size), _row(size)),
    "motion blur": lambda size: np.eye(size, dtype=int),
    "sharpen": _middle([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "outline": _outline,
    "emboss": _middle([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    "Sobel right": lambda size: np.outer(_row(size), _slope(size)),
    "Sobel left": lambda size: -np.outer(_row(size), _slope(size)),
    "Sobel bottom": lambda size: np.outer(_slope(size), _row(size)),
    "Sobel top": lambda size: -np.outer(_slope(size), _row(size)),
}


def named_kernel(name: str, size: int = 3) -> np.ndarray:
    """Return a well-known kernel (size, size): one of `KERNELS`. The four Sobels say which side is the brighter one.

    Those that would make a picture brighter, the blurs, are divided by their sum. Sizes are odd: 3, 5, 7, … Raises
    ValueError for another name or size. Sobel and Feldman (1968) gave the 3×3 operator. Taught in lesson 04.

    >>> named_kernel("Sobel right").tolist()
    [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
    """
    numbers, divisor = whole_numbers(name, size)
    return numbers / divisor


def whole_numbers(name: str, size: int = 3) -> tuple[np.ndarray, int]:
    """Return a named kernel as whole numbers (size, size), and what they are divided by.

    >>> whole_numbers("blur")[1]
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


def _numbers(values: Any, what: str) -> np.ndarray:
    """Return values as an array of floats: float32 where they are, float64 otherwise."""
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "buif" or not array.size:
            raise ValueError
    except (ValueError, TypeError):
        raise ValueError(f"the {what} must hold numbers in rows of equal length, and at least one") from None
    return array if array.dtype == np.float32 else array.astype(np.float64)


def _pair(picture: Any, kernel: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return picture and kernel as arrays that belong together."""
    pixels, weights = _numbers(picture, "picture"), _numbers(kernel, "kernel")
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


def _shape_out(pixels: np.ndarray, kernel: tuple[int, ...], stride: int, padding: int) -> tuple[int, int]:
    rows = output_size(pixels.shape[0], kernel[0], stride=stride, padding=padding)
    return rows, output_size(pixels.shape[1], kernel[1], stride=stride, padding=padding)


def _padded(pixels: np.ndarray, padding: int, value: float) -> np.ndarray:
    widths = [(padding, padding)] * 2 + [(0, 0)] * (pixels.ndim - 2)
    return np.pad(pixels, widths, constant_values=value) if padding else pixels


def _every(padded: np.ndarray, row: int, column: int, rows: int, columns: int, stride: int) -> np.ndarray:
    """Return the pixels that meet the kernel's number at (row, column), for all places at once."""
    down, right = slice(row, row + stride * (rows - 1) + 1, stride), slice(column, None, stride)
    return padded[down, right][:, :columns]


def _pool(
    picture: Any, kernel_size: int, stride: int | None, padding: int, combine: np.ufunc, start: float
) -> np.ndarray:
    pixels = _numbers(picture, "picture")
    if pixels.ndim not in (2, 3):
        raise ValueError(f"got a picture of shape {pixels.shape}; we need (height, width) or (height, width, channels)")
    stride = kernel_size if stride is None else stride
    rows, columns = _shape_out(pixels, (kernel_size, kernel_size), stride, padding)
    if 2 * padding > kernel_size:
        raise ValueError(
            f"got padding={padding} for squares of {kernel_size}: some would hold nothing but padding; "
            f"type {kernel_size // 2} or less"
        )
    padded = _padded(pixels, padding, start)
    output = np.full((rows, columns, *pixels.shape[2:]), start, dtype=pixels.dtype)
    for row, column in np.ndindex(kernel_size, kernel_size):
        output = combine(output, _every(padded, row, column, rows, columns, stride))
    return output
