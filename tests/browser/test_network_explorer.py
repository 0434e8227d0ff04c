"""The network explorer in a real JupyterLab: by mouse, by keyboard alone, and what it shows is what is computed."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.explorers.network_explorer import NetworkState, network_state
from helpers.explorers.network_explorer.drawing import MARGIN, draw_map, draw_picture, scale_of
from helpers.explorers.network_explorer.words import headline, prediction_in_words, tables
from helpers.lessons.inside import search_patches
from tests.browser import lab

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
def box(run: Callable[[str], Page]) -> Locator:
    """Show the explorer."""
    found = run(SOURCE).locator(".whole-game-network-explorer")
    expect(found.locator("img")).to_have_count(2 + 9)
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
    expect(box).to_contain_text(prediction_in_words(state))
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
    lab.type_over(target.page, text)


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
    lab.let_timers_run(box.page, 40)  # so long may the page keep what it reports
    lab.all_answered(box.page)
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
    page = box.page
    lab.set_size(page, width, 1700)
    page.screenshot(path=tmp_path / f"explorer-{width}.png")
    with lab.theme(page, "Dark"):
        lab.press(box, "1")
        lab.all_answered(page)
        lab.soon(page, lambda: lab.nothing_is_cut_off(box))
        page.screenshot(path=tmp_path / f"explorer-{width}-dark.png")
