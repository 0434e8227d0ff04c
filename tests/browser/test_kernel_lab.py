"""The kernel lab in a real JupyterLab: by mouse, by keyboard alone and by touch, it shows what a local view shows."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from helpers.explorers.kernel_lab import lab_state
from helpers.explorers.kernel_lab.pictures import PICTURES
from helpers.explorers.kernel_lab.view import LabView
from helpers.lessons.convolution import KERNELS
from tests.browser import lab
from tests.browser.lab import same_scene
from tests.explorers.telling import tell

PHOTO = dict(picture="cat.0.jpg", kernel="sharpen", row=110, column=230)
SQUARE = dict(picture="square", kernel="blur", padding=1, stride=2, row=1, column=2)
RIM = 3  # pixels around a picture in its figure


@pytest.fixture
def show(run: Callable[[str], Page]) -> Callable[..., tuple[Locator, LabView]]:
    """Return a function that shows the lab, and makes the same one here."""

    def shown(**values: object) -> tuple[Locator, LabView]:
        source = ", ".join(f"{name}={value!r}" for name, value in values.items())
        page = run(f"from helpers.explorers.kernel_lab import kernel_lab\nkernel_lab({source})")
        return lab.explorer(page), LabView(lab_state(**values))  # type: ignore[arg-type]

    return shown


def field(box: Locator, label: str) -> Locator:
    """Return a field by its label."""
    return box.get_by_role("textbox", name=label, exact=True)


def point(box: Locator, view: LabView, figure: str, row: float, column: float, *, click: bool = False) -> None:
    """Move the mouse to a pixel of a picture, counted from the corner of its figure."""
    canvas = lab.part(box, figure).locator("canvas")
    canvas.scroll_into_view_if_needed()
    edge = canvas.bounding_box()
    assert edge
    rows, columns = view.state.seen_input.shape[:2]
    x = edge["x"] + RIM + (column + 0.5) / columns * (edge["width"] - 2 * RIM)
    y = edge["y"] + RIM + (row + 0.5) / rows * (edge["height"] - 2 * RIM)
    box.page.mouse.move(x, y, steps=3)
    if click:
        box.page.mouse.click(x, y)


def test_pointing_moves_both_marks_and_a_click_holds_them(show: Callable[..., tuple[Locator, LabView]]) -> None:
    box, view = show(**PHOTO)
    same_scene(box, view)
    point(box, view, "input", 61, 101)  # the middle of the window at row 60, column 100
    tell(view, "window", x=100, y=60, gesture=0)
    same_scene(box, view)
    point(box, view, "output", 201, 18)  # the output lies in the middle: one pixel further in
    tell(view, "pixel", x=18, y=201, gesture=0)
    assert (view.state.row, view.state.column) == (200, 17)
    same_scene(box, view)
    point(box, view, "output", 41, 51, click=True)
    tell(view, "pixel", x=51, y=41, press=True)
    same_scene(box, view)
    expect(lab.part(box, "hint")).to_contain_text("The place is held")
    point(box, view, "input", 100, 100)
    lab.all_told(box)
    same_scene(box, view)
    point(box, view, "input", 100, 100, click=True)
    tell(view, "window", x=99, y=99, press=True)
    same_scene(box, view)


def test_kernels_are_chosen_typed_and_dragged_and_a_wrong_number_is_refused_in_its_cell(
    show: Callable[..., tuple[Locator, LabView]],
) -> None:
    box, view = show(**PHOTO)
    box.get_by_role("combobox", name="kernel").select_option("Gaussian blur")
    tell(view, "kernel", value=1 + list(KERNELS).index("Gaussian blur"))
    box.get_by_label("7 × 7").check()
    tell(view, "size", value=2)
    same_scene(box, view)
    cell = field(box, "row 1, column 2")
    cell.fill("0,5")
    cell.press("Enter")
    tell(view, "numbers", row=1, column=2, value="0,5")
    same_scene(box, view)
    other = field(box, "row 3, column 3")
    lab.drag(other, 0, -30)  # six pixels for one step
    tell(view, "numbers", row=3, column=3, value="400.5")
    same_scene(box, view)
    expect(other).to_have_value("400.5")
    other.fill("much")
    other.press("Enter")
    expect(box.get_by_role("alert")).to_contain_text("got 'much'; type a number")
    expect(other).to_have_attribute("aria-invalid", "true")
    box.page.keyboard.press("Escape")
    box.get_by_role("button", name="Undo").click()
    box.get_by_role("button", name="Undo").click()
    tell(view, "undo")
    tell(view, "undo")
    same_scene(box, view)


def test_z_undoes_in_a_field_of_numbers_too(show: Callable[..., tuple[Locator, LabView]]) -> None:
    box, view = show(**SQUARE)
    cell = field(box, "row 0, column 0")
    before = cell.input_value()
    cell.fill("7")
    cell.press("Enter")
    cell.press("z")
    tell(view, "numbers", row=0, column=0, value="7")
    tell(view, "undo")
    same_scene(box, view)
    expect(cell).to_have_value(before)
    expect(box.get_by_role("alert")).to_have_count(0)


def test_the_keyboard_alone_is_enough(show: Callable[..., tuple[Locator, LabView]]) -> None:
    box, view = show(**SQUARE)
    page, window = box.page, lab.handle(box, "window")
    field(box, "padding").focus()
    lab.go_by_tab(page, window)
    for key, x, y in (("ArrowDown", 4, 4), ("ArrowLeft", 2, 4), ("ArrowUp", 2, 2), ("Shift+ArrowRight", 8, 2)):
        page.keyboard.press(key)
        tell(view, "window", x=x, y=y)
        same_scene(box, view)
    page.keyboard.press("Enter")
    tell(view, "window", x=8, y=2, press=True)
    same_scene(box, view)
    lab.go_by_tab(page, lab.handle(box, "pixel"))
    page.keyboard.press("ArrowLeft")
    tell(view, "pixel", x=view.gaps[1] + 3, y=view.gaps[0] + 1)
    same_scene(box, view)
    lab.go_by_tab(page, field(box, "row 0, column 0"))
    page.keyboard.press("ArrowUp")
    tell(view, "numbers", row=0, column=0, value="2")
    same_scene(box, view)
    window.focus()
    page.keyboard.press("z")
    tell(view, "undo")
    same_scene(box, view)
    lab.go_by_tab(page, box.get_by_text("Row, column and code"))
    page.keyboard.press("Enter")
    lab.go_by_tab(page, field(box, "row"))
    lab.type_over(page, "4")
    tell(view, "row", value="4")
    same_scene(box, view)


def test_a_finger_drags_the_window_however_small_it_is(show: Callable[..., tuple[Locator, LabView]]) -> None:
    box, view = show(**SQUARE)
    window = lab.handle(box, "window")
    edge = lab.part(box, "input").locator("canvas").bounding_box()
    assert edge
    pixel = (edge["width"] - 2 * RIM) / 11
    lab.touch_drag(window, 2 * pixel, 4 * pixel)
    tell(view, "window", x=6, y=6)
    same_scene(box, view)
    box, view = show(**PHOTO)
    box.scroll_into_view_if_needed()
    x, y = lab.middle(lab.handle(box, "window"))
    touched = "([x, y]) => document.elementFromPoint(x, y).dataset.name"
    assert box.page.evaluate(touched, [x + 13, y - 13]) == "window", "it is larger for a finger than it is drawn"
    lab.touch_drag(lab.handle(box, "window"), -80, 30)
    expect(lab.handle(box, "window")).not_to_have_attribute("aria-valuenow", "230")
    lab.all_told(box)
    place = {name: int(lab.shown_by(box)[name]["value"]) for name in ("row", "column")}
    assert place["row"] > 110
    assert place["column"] < 230
    tell(view, "window", x=place["column"], y=place["row"])
    same_scene(box, view)


def test_play_slides_the_window_and_pause_shows_the_place_that_was_seen(
    show: Callable[..., tuple[Locator, LabView]],
) -> None:
    box, _ = show(**SQUARE)
    window = lab.handle(box, "window")
    box.get_by_role("button", name="Play").click()
    expect(window).to_have_attribute("aria-valuetext", re.compile("row 2, column 0"))  # the row is at its end before
    box.get_by_role("button", name="Pause").click()
    expect(box.get_by_role("button", name="Play")).to_be_visible()
    lab.all_told(box)
    shown = lab.shown_by(box)
    view = LabView(lab_state(**SQUARE | {name: int(shown[name]["value"]) for name in ("row", "column")}))  # type: ignore[arg-type]
    tell(view, "next")  # for there is something to undo
    tell(view, "row", value=shown["row"]["value"])
    tell(view, "column", value=shown["column"]["value"])
    same_scene(box, view)


def test_a_picture_of_one_s_own_is_uploaded(show: Callable[..., tuple[Locator, LabView]], tmp_path: Path) -> None:
    box, view = show(**PHOTO)
    mine = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    Image.fromarray(mine).save(tmp_path / "mine.png")
    (tmp_path / "large.png").write_bytes(bytes(9_000_001))
    box.get_by_text("A picture of your own").click()
    chooser = box.locator("input[type=file]")
    chooser.set_input_files(tmp_path / "large.png")
    expect(box.get_by_role("alert")).to_contain_text("large.png has more than 9 MB: make it smaller.")
    chooser.set_input_files(tmp_path / "mine.png")
    number = view.canvas.changes.get("answer", 0) + 1
    told = {"name": "upload", "value": "mine.png", "number": number, "gesture": number, "shown": None}
    view._told(None, told, [memoryview((tmp_path / "mine.png").read_bytes())])
    same_scene(box, view)
    expect(box.get_by_role("alert")).to_have_count(0)
    box.get_by_role("combobox", name="picture").select_option("square")
    tell(view, "picture", value=1 + list(PICTURES).index("square"))
    same_scene(box, view)
