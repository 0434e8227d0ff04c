"""The plane trainer of lesson 05 in a real JupyterLab: by mouse, by typing, by keyboard alone, and by play."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from helpers.explorers.plane_trainer import PlaneTrainer, drawing
from helpers.explorers.plane_trainer.words import code, formula, words
from helpers.widgets.played import INTERVAL
from tests.browser import lab
from tests.browser.lab import field, go_by_tab, pixels, press, type_into

SOURCE = """from helpers.explorers.plane_trainer import plane_trainer
plane_trainer("spirals", hidden=[8, 8], activation="ReLU")"""


@pytest.fixture
def box(run: Callable[[str], Page]) -> Locator:
    """Show the trainer."""
    return run(SOURCE).locator(".whole-game-plane-trainer")


def expect_state(box: Locator, trainer: PlaneTrainer, *, fresh: bool = False) -> None:
    """The words, the formula, the code and the picture are those of the plain trainer."""
    file = drawing.TrainerSheet().picture(trainer, fresh=fresh)
    wanted = np.asarray(Image.open(io.BytesIO(file)).convert("RGB")).astype(float)

    def same() -> None:
        for text in (words(trainer), formula(trainer), *code(trainer, fresh=fresh).splitlines()):
            expect(box).to_contain_text(text)
        assert np.abs(pixels(box.locator("img")) - wanted).mean() < 0.05, (
            "the picture is not the one that the plain function draws"
        )

    lab.soon(box.page, same)


def place(box: Locator, column: float, row: float) -> tuple[float, float]:
    """Return where in the page a pixel of the picture is."""
    image = box.locator("img")
    image.scroll_into_view_if_needed()
    size = image.bounding_box()
    assert size
    return size["x"] + column * size["width"] / drawing.WIDTH, size["y"] + row * size["height"] / drawing.HEIGHT


def test_every_control_changes_the_network_and_what_is_shown(box: Locator) -> None:
    trainer = PlaneTrainer("spirals", [8, 8], "ReLU")
    expect_state(box, trainer)
    steps: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (lambda: press(box, "Step"), lambda: trainer.step(10)),
        (lambda: type_into(box, "rate", "0.3"), lambda: trainer.set_rate(0.3)),
        (lambda: type_into(box, "steps at a time", "50"), lambda: None),
        (lambda: press(box, "Step"), lambda: trainer.step(50)),
        (lambda: type_into(box, "unit", "3"), lambda: trainer.choose(unit=3)),
        (lambda: type_into(box, "weight", "-2.5"), lambda: trainer.set_weight(-2.5)),
        (lambda: press(box, "Step"), lambda: trainer.step(50)),
        (lambda: press(box, "ring"), lambda: trainer.change(points="ring")),
        (lambda: press(box, "tanh"), lambda: trainer.change(activation="tanh")),
        (lambda: press(box, "Xavier"), lambda: trainer.change(scale="Xavier")),
        (lambda: type_into(box, "hidden units", "12, 3"), lambda: trainer.change(hidden=[12, 3])),
        (lambda: press(box, "Add layer"), trainer.add_layer),
        (lambda: press(box, "Remove layer"), trainer.remove_layer),
        (lambda: type_into(box, "points of each class", "20"), lambda: trainer.change(count=20)),
        (lambda: type_into(box, "noise", "0.2"), lambda: trainer.change(noise=0.2)),
        (lambda: press(box, "Step"), lambda: trainer.step(50)),
        (lambda: press(box, "Reset"), trainer.reset),
    ]
    for act, change in steps:
        act()
        change()
        expect_state(box, trainer)
    box.get_by_label("draw the fresh points").check()
    expect_state(box, trainer, fresh=True)


def test_a_click_into_the_plane_adds_a_point_and_one_on_a_unit_chooses_it(box: Locator) -> None:
    trainer = PlaneTrainer("spirals", [8, 8], "ReLU")
    expect_state(box, trainer)
    press(box, "▲ class 1")
    left, top, width, height = drawing.PLANE
    box.page.mouse.click(*place(box, left + 0.9 * width, top + 0.2 * height))
    expect(box).to_contain_text("trainer.add_point(")
    lab.all_answered(box.page)
    x, y, label = re.findall(r"trainer\.add_point\((.*), (.*), (.*)\)", box.inner_text())[0]
    assert (float(x), float(y)) == pytest.approx((0.8 * trainer.reach, 0.6 * trainer.reach), abs=0.02)
    assert label == "1"
    trainer.add_point(float(x), float(y), 1)
    expect_state(box, trainer)
    side, row, band = drawing.layout_of_units(trainer)
    across, down = drawing.corner(3, side, row)
    box.page.mouse.click(*place(box, drawing.UNITS[0] + across + 20, drawing.UNITS[1] + band + down + 20))
    trainer.choose(2, 4)
    expect_state(box, trainer)
    press(box, "Remove point")
    trainer.remove_point()
    expect_state(box, trainer)


def test_it_works_by_keyboard_alone_and_tells_wrong_values(box: Locator) -> None:
    page, cells = box.page, lab.cell_count(box.page)
    trainer = PlaneTrainer("spirals", [8, 8], "ReLU")
    expect_state(box, trainer)
    box.get_by_role("button", name="spirals", exact=True).focus()
    for name, typed, act in (
        ("hidden units", "5, 4", lambda: trainer.change(hidden=[5, 4])),
        ("rate", "0.2", lambda: trainer.set_rate(0.2)),
        ("Step", "", lambda: trainer.step(10)),
        ("weight", "1.25", lambda: trainer.set_weight(1.25)),
        ("Add point", "", lambda: trainer.add_point(0.0, 0.0, 0)),
    ):
        target = field(box, name) if typed else box.get_by_role("button", name=name, exact=True)
        go_by_tab(page, target)
        if typed:
            page.keyboard.press("Control+a")
            page.keyboard.type(typed)
        page.keyboard.press("Enter")
        act()
        expect_state(box, trainer)  # JupyterLab may deliver a key pressed before the answer ahead of the one before it
    for name, value, sentence in (
        ("hidden units", "5, b", "got '5, b' as hidden units; type 1 to 4 whole numbers from 1 to 32, as 8, 8."),
        ("rate", "50", "got 50.0 as rate; a number from 0.0001 to 10 is needed. The network stays as it was."),
        ("layer", "4", "got 4 as layer; a whole number from 1 to 3 is needed."),
        ("noise", "-1", "got -1.0 as noise; a number from 0 to 0.3 is needed."),
    ):
        type_into(box, name, value)
        expect(box).to_contain_text(sentence)
        expect_state(box, trainer)
    press(box, "your points")
    trainer.change(points="your points")
    expect_state(box, trainer)
    press(box, "Remove all")
    trainer.clear()
    expect_state(box, trainer)
    expect(box.get_by_role("button", name="Step", exact=True)).to_be_disabled()
    assert lab.cell_count(page) == cells, "no key that was typed acted on the notebook"


def test_play_trains_and_pause_stops(box: Locator) -> None:
    play = box.locator(".jupyter-widgets.widget-play button").first
    play.click()
    expect(box).to_contain_text(re.compile(r"After [2-9]\d steps"))
    play.click()
    lab.stays_paused(box, INTERVAL)
    trainer = PlaneTrainer("spirals", [8, 8], "ReLU")
    trainer.step(int(re.findall(r"After ([\d,]+) steps", box.inner_text())[0].replace(",", "")))
    expect_state(box, trainer)


@pytest.mark.parametrize("width", [700, 1400])
def test_nothing_is_cut_off(box: Locator, width: int, tmp_path: Path) -> None:
    page = box.page
    lab.set_size(page, width, 1300)
    with lab.theme(page, "Dark"):
        lab.soon(page, lambda: lab.nothing_is_cut_off(box))
        page.screenshot(path=tmp_path / f"trainer-{width}.png")
