"""Activations computed once and kept: equal to the body's own, found again, and computed anew when anything changed."""

import json
import multiprocessing
import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from helpers import ConvLearner, activations
from helpers.activations import FeatureExtractor
from helpers.files import contents, keeping
from helpers.files.images import ImageError
from helpers.models import build
from tests.pictures import data_in, learner, make_pictures, picture_of

Tensors = dict[str, torch.Tensor]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the number of pictures each time a body runs for the cache."""
    seen: list[int] = []
    real = FeatureExtractor.__call__

    def counted(self: FeatureExtractor, pixels: torch.Tensor) -> torch.Tensor:
        seen.append(len(pixels))
        return real(self, pixels)

    monkeypatch.setattr(FeatureExtractor, "__call__", counted)
    return seen


def entries(root: Path) -> set[Path]:
    return set((root / ".cache" / "activations").glob("*.safetensors"))


def features(root: Path, **choices: object) -> dict[str, torch.Tensor]:
    """Return the activations that a fresh learner trains on."""
    data_choices = {key: choices.pop(key) for key in ("size", "aug", "batch_size") if key in choices}
    learn = learner(data_in(root, **data_choices), precompute=True, **choices)
    return {split: learn.activations(split).features for split in ("train", "valid")}


@pytest.mark.parametrize(
    "name",
    ["resnet10", "resnet50", "vgg16_bn", "googlenet", "mobilenet_v3_large", "efficientnet_b0", "convnext_tiny"]
    + ["regnet_y_400mf", "densenet121", "shufflenet_v2_x0_5"],
)
def test_the_fast_copy_of_a_body_gives_the_models_own_features(name: str) -> None:
    torch.manual_seed(0)
    model = build(name, 64, 2, weights=None).eval()
    for module in model.body.modules():  # statistics as after training, so that folding them in means something
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.8, 1.2)
    pixels = torch.randint(0, 256, (3, 3, 64, 64), dtype=torch.uint8)
    with torch.inference_mode():
        expected = model.features(pixels)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    found = FeatureExtractor(model, device=torch.device("cpu"), fast=False)(pixels)
    assert found.dtype == torch.float32
    assert found.shape == expected.shape
    scale = expected.abs().max().clamp(min=1e-6)
    assert float((found - expected).abs().max() / scale) < 1e-4
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


def test_bfloat16_features_are_close_and_batch_norm_is_folded_away() -> None:
    torch.manual_seed(0)
    model = build("resnet10", 64, 2, weights=None).eval()
    pixels = torch.randint(0, 256, (3, 3, 64, 64), dtype=torch.uint8)
    exact = FeatureExtractor(model, device=torch.device("cpu"), fast=False)
    coarse = FeatureExtractor(model, device=torch.device("cpu"), fast=True)(pixels)
    assert coarse.dtype == torch.float32
    scale = float(exact(pixels).abs().max())
    assert 0 < float((exact(pixels) - coarse).abs().max()) / scale < 0.05
    assert not [module for module in exact.body.modules() if isinstance(module, torch.nn.BatchNorm2d)]


def test_features_are_kept_in_the_order_of_the_files(pictures: Path) -> None:
    data = data_in(pictures)
    learn = learner(data, precompute=True)
    kept = learn.activations("train")
    assert kept.indices.tolist() == list(range(20))
    with torch.inference_mode():
        for batch in data.batches("train", order=[17, 3]):
            torch.testing.assert_close(
                kept.features[[17, 3]], learn.model.eval().features(batch.pixels), atol=1e-4, rtol=1e-4
            )


def test_a_second_learner_runs_no_body_and_says_nothing(
    pictures: Path, calls: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    first = features(pictures)
    assert sum(calls) == 32
    assert "Computed the activations of 20 pictures" in capsys.readouterr().out
    assert len(entries(pictures)) == 2
    calls.clear()
    again = features(pictures)
    assert calls == []
    assert capsys.readouterr().out == ""
    assert all(torch.equal(first[split], again[split]) for split in first)


def test_batch_size_threads_and_augmentation_share_an_entry(pictures: Path, calls: list[int]) -> None:
    features(pictures)
    calls.clear()
    features(pictures, batch_size=5, aug="side_on")
    assert calls == []


def test_a_changed_picture_makes_a_new_entry_of_its_split_alone(pictures: Path, calls: list[int]) -> None:
    features(pictures)
    calls.clear()
    picture_of("cats", 500).save(pictures / "train" / "cats" / "cat.0000.jpg")
    features(pictures)
    assert sum(calls) == 20
    assert len(entries(pictures)) == 3


@pytest.mark.parametrize("change", ["added", "removed", "renamed past another"])
def test_added_removed_and_reordered_pictures_make_a_new_entry(pictures: Path, calls: list[int], change: str) -> None:
    features(pictures)
    calls.clear()
    folder = pictures / "valid" / "dogs"
    if change == "added":
        picture_of("dogs", 700).save(folder / "new.jpg")
    elif change == "removed":
        (folder / "dog.1002.jpg").unlink()
    else:
        (folder / "dog.1002.jpg").rename(folder / "zzz.jpg")
    again = features(pictures)
    assert sum(calls) == len(again["valid"]) == {"added": 13, "removed": 11}.get(change, 12)
    assert len(entries(pictures)) == 3


def test_a_picture_moved_to_another_class_keeps_its_activations_and_gets_the_new_label(
    pictures: Path, calls: list[int]
) -> None:
    features(pictures)
    calls.clear()
    train = pictures / "train"
    (train / "cats" / "cat.0009.jpg").rename(train / "dogs" / "a.jpg")  # its place among all stays the same
    learn = learner(data_in(pictures), precompute=True)
    assert learn.activations("train").indices.tolist() == list(range(20))
    assert calls == []
    assert learn.predict_all("train").labels.tolist() == [0] * 9 + [1] * 11


def test_another_size_another_body_and_another_precision_make_new_entries(pictures: Path, calls: list[int]) -> None:
    features(pictures)
    for other in (dict(size=64), dict(seed=2)):  # a random body: the seed decides its weights
        calls.clear()
        features(pictures, **other)
        assert sum(calls) == 32
    calls.clear()
    from lightning_fabric import Fabric

    features(pictures, fabric=Fabric(accelerator="cpu", devices=1, precision="bf16-mixed"))
    assert sum(calls) == 32
    assert len(entries(pictures)) == 8


def test_another_file_of_weights_makes_a_new_entry(pictures: Path, tmp_path: Path, calls: list[int]) -> None:
    from helpers import resnet10

    state = resnet10().state_dict()
    torch.save(state, tmp_path / "one.pth")
    features(pictures, weights=tmp_path / "one.pth")
    calls.clear()
    shutil.copy(tmp_path / "one.pth", tmp_path / "same.pth")
    features(pictures, weights=tmp_path / "same.pth", seed=9)
    assert calls == []
    state["layer4.0.bn2.bias"][3] += 0.5
    torch.save(state, tmp_path / "other.pth")
    features(pictures, weights=tmp_path / "other.pth")
    assert sum(calls) == 32


def test_a_new_date_alone_reads_the_file_again_and_finds_the_same_entry(
    pictures: Path, calls: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    features(pictures)
    calls.clear()
    touched = pictures / "train" / "cats" / "cat.0004.jpg"
    os.utime(touched, ns=(1, 1))
    read = []
    real = contents.open_regular
    monkeypatch.setattr(contents, "open_regular", lambda path, most: read.append(path.name) or real(path, most))
    features(pictures)
    assert [name for name in read if name != "digests.json"] == ["cat.0004.jpg"]
    assert calls == []
    read.clear()
    features(pictures)
    assert set(read) <= {"digests.json"}


def swap_content(path: Path) -> None:
    """Change a file's content and keep its size, date and inode."""
    facts = path.stat()
    content = bytearray(path.read_bytes())
    middle = 2 * len(content) // 3
    content[middle] ^= 0x01
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_ino) == (facts.st_size, facts.st_ino)


def test_verify_notices_what_size_and_date_do_not_tell(pictures: Path, calls: list[int]) -> None:
    features(pictures)
    swap_content(pictures / "train" / "cats" / "cat.0004.jpg")
    calls.clear()
    features(pictures)
    assert calls == []
    features(pictures, verify=True)
    assert sum(calls) >= 19


@pytest.mark.parametrize("how", ["truncated", "empty", "nonsense", "another file"])
def test_a_damaged_entry_is_computed_again(pictures: Path, calls: list[int], how: str) -> None:
    first = features(pictures)
    for entry in entries(pictures):
        content = entry.read_bytes()
        damaged = {"truncated": content[: len(content) // 2], "empty": b"", "nonsense": b"\x00" * 100}
        if how == "another file":
            save_file({"x": torch.zeros(1)}, entry)
        else:
            entry.write_bytes(damaged[how])
    calls.clear()
    again = features(pictures)
    assert sum(calls) == 32
    assert all(torch.equal(first[split], again[split]) for split in first)
    for entry in entries(pictures):
        load_file(entry)


def exchanged(kept: Tensors) -> Tensors:
    return {**kept, "features": kept["features"].flip(0)}


def with_a_nan(kept: Tensors) -> Tensors:
    features = kept["features"].clone()
    features[3, 5] = torch.nan
    return {**kept, "features": features}


# What somebody's tool, or a fault in ours, may have made of an entry; the file itself is whole.
CHANGES: dict[str, Callable[[Tensors], Tensors]] = {
    "rows exchanged": exchanged,
    "a NaN": with_a_nan,
    "indices below zero": lambda kept: {**kept, "indices": kept["indices"] - 1},
    "indices past the end": lambda kept: {**kept, "indices": kept["indices"] + 1},
    "indices twice": lambda kept: {**kept, "indices": kept["indices"] // 2},
    "indices in another order": lambda kept: {**kept, "indices": kept["indices"].flip(0)},
    "indices of another type": lambda kept: {**kept, "indices": kept["indices"].int()},
    "features of another type": lambda kept: {**kept, "features": kept["features"].double()},
    "features of half the digits": lambda kept: {**kept, "features": kept["features"].bfloat16()},
    "another width": lambda kept: {**kept, "features": kept["features"][:, :-1].contiguous()},
    "another rank": lambda kept: {**kept, "features": kept["features"][:, :, None]},
    "too few rows": lambda kept: {**kept, "features": kept["features"][:-1].contiguous()},
    "no indices": lambda kept: {"features": kept["features"]},
}


@pytest.mark.parametrize("signed", [False, True], ids=["as it was signed", "signed anew"])
@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_that_does_not_fit_is_computed_again_and_said_once(
    pictures: Path, calls: list[int], capsys: pytest.CaptureFixture[str], change: str, signed: bool
) -> None:
    first = features(pictures)
    for entry in entries(pictures):
        changed = CHANGES[change](load_file(entry))
        with safe_open(entry, "pt") as file:
            facts = file.metadata()
        if signed and "indices" in changed and change not in ("rows exchanged", "features of half the digits"):
            rows, order = (changed[name].numpy() for name in ("features", "indices"))
            facts = {"crc32": str(zlib.crc32(order.data, zlib.crc32(rows.data)))}
        save_file(changed, entry, facts)
    calls.clear()
    capsys.readouterr()
    again = features(pictures)
    assert sum(calls) == 32
    assert all(torch.equal(first[split], again[split]) for split in first)
    said = capsys.readouterr().out.splitlines()  # a line for each split, which were asked for one after the other
    assert [line.endswith(", and kept them; what was kept before was damaged.") for line in said] == [True, True]
    features(pictures)
    assert sum(calls) == 32
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes, which Windows does not have")
@pytest.mark.parametrize("what", ["a pipe", "a folder", "a loop", "a dangling link"])
def test_what_is_no_file_in_the_place_of_an_entry_does_no_harm(pictures: Path, calls: list[int], what: str) -> None:
    first = features(pictures)
    for entry in entries(pictures):
        entry.unlink()
        {
            "a pipe": lambda entry=entry: os.mkfifo(entry),
            "a folder": lambda entry=entry: entry.mkdir(),
            "a loop": lambda entry=entry: entry.symlink_to(entry),
            "a dangling link": lambda entry=entry: entry.symlink_to(entry.parent / "nowhere"),
        }[what]()
    calls.clear()
    again = features(pictures)
    assert sum(calls) == 32
    assert all(torch.equal(first[split], again[split]) for split in first)


@pytest.mark.parametrize("memory", ["not json", "[]", '{"x": 1}', "null", "PATHS", "[" * 100_000])
def test_a_damaged_memory_of_the_files_does_no_harm(pictures: Path, calls: list[int], memory: str) -> None:
    features(pictures)
    calls.clear()
    path = pictures / ".cache" / "digests.json"
    assert path.exists()
    if memory == "PATHS":
        memory = json.dumps(dict.fromkeys(json.loads(path.read_text()), 3))
    path.write_text(memory)
    features(pictures)
    assert calls == []


def _in_a_process(root: Path, together: "multiprocessing.Barrier", answers: "multiprocessing.Queue") -> None:
    torch.set_num_threads(1)
    together.wait(60)
    answers.put(features(root)["train"].double().sum().item())


def test_two_processes_that_write_one_entry_at_once_do_no_harm(pictures: Path) -> None:
    context = multiprocessing.get_context("spawn")
    together, answers = context.Barrier(2), context.Queue()
    processes = [context.Process(target=_in_a_process, args=(pictures, together, answers)) for _ in range(2)]
    for process in processes:
        process.start()
    found = {answers.get(timeout=120) for _ in processes}
    for process in processes:
        process.join(60)
    assert len(found) == 1
    assert len(entries(pictures)) == 2
    assert not list((pictures / ".cache").rglob("*.part"))
    assert features(pictures)["train"].double().sum().item() in found


def test_a_folder_that_cannot_be_written_to_keeps_its_cache_elsewhere(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, calls: list[int]
) -> None:
    real = os.access
    monkeypatch.setattr(keeping.os, "access", lambda path, mode: False if path == pictures else real(path, mode))
    features(pictures)
    kept = list(Path(os.environ["XDG_CACHE_HOME"]).rglob("*.safetensors"))
    assert len(kept) == 2
    assert not (pictures / ".cache").exists()
    calls.clear()
    features(pictures)
    assert calls == []


def test_the_oldest_entries_go_when_the_folder_is_full(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features(pictures)
    old = entries(pictures)
    for entry in old:
        os.utime(entry, ns=(1, 1))
    monkeypatch.setattr(activations, "CACHE_BYTES", sum(entry.stat().st_size for entry in old))
    features(pictures, seed=2)
    new = entries(pictures)
    assert len(new) == 2
    assert not new & old


def test_an_entry_in_use_outlives_one_that_is_not(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features(pictures, seed=2)
    unused = entries(pictures)
    features(pictures)
    used = entries(pictures) - unused
    for entry in used | unused:
        os.utime(entry, ns=(1, 1))
    features(pictures)  # used again
    total = sum(entry.stat().st_size for entry in used | unused)
    monkeypatch.setattr(activations, "CACHE_BYTES", total)
    features(pictures, seed=3)
    assert used <= entries(pictures)
    assert not unused & entries(pictures)


def test_unreadable_pictures_have_no_row_and_are_named_on_every_start(
    pictures: Path, capsys: pytest.CaptureFixture[str], calls: list[int]
) -> None:
    (pictures / "train" / "cats" / "cat.0003.jpg").write_bytes(b"not a picture")
    (pictures / "train" / "dogs" / "dog.0009.jpg").unlink()
    (pictures / "train" / "dogs" / "dog.0009.jpg").symlink_to("nowhere.jpg")
    for start in range(2):
        learn = learner(data_in(pictures), precompute=True)
        assert learn.activations("train").indices.tolist() == [*range(3), *range(4, 19)]
        said = capsys.readouterr().out
        assert "2 pictures were left out: " in said
        assert "cat.0003.jpg" in said
        assert "dog.0009.jpg" in said
        assert len(learn.data.unreadable) == 2
        if start == 0:
            calls.clear()
    assert calls == []


def test_a_picture_that_vanishes_after_the_folder_was_read_is_left_out(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = data_in(pictures)
    (pictures / "train" / "cats" / "cat.0003.jpg").unlink()
    learn = learner(data, precompute=True)
    assert len(learn.activations("train")) == 19
    assert "1 picture was left out: " in capsys.readouterr().out


def test_where_no_picture_can_be_read_a_sentence_says_why(pictures: Path) -> None:
    for path in (pictures / "valid").rglob("*.jpg"):
        path.write_bytes(b"")
    with pytest.raises(ImageError, match=r"none of the 12 valid pictures could be read: .* is empty \(0 bytes\)"):
        features(pictures)


def test_asking_for_augmentation_says_that_it_has_no_effect(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn = learner(data_in(pictures, aug="side_on"), precompute=True)
    plain = learner(data_in(pictures), precompute=True)
    losses = [row.train_loss for row in learn.fit(0.01, 1)]
    said = capsys.readouterr().out
    assert "Augmentation has no effect while precompute is true" in said
    assert "learn.precompute = False" in said
    assert losses == [row.train_loss for row in plain.fit(0.01, 1)]
    assert "no effect" not in capsys.readouterr().out


def test_pictures_of_the_test_folder_are_cached_when_they_are_asked_for(tmp_path: Path, calls: list[int]) -> None:
    root = make_pictures(tmp_path, test=5)
    learn: ConvLearner = learner(data_in(root), precompute=True)
    learn.fit(0.01, 1)
    assert sum(calls) == 32
    found = learn.predict_all("test")
    assert sum(calls) == 37
    assert found.labels is None
    assert np.allclose(found.probabilities.sum(1), 1, atol=1e-5)
