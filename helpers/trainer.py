"""What can learn: a model, its pictures and an engine; `fit` trains it, `lr_find` finds the rate."""

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .activations import Features, cached_features, without_augmentation
from .batches import ActivationBatches, Batches, BodyBatches, Fed, PictureBatches
from .checkpoints import Checkpoint, as_plain, from_plain, restore_chance
from .data import ImageClassifierData, split_evenly
from .device import computes_in_bfloat16, one_thread, working_memory
from .finder import LearningRateError, RangeTest, Watcher, range_plan
from .history import Epoch, History, Record
from .loop import StopTraining, TrainingDiverged
from .models import Classifier
from .predictor import TrainedModel
from .progress import Progress
from .schedule import Plan, make_plan, rates_per_group
from .training import Training

if TYPE_CHECKING:
    from lightning_fabric import Fabric


class Trainer:
    """A model and the pictures it learns from, and all that happens in training; `ConvLearner` is one."""

    def __init__(
        self,
        data: ImageClassifierData,
        model: Classifier,
        *,
        precompute: bool,
        seed: int,
        seed_chosen: bool,
        fabric: "Fabric",
        verify: bool,
    ) -> None:
        self.data, self.model, self.seed, self.fabric = data, model.to(fabric.device).eval(), seed, fabric
        self.sched = Record()
        self.epochs_done = 0
        data.announces = fabric.is_global_zero
        self._precompute, self._frozen, self._verify, self._seed_chosen = precompute, True, verify, seed_chosen
        self._trained: TrainedModel | None = None
        self._features: dict[str, Features] = {}
        self.freeze()

    # What is trained ------------------------------------------------------------------------------------------------

    @property
    def frozen(self) -> bool:
        """Whether only the head learns."""
        return self._frozen

    def freeze(self) -> None:
        """Let only the head learn; the body stays as it is."""
        self._frozen = True
        self.model.body.requires_grad_(False)

    def unfreeze(self) -> None:
        """Let every layer learn; ValueError while activations are reused, because they could not follow."""
        if self.precompute:
            raise ValueError("the body cannot learn while its kept activations are used; type learn.precompute = False")
        self._frozen = False
        self.model.body.requires_grad_(True)

    @property
    def precompute(self) -> bool:
        """Whether the body's activations are computed once, kept, and reused."""
        return self._precompute

    @precompute.setter
    def precompute(self, value: bool) -> None:
        if value and not self.frozen:
            raise ValueError("activations are only worth keeping while the body is frozen; type learn.freeze() first")
        self._precompute = bool(value)

    # Training -------------------------------------------------------------------------------------------------------

    def fit(
        self,
        lr: float | Sequence[float],
        n: int,
        *,
        cycle_len: int | None = None,
        cycle_mult: int = 1,
        schedule: str = "constant",
        checkpoint: str | None = None,
        observers: Sequence[Any] = (),
    ) -> History:
        """Train for `n` epochs with the learning rate `lr`; print the baseline and a row an epoch; return the rows.

        lr: a number, or one per layer group (early body, late body, head). cycle_len: epochs of the first cycle, from
        `lr` down to 0; `n` then counts cycles, each `cycle_mult` times as long as the one before. schedule: "constant"
        or "one_cycle". checkpoint: a name under which the run is kept after each epoch; the same line goes on with it
        after a killed kernel. observers: objects with any of `on_fit_begin(learn)`, `on_batch_end(step, loss)`,
        `on_epoch_end(row)`, `on_fit_end(history)`; one that returns True asks to stop. A diverging loss raises
        TrainingDiverged and puts the weights back. Lessons 02, 03 and 08.
        """
        rates = rates_per_group(lr, len(self.model.groups()))
        plan = make_plan(n, self._steps, cycle_len=cycle_len, cycle_mult=cycle_mult, schedule=schedule)
        kept = None
        if checkpoint is not None:
            length = None if cycle_len is None else int(cycle_len)
            settings = {"lr": list(rates), "n": int(n), "cycle_len": length, "cycle_mult": int(cycle_mult)}
            kept = self._checkpoint(checkpoint, settings | {"schedule": schedule})
        if cycle_len is not None:
            lengths = " + ".join(str(cycle_len * cycle_mult**number) for number in range(n))
            self._say(f"{n} cycles of {lengths} = {plan.epochs} epochs." if n > 1 else f"1 cycle; epochs: {lengths}.")
        said = without_augmentation(self.data) if self.precompute else None
        if said:
            self._say(said)
        history = self._run(rates, plan, kept, observers)
        _tell(observers, "on_fit_end", history)
        return history

    def _run(self, rates: tuple[float, ...], plan: Plan, kept: Checkpoint | None, observers: Sequence[Any]) -> History:
        """Train, and leave a usable model behind whatever happens."""
        self.sched = Record()
        rows: list[Epoch] = []
        module = self.model.head if self.frozen else self.model
        before, epochs_before = {key: value.clone() for key, value in module.state_dict().items()}, self.epochs_done
        training = Training(
            self.model, frozen=self.frozen, rates=rates, plan=plan, record=self.sched, fabric=self.fabric
        )
        state = None if kept is None else self.fabric.broadcast(kept.read() if self.fabric.is_global_zero else None)
        if state is not None:
            rows = self._go_on(state, training)
        _tell(observers, "on_fit_begin", self)
        try:
            fed = self._fed()
            share = self.data.majority
            self._say(
                f"Always answering {share[0]!r} would be right for {100 * share[1]:.1f} % of the validation pictures."
            )
            steps = (plan.epochs - len(rows)) * plan.steps
            with self._at_work(), Progress(f"{plan.epochs} epochs", steps) as bar:
                self._say("\n".join([Epoch.HEADER, *(row.line() for row in rows)]))
                while len(rows) < plan.epochs:
                    rows.append(self._epoch(len(rows), training, fed, bar, observers))
                    self._say(rows[-1].line())
                    if kept is not None and self.fabric.is_global_zero:
                        kept.write(self._state(rows, training))
                    if _tell(observers, "on_epoch_end", rows[-1]):
                        break
        except TrainingDiverged as error:
            module.load_state_dict(before)
            self.epochs_done = epochs_before
            raise TrainingDiverged(
                f"{error} with learning rate {rates[-1]:g}; the model is as it was before this fit; "
                f"try a smaller rate: learn.fit({rates[-1] / 10:g}, {plan.epochs})"
            ) from None
        except (KeyboardInterrupt, StopTraining) as stop:
            asked = "Interrupted" if isinstance(stop, KeyboardInterrupt) else "Stopped by an observer"
            self._say(f"{asked} in epoch {len(rows) + 1}; what was learned so far is kept.")
            return History(rows, interrupted=True)
        finally:
            module.eval()
            if not self.frozen:
                self._features = {}
            self._trained = None
        return History(rows)

    def _epoch(self, place: int, training: Training, fed: Fed, bar: Progress, observers: Sequence[Any]) -> Epoch:
        start = time.perf_counter()

        def after_batch(step: int, loss: torch.Tensor) -> None:
            self._trained = self._trained if self.frozen else None  # its copy of the body is of the batch before
            if _tell(observers, "on_batch_end", step, loss):
                raise StopTraining

        batches = fed.train(self.seed, self.epochs_done)
        train_loss = training.steps(batches, self.seed, self.epochs_done, place=place, bar=bar, after_batch=after_batch)
        self.epochs_done += 1
        measured = training.measure(fed)
        if not np.isfinite(measured.loss):
            raise TrainingDiverged(f"the validation loss became {measured.loss} after step {len(self.sched.losses)}")
        return Epoch.measured(
            place + 1, train_loss, measured.loss, measured.correct, measured.total, time.perf_counter() - start
        )

    def lr_find(self, *, start: float | Sequence[float] = 1e-5, end: float = 10.0, steps: int = 100) -> float:
        """Raise the learning rate from `start` to `end` over so many steps, and return the best rate seen.

        That is the highest rate at which the loss was still clearly improving; `learn.sched.plot()` shows the curve,
        and what other rules choose. start: a number, or one per layer group, whose ratios are kept; the last group's
        rate is returned. It ends early when the loss shoots up. The model is afterwards exactly as before. Raises
        LearningRateError where no rate can be read off. Smith (2015), "Cyclical learning rates for training neural
        networks". Taught in lesson 03.
        """
        rates = rates_per_group(start, len(self.model.groups()))
        plan = range_plan(rates[-1], end, steps)
        self.sched = record = RangeTest(classes=len(self.data.classes))
        if self._steps < 2:
            raise LearningRateError(
                f"got one batch of {len(self.data.train)} pictures; two are needed: type batch_size="
                f"{max(2, len(self.data.train) // 4)} in ImageClassifierData.from_paths"
            )
        module = self.model.head if self.frozen else self.model
        before = {key: value.clone() for key, value in module.state_dict().items()}
        training = Training(self.model, frozen=self.frozen, rates=rates, plan=plan, record=record, fabric=self.fabric)
        try:
            fed = self._fed()
            batches = itertools.islice(_epoch_after_epoch(fed, self.seed, self.epochs_done), plan.steps)
            with self._at_work(), Progress("learning rates", plan.steps) as bar:
                watcher = Watcher(record)
                training.steps(batches, self.seed, self.epochs_done, bar=bar, after_batch=watcher, read_every=1)
        except (StopTraining, TrainingDiverged):  # the end of the curve
            pass
        finally:
            module.eval()
            module.load_state_dict(before)
            module.zero_grad(set_to_none=True)
            self._trained = self._trained if self.frozen else None
        return record.suggestion

    @property
    def _steps(self) -> int:
        """The number of steps in an epoch, where every picture can be read."""
        return len(split_evenly(np.arange(len(self.data.train)), self.data.batch_size))

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Compute on as many threads as suit the work, and explain an error for want of memory."""
        small = self.precompute and self.fabric.device.type == "cpu"
        with one_thread() if small else nullcontext(), working_memory(self.data.batch_size, self.fabric.device):
            yield

    def _say(self, text: str) -> None:
        """Print, in the first of several processes only."""
        if self.fabric.is_global_zero:
            print(text)

    # What a run is fed ----------------------------------------------------------------------------------------------

    def _fed(self) -> Fed:
        if self.precompute:
            self._cache("train", "valid")
            return ActivationBatches(self.data, self.fabric.device, self._features)
        pictures = PictureBatches(self.data, self.fabric)
        return BodyBatches(pictures, self.trained.extractor) if self.frozen else pictures

    def _cache(self, *splits: str) -> None:
        """Have the activations of these splits in memory, from the cache where they are kept."""
        needed = [split for split in splits if split not in self._features]
        if needed:
            # The first process computes and keeps them; the others then find them.
            with working_memory(self.data.batch_size, self.fabric.device), self.fabric.rank_zero_first():
                found = cached_features(self.model, self.trained.extractor, self.data, needed, verify=self._verify)
            for split, kept in found.items():
                self._features[split] = Features(kept.features.to(self.fabric.device), kept.indices)

    @property
    def trained(self) -> TrainedModel:
        """The model as it is now, ready to predict by itself."""
        if self._trained is None:
            fast = computes_in_bfloat16(self.fabric)
            self._trained = TrainedModel(self.model, self.data.classes, self.fabric.device, fast=fast)
        return self._trained

    def _checkpoint(self, name: str, settings: dict[str, Any]) -> Checkpoint:
        """Return the file of a run, with all that tells this run from others."""
        way = self.data.tfms.augmentation
        plain = way is None or isinstance(way, str)
        facts = settings | {
            "architecture": self.model.name,
            "size": self.model.size,
            "classes": list(self.data.classes),
            "pictures": len(self.data.train),
            "batch_size": self.data.batch_size,
            "augmentation": way if plain else getattr(way, "__name__", type(way).__name__),
            "frozen": self.frozen,
            "precompute": self.precompute,
            "epochs_before": self.epochs_done,
            "seed": self.seed if self._seed_chosen else None,
        }
        return Checkpoint(self._model_file(name).with_suffix(".checkpoint"), facts)

    def _state(self, rows: list[Epoch], training: Training) -> dict[str, Any]:
        """Return all that a run needs to go on after its last epoch."""
        return {
            "done": len(rows),
            "epochs": training.plan.epochs,
            "seed": self.seed,
            "epochs_done": self.epochs_done,
            "model": self.model.state_dict(),
            "optimizer": training.optimizer.state_dict(),
            **as_plain(rows, self.sched),
        }

    def _go_on(self, state: dict[str, Any], training: Training) -> list[Epoch]:
        """Take over what a checkpoint holds, and return the rows of the epochs that are done."""
        self.model.load_state_dict(state["model"])
        training.optimizer.load_state_dict(state["optimizer"])
        self.seed, self.epochs_done, self._features, self._trained = state["seed"], state["epochs_done"], {}, None
        rows, record = from_plain(state)
        self.sched.rates, self.sched.losses = record.rates, record.losses
        restore_chance(state["chance"])
        left = training.plan.epochs - len(rows)
        self._say(
            f"Going on after epoch {len(rows)} of {training.plan.epochs}, from the checkpoint."
            if left
            else f"This run is finished: its {len(rows)} epochs are back from the checkpoint, and nothing is trained. "
            "For a new run, give another name."
        )
        return rows

    def _model_file(self, name: str) -> Path:
        if not name or Path(name).name != name or name.startswith("."):
            raise ValueError(f'got the name {name!r}; a name without folders is needed, such as learn.save("first")')
        return self.data.models_folder / f"{name.removesuffix('.safetensors')}.safetensors"


def _epoch_after_epoch(fed: Fed, seed: int, first: int) -> Batches:
    """Yield the batches of the epochs from `first` on without end, or none where there are no pictures to read."""
    for number in itertools.count(first):
        batch = None
        for batch in fed.train(seed, number):
            yield batch
        if batch is None:
            return


def _tell(observers: Sequence[Any], event: str, *facts: Any) -> bool:
    """Call `event` on each observer that has it; say whether one asked to stop."""
    answers = [getattr(observer, event, lambda *_: None)(*facts) for observer in observers]
    return any(answer is True for answer in answers)
