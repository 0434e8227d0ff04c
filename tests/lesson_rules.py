"""What every stored lesson and every solutions notebook must be like: each rule returns one sentence per fault."""

import base64
import io
import itertools
import math
import re
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from nbformat import NotebookNode
from PIL import Image

import helpers
from helpers.exercises.registry import EXERCISES, PREDICTIONS, QUIZZES

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))

import build  # noqa: E402

LESSONS = [
    "00_setup", "01_explore_the_data", "02_first_training", "03_learning_rate", "04_convolutions", "05_activations",
    "06_why_it_works", "07_deep_and_fast", "08_inside_the_network", "09_improving_the_model", "10_backpropagation",
    "11_the_loop_by_hand", "12_your_own_images", "13_beyond_one_machine",
]  # fmt: skip
LONGEST_CELL = 15  # lines that are not blank
LARGEST = 1_000_000  # bytes
MOST_WORDS = 4500
PACE = 100  # words a minute, code and outputs among them
CHECKED = "nbval-check-output"
WIDGET = "application/vnd.jupyter.widget"
PATHS = re.compile(r"(?:^|[\s'\"(=:])(/(?:home|Users|var|opt|usr|content|mnt|private)/\S*|[A-Za-z]:\\\S+)")
PLACES = {str(Path.home()): "the home folder", str(ROOT): "the checkout", tempfile.gettempdir(): "a temporary folder"}
DURATION = re.compile(r"\d ?(?:s|ms|µs|seconds?|minutes?)\b")
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
CALL = {
    "check": re.compile(r'\bcheck\(\s*"([^"]+)"'),
    "predict_first": re.compile(r'\bpredict_first\(\s*"([^"]+)"'),
    "reveal": re.compile(r'\breveal\(\s*"([^"]+)"'),
    "quiz": re.compile(r'\bquiz\(\s*"([^"]+)"'),
}


def code(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def called(notebook: NotebookNode, function: str) -> list[str]:
    """Return the names that a notebook's code passes to `check`, `quiz` and the like."""
    return [name for cell in code(notebook) for name in CALL[function].findall(cell.source)]


def text_of(output: NotebookNode) -> str:
    """Return what an output says in words."""
    return output.get("text", "") or output.get("data", {}).get("text/plain", "")


def said(cell: NotebookNode) -> str:
    """Return what a cell says in words; each output begins a line."""
    return "\n".join(text for output in cell.get("outputs", []) if (text := text_of(output)))


def first_cell(notebook: NotebookNode, name: str) -> Iterator[str]:
    """The first cell: title, what you will be able to do, minutes, and what it needs."""
    cell = notebook.cells[0]
    number = name.split("/")[-1][:2]
    if cell.cell_type != "markdown" or not cell.source.startswith(f"# {number} · "):
        yield f"the first cell must open with the title, '# {number} · ...'"
    wanted = ["**Time**", "minutes", "**Needs**"] + (["After this lesson you can"] if is_lesson(name) else [])
    for words in wanted:
        if words not in cell.source:
            yield f"the first cell does not say {words!r}"


def set_up_cells(notebook: NotebookNode, name: str) -> Iterator[str]:
    """The second and the third cell make the course ready, the same in every notebook."""
    for number, (cell, wanted) in enumerate(zip(notebook.cells[1:3], the_set_up_cells(), strict=False), 2):
        if cell.cell_type != "code" or cell.source != wanted:
            yield f"cell {number} is not that of lesson 00, letter for letter"
        if cell.metadata.get("tags"):
            yield f"cell {number} tells of the machine, which differs: it must have no tag"


def the_set_up_cells() -> list[str]:
    """Return the two cells that every notebook opens with, from the source of lesson 00."""
    return [cell.source for cell in build.read_source(NOTEBOOKS / "src" / "00_setup.py").cells[1:3]]


def address() -> str:
    """Return the address that a hosted runtime installs from: the lesson's own version, at the repository's address.

    Whatever a branch holds on that day would be another course than the one that is open.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return f"{project['urls']['Repository']}/archive/v{helpers.__version__}.zip"


def next_lesson(notebook: NotebookNode, name: str) -> Iterator[str]:
    """The last cell leads to the next lesson that is written, or names the next one where none is."""
    if not is_lesson(name) or name == LESSONS[-1]:
        return
    following = next_of(name, written())
    last = notebook.cells[-1]
    if last.cell_type != "markdown" or "**Next**" not in last.source or following[:2] not in last.source:
        yield f"the last cell must say what is next: '**Next**: {following}'"
    elif following in written() and f"({following}.ipynb)" not in last.source:
        yield f"the last cell must link to {following}.ipynb"


def written() -> set[str]:
    """Return the names of the lessons that have a source."""
    return {source.stem for source in (NOTEBOOKS / "src").glob("*.py")}


def next_of(name: str, written: set[str]) -> str:
    """Return the lesson that a reader of `name` goes on with: the first written one after it, else the next number."""
    after = LESSONS[LESSONS.index(name) + 1 :]
    return next((lesson for lesson in after if lesson in written), after[0])


def links(notebook: NotebookNode, name: str) -> Iterator[str]:
    """A relative link leads to a file of the course: a notebook counts that has its source."""
    here = (NOTEBOOKS / f"{name}.ipynb").parent
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", cell.source):
                file = (here / target).resolve()
                source = NOTEBOOKS / "src" / file.relative_to(NOTEBOOKS).with_suffix(".py") if inside(file) else file
                if "://" not in target and not file.exists() and not source.exists():
                    yield f"a link leads to {target}, which is not there"


def inside(file: Path) -> bool:
    """Say whether a file lies in the folder of notebooks."""
    return file.is_relative_to(NOTEBOOKS)


def prose(notebook: NotebookNode, name: str) -> Iterator[str]:
    """A Markdown cell for every code cell or more, and code in small pieces."""
    written = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    if len(written) < len(code(notebook)):
        yield f"{len(code(notebook))} code cells, but only {len(written)} Markdown cells"
    for number, cell in enumerate(notebook.cells, 1):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if cell.cell_type == "code" and len(lines) > LONGEST_CELL:
            yield f"cell {number} has {len(lines)} lines of code, {LONGEST_CELL} at most"
        if not lines:
            yield f"cell {number} is empty"


def length(notebook: NotebookNode, name: str) -> Iterator[str]:
    """What is to be read before the exercises fits into the stated time, and that into three quarters of an hour.

    Code and outputs are read as well, so a minute is for 100 words.
    """
    if not is_lesson(name):
        return
    pictures, words = {"image/png", "image/jpeg"}, 0  # the text beside a picture is not seen
    for cell in notebook.cells:
        before, exercises, _ = cell.source.partition("## Exercises")
        words += len(before.split())
        if exercises:
            break
        shown = (one for one in cell.get("outputs", []) if not pictures & set(one.get("data", {})))
        words += sum(len(text_of(one).split()) for one in shown)
    if words > MOST_WORDS:
        yield f"{words:,} words before its exercises, {MOST_WORDS:,} at most"
    stated = re.search(r"\*\*Time\*\*: (\d+) minutes", notebook.cells[0].source)
    if stated and words > PACE * int(stated[1]):
        yield f"{words:,} words before its exercises take {math.ceil(words / PACE)} minutes; it says {stated[1]}"


def lists(notebook: NotebookNode, name: str) -> Iterator[str]:
    """A step of a numbered list begins a line, and a blank line ends a list: else both run into what stands before."""
    for number, cell in enumerate(notebook.cells, 1):
        text = re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL) if cell.cell_type == "markdown" else ""
        for item in re.findall(r"^1\. .*(?:\n(?![-*|#]|\d\.).+)*", text, re.MULTILINE):
            if re.search(r"[.,;:?)]\s2\. ", item):
                yield f"cell {number} has the second step of a list within the first: {item[:40]!r}"
        for first, second in itertools.pairwise(text.splitlines()):
            if re.match(r"\s*([-*]|\d+\.) ", first) and re.match(r"(?![-*] |\d+\. |\|)\S", second):
                yield f"cell {number} has no blank line after a list, or a line that is not indented: {second[:40]!r}"


def run_in_order(notebook: NotebookNode, name: str) -> Iterator[str]:
    """Every code cell ran, once, from the top."""
    counts = [cell.execution_count for cell in code(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the execution counts are not 1, 2, 3 and so on: {counts}"


def clean_outputs(notebook: NotebookNode, name: str) -> Iterator[str]:
    """No widget state, no widgets, no stderr, no tracebacks, no recorded times, no addresses in memory."""
    if "widgets" in notebook.metadata:
        yield "metadata.widgets holds the state of widgets"
    for number, cell in enumerate(notebook.cells, 1):
        if "execution" in cell.metadata:
            yield f"cell {number} has recorded timings"
        for output in cell.get("outputs", []):
            if any(kind.startswith(WIDGET) for kind in output.get("data", {})):
                yield f"cell {number} has an output that holds a widget"
            if (
                "<progress" in output.get("data", {}).get("text/html", "")
                or output.get("data", {}).get("text/html") == ""
            ):
                yield f"cell {number} holds what a progress bar left behind"
            if output.get("name") == "stderr":
                yield f"cell {number} wrote to stderr: {output.text.strip()[:100]}"
            if output.output_type == "error":
                yield f"cell {number} ended in {output.ename}"
            if ADDRESS.search(text_of(output)):
                yield f"cell {number} shows an object's address in memory"
            if text_of(output).startswith("<") and output.output_type == "execute_result":
                yield f"cell {number} shows {text_of(output)[:40]}: give the last line's value a name"


def no_places(notebook: NotebookNode, name: str) -> Iterator[str]:
    """No absolute path and no user's name, in the code or in what it put out."""
    for number, cell in enumerate(notebook.cells, 1):
        for text in (cell.source, said(cell)):
            found = PATHS.search(text)
            if found:
                yield f"cell {number} names a place on one machine: {found.group(1)[:60]}"
            for place, words in PLACES.items():
                if place in text:
                    yield f"cell {number} names {words} of one machine"


def checked_cells(notebook: NotebookNode, name: str) -> Iterator[str]:
    """Enough cells whose text nbval compares, and none with what differs from run to run."""
    needed = 4 if is_lesson(name) else 2
    tagged = [cell for cell in notebook.cells if CHECKED in cell.metadata.get("tags", [])]
    if len(tagged) < needed:
        yield f"{len(tagged)} cells are tagged {CHECKED}, {needed} at least"
    for cell in tagged:
        if not said(cell):
            yield f"a cell tagged {CHECKED} says nothing to compare: {cell.source[:40]!r}"
        if any(kind.startswith("image/") for output in cell.get("outputs", []) for kind in output.get("data", {})):
            yield f"a cell tagged {CHECKED} draws: pictures differ from machine to machine"
        if DURATION.search(said(cell)):
            yield f"a cell tagged {CHECKED} shows a time: {said(cell)[:60]!r}"


def opaque_pictures(notebook: NotebookNode, name: str) -> Iterator[str]:
    """Pictures have a background of their own: on a dark page, black on nothing cannot be read."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get("image/png")
            if data:
                picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")
                if np.asarray(picture)[..., 3].min() < 255:
                    yield f"cell {number} draws a picture one can look through"


def asked_names(notebook: NotebookNode, name: str) -> Iterator[str]:
    """Every exercise, prediction and quiz that a notebook names is registered, and belongs to its lesson."""
    tables = {"check": EXERCISES, "predict_first": PREDICTIONS, "reveal": PREDICTIONS, "quiz": QUIZZES}
    for function, table in tables.items():
        for asked in called(notebook, function):
            if asked not in table:
                yield f'{function}("{asked}") is not registered in helpers/exercises'
            if not asked.startswith(name.split("/")[-1][:2] + "."):
                yield f'{function}("{asked}") belongs to another lesson'
    if is_lesson(name) and set(called(notebook, "predict_first")) != set(called(notebook, "reveal")):
        yield "every prediction must be made and revealed"


def exercises(notebook: NotebookNode, name: str) -> Iterator[str]:
    """Five exercises or more in a lesson, two of three lines or more, all blank as stored."""
    if not is_lesson(name):
        return
    names = called(notebook, "check")
    if len(set(names)) < 5:
        yield f"{len(set(names))} exercises, 5 at least"
    if sum(EXERCISES[asked].lines >= 3 for asked in set(names) & set(EXERCISES)) < 2:
        yield "two exercises at least must ask for three lines of code or more"
    if len(names) != len(set(names)):
        yield "an exercise is checked twice"
    for cell in code(notebook):
        if CALL["check"].search(cell.source) and "  open" not in said(cell):
            yield f"an exercise is not blank: {cell.source[:40]!r}"


def solved(notebook: NotebookNode, name: str) -> Iterator[str]:
    """In a solutions notebook every check passes."""
    if is_lesson(name):
        return
    for cell in code(notebook):
        marks = re.findall(r"^([✓✗…]) ", said(cell), re.MULTILINE)
        names = CALL["check"].findall(cell.source)
        if "✗" in marks or "…" in marks or marks.count("✓") < len(names):
            yield f"a check does not pass: {cell.source[-60:]!r}"


def answered(lesson: NotebookNode, solutions: NotebookNode) -> list[str]:
    """Every exercise of a lesson has its answer in the solutions."""
    missing = sorted(set(called(lesson, "check")) - set(called(solutions, "check")))
    return [f"exercise {name} has no answer in the solutions" for name in missing]


def is_lesson(name: str) -> bool:
    """Tell a lesson, "00_setup", from its solutions, "solutions/00_setup"."""
    return not name.startswith("solutions/")


RULES: list[Callable[[NotebookNode, str], Iterator[str]]] = [
    first_cell, set_up_cells, next_lesson, links, prose, length, lists, run_in_order, clean_outputs, no_places,
    checked_cells, opaque_pictures, asked_names, exercises, solved,
]  # fmt: skip


def faults(notebook: NotebookNode, name: str) -> list[str]:
    """Return what is wrong with a notebook called `name`, such as "00_setup" or "solutions/00_setup"."""
    return [fault for rule in RULES for fault in rule(notebook, name)]
