"""The gradient-descent stepper of lesson 03 in a real JupyterLab: by mouse, by typing, by keyboard alone, by play."""

import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from helpers.explorers.descent_stepper import StepperSheet
from helpers.lessons.stepper import Stepper
from helpers.widgets.played import INTERVAL
from tests.browser import lab
from tests.browser.lab import go_by_tab, press, type_over

SOURCE = """from helpers.explorers.descent_stepper import descent_stepper
descent_stepper(rate=0.1, start=4.0)"""


@pytest.fixture
def box(run: Callable[[str], Page]) -> Locator:
    """Show the stepper."""
    return run(SOURCE).locator(".whole-game-descent-stepper")


def field(box: Locator, name: str) -> Locator:
    return box.get_by_label(name)


def type_into(box: Locator, name: str, value: str) -> None:
    field(box, name).fill(value)
    field(box, name).press("Enter")


def expect_state(box: Locator, stepper: Stepper, **rivals: bool) -> None:
    """The words and the picture are those of the plain stepper."""
    expect(box).to_contain_text(stepper.numbers)
    expect(box).to_contain_text(stepper.verdict)
    wanted = np.asarray(Image.open(io.BytesIO(StepperSheet().picture(stepper, **rivals))).convert("RGB"))

    def same_picture() -> None:
        assert np.array_equal(lab.pixels(box.locator("img")), wanted), (
            "the picture is not the one that the plain function draws"
        )

    lab.soon(box.page, same_picture)


def test_buttons_and_fields_move_the_stepper_and_redraw_it(box: Locator) -> None:
    stepper = Stepper(rate=0.1, start=4.0)
    expect_state(box, stepper)
    for steps in (1, 2, 3):
        press(box, "Step")
        stepper.go_to(steps)
        expect_state(box, stepper)
    press(box, "Back")
    stepper.back()
    expect_state(box, stepper)

    type_into(box, "rate =", "0.45")
    stepper.set_rate(0.45)
    expect_state(box, stepper)
    press(box, "Step")
    stepper.step()
    expect_state(box, stepper)

    type_into(box, "start =", "-2.5")
    stepper.set_start(-2.5)
    expect_state(box, stepper)

    for name, rate in (("too small", 0.02), ("right", 0.3), ("too large", 0.95), ("diverging", 1.1)):
        press(box, name)
        stepper.set_rate(rate)
        stepper.reset()
        expect_state(box, stepper)
        expect(field(box, "rate =")).to_have_value(str(rate))
    press(box, "Step")
    stepper.step()
    expect_state(box, stepper)
    press(box, "Reset")
    stepper.reset()
    expect_state(box, stepper)


def test_a_wrong_number_shows_its_sentence(box: Locator) -> None:
    type_into(box, "rate =", "7")
    expect(box).to_contain_text("got 7.0 as the rate; a number from 0.001 to 1.5 is needed. The rate stays 0.1.")
    type_into(box, "start =", "100")
    expect(box).to_contain_text("got 100.0 as the start; a number from −5 to 5 is needed. The start stays 4.")
    type_into(box, "rate =", "0.1")
    expect_state(box, Stepper(rate=0.1, start=4.0))


def test_the_rivals_race_by_mouse_and_by_keyboard(box: Locator) -> None:
    press(box, "too small")
    press(box, "Step")
    stepper = Stepper(rate=0.02, start=4.0)
    stepper.step()
    expect_state(box, stepper)
    box.get_by_label("momentum 0.9").check()
    expect(box).to_contain_text("Losses after 1 step: without momentum: 14.75, with momentum 0.9: 14.75.")
    press(box, "right")  # from the start, and the run so far is the one before
    go_by_tab(box.page, box.get_by_label("the run before"))
    box.page.keyboard.press("Space")
    expect(box).to_contain_text("with momentum 0.9: 16, the run before: 16.")
    stepper.set_rate(0.3)
    stepper.reset()
    expect_state(box, stepper, momentum=True, before=True)


def test_the_keyboard_alone_sets_steps_and_goes_back(box: Locator) -> None:
    page, cells = box.page, lab.cell_count(box.page)
    stepper = Stepper(rate=0.1, start=4.0)
    field(box, "rate =").focus()
    type_over(page, "0.2")
    stepper.set_rate(0.2)
    expect_state(box, stepper)

    go_by_tab(page, box.get_by_role("button", name="Step", exact=True))
    for key in ("Space", "Enter", "Space"):
        page.keyboard.press(key)
        stepper.step()
        expect_state(box, stepper)
    page.keyboard.press("Shift+Tab")
    expect(box.get_by_role("button", name="Back", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    stepper.back()
    expect_state(box, stepper)

    play = box.locator(".widget-play button").first
    go_by_tab(page, play)
    page.keyboard.press("Space")
    expect(box).to_contain_text(moved_from(2))
    page.keyboard.press("Space")
    assert lab.cell_count(page) == cells, "no key acted on the notebook"


def moved_from(steps: int) -> re.Pattern[str]:
    """Match the words after any other number of steps: a page that looks seldom sees only some of those of play."""
    return re.compile(rf"After (?!{steps} )\d+ steps?:")


def test_play_takes_steps_until_it_is_paused_and_stops_by_itself_where_it_diverges(box: Locator) -> None:
    buttons = box.locator(".widget-play button")
    buttons.nth(0).click()  # play
    expect(box).to_contain_text(moved_from(0))
    buttons.nth(0).click()  # the same button pauses
    lab.stays_paused(box, INTERVAL)
    press(box, "Reset")
    expect_state(box, Stepper(rate=0.1, start=4.0))

    type_into(box, "rate =", "1.5")
    buttons.nth(0).click()
    ended = Stepper(rate=1.5, start=4.0)
    ended.go_to(1000)
    expect(box).to_contain_text(ended.verdict)
    lab.stays_paused(box, INTERVAL)
    expect_state(box, ended)
