"""Every number by hand: beside the network's, PyTorch's unfold, and round numbers."""

import numpy as np
import pytest
import torch
from torch import nn

from helpers.lessons.inside import (
    explain_number,
    feature_maps,
    origin,
)
from helpers.models import Classifier, build
from tests.lessons.inside.conftest import SIZE


def randomised(module: nn.Module, seed: int = 0) -> nn.Module:
    """Give every batch-norm statistics and weights of its own, as training does."""
    generator = torch.Generator().manual_seed(seed)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            for tensor, low, high in ((part.running_mean, -0.3, 0.3), (part.running_var, 0.3, 2), (part.weight, 0.5, 2),
                                      (part.bias, -0.5, 0.5)):  # fmt: skip
                tensor.data.uniform_(low, high, generator=generator)
    return module


@pytest.mark.parametrize("name", ["resnet10", "resnet50", "vgg11", "vgg11_bn", "mobilenet_v2", "densenet121"])
def test_every_number_by_hand_is_the_network_s(name: str, picture: np.ndarray) -> None:
    model = build(name, SIZE, 2, weights=None).eval()
    randomised(model.body)
    found, rng = feature_maps(model, picture), np.random.default_rng(0)
    assert len(found) > 5
    for layer in found.layers:
        maps = found.maps(layer.number)
        for place in [tuple(rng.integers(0, maps.shape)) for _ in range(3)] + [(0, 0, 0)]:
            number = explain_number(found, layer.number, *place)
            assert number.network == maps[place]
            assert number.output == pytest.approx(
                number.network, rel=1e-3, abs=1e-3 * max(1.0, float(np.abs(maps).max()))
            )
            assert number.products.sum() == pytest.approx(number.steps[0][1])


def test_a_patch_is_what_pytorch_s_unfold_gives(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    for number, layer in ((1, found.layer(1)), (4, found.layer(4)), (9, found.layer(9))):
        given = torch.from_numpy(found.values[layer.source])[None]
        one = layer.convolution
        columns = nn.functional.unfold(given, one.kernel_size, one.dilation, one.padding, one.stride)[0]
        height, width = found.maps(number).shape[1:]
        for row, column in ((0, 0), (height // 2, 1), (height - 1, width - 1)):
            patch = explain_number(found, number, 5, row, column).patch
            np.testing.assert_allclose(patch.ravel(), columns[:, row * width + column], atol=1e-6)


def test_the_steps_by_a_planted_layer() -> None:
    """Kernel, batch-norm and short cut of round numbers: 9 pixels of 1, times 2, is 18; (18 − 8) / 2 · 3 + 1 = 16."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm, self.relu = nn.Conv2d(1, 1, 3, padding=1), nn.BatchNorm2d(1, eps=0), nn.ReLU(True)

        def forward(self, maps: torch.Tensor) -> torch.Tensor:
            return self.relu(self.norm(self.conv(maps)) + maps)

    start, block = nn.Conv2d(3, 1, 1), Block()
    for parameter, value in ((start.weight, 0), (start.bias, 1), (block.conv.weight, 2), (block.conv.bias, 0.5),
                             (block.norm.weight, 3), (block.norm.bias, 1)):  # fmt: skip
        nn.init.constant_(parameter, value)
    block.norm.running_mean.fill_(8.5)
    block.norm.running_var.fill_(4)
    model = Classifier("resnet10", SIZE, 2, nn.Sequential(nn.Sequential(start, block))).eval()
    found = feature_maps(model, np.zeros((SIZE, SIZE, 3), dtype=np.uint8))
    number = explain_number(found, 2, 0, 5, 5)
    assert [value for _, value in number.steps] == pytest.approx([18, 18.5, 16, 17, 17])
    assert [name for name, _ in number.steps] == [
        "sum of 9 products", "with the bias", "after batch-norm", "with the skip connection", "after ReLU",
    ]  # fmt: skip
    assert explain_number(found, 2, 0, 0, 0).steps[0][1] == pytest.approx(8)  # in the corner four pixels are left
    assert "the network says" in repr(number)
    assert "17.0000" in repr(number)


def test_every_tap_of_a_kernel_leads_to_the_number_it_was_laid_on(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    assert origin(found, 1, 0, 5, 5) is None
    for layer in (2, 3, 4, 6, 8, 9):
        one = explain_number(found, layer, 3, 1, 1)
        stride = one.layer.convolution.stride[0]
        for channel in (0, 17):
            for row, column in np.ndindex(3, 3):
                place = origin(found, layer, channel, stride + row - 1, stride + column - 1)
                if place is None:  # padding
                    assert one.patch[channel, row, column] == 0
                    continue
                before, *where = place
                assert before == layer - 1
                assert found.maps(before)[tuple(where)] == pytest.approx(one.patch[channel, row, column])
