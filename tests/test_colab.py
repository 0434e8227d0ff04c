"""What `make test-colab` finds, on planted faults, and that Colab's packages suffice for the course as they are."""

import copy
import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
COLAB = ROOT / "tests" / "colab"
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def colab(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return tests/colab/run.py, which belongs to no package."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    spec = importlib.util.spec_from_file_location("colab_run", COLAB / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def brings() -> dict[str, Requirement]:
    lines = (COLAB / "requirements.txt").read_text("utf-8").splitlines()
    return {found.name: found for found in map(Requirement, filter(lambda line: line and line[0] != "#", lines))}


def test_the_course_takes_colab_s_packages_as_they_are() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {found.name: found for found in map(Requirement, project["dependencies"])}
    colab = brings()
    assert {"torch", "torchvision", "numpy", "pillow", "ipywidgets", "ipython"} <= set(colab)
    for name in wanted.keys() & colab.keys():
        (version,) = colab[name].specifier
        assert version.operator == "=="
        assert wanted[name].specifier.contains(version.version), f"a set-up cell would exchange Colab's {name}"


def lesson() -> tuple[NotebookNode, NotebookNode]:
    """Return a small lesson as it is stored, and as it ran with all well."""
    said = new_output("stream", name="stdout", text="42\n")
    form = {"text/plain": "Quiz 00.1: How many?"}
    cells = [
        new_markdown_cell("# Title"),
        new_code_cell("print(6 * 7)", metadata={"tags": ["nbval-check-output"]}, outputs=[said]),
        new_code_cell("quiz('00.1')", outputs=[new_output("display_data", data=form)]),
        new_code_cell("check('00.1', 42)", outputs=[new_output("stream", name="stdout", text="✓ 00.1  Right.\n")]),
    ]
    stored = new_notebook(cells=cells)
    ran = copy.deepcopy(stored)
    ran.cells[2].outputs[0].data[VIEW] = {"model_id": "1"}
    return ran, stored


def test_a_lesson_that_ran_as_it_is_stored_has_no_faults(colab: ModuleType) -> None:
    assert list(colab.faults(*lesson(), is_solutions=True)) == []


def other_text(ran: NotebookNode) -> None:
    ran.cells[1].outputs[0].text = "41\n"


def no_widget(ran: NotebookNode) -> None:
    del ran.cells[2].outputs[0].data[VIEW]


def wrong_answer(ran: NotebookNode) -> None:
    ran.cells[3].outputs[0].text = "✗ 00.1  Look again.\n"


@pytest.mark.parametrize(
    ("plant", "fault"),
    [
        (other_text, "cell 2 gave\n41\nwhere the stored lesson has\n42\n"),
        (no_widget, "cell 3 shows no widget"),
        (wrong_answer, "cell 4: a solution does not pass: ✗ 00.1  Look again.\n"),
    ],
)
def test_a_planted_fault_is_named_with_its_cell(colab: ModuleType, plant: Any, fault: str) -> None:
    ran, stored = lesson()
    plant(ran)
    assert list(colab.faults(ran, stored, is_solutions=True)) == [fault]


def test_an_error_names_the_lesson_the_cell_and_the_error(colab: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    source, target = tmp_path / "src" / "00_small.py", tmp_path / "00_small.ipynb"
    source.write_text("# %% [markdown]\n# # Title\n\n# %%\nimport sys\n")
    assert colab.run_lesson(source, target) == ["00_small: it was never made: run `make notebooks` first"]
    source.write_text("# %% [markdown]\n# # Title\n\n# %%\nimport sys\n\n# %%\n1 / 0\n")
    notebook = colab.build.updated(source, target)
    for number, cell in enumerate(notebook.cells[1:], 1):
        cell.execution_count = number  # as if it had run to its end where it was made
    if made_with := colab.build.fingerprint(notebook):
        notebook.metadata[colab.build.MADE_WITH] = made_with
    colab.nbformat.write(notebook, target)
    (fault,) = colab.run_lesson(source, target)
    assert fault.startswith("00_small, cell 3: ")
    assert fault.rstrip().endswith("ZeroDivisionError: division by zero")
    assert "\x1b" not in fault


def test_a_package_of_colab_s_that_was_exchanged_or_taken_out_is_named(
    colab: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {"numpy": "2.1.3", "Pillow": "11.3.0", "jupyter_client": "7.4.9"}
    monkeypatch.setattr(colab, "brought", lambda: before)
    monkeypatch.setattr(colab, "installed", lambda: {"NumPy": "2.4.0", "jupyter-client": "7.4.9", "anywidget": "1"})
    assert colab.changed_packages() == [
        "the set-up cell changed numpy from 2.1.3 to 2.4.0",
        "the set-up cell changed pillow from 11.3.0 to nothing",
    ]
