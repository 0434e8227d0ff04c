"""Answers to the exercises of lesson 08: right ones, and planted wrong ones, each with a word of its hint."""

import numpy as np
import torch


def batch_norm(x, mean, variance, weight, shift):
    return (x - mean) / np.sqrt(variance + 1e-5) * weight + shift


def batch_norm_by_torch(x, mean, variance, weight, shift):
    flat = torch.as_tensor(x).reshape(-1, 1)
    numbers = [torch.tensor([number], dtype=flat.dtype) for number in (mean, variance, weight, shift)]
    return torch.nn.functional.batch_norm(flat, *numbers[:2], *numbers[2:]).reshape(x.shape)


def field(layers):
    size, step = 1, 1
    for k, stride in layers:
        size += (k - 1) * step
        step *= stride
    return size


def field_backwards(layers):
    size = 1
    for k, stride in reversed(layers):
        size = (size - 1) * stride + k
    return size


def field_without_strides(layers):
    return 1 + sum(k - 1 for k, _ in layers)


def field_with_its_own_stride(layers):
    size, step = 1, 1
    for k, stride in layers:
        step *= stride
        size += (k - 1) * step
    return size


def only_the_step(layers):
    return int(np.prod([stride for _, stride in layers]))


def strongest(maps):
    return np.unravel_index(maps.argmax(), maps.shape)


def strongest_by_loops(maps):
    places = np.ndindex(maps.shape)
    return list(max(places, key=lambda place: maps[place]))


def class_map(maps, weights):
    return np.maximum(np.einsum("c,chw->hw", weights, maps), 0)


def class_map_by_loop(maps, weights):
    total = np.zeros(maps.shape[1:])
    for one, weight in zip(maps, weights, strict=True):
        total += weight * one
    return total.clip(min=0)


def occlusion(score, picture, size):
    before = score(picture)
    falls = np.zeros((picture.shape[0] // size, picture.shape[1] // size))
    for row, column in np.ndindex(falls.shape):
        view = picture.copy()
        view[row * size : (row + 1) * size, column * size : (column + 1) * size] = 128
        falls[row, column] = before - score(view)
    return falls


def occlusion_by_lists(score, picture, size):
    rows = []
    for top in range(0, len(picture), size):
        rows.append([])
        for left in range(0, picture.shape[1], size):
            view = np.array(picture)
            view[top : top + size, left : left + size] = 128
            rows[-1].append(score(picture) - score(view))
    return rows


def occlusion_without_copies(score, picture, size):
    before = score(picture)
    falls = np.zeros((picture.shape[0] // size, picture.shape[1] // size))
    for row, column in np.ndindex(falls.shape):
        picture[row * size : (row + 1) * size, column * size : (column + 1) * size] = 128
        falls[row, column] = before - score(picture)
    return falls


def scores_only(score, picture, size):
    return score(picture) - occlusion(score, picture, size)


def occlusion_in_black(score, picture, size):
    before = score(picture)
    falls = np.zeros((picture.shape[0] // size, picture.shape[1] // size))
    for row, column in np.ndindex(falls.shape):
        view = picture.copy()
        view[row * size : (row + 1) * size, column * size : (column + 1) * size] = 0
        falls[row, column] = before - score(view)
    return falls


CASES = {
    "08.1": {
        "also_right": [9 * 256, np.int64(2304)],
        "wrong": {
            "one input channel": 9,
            "took the output channels": 9 * 512,
            "how many weights": 9 * 256 * 512,
            "3 high and 3 wide": 768,
            "in each input channel": 256,
            "in quotes": "2304",
        },
    },
    "08.2": {
        "also_right": [batch_norm_by_torch],
        "wrong": {
            "divided by the variance": lambda x, m, v, w, s: (x - m) / (v + 1e-5) * w + s,
            "Now multiply": lambda x, m, v, w, s: (x - m) / np.sqrt(v + 1e-5),
            "shift is still missing": lambda x, m, v, w, s: (x - m) / np.sqrt(v + 1e-5) * w,
            "weight first": lambda x, m, v, w, s: ((x - m) / np.sqrt(v + 1e-5) + s) * w,
            "mean was not subtracted": lambda x, m, v, w, s: x / np.sqrt(v + 1e-5) * w + s,
            "of x itself": lambda x, m, v, w, s: (x - x.mean()) / np.sqrt(x.var() + 1e-5) * w + s,
            "stays in its place": lambda x, m, v, w, s: batch_norm(x, m, v, w, s).ravel()[:2],
            "is needed": lambda x, m, v, w, s: x,
        },
    },
    "08.3": {
        "also_right": [field_backwards],
        "wrong": {
            "Strides are forgotten": field_without_strides,
            "own stride counts only": field_with_its_own_stride,
            "That is the step": only_the_step,
            "begin with 1": lambda layers: field(layers) - 1,
            "added up the kernels": lambda layers: sum(k for k, _ in layers) if len(layers) > 1 else layers[0][0],
            "is needed": lambda layers: 40,
        },
    },
    "08.4": {
        "also_right": [strongest_by_loops],
        "wrong": {
            "unravel_index(place": lambda maps: maps.argmax(),
            "the smallest": lambda maps: np.unravel_index(maps.argmin(), maps.shape),
            "wrong order": lambda maps: strongest(maps)[::-1],
            "It gives 2 numbers": lambda maps: strongest(maps)[1:],
            "Three numbers are asked for": lambda maps: "here",
            "the largest number is at": lambda maps: (1, 1, 1),
        },
    },
    "08.5": {
        "also_right": [class_map_by_loop],
        "wrong": {
            "sum over axis 0": lambda maps, weights: maps * weights[:, None, None],
            "Now make what is negative 0": lambda maps, weights: np.tensordot(weights, maps, 1),
            "against the class became": lambda maps, weights: abs(np.tensordot(weights, maps, 1)),
            "negative weights": lambda maps, weights: np.tensordot(np.maximum(weights, 0), maps, 1),
            "weights are not used": lambda maps, weights: maps.sum(0),
            "mean over the channels": lambda maps, weights: class_map(maps, weights) / len(weights),
            "is needed": lambda maps, weights: 2 * class_map(maps, weights),
        },
    },
    "08.6": {
        "also_right": [occlusion_by_lists],
        "wrong": {
            "stay covered": occlusion_without_copies,
            "The sign": lambda score, picture, size: -occlusion(score, picture, size),
            "score with the tile covered": scores_only,
            "swapped": lambda score, picture, size: occlusion(score, picture, size).T,
            "in one row": lambda score, picture, size: occlusion(score, picture, size).ravel(),
            "it gives the shape": lambda score, picture, size: occlusion(score, picture, 2),
            "Grey is 128": occlusion_in_black,
        },
    },
}
