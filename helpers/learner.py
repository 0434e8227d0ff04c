"""`ConvLearner`: a pretrained body, a new head, and data, brought together to train, to predict and to be kept."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL.Image import Image

from .activations import Features, KeptActivations, compute_features, nothing_readable
from .architectures import Constructor
from .batches import ActivationBatches, PictureBatches, Source
from .checkpoints import Checkpoint
from .data import ImageClassifierData
from .device import computes_in_bfloat16, make_fabric, working_memory
from .finder import RangeTest, needs_two_batches, range_plan
from .history import History, Record, Settings, TrainingDiverged
from .models import Classifier, body_digest, build
from .names import listed, shortened
from .predictor import ModelFileError, Prediction, Predictor, read_model_file, restore, save_model
from .progress import Progress, readable_seconds
from .schedule import Plan, make_plan, rates_per_group, whole_number
from .statistics import Predictions
from .summary import Summary, summarise
from .training import Run, tell
from .transforms import augment

if TYPE_CHECKING:
    from lightning_fabric import Fabric


NO_EFFECT = (
    "Augmentation has no effect while precompute is true: the activations of the unchanged pictures are reused. "
    "Type learn.precompute = False to train on changed ones."
)
TTA = 2**31  # where the epochs of test-time augmentation begin, which training never reaches


class Fixed:
    """An attribute that is set once: weights, activations and checkpoints belong to it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __set__(self, learn: "ConvLearner", value: Any) -> None:
        if self.name in learn.__dict__:
            why = f"learn.{self.name} cannot be replaced, because what was learned and kept belongs to it"
            raise AttributeError(f"{why}; make another learner: learn = ConvLearner.pretrained(arch, data)")
        learn.__dict__[self.name] = value


class ConvLearner:
    """A model and the pictures it learns from; make one with `ConvLearner.pretrained(arch, data)`.

    `data`, `model` (normalise, body, pool, head), `predictor` (the model by itself), `sched` (the record of the last
    run) and `epochs_done` are there to be looked at.
    """

    data: ImageClassifierData = Fixed()  # type: ignore[assignment]
    model: Classifier = Fixed()  # type: ignore[assignment]
    fabric: "Fabric" = Fixed()  # type: ignore[assignment]
    seed: int = Fixed()  # type: ignore[assignment]

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
        self.data, self.model, self.seed, self.fabric = data, model.eval(), seed, fabric
        self.sched, self.epochs_done, self._precompute, self._seed_chosen = Record(), 0, precompute, seed_chosen
        data.announces = fabric.is_global_zero
        self.predictor = Predictor(model, data.classes, fabric.device, fast=computes_in_bfloat16(fabric))
        self._kept = KeptActivations(self.predictor.extractor, data, fabric, verify=verify)
        self._broken_off: tuple[str | None, int, int] = None, 0, 0  # checkpoint; epochs before that run; epochs after
        self.freeze()

    @classmethod
    def pretrained(
        cls,
        arch: str | Constructor,
        data: ImageClassifierData,
        *,
        precompute: bool = False,
        weights: str | Path | None = "DEFAULT",
        seed: int | None = None,
        fabric: "Fabric | None" = None,
        verify: bool = False,
    ) -> "ConvLearner":
        """Return a learner with the pretrained body of `arch`, frozen, and a head for the classes of `data`.

        arch: torchvision's constructor or a name, or a constructor of your own. precompute: run the body once over
        all pictures and keep its activations, so that epochs take seconds. weights: "DEFAULT", a file, or None for
        random numbers. seed: the same seed gives the same run. fabric: a Lightning Fabric of your own. verify: read
        all pictures again before kept activations are trusted. Raises WeightsError or ValueError with one sentence.
        Taught in lesson 02.
        """
        if not isinstance(data, ImageClassifierData):
            raise TypeError(f"got data={data!r}; type data = ImageClassifierData.from_paths(PATH, tfms=...)")
        whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
        if seed is not None and not (whole and 0 <= seed < 2**63):
            raise ValueError(f"got seed={seed!r}; it is a whole number from 0 on, such as seed=1")
        fabric, chosen = make_fabric(fabric), seed is not None
        if seed is None:  # the same for all processes
            seed = fabric.broadcast(int(torch.randint(2**31, (), device="cpu")))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(seed))
            model = build(arch, data.tfms.size, len(data.classes), weights)
        return cls(data, model, precompute=precompute, seed=int(seed), seed_chosen=chosen, fabric=fabric, verify=verify)

    # What learns ----------------------------------------------------------------------------------------------------

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
        self._began_with  # noqa: B018  looked at before it changes
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
        TrainingDiverged and puts the weights back. Lessons 02, 03 and 09.
        """
        rates = rates_per_group(lr)
        plan = make_plan(n, self.data.steps, cycle_len=cycle_len, cycle_mult=cycle_mult, schedule=schedule)
        run = self._run(rates, plan, Record(), observers, checkpoint)
        if plan.announcement:
            run.say(plan.announcement)
        if self._precompute and self.data.tfms.augmentation is not None:
            run.say(NO_EFFECT)
        with self._usable_after(run):
            if checkpoint is not None:
                self._go_on_from(checkpoint, run)
            tell(observers, "on_fit_begin", self)
            history = run.fit()
        self._broken_off = (None if len(run.rows) == plan.epochs else checkpoint, run.epochs_before, self.epochs_done)
        tell(observers, "on_fit_end", history)
        return history

    def lr_find(self, *, start: float | Sequence[float] = 1e-5, end: float = 10.0, steps: int = 100) -> float:
        """Raise the learning rate from `start` to `end` over so many steps, and return the best rate seen.

        That is the highest rate at which the loss was still clearly improving; `learn.sched.plot()` shows the curve,
        and what other rules choose. start: a number, or one per layer group, whose ratios are kept; the last group's
        rate is returned. It ends early when the loss shoots up. The model is afterwards exactly as before. Raises
        LearningRateError where no rate can be read off. Smith (2015), "Cyclical learning rates for training neural
        networks". Taught in lesson 03.
        """
        rates = rates_per_group(start)
        plan = range_plan(rates[-1], end, steps)
        needs_two_batches(self.data.steps, len(self.data.train))
        test = RangeTest(classes=len(self.data.classes))
        run = self._run(rates, plan, test, [test])
        with self._usable_after(run, undo=True):
            run.sweep()
        return test.suggestion

    def _run(
        self, rates: tuple[float, ...], plan: Plan, record: Record, observers: Sequence[Any], name: str | None = None
    ) -> Run:
        """Return the run that trains what learns at present, with all that tells it from other runs."""
        data, frozen, precompute, way = self.data, self._frozen, self._precompute, self.data.tfms.augmentation
        if precompute:
            source: Source = ActivationBatches(self._kept, data, self.fabric.device)
        else:
            source = PictureBatches(data, self.fabric, self.predictor.extractor, learns=not frozen)
        broken_off, before, after = self._broken_off
        again = name is not None and (broken_off, after) == (name, self.epochs_done)  # the same line, typed again
        settings = Settings(
            architecture=self.model.name,
            size=self.model.size,
            lr=rates,
            **plan.choices,
            frozen=frozen,
            precompute=precompute,
            augmentation=way if isinstance(way, str | None) else getattr(way, "__name__", type(way).__name__),
            batch_size=data.batch_size,
            classes=data.classes,
            pictures=len(data.splits["train"].paths),
            seed=self.seed if self._seed_chosen else None,
            pretrained=self.model.pretrained,
            epochs_before=before if again else self.epochs_done,
        )
        return Run(
            self.model, source, plan, settings, seed=self.seed, fabric=self.fabric, record=record, observers=observers
        )

    @contextmanager
    def _usable_after(self, run: Run, *, undo: bool = False) -> Iterator[None]:
        """Whatever happens inside, leave a usable model behind: as far as it has come, or, with `undo`, as it was."""
        self.sched = run.record
        try:
            with working_memory(self.data.batch_size, self.fabric.device):
                yield
        except TrainingDiverged as error:
            undo, rate = True, run.settings.lr[-1]
            raise TrainingDiverged(
                f"{error} with learning rate {rate:g}; the model is as it was before this fit; "
                f"try a smaller rate: learn.fit({rate / 10:g}, {run.plan.epochs})"
            ) from None
        finally:
            run.end(undo=undo)
            if not undo:
                self.epochs_done = run.epochs_before + len(run.rows)

    @cached_property
    def _began_with(self) -> str:
        """The digest of the weights that the body began with; of random ones the seed says enough."""
        return body_digest(self.model) if self.model.pretrained else ""

    def _go_on_from(self, name: str, run: Run) -> None:
        """Let a run keep itself under a name, and go on where the same run stopped."""
        made_of = {"began_with": self._began_with, "learned_from": self.data.digest(verify=self._kept.verify)}
        kept = Checkpoint(self._model_file(name, ".checkpoint"), run, made_of)
        state = self.fabric.broadcast(kept.read() if self.fabric.is_global_zero else None)
        if state is not None:
            run.resume(state)
            self.__dict__["seed"] = run.seed  # one that nobody chose comes back with its run
        if self.fabric.is_global_zero:
            run.observers.insert(0, kept)

    # Predictions ----------------------------------------------------------------------------------------------------

    def predict(self, picture: str | Path | Image | np.ndarray) -> Prediction:
        """Say what is in one picture: a file, a PIL picture, or an array (height, width, 3) of uint8. Lesson 02."""
        return self.predictor.predict(picture)

    def activations(self, split: str = "train") -> Features:
        """Return what the body makes of the pictures of a split, computed once and kept. Lesson 03.

        features: float32 (pictures, features); indices: which picture of the split each row belongs to.
        """
        return self._kept.of(self.data.split(split).name)[0]

    def predict_all(self, split: str = "valid") -> Predictions:
        """Return what the model says of every picture of a split: "train", "valid" or "test". Lesson 02."""
        if self.precompute:
            found = self.activations(split)
        else:
            with working_memory(self.data.batch_size, self.fabric.device):
                found = compute_features(self.predictor.extractor, self.data, split)
        return self._predictions(self.predictor.probabilities(found.features), split, found.indices)

    def tta(self, split: str = "valid", *, n: int = 4) -> Predictions:
        """Predict for every picture as it is and for `n` augmented copies of it; return the mean of the probabilities.

        The copies are made as in training, or "side_on" where there is no augmentation. Test-time augmentation:
        Krizhevsky, Sutskever and Hinton (2012) average over ten crops. Taught in lesson 09.
        """
        copies = whole_number("n", n, "augmented copies of each picture")
        way, count = self.data.tfms.augmentation or "side_on", len(self.data.split(split))
        means, indices, predictor = [], [], self.predictor
        bar = Progress(f"{copies + 1} views of each picture", count)
        with working_memory(self.data.batch_size, self.fabric.device), bar:
            for batch in self.data.batches(split):
                draws = [{"seed": self.seed, "epoch": TTA + copy, "indices": batch.indices} for copy in range(copies)]
                views = [batch.pixels, *(augment(batch.pixels, way, **draw) for draw in draws)]
                means.append(np.mean([predictor.probabilities(predictor.extractor(view)) for view in views], axis=0))
                indices.append(batch.indices)
                bar.advance(len(batch.indices))
        if not means:
            raise nothing_readable(self.data, split)
        return self._predictions(np.concatenate(means), split, np.concatenate(indices))

    def _predictions(self, probabilities: np.ndarray, split: str, indices: np.ndarray) -> Predictions:
        pictures = self.data.split(split)
        labels = None if pictures.labels is None else pictures.labels[indices]
        return Predictions(probabilities, labels, tuple(pictures.paths[index] for index in indices), self.data.classes)

    # Saving ---------------------------------------------------------------------------------------------------------

    def save(self, name: str) -> Path:
        """Save the whole model as `PATH/models/<name>.safetensors`, and return that path. Lesson 02."""
        return save_model(self._model_file(name), self.model, self.data.classes)

    def load(self, name: str) -> None:
        """Take over the weights that `save(name)` wrote; ModelFileError where they are of another model."""
        facts, tensors = read_model_file(self._model_file(name))
        if tuple(facts["classes"]) != self.data.classes:
            known, these = (listed(map(shortened, names), 4) for names in (facts["classes"], self.data.classes))
            raise ModelFileError(f"{name} knows the classes {known}; these are {these}; load_model can predict with it")
        self._began_with = restore(self.model, facts, tensors, name)

    def _model_file(self, name: str, suffix: str = ".safetensors") -> Path:
        if not name or Path(name).name != name or name.startswith("."):
            raise ValueError(f'got the name {name!r}; a name without folders is needed, such as learn.save("first")')
        return self.data.models_folder / f"{name.removesuffix('.safetensors')}{suffix}"

    # Looking --------------------------------------------------------------------------------------------------------

    def summary(self) -> Summary:
        """Return the model's layers with the shapes of their outputs, and their parameters. Lesson 02."""
        return summarise(self.model)

    def estimate(self, n: int) -> str:
        """Say how long `fit(lr, n)` will take on this machine, after trying one batch."""
        batch = next(self.data.batches("train"), None)
        if batch is None:
            raise nothing_readable(self.data, "train")
        self.predictor.extractor(batch.pixels)
        start = time.perf_counter()
        next(self.data.batches("train", order=batch.indices))
        self.predictor.extractor(batch.pixels)
        each = (time.perf_counter() - start) / len(batch.indices)
        pictures = len(self.data.train) + len(self.data.valid)
        # Backward passes cost twice a forward one, and are only needed through layers that learn.
        passes = 1.0 if self.precompute else n * (1.0 if self.frozen else 2.7)
        unless = ", if nothing is kept yet" if self.precompute else ""
        return f"About {readable_seconds(each * pictures * passes)} on this machine{unless}."

    def __repr__(self) -> str:
        state = f"{'frozen' if self.frozen else 'unfrozen'}, precompute={self.precompute}"
        names = listed(map(shortened, self.data.classes), 4)
        return f"ConvLearner: {self.model.name} for {names} ({state}, {self.epochs_done} epochs done)"
