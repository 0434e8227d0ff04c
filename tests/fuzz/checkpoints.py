"""Checkpoints through `fit(..., checkpoint=name)`: a run goes on whole, or not at all."""

import io
import math
import random
from pathlib import Path
from typing import Any

import torch

from helpers.checkpoints import CheckpointError
from helpers.history import Epoch, TrainingDiverged
from tests.fuzz.crafted_checkpoints import CRAFTED, KEYS, State
from tests.fuzz.crafted_weights import Runs, saved
from tests.fuzz.door import Door
from tests.fuzz.mutate import mutated
from tests.pictures import data_in, learner, make_pictures, same_weights, weights_of

ARCH, SIZE, EPOCHS = "squeezenet1_1", 32, 2


def small_learner(root: Path, **choices: Any) -> Any:
    """Return the learner of every case: a small network on small pictures, with kept activations."""
    return learner(data_in(root, size=SIZE, arch=ARCH), arch=ARCH, precompute=True, **choices)


class StopsAfterOne:
    """An observer that ends a run after its first epoch, so that its checkpoint is not finished."""

    def on_epoch_end(self, row: Epoch) -> bool:
        """Ask to stop."""
        return True


def finite(value: Any) -> bool:
    """Say whether a value is a finite number; a whole one may be too large to be a fraction."""
    try:
        return isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:
        return False


class Checkpoints:
    """One case: the checkpoint of an unfinished run, damaged or crafted, and the line that goes on with it."""

    def __init__(self, folder: Path) -> None:
        self.root = make_pictures(folder / "pictures", train=5, valid=3)
        small_learner(self.root).fit(0.01, EPOCHS, checkpoint="run", observers=[StopsAfterOne()])
        self.path = self.root / "models" / "run.checkpoint"
        self.whole, self.marker = self.path.read_bytes(), folder / "was run"
        if self.state().keys() != set(KEYS):
            raise RuntimeError(f"a checkpoint holds {list(self.state())}; what is crafted here fits another version")

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Go on with one file: with finite weights, or with an error and the weights as they were."""
        self.marker.unlink(missing_ok=True)
        if number % 2:
            door.label, content = mutated(draw, self.whole)
        else:
            door.label, content = self.crafted(number // 2)
        self.path.write_bytes(content)
        torch.manual_seed(0)
        learn = small_learner(self.root)
        before = weights_of(learn.model)
        answer = door.call("fit", lambda: learn.fit(0.01, EPOCHS, checkpoint="run"), CheckpointError, TrainingDiverged)
        door.counts["read" if answer.error is None else "refused"] += 1
        if self.marker.exists():
            door.fault("foreign", "code that stands in the file WAS RUN")
        after = weights_of(learn.model)
        if answer.error is not None:
            if not same_weights(before, after):
                door.fault("lost", f"after {type(answer.error).__name__} the weights are not what they were")
            if not (isinstance(learn.epochs_done, int) and learn.epochs_done == 0):
                door.fault("lost", f"after {type(answer.error).__name__} there are {learn.epochs_done} epochs done")
            if isinstance(answer.error, CheckpointError) and self.path.read_bytes() != content:
                door.fault("lost", "the checkpoint that was refused is not what it was")
            if door.label == "whole":
                door.fault("lost", f"a whole checkpoint is refused: {answer.error}")
            return
        if not all(bool(value.isfinite().all()) for value in after.values()):
            door.fault("wrong", "the run went on, and its weights are no finite numbers")
        rows = answer.value
        numbers = [value for row in rows for value in row]
        if len(rows) != EPOCHS or not all(map(finite, numbers)):
            door.fault("wrong", f"the run went on, and its {len(rows)} rows are not {EPOCHS} rows of finite numbers")
        body = [key for key in before if key.startswith(("body", "normalise"))]
        if not all(torch.equal(before[key], after[key]) for key in body):
            door.fault("wrong", "the run went on with another body than the frozen one")

    def crafted(self, number: int) -> tuple[str, bytes]:
        """Return a crafted checkpoint: of fifteen, one holds code."""
        if number % 15 == 14:
            state = self.state()
            key = list(state)[number // 15 % len(state)]
            return f"code in {key}", saved(state | {key: Runs(Path.touch, self.marker)})
        label = list(CRAFTED)[(number - number // 15) % len(CRAFTED)]
        return label, saved(CRAFTED[label](self.state()))

    def state(self) -> State:
        """Return what the whole checkpoint holds."""
        return torch.load(io.BytesIO(self.whole), weights_only=True)
