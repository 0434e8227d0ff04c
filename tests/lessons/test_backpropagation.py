"""Backpropagation by hand: every gradient is PyTorch's, whatever is computed, and a network of single values learns."""

import math
import random

import numpy as np
import pytest
import torch

from helpers.explorers.plane_trainer.points import MADE
from helpers.lessons.backpropagation import ScalarNetwork, Value, as_value, computation, cross_entropy
from helpers.lessons.deep_stack import deep_stack


def random_expression(rng: random.Random, leaves: list, depth: int) -> object:
    """Return a computation that both a `Value` and a tensor can do, of leaves that are used again and again."""
    if depth == 0:
        return rng.choice(leaves)
    one, other = (random_expression(rng, leaves, depth - 1) for _ in range(2))
    return rng.choice([
        lambda: one + other, lambda: one - other, lambda: one * other, lambda: one / (other * other + 1),
        lambda: 2 - one, lambda: -one, lambda: (one * one + 1) ** -1, lambda: one**3, lambda: one.relu(),
        lambda: (one * 0.1).exp(), lambda: (one * one + 0.5).log(), lambda: 3 / (one * one + 2), lambda: 0.5 * one + 1,
    ])()  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_every_gradient_is_pytorchs(seed: int) -> None:
    numbers = np.random.default_rng(seed).normal(size=4)
    values = [Value(number) for number in numbers]
    tensors = [torch.tensor(number, requires_grad=True) for number in numbers]
    results = [random_expression(random.Random(seed), leaves, 4) + sum(leaves) for leaves in (values, tensors)]
    for result in results:
        result.backward()
    assert results[0].number == pytest.approx(results[1].item(), rel=1e-9)
    for value, tensor in zip(values, tensors, strict=True):
        assert value.gradient == pytest.approx(tensor.grad.item(), rel=1e-7, abs=1e-9)


def test_the_sum_of_gradients_stays_on_what_a_computation_begins_with_and_nowhere_else() -> None:
    w = Value(3.0)
    inside = w * 2
    loss = inside**2
    loss.backward()
    assert (w.gradient, inside.gradient) == (24.0, 12.0)
    loss.backward()
    assert (w.gradient, inside.gradient, loss.gradient) == (48.0, 12.0, 1.0), "as in PyTorch: w.grad adds up"


def test_a_value_used_twice_comes_once_and_after_what_it_was_computed_from() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    square = a * a
    order = computation(square * b + square)
    assert len(order) == len(set(order)) == 5
    for value in order:
        assert all(order.index(parent) < order.index(value) for parent in value.parents)


def test_a_long_computation_needs_no_calls_inside_calls() -> None:
    x = Value(1.0)
    result = x
    for _ in range(5000):
        result = result + x
    result.backward()
    assert (result.number, x.gradient) == (5001.0, 5001.0)


def test_relu_lets_nothing_through_at_0_as_in_pytorch() -> None:
    x = Value(0.0)
    x.relu().backward()
    assert x.gradient == 0.0


def test_a_value_says_its_number_and_its_gradient() -> None:
    assert repr(Value(0.5, "w")) == "Value(w = 0.5, gradient 0)"
    assert repr(as_value(2)) == "Value(2, gradient 0)"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_network_of_values_has_the_loss_and_the_gradients_of_pytorchs_layers(seed: int) -> None:
    points, labels = MADE["ring"](6, 0.03, seed)
    network = ScalarNetwork([2, 5, 4, 2], seed)
    rival = deep_stack([2, 5, 4, 2], "ReLU", seed=seed).double()
    linears = [layer for layer in rival if isinstance(layer, torch.nn.Linear)]
    rng = np.random.default_rng(seed)
    for layer, weights, biases in zip(linears, network.weights, network.biases, strict=True):
        for bias in biases:
            bias.number = rng.normal()
        layer.weight.data = torch.tensor([[one.number for one in row] for row in weights]).double()
        layer.bias.data = torch.tensor([one.number for one in biases]).double()
    loss = sum((cross_entropy(network(x), int(y)) for x, y in zip(points, labels, strict=True)), Value(0.0))
    loss = loss / len(points)
    loss.backward()
    expected = torch.nn.functional.cross_entropy(rival(torch.from_numpy(points).double()), torch.from_numpy(labels))
    expected.backward()
    assert loss.number == pytest.approx(expected.item(), rel=1e-6)
    for layer, weights, biases in zip(linears, network.weights, network.biases, strict=True):
        assert np.allclose([[one.gradient for one in row] for row in weights], layer.weight.grad, rtol=1e-5, atol=1e-8)
        assert np.allclose([one.gradient for one in biases], layer.bias.grad, rtol=1e-5, atol=1e-8)


def test_the_first_weights_have_the_spread_of_he_and_come_from_the_seed() -> None:
    network = ScalarNetwork([50, 40, 2], seed=3)
    drawn = [one.number for row in network.weights[0] for one in row]
    assert np.std(drawn) == pytest.approx(math.sqrt(2 / 50), rel=0.1)
    again, other = ScalarNetwork([50, 40, 2], seed=3), ScalarNetwork([50, 40, 2], seed=4)
    assert [one.number for one in again.parameters] == [one.number for one in network.parameters]
    assert [one.number for one in other.parameters] != [one.number for one in network.parameters]
    assert len(network.parameters) == 50 * 40 + 40 + 40 * 2 + 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_learns_points_that_no_line_divides(seed: int) -> None:
    points, labels = MADE["ring"](12, 0.03, 1)
    network = ScalarNetwork([2, 8, 2], seed)
    for _ in range(120):
        loss = sum((cross_entropy(network(x), int(y)) for x, y in zip(points, labels, strict=True)), Value(0.0)) / 24
        for one in network.parameters:
            one.gradient = 0.0
        loss.backward()
        for one in network.parameters:
            one.number -= 0.3 * one.gradient
    said = [int(network(x)[1].number > network(x)[0].number) for x in points]
    assert np.mean(np.array(said) == labels) >= 0.9
