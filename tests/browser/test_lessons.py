"""Every lesson in a real JupyterLab: it runs from top to bottom, shows its figures, and its widgets answer.

The last picture of each test lies in pytest's temporary folder: `--basetemp=pictures` puts it where you can find it.
"""

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.exercises.registry import QUIZZES, load
from helpers.exercises.shortcuts import SHORTCUTS
from tests.browser import lab

load("00")
SET_UP = "00_setup.ipynb"


@pytest.mark.parametrize("lesson", lab.LESSONS, ids=[lesson.stem for lesson in lab.LESSONS])
def test_a_lesson_runs_without_an_error_and_shows_every_figure(page: Page, address: str, lesson: Path) -> None:
    lab.open_notebook(page, address, lesson.name)
    lab.run_all(page)
    assert lab.complaints(page) == []
    drawn = lab.figures_stored(lesson)
    assert sum(drawn) >= 1
    assert lab.figures_shown(page, expected=sum(drawn)) == drawn
    asked = lab.sources(page).count("quiz(")
    assert asked >= 1
    expect(page.locator(".whole-game-quiz")).to_have_count(asked)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)


def test_an_error_a_warning_and_a_missing_figure_are_found(page: Page, address: str) -> None:
    lab.open_notebook(page, address, lab.PLANTED)
    lab.run_all(page)
    found = lab.complaints(page)
    assert [complaint.split(":")[0] for complaint in found] == ["code cell 2 ended in ZeroDivisionError",
                                                                "code cell 3 wrote to stderr"]  # fmt: skip
    assert lab.figures_shown(page, expected=1) == [0, 0, 0, 1, 0]


def test_what_a_widgets_callback_raises_is_shown(page: Page, address: str) -> None:
    lab.open_notebook(page, address, lab.PLANTED)
    lab.run_all(page)
    page.get_by_placeholder("raises").fill("x")
    page.get_by_placeholder("raises").press("Enter")
    expect(page.get_by_text("KeyError", exact=False).first).to_be_visible(timeout=15_000)


def quiz(page: Page, name: str) -> Locator:
    """Return the quiz called `name` in a notebook that ran."""
    box = page.locator(".whole-game-quiz", has_text=f"Quiz {name}").last
    box.scroll_into_view_if_needed()
    return box


@pytest.fixture
def set_up_lesson(page: Page, address: str) -> Page:
    """Open lesson 00 and run it."""
    lab.open_notebook(page, address, SET_UP)
    lab.run_all(page)
    return page


def test_quizzes_and_the_trainer_answer_by_mouse_and_by_keyboard(set_up_lesson: Page) -> None:
    page = set_up_lesson
    cells = lab.cell_count(page)

    box, asked = quiz(page, "00.1"), QUIZZES["00.1"]
    for place, option in enumerate(asked.options):
        box.get_by_text(option.text).click()
        expect(box).to_contain_text(option.why)
        expect(box.locator("input[type=radio]").nth(place)).to_be_checked()

    # With the keyboard alone: from the radio buttons by Tab to the field, a letter, Enter.
    box, asked = quiz(page, "00.2"), QUIZZES["00.2"]
    box.locator("input[type=radio]").first.focus()
    field = box.locator("input[type=text]")
    for _ in range(len(asked.options)):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    expect(field).to_be_focused()
    for letter, option in zip(asked.letters, asked.options, strict=True):
        page.keyboard.type(letter)
        page.keyboard.press("Enter")
        expect(box).to_contain_text(option.why)
        expect(box.locator("input[type=radio]").nth(asked.letters.index(letter))).to_be_checked()
        expect(field).to_have_value("")

    trainer = page.get_by_placeholder("type them, then Enter")
    trainer.scroll_into_view_if_needed()
    box = trainer.locator("xpath=ancestor::*[contains(@class, 'widget-vbox')][1]")
    trainer.focus()
    page.keyboard.type("F13")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("F13 is not it")
    for right in range(1, len(SHORTCUTS) + 1):
        asked_now = next(shortcut for shortcut in SHORTCUTS if shortcut.question in box.inner_text())
        page.keyboard.type(asked_now.keys)
        page.keyboard.press("Enter")
        expect(box).to_contain_text(f"{right} of {len(SHORTCUTS)} known")
    expect(box).to_contain_text(f"{len(SHORTCUTS)} shortcuts in {len(SHORTCUTS) + 1} answers")
    expect(trainer).to_be_disabled()

    assert lab.cell_count(page) == cells, "no key that was typed into a field acted on the notebook"


def test_a_wrong_answer_in_an_exercise_gets_its_hint(set_up_lesson: Page) -> None:
    lab.run_cell(set_up_lesson, 'check("00.1"', 'check("00.1", 22)')
    assert "✗ 00.1  That is x after A, B, C." in lab.said_by(set_up_lesson, 'check("00.1"')


@pytest.mark.parametrize(
    ("keys", "source", "kind"),
    [("a", "", "code"), ("b", "", "code"), ("b m", "", "markdown"), ("b m y", "", "code")],
)
def test_the_keys_of_command_mode_do_what_lesson_00_says(
    page: Page, address: str, keys: str, source: str, kind: str
) -> None:
    """The table of lesson 00 speaks of JupyterLab as it is installed here."""
    lab.open_notebook(page, address, lab.PLANTED)
    page.locator(".jp-Notebook .cm-content").nth(1).click()
    page.keyboard.press("Escape")
    before = lab.cell_kinds(page)
    for key in keys.split():
        page.keyboard.press(key)
    place = 1 if keys == "a" else 2
    page.wait_for_timeout(300)
    assert lab.cell_kinds(page) == [*before[:place], kind, *before[place:]]


def test_the_list_of_shortcuts_opens_by_the_keys_that_lesson_00_says(page: Page, address: str) -> None:
    lab.open_notebook(page, address, lab.PLANTED)
    page.locator(".jp-Notebook .cm-content").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    page.wait_for_timeout(1000)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.keyboard.press("Control+Shift+H")
    expect(page.locator(".jp-Dialog")).to_contain_text("Change to Markdown Cell Type")


def test_tab_completes_and_shift_tab_shows_how_to_call_as_lesson_00_says(set_up_lesson: Page) -> None:
    page = set_up_lesson
    lab.go_to_cell_with(page, "import numpy as np")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type("np.lins")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer")).to_contain_text("linspace", timeout=15_000)
    page.keyboard.press("Enter")
    expect(page.locator(".jp-Notebook .jp-mod-active .cm-content")).to_contain_text("np.linspace", timeout=15_000)
    page.keyboard.type("(")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".jp-Tooltip")).to_contain_text("num=50", timeout=15_000)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+i")
    expect(page.locator(".jp-Inspector")).to_be_visible()
    # Contextual Help follows the cursor: it speaks once the cursor moves.
    page.locator(".jp-Notebook .jp-mod-active .cm-content").click()
    page.keyboard.press("Home")
    for _ in range(len("np.lin")):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".jp-Inspector")).to_contain_text("Return evenly spaced numbers", timeout=15_000)


def test_question_marks_open_the_documentation_below_the_cell(set_up_lesson: Page) -> None:
    assert "the median of" in lab.said_by(set_up_lesson, "?seconds_for")
    assert "metadata.version" in lab.said_by(set_up_lesson, "report_machine??")


def test_the_stored_notebook_says_how_many_figures_it_holds() -> None:
    notebook = nbformat.read(lab.LESSONS[0], as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(lab.figures_stored(lab.LESSONS[0])) == len(cells)
