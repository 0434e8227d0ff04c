"""Pictures found in folders and made into batches: the layouts, the batches, and what cannot be read."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers import ImageClassifierData, tfms_from_model
from helpers.data import split_evenly
from helpers.files import images
from helpers.files.images import read_tensor, resize_and_crop
from tests.pictures import data_in, learner, make_pictures, picture_of

TFMS = tfms_from_model("resnet10", 32)


def names(data: ImageClassifierData, split: str) -> list[str]:
    return [path.name for path in data.split(split).paths]


def test_classes_are_the_sorted_folders_and_labels_their_numbers(tmp_path: Path) -> None:
    data = data_in(make_pictures(tmp_path, train=3, valid=2, test=4, classes=("zebras", "cats", "mice")))
    assert data.classes == ("cats", "mice", "zebras")
    assert data.train.labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert all(
        path.parent.name == data.classes[label] for path, label in zip(data.train.paths, data.train.labels, strict=True)
    )
    assert (len(data.train), len(data.valid), len(data.test)) == (9, 6, 4)
    assert data.test.labels is None
    assert list(data.train.paths) == sorted(data.train.paths)


def test_hidden_folders_and_files_are_ignored(pictures: Path) -> None:
    expected = data_in(pictures)
    for folder in (".ipynb_checkpoints", "__pycache__", "__MACOSX", ".cache"):
        (pictures / "train" / folder).mkdir()
        picture_of("cats", 1).save(pictures / "train" / folder / "x.jpg")
    (pictures / "valid" / ".ipynb_checkpoints").mkdir()
    (pictures / "train" / "cats" / ".ipynb_checkpoints").mkdir()
    picture_of("cats", 1).save(pictures / "train" / "cats" / ".ipynb_checkpoints" / "cat.0000-checkpoint.jpg")
    for name in (".DS_Store", "._cat.0000.jpg", "Thumbs.db", "notes.txt"):
        (pictures / "train" / "cats" / name).write_bytes(b"x")
    (pictures / "train" / "read_me.txt").write_text("a file beside the classes")
    found = data_in(pictures)
    assert found.classes == expected.classes
    assert found.train.paths == expected.train.paths


def test_pictures_in_subfolders_belong_to_their_class(pictures: Path) -> None:
    (pictures / "train" / "dogs" / "puppies" / "small").mkdir(parents=True)
    for name in ("a.JPEG", "b.Png", "c.webp"):
        picture_of("dogs", 3).save(pictures / "train" / "dogs" / "puppies" / "small" / name)
    data = data_in(pictures)
    assert {"a.JPEG", "b.Png", "c.webp"} <= set(names(data, "train"))
    assert data.train.labels.tolist() == [0] * 10 + [1] * 13


def test_without_further_words_the_folders_are_train_valid_and_test1_and_the_batches_of_64(tmp_path: Path) -> None:
    root = make_pictures(tmp_path / "pets", train=70, valid=1, test=2)
    data = ImageClassifierData.from_paths(root, tfms=TFMS)
    assert (len(data.train), len(data.valid), len(data.test)) == (140, 2, 2)
    assert [len(batch.indices) for batch in data.batches("train")] == [64, 64, 12]
    assert ImageClassifierData.from_paths(root, 32, tfms=TFMS).batch_size == 32


def test_other_names_of_the_folders_can_be_given(pictures: Path) -> None:
    (pictures / "train").rename(pictures / "learn")
    (pictures / "valid").rename(pictures / "judge")
    data = ImageClassifierData.from_paths(str(pictures), tfms=TFMS, trn_name="learn", val_name="judge", test_name="no")
    assert (len(data.train), len(data.valid)) == (20, 12)


def test_a_folder_of_links_is_read_like_the_folder_itself(pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").mkdir()
    for split in ("train", "valid"):
        (tmp_path / "linked" / split).symlink_to(pictures / split)
    assert len(data_in(tmp_path / "linked").train) == 20


def test_the_repr_counts_the_pictures_of_each_class(tmp_path: Path) -> None:
    data = data_in(make_pictures(tmp_path / "pets", train=3, valid=2, test=5))
    lines = [" ".join(line.split()) for line in repr(data).splitlines()]
    assert lines == [
        "Pictures in pets, made 48 × 48, batches of 8",
        "train 6 cats 3, dogs 3",
        "valid 4 cats 2, dogs 2",
        "test 5 no labels",
    ]


def test_the_majority_is_the_largest_training_class_and_its_share_of_the_validation(pictures: Path) -> None:
    for path in (pictures / "train" / "cats").glob("*[0-4].jpg"):
        path.unlink()
    for path in sorted((pictures / "valid" / "cats").iterdir())[:4]:
        path.unlink()
    assert data_in(pictures).majority == ("dogs", 6 / 8)


# The same pictures, found in another way ------------------------------------------------------------------------------


def as_csv(root: Path) -> ImageClassifierData:
    """Return the data of a folder of splits through a CSV file that says the same."""
    files = sorted(root.glob("*/*/*.jpg"), key=lambda path: path.name[::-1])
    lines = [f"{path.relative_to(root).as_posix()},{path.parts[-2]},{path.parts[-3]}" for path in files]
    (root / "labels.csv").write_text("\n".join(["file,label,split", *lines]))
    return ImageClassifierData.from_csv(root, "labels.csv", tfms=TFMS, batch_size=8)


def as_names(root: Path) -> ImageClassifierData:
    """Return the data of a folder of splits through the names of its pictures, and lay them out as it splits them."""
    flat = root.with_name("flat")
    flat.mkdir()
    for path in root.glob("*/*/*.jpg"):
        path.rename(flat / path.name)
    data = ImageClassifierData.from_names(flat, r"(.+)\.\d+\.jpg", tfms=TFMS, batch_size=8)
    for split in data.splits.values():
        for path, label in zip(split.paths, split.known_labels, strict=True):
            folder = root / split.name / data.classes[label]
            folder.mkdir(exist_ok=True, parents=True)
            shutil.copy(path, folder)
    for empty in root.glob("*/*s"):
        empty.rmdir()
    return data


@pytest.mark.parametrize("other", [as_csv, as_names])
def test_equal_pictures_give_equal_batches_however_their_labels_are_told(pictures: Path, other: Callable) -> None:
    found = other(pictures)
    expected = ImageClassifierData.from_paths(pictures, tfms=TFMS, batch_size=8)
    assert len(found.classes) == len(expected.classes)
    assert (found.steps, found.majority[1]) == (expected.steps, expected.majority[1])
    for split in ("train", "valid"):
        batches = zip(found.batches(split), expected.batches(split), strict=True)
        for one, same in batches:
            assert torch.equal(one.pixels, same.pixels)
            assert torch.equal(one.labels, same.labels)
            assert one.indices.tolist() == same.indices.tolist()
        assert found.split(split).labels.dtype == expected.split(split).labels.dtype
    assert (found.digest() == expected.digest()) == (found.classes == expected.classes)


def test_models_and_activations_are_kept_in_the_one_folder_however_labels_are_told(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = learner(data_in(pictures, size=32), precompute=True)
    rows = list(first.fit(0.01, 2))
    assert "Computed the activations" in capsys.readouterr().out
    second = learner(as_csv(pictures), precompute=True)
    assert [row.train_loss for row in second.fit(0.01, 2)] == [row.train_loss for row in rows]
    assert "Computed" not in capsys.readouterr().out
    assert second.save("first") == pictures / "models" / "first.safetensors"
    assert repr(as_csv(pictures)).count("passed over") == 0
    assert as_csv(pictures).models_folder == first.data.models_folder


# What is wrong with a folder ------------------------------------------------------------------------------------------


def refusal(path: Path, kind: type[Exception] = ValueError, **choices: object) -> str:
    with pytest.raises(kind) as caught:
        ImageClassifierData.from_paths(path, **{"tfms": TFMS, **choices})
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_folder_is_answered_with_the_nearest_name(pictures: Path) -> None:
    (pictures.parent / "other").mkdir()
    message = refusal(pictures.parent / "picture", FileNotFoundError)
    assert "picture was not found; the folders there are other, pictures; did you mean 'pictures'?" in message
    assert "was not found" in refusal(pictures / "no" / "such" / "place", FileNotFoundError)
    (pictures / "train").rename(pictures / "training")
    message = refusal(pictures, FileNotFoundError)
    assert "has no folder 'train'; the folders there are training, valid; did you mean 'training'?" in message
    assert "pictures/train/<class>/<pictures>" in message


def test_a_file_in_the_place_of_the_folder_is_called_a_file(pictures: Path) -> None:
    path = pictures / "train" / "cats" / "cat.0000.jpg"
    assert "is a file" in refusal(path, FileNotFoundError)


def test_too_few_classes_are_told_with_what_is_needed(pictures: Path) -> None:
    for path in (pictures / "train" / "dogs").iterdir():
        path.unlink()
    (pictures / "train" / "dogs").rmdir()
    message = refusal(pictures)
    assert "only one class, 'cats'; a classifier needs two or more" in message
    assert "train/cats and train/dogs" in message
    for path in (pictures / "train" / "cats").iterdir():
        path.rename(pictures / "train" / path.name)
    (pictures / "train" / "cats").rmdir()
    assert "holds no folders with pictures; a classifier needs two or more" in refusal(pictures)


def test_a_class_that_one_split_lacks_is_named(pictures: Path) -> None:
    (pictures / "valid" / "dogs").rename(pictures / "valid" / "wolves")
    assert "valid has the class 'wolves', which the training pictures do not have" in refusal(pictures)
    (pictures / "valid" / "wolves").rename(pictures / "elsewhere")
    assert "valid has no folder for the class 'dogs'; make valid/dogs and put pictures in" in refusal(pictures)


@pytest.mark.parametrize("split", ["train", "valid"])
def test_an_empty_class_is_named(pictures: Path, split: str) -> None:
    for path in (pictures / split / "dogs").iterdir():
        path.unlink()
    (pictures / split / "dogs" / "read_me.txt").write_text("to do")
    assert f"{split}/dogs holds no pictures; put some in" in refusal(pictures)


@pytest.mark.parametrize("wrong", [0, 1, -3, 2.5, "64", None, True])
def test_a_batch_size_that_cannot_be_is_refused(pictures: Path, wrong: object) -> None:
    assert f"got batch_size={wrong!r}; it is a whole number of pictures, 2 or more" in refusal(
        pictures, batch_size=wrong
    )


@pytest.mark.parametrize("wrong", [-1, 1.5, "two"])
def test_a_number_of_workers_that_cannot_be_is_refused(pictures: Path, wrong: object) -> None:
    assert f"got num_workers={wrong!r}" in refusal(pictures, num_workers=wrong)


def test_transforms_of_another_kind_are_refused(pictures: Path) -> None:
    assert "type tfms=tfms_from_model(arch, sz)" in refusal(pictures, TypeError, tfms=224)


def test_an_unknown_split_is_answered_with_those_there_are(pictures: Path) -> None:
    data = data_in(pictures)
    with pytest.raises(ValueError, match="got split='test1'; these pictures have 'train', 'valid'"):
        data.split("test1")
    with pytest.raises(ValueError, match="these pictures have 'train', 'valid'"):
        _ = data.test
    (pictures / "test1").mkdir()
    picture_of("cats", 0).save(pictures / "test1" / "a.jpg")
    with pytest.raises(ValueError, match="the test pictures have no labels"):
        _ = data_in(pictures).test.known_labels


# Batches --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_batches_hold_the_decoded_pictures_whatever_the_number_of_threads(pictures: Path, workers: int) -> None:
    data = data_in(pictures, size=32, num_workers=workers)
    order = np.random.default_rng(0).permutation(20)
    seen = list(data.batches("train", order=order))
    assert [len(batch.indices) for batch in seen] == [8, 8, 4]
    np.testing.assert_array_equal(np.concatenate([batch.indices for batch in seen]), order)
    for batch in seen:
        assert batch.pixels.dtype == torch.uint8
        assert batch.pixels.shape == (len(batch.indices), 3, 32, 32)
        assert batch.labels.tolist() == data.train.labels[batch.indices].tolist()
        for row, place in zip(batch.pixels, batch.indices, strict=True):
            assert torch.equal(row, resize_and_crop(read_tensor(data.train.paths[place]), 32))


def test_batches_come_in_file_order_and_unlabelled_ones_say_so(tmp_path: Path) -> None:
    data = data_in(make_pictures(tmp_path, train=2, valid=2, test=11))
    batches = list(data.batches("test"))
    assert np.concatenate([batch.indices for batch in batches]).tolist() == list(range(11))
    assert {int(label) for batch in batches for label in batch.labels} == {-1}


@pytest.mark.parametrize("count", range(1, 30))
@pytest.mark.parametrize("batch_size", [2, 4, 9])
def test_no_batch_is_a_single_picture_unless_there_is_but_one(count: int, batch_size: int) -> None:
    batches = split_evenly(np.arange(count), batch_size)
    assert np.concatenate(batches).tolist() == list(range(count))
    assert all(len(batch) == batch_size for batch in batches[:-1])
    assert len(batches[-1]) <= batch_size + 1
    if count > 1:
        assert min(map(len, batches)) >= 2


def test_pictures_are_decoded_while_the_caller_works_and_never_all_at_once(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    real = ImageClassifierData._fill

    def watched(self: ImageClassifierData, row: torch.Tensor, path: Path) -> bool:
        started.append(path)
        return real(self, row, path)

    monkeypatch.setattr(ImageClassifierData, "_fill", watched)
    batches = data_in(pictures, batch_size=4).batches("train")
    next(batches)
    assert 4 <= len(started) <= 8
    batches.close()
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]


def test_decoding_leaves_the_number_of_threads_as_it_was(pictures: Path) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        list(data_in(pictures).batches("train"))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def spoil(pictures: Path) -> None:
    (pictures / "train" / "cats" / "cat.0003.jpg").write_bytes(b"")
    (pictures / "train" / "dogs" / "dog.0001.jpg").write_bytes(b"<html>")
    (pictures / "train" / "dogs" / "dog.0009.jpg").unlink()
    (pictures / "train" / "dogs" / "dog.0009.jpg").symlink_to("nowhere.jpg")


def test_unreadable_pictures_are_left_out_named_and_counted_once(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(pictures)
    data = data_in(pictures)
    batches = list(data.batches("train"))
    said = capsys.readouterr().out
    assert said.startswith("3 pictures were left out: ")
    assert "cat.0003.jpg is empty (0 bytes)" in said
    assert "dog.0001.jpg is not a picture we know" in said
    assert "dog.0009.jpg was not found" in said
    assert sum(len(batch.indices) for batch in batches) == 17
    bad = {"cat.0003.jpg", "dog.0001.jpg", "dog.0009.jpg"}
    assert {path.name for path in data.unreadable} == bad
    for batch in batches:
        for row, place in zip(batch.pixels, batch.indices, strict=True):
            assert data.train.paths[place].name not in bad
            assert torch.equal(row, resize_and_crop(read_tensor(data.train.paths[place]), 48))
    list(data.batches("train"))
    assert capsys.readouterr().out == ""


def test_of_many_unreadable_pictures_three_are_named_and_all_counted(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (pictures / "train" / "cats").iterdir():
        path.write_bytes(b"")
    list(data_in(pictures).batches("train"))
    said = capsys.readouterr().out
    assert said.startswith("10 pictures were left out: ")
    assert said.count("is empty") == 3
    assert "and 7 more, in data.unreadable" in said


# A picture that failed once -------------------------------------------------------------------------------------------


def counted(data: ImageClassifierData, split: str = "train") -> int:
    return sum(len(batch.indices) for batch in data.batches(split))


def test_a_picture_is_tried_again_and_only_the_latest_try_counts(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = pictures / "train" / "cats" / "cat.0003.jpg"
    whole, data = path.read_bytes(), data_in(pictures)
    path.write_bytes(b"")
    assert counted(data) == 19
    assert data.unreadable == {path: "train/cats/cat.0003.jpg is empty (0 bytes)"}
    path.write_bytes(whole)
    assert counted(data, "valid") == 12
    assert list(data.unreadable) == [path], "the other split says nothing about it"
    assert counted(data) == 20
    assert data.unreadable == {}
    assert capsys.readouterr().out.count("left out") == 1


def test_each_picture_is_announced_once_for_every_reason(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pictures / "train" / "cats" / "cat.0003.jpg"
    data = data_in(pictures)
    for content, heard in ((b"", True), (b"", False), (b"<html>", True), (b"", False), (b"<html>", False)):
        path.write_bytes(content)
        assert counted(data) == 19
        assert ("1 picture was left out: train/cats/cat.0003.jpg" in capsys.readouterr().out) is heard
    assert "is not a picture we know" in data.unreadable[path]


def test_what_was_left_out_is_told_in_400_characters_however_long_the_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_pictures(tmp_path)
    for number in range(5):
        (root / "train" / "cats" / f"{number}{'long' * 50}.jpg").write_bytes(b"<html>")
    data = data_in(root)
    assert counted(data) == 20
    said = capsys.readouterr().out
    assert said.startswith("5 pictures were left out: train/cats/")
    assert said.endswith(" more, in data.unreadable.\n")
    assert len(said) <= 401


def test_an_abandoned_epoch_forgets_no_picture_that_it_did_not_try(pictures: Path) -> None:
    spoil(pictures)
    data = data_in(pictures)
    list(data.batches("train"))
    batches = data.batches("train", order=[0, 1])
    next(batches)
    batches.close()
    assert len(data.unreadable) == 3


def test_what_others_could_not_read_is_left_out_and_a_known_reason_stays(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(pictures)
    data = data_in(pictures)
    list(data.batches("train"))
    before, other = dict(data.unreadable), data.train.paths[0]
    capsys.readouterr()
    data.leave_out(dict.fromkeys([*before, other], "cannot be read"))
    assert data.unreadable == before | {other: "cannot be read"}
    assert capsys.readouterr().out == "1 picture was left out: cannot be read.\n"
    data.announces = False
    data.leave_out({data.train.paths[1]: "cannot be read"})
    assert capsys.readouterr().out == ""


def test_a_relative_path_stays_right_when_the_working_directory_changes(
    pictures: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pictures.parent)
    data = data_in(Path("pictures"))
    monkeypatch.chdir(pictures)
    assert repr(data_in(Path("."))).startswith("Pictures in pictures,")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert counted(data) == 20


@pytest.mark.parametrize("error", [MemoryError(), OSError(24, "Too many open files"), KeyError("a fault of ours")])
def test_what_is_not_the_files_fault_is_an_error_and_no_missing_picture(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(path: Path, most: int) -> bytes:
        raise error

    data = data_in(pictures)
    monkeypatch.setattr(images, "open_regular", fails)
    with pytest.raises(type(error)):
        list(data.batches("train"))
    assert data.unreadable == {}


def test_whole_numbers_of_numpy_are_whole_numbers(pictures: Path) -> None:
    data = ImageClassifierData.from_paths(
        pictures, np.int64(6), tfms=tfms_from_model("resnet10", np.int32(32)), num_workers=np.uint8(1)
    )
    assert [type(value) for value in (data.batch_size, data.num_workers, data.tfms.size)] == [int] * 3
    assert counted(data) == 20


def test_another_default_device_of_pytorch_changes_nothing(pictures: Path) -> None:
    expected = [batch.pixels for batch in data_in(pictures).batches("train")]
    torch.set_default_device("meta")
    try:
        found = [batch.pixels for batch in data_in(pictures).batches("train")]
    finally:
        torch.set_default_device(None)
    assert all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))
