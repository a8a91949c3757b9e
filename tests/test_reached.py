"""What the product defines, the product reaches: nothing is there for its tests alone.

A function, class or constant of a module is reached where its own module reads it outside of its
definition, or another imports it or reads it off the module; a method where anything of that name
is read off something. What only unreached things reach is not reached either. Whatever a decorator
registers, and what overrides a method of a library's class, is called from there.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("bot", "config", "handlers", "escalation", "store", "sandbox")
NO_REGISTRY = {
    "abstractmethod", "asynccontextmanager", "cache", "classmethod", "contextmanager", "dataclass",
    "lru_cache", "property", "setter", "staticmethod", "total_ordering",
}  # fmt: skip
STAGE = "the stage on which the tour and the scenario tests play"
WORKSPACE = "what a person of the local workspace sees and does, whoever acts as one"
EXCEPTIONS = {
    "bot.stage.stage.Stage.restart_bot": STAGE,
    "escalation.plan.memory.Memory.amend": "rules are tried on this transaction over dictionaries",
    "handlers.report.words.origin": "report.html says it",
    "handlers.report.words.reopened": "report.html says it",
    "handlers.report.words.stretch": "report.html says it",
    "sandbox.changes.accounts.join": WORKSPACE,
    "sandbox.changes.accounts.set_dnd": WORKSPACE,
    "sandbox.changes.installation.uninstall": WORKSPACE,
    "sandbox.delivery.dispatcher.Dispatcher.verify_url": WORKSPACE,
    "sandbox.delivery.http_mode.verify_url": WORKSPACE,
    "sandbox.people.person.Person.modals": WORKSPACE,
    "store.schema.tables.crises": "`store.schema.kinds` finds each table by its kind",
}  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """A name that the product defines, and where."""

    module: str
    owner: str  # the class of a method
    name: str
    first: int
    last: int

    def __str__(self) -> str:
        return ".".join(filter(None, (self.module, self.owner, self.name)))


@dataclass(frozen=True)
class Use:
    """A name that is read: off `module`, where that is known, or off anything (None)."""

    module: str | None
    name: str
    at: str  # the module it is read in
    line: int


@cache
def trees() -> dict[str, ast.Module]:
    found = {}
    for package in PRODUCT:
        for file in (ROOT / package).rglob("*.py"):
            if "versions" not in file.parts:  # Alembic's own
                parts = file.relative_to(ROOT).with_suffix("").parts
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found[name] = ast.parse(file.read_text("utf-8"))
    return found


def registered(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a decorator may hand it to somebody who calls it."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name not in NO_REGISTRY:
            return True
    return False


def named(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            if not registered(node):
                yield node.name
        case ast.Assign(targets=targets):
            yield from (n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def definitions() -> Iterator[Definition]:
    for module, tree in trees().items():
        for node in tree.body:
            last = node.end_lineno or node.lineno
            for name in named(node):
                yield Definition(module, "", name, node.lineno, last)
            for part in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                    for name in named(part):
                        end = part.end_lineno or part.lineno
                        yield Definition(module, node.name, name, part.lineno, end)


def listed() -> Iterator[Use]:
    """What a folder that is its own list is read for: `escalation.base.declared`."""
    for module, tree in trees().items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Name(id="named_in"), args=[files, ast.Constant(value=str(name))]
                ):
                    for each in files_of(files, module):
                        yield Use(each, name, module, node.lineno)
                case ast.Call(func=ast.Name(id="made_in"), args=[files, ast.Name(id=kind)]):
                    for each in files_of(files, module):
                        for name in made(trees()[each], kind):
                            yield Use(each, name, module, node.lineno)


def files_of(files: ast.expr, module: str) -> list[str]:
    """The modules of a pattern; the folder itself where it is `__name__`."""
    pattern = files.value if isinstance(files, ast.Constant) else module
    depth = pattern.replace(".*.", ".x.").count(".") + (".*." not in pattern)
    wanted = pattern if ".*." in pattern else f"{pattern}.*"
    return [each for each in trees() if each.count(".") == depth and fnmatchcase(each, wanted)]


def made(tree: ast.Module, kind: str) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Assign(value=ast.Call(func=ast.Name(id=made_of))) if made_of == kind:
                yield from named(node)


def uses() -> Iterator[Use]:
    yield from listed()
    for module, tree in trees().items():
        aliases: dict[str, set[str | None]] = {}  # a function may import it as another does
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    yield Use(node.module, alias.name, module, node.lineno)
                    if f"{node.module}.{alias.name}" in trees():
                        known = aliases.setdefault(alias.asname or alias.name, set())
                        known.add(f"{node.module}.{alias.name}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                yield Use(module, node.id, module, node.lineno)
            elif isinstance(node, ast.Attribute):
                off = node.value.id if isinstance(node.value, ast.Name) else ""
                for each in aliases.get(off, {None}):
                    yield Use(each, node.attr, module, node.lineno)


def hooks(definition: Definition) -> bool:
    """Whether a library calls it: it overrides, or Python itself gives the name its meaning."""
    if definition.name.startswith("__"):
        return True
    if not definition.owner:
        return False
    owner = getattr(importlib.import_module(definition.module), definition.owner)
    libraries = (base for base in owner.__mro__ if base.__module__.split(".")[0] not in PRODUCT)
    return any(hasattr(base, definition.name) for base in libraries)


def unreached() -> set[Definition]:
    left = {each for each in definitions() if not hooks(each)}
    by_name: dict[str, list[Use]] = {}
    for use in uses():
        by_name.setdefault(use.name, []).append(use)
    found: set[Definition] = set()
    while True:
        more = {
            each
            for each in left - found
            if not any(_reaches(use, each, found) for use in by_name.get(each.name, ()))
        }
        if not more:
            return found
        found |= more


def _reaches(use: Use, it: Definition, gone: set[Definition]) -> bool:
    if not it.owner and use.module != it.module:
        return False
    if it.owner and (use.module is not None and use.at == use.module):
        return False  # a plain name is no method
    return not any(
        use.at == each.module and each.first <= use.line <= each.last for each in (it, *gone)
    )


def test_whatever_is_defined_is_reached() -> None:
    found = {str(each) for each in unreached()}
    assert found - EXCEPTIONS.keys() == set(), "wire it, or remove it"
    assert EXCEPTIONS.keys() - found == set(), "no exception any more"
