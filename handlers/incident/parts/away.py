"""Tell who of a rung is not called, being away: named where one would ask why (CON-5, ORG-3)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import Contract
from escalation.duty import availability
from escalation.duty.calendars import Calendar
from escalation.ladder.rung import post, rung_of
from escalation.records.escalation import Escalation, SideCalls
from handlers.words import blocks as b
from handlers.words.texts import Texts


def away_lines(
    escalation: Escalation, side: SideCalls, contract: Contract, texts: Texts, now: datetime
) -> list[str]:
    """Say who of a side is passed over until when, and who stands in; nothing once it is taken."""
    if side.acknowledged_by:
        return []
    named = post(contract, rung_of(contract, escalation), side.side)
    on_duty = availability.on_duty(contract, Calendar.of(contract), named, now)
    people = [
        away_words(contract, who, texts, now)
        for who in dict.fromkeys((*on_duty, *named.people))
        if contract.knows(who) and not availability.present(contract, who, now)
    ]
    return [texts("Away, and not called: %(names)s", names=texts.listing(people))] if people else []


def away_words(contract: Contract, who: str, texts: Texts, now: datetime) -> str:
    """Say who is away, until when, and who stands in."""
    today = now.astimezone(contract.zone).date()
    absences = contract.person(who).absences
    last = max((each.last for each in absences if each.first <= today <= each.last), default=today)
    instead = availability.stand_in(contract, who, now)
    facts = {"name": b.plain(contract.name_of(who)), "day": texts.date(last)}
    if instead is None:
        return texts("%(name)s (until %(day)s)", **facts)
    other = b.plain(contract.name_of(instead))
    return texts("%(name)s (until %(day)s; %(other)s stands in)", other=other, **facts)
