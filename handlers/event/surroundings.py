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
from escalation.records.event import Event, EventState
from escalation.records.incident import Incident
from escalation.records.kinds import EVENT, INCIDENT, PROBLEM
from escalation.records.visibility import on_components
from handlers.words import blocks as b
from handlers.words.texts import Texts

MOST_NAMED = 3
MOST_TOUCHED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """An incident's events and problems, and open incidents of what its component needs."""

    events: tuple[Event, ...] = ()
    because: tuple[Incident, ...] = ()
    problems: tuple[str, ...] = ()


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

    In the room of both firms (`shared`) no problem is named: most who read there may not see it.
    """
    events = [tx.get(EVENT, incident.contract, each) for each in incident.events]
    needed = contract.depends_on(incident.component) if incident.component else ()
    because: list[Incident] = []
    if needed and incident.resolved_at is None and incident.state not in INCIDENT.over:
        found = tx.open_incidents(incident.contract, on_components(needed), limit=MOST_TOUCHED)
        for other in found.shown:
            down = other.resolved_at is None and other.exercise == incident.exercise
            if reader is None:
                known = other.client_informed or not incident.client_informed
            else:
                known = rights.visible(contract, reader, other)
            if down and known and other.id != incident.id and other.component in needed:
                because.append(other)
    problems = tuple(
        each
        for each in incident.problems
        if (not shared if reader is None else _sees(tx, contract, reader, each))
    )
    return Surroundings(
        events=tuple(events), because=tuple(because[:MOST_NAMED]), problems=problems
    )


def _sees(tx: Transaction, contract: Contract, reader: str, problem: str) -> bool:
    return rights.visible(contract, reader, tx.get(PROBLEM, contract.id, problem))


def surrounding_lines(
    around: Surroundings, incident: Incident, contract: Contract, texts: Texts, now: datetime
) -> Iterator[str]:
    """It in words, for the card."""
    for other in around.because:
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
