"""A real JupyterLab on a free port, with settings of its own, and the handles by which a test moves it."""

import base64
import io
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

ROOT = Path(__file__).resolve().parent.parent.parent
PLANTED = "planted.ipynb"
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))

# Without a window of drawn cells, every output is in the page at once, and can be counted.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
STARTED_WITHIN = 60  # seconds
RUN_WITHIN = 240  # seconds, on a machine that does other things too
SHOWN_WITHIN = 15  # seconds

# JavaScript: the open notebook, and its code cells.
PANEL = "window.jupyterapp.shell.currentWidget"
CODE_CELLS = f"{PANEL}.content.widgets.filter(cell => cell.model.type === 'code')"
# JavaScript: the file behind a widget's picture, as text.
FILE = """async image => {
    const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}"""
# JavaScript: a picture as the browser decodes it, as text.
PIXELS = """async image => {
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1];
}"""


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Run JupyterLab on copies of the lessons in `folder`; give its address, token included."""
    lessons = folder / "lessons"
    lessons.mkdir(parents=True)
    for lesson in LESSONS:
        copy_without_outputs(lesson, lessons / lesson.name)
    nbformat.write(planted(), lessons / PLANTED)
    places = {name: folder / name for name in ("config", "data", "runtime", "settings", "workspaces", "ipython")}
    for name, values in SETTINGS.items():
        file = places["settings"] / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    token = secrets.token_hex(16)
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(places["config"]),
        "JUPYTER_DATA_DIR": str(places["data"]),
        "JUPYTER_RUNTIME_DIR": str(places["runtime"]),
        "JUPYTERLAB_SETTINGS_DIR": str(places["settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(places["workspaces"]),
        "IPYTHONDIR": str(places["ipython"]),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    environment.pop("MPLBACKEND", None)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0", "--ip=127.0.0.1"]
    command += [f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True", f"--notebook-dir={lessons}"]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(command, cwd=lessons, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield f"{address_of(server, places['runtime'], folder / 'server.log')}lab?token={token}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def address_of(server: subprocess.Popen, runtime: Path, log: Path) -> str:
    """Wait until the server has written down its address."""
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(file.read_text())["url"]
            except json.JSONDecodeError:
                pass  # half-written: look again
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def copy_without_outputs(lesson: Path, target: Path) -> None:
    """Copy a lesson as one that never ran, so that no stored output can pass for a new one."""
    notebook = nbformat.read(lesson, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, target)


def browser_path() -> str | None:
    """Return where Chromium lies on this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def planted() -> nbformat.NotebookNode:
    """Return a notebook with the faults that the tests must find."""
    sources = [
        "# %matplotlib inline".removeprefix("# "),
        "1 / 0",
        "import warnings\nwarnings.warn('an old habit')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "import ipywidgets\nfrom helpers.widgets.answering import guarded\n"
        "field, errors = ipywidgets.Text(placeholder='raises', continuous_update=False), ipywidgets.Output()\n"
        "field.observe(guarded(lambda event: {}['cat'], errors), 'value')\n"
        "ipywidgets.VBox([field, errors])",
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[1].metadata["tags"] = ["raises-exception"]  # lets Run All go on
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def open_notebook(page: Page, address: str, name: str) -> None:
    """Open a notebook in JupyterLab with a fresh kernel: one that an earlier test left running is restarted."""
    page.goto(address.replace("/lab?", f"/lab/tree/{name}?reset&"))
    page.wait_for_function(
        """name => {
            const panel = window.jupyterapp?.shell?.currentWidget;
            const session = panel?.context?.sessionContext?.session;
            return panel?.context?.path === name && session?.kernel?.status === 'idle' && panel.content.widgets.length;
        }""",
        arg=name,
        timeout=STARTED_WITHIN * 1000,
    )
    page.evaluate(f"() => {PANEL}.context.sessionContext.restartKernel()")
    page.wait_for_function(
        f"() => {PANEL}.context.sessionContext.session?.kernel?.status === 'idle'", timeout=STARTED_WITHIN * 1000
    )


def run_all(page: Page) -> None:
    """Choose Run → Run All Cells from the menu, and wait until every code cell has run and the kernel is idle."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
    page.wait_for_function(
        f"""() => {{
            const kernel = {PANEL}.context.sessionContext.session.kernel;
            return kernel.status === 'idle' && {CODE_CELLS}.every(cell => cell.model.executionCount);
        }}""",
        timeout=RUN_WITHIN * 1000,
    )


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
    """Return how many pictures the page really shows below each code cell; waits a while for `expected` of them."""
    shown = f"""{CODE_CELLS}.map(cell => [...cell.node.querySelectorAll('.jp-OutputArea-output.jp-RenderedImage img')]
        .filter(image => image.complete && image.naturalWidth > 10 && image.offsetWidth > 10).length)"""
    until = time.monotonic() + 10
    counts: list[int] = page.evaluate(f"() => {shown}")
    while sum(counts) != expected and time.monotonic() < until:
        page.wait_for_timeout(200)
        counts = page.evaluate(f"() => {shown}")
    return counts


def soon(page: Page, check: Callable[[], None]) -> None:
    """Call `check` until it asserts no longer: the parts of an explorer reach the page one after another."""
    until = time.monotonic() + SHOWN_WITHIN
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > until:
                raise
        page.wait_for_timeout(100)


def sources(page: Page) -> str:
    """Return the code of the open notebook."""
    return page.evaluate(f"() => {CODE_CELLS}.map(cell => cell.model.sharedModel.source).join('\\n')")


def cell_count(page: Page) -> int:
    """Return the number of cells, of both kinds."""
    return len(cell_kinds(page))


def cell_kinds(page: Page) -> list[str]:
    """Return the kind of every cell: "code" or "markdown"."""
    return page.evaluate(f"() => {PANEL}.content.widgets.map(cell => cell.model.type)")


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
    page.wait_for_function(
        f"before => {PANEL}.content.activeCell.model.executionCount > before", arg=before, timeout=30_000
    )


def press(box: Locator, name: str) -> None:
    """Press a button of an explorer."""
    box.get_by_role("button", name=name, exact=True).click()


def field(box: Locator, name: str) -> Locator:
    """Return the field of an explorer before which stands `name =`."""
    return box.get_by_label(f"{name} =", exact=True)


def type_into(box: Locator, name: str, value: str) -> None:
    """Type into a field in place of what is there, and press Enter."""
    field(box, name).fill(value)
    field(box, name).press("Enter")


def pixels(image: Locator) -> np.ndarray:
    """Return a picture of the page as it was sent: (height, width, 3)."""
    return _opened(image.evaluate(FILE))


def decoded(image: Locator) -> np.ndarray:
    """Return a picture as the browser really shows it: (height, width, 3)."""
    return _opened(image.evaluate(PIXELS))


def _opened(text: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB")).astype(int)


def nothing_is_cut_off(box: Locator) -> None:
    """Assert that the picture and all controls lie within an explorer, and that the picture is not stretched."""
    outer = box.bounding_box()
    assert outer
    for part in [box.locator("img"), *box.get_by_role("button").all(), *box.locator("input").all()]:
        inner = part.bounding_box()
        assert inner
        assert inner["x"] >= outer["x"] - 1
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
    shown, natural = box.locator("img").evaluate(
        "image => [image.offsetWidth / image.offsetHeight, image.naturalWidth / image.naturalHeight]"
    )
    assert abs(shown / natural - 1) < 0.02, "the picture is stretched"
