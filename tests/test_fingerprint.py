"""What a lesson reaches in the package: names are followed through imports, and only what changes outputs counts."""

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import jupytext
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests import lesson_rules as rules

sys.path.insert(0, str(rules.NOTEBOOKS))

import fingerprint as fingerprints

PACKAGE = {
    "__init__.py": "from .engine import train\nfrom . import plots\n",
    "engine.py": (
        '"""The engine."""\nfrom __future__ import annotations\nfrom typing import TYPE_CHECKING\n'
        "from .tables import RATES\nif TYPE_CHECKING:\n    from .plots import draw\n\n"
        'def train(rate: float) -> float:\n    """Train."""\n    # why\n    return RATES[rate] * _factor()\n\n'
        "def _factor():\n    from .hidden import factor\n    return factor\n\n"
        "def load():\n    return open('weights.bin')\n"
    ),
    "tables.py": (
        "RATES = {}\n\ndef register(work):\n    RATES[1] = work\n    return work\n\n"
        "@register\ndef one():\n    return 1\n\nOTHER = 2\n"
    ),
    "hidden.py": "factor = 3\nunused = 4\n",
    "plots.py": "def draw(colour='blue'):\n    return colour\n\ndef erase():\n    return None\n",
    "weights.bin": "12345",
    "lessons/__init__.py": "from .waves import *\n",
    "lessons/waves.py": "def wave():\n    return 1\n",
    "exercises/__init__.py": "def check(name, answer):\n    return name\n",
    "exercises/lesson_02.py": "from ..plots import erase\nerase()\n",
}  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in PACKAGE.items():
        (tmp_path / "small" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "small" / name).write_text(text)
    return tmp_path / "small"


def digests(package: Path, *cells: str) -> dict[str, str]:
    """Return the fingerprint of a lesson with these cells, by the names of files in the package."""
    found = fingerprints.fingerprint(new_notebook(cells=[new_code_cell(cell) for cell in cells]), package)
    return {name.removeprefix("small/"): digest for name, digest in found.items()}


@pytest.mark.parametrize(
    ("cells", "files"),
    [
        (["x = 1"], []),
        (["from small import train"], ["engine.py", "hidden.py", "tables.py"]),
        (["from small.engine import train as fit"], ["engine.py", "hidden.py", "tables.py"]),
        (["def later():\n    from small.hidden import factor"], ["hidden.py"]),
        (["from small.engine import load"], ["engine.py", "weights.bin"]),
        (["import small", "small.plots.draw()"], ["plots.py"]),
        (["from small import plots\nplots.draw()"], ["plots.py"]),
        (["import small.hidden as inner"], ["hidden.py"]),
        (["from small.lessons import wave"], ["lessons/waves.py"]),
        (["from small.lessons import *"], ["lessons/waves.py"]),
        (["from small.exercises import check", 'check("02.3", ...)'],
         ["exercises/__init__.py", "exercises/lesson_02.py", "plots.py"]),
        (['script = "from small.hidden import factor\\n"'], ["hidden.py"]),
        (["%%writefile script.py\nfrom small.hidden import factor"], ["hidden.py"]),
        (["%matplotlib inline\nfrom small.hidden import factor", "this is no Python"], ["hidden.py"]),
        (["import small\nprint(small.__file__)"], [name for name in PACKAGE if name.endswith(".py")]),
    ],
)  # fmt: skip
def test_a_lesson_reaches_what_it_imports_and_no_more(package: Path, cells: list[str], files: list[str]) -> None:
    assert sorted(digests(package, *cells)) == sorted(files)


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


OF_CODE = [
    ("engine.py", replaced("RATES[rate] *", "RATES[rate] +"), True),
    ("engine.py", replaced("return factor", "return factor + 1"), True),
    ("tables.py", replaced("return 1", "return 2"), True),  # registered: no name leads to it
    ("hidden.py", replaced("factor = 3", "factor = 5"), True),
    ("hidden.py", replaced("unused = 4", "unused = 5"), False),
    ("tables.py", replaced("OTHER = 2", "OTHER = 3"), False),
    ("plots.py", replaced("blue", "red"), False),
    ("weights.bin", replaced("12345", "1234"), False),
]
OF_TEXT = [
    ("engine.py", replaced("Train.", "Train a network."), False),
    ("engine.py", replaced("# why", "# because"), False),
    ("engine.py", replaced("rate: float", "rate: int"), False),
    ("engine.py", replaced("RATES[rate] *", "RATES[ rate ]  *"), False),
]


@pytest.mark.parametrize(("name", "change", "counts"), [*OF_CODE, *OF_TEXT])
def test_only_a_change_of_reached_code_counts(package: Path, name: str, change: Any, counts: bool) -> None:
    before = digests(package, "from small import train")
    (package / name).write_text(change((package / name).read_text()))
    after = digests(package, "from small import train")
    assert {file for file in before if before[file] != after[file]} == ({name} if counts else set())
    assert before.keys() == after.keys()


@pytest.mark.parametrize("shows", ["train??", "?train", "help(train)", "import inspect", "print(train.__doc__)"])
@pytest.mark.parametrize(("name", "change"), [(name, change) for name, change, _ in OF_TEXT])
def test_the_text_counts_in_a_lesson_that_shows_it(package: Path, shows: str, name: str, change: Any) -> None:
    before = digests(package, "from small import train", shows)
    (package / name).write_text(change((package / name).read_text()))
    assert digests(package, "from small import train", shows) != before


def test_any_line_of_any_file_counts_in_a_lesson_that_asks_where_the_package_lies(package: Path) -> None:
    before = digests(package, "import small\nprint(small.__file__)")
    (package / "hidden.py").write_text("factor = 3\n\nunused = 4\n")
    after = digests(package, "import small\nprint(small.__file__)")
    assert [file for file in before if before[file] != after[file]] == ["hidden.py"]


def test_a_data_file_counts_where_it_is_read(package: Path) -> None:
    before = digests(package, "from small.engine import load")
    (package / "weights.bin").write_text("54321")
    after = digests(package, "from small.engine import load")
    assert [file for file in before if before[file] != after[file]] == ["weights.bin"]


def test_a_tree_is_written_alike_by_every_version_of_python() -> None:
    # From Python 3.12 on, ast.dump names type_params; from 3.13 on, it leaves out empty lists.
    (statement,) = ast.parse("def f(x):\n    return x or None").body
    assert fingerprints.dumped(statement) == (
        "FunctionDef(name='f', args=arguments(args=[arg(arg='x')]), body=[Return(value=BoolOp(op=Or(), "
        "values=[Name(id='x'), None]))])"
    )
    text = ast.JoinedStr([ast.Constant("a"), ast.Constant("")])  # as in the format of an f-string, in some versions
    assert fingerprints.dumped(text) == fingerprints.dumped(ast.JoinedStr([ast.Constant("a")]))


# The course's own lessons and package


def lesson(name: str) -> Any:
    return jupytext.read(rules.NOTEBOOKS / "src" / f"{name}.py", fmt="py:percent")


def test_a_change_beside_a_lesson_does_not_mark_it() -> None:
    reached = fingerprints.fingerprint(lesson("02_first_training"))
    assert {"helpers/learner.py", "helpers/data.py", "helpers/weights/resnet10.safetensors"} <= reached.keys()
    assert "helpers/lessons/depth.py" not in reached
    assert "helpers/learner.py" not in fingerprints.fingerprint(lesson("04_convolutions"))


class Quiet:
    """Stands for IPython, whose magics are left out."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def running(trees: list[ast.Module]) -> set[CodeType]:
    """Run a lesson's code, and return the functions of the package that Python calls, but not while it imports."""
    ran: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        codes = [frame.f_code, *([frame.f_back.f_code] if frame.f_back else [])]
        inside = [code.co_filename.startswith(str(fingerprints.PACKAGE)) for code in codes]
        importing = [within and code.co_name == "<module>" for within, code in zip(inside, codes, strict=True)]
        if event == "call" and inside[0] and not any(importing):
            ran.add(frame.f_code)

    names: dict[str, Any] = {"get_ipython": Quiet}
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        for tree in trees:
            exec(compile(tree, "the lesson", "exec"), names)
    finally:
        sys.setprofile(before)
    return ran


def test_every_function_that_runs_in_a_lesson_is_reached() -> None:
    trees = list(fingerprints._code(lesson("solutions/01_explore_the_data"), "helpers"))
    reached = fingerprints.Reached(fingerprints.PACKAGE)
    reached.from_lesson(ast.Module([statement for tree in trees for statement in tree.body], []))
    lines: set[tuple[str, int]] = set()
    for name, places in reached.statements.items():
        module = reached._module(name)
        assert module
        for place in places:
            lines |= {(str(module.file), number + 1) for number in module.lines_of(module.statements[place])}
    ran = running(trees)
    assert len(ran) > 20
    assert [code.co_qualname for code in ran if (code.co_filename, code.co_firstlineno) not in lines] == []


def test_nothing_of_the_package_is_imported_by_a_name_that_is_put_together_but_what_lessons_ask() -> None:
    """The walk sees import statements; of `import_module` it knows this one use."""
    found = [
        file.name
        for file in fingerprints.PACKAGE.rglob("*.py")
        if "import_module(" in file.read_text("utf-8") or "__import__(" in file.read_text("utf-8")
    ]
    assert found == ["registry.py"]
    asked = fingerprints.fingerprint(new_notebook(cells=[new_code_cell('check("03.1", ...)')]))
    assert "helpers/exercises/lesson_03.py" in asked


def test_every_data_file_of_the_package_is_reached_by_the_module_that_reads_it() -> None:
    reached = fingerprints.Reached(fingerprints.PACKAGE)
    for file in reached.files():
        if file.suffix == ".py":
            name = ".".join(file.relative_to(rules.ROOT).with_suffix("").parts).removesuffix(".__init__")
            reached.follow(tuple(name.split(".")))
    reached.from_lesson(ast.Module([], []))
    assert reached.data == {file for file in reached.files() if file.suffix != ".py"}
