"""Differences between two versions of a contract, and the records they are for (Rule ORG-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from escalation.base.durations import Duration
from escalation.contract import Contract
from escalation.contract.of_the_moment import of_the_moment

NOT_WRITTEN = {"version", "former", "duty_hours"}
_KEYS = ("id", "level", "origin", "trigger")

Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field that is another: where, in which kind of table, and both its values.

    Whole entries that come or go have None for the other value. `at_once`: running records have it
    too; `both`: who is called follows it at once, the clocks of running records do not.
    """

    path: Path
    table: str
    field: str
    old: Any
    new: Any
    at_once: bool = False
    both: bool = False


def differences(old: Contract, new: Contract) -> list[Difference]:
    """All that differs; what running records have at once is read from what they are given."""
    given = of_the_moment(old, new)
    return [_of_records(each, given) for each in _inside((), old, new)]


def _of_records(found: Difference, given: Contract) -> Difference:
    return Difference(
        path=found.path,
        table=found.table,
        field=found.field,
        old=found.old,
        new=found.new,
        at_once=_at(given, found) == found.new,
        both=found.path[0] == "coverage",
    )


def _inside(path: Path, old: Any, new: Any) -> Iterator[Difference]:
    for field in fields(old):
        name = field.name
        if name not in NOT_WRITTEN:
            yield from _of_field((*path, name), type(old).__name__, old, new)


def _of_field(path: Path, table: str, old: Any, new: Any) -> Iterator[Difference]:
    name = path[-1]
    before, after = getattr(old, name), getattr(new, name)
    if before == after:
        return
    if _is_table(before) and _is_table(after):
        yield from _inside(path, before, after)
        return
    entries = _keyed(before), _keyed(after)
    if not (before or after) or None in entries or entries == ({}, {}):
        yield Difference(path=path, table=table, field=name, old=before, new=after)
        return
    yield from _entries(path, (table, name), *entries)


def _entries(path: Path, of: tuple[str, str], old: Any, new: Any) -> Iterator[Difference]:
    """Of a list or table of named entries: those that went, came, and have changed."""
    for key in [*old, *(key for key in new if key not in old)]:
        before, after = old.get(key), new.get(key)
        here = (*path, key)
        if before == after:
            continue
        if _is_table(before) and _is_table(after):
            yield from _inside(here, before, after)
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _entries(here, of, _keyed(before), _keyed(after))
        else:
            yield Difference(path=here, table=of[0], field=of[1], old=before, new=after)
    kept = [key for key in old if key in new], [key for key in new if key in old]
    if kept[0] != kept[1]:
        yield Difference(path=path, table=of[0], field=of[1], old=kept[0], new=kept[1])


def _is_table(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, Duration)


def _keyed(value: Any) -> dict[str, Any] | None:
    """The entries of a list or table by what tells them apart; None where nothing does."""
    if isinstance(value, Mapping):
        return {str(key): each for key, each in value.items()}
    if not isinstance(value, tuple) or not all(map(_is_table, value)):
        return None
    for key in _KEYS:
        if value and all(hasattr(each, key) for each in value):
            found = {str(getattr(each, key)): each for each in value}
            return found if len(found) == len(value) else None
    return None if value else {}


def _at(value: Any, found: Difference) -> Any:
    """Return what stands there, in the shape in which the difference has it; None for nothing."""
    for part in found.path:
        value = getattr(value, part) if _is_table(value) else (_keyed(value) or {}).get(part)
    if isinstance(found.new, list):
        return [key for key in _keyed(value) or {} if key in found.new]
    return value
