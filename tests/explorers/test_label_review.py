"""The label review without a browser: which labels are doubted, what is decided, and that no file is touched."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers import ConvLearner, ImageClassifierData, tfms_from_model
from helpers.explorers.label_review import Review, review_labels
from helpers.explorers.label_review.state import ReviewState, doubts
from helpers.explorers.label_review.view import MOST, ReviewView, text_form
from helpers.files.contents import content_digests
from tests.explorers.telling import tell
from tests.pictures import data_in, files_of_at_most, make_pictures, picture_of

pytest.importorskip("anywidget")
SIZE = 48
PLANTED = "train/cats/cat.9999.jpg"  # a dog


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> ConvLearner:
    folder = make_pictures(tmp_path_factory.mktemp("review") / "some pictures", train=14, valid=8)
    picture_of("dogs", 777).save(folder / PLANTED)
    learn = ConvLearner.pretrained("resnet10", data_in(folder, size=SIZE), precompute=True, seed=1)
    learn.fit(0.01, 6)
    return learn


@pytest.fixture
def review(learner: ConvLearner) -> Review:
    return Review(learner.data, ReviewState(doubts(learner)))


@pytest.fixture
def view(review: Review) -> ReviewView:
    return ReviewView(review)


def lines(view: ReviewView, part: str) -> str:
    return " ".join(one if isinstance(one, str) else " ".join(one) for one in view.sent[part]["lines"])


# Which are doubted


def test_a_planted_wrong_label_is_doubted_most(learner: ConvLearner) -> None:
    first = doubts(learner)[0]
    assert first.path == learner.data.path / PLANTED
    assert (first.split, first.label, first.said) == ("train", "cats", "dogs")
    assert repr(first) == f"{PLANTED} is labelled cats; the model says dogs, {100 * first.probability:.1f} %"


def test_doubts_are_in_the_order_of_the_probability_of_the_label(learner: ConvLearner) -> None:
    found, wanted = doubts(learner, 40), []
    for split in ("train", "valid"):
        said = learner.predict_all(split)
        given = said.probabilities[np.arange(len(said)), said.known_labels]
        wanted += [*zip(given.tolist(), said.paths, strict=True)]
    assert [(doubt.given, doubt.path) for doubt in found] == sorted(wanted)[:40]
    assert all(doubt.split == doubt.path.parts[-3] for doubt in found)


# What is decided


def test_a_decision_is_made_changed_and_taken_back(view: ReviewView, review: Review) -> None:
    path = review.state.doubts[0].path
    tell(view, "decision", value=1)
    assert review.decisions == {path: "dogs"}
    tell(view, "decision", value=2)
    assert review.decisions == {path: None}
    assert repr(review) == "0 labels changed, 1 picture set aside"
    tell(view, "undo")
    assert review.decisions == {path: "dogs"}
    tell(view, "decision", value=0)  # its own label
    assert review.decisions == {}
    tell(view, "undo")
    assert review.decisions == {path: "dogs"}
    assert repr(review) == "1 label changed, 0 pictures set aside"
    tell(view, "undo")
    assert review.decisions == {}


def test_a_decision_in_code_is_seen_in_the_page(view: ReviewView, review: Review) -> None:
    review.decide(PLANTED, "dogs")
    assert "1 label changed" in lines(view, "count")
    assert view.canvas.changes["entries"].keys() >= {"count", "decision", "marks"}
    tell(view, "decision", value=0)
    assert review.decisions == {}


def test_next_and_the_strip_choose_pictures(view: ReviewView, review: Review) -> None:
    for key, wanted in (("End", MOST - 1), ("ArrowRight", MOST - 1), ("ArrowUp", MOST - 9), ("Home", 0), ("a", 0)):
        tell(view, "strip", key=key)
        assert review.state.chosen == wanted, key
    tell(view, "next")
    assert review.state.chosen == 1
    tell(view, "strip", x=2.5, y=1.7)
    assert review.state.chosen == 10
    assert review.state.doubt.name in lines(view, "said")
    tell(view, "strip", x=2.5, y=3.95)  # below the last row
    assert review.state.chosen == 10
    tell(view, "strip", key="End")
    tell(view, "next")
    assert review.state.chosen == 0


def test_what_was_decided_is_seen_below_the_small_pictures(view: ReviewView) -> None:
    tell(view, "decision", value=1)
    tell(view, "next")
    tell(view, "decision", value=2)
    said = [item for item in view.sent["marks"]["items"] if item["kind"] == "text"]
    assert [item["text"] for item in said[:2]] == ["→ dogs", "aside"]
    assert [item["bold"] for item in said[:3]] == [True, True, False]
    assert "1 label changed, 1 picture set aside" in lines(view, "count")


@pytest.mark.parametrize("name", ["cat.9999.jpg", "cats/cat.9999.jpg", PLANTED])
def test_a_decision_in_a_line_of_code(review: Review, name: str) -> None:
    review.decide(name, "dogs")
    assert review.decisions == {review.data.path / PLANTED: "dogs"}
    review.decide(review.data.path / PLANTED, None)
    assert review.decisions == {review.data.path / PLANTED: None}
    review.decide(name, "cats")
    assert review.decisions == {}


@pytest.mark.parametrize(("picture", "label", "says"), [
    ("cat.9999.jpg", "cow", r"got label='cow'; it is one of 'cats', 'dogs', or None"),
    ("nothing.jpg", "dogs", "got 'nothing.jpg', which is none of the pictures; give more of its path"),
    ("", "dogs", "which is none of the pictures"),
    ("9999.jpg", "dogs", "which is none of the pictures"),
])  # fmt: skip
def test_a_decision_that_cannot_be_is_refused(review: Review, picture: str, label: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        review.decide(picture, label)
    assert review.decisions == {}


def test_an_end_that_several_pictures_have_is_refused(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "twice", train=3, valid=2)
    for label in ("cats", "dogs"):
        picture_of(label, 1).save(folder / "train" / label / "same.jpg")
    learn = ConvLearner.pretrained("resnet10", data_in(folder, size=SIZE), seed=1)
    review = Review(learn.data, ReviewState(doubts(learn)))
    with pytest.raises(ValueError, match=r"ends the paths of 2 pictures: cats/same\.jpg, dogs/same\.jpg"):
        review.decide("same.jpg", None)


# What becomes of it


def test_labels_stand_in_the_order_of_the_activations(learner: ConvLearner, review: Review) -> None:
    review.decide(PLANTED, "dogs")
    other = learner.data.train.paths[3]
    review.decide(other, None)
    labels, before = review.labels(), learner.data.train.known_labels
    changed = np.flatnonzero(labels != before)
    assert {learner.data.train.paths[place]: labels[place] for place in changed} == {
        review.data.path / PLANTED: 1,
        other: -1,
    }
    assert len(labels) == len(learner.activations("train").features)
    assert np.array_equal(review.labels("valid"), learner.data.valid.known_labels)


def test_from_csv_reads_what_is_saved_and_no_file_is_moved(review: Review, tmp_path: Path) -> None:
    everything = sorted(file for file in review.data.path.rglob("*") if file.is_file())
    before = content_digests(tuple(everything), tmp_path / "remembered.json")
    review.decide(PLANTED, "dogs")
    aside = review.data.valid.paths[0]
    review.decide(aside, None)
    table = review.save(tmp_path / "my labels.csv")
    assert content_digests(tuple(everything), tmp_path / "remembered.json", verify=True) == before
    data = ImageClassifierData.from_csv(review.data.path, table, tfms=tfms_from_model("resnet10", SIZE))
    for split in ("train", "valid"):
        old, new = review.data.split(split), data.split(split)
        wanted = {path: label for path, label in zip(old.paths, review.labels(split), strict=True) if label >= 0}
        assert dict(zip(new.paths, new.known_labels, strict=True)) == wanted
    assert aside not in data.valid.paths
    assert len(data.train) == len(review.data.train)


def test_what_is_saved_is_read_by_three_lines_of_one_s_own(review: Review, tmp_path: Path) -> None:
    review.decide(PLANTED, "dogs")
    with review.save(tmp_path / "labels.csv").open(newline="") as file:
        rows = [*csv.DictReader(file)]
    assert {row["file"]: row["label"] for row in rows}[PLANTED] == "dogs"
    assert all((review.data.path / row["file"]).is_file() for row in rows)
    assert len(rows) == len(review.data.train) + len(review.data.valid)


def test_no_file_is_overwritten_and_none_is_half_written(review: Review, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("mine")
    (tmp_path / "labels-2.csv").mkdir()
    first = review.save(table)
    assert (table.read_text(), first.name) == ("mine", "labels-3.csv")
    assert review.save(table) == first, "the same once more is the same file"
    review.decide(PLANTED, None)
    second = review.save(table)
    assert second.name == "labels-4.csv"
    assert first.read_bytes() != second.read_bytes()
    with files_of_at_most(100), pytest.raises(ValueError, match=r"full\.csv cannot be written"):
        review.save(tmp_path / "full.csv")
    with pytest.raises(ValueError, match=r"labels\.csv cannot be written"):
        review.save(table / "labels.csv")
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"labels{end}.csv" for end in ("-2", "-3", "-4", "")]


# What it is given


def test_it_prints_what_to_type_where_it_cannot_be_drawn(
    learner: ConvLearner, capsys: pytest.CaptureFixture[str]
) -> None:
    review = review_labels(learner)
    said = capsys.readouterr().out.splitlines()
    assert said[1:3] == [f"  review.decide({PLANTED!r}, 'dogs')  # or None, to set it aside", f"{review.state.doubt}."]
    assert str(learner.data.path) not in text_form(review.state)
    assert eval(said[1].split("#")[0], {"review": review}) is None
    assert review.decisions == {review.data.path / PLANTED: "dogs"}


@pytest.mark.parametrize("n", [0, MOST + 1, -1])
def test_another_number_is_refused(learner: ConvLearner, n: int) -> None:
    with pytest.raises(ValueError, match=rf"got n={n}; it is how many pictures are shown, 1 to {MOST}"):
        review_labels(learner, n)


def test_what_is_no_learner_is_refused() -> None:
    wrong: Any = 3
    with pytest.raises(TypeError, match="got int; give a learner"):
        review_labels(wrong)


def test_a_picture_that_is_gone_is_grey(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "gone", train=3, valid=2)
    learn = ConvLearner.pretrained("resnet10", data_in(folder, size=SIZE), seed=1)
    review = Review(learn.data, ReviewState(doubts(learn)))
    review.state.doubt.path.unlink()
    pixels = ReviewView(review).sent["large"]["items"][0]["pixels"]
    assert {*np.frombuffer(pixels["bytes"], np.uint8).tolist()} == {190}
