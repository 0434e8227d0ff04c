"""What holds for every explorer and every exercise that is a widget, under ipywidgets 7 and 8.

The explorers are those of `benchmarks/redraws.py`, where each has a line with a change that redraws it.
`make test-colab` runs this file under ipywidgets 7.
"""

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks import redraws
from benchmarks.redraws import REDRAWS, Redraw, parts, pictures
from helpers.exercises import shortcuts
from helpers.exercises.quizzes import make_widget as make_quiz
from helpers.exercises.registry import QUIZZES, lessons, load
from helpers.widgets.showing import WIDGET_VIEW

widgets: Any = pytest.importorskip("ipywidgets")
STATE = "application/vnd.jupyter.widget-state+json"
ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "helpers" / "explorers"

for _lesson in lessons():
    load(_lesson)

EXPLORERS = {name.split(":")[0]: redraw.make for name, redraw in REDRAWS.items()}
EXERCISES: dict[str, Callable[[], Any]] = {
    "shortcut trainer": lambda: shortcuts.make_widget(shortcuts.Drill(seed=1)),
    **{f"quiz {name}": lambda name=name: make_quiz(QUIZZES[name]) for name in QUIZZES},
}
LISTS = ("Dropdown", "Select", "SelectMultiple")
# Letters typed on a list choose from it; JupyterLab takes them for commands unless its element says this.
KEEPS_LETTERS = "data-lm-suppress-shortcuts"


def modules_with_widgets() -> list[str]:
    """Return the explorers, files or folders of the room, that show widgets."""
    files = [file for file in ROOM.rglob("*.py") if "show(lambda" in file.read_text("utf-8")]
    return sorted({file.relative_to(ROOM).parts[0].removesuffix(".py") for file in files})


def unguarded_lists(box: Any, scripts: str) -> list[str]:
    """Return the labels of the lists in a widget whose letters would reach the notebook as commands."""
    found = [part.description for part in parts(box) if type(part).__name__ in LISTS]
    kept = KEEPS_LETTERS in scripts and any(f".{name} select" in scripts for name in box._dom_classes)
    return [] if kept else found


def scripts() -> str:
    """Return the JavaScript of all explorers."""
    return "\n".join(file.read_text("utf-8") for file in sorted((ROOT / "helpers").rglob("*.js")))


@pytest.mark.parametrize("module", modules_with_widgets())
def test_every_explorer_has_a_line_among_the_redraws(module: str) -> None:
    assert f"helpers.explorers.{module}" in inspect.getsource(redraws)


@pytest.mark.parametrize("redraw", REDRAWS.values(), ids=REDRAWS)
def test_a_change_draws_another_picture_and_other_words(redraw: Redraw) -> None:
    box = redraw.make()
    before = pictures(box), said(box)
    (control,) = [part for part in parts(box) if getattr(part, "description", "") == redraw.control]
    redraws.change(control, next(iter(redraw.values)))
    assert pictures(box) != before[0]
    assert said(box) != before[1]
    assert "✗" not in said(box)


def said(box: Any) -> str:
    """Return what a widget says below or above its picture."""
    return " ".join(part.value for part in parts(box) if type(part).__name__ == "HTML")


@pytest.mark.parametrize("make", EXPLORERS.values(), ids=EXPLORERS)
def test_every_control_of_an_explorer_has_a_label(make: Callable[[], Any]) -> None:
    controls = [part for part in parts(make()) if hasattr(part, "disabled") and hasattr(part, "description")]
    assert len(controls) > 3
    assert [control for control in controls if not control.description] == []


@pytest.mark.parametrize("make", [*EXPLORERS.values(), *EXERCISES.values()], ids=[*EXPLORERS, *EXERCISES])
def test_letters_typed_on_a_list_do_not_reach_the_notebook(make: Callable[[], Any]) -> None:
    assert unguarded_lists(make(), scripts()) == []


def test_a_list_that_lets_letters_through_is_found() -> None:
    box = widgets.VBox([widgets.HBox([widgets.Dropdown(options=["a"], description="Kind:")])])
    box.add_class("whole-game-new")
    assert unguarded_lists(box, scripts()) == ["Kind:"]
    guard = f'.querySelector(".whole-game-new select").setAttribute("{KEEPS_LETTERS}", "true")'
    assert unguarded_lists(box, guard) == []


@pytest.mark.parametrize("make", EXERCISES.values(), ids=EXERCISES)
def test_an_exercise_answers_what_is_typed(make: Callable[[], Any]) -> None:
    box = make()
    before = said(box)
    (field,) = [part for part in parts(box) if type(part).__name__ == "Text"]
    field.value = "b"
    assert field.value == ""
    assert said(box) != before


def test_in_a_kernel_every_widget_is_shown_and_redraws_and_nothing_is_written_to_stderr() -> None:
    """A real kernel opens a channel to the page for every widget, in another way in each version."""
    nbclient = pytest.importorskip("nbclient")
    code = [
        "from helpers.exercises import quiz, shortcut_trainer\nquiz('00.1')",
        "shortcut_trainer()",
        "from helpers.explorers.kernel_lab import kernel_lab\nkernel_lab('square')",
        # One change of each explorer: all of them are made without a kernel above.
        "from benchmarks import redraws\n"
        "explorers = {name.split(':')[0]: redraw for name, redraw in redraws.REDRAWS.items()}\n"
        "print(len(explorers), min(len(redraws.times(redraw, 2)) for redraw in explorers.values()))",
    ]
    kept = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    settings = {"timeout": 240, "kernel_name": "python3", "resources": {"metadata": {"path": str(ROOT)}}}

    def executed() -> nbformat.NotebookNode:
        notebook = new_notebook(cells=[new_code_cell(lines) for lines in code])
        client = nbclient.NotebookClient(notebook, **settings)
        client.execute(env=kept | {"PYTHONPATH": str(ROOT), "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
        return notebook

    try:
        notebook = executed()
    except nbclient.exceptions.CellTimeoutError:  # Jupyter has lost a message between two idle processes: seen once
        notebook = executed()
    *shown, timed = notebook.cells
    for cell in shown:
        (output,) = cell.outputs
        assert output.data[WIDGET_VIEW]["model_id"] in notebook.metadata.widgets[STATE].state
    assert [output for output in timed.outputs if output.get("name") == "stderr"] == []
    assert "".join(output.get("text", "") for output in timed.outputs).split() == [str(len(EXPLORERS)), "2"]
    nbformat.validate(notebook)
