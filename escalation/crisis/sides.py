"""The crisis cell: what its rules share. Who speaks for whom, who may be reached, and when next.

The rules stand in `request` (asking and answering), `member_list`, `crisis_room`, `presence` (who
is there, chasing), `leads`, `minutes` and `closing`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from escalation.base.durations import Duration
from escalation.base.evolve import replace
from escalation.base.facts import Fact
from escalation.base.journal_actions.journal_action import JournalAction
from escalation.base.refusals import BadValue, NotAllowed, NotFound, NotNow
from escalation.base.timer_names.timer_name import Timer, TimerName
from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.messages.crisis import CrisisCard
from escalation.messages.destinations import crisis_room
from escalation.messages.destinations import person as direct
from escalation.messages.effects import Meaning, Message
from escalation.records.crisis import Crisis, CrisisState, Member

SIDES = (PROVIDER, CLIENT)


def other_side(side: str) -> str:
    """The other firm."""
    return CLIENT if side == PROVIDER else PROVIDER


def side_of(contract: Contract, person: str) -> str:
    """The side a person stands on: their firm; the provider answers for its suppliers."""
    known = contract.recalled(person)
    return CLIENT if known and known.organisation == CLIENT else PROVIDER


def lead_beside(contract: Contract, crisis: Crisis, person: str) -> str:
    """Name who leads on that person's side; where it is they themselves, who leads with them."""
    side = side_of(contract, person)
    lead = crisis.leads[side]
    return crisis.leads[other_side(side)] if lead == person else lead


def speaks_for(crisis: Crisis, person: str) -> str | None:
    """The side this person leads or asked the cell for (Rules CRI-3, CRI-6)."""
    both = [*crisis.leads.items(), *crisis.initiators.items()]
    return next((side for side, who in both if who == person), None)


def willing(contract: Contract, crisis: Crisis, people: Iterable[str]) -> tuple[str, ...]:
    """These people once each; in an exercise only those who agreed to take part (Rule CRI-10)."""
    return tuple(
        each
        for each in dict.fromkeys(people)
        if contract.knows(each) and (not crisis.exercise or contract.person(each).drills)
    )


# ── refusing ─────────────────────────────────────────────────────────────────────────────────


def require_open(crisis: Crisis) -> None:
    """Refuse what needs an open cell."""
    if crisis.state is not CrisisState.OPEN:
        raise NotNow(f"crisis_{crisis.state.value}", id=crisis.id)


def require_person(
    context: Context, crisis: Crisis, person: str, organisation: str | None = None
) -> None:
    """Refuse somebody unknown, of another firm, or who does not take part in exercises."""
    if not context.contract.knows(person):
        raise NotFound("unknown_person", person=person)
    if organisation is not None and context.contract.person(person).organisation != organisation:
        raise BadValue("other_firm", person=person, organisation=organisation)
    if not willing(context.contract, crisis, [person]):
        raise BadValue("no_drills", person=person)


def require_side(context: Context, crisis: Crisis) -> str:
    """The side the caller speaks for as initiator or lead."""
    if (side := speaks_for(crisis, context.actor)) is None:
        raise NotAllowed("not_initiator", id=crisis.id, people=list(crisis.initiators.values()))
    return side


def require_lead(context: Context, crisis: Crisis) -> str:
    """The side the caller leads."""
    if (side := crisis.side_led_by(context.actor)) is None:
        raise NotAllowed("not_lead", id=crisis.id, leads=list(crisis.leads.values()))
    return side


# ── noting and telling ───────────────────────────────────────────────────────────────────────


def note(context: Context, crisis: Crisis, action: JournalAction, /, **facts: Fact) -> None:
    """Put a line in the crisis's timeline."""
    context.record(crisis.id, action, exercise=crisis.exercise or None, **facts)


def note_both(context: Context, crisis: Crisis, action: JournalAction, /, **facts: Fact) -> None:
    """Put a line in the timelines of the crisis and of its incident."""
    note(context, crisis, action, **facts)
    if crisis.incident:
        context.record(
            crisis.incident, action, crisis=crisis.id, exercise=crisis.exercise or None, **facts
        )


def notify(context: Context, crisis: Crisis, message: Message, people: Iterable[str]) -> None:
    """Tell people one by one; an exercise reaches only the willing (Rule CRI-10)."""
    context.notify(message, crisis.id, *map(direct, willing(context.contract, crisis, people)))


def post(context: Context, crisis: Crisis, what: Meaning) -> None:
    """Tell the cell's room, or do it there, once there is one."""
    if crisis.room and not crisis.archived:
        context.notify(what, crisis.id, crisis_room(crisis.id))


def show(context: Context, crisis: Crisis) -> None:
    """Refresh the card in the cell's room."""
    post(context, crisis, CrisisCard())


# ── keeping ──────────────────────────────────────────────────────────────────────────────────


def with_member(crisis: Crisis, member: Member) -> Crisis:
    """The crisis with this member in place of the one of that name, or at the end."""
    if crisis.member(member.person) is None:
        return replace(crisis, members=(*crisis.members, member))
    return replace(
        crisis,
        members=tuple(member if m.person == member.person else m for m in crisis.members),
    )


def arm(crisis: Crisis, name: TimerName, due: datetime) -> Crisis:
    """The crisis with a timer armed."""
    return replace(crisis, alarms=crisis.alarms.set(name, due))


def disarm(crisis: Crisis, *names: TimerName) -> Crisis:
    """The crisis with these timers disarmed."""
    return replace(crisis, alarms=crisis.alarms.clear(*names))


def again(context: Context, crisis: Crisis, timer: Timer[Any], every: Duration) -> Crisis:
    """The crisis with a repeating timer armed for its next beat."""
    return arm(crisis, timer.name, next_repeat(context, timer.due, every))


def slug(text: str) -> str:
    """Lower-case letters, digits and hyphens only, as channel names want them."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
