"""Several processes that train one model together, and take exactly the steps that one process alone would take.

Each process has its share of every batch. What the body makes of the shares is gathered before the head, so that the
head's batch-norm and dropout see the whole batch; the body's batch-norm, while it learns, takes its mean and variance
over all shares. Everything goes through Lightning Fabric; in a single process nothing of it happens.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from .models import Classifier

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def gather_rows(fabric: "Fabric", rows: torch.Tensor, *, sync_grads: bool = False) -> torch.Tensor:
    """Return the rows (n, …) of all processes below each other, in their order; n may differ between them.

    sync_grads: let gradients flow back to the process that each row came from.
    """
    if fabric.world_size == 1:
        return rows
    counts = _from_all(fabric, torch.tensor(len(rows), device=rows.device)).tolist()
    padded = torch.cat([rows, rows.new_zeros((max(counts) - len(rows), *rows.shape[1:]))])
    gathered = _from_all(fabric, padded, sync_grads=sync_grads)
    return torch.cat([part[:count] for part, count in zip(gathered, counts, strict=True)])


def _from_all(fabric: "Fabric", value: torch.Tensor, *, sync_grads: bool = False) -> torch.Tensor:
    """Return the tensors of all processes, of one shape, stacked: (processes, …)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*all_gather is deprecated")  # the engine's affair, and not the reader's
        return cast(torch.Tensor, fabric.all_gather(value, sync_grads=sync_grads))


class Together(nn.Module):
    """A model that gets a share of a batch and answers for the whole: what several processes train.

    The gradients are those of the sum of all processes' losses, which are equal; the engine takes their mean.
    """

    def __init__(self, model: Classifier, fabric: "Fabric") -> None:
        super().__init__()
        self.model, self._gather = model, lambda rows: gather_rows(fabric, rows, sync_grads=True)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pictures (share, 3, size, size) → scores (batch, classes)."""
        return self.model.head(self._gather(self.model.features(pixels)))


@contextmanager
def whole_batch_norm(body: nn.Module, fabric: "Fabric") -> Iterator[None]:
    """Let the batch-norm layers of a body in training mode see the whole batch, inside the `with` block.

    PyTorch's own layer for this works on GPUs only. Without it two processes end with two models: after two epochs from
    random weights on the drawn sample their probabilities differ by up to 0.17, with it by 0.
    """
    layers = []
    if fabric.world_size > 1:
        layers = [layer for layer in body.modules() if isinstance(layer, _BatchNorm) and layer.training]
    for layer in layers:
        layer.forward = _over_all(layer, fabric)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for layer in layers:
            del layer.forward


def _over_all(layer: _BatchNorm, fabric: "Fabric") -> Callable[[torch.Tensor], torch.Tensor]:
    def forward(maps: torch.Tensor) -> torch.Tensor:
        axes = [axis for axis in range(maps.ndim) if axis != 1]
        shape = [1, -1] + [1] * (maps.ndim - 2)
        values = maps.float()

        def total(one: torch.Tensor) -> torch.Tensor:
            return _from_all(fabric, one, sync_grads=True).sum(0)

        count = _from_all(fabric, torch.tensor(float(maps.numel() // maps.shape[1]), device=maps.device)).sum()
        mean = total(values.sum(axes)) / count
        centred = values - mean.view(shape)
        variance = total(centred.square().sum(axes)) / count
        with torch.no_grad():
            if layer.running_mean is not None and layer.running_var is not None:
                layer.num_batches_tracked.add_(1)  # type: ignore[union-attr]
                weight = layer.momentum if layer.momentum is not None else 1 / float(layer.num_batches_tracked)  # type: ignore[arg-type]
                layer.running_mean.lerp_(mean, weight)
                layer.running_var.lerp_(variance * count / (count - 1), weight)
        result = centred * (variance + layer.eps).rsqrt().view(shape)
        if layer.affine:
            result = result * layer.weight.view(shape) + layer.bias.view(shape)
        return result.to(maps.dtype)

    return forward
