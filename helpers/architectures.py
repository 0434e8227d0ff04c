"""What we know of each family of architectures: constructor, normalisation, where to cut, layer groups, weights."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torchvision import models as zoo
from torchvision.models.resnet import BasicBlock, ResNet

from .files.weights import WeightsError, read_weights, reason

Constructor = Callable[..., nn.Module]
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
Triple = tuple[float, float, float]


def resnet10(*, num_classes: int = 1000) -> ResNet:
    """Return a residual network of ten layers with weights, untrained: our own backbone's shape, native size 128.

    Pictures (batch, 3, height, width) → scores (batch, num_classes); 4.9 million parameters without the last layer.
    He et al. (2015), "Deep residual learning for image recognition". Taught in lesson 02.

    >>> sum(1 for module in resnet10().modules() if isinstance(module, BasicBlock))
    4
    """
    return ResNet(BasicBlock, [1, 1, 1, 1], num_classes=num_classes)


def cut_before_pooling(network: nn.Module) -> nn.Sequential:
    """Return the layers of a network before its global pooling and its last layers, in the order of their definition.

    Pictures (batch, 3, height, width) → maps (batch, channels, smaller height, smaller width).

    >>> len(cut_before_pooling(resnet10()))
    8
    """
    features = getattr(network, "features", None)
    if isinstance(features, nn.Sequential):
        return features
    layers: list[nn.Module] = []
    for name, child in network.named_children():
        first = next(part for part in child.modules() if not list(part.children()))
        if isinstance(first, LAST) or name in ("avgpool", "fc", "classifier", "head"):
            break
        layers.append(child)
    if len(layers) == 1 and isinstance(layers[0], nn.Sequential):
        return cut_before_pooling(layers[0])
    return nn.Sequential(*layers)


LAST = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Flatten, nn.Linear)


def cut_densenet(network: nn.Module) -> nn.Sequential:
    """Return a DenseNet's features with its last ReLU, which is not among its modules."""
    return nn.Sequential(*cut_before_pooling(network), nn.ReLU())


def cut_and_check(network: nn.Module) -> nn.Sequential:
    """Return the body of any network; ValueError, in words that follow a name, where its layers alone do not make it.

    A picture is sent through both: what the body makes of it must be what reaches the network's next layer, as it is,
    flattened, or averaged over height and width.
    """
    body = cut_before_pooling(network)
    if not any(isinstance(layer, nn.Conv2d) for layer in body.modules()):
        raise ValueError("has no convolutional layers before its pooling, its nn.Flatten or its first nn.Linear")
    inside = set(body.modules())
    after = [layer for layer in network.modules() if layer not in inside and not list(layer.children())]
    heard: list[torch.Tensor] = []
    hooks = [layer.register_forward_pre_hook(lambda _, inputs: heard.append(inputs[0].clone())) for layer in after]
    picture, was_training = torch.linspace(-1, 1, 3 * 224 * 224).view(1, 3, 224, 224), network.training
    try:
        with torch.inference_mode():
            maps = body.eval()(picture.clone())
            network.eval()(picture.clone())
    except Exception as error:  # a reader's own code can fail in any way; the last layers may want another size
        if not heard:
            raise ValueError(f"cannot take a picture of 224 × 224 pixels: {reason(error)}") from None
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    if maps.ndim != 4 or (heard and not _made_of(maps, heard[0].flatten(1))):
        raise ValueError(
            "computes more than its layers do, one after the other; make each step a layer, such as nn.ReLU() in place "
            "of F.relu, in the order in which they are called, or write nn.Sequential"
        )
    return body


def _made_of(maps: torch.Tensor, given: torch.Tensor) -> bool:
    """Say whether what a layer was given, flattened, is these maps, or their means or maxima, but for rounding."""
    ways = [maps.flatten(1), maps.mean((2, 3)), maps.amax((2, 3))]
    return any(way.shape == given.shape and torch.allclose(way, given, rtol=1e-4, atol=1e-5) for way in ways)


@dataclass(frozen=True)
class Family:
    """How the networks of one family are built, what they expect, and how they are taken apart.

    cut: network → body. early: how many of the body's layers are the early ones, or None for half of them. mean, std:
    per channel, of the pixels that the pretrained weights expect. options: for the constructor. meta: whether it can be
    built without numbers, for weights to come. refused: why a family cannot be used.
    """

    cut: Callable[[nn.Module], nn.Sequential] = cut_before_pooling
    early: int | None = None
    mean: Triple = IMAGENET_MEAN
    std: Triple = IMAGENET_STD
    options: dict[str, Any] = field(default_factory=dict)
    meta: bool = True
    refused: str = ""


RESIDUAL = Family(early=6)  # the stem and the first two stages
# Ported from TensorFlow, where pixels run from −1 to 1; without their auxiliary outputs.
INCEPTION = Family(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5), options={"aux_logits": False, "init_weights": True})
TRANSFORMER = Family(refused="a transformer; we cut convolutional networks")
OWN = Family(cut=cut_and_check, meta=False)

KNOWN: dict[str, Constructor] = {"resnet10": resnet10, "resnet10_no_pets": resnet10}  # the same, with other weights
KNOWN |= {name: zoo.get_model_builder(name) for name in zoo.list_models(module=zoo)}

# What differs from family to family, by the beginning of an architecture's name. All others of torchvision's are plain.
ARCHITECTURES = {
    "resnet": RESIDUAL,
    "resnext": RESIDUAL,
    "wide_resnet": RESIDUAL,
    "densenet": Family(cut=cut_densenet),
    "regnet": Family(meta=False),
    "googlenet": INCEPTION,
    "inception": INCEPTION,
    "vit": TRANSFORMER,
    "swin": TRANSFORMER,
    "maxvit": TRANSFORMER,
    "": Family(),
}


@dataclass(frozen=True)
class Architecture:
    """An architecture that was found: its name, its family, and its constructor, which takes the family's options."""

    name: str
    family: Family
    constructor: Callable[..., nn.Module]

    def build(self) -> nn.Module:
        """Return the untrained network."""
        return self.constructor(**self.family.options)

    def body_of(self, network: nn.Module) -> nn.Sequential:
        """Return the body of such a network; ValueError, in one sentence, where it cannot be cut off."""
        try:
            return self.family.cut(network)
        except ValueError as error:
            raise ValueError(f"{self.name} {error}") from None

    @property
    def fewest_weights(self) -> int:
        """The least that a file of a whole network can hold, where one cannot be built without numbers; 0 elsewhere."""
        if self.family.meta or self.name not in zoo.list_models(module=zoo):
            return 0
        return zoo.get_model_weights(self.name)["DEFAULT"].meta["num_params"] // 2

    def published(self) -> dict[str, torch.Tensor]:
        """Return the state dict of the published weights; WeightsError where there are none, or none to be had."""
        ours = Path(str(resources.files("helpers") / "weights" / f"{self.name}.safetensors"))
        if ours.is_file():
            return read_weights(ours)
        if self.family is OWN or self.name not in zoo.list_models(module=zoo):
            raise WeightsError(
                f"{self.name} has no published weights; type weights=None for a start from random numbers, or "
                f'weights="path/to/{self.name}.pth"' + ("" if self.name in KNOWN else _meant(self.name))
            )
        try:
            published = zoo.get_model_weights(self.name)["DEFAULT"]
            return published.get_state_dict(check_hash=True, weights_only=True, progress=False)
        except Exception as error:  # no network, a refusal, a full disk, a wrong checksum: the remedy is the same
            raise WeightsError(
                f"the pretrained weights of {self.name} could not be fetched ({reason(error)}); "
                f'with a file of them type weights="path/to/{self.name}.pth", or type arch = "resnet10" for our own, '
                "which needs no network"
            ) from None


def find_architecture(arch: str | Constructor) -> Architecture:
    """Return what is known of an architecture: a name, torchvision's constructor, or a reader's own.

    A constructor of your own takes no arguments and returns a convolutional network. Raises ValueError or TypeError.

    >>> find_architecture("resnet10").name, find_architecture(zoo.resnet34).name
    ('resnet10', 'resnet34')
    """
    if isinstance(arch, nn.Module):
        kind = type(arch).__name__
        raise ValueError(f"got a network, a {kind}, in place of its constructor; type arch=resnet34, without brackets")
    name = arch if isinstance(arch, str) else getattr(arch, "__name__", "")
    if isinstance(arch, str) or arch is KNOWN.get(name):
        if name not in KNOWN:
            hint = _meant(name) or '; type "resnet10" or "resnet34", or give a constructor of your own'
            raise ValueError(f"got arch={name!r}, which torchvision does not have{hint}")
        family = next(family for start, family in ARCHITECTURES.items() if name.startswith(start))
        if family.refused:
            raise ValueError(f'got arch={name!r}, {family.refused}: type "resnet34"')
        return Architecture(name, family, KNOWN[name])
    if not callable(arch) or not name.isidentifier():
        shown = repr(arch) if len(repr(arch)) < 80 else type(arch).__name__
        raise ValueError(f'got arch={shown}; type a name, such as "resnet34", or a constructor: def my_network(): ...')
    if name in KNOWN:
        raise ValueError(f"got a constructor of your own that is called {name}, as torchvision's is; rename yours")
    return Architecture(name, OWN, arch)


def _meant(name: str) -> str:
    close = difflib.get_close_matches(name.lower(), KNOWN, n=3)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
