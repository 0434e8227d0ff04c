"""Processes killed at random points: afterwards all that was kept is whole, and the same lines give the same result."""

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from helpers.files.keeping import write_atomically
from tests.fuzz.checkpoints import small_learner
from tests.fuzz.door import Door
from tests.pictures import make_pictures

EPOCHS, PATIENCE = 6, 60.0  # seconds for a child that is not killed
Came = dict[str, Any]


def digest_of(weights: dict[str, torch.Tensor]) -> str:
    """Return a digest of weights, bit for bit."""
    whole = hashlib.sha256()
    for key, value in sorted(weights.items()):
        whole.update(f"{key}{value.dtype}{tuple(value.shape)}".encode())
        whole.update(value.contiguous().view(-1).view(torch.uint8).numpy().tobytes())
    return whole.hexdigest()


def first_pass(root: Path) -> Came:
    """Compute the activations, or find them."""
    return {split: digest_of({split: small_learner(root).activations(split).features}) for split in ("train", "valid")}


def fit(root: Path) -> Came:
    """Train with a checkpoint."""
    learn = small_learner(root)
    history = learn.fit(0.01, EPOCHS, checkpoint="run")
    return {
        "weights": digest_of(learn.model.state_dict()),
        "losses": learn.sched.losses,
        "rows": [list(row[:-1]) for row in history],
    }


def save(root: Path) -> Came:
    """Save a model in place of the one that was saved before, several times."""
    learn = small_learner(root, seed=2)
    for _ in range(5):
        learn.save("before")
    return {"weights": digest_of(learn.model.state_dict())}


LINES: list[Callable[[Path], Came]] = [fit, save, first_pass]


class Kills:
    """One case: lines, the fraction of their time after which they are killed, and one or two who run them.

    This process computes nothing by itself, so that it can be forked.
    """

    def __init__(self, folder: Path) -> None:
        import lightning_fabric  # noqa: F401  now, and not in every child

        self.base, self.unbroken, self.seconds = make_pictures(folder / "base", train=5, valid=3), {}, {}
        self.came = folder / "came.json"
        self.wait(self.child(save, self.base, seed=1))
        self.before = (self.base / "models" / "before.safetensors").read_bytes()
        for lines in LINES:
            root = folder / "unbroken"
            shutil.copytree(self.base, root, ignore=self.left_out(lines))
            start = time.perf_counter()
            if self.wait(self.child(lines, root)) != 0:
                raise RuntimeError(f"{lines.__name__} does not run without being killed")
            self.seconds[lines], self.unbroken[lines] = time.perf_counter() - start, json.loads(self.came.read_text())
            if lines is save:
                self.after = (root / "models" / "before.safetensors").read_bytes()
            shutil.rmtree(root)

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Kill, look at what is kept, and run the same lines again."""
        lines, two = LINES[number % len(LINES)], number // len(LINES) % 4 == 3
        fraction, root = draw.random(), folder / "pictures"
        door.label = f"{lines.__name__}, {'two writers, one ' if two else ''}killed after {fraction:.0%}"
        shutil.copytree(self.base, root, ignore=self.left_out(lines))
        died = self.kill(lines, root, fraction, two=two, door=door)
        door.counts["read" if died else "refused"] += 1  # how many points fell before the end
        self.look(root, door, "after the kill")
        again = door.call("the same lines again", lambda: self.wait(self.child(lines, root)))
        if again.value != 0:
            door.fault("lost", f"the same lines again end with {again.value}: {self.last_words(folder)}")
        elif (came := json.loads(self.came.read_text())) != self.unbroken[lines]:
            unlike = [key for key, value in self.unbroken[lines].items() if came.get(key) != value]
            door.fault("lost", f"the same lines again give other {', '.join(unlike)} than an unbroken run")
        self.look(root, door, "after the same lines again")
        self.no_crumbs(root, door)

    def left_out(self, lines: Callable[[Path], Came]) -> Callable[..., Any]:
        """Return what a run does not find: the first pass is only one where nothing is kept."""
        return shutil.ignore_patterns(".cache") if lines is first_pass else lambda *_: set()

    def kill(self, lines: Callable[[Path], Came], root: Path, fraction: float, *, two: bool, door: Door) -> bool:
        """Run the lines once or twice at a time, and kill one; say whether it died before its end."""
        first = self.child(lines, root)
        second = self.child(lines, root) if two else None
        time.sleep(fraction * self.seconds[lines])
        os.kill(first, signal.SIGKILL)
        how = self.wait(first)
        if second is not None and (other := self.wait(second)) != 0:
            door.fault("lost", f"of two writers the one that was not killed ended with {other}")
        return how == -signal.SIGKILL

    def look(self, root: Path, door: Door, when: str) -> None:
        """Every kept file must be whole or absent, and a model that was saved before must be there."""
        for path in [*root.glob("models/*"), *root.rglob(".cache/**/*")]:
            if path.is_file() and path.suffix != ".part":
                try:
                    if path.suffix == ".json":
                        json.loads(path.read_text())
                    elif path.suffix == ".safetensors":
                        with safe_open(path, framework="pt") as file:
                            [file.get_tensor(key) for key in file.keys()]  # noqa: SIM118
                    elif path.suffix == ".checkpoint":
                        torch.load(path, weights_only=True)
                except Exception as error:
                    door.fault("lost", f"{path.name} cannot be read {when}: {type(error).__name__}")
        model = root / "models" / "before.safetensors"
        if not model.exists() or model.read_bytes() not in (self.before, self.after):
            door.fault("lost", f"the model saved before is not whole {when}")

    def no_crumbs(self, root: Path, door: Door) -> None:
        """Temporary files of the dead must go with the next write to their folder."""
        for folder in {path.parent for path in root.rglob("*.part")}:
            write_atomically(folder / "next", Path.touch)
            if left := list(folder.glob("*.part")) + list(folder.glob(".*.part")):
                door.fault("lost", f"{left[0].name} of a dead process is still there after the next write")

    def child(self, lines: Callable[[Path], Came], root: Path, *, seed: int = 0) -> int:
        """Fork a process that runs the lines and keeps what came of them; return its number."""
        self.came.unlink(missing_ok=True)
        process = os.fork()
        if process:
            return process
        status = 1
        try:
            torch.manual_seed(seed)
            if seed:  # the model that is saved before is another one
                small_learner(root, seed=seed).save("before")
                small_learner(root).fit(0.01, 1)
            else:
                came = lines(root)
                write_atomically(self.came, lambda temporary: temporary.write_text(json.dumps(came)))
            status = 0
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(status)

    def wait(self, process: int) -> int:
        """Wait for a child; return its exit code, or the negative number of the signal that ended it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            done, status = os.waitpid(process, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.002)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        return 124

    def last_words(self, folder: Path) -> str:
        """Return the end of what children said."""
        said = (folder.parent / "stderr.txt").read_text(errors="replace").strip().splitlines()
        return said[-1][:200] if said else ""
