"""One JupyterLab and one window of Chromium for all browser tests of a process; without Chromium they are skipped."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser import lab, server

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install -e '.[dev]'")
pytest.importorskip("jupyterlab", reason="needs jupyterlab: pip install -r requirements.txt")


@pytest.fixture(scope="session")
def jupyterlab_window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab.Window]:
    """Start Chromium, and JupyterLab on copies of the lessons and of a planted notebook."""
    path = server.browser_path()
    if path is None:
        pytest.skip("needs chromium, chromium-browser or google-chrome on the PATH")
    playwright.expect.set_options(timeout=server.WITHIN * 1000)
    with (
        server.jupyterlab(tmp_path_factory.mktemp("lab")) as address,
        playwright.sync_playwright() as started,
        # No sandbox: Chromium's own does not work for root in a container, and the pages are ours.
        started.chromium.launch(executable_path=path, args=["--no-sandbox"]) as chromium,
    ):
        window = lab.Window(chromium, address)
        yield window
        window.close()


@pytest.fixture
def window(jupyterlab_window: lab.Window, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[lab.Window]:
    """Give a test the window; leave a picture of it in the test's temporary folder, and a tidy window to the next."""
    failed = request.session.testsfailed
    yield jupyterlab_window
    page = jupyterlab_window.page
    if page is None:
        return
    page.screenshot(path=tmp_path / f"{request.node.name}.png")
    if request.session.testsfailed > failed:
        jupyterlab_window.close()  # nobody knows what it left
    else:
        page.mouse.move(0, 0)
        lab.set_size(page, **lab.SIZE)


@pytest.fixture
def open_notebook(window: lab.Window, request: pytest.FixtureRequest) -> Callable[[str], playwright.Page]:
    """Return a function that opens a notebook for this test alone, with a new kernel."""
    return lambda notebook: window.show(notebook, owner=request.node.nodeid)


@pytest.fixture
def run(window: lab.Window) -> Callable[[str], playwright.Page]:
    """Return a function that runs a source in the one cell of a notebook, after all that ran there is taken away.

    All tests share that notebook's kernel: importing what an explorer needs takes longer than most tests.
    """

    def run_source(source: str) -> playwright.Page:
        page = window.show(server.EMPTY, owner="all tests")
        lab.run_in_cell(page, source)
        return page

    return run_source
