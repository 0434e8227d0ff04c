"""The gradient-descent stepper of lesson 03 in a real JupyterLab: by mouse, by keyboard alone, by touch, by play."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.explorers.descent_stepper.state import Stepper
from helpers.explorers.descent_stepper.view import PRESETS, StepperView
from tests.browser import lab
from tests.browser.lab import go_by_tab, press, type_over
from tests.explorers.telling import tell

SOURCE = """from helpers.explorers.descent_stepper import descent_stepper
descent_stepper(rate=0.1, start=4.0)"""


@pytest.fixture
def box(run: Callable[[str], Page]) -> Iterator[Locator]:
    """Show the stepper, whose axes change at once."""
    page = run(SOURCE)
    page.emulate_media(reduced_motion="reduce")
    yield lab.explorer(page)
    page.emulate_media(reduced_motion="no-preference")


@pytest.fixture
def view() -> StepperView:
    """Return the same stepper in this process."""
    return StepperView(Stepper(rate=0.1, start=4.0))


def field(box: Locator, name: str) -> Locator:
    return lab.part(box, name).locator("input").first


def place(box: Locator, name: str) -> float:
    """Return where a handle is, once Python has answered."""
    lab.all_told(box)
    return float(lab.handle(box, name).get_attribute("aria-valuenow") or "nan")


def test_by_mouse_it_steps_and_both_handles_are_dragged(box: Locator, view: StepperView) -> None:
    for name in ("Step", "Step", "Back", *PRESETS, "Step", "Reset"):
        press(box, name)
        tell(view, name if name in PRESETS else name.lower())
    lab.same_scene(box, view)
    press(box, "right")
    press(box, "Step")
    tell(view, "right")
    tell(view, "step")
    lab.all_told(box)  # the handles are where they belong
    lab.drag(lab.handle(box, "next"), -20, 0)
    tell(view, "next", x=place(box, "next"))
    assert view.state.rate > 0.35
    lab.same_scene(box, view)
    lab.drag(lab.handle(box, "ball"), -60, 30)
    tell(view, "ball", x=place(box, "ball"))
    assert view.state.start < 0.5
    assert len(view.state.before) == 2
    lab.same_scene(box, view)
    for _ in range(2):
        press(box, "Undo")
        tell(view, "undo")
        lab.same_scene(box, view)


def test_a_ball_that_has_left_comes_back_to_where_it_is_dragged(box: Locator, view: StepperView) -> None:
    """The axis becomes shorter under the pointer: the ball must stay below it."""
    press(box, "diverging")
    for _ in range(8):
        press(box, "Step")
        lab.all_told(box)
    assert abs(place(box, "ball")) > 10
    ball = lab.handle(box, "ball")
    x, y = lab.middle(ball)
    box.page.mouse.move(x + 6, y)  # not in its very middle
    box.page.mouse.down()
    for to in (x + 11, x + 12, x - 74):
        box.page.mouse.move(to, y)
        lab.all_told(box)
    lab.soon(box.page, lambda: near(lab.middle(ball)[0], x - 80))
    box.page.mouse.up()
    tell(view, "diverging")
    tell(view, "ball", x=place(box, "ball"))
    assert field(box, "start").input_value() == lab.scene_of(view)["start"]["value"]


def near(one: float, other: float) -> None:
    assert abs(one - other) < 4


def test_by_keyboard_alone(box: Locator, view: StepperView) -> None:
    page, cells = box.page, lab.cell_count(box.page)
    field(box, "rate").focus()
    type_over(page, "0,2")
    tell(view, "rate", value="0,2")
    go_by_tab(page, lab.part(box, "rate").locator("input[type=range]"))
    page.keyboard.press("ArrowRight")
    expect(field(box, "rate")).to_have_value("0.21")
    tell(view, "rate", value="0.21")
    go_by_tab(page, field(box, "start"))
    type_over(page, "−3")
    tell(view, "start", value="-3")
    lab.same_scene(box, view)
    type_over(page, "100")
    expect(box).to_contain_text("Got 100 as the start; a number from −5 to 5 is needed. The start stays −3.")
    go_by_tab(page, lab.handle(box, "next"))
    page.keyboard.press("ArrowRight")
    lab.all_told(box)
    expect(lab.handle(box, "next")).to_have_attribute("aria-valuetext", "rate 0.22")
    tell(view, "next", x=place(box, "next"))
    go_by_tab(page, lab.handle(box, "ball"))
    page.keyboard.press("ArrowRight")
    tell(view, "ball", x=-2.9)
    lab.same_scene(box, view)
    page.keyboard.press("z")
    tell(view, "undo")
    lab.same_scene(box, view)
    box.locator("summary").first.click()
    go_by_tab(page, lab.part(box, "momentum").locator("input"))
    page.keyboard.press("Space")
    tell(view, "momentum", value=True)
    expect(box).to_contain_text("Losses after 0 steps: without momentum: 9, with momentum 0.9: 9.")
    lab.same_scene(box, view)
    assert lab.cell_count(page) == cells, "no key acted on the notebook"


def test_escape_takes_a_drag_back(box: Locator) -> None:
    lab.drag(lab.handle(box, "ball"), -70, 0, drop=False)
    lab.soon(box.page, lambda: near(place(box, "ball"), 0))
    assert place(box, "ball") != 4
    box.page.keyboard.press("Escape")
    box.page.mouse.up()
    assert place(box, "ball") == 4
    expect(field(box, "start")).to_have_value("4")


def test_a_finger_drags_the_ball(box: Locator, view: StepperView) -> None:
    lab.touch_drag(lab.handle(box, "ball"), -50, 0)
    tell(view, "ball", x=place(box, "ball"))
    assert 0 < view.state.start < 3
    lab.same_scene(box, view)


def test_play_stops_where_the_run_ends_and_a_button_pauses_it(box: Locator) -> None:
    press(box, "Play")
    lab.soon(box.page, lambda: near(place(box, "ball"), 0))
    press(box, "Back")
    expect(box.get_by_role("button", name="Play", exact=True)).to_be_visible()
    lab.all_told(box)
    paused = lab.shown_by(box)
    lab.let_timers_run(box.page, 200)
    assert lab.shown_by(box) == paused

    for name, typed in (("rate", "1.5"), ("start", "4")):
        field(box, name).fill(typed)
        field(box, name).press("Enter")
    press(box, "Play")
    ended = Stepper(rate=1.5, start=4.0)
    ended.go_to(1000)
    expect(box).to_contain_text(ended.verdict)
    expect(box.get_by_role("button", name="Play", exact=True)).to_be_visible()
    lab.all_told(box)
    shown, wanted = lab.shown_by(box), lab.scene_of(StepperView(ended))
    assert {name for name in ("said", "path", "curve", "lines", "code") if shown[name] != wanted[name]} == set()
