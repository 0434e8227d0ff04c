"""The prediction app without a browser: it says what the model says of the same picture, whatever is drawn on it."""

import io
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image

from helpers import ConvLearner, load_model
from helpers.explorers.drawing_pad import Stroke, draw_strokes
from helpers.explorers.prediction_app import prediction_app
from helpers.explorers.prediction_app.figures import IN_A_ROW, MOST_BARS
from helpers.explorers.prediction_app.state import MOST, AppState, app_state
from helpers.explorers.prediction_app.view import AppView, text_form
from helpers.files.images import ImageError
from helpers.lessons.inside import class_activation_map
from helpers.lessons.unfamiliar import Familiarity
from tests.explorers.telling import tell
from tests.pictures import data_in, make_pictures, noise

pytest.importorskip("anywidget")
SIZE = 48
LINE = {"x": [30.0, 120.0, 220.0], "y": [40.0, 180.0, 60.0]}
POINTS = [*zip(LINE["x"], LINE["y"], strict=True)]


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> ConvLearner:
    folder = make_pictures(tmp_path_factory.mktemp("app") / "pictures", train=20, valid=24)
    return ConvLearner.pretrained("resnet10", data_in(folder, size=SIZE), precompute=True, seed=1)


@pytest.fixture(scope="module")
def familiar(learner: ConvLearner) -> Familiarity:
    return Familiarity.of(learner, false_alarms=0.2)


@pytest.fixture
def view(learner: ConvLearner, familiar: Familiarity) -> AppView:
    return AppView(app_state(learner, None, familiar))


def lines(view: AppView, part: str = "said") -> str:
    return " ".join(one if isinstance(one, str) else " ".join(one) for one in view.sent[part]["lines"])


def upload(view: AppView, name: str, content: bytes) -> dict[str, Any]:
    number = view.canvas.changes.get("answer", 0) + 1
    message = {"name": "upload", "value": name, "number": number, "gesture": 5000 + number, "shown": None}
    view._told(None, message, [content])
    assert view.sent["error"]["lines"] == []
    return view.canvas.changes


# What the model sees


def test_it_says_of_a_file_what_the_learner_says(learner: ConvLearner, familiar: Familiarity) -> None:
    for path in learner.data.valid.paths[:6]:
        state, said = app_state(learner, [path], familiar), learner.predict(path)
        assert state.said.label == said.label
        assert np.array_equal(state.said.probabilities, said.probabilities)
        assert state.distance == familiar.distance(path)
        assert state.looks_like_neither == familiar.looks_like_neither(path)
        wanted = class_activation_map(learner, path, said.label)
        assert np.array_equal(state.evidence.values, wanted.values)
        assert state.picture.name == path.name


def test_a_drawing_on_the_white_sheet_is_the_pad_s_drawing(view: AppView, learner: ConvLearner) -> None:
    tell(view, "strip", x=0.5, y=0.5)
    assert view.state.picture.name == "white sheet"
    tell(view, "width", value=2)
    tell(view, "pen", x=220.0, y=60.0, trail=LINE)
    drawing = draw_strokes([Stroke(POINTS, 16.0)], SIZE)
    assert np.array_equal(view.state.pixels, drawing)
    assert np.array_equal(view.state.said.probabilities, learner.predict(drawing).probabilities)
    share = 100 * view.state.said.probability
    assert f"{view.state.said.label}, {share:.1f}\u00a0%" in lines(view)


def test_the_pen_blackens_a_picture_and_leaves_the_rest_of_it(view: AppView) -> None:
    before = view.state.pixels
    tell(view, "pen", x=220.0, y=60.0, trail=LINE)
    ink = draw_strokes([Stroke(POINTS, 8.0)], SIZE)
    after = view.state.pixels
    assert np.array_equal(after[ink == 255], before[ink == 255])
    assert (after[ink == 0] == 0).all()
    assert np.abs(after - before * (ink / 255)).max() <= 0.5
    tell(view, "clear")
    assert np.array_equal(view.state.pixels, before)
    tell(view, "undo")
    assert np.array_equal(view.state.pixels, after)
    tell(view, "undo")
    assert np.array_equal(view.state.pixels, before)


def test_another_picture_takes_the_drawing_away_and_undo_brings_it_back(view: AppView) -> None:
    tell(view, "pen", x=220.0, y=60.0, trail=LINE)
    chosen, drawn = view.state.chosen, view.state.strokes
    tell(view, "strip", key="ArrowRight")
    assert (view.state.chosen, view.state.strokes) == (chosen + 1, ())
    tell(view, "undo")
    assert (view.state.chosen, view.state.strokes) == (chosen, drawn)


def test_the_strip_is_chosen_from_by_keys_and_clicks(view: AppView) -> None:
    last = len(view.state.pictures) - 1
    for key, wanted in (
        ("End", last),
        ("ArrowRight", last),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("ArrowRight", 1),
        ("a", 1),
    ):
        tell(view, "strip", key=key)
        assert view.state.chosen == wanted, key
    tell(view, "strip", x=5.4, y=0.2)
    assert view.state.chosen == 5
    for x, y in ((IN_A_ROW - 0.5, 0.5), (3, 1.5)):  # beside the last one, and below
        tell(view, "strip", x=x, y=y)
        assert view.state.chosen == 5


@pytest.mark.parametrize("turned", [False, True])
def test_an_upload_is_what_the_file_would_be(view: AppView, learner: ConvLearner, tmp_path: Path, turned: bool) -> None:
    file, exif = tmp_path / "été à la mer.jpg", Image.Exif()
    exif[0x0112] = 6 if turned else 1
    Image.fromarray(noise(90, 60, seed=3)).save(file, exif=exif, quality=90)
    upload(view, file.name, file.read_bytes())
    assert view.state.picture.name == file.name
    assert view.state.chosen == len(view.state.pictures) - 1
    assert np.array_equal(view.state.said.probabilities, learner.predict(file).probabilities)
    tell(view, "undo")
    assert view.state.picture.name != file.name


@pytest.mark.parametrize(("name", "content", "says"), [
    ("notes.jpg", b"no picture", "notes.jpg is not a picture we know"),
    ("empty.png", b"", "empty.png"),
    ("../../evil.png", b"GIF89a", "evil.png"),
])  # fmt: skip
def test_an_upload_that_is_no_picture_is_refused_in_a_sentence(
    view: AppView, name: str, content: bytes, says: str
) -> None:
    before = view.state
    sent = upload(view, name, content)
    assert sent["refused"]["name"] == "upload"
    assert says in sent["refused"]["why"]
    assert view.state is before


def test_a_half_upload_is_refused(view: AppView) -> None:
    whole = io.BytesIO()
    Image.fromarray(noise(200, 200, seed=1)).save(whole, "PNG")
    sent = upload(view, "half.png", whole.getvalue()[:2000])
    assert "half.png" in sent["refused"]["why"]


# What is said


def test_evidence_is_shown_for_the_class_that_is_asked_for(view: AppView, learner: ConvLearner) -> None:
    for number, label in enumerate(learner.data.classes, 1):
        tell(view, "label", value=number)
        assert view.state.evidence.label == label
        wanted = class_activation_map(learner, view.state.pixels, label).shaded
        packed = view.sent["evidence"]["items"][0]["pixels"]
        assert np.array_equal(np.frombuffer(packed["bytes"], np.uint8).reshape(packed["shape"]), wanted)
    tell(view, "label", value=0)
    assert view.state.evidence.label == view.state.said.label


def test_what_is_far_away_looks_like_neither(view: AppView, familiar: Familiarity) -> None:
    seen = set()
    for place in range(len(view.state.pictures)):
        tell(view, "strip", x=place + 0.5, y=0.5)
        far = familiar.distance(view.state.pixels) > familiar.threshold
        seen.add(far)
        assert lines(view).startswith("Looks like neither.") == far
        assert f"{view.state.distance:.3f}" in lines(view)
        (where,) = np.frombuffer(view.sent["here"]["items"][0]["x"]["bytes"], np.float32)
        assert where == pytest.approx(view.state.distance)
        low, high = view.sent["far"]["x"]["limits"]
        assert low <= where <= high
    assert seen == {False, True}


def test_without_distances_nothing_is_said_of_them(learner: ConvLearner) -> None:
    view = AppView(app_state(learner))
    assert "distance" not in lines(view)
    assert not any("far" in str(part) for part in view.sent["layout"]["columns"][1])


def test_the_bars_are_the_probabilities(view: AppView, learner: ConvLearner) -> None:
    said = view.state.said
    bars = [item for item in view.sent["shares"]["items"] if item.get("fill") == "first"]
    assert [bar["box"][2] for bar in bars] == pytest.approx((100 * said.probabilities).tolist())
    assert len(bars) == len(learner.data.classes)


def test_of_many_classes_the_most_probable_are_shown(tmp_path: Path) -> None:
    names = tuple(f"kind {number}" for number in range(7))
    data = data_in(make_pictures(tmp_path / "many", classes=names, train=2, valid=2), size=SIZE)
    view = AppView(app_state(ConvLearner.pretrained("resnet10", data, seed=1)))
    said = view.state.said
    names = [item["text"] for item in view.sent["shares"]["items"] if item.get("align") == "right"]
    assert names == [said.classes[number] for number in np.argsort(-said.probabilities)[:MOST_BARS]]
    assert view.sent["label"]["options"] == ["the most probable", *said.classes]


def test_text_form_says_the_same_of_every_picture(learner: ConvLearner, familiar: Familiarity) -> None:
    paths = learner.data.valid.paths[:5]
    said = text_form(app_state(learner, paths, familiar)).splitlines()
    for path, line in zip(paths, said[-5:], strict=True):
        assert line.startswith(f"{path.name}: {learner.predict(path)}")
        assert ("looks like neither" in line) == familiar.looks_like_neither(path)
    assert not any(str(path.parent) in line for path in paths for line in said), "no place of the machine"


@pytest.mark.parametrize("place", [0, 3])
@pytest.mark.parametrize("drawn", [False, True])
def test_its_code_sees_the_same(view: AppView, learner: ConvLearner, place: int, drawn: bool) -> None:
    tell(view, "strip", x=place + 0.5, y=0.5)
    if drawn:
        tell(view, "pen", x=220.0, y=60.0, trail=LINE)
    code = view.sent["code"]["text"]
    said: list[Any] = []
    exec(code, {"learn": learner, "familiar": view.state.familiar, "print": said.append} | (known := {}), known)
    plt.close("all")
    picture = known["picture"]
    assert np.array_equal(learner.predict(picture).probabilities, view.state.said.probabilities)
    assert [str(said[0]), said[1]] == [str(view.state.said), view.state.looks_like_neither]


# What it is given


def test_a_loaded_model_needs_no_data(learner: ConvLearner, familiar: Familiarity, tmp_path: Path) -> None:
    predictor = load_model(learner.save("kept"))
    loaded = Familiarity.load(familiar.save(tmp_path / "far.safetensors"), predictor)
    alone = app_state(predictor, familiar=loaded)
    assert [one.name for one in alone.pictures] == ["white sheet"]
    path = learner.data.valid.paths[0]
    state = app_state(predictor, [path, noise(50, 50)], loaded)
    assert [one.name for one in state.pictures] == ["white sheet", path.name, "picture 2"]
    assert state.distance == pytest.approx(familiar.distance(path), abs=1e-6)


def test_some_validation_pictures_of_every_class_are_there_to_begin_with(learner: ConvLearner) -> None:
    state, valid = app_state(learner), learner.data.valid
    label = dict(zip(valid.paths, valid.labels.tolist(), strict=True))
    shown = [one.path for one in state.pictures[1:]]
    assert len(shown) == len(set(shown)) == 12
    assert {label[path] for path in shown} == set(range(len(learner.data.classes)))


@pytest.mark.parametrize(("pictures", "says"), [
    ("one.jpg", r"got pictures='one.jpg'; give a list of files or arrays"),
    (3, "got pictures=3; give a list"),
    ([np.zeros((4, 4))], "we need a picture file, or uint8"),
    ([noise(9, 9)] * (MOST + 1), f"got 16 pictures; the app shows {MOST} at most"),
])  # fmt: skip
def test_what_is_no_list_of_pictures_is_refused(learner: ConvLearner, pictures: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        prediction_app(learner, pictures)


def test_what_is_no_model_or_another_one_s_distances_is_refused(learner: ConvLearner, familiar: Familiarity) -> None:
    with pytest.raises(TypeError, match="got int; give a learner"):
        prediction_app(3)
    with pytest.raises(ImageError, match="was not found"):
        prediction_app(learner, ["nothing.jpg"])
    other = ConvLearner.pretrained("resnet10", learner.data, seed=2)
    with pytest.raises(ValueError, match=r"another model; type familiar=Familiarity.of\(learn\)"):
        prediction_app(other, familiar=familiar)


def test_the_model_is_left_as_it_was(learner: ConvLearner, familiar: Familiarity) -> None:
    before = {name: value.clone() for name, value in learner.model.state_dict().items()}
    view = AppView(app_state(learner, None, familiar))
    tell(view, "pen", x=220.0, y=60.0, trail=LINE)
    tell(view, "label", value=2)
    assert all(torch.equal(value, before[name]) for name, value in learner.model.state_dict().items())
    assert all(parameter.grad is None for parameter in learner.model.parameters())


def test_a_state_is_never_changed(view: AppView) -> None:
    state: AppState = view.state
    pixels = state.pixels.copy()
    tell(view, "pen", x=220.0, y=60.0, trail=LINE)
    assert view.state is not state
    assert np.array_equal(state.pixels, pixels)
