"""Make the lessons that learners open from their sources, and run those that changed.

    python notebooks/build.py            # make notebooks: every lesson that changed
    python notebooks/build.py 02         # the lessons whose names start with 02, and their solutions
    python notebooks/build.py --force    # run all of them, changed or not
    python notebooks/build.py --check    # run nothing; say which lessons differ from their source

A source (src/02_name.py, src/solutions/02_name.py) is a Python file in jupytext's percent format. Its notebook
(02_name.ipynb, solutions/02_name.ipynb) keeps its cell ids. A lesson counts as changed when a cell's source, kind or
tags differ from the notebook's, or when outputs are missing. It is then run whole, in a fresh kernel.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import jupytext
import nbformat
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
Signature = list[tuple[str, str, tuple[str, ...]]]


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
    return jupytext.read(source, fmt="py:percent")


def is_changed(source: Path, target: Path) -> bool:
    """Say whether a notebook must be run again: it is missing, differs from its source, or never ran to its end."""
    if not target.exists():
        return True
    stored = nbformat.read(target, as_version=4)
    ran = all(cell.execution_count for cell in stored.cells if cell.cell_type == "code" and cell.source.strip())
    return not ran or signature(stored) != signature(read_source(source))


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


def build(source: Path, target: Path) -> list[str]:
    """Make and run one lesson and write it; return what it wrote to stderr."""
    notebook = updated(source, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    execute(notebook, name_of(source), target.parent)
    complaints = clean(notebook)
    nbformat.validate(notebook)
    temporary = target.with_suffix(".part")
    nbformat.write(notebook, temporary)
    temporary.replace(target)
    return complaints


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


def main(arguments: list[str] | None = None, folder: Path = FOLDER) -> int:
    """Build what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the lessons that changed from their source, and run them.")
    parser.add_argument("names", nargs="*", help="the beginnings of lessons' names, such as 02; without: all")
    parser.add_argument("--force", action="store_true", help="run them also where nothing changed")
    parser.add_argument("--check", action="store_true", help="run nothing, only say which differ from their source")
    options = parser.parse_args(arguments)
    try:
        lessons = wanted(options.names, folder)
        changed = [pair for pair in lessons if options.force or is_changed(*pair)]
        if options.check:
            for source, _ in changed:
                print(f"{name_of(source)} differs from its source, or never ran: run `make notebooks`")
            return int(bool(changed))
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    failed = 0
    for source, target in changed:
        start = time.perf_counter()
        try:
            complaints = build(source, target)
        except LessonError as error:  # the others are made all the same
            print(error, file=sys.stderr)
            failed += 1
            continue
        print(f"{name_of(source)}: ran in {time.perf_counter() - start:.0f} s", flush=True)
        for complaint in complaints:
            print(f"  wrote to stderr, {complaint}")
    print(f"{len(changed) - failed} of {len(lessons)} notebooks made anew.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
