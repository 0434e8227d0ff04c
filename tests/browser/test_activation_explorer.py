"""The explorers of lesson 05 in a real JupyterLab: by keyboard and by mouse they show what the functions draw."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from helpers.explorers import activation_explorer as explorer
from tests.browser import lab
from tests.browser.lab import go_by_tab, type_over

ACTIVATION, DEPTH = ".whole-game-activation-explorer", ".whole-game-depth-explorer"


@pytest.fixture
def show(run: Callable[[str], Page]) -> Callable[[str], Locator]:
    """Return a function that shows the explorer that a call makes."""

    def shown(call: str) -> Locator:
        source = f"from helpers.explorers.activation_explorer import activation_explorer, depth_explorer\n{call}"
        box = run(source).locator(DEPTH if call.startswith("depth") else ACTIVATION)
        expect(box.locator("img")).to_be_visible()
        return box

    return shown


@pytest.fixture
def activation(show: Callable[[str], Locator]) -> Locator:
    """Show the explorer of activation functions."""
    return show('activation_explorer("sigmoid", x=1)')


@pytest.fixture
def depth(show: Callable[[str], Locator]) -> Locator:
    """Show the explorer of deep stacks."""
    return show('depth_explorer("sigmoid", depth=20, scale=1.0)')


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


def test_the_activation_explorer_works_by_keyboard_alone(activation: Locator) -> None:
    page, box = activation.page, activation
    cells = lab.cell_count(page)
    expect(box).to_contain_text(explorer.describe_point("sigmoid", 1))
    expect(box.get_by_label("α =", exact=True)).to_have_value("0.1")
    expect_picture(box, drawn(explorer.make_activation_widget("sigmoid", 1.0, 0.1)))

    box.get_by_role("button", name="sigmoid").focus()
    go_by_tab(page, box.get_by_role("button", name="leaky ReLU"))
    page.keyboard.press("Space")
    expect(box).to_contain_text(explorer.describe_point("leaky ReLU", 1, 0.1))
    x, alpha = box.get_by_label("x =", exact=True), box.get_by_label("α =", exact=True)
    go_by_tab(page, x)
    type_over(page, "-3.47")
    expect(box).to_contain_text(explorer.describe_point("leaky ReLU", -3.47, 0.1))
    go_by_tab(page, alpha)
    type_over(page, "0.4")
    expect(box).to_contain_text(explorer.describe_point("leaky ReLU", -3.47, 0.4))
    expect_picture(box, drawn(explorer.make_activation_widget("leaky ReLU", -3.47, 0.4)))

    before = picture(box)
    x.focus()
    type_over(page, "50")
    expect(box).to_contain_text("got 50.0 as x; a number from −6 to 6 is needed")
    np.testing.assert_array_equal(picture(box), before)
    assert lab.cell_count(page) == cells, "no key that was typed acted on the notebook"


def test_the_activation_explorer_works_by_mouse(activation: Locator) -> None:
    box = activation
    expect(box.get_by_label("α =", exact=True)).to_be_disabled()
    for name in ("GELU", "tanh", "ReLU"):
        box.get_by_role("button", name=name, exact=True).click()
        expect(box).to_contain_text(explorer.describe_point(name, 1))
    track = box.locator(".noUi-base").first.bounding_box()
    assert track
    box.page.mouse.click(track["x"] + 0.25 * track["width"], track["y"] + track["height"] / 2)
    expect(box.get_by_label("x =", exact=True)).not_to_have_value("1")
    lab.all_answered(box.page)
    point = float(box.get_by_label("x =", exact=True).input_value())
    assert -3.6 < point < -2.4
    expect(box).to_contain_text(explorer.describe_point("ReLU", point))
    expect_picture(box, drawn(explorer.make_activation_widget("ReLU", point)))


def test_the_depth_explorer_draws_the_stack_that_was_asked_for(depth: Locator) -> None:
    page, box = depth.page, depth
    box.get_by_role("button", name="none").focus()
    go_by_tab(page, box.get_by_role("button", name="ReLU", exact=True))
    page.keyboard.press("Space")
    for label, number in (("depth =", "45"), ("scale =", "1.6")):
        go_by_tab(page, box.get_by_label(label, exact=True))
        type_over(page, number)
    expect(box).to_contain_text("45 layers of ReLU, scale 1.6: activations of size")
    # The thread counts of two processes may round differently.
    expect_picture(box, drawn(explorer.make_depth_widget("ReLU", 45, 1.6)), differing=0.05)
    box.get_by_label("depth =", exact=True).fill("99")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("got 99 as depth; a number from 2 to 50 is needed")


@pytest.mark.parametrize("name", ["activation", "depth"])
def test_nothing_is_cut_off_in_a_narrow_window(name: str, request: pytest.FixtureRequest) -> None:
    box = request.getfixturevalue(name)
    lab.set_size(box.page, 700, 1000)
    lab.soon(box.page, lambda: lab.nothing_is_cut_off(box))
