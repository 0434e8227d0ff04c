"""Deep stacks: how they start, what goes through them, who is dead, and that a bend is what makes them learn."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgba
from torch import nn

from helpers.lessons.deep_stack import (
    ACTIVATIONS,
    captured,
    dead_units,
    deep_stack,
    initial_std,
    look_inside,
    make_activation,
    plot_decisions,
    plot_histograms,
    root_mean_square,
    share_right,
    train_stack,
    two_spirals,
)
from helpers.lessons.nonlinear import NON_LINEARITIES
from helpers.plots import FIRST, SECOND

INPUTS = np.random.default_rng(0).normal(size=(64, 64))
SIZES = [64] * 21 + [1]


def test_there_is_a_layer_for_every_function_of_the_table_and_it_computes_the_same() -> None:
    assert list(ACTIVATIONS) == ["none", *NON_LINEARITIES]
    x = np.linspace(-5, 5, 101)
    for name, entry in NON_LINEARITIES.items():
        np.testing.assert_allclose(make_activation(name, alpha=0.2)(torch.tensor(x)), entry.at(x, 0.2)[0], atol=1e-12)
    assert torch.equal(make_activation("none")(torch.tensor(x)), torch.tensor(x))
    with pytest.raises(ValueError, match="got alpha=2"):
        make_activation("leaky ReLU", alpha=2)


def test_a_stack_is_linear_layers_with_the_bend_in_between_and_none_at_the_end() -> None:
    stack = deep_stack([2, 16, 8, 3], "GELU")
    assert [type(layer) for layer in stack] == [nn.Linear, nn.GELU, nn.Linear, nn.GELU, nn.Linear]
    assert [tuple(layer.weight.shape) for layer in stack[::2]] == [(16, 2), (8, 16), (3, 8)]
    assert all(not layer.bias.any() for layer in stack[::2])
    for sizes in ([2], [2, 3]):
        with pytest.raises(ValueError, match="we need three or more"):
            deep_stack(sizes, "ReLU")


def test_linear_layers_in_a_row_are_one_linear_layer() -> None:
    stack = deep_stack([3, 8, 8, 2], "none", scale=1.0)
    matrix = stack[4].weight @ stack[2].weight @ stack[0].weight
    torch.testing.assert_close(stack(torch.eye(3)), matrix.T)


@pytest.mark.parametrize(("scale", "variance"), [("Xavier", 2 / 1200), ("He", 2 / 800), (1.5, 2.25 / 800)])
def test_the_first_weights_have_the_variance_of_the_papers(scale: float | str, variance: float) -> None:
    assert initial_std(800, 400, scale) == pytest.approx(math.sqrt(variance))
    weights = deep_stack([800, 400, 1], "ReLU", scale=scale)[0].weight.detach()
    assert weights.var().item() == pytest.approx(variance, rel=0.02)
    assert abs(weights.mean().item()) < 3 * math.sqrt(variance / weights.numel())


def test_he_and_xavier_are_those_of_pytorch() -> None:
    for scale, initialise in (("He", nn.init.kaiming_normal_), ("Xavier", nn.init.xavier_normal_)):
        gain = {"nonlinearity": "relu"} if scale == "He" else {}
        theirs = initialise(torch.empty(300, 500), **gain).std().item()
        assert initial_std(500, 300, scale) == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("scale", [0, -1, "he", float("inf"), float("nan")])
def test_a_scale_that_is_none_gets_a_sentence(scale: float | str) -> None:
    with pytest.raises(ValueError, match="got scale="):
        deep_stack([2, 3, 1], "ReLU", scale=scale)


def test_the_same_seed_gives_the_same_stack_and_leaves_the_readers_chance_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one, two, other = (deep_stack([4, 5, 2], "tanh", seed=seed)[0].weight for seed in (1, 1, 2))
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


# What goes through


def test_captured_collects_in_order_with_names_and_takes_the_hooks_off_again() -> None:
    network = deep_stack([2, 4, 3, 1], "ReLU")
    x = torch.randn(6, 2)
    with captured(network, nn.ReLU) as found:
        network(x)
    assert [(layer.name, layer.values.shape) for layer in found] == [("1", (6, 4)), ("3", (6, 3))]
    np.testing.assert_allclose(found[1].values, network[:4](x).detach())
    network(x)
    assert len(found) == 2
    assert not any(module._forward_hooks for module in network.modules())


def test_captured_takes_the_hooks_off_when_the_block_fails() -> None:
    network = deep_stack([2, 4, 1], "ReLU")
    with pytest.raises(RuntimeError), captured(network, nn.ReLU):
        network(torch.zeros(1, 99))
    assert not any(module._forward_hooks for module in network.modules())


def test_captured_keeps_what_a_later_layer_writes_over() -> None:
    network = nn.Sequential(nn.Identity(), nn.ReLU(inplace=True))
    with captured(network, nn.Identity) as found, torch.inference_mode():
        network(torch.tensor([[-1.0, 2.0]]))
    assert found[0].values.tolist() == [[-1.0, 2.0]]
    with pytest.raises(ValueError, match="no gradient has reached 0 yet"):
        found[0].gradient  # noqa: B018


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_the_gradients_are_those_of_a_computation_by_hand(name: str) -> None:
    stack = deep_stack([5, 4, 3, 2], name, seed=3).double()
    inputs = torch.randn(7, 5, dtype=torch.float64)
    with captured(stack, type(stack[1])) as found:
        stack(inputs)
    found[1].output.backward(torch.ones(7, 3, dtype=torch.float64))
    before = (found[0].output.detach() @ stack[2].weight.T).detach().numpy()
    slopes = NON_LINEARITIES[name].at(before)[1] if name != "none" else np.ones_like(before)
    np.testing.assert_allclose(found[0].gradient, slopes @ stack[2].weight.detach().numpy(), atol=1e-6)


def test_look_inside_sends_a_gradient_of_size_one_back_from_the_last_layer() -> None:
    found = look_inside(deep_stack(SIZES, "tanh"), INPUTS)
    assert len(found) == 20
    assert root_mean_square(found[-1].gradient) == pytest.approx(1, abs=0.05)
    assert all(layer.values.shape == layer.gradient.shape == (64, 64) for layer in found)


def test_size_is_the_root_of_the_mean_square() -> None:
    values = np.array([1.0, -2.0, 3.0])
    assert root_mean_square(values) == pytest.approx(np.linalg.norm(values) / math.sqrt(3))


@pytest.mark.parametrize("seed", range(3))
def test_gradients_vanish_through_sigmoids_and_live_through_relus(seed: int) -> None:
    """What the lesson shows: Glorot and Bengio (2010), He et al. (2015)."""
    first = {
        (name, scale): root_mean_square(
            look_inside(deep_stack(SIZES, name, scale=scale, seed=seed), INPUTS)[0].gradient
        )
        for name, scale in [("sigmoid", "Xavier"), ("sigmoid", 4.0), ("tanh", "Xavier"), ("ReLU", "He"),
                            ("ReLU", "Xavier"), ("leaky ReLU", "He"), ("GELU", "He")]
    }  # fmt: skip
    assert first["sigmoid", "Xavier"] < 0.25**19 * 2
    assert first["sigmoid", 4.0] > 1e5 * first["sigmoid", "Xavier"]
    assert all(0.1 < first[name, start] < 10 for name, start in (("tanh", "Xavier"), ("ReLU", "He"), ("GELU", "He")))
    assert first["ReLU", "Xavier"] == pytest.approx(first["ReLU", "He"] / math.sqrt(2) ** 19, rel=1e-3)


def test_the_activations_of_sigmoids_become_the_same_for_every_input() -> None:
    found = look_inside(deep_stack(SIZES, "sigmoid", scale="Xavier"), INPUTS)
    assert found[0].values.std(axis=0).mean() > 0.1
    assert found[-1].values.std(axis=0).mean() < 1e-4


# Dead units


def test_a_unit_is_dead_that_is_zero_for_every_input_and_place() -> None:
    values = np.zeros((3, 4))
    values[2, 1], values[0, 3] = 0.1, -0.1
    assert dead_units(values).tolist() == [True, False, True, False]
    maps = np.zeros((2, 3, 5, 5))
    maps[1, 2, 4, 4] = 1e-9
    assert dead_units(maps).tolist() == [True, True, False]
    for wrong in (np.zeros(3), np.zeros((0, 3))):
        with pytest.raises(ValueError, match="a row for each input, one or more"):
            dead_units(wrong)


def test_a_dead_relu_gets_no_gradient_and_a_leaky_one_does() -> None:
    for name, alive in (("ReLU", False), ("leaky ReLU", True)):
        network = deep_stack([2, 8, 2], name, alpha=0.1)
        with torch.no_grad():
            network[0].bias.fill_(-100.0)
        network(torch.randn(16, 2)).sum().backward()
        assert bool(network[0].weight.grad.any()) is alive


# Learning


def test_the_spirals_are_two_arms_turned_by_half_a_circle() -> None:
    points, labels = two_spirals(100, noise=0)
    assert points.shape == (200, 2)
    assert points.dtype == np.float32
    assert labels.tolist() == [0] * 100 + [1] * 100
    radius = np.linalg.norm(points, axis=1)
    angle = np.arctan2(points[:, 1], points[:, 0])
    wound = 3 * np.pi * radius + np.pi * labels
    np.testing.assert_allclose(np.cos(angle - wound), 1, atol=1e-4)
    assert not np.array_equal(points, two_spirals(100, noise=0, seed=1)[0])


@pytest.mark.parametrize("seed", range(3))
def test_without_a_bend_it_draws_a_line_and_with_one_it_winds(seed: int) -> None:
    points, labels = two_spirals(100, seed=1)
    shares = {}
    for name in ("none", "ReLU"):
        network = deep_stack([2, 32, 32, 32, 2], name, seed=seed)
        losses = train_stack(network, points, labels, rate=0.1, steps=200)
        assert losses.shape == (200,)
        assert losses[-1] < losses[0]
        shares[name] = share_right(network, *two_spirals(500, seed=2))
    assert shares["none"] < 0.75
    assert shares["ReLU"] > 0.95


def test_training_is_sgd_with_momentum_step_by_step() -> None:
    points, labels = two_spirals(20)
    ours, theirs = (deep_stack([2, 6, 2], "tanh", seed=1) for _ in range(2))
    losses = train_stack(ours, points, labels, rate=0.05, steps=4)
    speed = [torch.zeros_like(value) for value in theirs.parameters()]
    for loss_seen in losses:
        loss = nn.functional.cross_entropy(theirs(torch.from_numpy(points)), torch.from_numpy(labels))
        assert loss_seen == pytest.approx(loss.item(), abs=1e-6)
        gradients = torch.autograd.grad(loss, list(theirs.parameters()))
        speed = [0.9 * old + new for old, new in zip(speed, gradients, strict=True)]
        with torch.no_grad():
            for value, step in zip(theirs.parameters(), speed, strict=True):
                value -= 0.05 * step
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine, other)


def test_share_right_counts_the_largest_score() -> None:
    network = nn.Linear(2, 2, bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.eye(2))
    assert share_right(network, [[1, 0], [0, 1], [3, 2], [2, 3]], [0, 1, 1, 1]) == 0.75


def test_training_leaves_the_number_of_threads_alone() -> None:
    before = torch.get_num_threads()
    train_stack(deep_stack([2, 4, 2], "ReLU"), *two_spirals(10), rate=0.1, steps=1)
    assert torch.get_num_threads() == before


# Drawings


def test_histograms_count_what_the_layers_gave() -> None:
    stacks = {name: look_inside(deep_stack([64] * 5 + [1], name), INPUTS) for name in ("tanh", "ReLU")}
    grid = plot_histograms(stacks, [1, 4])
    assert grid.shape == (2, 2)
    assert [axes.get_title() for axes in grid[0]] == ["layer 1", "layer 4"]
    assert [axes.get_ylabel() for axes in grid[:, 0]] == ["tanh", "ReLU"]
    counted = sum(bar.get_height() for bar in grid[0, 1].patches)
    assert 0.99 * 64 * 64 <= counted <= 64 * 64
    zeros = grid[1, 0].patches[0]
    assert zeros.get_height() >= (stacks["ReLU"][0].values == 0).sum()
    plt.close("all")
    grid = plot_histograms(stacks, [1, 4], of="gradients")
    centres = [
        np.average([bar.get_x() for bar in axes.patches], weights=[bar.get_height() for bar in axes.patches])
        for axes in grid[0]
    ]
    expected = [np.log10(np.abs(stacks["tanh"][place].gradient)).mean() for place in (0, 3)]
    np.testing.assert_allclose(centres, expected, atol=0.3)
    assert grid[0, 0].figure.get_facecolor() == (1, 1, 1, 1)


def test_decisions_are_drawn_where_the_network_takes_them() -> None:
    network = nn.Linear(2, 2, bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[-1.0, 0.0], [1.0, 0.0]]))  # right of the middle: label 1
    points, labels = two_spirals(10)
    axes = plot_decisions(network, points, labels)
    (regions,) = [collection for collection in axes.collections if hasattr(collection, "levels")]
    left, right = (path.vertices for path in regions.get_paths())
    assert left[:, 0].max() <= 0.05
    assert right[:, 0].min() >= -0.05
    np.testing.assert_allclose(regions.get_facecolors(), [to_rgba(FIRST, 0.3), to_rgba(SECOND, 0.3)])
    marked = [c.get_offsets() for c in axes.collections if c is not regions]
    np.testing.assert_array_equal(np.concatenate(marked), points)
