"""A run that survives a killed kernel: after each epoch all that it needs to go on is in one file."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .files import write_atomically
from .history import Epoch, Record

FORMAT = "whole-game checkpoint, version 1"


class CheckpointError(ValueError):
    """A checkpoint that belongs to another run, or cannot be read; the message says what to type."""


class Checkpoint:
    """The file that one run keeps itself in. `run`: the facts that tell this run from others, all plain values."""

    def __init__(self, path: Path, run: Mapping[str, Any]) -> None:
        self.path, self.run = path, dict(run)

    def write(self, state: Mapping[str, Any]) -> None:
        """Keep the state of the run, and of all random numbers, in place of what was kept before; never half-written.

        state: state dicts and plain values, with "done" and "epochs" among them.
        """
        whole = {"format": FORMAT, "run": self.run, "chance": _chance(), **state}
        write_atomically(self.path, lambda temporary: torch.save(whole, temporary))

    def read(self) -> dict[str, Any] | None:
        """Return the state that this run kept, or None where it has to start.

        A finished run of other facts is over, and gives way; an unfinished one is not lost: CheckpointError.
        Nothing in the file is run.
        """
        if not self.path.exists():
            return None
        try:
            kept = torch.load(self.path, map_location="cpu", weights_only=True)
            if kept["format"] != FORMAT:
                raise ValueError("another version")
            run, done, epochs = kept["run"], kept["done"], kept["epochs"]
        except Exception:
            raise CheckpointError(
                f"{self.path.name} is not a checkpoint of this version, or it is damaged; nothing in it was run. "
                f"Give another name, or delete it: {self.path}"
            ) from None
        unlike = [name for name, value in self.run.items() if run.get(name) != value]
        if not unlike:
            return kept
        if done < epochs:
            name = unlike[0]
            raise CheckpointError(
                f"{self.path.name} holds {done} of {epochs} epochs of another run, with {name}={run.get(name)!r} and "
                f"not {self.run[name]!r}; give another name, go on with that run, or delete the file: {self.path}"
            )
        return None


def _chance() -> dict[str, Any]:
    """The state of everybody's random numbers, in values that load without running anything."""
    kind, keys, place, has_next, following = np.random.get_state()  # noqa: NPY002  the state everybody shares
    version, internal, gauss = random.getstate()
    states = {
        "torch": torch.get_rng_state(),
        "numpy": [kind, torch.from_numpy(np.array(keys, dtype=np.int64)), int(place), int(has_next), float(following)],  # type: ignore[arg-type]
        "python": [version, list(internal), gauss],
    }
    return states | ({"cuda": torch.cuda.get_rng_state_all()} if torch.cuda.is_available() else {})


def restore_chance(kept: Mapping[str, Any]) -> None:
    """Set everybody's random numbers to where they were when a checkpoint was written."""
    torch.set_rng_state(kept["torch"])
    kind, keys, *rest = kept["numpy"]
    np.random.set_state((kind, keys.numpy().astype(np.uint32), *rest))  # noqa: NPY002
    version, internal, gauss = kept["python"]
    random.setstate((version, tuple(internal), gauss))
    if "cuda" in kept and torch.cuda.device_count() == len(kept["cuda"]):
        torch.cuda.set_rng_state_all(kept["cuda"])


def as_plain(rows: list[Epoch], record: Record) -> dict[str, Any]:
    """Return the rows and the record of a run as plain lists."""
    return {"rows": [list(row) for row in rows], "rates": [list(r) for r in record.rates], "losses": record.losses}


def from_plain(kept: Mapping[str, Any]) -> tuple[list[Epoch], Record]:
    """Return the rows and the record that `as_plain` made lists of."""
    record = Record([tuple(rates) for rates in kept["rates"]], list(kept["losses"]))
    return [Epoch(*row) for row in kept["rows"]], record
