"""The command line: it predicts what `load_model(path).predict` does, and says what went wrong."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result

from helpers import load_model
from helpers.__main__ import BATCH, main
from helpers.predictor import Prediction, Predictor
from tests.pictures import data_in, learner, make_pictures, noise, picture_of

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of pictures, whose models/first.safetensors has learned from them."""
    root = make_pictures(tmp_path_factory.mktemp("command") / "pets")
    learn = learner(data_in(root), precompute=True)
    learn.fit(0.05, 2)
    learn.save("first")
    return root


@pytest.fixture
def here(pets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with model.safetensors, cat.jpg and dog.jpg the working directory, in float32."""
    monkeypatch.setattr("helpers.predictor.has_fast_bfloat16", lambda device: False)
    shutil.copy(pets / "models" / "first.safetensors", tmp_path / "model.safetensors")
    for label in ("cats", "dogs"):
        picture_of(label, 5000).save(tmp_path / f"{label[:-1]}.jpg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def document(*arguments: str | Path) -> dict:
    return json.loads(run("predict", *arguments, "--json").stdout)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "helpers", *arguments]


# What is printed ------------------------------------------------------------------------------------------------------


def test_each_picture_is_predicted_as_load_model_does_in_the_order_given(here: Path, pets: Path) -> None:
    files = sorted(pets.glob("*/*/*.jpg"), key=lambda path: path.name[::-1])
    files += files[:5]
    assert len(files) > BATCH
    expected = [load_model("model.safetensors").predict(path) for path in files]
    found = document("model.safetensors", *files)
    assert found["unreadable"] == []
    assert [each["file"] for each in found["predictions"]] == list(map(str, files))
    assert [each["class"] for each in found["predictions"]] == [each.label for each in expected]
    assert [each["probability"] for each in found["predictions"]] == pytest.approx(
        [each.probability for each in expected], abs=1e-5
    )
    for each, wanted in zip(found["predictions"], expected, strict=True):
        assert each["probabilities"] == pytest.approx(
            dict(zip(wanted.classes, wanted.probabilities, strict=True)), abs=1e-5
        )
    assert len({each.label for each in expected}) == 2


def test_the_model_has_batches_of_a_bounded_size(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    real = Predictor.predict_batch

    def watched(self: Predictor, pixels: torch.Tensor) -> list[Prediction]:
        sizes.append(len(pixels))
        return real(self, pixels)

    monkeypatch.setattr(Predictor, "predict_batch", watched)
    run("predict", "model.safetensors", *["cat.jpg"] * (2 * BATCH + 1))
    assert sizes == [BATCH, BATCH, 1]


def test_a_batch_is_predicted_as_its_pictures_are(here: Path) -> None:
    model = load_model("model.safetensors")
    pictures = [noise(48, 48, seed) for seed in range(3)]
    batch = model.predict_batch(torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2))
    for one, other in zip(batch, map(model.predict, pictures), strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)
        assert (one.label, one.classes) == (other.label, other.classes)
        assert one.probability == one.probabilities.max() == one.probabilities[one.classes.index(one.label)]


def test_the_table_has_a_line_for_each_picture(here: Path) -> None:
    result = run("predict", "model.safetensors", "dog.jpg", "cat.jpg")
    header, *rows = result.stdout.splitlines()
    assert header.split() == ["file", "class", "probability"]
    model = load_model("model.safetensors")
    for row, name in zip(rows, ("dog.jpg", "cat.jpg"), strict=True):
        seen = model.predict(name)
        file, label, probability = row.split()
        assert (file, label) == (name, seen.label)
        assert float(probability) == pytest.approx(seen.probability, abs=1e-4)
    assert len({len(line) for line in (header, *rows)}) == 1, "the columns are aligned"
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_keys_of_the_document_are_these(here: Path) -> None:
    Path("bad.jpg").write_text("hello")
    found = document("model.safetensors", "cat.jpg", "bad.jpg")
    assert list(found) == ["predictions", "unreadable"]
    assert [list(each) for each in found["predictions"]] == [["file", "class", "probability", "probabilities"]]
    assert [list(each) for each in found["unreadable"]] == [["file", "reason"]]


def test_a_folder_stands_for_all_pictures_below_it(here: Path) -> None:
    (here / "more" / "deep").mkdir(parents=True)
    for name in ("more/b.jpg", "more/deep/a.PNG", "more/notes.txt", "more/.hidden.jpg"):
        shutil.copy("cat.jpg", name)
    found = document("model.safetensors", "dog.jpg", "more", "cat.jpg")
    assert [each["file"] for each in found["predictions"]] == ["dog.jpg", "more/b.jpg", "more/deep/a.PNG", "cat.jpg"]


ODD_NAMES = ["my cat.jpg", "Kätzchen é.jpg", "-x.jpg", "--json.jpg", "-", "~nobody.jpg", "two\nlines.jpg"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_picture_may_have_any_name(here: Path, name: str) -> None:
    shutil.copy("cat.jpg", here / name)
    found = document("model.safetensors", "dog.jpg", name)
    assert [each["file"] for each in found["predictions"]] == ["dog.jpg", name]
    table = run("predict", "model.safetensors", name)
    assert (table.exit_code, table.stderr) == (0, "")
    assert len(table.stdout.splitlines()) == 2


def test_a_model_may_have_any_name(here: Path) -> None:
    for name in ("-m.safetensors", "~nobody.safetensors", "mein Modell.safetensors"):
        shutil.copy("model.safetensors", here / name)
        assert run("predict", name, "cat.jpg").exit_code == 0


def test_names_that_the_output_cannot_encode_are_escaped(here: Path) -> None:
    shutil.copy("cat.jpg", "猫.jpg")
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": "latin-1"}
    ran = subprocess.run(
        command("predict", "model.safetensors", "猫.jpg"), capture_output=True, text=True, env=environment
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert r"\u732b.jpg" in ran.stdout


# What cannot be read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad.jpg", "bad.jpg is not a picture we know"),
        ("sub/empty.jpg", "sub/empty.jpg is empty (0 bytes)"),
        ("nowhere.jpg", "nowhere.jpg was not found"),
        ("*.jpeg", "*.jpeg was not found: no file has this name, or matches it"),
        ("", " was not found"),
        ("bare", "bare is a folder without pictures"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_done(here: Path, name: str, words: str) -> None:
    Path("bad.jpg").write_text("hello")
    for folder in ("sub", "bare"):
        Path(folder).mkdir()
    Path("sub/empty.jpg").touch()
    Path("bare/notes.txt").touch()
    result = run("predict", "model.safetensors", "cat.jpg", name, "dog.jpg")
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["file", "cat.jpg", "dog.jpg"]
    found = document("model.safetensors", "cat.jpg", name, "dog.jpg")
    assert found["unreadable"] == [{"file": name, "reason": result.stderr.rstrip("\n")}]
    assert [each["file"] for each in found["predictions"]] == ["cat.jpg", "dog.jpg"]


def test_a_folder_that_may_not_be_opened_is_not_called_empty(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("closed").mkdir()
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != "closed" and real(path, mode))
    result = run("predict", "model.safetensors", "closed", "cat.jpg")
    assert result.exit_code == 1
    assert "closed cannot be opened (Permission denied)" in result.stderr
    assert "cat.jpg" in result.stdout


def test_nothing_that_can_be_read_is_no_traceback(here: Path) -> None:
    result = run("predict", "model.safetensors", "a.jpg", "b.jpg")
    assert result.exit_code == 1
    assert result.stderr.count("was not found") == 2
    assert len(result.stdout.splitlines()) == 1


# Wrong use ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["predict"], "Missing argument 'MODEL'"),
        (["predict", "model.safetensors"], "Missing argument 'PICTURE...'"),
        (["predict", "model.safetensors", "cat.jpg", "--jsn"], "--jsn is neither an option nor a file"),
        (["predict", "-j", "model.safetensors", "cat.jpg"], "-j is neither an option nor a file"),
        (["predct", "model.safetensors", "cat.jpg"], "No such command 'predct'"),
        (["predict", "modle.safetensors", "cat.jpg"], "no model at"),
        (["predict", "cat.jpg", "cat.jpg"], "cat.jpg is not a model that learn.save(name) wrote"),
        (["predict", "x" * 300, "cat.jpg"], "File name too long"),
        (["predict", ".", "cat.jpg"], "no model at"),
    ],
)
def test_wrong_use_and_a_model_that_cannot_be_opened_have_status_2(
    here: Path, arguments: list[str], words: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_damaged_weights_are_told_in_one_sentence(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(self: Predictor, features: torch.Tensor) -> None:
        raise ValueError("the weights are damaged")

    monkeypatch.setattr(Predictor, "probabilities", damaged)
    result = run("predict", "model.safetensors", "cat.jpg", "--json")
    assert (result.exit_code, result.stderr, result.stdout) == (2, "the weights are damaged\n", "")


def test_alone_it_prints_its_help() -> None:
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run("--help").stdout
    assert "predict" in result.stdout
    assert "--json" in run("predict", "--help").stdout


# A process of its own -------------------------------------------------------------------------------------------------


@pytest.fixture
def started(here: Path) -> Iterator[Callable[[], subprocess.Popen]]:
    """Return a function that starts the command on more pictures than it gets done, and waits for its first line."""
    processes = []
    (here / "many").mkdir()
    for number in range(5000):
        (here / "many" / f"a_long_name_that_fills_the_pipe_{number:05}.jpg").symlink_to(here / "cat.jpg")

    def start() -> subprocess.Popen:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command("predict", "model.safetensors", "many"), env=ENVIRONMENT, **pipes)
        processes.append(process)
        assert process.stdout.readline().split() == ["file", "class", "probability"]
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def test_a_reader_that_has_seen_enough_gets_no_traceback(started: Callable[[], subprocess.Popen]) -> None:
    process = started()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() != 0


@pytest.mark.skipif(os.name != "posix", reason="needs a system with signals")
def test_ctrl_c_ends_it_quietly(started: Callable[[], subprocess.Popen]) -> None:
    process = started()
    process.send_signal(signal.SIGINT)
    assert process.stderr.read() == ""
    assert process.wait() == -signal.SIGINT


def test_the_command_runs_by_itself_and_loads_neither_widgets_nor_jupyter(here: Path) -> None:
    code = (
        "import runpy, sys\n"
        "sys.argv[1:] = ['predict', 'model.safetensors', 'cat.jpg']\n"
        "try: runpy.run_module('helpers', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end: print(end.code)\n"
        "heavy = ('ipywidgets', 'anywidget', 'IPython', 'jupyter_client', 'helpers.widgets', 'helpers.explorers')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT)
    assert ran.stderr == ""
    assert ran.stdout.splitlines()[-2:] == ["0", "[]"]
    assert "cat.jpg" in ran.stdout
