"""What lesson 00 says of JupyterLab, in the JupyterLab that is installed: keys, help, and what its widgets answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.exercises.registry import QUIZZES, load
from helpers.exercises.shortcuts import SHORTCUTS
from tests.browser import lab

load("00")
Run = Callable[[str], Page]
Open = Callable[[str], Page]


def test_what_a_widgets_callback_raises_is_shown(run: Run) -> None:
    page = run("""import ipywidgets
from helpers.widgets.answering import guarded
field, errors = ipywidgets.Text(placeholder='raises', continuous_update=False), ipywidgets.Output()
field.observe(guarded(lambda event: {}['cat'], errors), 'value')
ipywidgets.VBox([field, errors])""")
    box = page.locator(".widget-vbox")
    errors = lab.watch_errors(box)
    page.get_by_placeholder("raises").fill("x")
    page.get_by_placeholder("raises").press("Enter")
    expect(box.get_by_text("KeyError").first).to_be_visible()
    assert ["KeyError" in text for text in errors()] == [True]


@pytest.fixture
def quiz(run: Run) -> Callable[[str], Locator]:
    """Return a function that shows a quiz."""

    def show(name: str) -> Locator:
        return run(f'from helpers.exercises import quiz\nquiz("{name}")').locator(".whole-game-quiz")

    return show


def test_a_quiz_answers_by_mouse(quiz: Callable[[str], Locator]) -> None:
    box, asked = quiz("00.1"), QUIZZES["00.1"]
    for place, option in enumerate(asked.options):
        box.get_by_text(option.text).click()
        expect(box).to_contain_text(option.why)
        expect(box.locator("input[type=radio]").nth(place)).to_be_checked()


def test_a_quiz_answers_by_keyboard_alone(quiz: Callable[[str], Locator]) -> None:
    """From the radio buttons by Tab to the field, a letter, Enter."""
    box, asked = quiz("00.2"), QUIZZES["00.2"]
    page, cells = box.page, lab.cell_count(box.page)
    box.locator("input[type=radio]").first.focus()
    field = box.locator("input[type=text]")
    lab.go_by_tab(page, field, most=len(asked.options))
    for letter, option in zip(asked.letters, asked.options, strict=True):
        page.keyboard.type(letter)
        page.keyboard.press("Enter")
        expect(box).to_contain_text(option.why)
        expect(box.locator("input[type=radio]").nth(asked.letters.index(letter))).to_be_checked()
        expect(field).to_have_value("")
    assert lab.cell_count(page) == cells, "no key that was typed into the field acted on the notebook"


def test_the_shortcut_trainer_asks_until_all_are_known(run: Run) -> None:
    page = run("from helpers.exercises import shortcut_trainer\nshortcut_trainer()")
    cells = lab.cell_count(page)
    trainer = page.get_by_placeholder("type them, then Enter")
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
    assert lab.cell_count(page) == cells, "no key that was typed into the field acted on the notebook"


def test_a_wrong_answer_in_an_exercise_gets_its_hint(run: Run) -> None:
    page = run('from helpers.exercises import check\ncheck("00.1", 22)')
    assert "✗ 00.1  That is x after A, B, C." in lab.said_by(page, 'check("00.1"')


@pytest.mark.parametrize(
    ("keys", "source", "kind"),
    [("a", "", "code"), ("b", "", "code"), ("b m", "", "markdown"), ("b m y", "", "code")],
)
def test_the_keys_of_command_mode_do_what_lesson_00_says(
    open_notebook: Open, keys: str, source: str, kind: str
) -> None:
    page = open_notebook(lab.PLANTED)
    page.locator(".jp-Notebook .cm-content").nth(1).click()
    page.keyboard.press("Escape")
    before = lab.cell_kinds(page)
    for key in keys.split():
        page.keyboard.press(key)
    place = 1 if keys == "a" else 2
    lab.wait_for(page, f"{lab.CELL_KINDS}.join() === argument", ",".join([*before[:place], kind, *before[place:]]))


def test_the_list_of_shortcuts_opens_by_the_keys_that_lesson_00_says(open_notebook: Open) -> None:
    page = open_notebook(lab.PLANTED)
    page.locator(".jp-Notebook .cm-content").first.click()
    page.keyboard.press("Escape")
    page.evaluate(
        """() => {
            window.commandsRun = [];
            window.jupyterapp.commands.commandExecuted.connect((_, command) => window.commandsRun.push(command.id));
        }"""
    )
    page.keyboard.press("h")
    assert page.evaluate("() => window.commandsRun") == []
    page.keyboard.press("Control+Shift+H")
    expect(page.locator(".jp-Dialog")).to_contain_text("Change to Markdown Cell Type")
    assert len(page.evaluate("() => window.commandsRun")) == 1
    page.locator(".jp-Dialog-button").last.click()
    expect(page.locator(".jp-Dialog")).to_have_count(0)


def test_tab_completes_and_shift_tab_shows_how_to_call_as_lesson_00_says(open_notebook: Open) -> None:
    page = open_notebook(lab.EMPTY)
    lab.run_in_cell(page, "import numpy as np")
    lab.go_to_cell_with(page, "import numpy as np")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type("np.lins")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer")).to_contain_text("linspace")
    page.keyboard.press("Enter")
    expect(page.locator(".jp-Notebook .jp-mod-active .cm-content")).to_contain_text("np.linspace")
    page.keyboard.type("(")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".jp-Tooltip")).to_contain_text("num=50")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+i")
    expect(page.locator(".jp-Inspector")).to_be_visible()
    # Contextual Help follows the cursor: it speaks once the cursor moves.
    page.locator(".jp-Notebook .jp-mod-active .cm-content").click()
    page.keyboard.press("Home")
    for _ in range(len("np.lin")):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".jp-Inspector")).to_contain_text("Return evenly spaced numbers")
    page.evaluate("() => window.jupyterapp.commands.execute('inspector:close')")
    expect(page.locator(".jp-Inspector")).to_have_count(0)


def test_question_marks_open_the_documentation_below_the_cell(run: Run) -> None:
    page = run("from helpers.lessons.timing import seconds_for\n?seconds_for")
    assert "the median of" in lab.said_by(page, "?seconds_for")
    page = run("from helpers import report_machine\nreport_machine??")
    assert "metadata.version" in lab.said_by(page, "report_machine??")
