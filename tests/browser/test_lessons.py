"""Every lesson in a real JupyterLab: it runs from top to bottom, shows its figures, and its widgets are there.

The last picture of each test lies in pytest's temporary folder: `--basetemp=pictures` puts it where you can find it.
"""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser import lab


@pytest.mark.parametrize("lesson", lab.LESSONS, ids=[lesson.stem for lesson in lab.LESSONS])
def test_a_lesson_runs_without_an_error_and_shows_every_figure(
    open_notebook: Callable[[str], Page], lesson: Path
) -> None:
    page = open_notebook(lesson.name)
    lab.run_all(page)
    assert lab.complaints(page) == []
    drawn = lab.figures_stored(lesson)
    assert sum(drawn) >= 1
    assert lab.figures_shown(page, expected=sum(drawn)) == drawn
    asked = lab.sources(page).count("quiz(")
    assert asked >= 1
    expect(page.locator(".wg-quiz")).to_have_count(asked)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)


def test_an_error_a_warning_and_a_missing_figure_are_found(open_notebook: Callable[[str], Page]) -> None:
    page = open_notebook(lab.PLANTED)
    lab.run_all(page)
    found = lab.complaints(page)
    assert [complaint.split(":")[0] for complaint in found] == ["code cell 2 ended in ZeroDivisionError",
                                                                "code cell 3 wrote to stderr"]  # fmt: skip
    assert lab.figures_shown(page, expected=1) == [0, 0, 0, 1]


def test_the_stored_notebook_says_how_many_figures_it_holds() -> None:
    notebook = nbformat.read(lab.LESSONS[0], as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(lab.figures_stored(lab.LESSONS[0])) == len(cells)
