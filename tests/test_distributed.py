"""Two processes on the processor take the steps that one takes: the course's lines as a script, under `fabric run`."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from helpers.distributed import gather_rows, whole_batch_norm
from tests.pictures import data_in, float32, make_pictures

ROOT = Path(__file__).resolve().parent.parent

# The lines of a reader's script, and beside them a note of what came of each.
SCRIPT = """
import sys
from pathlib import Path

import torch

from helpers import ConvLearner, ImageClassifierData, activations, tfms_from_model

kept, written, save = {}, [], activations.save_file
activations.save_file = lambda tensors, path, facts: (written.append(str(path)), save(tensors, path, facts))

def note(name, rows=()):
    weights = {key: value.clone() for key, value in learn.model.state_dict().items()}
    kept[name] = {"rows": [list(row[:-1]) for row in rows], "losses": list(learn.sched.losses), "weights": weights}

PATH = Path("pictures")
arch, sz = "resnet10", 32
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz, "side_on"), batch_size=7, num_workers=1)
learn = ConvLearner.pretrained(arch, data, precompute=True, weights=None, seed=1)
note("start")
kept["rate"] = learn.lr_find(steps=40)
note("finder")
note("precompute", learn.fit(0.001, 2))
learn.precompute = False
note("frozen", learn.fit(0.001, 2))
learn.unfreeze()
note("unfrozen", learn.fit([1e-4, 1e-3, 1e-2], 1, cycle_len=1))
kept["predictions"] = learn.predict_all().probabilities.tolist()

if learn.fabric.is_global_zero:
    print("A second learner, which reads its pictures anew.")
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz), batch_size=7, num_workers=1)
learn = ConvLearner.pretrained(arch, data, weights=None)
learn.unfreeze()
note("second", learn.fit(1e-3, 1, checkpoint="second"))
learn = ConvLearner.pretrained(arch, data, weights=None)
learn.unfreeze()
note("again", learn.fit(1e-3, 1, checkpoint="second"))
kept["seed"] = learn.seed
kept["written"] = written
kept["unreadable"] = sorted(path.name for path in data.unreadable)
kept["processes"] = learn.fabric.world_size
torch.save(kept, f"{learn.fabric.global_rank}.pt")
"""

UNREADABLE = ("train/cats/cat.0003.jpg", "train/dogs/dog.0007.jpg", "valid/dogs/dog.1003.jpg")


def started(folder: Path, processes: int) -> subprocess.Popen[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(Path(sys.executable).with_name("fabric"), "run", "--accelerator=cpu", "--strategy=ddp"),
        *(f"--devices={processes}", "--precision=32-true", f"--main-port={port}", "script.py"),
    ]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    return subprocess.Popen(
        command, cwd=folder, env=surroundings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run the script in one process and in two, and return what came of it: of one, of the first, of the second."""
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    make_pictures(folders[0] / "pictures")
    for name in UNREADABLE:
        (folders[0] / "pictures" / name).write_bytes(b"not a picture")
    shutil.copytree(folders[0] / "pictures", folders[1] / "pictures")
    for folder in folders:
        (folder / "script.py").write_text(SCRIPT)
    found: dict[str, Any] = {}
    processes = {"one": started(folders[0], 1), "two": started(folders[1], 2)}
    for name, process in processes.items():
        said, complaints = process.communicate(timeout=600)
        assert process.returncode == 0, complaints
        found |= {f"said by {name}": said, f"complaints of {name}": complaints}
    found |= {"one": torch.load(folders[0] / "0.pt"), "folders": folders}
    return found | {name: torch.load(folders[1] / f"{rank}.pt") for rank, name in enumerate(("first", "second"))}


def test_it_runs_in_as_many_processes_as_asked_for(runs: dict[str, Any]) -> None:
    assert [runs[name]["processes"] for name in ("one", "first", "second")] == [1, 2, 2]


@pytest.mark.parametrize("phase", ["precompute", "frozen", "unfrozen"])
@pytest.mark.parametrize("process", ["first", "second"])
def test_two_processes_have_the_rows_and_losses_of_one(runs: dict[str, Any], phase: str, process: str) -> None:
    one, other = runs["one"][phase], runs[process][phase]
    np.testing.assert_allclose(other["losses"], one["losses"], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(other["rows"], one["rows"], rtol=1e-3, atol=1e-4)
    assert len(one["losses"]) == 3 * len(one["rows"])  # batches of 7, 7 and 6 pictures, less those unreadable


BEFORE = {"precompute": "start", "frozen": "precompute", "unfrozen": "frozen"}


@pytest.mark.parametrize("phase", BEFORE)
def test_two_processes_have_the_weights_and_statistics_of_one(runs: dict[str, Any], phase: str) -> None:
    """How far apart they are is little, measured by the way that each tensor has gone in this phase."""
    one, first, start = (
        runs[name][place]["weights"] for name, place in (("one", phase), ("first", phase), ("one", BEFORE[phase]))
    )
    moved = []
    for key, value in one.items():
        way, gap = (value - start[key]).double().norm(), (value - first[key]).double().norm()
        assert gap <= 0.02 * way + 1e-6, f"{key} went {way:.2g} and is {gap:.2g} apart"
        moved += [key] if way > 1e-6 else []
    assert {key.split(".")[0] for key in moved} == ({"head", "body"} if phase == "unfrozen" else {"head"})
    learned = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}
    assert {key.rsplit(".")[-1] for key in moved if key.startswith("body")} == (
        learned if phase == "unfrozen" else set()
    )


@pytest.mark.parametrize("phase", ["start", "finder", "precompute", "frozen", "unfrozen", "second", "again"])
def test_the_two_processes_never_fall_out_of_step(runs: dict[str, Any], phase: str) -> None:
    first, second = runs["first"][phase], runs["second"][phase]
    assert first["losses"] == second["losses"]
    assert first["rows"] == second["rows"]
    assert all(torch.equal(value, second["weights"][key]) for key, value in first["weights"].items())


def test_the_finder_finds_the_same_rate_and_changes_nothing(runs: dict[str, Any]) -> None:
    assert runs["first"]["rate"] == runs["second"]["rate"] == pytest.approx(runs["one"]["rate"], rel=1e-6)
    np.testing.assert_allclose(runs["first"]["finder"]["losses"], runs["one"]["finder"]["losses"], rtol=1e-3)
    for process in ("one", "first", "second"):
        before, after = (runs[process][phase]["weights"] for phase in ("start", "finder"))
        assert all(torch.equal(value, after[key]) for key, value in before.items())


def test_predictions_are_those_of_one_process(runs: dict[str, Any]) -> None:
    assert runs["first"]["predictions"] == runs["second"]["predictions"]
    np.testing.assert_allclose(runs["first"]["predictions"], runs["one"]["predictions"], atol=1e-3)
    assert len(runs["one"]["predictions"]) == 11


def test_only_the_first_process_prints_and_it_prints_what_one_would(runs: dict[str, Any]) -> None:
    def without_numbers(said: str) -> list[list[str]]:
        return [re.sub(r"\d+\.\d+", "…", line).split() for line in said.splitlines() if " left out: " not in line]

    one, two = (without_numbers(runs[f"said by {name}"]) for name in ("one", "two"))
    assert two == one
    assert "Traceback" not in runs["complaints of two"]
    assert "deprecated" not in runs["complaints of two"]


def test_every_unreadable_picture_is_named_once_whoever_met_it(runs: dict[str, Any]) -> None:
    names = sorted(Path(name).name for name in UNREADABLE)
    for process in ("one", "first", "second"):
        assert runs[process]["unreadable"] == names
    for who in ("one", "two"):
        first, second = runs[f"said by {who}"].split("A second learner")
        for name in names:
            assert (first.count(name), second.count(name)) == (1, 1)


def test_the_first_process_alone_writes_and_the_caches_are_those_of_one(runs: dict[str, Any]) -> None:
    assert runs["second"]["written"] == []
    assert len(runs["first"]["written"]) == 2
    caches = [
        {path.name: path.read_bytes() for path in (folder / "pictures").rglob("*.safetensors")}
        for folder in runs["folders"]
    ]
    assert len(caches[0]) == 2
    assert caches[0] == caches[1]
    for folder in runs["folders"]:
        assert [path.name for path in (folder / "pictures" / "models").iterdir()] == ["second.checkpoint"]


@pytest.mark.parametrize("process", ["first", "second"])
def test_a_checkpoint_comes_back_to_every_process(runs: dict[str, Any], process: str) -> None:
    kept, again = runs[process]["second"], runs[process]["again"]
    assert again["rows"] == kept["rows"]
    assert again["losses"] == kept["losses"]
    assert all(torch.equal(value, again["weights"][key]) for key, value in kept["weights"].items())


def test_a_seed_that_nobody_chose_is_the_same_for_both(runs: dict[str, Any]) -> None:
    assert runs["first"]["seed"] == runs["second"]["seed"]


# The parts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [1, 2, 3, 8])
def test_the_shares_in_their_order_make_up_each_batch_and_are_even(pictures: Path, processes: int) -> None:
    data = data_in(pictures, size=32, batch_size=9)
    shares = [list(data.batches("train", share=(rank, processes))) for rank in range(processes)]
    for batch, whole in zip(zip(*shares, strict=True), data.batches("train"), strict=True):
        assert np.concatenate([part.indices for part in batch]).tolist() == whole.indices.tolist()
        sizes = [len(part.indices) for part in batch]
        assert max(sizes) - min(sizes) <= 1


def test_a_single_process_gathers_nothing_and_changes_no_layer() -> None:
    fabric, rows = float32(), torch.rand(3, 2)
    assert gather_rows(fabric, rows) is rows
    layer = torch.nn.BatchNorm2d(2)
    with whole_batch_norm(torch.nn.Sequential(layer), fabric):
        assert "forward" not in vars(layer)
