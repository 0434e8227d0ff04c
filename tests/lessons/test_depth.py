"""Wide against deep: the saw that a deep network is, pieces and parameters counted, and fits of both."""

import numpy as np
import pytest
import torch
from torch import nn

from helpers.lessons.depth import (
    count_parameters,
    count_pieces,
    deep_tent,
    fit_networks,
    root_mean_square_error,
    run_layers,
    tent,
)
from helpers.lessons.relu_sums import interpolate

U = np.linspace(0, 1, 2**10 + 1)


@pytest.mark.parametrize("times", range(1, 9))
def test_the_deep_network_is_the_saw_and_has_two_to_the_layers_pieces(times: int) -> None:
    saw = run_layers(deep_tent(times), U)
    np.testing.assert_allclose(saw, tent(U, times), atol=1e-12)
    assert count_pieces(U, saw) == 2**times
    corners = np.linspace(0, 1, 2**times + 1)
    np.testing.assert_allclose(tent(corners, times), np.arange(2**times + 1) % 2)
    assert sum(len(offset) for _, offset in deep_tent(times)[:-1]) == 2 * times


def test_one_hidden_layer_needs_a_bend_for_each_corner() -> None:
    corners = np.linspace(0, 1, 17)
    wide = interpolate(corners, tent(corners, 4))
    assert wide.count == 16
    np.testing.assert_allclose(wide(U), tent(U, 4), atol=1e-9)


def test_layers_by_hand_are_those_of_pytorch() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1)).double()
    linear = [layer for layer in network if isinstance(layer, nn.Linear)]
    layers = [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in linear]
    wanted = network(torch.tensor(U)[:, None])[:, 0].detach().numpy()
    np.testing.assert_allclose(run_layers(layers, U), wanted, atol=1e-12)


@pytest.mark.parametrize("sizes", [[1, 300, 1], [1, 20, 20, 20, 1], [3, 5, 2]])
def test_parameters_are_counted_as_pytorch_counts_them(sizes: list[int]) -> None:
    layers = [nn.Linear(sizes[place], sizes[place + 1]) for place in range(len(sizes) - 1)]
    assert count_parameters(sizes) == sum(values.numel() for layer in layers for values in layer.parameters())


def test_each_seed_is_trained_as_if_it_were_alone() -> None:
    u = np.linspace(0, 1, 33)
    together = fit_networks([1, 8, 8, 1], u, tent(u), rate=0.01, steps=20, seeds=range(3))
    alone = fit_networks([1, 8, 8, 1], u, tent(u), rate=0.01, steps=20, seeds=[1])
    np.testing.assert_allclose(together[0][1], alone[0][0], rtol=1e-3)
    np.testing.assert_allclose(together[1][1], alone[1][0], atol=1e-3)
    assert together[0].shape == (3, 20)
    assert len(np.unique(together[0][:, 0])) == 3, "the seeds start apart"


def test_the_last_curves_belong_to_losses_that_went_down() -> None:
    u = np.linspace(0, 1, 65)
    losses, curves = fit_networks([1, 16, 1], u, tent(u), rate=0.03, steps=300, seeds=range(4))
    assert (losses[:, -1] < 0.1 * losses[:, 0]).all()
    np.testing.assert_allclose(root_mean_square_error(curves, tent(u)) ** 2, losses[:, -1], rtol=0.5, atol=1e-5)


@pytest.mark.parametrize("rate", [0.01, 0.03])
def test_no_wide_network_gets_the_saw_of_sixteen_pieces_at_the_rates_of_the_lesson(rate: float) -> None:
    u = np.linspace(0, 1, 257)
    curves = fit_networks([1, 300, 1], u, tent(u, 4), rate=rate, steps=1000, seeds=range(3))[1]
    assert root_mean_square_error(curves, tent(u, 4)).min() > 0.09


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tent([0.5, 1.5]), "from 0.5 to 1.5"),
        (lambda: tent([-0.1]), "stands on 0 to 1"),
        (lambda: deep_tent(0), "1 or more"),
        (lambda: fit_networks([2, 3, 1], U, U, rate=0.1, steps=1, seeds=[0]), "One number in, one out|one number in"),
        (lambda: fit_networks([1, 1], U, U, rate=0.1, steps=1, seeds=[0]), "hidden layers between"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(make, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()
