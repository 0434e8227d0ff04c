"""What holds for every explorer and every exercise that is a widget, without a browser, under ipywidgets 7 and 8.

The explorers are those of `benchmarks/explorers.py`. `make test-colab` runs this file under ipywidgets 7;
`tests/browser/test_explorers.py` has what needs a page.
"""

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks import redraws
from benchmarks.explorers import EXPLORERS, Shown
from benchmarks.redraws import REDRAWS, Redraw
from helpers.widgets.showing import WIDGET_VIEW

pytest.importorskip("ipywidgets")
STATE = "application/vnd.jupyter.widget-state+json"
ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "helpers" / "explorers"
VIEWS = {name: shown for name, shown in EXPLORERS.items() if shown.view is not None}
ALL = pytest.mark.parametrize("shown", VIEWS.values(), ids=VIEWS)
TYPED = ("button", "field", "choice", "tick", "file")


def names_in(place: Any) -> list[str]:
    """Return the names of the parts in a layout, in their order."""
    if isinstance(place, str):
        return [place]
    inside = place.get("parts", []) if isinstance(place, dict) else place
    return [name for one in inside for name in names_in(one)]


@pytest.mark.parametrize("folder", sorted(file.parent.name for file in ROOM.glob("*/__init__.py")))
def test_every_explorer_is_among_those_that_are_held_to_the_rules(folder: str) -> None:
    assert any(f"helpers.explorers.{folder} import" in shown.cell for shown in EXPLORERS.values())


@ALL
def test_each_part_stands_in_the_layout_once_and_has_its_layers(shown: Shown) -> None:
    scene = shown.view().sent
    layout = scene["layout"]
    standing = names_in([*layout["above"], *layout["columns"]])
    assert len(standing) == len({*standing})
    layers = [name for entry in scene.values() for name in entry.get("layers", ())]
    assert {*standing, *layers} | {"layout", "undo"} == {*scene} | {"undo"}
    assert "error" in standing


@ALL
def test_every_control_does_something_and_every_act_has_its_control(shown: Shown) -> None:
    view = shown.view()
    controls = {name for name, entry in view.sent.items() if entry["kind"] in TYPED and name != "undo"}
    controls |= {name for name, entry in view.sent.items() if entry["kind"] in ("figure", "numbers")
                 and (entry.get("click") or entry.get("keys") or entry.get("edit"))}  # fmt: skip
    controls |= {one["name"] for entry in view.sent.values() for one in entry.get("handles", ())}
    assert controls <= {*view.doing}


@ALL
def test_every_part_has_a_name_for_those_who_cannot_see_it(shown: Shown) -> None:
    for name, entry in shown.view().sent.items():
        if entry["kind"] in TYPED:
            assert entry["label"], name
        if entry["kind"] == "figure":
            assert len(entry["alt"]) > 10, name
        for one in entry.get("handles", ()):
            assert one["label"], name
            assert one["value"], name


@ALL
def test_a_scene_is_plain_data_that_can_be_sent_and_stored(shown: Shown) -> None:
    view = shown.view()
    assert json.loads(view.export()).keys() == view.sent.keys()
    assert view.scene() == {name: entry for name, entry in view.sent.items() if name not in ("undo", "error")}


@pytest.mark.parametrize("redraw", REDRAWS.values(), ids=REDRAWS)
def test_an_act_is_answered_with_what_changed_and_undone(redraw: Redraw) -> None:
    view = redraw.make()
    opening = view.sent
    view._told(None, {"name": redraw.act, "number": 1, "gesture": 1, "shown": None} | redraw.told[0], [])
    answer = view.canvas.changes
    changed = {name for name, entry in view.sent.items() if opening.get(name) != entry}
    assert changed
    assert changed <= {*answer["entries"]} <= changed | {redraw.act}
    assert answer["refused"] is None
    view._told(None, {"name": "undo", "number": 2, "gesture": 2, "shown": None}, [])
    different = [name for name, entry in view.sent.items() if opening.get(name) != entry]
    assert different == []


@ALL
def test_a_control_that_is_told_nonsense_refuses_it_and_changes_nothing(shown: Shown) -> None:
    view = shown.view()
    before, number = view.sent, 0
    for name, entry in before.items():
        if entry["kind"] != "field" or entry.get("long"):
            continue
        for value in ("three", "", "1e999", "1,000"):
            number += 1
            view._told(None, {"name": name, "value": value, "number": number, "gesture": number, "shown": None}, [])
            refused = view.canvas.changes["refused"]
            assert refused, (name, value)
            assert refused["name"] == name
            assert 10 < len(refused["why"]) < 200
    assert view.sent == before


def test_in_a_kernel_every_widget_is_shown_and_answers_and_nothing_is_written_to_stderr() -> None:
    """A real kernel opens a channel to the page for every widget, in another way in each version."""
    nbclient = pytest.importorskip("nbclient")
    code = [
        "from helpers.exercises import quiz, shortcut_trainer\nquiz('00.1')",
        "shortcut_trainer()",
        "from helpers.explorers.kernel_lab import kernel_lab\nkernel_lab('square')",
        # One act of each explorer: all of them are tried without a kernel above.
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
    assert "".join(output.get("text", "") for output in timed.outputs).split() == [str(len(VIEWS)), "2"]
    nbformat.validate(notebook)


def test_redraws_are_those_of_all_explorers() -> None:
    assert {name.split(":")[0] for name in redraws.REDRAWS} == {*VIEWS}
