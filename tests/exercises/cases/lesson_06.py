"""Answers to the exercises of lesson 06: right ones, and planted wrong ones, each with a word of its hint."""

import warnings
from collections import Counter

import numpy as np
import torch


def relu(x):
    return np.maximum(x, 0)


def hat(x, place, width, height, parts=(1, -2, 1)):
    slope = height / width
    places = (place - width, place, place + width)
    return slope * sum(part * relu(x - one) for part, one in zip(parts, places, strict=True))


def hat_by_loop(x, place, width, height):
    return [max(0.0, 1 - abs(one - place) / width) * height for one in x]


def changes(x, y):
    steepness = np.diff(y) / np.diff(x)
    return np.diff(steepness, prepend=0)


def changes_by_loop(x, y):
    found, before = [], 0
    for k in range(len(x) - 1):
        slope = (y[k + 1] - y[k]) / (x[k + 1] - x[k])
        found.append(slope - before)
        before = slope
    return found


def changes_by_torch(x, y):
    x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
    return torch.diff(torch.diff(y) / torch.diff(x), prepend=torch.zeros(1))


def gradient(places, slopes, x, y, factors=None):
    activations = relu(x - places[:, None])
    return 2 * (activations if factors is None else factors) @ (slopes @ activations - y) / len(x)


def step(places, slopes, x, y, rate):
    return slopes - rate * gradient(places, slopes, x, y)


def step_by_loop(places, slopes, x, y, rate):
    f = sum(slope * relu(x - place) for place, slope in zip(places, slopes, strict=True))
    return [slope - rate * np.mean(2 * (f - y) * relu(x - place)) for place, slope in zip(places, slopes, strict=True)]


def step_by_torch(places, slopes, x, y, rate):
    places, slopes, x, y = (torch.tensor(one, dtype=torch.float32) for one in (places, slopes, x, y))
    slopes.requires_grad_()
    ((slopes @ torch.relu(x - places[:, None]) - y) ** 2).mean().backward()
    return slopes - rate * slopes.grad


def step_by_nudging(places, slopes, x, y, rate):
    def loss(changed):
        return np.mean((changed @ relu(x - places[:, None]) - y) ** 2)

    nudges = 1e-6 * np.eye(len(slopes))
    return slopes - rate * np.array([(loss(slopes + nudge) - loss(slopes)) / 1e-6 for nudge in nudges])


def step_of(activations, factors=None):
    """One step with other activations, or with other factors in the gradient."""

    def wrong(places, slopes, x, y, rate):
        values = activations(x, places[:, None])
        by = values if factors is None else factors(values, slopes[:, None])
        return slopes - rate * 2 * by @ (slopes @ values - y) / len(x)

    return wrong


def cells(path, size, factor=None):
    columns, rows = np.minimum((path * (factor or size)).astype(int), size - 1).T
    counts = np.zeros((size, size))
    np.add.at(counts, (rows, columns), 1)
    return counts


def cells_by_histogram(path, size):
    return np.histogram2d(path[:, 1], path[:, 0], bins=size, range=[[0, 1], [0, 1]])[0]


def cells_by_counter(path, size):
    found = Counter((min(int(y * size), size - 1), min(int(x * size), size - 1)) for x, y in path)
    return [[found[row, column] for column in range(size)] for row in range(size)]


def cells_beyond_the_last(path, size):
    counts = np.zeros((size, size))
    for x, y in path:
        counts[int(y * size), int(x * size)] += 1
    return counts


def cells_that_count_once(path, size):
    columns, rows = np.minimum((path * size).astype(int), size - 1).T
    counts = np.zeros((size, size))
    counts[rows, columns] += 1
    return counts


def cells_rounded(path, size):
    columns, rows = np.minimum(np.rint(path * size).astype(int), size - 1).T
    counts = np.zeros((size, size))
    np.add.at(counts, (rows, columns), 1)
    return counts


def fit(x, y, start, rate, steps, scale=1.0, keep=0.0, table=False, learns=4, late=0, clear=True):
    """Gradient descent by hand, and with the mistakes that are asked for."""
    parameters = [one.clone().requires_grad_() for one in start]
    w, b, v, c = parameters
    losses, movement = [], [0.0] * 4
    for _ in range(steps + late):
        f = torch.relu(x[:, None] * w + b) @ v + c
        loss = ((f[:, None] - y if table else f - y) ** 2).mean()
        losses.append(loss.item())
        if len(losses) > steps:
            break
        (scale * loss).backward()
        with torch.no_grad():
            for at, one in enumerate(parameters[:learns]):
                movement[at] = keep * movement[at] + one.grad
                one -= rate * movement[at]
                if clear:
                    one.grad = None
    return parameters, losses[late:]


def fit_by_autograd(x, y, start, rate, steps):
    """Without .grad; what it returns needs no gradient, and losses are tensors."""
    (w, b, v, c), losses = [one.clone() for one in start], []
    for _ in range(steps):
        w, b, v, c = (one.detach().requires_grad_() for one in (w, b, v, c))
        loss = torch.mean((torch.relu(torch.outer(x, w) + b) @ v + c - y) ** 2)
        losses.append(loss.detach())
        changes = torch.autograd.grad(loss, (w, b, v, c))
        w, b, v, c = (one.detach() - rate * change for one, change in zip((w, b, v, c), changes, strict=True))
    return (w.numpy(), b.numpy(), v.numpy(), c.numpy()), torch.tensor(losses)


def fit_with_optimiser(x, y, start, rate, steps):
    """Though it should be by oneself: the numbers are right."""
    parameters, losses = [torch.nn.Parameter(one.clone()) for one in start], []
    optimizer = torch.optim.SGD(parameters, lr=rate)
    for _ in range(steps):
        w, b, v, c = parameters
        loss = torch.nn.functional.mse_loss((x.reshape(-1, 1) * w + b).clamp(min=0) @ v + c, y)
        losses.append(np.float32(loss.item()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return parameters, losses


def fit_without_gradients(x, y, start, rate, steps):
    w, b, v, c = start
    ((torch.relu(x[:, None] * w + b) @ v + c - y) ** 2).mean().backward()


def fit_in_the_open(x, y, start, rate, steps):
    w, b, v, c = (one.clone().requires_grad_() for one in start)
    ((torch.relu(x[:, None] * w + b) @ v + c - y) ** 2).mean().backward()
    w -= rate * w.grad


def fit_with_one_loss(x, y, start, rate, steps):
    w, b, v, c = (one.clone().requires_grad_() for one in start)
    loss = ((torch.relu(x[:, None] * w + b) @ v + c - y) ** 2).mean()
    for _ in range(steps):
        loss.backward()


def fit_with_other_tensors(x, y, start, rate, steps):
    w, b, v, c = (one.clone().requires_grad_() for one in start)
    with warnings.catch_warnings(action="ignore"):  # PyTorch warns of it, too
        for _ in range(steps):
            ((torch.relu(x[:, None] * w + b) @ v + c - y) ** 2).mean().backward()
            w, b, v, c = (one - rate * one.grad for one in (w, b, v, c))


def fit_in_place(x, y, start, rate, steps):
    found, losses = fit(x, y, start, rate, steps)
    for one, learned in zip(start, found, strict=True):
        one.copy_(learned.detach())
    return start, losses


def fit_with(**wrong):
    return lambda x, y, start, rate, steps: fit(x, y, start, rate, steps, **wrong)


def own(y=lambda x: x**2, count=101, units=20, rate=0.05, steps=600, reach=1.0, factor=0.3):
    """A run of the reader's own: x, y, start, rate and steps."""
    generator = torch.Generator().manual_seed(1)
    w, b, v = (torch.randn(units, generator=generator) for _ in range(3))
    x = torch.linspace(-reach, reach, count)
    return x, y(x), [w, b, factor * v, torch.zeros(())], rate, steps


CASES = {
    "06.1": {
        "also_right": [
            lambda x, place, width, height: height * relu(1 - np.abs(x - place) / width),
            hat_by_loop,
            lambda x, *shape: torch.tensor(hat(x, *shape), dtype=torch.float32),
        ],
        "wrong": {
            "does not come back to 0": lambda *given: hat(*given, parts=(1, -2, 0)),
            "does not come down": lambda *given: hat(*given, parts=(1, 0, 0)),
            "After place it stays flat": lambda *given: hat(*given, parts=(1, -1, 0)),
            "height · width": lambda x, place, width, height: hat(x, place, width, height * width),
            "upside down": lambda x, place, width, height: -hat(x, place, width, height),
            "half as wide": lambda x, place, width, height: hat(x, place, width / 2, height),
            "top is not at place": lambda x, place, width, height: hat(x, 0, width, height),
            "whatever height says": lambda x, place, width, height: hat(x, place, width, 1),
            "it gives 1 at x = -3; 0 is needed": lambda x, *shape: 1 + hat(x, *shape),
            "of shape": lambda x, place, width, height: hat(x, place, width, height)[:3],
        },
    },
    "06.2": {
        "also_right": [changes_by_loop, changes_by_torch, lambda x, y: changes(x, y).astype(np.float32)],
        "wrong": {
            "slopes of the pieces": lambda x, y: np.diff(y) / np.diff(x),
            "first is missing": lambda x, y: changes(x, y)[1:],
            "These are differences of y": lambda x, y: np.diff(y),
            "changes of the differences": lambda x, y: np.diff(y, prepend=0)[1:] - np.append(0, np.diff(y)[:-1]),
            "The sign": lambda x, y: -changes(x, y),
            "not append=0": lambda x, y: np.diff(np.diff(y) / np.diff(x), append=0),
            "divide x by y": lambda x, y: np.diff(np.diff(x) / np.diff(y), prepend=0),
            "added up": lambda x, y: np.cumsum(np.diff(y) / np.diff(x)),
            "of shape": lambda x, y: y,
            "number 1 is 3; 2 is needed": lambda x, y: changes(x, y) + 1,
        },
    },
    "06.3": {
        "also_right": [12 * 10, np.int64(119), torch.tensor(120.0)],
        "wrong": {
            "ten thousand times smaller": 1200,
            "a sixteenth": 48,
            "ten times 12": 10,
            "12 · 12": 144,
            "64 times": 96,
            "256 times": 192,
            "each time that the number is doubled": 300,
            "has the square 100": 12,
        },
    },
    "06.4": {
        "also_right": [step_by_loop, step_by_torch, step_by_nudging],
        "wrong": {
            "That is the gradient": lambda p, s, x, y, rate: gradient(p, s, x, y),
            "the step alone. Subtract": lambda p, s, x, y, rate: rate * gradient(p, s, x, y),
            "minus the step alone": lambda p, s, x, y, rate: -rate * gradient(p, s, x, y),
            "uphill": lambda p, s, x, y, rate: s + rate * gradient(p, s, x, y),
            "Half of the step": lambda p, s, x, y, rate: s - rate * gradient(p, s, x, y) / 2,
            "is a mean": lambda p, s, x, y, rate: s - rate * gradient(p, s, x, y) * len(x),
            "rate is missing": lambda p, s, x, y, rate: s - gradient(p, s, x, y),
            "have not changed": lambda p, s, x, y, rate: s,
            "not by 1": step_of(lambda x, p: relu(x - p), lambda values, s: 1.0 * (values > 0)),
            "for another derivative": step_of(lambda x, p: relu(x - p), lambda values, s: s * values),
            "The ReLU is missing": step_of(lambda x, p: x - p),
            "rise to the left": step_of(lambda x, p: relu(p - x)),
            "New slope 1 is": lambda p, s, x, y, rate: s - 2 * rate * gradient(p, s, x, y),
        },
    },
    "06.5": {
        "also_right": [cells_by_histogram, cells_by_counter, lambda path, size: torch.tensor(cells(path, size))],
        "wrong": {
            "are swapped": lambda path, size: cells(path, size).T,
            "count once": cells_that_count_once,
            "is upside down": lambda path, size: cells(path, size)[::-1],
            "There is no cell 4": cells_beyond_the_last,
            "at exactly 1": lambda path, size: cells(path[(path < 1).all(axis=1)], size),
            "shares of all positions": lambda path, size: cells(path, size) / len(path),
            "are rounded": cells_rounded,
            "not by size − 1": lambda path, size: cells(path, size, factor=size - 1),
            "of shape": lambda path, size: np.zeros(size),
            "cell (0, 0) has 2 positions; 1 are in it": lambda path, size: 2 * cells(path, size),
        },
    },
    "06.6": {
        "also_right": [
            [fit_by_autograd, own(lambda x: x.abs())],
            (fit_with_optimiser, own()),
            [fit, [*(one.tolist() for one in own()[:2]), *own()[2:]]],
        ],
        "wrong": {
            "A list of two": fit,
            "The first is a number": [0.05, own()],
            "No tensor needs a gradient": [fit_without_gradients, own()],
            "outside of `with torch.no_grad():`": [fit_in_the_open, own()],
            "inside the loop": [fit_with_one_loss, own()],
            "A .grad is None": [fit_with_other_tensors, own()],
            "stops with ZeroDivisionError": [lambda x, y, start, rate, steps: 1 / 0, own()],
            "Two things": [lambda *given: fit(*given)[0], own()],
            "tensors of start have changed": [fit_in_place, own()],
            "have the shapes": [lambda *given: (fit(*given)[0][::-1], fit(*given)[1]), own()],
            "add up from step to step": [fit_with(clear=False), own()],
            "uphill": [fit_with(scale=-1.0), own()],
            "not a sum": [fit_with(scale=21.0), own()],
            "half as large": [fit_with(scale=0.5), own()],
            "That is momentum": [fit_with(keep=0.9), own()],
            "is a table": [fit_with(table=True), own()],
            "c did not learn": [fit_with(learns=3), own()],
            "v and c did not learn": [fit_with(learns=2), own()],
            "one step too few": [lambda x, y, start, rate, steps: fit(x, y, start, rate, steps - 1), own()],
            "Does it begin at start": [
                lambda x, y, start, *more: fit(x, y, [one + 0.1 for one in start], *more),
                own(),
            ],
            "There are 13 losses": [lambda *given: (fit(*given)[0], [0.0, *fit(*given)[1]]), own()],
            "those after the steps": [fit_with(late=1), own()],
            "but loss 1 is": [lambda *given: (fit(*given)[0], [2 * one for one in fit(*given)[1]]), own()],
            "a tuple of five": [fit, own()[:4]],
            "n from 20": [fit, own(count=10)],
            "From −1 to 1": [fit, own(reach=0.5)],
            "9000 steps": [fit, own(steps=9000)],
            "a curve of this lesson": [fit, own(lambda x: torch.exp(-8 * x**2))],
            "nearly a straight line": [fit, own(lambda x: 2 * x + 0.1 * x**2)],
            "fits before the first step": [
                fit,
                (
                    *own(torch.abs)[:2],
                    [torch.tensor([1.0, -1.0]), torch.zeros(2), torch.ones(2), torch.tensor(0.0)],
                    0.1,
                    9,
                ),
            ],
            "of the variance of y": [fit, own(steps=2)],
        },
    },
}
