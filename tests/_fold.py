"""Still batch-norm, folded into the convolutions before it: the numbers and slopes are those of PyTorch's layers."""

import copy
from collections.abc import Callable

import pytest
import torch
from helpers.folding import folded, folding
from torch import nn
from torchvision import models as zoo

from helpers.models import body_of, resnet10

BODIES: dict[str, Callable[[], nn.Module]] = {
    "resnet10": resnet10,
    "mobilenet_v2": zoo.mobilenet_v2,
    "densenet121": zoo.densenet121,
    "googlenet": lambda: zoo.googlenet(aux_logits=False, init_weights=False),
    "vgg11_bn": zoo.vgg11_bn,  # its convolutions have a bias
}


def still(network: nn.Module, seed: int = 0) -> nn.Sequential:
    """Return a body in float64 whose batch-norm layers have numbers of their own, and stand still."""
    generator = torch.Generator().manual_seed(seed)
    body = body_of(network).double().train()
    for layer in body.modules():
        if isinstance(layer, nn.BatchNorm2d):
            for values, low, high in ((layer.weight, 0.5, 1.5), (layer.running_var, 0.5, 2.0)):
                values.data.uniform_(low, high, generator=generator)
            for values in (layer.bias, layer.running_mean):
                values.data.normal_(0, 0.3, generator=generator)
            layer.eval()
        elif isinstance(layer, nn.Dropout):
            layer.eval()
    return body


def maps_and_slopes(body: nn.Module) -> dict[str, torch.Tensor]:
    """Return what a body gives for two pictures, and the slope of a sum of it with respect to each of its numbers."""
    pictures = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    body.zero_grad()
    maps = body(pictures)
    (maps * torch.linspace(-1, 1, maps.numel(), dtype=torch.float64).view_as(maps)).sum().backward()
    slopes = {name: value.grad.clone() for name, value in body.named_parameters() if value.grad is not None}
    return {"maps": maps.detach(), **slopes}


def forwards(body: nn.Module) -> list[str]:
    """Return the layers whose `forward` was replaced."""
    return [name for name, layer in body.named_modules() if "forward" in vars(layer)]


@pytest.mark.parametrize("name", BODIES)
def test_maps_and_slopes_are_those_of_pytorchs_own_layers(name: str) -> None:
    body = still(BODIES[name]())
    wanted, before = maps_and_slopes(body), copy.deepcopy(body.state_dict())
    with folding(body):
        assert len(forwards(body)) > 10
        found = maps_and_slopes(body)
    assert found.keys() == wanted.keys() == {"maps", *(key for key, _ in body.named_parameters())}
    for key, values in wanted.items():
        scale = values.abs().max()
        torch.testing.assert_close(found[key] / scale, values / scale, rtol=1e-8, atol=1e-8, msg=key)
    assert forwards(body) == []
    assert all(torch.equal(value, before[key]) for key, value in body.state_dict().items())


def test_all_of_a_resnets_batch_norm_is_folded_and_of_a_densenets_what_follows_a_convolution() -> None:
    for name, share in (("resnet10", 1.0), ("mobilenet_v2", 1.0), ("densenet121", 0.4)):
        body = still(BODIES[name]())
        norms = [one for one, layer in body.named_modules() if isinstance(layer, nn.BatchNorm2d)]
        with folding(body):
            assert len(set(forwards(body)) & set(norms)) >= share * len(norms)


def test_what_moves_or_is_used_twice_or_cannot_be_traced_stays_as_it_is() -> None:
    body = still(resnet10())
    body[1].train()
    with folding(body):
        assert not {"0", "1"} & set(forwards(body))
        assert {"4.0.conv1", "4.0.bn1"} <= set(forwards(body))

    class Forks(nn.Module):
        def __init__(self, twice: bool) -> None:
            super().__init__()
            self.convolution, self.norm, self.twice = nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3).eval(), twice

        def forward(self, maps: torch.Tensor) -> torch.Tensor:
            made = self.convolution(maps)
            return self.norm(made) + (self.norm(self.convolution(maps)) if self.twice else made)

    class Asks(nn.Module):
        def forward(self, maps: torch.Tensor) -> torch.Tensor:
            return maps if maps.sum() > 0 else -maps

    untraceable = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3).eval(), Asks())
    of_the_batch = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3, track_running_stats=False).eval())
    for made in (Forks(True), Forks(False), untraceable, of_the_batch):
        with folding(made):
            assert forwards(made) == []


def test_layers_are_given_back_also_after_an_error() -> None:
    body = still(resnet10())
    with pytest.raises(RuntimeError, match="broken off"), folding(body):
        raise RuntimeError("broken off")
    assert forwards(body) == []


@pytest.mark.parametrize("name", BODIES)
def test_a_folded_copy_gives_the_same_maps_and_the_body_stays(name: str) -> None:
    body = still(BODIES[name]())
    pictures = torch.rand(2, 3, 64, 64, dtype=torch.float64)
    less = folded(body)
    with torch.no_grad():
        torch.testing.assert_close(less(pictures), body.eval()(pictures), rtol=1e-8, atol=1e-8)
    counts = [sum(isinstance(layer, nn.BatchNorm2d) for layer in one.modules()) for one in (less, body)]
    assert counts[0] < counts[1]
