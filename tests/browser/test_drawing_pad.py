"""The drawing pad in a real JupyterLab: by mouse, keyboard alone and touch, it shows and keeps what one here does."""

import math
import secrets
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from helpers import read_image
from helpers.explorers.drawing_pad import open_album
from helpers.explorers.drawing_pad.view import PadView
from tests.browser import lab
from tests.browser.lab import same_scene

RIM = 3  # pixels around the pad in its figure
Show = Callable[..., tuple[Locator, PadView]]

# JavaScript: write down what is told to Python, and where the pointer was while its button was down.
LISTEN = """box => {
    const {explorer} = box, {model} = explorer, pad = box.querySelector('[data-part=pad] .wg-stage');
    window.told = [], window.pointed = [];
    explorer.model = {get: name => model.get(name),
        send: (what, ...more) => (window.told.push(JSON.parse(JSON.stringify(what))), model.send(what, ...more))};
    for (const kind of ['pointerdown', 'pointermove', 'pointerup']) pad.addEventListener(kind, event => {
        const edge = pad.getBoundingClientRect(), all = event.getCoalescedEvents();
        if (event.buttons || kind === 'pointerup') for (const {clientX, clientY} of all.length ? all : [event])
            window.pointed.push([clientX - edge.left, clientY - edge.top]);
    });
}"""
# JavaScript: tell Python nothing any more.
DEAF = "box => { box.explorer.model = {get: () => ({}), send() {}}; }"
# JavaScript: how dark the pad is drawn at a place of it, from 0 to 256.
GREY = """(box, [x, y]) => {
    const canvas = box.querySelector('[data-part=pad] canvas'), scale = canvas.width / canvas.clientWidth;
    const at = value => Math.round(scale * (3 + value / 256 * (canvas.clientWidth - 6)));
    return canvas.getContext('2d').getImageData(at(x), at(y), 1, 1).data[0];
}"""


@pytest.fixture
def show(run: Callable[[str], Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    """Return a function that shows a pad, and makes the same one here; their folders have one name in two places."""
    monkeypatch.chdir(tmp_path)
    name = f"drawn_{secrets.token_hex(4)}"

    def shown() -> tuple[Locator, PadView]:
        source = f"drawing_pad(['star', 'house'], folder={name!r});"
        page = run(f"import os\nfrom helpers.explorers.drawing_pad import drawing_pad\nprint(os.getcwd())\n{source}")
        box = lab.explorer(page)
        box.evaluate(LISTEN)
        return box, PadView(open_album(["star", "house"], name))

    return shown


def told_the_same(box: Locator, view: PadView) -> list[dict[str, Any]]:
    """Tell a local view all that the page has told since; return it, after both show the same."""
    lab.all_told(box)
    told = box.evaluate("() => window.told.splice(0)")
    for one in told:
        view._told(None, one, [])
    same_scene(box, view)
    return told


def place(box: Locator, x: float, y: float) -> tuple[float, float]:
    """Return where a place of the pad, from 0 to 256, is in the window."""
    edge = lab.part(box, "pad").locator(".wg-stage").bounding_box()
    assert edge
    side = edge["width"] - 2 * RIM
    return edge["x"] + RIM + x / 256 * side, edge["y"] + RIM + y / 256 * side


def draw(box: Locator, points: list[tuple[float, float]], *, steps: int = 1, drop: bool = True) -> None:
    """Draw a line through places of the pad with the mouse."""
    mouse = box.page.mouse
    mouse.move(*place(box, *points[0]))
    mouse.down()
    for point in points[1:]:
        mouse.move(*place(box, *point), steps=steps)
    if drop:
        mouse.up()


def pointed(box: Locator) -> np.ndarray:
    """Return where the pointer was since this was last asked, on the pad, from 0 to 256."""
    edge = lab.part(box, "pad").locator(".wg-stage").bounding_box()
    assert edge
    return (np.array(box.evaluate("() => window.pointed.splice(0)")) - RIM) * 256 / (edge["width"] - 2 * RIM)


def kept(page: Page, view: PadView) -> None:
    """Assert that the kernel has kept the same pictures as the local view, and no other file."""
    there = Path(lab.said_by(page, "getcwd").splitlines()[0])

    def pictures(root: Path) -> dict[str, int]:
        found = [path for name in ("", "_set_aside") for path in (root / f"{view.album.folder}{name}").rglob("*.*")]
        return {path.relative_to(root).as_posix(): hash(read_image(path).tobytes()) for path in found}

    assert pictures(there) == pictures(Path.cwd())
    assert pictures(there)


def test_a_quick_stroke_loses_no_point_and_is_kept_as_it_is_shown(show: Show) -> None:
    box, view = show()
    same_scene(box, view)
    star = [(128 + 100 * math.sin(0.8 * math.pi * at), 140 - 100 * math.cos(0.8 * math.pi * at)) for at in range(6)]
    draw(box, star, steps=9)
    told = told_the_same(box, view)
    went = pointed(box)
    assert len(went) >= 40
    (stroke,) = view.state.strokes
    places = [went[0], *(now for before, now in pairwise(went) if abs(now - before).max() > 0.5)]
    for wanted in places:
        assert np.abs(np.array(stroke.points) - wanted).max(axis=1).min() <= 0.25 + 1e-6
    assert len(told) <= len(went) + 1
    draw(box, [(20, 20)])  # a dot
    draw(box, [(20, 20), (60, 20), (400, 60), (60, 60)])  # from the same place, over the edge and back
    told_the_same(box, view)
    assert [len(one.points) for one in view.state.strokes[1:]] == [1, 4]
    lab.press(box, "Keep")
    told_the_same(box, view)
    box.get_by_role("radio", name="house").check()
    box.get_by_role("radio", name="thick").check()
    draw(box, [(60, 200), (60, 120), (128, 60), (196, 120), (196, 200), (60, 200)])
    lab.press(box, "Keep")
    lab.press(box, "Keep")
    told_the_same(box, view)
    expect(box.get_by_role("alert")).to_have_text("✗ The pad is empty; draw a house on it, then press Keep.")
    assert view.album.counts == {"star": 1, "house": 1}
    lab.press(box, "Undo")
    told_the_same(box, view)
    assert len(view.state.strokes) == 1
    lab.press(box, "Clear")
    box.get_by_role("radio", name="star").check()
    lab.press(box, "Take back 001")
    told_the_same(box, view)
    box.page.keyboard.press("z")
    told_the_same(box, view)
    assert view.album.counts == {"star": 1, "house": 0}
    kept(box.page, view)


def test_ink_is_seen_before_python_answers(show: Show) -> None:
    box, _ = show()
    box.evaluate(DEAF)
    assert box.evaluate(GREY, [100, 100]) == 255
    draw(box, [(40, 40), (100, 100), (160, 100)], drop=False)
    lab.let_layout_settle(box.page)
    assert [box.evaluate(GREY, at) for at in ([100, 100], [70, 70], [130, 100])] == [0, 0, 0]
    assert box.evaluate(GREY, [100, 130]) == 255
    box.page.mouse.up()
    lab.let_layout_settle(box.page)
    assert box.evaluate(GREY, [130, 100]) == 0, "it stays until Python has answered"


def test_the_keyboard_alone_is_enough(show: Show) -> None:
    box, view = show()
    page = box.page
    box.get_by_role("radio", name="star").focus()
    page.keyboard.press("ArrowRight")
    told_the_same(box, view)
    assert view.state.name == "house"
    lab.go_by_tab(page, lab.handle(box, "pen"))
    for key in ("ArrowLeft", "Shift+ArrowUp", "Space", "Shift+ArrowRight", "ArrowDown", "Enter", "ArrowDown"):
        page.keyboard.press(key)
    told_the_same(box, view)
    (stroke,) = view.state.strokes
    assert stroke.points == ((124, 88), (164, 88), (164, 92))
    assert view.state.at == (164, 96)
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("z")
    told_the_same(box, view)
    assert len(view.state.strokes) == 1
    lab.go_by_tab(page, box.get_by_role("button", name="Keep", exact=True), most=80)
    page.keyboard.press("Enter")
    told_the_same(box, view)
    assert view.album.counts == {"star": 0, "house": 1}
    kept(page, view)


def test_a_finger_draws_and_the_page_does_not_scroll(show: Show) -> None:
    box, view = show()
    stage = lab.part(box, "pad").locator(".wg-stage")
    draw(box, [(20, 20)])  # the pen is not under the finger: a handle never scrolls
    told_the_same(box, view)
    lab.touch_drag(stage, 60, -90)
    told_the_same(box, view)
    side = (stage.bounding_box() or {"width": 0})["width"] - 2 * RIM
    (_, stroke) = view.state.strokes
    assert len(stroke.points) >= 8
    assert stroke.points[0] == pytest.approx((128, 128), abs=1)
    assert stroke.points[-1] == pytest.approx((128 + 60 * 256 / side, 128 - 90 * 256 / side), abs=1)
    lab.touch_drag(stage, 0, 0)
    told_the_same(box, view)
    assert [len(one.points) for one in view.state.strokes] == [1, len(stroke.points), 1]
    lab.press(box, "Undo")
    lab.press(box, "Keep")
    told_the_same(box, view)
    kept(box.page, view)


def test_what_is_undone_while_the_button_is_down_stays_undone(show: Show) -> None:
    box, view = show()
    draw(box, [(40, 40), (200, 40)])
    draw(box, [(40, 90), (200, 90)], drop=False)
    box.page.keyboard.press("z")
    box.page.mouse.move(*place(box, 200, 200))
    box.page.mouse.up()
    told_the_same(box, view)
    assert [one.points[0][1] for one in view.state.strokes] == pytest.approx([40], abs=0.5)

    def its_ink_is_gone() -> None:
        assert (box.evaluate(GREY, [120, 40]), box.evaluate(GREY, [120, 90])) == (0, 255)

    lab.soon(box.page, its_ink_is_gone)
