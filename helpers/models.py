"""From the name of an architecture to a classifier: normalise → body → pool → head, in three layer groups."""

import difflib
import hashlib
import pickle
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torchvision import models as zoo
from torchvision.models.resnet import BasicBlock, ResNet

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
Architecture = str | Callable[..., nn.Module]


class WeightsError(RuntimeError):
    """Weights that cannot be had or do not fit; its message says what to type instead."""


def resnet10(*, num_classes: int = 1000) -> ResNet:
    """Return a residual network of ten layers with weights, untrained: our own backbone's shape, native size 128.

    Pictures (batch, 3, height, width) → scores (batch, num_classes); 4.9 million parameters without the last layer.
    He et al. (2015), "Deep residual learning for image recognition". Taught in lesson 02.

    >>> sum(1 for module in resnet10().modules() if isinstance(module, BasicBlock))
    4
    """
    return ResNet(BasicBlock, [1, 1, 1, 1], num_classes=num_classes)


def architecture_name(arch: Architecture) -> str:
    """Return the name of an architecture given as a name or as torchvision's constructor; ValueError if unknown.

    >>> architecture_name("resnet10"), architecture_name(zoo.resnet34)
    ('resnet10', 'resnet34')
    """
    name = arch if isinstance(arch, str) else getattr(arch, "__name__", repr(arch))
    known = ["resnet10", *zoo.list_models(module=zoo)]
    if name not in known:
        close = difflib.get_close_matches(str(name), known, n=3)
        hint = f"did you mean {' or '.join(map(repr, close))}?" if close else 'type "resnet10" or "resnet34"'
        raise ValueError(f"got arch={name!r}, which torchvision does not have; {hint}")
    if name.startswith(("vit", "swin", "maxvit")):  # their bodies give sequences, or maps with the channels last
        raise ValueError(f'got arch={name!r}, a transformer; we cut convolutional networks: type "resnet34"')
    return name


def normalisation(name: str) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return the mean and standard deviation per channel that an architecture's pretrained body expects."""
    if name in ("googlenet", "inception_v3"):  # ported from TensorFlow, where pixels run from −1 to 1
        return (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)
    return IMAGENET_MEAN, IMAGENET_STD


def _construct(name: str) -> nn.Module:
    """Build the untrained network; the two with auxiliary outputs without them."""
    if name == "resnet10":
        return resnet10()
    extra: dict[str, Any] = {"aux_logits": False, "init_weights": True} if "inc" in name or name == "googlenet" else {}
    return zoo.get_model(name, weights=None, **extra)


def body_of(network: nn.Module) -> nn.Sequential:
    """Return what is left of a network when its pooling and last layers are taken off: its body.

    Pictures (batch, 3, height, width) → maps (batch, channels, smaller height, smaller width).

    >>> len(body_of(resnet10()))
    8
    """
    features = getattr(network, "features", None)
    if isinstance(network, zoo.DenseNet):  # its last ReLU is not among its modules
        return nn.Sequential(*network.features, nn.ReLU())
    if isinstance(features, nn.Sequential):
        return features
    blocks = []
    for name, child in network.named_children():
        if isinstance(child, nn.AdaptiveAvgPool2d) or name in ("avgpool", "fc", "classifier", "head"):
            break
        blocks.append(child)
    if len(blocks) == 1 and isinstance(blocks[0], nn.Sequential):
        return blocks[0]
    return nn.Sequential(*blocks)


class Normalise(nn.Module):
    """Turn pixels 0–255 into y = (x / 255 − mean) / std per channel; part of the model, so a saved one is complete."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.register_buffer("mean", 255 * torch.tensor(mean).view(1, -1, 1, 1))
        self.register_buffer("std", 255 * torch.tensor(std).view(1, -1, 1, 1))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pixels (batch, 3, height, width) of any number type → float32 of the same shape."""
        # One pass over the memory instead of two: (x − mean) / std = −mean / std + x · (1 / std).
        return torch.addcmul(-self.mean / self.std, pixels.float(), 1 / self.std)


class AverageAndMaxPool(nn.Module):
    """Make two features of each map: its mean, and its maximum."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Maps (batch, channels, height, width) → features (batch, 2 × channels): all means, then all maxima."""
        return torch.cat([maps.mean((2, 3), dtype=torch.float32), maps.amax((2, 3)).float()], dim=1)


class Head(nn.Sequential):
    """Layers that always compute in float32: a head is small, and its sums gain from the digits."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Features (batch, features) → scores (batch, classes)."""
        with torch.autocast(features.device.type, enabled=False):
            return super().forward(features.float())


def make_head(features: int, classes: int) -> Head:
    """Return the new last layers: features (batch, features) → scores (batch, classes), untrained.

    >>> make_head(1024, 2)(torch.zeros(4, 1024)).shape
    torch.Size([4, 2])
    """
    return Head(
        nn.BatchNorm1d(features),
        nn.Dropout(0.25),
        nn.Linear(features, 512),
        nn.ReLU(),
        nn.BatchNorm1d(512),
        nn.Dropout(0.5),
        nn.Linear(512, classes),
    )


class Classifier(nn.Module):
    """A whole model: uint8 pictures (batch, 3, size, size) → scores (batch, classes), normalisation included.

    network: with what it has learned, if it has; else a new one of random numbers.
    """

    def __init__(self, name: str, size: int, classes: int, network: nn.Module | None = None) -> None:
        super().__init__()
        self.name, self.size, self.pretrained = name, size, network is not None
        self.normalise = Normalise(*normalisation(name))
        self.body = body_of(network if network is not None else _construct(name))
        self.pool = AverageAndMaxPool()
        self.head = make_head(self._count_features(), classes)

    def train(self, mode: bool = True) -> "Classifier":
        """Be ready to learn; the batch-norm of a pretrained body keeps its means and variances even then.

        They come from very many pictures. Those of a few batches in their place cost up to four points of accuracy
        in the first epoch, however small the rate. A body of random numbers has to find its own.
        """
        super().train(mode)
        if self.pretrained:
            for layer in self.body.modules():
                if isinstance(layer, _BatchNorm):
                    layer.eval()
        return self

    def _count_features(self) -> int:
        """Ask the body itself how many features it gives, with one black picture."""
        self.body.eval()
        try:
            with torch.inference_mode():
                return self.features(torch.zeros(1, 3, self.size, self.size, dtype=torch.uint8)).shape[1]
        except RuntimeError as error:
            raise ValueError(f"{self.name} cannot take pictures of sz={self.size}; try a larger sz ({error})") from None

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return what the head sees: (batch, 3, size, size) → (batch, 2 × channels)."""
        return self.pool(self.body(self.normalise(pixels)))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the scores of each class; softmax turns a row of them into probabilities."""
        return self.head(self.features(pixels))

    def groups(self) -> tuple[nn.Sequential, nn.Sequential, nn.Sequential]:
        """Return the three layer groups: the early body, the late body, the head."""
        residual = self.name.startswith(("resnet", "resnext", "wide_resnet"))
        early = 6 if residual else len(self.body) // 2  # a residual network: its stem and first two stages
        return self.body[:early], self.body[early:], self.head


def build(arch: Architecture, size: int, classes: int, weights: str | Path | None = "DEFAULT") -> Classifier:
    """Return a classifier with a pretrained body and a fresh head.

    weights: "DEFAULT" (the architecture's published ones), a file (a state dict, .pth or .safetensors), or None for
    a body of random numbers. Raises WeightsError where they cannot be had: the start is never silently random.
    """
    name = architecture_name(arch)
    network = None
    if weights is not None:
        with torch.device("meta"):  # shapes without numbers: random ones would be thrown away at once
            network = _construct(name)
        _load_body(network, name, _state_dict(name, weights))
    return Classifier(name, size, classes, network).to(memory_format=torch.channels_last)


def _state_dict(name: str, weights: str | Path) -> dict[str, torch.Tensor]:
    if weights != "DEFAULT":
        return read_weights(Path(weights).expanduser())
    if name == "resnet10":
        return read_weights(Path(str(resources.files("helpers") / "weights" / "resnet10.safetensors")))
    try:
        published = zoo.get_model_weights(name)["DEFAULT"]
        return published.get_state_dict(check_hash=True, weights_only=True, progress=False)
    except Exception as error:  # no network, a proxy's refusal, a full disk, a wrong checksum: the remedy is the same
        raise WeightsError(
            f"the pretrained weights of {name} could not be fetched ({_reason(error)}); "
            f'with a file of them type weights="path/to/{name}.pth", or type arch = "resnet10" for our own, '
            "which needs no network"
        ) from None


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Return the state dict in a .safetensors or .pth file, loaded without running anything in it."""
    if not path.is_file():
        raise WeightsError(f"weights={str(path)!r} was not found; it must name a file, .pth or .safetensors")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
        if not all(isinstance(value, torch.Tensor) for value in state.values()):
            raise TypeError("it holds other things than named tensors")
    except Exception as error:
        raise WeightsError(
            f"{path.name} cannot be read as weights ({_reason(error)}); "
            "we need a state dict saved by torch.save or safetensors"
        ) from None
    return state


def _reason(error: Exception) -> str:
    """Put an error in a few words; PyTorch's own about a pickle tells how to run what is in it, and is left out."""
    if isinstance(error, pickle.UnpicklingError):
        return "it holds other things than weights, or is damaged; nothing in it was run"
    return ": ".join([type(error).__name__, *str(error).splitlines()[:1]])


def _load_body(network: nn.Module, name: str, state: dict[str, torch.Tensor]) -> None:
    """Put `state` into `network`; what the body needs must be there and fit, last layers may be missing."""
    body = {id(value) for value in (*body_of(network).parameters(), *body_of(network).buffers())}
    own = network.state_dict(keep_vars=True)
    needed = {key for key, value in own.items() if id(value) in body and not key.endswith("num_batches_tracked")}
    missing = sorted(needed - state.keys())
    unlike = sorted(key for key in needed & state.keys() if state[key].shape != own[key].shape)
    if missing or unlike:
        found = f"{missing[0]} is missing" if missing else f"{unlike[0]} has another shape"
        raise WeightsError(f"these weights are not those of {name} ({found}); give the file that belongs to {name}")
    # What counts the batches a batch-norm has seen may be missing from older files; it changes nothing.
    counters = {key: torch.zeros_like(value, device="cpu") for key, value in own.items() if value.dtype == torch.long}
    kept = {key: state[key].to(own[key].dtype).clone() for key in needed}
    network.load_state_dict(counters | kept, strict=False, assign=True)


def weights_digest(module: nn.Module) -> str:
    """Return the SHA-256 of everything a module has learned, as hexadecimal digits."""
    digest = hashlib.sha256()
    for key, value in module.state_dict().items():
        digest.update(f"{key}:{tuple(value.shape)}:{value.dtype};".encode())
        digest.update(value.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
