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


@pytest.fixture
def quiz(run: Run) -> Callable[[str], Locator]:
    """Return a function that shows a quiz."""
    return lambda name: lab.explorer(run(f'from helpers.exercises import quiz\nquiz("{name}")'))


def test_a_quiz_answers_by_mouse_at_once_in_colour_and_mark(quiz: Callable[[str], Locator]) -> None:
    box, asked = quiz("00.1"), QUIZZES["00.1"]
    box.evaluate("box => { box.explorer.model.send = () => { throw new Error('it asked the kernel'); }; }")
    for place, option in enumerate(asked.options):
        box.get_by_text(option.text).click()
        verdict, label = box.locator(".wg-verdict"), box.locator("label").nth(place)
        tone, mark = ("wg-right", "✓") if option.right else ("wg-wrong", "✗")
        assert f"{mark} {option.why}" in verdict.inner_text()  # at once: nothing is waited for
        for one in (verdict, label):
            assert tone in (one.get_attribute("class") or "")
        assert label.locator(".wg-mark").inner_text() == mark
        expect(label.get_by_role("radio")).to_be_checked()


def test_a_quiz_answers_to_the_arrow_keys_and_the_notebook_stays(quiz: Callable[[str], Locator]) -> None:
    box, asked = quiz("00.2"), QUIZZES["00.2"]
    page, cells = box.page, lab.cell_count(box.page)
    box.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for option in asked.options:
        expect(box).to_contain_text(option.why)
        page.keyboard.press("ArrowDown")
    expect(box).to_contain_text(asked.options[0].why)
    for letter in "xbam":
        page.keyboard.press(letter)
    assert lab.cell_count(page) == cells
    assert page.evaluate(f"() => {lab.PANEL}.content.activeCellIndex") == 0


def test_two_quizzes_and_two_explorers_in_one_page_keep_their_own_choices(run: Run) -> None:
    page = run(
        "from helpers.exercises import quiz\n"
        "from helpers.explorers.activation_explorer import activation_explorer, depth_explorer\n"
        "quiz('00.1'); quiz('00.2'); activation_explorer('tanh'); depth_explorer('sigmoid')"
    )
    boxes = page.locator(".wg")
    expect(boxes).to_have_count(4)
    for box in (boxes.nth(0), boxes.nth(1)):
        box.get_by_role("radio").first.click()
    for box in (boxes.nth(0), boxes.nth(1), boxes.nth(2), lab.part(boxes.nth(3), "name")):
        expect(box.locator("input:checked")).to_have_count(1)


def test_the_shortcut_trainer_takes_pressed_keys_until_all_are_known(run: Run) -> None:
    box = lab.explorer(page := run("from helpers.exercises import shortcut_trainer\nshortcut_trainer(seed=1)"))
    before = lab.cell_kinds(page), lab.sources(page)
    lab.part(box, "keys").click()
    page.keyboard.press("F2")
    tries = 1
    expect(box).to_contain_text("0 of 12 known, 1 answers given")
    for right in range(1, len(SHORTCUTS) + 1):
        asked = next(one for one in SHORTCUTS if one.question in lab.part(box, "question").inner_text())
        if asked.keys.startswith("?"):
            field = lab.part(box, "typed").get_by_role("textbox")
            field.fill(asked.keys)
            field.press("Enter")
        else:
            lab.part(box, "keys").focus()
            page.keyboard.press(asked.keys.replace("Esc", "Escape").replace("Ctrl", "Control"))
        expect(box).to_contain_text(f"{right} of {len(SHORTCUTS)} known")
    expect(box).to_contain_text(f"{len(SHORTCUTS)} shortcuts in {len(SHORTCUTS) + tries} answers")
    assert (lab.cell_kinds(page), lab.sources(page)) == before, "no key acted on the notebook"
    assert page.locator(".jp-Dialog").count() == 0


def test_esc_twice_leaves_the_box_of_the_shortcut_trainer(run: Run) -> None:
    box = lab.explorer(page := run("from helpers.exercises import shortcut_trainer\nshortcut_trainer(seed=1)"))
    lab.part(box, "keys").focus()
    page.keyboard.press("Tab")
    expect(lab.part(box, "keys")).to_be_focused()
    page.keyboard.press("Escape")
    expect(lab.part(box, "keys")).to_be_focused()
    page.keyboard.press("Escape")
    expect(lab.part(box, "keys")).not_to_be_focused()
    assert box.evaluate("box => document.activeElement === box")


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
