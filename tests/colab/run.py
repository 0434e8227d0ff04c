"""Run the lessons, their solutions and the widgets' tests where Colab's versions are installed: `make test-colab`.

    .venv-colab/bin/python tests/colab/run.py             all of it
    .venv-colab/bin/python tests/colab/run.py 02 05       the lessons whose names start so, and their solutions

The environment of the interpreter that runs this holds what a Colab runtime brings (`requirements.txt` beside this
file), and not the course. As on Colab, a lesson's file lies alone in a folder, and the first set-up cell installs the
course, here from this checkout instead of the repository's archive. It must leave alone what was there before.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import nbformat
from nbformat import NotebookNode

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
sys.path.insert(0, str(ROOT / "notebooks"))

import build  # noqa: E402

CHECKED = "nbval-check-output"
ARCHIVE = re.compile(r"https://\S+\.zip")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Tests that drive widgets; a new explorer's test file names its room, and so comes along.
DRIVES_WIDGETS = re.compile(r"\bhelpers\.(explorers|widgets|exercises\.quizzes)\b")


def installed() -> dict[str, str]:
    """Return the version of every package that is installed now."""
    here = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    return {found.metadata["Name"]: found.version for found in metadata.distributions(path=list(dict.fromkeys(here)))}


def brought() -> dict[str, str]:
    """Return the packages that make installed, those that Colab brings; `pip freeze` wrote them down."""
    lines = (Path(sys.prefix) / "ready").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def plain(versions: dict[str, str]) -> dict[str, str]:
    """Return the versions by names as pip compares them."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in versions.items()}


def take_out_what_lessons_installed() -> None:
    """Leave only what Colab brings, so that a set-up cell has to install the rest."""
    more = sorted(plain(installed()).keys() - plain(brought()).keys() - {"pip"})
    if more:
        command = [sys.executable, "-m", "pip", "uninstall", "--quiet", "--yes", "--root-user-action=ignore", *more]
        subprocess.run(command, check=True)


def changed_packages() -> list[str]:
    """Return a sentence for every package of Colab's that a set-up cell has taken out or exchanged."""
    now = plain(installed())
    return [
        f"the set-up cell changed {name} from {version} to {now.get(name, 'nothing')}"
        for name, version in plain(brought()).items()
        if now.get(name) != version
    ]


def text_of(cell: NotebookNode) -> str:
    """Return what a cell printed and gave back, as text."""
    parts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts if part)


def shows_a_widget(stored: NotebookNode) -> bool:
    """Say whether a stored cell has the text form of a widget, which is all that a file keeps of it."""
    return any(o.output_type == "display_data" and list(o.data) == ["text/plain"] for o in stored.outputs)


def faults(ran: NotebookNode, stored: NotebookNode, is_solutions: bool) -> Iterator[str]:
    """Yield a sentence for every output that is not what it is under the tested versions."""
    for number, (cell, kept) in enumerate(zip(ran.cells, stored.cells, strict=True), 1):
        if cell.cell_type != "code":
            continue
        if CHECKED in cell.metadata.get("tags", ()) and text_of(cell) != text_of(kept):
            yield f"cell {number} gave\n{text_of(cell)}where the stored lesson has\n{text_of(kept)}"
        if shows_a_widget(kept) and not any(build.WIDGET_VIEW in output.get("data", {}) for output in cell.outputs):
            yield f"cell {number} shows no widget"
        if is_solutions and "check(" in cell.source and "✓" not in text_of(cell):
            yield f"cell {number}: a solution does not pass: {text_of(cell)}"


def run_lesson(source: Path, target: Path) -> list[str]:
    """Run one lesson alone in an empty folder; return what is wrong with it."""
    name = build.name_of(source)
    if reasons := build.changes(source, target):
        return [f"{name}: {reasons[0]}: run `make notebooks` first"]
    stored = nbformat.read(target, as_version=4)
    notebook, start = build.updated(source, target), time.perf_counter()
    notebook.cells[1].source = ARCHIVE.sub(shlex.quote(str(ROOT)), notebook.cells[1].source)
    with tempfile.TemporaryDirectory(prefix="whole-game-colab-") as folder:
        try:
            build.execute(notebook, name, Path(folder))
        except build.LessonError as error:
            return [COLOURS.sub("", str(error))]
    found = [f"{name}, {fault}" for fault in faults(notebook, stored, source.parent.name == "solutions")]
    print(f"{name}: ran in {time.perf_counter() - start:.0f} s", flush=True)
    for complaint in build.clean(notebook):
        print(f"  wrote to stderr, {complaint}")
    return found


def run_tests() -> list[str]:
    """Run the test files that drive widgets; return a sentence if one fails."""
    # Documents name commands that Colab does not have.
    files = sorted(file for file in TESTS.rglob("test_*.py") if not {"browser", "test_docs.py"} & {*file.parts})
    files = [file for file in files if DRIVES_WIDGETS.search(file.read_text("utf-8"))]
    # Not the options of pyproject.toml: Colab has no nbval.
    options = ["-q", "--disable-warnings", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib"]
    done = subprocess.run([sys.executable, "-m", "pytest", *options, *files], cwd=ROOT)
    return ["Tests of the widgets failed, see above."] if done.returncode else []


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(description="Run the lessons and the tests of the widgets under Colab's versions.")
    parser.add_argument("names", nargs="*", help="beginnings of lessons' names, such as 02; without: all, and tests")
    options = parser.parse_args()
    try:
        lessons = build.wanted(options.names)
    except build.LessonError as error:
        print(error, file=sys.stderr)
        return 1
    take_out_what_lessons_installed()
    found = []
    with tempfile.TemporaryDirectory(prefix="whole-game-cache-") as cache:
        os.environ.update(
            XDG_CACHE_HOME=cache, PIP_ROOT_USER_ACTION="ignore",
            JUPYTER_PREFER_ENV_PATH="1",  # the kernel is this environment's, whatever else is called python3 here
            PYDEVD_DISABLE_FILE_VALIDATION="1",  # or every kernel greets with a warning
        )  # fmt: skip
        os.environ.pop("PYTHONPATH", None)
        for source, target in lessons:
            found += run_lesson(source, target)
    found += changed_packages()
    if "whole-game" not in plain(installed()):
        found.append("no set-up cell has installed the course into this environment")
    if not options.names:
        found += run_tests()
    print("\n".join(["", *found]) if found else f"{len(lessons)} notebooks ran under Colab's versions.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
