"""The right answers to a lesson's exercises, taken from its solutions: they stand nowhere else.

The cells of `notebooks/src/solutions/NN_name.py` that `check` depends on run here, in one namespace, with a `check`
that records its arguments: a few seconds for all lessons. The other cells train and draw for a minute, and are left
to nbval. The marks in the stored notebooks could be read at no cost, but would miss something: no output of a cell
that trains is compared, so a checker that begins to turn such an answer down would go unnoticed.
"""

import functools
import itertools
import re
import symtable
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks" / "src" / "solutions"
HEAD = re.compile(r"^# %%.*$", re.MULTILINE)


class Later(list[Any]):
    """An answer that is made when it is first looked at: nothing trains while the tests are collected."""

    def __init__(self, make: Callable[[], list[Any]]) -> None:
        self.made = functools.cache(make)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.made())

    def __len__(self) -> int:
        return len(self.made())


@functools.cache
def answers_in(lesson: str) -> list[tuple[str, Any]]:
    """Return each (name, answer) that the solutions of a lesson, such as "03", pass to `check`, in their order."""
    answers: list[tuple[str, Any]] = []
    namespace: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        # The set-up cell imports `check` from here.
        patch.setattr("helpers.exercises.check", lambda name, answer=...: answers.append((name, answer)))
        for file in FOLDER.glob(f"{lesson}_*.py"):
            for cell in needed_for("check", cells(file.read_text("utf-8"))):
                exec(compile(cell, file, "exec"), namespace)
    return answers


def cells(source: str) -> list[str]:
    """Return the cells of a source, each below as many empty lines as it has above it: a traceback then names its line.

    A cell of text, like IPython's own commands, is a comment here.
    """
    starts = [head.end() for head in HEAD.finditer(source)]
    return [
        "\n" * source.count("\n", 0, start) + source[start:end] for start, end in itertools.pairwise([*starts, None])
    ]


def needed_for(name: str, all_cells: list[str]) -> list[str]:
    """Return the cells that read `name`, and those above that bind what they read, directly or through others.

    A cell that only changes what others bound, such as `counts.sort()`, is not found: bind a new name there.
    """
    needed: list[str] = []
    wanted: set[str] = set()
    for cell in reversed(all_cells):
        table = symtable.symtable(cell, "cell", "exec")
        if name in read_names(table) or bound_names(table) & wanted:
            needed.insert(0, cell)
            wanted |= read_names(table)
    return needed


def read_names(table: symtable.SymbolTable) -> set[str]:
    """Return the global names that a cell or a function in it reads."""
    return {symbol.get_name() for part in with_inner(table) for symbol in part.get_symbols()
            if symbol.is_global() and symbol.is_referenced()}  # fmt: skip


def bound_names(table: symtable.SymbolTable) -> set[str]:
    """Return the names that a cell binds: variables, functions, classes and imports."""
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


def with_inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """Yield a symbol table and those of the functions and classes within."""
    yield table
    for child in table.get_children():
        yield from with_inner(child)
