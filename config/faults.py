"""A fault in a contract file: what it is as data, where it is, and all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Where = tuple[str | int, ...]
"""A place in the file: keys as text, positions in lists as numbers counted from 0."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing to mend. `handlers.faults.words` says it in the reader's language.

    `other` is a second place that the fault depends on, such as the first use of a duplicate.
    `rests_on` are places of which a fault may be the only reason for this one: it is then not told.
    `also` are further lines with the very same fault.
    """

    code: str
    path: Where = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    other: Where | None = None
    other_line: int | None = None
    rests_on: tuple[Where, ...] = ()
    also: tuple[int, ...] = ()
    source: str = ""

    @property
    def place(self) -> str:
        """The dotted path: `people[2].absences[0].stand_in`."""
        return dotted(self.path)


def fault(code: str, path: Where, *, other: Where | None = None, **facts: object) -> Fault:
    """A fault at a place, its line yet to be found."""
    return Fault(code=code, path=path, facts=facts, other=other)


def resting(found: Fault, places: Iterable[Where]) -> Fault:
    """The fault, not to be told where one of these places is faulty: that may be its reason."""
    return replace(found, rests_on=tuple(places))


def dotted(path: Where) -> str:
    """A path as people write it."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def in_reading_order(faults: Iterable[Fault]) -> list[Fault]:
    """By file, then from the top of the file down."""
    return sorted(faults, key=lambda f: (f.source, f.line or 0, f.place, f.code))


_SAME = (
    # codes of faults that are one where they name one and the same thing: it is mended once
    {"unknown_person"},
    {"unknown_firm", "unknown_supplier", "unknown_towards"},
    {"unknown_rota"},
    {"unknown_group"},
    {"unknown_level"},
    {"unknown_ladder"},
    {"unknown_component"},
)


_IN_ONE_LIST = {"key_not_allowed", "not_a_day", "not_a_date"}


def together(faults: Iterable[Fault]) -> list[Fault]:
    """The faults, those that one correction mends as one: their lines, fields or values."""
    found: dict[object, Fault] = {}
    for each in in_reading_order(faults):
        key = _one_with(each) or len(found)
        found[key] = _joined(found[key], each) if key in found else each
    return list(found.values())


def _one_with(each: Fault) -> object:
    """Return what faults have in common that are one; None for one that stands alone."""
    if each.code == "field_missing" or each.code in _IN_ONE_LIST:
        return (each.code, each.path[:-1])
    family = next((n for n, codes in enumerate(_SAME) if each.code in codes), None)
    return (
        None if family is None else (family, str(each.facts.get("value", each.facts.get("person"))))
    )


def _joined(first: Fault, each: Fault) -> Fault:
    if each.code == "field_missing":
        fields = (*_fields(first), *_fields(each))
        one = Fault(code="fields_missing", path=each.path[:-1], facts={"fields": fields})
        return replace(one, line=first.line, source=first.source)
    if each.code in _IN_ONE_LIST:
        both = {
            name: f"{first.facts[name]}, {each.facts[name]}"
            for name in ("value", "suggestion")
            if first.facts[name] and each.facts[name]
        }
        return replace(first, facts={**first.facts, **both})
    if each.line and each.line not in (first.line, *first.also):
        return replace(first, also=(*first.also, each.line))
    return first


def _fields(missing: Fault) -> tuple[object, ...]:
    fields = missing.facts.get("fields")
    return fields if isinstance(fields, tuple) else (missing.facts["field"],)


def from_file(found: Fault, source: str) -> Fault:
    """The fault, saying which file it is in."""
    return replace(found, source=source)


class ContractFaults(Exception):
    """Everything wrong with a contract file, at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_reading_order(faults)
        super().__init__(f"{len(self.faults)} fault(s) in the contract file")

    def __str__(self) -> str:
        """One fault a line, as data; the command line says them in words."""
        return "\n".join(
            f"{f.source or 'contract'}:{f.line or '-'}: {f.place or '(file)'}: {f.code}"
            f" {dict(f.facts)}"
            for f in self.faults
        )


class SettingsFaults(Exception):
    """Everything wrong with the settings, at once; each fault's place is a variable."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(", ".join(f"{f.place}: {f.code}" for f in faults))
