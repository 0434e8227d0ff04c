"""Make the lessons that learners open from their sources, and run those that changed.

    python notebooks/build.py            # make notebooks: every lesson that changed
    python notebooks/build.py 02         # the lessons whose names start with 02, and their solutions
    python notebooks/build.py --force    # run all of them, changed or not, and store what they give
    python notebooks/build.py --check    # run nothing; say which lessons must be made anew, and why

A source (src/02_name.py, src/solutions/02_name.py) is a Python file in jupytext's percent format. Its notebook
(02_name.ipynb, solutions/02_name.ipynb) keeps its cell ids. A lesson counts as changed when a cell's source, kind or
tags differ from the notebook's, when outputs are missing, or when something of `helpers` that it reaches has changed
(see fingerprint.py). It is then run whole, in a fresh kernel. Where it gives what it gave before (see comparison.py),
the stored outputs stay as they are, times included, and the page changes only where its source or fingerprint did.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import jupytext
import nbformat
from comparison import alike
from fingerprint import PACKAGE, fingerprint
from jupytext.combine import combine_inputs_with_outputs
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parent
CELL_TIMEOUT = 300  # seconds
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
MADE_WITH = "made_with"  # the key of a notebook's metadata that holds its fingerprint
# A linter cannot read %pip or ! within a block, and a reader need not read what they stand for: sources have the one,
# lessons the other.
PIP = re.compile(r'get_ipython\(\)\.run_line_magic\("pip", "(.*)"\)')
SHELL = re.compile(r"get_ipython\(\)\.system\('(.*)'\)")
Signature = list[tuple[str, str, tuple[str, ...]]]


class Built(NamedTuple):
    """What came of making a lesson: what it wrote to stderr, and the cells that gave something else than is stored.

    `differ` is empty where the stored outputs could stay, and None where the code is not the stored code.
    """

    complaints: list[str]
    differ: list[int] | None


class LessonError(Exception):
    """A lesson that cannot be built; the message names the lesson and the cell."""


def pairs(folder: Path = FOLDER) -> Iterator[tuple[Path, Path]]:
    """Yield each source with the notebook that is made of it."""
    for source in sorted([*folder.glob("src/*.py"), *folder.glob("src/solutions/*.py")]):
        yield source, folder / source.relative_to(folder / "src").with_suffix(".ipynb")


def signature(notebook: NotebookNode) -> Signature:
    """Return what of a notebook comes from its source: kind, text and tags of every cell."""
    return [(cell.cell_type, cell.source.strip(), tuple(cell.metadata.get("tags", ()))) for cell in notebook.cells]


def read_source(source: Path) -> NotebookNode:
    """Return a source as a notebook without outputs."""
    notebook = jupytext.read(source, fmt="py:percent")
    for cell in notebook.cells:
        cell.source = SHELL.sub(r"!\1", PIP.sub(r"%pip \1", cell.source))
    return notebook


def is_changed(source: Path, target: Path, package: Path = PACKAGE) -> bool:
    """Say whether a notebook must be run again."""
    return bool(changes(source, target, package))


def changes(source: Path, target: Path, package: Path = PACKAGE) -> list[str]:
    """Return why a notebook must be run again, each reason a clause, such as "it never ran to its end"."""
    if not target.exists():
        return ["it was never made"]
    stored, written = nbformat.read(target, as_version=4), read_source(source)
    edited = cell_changes(stored, written)
    return [*(edited or package_changes(stored, fingerprint(written, package))), *unfinished(stored)]


def cell_changes(stored: NotebookNode, written: NotebookNode) -> list[str]:
    """Name the first cell of a notebook that differs from its source, and say in what."""
    for number, (cell, asked) in enumerate(zip_longest(signature(stored), signature(written)), 1):
        if asked is None:
            return [f"its source ends before cell {number}, {opening(cell)}"]
        if cell is None:
            return [f"it lacks cell {number} of its source, {opening(asked)}"]
        for what, here, there in zip(("kind", "text", "tags"), cell, asked, strict=True):
            if here != there:
                return [f"cell {number}, {opening(asked)}, differs from its source in its {what}"]
    return []


def opening(cell: tuple[str, str, tuple[str, ...]]) -> str:
    """Return the words by which a reader finds a cell."""
    return f"which begins with {cell[1].partition(chr(10))[0][:50]!r}"


def unfinished(stored: NotebookNode) -> list[str]:
    """Say so where a notebook never ran to its end."""
    cells = [cell for cell in stored.cells if cell.cell_type == "code" and cell.source.strip()]
    return [] if all(cell.execution_count for cell in cells) else ["it never ran to its end"]


def package_changes(stored: NotebookNode, now: dict[str, str]) -> list[str]:
    """Name the files of the package that changed, in what a notebook reaches of them, since it ran."""
    then = stored.metadata.get(MADE_WITH, {})
    changed = sorted({file for file, _ in set(now.items()) ^ set(then.items())})
    if not changed:
        return []
    if not then:
        return ["it does not say with which state of helpers it was made"]
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return [f"what it uses of {', '.join(changed[:3])}{more} changed since it ran"]


def updated(source: Path, target: Path) -> NotebookNode:
    """Return the source as a notebook that keeps the cell ids of the stored one, as `jupytext --update` does."""
    notebook = read_source(source)
    if target.exists():
        notebook = combine_inputs_with_outputs(notebook, nbformat.read(target, as_version=4), fmt="py:percent")
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    taken: set[str] = set()
    for cell in notebook.cells:
        if not cell.get("id") or cell.id in taken:
            cell.id = nbformat.v4.new_code_cell().id
        taken.add(cell.id)
        tags = cell.metadata.get("tags")
        cell.metadata = NotebookNode({"tags": tags} if tags else {})
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def execute(notebook: NotebookNode, name: str, folder: Path) -> None:
    """Run all cells in a fresh kernel, in `folder`; `LessonError` names the lesson and the cell that fails."""
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    environment["OMP_WAIT_POLICY"] = "PASSIVE"
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT, kernel_name="python3", record_timing=False, coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    try:
        client.execute(env=environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        ran = [number for number, cell in enumerate(notebook.cells, 1) if cell.get("outputs") or count(cell)]
        failed = next((number for number, cell in enumerate(notebook.cells, 1) if has_error(cell)), max(ran, default=1))
        raise LessonError(f"{name}, cell {failed}: {error}") from None


def count(cell: NotebookNode) -> int:
    """Return a cell's execution count, 0 where it did not run."""
    return cell.get("execution_count") or 0


def has_error(cell: NotebookNode) -> bool:
    """Say whether a cell ended in a traceback."""
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def clean(notebook: NotebookNode) -> list[str]:
    """Take out of a notebook that ran what a stored one must not hold; return what it wrote to stderr.

    A widget cannot live in a file: of its output stays the text form, where it has one. Progress bars are gone.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    complaints = []
    for number, cell in enumerate(notebook.cells, 1):
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        kept = []
        for output in cell.outputs:
            if output.get("name") == "stderr":
                complaints.append(f"cell {number}: {output.text.strip()}")
            elif output.get("data", {}).get("text/html") == "":
                continue  # what a progress bar leaves behind
            elif WIDGET_VIEW not in output.get("data", {}):
                kept.append(output)
            elif is_text_form(output.data.get("text/plain", "")):
                data = {"text/plain": output.data["text/plain"]}
                kept.append(nbformat.v4.new_output("display_data", data=data))
        cell.outputs = kept
    return complaints


def is_text_form(text: str) -> bool:
    """Say whether a widget's text was written for readers; its repr, `VBox(children=...)`, was not.

    >>> is_text_form("Quiz 00.1: Which?"), is_text_form("VBox(children=(Text(value=''),))"), is_text_form("Output()")
    (True, False, False)
    """
    head, bracket, _ = text.partition("(")
    return bool(text) and not (bracket and head.isidentifier())


def build(source: Path, target: Path, package: Path = PACKAGE, renew: bool = False) -> Built:
    """Make and run one lesson and write it; where it gives what it gave, keep the stored outputs, unless `renew`."""
    notebook = updated(source, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    made_with = fingerprint(notebook, package)  # before it runs: what changes meanwhile counts as a change
    execute(notebook, name_of(source), target.parent)
    complaints = clean(notebook)
    if made_with:
        notebook.metadata[MADE_WITH] = made_with
    differ = differing_cells(notebook, nbformat.read(target, as_version=4)) if target.exists() else None
    if differ == [] and not renew:
        keep_outputs(notebook, nbformat.read(target, as_version=4))
    nbformat.validate(notebook)
    temporary = target.with_suffix(".part")
    nbformat.write(notebook, temporary)
    temporary.replace(target)
    return Built(complaints, differ)


def code_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """Return the code cells, each with its number among all cells."""
    return [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]


def differing_cells(notebook: NotebookNode, stored: NotebookNode) -> list[int] | None:
    """Return the numbers of the cells that gave something else than is stored; None where the code is not the same."""
    pairs = list(zip_longest(code_cells(notebook), code_cells(stored), fillvalue=(0, NotebookNode(source=None))))
    if any(new.source != old.source for (_, new), (_, old) in pairs):
        return None
    return [number for (number, new), (_, old) in pairs if not alike(new, old)]


def keep_outputs(notebook: NotebookNode, stored: NotebookNode) -> None:
    """Give a notebook that ran the outputs of the stored one, which has the same code."""
    for (_, cell), (_, before) in zip(code_cells(notebook), code_cells(stored), strict=True):
        cell.outputs = before.outputs


def name_of(source: Path) -> str:
    """Return how a lesson is called in messages: "02_first_training", "solutions/02_first_training"."""
    return f"{'solutions/' if source.parent.name == 'solutions' else ''}{source.stem}"


def wanted(names: Iterable[str], folder: Path = FOLDER) -> list[tuple[Path, Path]]:
    """Return the pairs whose file names start with one of `names`, or all; `LessonError` where none does."""
    starts = tuple(names)
    found = [pair for pair in pairs(folder) if not starts or pair[0].name.startswith(starts)]
    for start in starts:
        if not any(source.name.startswith(start) for source, _ in found):
            there = ", ".join(sorted({source.stem for source, _ in pairs(folder)}))
            raise LessonError(f"No lesson is called {start}. There are: {there}.")
    return found


def outcome(built: Built) -> str:
    """Say how what a lesson gave compares with what is stored."""
    if built.differ is None:
        return ""
    if not built.differ:
        return ", and gave what is stored"
    return f", and gave something else in {', '.join(f'cell {number}' for number in built.differ)}"


def main(arguments: list[str] | None = None, folder: Path = FOLDER, package: Path = PACKAGE) -> int:
    """Build what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the lessons that changed from their source, and run them.")
    parser.add_argument("names", nargs="*", help="the beginnings of lessons' names, such as 02; without: all")
    parser.add_argument("--force", action="store_true", help="run them also where nothing changed")
    parser.add_argument("--check", action="store_true", help="run nothing, only say which differ from their source")
    options = parser.parse_args(arguments)
    try:
        lessons = wanted(options.names, folder)
        reasons = {pair: changes(*pair, package) for pair in lessons}
        changed = [pair for pair in lessons if options.force or reasons[pair]]
        if options.check:
            for source, target in changed:
                print(f"{name_of(source)}: {', '.join(reasons[source, target] or ['asked for'])}: run `make notebooks`")
            return int(bool(changed))
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    failed = kept = 0
    for source, target in changed:
        start = time.perf_counter()
        try:
            built = build(source, target, package, renew=options.force)
        except LessonError as error:  # the others are made all the same
            print(error, file=sys.stderr)
            failed += 1
            continue
        kept += built.differ == [] and not options.force
        print(f"{name_of(source)}: ran in {time.perf_counter() - start:.0f} s{outcome(built)}", flush=True)
        for complaint in built.complaints:
            print(f"  wrote to stderr, {complaint}")
    same = f" {kept} ran and gave the same." if kept else ""
    print(f"{len(changed) - failed - kept} of {len(lessons)} notebooks made anew.{same}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
