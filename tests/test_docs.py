"""What the documents say: commands exist, links lead somewhere, code runs, and one fact has one source."""

import importlib.util
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import helpers
from tests import rooms
from tests.lesson_rules import LESSONS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    path for folder in (".", "data", "backbone", "benchmarks", "notebooks") for path in (ROOT / folder).glob("*.md")
)
README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def blocks(document: str, *languages: str) -> list[str]:
    """Return the fenced blocks of a document in one of the languages."""
    found = re.findall(r"^( *)```(\w*)\n(.*?)^\1```$", document, re.MULTILINE | re.DOTALL)
    return [text for _, language, text in found if language in languages]


def commands(document: str) -> list[str]:
    """Return each command line of a document's shell blocks, and each command in backticks that runs make or Python."""
    lines = [line.strip() for block in blocks(document, "sh", "powershell") for line in block.splitlines()]
    prose = re.sub(r"^( *)```.*?^\1```$", "", document, flags=re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`((?:make|python|\.venv[\\/]\S*python)\b[^`]*)`", prose)
    return [line for line in [*lines, *inline] if line and not line.startswith("#")]


def make_targets() -> set[str]:
    """Return the targets that `make help` lists."""
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def faults(command: str) -> list[str]:
    """Return what a command names that does not exist: a make target, a file, a module, an extra."""
    words = command.split()
    wrong = []
    if words[0] == "make":
        wrong += [word for word in words[1:2] if word not in make_targets()]
    for word in words[1:]:
        path = word.removeprefix("PYTEST_ARGS=").strip("\"'").replace("\\", "/")
        if path.endswith((".py", ".txt", ".yml")) and not (ROOT / path).is_file():
            wrong.append(path)
        if extras := re.search(r"\[([\w,]+)\]", path):
            wrong += [extra for extra in extras[1].split(",") if extra not in PROJECT["optional-dependencies"]]
        if path.startswith("my_lessons/") and not (ROOT / "notebooks" / path.removeprefix("my_lessons/")).is_file():
            wrong.append(path)
        if "==" in path and path not in {str(pin) for pin in pins().values()}:
            wrong.append(path)
    if "-m" in words and words[0] != "make":
        module = words[words.index("-m") + 1]
        wrong += [] if module in ("venv", "pip", "pytest") or importlib.util.find_spec(module) else [module]
    return wrong


def pins() -> dict[str, Requirement]:
    """Return the requirements of requirements.txt by name."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return {requirement.name: requirement for requirement in wanted}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_in_a_document_names_what_exists(document: Path) -> None:
    found = {command: faults(command) for command in commands(document.read_text("utf-8"))}
    assert {command: wrong for command, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("make lunch", "lunch"),
        ("python notebooks/copy.py", "notebooks/copy.py"),
        (r".venv\Scripts\python notebooks\copy.py", "notebooks/copy.py"),
        ("pip install -r requirement.txt", "requirement.txt"),
        ("pip install -e '.[draw]'", "draw"),
        ("pip install torch==2.0.0", "torch==2.0.0"),
        ("python -m jupyterlob", "jupyterlob"),
        ("jupyter lab my_lessons/00_start.ipynb", "my_lessons/00_start.ipynb"),
    ],
)
def test_a_command_that_names_what_does_not_exist_is_found(planted: str, fault: str) -> None:
    assert faults(planted) == [fault]
    assert planted in commands(f"Text.\n\n```sh\n{planted}\n```\n")


def test_the_readme_covers_every_way_to_set_up() -> None:
    ways = [
        "make lab",
        "py -3.12 -m venv",
        "python3 -m venv",
        "uv pip",
        "conda env create",
        "whl/cpu",
        "pip install -e .",
    ]
    lines = commands(README)
    assert [way for way in ways if not any(way in line for line in lines)] == []


def test_the_shell_blocks_parse() -> None:
    if not (bash := shutil.which("bash")):
        pytest.skip("needs bash")
    for document in DOCUMENTS:
        for block in blocks(document.read_text("utf-8"), "sh"):
            result = subprocess.run([bash, "-n"], input=block, capture_output=True, text=True)
            assert result.returncode == 0, f"{document.name}: {result.stderr}"


def test_the_readme_s_python_runs_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    training, finding = blocks(README, "python")
    names: dict = {}
    exec(compile(training, "README.md", "exec"), names)
    assert names["learn"].predict_all("valid").accuracy > 0.9
    assert "epoch" in capsys.readouterr().out
    exec(compile(finding, "README.md", "exec"), names)
    assert isinstance(names["learning_rate"], float)
    assert 1e-4 < names["learning_rate"] < 0.1


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)|src=\"([^\"]+)\"", text)
    inside = [link or source for link, source in targets if not re.match(r"\w+:", link or source)]
    assert [target for target in inside if not (document.parent / target).exists()] == []


def test_the_readme_s_table_of_lessons_is_the_lessons_that_exist() -> None:
    listed = re.findall(r"^\| \[[^\]]+\]\((notebooks/[^)]+\.ipynb)\)", README, re.MULTILINE)
    assert listed == sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_no_lesson_is_called_unwritten_that_exists() -> None:
    (promise,) = re.findall(r"^Not written yet: (.*?)\.$", README, re.MULTILINE | re.DOTALL)
    written = {path.name[:2] for path in (ROOT / "notebooks").glob("*.ipynb")}
    promised = set(re.findall(r"\b\d\d\b", promise))
    assert written & promised == set()
    assert written | promised == {name[:2] for name in LESSONS}


def test_the_three_paths_through_the_lessons_name_lessons_of_the_table_or_say_that_they_are_not_written() -> None:
    paths = re.findall(r"^- \*\*([^*]+)\*\*: (.*?)(?=^- |^$)", README, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in paths] == ["An hour", "A day", "All of it"]
    planned = {name[:2] for name in LESSONS}
    named = [re.findall(r"\b\d\d\b", text) for _, text in paths]
    assert named == [["01", "02", "12"], ["00", "03", "08", "09", "12"], ["00", "13"]]
    assert {number for numbers in named for number in numbers} <= planned


def lessons_that_use(module: str) -> set[str]:
    """Return the numbers of the lessons whose source imports a module, or an explorer that does."""
    explorers = {
        "helpers.explorers." + path.relative_to(ROOT / "helpers" / "explorers").parts[0].removesuffix(".py")
        for path in (ROOT / "helpers" / "explorers").rglob("*.py")
        if re.search(rf"{module.removeprefix('helpers.').replace('.', '[.]')}\b", path.read_text("utf-8"))
    }
    sources = {path.name[:2]: path.read_text("utf-8") for path in (ROOT / "notebooks" / "src").glob("*.py")}
    return {number for number, text in sources.items() if any(name in text for name in (module, *explorers))}


TAUGHT = [path for path in rooms.files() if path.relative_to(ROOT).parts[1] in ("lessons", "explorers")]


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_lesson_that_a_docstring_names_uses_what_it_describes(path: Path) -> None:
    """So the numbers in docstrings follow when lessons are renumbered."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts[:3])
    named = set(re.findall(r"\b[Ll]esson\s+(\d\d)\b", path.read_text("utf-8")))
    assert not named or named & lessons_that_use(module), f"{module} is used in {sorted(lessons_that_use(module))}"


def test_there_is_one_address_of_the_repository() -> None:
    address = PROJECT["urls"]["Repository"]
    owner = address.rsplit("/", 1)[0].removeprefix("https://github.com/")
    sources = [*DOCUMENTS, *rooms.files(), *(ROOT / "notebooks").rglob("*.py")]
    named = {
        match
        for path in sources
        for match in re.findall(rf"github(?:\.com)?/({owner}/[\w.-]*\w)", path.read_text("utf-8"))
    }
    assert named == {address.removeprefix("https://github.com/")}


def test_the_requirements_are_exact_and_are_the_direct_dependencies() -> None:
    extras = PROJECT["optional-dependencies"]
    ranges = {
        (wanted := Requirement(text)).name: wanted for text in PROJECT["dependencies"] + extras["lab"] + extras["dev"]
    }
    exact = pins()
    assert set(exact) == set(ranges)
    for name, pin in exact.items():
        (specifier,) = pin.specifier
        assert specifier.operator == "==", f"{name} is not pinned"
        assert ranges[name].specifier.contains(specifier.version), f"{pin} lies outside {ranges[name]}"


def test_the_requirements_install_helpers_last() -> None:
    assert (ROOT / "requirements.txt").read_text("utf-8").splitlines()[-1] == "-e ."


def test_conda_s_environment_takes_everything_but_python_from_the_requirements() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, packages = environment["dependencies"]
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python=") + ".0")
    assert pip == "pip"
    assert packages == {"pip": ["-r requirements.txt"]}
    assert environment["channels"][0] == "conda-forge"
    assert f"conda activate {environment['name']}" in README


def test_the_changelog_s_newest_release_is_the_version() -> None:
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", helpers.__version__]
