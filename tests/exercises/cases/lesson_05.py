"""Answers to the exercises of lesson 05: planted wrong ones, each with a word of its hint, and other right ones."""

import functools

import numpy as np
import torch


def relu_by_if(x):
    return x if x > 0 else 0


def forward_difference(f, x):
    return (f(x + 1e-5) - f(x)) / 1e-5


def dead_by_loop(activations):
    return sum(not column.any() for column in activations.T)


def composed_by_points(W1, b1, W2, b2):
    def both(x):
        return W2 @ (W1 @ x + b1) + b2

    b = both(np.zeros(W1.shape[1]))
    return np.stack([both(x) - b for x in np.eye(W1.shape[1])], axis=1), b


def forward_by_reduce(x, layers, activation):
    *hidden, (W, b) = layers
    return W @ functools.reduce(lambda values, layer: activation(layer[0] @ values + layer[1]), hidden, x) + b


def forward_with_activation_at_the_end(x, layers, activation):
    for W, b in layers:
        x = activation(W @ x + b)
    return x


def forward_too_short(x, layers, activation):
    for W, b in layers[:-1]:
        x = activation(W @ x + b)
    return x


CASES = {
    "05.1": {
        "also_right": [lambda x: x * (x > 0), lambda x: torch.relu(torch.as_tensor(x))],
        "wrong": {
            "asks about one number": relu_by_if,
            "kept the negative": lambda x: np.minimum(x, 0),
            "took the sign away": np.abs,
            "its slope": lambda x: (x > 0).astype(float),
            "One number for each": lambda x: np.maximum(x, 0)[:2],
            "is needed": lambda x: np.maximum(x, 1),
        },
    },
    "05.2": {
        "also_right": [lambda x, alpha: np.maximum(x, alpha * x)],
        "wrong": {
            "That is ReLU": lambda x, alpha: np.maximum(x, 0),
            "alpha itself": lambda x, alpha: np.where(x > 0, x, alpha),
            "should be negative": lambda x, alpha: np.where(x > 0, x, -alpha * x),
            "swapped": lambda x, alpha: np.where(x > 0, alpha * x, x),
            "With alpha": lambda x, alpha: np.maximum(x, 0.1 * x) + (alpha > 0.2),
            "stops with TypeError": lambda x: x,
        },
    },
    "05.3": {
        "also_right": [0.25, np.float32(0.25)],
        "wrong": {"its value at 0": 0.5, "slope of tanh": 1, "steepest": 0, "Put σ(0)": 0.2},
    },
    "05.4": {
        "also_right": [forward_difference],
        "wrong": {
            "Twice too large": lambda f, x: (f(x + 1e-4) - f(x - 1e-4)) / 1e-4,
            "The sign": lambda f, x: (f(x - 1e-4) - f(x)) / 1e-4,
            "value of the function": lambda f, x: f(x),
            "Divide by how far": lambda f, x: f(x + 1e-4) - f(x),
            "One number for each": lambda f, x: forward_difference(f, x)[:2],
            "Near, but not near enough": lambda f, x: f(x + 1) - f(x),
            "is needed": lambda f, x: (f(x + 1e-17) - f(x)) / 1e-17,
        },
    },
    "05.5": {
        "also_right": [dead_by_loop, lambda activations: int((np.abs(activations).max(axis=0) == 0).sum())],
        "wrong": {
            "counts every 0": lambda activations: (activations == 0).sum(),
            "0 for some input": lambda activations: (activations == 0).any(axis=0).sum(),
            "along the rows": lambda activations: (activations == 0).all(axis=1).sum(),
            "−1 + 1": lambda activations: (activations.sum(axis=0) == 0).sum(),
            "below 0 is not dead": lambda activations: (activations <= 0).all(axis=0).sum(),
            "A single number": lambda activations: (activations == 0).all(axis=0),
            "2 is needed": lambda activations: 3,
        },
    },
    "05.6": {
        "also_right": [composed_by_points, lambda W1, b1, W2, b2: [W2 @ W1, b2 + W2 @ b1]],
        "wrong": {
            "two things": lambda W1, b1, W2, b2: W2 @ W1,
            "the rows are what comes out": lambda W1, b1, W2, b2: ((W2 @ W1).T, b2),
            "The order": lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2),
            "your function stops with": lambda W1, b1, W2, b2: W3,  # noqa: F821
            "not the product": lambda W1, b1, W2, b2: (2 * W2 @ W1, b2),
            "only b2": lambda W1, b1, W2, b2: (W2 @ W1, b2),
            "second layer add": lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1),
            "one number for each output": lambda W1, b1, W2, b2: (W2 @ W1, b1),
            "without x": lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1 - b2),
            "W has the shape": lambda W1, b1, W2, b2: (W1, b1),
        },
    },
    "05.7": {
        "also_right": [4.0**-10, 9.5e-7],
        "wrong": {
            "times smaller": 4**10,
            "not added": 2.5,
            "one sigmoid": 0.25,
            "slope there is half": 0.5**10,
            "a power": 0.25**20,
        },
    },
    "05.8": {
        "also_right": [forward_by_reduce],
        "wrong": {
            "may be negative": forward_with_activation_at_the_end,
            "no bend in it": lambda x, layers, activation: forward_by_reduce(x, layers, lambda values: values),
            "offsets are missing": lambda x, layers, activation: forward_by_reduce(
                x, [(W, 0) for W, _ in layers], activation
            ),
            "a hidden layer gives": forward_too_short,
            "the last layer gives": lambda x, layers, activation: np.append(
                forward_by_reduce(x, layers, activation), 0
            ),
            "then the next layer": lambda x, layers, activation: forward_by_reduce(x, layers, np.tanh),
            "the matrix first": lambda x, layers, activation: x @ layers[0][0] + layers[0][1],
            "your function stops with": lambda x, layers, activation: layers[9],
        },
    },
}
