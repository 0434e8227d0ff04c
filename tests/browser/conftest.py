"""One JupyterLab and one Chromium for all browser tests; without Chromium they are skipped, and say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import lab

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install -e '.[dev]'")
pytest.importorskip("jupyterlab", reason="needs jupyterlab: pip install -r requirements.txt")


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    """Start Chromium."""
    path = lab.browser_path()
    if path is None:
        pytest.skip("needs chromium, chromium-browser or google-chrome on the PATH")
    with playwright.sync_playwright() as started:
        # No sandbox: Chromium's own does not work for root in a container, and the pages are ours.
        chromium = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def address(browser: playwright.Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start JupyterLab on copies of the lessons and of a planted notebook; return its address."""
    with lab.jupyterlab(tmp_path_factory.mktemp("lab")) as started:
        yield started


@pytest.fixture
def page(browser: playwright.Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[playwright.Page]:
    """Open a window, and leave a picture of it in the test's temporary folder."""
    window = browser.new_page(viewport={"width": 1400, "height": 1000})
    yield window
    window.screenshot(path=tmp_path / f"{request.node.name}.png")
    window.close()
