"""What stands around an incident: its events, what it may come from, what it touches.

(Rules EVT-1, CFG-1)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.change_calendar import causes
from escalation.records.change import Change
from escalation.records.event import Event, EventState
from escalation.records.incident import Incident, Origin
from escalation.records.kinds import CHANGE, EVENT, INCIDENT, PROBLEM
from escalation.records.visibility import on_components
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import Texts

MOST_NAMED = 3
MOST_TOUCHED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """An incident's events and problems, and open incidents of what its component needs."""

    events: tuple[Event, ...] = ()
    because: tuple[Incident, ...] = ()
    problems: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    suspects: tuple[Change, ...] = ()


NOTHING = Surroundings()


def surroundings(
    tx: Transaction,
    incident: Incident,
    contract: Contract,
    reader: str | None,
    *,
    shared: bool = False,
) -> Surroundings:
    """What stands around it, of what `reader`, or the rooms that carry its card, may know of.

    In the room of both firms (`shared`) no problem or change is named: most who read there may
    not see it.
    """
    events = [tx.get(EVENT, incident.contract, each) for each in incident.events]
    looked_at = _looked_at(incident, contract)
    because: list[Incident] = []
    if looked_at and incident.resolved_at is None and incident.state not in INCIDENT.over:
        found = tx.open_incidents(incident.contract, on_components(looked_at), limit=MOST_TOUCHED)
        for other in found.shown:
            down = other.resolved_at is None and other.exercise == incident.exercise
            if reader is None:
                known = other.client_informed or not incident.client_informed
            else:
                known = rights.visible(contract, reader, other)
            if other.component == incident.component:
                down = down and _age(other) < _age(incident)
            if down and known and other.id != incident.id and other.component in looked_at:
                because.append(other)
    problems = tuple(
        each
        for each in incident.problems
        if (not shared if reader is None else _sees(tx, contract, reader, each))
    )
    named = () if shared and reader is None else incident.changes
    caused_by = tuple(each for each in named if _knows(tx, contract, reader, each))
    suspects = [
        change
        for change in (() if shared and reader is None else causes(tx, incident))
        if incident.id not in change.incidents and _knows(tx, contract, reader, change.id)
    ]
    return Surroundings(
        events=tuple(events),
        because=tuple(because[:MOST_NAMED]),
        problems=problems,
        changes=caused_by,
        suspects=tuple(suspects),
    )


def _looked_at(incident: Incident, contract: Contract) -> tuple[str, ...]:
    """Where it may come from: what its component needs; for monitoring, the component as well.

    A person who opens one has read, in the form, what is open on it already.
    """
    if incident.component is None:
        return ()
    own = (incident.component,) if incident.origin is Origin.MONITORING else ()
    return (*own, *contract.depends_on(incident.component))


def _age(incident: Incident) -> tuple[datetime, str]:
    return incident.opened_at, incident.id


def _sees(tx: Transaction, contract: Contract, reader: str, problem: str) -> bool:
    return rights.visible(contract, reader, tx.get(PROBLEM, contract.id, problem))


def _knows(tx: Transaction, contract: Contract, reader: str | None, change: str) -> bool:
    """Whether a reader may know of a change; the provider's room does."""
    return reader is None or rights.visible(contract, reader, tx.get(CHANGE, contract.id, change))


def blame_buttons(around: Surroundings, incident: Incident, texts: Texts) -> list[Block]:
    """To say by a click that the likeliest change has caused it (Rule CHG-4)."""
    return [
        b.button(
            texts("Caused by %(id)s", id=change.id),
            "change/link",
            incident.contract,
            change.id,
            incident=incident.id,
        )
        for change in around.suspects[:1]
    ]


def surrounding_lines(
    around: Surroundings, incident: Incident, contract: Contract, texts: Texts, now: datetime
) -> Iterator[str]:
    """It in words, for the card."""
    for other in around.because:
        if other.component == incident.component:
            title = b.plain(other.title, 100)
            yield texts("Open on it already: %(id)s, %(title)s", id=other.id, title=title)
            continue
        yield texts(
            "Probably because of %(id)s (%(component)s): %(title)s",
            id=other.id,
            component=b.plain(contract.component_name(other.component or "")),
            title=b.plain(other.title, 100),
        )
    if incident.component and (touched := contract.needed_by(incident.component)):
        names = [b.plain(contract.component_name(each)) for each in touched[:MOST_TOUCHED]]
        more = ["…"] if len(touched) > MOST_TOUCHED else []
        yield texts("Depends on it: %(names)s", names=texts.listing([*names, *more]))
    for change in around.suspects:
        yield texts(
            "Perhaps caused by %(id)s (%(title)s), carried out at %(at)s",
            id=change.id,
            title=b.plain(change.title, 100),
            at=texts.clock(change.started_at or now, now),
        )
    if around.changes:
        yield texts("Caused by %(id)s", id=", ".join(around.changes))
    if around.problems:
        yield texts("Problem: %(ids)s", ids=", ".join(around.problems))
    if around.events:
        yield counted(around.events, texts, now)


def counted(events: tuple[Event, ...], texts: Texts, now: datetime) -> str:
    """How many events, how many last, and whether all are kept."""
    count, firing = sum(e.count for e in events), sum(e.firing for e in events)
    last = max(e.last_at for e in events)
    words = texts.n("Monitoring: %(n)s event", "Monitoring: %(n)s events", count)
    parts = [words, texts("the last %(at)s", at=texts.clock(last, now))]
    if firing:
        parts.append(texts.n("%(n)s still on", "%(n)s still on", firing))
    elif any(e.clears for e in events) and all(e.state is not EventState.FIRING for e in events):
        parts.append(texts("all have cleared"))
    if beyond := sum(e.beyond for e in events):
        parts.append(
            texts.n("%(n)s only counted, not kept", "%(n)s only counted, not kept", beyond)
        )
    return " · ".join(parts)
