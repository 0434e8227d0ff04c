"""The handles by which a test moves the notebook that is open in JupyterLab, and reads what it shows.

Nothing here waits for a time to pass: it waits for what must come, `WITHIN` seconds at most.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.server import EMPTY, LESSONS, PLANTED, WITHIN

__all__ = ["EMPTY", "LESSONS", "PLANTED"]
SIZE = {"width": 1400, "height": 1000}

# JavaScript: the open notebook, its kernel, its code cells.
PANEL = "window.jupyterapp.shell.currentWidget"
KERNEL = f"{PANEL}?.context?.sessionContext?.session?.kernel"
CODE_CELLS = f"{PANEL}.content.widgets.filter(cell => cell.model.type === 'code')"
# JavaScript: whether a cell has ended in an error that stops Run All.
OUTPUT_KINDS = "Array.from({length: cell.model.outputs.length}, (_, at) => cell.model.outputs.get(at).type)"
MAY_FAIL = "cell.model.getMetadata('tags')?.includes('raises-exception')"
FAILED = f"{CODE_CELLS}.some(cell => !{MAY_FAIL} && {OUTPUT_KINDS}.includes('error'))"
# JavaScript: the kind of every cell.
CELL_KINDS = f"{PANEL}.content.widgets.map(cell => cell.model.type)"
# JavaScript: remember what the page asks the kernel until the kernel says that it is done with it.
COUNT_UNANSWERED = f"""() => {{
    const unanswered = window.unanswered = new Set();
    {KERNEL}.anyMessage.connect((_, {{msg, direction}}) => {{
        if (direction === 'send' && msg.channel === 'shell') unanswered.add(msg.header.msg_id);
        if (msg.header.msg_type === 'status' && msg.content.execution_state === 'idle')
            unanswered.delete(msg.parent_header.msg_id);
    }});
}}"""


class Window:
    """A window of JupyterLab that shows one notebook at a time; each gets a kernel of its own when it is opened.

    Starting costs more than most tests: some 5 s for JupyterLab's page, 2 for a kernel, and 4 until it has imported
    torch. So the page stays for all tests, and a notebook with its kernel until another owner shows one.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.page: Page | None = None
        self.shown: tuple[str, str] | None = None

    def show(self, notebook: str, owner: str) -> Page:
        """Return the page with a notebook open in it: the one that is there if `owner` had it opened."""
        page = self.page or self._open_jupyterlab()
        if self.shown != (notebook, owner):
            self._close_notebook()
            self._open_notebook(page, notebook)
            self.shown = notebook, owner
        return page

    def close(self) -> None:
        """Close the window, with the notebook and its kernel."""
        if self.page:
            self._close_notebook()
            self.page.close()
            self.page = None

    def _open_jupyterlab(self) -> Page:
        self.page = self.browser.new_page(viewport=SIZE)
        self.page.set_default_timeout(WITHIN * 1000)
        self.page.goto(f"{self.address}&reset")
        wait_for(self.page, "window.jupyterapp?.shell?.currentWidget")
        self.page.evaluate("() => window.jupyterapp.restored")
        return self.page

    def _open_notebook(self, page: Page, notebook: str) -> None:
        # Braces, for what the command gives back is too much to bring here.
        show = "async path => { await window.jupyterapp.commands.execute('docmanager:open', {path}); }"
        page.evaluate(show, notebook)
        wait_for(page, f"{PANEL}.context?.path === '{notebook}' && {PANEL}.content.widgets.length")
        wait_for(page, f"{KERNEL}?.status === 'idle'")
        page.evaluate(COUNT_UNANSWERED)

    def _close_notebook(self) -> None:
        if self.page and self.shown:
            self.shown = None
            # Shut down rather than left: every kernel that has imported torch holds some 500 MB.
            self.page.evaluate(
                f"""async () => {{
                    const panel = {PANEL};
                    await panel.context.sessionContext.shutdown();
                    panel.dispose();
                }}"""
            )


def wait_for(page: Page, condition: str, argument: Any = None, *, times: int = 1) -> None:
    """Wait until a JavaScript expression, which may name `argument`, is true; `times` WITHIN seconds at most."""
    limit = times * WITHIN * 1000
    page.wait_for_function(f"argument => {condition}", arg=argument, timeout=limit, polling=50)


def run_in_cell(page: Page, source: str) -> None:
    """Run `source` in the one cell of a notebook, in place of what ran there: what that showed is gone."""
    page.evaluate(
        f"""async () => {{
            const code = "import ipywidgets; ipywidgets.Widget.close_all()";
            await {KERNEL}.requestExecute({{code, silent: true}}).done;
            {PANEL}.content.activeCellIndex = 0;
            {CODE_CELLS}[0].model.outputs.clear();
        }}"""
    )
    run_cell(page, "", source)
    assert complaints(page) == []


def run_all(page: Page) -> None:
    """Choose Run → Run All Cells from the menu, and wait until every code cell has run, or one has failed."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
    done = f"{CODE_CELLS}.every(cell => cell.model.executionCount) || {FAILED}"
    wait_for(page, f"{KERNEL}.status === 'idle' && ({done})", times=5)  # a lesson takes a minute on a quiet machine


def outputs(page: Page) -> list[list[dict[str, Any]]]:
    """Return what every code cell of the open notebook has put out, as the notebook file would hold it."""
    return page.evaluate(f"() => {CODE_CELLS}.map(cell => cell.model.outputs.toJSON())")


def complaints(page: Page) -> list[str]:
    """Return a sentence for every error, and for everything written to stderr."""
    found = []
    for number, cell in enumerate(outputs(page), 1):
        for output in cell:
            if output["output_type"] == "error":
                found.append(f"code cell {number} ended in {output['ename']}: {output['evalue']}")
            elif output.get("name") == "stderr":
                found.append(f"code cell {number} wrote to stderr: {''.join(output['text'])}")
    return found


def figures_stored(lesson: Path) -> list[int]:
    """Return how many figures each code cell of a stored lesson holds."""
    cells = [cell for cell in nbformat.read(lesson, as_version=4).cells if cell.cell_type == "code"]
    kinds = ("image/png", "image/jpeg")
    return [sum(any(kind in output.get("data", {}) for kind in kinds) for output in cell.outputs) for cell in cells]


def figures_shown(page: Page, expected: int) -> list[int]:
    """Return how many pictures the page really shows below each code cell; waits for `expected` of them."""
    shown = f"""{CODE_CELLS}.map(cell => [...cell.node.querySelectorAll('.jp-OutputArea-output.jp-RenderedImage img')]
        .filter(image => image.complete && image.naturalWidth > 10 && image.offsetWidth > 10).length)"""
    wait_for(page, f"{shown}.reduce((sum, count) => sum + count, 0) >= argument", expected)
    return page.evaluate(f"() => {shown}")


def soon(page: Page, check: Callable[[], None]) -> None:
    """Call `check` until it asserts no longer: the parts of an explorer reach the page one after another."""
    until = time.monotonic() + WITHIN
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > until:
                raise
        page.wait_for_timeout(50)  # between two looks


def let_timers_run(page: Page, milliseconds: int) -> None:
    """Return when every timer of the page that was to ring within `milliseconds` has rung.

    Timers ring in the order of their times, however late: what still counts on, counts on before this returns.
    """
    page.evaluate("milliseconds => new Promise(rung => setTimeout(rung, milliseconds))", milliseconds)


def all_answered(page: Page) -> None:
    """Return when the kernel has done all that the page asked for; widgets hold some back until others are answered."""
    for _ in range(2):
        wait_for(page, "window.unanswered.size === 0")
        let_timers_run(page, 50)


def let_layout_settle(page: Page) -> None:
    """Return when the page has been laid out and drawn anew."""
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def set_size(page: Page, width: int, height: int) -> None:
    """Give the window another size, and wait until the notebook has taken it."""
    page.set_viewport_size({"width": width, "height": height})
    wait_for(page, f"window.innerWidth === argument && {PANEL}.node.getBoundingClientRect().right <= argument", width)
    let_layout_settle(page)


@contextmanager
def theme(page: Page, name: str) -> Iterator[None]:
    """Show the page in the "Light" or "Dark" theme for as long as the block lasts."""
    change = "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: `JupyterLab ${name}`})"
    try:
        page.evaluate(change, name)
        wait_for(page, "document.body.dataset.jpThemeLight === argument", str(name == "Light").lower())
        let_layout_settle(page)
        yield
    finally:
        page.evaluate(change, "Light")
        wait_for(page, "document.body.dataset.jpThemeLight === 'true'")


def go_by_tab(page: Page, wanted: Locator, *, most: int = 40) -> None:
    """Press Tab until `wanted` has the focus; `most` times at most."""
    for _ in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()


def type_over(page: Page, value: str) -> None:
    """Type in place of what stands in the field that has the focus, and press Enter."""
    page.keyboard.press("Control+a")
    page.keyboard.type(value)
    page.keyboard.press("Enter")


def sources(page: Page) -> str:
    """Return the code of the open notebook."""
    return page.evaluate(f"() => {CODE_CELLS}.map(cell => cell.model.sharedModel.source).join('\\n')")


def cell_count(page: Page) -> int:
    """Return the number of cells, of both kinds."""
    return len(cell_kinds(page))


def cell_kinds(page: Page) -> list[str]:
    """Return the kind of every cell: "code" or "markdown"."""
    return page.evaluate(f"() => {CELL_KINDS}")


def said_by(page: Page, text: str) -> str:
    """Return what the code cell whose source holds `text` has said."""
    place = page.evaluate(f"text => {CODE_CELLS}.findIndex(cell => cell.model.sharedModel.source.includes(text))", text)
    return "".join(
        "".join(output.get("text", "")) + "".join(output.get("data", {}).get("text/plain", ""))
        for output in outputs(page)[place]
    )


def go_to_cell_with(page: Page, text: str) -> None:
    """Make the first cell whose source holds `text` the active one, in command mode."""
    page.evaluate(
        f"""async text => {{
            const notebook = {PANEL}.content;
            notebook.deselectAll();
            notebook.activeCellIndex = notebook.widgets.findIndex(
                cell => cell.model.sharedModel.source.includes(text));
            notebook.mode = 'command';
            await notebook.scrollToItem(notebook.activeCellIndex, 'start');
            notebook.activate();
        }}""",
        text,
    )


def run_cell(page: Page, text: str, new_source: str) -> None:
    """Put `new_source` into the cell that holds `text`, run it with the keyboard, and wait for its end."""
    go_to_cell_with(page, text)
    before = page.evaluate(f"() => {PANEL}.content.activeCell.model.executionCount")
    page.evaluate(f"source => {{ {PANEL}.content.activeCell.model.sharedModel.setSource(source) }}", new_source)
    page.keyboard.press("Control+Enter")
    wait_for(page, f"{PANEL}.content.activeCell.model.executionCount > (argument ?? 0)", before)
    wait_for(page, f"{KERNEL}.status === 'idle'")


def press(box: Locator, name: str) -> None:
    """Press a button of an explorer."""
    box.get_by_role("button", name=name, exact=True).click()


# Explorers -----------------------------------------------------------------------------------------------------------

# JavaScript: what an explorer shows, part by part; of an array its size and a sum of its bytes.
SHOWN = """box => JSON.parse(JSON.stringify(box.explorer.entries, (key, value) => {
    if (!(value instanceof DataView)) return value;
    let sum = 0;
    for (let at = 0; at < value.byteLength; at += 1) sum = (sum + value.getUint8(at) * (at % 251 + 1)) % 1000000007;
    return [value.byteLength, sum];
}))"""


def explorer(page: Page) -> Locator:
    """Return the explorer that the cell has shown, once every part of it is drawn."""
    box = page.locator(".wg")
    expect(box).to_have_count(1)
    wait_for(page, "document.querySelector('.wg').explorer.parts.size > 0")
    let_layout_settle(page)
    return box


def part(box: Locator, name: str) -> Locator:
    """Return a part of an explorer by its name in the scene."""
    return box.locator(f'[data-part="{name}"]')


def handle(box: Locator, name: str) -> Locator:
    """Return a handle of a figure by its name."""
    return box.locator(f'[data-name="{name}"]')


def middle(locator: Locator) -> tuple[float, float]:
    """Return the middle of an element, in pixels of the window, after it was scrolled into view."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None, "the element is not shown"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(locator: Locator, dx: float, dy: float, *, steps: int = 8, drop: bool = True) -> None:
    """Drag an element by so many pixels with the mouse; without `drop` the button stays down."""
    (x, y), mouse = middle(locator), locator.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + dx, y + dy, steps=steps)
    if drop:
        mouse.up()


def touch_drag(locator: Locator, dx: float, dy: float, *, steps: int = 8) -> None:
    """Drag an element by so many pixels with a finger; dx = dy = 0 is a tap."""
    (x, y), session = middle(locator), locator.page.context.new_cdp_session(locator.page)

    def send(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for step in range(1, steps + 1 if dx or dy else 1):
        send("touchMove", {"x": x + dx * step / steps, "y": y + dy * step / steps})
    send("touchEnd")
    session.detach()


def shown_by(box: Locator) -> dict[str, Any]:
    """Return what an explorer shows, part by part; an array as its size in bytes and a sum of them."""
    return box.evaluate(SHOWN)


def scene_of(view: Any) -> dict[str, Any]:
    """Return the scene of a view in the form of `shown_by`."""

    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            values = np.frombuffer(value, np.uint8).astype(np.int64)
            return [len(value), int((values * (np.arange(len(values)) % 251 + 1)).sum() % 1_000_000_007)]
        if isinstance(value, dict):
            return {key: plain(inside) for key, inside in value.items()}
        return [plain(inside) for inside in value] if isinstance(value, list | tuple) else value

    return json.loads(json.dumps(plain(view.sent)))


def all_told(box: Locator) -> None:
    """Return when Python has answered all that the page's explorers have told it, and the page has drawn it."""
    told = "({explorer: p}) => !p.waiting && p.answered >= p.told"
    wait_for(box.page, f"[...document.querySelectorAll('.wg')].every({told})")
    let_layout_settle(box.page)


def same_scene(box: Locator, view: Any) -> None:
    """Assert that an explorer soon shows what a view shows that was told the same: every number, word and array."""
    wanted = scene_of(view)

    def same() -> None:
        shown = shown_by(box)
        assert {name for name in wanted if shown.get(name) != wanted[name]} == set()
        assert set(shown) == set(wanted)

    soon(box.page, same)
