"""Answers to the exercises of lesson 00: planted wrong ones, each with a word of its hint, and other right ones."""

import numpy as np
import torch

GRID = np.arange(24).reshape(4, 6)


def board_by_sums(size):
    return np.indices((size, size)).sum(axis=0) % 2


def board_by_loops(size):
    return [[(row + column) % 2 for column in range(size)] for row in range(size)]


def board_of_a_tensor(size):
    steps = torch.arange(size)
    return (steps[:, None] + steps) % 2


def board_with_half_of_its_ones(size):
    board = np.zeros((size, size))
    board[::2, 1::2] = 1
    return board


def board_with_a_slip(size):
    board = board_by_sums(size)
    board[-1, 0] = 1
    return board


def brighten_in_place(picture, amount):
    picture[:] = np.clip(picture.astype(float) + amount, 0, 255)
    return picture


def brighten_by_a_loop(picture, amount):
    rows = [[min(max(int(pixel) + amount, 0), 255) for pixel in row] for row in picture]
    return np.array(rows, dtype=np.uint8)


def brighten_a_tensor(picture, amount):
    return (torch.from_numpy(picture).int() + amount).clamp(0, 255).to(torch.uint8)


def whole_blocks(picture, side):
    rows, columns = picture.shape[0] // side, picture.shape[1] // side
    return picture[: rows * side, : columns * side].reshape(rows, side, columns, side)


def shrink_by_reshape(picture, side):
    return np.rint(whole_blocks(picture, side).mean(axis=(1, 3))).astype(np.uint8)


def shrink_by_adding_a_half(picture, side):
    count = side * side
    return ((whole_blocks(picture, side).sum(axis=(1, 3), dtype=int) + count // 2) // count).astype(np.uint8)


def shrink_a_tensor(picture, side):
    wide = torch.from_numpy(picture).float()[None]
    return torch.nn.functional.avg_pool2d(wide, side)[0].round().to(torch.uint8)


def shrink_with_slices_that_wrap(picture, side):
    height, width = picture.shape[0] // side * side, picture.shape[1] // side * side
    total = sum(picture[r:height:side, c:width:side] for r in range(side) for c in range(side))
    return total // (side * side)


def shrink_with_what_is_left_over(picture, side):
    tops, lefts = range(0, picture.shape[0], side), range(0, picture.shape[1], side)
    means = [[picture[top : top + side, left : left + side].mean() for left in lefts] for top in tops]
    return np.array(means).round().astype(np.uint8)


def shrink_with_overlap(picture, side):
    windows = np.lib.stride_tricks.sliding_window_view(picture, (side, side))
    return windows.mean(axis=(2, 3)).round().astype(np.uint8)


CASES = {
    "00.1": {
        "also_right": [32.0, np.int64(32), torch.tensor(32)],
        "wrong": {
            "after A, B, C": 22,
            "A, B, B, C": 42,
            "C is missing": 21,
            "A, C, B": 12,
            "begins with x = 0": 30,
            "Write down x": 7,
            "quotes": "32",
        },
    },
    "00.2": {
        "also_right": [np.float64(50), len(np.linspace(0, 1)), torch.tensor([50])],
        "wrong": {
            "last of the numbers": 1,
            "two ends;": 2,
            "gaps": 49,
            "nothing is added": 51,
            "another language": 100,
            "len()": np.linspace(0, 1),
            "look for num=": 10,
            "is a function": np.linspace,
        },
    },
    "00.3": {
        "also_right": [GRID[:2, 3:].tolist(), torch.tensor(GRID[:2, 3:]), GRID[0:2, 3:6].astype(np.float32)],
        "wrong": {
            "top-left corner": GRID[:2, :3],
            "bottom-right": GRID[-2:, -3:],
            "bottom-left": GRID[2:, :3],
            "counted from 0": GRID[1:3, -3:],
            "last column is missing": GRID[:2, -3:-1],
            "backwards": GRID[:2, :-4:-1],
            "3 rows and 2 columns": GRID[:3, -2:],
            "shape is (4, 6)": GRID,
            "place is not": GRID[:2, 1:4],
            "An array is asked for": 5,
            "different lengths": [[3, 4, 5], [9, 10]],
        },
    },
    "00.4": {
        "also_right": [board_by_sums, board_by_loops, board_of_a_tensor, lambda size: board_by_sums(size) == 1],
        "wrong": {
            "starts with 1": lambda size: 1 - board_by_sums(size),
            "of 0 and 255": lambda size: 255 * board_by_sums(size),
            "(5, 5), odd sizes too": lambda size: np.tile([[0, 1], [1, 0]], (size // 2, size // 2)),
            "(8, 8), odd sizes too": lambda size: np.tile([[0, 1], [1, 0]], (3, 3))[:size, :size],
            "continues where": lambda size: np.arange(size * size).reshape(size, size) % 2,
            "Those are stripes": lambda size: np.indices((size, size))[0] % 2,
            "All squares": lambda size: np.zeros((size, size)),
            "those between hold only 0": board_with_half_of_its_ones,
            "row 4, column 0 is 1": board_with_a_slip,
            "without brackets": board_by_sums(4),
            "NameError": lambda size: missing_name,  # noqa: F821
            "end with return": lambda size: print(end=""),
        },
    },
    "00.5": {
        "also_right": [brighten_in_place, brighten_by_a_loop, brighten_a_tensor],
        "wrong": {
            "200 + 100 became 44": lambda picture, amount: (picture.astype(int) + amount).astype(np.uint8),
            "0 − 50 became 206": lambda picture, amount: np.minimum(picture.astype(int) + amount, 255).astype(np.uint8),
            "np.clip": lambda picture, amount: picture.astype(int) + amount,
            "their type is": lambda picture, amount: np.clip(picture.astype(int) + amount, 0, 255),
            "as it was": lambda picture, amount: picture,
            "not added": lambda picture, amount: np.clip(picture.astype(int) - amount, 0, 255).astype(np.uint8),
            "is needed": lambda picture, amount: np.clip(picture.astype(int) + amount, 0, 250).astype(np.uint8),
            "OverflowError": lambda picture, amount: np.where(picture > 255 - amount, 255, picture + amount),
            "Every pixel stays": lambda picture, amount: picture[0],
            "TypeError": lambda picture: picture,
        },
    },
    "00.6": {
        "also_right": [600_000.0, np.int64(600_000), torch.tensor(600_000)],
        "wrong": {
            "the result has. Each": 3_000,
            "the left matrix has": 60_000,
            "the two matrices have": 62_000,
            "twice": 300 * 200 * 200 * 10,
            "the additions as well": 1_200_000,
            "how many additions": 597_000,
            "square matrices": 27_000_000,
            "How many numbers are in the result": 5,
        },
    },
    "00.7": {
        "also_right": [
            "$ ssh -N -L 9999:127.0.0.1:8888 me@gpu-box",
            "ssh gpu-box -L9999:localhost:8888",
            "ssh -NL 9999:localhost:8888 gpu-box",
            "ssh -fNL9999:localhost:8888 -l me -p 22 gpu-box",
            "ssh  -L localhost:9999:localhost:8888 gpu-box jupyter lab --no-browser",
        ],
        "wrong": {
            "starts with ssh": "jupyter lab --port 9999",
            "-L is missing": "ssh -p 9999 gpu-box",
            "a capital": "ssh -l 9999:localhost:8888 gpu-box",
            "the letter is L": "ssh -R 9999:localhost:8888 gpu-box",
            "wrong way round": "ssh -L 8888:localhost:9999 gpu-box",
            "is taken": "ssh -L 8888:localhost:8888 gpu-box",
            "answers only localhost": "ssh -L 9999:gpu-box:8888 gpu-box",
            "to other machines": "ssh -L 0.0.0.0:9999:localhost:8888 gpu-box",
            "three parts": "ssh -L 9999:8888 gpu-box",
            "Which machine": "ssh -L 9999:localhost:8888",
            "write it in quotes": 9999,
        },
    },
    "00.8": {
        "also_right": [shrink_by_reshape, shrink_by_adding_a_half, shrink_a_tensor],
        "wrong": {
            "cut off": lambda picture, side: whole_blocks(picture, side).mean(axis=(1, 3)).astype(np.uint8),
            "rounded up": lambda picture, side: np.ceil(whole_blocks(picture, side).mean(axis=(1, 3))).astype(np.uint8),
            "first pixel": lambda picture, side: whole_blocks(picture, side)[:, 0, :, 0],
            "brightest pixel": lambda picture, side: whole_blocks(picture, side).max(axis=(1, 3)),
            "Those are sums": lambda picture, side: whole_blocks(picture, side).sum(axis=(1, 3)),
            "divide by 2": lambda picture, side: whole_blocks(picture, side).sum(axis=(1, 3)) // side,
            "wraps around": shrink_with_slices_that_wrap,
            "their type is": lambda picture, side: whole_blocks(picture, side).mean(axis=(1, 3)).round(),
            "exchanged": lambda picture, side: shrink_by_reshape(picture, side).T,
            "must be left out": shrink_with_what_is_left_over,
            "overlap": shrink_with_overlap,
            "a mean of its own": lambda picture, side: np.full_like(shrink_by_reshape(picture, side), picture.mean()),
            "has the mean": lambda picture, side: shrink_by_reshape(picture, side) + np.uint8(1),
            "(2, 3) is needed": lambda picture, side: picture.reshape(-1, side, side).mean(axis=(1, 2)),
            "without brackets": np.zeros((2, 3)),
        },
    },
}
