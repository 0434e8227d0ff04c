"""Labels from a CSV file and from the names of files: what is taken, and the sentence for everything that is wrong."""

import csv
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from helpers import ImageClassifierData, tfms_from_model
from helpers.folders import assign_splits
from tests.pictures import picture_of

TFMS = tfms_from_model("resnet10", 32)

PETS = r"(.+)_\d+\.jpg"


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Return a folder of 5 pictures a breed, named as in the Oxford pets: cats have a capital letter."""
    root = tmp_path / "pets"
    root.mkdir()
    for breed in ("Maine_Coon", "beagle"):
        for number in range(1, 6):
            picture_of(breed, number).save(root / f"{breed}_{number}.jpg")
    return root


def rows_of(root: Path) -> list[list[str]]:
    return [[path.name, path.name.rpartition("_")[0]] for path in sorted(root.glob("*.jpg"))]


def write(root: Path, rows: Iterable[Iterable[str]], header: str = "file,label", name: str = "labels.csv") -> Path:
    with (root / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return root / name


def from_csv(root: Path, table: str | Path = "labels.csv", **choices: object) -> ImageClassifierData:
    return ImageClassifierData.from_csv(root, table, **{"tfms": TFMS, **choices})


def from_names(root: Path, pattern: object = PETS, **choices: object) -> ImageClassifierData:
    return ImageClassifierData.from_names(root, pattern, **{"tfms": TFMS, **choices})


def told(data: ImageClassifierData) -> dict[str, tuple[str, str]]:
    """Return what each picture was taken for: name → class and split."""
    return {
        path.relative_to(data.path).as_posix(): (data.classes[label], split.name)
        for split in data.splits.values()
        for path, label in zip(split.paths, split.known_labels, strict=True)
    }


def refusal(act: object, *arguments: object, kind: type[Exception] = ValueError, **choices: object) -> str:
    with pytest.raises(kind) as caught:
        act(*arguments, **choices)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return message


# A CSV file -----------------------------------------------------------------------------------------------------------


def test_a_csv_file_says_label_and_split_of_each_picture(pets: Path) -> None:
    splits = ["train", "train", "valid", "test", "train"] * 2
    rows = [[name, label, split] for (name, label), split in zip(rows_of(pets), splits, strict=True)]
    write(pets, rows[::-1], "file,label,split")
    data = from_csv(pets)
    assert data.classes == ("Maine_Coon", "beagle")
    assert told(data) == {name: (label, split) for name, label, split in rows}
    assert list(data.splits) == ["train", "valid", "test"]
    assert data.train.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert list(data.train.paths[:3]) == sorted(data.train.paths[:3])


@pytest.mark.parametrize("shares", [{}, {"valid": 0.4}, {"valid": 0.2, "test": 0.2}])
def test_without_splits_the_names_decide(pets: Path, shares: dict[str, float]) -> None:
    rows = rows_of(pets)
    write(pets, rows)
    names, labels = zip(*rows, strict=True)
    expected = assign_splits(names, labels, **{"valid": 0.2, **shares})
    assert told(from_csv(pets, **shares)) == {
        name: (label, split) for (name, label), split in zip(rows, expected, strict=True)
    }
    write(pets, rows[::-1])
    assert told(from_csv(pets, **shares)) == told(from_names(pets, **shares))


def test_columns_may_have_other_names_and_places(pets: Path) -> None:
    rows = [[number, label, "x", name] for number, (name, label) in enumerate(rows_of(pets))]
    write(pets, rows, "id,breed,note,image")
    assert told(from_csv(pets, columns=("image", "breed"))) == told(from_names(pets))


def test_a_column_of_splits_may_have_another_name_and_then_must_be_there(pets: Path) -> None:
    rows = [[*row, "valid" if "_1" in row[0] else "train"] for row in rows_of(pets)]
    write(pets, rows, "file,label,part")
    assert len(from_csv(pets, columns=("file", "label", "part")).valid) == 2
    assert "has no column 'parts'" in refusal(from_csv, pets, columns=("file", "label", "parts"))


def test_the_file_may_have_a_mark_spaces_quotes_blank_lines_and_any_end_of_line(pets: Path) -> None:
    write(pets, rows_of(pets))
    expected, text = told(from_csv(pets)), (pets / "labels.csv").read_text("utf-8")
    spaced = text.replace("file,label", " file , label ").replace(",", " , ").replace("\r\n", "\r\n\r\n , \r\n")
    quoted = re.sub(r"^(.*),(.*?)\s*$", r'"\1","\2"', text, flags=re.MULTILINE)
    for content in (
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\r\n", "\n").encode(),
        text.replace("\r\n", "\r").encode(),
        text.rstrip().encode(),
        spaced.encode(),
        quoted.encode(),
    ):
        (pets / "labels.csv").write_bytes(content)
        assert told(from_csv(pets)) == expected


def test_a_csv_file_is_found_from_here_or_in_the_folder(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(pets, rows_of(pets))
    elsewhere = pets.parent / "other.csv"
    elsewhere.write_bytes((pets / "labels.csv").read_bytes())
    monkeypatch.chdir(pets.parent)
    for table in ("labels.csv", "pets/labels.csv", pets / "labels.csv", elsewhere, "other.csv", Path("other.csv")):
        assert len(told(from_csv(Path("pets"), table))) == 10


def test_names_lead_into_folders_and_one_file_may_be_written_in_two_ways(pets: Path) -> None:
    (pets / "cats").mkdir()
    for path in pets.glob("Maine*"):
        path.rename(pets / "cats" / path.name)
    rows = [[path.relative_to(pets).as_posix(), path.name[:-6]] for path in sorted(pets.glob("**/*.jpg"))]
    again = [["./beagle_1.jpg", "beagle"], ["cats/../cats//Maine_Coon_1.jpg", "Maine_Coon"], rows[0]]
    write(pets, [*rows, *again, [str(pets / "beagle_2.jpg"), "beagle"]])
    assert set(told(from_csv(pets))) == {name for name, _ in rows}


def test_pictures_that_the_file_does_not_name_are_passed_over(pets: Path) -> None:
    rows = rows_of(pets)
    write(pets, [row for row in rows if "_5" not in row[0]])
    (pets / "models").mkdir()
    (pets / "models" / "first.safetensors").touch()
    (pets / "notes.txt").touch()
    data = from_csv(pets)
    expected = [("not in labels.csv", "Maine_Coon_5.jpg"), ("not in labels.csv", "beagle_5.jpg")]
    assert data.train.passed_over == expected
    assert data.valid.passed_over == []
    assert [line.strip() for line in repr(data).splitlines()] == [
        "Pictures in pets, made 32 × 32, batches of 64",
        "train        6   Maine_Coon 3, beagle 3",
        "passed over: 2 × not in labels.csv (Maine_Coon_5.jpg, …)",
        "valid        2   Maine_Coon 1, beagle 1",
    ]


# What is wrong with a CSV file ----------------------------------------------------------------------------------------


def test_a_missing_file_is_answered_with_those_there_are(pets: Path) -> None:
    message = refusal(from_csv, pets, "lables.csv", kind=FileNotFoundError)
    assert "lables.csv was not found, neither here nor in pets; the CSV files there: none" in message
    write(pets, rows_of(pets))
    message = refusal(from_csv, pets, "lables.csv", kind=FileNotFoundError)
    assert message.endswith("the CSV files there: labels.csv")
    assert "was not found" in refusal(from_csv, pets, ".", kind=FileNotFoundError)


@pytest.mark.parametrize("act", [from_csv, from_names])
def test_a_missing_folder_is_answered_with_the_nearest_name(pets: Path, act: object) -> None:
    message = refusal(act, pets.parent / "pet", kind=FileNotFoundError)
    assert "pet was not found; the folders there are pets; did you mean 'pets'?" in message
    assert "is a file; we need the folder that holds pictures" in refusal(
        act, pets / "beagle_1.jpg", kind=FileNotFoundError
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no column 'file': its first line names none"),
        (b"image,breed\na.jpg,cat\n", "has no column 'file': its first line names 'image', 'breed'; type those"),
        (b"file,breed\na.jpg,cat\n", "has no column 'label': its first line names 'file', 'breed'"),
        (b"file;label\na.jpg;cat\n", "has no column 'file': its columns are separated by semicolons; save it with com"),
        (b"file,label\n", "holds no pictures with a label; a classifier needs two or more"),
        (b"file,label\nbeagle_1.jpg,dog\n\nbeagle_2.jpg,\n", "line 4 of labels.csv has no label; fill it in"),
        (b"file,label\nbeagle_1.jpg,dog\nbeagle_2.jpg\n", "line 3 of labels.csv has no label"),
        (b"file,label\nbeagle_1.jpg,dog, small\n", "line 2 of labels.csv has more cells than the first line; put text"),
        (b"file,label\n ,dog\n", "line 2 of labels.csv has no file"),
        (b"file,label,split\nbeagle_1.jpg,dog,\n", "line 2 of labels.csv has no split"),
        (b"file,label,split\nbeagle_1.jpg,dog,val\n", "has the split 'val'; it is one of train, valid, test"),
        (b"file,label\nbeagle_1.jpg,caf\xe9\n", "labels.csv cannot be read (not UTF-8); save it as CSV in UTF-8"),
        ("file,label\nbeagle_1.jpg,dog\n".encode("utf-16"), "labels.csv cannot be read (not UTF-8)"),
        (b'file,label\nbeagle_1.jpg,"dog\nbeagle_2.jpg,dog\n', "labels.csv cannot be read (unexpected end of data)"),
        (b"file,label\nbeagle_1.jpg,dog\nbeagle_2.jpg,dog\n", "labels.csv holds only one class, 'dog'; a classifier"),
        (
            b"file,label\n" + b"".join(b"beagle_%d.jpg,%s\n" % (i, (b"cat", b"d" * 2001)[i % 2]) for i in range(1, 5)),
            f"labels.csv holds a class of 2,001 characters, '{'d' * 30}…{'d' * 29}'; give it a name of 2,000 or fewer",
        ),
        (b"file,label\n../x.jpg,dog\n", "line 2 of labels.csv leads out of pets: '../x.jpg'; move the file into it"),
        (b"file,label\na/../../pets2/x.jpg,dog\n", "leads out of pets: 'a/../../pets2/x.jpg'"),
        (b"file,label\n/etc/passwd,dog\n", "leads out of pets: '/etc/passwd'"),
        (b"file,label\n..,dog\n", "leads out of pets: '..'"),
        (
            b"file,label\nbeagle_1.jpg,dog\n./beagle_1.jpg,cat\n",
            "line 3 of labels.csv has './beagle_1.jpg' a second time (dog; now cat); keep one of them",
        ),
        (
            b"file,label,split\nbeagle_1.jpg,dog,train\nbeagle_1.jpg,dog,valid\n",
            "has 'beagle_1.jpg' a second time (dog, train; now dog, valid); keep one of them",
        ),
        (
            b"file,label,split\nbeagle_1.jpg,dog,train\nbeagle_2.jpg,cat,train\nbeagle_3.jpg,dog,valid\n",
            "labels.csv has no valid pictures of the class 'cat'; add some, or take the class out of every split",
        ),
        (
            b"file,label,split\nbeagle_1.jpg,dog,valid\nbeagle_2.jpg,cat,train\nbeagle_3.jpg,cat,valid\n",
            "labels.csv has no train pictures of the class 'dog'",
        ),
        (
            b"file,label\nbeagle_1.jpg,dog\nbeagle_2.jpg,dog\nbeagle_3.jpg,cat\n",
            "of the class 'cat', train, valid need a picture each; it has 1",
        ),
    ],
)
def test_what_is_wrong_with_a_csv_file_is_told_in_a_sentence(pets: Path, content: bytes, words: str) -> None:
    (pets / "labels.csv").write_bytes(content)
    before = sorted(pets.iterdir())
    assert words in refusal(from_csv, pets)
    assert sorted(pets.iterdir()) == before


def test_a_class_without_test_pictures_is_named_where_there_are_test_pictures(pets: Path) -> None:
    rows = [[*row, "valid" if "_1" in row[0] else "train"] for row in rows_of(pets)]
    rows[4][2] = "test"
    write(pets, rows, "file,label,split")
    assert "labels.csv has no test pictures of the class 'beagle'" in refusal(from_csv, pets)


def test_files_that_are_not_there_are_counted_and_three_are_named(pets: Path) -> None:
    rows = rows_of(pets)
    (pets / "folder.jpg").mkdir()
    write(pets, [*rows, ["folder.jpg", "beagle"], *([f"no_{number}.jpg", "beagle"] for number in range(1200))])
    message = refusal(from_csv, pets, kind=FileNotFoundError)
    assert "1,201 of the 1,211 files in labels.csv are not in pets: " in message
    assert ": folder.jpg, no_0.jpg, no_1.jpg and 1,198 more; name them as seen from there" in message


@pytest.mark.parametrize("wrong", ["file", ("file",), ("a", "b", "c", "d")])
def test_columns_of_another_number_are_refused(pets: Path, wrong: object) -> None:
    write(pets, rows_of(pets))
    assert 'such as columns=("file", "label")' in refusal(from_csv, pets, columns=wrong)


@pytest.mark.parametrize("long", ["x" * 250, "ü" * 120])
def test_messages_about_the_longest_names_stay_short(pets: Path, long: str) -> None:
    for header, row in (
        (f"{long},{long}a,{long}b,{long}c,{long}d", []),
        ("file,label", [f"{long}/{long}.jpg", long]),
        ("file,label", [f"../{long}.jpg", long]),
        ("file,label,split", ["beagle_1.jpg", long, long]),
    ):
        write(pets, [row, [f"{long}.jpg", long], [f"{long}.png", long], [f"{long}.gif", long]], header, f"{long}.csv")
        refusal(from_csv, pets, f"{long}.csv", kind=(ValueError, FileNotFoundError))
    write(pets, [["beagle_1.jpg", long], ["beagle_1.jpg", f"{long}b"]], name=f"{long}.csv")
    refusal(from_csv, pets, f"{long}.csv")
    refusal(from_csv, pets, f"{long}.txt", kind=FileNotFoundError)
    refusal(from_names, pets, f"({long})")
    refusal(from_names, pets, f"({long}")


# Names of files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", [PETS, re.compile(PETS), r"^(.*)_", "(beagle|Maine_Coon)"])
def test_the_group_of_a_pattern_is_the_label(pets: Path, pattern: object) -> None:
    data = from_names(pets, pattern)
    assert data.classes == ("Maine_Coon", "beagle")
    assert {name: label for name, (label, _) in told(data).items()} == dict(rows_of(pets))
    assert (len(data.train), len(data.valid), list(data.splits)) == (8, 2, ["train", "valid"])


def test_a_function_of_the_name_gives_the_label_or_none(pets: Path) -> None:
    data = from_names(pets, lambda name: "cat" if name[0].isupper() else "dog")
    assert data.classes == ("cat", "dog")
    assert all((label == "cat") == name.startswith("Maine") for name, (label, _) in told(data).items())
    assert from_names(pets, lambda name: name[0].isupper()).classes == ("False", "True")
    some = from_names(pets, lambda name: None if "_1" in name else "" if "_2" in name else name[0])
    assert some.train.passed_over == [
        ("no label in its name", f"{breed}_{number}.jpg") for breed in ("Maine_Coon", "beagle") for number in (1, 2)
    ]
    assert sum(map(len, some.splits.values())) == 6


def test_pictures_in_folders_are_found_and_what_is_no_picture_is_passed_over(pets: Path) -> None:
    (pets / "more").mkdir()
    (pets / "models").mkdir()
    (pets / "beagle_5.jpg").rename(pets / "more" / "beagle_5.jpg")
    for name in ("models/first.safetensors", "more/Abyssinian_100.mat", ".hidden_1.jpg"):
        (pets / name).touch()
    (pets / "odd.jpg").touch()
    data = from_names(pets)
    assert told(data)["more/beagle_5.jpg"][0] == "beagle"
    assert data.train.passed_over == [(".mat", "more/Abyssinian_100.mat"), ("no label in its name", "odd.jpg")]
    assert "beside" not in repr(data)
    with pytest.raises(ValueError, match=r"these pictures have 'train', 'valid'$"):
        _ = data.test


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(.+)-\d+\.jpg", "finds no label in any of the 10 names in pets, such as 'Maine_Coon_1.jpg'"),
        (r"()_", "finds no label in any of the 10 names"),
        (r"_\d|(x)", "finds no label in any of the 10 names"),
        (r".+_\d+", "got pattern='.+_\\\\d+' with 0 groups; put the one part of a name that is the label in brackets"),
        (r"(.+)_(\d+)", "with 2 groups"),
        (r"(.+_", "got pattern='(.+_' (missing ), unterminated subpattern at position 0); it is a regular expression"),
        ("a{99999999999}", "it is a regular expression with one group"),
        (5, "got pattern='5'"),
        (None, "got pattern='None'"),
        (re.compile(b"(.+)_"), "with 1 groups"),
        (lambda name: None, "finds no label in any of the 10 names"),
        (lambda name: "cat", "pets holds only one class, 'cat'; a classifier needs two or more"),
    ],
)
def test_what_is_wrong_with_a_pattern_is_told_in_a_sentence(pets: Path, pattern: object, words: str) -> None:
    assert words in refusal(from_names, pets, pattern)


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    assert "holds no pictures with a label" in refusal(from_names, tmp_path)


@pytest.mark.parametrize("act", [from_csv, from_names])
@pytest.mark.parametrize("shares", [{"valid": 1}, {"valid": -0.1}, {"valid": 0.5, "test": 0.5}, {"valid": "0.2"}])
def test_shares_that_cannot_be_are_refused(pets: Path, act: object, shares: dict[str, object]) -> None:
    write(pets, rows_of(pets))
    assert "they are shares, such as 0.2, and below 1 together" in refusal(act, pets, **shares)


@pytest.mark.parametrize("act", [from_csv, from_names])
def test_further_choices_are_those_of_from_paths(pets: Path, act: object) -> None:
    write(pets, rows_of(pets))
    data = act(pets, batch_size=4, num_workers=3)
    assert (data.batch_size, data.num_workers, data.tfms) == (4, 3, TFMS)
    assert "got batch_size=1" in refusal(act, pets, batch_size=1)
    assert "got num_workers=-1" in refusal(act, pets, num_workers=-1)
    assert "type tfms=tfms_from_model(arch, sz)" in refusal(act, pets, tfms=None, kind=TypeError)


def test_a_picture_that_is_a_broken_link_is_not_there_for_a_csv_file_and_unreadable_for_a_pattern(pets: Path) -> None:
    write(pets, rows_of(pets))
    os.unlink(pets / "beagle_1.jpg")
    (pets / "beagle_1.jpg").symlink_to("nowhere.jpg")
    assert "1 of the 10 files" in refusal(from_csv, pets, kind=FileNotFoundError)
    data = from_names(pets)
    assert sum(len(batch.indices) for split in data.splits for batch in data.batches(split)) == 9
    assert list(data.unreadable) == [pets / "beagle_1.jpg"]
