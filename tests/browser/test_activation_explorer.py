"""The explorers of lesson 05 in a real JupyterLab: by mouse, by keyboard alone, by touch, by play."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.explorers.activation_explorer.activation import NAMES, ActivationView
from helpers.explorers.activation_explorer.depth import NAMES as STACKS
from helpers.explorers.activation_explorer.depth import DepthView
from helpers.explorers.activation_explorer.point import Point
from helpers.explorers.activation_explorer.stack import Stack
from tests.browser import lab
from tests.browser.lab import go_by_tab, press, type_over
from tests.explorers.telling import tell


@pytest.fixture
def activation(run: Callable[[str], Page]) -> Locator:
    """Show the explorer of activation functions."""
    source = "from helpers.explorers.activation_explorer import activation_explorer"
    return lab.explorer(run(f'{source}\nactivation_explorer("sigmoid", x=1)'))


@pytest.fixture
def depth(run: Callable[[str], Page]) -> Locator:
    """Show the explorer of deep stacks."""
    source = "from helpers.explorers.activation_explorer import depth_explorer"
    return lab.explorer(run(f'{source}\ndepth_explorer("sigmoid", depth=20, scale=1.0)'))


def choose(box: Locator, name: str) -> None:
    box.get_by_role("radio", name=name, exact=True).check()


def field(box: Locator, name: str) -> Locator:
    return lab.part(box, name).locator("input").first


def place(box: Locator, name: str) -> float:
    """Return where a handle is, once Python has answered."""
    lab.all_told(box)
    return float(lab.handle(box, name).get_attribute("aria-valuenow") or "nan")


def same_at(box: Locator, view: Any, name: str) -> float:
    """Do to the view what was done to a handle, and see that both show the same."""
    x = place(box, name)
    tell(view, name, x=x, y=0)
    lab.same_scene(box, view)
    return x


def test_by_mouse_the_point_is_dragged_along_both_curves(activation: Locator) -> None:
    box, view = activation, ActivationView(Point("sigmoid", 1))
    for name in ("tanh", "leaky ReLU", "GELU"):
        choose(box, name)
        tell(view, "name", value=NAMES.index(name))
        lab.same_scene(box, view)
    lab.drag(lab.handle(box, "point"), -70, 40)
    assert -3 < same_at(box, view, "point") < -1
    lab.drag(lab.handle(box, "slope"), 50, -10)
    assert -1 < same_at(box, view, "slope") < 1
    track = lab.part(box, "x").locator("input[type=range]").bounding_box()
    assert track is not None
    box.page.mouse.click(track["x"] + 0.75 * track["width"], track["y"] + track["height"] / 2)
    lab.all_told(box)
    slid = field(box, "x").input_value()
    assert 2.5 < float(slid) < 4
    tell(view, "x", value=slid)
    lab.same_scene(box, view)
    for _ in range(3):
        press(box, "Undo")
        tell(view, "undo")
    lab.same_scene(box, view)


def test_the_activation_explorer_works_by_keyboard_alone(activation: Locator) -> None:
    page, box, view = activation.page, activation, ActivationView(Point("sigmoid", 1))
    cells = lab.cell_count(page)
    lab.part(box, "play").focus()
    go_by_tab(page, box.get_by_role("radio", name="sigmoid"))
    for name in NAMES[1:4]:
        page.keyboard.press("ArrowRight")
        tell(view, "name", value=NAMES.index(name))
    for name, typed in (("x", "-3,47"), ("alpha", "2/5")):
        go_by_tab(page, field(box, name))
        type_over(page, typed)
        tell(view, name, value=typed)
        lab.same_scene(box, view)
    type_over(page, "2")
    expect(box).to_contain_text("Got 2 as α; a number from 0.01 to 0.99 is needed.")
    for name in ("point", "slope"):
        go_by_tab(page, lab.handle(box, name))
        page.keyboard.press("Shift+ArrowRight")
        same_at(box, view, name)
    assert view.state.x == pytest.approx(-1.47)
    page.keyboard.press("z")
    tell(view, "undo")
    lab.same_scene(box, view)
    assert lab.cell_count(page) == cells, "no key that was typed acted on the notebook"


def test_a_finger_drags_the_point_and_play_goes_on_from_there(activation: Locator) -> None:
    box, view = activation, ActivationView(Point("sigmoid", 1))
    lab.touch_drag(lab.handle(box, "point"), -90, 0)
    assert -4 < same_at(box, view, "point") < -2
    press(box, "Play")
    field(box, "x").click()
    moving = field(box, "x").input_value()
    expect(field(box, "x")).not_to_have_value(moving)
    box.page.keyboard.type("5,4")  # in place of the number that runs, not behind it
    box.page.keyboard.press("Enter")
    lab.all_told(box)
    assert float(field(box, "x").input_value()) > 5.3
    expect(field(box, "x")).to_have_value("6")
    expect(box.get_by_role("button", name="Play", exact=True)).to_be_visible()
    tell(view, "x", value="6")
    lab.same_scene(box, view)


def test_the_last_layer_is_dragged_and_typed(depth: Locator) -> None:
    page, box, view = depth.page, depth, DepthView(Stack("sigmoid", 20, 1.0))
    choose(box, "ReLU")
    tell(view, "name", value=STACKS.index("ReLU"))
    lab.drag(lab.handle(box, "last"), 200, 0)
    assert 30 < same_at(box, view, "last") < 50
    go_by_tab(page, lab.handle(box, "last"))
    page.keyboard.press("ArrowLeft")
    same_at(box, view, "last")
    for name, typed in (("depth", "45"), ("scale", "1,6")):
        field(box, name).focus()
        type_over(page, typed)
        tell(view, name, value=typed)
    lab.same_scene(box, view)
    field(box, "depth").focus()
    type_over(page, "99")
    expect(box).to_contain_text("Got 99 as depth; a whole number from 2 to 50 is needed.")
    lab.touch_drag(lab.handle(box, "last"), -120, 0)
    assert same_at(box, view, "last") < 40


def test_play_lets_the_depth_grow_and_stops_at_the_deepest(depth: Locator) -> None:
    box, view = depth, DepthView(Stack("sigmoid", 20, 1.0))
    choose(box, "depth")
    field(box, "depth").fill("44")
    field(box, "depth").press("Enter")
    press(box, "Play")
    expect(field(box, "depth")).to_have_value("50")
    expect(box.get_by_role("button", name="Play", exact=True)).to_be_visible()
    tell(view, "growing", value=1)
    tell(view, "depth", value="50")
    lab.same_scene(box, view)
