"""The function builder of lesson 06 in a real JupyterLab: by mouse, by finger, by keyboard alone, and by play."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from helpers.explorers.function_builder import Builder
from helpers.explorers.function_builder.view import BuilderView
from helpers.lessons.relu_sums import ReluSum, descend, random_sum, target
from tests.browser import lab
from tests.browser.lab import go_by_tab, handle, press, type_over
from tests.explorers.telling import tell

SOURCE = """from helpers.explorers.function_builder import function_builder
from helpers.lessons.relu_sums import ReluSum
hat = ReluSum(places=[-0.5, 0.0, 0.5], slopes=[2, -4, 2])
function_builder("hill", hat)"""
# JavaScript: keep what the page tells Python.
KEEP = """box => {
    const page = box.explorer, send = page.send.bind(page);
    window.kept = [];
    page.send = (what, buffers) => {
        window.kept.push({...what, gesture: page.gestures});
        return send(what, buffers);
    };
}"""
# JavaScript: where x and y of a figure are in the window.
PLACE = """(node, [x, y]) => {
    const figure = node.closest('.wg').explorer.parts.get(node.dataset.part);
    const box = figure.stage.getBoundingClientRect();
    return [box.x + figure.place.x(x), box.y + figure.place.y(y)];
}"""


class Shown:
    """The builder in the page, and a view beside it that is told the same."""

    def __init__(self, page: Page) -> None:
        self.page, self.box = page, lab.explorer(page)
        self.view = BuilderView(Builder("hill", ReluSum(places=[-0.5, 0.0, 0.5], slopes=[2, -4, 2])))
        self.box.evaluate(KEEP)

    def same(self) -> Any:
        """Tell the view what the page has told since, assert that both show the same, and return the view's state."""
        lab.all_told(self.box)
        for told in self.page.evaluate("() => window.kept.splice(0)"):
            tell(self.view, **told)
        lab.same_scene(self.box, self.view)
        return self.view.state

    def place(self, part: str, x: float, y: float) -> tuple[float, float]:
        """Return where x and y of a figure are in the window."""
        lab.part(self.box, part).scroll_into_view_if_needed()
        return self.box.locator(f"[data-part={part}]").evaluate(PLACE, [x, y])

    def drag_to(self, name: str, x: float, y: float, part: str = "sum") -> None:
        """Drag a handle to x and y of its figure."""
        start, end = lab.middle(handle(self.box, name)), self.place(part, x, y)
        lab.drag(handle(self.box, name), end[0] - start[0], end[1] - start[1])


@pytest.fixture
def shown(run: Callable[[str], Page]) -> Shown:
    """Show the builder."""
    return Shown(run(SOURCE))


def test_bends_ends_and_slope_are_dragged_and_a_click_adds_a_bend(shown: Shown) -> None:
    shown.drag_to("bend 1", 0.2, 0.6)
    function = shown.same().function
    assert function.places[1] == pytest.approx(0.2, abs=0.01)
    np.testing.assert_allclose(function([-0.5, function.places[1], 0.5, 1]), [0, 0.6, 0, 0], atol=0.02)
    shown.page.mouse.click(*shown.place("sum", -0.2, 1.2))
    function = shown.same().function
    assert (function.places[3], float(function(-0.2))) == pytest.approx((-0.2, 1.2), abs=0.02)
    shown.drag_to("left", 0, 0.4)
    assert shown.same().function.bias == pytest.approx(0.4, abs=0.02)
    shown.drag_to("right", 0, -0.5)
    assert float(shown.same().function(1)) == pytest.approx(-0.5, abs=0.02)
    shown.drag_to("steep", 1, 2, part="pieces")
    builder = shown.same()
    assert builder.function.pieces(1.0)[builder.chosen] == pytest.approx(2, abs=0.1)
    assert builder.function.count == 4
    x, y = shown.place("sum", -0.8, -1)  # a drag that begins beside the handles is no click
    shown.page.mouse.move(x, y)
    shown.page.mouse.down()
    shown.page.mouse.move(x + 60, y, steps=4)
    shown.page.mouse.up()
    assert shown.same().function.count == 4
    for _ in range(5):
        press(shown.box, "Undo")
    assert shown.same().function.slopes.tolist() == [2, -4, 2]
    assert shown.view.past == []


def test_points_are_put_dragged_and_removed_by_mouse_and_by_finger(shown: Shown) -> None:
    shown.box.get_by_label("your points", exact=True).check()
    shown.page.mouse.click(*shown.place("sum", 0.25, -1))
    assert shown.same().points[-1] == pytest.approx((0.25, -1), abs=0.02)
    shown.drag_to("point 5", 0.7, 0.9)
    assert shown.same().points[5] == pytest.approx((0.7, 0.9), abs=0.02)
    lab.touch_drag(handle(shown.box, "point 2"), 30, 40)
    points = shown.same().points
    assert points[2][0] > 0.05
    assert points[2][1] < 0.9
    handle(shown.box, "bend 0").click(force=True)  # a point lies over it, but its middle is further off
    expect(handle(shown.box, "bend 0")).to_be_focused()
    lab.touch_drag(handle(shown.box, "bend 0"), 0, -30)
    builder = shown.same()
    assert builder.chosen == 0
    assert float(builder.function(-0.5)) > 0.1
    shown.box.get_by_text("Your points", exact=True).click()
    press(shown.box, "Remove point")
    assert len(shown.same().points) == 5


def test_the_keyboard_alone_builds_moves_and_descends(shown: Shown) -> None:
    page, box, cells = shown.page, shown.box, lab.cell_count(shown.page)
    box.get_by_role("button", name="Play", exact=True).focus()
    go_by_tab(page, box.get_by_role("button", name="Add", exact=True))
    page.keyboard.press("Space")
    assert shown.same().function.count == 4
    go_by_tab(page, box.get_by_role("textbox", name="slope", exact=True))
    type_over(page, "-1/2")
    assert shown.same().function.slopes[3] == -0.5
    go_by_tab(page, box.get_by_text("Gradient descent", exact=True))
    page.keyboard.press("Enter")
    go_by_tab(page, box.get_by_role("textbox", name="seed", exact=True))
    type_over(page, "3")
    go_by_tab(page, box.get_by_role("button", name="Random start", exact=True))
    page.keyboard.press("Enter")
    assert shown.same().code == Builder("hill", random_sum(8, 3)).code
    go_by_tab(page, box.get_by_role("button", name="Race", exact=True))
    page.keyboard.press("Enter")
    assert len(shown.same().races) == 3
    go_by_tab(page, handle(box, "bend 1"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    builder = shown.same()
    before = float(random_sum(8, 3)(builder.function.places[1]))
    assert float(builder.function(builder.function.places[1])) == pytest.approx(before + 0.11, abs=2e-3)
    assert builder.chosen == 1
    go_by_tab(page, handle(box, "bend 3"))
    page.keyboard.press("Enter")
    assert shown.same().chosen == 3
    page.keyboard.press("z")
    page.keyboard.press("z")
    page.keyboard.press("z")
    assert len(shown.same().races) == 3
    assert lab.cell_count(page) == cells, "no key acted on the notebook"


def test_play_descends_from_what_is_there_and_goes_on_after_a_drag(shown: Shown) -> None:
    box = shown.box
    shown.box.get_by_label("wave", exact=True).check()
    lab.all_told(box)
    press(box, "Play")
    expect(lab.part(box, "said")).to_contain_text("Gradient descent:")
    press(box, "Pause")
    lab.all_told(box)
    taken = int(lab.part(box, "said").inner_text().split("Gradient descent: ")[1].split()[0])
    across = np.linspace(-1, 1, 101)
    *_, wanted = descend(ReluSum([-0.5, 0, 0.5], [2, -4, 2]), across, target("wave", across), steps=taken)
    expect(lab.part(box, "said")).to_contain_text(f"Loss {wanted.loss:.4g},")
    now = handle(box, "bend 0").get_attribute("aria-valuenow")
    assert float(now or "nan") == wanted.function.places[0]

    press(box, "Play")
    lab.drag(handle(box, "bend 1"), 10, 30)  # the descent begins anew where it was let go, and goes on
    expect(lab.part(box, "play")).to_contain_text("Pause")
    lab.all_told(box)
    press(box, "Pause")
    lab.all_told(box)
    assert "from a loss of" in lab.part(box, "said").inner_text()


def test_play_stops_where_the_descent_runs_away(shown: Shown) -> None:
    box = shown.box
    box.get_by_text("Gradient descent", exact=True).click()
    rate = box.get_by_role("textbox", name="rate", exact=True)
    rate.fill("2")
    rate.press("Enter")
    press(box, "Random start")
    press(box, "Play")
    expect(lab.part(box, "said")).to_contain_text("would run away")
    expect(lab.part(box, "play")).to_have_attribute("aria-disabled", "true")
    expect(lab.part(box, "play")).to_contain_text("Play")
