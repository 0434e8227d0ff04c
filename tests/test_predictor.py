"""Predictions, and models kept in a file: the same numbers in a new process, and nothing run from a file of others."""

import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from helpers import ConvLearner, load_model, read_image
from helpers import device as machine
from helpers.files.images import ImageError
from helpers.predictor import ModelFileError, Prediction
from tests.pictures import data_in, learner, make_pictures, noise, same_weights, weights_of

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def trained(pictures: Path) -> ConvLearner:
    learn = learner(data_in(pictures), precompute=True)
    learn.fit(0.01, 2)
    return learn


# Predictions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precompute", [True, False])
def test_one_picture_is_predicted_as_it_is_among_all(pictures: Path, precompute: bool) -> None:
    learn = learner(data_in(pictures), precompute=precompute)
    learn.fit(0.01, 2)
    everything = learn.predict_all("valid")
    for place in (0, 7, 11):
        path = everything.paths[place]
        for picture in (path, str(path), read_image(path), np.asarray(Image.open(path)), Image.open(path)):
            one = learn.predict(picture)
            np.testing.assert_allclose(one.probabilities, everything.probabilities[place], atol=1e-4)
            assert one.label == everything.classes[everything.predicted[place]]
            assert one.probability == one.probabilities.max()


def test_an_array_that_may_not_be_written_to_is_taken_without_a_warning(pictures: Path) -> None:
    learn = learner(data_in(pictures))
    path = learn.data.valid.paths[0]
    own = read_image(path)
    expected = learn.predict(own).probabilities
    own.flags.writeable = False
    # PyTorch warns once a process, and another test may have had that one.
    torch.set_warn_always(True)
    try:
        with warnings.catch_warnings(action="error"):
            for picture in (own, Image.fromarray(own), own[:, ::-1]):
                found = learn.predict(picture).probabilities
    finally:
        torch.set_warn_always(False)
    np.testing.assert_array_equal(learn.predict(own).probabilities, expected)
    np.testing.assert_array_equal(found, learn.predict(own[:, ::-1].copy()).probabilities)


def test_predictions_are_the_models_own_probabilities(trained: ConvLearner) -> None:
    found = trained.predict_all("train")
    model = trained.model.eval()
    with torch.inference_mode():
        expected = torch.cat([model(batch.pixels).softmax(1) for batch in trained.data.batches("train")])
    np.testing.assert_allclose(found.probabilities, expected.numpy(), atol=1e-4)
    assert found.labels.tolist() == trained.data.train.labels.tolist()
    assert tuple(found.paths) == trained.data.train.paths
    assert found.accuracy == pytest.approx((expected.argmax(1).numpy() == found.labels).mean())


def test_the_last_row_of_a_fit_and_the_predictions_agree(trained: ConvLearner) -> None:
    row = trained.fit(0.01, 1)[-1]
    found = trained.predict_all()
    assert found.accuracy == row.accuracy
    assert found.interval == (row.accuracy_low, row.accuracy_high)


def test_predictions_follow_the_model_after_more_training(trained: ConvLearner) -> None:
    before = trained.predict_all().probabilities
    one = trained.predict(trained.data.valid.paths[0]).probabilities
    trained.fit(0.01, 1)
    assert not np.allclose(trained.predict_all().probabilities, before)
    assert not np.allclose(trained.predict(trained.data.valid.paths[0]).probabilities, one)


@pytest.mark.parametrize("precompute", [True, False])
def test_an_unreadable_picture_is_missing_from_the_predictions_and_all_else_stays_in_step(
    pictures: Path, precompute: bool
) -> None:
    (pictures / "valid" / "cats" / "cat.1001.jpg").write_bytes(b"")
    learn = learner(data_in(pictures), precompute=precompute)
    learn.fit(0.01, 1)
    found = learn.predict_all()
    assert len(found) == len(found.labels) == len(found.paths) == 11
    assert "cat.1001.jpg" not in {path.name for path in found.paths}
    for path, label, probabilities in zip(found.paths, found.labels, found.probabilities, strict=True):
        assert found.classes[label] == path.parent.name
        np.testing.assert_allclose(learn.predict(path).probabilities, probabilities, atol=1e-4)


def test_a_prediction_reads_as_a_label_and_a_percentage() -> None:
    assert repr(Prediction("cats", 0.9876, np.array([0.9876, 0.0124]), ("cats", "dogs"))) == "cats (98.8 %)"


@pytest.mark.parametrize(
    ("wrong", "got"),
    [
        (np.zeros((8, 8), np.uint8), r"uint8 values of shape \(8, 8\)"),
        (np.zeros((8, 8, 4), np.uint8), r"\(8, 8, 4\)"),
        (np.zeros((3, 8, 8), np.uint8), r"\(3, 8, 8\)"),
        (np.zeros((8, 8, 3)), "float64"),
        (np.zeros((0, 8, 3), np.uint8), r"\(0, 8, 3\)"),
        (None, "object"),
        (7, "int64"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_is_needed(trained: ConvLearner, wrong: object, got: str) -> None:
    with pytest.raises(ValueError, match=rf"got .*{got}.*we need a picture file, or uint8 \(height, width, 3\)"):
        trained.predict(wrong)


def test_a_file_that_is_no_picture_is_named(trained: ConvLearner, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"nowhere\.jpg was not found"):
        trained.predict(tmp_path / "nowhere.jpg")
    with pytest.raises(ValueError, match="got split='validation'; these pictures have 'train', 'valid'"):
        trained.predict_all("validation")


# Keeping --------------------------------------------------------------------------------------------------------------


def test_a_loaded_model_predicts_the_same_numbers_in_a_new_process_without_the_data(
    trained: ConvLearner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "has_fast_bfloat16", lambda device: False)
    picture = tmp_path / "one.jpg"
    shutil.copy(trained.data.valid.paths[3], picture)
    expected = trained.predict(picture)
    kept = tmp_path / "elsewhere" / "kept.safetensors"
    kept.parent.mkdir()
    shutil.move(trained.save("first"), kept)
    shutil.rmtree(trained.data.path)
    code = (
        "import json, sys, helpers, helpers.predictor\n"
        "helpers.predictor.has_fast_bfloat16 = lambda device: False\n"
        "helpers.predictor.default_device = lambda: __import__('torch').device('cpu')\n"
        "found = helpers.load_model(sys.argv[1]).predict(sys.argv[2])\n"
        "print(json.dumps([found.label, found.probabilities.tolist(), found.classes]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(kept), str(picture)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=True)
    label, probabilities, classes = json.loads(ran.stdout)
    assert (label, tuple(classes)) == (expected.label, expected.classes)
    np.testing.assert_allclose(probabilities, expected.probabilities, atol=1e-6)


def test_saving_and_loading_bring_every_number_back(trained: ConvLearner, pictures: Path) -> None:
    path = trained.save("first")
    assert path == pictures / "models" / "first.safetensors"
    expected = trained.predict_all().probabilities
    kept = weights_of(trained.model)
    trained.fit(0.05, 2)
    assert not same_weights(weights_of(trained.model), kept)
    trained.load("first")
    assert same_weights(weights_of(trained.model), kept)
    np.testing.assert_array_equal(trained.predict_all().probabilities, expected)
    other = learner(data_in(pictures), precompute=True, seed=9)
    other.load("first.safetensors")
    np.testing.assert_allclose(other.predict_all().probabilities, expected, atol=1e-5)
    assert len(other.fit(0.01, 1)) == 1


def test_loading_another_body_makes_its_activations_anew(trained: ConvLearner) -> None:
    trained.precompute = False
    trained.unfreeze()
    trained.fit(0.01, 1)
    expected = trained.predict_all().probabilities
    trained.save("unfrozen")
    other = learner(data_in(trained.data.path), precompute=True, seed=9)
    before = other.predict_all().probabilities
    other.load("unfrozen")
    np.testing.assert_allclose(other.predict_all().probabilities, expected, atol=1e-4)
    assert not np.allclose(before, expected, atol=1e-2)


def test_a_kept_model_says_what_it_is_in_plain_json(trained: ConvLearner) -> None:
    with safe_open(trained.save("first"), framework="pt") as file:
        facts = json.loads(file.metadata()["whole_game"])
    assert (facts["architecture"], facts["size"], facts["classes"]) == ("resnet10", 48, ["cats", "dogs"])
    assert facts["mean"] == pytest.approx([0.485, 0.456, 0.406])
    assert facts["std"] == pytest.approx([0.229, 0.224, 0.225])


def test_saving_again_replaces_and_a_failed_save_leaves_the_old_file_whole(
    trained: ConvLearner, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = trained.save("first")
    old = path.read_bytes()

    def fails(tensors: object, name: Path, *_: object) -> None:
        Path(name).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("helpers.predictor.save_file", fails)
    with pytest.raises(OSError, match="No space left"):
        trained.save("first")
    assert path.read_bytes() == old
    assert [entry.name for entry in path.parent.iterdir()] == ["first.safetensors"]


def test_models_of_a_folder_that_cannot_be_written_to_are_kept_elsewhere(
    trained: ConvLearner, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.access
    monkeypatch.setattr(machine.os, "access", lambda path, mode: False if path == pictures else real(path, mode))
    path = trained.save("first")
    assert path.is_relative_to(os.environ["XDG_CACHE_HOME"])
    trained.load("first")
    assert not (pictures / "models").exists()


def test_loading_leaves_the_callers_random_numbers_as_they_were(trained: ConvLearner) -> None:
    path = trained.save("first")
    torch.manual_seed(5)
    expected = torch.rand(2)
    torch.manual_seed(5)
    loaded = load_model(path)
    assert torch.equal(torch.rand(2), expected)
    assert repr(loaded) == "resnet10 at 48 × 48 for cats, dogs"
    assert not loaded.model.training


@pytest.mark.parametrize("wrong", ["", "../first", "a/b", ".hidden", "..", "/tmp/first"])
def test_a_name_that_is_a_path_is_refused(trained: ConvLearner, wrong: str) -> None:
    for act in (trained.save, trained.load):
        with pytest.raises(ValueError, match=r'a name without folders is needed, such as learn\.save\("first"\)'):
            act(wrong)


def test_a_missing_model_is_answered_with_those_there_are(trained: ConvLearner, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no model has been saved there yet"):
        trained.load("first")
    trained.save("first")
    trained.save("second")
    with pytest.raises(FileNotFoundError, match="the models there are first, second"):
        trained.load("frist")
    with pytest.raises(FileNotFoundError, match="no model at"):
        load_model(tmp_path / "nowhere" / "x.safetensors")


# Files of others ------------------------------------------------------------------------------------------------------


class Planted:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple:
        return os.system, (f"touch {self.trace}",)


def foreign_file(folder: Path, ours: Path, name: str) -> Path:
    """Write the file of that name that is not a model of ours, and return its path."""
    path, tensors = folder / f"{name}.safetensors", load_file(ours)
    facts = json.loads(safe_open(ours, framework="pt").metadata()["whole_game"])
    planted = Planted(folder / "it_ran")
    contents = {
        "truncated": ours.read_bytes()[:5000],
        "random": np.random.default_rng(0).bytes(4000),
        "empty": b"",
        "pickle": pickle.dumps(planted),
    }
    changes = {
        "no json": "{",
        "deep json": "[" * 100_000,
        "a list": "[]",
        "no classes": {key: value for key, value in facts.items() if key != "classes"},
        "empty classes": {**facts, "classes": []},
        "strange classes": {**facts, "classes": 5},
        "strange size": {**facts, "size": "big"},
        "endless size": {**facts, "size": 10**6},
        "negative size": {**facts, "size": -3},
        "true as size": {**facts, "size": True},
        "unknown architecture": {**facts, "architecture": "os.system"},
        "size of another architecture": {**facts, "architecture": "inception_v3"},
        "a name twice": {**facts, "classes": ["cats", "cats"]},
        "an empty name": {**facts, "classes": ["cats", ""]},
        "a blank name": {**facts, "classes": ["cats", " \n"]},
        "an endless name": {**facts, "classes": ["cats", "d" * 2001]},
        "a name that clears the screen": {**facts, "classes": ["cats", "\x1b[2J"]},
        "a name that turns": {**facts, "classes": ["cats", "\u202edogs"]},
        "a number as name": {**facts, "classes": ["cats", 2]},
        "lists as names": {**facts, "classes": [["cats"], ["dogs"]]},
        "a third class": {**facts, "classes": ["cats", "dogs", "mice"]},
        "very many classes": {**facts, "classes": list(map(str, range(300_000)))},
        "a network of 128 GF": {**facts, "architecture": "regnet_y_128gf"},
        "another network": {**facts, "architecture": "resnet18"},
        "an endless architecture": {**facts, "architecture": "x" * 10**6},
    }
    weight, std = "head.6.weight", "normalise.std"
    altered = {
        "a NaN": {weight: tensors[weight] * torch.nan},
        "an infinity": {weight: tensors[weight] - torch.inf},
        "no spread": {std: tensors[std] * 0},
        "negative spread": {std: -tensors[std]},
        "NaN as spread": {std: tensors[std] * torch.nan},
        "whole numbers": {weight: tensors[weight].int()},
        "complex numbers": {weight: tensors[weight] + 0j},
        "another shape": {weight: tensors[weight].T.contiguous()},
        "a tensor more": {"more": torch.zeros(2)},
    }
    if name in contents:
        path.write_bytes(contents[name])
    elif name == "torch":
        torch.save({**tensors, "planted": planted}, path)
    elif name == "foreign":
        save_file(tensors, path)
    else:
        told = changes.get(name, facts)
        told = told if isinstance(told, str) else json.dumps(told)
        save_file({**tensors, **altered.get(name, {})}, path, {"whole_game": told})
        assert name in {*changes, *altered}
    return path


FOREIGN = ["foreign", "truncated", "random", "empty", "pickle", "torch", "no json", "deep json", "a list"]
FOREIGN += ["no classes", "empty classes", "strange classes", "strange size", "endless size", "negative size"]
FOREIGN += ["true as size", "unknown architecture", "size of another architecture"]
FOREIGN += [
    "a name twice",
    "an empty name",
    "a blank name",
    "an endless name",
    "a name that clears the screen",
    "a name that turns",
    "a number as name",
    "lists as names",
]
FOREIGN += ["a third class", "very many classes", "a network of 128 GF", "another network", "an endless architecture"]
FOREIGN += ["a NaN", "an infinity", "no spread", "negative spread", "NaN as spread", "whole numbers"]
FOREIGN += ["complex numbers", "another shape", "a tensor more"]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_that_is_not_ours_is_refused_with_a_sentence_and_nothing_runs(
    trained: ConvLearner, pictures: Path, tmp_path: Path, name: str
) -> None:
    path = foreign_file(tmp_path, trained.save("ours"), name)
    before = weights_of(trained.model)
    with pytest.raises(ModelFileError, match=rf"{name}\.safetensors is not a model that learn\.save\(name\) wrote"):
        load_model(path)
    shutil.copy(path, pictures / "models" / path.name)
    with pytest.raises(ModelFileError) as caught:
        trained.load(name)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "it_ran").exists()
    assert same_weights(weights_of(trained.model), before)


def test_weights_that_give_no_numbers_are_told_and_no_probability_is_nan(trained: ConvLearner, tmp_path: Path) -> None:
    ours = trained.save("ours")
    tensors, facts = load_file(ours), safe_open(ours, framework="pt").metadata()
    tensors["head.6.weight"].fill_(3e38)  # finite, and its sums are not
    save_file(tensors, tmp_path / "huge.safetensors", facts)
    with pytest.raises(ValueError, match="the weights of this model give scores that are not finite numbers"):
        load_model(tmp_path / "huge.safetensors").predict(noise(60, 60))


def test_a_small_file_asks_for_no_large_network(trained: ConvLearner, tmp_path: Path) -> None:
    ours = trained.save("ours")
    for name in ("very many classes", "a network of 128 GF", "another network"):
        path = foreign_file(tmp_path, ours, name)
        code = (
            "import resource, sys; from helpers import load_model\n"
            "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "try: load_model(sys.argv[1])\n"
            "except ValueError: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
        )
        more = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True, check=True)
        assert int(more.stdout) < 300 * 1024, f"{name}: so many KiB more"


def test_a_class_of_any_folders_name_is_kept_and_printed_on_one_line(tmp_path: Path) -> None:
    names = ("cats\n\x1b[2J", "dogs\u202e")
    learn = learner(data_in(make_pictures(tmp_path, classes=names), size=32), precompute=True)
    learn.fit(0.01, 1)
    loaded = load_model(learn.save("odd"))
    found = loaded.predict(noise(40, 40))
    assert loaded.classes == learn.data.classes == (r"cats\n\x1b[2J", r"dogs\u202e")
    assert found.label in loaded.classes
    for said in (repr(loaded), repr(found), repr(learn), repr(learn.data).splitlines()[1]):
        assert said.isprintable()


def test_the_plants_of_these_tests_would_run_where_a_file_is_unpickled(trained: ConvLearner, tmp_path: Path) -> None:
    pickle.loads(foreign_file(tmp_path, trained.save("ours"), "pickle").read_bytes())
    assert (tmp_path / "it_ran").exists()
    (tmp_path / "it_ran").unlink()
    content = foreign_file(tmp_path, trained.save("ours"), "torch").read_bytes()
    torch.load(io.BytesIO(content), weights_only=False)
    assert (tmp_path / "it_ran").exists()


def test_a_folder_in_the_place_of_a_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").mkdir()
    with pytest.raises(FileNotFoundError, match=r"no model at .*a\.safetensors"):
        load_model(tmp_path / "a.safetensors")


@pytest.mark.parametrize("change", ["a tensor is missing", "a tensor too many", "another shape", "other classes"])
def test_a_model_file_whose_parts_do_not_fit_is_refused(trained: ConvLearner, tmp_path: Path, change: str) -> None:
    ours = trained.save("ours")
    tensors = load_file(ours)
    facts = json.loads(safe_open(ours, framework="pt").metadata()["whole_game"])
    if change == "a tensor is missing":
        del tensors["head.6.bias"]
    elif change == "a tensor too many":
        tensors["more"] = torch.zeros(1)
    elif change == "another shape":
        tensors["head.6.bias"] = torch.zeros(3)
    else:
        facts["classes"] = ["cats", "dogs", "mice"]
    save_file(tensors, tmp_path / "odd.safetensors", {"whole_game": json.dumps(facts)})
    with pytest.raises(ModelFileError, match=r"odd\.safetensors") as caught:
        load_model(tmp_path / "odd.safetensors")
    assert "\n" not in str(caught.value)
    assert "load_model" not in str(caught.value)  # the reader has just typed that


def test_a_model_of_a_later_version_is_told_apart(trained: ConvLearner, tmp_path: Path) -> None:
    ours = trained.save("ours")
    save_file(
        load_file(ours), tmp_path / "new.safetensors", {"whole_game": '{"format": "whole-game model, version 9"}'}
    )
    with pytest.raises(ModelFileError, match=r"version 9.*this version reads 'whole-game model, version 1'"):
        load_model(tmp_path / "new.safetensors")


def test_a_model_of_another_network_or_other_classes_is_refused_whole(
    trained: ConvLearner, pictures: Path, tmp_path: Path
) -> None:
    trained.save("ours")
    before = weights_of(trained.model)
    other = learner(data_in(pictures, arch="resnet18"), arch="resnet18")
    with pytest.raises(ModelFileError, match=r"another network than resnet18 \(a resnet10\); load it with load_model"):
        other.load("ours")
    root = make_pictures(tmp_path / "mice", classes=("cats", "mice"))
    shutil.copytree(pictures / "models", root / "models")
    with pytest.raises(
        ModelFileError, match="ours knows the classes cats, dogs; these are cats, mice; load_model can predict with it"
    ):
        learner(data_in(root)).load("ours")
    assert same_weights(weights_of(trained.model), before)
