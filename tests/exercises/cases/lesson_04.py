"""Answers to the exercises of lesson 04: planted wrong ones, each with a word of its hint, and other right ones."""

import numpy as np
import torch


def convolve_1d_as_list(series, kernel):
    return [float(window @ kernel) for window in np.lib.stride_tricks.sliding_window_view(series, len(kernel))]


def convolve_1d_by_numpy(series, kernel):
    return np.correlate(series, kernel, mode="valid")


def convolve_1d_in_torch(series, kernel):
    values, weights = torch.tensor(series)[None, None], torch.tensor(kernel)[None, None]
    return torch.nn.functional.conv1d(values, weights)[0, 0]


def max_pool_by_reshape(picture, size):
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    return picture[: rows * size, : columns * size].reshape(rows, size, columns, size).max(axis=(1, 3))


def max_pool_in_torch(picture, size):
    return torch.nn.functional.max_pool2d(torch.tensor(picture)[None], size)[0]


def max_pool_from_zero(picture, size):
    return np.maximum(max_pool_by_reshape(picture, size), 0)


def min_pool(picture, size):
    return -max_pool_by_reshape(-picture, size)


def mean_pool(picture, size):
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    return picture[: rows * size, : columns * size].reshape(rows, size, columns, size).mean(axis=(1, 3))


def first_of_each(picture, size):
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    return picture[::size, ::size][:rows, :columns]


def overlapping(picture, size):
    rows, columns = picture.shape[0] - size + 1, picture.shape[1] - size + 1
    return np.array(
        [[picture[row : row + size, column : column + size].max() for column in range(columns)] for row in range(rows)]
    )


def rounded_up(picture, size):
    starts = [range(0, length, size) for length in picture.shape]
    return np.array([[picture[row : row + size, column : column + size].max() for column in starts[1]]
                     for row in starts[0]])  # fmt: skip


def whole_numbers(function):
    """The same function, with a result that has lost its decimals."""
    return lambda *given: np.trunc(function(*given)).astype(int)


def sums_of_slices(series, kernel):
    return convolve_1d_by_numpy(series, np.ones(len(kernel)))


def products(series, kernel):
    return np.lib.stride_tricks.sliding_window_view(series, len(kernel)) * kernel


def one_at(row, column, value=1.0):
    kernel = np.zeros((3, 3))
    kernel[row, column] = value
    return kernel


SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
BOTH = np.stack([SOBEL, SOBEL.T])


def edges_but(
    weights=None,
    arrange=lambda batch: batch.permute(0, 3, 1, 2).float(),
    strength=lambda both: (both**2).sum(dim=1).sqrt(),
    ask=lambda layer, batch: layer(batch),
    give=lambda layer, strength: (layer, strength),
    channels=3,
    numbers=torch.float32,
    **settings,
):
    """The edges of a batch, with something else in one place."""
    three = np.repeat(BOTH[:, None], 3, axis=1) / 3 if weights is None else weights

    def edges(pictures):
        layer = torch.nn.Conv2d(channels, 2, **({"kernel_size": 3, "padding": 1, "bias": False} | settings))
        if three is not False:
            layer.weight.data = torch.tensor(three, dtype=numbers)
        return give(layer, strength(ask(layer, arrange(torch.from_numpy(pictures)))))

    return edges


def edges_in_double(pictures):
    """With torch's names, in doubles, and a NumPy result."""
    layer = torch.nn.Conv2d(3, 2, (3, 3), padding="same", bias=False, dtype=torch.float64)
    with torch.no_grad():
        for channel in range(3):
            layer.weight[:, channel] = torch.tensor(BOTH / 3)
        right, bottom = layer(torch.tensor(pictures.transpose(0, 3, 1, 2), dtype=torch.float64)).unbind(1)
    return [layer, torch.hypot(right, bottom).numpy()]


def edges_by_einsum(pictures):
    """With another way to move the axes, and a parameter put in place of the old one."""
    layer = torch.nn.Conv2d(in_channels=3, out_channels=2, kernel_size=3, padding=(1, 1), bias=False)
    layer.weight = torch.nn.Parameter(torch.tensor(BOTH[:, None] / 3).float().expand(2, 3, 3, 3))
    batch = torch.einsum("nhwc->nchw", torch.tensor(pictures.astype(np.float32)))
    return layer, torch.linalg.vector_norm(layer(batch), dim=1)


def one_by_one(layer, batch):
    return torch.stack([layer(picture[None])[0] for picture in batch])


def by_function(layer, batch):
    return torch.nn.functional.conv2d(batch, layer.weight, padding=1)


CASES = {
    "04.1": {
        "also_right": [55.0, np.int64(55), torch.tensor([55])],
        "wrong": {
            "no part of a place": 55.25,
            "both ends": 54,
            "rounded up": 56,
            "stride of 1": 218,
            "subtracted the padding": 53,
            "take away 11": 57,
            "in all": 55 * 55,
            "text": "55",
            "divide by the stride": 20,
        },
    },
    "04.2": {
        "also_right": [280.0, np.float32(280)],
        "wrong": {
            "The sign": -280,
            "in one row": 70,
            "counted once": 210,
            "added up": 360,
            "bright pixels alone": 320,
            "a mean": 280 / 9,
            "add up the products": 100,
        },
    },
    "04.3": {
        "also_right": [convolve_1d_as_list, convolve_1d_by_numpy, convolve_1d_in_torch],
        "wrong": {
            "Do not flip": lambda series, kernel: np.convolve(series, kernel, mode="valid"),
            "Without padding": lambda series, kernel: np.correlate(series, kernel, mode="same"),
            "A place is missing": lambda series, kernel: convolve_1d_by_numpy(series, kernel)[:-1],
            "took the mean": lambda series, kernel: convolve_1d_by_numpy(series, kernel) / len(kernel),
            "hangs over both ends": lambda series, kernel: np.correlate(series, kernel, mode="full"),
            "products at each place": products,
            "sum of the kernel": lambda series, kernel: convolve_1d_by_numpy(series, kernel) / kernel.sum(),
            "sum of each slice": sums_of_slices,
            "decimals are lost": whole_numbers(convolve_1d_by_numpy),
            "the shape": lambda series, kernel: convolve_1d_by_numpy(series, kernel)[None],
            "output[1] is": lambda series, kernel: (
                convolve_1d_by_numpy(series, kernel) * np.arange(1, len(series) - len(kernel) + 2)
            ),
        },
    },
    "04.4": {
        "also_right": [
            max_pool_by_reshape,
            max_pool_in_torch,
            lambda picture, size: max_pool_by_reshape(picture, size).tolist(),
        ],
        "wrong": {
            "gives zeros": max_pool_from_zero,
            "smallest": min_pool,
            "overlap": overlapping,
            "fills no square": rounded_up,
            "first number of each square": first_of_each,
            "Those are the means": mean_pool,
            "decimals are lost": whole_numbers(max_pool_by_reshape),
            "output[0, 1] is": lambda picture, size: (
                max_pool_by_reshape(picture, size) * [[1] + [2] * (picture.shape[1] // size - 1)]
            ),
            "is needed": lambda picture, size: [picture.max()],
        },
    },
    "04.5": {
        "also_right": [torch.tensor(one_at(1, 0)), one_at(1, 0).astype(np.float32), ((0, 0, 0), (1, 0, 0), (0, 0, 0))],
        "wrong": {
            "to the left": one_at(1, 2),
            "changes nothing": one_at(1, 1),
            "not to the right alone": one_at(0, 1),
            "brightness": one_at(1, 0, 2.0),
            "not −1": one_at(1, 0, -1.0),
            "one row": [0, 0, 0, 1, 0, 0, 0, 0, 0],
            "Its shape is": [[1, 0], [0, 0]],
            "Nine zeros": np.zeros((3, 3)),
            "A single 1 and eight zeros": np.ones((3, 3)),
        },
    },
    "04.6": {
        "also_right": [SOBEL, -SOBEL, [[1, -2, 1]] * 3, torch.tensor([[1.0, 1.0, -2.0]] * 3) / 7, 1e-9 * SOBEL],
        "wrong": {
            "not to vertical ones": SOBEL.T,
            "a uniform area": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
            "sum to 9": np.ones((3, 3)),
            "one row": [-1, 0, 1, -1, 0, 1, -1, 0, 1],
            "Its shape is": [[-1, 1]],
            "horizontal edges, too": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
            "neither to": [[1, -1, 0], [-1, 1, 0], [0, 0, 0]],
            "Nine zeros": np.zeros((3, 3)),
        },
    },
    "04.7": {
        "also_right": [73_792.0, np.int64(73_792), torch.tensor(73_792)],
        "wrong": {
            "bias is missing": 73_728,
            "all 128 input channels": 640,
            "not to the input channels": 73_856,
            "for each pair": 64 * 128 * 10,
            "one kernel": 128 * 9 + 1,
            "rows × columns": 1000,
        },
    },
    "04.8": {
        "also_right": [edges_but(), edges_in_double, edges_by_einsum],
        "wrong": {
            "permute(0, 3, 1, 2).": edges_but(arrange=lambda batch: batch.float()),
            "changed places": edges_but(arrange=lambda batch: batch.permute(0, 3, 2, 1).float()),
            "permute moves the axes": edges_but(arrange=lambda batch: batch.reshape(4, 3, 6, 7).float()),
            ".float()": edges_but(arrange=lambda batch: batch.permute(0, 3, 1, 2)),
            "64 bits": edges_but(numbers=torch.float64),
            "by 255": edges_but(arrange=lambda batch: batch.permute(0, 3, 1, 2) / 255),
            "other pixels": edges_but(arrange=lambda batch: batch.permute(0, 3, 1, 2).flip(3).float()),
            "all in one call": edges_but(ask=one_by_one),
            "never called": edges_but(ask=by_function),
            "divide the weights by 3": edges_but(np.repeat(BOTH[:, None], 3, axis=1)),
            "exchanged": edges_but(np.repeat(BOTH[::-1, None], 3, axis=1) / 3),
            "turned round": edges_but(np.repeat(-BOTH[:, None], 3, axis=1) / 3),
            "Both output channels": edges_but(np.repeat(BOTH[[0, 0], None], 3, axis=1) / 3),
            "replace them all": edges_but(False),
            "(2, 3, 3, 3)": edges_but(BOTH[:, None] / 3),
            "a third of Sobel": edges_but(BOTH[:, None], lambda batch: batch.float().mean(dim=3)[:, None], channels=1),
            "padding is (0, 0)": edges_but(padding=0),
            "kernel_size": edges_but(False, kernel_size=5, padding=2),
            "bias=False": edges_but(bias=True),
            "The root": edges_but(strength=lambda both: (both**2).sum(dim=1)),
            "cancel out": edges_but(strength=lambda both: both.sum(dim=1)),
            "|right|": edges_but(strength=lambda both: both.abs().sum(dim=1)),
            "Sobel bottom alone": edges_but(strength=lambda both: both[:, 1]),
            "Sobel right alone": edges_but(strength=lambda both: both[:, 0]),
            "over the channels": edges_but(strength=lambda both: both.abs()),
            "an axis of one channel": edges_but(strength=lambda both: (both**2).sum(dim=1, keepdim=True).sqrt()),
            "is needed": edges_but(strength=lambda both: (both[0] ** 2).sum(dim=0).sqrt()),
            "Strength[": edges_but(strength=lambda both: (both**2).mean(dim=1).sqrt()),
            "comes first": edges_but(give=lambda layer, strength: (strength, layer)),
            "return layer, strength": edges_but(give=lambda layer, strength: strength),
        },
    },
}
