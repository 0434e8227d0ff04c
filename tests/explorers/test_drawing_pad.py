"""The drawing pad, without a browser: what its pen draws, what is kept of it, and that nothing kept is ever lost."""

import errno
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers import read_image
from helpers.explorers.drawing_pad import Album, Stroke, draw_strokes, drawing_pad, open_album
from helpers.explorers.drawing_pad.album import LATEST, SMALL
from helpers.explorers.drawing_pad.state import ENOUGH, PENS
from helpers.explorers.drawing_pad.view import PadView
from helpers.names import shortened
from tests.explorers.telling import tell

pytest.importorskip("anywidget")
LINE = ([40.0, 60.0, 80.0], [50.0, 50.0, 90.0])
FINE = 8  # samples a pixel, along each side, in the oracle


class Pad:
    """A pad's view, told what a page would tell it; its folder is one of the test's."""

    def __init__(self, folder: Path, classes: tuple[str, ...] = ("star", "house")) -> None:
        self.album = open_album(classes, folder)
        self.view = PadView(self.album)
        self.gestures = 0

    def tell(self, name: str, **told: Any) -> dict[str, Any]:
        self.gestures += "gesture" not in told
        return tell(self.view, name, **{"gesture": self.gestures} | told)

    def drag(self, xs: list[float], ys: list[float], *, gesture: int | None = None, until: int | None = None) -> Any:
        """Tell of a drag as the page does: all of its places so far."""
        self.gestures += gesture is None
        number = self.gestures if gesture is None else gesture
        xs, ys = xs[:until], ys[:until]
        return self.tell("pen", x=xs[-1], y=ys[-1], trail={"x": xs, "y": ys}, gesture=number)

    def key(self, dx: float, dy: float) -> None:
        x, y = self.view.state.at
        self.tell("pen", x=x + dx, y=y + dy)

    def press(self) -> None:
        x, y = self.view.state.at
        self.tell("pen", x=x, y=y, press=True)

    @property
    def drawn(self) -> list[list[tuple[float, float]]]:
        return [list(stroke.points) for stroke in self.view.state.strokes]

    @property
    def said(self) -> str:
        lines = self.view.sent["said"]["lines"]
        return " ".join(line if isinstance(line, str) else " ".join(line) for line in lines)

    def files(self) -> list[str]:
        here = self.album.folder.parent
        return sorted(file.relative_to(here).as_posix() for file in here.rglob("*") if file.is_file())


@pytest.fixture
def pad(tmp_path: Path) -> Pad:
    return Pad(tmp_path / "mine")


def numbers(packed: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(packed["bytes"], np.float32)


def inked(strokes: list[tuple[list[tuple[float, float]], float]], size: int) -> np.ndarray:
    """Return the grey of each pixel: white but for its share that lies within half a width of a line."""
    at = (np.arange(size * FINE) + 0.5) * 256 / (size * FINE)
    x, y = np.meshgrid(at, at)
    ink = np.zeros_like(x, dtype=bool)
    for points, width in strokes:
        ends = np.array(points[1:] or points)
        for (x0, y0), (x1, y1) in zip(points, ends, strict=False):
            dx, dy = x1 - x0, y1 - y0
            along = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
            ink |= np.hypot(x - x0 - along * dx, y - y0 - along * dy) <= width / 2
    return 255 * (1 - ink.reshape(size, FINE, size, FINE).mean(axis=(1, 3)))


def like(pixels: np.ndarray, wanted: np.ndarray) -> bool:
    """Say whether a picture is grey and white as wanted, but for a third of a pixel at its edges."""
    assert (pixels == pixels[..., :1]).all(), "it is grey"
    wrong = np.abs(pixels[..., 0] - wanted)
    return wrong.max() < 85 and wrong.mean() < 1


# Strokes


@pytest.mark.parametrize("size", [64, 128, 256])
@pytest.mark.parametrize("width", [4.0, 8.0, 16.0])
def test_strokes_are_drawn_where_a_hand_computation_has_them(size: int, width: float) -> None:
    rng = np.random.default_rng(size)
    zigzag = [(float(x), float(y)) for x, y in rng.uniform(0, 256, (8, 2))]
    strokes = [(zigzag, width), ([(30.0, 200.0)], 2 * width), ([(250.0, 10.0), (300.0, -40.0)], width)]
    pixels = draw_strokes([Stroke(points, wide) for points, wide in strokes], size)
    assert pixels.shape == (size, size, 3)
    assert pixels.dtype == np.uint8
    assert like(pixels, inked(strokes, size))
    assert not like(pixels, np.roll(inked(strokes, size), 1, axis=1)), "one pixel aside would be seen"


def test_no_strokes_are_a_white_picture() -> None:
    assert (draw_strokes([]) == 255).all()


@pytest.mark.parametrize(("points", "width", "said"), [
    ([], 8, r"got \[\] as the points of a stroke; type pairs of x and y"),
    ([(1, 2, 3)], 8, "as the points of a stroke; type pairs"),
    ([(1, float("nan"))], 8, "as the points of a stroke; type pairs"),
    ("ab", 8, "as the points of a stroke; type pairs"),
    (None, 8, "as the points of a stroke; type pairs"),
    ([(1, 2)], 0, "got 0 as width; a number from 1 to 64 is needed"),
])  # fmt: skip
def test_a_stroke_that_is_none_is_refused(points: Any, width: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Stroke(points, width)


def test_a_size_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="got 4 as size; a whole number from 16 to 1024 is needed"):
        draw_strokes([], size=4)


# The album


@pytest.mark.parametrize(("classes", "said"), [
    ("star", "got 1 class; type two or more"),
    ([], "got 0 classes; type two or more"),
    (list("abcdefg"), "got 7 classes; .* 6 at most"),
    (["star", "star"], "two of which would share a folder"),
    (["Star", "star"], "two of which would share a folder"),
    (["\u00e9", "e\u0301"], "two of which would share a folder"),
    (["star", "a/b"], "which has '/' in it"),
    (["star", "a\nb"], r"which has '\\n' in it"),
    (["star", "a\u202eb"], "which has .* in it"),
    (["star", ".."], "which begins with"),
    (["star", ".hidden"], "which begins with"),
    (["star", "__pycache__"], "which begins with"),
    (["star", "dot."], "or ends with"),
    (["star", " house"], "which is not 1 to 40 characters"),
    (["star", ""], "which is not 1 to 40 characters"),
    (["star", "h" * 41], "which is not 1 to 40 characters"),
    (["star", "nul.x"], "has a meaning of its own"),
    (["star", "train"], "has a meaning of its own"),
    (["star", 3], "got 3 as the name of a class, which is no text"),
])  # fmt: skip
def test_names_that_cannot_be_folders_are_refused_in_a_sentence(tmp_path: Path, classes: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        open_album(classes, tmp_path / "mine")
    assert "\n" not in str(refused.value)
    assert 'such as ["star", "house"]' in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_names_of_any_language_are_taken(tmp_path: Path) -> None:
    album = open_album(["étoile", "家", "tea pot"], tmp_path)
    assert album.keep("家", draw_strokes([])) == tmp_path / "家" / "001.png"


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "star").write_text("no folder")
    for folder in (tmp_path / "mine", tmp_path / "mine" / "star"):
        with pytest.raises(ValueError, match="star is no folder that can be opened; type another as folder="):
            open_album(["star", "house"], folder)


def test_what_is_there_counts_and_is_never_overwritten(tmp_path: Path) -> None:
    there = tmp_path / "star"
    there.mkdir()
    for name in ("007.jpg", "001.PNG", "photo.jpeg", "12.txt", ".013.png"):
        (there / name).write_text(name)
    album = open_album(["star", "house"], tmp_path)
    assert album.counts == {"star": 3, "house": 0}
    assert [path.name for path in album.paths("star")] == ["photo.jpeg", "001.PNG", "007.jpg"]
    pixels = draw_strokes([Stroke([(9, 9)])])
    assert [album.keep("star", pixels).name for _ in range(2)] == ["008.png", "009.png"]
    assert album.keep("house", pixels).name == "001.png"
    assert {name: (there / name).read_text() for name in ("007.jpg", "001.PNG")} == {
        "007.jpg": "007.jpg", "001.PNG": "001.PNG"}  # fmt: skip
    assert repr(open_album(["star", "house"], tmp_path)) == f"5 × star, 1 × house in {shortened(tmp_path)}"


def test_a_number_that_was_set_aside_is_not_given_again(tmp_path: Path) -> None:
    album = open_album(["star", "house"], tmp_path / "mine")
    pixels = [draw_strokes([Stroke([(at, at)])]) for at in (20, 60, 100)]
    first = album.keep("star", pixels[0])
    second = album.keep("star", pixels[1])
    aside = album.set_aside(second)
    assert aside == tmp_path / "mine_set_aside" / "star" / "002.png"
    assert album.keep("star", pixels[2]).name == "003.png"
    assert album.put_back(second) == second
    assert [np.array_equal(read_image(path), wanted) for path, wanted in
            zip(album.paths("star"), pixels, strict=True)] == [True] * 3  # fmt: skip
    (tmp_path / "mine_set_aside" / "star" / "001.png").write_text("another")
    with pytest.raises(ValueError, match=r"001\.png cannot be written \(a file of that name is there\)"):
        album.set_aside(first)
    assert first.exists()


def test_an_unknown_class_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="got the class 'boat'; type one of 'star', 'house'"):
        open_album(["star", "house"], tmp_path).keep("boat", draw_strokes([]))


def test_a_picture_that_cannot_be_read_is_grey_among_the_small_ones(tmp_path: Path) -> None:
    (tmp_path / "star").mkdir()
    (tmp_path / "star" / "001.png").write_text("no picture")
    wide = np.zeros((20, 80, 3), np.uint8)
    Image.fromarray(wide).save(tmp_path / "star" / "002.png")
    bad, good = open_album(["star", "house"], tmp_path).shelves()[0].thumbnails
    assert (bad == 190).all()
    assert [int(good[row, SMALL // 2, 0]) for row in (0, 14, 20, 25, SMALL - 1)] == [255, 255, 0, 255, 255]


# The pen


def test_a_drag_is_one_stroke_with_every_place_however_often_it_is_told(pad: Pad) -> None:
    for until in (1, 2, 2, 3):
        pad.drag(*LINE, gesture=7, until=until)
    assert pad.drawn == [[(40, 50), (60, 50), (80, 90)]]
    assert len(pad.view.past) == 1
    pad.drag([10.0], [20.0])
    assert pad.drawn[1:] == [[(10, 20)]]
    pad.tell("undo")
    assert pad.drawn == [[(40, 50), (60, 50), (80, 90)]]
    pad.tell("undo")
    assert pad.drawn == []


def test_a_stroke_may_leave_the_pad_and_come_back(pad: Pad) -> None:
    pad.drag([200.0, 290.0, 999.0, 200.0], [10.0, 10.0, -999.0, 60.0])
    assert pad.drawn == [[(200, 10), (290, 10), (320, -64), (200, 60)]]


def test_an_undo_in_a_drag_stays_undone(pad: Pad) -> None:
    pad.drag(*LINE, gesture=5, until=2)
    pad.tell("undo", gesture=6)
    for _ in range(2):  # the button is still down
        assert {*pad.drag(*LINE, gesture=6)["entries"]} >= {"point"}, "the page draws again, without the ink"
    assert pad.drawn == []
    assert pad.view.past == []
    pad.drag([1.0, 2.0], [3.0, 4.0], gesture=7)
    assert pad.drawn == [[(1, 3), (2, 4)]]


def test_escape_takes_the_stroke_back_and_leaves_nothing_to_undo(pad: Pad) -> None:
    pad.drag([1.0], [2.0], gesture=4)
    pad.drag(*LINE, gesture=5)
    pad.tell("pen", x=1.0, y=2.0, gesture=5)  # as the page tells of Escape
    assert pad.drawn == [[(1, 2)]]
    assert len(pad.view.past) == 1


def test_the_keyboard_draws_and_its_stroke_is_one_act(pad: Pad) -> None:
    pad.key(4, 0)
    pad.key(0, -40)
    assert pad.view.state.at == (132, 88)
    assert pad.view.past == [], "a pen that only moves has done nothing"
    pad.press()
    assert pad.drawn == [[(132, 88)]]
    pad.key(4, 0)
    pad.key(400, 0)
    pad.press()
    pad.key(0, 4)
    assert pad.drawn == [[(132, 88), (136, 88), (256, 88)]]
    pad.press()
    assert pad.drawn[1:] == [[(256, 92)]]
    pad.tell("undo")
    pad.tell("undo")
    assert pad.drawn == []
    assert pad.view.past == []


def test_the_pen_is_described_and_follows_the_pointer(pad: Pad) -> None:
    (pen,) = pad.view.sent["point"]["handles"]
    assert pen["value"] == "up, 128 from the left, 128 from the top, of 256"
    assert pen["follows"]
    assert "free" not in pen, "it draws only while the button is down"
    assert pen["trail"]["thick"] == PENS["medium"]
    pad.press()
    (pen,) = pad.view.sent["point"]["handles"]
    assert pen["value"].startswith("down, ")


def test_the_page_shows_the_strokes_that_are_kept(pad: Pad) -> None:
    """The lines of the layers, read as numbers, make the picture of the file."""
    pad.drag(*LINE)
    pad.tell("width", value=2)
    pad.drag([100.0, 180.0], [200.0, 120.0])
    pad.drag([30.0], [220.0])
    pad.tell("width", value=0)
    pad.drag([30.0, 220.0], [150.0, 150.0])
    seen = []
    for line in (*pad.view.sent["strokes"]["items"], *pad.view.sent["stroke"]["items"]):
        x, y = numbers(line["x"]), numbers(line["y"])
        for part in np.split(np.stack([x, y], axis=1), np.flatnonzero(np.isnan(x)) + 1):
            points = [(float(px), float(py)) for px, py in part[~np.isnan(part[:, 0])]]
            seen += [(points, line["thick"])] if points else []
        assert line["colour"] == "#000"
    assert sorted(width for _, width in seen) == [4, 8, 16, 16]
    pad.tell("keep")
    assert like(read_image(pad.album.folder / "star" / "001.png"), inked(seen, 256))


def test_only_what_changed_is_sent(pad: Pad) -> None:
    pad.drag(*LINE, gesture=1, until=2)
    assert {*pad.drag(*LINE, gesture=1)["entries"]} == {"stroke", "point"}
    pad.drag([9.0], [9.0])
    assert {*pad.drag([9.0, 12.0], [9.0, 12.0], gesture=pad.gestures)["entries"]} == {"stroke", "point"}


def test_clear_and_another_class_are_undone(pad: Pad) -> None:
    pad.drag(*LINE)
    pad.tell("class", value=1)
    pad.tell("clear")
    assert (pad.drawn, pad.view.state.name) == ([], "house")
    pad.tell("undo")
    pad.tell("undo")
    assert (len(pad.drawn), pad.view.state.name) == (1, "star")


# Keeping


def test_a_drawing_is_kept_as_it_is_drawn_and_the_pad_is_cleared(pad: Pad) -> None:
    pad.drag(*LINE)
    pad.tell("keep")
    pad.tell("class", value=1)
    pad.drag([200.0, 20.0], [30.0, 30.0])
    pad.tell("keep")
    assert pad.files() == ["mine/house/001.png", "mine/star/001.png"]
    with Image.open(pad.album.folder / "star" / "001.png") as file:
        assert (file.format, file.size, file.mode) == ("PNG", (256, 256), "RGB")
    for name, stroke in (("star", [*zip(*LINE, strict=True)]), ("house", [(200.0, 30.0), (20.0, 30.0)])):
        assert like(read_image(pad.album.folder / name / "001.png"), inked([(stroke, 8.0)], 256))
    assert pad.drawn == []
    assert "Kept as mine/house/001.png." in pad.said
    assert "1 × star, 1 × house." in pad.said


def test_an_empty_drawing_is_refused_beside_the_button(pad: Pad) -> None:
    for _ in range(2):
        refused = pad.tell("keep")["refused"]
        assert refused == {"name": "keep", "why": "The pad is empty; draw a star on it, then press Keep."}
        assert pad.files() == []
        pad.drag([300.0, 310.0], [30.0, 30.0])  # all of it lies beyond the edge
    assert pad.view.state.strokes


def test_a_full_disk_is_said_and_the_drawing_stays(pad: Pad, monkeypatch: pytest.MonkeyPatch) -> None:
    pad.drag(*LINE)

    def full(_: Image.Image, file: Path, __: str) -> None:
        file.write_bytes(b"the first half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Image.Image, "save", full)
        refused = pad.tell("keep")["refused"]
    assert refused["name"] == "keep"
    assert "mine/star cannot be written (No space left on device); make room there, or open" in refused["why"]
    assert pad.files() == [], "not even a half"
    assert len(pad.drawn) == 1
    pad.tell("keep")
    assert pad.files() == ["mine/star/001.png"]


def test_a_folder_that_takes_no_files_is_said(pad: Pad) -> None:
    pad.drag(*LINE)
    pad.album.folder.write_text("since the pad was opened, this is a file")
    refused = pad.tell("keep")["refused"]
    assert refused["name"] == "keep"
    assert "cannot be written" in refused["why"]
    assert len(pad.drawn) == 1


def test_undo_of_keep_brings_the_strokes_back_and_sets_the_file_aside(pad: Pad) -> None:
    pad.drag(*LINE)
    pad.tell("keep")
    content = (pad.album.folder / "star" / "001.png").read_bytes()
    (pad.album.folder / "star" / "photo.png").write_bytes(content)  # the reader's own, put there meanwhile
    pad.tell("undo")
    assert pad.drawn == [[*zip(*LINE, strict=True)]]
    assert pad.files() == ["mine/star/photo.png", "mine_set_aside/star/001.png"]
    assert (pad.album.aside / "star" / "001.png").read_bytes() == content
    assert "Undone: it is now mine_set_aside/star/001.png. 1 × star, 0 × house." in pad.said
    pad.tell("keep")
    assert pad.files() == ["mine/star/002.png", "mine/star/photo.png", "mine_set_aside/star/001.png"]


def test_the_last_kept_one_is_taken_back_and_undo_puts_it_back(pad: Pad) -> None:
    for at in (20.0, 120.0):
        pad.drag([at, 200.0], [at, 100.0])
        pad.tell("keep")
    assert pad.view.sent["back"]["label"] == "Take back 002"
    pad.drag(*LINE)
    pad.tell("back")
    assert pad.files() == ["mine/star/001.png", "mine_set_aside/star/002.png"]
    assert "Taken back: it is now mine_set_aside/star/002.png." in pad.said
    assert pad.view.sent["back"]["label"] == "Take back 001"
    assert len(pad.drawn) == 1, "what is on the pad stays"
    pad.tell("undo")
    assert pad.files() == ["mine/star/001.png", "mine/star/002.png"]
    for _ in range(2):
        pad.tell("back")
    assert pad.view.sent["back"]["off"]
    assert pad.tell("back")["refused"]["why"] == "No star is kept; there is nothing to take back."


def test_undo_goes_on_where_the_reader_has_moved_the_file(pad: Pad) -> None:
    pad.drag(*LINE)
    pad.tell("keep")
    (pad.album.folder / "star" / "001.png").rename(pad.album.folder.parent / "elsewhere.png")
    pad.tell("undo")
    assert len(pad.drawn) == 1
    assert pad.files() == ["elsewhere.png"]


def test_undo_that_the_disk_refuses_can_be_tried_again(pad: Pad) -> None:
    pad.drag(*LINE)
    pad.tell("keep")
    pad.album.aside.write_text("in the way")
    assert "cannot be written" in pad.tell("undo")["refused"]["why"]
    assert (pad.drawn, pad.album.counts["star"]) == ([], 1)
    pad.album.aside.unlink()
    pad.tell("undo")
    assert (len(pad.drawn), pad.album.counts["star"]) == (1, 0)


def test_the_next_step_is_said_when_there_are_enough(pad: Pad, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(pad.album), "aside", pad.album.folder.parent / "aside")
    assert f"{ENOUGH} of each are enough to try; {ENOUGH} × star, {ENOUGH} × house to go." in pad.said
    for name in (0, 1):
        pad.tell("class", value=name)
        for at in range(ENOUGH):
            pad.drag([20.0, 10.0 * at], [30.0, 200.0])
            pad.tell("keep")
    line = f"split_folder({json.dumps(str(pad.album.folder))})"
    assert f"{ENOUGH} × star, {ENOUGH} × house. Enough to try: run {line}." in pad.said
    assert pad.view.sent["code"]["text"] == f"from helpers import split_folder\n{line}"
    assert pad.album.counts == {"star": ENOUGH, "house": ENOUGH}


def test_opened_again_it_shows_what_is_there_the_latest_first(pad: Pad) -> None:
    for at in range(LATEST + 2):
        pad.drag([10.0 * at, 10.0 * at], [30.0, 200.0])
        pad.tell("keep")
    again = Pad(pad.album.folder)
    label, shown = again.view.sent["row 0"]["items"]
    assert label["text"] == f"{LATEST + 2} × star"
    boxes = numbers(shown["boxes"]).reshape(-1, 4)
    assert len(boxes) == LATEST
    small = np.frombuffer(shown["pixels"]["bytes"], np.uint8).reshape(LATEST, SMALL, SMALL, 3)
    columns = [int(one[20, :, 0].argmin()) * 256 / SMALL for one in small]
    assert columns == pytest.approx([10 * at for at in range(2, LATEST + 2)], abs=8)
    assert boxes[:, 0].argmin() == LATEST - 1, "the latest is the first"
    assert [len(again.view.sent[f"row {row}"]["items"]) for row in (0, 1)] == [2, 1]


def test_where_the_others_have_their_ink_is_shown_on_demand_and_never_kept(pad: Pad) -> None:
    pad.drag([128.0, 128.0], [20.0, 230.0])
    pad.tell("keep")
    assert pad.view.sent["others"]["items"] == []
    pad.tell("ghost", value=True)
    (shown,) = pad.view.sent["others"]["items"]
    seen = np.frombuffer(shown["pixels"]["bytes"], np.uint8).reshape(SMALL, SMALL, 3)
    assert seen[20, 20].max() < 230
    assert seen[20, 20].min() > 150, "faint"
    assert (seen[20, :10] >= 254).all()
    pad.drag([20.0, 20.0], [20.0, 230.0])
    pad.tell("keep")
    kept = read_image(pad.album.folder / "star" / "002.png")
    assert like(kept, inked([([(20.0, 20.0), (20.0, 230.0)], 8.0)], 256))


# Where no widget is drawn


def test_in_a_script_it_says_what_to_type_and_the_lines_do_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    album = drawing_pad(["star", "house"])
    said = capsys.readouterr().out
    assert "Here: 0 × star, 0 × house in my_drawings." in said
    exec("\n".join(line.strip() for line in said.splitlines() if line.startswith("  ")), {})
    assert album == Album(Path("my_drawings"), ("star", "house"))
    assert album.counts == {"star": 1, "house": 0}
    tent = [(40.0, 200.0), (128.0, 40.0), (216.0, 200.0)]
    assert like(read_image(album.paths("star")[0]), inked([(tent, 8.0)], 256))
