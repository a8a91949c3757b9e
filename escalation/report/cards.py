"""The cards of a report: each concerned has one, which shows what is left to do (Rule REP-3).

A card is posted anew where its reader has something new to do; otherwise it changes in its place,
so that no button stays that has served.
"""

from __future__ import annotations

from collections.abc import Iterable

from escalation.base.evolve import replace
from escalation.contract import Contract
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.destinations import person as direct
from escalation.messages.effects import Message
from escalation.messages.report import ReportCard
from escalation.people import audience
from escalation.records.report import Report


def update_cards(
    context: Context,
    report: Report,
    *,
    anew: Iterable[str] = (),
    withdrawn_from: str | None = None,
) -> Report:
    """Update every card; those `anew` get theirs at the end of what they read.

    So does whoever's approval is withdrawn, and is told who changed the report since.
    """
    first = [person for person in dict.fromkeys((withdrawn_from, *anew)) if person]
    reached: tuple[str, ...] = ()
    for person in first:
        changed_by = context.actor if person == withdrawn_from else ""
        card = ReportCard(anew=True, changed_by=changed_by)
        reached += notify(context, report, card, [person])
    notify(context, report, ReportCard(), (p for p in report.cards if p not in first))
    return replace(report, cards=tuple(dict.fromkeys((*report.cards, *reached))))


def owners(context: Context, report: Report) -> tuple[str, ...]:
    """List who is to write it; while its owner is away, or gone, also whoever stands in.

    Where nobody does, the first incident manager who is there.
    """
    contract, now = context.contract, context.now
    if availability.present(contract, report.owner, now):
        return report.writers
    instead = (report.owner, *audience.incident_managers(contract))
    there = availability.there(contract, instead, now)[:1]
    return tuple(dict.fromkeys((*report.writers, *there)))


def notify(
    context: Context, report: Report, message: Message, people: Iterable[str]
) -> tuple[str, ...]:
    """Tell these people; an exercise reaches only those who agreed to take part."""
    reached = willing(context.contract, dict.fromkeys(people), exercise=report.exercise)
    context.notify(message, report.id, *map(direct, reached))
    return reached


def willing(contract: Contract, people: Iterable[str], *, exercise: bool) -> tuple[str, ...]:
    """These people of the contract; in an exercise, those who agreed to drills (Rule CRI-10)."""
    return tuple(
        p for p in people if contract.knows(p) and (not exercise or contract.person(p).drills)
    )
