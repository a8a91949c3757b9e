"""Copies of records with some fields changed, as `dataclasses.replace` makes them, but quickly.

A ladder step copies its incident seven times; an incident has more than forty fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from dataclasses import replace as plainly
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")

_COPIERS: dict[type, Callable[[Any, dict[str, Any]], Any]] = {}


def replace(record: T, /, **changes: Any) -> T:
    """A copy of a dataclass with these fields changed; raises TypeError where it has no such."""
    kind = type(record)
    copier = _COPIERS.get(kind)
    if copier is None:
        copier = _COPIERS[kind] = _copier(kind)
    copied: T = copier(record, changes)
    return copied


def _copier(kind: type) -> Callable[[Any, dict[str, Any]], Any]:
    names = [field.name for field in fields(kind)]
    if hasattr(kind, "__post_init__") or not all(hasattr(kind, name) for name in names):
        return lambda record, changes: plainly(record, **changes)
    setters = {name: getattr(kind, name).__set__ for name in names}
    in_order = tuple(setters.values())
    values_of: Callable[[Any], Any] = attrgetter(*names)
    single = len(names) == 1

    def copy(record: Any, changes: dict[str, Any]) -> Any:
        new: Any = object.__new__(kind)
        values = (values_of(record),) if single else values_of(record)
        for setter, value in zip(in_order, values, strict=True):
            setter(new, value)
        for name, value in changes.items():
            if name not in setters:
                raise TypeError(f"{kind.__name__} has no field {name!r}")
            setters[name](new, value)
        return new

    return copy
