"""A run that is killed goes on where it was, as if nothing had happened; and no file makes us run what is in it."""

import multiprocessing
import os
import pickle
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision.transforms import v2

from helpers import ConvLearner, resnet10
from helpers.checkpoints import CheckpointError
from helpers.history import Epoch, History, TrainingDiverged
from tests.pictures import data_in, files_of_at_most, learner, make_pictures, same_weights, weights_of

# Killed ---------------------------------------------------------------------------------------------------------------


class Draws:
    """A reader's observer that uses everybody's random numbers, and at one step kills its own process."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.steps, self.kill_at = 0, kill_at

    def on_batch_end(self, step: int, loss: torch.Tensor) -> None:
        torch.rand(1), np.random.normal(), random.gauss(0, 1)  # noqa: NPY002  the reader's
        self.steps += 1
        if self.steps == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def start_over(seed: int) -> None:
    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    random.seed(seed)


def same_line(root: Path, kind: str, observer: Any) -> tuple[ConvLearner, History]:
    """The reader's lines: epochs of three steps, four of them frozen, or seven unfrozen in cycles of 1, 2 and 4."""
    if kind == "frozen":
        learn = learner(data_in(root, size=32), precompute=True, seed=1)
        return learn, learn.fit(0.01, 4, checkpoint="run", observers=[observer])
    learn = learner(data_in(root, size=32, aug="side_on"), seed=None)
    learn.unfreeze()
    history = learn.fit([1e-4, 1e-3, 1e-2], 2, cycle_len=1, cycle_mult=2, checkpoint="run", observers=[observer])
    return learn, history


def half_a_write_at(number: int) -> None:
    """Let one of the coming writes put half of its bytes on the disk, and then kill the process."""
    whole, writes = Path.write_bytes, []

    def write(path: Path, content: memoryview) -> int:
        writes.append(path)
        if len(writes) < number:
            return whole(path, content)
        whole(path, content[: len(content) // 2])
        return os.kill(os.getpid(), signal.SIGKILL)

    Path.write_bytes = write


def in_a_process(root: Path, kind: str, kill: str | None, seed: int) -> None:
    """Run the lines in a process of their own, and keep what came of them beside the pictures."""
    torch.set_num_threads(1)
    start_over(seed)
    if kill == "in a write":
        half_a_write_at(2)
    learn, history = same_line(root, kind, Draws(5 if kill == "in an epoch" else None))
    came = {
        "rows": [list(row[:-1]) for row in history],
        "losses": learn.sched.losses,
        "rates": [list(rates) for rates in learn.sched.rates],
        "weights": learn.model.state_dict(),
        "epochs_done": learn.epochs_done,
    }
    torch.save(came, root / "came.pt")


# Forked from a process that has imported everything and computed nothing.
SERVED = multiprocessing.get_context("forkserver" if sys.platform != "win32" else "spawn")
SERVED.set_forkserver_preload(["tests.pictures", "torchvision.transforms.v2"])


def run(root: Path, kind: str, *, kill: str | None = None, seed: int = 5) -> Any:
    process = SERVED.Process(target=in_a_process, args=(root, kind, kill, seed))
    process.start()
    process.join(600)
    assert process.exitcode == (0 if kill is None else -signal.SIGKILL)
    return torch.load(root / "came.pt") if kill is None else None


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {
        kind: run(make_pictures(tmp_path_factory.mktemp(kind) / "pictures"), kind) for kind in ("frozen", "unfrozen")
    }


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL, which Windows does not have")
@pytest.mark.parametrize("kind", ["frozen", "unfrozen"])
@pytest.mark.parametrize("kill", ["in an epoch", "in a write"])
def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    pictures: Path, unbroken: dict[str, Any], kind: str, kill: str
) -> None:
    run(pictures, kind, kill=kill)
    kept = torch.load(pictures / "models" / "run.checkpoint", weights_only=True)
    assert (kept["done"], kept["epochs"]) == (1, {"frozen": 4, "unfrozen": 3}[kind])
    resumed = run(pictures, kind, seed=99)  # whatever the new process drew before
    expected = unbroken[kind]
    assert len(expected["losses"]) == 3 * len(expected["rows"])
    for what in ("rows", "losses", "rates", "epochs_done"):
        assert resumed[what] == expected[what]
    assert same_weights(resumed["weights"], expected["weights"])


# In one process -------------------------------------------------------------------------------------------------------


class StopsAfter:
    """An observer that ends a run after an epoch, as a killed kernel would: with a checkpoint that is not finished."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.batches = 0

    def on_batch_end(self, step: int, loss: torch.Tensor) -> None:
        self.batches += 1

    def on_epoch_end(self, row: Epoch) -> bool:
        return row.epoch == self.epoch


def kept_at(root: Path) -> Path:
    return root / "models" / "run.checkpoint"


def test_a_finished_run_gives_its_rows_back_and_trains_nothing(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = learner(data_in(pictures), precompute=True)
    history = first.fit(0.01, 3, checkpoint="run")
    capsys.readouterr()
    counts, again = StopsAfter(9), learner(data_in(pictures), precompute=True)
    assert list(again.fit(0.01, 3, checkpoint="run", observers=[counts])) == list(history)
    assert counts.batches == 0
    assert same_weights(weights_of(again.model), weights_of(first.model))
    assert (again.sched.losses, again.sched.rates) == (first.sched.losses, first.sched.rates)
    assert again.epochs_done == 3
    said = capsys.readouterr().out
    assert "This run is finished: its 3 epochs are back from the checkpoint, and nothing is trained." in said
    assert all(row.line() in said for row in history)
    assert again.predict_all().accuracy == history[-1].accuracy
    assert again.sched.plot().lines


def test_the_file_is_written_at_the_end_of_each_epoch_and_leaves_no_crumbs(pictures: Path) -> None:
    done = []

    class Looks:
        def on_batch_end(self, step: int, loss: torch.Tensor) -> None:
            there = kept_at(pictures).exists()
            done.append(torch.load(kept_at(pictures), weights_only=True)["done"] if there else 0)

    learner(data_in(pictures), precompute=True).fit(0.01, 3, checkpoint="run", observers=[Looks()])
    assert done == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert [path.name for path in kept_at(pictures).parent.iterdir()] == ["run.checkpoint"]


def test_a_checkpoint_changes_no_number(pictures: Path) -> None:
    plain, kept = (learner(data_in(pictures), precompute=True) for _ in range(2))
    plain.fit(0.01, 3)
    kept.fit(0.01, 3, checkpoint="run")
    assert kept.sched.losses == plain.sched.losses
    assert same_weights(weights_of(kept.model), weights_of(plain.model))


@pytest.mark.parametrize("schedule", [{}, {"schedule": "one_cycle"}, {"cycle_len": np.int64(3), "n": np.int64(1)}])
def test_it_says_where_it_goes_on_and_shows_the_rows_before(
    pictures: Path, capsys: pytest.CaptureFixture[str], schedule: dict[str, Any]
) -> None:
    settings = {"lr": 0.01, "n": 3, "checkpoint": "run", **schedule}
    whole = learner(data_in(pictures), precompute=True)
    expected = whole.fit(**{**settings, "checkpoint": None})
    stopped = learner(data_in(pictures), precompute=True).fit(**settings, observers=[StopsAfter(2)])
    capsys.readouterr()
    learn = learner(data_in(pictures), precompute=True)
    history = learn.fit(**settings)
    said = capsys.readouterr().out
    assert "Going on after epoch 2 of 3, from the checkpoint." in said
    assert [row.line() in said for row in history] == [True] * 3
    assert tuple(history[:2]) == stopped.rows
    assert [row[:-1] for row in history] == [row[:-1] for row in expected]
    assert (learn.sched.losses, learn.sched.rates) == (whole.sched.losses, whole.sched.rates)
    assert learn.fit(0.01, 1)[0].epoch == 1  # and then it is a learner as any other


def test_an_interrupted_run_goes_on_in_a_new_kernel(pictures: Path) -> None:
    class Interrupts:
        def on_batch_end(self, step: int, loss: torch.Tensor) -> None:
            if len(learn.sched.rates) == 8:
                raise KeyboardInterrupt

    whole = learner(data_in(pictures), precompute=True)
    whole.fit(0.01, 3)
    learn = learner(data_in(pictures), precompute=True)
    assert learn.fit(0.01, 3, checkpoint="run", observers=[Interrupts()]).interrupted
    again = learner(data_in(pictures), precompute=True)
    again.fit(0.01, 3, checkpoint="run")
    assert again.sched.losses == whole.sched.losses


def test_two_runs_of_one_script_keep_themselves_under_two_names(pictures: Path) -> None:
    def script(stop: int) -> list[float]:
        learn = learner(data_in(pictures, size=32))
        learn.fit(0.01, 1, checkpoint="head")
        learn.unfreeze()
        learn.fit(0.001, 2, checkpoint="body", observers=[StopsAfter(stop)])
        return learn.sched.losses

    expected = script(stop=2)
    for path in (pictures / "models").iterdir():
        path.unlink()
    assert script(stop=1) == expected[:3]
    assert script(stop=9) == expected


class Own(torch.nn.Module):
    """An augmentation that is an object, and not a function with a name."""

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        return picture.flip(-1)


@pytest.mark.parametrize(
    "aug", ["top_down", v2.Compose([v2.RandomHorizontalFlip()]), Own(), lambda picture: picture.flip(-1)]
)
def test_a_run_with_any_augmentation_can_be_kept_and_read_again(pictures: Path, aug: Any) -> None:
    learner(data_in(pictures, size=32, aug=aug)).fit(0.01, 2, checkpoint="run", observers=[StopsAfter(1)])
    assert len(learner(data_in(pictures, size=32, aug=aug)).fit(0.01, 2, checkpoint="run")) == 2


# Another run's --------------------------------------------------------------------------------------------------------

OTHERS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {  # of the data, the learner, the run
    "lr": ({}, {}, {"lr": 0.02}),
    "n": ({}, {}, {"n": 4}),
    "cycle_len": ({}, {}, {"cycle_len": 1}),
    "schedule": ({}, {}, {"schedule": "one_cycle"}),
    "batch_size": ({"batch_size": 7}, {}, {}),
    "size": ({"size": 40}, {}, {}),
    "augmentation": ({"aug": "side_on"}, {}, {}),
    "architecture": ({"arch": "resnet18", "size": 32}, {"arch": "resnet18"}, {}),
    "seed": ({}, {"seed": 2}, {}),
    "precompute": ({}, {"precompute": False}, {}),
}


def other_run(root: Path, name: str) -> History:
    of_data, of_learner, of_run = OTHERS[name]
    learn = learner(data_in(root, **{"size": 32, **of_data}), **{"precompute": True, **of_learner})
    return learn.fit(**{"lr": 0.01, "n": 3, "checkpoint": "run", **of_run})


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of pictures with a checkpoint of 2 of 3 epochs; copied, so that one training is enough."""
    root = make_pictures(tmp_path_factory.mktemp("once") / "pictures")
    learner(data_in(root, size=32), precompute=True).fit(0.01, 3, checkpoint="run", observers=[StopsAfter(2)])
    return root


@pytest.fixture
def unfinished(trained_once: Path, tmp_path: Path) -> Path:
    """Return a copy of those pictures, with an unfinished checkpoint that a test may spoil."""
    return Path(shutil.copytree(trained_once, tmp_path / "pictures"))


@pytest.mark.parametrize("fact", OTHERS)
def test_the_unfinished_checkpoint_of_another_run_is_refused_and_not_touched(unfinished: Path, fact: str) -> None:
    before = kept_at(unfinished).read_bytes()
    with pytest.raises(CheckpointError) as caught:
        other_run(unfinished, fact)
    message = str(caught.value)
    assert f"run.checkpoint holds 2 of 3 epochs of another run, with {fact}=" in message
    assert "give another name, go on with that run, or delete the file" in message
    assert "\n" not in message
    assert kept_at(unfinished).read_bytes() == before


@pytest.mark.parametrize("change", ["another class", "more pictures", "a run before", "unfrozen"])
def test_a_run_on_other_pictures_or_of_another_model_is_refused_too(unfinished: Path, change: str) -> None:
    pictures = unfinished
    if change == "another class":
        for split in ("train", "valid"):
            (pictures / split / "dogs").rename(pictures / split / "foxes")
    if change == "more pictures":
        one = pictures / "train" / "cats" / "cat.0000.jpg"
        one.with_name("cat.9999.jpg").write_bytes(one.read_bytes())
    learn = learner(data_in(pictures, size=32), precompute=change != "unfrozen")
    if change == "a run before":
        learn.fit(0.01, 1)
    if change == "unfrozen":
        learn.unfreeze()
    with pytest.raises(CheckpointError, match="of another run, with"):
        learn.fit(0.01, 3, checkpoint="run")


def test_a_run_that_began_with_other_weights_is_refused(unfinished: Path, tmp_path: Path) -> None:
    state = resnet10().state_dict()
    torch.save(state, tmp_path / "one.pth")
    torch.save({**state, "conv1.weight": state["conv1.weight"] * 1.001}, tmp_path / "other.pth")
    one, same, other = (
        learner(data_in(unfinished, size=32), precompute=True, weights=tmp_path / f"{name}.pth")
        for name in ("one", "one", "other")
    )
    one.fit(0.01, 3, checkpoint="weights", observers=[StopsAfter(1)])
    path = unfinished / "models" / "weights.checkpoint"
    before, weights = path.read_bytes(), weights_of(other.model)
    with pytest.raises(CheckpointError, match="1 of 3 epochs of another run, which began with other weights; give"):
        other.fit(0.01, 3, checkpoint="weights")
    assert path.read_bytes() == before
    assert same_weights(weights_of(other.model), weights)
    assert len(same.fit(0.01, 3, checkpoint="weights")) == 3


def test_a_model_that_was_loaded_is_another_beginning(unfinished: Path) -> None:
    learner(data_in(unfinished, size=32), seed=5).save("five")
    learn = learner(data_in(unfinished, size=32), precompute=True)
    learn.load("five")
    with pytest.raises(CheckpointError, match="which began with other weights"):
        learn.fit(0.01, 3, checkpoint="run")
    learn.fit(0.01, 3, checkpoint="after five", observers=[StopsAfter(1)])
    again = learner(data_in(unfinished, size=32), precompute=True)
    again.load("five")
    assert len(again.fit(0.01, 3, checkpoint="after five")) == 3


@pytest.mark.parametrize("change", ["labels exchanged", "a picture changed"])
def test_a_run_on_other_labels_or_contents_is_refused(unfinished: Path, change: str) -> None:
    cats, dogs = (unfinished / "train" / name for name in ("cats", "dogs"))
    if change == "labels exchanged":
        cats.rename(unfinished / "aside")
        dogs.rename(cats)
        (unfinished / "aside").rename(dogs)
    else:
        (cats / "cat.0001.jpg").write_bytes((dogs / "dog.0001.jpg").read_bytes())
    with pytest.raises(CheckpointError, match="of another run, on other pictures or labels; give"):
        learner(data_in(unfinished, size=32), precompute=True).fit(0.01, 3, checkpoint="run")


def test_the_finished_checkpoint_of_another_run_gives_way(pictures: Path) -> None:
    learner(data_in(pictures), precompute=True).fit(0.01, 1, checkpoint="run")
    plain, learn = (learner(data_in(pictures), precompute=True) for _ in range(2))
    plain.fit(0.02, 2)
    learn.fit(0.02, 2, checkpoint="run")
    assert learn.sched.losses == plain.sched.losses
    assert torch.load(kept_at(pictures), weights_only=True)["epochs"] == 2


# What is no checkpoint ------------------------------------------------------------------------------------------------


class Evil:
    """A pickled object that makes a file when it is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


def evil_in_a_pickle(path: Path, evil: Evil) -> None:
    path.write_bytes(pickle.dumps(evil))


def evil_in_a_checkpoint(path: Path, evil: Evil) -> None:
    kept = torch.load(path, weights_only=True)
    torch.save({**kept, "model": evil}, path)


def evil_beside_tensors(path: Path, evil: Evil) -> None:
    torch.save({"weights": torch.zeros(2), "note": evil}, path)


def half_of_it(path: Path, evil: Evil) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def nothing(path: Path, evil: Evil) -> None:
    path.write_bytes(b"")


def a_picture(path: Path, evil: Evil) -> None:
    path.write_bytes((path.parent.parent / "train" / "cats" / "cat.0000.jpg").read_bytes())


def other_weights(path: Path, evil: Evil) -> None:
    torch.save({"weights": torch.zeros(2)}, path)


def a_tensor(path: Path, evil: Evil) -> None:
    torch.save(torch.zeros(2), path)


def another_version(path: Path, evil: Evil) -> None:
    torch.save({**torch.load(path, weights_only=True), "format": "whole-game checkpoint, version 0"}, path)


@pytest.mark.parametrize(
    "spoil",
    [
        *(evil_in_a_pickle, evil_in_a_checkpoint, evil_beside_tensors, half_of_it, nothing, a_picture),
        *(other_weights, a_tensor, another_version),
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_a_file_that_is_no_checkpoint_is_told_and_nothing_in_it_is_run(
    unfinished: Path, tmp_path: Path, spoil: Callable[[Path, Evil], None]
) -> None:
    marker = tmp_path / "was run"
    spoil(kept_at(unfinished), Evil(marker))
    before = kept_at(unfinished).read_bytes()
    learn = learner(data_in(unfinished, size=32), precompute=True)
    weights = weights_of(learn.model)
    with pytest.raises(
        CheckpointError, match=r"run\.checkpoint is not a checkpoint of this version.*nothing in it was"
    ):
        learn.fit(0.01, 3, checkpoint="run")
    assert not marker.exists()
    assert kept_at(unfinished).read_bytes() == before
    assert same_weights(weights_of(learn.model), weights)
    assert issubclass(CheckpointError, ValueError)


def changed(part: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda kept: {**kept, part: change(kept[part])}


def first_changed(change: Callable[[Any], Any]) -> Callable[[dict[Any, Any]], dict[Any, Any]]:
    return lambda values: {key: change(value) if not at else value for at, (key, value) in enumerate(values.items())}


NAN = float("nan")
# A whole file of the right run, with one thing in it that cannot have come from there.
ALTERED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "more epochs than planned": changed("done", lambda _: 10),
    "fewer epochs than rows": changed("done", lambda _: 1),
    "a negative count": changed("epochs_before", lambda _: -1),
    "a fraction as a count": changed("done", lambda _: 2.0),
    "true as a count": changed("epochs_before", lambda _: False),
    "an endless seed": changed("seed", lambda _: 2**70),
    "another number of epochs": changed("epochs", lambda _: 5),
    "no rows": changed("rows", lambda _: []),
    "rows of another epoch": changed("rows", lambda rows: [rows[1], rows[0]]),
    "short rows": changed("rows", lambda rows: [row[:-1] for row in rows]),
    "words in rows": changed("rows", lambda rows: [(1, *["x"] * 6), (2, *["x"] * 6)]),
    "a loss that is no number": changed("losses", lambda losses: [NAN, *losses[1:]]),
    "a loss too few": changed("losses", lambda losses: losses[1:]),
    "two rates a step": changed("rates", lambda rates: [each[:2] for each in rates]),
    "rates as words": changed("rates", lambda rates: [("a", "b", "c") for _ in rates]),
    "a weight missing": changed("model", lambda model: dict(list(model.items())[1:])),
    "a weight of another shape": changed("model", first_changed(lambda weight: weight[..., None])),
    "a weight that is NaN": changed("model", first_changed(lambda weight: weight * NAN)),
    "a weight that is a word": changed("model", first_changed(lambda _: "x")),
    "a momentum of another shape": changed("momenta", first_changed(lambda _: {"momentum_buffer": torch.zeros(3)})),
    "a momentum without a weight": changed("momenta", lambda momenta: {**momenta, 999: momenta[next(iter(momenta))]}),
    "a momentum that is infinite": changed(
        "momenta", first_changed(lambda kept: {"momentum_buffer": kept["momentum_buffer"] + torch.inf})
    ),
    "momenta in a list": changed("momenta", lambda momenta: list(momenta.values())),
    "no momenta": lambda kept: {name: value for name, value in kept.items() if name != "momenta"},
    "facts in a list": changed("facts", lambda facts: list(facts)),
}


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_state_is_refused_before_anything_is_changed(unfinished: Path, what: str) -> None:
    torch.save(ALTERED[what](torch.load(kept_at(unfinished), weights_only=True)), kept_at(unfinished))
    learn = learner(data_in(unfinished, size=32), precompute=True)
    weights = weights_of(learn.model)
    with pytest.raises(CheckpointError, match="not a checkpoint of this version, or it is damaged"):
        learn.fit(0.01, 3, checkpoint="run")
    assert same_weights(weights_of(learn.model), weights)
    assert (learn.epochs_done, learn.seed) == (0, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the length of files, which Windows does not have")
def test_where_a_checkpoint_cannot_be_kept_training_goes_on_and_says_so_once(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = learner(data_in(pictures, size=32), precompute=True)
    plain.fit(0.01, 3)
    learn = learner(data_in(pictures, size=32), precompute=True)
    learn.fit(0.01, 3, checkpoint="before")
    before = (pictures / "models" / "before.checkpoint").read_bytes()
    capsys.readouterr()
    learn = learner(data_in(pictures, size=32), precompute=True)
    with files_of_at_most(100_000):
        learn.fit(0.02, 1, checkpoint="before")
        history = learn.fit(0.01, 3, checkpoint="run")
    said = capsys.readouterr().out
    assert said.count("The checkpoint could not be kept: File too large (") == 2
    assert len(history) == 3
    assert (pictures / "models" / "before.checkpoint").read_bytes() == before
    assert [path.name for path in (pictures / "models").iterdir()] == ["before.checkpoint"]


def test_after_a_state_that_diverges_every_weight_is_as_before(unfinished: Path) -> None:
    kept = torch.load(kept_at(unfinished), weights_only=True)
    kept["model"]["head.6.weight"].fill_(3e38)  # finite, and the next step is not
    torch.save(kept, kept_at(unfinished))
    learn = learner(data_in(unfinished, size=32), precompute=True)
    weights = weights_of(learn.model)
    with pytest.raises(TrainingDiverged):
        learn.fit(0.01, 3, checkpoint="run")
    assert same_weights(weights_of(learn.model), weights)


def test_a_body_that_did_not_learn_is_the_learners_own(pictures: Path, tmp_path: Path) -> None:
    torch.save(resnet10().state_dict(), tmp_path / "one.pth")
    settings = {"precompute": True, "weights": tmp_path / "one.pth"}
    learner(data_in(pictures, size=32), **settings).fit(0.01, 2, checkpoint="run", observers=[StopsAfter(1)])
    kept = torch.load(kept_at(pictures), weights_only=True)
    kept["model"]["body.0.weight"][0, 0, 0, 0] += 1e-3
    torch.save(kept, kept_at(pictures))
    learn = learner(data_in(pictures, size=32), **settings)
    weights = weights_of(learn.model)
    with pytest.raises(CheckpointError, match="or it is damaged"):
        learn.fit(0.01, 2, checkpoint="run")
    assert same_weights(weights_of(learn.model), weights)


def test_a_byte_that_changed_in_a_weight_is_found_by_its_checksum(unfinished: Path) -> None:
    content = bytearray(kept_at(unfinished).read_bytes())
    content[len(content) // 2] ^= 0x01
    kept_at(unfinished).write_bytes(content)
    with pytest.raises(CheckpointError, match="or it is damaged"):
        learner(data_in(unfinished, size=32), precompute=True).fit(0.01, 3, checkpoint="run")


@pytest.mark.parametrize("name", ["", "a/b", "../run", ".run"])
def test_a_name_with_folders_is_refused(pictures: Path, name: str) -> None:
    with pytest.raises(ValueError, match="a name without folders is needed"):
        learner(data_in(pictures)).fit(0.01, 1, checkpoint=name)


def test_a_name_may_hold_a_dot_and_a_model_of_that_name_is_another_file(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True)
    learn.fit(0.01, 1, checkpoint="v1.5")
    learn.save("v1.5")
    assert {path.name for path in (pictures / "models").iterdir()} == {"v1.5.checkpoint", "v1.5.safetensors"}


def test_going_on_leaves_the_callers_random_numbers_as_they_were(pictures: Path) -> None:
    learner(data_in(pictures), precompute=True).fit(0.01, 2, checkpoint="run", observers=[StopsAfter(1)])
    start_over(3)
    expected = torch.rand(1).item(), np.random.normal(), random.gauss(0, 1)  # noqa: NPY002  the reader's
    again = learner(data_in(pictures), precompute=True)
    start_over(3)
    again.fit(0.01, 2, checkpoint="run")
    assert (torch.rand(1).item(), np.random.normal(), random.gauss(0, 1)) == expected  # noqa: NPY002


def test_a_run_that_was_interrupted_goes_on_in_the_same_kernel(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupts:
        def on_batch_end(self, step: int, loss: torch.Tensor) -> None:
            if len(learn.sched.rates) == 5:
                raise KeyboardInterrupt

    whole = learner(data_in(pictures), precompute=True)
    whole.fit(0.01, 3)
    learn = learner(data_in(pictures), precompute=True)
    assert learn.fit(0.01, 3, checkpoint="run", observers=[Interrupts()]).interrupted
    assert len(learn.fit(0.01, 3, checkpoint="run")) == 3  # the same line, typed again
    assert "Going on after epoch 1 of 3" in capsys.readouterr().out
    assert learn.sched.losses == whole.sched.losses
    assert learn.epochs_done == 3


def test_an_interrupted_run_is_not_gone_on_with_after_another_one(pictures: Path) -> None:
    learn = learner(data_in(pictures), precompute=True)
    learn.fit(0.01, 3, checkpoint="run", observers=[StopsAfter(1)])
    learn.fit(0.01, 1)
    with pytest.raises(CheckpointError, match="with epochs_before=0 and not 2"):
        learn.fit(0.01, 3, checkpoint="run")
