"""The explorers of lesson 05 in a real JupyterLab: by keyboard and by mouse they show what the functions draw."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from helpers.explorers import activation_explorer as explorer
from tests.browser import lab

LESSON = "05_activations.ipynb"
ACTIVATION, DEPTH = ".whole-game-activation-explorer", ".whole-game-depth-explorer"


@pytest.fixture
def lesson(page: Page, address: str) -> Page:
    """Open lesson 05 and run the cells that show the explorers, and no others."""
    lab.open_notebook(page, address, LESSON)
    first = "from helpers.explorers.activation_explorer import activation_explorer, depth_explorer\n"
    lab.run_cell(page, 'depth_explorer("sigmoid"', f'{first}depth_explorer("sigmoid", depth=20, scale=1.0)')
    lab.run_cell(page, 'activation_explorer("sigmoid"', 'activation_explorer("sigmoid", x=1)')
    expect(page.locator(f"{ACTIVATION} img")).to_be_visible(timeout=30_000)
    expect(page.locator(f"{DEPTH} img")).to_be_visible(timeout=30_000)
    return page


def picture(box: Locator) -> np.ndarray:
    """Return the pixels that a box shows."""
    return lab.pixels(box.locator("img"))


def drawn(made: Any) -> np.ndarray:
    """Return the pixels that a widget made in this process shows."""
    value = next(child.value for child in made.children if type(child).__name__ == "Image")
    return np.asarray(Image.open(io.BytesIO(value)).convert("RGB"))


def expect_picture(box: Locator, wanted: np.ndarray, *, differing: float = 0) -> None:
    """The box shows the picture, soon, but for so much of 255 on average."""

    def same_picture() -> None:
        assert np.abs(picture(box) - wanted.astype(float)).mean() <= differing

    lab.soon(box.page, same_picture)


def press_tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus."""
    for _ in range(15):
        page.keyboard.press("Tab")
        if target.evaluate("target => target === document.activeElement"):
            return
    raise AssertionError("Tab does not lead there")


def test_the_activation_explorer_works_by_keyboard_alone(lesson: Page) -> None:
    page, box = lesson, lesson.locator(ACTIVATION)
    cells = lab.cell_count(page)
    box.scroll_into_view_if_needed()
    expect(box).to_contain_text(explorer.describe_point("sigmoid", 1))
    expect(box.get_by_label("α =", exact=True)).to_have_value("0.1")
    expect_picture(box, drawn(explorer.make_activation_widget("sigmoid", 1.0, 0.1)))

    box.get_by_role("button", name="sigmoid").focus()
    press_tab_to(page, box.get_by_role("button", name="leaky ReLU"))
    page.keyboard.press("Space")
    expect(box).to_contain_text(explorer.describe_point("leaky ReLU", 1, 0.1))
    x, alpha = box.get_by_label("x =", exact=True), box.get_by_label("α =", exact=True)
    press_tab_to(page, x)
    page.keyboard.press("Control+a")
    page.keyboard.type("-3.47")
    page.keyboard.press("Enter")
    expect(box).to_contain_text(explorer.describe_point("leaky ReLU", -3.47, 0.1))
    press_tab_to(page, alpha)
    page.keyboard.press("Control+a")
    page.keyboard.type("0.4")
    page.keyboard.press("Enter")
    expect(box).to_contain_text(explorer.describe_point("leaky ReLU", -3.47, 0.4))
    expect_picture(box, drawn(explorer.make_activation_widget("leaky ReLU", -3.47, 0.4)))

    before = picture(box)
    x.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("got 50.0 as x; a number from −6 to 6 is needed")
    np.testing.assert_array_equal(picture(box), before)
    assert lab.cell_count(page) == cells, "no key that was typed acted on the notebook"


def test_the_activation_explorer_works_by_mouse(lesson: Page) -> None:
    box = lesson.locator(ACTIVATION)
    box.scroll_into_view_if_needed()
    expect(box.get_by_label("α =", exact=True)).to_be_disabled()
    for name in ("GELU", "tanh", "ReLU"):
        box.get_by_role("button", name=name, exact=True).click()
        expect(box).to_contain_text(explorer.describe_point(name, 1))
    track = box.locator(".noUi-base").first.bounding_box()
    assert track
    lesson.mouse.click(track["x"] + 0.25 * track["width"], track["y"] + track["height"] / 2)
    expect(box.get_by_label("x =", exact=True)).not_to_have_value("1")
    point = float(box.get_by_label("x =", exact=True).input_value())
    assert -3.6 < point < -2.4
    expect(box).to_contain_text(explorer.describe_point("ReLU", point))
    expect_picture(box, drawn(explorer.make_activation_widget("ReLU", point)))


def test_the_depth_explorer_draws_the_stack_that_was_asked_for(lesson: Page) -> None:
    page, box = lesson, lesson.locator(DEPTH)
    box.scroll_into_view_if_needed()
    box.get_by_role("button", name="none").focus()
    press_tab_to(page, box.get_by_role("button", name="ReLU", exact=True))
    page.keyboard.press("Space")
    for label, number in (("depth =", "45"), ("scale =", "1.6")):
        press_tab_to(page, box.get_by_label(label, exact=True))
        page.keyboard.press("Control+a")
        page.keyboard.type(number)
        page.keyboard.press("Enter")
    expect(box).to_contain_text("45 layers of ReLU, scale 1.6: activations of size")
    # The thread counts of two processes may round differently.
    expect_picture(box, drawn(explorer.make_depth_widget("ReLU", 45, 1.6)), differing=0.05)
    box.get_by_label("depth =", exact=True).fill("99")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("got 99 as depth; a number from 2 to 50 is needed")


def test_nothing_is_cut_off_in_a_narrow_window(lesson: Page) -> None:
    lesson.set_viewport_size({"width": 700, "height": 1000})
    for css_class in (ACTIVATION, DEPTH):
        box = lesson.locator(css_class)
        box.scroll_into_view_if_needed()
        lab.nothing_is_cut_off(box)
