"""A classifier: normalise → body → pool → head, in three layer groups, with weights that were loaded safely."""

import hashlib
from pathlib import Path

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from .architectures import Architecture, Constructor, find_architecture
from .device import plain_defaults
from .files.weights import WeightsError, fitted, read_weights


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
        return torch.addcmul(-self.mean / self.std, pixels.to(torch.float32), 1 / self.std)


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

    network: with its pretrained weights, if it has any; else a new one with random weights.
    """

    def __init__(self, arch: str | Constructor, size: int, classes: int, network: nn.Module | None = None) -> None:
        super().__init__()
        known = find_architecture(arch)
        self.name, self.size, self.pretrained, self.early = known.name, size, network is not None, known.family.early
        self.normalise = Normalise(known.family.mean, known.family.std)
        self.body = known.body_of(known.build() if network is None else network)
        self.pool = AverageAndMaxPool()
        self.feature_count = self._count_features()
        self.head = make_head(self.feature_count, classes)

    def train(self, mode: bool = True) -> "Classifier":
        """Switch to training mode; the batch-norm of a pretrained body keeps its means and variances even then.

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
            why = str(error).splitlines()[0][:120]
            raise ValueError(f"{self.name} cannot take pictures of sz={self.size}; try a larger sz ({why})") from None

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the head's input: (batch, 3, size, size) → (batch, 2 × channels)."""
        return self.pool(self.body(self.normalise(pixels)))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the scores of each class; softmax turns a row of them into probabilities."""
        return self.head(self.pool(self.body(self.normalise(pixels))))

    def groups(self) -> tuple[nn.Sequential, nn.Sequential, nn.Sequential]:
        """Return the three layer groups: the early body, the late body, the head."""
        early = len(self.body) // 2 if self.early is None else self.early
        return self.body[:early], self.body[early:], self.head


def build(arch: str | Constructor, size: int, classes: int, weights: str | Path | None = "DEFAULT") -> Classifier:
    """Return a classifier with a pretrained body and a fresh head.

    weights: "DEFAULT" (the architecture's published ones), a file (a state dict, .pth or .safetensors), or None for
    a body of random numbers. Raises WeightsError where they cannot be had: the start is never silently random.
    """
    known, network = find_architecture(arch), None
    with plain_defaults(), torch.inference_mode(False):  # whatever the caller has switched on
        if weights is not None:
            state = known.published() if weights == "DEFAULT" else read_weights(Path(weights).expanduser())
            # Random weights would be replaced at once; a network of torchvision's is built without any.
            with torch.device("meta" if known.family.meta else "cpu"), torch.random.fork_rng(devices=[]):
                network = known.build()
            _load_body(network, known, state)
        return Classifier(arch, size, classes, network).to(memory_format=torch.channels_last)


def rebuild(arch: str | Constructor, size: int, classes: int, tensors: dict[str, torch.Tensor]) -> Classifier:
    """Return a classifier that takes over all of its weights; ValueError unless they are those of this network.

    They are compared before memory is taken for a network, so that no small file can ask for a large one.
    """
    known = find_architecture(arch)
    if sum(value.numel() for value in tensors.values()) < known.fewest_weights:
        raise ValueError(f"{known.name} has more weights")
    with plain_defaults(), torch.inference_mode(False), torch.random.fork_rng(devices=[]):
        with torch.device("meta" if known.family.meta else "cpu"):
            model = Classifier(arch, size, classes)
        own = model.state_dict()
        if len(own) != len(tensors):
            raise ValueError(f"{known.name} has other layers")
        model.load_state_dict(fitted(tensors, own), assign=True)
    return model.to(memory_format=torch.channels_last)


def _load_body(network: nn.Module, known: Architecture, state: dict[str, torch.Tensor]) -> None:
    """Put `state` into `network`; what the body needs must be there and fit, last layers may be missing."""
    part = known.body_of(network)
    body = {id(value) for value in (*part.parameters(), *part.buffers())}
    own = network.state_dict(keep_vars=True)
    needed = {key for key, value in own.items() if id(value) in body and not key.endswith("num_batches_tracked")}
    try:
        kept = fitted(state, {key: value for key, value in own.items() if key in needed})
    except ValueError as found:
        name = known.name
        raise WeightsError(
            f"these weights are not those of {name} ({found}); give the file that belongs to {name}"
        ) from None
    # What counts the batches a batch-norm has seen may be missing from older files; it changes nothing.
    counters = {key: torch.zeros_like(value, device="cpu") for key, value in own.items() if value.dtype == torch.long}
    network.load_state_dict(counters | kept, strict=False, assign=True)


def body_digest(model: Classifier) -> str:
    """Return the SHA-256 of all that makes up a model's body: its weights, its layers, and their code if it is own."""
    digest = hashlib.sha256(repr(model.body).encode())
    for key, value in [*model.normalise.state_dict().items(), *model.body.state_dict().items()]:
        digest.update(f"{key}:{tuple(value.shape)}:{value.dtype};".encode())
        digest.update(value.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
    theirs = ("torch.", "torchvision.")
    for kind in sorted({type(layer) for layer in model.body.modules()}, key=lambda kind: kind.__qualname__):
        code = getattr(kind.forward, "__code__", None)
        if code is not None and not kind.__module__.startswith(theirs):  # constants that are code hold an address
            constants = [constant for constant in code.co_consts if not hasattr(constant, "co_code")]
            digest.update(f"{kind.__qualname__}{code.co_code!r}{code.co_names}{constants}".encode())
    return digest.hexdigest()
