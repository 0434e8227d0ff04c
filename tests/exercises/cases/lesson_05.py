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


def composed_by_points(layers):
    def network(x):
        return functools.reduce(lambda values, layer: layer[0] @ values + layer[1], layers, x)

    inputs = layers[0][0].shape[1]
    b = network(np.zeros(inputs))
    return np.stack([network(x) - b for x in np.eye(inputs)], axis=1), b


def composed_in_the_wrong_order(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = W @ next_W, next_W @ b + next_b
    return W, b


def two_layers_only(layers):
    (W1, b1), (W2, b2) = layers
    return W2 @ W1, W2 @ b1 + b2


def with_bias(bias):
    """A function that gives the right W, and `bias` of the layers as b."""
    return lambda layers: (composed_by_points(layers)[0], bias(layers))


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
            "its derivative": lambda x: (x > 0).astype(float),
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
        "also_right": [0.045, np.float32(0.0451767)],
        "wrong": {
            "its value at 3": 0.9526,
            "one minus its value": 0.0474,
            "derivative of tanh": 0.00987,
            "derivative at 0": 0.25,
            "σ · (1 − σ)": 0.2,
        },
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
        "also_right": [composed_by_points, lambda layers: list(composed_by_points(layers))],
        "wrong": {
            "two things": lambda layers: layers[1][0] @ layers[0][0],
            "rows of W are the outputs": lambda layers: (composed_by_points(layers)[0].T, layers[-1][1]),
            "The order": composed_in_the_wrong_order,
            "your function stops with": lambda layers: W3,  # noqa: F821
            "not the product": lambda layers: (2 * composed_by_points(layers)[0], layers[-1][1]),
            "only the last b": with_bias(lambda layers: layers[-1][1]),
            "second layer add": with_bias(lambda layers: composed_by_points(layers)[1] - layers[-1][1]),
            "one number for each output": with_bias(lambda layers: layers[0][1]),
            "without x": with_bias(lambda layers: composed_by_points(layers)[1] + 1),
            "W has the shape": lambda layers: layers[0],
            "too many values to unpack": two_layers_only,
        },
    },
    "05.7": {
        "also_right": [4.0**-10, 9.5e-7],
        "wrong": {
            "times smaller": 4**10,
            "not added": 2.5,
            "one sigmoid": 0.25,
            "derivative there is half": 0.5**10,
            "a power": 0.25**20,
        },
    },
    "05.8": {
        "also_right": [forward_by_reduce],
        "wrong": {
            "may be negative": forward_with_activation_at_the_end,
            "no activation function in it": lambda x, layers, activation: forward_by_reduce(
                x, layers, lambda values: values
            ),
            "biases are missing": lambda x, layers, activation: forward_by_reduce(
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
