"""What messages carry is read: by their view, by the dispatcher, or by a rule that answers them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from escalation.messages.effects import Card
from escalation.messages.table import MEANINGS

ROOT = Path(__file__).parents[3]
READERS = ("handlers", "bot", "escalation")
NAMES = {each.__name__: each for each in MEANINGS.values()} | {
    "PingMessage": MEANINGS["ping"],
    "Card": Card,
}


def test_every_field_of_every_message_is_read_somewhere() -> None:
    files = (file for folder in READERS for file in (ROOT / folder).rglob("*.py"))
    read = {pair for file in files for pair in _read(ast.parse(file.read_text()))}
    written = {(NAMES[name], each.name) for name in NAMES for each in fields(NAMES[name])}
    unread = {(kind, name) for kind, name in written if not {(k, name) for k in kind.mro()} & read}
    assert not {(kind.__name__, name) for kind, name in unread}


def _read(tree: ast.AST) -> Iterator[tuple[type, str]]:
    """The fields that a file reads of what it knows to be of one type."""
    for node in ast.walk(tree):
        match node:
            case ast.MatchClass(cls=ast.Name(name), kwd_attrs=attributes) if name in NAMES:
                yield from ((NAMES[name], attribute) for attribute in attributes)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _read_of_arguments(node)
            case ast.If() | ast.BoolOp() | ast.IfExp() | ast.For():
                yield from _read_where_it_is_one(node)


def _read_of_arguments(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[type, str]]:
    for argument in (*function.args.args, *function.args.kwonlyargs):
        said = ast.unparse(argument.annotation) if argument.annotation else ""
        names = {each.id for each in ast.walk(ast.parse(said)) if isinstance(each, ast.Name)}
        of = argument.arg + ".message" if "ViewContext" in names else argument.arg
        attributes = _attributes(function, {of, *_aliases(function, of)})
        yield from ((NAMES[name], each) for name in names & NAMES.keys() for each in attributes)


def _read_where_it_is_one(node: ast.AST) -> Iterator[tuple[type, str]]:
    """After `isinstance(x, Message)`, what is read of x."""
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Name("isinstance"), args=[what, of]):
                found = _attributes(node, {ast.unparse(what)})
                names = {each.id for each in ast.walk(of) if isinstance(each, ast.Name)}
                yield from ((NAMES[name], each) for name in names & NAMES.keys() for each in found)


def _attributes(node: ast.AST, of: set[str]) -> set[str]:
    read = (each for each in ast.walk(node) if isinstance(each, ast.Attribute))
    return {each.attr for each in read if ast.unparse(each.value) in of}


def _aliases(function: ast.AST, of: str) -> Iterator[str]:
    """The local names of `context.message`."""
    for each in ast.walk(function):
        match each:
            case ast.Assign(targets=[ast.Name(name)], value=value) if ast.unparse(value) == of:
                yield name
            case ast.Assign(targets=[ast.Tuple(names)], value=ast.Tuple(values)):
                for name, value in zip(names, values, strict=True):
                    if ast.unparse(value) == of:
                        yield ast.unparse(name)
