"""Batch-norm that stands still, folded into the convolutions before it: the same function, and less work."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import torch
from torch import fx, nn
from torch.fx.experimental.optimization import fuse


def folded(body: nn.Module) -> nn.Module:
    """Return a copy of a body that learns no more, without its batch-norm layers.

    >>> folded(nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)))
    GraphModule(
      (0): Conv2d(3, 4, kernel_size=(1, 1), stride=(1, 1))
    )
    """
    body = copy.deepcopy(body).eval().requires_grad_(False)
    try:
        return fuse(body, inplace=True)
    except Exception:  # a body that cannot be traced works unfolded, only slower
        return body


@contextmanager
def folding(body: nn.Module) -> Iterator[None]:
    """Let the convolutions of a learning body do the work of still batch-norm layers, inside the `with` block.

    With m and v the layer's own mean and variance, and s = weight / √(v + eps): batch_norm(W ∗ x) = (s W) ∗ x + (bias −
    s m). The slopes of all three flow through s W, which is small, and not through the maps, which are large.
    """
    pairs = _pairs(body)
    for convolution, norm in pairs:
        convolution.forward = _both(convolution, norm)  # type: ignore[method-assign]
        norm.forward = _nothing  # type: ignore[method-assign]
    try:
        yield
    finally:
        for convolution, norm in pairs:
            del convolution.forward, norm.forward


def _pairs(body: nn.Module) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Return each convolution whose maps go to a still batch-norm layer and nowhere else, with that layer."""
    try:
        nodes = [node for node in fx.symbolic_trace(body).graph.nodes if node.op == "call_module"]
    except Exception:  # as above
        return []
    called = [node.target for node in nodes]
    found = []
    for node in nodes:
        norm, source = body.get_submodule(node.target), node.args[0]
        if not isinstance(norm, nn.BatchNorm2d) or source not in nodes:
            continue
        still = not norm.training and norm.affine and norm.track_running_stats
        convolution = body.get_submodule(source.target)
        once = len(source.users) == called.count(source.target) == called.count(node.target) == 1
        if still and once and type(convolution) is nn.Conv2d:
            found.append((convolution, norm))
    return found


def _both(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> Callable[[torch.Tensor], torch.Tensor]:
    def forward(input: torch.Tensor) -> torch.Tensor:
        mean, variance = cast(torch.Tensor, norm.running_mean), cast(torch.Tensor, norm.running_var)
        scale = norm.weight * torch.rsqrt(variance + norm.eps)
        if convolution.bias is not None:
            mean = mean - convolution.bias
        return convolution._conv_forward(input, convolution.weight * scale.view(-1, 1, 1, 1), norm.bias - mean * scale)

    return forward


def _nothing(input: torch.Tensor) -> torch.Tensor:
    return input
