"""The wheel: what is in it, and a lesson's file alone with it, in an environment without this repository."""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import helpers
from tests.lesson_rules import address

ROOT = Path(__file__).resolve().parent.parent
LESSON = ROOT / "notebooks" / "02_first_training.ipynb"
LARGEST = 35_000_000  # bytes: the sample (12 MB at most), two backbones (10 MB each at most), and the code


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def strange_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of a new environment that has all packages of this one except ours."""
    folder = tmp_path_factory.mktemp("environment")
    packages = folder / "packages"
    packages.mkdir()
    installed = {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    own = ("helpers", "whole_game", "_whole_game", "_editable_impl_whole_game", "pip")
    for entry in sorted(entry for place in installed for entry in place.iterdir()):
        if not entry.name.startswith(own) and not (packages / entry.name).exists():
            try:
                (packages / entry.name).symlink_to(entry)
            except OSError as error:
                pytest.skip(f"needs symbolic links: {error}")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    site = run(python, "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    for seeded in Path(site).glob("setuptools*"):  # an old one would hide the one that torch needs
        shutil.rmtree(seeded)
    (Path(site) / "packages.pth").write_text(f"{packages}\n")
    return python


def run(python: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python far from this repository."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run([python, "-c", code], capture_output=True, text=True, cwd=python.parent, env=clean)


def test_the_wheel_holds_the_package_the_sample_and_the_backbone(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rooms = {
        file.relative_to(ROOT).as_posix()
        for ending in ("py", "js", "css")
        for file in (ROOT / "helpers").rglob(f"*.{ending}")
    }
    assert {"helpers/widgets/page/explorer.js", "helpers/widgets/page/explorer.css"} <= rooms
    assert rooms <= names
    assert {f"helpers/weights/{name}.safetensors" for name in ("resnet10", "resnet10_no_pets")} <= names
    sample = {file.relative_to(ROOT / "data").as_posix() for file in (ROOT / "data" / "sample").rglob("*.jpg")}
    pictures = {
        name for name in sample if not any(part.startswith(".") or part == "models" for part in Path(name).parts)
    }
    assert len(pictures) > 1000
    assert {f"helpers/{name}" for name in pictures} <= names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"helpers", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}
    strays = ("__pycache__", ".pyc", "/.", "/models/", ".ipynb")
    assert [name for name in names if any(stray in name for stray in strays)] == []
    assert wheel.stat().st_size < LARGEST


def test_the_wheel_asks_for_ranges_so_that_hosted_runtimes_keep_their_own_versions(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode())
        assert any(entry.endswith("licenses/LICENSE") for entry in archive.namelist())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert metadata["Version"] == helpers.__version__
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert len(needed) == len(project["dependencies"])
    assert [line for line in needed if "==" in line.replace("!=", "") or "<" in line] == []


def test_one_lesson_alone_installs_the_wheel_and_runs(
    wheel: Path, strange_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run(strange_python, "import torch, helpers")
    assert "No module named 'helpers'" in before.stderr, "the environment must start with torch and without helpers"

    monkeypatch.setenv("PIP_NO_INDEX", "1")  # what the lesson installs is the wheel and nothing else
    for name in ("PYTHONPATH", "PYTHONHOME"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "empty"
    folder.mkdir()
    notebook = nbformat.read(LESSON, as_version=4)
    assert address() in notebook.cells[1].source
    notebook.cells[1].source = notebook.cells[1].source.replace(address(), shlex.quote(str(wheel)))
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.create_kernel_manager()
    assert client.km is not None
    arguments = [str(strange_python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    monkeypatch.setattr(client.km.kernel_spec, "argv", arguments)
    client.execute()

    where = Path(run(strange_python, "import helpers; print(helpers.__file__)").stdout.strip())
    assert strange_python.parent.parent in where.parents
