"""Words for the changes between two versions of a contract (Rule ORG-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from typing import Any

from escalation.base.durations import Duration
from escalation.contract import Contract, Criticality
from escalation.contract.names import told_apart
from handlers.contract.differences import Difference, differences
from handlers.contract.fields import field_words
from handlers.words.shared.priorities import CRITICALITIES
from handlers.words.texts import Texts, msg

AT_ONCE = msg("At once, for running records too:")
BOTH = msg("At once for whom to call; the clocks of running records go on by the hours of before:")
FROM_NOW_ON = msg(
    "For what opens from then on; what is running goes on as before, until replanned:"
)


def change_words(old: Contract, new: Contract, texts: Texts) -> list[str]:
    """Tell what changes, and for which records, line by line; nothing where nothing does."""
    found = differences(old, new)
    of_hours = [each for each in found if each.both]
    at_once = [each for each in found if each.at_once and not each.both]
    later = [each for each in found if not (each.at_once or each.both)]
    lines: list[str] = []
    for head, group in ((AT_ONCE, at_once), (BOTH, of_hours), (FROM_NOW_ON, later)):
        if group:
            lines += [texts(head), *_lines(group, old, new, texts)]
    return lines


def version_words(before: Contract, after: Contract, texts: Texts) -> list[str]:
    """Both versions by their names, and what changes between them."""
    facts = {"contract": after.id, "old": before.version[:8], "new": after.version[:8]}
    texts = Texts(texts.language, after.zone)
    if lines := change_words(before, after, texts):
        return [texts("%(contract)s: from version %(old)s to %(new)s", **facts), *lines]
    return [texts("%(contract)s: nothing changes for anybody (%(old)s, %(new)s).", **facts)]


def kept_words(opened: Contract, now: Contract, texts: Texts, most: int) -> list[str]:
    """Tell what a replan would bring to a record of that version: so many lines of it."""
    found = [each for each in differences(opened, now) if not each.at_once]
    lines = [_line(each, opened, now, texts) for each in found[:most]]
    if (rest := len(found) - most) > 0:
        lines.append(texts.n("and %(n)s more change", "and %(n)s more changes", rest))
    return lines


def _lines(found: Iterable[Difference], old: Contract, new: Contract, texts: Texts) -> list[str]:
    """Each change; what its field means stands beneath it where it is first met."""
    lines, met = [], set()
    for each in found:
        lines.append(f"  {_line(each, old, new, texts)}")
        field = each.table, each.field
        if field not in met and (means := field_words(*field, texts)):
            lines.append(f"      {means}")
        met.add(field)
    return lines


def _line(found: Difference, old: Contract, new: Contract, texts: Texts) -> str:
    place = ".".join(found.path)
    before, after = _value(found.old, old, texts), _value(found.new, new, texts)
    if found.old is None:
        return texts("%(place)s is new: %(value)s", place=place, value=after)
    if found.new is None:
        return texts("%(place)s is removed: %(value)s", place=place, value=before)
    return texts("%(place)s: %(before)s → %(after)s", place=place, before=before, after=after)


NOTHING = "—"


def _value(value: Any, contract: Contract, texts: Texts) -> str:
    """A value as the file means it: people by their names, lengths with their clock."""
    if value in (None, "", ()):
        return NOTHING
    for kind, words in _WORDS.items():
        if isinstance(value, kind):
            return words(value, texts)
    if isinstance(value, Mapping):
        each = (f"{key} = {_value(one, contract, texts)}" for key, one in value.items())
        return ", ".join(each)
    if isinstance(value, tuple | list):
        return ", ".join(_value(one, contract, texts) for one in value)
    if is_dataclass(value):
        return _entry(value, contract, texts)
    if isinstance(value, str) and contract.knows(value):
        return told_apart(contract.people, contract.person(value))
    return str(value)


_WORDS: dict[type, Callable[[Any, Texts], str]] = {
    bool: lambda value, texts: texts("Yes") if value else texts("No"),
    Duration: lambda value, texts: texts.length(value),
    datetime: lambda value, texts: texts.instant(value),
    date: lambda value, texts: texts.date(value),
    time: lambda value, _texts: f"{value:%H:%M}",
    Criticality: lambda value, texts: texts(CRITICALITIES[value.value]),
}


def _entry(entry: Any, contract: Contract, texts: Texts) -> str:
    """An entry by its name; one that has none, by what stands in it."""
    if name := getattr(entry, "name", ""):
        return str(name)
    said = {each.name: getattr(entry, each.name) for each in fields(entry)}
    return _value(
        {key: each for key, each in said.items() if each not in (None, ())}, contract, texts
    )
