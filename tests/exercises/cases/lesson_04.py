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


def one_at(row, column, value=1.0):
    kernel = np.zeros((3, 3))
    kernel[row, column] = value
    return kernel


SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])

CASES = {
    "04.1": {
        "also_right": [55.0],
        "wrong": {
            "no part of a place": 55.25,
            "both ends": 54,
            "rounded up": 56,
            "stride of 1": 218,
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
            "a mean": 280 / 9,
            "add up the products": 100,
        },
    },
    "04.3": {
        "also_right": [convolve_1d_as_list, convolve_1d_by_numpy, convolve_1d_in_torch],
        "wrong": {
            "Do not flip": lambda series, kernel: np.convolve(series, kernel, mode="valid"),
            "Without padding": lambda series, kernel: np.correlate(series, kernel, mode="same"),
            "missing at the end": lambda series, kernel: convolve_1d_by_numpy(series, kernel)[:-1],
            "took the mean": lambda series, kernel: convolve_1d_by_numpy(series, kernel) / len(kernel),
            "gives the shape": lambda series, kernel: np.correlate(series, kernel, mode="full")[None],
            "it gives [": lambda series, kernel: convolve_1d_by_numpy(series, kernel) + 1,
        },
    },
    "04.4": {
        "also_right": [max_pool_by_reshape, max_pool_in_torch],
        "wrong": {
            "gives zeros": max_pool_from_zero,
            "smallest": min_pool,
            "overlap": overlapping,
            "fills no square": rounded_up,
            "first number of each square": first_of_each,
            "the first output should be": mean_pool,
            "is needed": lambda picture, size: [picture.max()],
        },
    },
    "04.5": {
        "also_right": [one_at(1, 0), torch.tensor(one_at(1, 0))],
        "wrong": {
            "to the left": one_at(1, 2),
            "changes nothing": one_at(1, 1),
            "not to the right alone": one_at(0, 1),
            "brightness": one_at(1, 0, 2.0),
            "one row": [0, 0, 0, 1, 0, 0, 0, 0, 0],
            "Its shape is": [[1, 0], [0, 0]],
            "Nine zeros": np.zeros((3, 3)),
            "A single 1 and eight zeros": np.ones((3, 3)),
        },
    },
    "04.6": {
        "also_right": [SOBEL, -SOBEL, [[1, -2, 1]] * 3],
        "wrong": {
            "not to vertical ones": SOBEL.T,
            "an even area": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
            "horizontal edges, too": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
            "neither to": [[1, -1, 0], [-1, 1, 0], [0, 0, 0]],
            "Nine zeros": np.zeros((3, 3)),
        },
    },
    "04.7": {
        "also_right": [73_792.0],
        "wrong": {
            "bias is missing": 73_728,
            "all 128 input channels": 640,
            "not to the input channels": 73_856,
            "for each pair": 64 * 128 * 10,
            "one kernel": 128 * 9 + 1,
            "rows × columns": 1000,
        },
    },
}
