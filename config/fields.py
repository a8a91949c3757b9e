"""Fields of the contract, read from its dataclasses; and a first tidying of a file's data.

The dataclasses of `escalation.contract` are the schema. This looks at a file's data beside them, to
find fields nobody knows, and to let people write days as `"mon"` and never a time as a number.
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from config.faults import Fault, Where, fault
from config.meant import meant, weekday
from escalation.base.durations import Clock, Duration
from escalation.contract import Contract, DayName, Hours, Post, Window
from escalation.contract.names import folded

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_SUGGESTED = 50  # in one table: to look for what was meant takes a moment for each
HIDDEN = {  # computed from the file, or of a running record: not written in it
    (Contract, "version"),
    (Contract, "report_form"),
    (Contract, "former"),
    (Contract, "duty_hours"),
}


@cache
def schema_fields(kind: type) -> dict[str, tuple[Field[Any], Any]]:
    """The fields of one of the contract's dataclasses, with their resolved types."""
    hints = get_type_hints(kind)
    return {f.name: (f, hints[f.name]) for f in fields(kind) if (kind, f.name) not in HIDDEN}


def required(field: Field[Any]) -> bool:
    """Return whether the file must give this field."""
    return field.default is MISSING and field.default_factory is MISSING


def plain(kind: Any) -> Any:
    """A type without its `| None`."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(arg for arg in get_args(kind) if arg is not type(None))
    return kind


def type_at(path: Where) -> Any:
    """The type the contract has at a place; None where it has nothing there."""
    kind: Any = Contract
    for part in path:
        kind = _inside(plain(kind), part)
        if kind is None:
            return None
    return plain(kind)


def is_table(kind: Any) -> bool:
    """Return whether the file writes this type as a table."""
    return isinstance(kind, type) and is_dataclass(kind) and kind is not Duration


@cache
def contract_kinds() -> frozenset[type]:
    """Every dataclass that a contract file is read into."""
    found: set[type] = set()
    waiting: list[Any] = [Contract]
    while waiting:
        kind = waiting.pop()
        if not is_table(kind):
            waiting += get_args(kind)
        elif kind not in found:
            found.add(kind)
            waiting += [type_ for _, type_ in schema_fields(kind).values()]
    return frozenset(found)


def _inside(kind: Any, part: str | int) -> Any:
    if is_table(kind):
        known = schema_fields(kind)
        return known[str(part)][1] if part in known else None
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    return None


def choices(kind: Any) -> tuple[str, ...]:
    """Return what an enumeration allows, as the file writes it."""
    if get_origin(kind) is Literal:
        return tuple(str(value) for value in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()


def nearest(word: object, known: Iterable[str]) -> str:
    """The known word somebody probably meant, whatever case and accents; "" if none is near.

    Also the only one that begins or ends as the word does, or the word as it: "mail", "french".
    """
    names = {folded(name): name for name in known}
    given = folded(str(word))
    if found := difflib.get_close_matches(given, names, n=1, cutoff=0.6):
        return names[found[0]]
    within = [name for plain, name in names.items() if _one_in_other(given, plain)]
    return within[0] if len(within) == 1 else ""


def _one_in_other(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 2 and (long.startswith(short) or long.endswith(short))


def tidy(value: Any, kind: Any = Contract, path: Where = ()) -> tuple[Any, list[Fault]]:
    """The data ready for validation, and the faults only a look at the raw data shows."""
    kind = plain(kind)
    faults: list[Fault] = []
    if is_table(kind) and isinstance(value, dict):
        faults += _strangers(value, kind, path)
        misspelt = {f.facts["suggestion"]: f.facts["field"] for f in faults}
        tidied = {}
        for name, (_, type_) in schema_fields(kind).items():
            written = name if name in value else misspelt.get(name)  # a misspelt one is read on
            if isinstance(written, str):
                tidied[name], found = tidy(value[written], type_, (*path, written))
                faults += found
        if kind in {Hours, Window} and "days" in tidied:
            tidied["days"], found = _days(tidied["days"], (*path, "days"))
            faults += found
        if kind is Post:  # one rota may be written without brackets
            tidied |= {
                name: [tidied[name]]
                for name in ("on_call", "behind")
                if name in tidied and not isinstance(tidied[name], list)
            }
        return tidied, faults
    if get_origin(kind) is tuple and isinstance(value, list):
        pairs = [tidy(v, get_args(kind)[0], (*path, i)) for i, v in enumerate(value)]
        return [v for v, _ in pairs], [f for _, found in pairs for f in found]
    if get_origin(kind) is dict and isinstance(value, dict):
        items = {k: tidy(v, get_args(kind)[1], (*path, k)) for k, v in value.items()}
        return {k: v for k, (v, _) in items.items()}, [f for _, fs in items.values() for f in fs]
    if kind is DayName and type(value) is date:  # written as a date, without quotes
        return value.isoformat(), faults
    if kind in _WORD_ONLY and isinstance(value, int | float):
        right = meant(kind, value)
        code = _WORD_ONLY[kind][0]
        wrong = fault(code, path, value=value, suggestion=right)
        return right or _WORD_ONLY[kind][1], [wrong]
    return value, faults


_WORD_ONLY: dict[Any, tuple[str, Any]] = {
    # pydantic would take a number for seconds since some epoch
    time: ("not_a_time", time(12)),
    date: ("not_a_date", date(2000, 1, 1)),
    datetime: ("not_a_date_time", datetime(2000, 1, 1)),  # noqa: DTZ001 as the file would give it
}


def _strangers(value: dict[str, Any], kind: type, path: Where) -> Iterator[Fault]:
    known = schema_fields(kind)
    strange = [name for name in value if name not in known]
    missing = [name for name, (f, _) in known.items() if required(f) and name not in value]
    for number, name in enumerate(strange):
        free = known.keys() - value.keys() if number < MOST_SUGGESTED else ()
        suggestion = nearest(name, free)
        if not suggestion and len(strange) == len(missing) == 1:
            suggestion = missing[0]
        yield fault(
            "unknown_field",
            (*path, name),
            field=name,
            suggestion=suggestion,
            allowed=tuple(known),
        )


def _days(value: Any, path: Where) -> tuple[Any, list[Fault]]:
    if not isinstance(value, list):
        return value, []
    days: list[int] = []
    faults: list[Fault] = []
    for position, day in enumerate(value):
        short = day.strip().lower()[:3] if isinstance(day, str) else day
        if short in DAYS:
            days.append(DAYS.index(short))
        elif isinstance(day, int) and not isinstance(day, bool) and 0 <= day < len(DAYS):
            days.append(day)
        else:
            right = weekday(str(day))
            days += [DAYS.index(right)] if right else []
            where = (*path, position)
            faults.append(fault("not_a_day", where, value=day, allowed=DAYS, suggestion=right))
    return days, faults


def placeholder(kind: Any) -> Any:
    """Something of that type, to look for further faults in spite of a faulty value."""
    kind = plain(kind)
    allowed = choices(kind)
    if allowed:
        return allowed[0]
    if kind is Duration:
        return Duration(seconds=3600, clock=Clock.ROUND_THE_CLOCK)
    if is_table(kind):
        return {
            name: placeholder(type_)
            for name, (field, type_) in schema_fields(kind).items()
            if required(field)
        }
    if get_origin(kind) is tuple:
        return []
    if get_origin(kind) is dict:
        return {}
    if kind in _WORD_ONLY:
        return _WORD_ONLY[kind][1]
    return {int: 1, bool: False}.get(kind, "?")
