"""Copies of records with some fields changed, as `dataclasses.replace` makes them, but quickly.

A ladder step copies its incident several times; an incident has more than forty fields. So the
records that are copied most have no slots: their fields are copied as one dictionary.
"""

from __future__ import annotations

from dataclasses import replace as plainly
from typing import Any, TypeVar

from escalation.base.value import Value

T = TypeVar("T")


def replace(record: T, /, **changes: Any) -> T:
    """A copy of a dataclass with these fields changed; raises TypeError where it has no such."""
    kind = type(record)
    if not issubclass(kind, Value) and (
        hasattr(kind, "__post_init__") or not hasattr(record, "__dict__")
    ):
        return plainly(record, **changes)  # type: ignore[type-var]  # a dataclass, as promised
    fields = vars(record)
    new = object.__new__(kind)
    copied = new.__dict__
    copied.update(fields)
    copied.update(changes)
    if len(copied) != len(fields):  # a default that was not stored is the class's alone
        unknown = changes.keys() - kind.__dataclass_fields__.keys()  # type: ignore[attr-defined]  # a dataclass
        if unknown:
            raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}")
    return new
