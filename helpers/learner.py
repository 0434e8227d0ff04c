"""`ConvLearner`: a pretrained body, a new head, and data, brought together to train and to predict."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from .activations import Features, cached_features, compute_features, without_augmentation
from .batches import ActivationBatches, PictureBatches
from .data import ImageClassifierData, split_evenly
from .loop import StopTraining, TrainingDiverged, evaluate, train_epoch
from .machine import computes_in_bfloat16, make_fabric, one_thread
from .models import Architecture, Classifier, build
from .progress import Progress, readable_seconds
from .schedule import Epoch, History, Record, rates_per_group
from .statistics import Predictions
from .summary import Summary, summarise
from .trained import ModelFileError, Prediction, TrainedModel, read_model_file, restore, save_model

if TYPE_CHECKING:
    from lightning_fabric import Fabric

MOMENTUM = 0.9


class ConvLearner:
    """A model and the pictures it learns from; make one with `ConvLearner.pretrained(arch, data)`.

    `data`, `model` (normalise, body, pool, head) and `sched` (the record of the last run) are there to be looked at.
    """

    def __init__(
        self,
        data: ImageClassifierData,
        model: Classifier,
        *,
        precompute: bool,
        seed: int,
        fabric: "Fabric",
        verify: bool,
    ) -> None:
        self.data, self.model, self.seed, self.fabric = data, model.to(fabric.device).eval(), seed, fabric
        self.sched = Record()
        self.epochs_done = 0
        self._precompute, self._frozen, self._verify = precompute, True, verify
        self._trained: TrainedModel | None = None
        self._features: dict[str, Features] = {}
        self.freeze()

    @classmethod
    def pretrained(
        cls,
        arch: Architecture,
        data: ImageClassifierData,
        *,
        precompute: bool = False,
        weights: str | Path | None = "DEFAULT",
        seed: int | None = None,
        fabric: "Fabric | None" = None,
        verify: bool = False,
    ) -> "ConvLearner":
        """Return a learner with the pretrained body of `arch`, frozen, and a head for the classes of `data`.

        arch: torchvision's constructor or a name. precompute: run the body once over all pictures and keep what it
        gives, so that epochs take seconds. weights: "DEFAULT", a file, or None for random numbers. seed: the same
        seed gives the same run. fabric: a Lightning Fabric of your own. verify: read all pictures again before kept
        activations are trusted. Raises WeightsError or ValueError with one sentence. Taught in lesson 02.
        """
        if not isinstance(data, ImageClassifierData):
            raise TypeError(f"got data={data!r}; type data = ImageClassifierData.from_paths(PATH, tfms=...)")
        seed = int(torch.randint(2**31, ())) if seed is None else int(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = build(arch, data.tfms.size, len(data.classes), weights)
        return cls(data, model, precompute=precompute, seed=seed, fabric=make_fabric(fabric), verify=verify)

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

    def fit(self, lr: float | Sequence[float], n: int, *, observers: Sequence[Any] = ()) -> History:
        """Train for `n` epochs with the learning rate `lr`; print the baseline and a row an epoch; return the rows.

        lr: a number, or one per layer group (early body, late body, head). observers: objects with any of
        `on_fit_begin(learn)`, `on_batch_end(step, loss)`, `on_epoch_end(row)`, `on_fit_end(history)`; one that returns
        True asks to stop. A diverging loss raises TrainingDiverged and puts the weights back. Lessons 02 and 08.
        """
        rates = rates_per_group(lr, len(self.model.groups()))
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
            raise ValueError(f"got n={n!r}; it is a whole number of epochs, 1 or more")
        said = without_augmentation(self.data) if self.precompute else None
        if said:
            print(said)
        history = self._run(rates, int(n), observers)
        _tell(observers, "on_fit_end", history)
        return history

    def _run(self, rates: tuple[float, ...], n: int, observers: Sequence[Any]) -> History:
        """Train, and leave a usable model behind whatever happens."""
        module = self.model.head if self.precompute else self.model
        before, epochs_before = {key: value.clone() for key, value in module.state_dict().items()}, self.epochs_done
        groups = [
            {"params": [value for value in group.parameters() if value.requires_grad], "lr": rate}
            for group, rate in zip(self.model.groups(), rates, strict=True)
        ]
        # Wrapped afresh in every run: a wrapper made while the body was frozen would not follow it when unfrozen.
        model, optimizer = self.fabric.setup(
            module, torch.optim.SGD([group for group in groups if group["params"]], lr=rates[-1], momentum=MOMENTUM)
        )
        self.sched = Record()
        rows: list[Epoch] = []
        _tell(observers, "on_fit_begin", self)
        try:
            batches = self._batches()
            share = self.data.majority
            print(
                f"Always answering {share[0]!r} would be right for {100 * share[1]:.1f} % of the validation pictures."
            )
            steps = n * len(split_evenly(np.arange(len(self.data.train)), self.data.batch_size))
            with self._threads(), self._explained_memory(), Progress(f"{n} epochs", steps) as bar:
                print(Epoch.HEADER)
                for _ in range(n):
                    rows.append(self._epoch(len(rows) + 1, model, optimizer, batches, rates, bar, observers))
                    print(rows[-1].line())
                    if _tell(observers, "on_epoch_end", rows[-1]):
                        break
        except TrainingDiverged as error:
            module.load_state_dict(before)
            self.epochs_done = epochs_before
            raise TrainingDiverged(
                f"{error} with learning rate {rates[-1]:g}; the model is as it was before this fit; "
                f"try a smaller rate: learn.fit({rates[-1] / 10:g}, {n})"
            ) from None
        except (KeyboardInterrupt, StopTraining) as stop:
            asked = "Interrupted" if isinstance(stop, KeyboardInterrupt) else "Stopped by an observer"
            print(f"{asked} in epoch {len(rows) + 1}; what was learned so far is kept.")
            return History(rows, interrupted=True)
        finally:
            module.eval()
            if not self.precompute and not self.frozen:
                self._features = {}
            self._trained = None
        return History(rows)

    def _epoch(
        self,
        number: int,
        model: Any,
        optimizer: Any,
        batches: PictureBatches | ActivationBatches,
        rates: tuple[float, ...],
        bar: Progress,
        observers: Sequence[Any],
    ) -> Epoch:
        start = time.perf_counter()

        def after_batch(step: int, loss: torch.Tensor) -> None:
            self._trained = self._trained if self.frozen else None  # its copy of the body is of the batch before
            if _tell(observers, "on_batch_end", step, loss):
                raise StopTraining

        # Slopes are needed, also where the reader has switched them off around this call.
        with self._chance(), torch.inference_mode(False), torch.enable_grad():
            model.train()
            if self.frozen and not self.precompute:
                self.model.body.eval()  # a frozen batch-norm keeps the statistics it was trained with
            train_loss = train_epoch(
                model,
                optimizer,
                batches.train(self.seed, self.epochs_done),
                record=self.sched,
                rates=rates,
                backward=self.fabric.backward,
                after_batch=after_batch,
                bar=bar,
            )
        self.epochs_done += 1
        model.eval()
        measured = evaluate(model, batches.valid())
        if not np.isfinite(measured.loss):
            raise TrainingDiverged(f"the validation loss became {measured.loss} after step {len(self.sched.losses)}")
        return Epoch.measured(
            number, train_loss, measured.loss, measured.correct, measured.total, time.perf_counter() - start
        )

    @contextmanager
    def _chance(self) -> Iterator[None]:
        """Make all chance of an epoch depend on (seed, epoch) alone; the caller's random numbers stay as they were."""
        device = self.fabric.device
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            torch.manual_seed(int(np.random.SeedSequence((self.seed, self.epochs_done)).generate_state(1)[0]))
            yield

    def _threads(self) -> Any:
        return one_thread() if self.precompute and self.fabric.device.type == "cpu" else nullcontext()

    @contextmanager
    def _explained_memory(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, MemoryError) as error:
            said = ("out of memory", "not enough memory", "allocate memory")
            if not isinstance(error, MemoryError) and not any(words in str(error).lower() for words in said):
                raise
            size, half = self.data.batch_size, self.data.batch_size // 2
            advice = f"PATH, batch_size={half}, tfms=tfms" if half > 1 else "PATH, tfms=tfms_from_model(arch, smaller)"
            raise MemoryError(
                f"batches of {size} pictures do not fit into the memory of the {self.fabric.device.type}; type "
                f"ImageClassifierData.from_paths({advice}) and make the learner again"
            ) from None

    # What a run is fed ----------------------------------------------------------------------------------------------

    def _batches(self) -> PictureBatches | ActivationBatches:
        if not self.precompute:
            return PictureBatches(self.data, self.fabric.device)
        self._cache("train", "valid")
        return ActivationBatches(self.data, self.fabric.device, self._features)

    def _cache(self, *splits: str) -> None:
        """Have the activations of these splits in memory, from the cache where they are kept."""
        needed = [split for split in splits if split not in self._features]
        if needed:
            with self._explained_memory():
                found = cached_features(self.model, self.trained.extractor, self.data, needed, verify=self._verify)
            for split, kept in found.items():
                self._features[split] = Features(kept.features.to(self.fabric.device), kept.indices)

    # Predictions ----------------------------------------------------------------------------------------------------

    @property
    def trained(self) -> TrainedModel:
        """The model as it is now, ready to predict by itself."""
        if self._trained is None:
            fast = computes_in_bfloat16(self.fabric)
            self._trained = TrainedModel(self.model, self.data.classes, self.fabric.device, fast=fast)
        return self._trained

    def predict(self, picture: str | Path | np.ndarray) -> Prediction:
        """Say what is in one picture: a file's path, or an array (height, width, 3) of uint8 values. Lesson 02."""
        return self.trained.predict(picture)

    def predict_all(self, split: str = "valid") -> Predictions:
        """Return what the model says of every picture of a split: "train", "valid" or "test". Lesson 02."""
        pictures = self.data.split(split)
        if self.precompute:
            self._cache(split)
            found = self._features[split]
        else:
            with self._explained_memory():
                found = compute_features(self.trained.extractor, self.data, split)
        labels = None if pictures.labels is None else pictures.labels[found.indices]
        paths = tuple(pictures.paths[place] for place in found.indices)
        return Predictions(self.trained.probabilities(found.features), labels, paths, self.data.classes)

    # Keeping --------------------------------------------------------------------------------------------------------

    def save(self, name: str) -> Path:
        """Keep the whole model as `PATH/models/<name>.safetensors`, and return that path. Lesson 02."""
        return save_model(self._model_file(name), self.model, self.data.classes)

    def load(self, name: str) -> None:
        """Take over the weights that `save(name)` kept; ModelFileError where they are of another model."""
        facts, tensors = read_model_file(self._model_file(name))
        if tuple(facts["classes"]) != self.data.classes:
            raise ModelFileError(
                f"{name} knows the classes {', '.join(facts['classes'])}; these pictures have "
                f"{', '.join(self.data.classes)}; use load_model to predict with it"
            )
        restore(self.model, facts, tensors, name)
        self._trained, self._features = None, {}

    def _model_file(self, name: str) -> Path:
        if not name or Path(name).name != name or name.startswith("."):
            raise ValueError(f'got the name {name!r}; a name without folders is needed, such as learn.save("first")')
        return self.data.models_folder / f"{name.removesuffix('.safetensors')}.safetensors"

    # Looking --------------------------------------------------------------------------------------------------------

    def summary(self) -> Summary:
        """Return the model's layers with the shapes of what they give, and their parameters. Lesson 02."""
        return summarise(self.model)

    def estimate(self, n: int) -> str:
        """Say how long `fit(lr, n)` will take on this machine, after trying one batch. Lesson 02."""
        batch = next(self.data.batches("train", order=np.arange(min(len(self.data.train), self.data.batch_size))))
        self.trained.extractor(batch.pixels)
        start = time.perf_counter()
        next(self.data.batches("train", order=batch.indices))
        self.trained.extractor(batch.pixels)
        each = (time.perf_counter() - start) / len(batch.indices)
        pictures = len(self.data.train) + len(self.data.valid)
        # Backward passes cost twice a forward one, and are only needed through layers that learn.
        passes = 1.0 if self.precompute else n * (1.0 if self.frozen else 2.7)
        return f"About {readable_seconds(each * pictures * passes)} on this machine, if nothing is kept yet."

    def __repr__(self) -> str:
        state = (
            f"{'frozen' if self.frozen else 'unfrozen'}, precompute={self.precompute}, {self.epochs_done} epochs done"
        )
        return f"ConvLearner: {self.model.name} for {', '.join(self.data.classes)} ({state})"


def _tell(observers: Sequence[Any], event: str, *facts: Any) -> bool:
    """Call `event` on each observer that has it; say whether one asked to stop."""
    answers = [getattr(observer, event, lambda *_: None)(*facts) for observer in observers]
    return any(answer is True for answer in answers)
