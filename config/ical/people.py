"""Find whom an event of a calendar names (Rule ORG-3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.ical.faults import Unreadable
from config.ical.lines import Component
from escalation.contract import Contract
from escalation.contract.names import folded, near, people_named, people_within

_NOT_ON_CALL = {
    "CUTYPE": {"ROOM", "RESOURCE", "GROUP"},
    "ROLE": {"NON-PARTICIPANT"},
    "PARTSTAT": {"DECLINED"},
}
_MAILTO = re.compile(r"^\s*mailto:", re.IGNORECASE)


def person_of(event: Component, contract: Contract, firm: str) -> str:
    """The id of the one person of a firm whom an event names; raises Unreadable."""
    summary = event.text("SUMMARY")
    named = _in_text(summary, contract)
    if len(named) != 1:
        attend = [person for name in _attendees(event) for person in _in_text(name, contract)]
        named = [person for person in attend if person in named] or named or attend
    named = list(dict.fromkeys(named))
    ours = [person for person in named if contract.person(person).organisation == firm]
    if not named:
        close = [
            person.id for person in near(contract.people, summary) if person.organisation == firm
        ]
        raise Unreadable("nobody", suggestion=close)
    if not ours:
        raise Unreadable("another_firm", people=named)
    if len(ours) > 1:
        raise Unreadable("several", people=ours)
    return ours[0]


def _attendees(event: Component) -> Iterator[str]:
    """The e-mail and the name of each who attends."""
    for attendee in event.every("ATTENDEE"):
        said = attendee.parameters
        if any(said.get(name, "").upper() in values for name, values in _NOT_ON_CALL.items()):
            continue
        yield _MAILTO.sub("", attendee.value)
        yield said.get("CN", "")


def _in_text(text: str, contract: Contract) -> list[str]:
    """The people a text names: as a whole; else by an e-mail or name in it; else by an id in it."""
    said, people = folded(text), contract.people
    whole = people_named(contract.people, text, beginnings=False)
    found = (
        [p.id for p in whole]
        or [p.id for p in people if _within(said, p.email)]
        or [p.id for p in people_within(contract, text)]
        or [p.id for p in people if _within(said, p.id)]
    )
    # Where two people share a name, the id in brackets tells which (see `told_apart`).
    return [person_id for person_id in found if f"({folded(person_id)})" in said] or found


def _within(said: str, name: str) -> bool:
    """Return whether an id or an e-mail stands in a folded text as a whole word."""
    return bool(name) and bool(re.search(rf"(?<![\w-]){re.escape(folded(name))}(?![\w-])", said))
