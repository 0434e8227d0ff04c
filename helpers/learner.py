"""`ConvLearner`: a pretrained body, a new head, and data, brought together to train, to predict and to be kept."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from .activations import compute_features, nothing_readable
from .data import ImageClassifierData, Split
from .device import make_fabric, working_memory
from .models import Architecture, build
from .predictor import ModelFileError, Prediction, read_model_file, restore, save_model
from .progress import Progress, readable_seconds
from .schedule import whole_number
from .statistics import Predictions
from .summary import Summary, summarise
from .trainer import Trainer
from .transforms import augment

if TYPE_CHECKING:
    from lightning_fabric import Fabric


TTA = 2**31  # where the epochs of test-time augmentation begin, which training never reaches


class ConvLearner(Trainer):
    """A model and the pictures it learns from; make one with `ConvLearner.pretrained(arch, data)`.

    `data`, `model` (normalise, body, pool, head) and `sched` (the record of the last run) are there to be looked at.
    """

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
        fabric, chosen = make_fabric(fabric), seed is not None
        if seed is None:  # the same for all processes
            seed = fabric.broadcast(int(torch.randint(2**31, ())))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(seed))
            model = build(arch, data.tfms.size, len(data.classes), weights)
        return cls(data, model, precompute=precompute, seed=int(seed), seed_chosen=chosen, fabric=fabric, verify=verify)

    # Predictions ----------------------------------------------------------------------------------------------------

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
            with working_memory(self.data.batch_size, self.fabric.device):
                found = compute_features(self.trained.extractor, self.data, split)
        return self._predictions(self.trained.probabilities(found.features), pictures, found.indices)

    def tta(self, split: str = "valid", *, n: int = 4) -> Predictions:
        """Predict for every picture as it is and for `n` augmented copies of it; return the mean of the probabilities.

        The copies are made as in training, or "side_on" where there is no augmentation. Test-time augmentation:
        Krizhevsky, Sutskever and Hinton (2012) average over ten crops. Taught in lesson 08.
        """
        copies = whole_number("n", n, "augmented copies of each picture")
        pictures, way = self.data.split(split), self.data.tfms.augmentation or "side_on"
        sums, places = [], []
        with (
            working_memory(self.data.batch_size, self.fabric.device),
            Progress(f"{copies + 1} views of each picture", len(pictures)) as bar,
        ):
            for batch in self.data.batches(split):
                views = [batch.pixels] + [
                    augment(batch.pixels, way, seed=self.seed, epoch=TTA + copy, indices=batch.indices)
                    for copy in range(copies)
                ]
                sums.append(np.mean([self.trained.probabilities(self.trained.extractor(v)) for v in views], axis=0))
                places.append(batch.indices)
                bar.advance(len(batch.indices))
        if not sums:
            raise nothing_readable(self.data, split)
        return self._predictions(np.concatenate(sums), pictures, np.concatenate(places))

    def _predictions(self, probabilities: np.ndarray, pictures: Split, places: np.ndarray) -> Predictions:
        labels = None if pictures.labels is None else pictures.labels[places]
        return Predictions(probabilities, labels, tuple(pictures.paths[place] for place in places), self.data.classes)

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
        unless = ", if nothing is kept yet" if self.precompute else ""
        return f"About {readable_seconds(each * pictures * passes)} on this machine{unless}."

    def __repr__(self) -> str:
        state = (
            f"{'frozen' if self.frozen else 'unfrozen'}, precompute={self.precompute}, {self.epochs_done} epochs done"
        )
        return f"ConvLearner: {self.model.name} for {', '.join(self.data.classes)} ({state})"
