"""Worker processes: each runs cases of one kind, by number, while its parent watches its time and its memory."""

import faulthandler
import gc
import importlib
import multiprocessing
import os
import random
import resource
import shutil
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.fuzz.door import Door, Fault, resident

# Each kind is a class in the file of its name: made once in a worker, then called for each case.
KINDS = ("pictures", "models", "weights", "checkpoints", "caches", "folders", "sets", "kills")
DOOR_SECONDS, OUTSIDE_SECONDS = 10, 180  # a call into the package; what the harness does around it
KILLED_OVER = 3 * 2**29  # bytes of more memory: past the gigabyte that counts, and before the machine suffers
CEILING = 8 * 2**30  # bytes of more address space than torch takes

# Forked from a process that has imported torch and computed nothing; the same list as in test_checkpoints.py, for
# there is one such process.
CONTEXT = multiprocessing.get_context("forkserver" if sys.platform != "win32" else "spawn")
CONTEXT.set_forkserver_preload(["tests.pictures", "torchvision.transforms.v2"])


@dataclass
class Result:
    """What came of one case: its faults, what is counted for information, and a log for whoever replays it."""

    number: int
    label: str = ""
    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)


class Worker:
    """The parent's end of a worker; it starts a process when one is needed, and a new one after each death."""

    def __init__(self, kind: str, seed: int, folder: Path, limit: float = DOOR_SECONDS) -> None:
        self.kind, self.seed, self.home, self.folder, self.limit = kind, seed, folder, folder, limit
        self._starts = 0
        self._process: Any = None

    def run(self, number: int) -> Result:
        """Run one case; one that hangs is run again, because a busy machine can make any case slow once."""
        result = self._once(number)
        if any(fault.column == "hangs" for fault in result.faults):
            result = self._once(number)
        return result

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
            self._process = None

    def _start(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)  # what a killed one has closed may stay
        self._starts += 1
        self.folder = self.home / str(self._starts)
        self.folder.mkdir(parents=True)
        self._pipe, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=serve, args=(theirs, self.kind, self.seed, self.folder), daemon=True)
        self._process.start()
        theirs.close()
        self._attend(Result(-1))  # until it is ready
        if self._process is None:
            raise RuntimeError(f"the worker for {self.kind} could not be made: {self._last_words()}")

    def _once(self, number: int) -> Result:
        if self._process is None:
            self._start()
        result = Result(number)
        self._pipe.send(number)
        return self._attend(result)

    def _attend(self, result: Result) -> Result:
        """Watch the process until it has done what it was told, has died, or has to be killed."""
        door, before, since = "", 0, time.monotonic()
        while True:
            try:
                news = self._pipe.recv() if self._pipe.poll(0.05) else None
            except (EOFError, OSError):
                self._process.join()
                how = f"exit code {self._process.exitcode} {f'in {door}' if door else 'outside of a door'}"
                return self._ended(result, "crashes", f"{how}; {self._last_words()}")
            if news is not None and news[0] == "done":
                _, result.label, result.faults, result.counts, result.log = news
                return result
            if news is not None:
                door, since = news[1] if news[0] == "in" else "", time.monotonic()
                before, result.label = (news[2], news[3]) if door else (0, result.label)
            limit = self.limit if door else OUTSIDE_SECONDS
            if time.monotonic() - since > limit:
                where = door or "something outside of a door"
                return self._ended(result, "hangs", f"{where} took more than {limit:g} s")
            if door and resident(self._process.pid) - before > KILLED_OVER:
                return self._ended(result, "over 1 GB", f"{door} was killed over {KILLED_OVER / 1e9:.1f} GB more")

    def _ended(self, result: Result, column: str, why: str) -> Result:
        self.close()
        result.faults.append(Fault(column, why))
        result.log.append(f"FAULT ({column}): {why}")
        return result

    def _last_words(self) -> str:
        said = (self.folder / "stderr.txt").read_text(errors="replace").strip().splitlines()
        frames = [line.strip() for line in said if line.strip()]
        return " | ".join(frames[:3] + frames[-1:])[:400]


def serve(pipe: Connection, kind: str, seed: int, folder: Path) -> None:
    """Be a worker: run the cases whose numbers come through the pipe, each decided by (seed, kind, number) alone."""
    said = (folder / "stderr.txt").open("w")
    for stream in (1, 2):  # decoders written in C complain there
        os.dup2(said.fileno(), stream)
    faulthandler.enable(said)
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    import torch

    torch.set_num_threads(1)
    try:
        run = getattr(importlib.import_module(f"tests.fuzz.{kind}"), kind.capitalize())(folder)
    except BaseException:
        traceback.print_exc(file=said)
        said.flush()
        os._exit(1)
    most = resident("self", "VmSize") + CEILING
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    gc.collect()
    gc.freeze()  # what stays need not be looked at again before each case
    pipe.send(("done", "", [], Counter(), []))
    while True:
        try:
            number = pipe.recv()
        except (EOFError, OSError):
            return
        door, inside = Door(pipe.send), folder / "case"
        shutil.rmtree(inside, ignore_errors=True)
        inside.mkdir()
        try:
            run(number, random.Random(f"{seed}/{kind}/{number}"), inside, door)
        except Exception as error:
            door.log.append(traceback.format_exc())
            door.fault("foreign", f"the harness itself failed with {type(error).__name__}: {str(error)[:200]!r}")
        pipe.send(("done", door.label, door.faults, door.counts, door.log))
