"""Answers to the exercises of lesson 05: planted wrong ones, each with a word of its hint, and other right ones."""

import functools
import math

import numpy as np
import torch
from torch import nn


def relu_by_if(x):
    return x if x > 0 else 0


def relu_by_loop(x):
    values = [max(0.0, value) for value in x.ravel()]
    return np.array(values, dtype=np.float32).reshape(x.shape)


def leaky_by_loop(x, alpha):
    return [leaky_by_loop(one, alpha) if np.ndim(one) else (one if one > 0 else alpha * one) for one in x]


def leaky_in_place(x, alpha):
    x[x < 0] *= alpha
    return x


def forward_difference(f, x):
    return (f(x + 1e-5) - f(x)) / 1e-5


def for_one_number(f, x):
    return (f(float(x) + 1e-4) - f(float(x) - 1e-4)) / 2e-4


def listed(f, x):
    h = 1e-4
    return [float(f(one) - f(one - h)) / h for one in x] if np.ndim(x) else (f(x) - f(x - h)) / h


def dead_by_loop(activations):
    return sum(not column.any() for column in activations.T)


def composed_by_points(layers):
    def network(x):
        return functools.reduce(lambda values, layer: layer[0] @ values + layer[1], layers, x)

    inputs = layers[0][0].shape[1]
    b = network(np.zeros(inputs))
    return np.stack([network(x) - b for x in np.eye(inputs)], axis=1), b


def composed_in_float32(layers):
    W, b = np.eye(layers[0][0].shape[1], dtype=np.float32), np.zeros(layers[0][0].shape[1], dtype=np.float32)
    for next_W, next_b in layers:
        W, b = next_W.astype(np.float32) @ W, next_W.astype(np.float32) @ b + next_b.astype(np.float32)
    return torch.tensor(W), b.tolist()


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


def forward_by_itself(x, layers, activation):
    (W, b), *rest = layers
    return forward_by_itself(activation(W @ x + b), rest, activation) if rest else (W @ x + b).tolist()


def forward_by_number(x, layers, activation):
    for number, (W, b) in enumerate(layers):
        x = np.einsum("ij,j->i", W, x).astype(np.float32) + b
        if number + 1 < len(layers):
            x = activation(x)
    return torch.tensor(x)


def forward_with_activation_at_the_end(x, layers, activation):
    for W, b in layers:
        x = activation(W @ x + b)
    return x


def forward_too_short(x, layers, activation):
    for W, b in layers[:-1]:
        x = activation(W @ x + b)
    return x


def forward_with_one_activation(x, layers, activation):
    (W, b), *rest = layers
    return forward_by_reduce(activation(W @ x + b), rest, lambda values: values)


def forward_with_late_bias(x, layers, activation):
    for W, b in layers[:-1]:
        x = activation(W @ x) + b
    W, b = layers[-1]
    return W @ x + b


class Leaky(nn.Module):
    def forward(self, x):
        return torch.where(x > 0, x, x / 2)


def he_for_leaky(inputs, outputs):
    return math.sqrt(2 / (1.25 * inputs))


def stack(std=he_for_leaky, count=20, activation=nn.LeakyReLU, alpha=0.5, bias=0.0, width=100):
    """A network whose weights have the standard deviation std(inputs, outputs)."""
    torch.manual_seed(5)
    layers = []
    for inputs in [64, *[width] * (count - 1)]:
        linear = nn.Linear(inputs, width)
        nn.init.normal_(linear.weight, std=std(inputs, width))
        nn.init.constant_(linear.bias, bias)
        layers += [linear, activation(alpha) if alpha else activation()]
    return nn.Sequential(*layers)


def measured(network, size=lambda values: values.square().mean().sqrt().item(), first=1, inputs=None):
    """The answer to 05.8: network, inputs, and the sizes of every other layer's outputs."""
    torch.manual_seed(6)
    inputs = torch.randn(256, 64) if inputs is None else inputs
    values, sizes = inputs, []
    with torch.no_grad():
        for number, layer in enumerate(network):
            values = layer(values)
            if number % 2 == first:
                sizes.append(size(values))
    return [network, inputs, sizes]


def start_by_pytorch():
    network = stack()
    for layer in network[::2]:
        nn.init.kaiming_uniform_(layer.weight, a=0.5)
    return measured(network.double(), inputs=torch.randn(300, 64, dtype=torch.float64))


def start_without_biases():
    layers = []
    for inputs in [64, *[100] * 19]:
        linear = nn.Linear(inputs, 100, bias=False)
        linear.weight.data = torch.randn(100, inputs) * (1.6 / inputs) ** 0.5
        layers += [linear, Leaky()]
    network, inputs, sizes = measured(nn.Sequential(*layers))
    return network, inputs.numpy(), np.array(sizes)


def drawn_by_pytorch():
    network = stack()
    for layer in network[::2]:
        layer.reset_parameters()
        nn.init.zeros_(layer.bias)
    return measured(network)


def one_layer_again_and_again():
    network = stack()
    return measured(nn.Sequential(*network[:2], *[network[2], network[3]] * 19))


def without_an_activation():
    layers = list(stack())
    return measured(nn.Sequential(*layers[:5], *layers[6:]))


def above_zero():
    network = stack()
    for layer in network[::2]:
        layer.weight.data.abs_()
    return measured(network)


CASES = {
    "05.1": {
        "also_right": [lambda x: x * (x > 0), lambda x: torch.relu(torch.as_tensor(x)), relu_by_loop],
        "wrong": {
            "ask about one number": relu_by_if,
            "np.max gives one": lambda x: np.max([0, *x.ravel()]),
            "kept the negative": lambda x: np.minimum(x, 0),
            "took the sign away": np.abs,
            "its derivative": lambda x: (x > 0).astype(float),
            "keeps the wrong side": lambda x: np.maximum(-x, 0),
            "that is leaky ReLU": lambda x: np.maximum(x, 0.01 * x),
            "At x = 50 it gives 6; 50 is needed": lambda x: np.clip(x, 0, 6),
            "One number for each": lambda x: x[x > 0],
        },
    },
    "05.2": {
        "also_right": [
            lambda x, alpha: np.maximum(x, alpha * x),
            lambda x, alpha: torch.nn.functional.leaky_relu(torch.tensor(x, dtype=torch.float32), alpha),
            leaky_by_loop,
            leaky_in_place,
        ],
        "wrong": {
            "That is ReLU": lambda x, alpha: np.maximum(x, 0),
            "alpha itself": lambda x, alpha: np.where(x > 0, x, alpha),
            "should be negative": lambda x, alpha: np.where(x > 0, x, -alpha * x),
            "swapped": lambda x, alpha: np.where(x > 0, alpha * x, x),
            "given, but 0.1.": lambda x, alpha: np.maximum(x, 0.1 * x),
            "given, but 0.01.": lambda x, alpha: np.maximum(x, 0.01 * x),
            "divide by alpha": lambda x, alpha: np.where(x > 0, x, x / alpha),
            "add alpha": lambda x, alpha: np.where(x > 0, x, x + alpha),
            "With alpha = 0.1: At x = -3 it gives 0.3; -0.3": lambda x, alpha: np.abs(alpha * x),
            "ask about one number": lambda x, alpha: x if x > 0 else alpha * x,
            "stops with TypeError": lambda x: x,
        },
    },
    "05.3": {
        "also_right": [0.045, np.float32(0.0451767), torch.tensor(0.04518)],
        "wrong": {
            "its value at 3": 0.9526,
            "one minus its value": 0.0474,
            "derivative of tanh": 0.00987,
            "derivative at 0": 0.25,
            "the formula of tanh": 0.0926,
            "goes up everywhere": -0.0452,
            "put 3 itself": -6,
            "0.05 is near": 0.05,
        },
    },
    "05.4": {
        "also_right": [forward_difference, for_one_number, listed],
        "wrong": {
            "Twice too large": lambda f, x: (f(x + 1e-4) - f(x - 1e-4)) / 1e-4,
            "Half of what": lambda f, x: (f(x + 1e-4) - f(x)) / 2e-4,
            "The sign": lambda f, x: (f(x - 1e-4) - f(x)) / 1e-4,
            "value of the function": lambda f, x: f(x),
            "how much the value changes": lambda f, x: f(x + 1e-4) - f(x),
            "/ 2 * h": lambda f, x: (f(x + 1e-3) - f(x - 1e-3)) / 2 * 1e-3,
            "One number for each": lambda f, x: forward_difference(f, x)[:2],
            "lie 1 apart": lambda f, x: f(x + 1) - f(x),
            "no digits are left": lambda f, x: (f(x + 1e-17) - f(x)) / 1e-17,
            "work for any function": lambda f, x: 1 - f(x) ** 2,
            "At x = -1 it gives": lambda f, x: (f(x + 1e-4) - f(x)) / (x + 3),
        },
    },
    "05.5": {
        "also_right": [
            dead_by_loop,
            lambda activations: np.float32((np.abs(activations).max(axis=0) == 0).sum()),
            lambda activations: (torch.tensor(activations) == 0).all(dim=0).sum(),
        ],
        "wrong": {
            "counts every 0": lambda activations: (activations == 0).sum(),
            "0 for some input": lambda activations: (activations == 0).any(axis=0).sum(),
            "along the rows": lambda activations: (activations == 0).all(axis=1).sum(),
            "that are alive": lambda activations: activations.any(axis=0).sum(),
            "a share of the units": lambda activations: (activations == 0).all(axis=0).mean(),
            "−1 + 1": lambda activations: (activations.sum(axis=0) == 0).sum(),
            "below 0 is not dead": lambda activations: (activations <= 0).all(axis=0).sum(),
            "largest of a column": lambda activations: (activations.max(axis=0) == 0).sum(),
            "A single number": lambda activations: (activations == 0).all(axis=0),
        },
    },
    "05.6": {
        "also_right": [composed_by_points, lambda layers: list(composed_by_points(layers)), composed_in_float32],
        "wrong": {
            "two things": lambda layers: layers[1][0] @ layers[0][0],
            "Outputs are rows": lambda layers: (composed_by_points(layers)[0].T, layers[-1][1]),
            "The order": composed_in_the_wrong_order,
            "your function stops with": lambda layers: W3,  # noqa: F821
            "not the product": lambda layers: (2 * composed_by_points(layers)[0], layers[-1][1]),
            "only the last b": with_bias(lambda layers: layers[-1][1]),
            "second layer add": with_bias(lambda layers: composed_by_points(layers)[1] - layers[-1][1]),
            "before b2 is added": with_bias(lambda layers: sum(b for _, b in layers)),
            "one number for each output": with_bias(lambda layers: layers[0][1]),
            "without x": with_bias(lambda layers: composed_by_points(layers)[1] + 1),
            "too many values to unpack": two_layers_only,
        },
    },
    "05.7": {
        "also_right": [forward_by_reduce, forward_by_itself, forward_by_number],
        "wrong": {
            "may be negative": forward_with_activation_at_the_end,
            "no activation function in it": lambda x, layers, activation: forward_by_reduce(
                x, layers, lambda values: values
            ),
            "only the first layer": forward_with_one_activation,
            "biases are missing": lambda x, layers, activation: forward_by_reduce(
                x, [(W, 0) for W, _ in layers], activation
            ),
            "no activation function before it": lambda x, layers, activation: forward_by_reduce(
                activation(x), layers, activation
            ),
            "bias is added before": forward_with_late_bias,
            "a hidden layer gives": forward_too_short,
            "the last layer gives": lambda x, layers, activation: np.append(
                forward_by_reduce(x, layers, activation), 0
            ),
            "the activation that it is given": lambda x, layers, activation: forward_by_reduce(
                x, layers, lambda values: np.maximum(values, 0)
            ),
            "the first score is": lambda x, layers, activation: forward_by_reduce(x, layers, np.tanh),
            "the matrix first": lambda x, layers, activation: x @ layers[0][0] + layers[0][1],
            "your function stops with": lambda x, layers, activation: layers[9],
        },
    },
    "05.8": {
        "also_right": [start_by_pytorch(), start_without_biases(), measured(stack())],
        "wrong": {
            "He's start, for ReLU": measured(stack(lambda inputs, _: math.sqrt(2 / inputs))),
            "A scale of 1": measured(stack(lambda inputs, outputs: math.sqrt(2 / (inputs + outputs)))),
            "that PyTorch draws": drawn_by_pytorch(),
            "α takes part": measured(stack(lambda inputs, _: math.sqrt(2 / 1.5 / inputs))),
            "factor of the variance": measured(stack(lambda inputs, _: 1.6 / math.sqrt(inputs))),
            "That is the variance": measured(stack(lambda inputs, _: 1.6 / inputs)),
            "Divide by the root": measured(stack(lambda inputs, _: math.sqrt(1.6))),
            "inputs that are added up": measured(stack(lambda _, outputs: math.sqrt(1.6 / outputs))),
            "What is left of the squares": measured(stack(lambda inputs, _: 1.1 / math.sqrt(inputs))),
            "biases of layer 1": measured(stack(bias=0.1)),
            "same weights": one_layer_again_and_again(),
            "do not lie around 0": above_zero(),
            "19 linear layers": measured(stack(count=19)),
            "sizes [64, 64, 64]": measured(stack(width=64)),
            "LeakyReLU(negative_slope=0.01)": measured(stack(alpha=None)),
            "stands ReLU()": measured(stack(activation=nn.ReLU, alpha=None)),
            "layer 3 is not followed": without_an_activation(),
            "before the activation functions": measured(stack(), first=0),
            "standard deviations": measured(stack(), lambda values: values.std(correction=0).item()),
            "means of the squares": measured(stack(), lambda values: values.square().mean().item()),
            "absolute values": measured(stack(), lambda values: values.abs().mean().item()),
            "There are 21 sizes": [*measured(stack())[:2], [1.0, *measured(stack())[2]]],
            "Size 1 is": [*measured(stack())[:2], measured(stack())[2][::-1]],
            "inputs have the shape": measured(stack(), inputs=torch.randn(64)),
            "the mean 0.5": measured(stack(), inputs=torch.rand(256, 64)),
            "Three things": stack(),
        },
    },
}
