"""The kernel lab in a real JupyterLab: with the mouse, by keyboard alone, and what it shows is what is computed."""

import io
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from helpers.explorers.kernel_lab import LabState, lab_state
from helpers.explorers.kernel_lab.arithmetic import number, sentence
from helpers.explorers.kernel_lab.drawing import MARGIN, Frame, draw_input, draw_output
from helpers.explorers.kernel_lab.view import INTERVAL
from tests.browser import lab
from tests.browser.lab import type_over

SOURCE = """from helpers.explorers.kernel_lab import kernel_lab
kernel_lab("cat.0.jpg", "sharpen", row=110, column=230)"""
OPENING = lab_state("cat.0.jpg", "sharpen", row=110, column=230)


@pytest.fixture
def box(run: Callable[[str], Page]) -> Locator:
    """Show the lab."""
    found = run(SOURCE).locator(".whole-game-kernel-lab")
    expect(found.get_by_label("Output row:")).to_have_value("110")
    return found


def field(box: Locator, label: str) -> Locator:
    """Return a control by the label that a reader sees."""
    return box.get_by_label(label, exact=True)


def pictures(box: Locator) -> tuple[Locator, Locator]:
    """Return the picture and the output."""
    expect(box.locator("img")).to_have_count(2)
    return box.locator("img").first, box.locator("img").last


def decoded(frame: Frame) -> np.ndarray:
    """Return what is left of a drawing after it was encoded."""
    return np.asarray(Image.open(io.BytesIO(frame.encoded())).convert("RGB")).astype(int)


def shows(box: Locator, state: LabState, channel: int = 0) -> None:
    """Assert that the page shows a state: sentence, products, code, and both pictures pixel by pixel."""
    lab.soon(box.page, lambda: shows_now(box, state, channel))


def shows_now(box: Locator, state: LabState, channel: int) -> None:
    expect(box).to_contain_text(sentence(state, channel))
    expect(field(box, "Code:")).to_have_value(state.code)
    products = box.locator("table").last.locator("td").all_inner_texts()
    step = state.step.products
    wanted = step[..., channel] if step.ndim == 3 else step
    assert products == [number(value) for value in wanted.ravel()]
    for image, frame in zip(pictures(box), (draw_input(state), draw_output(state)), strict=True):
        seen = lab.decoded(image)
        assert seen.shape == frame.image.shape
        assert abs(seen - decoded(frame)).mean() < 1.5  # browsers decode JPEG a little differently


def point(image: Locator, state: LabState, row: float, column: float, *, click: bool = False) -> None:
    """Move the mouse to a pixel of a picture, as it is drawn; `row` and `column` count its own pixels."""
    image.scroll_into_view_if_needed()
    size = image.bounding_box()
    assert size
    natural = image.evaluate("image => image.naturalWidth")
    factor = size["width"] / natural
    scale = draw_input(state).scale
    # Whole numbers, because Chromium cuts off those of a click.
    x = math.ceil(size["x"] + factor * (MARGIN + column * scale + scale // 2))
    y = math.ceil(size["y"] + factor * (MARGIN + row * scale + scale // 2))
    image.page.mouse.move(x, y, steps=3)
    if click:
        image.page.mouse.click(x, y)


def test_pointing_at_either_picture_shows_the_products_there(box: Locator) -> None:
    shows(box, OPENING)
    expect(box.get_by_text("Error displaying widget")).to_have_count(0)
    picture, output = pictures(box)
    point(picture, OPENING, 61, 101)  # the middle of the window of row 60, column 100
    shows(box, OPENING.at(60, 100))
    point(output, OPENING, 200, 17)
    shows(box, OPENING.at(200, 17))
    expect(field(box, "Output row:")).to_have_value("200")
    # A click holds the place, on both pictures; the next one lets go.
    point(output, OPENING, 40, 50, click=True)
    expect(box).to_contain_text("The place is held")
    point(picture, OPENING, 99, 99)
    lab.let_timers_run(box.page, 40)  # so long may the page keep what it reports
    lab.all_answered(box.page)
    shows(box, OPENING.at(40, 50))
    point(picture, OPENING, 99, 99, click=True)
    expect(box).not_to_contain_text("The place is held")
    shows(box, OPENING.at(98, 98))


def test_a_preset_a_size_a_typed_number_and_a_colour_kernel_are_computed(box: Locator) -> None:
    field(box, "Kernel:").select_option(label="Gaussian blur")
    shows(box, OPENING.with_kernel("Gaussian blur"))
    field(box, "Size:").select_option(label="7 × 7")
    state = OPENING.with_kernel("Gaussian blur", 7)
    shows(box, state)
    field(box, "Kernel:").select_option(label="outline")
    field(box, "Size:").select_option(label="3 × 3")
    state = OPENING.with_kernel("outline", 3)
    shows(box, state)
    field(box, "kernel row 1 column 1").fill("9")
    field(box, "kernel row 1 column 1").press("Enter")
    state = state.with_number(1, 1, 0, 9)
    shows(box, state)
    expect(field(box, "Kernel:").locator("option:checked")).to_have_text("(own numbers)")
    field(box, "Colours:").select_option(index=2)
    state = state.with_mode("colour kernel")
    shows(box, state)
    field(box, "Channel:").select_option(label="green")
    field(box, "kernel row 0 column 2").fill("-4.5")
    field(box, "kernel row 0 column 2").press("Tab")
    state = state.with_number(0, 2, 1, -4.5)
    shows(box, state, channel=1)


def test_the_keyboard_alone_is_enough_and_the_notebook_keeps_its_cells(box: Locator) -> None:
    page = box.page
    cells = lab.cell_count(page)
    field(box, "Picture:").focus()
    # Every control is reached by Tab, in the order in which they stand.
    reached = []
    for _ in range(40):
        reached.append(page.evaluate("() => document.activeElement.labels?.[0]?.innerText ?? ''"))
        if reached[-1] == "Code:":
            break
        page.keyboard.press("Tab")
    for label in ("or its path:", "Kernel:", "Size:", "Colours:", "kernel row 2 column 2", "Divide by:", "Stride:",
                  "Padding:", "Draw:", "Output row:", "Output column:", "Code:"):  # fmt: skip
        assert label in reached, reached

    field(box, "Kernel:").focus()
    page.keyboard.type("Sobel r")
    state = OPENING.with_kernel("Sobel right").changed(signed=True)
    shows(box, state)
    field(box, "Stride:").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    state = state.slid(stride=2)
    shows(box, state)
    field(box, "Output row:").focus()
    type_over(page, "7")
    state = state.at(7, state.column)
    shows(box, state)
    page.keyboard.press("ArrowUp")
    state = state.at(8, state.column)
    shows(box, state)
    box.get_by_role("button", name="Next place").focus()
    page.keyboard.press("Space")
    state = state.following()
    shows(box, state)
    # The code can be copied: all of it, from its field.
    code = field(box, "Code:")
    code.focus()
    page.keyboard.press("Control+a")
    assert code.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == state.code
    assert lab.cell_count(page) == cells, "no key that was typed into a field acted on the notebook"


WRONG = [
    ("Stride:", "0", "Got stride=0; it counts pixels: type a whole number, 1 or more."),
    ("Padding:", "-1", "Got padding=-1; it counts pixels: type a whole number, 0 or more."),
    ("Padding:", "100000", "padding=100000 is more zeros than picture: the lab takes up to 20."),
    ("Divide by:", "0", "The kernel cannot be divided by 0"),
    ("Output row:", "999", "Row 999 is not in the output, which has 276 rows: type 0 to 275."),
    ("or its path:", "nowhere.jpg", "nowhere.jpg was not found"),
]


def test_a_wrong_value_shows_its_sentence_and_can_be_mended(box: Locator) -> None:
    right = {"Stride:": "1", "Padding:": "0", "Divide by:": "1", "Output row:": "100"}
    errors = lab.watch_errors(box)
    for label, typed, sentence_part in WRONG:
        field(box, label).fill(typed)
        field(box, label).press("Enter")
        expect(box).to_contain_text(sentence_part)
        if label in right:
            field(box, label).fill(right[label])
            field(box, label).press("Enter")
        else:
            field(box, "Kernel:").select_option(label="identity")
            field(box, "Kernel:").select_option(label="sharpen")
        expect(box).not_to_contain_text(sentence_part)
    shows(box, OPENING.at(100, 230))
    lab.all_answered(box.page)
    assert errors() == []


def test_a_picture_of_one_s_own_is_uploaded(box: Locator, tmp_path: Path) -> None:
    mine = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    Image.fromarray(mine).save(tmp_path / "mine.png")
    with box.page.expect_file_chooser() as chosen:
        box.get_by_role("button", name=re.compile("Upload a picture")).click()
    chosen.value.set_files(tmp_path / "mine.png")
    expect(field(box, "Picture:").locator("option:checked")).to_have_text("mine.png")
    state = OPENING.changed(picture=mine, source="mine.png").in_the_middle()
    shows(box, state)
    expect(field(box, "Code:")).to_have_value(re.compile(r"^picture = load_picture\('mine.png'\)"))


def test_tiny_pictures_show_stride_and_padding_pixel_by_pixel(box: Locator) -> None:
    field(box, "Picture:").select_option(label="square")
    field(box, "Padding:").fill("1")
    field(box, "Padding:").press("Enter")
    field(box, "Stride:").fill("2")
    field(box, "Stride:").press("Enter")
    state = lab_state("square", "sharpen", padding=1, stride=2, row=2, column=2)
    shows(box, state)
    expect(box).to_contain_text("Rows: (9 + 2·1 − 3) / 2 = 4, plus 1: 5.")
    point(pictures(box)[1], state, 1, 2)
    shows(box, state.at(1, 2))
    errors = lab.watch_errors(box)
    # Play slides on by itself, to the end of a row and into the next.
    start = box.locator("button[title='Start the animation'], button:has(.fa-play)").first
    start.click()
    expect(field(box, "Output row:")).to_have_value("2")
    box.locator("button:has(.fa-pause), button:has(.fa-stop)").first.click()
    lab.stays_paused(box, INTERVAL)
    assert errors() == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_is_cut_off_wide_or_narrow_light_or_dark(box: Locator, theme: str, tmp_path: Path) -> None:
    page = box.page
    with lab.theme(page, theme):
        for width in (1400, 700):
            lab.set_size(page, width, 1600)
            lab.soon(page, lambda: lab.nothing_is_cut_off(box))
            assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 1
            page.screenshot(path=tmp_path / f"lab-{theme}-{width}.png")
