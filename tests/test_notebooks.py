"""The stored lessons: their form, that they agree with their sources, and the tool that makes them."""

import base64
import copy
import io
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from helpers.exercises.registry import lessons, load
from tests import lesson_rules as rules
from tests.lesson_rules import build

for _lesson in lessons():
    load(_lesson)


PAIRS = list(build.pairs())
NAMES = [build.name_of(source) for source, _ in PAIRS]
LESSON_NAMES = [name for name in NAMES if rules.is_lesson(name)]


def stored(name: str) -> NotebookNode:
    return nbformat.read(rules.NOTEBOOKS / f"{name}.ipynb", as_version=4)


# The lessons as they are stored


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_notebook_follows_the_rules(name: str) -> None:
    assert rules.faults(stored(name), name) == []


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=NAMES)
def test_a_notebook_and_its_source_are_equal_cell_by_cell(source: Path, target: Path) -> None:
    name = build.name_of(source)
    assert target.exists(), f"{name} was never made: run `make notebooks`"
    notebook = stored(name)
    changed = build.cell_changes(notebook, build.read_source(source))
    assert not changed, f"{name}: {changed[0]}: run `make notebooks`"
    assert notebook.nbformat_minor >= 5
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_was_made_with_the_package_as_it_is(name: str) -> None:
    notebook = stored(name)
    changed = build.package_changes(notebook, build.fingerprint(notebook))
    assert not changed, f"{name}: {changed[0]}: run `make notebooks`"


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_notebook_is_small(name: str) -> None:
    assert (rules.NOTEBOOKS / f"{name}.ipynb").stat().st_size <= rules.LARGEST


@pytest.mark.parametrize("name", LESSON_NAMES)
def test_every_lesson_has_a_solutions_notebook_with_all_answers(name: str) -> None:
    assert rules.answered(stored(name), stored(f"solutions/{name}")) == []


def test_there_is_a_source_for_every_notebook_and_lessons_have_the_planned_names() -> None:
    targets = {target for _, target in PAIRS}
    assert {*rules.NOTEBOOKS.glob("*.ipynb"), *rules.NOTEBOOKS.glob("solutions/*.ipynb")} == targets
    assert [name for name in rules.LESSONS if name in LESSON_NAMES] == LESSON_NAMES, "the planned names, in their order"


def test_the_set_up_cell_installs_from_the_one_address_and_a_beginner_can_read_it() -> None:
    lines = rules.the_set_up_cells()[0].splitlines()
    assert lines[:3] == ["try:", "    import helpers", "except ImportError:"]
    assert lines[3:] == [f"    %pip install -q {rules.address()}"]


@pytest.mark.parametrize("name", LESSON_NAMES)
def test_the_exercises_of_a_lesson_come_in_their_order(name: str) -> None:
    numbers = [int(asked.split(".")[1]) for asked in rules.called(stored(name), "check")]
    assert numbers == list(range(1, len(numbers) + 1))


# The rules themselves: a good notebook passes, and each planted fault is found


def picture(alpha: int) -> str:
    buffer = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 255, 255, alpha)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def ran(source: str, count: int, text: str = "", tags: tuple[str, ...] = ()) -> NotebookNode:
    outputs = [new_output("stream", name="stdout", text=text)] if text else []
    cell = new_code_cell(source, execution_count=count, outputs=outputs)
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell


def opening() -> list[NotebookNode]:
    """Return the two cells that every notebook opens with, as they ran."""
    first, second = rules.the_set_up_cells()
    return [ran(first, 1), ran(second, 2, "Python 3.11\n")]


def good_lesson() -> NotebookNode:
    """Return a lesson without a fault."""
    head = "# 00 · Small\n\n**After this lesson you can** count.\n\n**Time**: 5 minutes. **Needs**: nothing."
    cells = [new_markdown_cell(head), *opening()]
    for number in range(1, 8):
        cells += [new_markdown_cell(f"**{number}.** How many?")]
        text = f"… 00.{number}  open\n"
        cells += [ran(f'answer = ...\ncheck("00.{number}", answer)', number + 2, text, (rules.CHECKED,))]
    drawn = ran("axes = plot()", 10)
    drawn.outputs = [new_output("display_data", {"image/png": picture(255), "text/plain": "<Figure>"})]
    cells += [drawn, new_markdown_cell("What we saw."), new_markdown_cell("**Next**: [01](01_explore_the_data.ipynb)")]
    return new_notebook(cells=cells)


def good_solutions() -> NotebookNode:
    """Return a solutions notebook without a fault."""
    head = "# 00 · Small: solutions\n\n**Time**: 1 minutes. **Needs**: the lesson."
    cells = [new_markdown_cell(head), *opening()]
    for number in range(1, 8):
        cells += [new_markdown_cell(f"**{number}.** How many?")]
        cells += [ran(f'check("00.{number}", 3)', number + 2, f"✓ 00.{number}  Because.\n", (rules.CHECKED,))]
    cells += [new_markdown_cell("That was all.")]
    return new_notebook(cells=cells)


def test_a_good_notebook_has_no_fault() -> None:
    links = [fault for fault in rules.faults(good_lesson(), "00_setup") if "01_explore" not in fault]
    assert links == []
    assert rules.faults(good_solutions(), "solutions/00_setup") == []
    assert rules.answered(good_lesson(), good_solutions()) == []


def output(cell: int, **changes: Any) -> Any:
    def plant(notebook: NotebookNode) -> None:
        notebook.cells[cell].outputs = [new_output(**changes)]

    return plant


def source(cell: int, text: str) -> Any:
    def plant(notebook: NotebookNode) -> None:
        notebook.cells[cell].source = text

    return plant


def untag(notebook: NotebookNode) -> None:
    for cell in notebook.cells[6:]:
        cell.metadata.pop("tags", None)


def with_widgets(notebook: NotebookNode) -> None:
    notebook.metadata["widgets"] = {}


def with_timings(notebook: NotebookNode) -> None:
    notebook.cells[1].metadata["execution"] = {"iopub.execute_input": "2026"}


def with_tagged_set_up(notebook: NotebookNode) -> None:
    notebook.cells[1].metadata["tags"] = [rules.CHECKED]


def out_of_order(notebook: NotebookNode) -> None:
    notebook.cells[4].execution_count = 7


def without_words(notebook: NotebookNode) -> None:
    del notebook.cells[3], notebook.cells[4]


def without_exercises(notebook: NotebookNode) -> None:
    for cell in notebook.cells[4:]:
        cell.source = cell.source.replace("check(", "print(")


def with_short_exercises(notebook: NotebookNode) -> None:
    del notebook.cells[9:13]  # 00.4 and 00.5 are the ones of several lines


WIDGET_DATA = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Text()"}
SEE_THROUGH = {"image/png": picture(0), "text/plain": "<Figure>"}
STREAM = {"output_type": "stream", "name": "stdout"}


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (source(0, "# Small"), "must open with the title"),
        (source(0, "# 00 · Small\n\n**Time**: 1 minutes. **Needs**: it"), "After this lesson you can"),
        (source(0, "# 00 · Small\n\nAfter this lesson you can. **Needs**: it"), "Time"),
        (source(1, "import helpers"), "cell 2 is not that of lesson 00"),
        (source(2, "import helpers"), "cell 3 is not that of lesson 00"),
        (with_tagged_set_up, "must have no tag"),
        (source(-1, "The end."), "must say what is next"),
        (source(3, "See [here](nowhere.ipynb)."), "leads to nowhere.ipynb"),
        (source(3, "one word " * 2250), "words before its exercises, 4,500 at most"),
        (source(3, "one word " * 300), "words before its exercises take 8 minutes; it says 5"),
        (source(3, "Do this:\n\n1. Ask. 2. Look."), "within the first"),
        (source(3, "- one;\n- two.\nThen three."), "no blank line after a list"),
        (source(4, "x = 1\n" * 16), "16 lines of code"),
        (source(4, " "), "is empty"),
        (without_words, "Markdown cells"),
        (out_of_order, "execution counts"),
        (with_widgets, "state of widgets"),
        (with_timings, "recorded timings"),
        (output(4, output_type="display_data", data=WIDGET_DATA), "holds a widget"),
        (output(4, output_type="display_data", data={"text/html": "", "text/plain": "<HTML>"}), "a progress bar left"),
        (output(4, output_type="stream", name="stderr", text="UserWarning: old"), "wrote to stderr: UserWarning"),
        (output(4, output_type="error", ename="KeyError", evalue="x", traceback=[]), "ended in KeyError"),
        (output(4, **STREAM, text="<object at 0x7f1234567890>"), "address in memory"),
        (output(4, output_type="execute_result", data={"text/plain": "<Axes: >"}), "shows <Axes"),
        (output(4, **STREAM, text="… open /home/ann/x.jpg"), "names a place on one machine: /home/ann"),
        (output(4, **STREAM, text=r"at C:\Users\ann"), "names a place on one machine"),
        (output(4, **STREAM, text=f"in {Path.home()}/x"), "the home folder of one machine"),
        (output(4, **STREAM, text=f"in {rules.ROOT}/x"), "the checkout of one machine"),
        (source(4, f'open("{tempfile.gettempdir()}/x")'), "a temporary folder of one machine"),
        (untag, "cells are tagged"),
        (output(4, **STREAM, text=" "), "is not blank"),
        (output(4, **STREAM, text="epoch 1 took 3 s"), "shows a time"),
        (output(4, output_type="display_data", data=SEE_THROUGH), "draws: pictures differ"),
        (output(18, output_type="display_data", data=SEE_THROUGH), "one can look through"),
        (source(4, 'check("00.99", 1)'), 'check("00.99") is not registered'),
        (source(4, 'check("01.1", 1)'), "belongs to another lesson"),
        (source(4, 'quiz("00.99")'), 'quiz("00.99") is not registered'),
        (source(4, 'predict_first("00.1", ...)'), "made and revealed"),
        (source(4, 'check("00.2", ...)'), "checked twice"),
        (without_exercises, "0 exercises, 5 at least"),
        (with_short_exercises, "three lines of code or more"),
        (output(4, **STREAM, text="✓ 00.1  Right."), "is not blank"),
    ],
)
def test_a_planted_fault_in_a_lesson_is_found(plant: Any, sentence: str) -> None:
    notebook = copy.deepcopy(good_lesson())
    plant(notebook)
    assert any(sentence in fault for fault in rules.faults(notebook, "00_setup")), rules.faults(notebook, "00_setup")


@pytest.mark.parametrize(
    ("name", "written", "following"),
    [
        ("09_improving_the_model", {"09_improving_the_model", "11_the_loop_by_hand"}, "11_the_loop_by_hand"),
        ("09_improving_the_model", {"10_backpropagation", "11_the_loop_by_hand"}, "10_backpropagation"),
        ("11_the_loop_by_hand", {"09_improving_the_model", "11_the_loop_by_hand"}, "12_your_own_images"),
    ],
)
def test_a_number_whose_lesson_is_not_written_is_passed_over(name: str, written: set[str], following: str) -> None:
    assert rules.next_of(name, written) == following


@pytest.mark.parametrize("text", ["✗ 00.1  Wrong.\n", "… 00.1  open\n", "nothing\n"])
def test_a_solution_that_does_not_pass_is_found(text: str) -> None:
    notebook = good_solutions()
    output(4, **STREAM, text=text)(notebook)
    assert any("does not pass" in fault for fault in rules.faults(notebook, "solutions/00_setup"))


def test_an_exercise_without_a_solution_is_found() -> None:
    solutions = good_solutions()
    del solutions.cells[3:5]
    assert rules.answered(good_lesson(), solutions) == ["exercise 00.1 has no answer in the solutions"]


# The tool that makes the notebooks


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a folder with one source."""
    (tmp_path / "src" / "solutions").mkdir(parents=True)
    write(tmp_path, ["# %% [markdown]", "# # Title", "", "# %%", "x = 1", "", '# %% tags=["kept"]', "x + 1"])
    return tmp_path


def write(course: Path, lines: list[str]) -> Path:
    source = course / "src" / "00_small.py"
    source.write_text("\n".join(lines) + "\n")
    return source


def made(course: Path) -> NotebookNode:
    return nbformat.read(course / "00_small.ipynb", as_version=4)


def test_a_source_becomes_a_notebook_that_ran(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main([], course) == 0
    notebook = made(course)
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "code"]
    assert [cell.execution_count for cell in notebook.cells[1:]] == [1, 2]
    assert notebook.cells[2].outputs[0].data["text/plain"] == "2"
    assert notebook.cells[2].metadata == {"tags": ["kept"]}
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert "1 of 1 notebooks made anew" in capsys.readouterr().out


def test_only_a_changed_lesson_runs_again_and_keeps_its_ids(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build.main([], course)
    ids = [cell.id for cell in made(course).cells]
    before = (course / "00_small.ipynb").read_bytes()
    capsys.readouterr()
    assert build.main([], course) == 0
    assert "0 of 1" in capsys.readouterr().out
    assert build.main(["--force"], course) == 0
    assert (course / "00_small.ipynb").read_bytes() == before, "the same source gives the same file"
    write(course, ["# %% [markdown]", "# # Title", "", "# %%", "x = 1", "", '# %% tags=["kept"]', "x + 10"])
    assert build.main(["--check"], course) == 1
    assert "00_small: cell 3, which begins with" in capsys.readouterr().out
    build.main([], course)
    assert [cell.id for cell in made(course).cells] == ids
    assert made(course).cells[2].outputs[0].data["text/plain"] == "11"
    assert build.main(["--check"], course) == 0


def retagged(notebook: NotebookNode) -> None:
    notebook.cells[2].metadata = {}


def of_another_kind(notebook: NotebookNode) -> None:
    notebook.cells[0] = new_code_cell(notebook.cells[0].source, execution_count=1)


def rewritten(notebook: NotebookNode) -> None:
    notebook.cells[1].source = "x = 2"


def shortened(notebook: NotebookNode) -> None:
    del notebook.cells[2]


def lengthened(notebook: NotebookNode) -> None:
    notebook.cells.append(new_markdown_cell("The end.\n\nOr not."))


def stopped(notebook: NotebookNode) -> None:
    notebook.cells[1].execution_count = None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (retagged, "cell 3, which begins with 'x + 1', differs from its source in its tags"),
        (of_another_kind, "cell 1, which begins with '# Title', differs from its source in its kind"),
        (rewritten, "cell 2, which begins with 'x = 1', differs from its source in its text"),
        (shortened, "it lacks cell 3 of its source, which begins with 'x + 1'"),
        (lengthened, "its source ends before cell 4, which begins with 'The end.'"),
        (stopped, "it never ran to its end"),
    ],
)
def test_the_check_says_which_cell_differs_and_in_what(
    course: Path, capsys: pytest.CaptureFixture[str], change: Any, said: str
) -> None:
    source, target = course / "src" / "00_small.py", course / "00_small.ipynb"
    notebook = build.updated(source, target)
    for number, cell in enumerate(notebook.cells[1:], 1):
        cell.execution_count = number  # as if it had run to its end
    nbformat.write(notebook, target)
    assert build.main(["--check"], course) == 0
    change(notebook)
    nbformat.write(notebook, target)
    assert build.main(["--check"], course) == 1
    assert capsys.readouterr().out == f"00_small: {said}: run `make notebooks`\n"


def test_a_lesson_runs_again_where_the_package_changed_and_is_stored_anew_where_it_gives_something_else(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package, target = course / "small", course / "00_small.ipynb"
    package.mkdir()

    def written(code: str) -> None:
        (package / "__init__.py").write_text(code)
        capsys.readouterr()

    def run(*arguments: str) -> str:
        build.main([*arguments], course, package)
        return capsys.readouterr().out

    written("def one():\n    return 1\n")
    write(course, ["# %%", "import time", "from small import one", "print(f'{one()}, after {time.time_ns()} s')"])
    assert "1 of 1 notebooks made anew" in run()
    before = made(course)
    assert list(before.metadata[build.MADE_WITH]) == ["small/__init__.py"]

    written('def one():\n    """Return 1."""\n    return 1  # always\n')
    assert run("--check") == ""

    written("def one():\n    return 3 - 2\n")
    stale = "00_small: what it uses of small/__init__.py changed since it ran: run `make notebooks`\n"
    assert run("--check") == stale
    assert "0 of 1 notebooks made anew. 1 ran and gave the same." in run()
    assert run("--check") == ""
    kept = made(course)
    assert kept.cells == before.cells, "the stored time stays"
    assert kept.metadata != before.metadata
    text = target.read_text().replace(*(each.metadata[build.MADE_WITH]["small/__init__.py"] for each in (kept, before)))
    nbformat.write(before, target)
    assert target.read_text() == text, "letter for letter, apart from the fingerprint"

    written("def one():\n    return 2\n")
    assert "and gave something else in cell 1\n1 of 1 notebooks made anew" in run()
    assert made(course).cells[0].outputs[0].text.startswith("2, after")


def test_an_error_names_the_lesson_and_the_cell_and_leaves_the_old_notebook(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build.main([], course)
    before = (course / "00_small.ipynb").read_bytes()
    write(course, ["# %% [markdown]", "# # Title", "", "# %%", "1 / 0"])
    (course / "src" / "01_next.py").write_text("# %%\n2 + 2\n")
    assert build.main([], course) == 1
    message, said = capsys.readouterr().err, build.name_of(course / "src" / "01_next.py")
    assert (course / f"{said}.ipynb").exists(), "the other lessons are made all the same"
    assert message.startswith("00_small, cell 2:")
    assert "ZeroDivisionError" in message
    assert (course / "00_small.ipynb").read_bytes() == before
    assert [file.name for file in course.glob("*.part")] == []


def test_widgets_and_stderr_are_taken_out_and_stderr_is_reported(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("ipywidgets")
    write(
        course,
        [
            "# %%", "import ipywidgets, sys", "display(ipywidgets.Text())", "",
            "# %%", "print('oh', file=sys.stderr)", "",
            "# %%", "from helpers.widgets.showing import show", "show(ipywidgets.Text, 'Quiz: how many?')",
        ],
    )  # fmt: skip
    assert build.main([], course) == 0
    assert "wrote to stderr, cell 2: oh" in capsys.readouterr().out
    notebook = made(course)
    assert "widgets" not in notebook.metadata
    assert [cell.outputs for cell in notebook.cells[:2]] == [[], []]
    (form,) = notebook.cells[2].outputs
    assert form.data == {"text/plain": "Quiz: how many?"}
    assert "widget" not in str([cell.get("outputs") for cell in notebook.cells])


def test_a_name_that_is_no_lesson_is_told(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["07"], course) == 1
    assert "No lesson is called 07. There are: 00_small." in capsys.readouterr().err


def test_solutions_are_made_from_their_own_folder(course: Path) -> None:
    (course / "src" / "solutions" / "00_small.py").write_text("# %%\n2 + 2\n")
    assert build.main(["00"], course) == 0
    solutions = nbformat.read(course / "solutions" / "00_small.ipynb", as_version=4)
    assert solutions.cells[0].outputs[0].data["text/plain"] == "4"
