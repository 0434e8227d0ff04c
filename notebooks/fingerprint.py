"""What a lesson's outputs depend on in `helpers`: every file that its code reaches, with a digest of what it reaches.

A lesson that draws with `show_image` depends on that function, on what the function uses, and so on, through every
import; not on the other functions of the same file. So the walk goes from name to name, by the syntax tree. A module
that is reached also runs its statements without a name, and the decorators of ours, which may register something.

Comments, docstrings, annotations and formatting change no output and count for nothing, except in a lesson that shows
the text itself: `read_image??`, `help`, `inspect`. A lesson that asks for `helpers.__file__` may read every file.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from nbformat import NotebookNode

PACKAGE = Path(__file__).resolve().parent.parent / "helpers"
SHOWS_TEXT = {"inspect", "help", "__doc__", "pinfo", "pinfo2", "pdoc", "psource"}
READS_FILES = {"__file__", "__path__"}
# `check("02.3", answer)` looks into helpers/exercises/lesson_02.py: an import that no statement shows.
ASKED = re.compile(r"(\d\d)\.\d+")
NOT_CODE = {"ctx", "kind", "type_comment", "type_params"}  # of a syntax tree; not the same in every Python
LEFT_BEHIND = re.compile(r"(^|/)(\.|__pycache__/)")
Dotted = tuple[str, ...]


def fingerprint(notebook: NotebookNode, package: Path = PACKAGE) -> dict[str, str]:
    """Return a digest for every file of the package that a notebook's code reaches: {"helpers/plots.py": "5f0c…"}."""
    lesson = ast.Module([statement for code in _code(notebook, package.name) for statement in code.body], [])
    reached = Reached(package)
    reached.from_lesson(lesson)
    return reached.digests(as_text=not SHOWS_TEXT.isdisjoint(_words(lesson)))


def _code(notebook: NotebookNode, package: str) -> Iterator[ast.Module]:
    """Yield the code of a notebook, and the programs that it holds as text, such as a cell that writes a script."""
    from IPython.core.inputtransformer2 import TransformerManager

    for cell in notebook.cells:
        tree = _parsed(TransformerManager().transform_cell(cell.source)) if cell.cell_type == "code" else None
        if tree:
            yield tree
            yield from filter(None, (_parsed(text) for text in _texts(tree) if "import" in text and package in text))


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except SyntaxError:  # where it is a cell, running it says so
        return None


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the strings in a piece of code."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def _words(node: ast.AST) -> Iterator[str]:
    """Yield every name, attribute, imported module and string of a piece of code."""
    yield from _texts(node)
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.alias):
            yield inner.name
        elif isinstance(inner, ast.ImportFrom):
            yield inner.module or ""


@dataclass
class Module:
    """One file: its statements, what its top-level names stand for, and what runs whichever of them is asked for."""

    name: str
    file: Path
    lines: list[str]
    statements: list[ast.stmt]
    own: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, list[Dotted]] = field(default_factory=dict)
    always: list[ast.stmt] = field(default_factory=list)

    def lines_of(self, statement: ast.stmt) -> range:
        """Return the numbers of the lines of a statement, with its decorators, from 0."""
        first = min(node.lineno for node in [statement, *getattr(statement, "decorator_list", [])])
        return range(first - 1, statement.end_lineno or first)

    def text_of(self, statement: ast.stmt) -> str:
        """Return a statement as it stands in the file, with its comments."""
        return "\n".join(self.lines[number] for number in self.lines_of(statement))

    def package(self) -> list[str]:
        """Return the path of the package that relative imports start from."""
        parts = self.name.split(".")
        return parts if self.file.name == "__init__.py" else parts[:-1]


class _Bare(ast.NodeTransformer):
    """Take out what changes no output: docstrings, the annotations of functions, imports for type checkers."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef


@cache
def _parsed_module(name: str, file: Path, text: str) -> Module:
    """Return the module in a file that holds `text`, parsed once for all lessons."""
    module = Module(name, file, text.splitlines(), _Bare().visit(ast.parse(text)).body)
    for statement in module.statements:
        for bound, path in _imports(statement, module.package()):
            module.imported.setdefault(bound, []).append(path)
        names = list(_bound(statement))
        for bound in names:
            module.own.setdefault(bound, []).append(statement)
        if not names and not isinstance(statement, ast.Import | ast.ImportFrom):
            module.always.append(statement)
    module.always += [statement for statement in module.statements if _may_register(statement, module)]
    return module


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement defines or assigns."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Assign(targets=targets):
            nodes = [node for target in targets for node in ast.walk(target)]
            if all(isinstance(node, ast.Name | ast.Tuple | ast.List | ast.expr_context) for node in nodes):
                yield from (node.id for node in nodes if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _imports(node: ast.AST, around: list[str]) -> Iterator[tuple[str, Dotted]]:
    """Yield each name that a piece of code imports, at any depth, with its full path; `around` is its package."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            for alias in inner.names:
                path = tuple(alias.name.split("."))
                yield (alias.asname, path) if alias.asname else (path[0], path[:1])
        elif isinstance(inner, ast.ImportFrom):
            inner_path = inner.module.split(".") if inner.module else []
            above = around[: len(around) - inner.level + 1] if inner.level else []
            for alias in inner.names:
                yield alias.asname or alias.name, (*above, *inner_path, alias.name)


def _may_register(statement: ast.stmt, module: Module) -> bool:
    """Say whether a decorator of the package stands over a definition; those of libraries register nothing here."""
    package = module.name.split(".")[0]
    for decorator in getattr(statement, "decorator_list", []):
        for first, *_ in _chains(decorator):
            if first in module.own or any(path[0] == package for path in module.imported.get(first, [])):
                return True
    return False


def _chains(node: ast.AST) -> Iterator[Dotted]:
    """Yield the names that a piece of code uses, each with its attributes: ("helpers", "plots", "show_image")."""
    attributes: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        attributes.insert(0, inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        yield (inner.id, *attributes)
    else:
        for child in ast.iter_child_nodes(inner):
            yield from _chains(child)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def dumped(node: object) -> str:
    """Return a syntax tree as text that is the same in every version of Python, unlike that of `ast.dump`."""
    if isinstance(node, ast.Constant) or not isinstance(node, ast.AST | list):
        return repr(node.value if isinstance(node, ast.Constant) else node)
    if isinstance(node, list):
        return f"[{', '.join(map(dumped, node))}]"
    if isinstance(node, ast.JoinedStr):  # Python 3.12.1 ends f"{x:>{width}}" with an empty string
        node = ast.JoinedStr([part for part in node.values if getattr(part, "value", None) != ""])
    fields = [
        (name, value) for name, value in ast.iter_fields(node) if name not in NOT_CODE and value not in (None, [])
    ]
    return f"{type(node).__name__}({', '.join(f'{name}={dumped(value)}' for name, value in fields)})"


class Reached:
    """The statements and files of a package that some code reaches; it grows by following names."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.statements: dict[str, set[int]] = {}  # by module's name: the places of statements in it
        self.data: set[Path] = set()
        self.all_files = False
        self._modules: dict[str, Module | None] = {}
        self._followed: set[Dotted] = set()
        self._waiting: list[tuple[Module, ast.stmt]] = []

    def from_lesson(self, lesson: ast.Module) -> None:
        """Follow everything that a lesson imports, uses by its full name, or asks its reader."""
        imported: dict[str, list[Dotted]] = {}
        for bound, path in _imports(lesson, []):
            imported.setdefault(bound, []).append(path)
            self.follow(path)
        for first, *rest in _chains(lesson):
            for path in imported.get(first, []):
                self.follow((*path, *rest))
        for text in _texts(lesson):
            if asked := ASKED.fullmatch(text):
                self.follow((self.package.name, "exercises", f"lesson_{asked[1]}"))
        while self._waiting:
            self._include(*self._waiting.pop())

    def follow(self, path: Dotted) -> None:
        """Reach what a full path names: a definition, a module, or a name that a module imports from elsewhere."""
        if path[0] != self.package.name or path in self._followed:
            return
        self._followed.add(path)
        module = self._module(path[0])
        assert module
        for place, name in enumerate(path[1:], 1):
            # In a package, `from . import plots` binds the name to the file that has it already.
            targets = [target for target in module.imported.get(name, []) if target != path[: place + 1]]
            if name in module.own or targets:
                self._reach(module, module.own.get(name, []))
                for target in targets:
                    self.follow((*target, *path[place + 1 :]))
                return
            inner = self._module(f"{module.name}.{name}")
            if inner is None:
                break
            module = inner
        self.all_files |= not READS_FILES.isdisjoint(path)
        self._reach(module, module.statements)  # the module itself, or all of it: `import *`
        if path[-1] == "*" or "*" in module.imported:
            for target in [target for targets in module.imported.values() for target in targets]:
                self.follow(target)

    def _reach(self, module: Module, statements: Iterable[ast.stmt]) -> None:
        self._waiting += [(module, statement) for statement in (*statements, *module.always)]

    def _include(self, module: Module, statement: ast.stmt) -> None:
        """Take in a statement, with the names and the files of the package that it uses."""
        seen = self.statements.setdefault(module.name, set())
        place = module.statements.index(statement)
        if place in seen or isinstance(statement, ast.Import | ast.ImportFrom):
            return
        seen.add(place)
        for first, *rest in _chains(statement):
            self._reach(module, module.own.get(first, []))
            for path in module.imported.get(first, module.imported.get("*", [])):
                self.follow((*path, *rest))
        for text in _texts(statement):
            self.data.update(self._data_files.get(text, []))

    def _module(self, name: str) -> Module | None:
        """Return the module called "helpers.plots", or None where the package has none of this name."""
        if name not in self._modules:
            path = self.package.parent.joinpath(*name.split("."))
            file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            self._modules[name] = _parsed_module(name, file, file.read_text("utf-8")) if file.is_file() else None
        return self._modules[name]

    def files(self) -> list[Path]:
        """Return the files of the package, without what running and editing it leaves behind."""
        found = [file for file in sorted(self.package.rglob("*")) if file.is_file()]
        return [file for file in found if not LEFT_BEHIND.search(file.relative_to(self.package).as_posix())]

    @cached_property
    def _data_files(self) -> dict[str, list[Path]]:
        """The files that are not code, by the texts that a module reads them by: their names, and their folders'."""
        named: dict[str, list[Path]] = {}
        for file in self.files():
            if file.suffix != ".py":
                named.setdefault(file.name, []).append(file)
                if not (file.parent / "__init__.py").exists():
                    named.setdefault(file.parent.name, []).append(file)
        return named

    def digests(self, as_text: bool) -> dict[str, str]:
        """Return a digest of what is reached of every file, of its text or of its code alone."""
        if self.all_files:
            found = {file: file.read_bytes() for file in self.files() if file.suffix == ".py"}
        else:
            found = {module.file: content for module, content in self._contents(as_text)}
        found |= {file: file.read_bytes() for file in self.data}
        root = self.package.parent
        return {file.relative_to(root).as_posix(): _digest(found[file]) for file in sorted(found)}

    def _contents(self, as_text: bool) -> Iterator[tuple[Module, bytes]]:
        for name, places in self.statements.items():
            module = self._module(name)
            assert module
            statements = [module.statements[place] for place in sorted(places)]
            if statements:
                yield module, "\n".join(module.text_of(s) if as_text else dumped(s) for s in statements).encode()
