"""The layers of a network: as many as its name says, in their order."""

import pytest
import torch
from torch import nn

from helpers.lessons.inside import (
    layers_of,
)
from helpers.models import Classifier, build
from tests.lessons.inside.conftest import SIZE


def test_the_layers_of_resnet10(model: Classifier) -> None:
    layers = layers_of(model)
    assert [layer.number for layer in layers] == list(range(1, 10))
    assert [layer.products for layer in layers] == [147, 576, 576, 576, 1152, 1152, 2304, 2304, 4608]
    assert [bool(layer.skip) for layer in layers] == [False, *[False, True] * 4]
    assert all(layer.norm is not None and layer.what.endswith("ReLU") for layer in layers)
    convolutions = [part for part in model.body.modules() if isinstance(part, nn.Conv2d)]
    assert [layer.convolution for layer in layers] == [one for one in convolutions if one.kernel_size != (1, 1)]


@pytest.mark.parametrize(("name", "count"), [("resnet18", 17), ("resnet50", 49), ("vgg11", 8), ("vgg11_bn", 8)])
def test_the_layers_of_known_networks_are_as_many_as_their_names_say(name: str, count: int) -> None:
    assert len(layers_of(build(name, 64, 2, weights=None))) == count


def test_a_network_that_cannot_be_followed_is_told() -> None:
    class Chooses(nn.Module):
        def forward(self, maps: torch.Tensor) -> torch.Tensor:
            return maps if maps.sum() > 0 else -maps

    model = Classifier("resnet10", SIZE, 2, nn.Sequential(nn.Sequential(nn.Conv2d(3, 4, 3), Chooses())))
    with pytest.raises(ValueError, match="resnet10 cannot be followed step by step"):
        layers_of(model)
