"""A trainer for keyboard shortcuts, and the table of what differs between JupyterLab, Notebook and Colab."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..widgets import entries
from ..widgets.entries import Entry
from ..widgets.explorer import Explorer, Told
from ..widgets.showing import show


@dataclass(frozen=True)
class Shortcut:
    """What to press or type, what it does, and what else counts as the same answer."""

    keys: str
    does: str
    question: str
    why: str
    also: tuple[str, ...] = ()


# The keys of command mode: Esc leads there, and the cell shows no cursor.
SHORTCUTS = (
    Shortcut("Shift+Enter", "run the cell and go to the next", "Which keys run a cell and go to the next one?",
             "It works in both modes, for code and for Markdown.", ("shift enter", "shift+return", "shift-enter")),
    Shortcut("Esc", "leave the cell: command mode", "You are typing in a cell. Which key leads to command mode?",
             "The cursor disappears, and single letters become commands. Enter leads back.", ("escape",)),
    Shortcut("a", "insert a cell above", "Command mode: which letter inserts a cell above?", "a as in above."),
    Shortcut("b", "insert a cell below", "Command mode: which letter inserts a cell below?", "b as in below."),
    Shortcut("m", "turn the cell into Markdown", "Command mode: which letter makes the cell Markdown?",
             "m as in Markdown."),
    Shortcut("y", "turn the cell into code", "Command mode: which letter makes the cell code?",
             "y, as in the last letters of a p-y file."),
    Shortcut("h", "help: list the shortcuts", "Classic Notebook, command mode: which letter lists the shortcuts?",
             "h as in help. Today's JupyterLab and Notebook 7 answer to Ctrl+Shift+H instead."),
    Shortcut("Ctrl+Shift+H", "list the shortcuts", "JupyterLab: which three keys together list the shortcuts?",
             "On a Mac: Cmd+Shift+H.", ("cmd+shift+h", "command+shift+h", "control+shift+h", "ctrl shift h")),
    Shortcut("Tab", "complete the name", "You typed np.lins and forgot the rest. Which key completes it?",
             "Tab shows what a name can go on with."),
    Shortcut("Shift+Tab", "show how to call it", "The cursor is inside np.linspace( . Which keys show how to call it?",
             "A box shows the signature and the description.", ("shift tab", "shift-tab")),
    Shortcut("?np.linspace", "open the documentation", "What do you type and run for the documentation of np.linspace?",
             "One question mark: signature and description. It may also stand behind the name.", ("np.linspace?",)),
    Shortcut("??np.linspace", "open the source code", "What do you type and run for the source code of np.linspace?",
             "Two question marks: the source code as well.", ("np.linspace??",)),
)  # fmt: skip

LETTERS = {shortcut.keys for shortcut in SHORTCUTS if len(shortcut.keys) == 1}


@dataclass
class Drill:
    """The shortcuts one after the other; one that was missed comes back after two others.

    >>> drill = Drill(seed=1)
    >>> drill.answer(drill.asked.keys).startswith("✓"), drill.right, drill.tries
    (True, 1, 1)
    """

    seed: int | None = None
    right: int = 0
    tries: int = 0
    waiting: list[Shortcut] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Shuffle the questions."""
        self.waiting = self.waiting or random.Random(self.seed).sample(SHORTCUTS, len(SHORTCUTS))

    @property
    def done(self) -> bool:
        """True when each shortcut was answered right."""
        return not self.waiting

    @property
    def asked(self) -> Shortcut:
        """The shortcut that is asked for now."""
        return self.waiting[0]

    @property
    def question(self) -> str:
        """The question, or the closing line."""
        if self.done:
            missed = self.tries - len(SHORTCUTS)
            close = "Run the cell again for another round." if missed else "Not one missed."
            return f"{len(SHORTCUTS)} shortcuts in {self.tries} answers. {close}"
        return self.asked.question

    def answer(self, text: Any) -> str:
        """Judge an answer; the line for the reader. A missed shortcut is shown, and asked again later."""
        if self.done:
            return self.question
        if not isinstance(text, str) or not text.strip():
            return '… Type the keys, in quotes, such as "Shift+Enter".'
        shortcut, given = self.waiting.pop(0), text.strip()
        self.tries += 1
        if accepts(shortcut, given):
            self.right += 1
            return f"✓ {shortcut.keys}: {shortcut.does}. {shortcut.why}"
        self.waiting.insert(min(2, len(self.waiting)), shortcut)
        if shortcut.keys in LETTERS and given == shortcut.keys.upper():
            return f"✗ Lowercase: {shortcut.keys}. Menus print the letter as a capital, but you press it without Shift."
        return f"✗ {given} is not it. {shortcut.keys}: {shortcut.does}. It comes back soon."


def accepts(shortcut: Shortcut, given: str) -> bool:
    """Say whether what was typed names a shortcut; capitals count only where a letter is the command.

    >>> accepts(SHORTCUTS[0], "shift + enter"), accepts(SHORTCUTS[2], "a"), accepts(SHORTCUTS[2], "A")
    (True, True, False)
    """
    if shortcut.keys in LETTERS:
        return given == shortcut.keys
    plain = [" ".join(keys.lower().replace(" + ", "+").split()) for keys in (given, shortcut.keys, *shortcut.also)]
    return plain[0] in plain[1:]


def shortcut_trainer(seed: int | None = None) -> None:
    """Ask for the shortcuts in random order: press the keys. Missed ones come back."""
    text = "\n".join(
        ["Shortcut trainer. To practise in a cell:",
         "  from helpers.exercises.shortcuts import Drill",
         "  drill = Drill(); print(drill.question)",
         '  print(drill.answer("Shift+Enter")); print(drill.question)']
    )  # fmt: skip
    show(lambda: DrillView(Drill(seed)).canvas, text)


class DrillView(Explorer):
    """A drill in the page: keys are pressed in a box that keeps them from the notebook; what is run, is typed."""

    state: Drill

    def __init__(self, drill: Drill) -> None:
        super().__init__(drill, verdict="")

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what keys that are pressed and code that is typed do."""
        return {"keys": self.answer, "typed": self.answer}

    def answer(self, told: Told) -> None:
        """Judge an answer."""
        self.options["verdict"] = self.state.answer(told["value"])

    def scene(self) -> dict[str, Entry]:
        """Return the question, the box for keys or the field for code, the verdict and the score."""
        drill, verdict = self.state, self.options["verdict"]
        typed = not drill.done and drill.asked.keys.startswith("?")
        tone = "right" if verdict.startswith("✓") else "wrong" if verdict.startswith("✗") else "plain"
        box = "Click here, and press the keys. Esc twice leaves the box."
        box = "Done." if drill.done else "The answer to this one is code: type it below." if typed else box
        return {
            "question": entries.words(drill.question if drill.done else ("Question:", drill.question), live=True),
            "keys": {"kind": "keys", "text": box, "off": typed or drill.done,
                     "label": "the box that takes keys; Esc twice leaves it"},
            "typed": entries.field("code", "", long=True, off=not typed,
                                   hint="type it, then Enter" if typed else "only for questions about code"),
            "verdict": entries.words(verdict, tone=tone, live=True),
            "score": entries.words(f"{drill.right} of {len(SHORTCUTS)} known, {drill.tries} answers given"),
            "layout": entries.layout("Shortcut trainer", ["question", "keys", "typed", "verdict", "score", "error"]),
        }  # fmt: skip
