"""Training: the loop, how well it does, and a run of it from the first step to its history."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.random import fork_rng

from .batches import Batches, Source
from .device import one_thread
from .distributed import Together, whole_batch_norm
from .history import Epoch, EpochTable, History, Record, Settings, TrainingDiverged
from .models import Classifier
from .progress import Progress
from .schedule import MOMENTUM, Plan
from .statistics import wilson_interval

if TYPE_CHECKING:
    from lightning_fabric import Fabric


Score = tuple[float, int, int]  # mean loss per picture, how many were right, how many there were
BASELINE = "Always answering {!r} would be right for {:.1f} % of the validation pictures."


def train(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: Batches,
    backward: Callable[[torch.Tensor], Any] = torch.Tensor.backward,
) -> Iterator[tuple[torch.Tensor, int]]:
    """Take a step for every batch (inputs, labels); yield its loss, detached, and its size. Lesson 11 rebuilds it."""
    for inputs, labels in batches:
        loss = cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        backward(loss)
        optimizer.step()
        yield loss.detach(), len(labels)


@torch.inference_mode()
def evaluate(model: nn.Module, batches: Batches, all_reduce: Callable[..., Any] = lambda sums, **_: sums) -> Score:
    """Return the mean loss per picture, how many were right, and how many there were: every picture counts once.

    all_reduce: sums over processes that measured a share each, as Fabric's. Raises ValueError without pictures.
    """
    sums: Any = 0.0
    for inputs, labels in batches:
        scores = model(inputs).float()
        loss = cross_entropy(scores, labels, reduction="sum")
        sums = sums + torch.stack([loss, (scores.argmax(1) == labels).sum(), loss.new_tensor(len(labels))])
    if not isinstance(sums, torch.Tensor):
        raise ValueError("there are no pictures to be judged by: none could be read, and data.unreadable says why")
    loss, correct, pictures = all_reduce(sums, reduce_op="sum").tolist()
    return loss / pictures, int(correct), int(pictures)


class Run:
    """One run of training: a model, the source of its batches, a plan and the settings → a history.

    Where the body is frozen, the head alone is trained, on the body's output; else the whole model is. All randomness
    depends on (seed, epoch) alone, with epochs counted from `settings.epochs_before`. observers: objects with any of
    `on_batch_end(step, loss)`, `on_epoch_end(row)`; one that returns True stops the run.
    """

    def __init__(
        self,
        model: Classifier,
        source: Source,
        plan: Plan,
        settings: Settings,
        *,
        seed: int,
        fabric: "Fabric",
        record: Record,
        observers: Sequence[Any] = (),
    ) -> None:
        self.model, self.source, self.plan, self.settings, self.seed = model, source, plan, settings, seed
        self.fabric, self.record, self.observers = fabric, record, list(observers)
        self.epochs_before = settings.epochs_before
        self.rows: list[Epoch] = []
        self.stopped = ""  # by whom, where it did not come to its end
        self.together = fabric.world_size > 1
        self.threads = one_thread if source.small and fabric.device.type == "cpu" else nullcontext
        # Of several processes, the first speaks.
        self.say, self.table = (print, EpochTable()) if fabric.is_global_zero else (lambda _: None, lambda _: None)
        self.module: nn.Module = model.head if settings.frozen else model
        learns = "head." if settings.frozen else ""
        self.before = {key: value.clone() for key, value in model.state_dict().items() if key.startswith(learns)}
        groups = [
            {"params": [value for value in group.parameters() if value.requires_grad], "lr": rate, "index": index}
            for index, (group, rate) in enumerate(zip(model.groups(), settings.lr, strict=True))
        ]
        optimizer = torch.optim.SGD(
            [group for group in groups if group["params"]], lr=settings.lr[-1], momentum=MOMENTUM
        )
        self.wrapped: Any
        self.optimizer: Any
        if settings.frozen:
            # The engine's wrapper would round what the head is given to 16 bits. Several processes give their heads the
            # same whole batches, so these take the same steps without it.
            self.wrapped, self.optimizer = self.module, fabric.setup_optimizers(optimizer)
        else:
            # Wrapped afresh in every run: a wrapper made while the body was frozen would not follow it when unfrozen.
            whole = Together(model, fabric) if self.together else model
            self.wrapped, self.optimizer = fabric.setup(whole, optimizer)

    def fit(self) -> History:
        """Train all epochs of the plan; print the baseline and a row an epoch. An interrupt ends it with what there is.

        Raises TrainingDiverged where a loss is not a finite number.
        """
        epochs = self.plan.epochs
        try:
            self.source.prepare()
            name, share = self.source.data.majority
            self.say(BASELINE.format(name, 100 * share))
            left = epochs - len(self.rows)
            with self.threads(), Progress(f"{epochs} epochs", left * self.plan.steps) as bar:
                self.table(self.rows)
                while len(self.rows) < epochs and self._epoch(bar):
                    self.table(self.rows)
                    if share != (share := self.source.data.majority[1]):  # some turned out to be unreadable
                        self.say(BASELINE.format(name, 100 * share))
                    if tell(self.observers, "on_epoch_end", self.rows[-1]):
                        break
        except KeyboardInterrupt:
            self.stopped = "Interrupted"
        if self.stopped:
            self.say(f"{self.stopped} in epoch {len(self.rows) + 1}; what was learned so far is kept.")
        return History(tuple(self.rows), self.settings, interrupted=bool(self.stopped))

    def _epoch(self, bar: Progress) -> bool:
        """Train an epoch, measure it and add its row; False where an observer stopped it."""
        start = time.perf_counter()
        train_loss = self.steps(self.source.train(self.seed, self.epochs_before + len(self.rows)), bar)
        if self.stopped:
            return False
        reduce = {"all_reduce": self.fabric.all_reduce} if self.source.shared else {}
        # On the body's activations, as `predict_all` says it: the same model has the same accuracy in both.
        loss, correct, total = evaluate(self.model.head, self.source.valid(), **reduce)
        if not np.isfinite(loss):
            raise TrainingDiverged(f"the validation loss became {loss} after step {len(self.record.losses)}")
        seconds = time.perf_counter() - start
        share, interval = correct / total, wilson_interval(correct, total)
        self.rows.append(Epoch(len(self.rows) + 1, train_loss, loss, share, *interval, seconds))
        return True

    def sweep(self) -> None:
        """Take the steps of the plan, epoch after epoch, until an observer stops the run; measure and print nothing."""
        self.source.prepare()
        batches = itertools.islice(self._endless(), self.plan.steps)
        with self.threads(), Progress("learning rates", self.plan.steps) as bar:
            self.steps(batches, bar)

    def _endless(self) -> Batches:
        """Yield the batches of the coming epochs without end, or none where there are no pictures to read."""
        for epoch in itertools.count(self.epochs_before):
            batch = None
            for batch in self.source.train(self.seed, epoch):
                yield batch
            if batch is None:
                return

    def steps(self, batches: Batches, bar: Progress) -> float:
        """Take a step for every batch, until an observer stops the run; return the mean loss per picture."""
        device, epoch = self.fabric.device, self.epochs_before + len(self.rows)
        counts: list[int] = []
        unread: list[torch.Tensor] = []
        try:
            # Gradients are needed, also where the reader has switched them off around this call.
            with fork_rng([device] if device.type == "cuda" else []), torch.inference_mode(False), torch.enable_grad():
                torch.manual_seed(int(np.random.SeedSequence((self.seed, epoch)).generate_state(1)[0]))
                self.module.train()
                with whole_batch_norm(self.model.body, self.fabric) if self.together else nullcontext():
                    for loss, count in train(self.wrapped, self.optimizer, self._paced(batches), self.fabric.backward):
                        counts.append(count)
                        unread.append(loss)
                        if len(unread) == self.record.READ_EVERY:
                            self.record.read(unread)
                        bar.advance()
                        if tell(self.observers, "on_batch_end", len(counts), loss):
                            self.stopped = "Stopped by an observer"
                            break
        finally:  # after an interrupt too: a loss that is no number must not leave its weights behind
            self.module.eval()
            self.record.read(unread)
        if not counts:
            raise ValueError("there are no pictures to train on: none could be read, and data.unreadable says why")
        return float(np.average(self.record.losses[-len(counts) :], weights=counts))

    def _paced(self, batches: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> Batches:
        """Pass on the batches of an epoch, and before each set the rates that the plan has for that step."""
        for step, batch in enumerate(batches, len(self.rows) * self.plan.steps):
            factor, momentum = float(self.plan.factors[step]), float(self.plan.momenta[step])
            for group in self.optimizer.param_groups:
                group["lr"], group["momentum"] = self.settings.lr[group["index"]] * factor, momentum
            self.record.rates.append(tuple(rate * factor for rate in self.settings.lr))
            yield batch

    def end(self, *, undo: bool = False) -> None:
        """Leave the model ready to predict; with `undo`, with the weights that it had before the run."""
        self.module.eval()
        if undo:
            self.model.load_state_dict(self.before, strict=False)
            self.module.zero_grad(set_to_none=True)

    @property
    def state(self) -> dict[str, Any]:
        """All that the run needs to go on after its last epoch: state dicts and plain values."""
        at = {
            "done": len(self.rows),
            "epochs": self.plan.epochs,
            "seed": self.seed,
            "epochs_before": self.epochs_before,
        }
        learned = {"model": self.model.state_dict(), "momenta": self.optimizer.state_dict()["state"]}
        record = {"rates": self.record.rates, "losses": self.record.losses}
        return at | learned | record | {"rows": [tuple(row) for row in self.rows]}

    def resume(self, state: dict[str, Any]) -> None:
        """Take over the state of the same run after some of its epochs."""
        self.before = {key: value.clone() for key, value in self.model.state_dict().items()}
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": state["momenta"]})
        self.seed, self.epochs_before = state["seed"], state["epochs_before"]
        self.rows = state["rows"]
        self.record.rates, self.record.losses = state["rates"], state["losses"]
        done, epochs = len(self.rows), self.plan.epochs
        self.say(
            f"Going on after epoch {done} of {epochs}, from the checkpoint."
            if done < epochs
            else f"This run is finished: its {done} epochs are back from the checkpoint, and nothing is trained. "
            "For a new run, give another name."
        )


def tell(observers: Sequence[Any], event: str, *facts: Any) -> bool:
    """Call `event` on each observer that has it; say whether one asked to stop."""
    answers = [getattr(observer, event, lambda *_: None)(*facts) for observer in observers]
    return any(answer is True for answer in answers)
