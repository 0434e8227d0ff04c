"""What a notebook may not store is found, and a clean notebook passes."""

import copy
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "notebooks" / "check_stored.py"
spec = importlib.util.spec_from_file_location("check_stored", SCRIPT)
assert spec is not None
assert spec.loader is not None
check_stored = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_stored)

TEXT = {
    "output_type": "stream",
    "name": "stdout",
    "text": ["the sample: data/sample/train, https://example.org/home/x\n"],
}
PICTURE = {"output_type": "display_data", "data": {"image/png": "aGk=/tmp/"}, "metadata": {}}


def cell(source: str, count: int | None, *outputs: dict) -> dict:
    return {"cell_type": "code", "source": [source], "execution_count": count, "outputs": list(outputs), "metadata": {}}


CLEAN = {
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "source": ["# A lesson"], "metadata": {}},
        cell("1", 1, TEXT),
        cell("2", 2, PICTURE),
        cell("", None),
    ],
}


def with_output(output: dict) -> dict:
    notebook = copy.deepcopy(CLEAN)
    notebook["cells"][2]["outputs"].append(output)
    return notebook


def test_a_clean_notebook_passes() -> None:
    assert check_stored.faults(CLEAN) == []


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ({"output_type": "error", "ename": "E", "evalue": "", "traceback": []}, "traceback"),
        ({"output_type": "stream", "name": "stderr", "text": "Warning"}, "stderr"),
        ({"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {}}}, "view of a widget"),
        ({"output_type": "stream", "name": "stdout", "text": ["in /home/ada/whole-game\n"]}, "path of one machine"),
        (
            {"output_type": "execute_result", "data": {"text/plain": ["PosixPath('/Users/ada/x')"]}},
            "path of one machine",
        ),
        (
            {"output_type": "execute_result", "data": {"text/plain": "WindowsPath('C:\\Users\\ada')"}},
            "path of one machine",
        ),
    ],
)
def test_an_output_that_should_not_be_stored_is_found(output: dict, sentence: str) -> None:
    (fault,) = check_stored.faults(with_output(output))
    assert fault.startswith("code cell 2 ")
    assert sentence in fault


def test_widget_state_and_cells_run_out_of_order_are_found() -> None:
    notebook = copy.deepcopy(CLEAN)
    notebook["metadata"]["widgets"] = {}
    notebook["cells"][1]["execution_count"] = 7
    assert [fault.split(" ", 1)[0] for fault in check_stored.faults(notebook)] == ["it", "its"]


def test_the_command_names_the_notebook_and_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "clean.ipynb").write_text(json.dumps(CLEAN))
    assert subprocess.run([sys.executable, SCRIPT, tmp_path / "clean.ipynb"]).returncode == 0
    large = with_output({"output_type": "stream", "name": "stdout", "text": "x" * 1_000_001})
    (tmp_path / "large.ipynb").write_text(json.dumps(large))
    result = subprocess.run([sys.executable, SCRIPT, tmp_path / "large.ipynb"], capture_output=True, text=True)
    assert result.returncode == 1
    assert "large.ipynb: it has 1,0" in result.stdout
    assert result.stdout.endswith("Run: make notebooks\n")


@pytest.mark.parametrize(
    "notebook", sorted(SCRIPT.parent.rglob("*.ipynb")), ids=lambda path: path.relative_to(SCRIPT.parent).as_posix()
)
def test_the_notebooks_of_the_course_are_clean(notebook: Path) -> None:
    assert check_stored.faults(json.loads(notebook.read_text("utf-8"))) == []
    assert notebook.stat().st_size <= check_stored.LARGEST
