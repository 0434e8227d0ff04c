"""Pictures found in folders: whatever is passed over is counted and named, and no folder counts twice."""

import hashlib
import os
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from helpers import ImageClassifierData, tfms_from_model
from helpers.folders import Split, assign_splits, described, find_splits
from tests.pictures import data_in, make_pictures, picture_of


def splits_of(root: Path, train: str = "train", valid: str = "valid", test: str = "test1") -> dict[str, Split]:
    return find_splits(root, train, valid, test)[1]


def refusal(root: Path, *names: str) -> str:
    with pytest.raises((ValueError, FileNotFoundError)) as caught:
        splits_of(root, *names)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return message


# What is passed over --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".HEIC", ".avif", ".cr2", ".txt", ""])
def test_files_that_are_not_read_are_counted_and_named(pictures: Path, suffix: str) -> None:
    for number in range(3):
        path = pictures / "train" / "dogs" / f"dog.000{number}.jpg"
        path.rename(path.parent / f"dog{number}{suffix}")
    data, shown = data_in(pictures), suffix.lower() or "no suffix"
    assert data.train.passed_over == [(shown, f"dogs/dog{number}{suffix}") for number in range(3)]
    assert len(data.train) == 17
    assert f"passed over: 3 × {shown} (dogs/dog0{suffix}, …)" in repr(data)
    assert data.valid.passed_over == []


@pytest.mark.parametrize("suffix", [".heic", ""])
def test_a_class_of_nothing_but_other_files_is_told_what_it_holds(pictures: Path, suffix: str) -> None:
    for path in sorted((pictures / "valid" / "cats").iterdir()):
        path.rename(path.with_suffix(suffix))  # cat.1000, where there is none: the number is no suffix
    message = refusal(pictures)
    assert "valid/cats holds no pictures" in message
    assert f"Passed over: 6 × {suffix or 'no suffix'} (cats/cat.1000{suffix}, …)" in message
    assert "as JPEG" in message


def test_links_to_folders_and_files_beside_the_classes_are_named_and_hidden_ones_are_not(
    pictures: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    picture_of("cats", 1).save(elsewhere / "a.jpg")
    (pictures / "train" / "cats" / "more").symlink_to(elsewhere)
    (pictures / "train" / "cats" / "round").symlink_to(pictures / "train")
    picture_of("cats", 1).save(pictures / "train" / "loose.jpg")
    for hidden in (".DS_Store", "cats/.DS_Store", "cats/._cat.jpg"):
        (pictures / "train" / hidden).write_bytes(b"x")
    assert splits_of(pictures)["train"].passed_over == [
        ("beside the folders of the classes", "loose.jpg"),
        ("link to a folder", "cats/more"),
        ("link to a folder", "cats/round"),
    ]


def test_a_link_to_itself_beside_the_classes_is_passed_over(pictures: Path) -> None:
    (pictures / "train" / "loop").symlink_to("loop")
    assert splits_of(pictures)["train"].passed_over == [("beside the folders of the classes", "loop")]


def test_the_most_frequent_are_described_first_and_of_many_kinds_a_few() -> None:
    many = [(f".{number}", f"x.{number}") for number in range(9) for _ in range(number + 1)]
    assert described(many).startswith("9 × .8 (x.8, …), 8 × .7 (x.7, …)")
    assert described(many).endswith("6 × .5 (x.5, …) and 5 more")
    assert len(described([(".y", "x" * 300)])) < 60


@pytest.mark.parametrize("name", ["test", "my_tests"])
def test_a_test_folder_of_another_name_is_seen_and_the_advice_works(pictures: Path, name: str) -> None:
    (pictures / name).mkdir()
    picture_of("cats", 1).save(pictures / name / "a.jpg")
    (pictures / "models").mkdir()
    data = data_in(pictures)
    assert repr(data).endswith(f"folders beside them, not used: {name}")
    with pytest.raises(ValueError, match=rf"give from_paths test_name='{name}'"):
        _ = data.test
    advised = data_in(pictures, test_name=name)
    assert len(advised.test) == 1
    assert "beside" not in repr(advised)


@pytest.fixture
def closable() -> Iterator[Callable[[str], Path]]:
    """Return a function that takes from us the right to open a folder of a data set, and returns the data set."""
    base = Path(tempfile.mkdtemp())  # pytest's own folders are closed to others
    base.chmod(0o755)
    root = make_pictures(base / "pets", train=3, valid=2)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0

    def close(folder: str, mode: int = 0) -> Path:
        (root / folder).mkdir(exist_ok=True)
        (root / folder).chmod(mode)
        if as_root:
            os.setresuid(65534, 65534, 0)  # root may open everything
        if os.access(root / folder, os.R_OK):
            pytest.skip("needs a file system with permissions")
        return root

    yield close
    if as_root:
        os.setresuid(0, 0, 0)
    for folder in (base, *base.glob("**/*")):
        if folder.is_dir():
            folder.chmod(0o755)
    shutil.rmtree(base)


@pytest.mark.parametrize("mode", [0, 0o311], ids=["closed", "may not be listed"])
@pytest.mark.parametrize("folder", ["train/dogs", "valid/cats", "train", "valid"])
def test_a_folder_without_permission_is_not_called_empty(closable: Callable, folder: str, mode: int) -> None:
    message = refusal(closable(folder, mode))
    assert f"pets/{folder} cannot be opened (Permission denied)" in message
    assert "chmod -R u+rX" in message


def test_a_root_that_may_not_be_entered_is_named(closable: Callable) -> None:
    assert "pets cannot be opened (Permission denied)" in refusal(closable("."))


def test_a_subfolder_without_permission_is_counted_and_named(closable: Callable) -> None:
    root = closable("train/dogs/more")
    assert splits_of(root)["train"].passed_over == [("folder that may not be opened", "dogs/more")]
    assert "1 × folder that may not be opened (dogs/more)" in repr(data_in(root))


# One folder twice -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("valid", ["train", "./train", "valid/../train", "linked"])
def test_the_training_pictures_cannot_judge(pictures: Path, valid: str) -> None:
    (pictures / "linked").symlink_to("train")
    message = refusal(pictures, "train", valid)
    assert "are the same folder" in message
    assert "val_name=" in message


@pytest.mark.parametrize(
    ("link", "target"),
    [("valid/cats", "train/cats"), ("valid/cats", "valid/dogs"), ("test1", "valid"), ("test1", "train/dogs")],
)
def test_one_folder_behind_two_names_is_refused(pictures: Path, link: str, target: str) -> None:
    if (pictures / link).exists():
        shutil.rmtree(pictures / link)
    (pictures / link).symlink_to(pictures / target)
    message = refusal(pictures)
    assert "are the same folder" in message
    assert link in message
    assert target in message


# Any name -------------------------------------------------------------------------------------------------------------


def test_names_that_are_no_text_are_escaped_and_their_pictures_read(tmp_path: Path) -> None:
    root = make_pictures(tmp_path / "pets", train=3, valid=2)
    try:
        for split in ("train", "valid"):
            (root / split / "cats").rename(root / split / os.fsdecode(b"caf\xe9"))
            (root / split / "dogs").rename(root / split / "two\nlines")
    except OSError:
        pytest.skip("needs a file system that takes any byte")
    data = data_in(root)
    assert data.classes == ("caf\\udce9", "two\\nlines")
    assert data.train.labels.tolist() == [0, 0, 0, 1, 1, 1]
    print(repr(data).encode())  # fails for what is no text
    assert len(repr(data).splitlines()) == 3
    assert sum(len(batch.indices) for batch in data.batches("train")) == 6
    assert data.unreadable == {}


@pytest.mark.parametrize("long", ["x" * 250, "ü" * 120])
def test_messages_about_the_longest_names_stay_short(pictures: Path, long: str) -> None:
    assert "was not found" in refusal(pictures / long)
    assert "has no folder" in refusal(pictures, long)
    (pictures / "valid" / long).mkdir()
    assert "which the training pictures do not have" in refusal(pictures)
    (pictures / "train" / long).mkdir()
    assert "holds no pictures" in refusal(pictures)
    (pictures / "train" / long / f"{long[:-3]}.x").touch()
    assert "Passed over" in refusal(pictures)
    (pictures / "valid" / long).rmdir()
    picture_of("cats", 1).save(pictures / "train" / long / "a.jpg")
    assert "has no folder for the class" in refusal(pictures)


def test_the_repr_of_a_thousand_classes_fits_on_a_page() -> None:
    labels = np.repeat(np.arange(1000), 2)
    split = Split("train", Path("pets/train"), tuple(Path(f"{label}.jpg") for label in labels), labels, [])
    classes = tuple(f"class {number}" for number in range(1000))
    tfms = tfms_from_model("resnet10", 32)
    data = ImageClassifierData(Path("pets"), classes, {"train": split}, tfms, 8, 1)
    assert "class 7 2 and 992 more" in repr(data)
    assert len(repr(data)) < 300


# Splits that the names decide -----------------------------------------------------------------------------------------


def named(count: int, label: str = "cats") -> tuple[list[str], list[str]]:
    return [f"{label}/{number}.jpg" for number in range(count)], [label] * count


def test_the_splits_of_these_names_are_the_same_on_every_machine_and_in_every_version() -> None:
    names, labels = named(10)
    found = assign_splits(names, labels, valid=0.2, test=0.1)
    assert "".join(split[1] for split in found) == "rerrarrarr", "t(r)ain, v(a)lid or t(e)st: 0.jpg to 9.jpg"
    # By hand: of each class, the lowest digests are "valid", the highest "test".
    by_digest = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    assert [found[names.index(name)] for name in by_digest] == ["valid"] * 2 + ["train"] * 7 + ["test"]


def test_neither_the_order_of_the_names_nor_how_accents_are_kept_changes_a_split() -> None:
    names = [f"café/é{number}.jpg" for number in range(60)]
    labels = [("cats", "dogs", "mice")[number % 3] for number in range(60)]
    expected = dict(zip(names, assign_splits(names, labels, valid=0.25, test=0.2), strict=True))
    order = np.random.default_rng(0).permutation(60)
    shuffled = [names[place] for place in order]
    found = assign_splits(shuffled, [labels[place] for place in order], valid=0.25, test=0.2)
    assert dict(zip(shuffled, found, strict=True)) == expected
    apart = [unicodedata.normalize("NFD", name) for name in names]
    assert apart != names
    assert assign_splits(apart, labels, valid=0.25, test=0.2) == list(expected.values())
    assert assign_splits([os.fsdecode(b"caf\xe9"), "b"], ["cats"] * 2, valid=0.5).count("valid") == 1


@pytest.mark.parametrize("shares", [(0.2, 0.0), (0.5, 0.0), (0.01, 0.01), (0.6, 0.39), (0.0, 0.3), (0.99, 0.0), (0, 0)])
@pytest.mark.parametrize("count", [*range(3, 25), 100, 1001])
def test_each_class_has_its_share_in_each_split_and_one_picture_or_more(
    count: int, shares: tuple[float, float]
) -> None:
    valid, test = shares
    names, labels = (one + other for one, other in zip(named(count), named(3 * count, "dogs"), strict=True))
    found = assign_splits(names, labels, valid=valid, test=test)
    for label, total in (("cats", count), ("dogs", 3 * count)):
        have = Counter(split for split, of in zip(found, labels, strict=True) if of == label)
        assert have["train"] >= 1
        for split, share in (("valid", valid), ("test", test)):
            assert (have[split] >= 1) == (share > 0)
            if total * min(filter(None, (valid, test, 1 - valid - test))) >= 2:
                assert abs(have[split] - total * share) <= 0.5 + 1e-9


@pytest.mark.parametrize("test", [0.0, 0.15])
def test_an_added_picture_moves_one_picture_at_most_over_each_border_and_none_of_another_class(test: float) -> None:
    names, labels = named(300)
    others = named(50, "dogs")
    before: dict[str, str] = {}
    moved: Counter[tuple[str, str]] = Counter()
    for count in range(20, 301):
        now_names, now_labels = names[:count] + others[0], labels[:count] + others[1]
        now = dict(zip(now_names, assign_splits(now_names, now_labels, valid=0.2, test=test), strict=True))
        changes = [(name, before[name], now[name]) for name in before if before[name] != now[name]]
        assert all(name.startswith("cats") for name, _, _ in changes)
        assert all("train" in (old, new) for _, old, new in changes), "none goes from valid to test, or back"
        assert len(changes) <= 1 + (test > 0)
        moved.update((old, new) for _, old, new in changes)
        before = now
    first = dict(zip(names[:150], assign_splits(names[:150], labels[:150], valid=0.2, test=test), strict=True))
    assert sum(first[name] != before[name] for name in first) <= 15, "of 150 pictures, when as many are added"


def test_too_few_pictures_of_a_class_and_shares_that_cannot_be_are_told_in_a_sentence() -> None:
    with pytest.raises(ValueError, match=r"^of the class 'cats', train, valid, test need a picture each; it has 2$"):
        assign_splits(*named(2), valid=0.2, test=0.2)
    assert sorted(assign_splits(*named(3), valid=0.01, test=0.01)) == ["test", "train", "valid"]
    assert assign_splits([], [], valid=0.2) == []
    for valid, test in ((1, 0), (-0.1, 0), (0.5, 0.5), ("0.2", 0), (0.2, None), (float("nan"), 0), (True, 0)):
        with pytest.raises(ValueError, match=r"they are shares, such as 0\.2, and below 1 together"):
            assign_splits(*named(5), valid=valid, test=test)


def test_a_name_that_holds_half_a_character_has_its_split_too() -> None:
    names = [f"{number}\ud800.jpg" for number in range(20)] + [f"{number}\udcff.jpg" for number in range(20)]
    splits = assign_splits(names, ["a"] * 20 + ["b"] * 20, valid=0.2)
    assert sorted(splits) == ["train"] * 32 + ["valid"] * 8
    assert splits == assign_splits(names, ["a"] * 20 + ["b"] * 20, valid=0.2)
