"""What whoever opens an incident reads: that it is open, and who is called now (INC-8, INC-18)."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.contract import CLIENT, PROVIDER
from escalation.duty import availability
from escalation.duty.calendars import Calendar
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident
from escalation.records.kinds import Record
from handlers.verbs.verb import Ask
from handlers.words.blocks import plain


def said_open(ask: Ask, record: Record) -> str:
    """That it is open, and what happens next: who is called or told, else what is due."""
    if not isinstance(record, Incident):
        return ""
    title = plain(record.title)
    opened = ask.caller.texts("%(id)s is open: %(title)s", id=record.id, title=title)
    return "\n".join([opened, *(_called(ask, record) or _told(ask, record) or _due(ask, record))])


def _called(ask: Ask, incident: Incident) -> list[str]:
    walks = (walk for walk in incident.walks if walk.active)
    return [line for walk in walks for line in _walk(ask, walk)]


def _walk(ask: Ask, walk: Escalation) -> Iterator[str]:
    texts, contract, me = ask.caller.texts, ask.contract, ask.caller.person.id
    level = contract.ladder(walk.ladder).rungs[walk.rung].level
    called = [side for side in walk.sides if side.pings and not side.acknowledged_by]
    if called and not _may_know(ask):
        yield texts("People of both firms are called now.")
    elif called:
        people = [
            f"{contract.name_of(side.pings[-1].person)} ({contract.party_name(side.side)})"
            for side in called
        ]
        yield texts(
            "Called now at echelon %(level)s, %(name)s: %(people)s.",
            level=level,
            name=plain(contract.echelon(level).name),
            people=plain(texts.listing(people)),
        )
    if any(side.acknowledged_by == me for side in walk.sides):
        yield texts("For your firm it counts as taken by you: you are not called.")


def _told(ask: Ask, incident: Incident) -> list[str]:
    texts, contract = ask.caller.texts, ask.contract
    if incident.on_call_told and not _may_know(ask):
        return [texts("Whoever is on call is told now.")]
    if incident.on_call_told:
        people = plain(texts.listing([contract.name_of(each) for each in incident.on_call_told]))
        return [texts("On call, and told now: %(people)s.", people=people)]
    return []


def _may_know(ask: Ask) -> bool:
    """Whether they may read who is called: the people of the two firms (CON-2)."""
    return ask.firm in {PROVIDER, CLIENT}


def _due(ask: Ask, incident: Incident) -> list[str]:
    """Nobody is called: by when it is to be taken, and from when somebody works (INC-9, CAL-1)."""
    texts, contract, due = ask.caller.texts, ask.contract, incident.acknowledge_due
    if due is None or incident.acknowledged_at:
        return []
    calendar, by = Calendar.of(contract), texts.clock(due, ask.now)
    if calendar.covered(ask.now):
        return [
            texts(
                "Nobody is called for now: the provider's teams see it in Slack, and are to take"
                " it by %(at)s.",
                at=by,
            )
        ]
    post = min(contract.echelons, key=lambda echelon: echelon.level).provider
    if ask.caller.person.id in availability.queue(contract, calendar, post, ask.now)[:1]:
        return [texts("You are on call: please take it by %(at)s, or assign it.", at=by)]
    return [
        texts(
            "Nobody is called now: the provider's teams work again from %(opens)s, and are to take"
            " it by %(at)s.",
            opens=texts.clock(calendar.opens_at(contract.coverage.hours, ask.now), ask.now),
            at=by,
        )
    ]
