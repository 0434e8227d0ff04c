"""The plane trainer of lesson 05 in a real JupyterLab: by mouse, by touch, by keyboard alone, and by play."""

import copy
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.explorers.plane_trainer import PlaneTrainer
from helpers.explorers.plane_trainer.diagram import HIGH, WIDE, along, diagram
from helpers.explorers.plane_trainer.view import TrainerView
from tests.browser import lab
from tests.browser.lab import handle, part, same_scene
from tests.explorers.telling import tell

SOURCE = """from helpers.explorers.plane_trainer import plane_trainer
plane_trainer("spirals", hidden=[8, 8], activation="ReLU")"""
RIM = 3  # pixels around what a figure without axes shows


@pytest.fixture
def box(run: Callable[[str], Page]) -> Locator:
    """Show the trainer."""
    return lab.explorer(run(SOURCE))


@pytest.fixture
def view() -> TrainerView:
    """Return a view of the same trainer, to which the same is told without a page."""
    return TrainerView(PlaneTrainer("spirals", [8, 8], "ReLU"))


def place(box: Locator, figure: str, across: float, up: float) -> tuple[float, float]:
    """Return where in the window a place of a figure is: (0, 0) its lower left corner, (1, 1) its upper right one."""
    stage = part(box, figure).locator(".wg-stage")
    stage.scroll_into_view_if_needed()
    size = stage.bounding_box()
    assert size
    wide, high = size["width"] - 2 * RIM, size["height"] - 2 * RIM
    return size["x"] + RIM + across * wide, size["y"] + RIM + (1 - up) * high


def follow(box: Locator, view: TrainerView, number: int = 1) -> None:
    """Add or move the last point of a view to where the page has it: pixels decide on its hundredths."""
    lab.all_told(box)
    x, y = (float(handle(box, f"point {number}").evaluate(f"one => one.handle.{axis}")) for axis in "xy")
    if len(view.state.own) < number:
        tell(view, "plane", x=x, y=y)
    else:
        tell(view, f"point {number}", x=x, y=y)


def test_points_are_added_by_a_click_and_dragged_and_lines_are_chosen(box: Locator, view: TrainerView) -> None:
    mouse = box.page.mouse
    part(box, "kind").get_by_label("class 1").check()
    tell(view, "kind", value=1)
    mouse.click(*place(box, "plane", 0.9, 0.8))
    expect(handle(box, "point 1")).to_have_count(1)
    follow(box, view)
    assert view.state.own[0][:2] == pytest.approx((0.8 * 1.26, 0.6 * 1.26), abs=0.02)
    same_scene(box, view)
    lab.drag(handle(box, "point 1"), -100, 40)
    follow(box, view)
    assert view.state.own[0][0] < 0.5
    same_scene(box, view)
    x, y = place(box, "plane", 0.2, 0.2)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y - 60, steps=5)
    mouse.up()
    lab.touch_drag(part(box, "plane").locator("canvas"), 30, 30)
    same_scene(box, view)  # a drag adds nothing
    lab.touch_drag(handle(box, "point 1"), 0, 50)
    follow(box, view)
    same_scene(box, view)
    mouse.click(*lab.middle(handle(box, "point 1")))
    tell(view, "point 1", x=0, y=0, press=True)
    same_scene(box, view)

    drawn = diagram([2, 8, 8, 2])
    xs, ys = along(drawn.ends(2)[4, 1])
    mouse.click(*place(box, "network", xs[3] / WIDE, ys[3] / HIGH))
    tell(view, "network", x=xs[3], y=ys[3])
    assert view.state.chosen == (2, 5, 2)
    same_scene(box, view)
    field = part(box, "weight").locator("input[type=text]")
    lab.drag(field, 0, -60)
    expect(field).not_to_have_value(view.sent["weight"]["value"])
    lab.all_told(box)
    tell(view, "weight", value=field.input_value())
    same_scene(box, view)
    left, low, wide, high = drawn.box(1, 3)
    mouse.click(*place(box, "network", (left + wide / 2) / WIDE, (low + high / 2) / HIGH))
    tell(view, "network", x=left + wide / 2, y=low + high / 2)
    same_scene(box, view)
    for _ in range(2):
        box.page.keyboard.press("z")
        tell(view, "undo")
        same_scene(box, view)


def test_it_works_by_keyboard_alone(box: Locator, view: TrainerView) -> None:
    page, cells = box.page, lab.cell_count(box.page)
    part(box, "play").focus()
    lab.go_by_tab(page, part(box, "step"))
    page.keyboard.press("Enter")
    tell(view, "step")
    for summary in box.locator("summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    part(box, "step").focus()
    for name, value in (("hidden", "5, 4"), ("rate", "0,2"), ("speed", "10"), ("count", "40"), ("noise", ".1")):
        lab.go_by_tab(page, part(box, name).locator("input[type=text]"))
        lab.type_over(page, value)
        tell(view, name, value=value)
        same_scene(box, view)
    lab.go_by_tab(page, part(box, "network").locator(".wg-stage"))
    for key in ("ArrowRight", "ArrowDown", "PageDown"):
        page.keyboard.press(key)
        tell(view, "network", key=key)
    lab.go_by_tab(page, part(box, "weight").locator("input[type=text]"))
    lab.type_over(page, "-1/4")
    tell(view, "weight", value="-1/4")
    same_scene(box, view)
    lab.go_by_tab(page, part(box, "plane").locator(".wg-stage"))
    for key in ("ArrowUp", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
        tell(view, "plane", key=key)
    same_scene(box, view)
    lab.go_by_tab(page, handle(box, "point 1"))
    page.keyboard.press("ArrowRight")
    tell(view, "point 1", x=0.0, y=0.05)
    same_scene(box, view)
    page.keyboard.press("Enter")
    tell(view, "point 1", x=0.0, y=0.05, press=True)
    same_scene(box, view)
    assert lab.cell_count(page) == cells, "no key that was typed acted on the notebook"


def test_play_trains_and_pause_keeps_the_frame_that_was_seen(box: Locator, view: TrainerView) -> None:
    said = part(box, "said")
    box.get_by_role("button", name="Play", exact=True).click()
    expect(said).to_contain_text("After 1")
    box.get_by_role("button", name="Pause", exact=True).click()
    lab.all_told(box)
    steps = int(said.inner_text().split()[1].replace(",", ""))
    trainer = copy.deepcopy(view.state)
    trainer.step(steps)
    tell(view, "play", value=True)
    tell(view, "play", value=False, shown=[view.round, 0])
    view.state = trainer
    view._changes()
    same_scene(box, view)
    for name in ("step", "undo", "undo"):
        part(box, name).click()
        tell(view, name)
        same_scene(box, view)
    expect(said).to_contain_text("After 0 steps")


def test_frames_that_were_made_before_an_act_are_not_shown(box: Locator) -> None:
    kept = box.evaluate(
        """box => {
            const page = box.explorer, {model} = page, frames = [{}], kept = [];
            let changes = {};
            page.model = {...model, get: () => changes, send() {}};
            page.playing(true, 'play');
            const [first, second] = [page.tell({name: 'reset'}), page.tell({name: 'step'})];
            for (const answer of [first, second]) {
                changes = {answer, frames, round: answer};
                page.changed();
                kept.push(page.run.frames.length);
            }
            page.stop();
            page.model = model;
            return kept;
        }"""
    )
    assert kept == [0, 1]
