"""Explorers and quizzes in Jupyter Notebook 7, which takes keys before the page does: none of them reaches it."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page

from tests.browser import lab, server

pytest.importorskip("notebook", reason="needs notebook: pip install -e '.[dev]'")
CELLS = [
    "from helpers.explorers.descent_stepper import descent_stepper\ndescent_stepper(rate=0.1)",
    "from helpers.exercises import quiz, shortcut_trainer\nquiz('02.1')",
    "shortcut_trainer(seed=1)",
]
COMMANDS = "bbm"  # insert two cells, and make one Markdown: what one letter does, no other takes back


@pytest.fixture
def page(window: lab.Window, tmp_path: Path) -> Iterator[Page]:
    """Show the cells in Notebook 7, run."""
    with server.jupyterlab(tmp_path / "notebook", "notebook") as address:
        nbformat.write(server.notebook_of(CELLS), tmp_path / "notebook" / "lessons" / "keys.ipynb")
        page = window.browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(server.WITHIN * 1000)
        page.goto(address.replace("/tree?", "/notebooks/keys.ipynb?"))
        lab.wait_for(page, f"window.jupyterapp && {lab.KERNEL}?.status === 'idle'")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
        page.locator(".wg").nth(2).wait_for()
        yield page
        page.close()


def test_no_letter_and_no_arrow_reaches_notebook_7(page: Page) -> None:
    lab.let_layout_settle(page)
    places = page.locator(".wg").locator(":is(button, canvas, .wg-words, [role=slider], input[type=radio], .wg-keys)")
    count = page.locator(".jp-Cell").count()
    kinds = page.locator(".jp-MarkdownCell").count()
    assert places.count() > 10
    for one in places.all():
        lab.all_told(page.locator(".wg").first)
        if not one.is_visible():
            continue
        page.mouse.click(*lab.middle(one))
        assert page.evaluate("() => !!document.activeElement.closest('.wg')")
        for letter in COMMANDS:
            page.keyboard.press(letter)
        page.keyboard.press("ArrowDown")
        assert (page.locator(".jp-Cell").count(), page.locator(".jp-MarkdownCell").count()) == (count, kinds), one
