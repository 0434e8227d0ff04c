"""What holds for every explorer, in a real JupyterLab: keys, sizes, themes, access, numbers, stored states, a monkey.

The explorers, with the cells that show them, are those of `benchmarks/explorers.py`; a new one needs its line there.
"""

import random
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.explorers import EXPLORERS, Shown
from helpers.widgets.canvas import PAGE, bundled
from tests.browser import lab

Run = Callable[[str], Page]
ALL = pytest.mark.parametrize("shown", EXPLORERS.values(), ids=EXPLORERS)
STATES = {name: shown for name, shown in EXPLORERS.items() if shown.view}  # a quiz has no state of Python's
WITH_STATE = pytest.mark.parametrize("shown", STATES.values(), ids=STATES)
COMMANDS = "xabmyd"  # letters that change cells, in command mode
HEIGHT = 760  # pixels that an explorer may take of a window of 900
MONKEY = 500

# JavaScript: what an explorer gets wrong at its present size, in sentences.
LAYOUT = """box => {
    const found = [], edge = box.getBoundingClientRect(), seen = element => element.checkVisibility();
    const inside = element => {
        const part = element.getBoundingClientRect();
        return part.left >= edge.left - 1 && part.right <= edge.right + 1;
    };
    for (const element of box.querySelectorAll('button, input, select, table, canvas, p, legend, label, pre'))
        if (seen(element) && !inside(element)) found.push(`sticks out: ${element.outerHTML.slice(0, 150)}`);
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (texts.currentNode.textContent.trim() && seen(element)
            && parseFloat(getComputedStyle(element).fontSize) < 11) found.push(`small: ${element.textContent}`);
    }
    const parts = [...box.querySelectorAll('[data-part]')].filter(seen);
    for (const one of parts) for (const other of parts) {
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        if (one !== other && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2)
            found.push(`${one.dataset.part} lies over ${other.dataset.part}`);
    }
    for (const canvas of box.querySelectorAll('canvas'))
        if (seen(canvas) && canvas.getBoundingClientRect().width < 60) found.push('a figure is too small');
    return found;
}"""
# JavaScript: elements with a light ground of their own, which would be slabs in the dark.
SLABS = """box => [...box.querySelectorAll('*')].filter(element => {
    const [red, green, blue, alpha = 1] = getComputedStyle(element).backgroundColor.match(/[\\d.]+/g).map(Number);
    return element.checkVisibility() && alpha > 0.5 && red + green + blue > 600
        && element.offsetWidth * element.offsetHeight > 10000;
}).map(element => element.outerHTML.slice(0, 150))"""
AXE = "async box => (await axe.run(box)).violations"


@ALL
def test_no_letter_reaches_the_notebook_and_the_focus_stays(run: Run, shown: Shown) -> None:
    box = lab.explorer(page := run(shown.cell))
    before = lab.cell_kinds(page), lab.sources(page)
    places = box.locator(":is(button, canvas, legend, label, summary, .wg-words, [role=slider]):visible")
    assert places.count() >= 1
    for place in range(places.count()):
        lab.all_told(box)  # an answer that arrives now could take the place's element away under the pointer
        one = places.nth(place)
        if not one.is_visible():  # what stood there has changed with a click
            continue
        page.mouse.click(*lab.middle(one))
        assert box.evaluate("box => box.contains(document.activeElement)"), f"the focus left after {one}"
        page.keyboard.press(COMMANDS[place % len(COMMANDS)])
        page.keyboard.press("ArrowDown")
    for letter in COMMANDS:
        page.keyboard.press(letter)
    lab.all_told(box)
    assert (lab.cell_kinds(page), lab.sources(page)) == before
    assert lab.part(box, "error").inner_text() == "" if shown.view else True


@ALL
def test_it_fits_one_screen_and_narrow_ones_in_light_and_dark(run: Run, shown: Shown) -> None:
    box = lab.explorer(page := run(shown.cell))
    for width in (1440, 900, 700):
        lab.set_size(page, width, 900)
        for name in ("Light", "Dark"):
            with lab.theme(page, name):
                assert box.evaluate(LAYOUT) == [], (width, name)
                if name == "Dark":
                    assert box.evaluate(SLABS) == []
        if width == 1440:
            height = box.evaluate("box => box.getBoundingClientRect().height")
            assert height <= HEIGHT, f"it is {height:.0f} pixels high"
            columns = box.evaluate("box => [...box.querySelectorAll('.wg-column')].map(one => one.offsetLeft)")
            assert columns == sorted({*columns}), "controls and pictures stand side by side"


@ALL
def test_axe_finds_nothing_serious(run: Run, shown: Shown) -> None:
    box = lab.explorer(page := run(shown.cell))
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    for summary in box.locator("summary").all():
        summary.click()
    for name in ("Light", "Dark"):
        with lab.theme(page, name):
            found = [fault for fault in box.evaluate(AXE) if fault["impact"] in ("serious", "critical")]
            assert [(fault["id"], fault["nodes"][0]["html"][:300]) for fault in found] == [], name


@ALL
def test_what_is_no_number_restores_the_field_and_says_so_beside_it(run: Run, shown: Shown) -> None:
    box = lab.explorer(run(shown.cell))
    for summary in box.locator("summary").all():
        summary.click()
    fields = box.locator(".wg-field:visible input[type=text]:not([readonly]):not(.wg-long)")
    for place in range(fields.count()):
        field = fields.nth(place)
        value = field.input_value()
        field.fill("three")
        field.press("Enter")
        beside = field.locator("xpath=ancestor::*[contains(@class, 'wg-field')][1]").locator(".wg-wrong")
        expect(beside).to_contain_text("✗ Got 'three'; type a number such as 0.5, 1/9 or 1e-3.")
        expect(field).to_have_value(value)
        box.locator("summary, button").first.focus()
        expect(box.locator(".wg-wrong")).to_have_count(0)


@WITH_STATE
def test_a_stored_state_is_drawn_without_a_kernel(window: lab.Window, run: Run, shown: Shown) -> None:
    view = shown.view()
    page = window.browser.new_page(viewport={"width": 1100, "height": 900})
    try:
        page.set_content(f"<style>{(PAGE / 'explorer.css').read_text('utf-8')}</style><main></main>")
        page.evaluate(
            """async ([source, stored]) => {
                const {still} = await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));
                still(JSON.parse(stored), document.querySelector('main'));
            }""",
            [bundled(), view.export()],
        )
        lab.let_layout_settle(page)
        box = page.locator(".wg")
        assert lab.shown_by(box) == lab.scene_of(view)
        blank = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.every(v => !v)"
        for canvas in box.locator("canvas:visible").all():
            assert not canvas.evaluate(blank), "a figure is empty"
    finally:
        page.close()


@ALL
def test_handles_follow_the_pointer_before_python_answers(run: Run, shown: Shown) -> None:
    box = lab.explorer(run(shown.cell))
    handles = box.locator("[role=slider]:visible")
    if not handles.count():
        assert shown.handles == 0, "this explorer should have a handle at first"
        return
    box.evaluate("box => { box.explorer.model = {...box.explorer.model, get: () => ({}), send() {}}; }")  # deaf
    one = handles.last
    start = lab.middle(one)
    for dx, dy in ((24, 0), (-24, 0), (0, 24), (0, -24)):
        lab.drag(one, dx, dy, drop=False)
        lab.let_layout_settle(box.page)
        moved = lab.middle(one) != start
        box.page.mouse.up()
        if moved:
            return
    raise AssertionError("the handle did not follow")


@ALL
def test_a_monkey_leaves_no_error_no_lost_cell_and_a_true_line_of_code(run: Run, shown: Shown) -> None:
    box = lab.explorer(page := run(shown.cell))
    before, rng = (lab.cell_kinds(page), lab.sources(page)), random.Random(shown.cell)
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    # "Click to add a cell": it would be met where an answer makes the explorer lower while the pointer is on its way.
    page.add_style_tag(content=".jp-Notebook-footer { visibility: hidden; }")
    for summary in box.locator("summary").all():
        summary.click()
    for _ in range(MONKEY // 10):
        ten_random_acts(box, rng)
    lab.all_told(box)  # where the last act was Play, the button says Pause only with the answer
    if box.get_by_role("button", name="Pause", exact=True).count():
        box.get_by_role("button", name="Pause", exact=True).click()
    lab.all_told(box)
    assert errors == []
    assert (lab.cell_kinds(page), lab.sources(page)) == before
    entries = lab.shown_by(box)
    if shown.view:
        assert entries["error"]["lines"] == []
    if "code" in entries and shown.from_code:
        view = shown.from_code(entries["code"]["text"], entries)
        wanted = lab.scene_of(view)
        different = [name for name in shown.told_by_code if entries[name] != wanted[name]]
        assert different == [], entries["code"]["text"]


def test_the_focus_stays_when_the_handle_that_has_it_is_taken_away(run: Run) -> None:
    box = lab.explorer(page := run(EXPLORERS["function builder"].cell))
    before, count = lab.cell_kinds(page), box.locator("[role=slider]").count()
    lab.press(box, "Add")
    expect(box.locator("[role=slider]")).to_have_count(count + 1)
    lab.handle(box, "bend 0").focus()
    box.evaluate("box => box.explorer.tell({name: 'clear'})")
    expect(lab.handle(box, "bend 0")).to_have_count(0)
    assert box.evaluate("box => box.contains(document.activeElement)")
    page.keyboard.press("b")
    assert lab.cell_kinds(page) == before


TYPED = ("0,5", "1/9", "1e-3", "−2", ".5", "abc", "", "99999", "3", "8, 8")
KEYS = ("Tab", "Shift+Tab", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Enter", "Escape", "Space", "Home", "z",
        *COMMANDS)  # fmt: skip


def ten_random_acts(box: Locator, rng: random.Random) -> None:
    """Click, drag, point, type and press keys, ten times, wherever it may be in an explorer."""
    page = box.page
    wanted = "button, input, select, canvas, label, [role=slider]"
    places = box.evaluate(
        """(box, wanted) => [...box.querySelectorAll(wanted)]
            .filter(one => one.checkVisibility() && one.type !== 'file')
            .map(one => one.getBoundingClientRect()).map(({x, y, width, height}) => [x, y, width, height])""",
        wanted,
    )
    height = page.viewport_size["height"] if page.viewport_size else 0
    seen = [place for place in places if 60 < place[1] + place[3] / 2 < height - 40]
    if not seen:
        box.scroll_into_view_if_needed()
        return
    for _ in range(10):
        x, y, width, high = rng.choice(seen)
        x, y = x + width * rng.random(), min(max(y + high * rng.random(), 120), height - 40)
        if not box.evaluate("(box, [x, y]) => box.contains(document.elementFromPoint(x, y))", [x, y]):
            continue  # a key has scrolled the page
        act = rng.choice(("click", "click", "drag", "point", "key", "type"))
        if act == "click":
            page.mouse.click(x, y)
        elif act == "drag":
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + rng.uniform(-80, 80), y + rng.uniform(-60, 60), steps=3)
            page.mouse.up()
        elif act == "point":
            page.mouse.move(x, y, steps=2)
        elif not box.evaluate("box => box.contains(document.activeElement)"):
            page.mouse.click(x, y)
        elif act == "key":
            page.keyboard.press(rng.choice(KEYS))
        else:
            page.keyboard.insert_text(rng.choice(TYPED))
            page.keyboard.press("Enter")
