"""The function builder of lesson 06 in a real JupyterLab: by mouse, by typing, by keyboard alone, and by play."""

import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from helpers.explorers.function_builder import Builder
from helpers.explorers.function_builder.drawing import BuilderSheet
from helpers.lessons.relu_sums import ReluSum, random_sum
from helpers.widgets.played import INTERVAL
from tests.browser import lab
from tests.browser.lab import field, go_by_tab, pixels, press, type_into, type_over

SOURCE = """from helpers.explorers.function_builder import function_builder
from helpers.lessons.relu_sums import ReluSum
hat = ReluSum(places=[-0.5, 0.0, 0.5], slopes=[2, -4, 2])
function_builder("hill", hat)"""


def hat() -> Builder:
    return Builder("hill", ReluSum(places=[-0.5, 0.0, 0.5], slopes=[2, -4, 2]))


@pytest.fixture
def box(run: Callable[[str], Page]) -> Locator:
    """Show the builder."""
    return run(SOURCE).locator(".whole-game-function-builder")


def expect_state(box: Locator, builder: Builder) -> None:
    """The words, the formula, the code and the picture are those of the plain builder."""
    expect(box).to_contain_text(builder.words)
    for line in [*builder.formula.splitlines(), *builder.code.splitlines()]:
        expect(box).to_contain_text(line.strip())
    wanted = np.asarray(Image.open(io.BytesIO(BuilderSheet().picture(builder))).convert("RGB"))

    def same_picture() -> None:
        assert np.array_equal(pixels(box.locator("img")), wanted), (
            "the picture is not the one that the plain function draws"
        )

    lab.soon(box.page, same_picture)


def test_relus_are_added_moved_and_removed_by_mouse_and_fields(box: Locator) -> None:
    builder = hat()
    expect_state(box, builder)
    steps: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (lambda: press(box, "Add"), builder.add),
        (lambda: type_into(box, "place", "0.35"), lambda: builder.change("place", 0.35)),
        (lambda: type_into(box, "slope", "-1.25"), lambda: builder.change("slope", -1.25)),
        (lambda: press(box, "flat on the right"), lambda: builder.change("side", -1)),
        (lambda: type_into(box, "offset", "0.4"), lambda: builder.change("offset", 0.4)),
        (lambda: type_into(box, "ReLU number", "2"), lambda: builder.choose(2)),
        (lambda: press(box, "Remove"), builder.remove),
        (lambda: press(box, "zigzag"), lambda: builder.choose_curve("zigzag")),
        (lambda: press(box, "Clear"), builder.clear),
    ]
    for act, change in steps:
        act()
        change()
        expect_state(box, builder)
    expect(field(box, "place")).to_be_disabled()


def click_at(box: Locator, x: float, y: float) -> None:
    """Click into the large drawing where x and y are."""
    sheet = BuilderSheet()
    sheet.picture(hat())
    across, up = sheet.axes[0].transData.transform((x, y)) / sheet.figure.bbox.size
    image = box.locator("img")
    image.scroll_into_view_if_needed()
    place = image.bounding_box()
    assert place
    box.page.mouse.click(place["x"] + across * place["width"], place["y"] + (1 - up) * place["height"])


def test_a_click_puts_a_relu_there_and_then_points_and_a_race_starts(box: Locator) -> None:
    expect_state(box, hat())
    click_at(box, 0.7, 0.5)
    expect(field(box, "ReLU number")).to_have_value("4")
    lab.all_answered(box.page)
    place = float(field(box, "place").input_value())
    assert place == pytest.approx(0.7, abs=0.02)
    builder = hat()
    builder.add(place)
    expect_state(box, builder)

    press(box, "your points")
    builder.choose_curve("your points")
    expect_state(box, builder)
    click_at(box, -0.3, -1.0)
    expect(box).to_contain_text("your 6 points")
    lab.all_answered(box.page)
    found = box.inner_text().split("points=[")[1].split("]")[0]
    x, y = (float(number) for number in found.rsplit("(", 1)[1].strip(")").split(","))
    assert (x, y) == pytest.approx((-0.3, -1.0), abs=0.02)
    builder.add_point(x, y)
    expect_state(box, builder)
    type_into(box, "x", "0.45")
    type_into(box, "y", "1.2")
    press(box, "Add point")
    builder.add_point(0.45, 1.2)
    expect_state(box, builder)
    press(box, "Remove point")
    builder.remove_point()
    expect_state(box, builder)
    press(box, "Race")
    builder.race()
    expect_state(box, builder)


def test_a_slider_moves_the_chosen_relu(box: Locator) -> None:
    track = box.locator(".noUi-base").first.bounding_box()
    assert track
    box.page.mouse.click(track["x"] + 0.75 * track["width"], track["y"] + track["height"] / 2)
    expect(field(box, "place")).not_to_have_value("-0.5")
    lab.all_answered(box.page)
    place = float(field(box, "place").input_value())
    assert 0.3 < place < 0.7
    builder = hat()
    builder.change("place", place)
    expect_state(box, builder)


def test_the_keyboard_alone_builds_scatters_and_steps(box: Locator) -> None:
    page, builder, cells = box.page, hat(), lab.cell_count(box.page)

    def typed(name: str, value: str) -> None:
        go_by_tab(page, field(box, name))
        type_over(page, value)

    box.get_by_role("button", name="hill", exact=True).focus()
    go_by_tab(page, box.get_by_role("button", name="Add", exact=True))
    page.keyboard.press("Space")
    builder.add()
    expect_state(box, builder)
    typed("slope", "-0.7")
    builder.change("slope", -0.7)
    expect_state(box, builder)
    typed("ReLUs", "12")
    typed("seed", "3")
    go_by_tab(page, box.get_by_role("button", name="Random start", exact=True))
    page.keyboard.press("Enter")
    builder.scatter(12, 3)
    expect_state(box, builder)
    typed("rate", "0.08")
    builder.set_rate(0.08)
    typed("steps at a time", "40")
    go_by_tab(page, box.get_by_role("button", name="Step", exact=True))
    for _ in range(2):
        page.keyboard.press("Space")
        builder.step(40)
        expect_state(box, builder)
    go_by_tab(page, box.get_by_role("button", name="Reset", exact=True))
    page.keyboard.press("Space")
    builder.reset()
    expect_state(box, builder)
    play = box.locator(".widget-play button").first
    go_by_tab(page, play)
    page.keyboard.press("Space")
    expect(box).to_contain_text(re.compile(r"Gradient descent: \d{2,} steps"))
    page.keyboard.press("Space")
    assert lab.cell_count(page) == cells, "no key acted on the notebook"


def test_play_goes_on_until_it_is_paused_and_a_changed_number_goes_on_from_there(box: Locator) -> None:
    press(box, "wave")
    press(box, "Random start")
    builder = Builder("wave", random_sum(8, seed=1))
    expect_state(box, builder)
    play = box.locator(".widget-play button").first
    play.click()
    expect(box).to_contain_text(re.compile(r"Gradient descent: \d{2,} steps"))
    play.click()
    lab.stays_paused(box, INTERVAL)
    taken = int(box.inner_text().split("Gradient descent: ")[1].split()[0])
    builder.step(taken)
    expect_state(box, builder)

    type_into(box, "rate", "0.02")
    builder.set_rate(0.02)
    press(box, "Step")
    builder.step(10)
    expect_state(box, builder)


def test_play_stops_by_itself_where_the_descent_runs_away(box: Locator) -> None:
    press(box, "Random start")
    type_into(box, "rate", "2")
    builder = Builder("hill", random_sum(8, seed=1), rate=2)
    box.locator(".widget-play button").first.click()
    builder.step(500)
    assert builder.now.diverged
    expect(box).to_contain_text("would run away")
    lab.stays_paused(box, INTERVAL)
    expect_state(box, builder)
    press(box, "Reset")
    builder.reset()
    expect_state(box, builder)


def test_a_wrong_number_shows_its_sentence_and_changes_nothing(box: Locator) -> None:
    for name, value, words in (
        ("place", "4", "got 4.0 as place; a number from −1 to 1 is needed. The function stays as it was."),
        ("ReLU number", "9", "got 9 as ReLU number; a whole number from 1 to 3 is needed."),
        ("rate", "50", "got 50.0 as rate; a number from 0.0001 to 2 is needed."),
    ):
        type_into(box, name, value)
        expect(box).to_contain_text(words)
        expect_state(box, hat())
    expect(field(box, "place")).to_have_value("-0.5")


def test_nothing_is_cut_off_in_a_narrow_window(box: Locator) -> None:
    lab.set_size(box.page, 700, 1000)
    lab.soon(box.page, lambda: lab.nothing_is_cut_off(box))
