"""One run of training: what learns, with which optimizer, on which batches, and the chance in it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from .batches import Batches, Fed
from .distributed import Together, whole_batch_norm
from .folding import folding
from .history import Record
from .loop import Measured, evaluate, paced, train_epoch
from .models import Classifier
from .schedule import MOMENTUM, Plan

if TYPE_CHECKING:
    from lightning_fabric import Fabric


class Training:
    """A model's learning part with an optimizer, wrapped by the engine for one run.

    Where the body is frozen, the head alone is trained, on what the body gives; else the whole model is.
    """

    def __init__(
        self, model: Classifier, *, frozen: bool, rates: Sequence[float], plan: Plan, record: Record, fabric: "Fabric"
    ) -> None:
        self.plan, self.rates, self.record, self.fabric = plan, rates, record, fabric
        self.module: nn.Module = model.head if frozen else model
        self.body = None if frozen else model.body
        groups = [
            {"params": [value for value in group.parameters() if value.requires_grad], "lr": rate, "group": place}
            for place, (group, rate) in enumerate(zip(model.groups(), rates, strict=True))
        ]
        learning = [group for group in groups if group["params"]]
        optimizer = torch.optim.SGD(learning, lr=rates[-1], momentum=MOMENTUM)
        self.wrapped: Any
        self.optimizer: Any
        if frozen:
            # The engine's wrapper would round what the head is given to 16 bits. Several processes give their heads the
            # same whole batches, so these take the same steps without it.
            self.wrapped, self.optimizer = self.module, fabric.setup_optimizers(optimizer)
        else:
            # Wrapped afresh in every run: a wrapper made while the body was frozen would not follow it when unfrozen.
            whole = Together(model, fabric) if fabric.world_size > 1 else model
            self.wrapped, self.optimizer = fabric.setup(whole, optimizer)

    def steps(self, batches: Batches, seed: int, number: int, *, place: int = 0, **choices: Any) -> float:
        """Train on these batches and return the mean loss per picture.

        number: of the epoch in the learner's life, which with the seed decides its chance. place: of the epoch in
        this run, from 0, which decides its rates. choices: more of `train_epoch`.
        """
        batches = paced(batches, self.optimizer, self.plan, self.rates, record=self.record, epoch=place)
        with self._learning(seed, number):
            return train_epoch(
                self.wrapped, self.optimizer, batches, record=self.record, backward=self.fabric.backward, **choices
            )

    @contextmanager
    def _learning(self, seed: int, number: int) -> Iterator[None]:
        """Be ready to learn inside the `with` block: slopes, training mode, and chance of (seed, epoch) alone."""
        # Slopes are needed, also where the reader has switched them off around this call.
        with chance(self.fabric.device, seed, number), torch.inference_mode(False), torch.enable_grad():
            self.module.train()
            whole, still = nullcontext(), nullcontext()
            if self.body is not None:
                whole, still = whole_batch_norm(self.body, self.fabric), folding(self.body)
            try:
                with whole, still:
                    yield
            finally:
                self.module.eval()

    def measure(self, fed: Fed) -> Measured:
        """Measure the model on the validation pictures; several processes measure their shares."""
        with self.fabric.autocast():
            return evaluate(self.module, fed.valid(), total=fed.total)


@contextmanager
def chance(device: torch.device, seed: int, number: int) -> Iterator[None]:
    """Make all chance inside depend on two whole numbers alone; the caller's random numbers stay as they were.

    >>> with chance(torch.device("cpu"), 1, 0):
    ...     one = torch.rand(1)
    >>> with chance(torch.device("cpu"), 1, 0):
    ...     bool(torch.rand(1) == one)
    True
    """
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(int(np.random.SeedSequence((seed, number)).generate_state(1)[0]))
        yield
