"""The kernel lab without a browser: states, drawings, the arithmetic, pointing, and what the widgets do."""

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.explorers.kernel_lab import kernel_lab, lab_state, load_picture, plot_lab
from helpers.explorers.kernel_lab.arithmetic import grids, number, sentence, tables
from helpers.explorers.kernel_lab.drawing import MARGIN, draw_input, draw_output, scale_of, under_input, under_output
from helpers.explorers.kernel_lab.pictures import LONGEST, PICTURES, read_upload, uploaded
from helpers.explorers.kernel_lab.state import MODES, LabState
from helpers.explorers.kernel_lab.view import OWN_NUMBERS, OWN_PICTURE, LabView, text_form
from helpers.files.images import ImageError
from helpers.lessons.convolution import KERNELS, as_pixels, convolve, named_kernel
from helpers.widgets import pointing

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
def test_an_impossible_state_says_why_and_still_draws(changes: dict, sentence_part: str) -> None:
    state = lab_state("square", "blur").changed(**changes)
    assert sentence_part in state.problem
    assert sentence(state) == state.problem
    assert tables(state) == ""
    assert max(draw_input(state).image.shape) < 400
    assert draw_output(state).encoded()
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


@pytest.mark.parametrize(
    "value",
    [
        ({"name": "a.png", "type": "image/png", "size": 3, "content": memoryview(png(PHOTO))},),  # ipywidgets 8
        {"a.png": {"metadata": {"name": "a.png", "size": 3}, "content": png(PHOTO)}},  # ipywidgets 7
    ],
)
def test_an_upload_is_read_as_both_versions_of_ipywidgets_give_it(value: Any) -> None:
    found = uploaded(value)
    assert found is not None
    name, content = found
    assert (name, content) == ("a.png", png(PHOTO))
    assert np.array_equal(read_upload(name, content), PHOTO)


def test_an_empty_upload_is_none_and_a_false_one_is_told() -> None:
    assert uploaded(()) is None
    assert uploaded({}) is None
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
    top, bottom, left, right = boxes(draw_input(state).image)
    assert (top + 2, left + 2) == (MARGIN + stride * 1 * scale, MARGIN + stride * 2 * scale)
    assert (bottom - top - 3, right - left - 3) == (size * scale, size * scale)
    inside = draw_input(state).image[top + 2 : bottom - 1, left + 2 : right - 1, 0]
    assert np.array_equal(inside[scale // 2 :: scale, scale // 2 :: scale], as_pixels(state.step.patch))
    top, bottom, left, right = boxes(draw_output(state).image)
    around = 1 if scale == 1 else 0
    assert (top + 2, left + 2) == (MARGIN + (1 - around) * scale, MARGIN + (2 - around) * scale)


def test_the_drawing_shows_the_output() -> None:
    state = lab_state(PHOTO, "blur", mode="each channel", row=0, column=0)
    frame = draw_output(state)
    middle = frame.image[MARGIN:-MARGIN, MARGIN:-MARGIN][
        frame.scale // 2 :: frame.scale, frame.scale // 2 :: frame.scale
    ]
    assert np.array_equal(middle[3:, 3:], as_pixels(state.output)[3:, 3:])
    signed = draw_output(lab_state("square", "Sobel right", row=0, column=0)).image
    assert {0, 128, 255} == set(np.unique(signed[60:-20, 60:-20]))


@pytest.mark.parametrize(("picture", "kind"), [("square", "PNG"), ("cat.0.jpg", "JPEG")])
def test_a_drawing_is_encoded_at_its_size(picture: str, kind: str) -> None:
    frame = draw_input(lab_state(picture))
    read = Image.open(io.BytesIO(frame.encoded()))
    assert read.format == kind
    assert read.size == (frame.image.shape[1], frame.image.shape[0])


@pytest.mark.parametrize("picture", ["square", "cat.0.jpg"])
@pytest.mark.parametrize(("stride", "padding", "size"), [(1, 0, 3), (2, 1, 3), (3, 3, 7)])
def test_pointing_at_the_middle_of_a_window_or_at_an_output_pixel_finds_it(
    picture: str, stride: int, padding: int, size: int
) -> None:
    state = lab_state(picture, "outline", size=size, stride=stride, padding=padding)
    rows, columns = state.output_shape
    for row, column in [(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 3)]:
        for frame, under, at in (
            (draw_input(state), under_input, [stride * place + size // 2 for place in (row, column)]),
            (draw_output(state), under_output, [row, column]),
        ):
            height, width = frame.image.shape[:2]
            y = (MARGIN + (at[0] + 0.5) * frame.scale) / height
            x = (MARGIN + (at[1] + 0.5) * frame.scale) / width
            assert under(state, x, y) == (row, column)


def test_the_first_drawn_line_of_a_pixel_already_belongs_to_it() -> None:
    for picture in ("square", "cat.0.jpg", "dog.1.jpg"):
        state = lab_state(picture, "blur")
        frame = draw_output(state)
        for column in range(state.output_shape[1]):
            place = (MARGIN + column * frame.scale) / frame.image.shape[1]
            assert under_output(state, place, 0.5)[1] == column


@pytest.mark.parametrize(("x", "y"), [(-0.5, -0.5), (0, 0), (1, 1), (3, 3)])
def test_pointing_beside_a_picture_takes_the_nearest_place(x: float, y: float) -> None:
    state = lab_state("square", "blur")
    assert under_input(state, x, y) in [(0, 0), (6, 6)]
    assert under_output(state, x, y) in [(0, 0), (6, 6)]


# The arithmetic


def test_the_arithmetic_of_a_grey_pixel() -> None:
    state = lab_state("square", "blur", row=1, column=1)
    assert grids(state, 0)[2].sum() == 255
    assert sentence(state) == (
        "Sum of the products: 255; divided by 9: 28.3. That is output row 1, column 1, drawn with brightness 28."
    )
    assert tables(state).count("<td") == 27
    assert tables(state).count(">255<") == 2


def test_the_arithmetic_of_channels() -> None:
    state = lab_state("flag", "identity", mode="each channel", row=4, column=1)
    assert "Sum of the products, red: 255. That is output row 4, column 1, red, drawn" in sentence(state, 0)
    assert "Sum of the products, green: 0." in sentence(state, 1)
    assert "kernel, green" in tables(state, 1)
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
    texts = [number(value) for value in (0, -0.0, -3, 1234567, 0.5, -84.666, 1e300, float("inf"), float("nan"))]
    assert texts == ["0", "0", "−3", "1,234,567", "0.5", "−84.7", "1e+300", "inf", "nan"]


@pytest.mark.parametrize("size", [3, 5, 7])
def test_the_ordinary_picture_shows_the_same_state(size: int) -> None:
    state = lab_state(PHOTO, "sharpen", size=size, padding=1, row=4, column=5)
    axes = plot_lab(state)
    assert [one.get_title() for one in axes] == ["picture", "output", "pixels", "× kernel", "= products"]
    assert axes[0].figure.get_suptitle().replace("\n", " ") == sentence(state)
    for one, values in zip(axes[2:], grids(state, 0), strict=True):
        assert [text.get_text() for text in one.texts] == [number(value) for value in values.ravel()]
    assert np.array_equal(axes[0].images[0].get_array(), draw_input(state).image)
    assert np.array_equal(axes[1].images[0].get_array(), draw_output(state).image)
    assert axes[0].get_xlim() == axes[1].get_xlim()


# The widgets


@pytest.fixture(params=["with anywidget", "without"])
def view(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> LabView:
    pytest.importorskip("ipywidgets")
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "anywidget", None)
    else:
        pytest.importorskip("anywidget")
    assert pointing.can_point() == (request.param != "without")
    return LabView(lab_state("square", "blur", padding=1, row=2, column=3))


def shown(view: LabView) -> tuple[bytes, bytes]:
    return tuple(bytes(getattr(widget, "picture", None) or widget.value) for widget in (view.input, view.output))  # type: ignore[return-value]


def upload(widget: Any, name: str, content: bytes) -> None:
    """Give a FileUpload a file as the browser does: ipywidgets 7 takes its parts and counts, 8 takes the value."""
    about = {"name": name, "type": "image/png", "size": len(content)}
    if widget.has_trait("data"):
        widget.set_trait("metadata", [about])
        widget.set_trait("data", [content])
        widget.set_trait("_counter", 1)
    else:
        widget.set_trait("value", ({**about, "content": memoryview(content), "last_modified": datetime.now(UTC)},))


def agrees(view: LabView) -> None:
    """Assert that all that the widgets show is what the plain functions say of the state."""
    state = view.state
    assert shown(view) == (draw_input(state).encoded(), draw_output(state).encoded())
    assert view.code.value == state.code
    assert (view.row.value, view.column.value) == (state.row, state.column)
    assert (view.stride.value, view.padding.value) == (state.stride, state.padding)
    assert tables(state, view.channels.value) == view.tables.value
    boxes = [[box.value for box in row.children] for row in view.grid.children]
    expected = state.numbers[..., view.channels.value] if state.numbers.ndim == 3 else state.numbers
    assert boxes == expected.tolist()


def test_the_lab_opens_with_its_state(view: LabView) -> None:
    agrees(view)
    assert (view.kernels.value, view.sizes.value, view.modes.value, view.pictures.value) == (
        "blur",
        3,
        "grey",
        "square",
    )
    assert view.message.value == ""
    assert "plus 1: 9." in view.size_line.value


def test_every_kernel_size_and_mode_can_be_chosen(view: LabView) -> None:
    for mode in MODES:
        view.modes.value = mode
        for size in (3, 5, 7):
            view.sizes.value = size
            for name in KERNELS:
                view.kernels.value = name
                agrees(view)
                assert view.kernels.value == name
                np.testing.assert_allclose(view.state.output, by_torch(view.state), atol=1e-9)
    assert view.errors.outputs == ()


def test_a_typed_number_makes_the_kernel_the_reader_s_own(view: LabView) -> None:
    view.numbers[0, 2].value = 5.5
    assert view.kernels.value == OWN_NUMBERS
    assert view.state.numbers[0].tolist() == [1, 1, 5.5]
    agrees(view)
    view.sizes.value = 5
    assert view.state.numbers[1].tolist() == [0, 1, 1, 5.5, 0]
    agrees(view)
    view.modes.value = "colour kernel"
    view.channels.value = 2
    view.numbers[0, 0].value = 7
    assert view.state.numbers[0, 0].tolist() == [0, 0, 7]
    agrees(view)


def test_one_change_is_drawn_once(view: LabView, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, draw = [], view.show_state
    monkeypatch.setattr(view, "show_state", lambda *complaint: (drawn.append(complaint), draw(*complaint)))
    view.kernels.value = "Gaussian blur"  # changes nine numbers and the divisor
    assert len(drawn) == 1
    view.sizes.value = 7
    assert len(drawn) == 2
    view.row.value = 99
    assert len(drawn) == 3


def test_an_impossible_stride_is_explained_and_mended(view: LabView) -> None:
    view.stride.value = 0
    assert "Got stride=0; it counts pixels" in view.message.value
    assert (view.code.value, view.tables.value, view.sum_line.value) == ("", "", "")
    view.stride.value = 2
    assert view.message.value == ""
    assert view.state.output.shape == (5, 5)
    agrees(view)
    view.sizes.value = 7
    view.padding.value = 0
    view.stride.value = 1
    assert view.state.output.shape == (3, 3)
    agrees(view)


def test_a_place_can_be_typed_and_a_place_outside_is_told(view: LabView) -> None:
    view.row.value = 8
    view.column.value = 0
    agrees(view)
    assert "output row 8, column 0" in view.sum_line.value
    view.row.value = 9
    assert "Row 9 is not in the output, which has 9 rows: type 0 to 8." in view.message.value
    assert view.row.value == 8
    view.column.value = 1
    assert view.message.value == ""


def test_a_place_follows_a_place_as_one_reads_and_the_first_the_last(view: LabView) -> None:
    view.stride.value, view.row.value, view.column.value = 4, 1, 1
    seen = []
    for _ in range(6):
        view.next.click()
        seen.append((view.state.row, view.state.column))
        agrees(view)
    assert seen == [(1, 2), (2, 0), (2, 1), (2, 2), (0, 0), (0, 1)]
    # Play counts up, and each count is a place; its stop button counts from 0 again, and moves nothing.
    view.play.value = 1
    assert (view.state.row, view.state.column) == (0, 2)
    view.play.value = 0
    assert (view.state.row, view.state.column) == (0, 2)
    view.play.value = 1
    assert (view.state.row, view.state.column) == (1, 0)
    view.stride.value = 0
    view.next.click()  # there is no place to go on to: the sentence stays
    assert "Got stride=0" in view.message.value
    assert view.errors.outputs == ()


def test_the_window_stays_where_it_lies_when_stride_or_padding_changes(view: LabView) -> None:
    view.row.value, view.column.value = 4, 4  # the middle of the square: it has a padding of 1
    view.stride.value = 2
    assert (view.state.row, view.state.column) == (2, 2)
    view.stride.value = 1
    view.padding.value = 3
    assert (view.state.row, view.state.column) == (6, 6)
    view.padding.value = 0
    assert (view.state.row, view.state.column) == (3, 3)
    view.padding.value = -1
    view.padding.value = 1
    agrees(view)
    assert view.errors.outputs == ()


def test_another_picture_begins_in_its_middle(view: LabView) -> None:
    view.row.value = 0
    view.pictures.value = "flag"
    assert (view.state.row, view.state.column) == (6, 6)
    agrees(view)


def test_a_sobel_is_drawn_with_zero_as_middle_grey_until_the_reader_says_otherwise(view: LabView) -> None:
    view.kernels.value = "Sobel right"
    assert view.signed.value
    assert view.state.signed == lab_state("square", "Sobel right").signed
    view.signed.value = False
    view.sizes.value = 5
    assert not view.state.signed
    view.kernels.value = "Sobel top"
    view.kernels.value = "outline"
    assert not view.signed.value
    agrees(view)


def test_pointing_moves_the_place_and_a_click_holds_it(view: LabView) -> None:
    if not pointing.can_point():
        assert "Type a row and a column" in view.tip.value
        assert type(view.input).__name__ == "Image"
        return
    view.input.place = [0.0, 0.0]
    assert (view.state.row, view.state.column) == (0, 0)
    agrees(view)
    view.output.place = [0.999, 0.5]
    assert (view.state.row, view.state.column) == (4, 8)
    agrees(view)
    view.output.held = True
    assert view.input.held
    assert "The place is held" in view.tip.value
    view.stride.value = 0
    view.input.place = [0.5, 0.5]  # there is no place: nothing happens
    assert view.errors.outputs == ()


def test_pictures_come_from_the_list_a_path_and_an_upload(view: LabView, tmp_path: Path) -> None:
    view.pictures.value = "flag"
    agrees(view)
    assert view.state.picture.shape == (12, 12, 3)
    view.path.value = str(tmp_path / "nothing.png")
    assert "was not found" in view.message.value
    assert view.state.source == "flag"
    (tmp_path / "mine.png").write_bytes(png(PHOTO))
    view.path.value = str(tmp_path / "mine.png")
    assert np.array_equal(view.state.picture, PHOTO)
    assert view.pictures.value == str(tmp_path / "mine.png")
    agrees(view)
    view.pictures.value = "square"
    view.pictures.value = str(tmp_path / "mine.png")
    assert np.array_equal(view.state.picture, PHOTO)
    dark = np.zeros((9, 14, 3), dtype=np.uint8)
    upload(view.upload, "dark.png", png(dark))
    assert np.array_equal(view.state.picture, dark)
    assert view.pictures.value == "dark.png"
    agrees(view)


def test_an_array_of_the_reader_s_own_has_a_name_in_the_list() -> None:
    pytest.importorskip("ipywidgets")
    view = LabView(lab_state(PHOTO, "sharpen"))
    assert view.pictures.value == OWN_PICTURE
    assert view.code.value.startswith("output = convolve(picture.mean(axis=2), [[0, -1, 0]")
    view.pictures.value = "square"
    view.pictures.value = OWN_PICTURE
    assert np.array_equal(view.state.picture, PHOTO)
    agrees(view)


def test_every_control_has_a_label(view: LabView) -> None:
    import ipywidgets

    kinds = (ipywidgets.Dropdown, ipywidgets.Text, ipywidgets.IntText, ipywidgets.FloatText, ipywidgets.Textarea,
             ipywidgets.FileUpload)  # fmt: skip
    controls = [value for value in [*vars(view).values(), *view.numbers.values()] if isinstance(value, kinds)]
    assert len(controls) >= 22
    assert [control for control in controls if not control.description] == []


def test_outside_a_notebook_the_lab_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    kernel_lab("square", "blur", row=1, column=1)
    printed = capsys.readouterr().out
    assert printed.strip() == text_form(lab_state("square", "blur", row=1, column=1))
    (line,) = [line.strip() for line in printed.splitlines() if line.startswith("  plot_lab")]
    exec(line, {"plot_lab": plot_lab})
    with pytest.raises(ValueError, match="Got stride=0"):
        kernel_lab("square", "blur", stride=0)


def test_the_module_for_the_browser_is_small_and_loads_nothing() -> None:
    text = (Path(pointing.__file__).parent / "pointing.js").read_text("utf-8")
    assert len(text) < 4000
    code = re.sub(r"//.*", "", text)
    assert re.findall(r"https?:|\bimport\b|\bfetch\b|XMLHttpRequest", code) == []
    assert "export default { render }" in code


def test_a_named_kernel_is_what_the_lab_lays_on() -> None:
    for name in KERNELS:
        np.testing.assert_allclose(lab_state("square", name, size=5).kernel, named_kernel(name, 5))
