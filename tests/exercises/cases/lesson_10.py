"""Answers to the exercises of lesson 10: right ones, and planted wrong ones, each with a word of its hint."""

import math

import numpy as np
import torch


class Node:
    def __init__(self, number, parents=(), local=()):
        self.number, self.parents, self.local = number, parents, local
        self.gradient = 0.0


def nudge(f, numbers, place, up=1e-4, down=1e-4):
    one, other = list(numbers), list(numbers)
    one[place] += up
    other[place] -= down
    return (f(one) - f(other)) / (up + down)


def nudge_in_place(f, numbers, place):
    """The list is changed, and put back."""
    kept = numbers[place]
    numbers[place] = kept + 1e-5
    above = f(numbers)
    numbers[place] = kept - 1e-5
    below = f(numbers)
    numbers[place] = kept
    return np.float64((above - below) / 2e-5)


def nudge_and_forget(f, numbers, place):
    numbers[place] += 1e-4
    above = f(numbers)
    numbers[place] -= 3e-4
    return (above - f(numbers)) / 2e-4


def nudged_arrays(f, numbers, place):
    step = np.eye(len(numbers))[place] * 1e-4
    return (f(np.array(numbers) + step) - f(np.array(numbers) - step)) / 2e-4


def divide(a, b):
    return Node(a.number / b.number, (a, b), (1 / b.number, -a.number / b.number**2))


def sigmoid(a):
    s = 1 / (1 + math.exp(-a.number))
    return Node(s, (a,), (s * (1 - s),))


def sigmoid_with_arrays(a):
    s = torch.sigmoid(torch.tensor(a.number, dtype=torch.float64)).item()
    return Node(np.float64(s), [a], [np.float64(s - s * s)])


def divided(local=None, number=None, parents=None):
    """The function `divide` with one of its parts wrong."""

    def function(a, b):
        right = divide(a, b)
        return Node(
            number(a.number, b.number) if number else right.number,
            parents(a, b) if parents else (a, b),
            local(a.number, b.number) if local else right.local,
        )

    return function


def squashed(local=None, number=None):
    """The function `sigmoid` with one of its parts wrong."""

    def function(a):
        s = 1 / (1 + math.exp(-a.number))
        return Node(number(a.number) if number else s, (a,), local(a.number, s) if local else (s * (1 - s),))

    return function


def walk(order):
    order[-1].gradient = 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local, strict=True):
            parent.gradient += local * node.gradient


def walk_by_index(order):
    order[-1].gradient = 1
    for at in range(len(order) - 1, -1, -1):
        node = order[at]
        for which in range(len(node.parents)):
            node.parents[which].gradient = node.parents[which].gradient + node.gradient * node.local[which]


def walk_backwards(order):
    waiting = list(order)
    waiting[-1].gradient = np.float32(1.0)
    while waiting:
        node = waiting.pop()
        for parent, local in zip(node.parents, node.local, strict=True):
            parent.gradient += node.gradient * local
    return order


def walked(order, times=True, adds=True, forwards=False, seed=1.0):
    if seed is not None:
        order[-1].gradient = seed
    for node in order if forwards else reversed(order):
        for parent, local in zip(node.parents, node.local, strict=True):
            change = local * node.gradient if times else local
            parent.gradient = parent.gradient + change if adds else change


def layer(inputs, weight, gradient):
    return gradient @ weight.T, inputs.T @ gradient, gradient.sum(axis=0)


def layer_with_einsum(inputs, weight, gradient):
    return [
        np.einsum("no,io->ni", gradient, weight),
        np.einsum("ni,no->io", inputs, gradient),
        np.ones((1, len(inputs))) @ gradient,
    ]


def layer_with_torch(inputs, weight, gradient):
    inputs, weight = (torch.tensor(one, requires_grad=True) for one in (inputs, weight))
    bias = torch.zeros(weight.shape[1], dtype=inputs.dtype, requires_grad=True)
    (inputs @ weight + bias).backward(torch.tensor(gradient))
    return inputs.grad, weight.grad, bias.grad


def line(inputs, targets, rate, steps, scale=2.0, start=0.0, learns_bias=True, extra=0):
    weight, bias, losses = np.full((inputs.shape[1], 1), start), np.zeros(1), []
    for _ in range(steps):
        difference = inputs @ weight + bias - targets
        losses.append((difference**2).mean())
        gradient = scale * difference / len(targets)
        weight = weight - rate * inputs.T @ gradient
        bias = bias - rate * gradient.sum(axis=0) * learns_bias
    return weight, bias, losses + losses[:1] * extra


def line_with_torch(inputs, targets, rate, steps):
    """Though it says without PyTorch: the numbers are right."""
    inputs, targets = torch.from_numpy(inputs), torch.from_numpy(targets)
    weight = torch.zeros(inputs.shape[1], 1, dtype=inputs.dtype, requires_grad=True)
    bias = torch.zeros(1, dtype=inputs.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((inputs @ weight + bias - targets) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for one in (weight, bias):
                one -= rate * one.grad
                one.grad = None
    return weight, bias, losses


def line_in_loops(inputs, targets, rate, steps):
    n, width = inputs.shape
    weight, bias, losses = [0.0] * width, 0.0, []
    for _ in range(steps):
        said = [sum(w * x for w, x in zip(weight, row, strict=True)) + bias for row in inputs]
        apart = [one - target for one, (target,) in zip(said, targets, strict=True)]
        losses.append(sum(one * one for one in apart) / n)
        for column in range(width):
            weight[column] -= rate * sum(2 * one * row[column] for one, row in zip(apart, inputs, strict=True)) / n
        bias -= rate * sum(2 * one for one in apart) / n
    return np.array(weight)[:, None], np.array([bias]), np.array(losses)


CASES = {
    "10.1": {
        "also_right": [nudge_in_place, nudged_arrays, lambda f, numbers, place: nudge(f, numbers, place, 1e-5, 1e-5)],
        "wrong": {
            "to one side only. Up": lambda f, numbers, place: nudge(f, numbers, place, 1e-4, 0),
            "downwards": lambda f, numbers, place: nudge(f, numbers, place, 0, 1e-4),
            "twice as much": lambda f, numbers, place: 2 * nudge(f, numbers, place),
            "the sign is wrong": lambda f, numbers, place: -nudge(f, numbers, place),
            "difference of the losses": lambda f, numbers, place: 2e-4 * nudge(f, numbers, place),
            "other numbers than before": nudge_and_forget,
            "it gives 30": lambda f, numbers, place: nudge(f, numbers, 1 if len(numbers) > 1 else 0),
            "stops with TypeError": lambda f, numbers, place: f(numbers[place] + 1e-4),
        },
    },
    "10.2": {
        "also_right": [(-12, 4, -4), np.array([-12.0, 4, -4]), torch.tensor([-12, 4, -4])],
        "wrong": {
            "half of what": [-6, 2, -2],
            "signs are turned": [12, -4, 4],
            "local derivatives of the first": [3, -1, 1],
            "another order": [4, -12, -4],
            "gradient of b is right": [-4, -4, -4],
            "Begin at the end": [1, 2, 3],
            "shape": [-12, 4],
        },
    },
    "10.3": {
        "also_right": [
            (divide, sigmoid),
            [divide, sigmoid_with_arrays],
            [lambda a, b: Node(a.number * b.number**-1, (a, b), (b.number**-1, -a.number * b.number**-2)), sigmoid],
        ],
        "wrong": {
            "the quotient shrinks": [divided(local=lambda a, b: (1 / b, a / b**2)), sigmoid],
            "yours lacks the a": [divided(local=lambda a, b: (1 / b, -1 / b**2)), sigmoid],
            "derivatives of a product": [divided(local=lambda a, b: (b, a)), sigmoid],
            "That is b / a": [divided(number=lambda a, b: b / a), sigmoid],
            "not their numbers": [divided(parents=lambda a, b: (a.number, b.number)), sigmoid],
            "not the number that it is given": [divide, squashed(local=lambda a, s: (a * (1 - a),))],
            "only one factor of two": [divide, squashed(local=lambda a, s: (1 - s,))],
            "That is the result itself": [divide, squashed(local=lambda a, s: (s,))],
            "The sign in front of a": [divide, squashed(number=lambda a: 1 / (1 + math.exp(a)))],
            "are tuples": [divide, squashed(local=lambda a, s: s * (1 - s))],
            "A Node is needed": [lambda a, b: a.number / b.number, sigmoid],
        },
    },
    "10.4": {
        "also_right": [walk_by_index, walk_backwards],
        "wrong": {
            "Both faults": lambda order: walked(order, times=False, adds=False),
            "only local derivatives": lambda order: walked(order, times=False),
            "keeps only the last way": lambda order: walked(order, adds=False),
            "from the front": lambda order: walked(order, forwards=True),
            "No gradient has changed": lambda order: walked(order, seed=None),
            "own gradient is 64": lambda order: walked(order, seed=64.0),
            "stops with": lambda order: walk(order[-1]),
        },
    },
    "10.5": {
        "also_right": [layer_with_einsum, layer_with_torch],
        "wrong": {
            "exchanged": lambda x, w, g: (x.T @ g, g @ w.T, g.sum(axis=0)),
            "Add up over the examples": lambda x, w, g: (g @ w.T, x.T @ g, g),
            "gradient of the weight is divided": lambda x, w, g: (g @ w.T, x.T @ g / len(x), g.sum(axis=0)),
            "gradient of the bias is divided": lambda x, w, g: (g @ w.T, x.T @ g, g.mean(axis=0)),
            "gradient of the weight has the shape": lambda x, w, g: (g @ w.T, g.T @ x, g.sum(axis=0)),
            "Three arrays": lambda x, w, g: (g @ w.T, x.T @ g),
            "gradient of the inputs has the right shape": lambda x, w, g: (x, x.T @ g, g.sum(axis=0)),
        },
    },
    "10.6": {
        "also_right": [60, 60.0, torch.tensor(60.0), np.float32(60)],
        "wrong": {
            "That is one call": 20,
            "after two calls": 40,
            "Nothing sets it to 0": 0,
            "of one call is": 30,
            "You say 8000": 8000,
            "is text": "60",
        },
    },
    "10.7": {
        "also_right": [line, line_with_torch, line_in_loops],
        "wrong": {
            "not divided by the number": lambda x, t, r, s: line(x, t, r, s, scale=40.0),
            "factor 2": lambda x, t, r, s: line(x, t, r, s, scale=1.0),
            "goes uphill": lambda x, t, r, s: line(x, t, r, s, scale=-2.0),
            "The bias stays": lambda x, t, r, s: line(x, t, r, s, learns_bias=False),
            "begin at 0": lambda x, t, r, s: line(x, t, r, s, start=0.1),
            "and not after the last": lambda x, t, r, s: line(x, t, r, s, extra=1),
            "but loss 1 is": lambda x, t, r, s: (*line(x, t, r, s)[:2], [0.0] * s),
            "Three things": lambda x, t, r, s: line(x, t, r, s)[:2],
            "shape (3,)": lambda x, t, r, s: (line(x, t, r, s)[0].ravel(), *line(x, t, r, s)[1:]),
        },
    },
}
