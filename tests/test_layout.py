"""The rooms of `helpers`: which imports which, how long they are, and what must not be in them."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import helpers
from tests import rooms

FILES = rooms.files()
# Several devices are the engine's affair: a line of our own would make a script work on one kind of machine only.
ENGINE_ROOM_ONLY = {
    "torch.distributed": re.compile(r"\btorch\.distributed\b|\bfrom torch import .*\bdistributed\b"),
    "DistributedDataParallel": re.compile(r"\bDDP\b|\bDistributedDataParallel\b"),
    "GradScaler": re.compile(r"\bGradScaler\b"),
    ".cuda(": re.compile(r"\.cuda\("),
}


def names_of_the_engine_room(source: str) -> list[str]:
    """Return what a source uses that only the engine may; docstrings and comments may speak of it."""
    code = ast.unparse(_without_docstrings(ast.parse(source)))
    return [name for name, pattern in ENGINE_ROOM_ONLY.items() if pattern.search(code)]


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, rooms.DOCUMENTED) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
    return tree


def by_file(rule: Callable[[Path], list[str]]) -> dict[str, list[str]]:
    """Return what a rule finds, by the files in which it finds something."""
    found = {file.relative_to(rooms.HELPERS).as_posix(): rule(file) for file in FILES}
    return {name: faults for name, faults in found.items() if faults}


def test_a_room_imports_only_rooms_above_it() -> None:
    assert by_file(lambda file: rooms.wrong_imports(file.read_text("utf-8"), file)) == {}


@pytest.mark.parametrize(
    "planted",
    [
        "from helpers.learner import ConvLearner",
        "from .learner import ConvLearner",
        "from . import learner",
        "from helpers import ConvLearner",
        "import helpers",
        "import helpers.interpret as looks",
        "def later():\n    from helpers.data import Split",
        "if TYPE_CHECKING:\n    from helpers.data import Split",
    ],
)
def test_an_import_against_the_order_is_found(planted: str) -> None:
    assert len(rooms.wrong_imports(planted, rooms.HELPERS / "transforms.py")) == 1


@pytest.mark.parametrize(
    "allowed",
    ["from helpers.plots import show_image", "from .plots import show_image", "from . import plots", "import torch"],
)
def test_an_import_from_above_or_outside_is_allowed(allowed: str) -> None:
    assert rooms.wrong_imports(allowed, rooms.HELPERS / "data.py") == []


def test_the_files_of_a_folder_may_import_each_other_but_not_what_is_below() -> None:
    file = rooms.HELPERS / "explorers" / "kernels.py"
    assert rooms.wrong_imports("from .sliders import Slider\nfrom ..plots import show_image", file) == []
    assert len(rooms.wrong_imports("from ..exercises import check", file)) == 1


def test_a_room_without_a_place_in_the_order_is_found() -> None:
    (sentence,) = rooms.wrong_imports("import torch", rooms.HELPERS / "attic.py")
    assert "'attic' is not in the order" in sentence


def test_lines_of_code_leave_out_docstrings_comments_and_blank_lines() -> None:
    top = '"""A room.\n\nOf two lines.\n"""\n\n# why\n'
    code = 'x = [\n    1,\n\n]  # because\n\n\ndef f():\n    "One."\n    return """a\nb"""\n'
    assert rooms.lines_of_code(top + code) == 6  # x = [, 1, ], def, and the two lines of the returned text


def test_every_file_is_short_enough_to_read() -> None:
    assert {name: lines for name, lines in rooms.sizes().items() if lines > rooms.LINES_A_FILE} == {}


def test_no_wing_is_longer_than_its_budget() -> None:
    assert rooms.over_budget(rooms.sizes()) == []


def test_a_wing_over_its_budget_is_named_with_what_to_do() -> None:
    counts = {"models.py": 1040, "data.py": 20, "history.py": 2000, "lessons/a/b.py": 2001, "widgets/c.py": 9999}
    assert rooms.over_budget(counts) == [
        f"{part}: {found} lines of code, {most} at most; move what is only shown to lessons, or delete"
        for part, found, most in (
            ("the engine", "3,060", "2,300"),
            ("what fit needs", "1,060", "1,050"),
            ("lessons", "2,001", "2,000"),
        )
    ]


def test_no_room_does_what_the_engine_does() -> None:
    assert by_file(lambda file: names_of_the_engine_room(file.read_text("utf-8"))) == {}


def test_a_rule_names_every_file_that_breaks_it() -> None:
    assert by_file(lambda file: [file.name] * (file.parent.name == "exercises" and "lesson_0" in file.name)).keys() == {
        f"exercises/{file.name}" for file in (rooms.HELPERS / "exercises").glob("lesson_0*.py")
    }


@pytest.mark.parametrize(
    ("planted", "name"),
    [
        ("import torch.distributed as dist", "torch.distributed"),
        ("from torch import nn, distributed", "torch.distributed"),
        ("from torch.nn.parallel import DistributedDataParallel as DDP", "DistributedDataParallel"),
        ("scaler = torch.amp.GradScaler()", "GradScaler"),
        ("model = model.cuda()", ".cuda("),
    ],
)
def test_what_only_the_engine_may_use_is_found(planted: str, name: str) -> None:
    assert names_of_the_engine_room(f'"""A room."""\n{planted}\n') == [name]


def test_there_is_no_drawer_for_everything() -> None:
    drawers = {"utils", "util", "misc", "common", "helper"}
    assert [file.name for file in FILES if file.stem.strip("_") in drawers] == []


def test_the_public_names_are_there_and_nothing_else() -> None:
    promised = {
        "ConvLearner",
        "ImageClassifierData",
        "doctor",
        "get_data",
        "load_model",
        "read_image",
        "report_machine",
        "split_folder",
        "tfms_from_model",
    }
    assert promised <= set(helpers.__all__)
    assert all(hasattr(helpers, name) for name in helpers.__all__)
    public = {name for name in dir(helpers) if not name.startswith("_")}
    assert public - set(helpers.__all__) <= set(rooms.ROOMS), "the package's names are its rooms and what __all__ lists"


def test_heavy_packages_wait_until_they_are_used() -> None:
    """`import helpers` must stay quick, so what few readers need is imported where it is needed."""
    heavy = ["lightning_fabric", "sklearn", "scipy", "pandas", "ipywidgets", "IPython"]
    code = f"import sys, helpers; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=rooms.HELPERS.parent)
    assert result.stdout.strip() == "[]", result.stderr
