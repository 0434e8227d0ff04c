"""Answers to the exercises of lesson 08: right ones, and planted wrong ones, each with a word of its hint."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from helpers import get_data
from helpers.history import Epoch, History, Settings
from helpers.lessons.inside import feature_maps
from helpers.models import build


def batch_norm(x, mean, variance, weight, shift):
    return (x - mean) / np.sqrt(variance + 1e-5) * weight + shift


def batch_norm_by_torch(x, mean, variance, weight, shift):
    flat = torch.as_tensor(x).reshape(-1, 1)
    numbers = [torch.tensor([number], dtype=flat.dtype) for number in (mean, variance, weight, shift)]
    return torch.nn.functional.batch_norm(flat, *numbers[:2], *numbers[2:]).reshape(x.shape)


def batch_norm_by_loops(x, mean, variance, weight, shift):
    if x.ndim > 1:
        return [batch_norm_by_loops(row, mean, variance, weight, shift) for row in x]
    return [(float(number) - mean) / (variance + 0.00001) ** 0.5 * weight + shift for number in x]


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


def field_by_recursion(layers):
    if not layers:
        return torch.tensor(1)
    (k, stride), *rest = layers
    return (field_by_recursion(rest) - 1) * stride + k


def field_with_whole_kernels(layers):
    size, step = 1, 1
    for k, stride in layers:
        size, step = size + k * step, step * stride
    return size


def field_with_added_strides(layers):
    size, step = 1, 1
    for k, stride in layers:
        size, step = size + (k - 1) * step, step + stride - 1
    return size


def strongest(maps):
    return np.unravel_index(maps.argmax(), maps.shape)


def strongest_by_loops(maps):
    places = np.ndindex(maps.shape)
    return list(max(places, key=lambda place: maps[place]))


def strongest_in_torch(maps):
    return torch.unravel_index(torch.as_tensor(maps).argmax(), maps.shape)


def strongest_by_comparing(maps):
    return np.argwhere(maps == maps.max())[0]


def strongest_above_0(maps):
    largest, found = 0, (0, 0, 0)
    for place in np.ndindex(maps.shape):
        if maps[place] > largest:
            largest, found = maps[place], place
    return found


def strongest_of_the_largest_mean(maps):
    channel = maps.mean(axis=(1, 2)).argmax()
    return channel, *np.unravel_index(maps[channel].argmax(), maps.shape[1:])


def class_map(maps, weights):
    return np.maximum(np.einsum("c,chw->hw", weights, maps), 0)


def class_map_by_loop(maps, weights):
    total = np.zeros(maps.shape[1:])
    for one, weight in zip(maps, weights, strict=True):
        total += weight * one
    return total.clip(min=0)


def class_map_in_torch(maps, weights):
    return torch.einsum("c,chw->hw", torch.tensor(weights).float(), torch.tensor(maps).float()).relu()


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


def occlusion_in_torch(score, picture, size):
    rows, columns = len(picture) // size, picture.shape[1] // size
    falls = torch.zeros(rows * columns)
    for tile in range(rows * columns):
        row, column = divmod(tile, columns)
        view = picture.copy()
        view[size * row :][:size, size * column :][:, :size] = 128
        falls[tile] = score(picture) - score(view)
    return falls.reshape(rows, columns)


def occlusion_that_leaves_grey(score, picture, size):
    falls = occlusion(score, picture, size)
    picture[-size:, -size:] = 128
    return falls


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
    return occlusion(lambda view: score(np.where(view == 128, 0, view)), picture, size)


def occlusion_one_pixel_short(score, picture, size):
    before = score(picture)
    falls = np.zeros((picture.shape[0] // size, picture.shape[1] // size))
    for row, column in np.ndindex(falls.shape):
        view = picture.copy()
        view[row * size : (row + 1) * size - 1, column * size : (column + 1) * size - 1] = 128
        falls[row, column] = before - score(view)
    return falls


# The project, with an untrained head and the history of a run as asked: a tenth of a second, and the same arithmetic.
SETTINGS = Settings(
    architecture="resnet10", size=160, lr=(0.02,) * 3, n=3, cycle_len=None, cycle_mult=1, schedule="constant",
    frozen=True, precompute=True, augmentation=None, batch_size=64, classes=("cats", "dogs"), pictures=1000, seed=3,
    pretrained=True, epochs_before=0,
)  # fmt: skip
with torch.random.fork_rng():
    torch.manual_seed(0)
    MODEL = build("resnet10", 160, 2).eval()
FOUND = feature_maps(MODEL, sorted((get_data("sample") / "valid" / "dogs").iterdir())[-1])


def history(epochs: int = 3, **changed: Any) -> History:
    return History([Epoch(n + 1, 0.3, 0.2, 0.9, 0.9, 0.9, 0.1) for n in range(epochs)], replace(SETTINGS, **changed))


def weighted(score, layer=7, *, mean=True) -> np.ndarray:
    """The sum of the weighted maps of a layer."""
    cut = {7: 7, 9: 8}[layer]
    maps = torch.from_numpy(FOUND.maps(layer))[None].requires_grad_()
    (gradient,) = torch.autograd.grad(score(MODEL.head(MODEL.pool(MODEL.body[cut:](maps)))[0]), maps)
    weights = gradient.mean(dim=(2, 3), keepdim=True) if mean else gradient
    return (weights * maps).sum(dim=1)[0].detach().numpy()


def dogs(scores):
    return scores[1]


FINE = weighted(dogs).clip(0)
ROW, COLUMN = (int(at) for at in np.unravel_index(FINE.argmax(), FINE.shape))
SEEN = FOUND.layer(7).field.seen(ROW, COLUMN, 160)


def project(values=FINE, window=SEEN, history=history(), *, done=3):  # noqa: B008
    return SimpleNamespace(model=MODEL, epochs_done=done), history, values, window


CASES = {
    "08.1": {
        "also_right": [np.int64(2304), 9.0 * 256, torch.tensor(2304)],
        "wrong": {
            "one input channel": 9,
            "took the output channels": 9 * 512,
            "how many weights": 9 * 256 * 512,
            "3 high and 3 wide": 768,
            "You added 9 and 256": 265,
            "are not summed": 9 * 768,
            "in each input channel": 256,
        },
    },
    "08.2": {
        "also_right": [
            batch_norm_by_torch,
            batch_norm_by_loops,
            lambda x, m, v, w, s: ((torch.tensor(x) - m) * (w / (v + 1e-5) ** 0.5) + s).float(),
        ],
        "wrong": {
            "divided by the variance": lambda x, m, v, w, s: (x - m) / (v + 1e-5) * w + s,
            "Now multiply": lambda x, m, v, w, s: (x - m) / np.sqrt(v + 1e-5),
            "shift is still missing": lambda x, m, v, w, s: (x - m) / np.sqrt(v + 1e-5) * w,
            "weight first": lambda x, m, v, w, s: ((x - m) / np.sqrt(v + 1e-5) + s) * w,
            "mean was not subtracted": lambda x, m, v, w, s: x / np.sqrt(v + 1e-5) * w + s,
            "of x itself": lambda x, m, v, w, s: (x - x.mean()) / np.sqrt(x.var() + 1e-5) * w + s,
            "ε is missing": lambda x, m, v, w, s: (x - m) / np.sqrt(v) * w + s,
            "ε is added to the root": lambda x, m, v, w, s: (x - m) / (np.sqrt(v) + 1e-5) * w + s,
            "stays in its place": lambda x, m, v, w, s: batch_norm(x, m, v, w, s).ravel()[:2],
            "At index [0] it gives": lambda x, m, v, w, s: x - m / np.sqrt(v + 1e-5) * w + s,
        },
    },
    "08.3": {
        "also_right": [field_backwards, field_by_recursion, lambda layers: np.float32(field(layers))],
        "wrong": {
            "Strides are forgotten": field_without_strides,
            "own stride counts only": field_with_its_own_stride,
            "That is the step": only_the_step,
            "begin with 1": lambda layers: field(layers) - 1,
            "k fields lie k − 1 steps": field_with_whole_kernels,
            "Strides multiply": field_with_added_strides,
            "added up the kernels": lambda layers: sum(k for k, _ in layers),
            "began at the last layer": lambda layers: field(layers[::-1]),
            "last layer is left out": lambda layers: field(layers[:-1]),
            "is needed": lambda layers: field(layers[1:]),
        },
    },
    "08.4": {
        "also_right": [strongest_by_loops, strongest_in_torch, strongest_by_comparing],
        "wrong": {
            "unravel_index(index": lambda maps: maps.argmax(),
            "the smallest": lambda maps: np.unravel_index(abs(maps).argmax(), maps.shape),
            "wrong order": lambda maps: strongest(maps)[::-1],
            "It gives 2 numbers": lambda maps: strongest(maps)[1:],
            "It gives a float64": lambda maps: maps.max(),
            "by its mean": strongest_of_the_largest_mean,
            "do not begin with 0": strongest_above_0,
            "the largest number is at": lambda maps: (0, *np.unravel_index(maps[0].argmax(), maps.shape[1:])),
        },
    },
    "08.5": {
        "also_right": [class_map_by_loop, class_map_in_torch, lambda maps, w: (maps.T @ w).T.clip(0).tolist()],
        "wrong": {
            "sum over axis 0": lambda maps, weights: maps * weights[:, None, None],
            "Now make what is negative 0": lambda maps, weights: np.tensordot(weights, maps, 1),
            "against the class became": lambda maps, weights: abs(np.tensordot(weights, maps, 1)),
            "negative weights": lambda maps, weights: np.tensordot(np.maximum(weights, 0), maps, 1),
            "weights are not used": lambda maps, weights: maps.sum(0),
            "mean over the channels": lambda maps, weights: class_map(maps, weights) / len(weights),
            "divided by the largest": lambda maps, weights: class_map(maps, weights) / class_map(maps, weights).max(),
            "what speaks against": lambda maps, weights: class_map(maps, -weights),
            "(4, 4) is needed": lambda maps, weights: class_map(maps, weights).sum(0),
            "At index [0, 0] it gives": lambda maps, weights: class_map(maps, weights / abs(weights).sum()) + 0.5,
        },
    },
    "08.6": {
        "also_right": [occlusion_by_lists, occlusion_in_torch],
        "wrong": {
            "stay covered": occlusion_without_copies,
            "The sign": lambda score, picture, size: -occlusion(score, picture, size),
            "score with the tile covered": scores_only,
            "swapped": lambda score, picture, size: occlusion(score, picture, size).T,
            "in one row": lambda score, picture, size: occlusion(score, picture, size).ravel(),
            "it gives the shape": lambda score, picture, size: occlusion(score, picture, 2),
            "Your tiles are black": occlusion_in_black,
            "leave the sign": lambda score, picture, size: abs(occlusion(score, picture, size)),
            "do not make it 0": lambda score, picture, size: occlusion(score, picture, size).clip(0),
            "divided by the score": lambda score, picture, size: occlusion(score, picture, size) / score(picture),
            "At index [0, 0] it gives": occlusion_one_pixel_short,
            "the picture is left changed": occlusion_that_leaves_grey,
        },
    },
    "08.7": {
        "also_right": [project(), [*project(torch.tensor(FINE), np.array(SEEN))], project(FINE.tolist(), [*SEEN])],
        "wrong": {
            "Four things": project()[1:],
            "The second is a list": project(history=[1, 2, 3]),
            "size = 128": project(history=history(size=128)),
            "lr = (0.01": project(history=history(lr=(0.01,) * 3)),
            "n = 2": project(history=history(2, n=2)),
            "seed = None": project(history=history(seed=None)),
            "precompute = False": project(history=history(precompute=False)),
            "pretrained = False": project(history=history(pretrained=False)),
            "epochs_before = 3": project(history=history(epochs_before=3)),
            "The run has 2 epochs": project(history=history(2), done=2),
            "the learner 6": project(done=6),
            "maps of the last layer": project(weighted(dogs, 9).clip(0)),
            "so (10, 10) is needed": project(np.kron(FINE, np.ones((16, 16)))),
            "Evidence against": project(weighted(dogs)),
            "its largest number": project(FINE / FINE.max()),
            "without weights": project(FOUND.maps(7).sum(0)),
            "Average the gradients": project(weighted(dogs, mean=False).clip(0)),
            'the map for "cats"': project(weighted(lambda scores: scores[0]).clip(0)),
            "gradient of the probability": project(weighted(lambda scores: scores.softmax(0)[1]).clip(0)),
            "it gives": project(np.rot90(FINE).copy()),
            "over the edge": project(window=FOUND.layer(7).field.window(ROW, COLUMN)),
            "Row and column are swapped": project(window=FOUND.layer(7).field.seen(COLUMN, ROW, 160)),
            "as in a slice": project(window=(SEEN[0], SEEN[1], SEEN[2] - 1, SEEN[3] - 1)),
            "wrong order": project(window=(SEEN[0], SEEN[2], SEEN[1], SEEN[3])),
            "a field of layer 9": project(window=FOUND.layer(9).field.seen(ROW, COLUMN, 160)),
            "steps of 16": project(window=(16 * ROW, 16 * COLUMN, 16 * ROW + 16, 16 * COLUMN + 16)),
            "The largest number is in": project(window=(0, 0, 160, 160)),
        },
    },
}
