"""A run that survives a killed kernel: after each epoch all that it needs to go on is in one file."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from .files import write_atomically

if TYPE_CHECKING:
    from .training import Run

FORMAT = "whole-game checkpoint, version 2"


class CheckpointError(ValueError):
    """A checkpoint that belongs to another run, or cannot be read; the message says what to type."""


class Checkpoint:
    """The file that keeps a run's state; an observer that writes it after each epoch."""

    def __init__(self, path: Path, run: "Run") -> None:
        self.path, self.run, self.settings = path, run, asdict(run.settings)

    def on_epoch_end(self, row: Any) -> None:
        """Keep the state of the run in place of what was kept before; never half-written.

        No `rng_state` is kept, because (seed, epoch) decide all that is random in a run.
        """
        whole = {"format": FORMAT, "settings": self.settings, **self.run.state}
        write_atomically(self.path, lambda temporary: torch.save(whole, temporary))

    def read(self) -> dict[str, Any] | None:
        """Return the state that this run kept, or None where it has to start.

        A finished run of other settings is over, and gives way; an unfinished one is not lost: CheckpointError.
        Nothing in the file is run.
        """
        if not self.path.exists():
            return None
        try:
            kept = torch.load(self.path, map_location="cpu", weights_only=True)
            if not isinstance(kept, dict) or kept["format"] != FORMAT:
                raise ValueError("another version")
            settings, done, epochs = kept["settings"], kept["done"], kept["epochs"]
        except Exception:
            raise CheckpointError(
                f"{self.path.name} is not a checkpoint of this version, or it is damaged; nothing in it was run. "
                f"Give another name, or delete it: {self.path}"
            ) from None
        unlike = [name for name, value in self.settings.items() if settings.get(name) != value]
        if not unlike:
            return kept
        if done < epochs:
            name = unlike[0]
            raise CheckpointError(
                f"{self.path.name} holds {done} of {epochs} epochs of another run, with {name}={settings.get(name)!r} "
                f"and not {self.settings[name]!r}; give another name, go on with that run, or delete the file: "
                f"{self.path}"
            )
        return None
