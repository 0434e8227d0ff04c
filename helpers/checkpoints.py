"""A run that survives a killed kernel: after each epoch all that it needs to go on is in one file."""

import io
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from .files.keeping import write_atomically
from .files.weights import DAMAGED, fitted, read_saved
from .history import Epoch
from .names import shortened

if TYPE_CHECKING:
    from .training import Run

FORMAT = "whole-game checkpoint, version 3"
UNLIKE = {"began_with": "which began with other weights", "learned_from": "on other pictures or labels"}


class CheckpointError(ValueError):
    """A checkpoint that belongs to another run, or cannot be read; the message says what to type."""


class Checkpoint:
    """The file that keeps a run's state; an observer that writes it after each epoch.

    made_of: digests of the weights that the run `began_with`, and of the pictures and labels that it `learned_from`.
    """

    def __init__(self, path: Path, run: "Run", made_of: dict[str, str]) -> None:
        self.path, self.run, self.facts, self.warned = path, run, asdict(run.settings) | made_of, False

    def on_epoch_end(self, row: Any) -> None:
        """Keep the state of the run in place of what was kept before; never half-written.

        No `rng_state` is kept, because (seed, epoch) decide all that is random in a run. Where it cannot be kept,
        training goes on.
        """
        content = io.BytesIO()
        torch.save({"format": FORMAT, "facts": self.facts, **self.run.state}, content)
        try:
            write_atomically(self.path, lambda part: part.write_bytes(content.getbuffer()), durable=True)
        except OSError as error:
            if not self.warned:
                why = f"{error.strerror or error} ({shortened(self.path.parent, 150)})"
                self.run.say(f"The checkpoint could not be kept: {why}; training goes on without it.")
            self.warned = True

    def read(self) -> dict[str, Any] | None:
        """Return the state that this run kept, or None where it has to start.

        A finished run of other settings is over, and gives way; an unfinished one is not lost: CheckpointError.
        Nothing in the file is run, and all of it is looked at before anything is changed.
        """
        if not self.path.exists():
            return None
        try:
            kept = read_saved(self.path)
            if not isinstance(kept, dict) or kept["format"] != FORMAT:
                raise ValueError("another version")
            facts, done, epochs = dict(kept["facts"]), int(kept["done"]), int(kept["epochs"])
            unlike = [name for name, value in self.facts.items() if facts.get(name) != value]
            if not unlike:
                return self._checked(kept)
        except DAMAGED:
            raise CheckpointError(
                f"{shortened(self.path.name)} is not a checkpoint of this version, or it is damaged; nothing in it was "
                f"run. Give another name, or delete it: {shortened(self.path, 200)}"
            ) from None
        if done < epochs:
            name = unlike[0]
            theirs, ours = (shortened(repr(values.get(name)), 40) for values in (facts, self.facts))
            raise CheckpointError(
                f"{shortened(self.path.name, 40)} holds {done} of {epochs} epochs of another run, "
                f"{UNLIKE.get(name, f'with {name}={theirs} and not {ours}')}; give another name, go on with that run, "
                f"or delete the file: {shortened(self.path, 150)}"
            )
        return None

    def _checked(self, kept: dict[str, Any]) -> dict[str, Any]:
        """Return a state of which every part fits the run; one of DAMAGED for any other."""
        run, own = self.run, self.run.optimizer.state_dict()["param_groups"]
        rows, rates, losses = [Epoch(*row) for row in kept["rows"]], kept["rates"], kept["losses"]
        numbers = [*losses, *(value for values in (*rows, *rates) for value in values)]
        whole = (kept["done"], kept["epochs"], kept["seed"], kept["epochs_before"])
        if not all(type(number) is int and 0 <= number < 2**63 for number in whole):
            raise ValueError("counts of another kind")
        if [row.epoch for row in rows] != list(range(1, kept["done"] + 1)) or not 0 < len(rows) <= run.plan.epochs:
            raise ValueError("other epochs")
        if not all(type(number) in (int, float) and math.isfinite(number) for number in numbers):
            raise ValueError("other things than numbers")
        if kept["epochs"] != run.plan.epochs or {len(each) for each in rates} != {len(run.settings.lr)}:
            raise ValueError("another plan")
        if len(rates) != len(losses):
            raise ValueError("other steps")
        numbered = [number for group in own for number in group["params"]]
        learning = [weight for group in run.optimizer.param_groups for weight in group["params"]]
        weights = dict(zip(numbered, learning, strict=True))
        momenta = {n: fitted(values, {"momentum_buffer": weights[n]}) for n, values in kept["momenta"].items()}
        before, model = run.model.state_dict(), fitted(kept["model"], run.model.state_dict())
        kept_still = run.settings.frozen and not run.settings.epochs_before  # the body is as it was made
        known = kept_still and (run.model.pretrained or run.settings.seed is not None)
        stays = ("body.", "normalise.") if known else ("normalise.",)
        if not all(torch.equal(model[name], before[name].cpu()) for name in before if name.startswith(stays)):
            raise ValueError("other weights where none have learned")
        return kept | {"model": model, "momenta": momenta, "rows": rows}
