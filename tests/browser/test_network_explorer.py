"""The network explorer in a real JupyterLab: by mouse, by keyboard alone and by touch; it shows what Python says."""

from collections.abc import Callable, Iterator

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.explorers.network_explorer import network_state
from helpers.explorers.network_explorer.channels import box_of
from helpers.explorers.network_explorer.map import NetworkMap
from helpers.explorers.network_explorer.view import NetworkView
from helpers.lessons.inside import search_patches
from tests.browser import lab
from tests.explorers.telling import tell

# One thread: others round a little differently, and every number is compared.
SOURCE = """
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.lessons.inside import search_patches
from helpers.explorers.network_explorer import network_explorer
torch.set_num_threads(1)
data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
learn = ConvLearner.pretrained("resnet10", data, seed=1)
network_explorer(learn, data.valid.paths[0], layer=5, search=search_patches(learn, most=30))
"""
# JavaScript: where a point of a figure's plane is seen, in pixels of the window.
SEEN = """(part, [name, x, y]) => {
    const figure = part.closest('.wg').explorer.parts.get(name), box = figure.stage.getBoundingClientRect();
    return [box.left + figure.place.x(x), box.top + figure.place.y(y)];
}"""
# JavaScript: whether the map has come to where it goes.
ARRIVED = """(map => map.target.every((value, at) => Math.abs(value - map.seen[at]) < 1e-6))
    (document.querySelector('.wg').explorer.parts.get('map'))"""

# The map is described again, as it is, at the first frame of the flight.
ANSWER_ON_THE_WAY = """box => {
    const {explorer} = box, map = explorer.parts.get("map");
    const look = () => {
        if (map.target.every((value, at) => Math.abs(value - map.seen[at]) < 1e-6)) return requestAnimationFrame(look);
        const {x, y} = explorer.entries.map;
        explorer.update({map: {...explorer.entries.map, x: {...x, limits: [...x.limits]}, y}});
        box.answered_on_the_way = true;
    };
    requestAnimationFrame(look);
}"""


@pytest.fixture(scope="module")
def opening() -> Iterator[Callable[[], NetworkView]]:
    """Return a function that makes the view that the explorer opens with, in this process."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
    learn = ConvLearner.pretrained("resnet10", data, seed=1)
    state = network_state(learn, data.valid.paths[0], 5, search=search_patches(learn, most=30))
    yield lambda: NetworkView(learn, state)
    torch.set_num_threads(threads)


@pytest.fixture
def view(opening: Callable[[], NetworkView]) -> NetworkView:
    return opening()


@pytest.fixture
def box(run: Callable[[str], Page]) -> Locator:
    """Show the explorer."""
    return lab.explorer(run(SOURCE))


def seen_at(box: Locator, name: str, x: float, y: float) -> tuple[float, float]:
    lab.part(box, name).scroll_into_view_if_needed()
    left, top = lab.part(box, name).evaluate(SEEN, [name, x, y])
    return left, top


def click_map(box: Locator, x: float, y: float) -> None:
    lab.wait_for(box.page, ARRIVED)
    box.page.mouse.click(*seen_at(box, "map", x, y))


def test_the_map_is_flown_over_by_mouse(box: Locator, view: NetworkView) -> None:
    lab.same_scene(box, view)
    x, y, *_ = NetworkMap(view.state).columns.box(7, 3)
    for _ in range(2):  # chosen, then seen from near
        click_map(box, x + 0.5, y + 0.5)
        tell(view, "map", x=x + 0.5, y=y + 0.5)
        lab.same_scene(box, view)
    assert view.options["near"]
    left, top, wide, high = view.sent["map_inputs"]["items"][1]["box"]
    click_map(box, left + wide / 2, top + high / 2)
    tell(view, "map", x=left + wide / 2, y=top + high / 2)
    assert view.state.layer == 6
    lab.same_scene(box, view)
    lab.press(box, "Whole network")
    tell(view, "near")
    lab.press(box, "Switch this channel off")
    tell(view, "switch")
    lab.same_scene(box, view)
    box.page.keyboard.press("z")
    tell(view, "undo")
    lab.same_scene(box, view)


def test_an_answer_on_the_way_does_not_stop_the_flight(box: Locator, view: NetworkView) -> None:
    lab.press(box, "Zoom in")
    lab.all_told(box)  # else it has not yet set out
    lab.wait_for(box.page, ARRIVED)
    box.evaluate(ANSWER_ON_THE_WAY)
    lab.press(box, "Whole network")
    lab.wait_for(box.page, "document.querySelector('.wg').answered_on_the_way")
    lab.wait_for(box.page, ARRIVED)
    for name in ("near", "near"):
        tell(view, name)
    lab.same_scene(box, view)


def test_pointing_moves_the_place_and_a_click_holds_it(box: Locator, view: NetworkView) -> None:
    mouse = box.page.mouse
    mouse.move(*seen_at(box, "channel_map", 12.5, 3.5), steps=3)
    tell(view, "place", x=12, y=3, gesture=view.gesture)  # undo passes over what was only pointed at
    lab.same_scene(box, view)
    mouse.move(*seen_at(box, "picture", 44, 92), steps=3)
    field = view.state.number.layer.field
    tell(view, "field", x=field.start[1] + 5 * field.step[1], y=field.start[0] + 11 * field.step[0],
           gesture=view.gesture)  # fmt: skip
    assert (view.state.row, view.state.column) == (11, 5)
    lab.same_scene(box, view)
    place = seen_at(box, "channel_map", 6.5, 8.5)
    mouse.click(*place)
    tell(view, "place", x=6, y=8, press=True)
    lab.same_scene(box, view)
    mouse.move(*seen_at(box, "channel_map", 12.5, 3.5), steps=3)
    lab.all_told(box)
    lab.same_scene(box, view)
    lab.drag(lab.handle(box, "place"), 0, 0)
    tell(view, "place", x=6, y=8, press=True)
    lab.same_scene(box, view)


def test_it_works_by_keyboard_alone(box: Locator, view: NetworkView) -> None:
    page = box.page
    stage = lab.part(box, "map").locator(".wg-stage")
    stage.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter", "ArrowLeft", "Home"):
        page.keyboard.press(key)
        tell(view, "map", key=key)
    lab.same_scene(box, view)
    lab.go_by_tab(page, lab.handle(box, "place"))
    place = {"x": view.state.column, "y": view.state.row}
    page.keyboard.press("ArrowLeft")
    tell(view, "place", x=place["x"] - 1, y=place["y"])
    page.keyboard.press("Enter")
    tell(view, "place", x=place["x"] - 1, y=place["y"], press=True)
    lab.same_scene(box, view)
    lab.go_by_tab(page, lab.part(box, "strip").locator(".wg-stage"))
    for key in ("ArrowRight", "End", "ArrowUp"):
        page.keyboard.press(key)
        tell(view, "strip", key=key)
    lab.same_scene(box, view)
    box.locator("summary").last.focus()
    page.keyboard.press("Enter")
    row = box.get_by_role("textbox", name="row", exact=True)
    lab.go_by_tab(page, row)
    lab.type_over(page, "16")
    expect(lab.part(box, "row")).to_contain_text("✗ Got row=16; this layer has 16 rows: type 0 to 15.")
    expect(row).to_have_value(str(view.state.row))
    lab.type_over(page, "15")
    tell(view, "row", value="15")
    lab.same_scene(box, view)


def test_a_finger_drags_the_window_and_taps_a_channel(box: Locator, view: NetworkView) -> None:
    window = lab.handle(box, "field")
    here, there = (seen_at(box, "picture", x, 0)[0] for x in (0, -3 * view.state.number.layer.field.step[1]))
    lab.touch_drag(window, there - here, 0)
    field = view.state.number.layer.field.window(view.state.row, view.state.column - 3)
    tell(view, "field", x=field[1], y=field[0])
    lab.same_scene(box, view)
    x, y, *_ = box_of(128, 40)
    lab.part(box, "strip").scroll_into_view_if_needed()
    left, top = seen_at(box, "strip", x + 0.5, y + 0.5)
    session = box.page.context.new_cdp_session(box.page)
    for kind, points in (("touchStart", [{"x": left, "y": top}]), ("touchEnd", [])):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.detach()
    tell(view, "strip", x=x + 0.5, y=y + 0.5)
    assert view.state.channel == 40
    lab.same_scene(box, view)
