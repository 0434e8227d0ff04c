"""Answers to the exercises of lesson 00: planted wrong ones, each with a word of its hint, and other right ones."""

import numpy as np
import torch

GRID = np.arange(24).reshape(4, 6)


def board_by_sums(size):
    return np.indices((size, size)).sum(axis=0) % 2


def board_by_loops(size):
    return [[(row + column) % 2 for column in range(size)] for row in range(size)]


def brighten_in_place(picture, amount):
    picture[:] = np.clip(picture.astype(float) + amount, 0, 255)
    return picture


CASES = {
    "00.1": {
        "also_right": [32.0, np.int64(32)],
        "wrong": {"after A, B, C": 22, "A, B, B, C": 42, "Every run changes": 12, "Write down x": 7, "quotes": "32"},
    },
    "00.2": {
        "also_right": [np.float64(50)],
        "wrong": {"first and the last": 1, "Close by one": 51, "another language": 100, "look for num=": 10},
    },
    "00.3": {
        "also_right": [GRID[:2, 3:].tolist(), torch.tensor(GRID[:2, 3:])],
        "wrong": {
            "top-left corner": GRID[:2, :3],
            "bottom-right": GRID[-2:, -3:],
            "3 rows and 2 columns": GRID[:3, -2:],
            "shape is (4, 6)": GRID,
            "place is not": GRID[:2, 1:4],
            "An array is asked for": 5,
            "different lengths": [[3, 4, 5], [9, 10]],
        },
    },
    "00.4": {
        "also_right": [board_by_sums, board_by_loops],
        "wrong": {
            "starts with 1": lambda size: 1 - board_by_sums(size),
            "odd sizes too": lambda size: np.tile([[0, 1], [1, 0]], (size // 2, size // 2)),
            "stripes": lambda size: np.indices((size, size))[1] % 2,
            "All squares": lambda size: np.zeros((size, size)),
            "not right yet": lambda size: np.eye(size),
            "without brackets": board_by_sums(4),
            "NameError": lambda size: missing_name,  # noqa: F821
            "end with return": lambda size: print(end=""),
        },
    },
    "00.5": {
        "also_right": [brighten_in_place],
        "wrong": {
            "wrap around": lambda picture, amount: (picture.astype(int) + amount).astype(np.uint8),
            "np.clip": lambda picture, amount: picture.astype(int) + amount,
            "their type is": lambda picture, amount: np.clip(picture.astype(int) + amount, 0, 255),
            "is needed": lambda picture, amount: picture,
            "Every pixel stays": lambda picture, amount: picture[0],
            "TypeError": lambda picture: picture,
        },
    },
    "00.6": {
        "also_right": [600_000.0],
        "wrong": {
            "how many numbers come out": 3_000,
            "how many numbers go in": 62_000,
            "twice": 300 * 200 * 200 * 10,
            "additions": 1_200_000,
            "times the products": 5,
        },
    },
    "00.7": {
        "also_right": [
            "$ ssh -N -L 9999:127.0.0.1:8888 me@gpu-box",
            "ssh gpu-box -L9999:localhost:8888",
        ],
        "wrong": {
            "starts with ssh": "jupyter lab --port 9999",
            "-L is missing": "ssh -l 9999:localhost:8888 gpu-box",
            "wrong way round": "ssh -L 8888:localhost:9999 gpu-box",
            "is taken": "ssh -L 8888:localhost:8888 gpu-box",
            "three parts": "ssh -L 9999:8888 gpu-box",
            "Which machine": "ssh -L 9999:localhost:8888",
            "write it in quotes": 9999,
        },
    },
}
