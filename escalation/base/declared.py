"""A folder whose files each declare something is its own list: nothing else names them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def declared_in(folder: ModuleType, base: type[T]) -> list[type[T]]:
    """Get the classes of that base which the files of a folder define, in order of the files."""
    files = sorted(found.name for found in iter_modules(folder.__path__, f"{folder.__name__}."))
    return [
        each
        for file in map(import_module, files)
        for each in vars(file).values()
        if isinstance(each, type) and issubclass(each, base) and each.__module__ == file.__name__
    ]
