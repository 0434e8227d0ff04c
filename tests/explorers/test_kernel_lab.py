"""The kernel lab without a browser: states, drawings, the arithmetic, and what the page is told to show."""

import io
import re
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.explorers.kernel_lab import kernel_lab, lab_state, load_picture, plot_lab
from helpers.explorers.kernel_lab.arithmetic import grids, number, sentence, shades
from helpers.explorers.kernel_lab.drawing import MARGIN, draw_input, draw_output, scale_of
from helpers.explorers.kernel_lab.pictures import LONGEST, PICTURES
from helpers.explorers.kernel_lab.state import MODES, SIZES, LabState
from helpers.explorers.kernel_lab.view import OWN_PICTURE, LabView, text_form
from helpers.files.images import ImageError
from helpers.lessons.convolution import KERNELS, as_pixels, convolve, named_kernel
from helpers.widgets.numbers import written
from helpers.widgets.uploads import read_upload

ORANGE = (255, 169, 14)
RNG = np.random.default_rng(0)
PHOTO = RNG.integers(0, 256, (30, 40, 3), dtype=np.uint8)


def png(picture: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def by_torch(state: LabState) -> np.ndarray:
    """Compute a state's output with PyTorch alone."""
    maps = torch.tensor(state.picture).permute(2, 0, 1).double()
    kernel = torch.tensor(state.numbers / state.divisor)
    settings: dict[str, Any] = {"stride": state.stride, "padding": state.padding}
    if state.mode == "colour kernel":
        return torch.nn.functional.conv2d(maps[None], kernel.permute(2, 0, 1)[None], **settings)[0, 0].numpy()
    if state.mode == "grey":
        maps = maps.mean(dim=0, keepdim=True)
    out = torch.nn.functional.conv2d(maps[:, None], kernel[None, None], **settings)[:, 0]
    return (out[0] if state.mode == "grey" else out.permute(1, 2, 0)).numpy()


# States


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("size", "stride", "padding"), [(3, 1, 0), (5, 2, 2), (7, 3, 1)])
def test_the_output_is_pytorch_s_and_the_code_gives_it_again(mode: str, size: int, stride: int, padding: int) -> None:
    for name in KERNELS:
        state = lab_state(PHOTO, name, size=size, mode=mode, stride=stride, padding=padding)
        np.testing.assert_allclose(state.output, by_torch(state), atol=1e-9)
        names: dict[str, Any] = {"np": np, "convolve": convolve, "picture": PHOTO}
        exec(state.code, names)
        np.testing.assert_allclose(names["output"], state.output, atol=1e-9)
        assert state.code.count("\n") == 0


def test_the_code_of_a_named_picture_loads_it_first() -> None:
    state = lab_state("flag", "emboss", mode="each channel")
    names: dict[str, Any] = {"convolve": convolve, "load_picture": load_picture}
    exec(state.code, names)
    assert np.array_equal(names["output"], state.output)
    assert state.code.startswith("picture = load_picture('flag')\noutput = convolve(picture, [[-2, -1, 0],")


def test_numbers_of_one_s_own_reach_the_code_with_all_their_digits() -> None:
    kernel = RNG.normal(size=(5, 5, 3))
    state = lab_state(PHOTO, kernel, divisor=0.7, mode="colour kernel", padding=2)
    names: dict[str, Any] = {"np": np, "convolve": convolve, "picture": PHOTO}
    exec(state.code, names)
    np.testing.assert_allclose(names["output"], convolve(PHOTO, kernel / 0.7, padding=2), atol=1e-9)


@pytest.mark.parametrize("name", KERNELS)
def test_a_colour_kernel_begins_as_the_grey_one(name: str) -> None:
    grey = lab_state(PHOTO, name)
    colour = grey.with_mode("colour kernel")
    assert colour.numbers.shape == (3, 3, 3)
    np.testing.assert_allclose(colour.output, grey.output, atol=1e-9)
    np.testing.assert_allclose(lab_state(PHOTO, name, mode="colour kernel").output, grey.output, atol=1e-9)
    back = colour.with_mode("grey")
    assert np.array_equal(back.numbers, grey.numbers)
    assert back.divisor == grey.divisor


def test_changes_make_new_states_and_leave_the_old_one() -> None:
    state = lab_state(PHOTO, "outline")
    changed = state.with_number(1, 1, 0, 9)
    assert (state.numbers[1, 1], changed.numbers[1, 1]) == (8, 9)
    assert changed.with_size(5).numbers.tolist() == np.pad(changed.numbers, 1).tolist()
    assert changed.with_size(5).with_size(3).numbers.tolist() == changed.numbers.tolist()
    one = state.with_mode("colour kernel").with_number(0, 2, 1, 5)
    assert one.numbers[0, 2].tolist() == [-1, 5, -1]


def test_pointing_does_not_convolve_again_but_other_changes_do() -> None:
    state = lab_state(PHOTO, "blur")
    output = state.output
    assert state.at(3, 4).output is output
    assert state.changed(padding=1).output is not output
    assert state.changed(padding=1).output.shape == (30, 40)


def test_a_place_moves_to_the_edge_of_a_smaller_output() -> None:
    state = lab_state("square", "blur", row=6, column=6)
    smaller = state.changed(stride=2)
    assert (smaller.row, smaller.column) == (3, 3)
    assert (smaller.at(-5, 99).row, smaller.at(-5, 99).column) == (0, 3)


@pytest.mark.parametrize(
    ("changes", "sentence_part"),
    [
        (dict(stride=0), "Got stride=0; it counts pixels: type a whole number, 1 or more."),
        (dict(stride=-1), "Got stride=-1"),
        (dict(padding=-1), "Got padding=-1"),
        (dict(padding=-99), "Got padding=-99"),
        (dict(padding=100_000), "padding=100000 is more zeros than picture"),
        (dict(padding=21), "padding=21 is more zeros than picture: the lab takes up to 20."),
        (dict(divisor=0), "The kernel cannot be divided by 0"),
        (dict(divisor=float("nan")), "The kernel cannot be divided by nan"),
        (dict(numbers=np.full((3, 3), np.nan)), "missing or not finite"),
        (dict(picture=np.zeros((2, 9, 3), dtype=np.uint8)), "A kernel of 3 does not fit on 2 pixels: type padding=1"),
    ],
)
def test_an_impossible_state_says_why(changes: dict, sentence_part: str) -> None:
    state = lab_state("square", "blur").changed(**changes)
    assert sentence_part in state.problem
    assert sentence(state) == state.problem
    with pytest.raises(ValueError, match=re.escape(state.problem)):
        plot_lab(state)


@pytest.mark.parametrize(
    ("arguments", "sentence_part"),
    [
        (dict(mode="gray"), "got mode='gray'; type one of 'grey'"),
        (dict(kernel="blurr"), "did you mean 'blur'?"),
        (dict(kernel=np.ones((4, 4))), "got a kernel of shape (4, 4); for mode='grey' it is (size, size)"),
        (dict(kernel=np.ones((3, 3)), mode="colour kernel"), "it is (size, size, 3), size 3, 5 or 7"),
        (dict(stride=0), "Got stride=0"),
        (dict(picture=np.zeros((3, 3, 4))), "got an array of shape (3, 3, 4); a picture is"),
    ],
)
def test_a_state_that_cannot_be_gets_a_sentence(arguments: dict, sentence_part: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        lab_state(**{"picture": "square", **arguments})
    assert sentence_part in str(caught.value)


# Pictures


def test_a_large_picture_is_made_small_and_a_small_one_stays() -> None:
    assert load_picture(np.zeros((3000, 1500, 3), dtype=np.uint8)).shape == (LONGEST, LONGEST // 2, 3)
    assert load_picture(np.zeros((1, 5000, 3), dtype=np.uint8)).shape == (1, LONGEST, 3)
    assert np.array_equal(load_picture(PHOTO), PHOTO)
    grey = load_picture(np.array([[0.0, 300.0, -4.0]]))
    assert grey.tolist() == [[[0] * 3, [255] * 3, [0] * 3]]


def test_a_picture_comes_from_a_path_and_from_a_name(tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(png(PHOTO))
    assert np.array_equal(load_picture(tmp_path / "mine.png"), PHOTO)
    assert np.array_equal(load_picture(str(tmp_path / "mine.png")), PHOTO)
    for name in PICTURES:
        assert load_picture(name).dtype == np.uint8
    with pytest.raises(ImageError, match="was not found"):
        load_picture("nothing.jpg")


def test_a_false_upload_is_told() -> None:
    with pytest.raises(ImageError, match=r"evil\.png is not a picture we know"):
        read_upload("../../evil.png", b"not a picture")


def test_an_upload_s_name_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.png"
    assert np.array_equal(read_upload(str(outside), png(PHOTO)), PHOTO)
    assert not outside.exists()


# Drawings


def boxes(image: np.ndarray) -> tuple[int, int, int, int]:
    """Return the rows and columns between which the orange frame lies: top, bottom, left, right, frame included."""
    rows, columns = np.nonzero((image == ORANGE).all(axis=2))
    return rows.min(), rows.max(), columns.min(), columns.max()


@pytest.mark.parametrize(("stride", "padding", "size"), [(1, 0, 3), (2, 1, 3), (3, 3, 7)])
@pytest.mark.parametrize("picture", ["square", "cat.0.jpg"])
def test_the_frames_lie_around_the_window_and_the_output_pixel(
    picture: str, stride: int, padding: int, size: int
) -> None:
    state = lab_state(picture, "outline", size=size, stride=stride, padding=padding, row=1, column=2)
    scale = scale_of(state)
    assert (scale == 1) == (picture != "square")
    top, bottom, left, right = boxes(draw_input(state))
    assert (top + 2, left + 2) == (MARGIN + stride * 1 * scale, MARGIN + stride * 2 * scale)
    assert (bottom - top - 3, right - left - 3) == (size * scale, size * scale)
    inside = draw_input(state)[top + 2 : bottom - 1, left + 2 : right - 1, 0]
    assert np.array_equal(inside[scale // 2 :: scale, scale // 2 :: scale], as_pixels(state.step.patch))
    top, bottom, left, right = boxes(draw_output(state))
    around = 1 if scale == 1 else 0
    assert (top + 2, left + 2) == (MARGIN + (1 - around) * scale, MARGIN + (2 - around) * scale)


def test_the_drawing_shows_the_output() -> None:
    state = lab_state(PHOTO, "blur", mode="each channel", row=0, column=0)
    scale = scale_of(state)
    middle = draw_output(state)[MARGIN:-MARGIN, MARGIN:-MARGIN][scale // 2 :: scale, scale // 2 :: scale]
    assert np.array_equal(middle[3:, 3:], as_pixels(state.output)[3:, 3:])
    signed = draw_output(lab_state("square", "Sobel right", row=0, column=0))
    assert {0, 128, 255} == set(np.unique(signed[60:-20, 60:-20]))


# The arithmetic


def test_the_arithmetic_of_a_grey_pixel() -> None:
    state = lab_state("square", "blur", row=1, column=1)
    assert grids(state, 0)[2].sum() == 255
    assert sentence(state) == (
        "Sum of the products: 255; divided by 9: 28.3. That is output row 1, column 1, drawn with brightness 28."
    )


def test_the_arithmetic_of_channels() -> None:
    state = lab_state("flag", "identity", mode="each channel", row=4, column=1)
    assert "Sum of the products, red: 255. That is output row 4, column 1, red, drawn" in sentence(state, 0)
    assert "Sum of the products, green: 0." in sentence(state, 1)
    colour = lab_state("flag", "identity", mode="colour kernel", row=4, column=1)
    assert "red 255 + green 0 + blue 0 = 255; divided by 3: 85." in sentence(colour)


@pytest.mark.parametrize("mode", MODES)
def test_the_sentence_names_the_output_s_number(mode: str) -> None:
    for row, column in [(0, 0), (13, 20), (27, 37)]:
        state = lab_state(PHOTO, "emboss", mode=mode, row=row, column=column)
        for channel in range(3):
            value = state.output[row, column]
            value = value[channel] if mode == "each channel" else value
            assert f"{number(value)}. That is output row {row}, column {column}" in sentence(state, channel)
            assert f"brightness {int(as_pixels(value))}." in sentence(state, channel)


def test_numbers_are_short() -> None:
    values = (0, -0.0, -3, 1234567, 0.5, -84.666, 164_999.97, 3 * 333.3333333333333, 1e300, float("inf"), float("nan"))
    texts = ["0", "0", "−3", "1,234,567", "0.5", "−84.7", "165,000.0", "1,000", "1e+300", "inf", "nan"]
    assert [number(value) for value in values] == texts


def test_a_number_can_be_read_on_a_pixel_of_any_brightness() -> None:
    for level, (_, text) in enumerate(shades(np.arange(256)[None])[0]):
        share = level / 255
        light = share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        contrast = 1.05 / (light + 0.05) if text == "white" else (light + 0.05) / 0.05
        assert contrast >= 4.5, (level, text)  # what WCAG 2.2 asks of text


@pytest.mark.parametrize("size", [3, 5, 7])
def test_the_ordinary_picture_shows_the_same_state(size: int) -> None:
    state = lab_state(PHOTO, "sharpen", size=size, padding=1, row=4, column=5)
    axes = plot_lab(state)
    assert [one.get_title() for one in axes] == ["picture", "output", "pixels", "× kernel", "= products"]
    assert axes[0].figure.get_suptitle().replace("\n", " ") == sentence(state)
    for one, values in zip(axes[2:], grids(state, 0), strict=True):
        assert [text.get_text() for text in one.texts] == [number(value) for value in values.ravel()]
    assert np.array_equal(axes[0].images[0].get_array(), draw_input(state))
    assert np.array_equal(axes[1].images[0].get_array(), draw_output(state))
    assert axes[0].get_xlim() == axes[1].get_xlim()


# The page


class Page:
    """A view, told what the page would tell it: every act has the next number, and is a gesture of its own."""

    def __init__(self, state: LabState) -> None:
        self.view, self.number = LabView(state), 0

    def tell(
        self, name: str, value: Any = None, *, gesture: int | None = None, content: bytes = b"", **told: Any
    ) -> Any:
        """Tell an act, and return the sentence of its refusal, or None."""
        self.number += 1
        act = {"name": name, "value": value, "number": self.number, "gesture": gesture or self.number, "shown": None}
        self.view._told(None, act | told, [memoryview(content)])
        assert self.shown["error"]["lines"] == []
        return (self.changes.get("refused") or {}).get("why")

    @property
    def changes(self) -> dict[str, Any]:
        """What was sent last."""
        return self.view.canvas.changes

    @property
    def shown(self) -> dict[str, Any]:
        """All that is shown."""
        return self.view.sent

    @property
    def state(self) -> LabState:
        """The state of the view."""
        return self.view.state

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the output whose arithmetic is shown."""
        return self.state.row, self.state.column

    def handle(self, layer: str) -> dict[str, Any]:
        """The one handle of a layer."""
        (found,) = self.shown[layer]["handles"]
        return found

    def picture(self, layer: str) -> np.ndarray:
        """The pixels of a layer's picture."""
        packed = self.shown[layer]["items"][0]["pixels"]
        return np.frombuffer(packed["bytes"], np.uint8).reshape(packed["shape"])

    def agrees(self) -> None:
        """Assert that all that is shown is what NumPy and PyTorch say of the state."""
        state, shown, (row, column), channel = self.state, self.shown, self.place, self.view.options["channel"]
        pixels = state.picture.mean(axis=2) if state.mode == "grey" else state.picture.astype(float)
        padded = np.pad(pixels, [(state.padding, state.padding)] * 2 + [(0, 0)] * (pixels.ndim - 2))
        output = by_torch(state)
        assert np.array_equal(self.picture("pixels"), in_colour(as_pixels(padded)))
        drawn = in_colour(as_pixels(output, signed=state.signed)).astype(int)
        assert abs(self.picture("result") - drawn).max() <= 1, "a sum may be rounded the other way"
        top, left = state.stride * row, state.stride * column
        window, pixel = self.handle("place"), self.handle("spot")
        assert (window["y"], window["x"], window["size"]) == (top, left, (state.size, state.size))
        assert (pixel["y"] - pixel["limits"][2], pixel["x"] - pixel["limits"][0]) == (row, column)
        for handle, step in ((window, state.stride), (pixel, 1)):
            x0, x1, y0, y1 = handle["limits"]
            assert ((y1 - y0) / step + 1, (x1 - x0) / step + 1) == output.shape[:2]
            assert (handle["step"], handle["keys"]) == ([step, step], [step, -step])
            assert handle["grip"] == (-handle["size"][0] / 2, -handle["size"][1] / 2)
        patch = padded[top : top + state.size, left : left + state.size]
        patch = patch if patch.ndim == 2 else patch[..., channel]
        kernel = state.numbers if state.numbers.ndim == 2 else state.numbers[..., channel]
        assert shown["patch"]["cells"] == [[number(one) for one in line] for line in patch]
        assert shown["numbers"]["cells"] == [[written(one) for one in line] for line in kernel]
        assert shown["products"]["cells"] == [[number(one) for one in line] for line in patch * kernel]
        assert [[one[0] for one in line] for line in shown["patch"]["shades"]] == [
            [f"rgb({one}, {one}, {one})" for one in line] for line in as_pixels(patch)
        ]
        assert shown["sum"]["lines"] == [sentence(state, channel)]
        names = {"np": np, "convolve": convolve, "load_picture": load_picture, "picture": state.picture}
        if not shown["code"]["text"].startswith("#"):
            exec(shown["code"]["text"], names)
            np.testing.assert_allclose(names["output"], output, atol=1e-9)
        for field, value in (("row", row), ("column", column), ("stride", state.stride), ("padding", state.padding)):
            assert shown[field]["value"] == str(value)


def in_colour(pixels: np.ndarray) -> np.ndarray:
    return np.stack([pixels] * 3, axis=2) if pixels.ndim == 2 else pixels


@pytest.fixture
def page() -> Page:
    """The square, blurred, with a padding of 1: the output has 9 × 9 pixels."""
    pytest.importorskip("anywidget")
    return Page(lab_state("square", "blur", padding=1, row=2, column=3))


def kernel_at(name: str) -> int:
    return 1 + list(KERNELS).index(name)


def test_the_lab_opens_with_its_state(page: Page) -> None:
    page.agrees()
    shown = page.shown
    chosen = {name: shown[name]["options"][shown[name]["value"]] for name in ("kernel", "size", "colours", "picture")}
    assert chosen == {"kernel": "blur", "size": "3 × 3", "colours": "grey", "picture": "square"}
    assert "plus 1: 9." in shown["sizes"]["lines"][0][1]
    assert shown["divisor"]["value"] == "9"
    assert "output row 2, column 3: 56.7." in shown["input"]["alt"]
    assert "output row 2, column 3: 56.7." in shown["output"]["alt"]


def test_every_kernel_size_and_mode_can_be_chosen(page: Page) -> None:
    for mode in range(len(MODES)):
        page.tell("colours", mode)
        for size in range(len(SIZES)):
            page.tell("size", size)
            for name in KERNELS:
                assert page.tell("kernel", kernel_at(name)) is None
                page.agrees()
                assert page.shown["kernel"]["value"] == kernel_at(name)
                np.testing.assert_allclose(page.state.output, by_torch(page.state), atol=1e-9)


def test_both_pictures_have_one_scale_whatever_stride_and_padding(page: Page) -> None:
    for stride, padding in (("1", "0"), ("2", "1"), ("3", "4")):
        page.tell("stride", stride)
        page.tell("padding", padding)
        page.agrees()
        input_, output = page.shown["input"], page.shown["output"]
        assert [input_[key] for key in ("x", "y", "height", "ratio")] == [
            output[key] for key in ("x", "y", "height", "ratio")
        ]
        left, top, wide, high = page.shown["result"]["items"][0]["box"]
        assert (high, wide) == page.state.output_shape
        assert (2 * left + wide, 2 * top + high) == (9 + 2 * int(padding), 9 + 2 * int(padding)), "in the middle"
        assert (len(page.shown["pixels"]["items"]) == 2) == (padding != "0"), "the edge of the true picture"


def test_a_typed_number_makes_the_kernel_the_reader_s_own(page: Page) -> None:
    for text, value in (("5,5", 5.5), ("1/8", 0.125), ("−2", -2), ("1e-3", 0.001)):
        assert page.tell("numbers", text, row=0, column=2) is None
        assert page.state.numbers[0].tolist() == [1, 1, value]
        page.agrees()
    assert page.shown["kernel"]["value"] == 0
    assert page.tell("kernel", 0) is None, "the numbers are one's own already"
    page.tell("size", 1)
    assert page.state.numbers[1].tolist() == [0, 1, 1, 0.001, 0]
    page.tell("colours", 2)
    page.tell("channel", 2)
    page.tell("numbers", "7", row=0, column=0)
    assert page.state.numbers[0, 0].tolist() == [0, 0, 7]
    page.agrees()


REFUSED = [
    ("stride", "0", "Got 0 as stride; a whole number from 1 to 100 is needed."),
    ("stride", "1.5", "Got 1.5 as stride; a whole number"),
    ("padding", "−1", "Got -1 as padding; a whole number from 0 to 20 is needed."),
    ("padding", "100000", "a whole number from 0 to 20"),
    ("divisor", "0", "The kernel cannot be divided by 0"),
    ("divisor", "1e-99", "Got 1e-99 as divisor; a number from 1e−06 to 1e+06 is needed."),
    ("divisor", "nine", "Got 'nine'; type a number such as 0.5"),
    ("row", "9", "Got 9 as row; a whole number from 0 to 8 is needed."),
    ("column", "-1", "as column; a whole number from 0 to 8"),
    ("path", "nowhere.jpg", "nowhere.jpg was not found"),
]


@pytest.mark.parametrize(("control", "typed", "part"), REFUSED)
def test_what_cannot_be_is_refused_in_words_and_the_lab_goes_on(
    page: Page, control: str, typed: str, part: str
) -> None:
    before, past = page.state, len(page.view.past)
    assert part in page.tell(control, typed)
    assert page.changes["refused"]["name"] == control
    assert page.state is before
    assert len(page.view.past) == past
    assert set(page.changes["entries"]) == {control}, "the field shows its value again"
    page.tell("next")
    assert page.place == (2, 4)
    page.agrees()


def test_a_number_of_the_kernel_is_refused_at_its_cell(page: Page) -> None:
    assert "got 'x'" in page.tell("numbers", "x", row=2, column=1).lower()
    assert (page.changes["refused"]["row"], page.changes["refused"]["column"]) == (2, 1)
    assert "a number from −1e+06 to 1e+06 is needed" in page.tell("numbers", "1e7", row=0, column=0)
    page.agrees()


def test_a_kernel_that_does_not_fit_is_refused(page: Page) -> None:
    page = Page(lab_state(np.zeros((4, 9, 3), dtype=np.uint8), "blur"))
    assert "A kernel of 5 does not fit on 4 pixels: type padding=1 or more" in page.tell("size", 1)
    page.tell("padding", "1")
    assert page.tell("size", 1) is None
    assert "does not fit" in page.tell("padding", "0")
    page.agrees()


def test_the_window_stays_where_it_lies_when_stride_or_padding_changes(page: Page) -> None:
    page.tell("row", "4")
    page.tell("column", "4")  # the middle of the square: it has a padding of 1
    page.tell("stride", "2")
    assert page.place == (2, 2)
    page.tell("stride", "1")
    page.tell("padding", "3")
    assert page.place == (6, 6)
    page.tell("padding", "0")
    assert page.place == (3, 3)
    page.agrees()


def test_another_picture_begins_in_its_middle(page: Page) -> None:
    page.tell("picture", list(PICTURES).index("flag"))
    assert page.place == (6, 6)
    page.agrees()


def test_a_sobel_is_drawn_with_zero_as_middle_grey_until_the_reader_says_otherwise(page: Page) -> None:
    page.tell("kernel", kernel_at("Sobel right"))
    assert page.shown["draw"]["value"] == 1
    page.tell("draw", 0)
    page.tell("size", 1)
    assert page.shown["draw"]["value"] == 0
    page.tell("kernel", kernel_at("Sobel top"))
    page.agrees()
    page.tell("kernel", kernel_at("outline"))
    assert page.shown["draw"]["value"] == 0


def test_pointing_moves_both_marks_and_sends_no_picture_again(page: Page) -> None:
    page.tell("stride", "2")
    page.tell("window", x=2 * 3, y=2 * 1)
    assert page.place == (1, 3)
    assert set(page.changes["entries"]) <= {"row", "column", "place", "spot", "input", "output", "sum", "patch",
                                            "products", "undo"}  # fmt: skip
    page.agrees()
    gap = page.handle("spot")["limits"][0]
    page.tell("pixel", x=gap + 1, y=gap)
    assert page.place == (0, 1)
    assert not {"pixels", "result", "numbers", "code"} & set(page.changes["entries"])
    page.agrees()


def test_a_click_or_enter_holds_the_place_and_lets_it_go(page: Page) -> None:
    assert page.handle("place")["free"]
    page.tell("window", x=5, y=4, press=True)
    assert page.place == (4, 5)
    assert [page.handle(layer)["free"] for layer in ("place", "spot")] == [False, False]
    assert "The place is held" in page.shown["hint"]["lines"][0]
    # The pointer may have moved on before the page knows that the place is held.
    page.tell("window", x=6, y=4, gesture=page.number)
    assert page.place == (4, 5)
    page.tell("window", x=1, y=1)  # but a drag or an arrow key moves what is held
    assert page.place == (1, 1)
    assert not page.handle("place")["free"]
    page.tell("pixel", x=7, y=2, press=True)
    assert page.place == (1, 6), "the output lies one pixel further in: it is drawn in the middle"
    assert page.handle("spot")["free"]
    assert "Point at a picture" in page.shown["hint"]["lines"][0]


def test_a_place_follows_a_place_as_one_reads_and_the_first_the_last(page: Page) -> None:
    for control, value in (("stride", "4"), ("row", "1"), ("column", "1")):
        page.tell(control, value)
    seen = []
    for _ in range(6):
        page.tell("next")
        seen.append(page.place)
        page.agrees()
    assert seen == [(1, 2), (2, 0), (2, 1), (2, 2), (0, 0), (0, 1)]


def test_play_slides_on_and_stops_at_the_frame_that_was_seen(page: Page) -> None:
    page.tell("play", True)
    assert not page.handle("place")["free"], "the mouse that rests on a picture does not hold the window up"
    frames, pace = list(page.changes["frames"]), page.view.pace
    while len(frames) <= 2 * pace:
        page.tell("play", "more", shown=[1, 0])
        frames += page.changes["frames"]
    # Between two places the window is on its way, and the arithmetic stays what it was.
    across = [frame["place"]["handles"][0]["x"] for frame in frames[: 2 * pace]]
    assert all(after > before for before, after in pairwise([3, *across]))
    assert (across[pace - 1], across[2 * pace - 1]) == (4, 5)
    assert [at for at, frame in enumerate(frames[: 2 * pace]) if "sum" in frame] == [pace - 1, 2 * pace - 1]
    assert not any({"pixels", "result", "numbers"} & set(frame) for frame in frames)
    page.tell("play", False, shown=[1, pace + 2])  # two frames after the second place
    assert page.place == (2, 4)
    page.agrees()
    assert page.handle("place")["free"]
    assert page.view.options["glide"] == 0, "the next play begins at a place"
    page.tell("undo")
    assert page.place == (2, 3)
    page.agrees()


def test_play_on_a_photograph_is_a_place_a_frame_and_quick() -> None:
    pytest.importorskip("anywidget")
    page = Page(lab_state("cat.0.jpg", "sharpen", row=10, column=360))
    page.tell("play", True)
    frames = page.changes["frames"]
    assert [frame["place"]["handles"][0]["x"] for frame in frames] == [361 + at for at in range(len(frames))]
    started = time.perf_counter()
    page.tell("play", "more", shown=[1, len(frames)])
    assert (time.perf_counter() - started) / len(page.changes["frames"]) < 0.04
    page.tell("play", False, shown=[1, len(frames)])
    page.agrees()


def test_every_act_is_undone(page: Page) -> None:
    own = dict(content=png(PHOTO))
    acts = [("kernel", 3, {}), ("size", 1, {}), ("numbers", "4", dict(row=1, column=1)), ("divisor", "2", {}),
            ("stride", "2", {}), ("padding", "2", {}), ("colours", 2, {}), ("channel", 1, {}), ("draw", 1, {}),
            ("next", None, {}), ("window", None, dict(x=4, y=2, press=True)), ("upload", "mine.png", own),
            ("row", "1", {})]  # fmt: skip
    scenes = []
    for name, value, more in acts:
        scenes.append({key: entry for key, entry in page.shown.items() if key != "undo"})
        assert page.tell(name, value, **more) is None
    for scene in reversed(scenes):
        page.tell("undo")
        assert {key: entry for key, entry in page.shown.items() if key != "undo"} == scene
    assert page.shown["undo"]["off"]


def test_a_drag_is_undone_as_one_and_what_the_pointer_passes_after_it_is_no_act(page: Page) -> None:
    for value in ("2", "3", "4"):
        page.tell("numbers", value, row=0, column=0, gesture=50)
    page.tell("kernel", kernel_at("outline"))
    page.tell("undo", gesture=60)
    page.tell("window", x=1, y=1, gesture=60)
    page.tell("undo", gesture=61)
    assert page.state.numbers[0, 0] == 1
    assert page.place == (2, 3)


def test_pictures_come_from_the_list_a_path_and_an_upload(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "mine.png"
    file.write_bytes(png(PHOTO))
    assert page.tell("path", str(file)) is None
    assert np.array_equal(page.state.picture, PHOTO)
    assert page.shown["picture"]["options"] == [str(file), *PICTURES]
    assert page.shown["path"]["value"] == str(file)
    page.agrees()
    page.tell("picture", 1 + list(PICTURES).index("square"))
    page.tell("picture", 0)
    assert np.array_equal(page.state.picture, PHOTO)
    assert page.tell("path", "  ") is None
    dark = np.zeros((9, 14, 3), dtype=np.uint8)
    assert page.tell("upload", "dark.png", content=png(dark)) is None
    assert np.array_equal(page.state.picture, dark)
    assert page.shown["picture"]["options"][page.shown["picture"]["value"]] == "dark.png"
    assert page.shown["code"]["text"].startswith("# Put dark.png beside the notebook")
    page.agrees()
    assert "not a picture we know" in page.tell("upload", "text.png", content=b"text")
    page.agrees()


def test_an_upload_with_the_name_of_a_sample_does_not_take_its_place(page: Page) -> None:
    assert page.tell("upload", "cat.0.jpg", content=png(PHOTO)) is None
    assert page.shown["picture"]["options"] == ["cat.0.jpg (uploaded)", *PICTURES]
    assert np.array_equal(page.state.picture, PHOTO)


def test_an_array_of_the_reader_s_own_has_a_name_in_the_list() -> None:
    pytest.importorskip("anywidget")
    page = Page(lab_state(PHOTO, "sharpen"))
    assert page.shown["picture"]["options"][0] == OWN_PICTURE
    assert page.shown["code"]["text"].startswith("output = convolve(picture.mean(axis=2), [[0, -1, 0]")
    page.tell("picture", 1 + list(PICTURES).index("square"))
    page.tell("picture", 0)
    assert np.array_equal(page.state.picture, PHOTO)
    page.agrees()


def test_outside_a_notebook_the_lab_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    kernel_lab("square", "blur", row=1, column=1)
    printed = capsys.readouterr().out
    assert printed.strip() == text_form(lab_state("square", "blur", row=1, column=1))
    (line,) = [line.strip() for line in printed.splitlines() if line.startswith("  plot_lab")]
    exec(line, {"plot_lab": plot_lab})
    with pytest.raises(ValueError, match="Got stride=0"):
        kernel_lab("square", "blur", stride=0)


def test_a_named_kernel_is_what_the_lab_lays_on() -> None:
    for name in KERNELS:
        np.testing.assert_allclose(lab_state("square", name, size=5).kernel, named_kernel(name, 5))
