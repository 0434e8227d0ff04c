"""The network explorer in a real JupyterLab: by mouse, by keyboard alone, and what it shows is what is computed."""

import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.explorers.network_explorer import NetworkState, network_state
from helpers.explorers.network_explorer.drawing import MARGIN, draw_map, draw_picture, scale_of
from helpers.explorers.network_explorer.words import headline, tables, verdict
from helpers.lessons.inside import search_patches
from tests.browser import lab

LESSON = "08_inside_the_network.ipynb"
SOURCE = """
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.lessons.inside import search_patches
from helpers.explorers.network_explorer import network_explorer
data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
learn = ConvLearner.pretrained("resnet10", data, seed=1)
network_explorer(learn, data.valid.paths[0], layer=5, search=search_patches(learn, most=30))
"""


@pytest.fixture(scope="module")
def learner() -> ConvLearner:
    """Return the learner that the explorer looks into, made in this process."""
    data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
    return ConvLearner.pretrained("resnet10", data, seed=1)


@pytest.fixture(scope="module")
def opening(learner: ConvLearner) -> NetworkState:
    """Return the state that the explorer opens with."""
    return network_state(learner, learner.data.valid.paths[0], 5, search=search_patches(learner, most=30))


@pytest.fixture
def box(page: Page, address: str) -> Locator:
    """Open lesson 08, run only the cell of the explorer, and return the explorer."""
    lab.open_notebook(page, address, LESSON)
    lab.run_cell(page, "network_explorer(learn, picture, layer=5", SOURCE)
    found = page.locator(".whole-game-network-explorer")
    expect(found.locator("img")).to_have_count(2 + 9, timeout=60_000)
    return found


def field(box: Locator, label: str) -> Locator:
    return box.get_by_label(label, exact=True)


def numbers(text: str) -> list[float]:
    return [float(one.replace("−", "-")) for one in re.findall(r"−?\d+\.\d{4}", text)]


def shows(box: Locator, state: NetworkState) -> None:
    """Assert that the page shows a state: words, arithmetic, products, and both pictures pixel by pixel."""
    lab.soon(box.page, lambda: shows_now(box, state))


def shows_now(box: Locator, state: NetworkState) -> None:
    expect(box).to_contain_text(headline(state))
    expect(box).to_contain_text(verdict(state))
    wanted = [*(value for _, value in state.number.steps), state.number.network]
    said = box.get_by_text("By hand.").locator("..").inner_text()
    # Other thread counts round a little differently.
    assert numbers(said) == pytest.approx(wanted, rel=1e-3, abs=2e-3)
    cells = [float(one.replace("−", "-")) for one in box.locator("td").all_inner_texts()]
    made = [float(one.replace("−", "-")) for one in re.findall(r"<td[^>]*>([^<]*)</td>", tables(state))]
    assert cells == pytest.approx(made, abs=0.02)
    for image, drawn in zip(box.locator("img").all(), (draw_picture(state), draw_map(state)), strict=False):
        seen = lab.decoded(image)
        assert seen.shape == drawn.shape
        assert abs(seen - drawn).mean() < 0.5
    for label, value in (("Channel:", state.channel), ("Row:", state.row), ("Column:", state.column)):
        expect(field(box, label)).to_have_value(str(value))


def point(image: Locator, size: int, row: float, column: float, *, click: bool = False) -> None:
    """Move the mouse to a pixel of a picture or map of `size` pixels a side, as it is drawn."""
    image.scroll_into_view_if_needed()
    place = image.bounding_box()
    assert place
    factor = place["width"] / image.evaluate("image => image.naturalWidth")
    x = math.ceil(place["x"] + factor * (MARGIN + (column + 0.5) * scale_of(size)))
    y = math.ceil(place["y"] + factor * (MARGIN + (row + 0.5) * scale_of(size)))
    image.page.mouse.move(x, y, steps=3)
    if click:
        image.page.mouse.click(x, y)


def type_into(target: Locator, text: str) -> None:
    target.focus()
    target.page.keyboard.press("Control+a")
    target.page.keyboard.type(text)
    target.page.keyboard.press("Enter")


def test_a_channel_is_switched_off_and_on(box: Locator, opening: NetworkState, learner: ConvLearner) -> None:
    lab.press(box, "Switch this channel off")
    state = opening.switched(learner)
    shows(box, state)
    lab.press(box, "9")
    shows(box, state := state.in_layer(9))
    lab.press(box, "Switch this channel off")
    shows(box, state.switched(learner))
    lab.press(box, "Switch this channel on again")
    shows(box, state)
    lab.press(box, "All channels on")
    shows(box, state.with_off(learner, ()))


def test_layers_channels_and_places_by_mouse(box: Locator, opening: NetworkState) -> None:
    shows(box, opening)
    expect(box.get_by_text("Error displaying widget")).to_have_count(0)
    expected = opening
    for layer in (1, 9, 4):
        box.get_by_role("button", name=str(layer), exact=True).click()
        expected = expected.in_layer(layer)
        shows(box, expected)
    box.get_by_role("button", name="Strongest place of this channel").click()
    shows(box, expected := expected.at_strongest_place())
    box.get_by_role("button", name="Follow the largest product back").click()
    shows(box, expected := expected.followed())
    box.get_by_role("button", name="Strongest channel at this place").click()
    shows(box, expected.at_strongest_channel())


def test_pointing_at_either_picture_and_holding_the_place(box: Locator, opening: NetworkState) -> None:
    shows(box, opening)
    picture, drawn = box.locator("img").nth(0), box.locator("img").nth(1)
    point(drawn, 16, 3, 12)
    shows(box, opening.at(row=3, column=12))
    point(picture, 128, 90, 40)
    shows(box, opening.at(row=11, column=5))
    point(drawn, 16, 6, 6, click=True)
    expect(box).to_contain_text("The place is held")
    point(picture, 128, 20, 20)
    box.page.wait_for_timeout(400)
    shows(box, opening.at(row=6, column=6))
    point(picture, 128, 20, 20, click=True)
    expect(box).not_to_contain_text("The place is held")
    shows(box, opening.at(row=2, column=2))


def test_it_works_by_keyboard_alone_and_tells_wrong_values(box: Locator, opening: NetworkState) -> None:
    page, cells = box.page, lab.cell_count(box.page)
    box.get_by_role("button", name="5", exact=True).focus()
    for name in "67":
        page.keyboard.press("Tab")
        expect(box.get_by_role("button", name=name, exact=True)).to_be_focused()
    page.keyboard.press("Space")
    state = opening.in_layer(7)
    shows(box, state)
    type_into(field(box, "Channel:"), "20")
    type_into(field(box, "Row:"), "3")
    type_into(field(box, "Column:"), "5")
    state = state.at(channel=20, row=3, column=5)
    shows(box, state)
    type_into(field(box, "Row:"), "8")
    expect(box).to_contain_text("Got row=8; this layer has 8 rows: type 0 to 7.")
    shows(box, state)
    box.get_by_role("button", name="Follow the largest product back").focus()
    page.keyboard.press("Space")
    shows(box, state.followed())
    type_into(field(box, "Your picture:"), "nowhere.jpg")
    expect(box).to_contain_text("nowhere.jpg")
    assert lab.cell_count(page) == cells, "no key that was typed acted on the notebook"


@pytest.mark.parametrize("width", [700, 1400])
def test_nothing_is_cut_off(box: Locator, width: int, tmp_path: Path) -> None:
    box.page.set_viewport_size({"width": width, "height": 1700})
    box.scroll_into_view_if_needed()
    box.page.wait_for_timeout(500)
    box.page.screenshot(path=tmp_path / f"explorer-{width}.png")
    box.page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    expect(box.page.locator("body[data-jp-theme-light=false]")).to_have_count(1)
    box.get_by_role("button", name="1", exact=True).click()
    box.locator("img").first.scroll_into_view_if_needed()
    box.page.wait_for_timeout(1000)
    box.page.screenshot(path=tmp_path / f"explorer-{width}-dark.png")
    outer = box.bounding_box()
    assert outer
    parts = [*box.locator("img").all(), *box.get_by_role("button").all(), *box.locator("input").all()]
    for part in [*parts, *box.locator("table").all()]:
        inner = part.bounding_box()
        assert inner
        assert inner["x"] >= outer["x"] - 1
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
    for image in box.locator("img").all():
        shape = image.evaluate("image => [image.offsetWidth / image.offsetHeight, "
                               "image.naturalWidth / image.naturalHeight]")  # fmt: skip
        assert shape[0] == pytest.approx(shape[1], rel=0.02)
