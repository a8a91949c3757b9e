"""A folder whose files each declare something is its own list: nothing else names them.

Files are named by their folder, "config.checks", or by a pattern, "handlers.*.verbs"; what is found
is in their order, and in each as it stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from importlib import import_module
from pkgutil import ModuleInfo, iter_modules
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


def declared_in(files: str, base: type[T]) -> list[type[T]]:
    """Get the classes of that base which the files define."""
    return [
        each
        for file in _files(files)
        for each in vars(file).values()
        if isinstance(each, type) and issubclass(each, base) and each.__module__ == file.__name__
    ]


def made_in(files: str, kind: type[T]) -> list[T]:
    """Get the values of that type which the files hold, each once."""
    held = (each for file in _files(files) for each in vars(file).values())
    return list({id(each): each for each in held if isinstance(each, kind)}.values())


def named_in(files: str, name: str) -> list[Any]:
    """Get what the files call by that name, of those that have something of that name."""
    return [vars(file)[name] for file in _files(files) if name in vars(file)]


def table(parts: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """Make one table of several; raises ValueError where two declare the same."""
    whole: dict[K, V] = {}
    for part in parts:
        if twice := whole.keys() & part.keys():
            raise ValueError(f"declared twice: {twice}")
        whole |= part
    return whole


def _files(files: str) -> Iterator[ModuleType]:
    root, _, pattern = files.partition(".*.")
    folders = [each.name for each in _within(root) if each.ispkg] if pattern else [root]
    found = (each.name for folder in folders for each in _within(folder) if not each.ispkg)
    wanted = (name for name in found if fnmatchcase(name.rpartition(".")[2], pattern or "*"))
    return map(import_module, sorted(wanted))


def _within(folder: str) -> Iterator[ModuleInfo]:
    return iter_modules(import_module(folder).__path__, f"{folder}.")
