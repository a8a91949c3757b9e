"""Show what stands around an incident: its events, what it may come from, what it touches.

(Rules EVT-1, CFG-1)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.base.refusals import NotFound
from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.change_calendar import causes
from escalation.perform.finding import NUMBER
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
MOST_LOOKED_AT = 20
SAME_WITHIN = timedelta(hours=4)  # what people open on a component so soon is likely the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """An incident's events and problems, and open incidents of what its component needs."""

    events: tuple[Event, ...] = ()
    because: tuple[Incident, ...] = ()
    problems: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    suspects: tuple[Change, ...] = ()
    comes_from: str = ""  # the change that whoever opened it named


NOTHING = Surroundings()


def surroundings(
    tx: Transaction,
    incident: Incident,
    contract: Contract,
    reader: str | None,
    *,
    shared: bool = False,
) -> Surroundings:
    """Find what stands around it, of what `reader`, or the rooms that carry its card, may know of.

    In the room of both firms (`shared`) no problem or change is named: most who read there may
    not see it.
    """
    events = [tx.get(EVENT, incident.contract, each) for each in incident.events]
    own: list[Incident] = []
    because: list[Incident] = []
    if incident.component and incident.resolved_at is None and incident.state not in INCIDENT.over:
        looked_at = on_components((incident.component, *contract.depends_on(incident.component)))
        found = tx.open_incidents(incident.contract, looked_at, limit=MOST_LOOKED_AT)
        for other in found.shown:
            down = other.resolved_at is None and other.exercise == incident.exercise
            if reader is None:
                known = other.client_informed or not incident.client_informed
            else:
                known = rights.visible(contract, reader, other)
            if not down or not known or other.id == incident.id:
                continue
            if other.component != incident.component:
                because.append(other)
            elif _likely_the_same(other, incident):
                own.append(other)
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
        because=(*own[:1], *because)[:MOST_NAMED],
        problems=problems,
        changes=caused_by,
        suspects=tuple(suspects),
        comes_from=_comes_from(tx, incident, contract, reader, shared=shared),
    )


def _likely_the_same(other: Incident, incident: Incident) -> bool:
    """Tell whether an earlier one of its component is likely the same trouble.

    Of monitoring always; of people, who have read of it in the form, where it is hours old at most.
    """
    soon = incident.opened_at - other.opened_at <= SAME_WITHIN
    return _age(other) < _age(incident) and (soon or incident.origin is Origin.MONITORING)


def _age(incident: Incident) -> tuple[datetime, str]:
    return incident.opened_at, incident.id


def _sees(tx: Transaction, contract: Contract, reader: str, problem: str) -> bool:
    return rights.visible(contract, reader, tx.get(PROBLEM, contract.id, problem))


def _comes_from(
    tx: Transaction, incident: Incident, contract: Contract, reader: str | None, *, shared: bool
) -> str:
    """The change that it was said to come of when it opened, in whatever tool that is kept."""
    named = incident.change
    if named in incident.changes or contract.changes is None or not NUMBER.fullmatch(named):
        return "" if named in incident.changes else named
    if shared and reader is None:
        return ""
    try:
        return named if _knows(tx, contract, reader, named) else ""
    except NotFound:  # opened while the contract had no changes: a number of another tool
        return named


def _knows(tx: Transaction, contract: Contract, reader: str | None, change: str) -> bool:
    """Tell whether a reader may know of a change; the provider's room does."""
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


def open_already(other: Incident, texts: Texts) -> str:
    """Say that another one is open on the same component."""
    title = b.plain(other.title, 100)
    return texts("Open on it already: %(id)s, %(title)s", id=other.id, title=title)


def merge_button(other: Incident, incident: Incident, texts: Texts) -> Block:
    """To say by a click that an incident duplicates another (Rule INC-4)."""
    label = texts("Merge into %(id)s", id=other.id)
    return b.button(label, "incident/merge", incident.contract, incident.id, into=other.id)


def surrounding_lines(
    around: Surroundings, incident: Incident, contract: Contract, texts: Texts, now: datetime
) -> Iterator[str]:
    """It in words, for the card."""
    for other in around.because:
        if other.component == incident.component:
            yield open_already(other, texts)
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
    if around.comes_from:
        yield texts("Comes from the change: %(id)s", id=b.plain(around.comes_from, 100))
    if around.changes:
        yield texts("Caused by %(id)s", id=", ".join(around.changes))
    if around.problems:
        yield texts("Problem: %(ids)s", ids=", ".join(around.problems))
    if around.events:
        yield counted(around.events, texts, now)


def counted(events: tuple[Event, ...], texts: Texts, now: datetime) -> str:
    """Say how many events, how many last, and whether all are kept."""
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
