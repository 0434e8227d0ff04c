"""Receptive fields: where the gradient is, in random networks and in known ones."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import fx, nn
from torchvision import models as zoo

from helpers.lessons.inside import (
    layers_of,
)
from helpers.lessons.inside.receptive_field import ReceptiveField, receptive_fields
from helpers.models import Classifier, build


def seen_by_gradient(network: nn.Module, size: int, row: int, column: int) -> np.ndarray:
    """Which pixels have a gradient, where all weights are positive and nothing is cut off: bool (size, size)."""
    for part in network.modules():
        for tensor in part.parameters(recurse=False):
            tensor.data.abs_().add_(0.01)
    pixels = torch.rand(1, 3, size, size, dtype=torch.float64, requires_grad=True)
    maps = network.double().eval()(pixels)
    (gradient,) = torch.autograd.grad(maps[0, :, row, column].sum(), pixels)
    return (gradient[0] != 0).any(0).numpy()


class Branches(nn.Module):
    """Two ways that are added; either may see more."""

    def __init__(self, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.first(pixels) + self.second(pixels)


def random_network(seed: int) -> nn.Module:
    rng = np.random.default_rng(seed)

    def geometry() -> dict[str, Any]:
        kernel = tuple(int(side) for side in rng.choice([1, 2, 3, 5], 2))
        fields = {"kernel_size": kernel, "stride": tuple(int(side) for side in rng.choice([1, 1, 2, 3], 2))}
        fields["padding"] = tuple(int(rng.integers(0, side // 2 + 1)) for side in kernel)
        return fields

    parts: list[nn.Module] = []
    for _ in range(3):
        kind = rng.integers(3)
        if kind == 0:
            parts.append(nn.AvgPool2d(**geometry()))
        elif kind == 1:
            parts.append(nn.Conv2d(3, 3, **geometry()))
        else:
            stride, wide = int(rng.choice([1, 2])), int(rng.choice([3, 5]))
            ways = [nn.Conv2d(3, 3, wide, stride=stride, padding=wide // 2), nn.Conv2d(3, 3, 1, stride=stride)]
            parts.append(Branches(*(ways if rng.random() < 0.5 else ways[::-1])))
    return nn.Sequential(*parts)


@pytest.mark.parametrize("seed", range(25))
def test_the_computed_field_is_where_the_gradient_is(seed: int) -> None:
    size, network = 60, random_network(seed)
    graph = fx.symbolic_trace(network)
    field = list(receptive_fields(graph).values())[-1]
    with torch.no_grad():
        rows, columns = network(torch.zeros(1, 3, size, size)).shape[2:]
    for row, column in {(0, 0), (rows // 2, columns // 2), (rows - 1, columns - 1)}:
        seen = np.argwhere(seen_by_gradient(network, size, row, column))
        whole, inside = field.window(row, column), field.seen(row, column, size)
        if len(seen):
            found = (*seen.min(0), *(seen.max(0) + 1))
            assert inside[0] <= found[0]
            assert inside[1] <= found[1]
            assert found[2] <= inside[2]
            assert found[3] <= inside[3]
            if whole == inside:  # at an edge of the picture a stride may step over pixels
                assert found == inside


def test_a_dilated_kernel_sees_as_far_as_its_gradient_reaches() -> None:
    network = nn.Sequential(nn.Conv2d(3, 3, 3, dilation=(2, 3), padding=2), nn.Conv2d(3, 3, 3, stride=2))
    field = list(receptive_fields(fx.symbolic_trace(network)).values())[-1]
    seen = np.argwhere(seen_by_gradient(network, 60, 10, 10))
    assert (*seen.min(0), *(seen.max(0) + 1)) == field.window(10, 10)


@pytest.mark.parametrize("name", ["resnet10", "resnet18", "vgg11", "mobilenet_v2", "densenet121", "googlenet"])
def test_the_fields_of_known_networks_are_where_the_gradient_is(name: str) -> None:
    body = build(name, 96, 2, weights=None).body
    layers = layers_of(build(name, 96, 2, weights=None))
    graph = fx.symbolic_trace(body)
    for part in list(graph.modules()):  # a maximum has a gradient at one place of its square only
        for key, child in list(part.named_children()):
            if isinstance(child, nn.MaxPool2d):
                setattr(part, key, nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode))
            if isinstance(child, nn.ReLU6):  # it cuts off what is large
                setattr(part, key, nn.ReLU())
    for layer in (layers[1], layers[len(layers) // 3], layers[-1]):
        kept: dict[str, torch.Tensor] = {}

        class Recorder(fx.Interpreter):
            def run_node(self, n: fx.Node) -> Any:
                kept[n.name] = super().run_node(n)  # noqa: B023
                return kept[n.name]  # noqa: B023

        for tensor in graph.parameters():
            tensor.data.abs_().add_(0.01)
        pixels = torch.rand(1, 3, 96, 96, dtype=torch.float64, requires_grad=True)
        Recorder(graph.double().eval()).run(pixels)
        maps = kept[layer.output]
        row, column = maps.shape[2] // 2, maps.shape[3] // 2
        (gradient,) = torch.autograd.grad((maps[0, :, row, column] / maps.max().detach()).sum(), pixels)
        seen = np.argwhere((gradient[0] != 0).any(0).numpy())
        assert (*seen.min(0), *(seen.max(0) + 1)) == layer.field.seen(row, column, 96)


def test_the_fields_of_resnet10_are_those_computed_by_hand(model: Classifier) -> None:
    """With kernel 7 and stride 2, a pooling of 3 with stride 2, then threes, of which every other halves the size."""
    sizes, step, size = [7], 2, 7
    size, step = size + 2 * step, 4  # the pooling
    for number in range(8):
        size += 2 * step
        step *= 2 if number in (2, 4, 6) else 1
        sizes.append(size)
    assert [layer.field.size for layer in layers_of(model)] == [(one, one) for one in sizes]
    assert sizes == [7, 19, 27, 35, 51, 67, 99, 131, 195]


def test_a_mean_over_everything_sees_everything() -> None:
    network = nn.Sequential(nn.Conv2d(3, 3, 3), nn.AdaptiveAvgPool2d(1))
    field = list(receptive_fields(fx.symbolic_trace(network)).values())[-1]
    assert field.seen(0, 0, 500) == (0, 0, 500, 500)
    assert ReceptiveField((3, 3), (1, 1), (-1, -1)).seen(0, 4, 5) == (0, 3, 2, 5)


def test_torchvision_s_resnet18_by_its_own_name() -> None:
    model = build(zoo.resnet18, 64, 2, weights=None)
    assert layers_of(model)[-1].field.size == (435, 435)
