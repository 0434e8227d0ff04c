"""Folders of any kind → train, valid and sealed: by file names alone, and nothing of the reader's is moved or lost."""

import csv
import hashlib
import os
from pathlib import Path

import pytest

from helpers import ImageClassifierData, get_data, split_folder, tfms_from_model
from helpers.datasets import arrange as module
from helpers.datasets.arrange import arrange
from helpers.folders import assign_splits, pictures_below

JPEG = (get_data("sample") / "train/cats/cat.0.jpg").read_bytes()


def below(folder: Path) -> list[Path]:
    """Return the pictures in a folder, if it is there."""
    return pictures_below(folder, folder)[0] if folder.exists() else []


def make(root: Path, **classes: int) -> Path:
    """Make a folder for each class with so many pictures."""
    for label, count in classes.items():
        (root / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            (root / label / f"{label}.{number}.jpg").write_bytes(JPEG + bytes([number]))
    return root


def seen(root: Path) -> dict[str, str]:
    """Return the split of each picture, by its class and name."""
    found = {}
    for split in ("train", "valid", "sealed"):
        for file in below(root / split):
            name = file.relative_to(root / split).as_posix()
            assert name not in found, "a picture is in two splits"
            found[name] = split
    return found


def test_shares_are_those_of_each_class_and_the_names_decide() -> None:
    names = [
        f"{label}/{number}.jpg" for label, count in (("cat", 50), ("dog", 20), ("owl", 3)) for number in range(count)
    ]
    labels = [name[:3] for name in names]
    splits = assign_splits(names, labels, valid=0.2, test=0.1)
    counted = {(label, split): sum((label, split) == pair for pair in zip(labels, splits, strict=True))
               for label in ("cat", "dog", "owl") for split in ("train", "valid", "test")}  # fmt: skip
    assert counted == {
        ("cat", "train"): 35, ("cat", "valid"): 10, ("cat", "test"): 5,
        ("dog", "train"): 14, ("dog", "valid"): 4, ("dog", "test"): 2,
        ("owl", "train"): 1, ("owl", "valid"): 1, ("owl", "test"): 1,
    }  # fmt: skip
    cats = sorted((name for name in names if name.startswith("cat")), key=lambda n: hashlib.sha256(n.encode()).digest())
    assert {name for name, split in zip(names, splits, strict=True) if split == "valid" and name[0] == "c"} == set(
        cats[:10]
    )
    order = list(reversed(range(len(names))))
    again = assign_splits([names[index] for index in order], [labels[index] for index in order], valid=0.2, test=0.1)
    assert again == [splits[index] for index in order]


@pytest.mark.parametrize(("valid", "test"), [(-0.1, 0), (1, 0), (0.6, 0.4), (0.2, -1)])
def test_shares_that_are_none_are_refused(valid: float, test: float) -> None:
    with pytest.raises(ValueError, match=r"they are shares, such as 0\.2, and below 1 together"):
        assign_splits(["a"] * 9, ["x"] * 9, valid=valid, test=test)
    with pytest.raises(ValueError, match="of the class 'x', train, valid need a picture each; it has 1"):
        assign_splits(["a"], ["x"], valid=0.2)


def test_a_folder_of_ones_own_is_split_and_stays_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = make(tmp_path / "Mes photos é", chats=20, chiens=10)
    (mine / "chats" / "sub").mkdir()
    (mine / "chats" / "sub" / "more.PNG").write_bytes(JPEG)
    (mine / "chats" / ".hidden.jpg").write_bytes(JPEG)
    (mine / "notes.txt").write_text("mine")
    before = {file: file.read_bytes() for file in mine.rglob("*") if file.is_file()}
    found = split_folder(mine, sealed=0.1)
    assert found == tmp_path / "Mes photos é-split"
    assert "Mes photos é-split: 22 train, 6 valid, 3 sealed." in capsys.readouterr().out
    assert {file: file.read_bytes() for file in mine.rglob("*") if file.is_file()} == before
    splits = seen(found)
    assert len(splits) == 31
    assert "chats/sub/more.PNG" in splits
    data = ImageClassifierData.from_paths(found, tfms=tfms_from_model("resnet10", 64))
    assert (data.classes, len(data.train), len(data.valid)) == (("chats", "chiens"), 22, 6)
    with (found / "split.csv").open(encoding="utf-8", newline="") as file:
        assert {row["file"]: row["split"] for row in csv.DictReader(file)} == splits


def test_pictures_added_later_are_split_too_and_no_other_moves(tmp_path: Path) -> None:
    mine = make(tmp_path / "mine", cats=20, dogs=20)
    before = seen(split_folder(mine))
    make(mine, cats=60, owls=5)
    after = seen(split_folder(mine))
    assert {name: after[name] for name in before} == before
    assert len(after) == 85
    assert {split for name, split in after.items() if name.startswith("owls")} == {"train", "valid"}
    assert seen(split_folder(mine)) == after


def test_after_a_break_what_is_missing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, count = make(tmp_path / "mine", cats=20, dogs=20), iter(range(99))

    def breaking(file: Path, to: Path) -> None:
        if next(count) == 11:
            raise KeyboardInterrupt
        os.link(file, to)

    whole = seen(split_folder(mine, into=tmp_path / "whole"))
    with monkeypatch.context() as patched:
        patched.setattr(module, "_link", lambda file, to: (to.parent.mkdir(parents=True, exist_ok=True),
                                                           breaking(file, to)))  # fmt: skip
        with pytest.raises(KeyboardInterrupt):
            split_folder(mine)
    assert seen(split_folder(mine)) == whole


def test_where_the_disk_has_no_links_pictures_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(module.os, "link", refusing)
    found = split_folder(make(tmp_path / "mine", cats=5, dogs=5))
    (file, *_) = below(found)
    assert file.stat().st_nlink == 1
    assert file.read_bytes().startswith(JPEG)


WRONG = {
    "not there": (lambda root: split_folder(root / "no"), "was not found; "),
    "split already": (lambda root: split_folder(make(root / "a", train=1)), "has a folder train already; give it"),
    "into itself": (lambda root: split_folder(make(root / "a", x=9), into=root / "a" / "b"), "lies in the folder"),
    "one class": (
        lambda root: split_folder(make(root / "a", x=9)),
        "holds only one class, 'x'; a classifier needs two",
    ),
    "no pictures": (lambda root: split_folder(root), "holds no folders with pictures; a classifier needs two or more"),
    "few": (lambda root: split_folder(make(root / "a", x=9, y=3)), "holds 3 of the class 'y'; four are the least"),
    "no share": (lambda root: split_folder(make(root / "a", x=9, y=9), valid=2), "they are shares, such as 0.2"),
    "taken": (lambda root: split_folder(make(root / "a", x=9, y=9), into=make(root / "b", x=1)), "no split.csv is in"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_split_gets_a_sentence_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    act, sentence = WRONG[name]
    with pytest.raises((ValueError, FileNotFoundError), match=sentence):
        act(tmp_path)
    assert not (tmp_path / "a-split").exists()


def test_a_set_with_splits_keeps_them_and_its_classes_get_their_names(tmp_path: Path) -> None:
    root = tmp_path / "unpacked" / "imagenette2-160"
    make(root / "train", n01440764=3, n02102040=2)
    make(root / "val", n01440764=1, n02102040=1)
    make(root / "test", n01440764=1)
    (tmp_path / "unpacked" / "__MACOSX").mkdir()
    arrange(tmp_path / "unpacked", tmp_path / "set", None, {"n01440764": "tench"})
    assert sorted(folder.name for folder in (tmp_path / "set").iterdir()) == ["test1", "train", "valid"]
    counts = {folder.name: len(list(below(folder))) for folder in (tmp_path / "set" / "train").iterdir()}
    assert counts == {"tench": 3, "n02102040": 2}


def test_a_set_in_folders_of_classes_is_split(tmp_path: Path) -> None:
    make(tmp_path / "unpacked" / "PetImages", Cat=10, Dog=20)
    arrange(tmp_path / "unpacked", tmp_path / "set", None, {"Cat": "cats", "Dog": "dogs"})
    splits = seen(tmp_path / "set")
    assert len(splits) == 30
    assert sum(split == "valid" for split in splits.values()) == 6
    assert {name.split("/")[0] for name in splits} == {"cats", "dogs"}


def test_a_set_with_classes_in_its_file_names_is_split(tmp_path: Path) -> None:
    images = tmp_path / "unpacked" / "images"
    images.mkdir(parents=True)
    for name in ("Abyssinian", "great_pyrenees"):
        for number in range(10):
            (images / f"{name}_{number}.jpg").write_bytes(JPEG)
    (images / "Abyssinian_100.mat").write_bytes(b"")
    arrange(tmp_path / "unpacked", tmp_path / "set", lambda name: name.rpartition("_")[0], {})
    splits = seen(tmp_path / "set")
    assert {name.split("/")[0] for name in splits} == {"Abyssinian", "great_pyrenees"}
    assert len(splits) == 20
