"""`make` where it cannot set up: it says what is wrong in words, and the next `make` tries again."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.browser.server import address_of

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with what the set-up reads."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "tests" / "colab").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "colab" / "requirements.txt", tmp_path / "tests" / "colab")
    (tmp_path / "tests" / "rooms.py").write_text("print('counted')")
    return tmp_path


def python_that(folder: Path, script: str) -> Path:
    """Return a command that stands in for Python."""
    command = folder / "python-stand-in"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return command


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a reader's terminal: what a make around the tests says to its own children stays out."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    return subprocess.run(["make", *arguments], cwd=checkout, capture_output=True, text=True, env=clean)


def make_size(checkout: Path, python: object) -> subprocess.CompletedProcess[str]:
    """Run `make size`, which needs the environment."""
    return make(checkout, "size", f"PYTHON={python}")


def test_a_missing_python_is_named(checkout: Path) -> None:
    result = make_size(checkout, "python-of-nowhere")
    assert result.returncode != 0
    assert 'could not run "python-of-nowhere"' in result.stdout
    assert "Install Python 3.11 or newer" in result.stdout


def test_an_old_python_is_named_with_its_version(checkout: Path) -> None:
    old = python_that(checkout, 'case "$*" in *version_info*) exit 1;; *--version*) echo Python 3.9.2;; esac')
    result = make_size(checkout, old)
    assert result.returncode != 0
    assert "This is Python 3.9.2; the course needs Python 3.11 or newer." in result.stdout


def test_a_python_without_venv_says_which_package_brings_it(checkout: Path) -> None:
    bare = python_that(checkout, 'case "$*" in *ensurepip*) exit 1;; esac')
    result = make_size(checkout, bare)
    assert result.returncode != 0
    assert "sudo apt install python3-venv" in result.stdout


def stand_in_with_pip_that(checkout: Path, pip: str, folder: str = ".venv") -> Path:
    """Return a Python stand-in whose environments hold a pip that does as told."""
    inner = (
        f"#!/bin/sh\ncase \"$*\" in *'pip install'*) {pip};; *'pip freeze'*) echo torch==2.11.0;; "
        '*rooms.py*) echo counted;; *run.py*) echo "ran $*";; esac'
    )
    return python_that(
        checkout,
        f'case "$*" in *"-m venv"*) mkdir -p {folder}/bin; cat > {folder}/bin/python <<"EOF"\n{inner}\nEOF\n'
        f"chmod +x {folder}/bin/python;; esac",
    )


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        ("echo 'ERROR: Could not find a version that satisfies torch'; exit 1", "Check the network"),
        ("echo 'OSError: [Errno 28] No space left on device'; exit 1", "The disk is full"),
    ],
)
def test_a_failed_installation_says_why_and_is_tried_again(checkout: Path, failure: str, advice: str) -> None:
    result = make_size(checkout, stand_in_with_pip_that(checkout, failure))
    assert result.returncode != 0
    assert "ERROR" in result.stdout.upper()
    assert advice in result.stdout
    assert "make size again" in result.stdout
    assert not (checkout / ".venv" / "ready").exists()

    shutil.rmtree(checkout / ".venv")
    result = make_size(checkout, stand_in_with_pip_that(checkout, "exit 0"))
    assert result.returncode == 0, result.stderr
    assert "counted" in result.stdout


def test_the_environment_is_filled_once_and_again_after_a_change_or_a_move(checkout: Path) -> None:
    python = stand_in_with_pip_that(checkout, "echo x >>installed; exit 0")

    def installations() -> int:
        assert make_size(checkout, python).returncode == 0
        return len((checkout / "installed").read_text().split())

    assert [installations(), installations()] == [1, 1]
    later = (checkout / ".venv" / "ready").stat().st_mtime + 5
    os.utime(checkout / "requirements.txt", (later, later))
    assert installations() == 2
    os.utime(checkout / "requirements.txt", (later - 60, later - 60))
    (checkout / ".venv" / "ready").write_text("/another/folder")
    assert installations() == 3


@pytest.mark.parametrize(
    "name",
    ["o'brien", 'say "cheese"', "two words", "a  b", "it's $5, (really) #1", "a`b`", "a\\b", "$(HOME)", "ü & 猫;"],
)
def test_the_folder_of_the_checkout_may_have_any_name(checkout: Path, name: str) -> None:
    home = checkout / "within" / name
    home.mkdir(parents=True)
    for file in ("Makefile", "requirements.txt", "pyproject.toml", "tests"):
        (checkout / file).rename(home / file)
    (home / "notebooks").mkdir()
    (home / "notebooks" / "copy_lessons.py").touch()
    python = stand_in_with_pip_that(checkout, "echo x >>installed; exit 0")
    for target in ("size", "lab", "size"):
        done = make(home, target, f"PYTHON={python}")
        assert done.returncode == 0, done.stderr
    assert (home / "installed").read_text().split() == ["x"], "installed once, and found again"
    assert (home / ".venv" / "ready").read_text().rstrip("\n") == str(home.resolve())


def test_colab_s_versions_have_an_environment_of_their_own_that_is_filled_once(checkout: Path) -> None:
    def test_colab(pip: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        python = stand_in_with_pip_that(checkout, pip, ".venv-colab")
        return make(checkout, "test-colab", f"COLAB_PYTHON={python}", *arguments)

    failed = test_colab("echo 'ERROR: No matching distribution found for torch==2.11.0'; exit 1")
    assert failed.returncode != 0
    assert "No matching distribution" in failed.stdout
    assert "run make test-colab again" in failed.stdout
    assert not (checkout / ".venv-colab" / "ready").exists()

    for _ in range(2):
        done = test_colab('echo "$*" >>installed; exit 0', "COLAB_ARGS=03 04")
        assert done.returncode == 0, done.stderr
        assert "ran tests/colab/run.py 03 04" in done.stdout
    # What pip said went into a log; its arguments were written down.
    assert (checkout / "installed").read_text().count("-r tests/colab/requirements.txt") == 1
    assert (checkout / ".venv-colab" / "ready").read_text() == "torch==2.11.0\n", "what Colab brings"
    assert not (checkout / ".venv").exists(), "a reader's environment is left alone"

    later = (checkout / ".venv-colab" / "ready").stat().st_mtime + 5
    os.utime(checkout / "tests" / "colab" / "requirements.txt", (later, later))
    test_colab('echo "$*" >>installed; exit 0')
    assert (checkout / "installed").read_text().count("-r tests/colab/requirements.txt") == 2


def test_make_lab_listens_to_this_machine_alone_and_to_who_has_the_token(tmp_path: Path) -> None:
    said = make(ROOT, "-n", "lab", "LAB_ARGS=--no-browser --allow-root --port=0").stdout
    (line,) = [line for line in said.splitlines() if "-m jupyterlab" in line]
    command = [sys.executable, *line.split()[1:]]
    (tmp_path / "my_lessons").mkdir()
    shutil.copy(ROOT / "notebooks" / "00_setup.ipynb", tmp_path / "my_lessons")
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=os.environ | places, stdout=log, stderr=log)
        try:
            address = urlsplit(address_of(server, tmp_path / "RUNTIME", tmp_path / "log"))
            (facts,) = (tmp_path / "RUNTIME").glob("jpserver-*.json")
            assert len(json.loads(facts.read_text())["token"]) >= 32
            assert address.hostname == "localhost"
            with pytest.raises(HTTPError, match="403"):
                urlopen(f"http://127.0.0.1:{address.port}/api/contents")
            outside = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout.split()
            for host in outside:
                with pytest.raises(ConnectionError), socket.create_connection((host, address.port), timeout=5):
                    pass
        finally:
            server.terminate()
            server.wait(60)


def test_help_is_what_make_says_by_itself_and_names_every_target(checkout: Path) -> None:
    result = make(checkout)
    named = {line.split()[1] for line in result.stdout.splitlines()}
    phony = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY: help"))
    assert named == set(phony.split()[1:])
