"""A fresh process for every measurement, with the same clean environment for both sides."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# What a process needs to start at all, and which GPU it may use. Everything else a shell may have set stays out.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")


class MeasurementFailed(RuntimeError):
    """A measuring process that ended without an answer; the message holds the end of what it said."""


def environment(scratch: Path) -> dict[str, str]:
    """Return the environment of every measured process; what libraries keep goes below `scratch`."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "OMP_WAIT_POLICY": "PASSIVE",
        "TORCH_HOME": str(scratch / "torch"),
        "FASTAI_HOME": str(scratch / "fastai"),
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "PYTHONWARNINGS": "ignore",
    }


def ask(room: str, facts: dict[str, Any], scratch: Path) -> dict[str, Any]:
    """Run `benchmarks.<room>` in a process of its own with these facts, and return its answer."""
    question, answer = scratch / "question.json", scratch / "answer.json"
    question.write_text(json.dumps(facts))
    answer.unlink(missing_ok=True)
    _run(["-m", f"benchmarks.{room}", str(question), str(answer)], scratch)
    return json.loads(answer.read_text())


def serve(work: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer the question whose file the command line names: the other end of `ask`."""
    question, answer = map(Path, sys.argv[1:3])
    answer.write_text(json.dumps(work(json.loads(question.read_text()))))


def seconds_to_run(statement: str, scratch: Path) -> float:
    """Return the seconds that a statement takes in a fresh interpreter, without the interpreter's own start."""
    code = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    return float(_run(["-c", code], scratch).split()[-1])


def _run(arguments: list[str], scratch: Path) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(scratch),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise MeasurementFailed(f"{' '.join(arguments[:2])} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout
