"""The wings of `helpers`, its rooms in their order, and how many lines of code each has: `make size` prints them.

A room is a file, or a folder of files, directly under `helpers`. It imports only rooms above it in `ROOMS`. The files
are the engine; each folder is, or belongs to, another wing.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

HELPERS = Path(__file__).resolve().parent.parent / "helpers"

# From the ground up. A new room gets its line here, below everything that it imports.
ENGINE = [
    "device",
    "progress",
    "statistics",
    "names",
    "files",
    "architectures",
    "models",
    "distributed",
    "plots",
    "transforms",
    "folders",
    "labels",
    "data",
    "activations",
    "batches",
    "schedule",
    "history",
    "training",
    "finder",
    "checkpoints",
    "summary",
    "predictor",
    "learner",
    "interpret",
]
LATER = ["datasets", "faults", "lessons", "widgets", "explorers", "exercises", "__init__", "__main__"]
ROOMS = [*ENGINE, *LATER]
# Folders on the way, which the engine uses: safe files, drawing and tables of labels are no part of training.
WINGS = ["files", "plots", "labels"]

# What one reads to understand what `fit` does.
FIT = ["learner", "training", "batches", "activations", "models", "data"]
# A budget is not raised to make a change pass. What is only shown moves to lessons; what nobody misses is deleted.
BUDGETS = {"the engine": 2300, "what fit needs": 1050, "files": 400, "plots": 250, "labels": 120}
BUDGETS |= {"datasets": 700, "faults": 300, "lessons": 2000}
LINES_A_FILE = 260  # near 200, with room for one idea that needs more

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def room_of(file: Path, helpers: Path = HELPERS) -> str:
    """Return the name of the room that a file of `helpers` belongs to."""
    first = file.relative_to(helpers).parts[0]
    return first.removesuffix(".py")


def files(helpers: Path = HELPERS) -> list[Path]:
    """Return every Python file of `helpers`, sorted by the order of the rooms."""
    found = [file for file in helpers.rglob("*.py") if not any(part.startswith(".") for part in file.parts)]
    order = {room: place for place, room in enumerate(ROOMS)}
    return sorted(found, key=lambda file: (order.get(room_of(file, helpers), len(order)), file))


def lines_of_code(source: str) -> int:
    """Count the lines of a Python source without docstrings, comments and blank lines."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and node.body:
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None:
                docstrings.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in silent:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - docstrings)


def imported_rooms(source: str, file: Path, helpers: Path = HELPERS) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of every room that a source imports, wherever in the file the import stands."""
    package = ["helpers", *file.relative_to(helpers).parts[:-1]]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, node.module] if node.module else base)
            # `from helpers import x` may import the room x or a public name; `from helpers.x import y` imports x.
            targets = [f"{stem}.{alias.name}" for alias in node.names] if stem == "helpers" else [stem]
        else:
            continue
        for target in targets:
            head, _, rest = target.partition(".")
            if head == "helpers":
                room = rest.split(".")[0]
                is_room = (helpers / f"{room}.py").exists() or (helpers / room).is_dir() or room in ROOMS
                yield node.lineno, room if room and is_room else "__init__"


def wrong_imports(source: str, file: Path, helpers: Path = HELPERS) -> list[str]:
    """Return one sentence for every import that goes against the order of the rooms."""
    room = room_of(file, helpers)
    if room not in ROOMS:
        return [f"{file.name}: the room {room!r} is not in the order of tests/rooms.py; give it its place there"]
    above = ROOMS[: ROOMS.index(room)]
    return [
        f"{file.name}, line {line}: {room} imports {target}, which is not above it"
        for line, target in imported_rooms(source, file, helpers)
        if target != room and target not in above
    ]


def sizes(helpers: Path = HELPERS) -> dict[str, int]:
    """Return the lines of code of every file of `helpers`, in the order of the rooms."""
    return {file.relative_to(helpers).as_posix(): lines_of_code(file.read_text("utf-8")) for file in files(helpers)}


def rooms_of(part: str) -> list[str]:
    """Return the rooms that a budget counts: "the engine", "what fit needs", or the wing of that name."""
    return {"the engine": [room for room in ENGINE if room not in WINGS], "what fit needs": FIT}.get(part, [part])


def lines_of(part: str, counts: dict[str, int]) -> int:
    """Return the lines of the rooms that a budget counts."""
    return sum(lines for name, lines in counts.items() if name.split("/")[0].removesuffix(".py") in rooms_of(part))


def over_budget(counts: dict[str, int]) -> list[str]:
    """Return one sentence for every part that is longer than its budget."""
    found = {part: lines_of(part, counts) for part in BUDGETS}
    return [
        f"{part}: {found[part]:,} lines of code, {most:,} at most; move what is only shown to lessons, or delete"
        for part, most in BUDGETS.items()
        if found[part] > most
    ]


def main() -> None:
    """Print the lines of every file, and of every wing against its budget."""
    counts = sizes()
    print("lines without docstrings, comments and blank lines")
    for name, lines in counts.items():
        print(f"{lines:6,}  helpers/{name}{f'   (more than {LINES_A_FILE})' if lines > LINES_A_FILE else ''}")
    for part, most in BUDGETS.items():
        print(f"{lines_of(part, counts):6,}  {part}, of {most:,} at most")
    for part in ("widgets", "explorers", "exercises"):
        print(f"{lines_of(part, counts):6,}  {part}")
    print(f"{sum(counts.values()):6,}  all of helpers")


if __name__ == "__main__":
    main()
