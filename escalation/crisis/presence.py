"""Tell who of a crisis cell is there, and call and chase who is not (Rule CRI-4).

While the cell is open every mandated member is present, is represented, or has a timer armed
that will chase them: `watch` keeps it so after every change.
"""

from __future__ import annotations

from datetime import timedelta

from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.timer_names.crisis import MemberChase, RoomAwaited
from escalation.base.timer_names.timer_name import Timer
from escalation.crisis import sides
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.crisis import CrisisCall, CrisisNews, MemberMissing, SoFar
from escalation.records.crisis import Crisis, CrisisState, Member, Presence

CHASES_BEFORE_LEAD = 3
STARTED_LONG_AGO = timedelta(minutes=10)


def call(
    context: Context, crisis: Crisis, person: str, *, number: int, again: bool = False
) -> None:
    """Call somebody to the cell: join, or name a delegate. `number` counts the calls.

    While its room is being opened nobody is called: they are in a moment, with the way in. `again`
    tells the way in alone, to those who were called without one.
    """
    if crisis.alarms.get(RoomAwaited()) is not None:
        return
    message = CrisisCall(
        number=number,
        again=again,
        represents=tuple(m.person for m in crisis.members if m.delegate == person),
        room=crisis.room or "",
        late=context.late_seconds,
    )
    sides.notify(context, crisis, message, [person])


# ── who is there ─────────────────────────────────────────────────────────────────────────────


def joined(context: Context, crisis: Crisis) -> Crisis:
    """Somebody came into the room; who is not on the list is recorded as a visitor (CRI-4).

    A member who comes late is told what has happened so far (Rule CRI-14).
    """
    member = crisis.member(context.actor)
    if member is not None and member.joined_at is None and _late(context, crisis):
        sides.notify(context, crisis, SoFar(), [context.actor])
    return _counted(context, crisis)


def _late(context: Context, crisis: Crisis) -> bool:
    """Tell whether there is something to catch up with."""
    happened = crisis.brief or crisis.resolutions or crisis.actions or crisis.briefings
    opened = crisis.opened_at or context.now
    return crisis.state is CrisisState.OPEN and (
        bool(happened) or context.now - opened >= STARTED_LONG_AGO
    )


def _counted(context: Context, crisis: Crisis) -> Crisis:
    if crisis.state is not CrisisState.OPEN or not context.contract.knows(context.actor):
        return crisis
    member = crisis.member(context.actor)
    if member is None:
        member = Member(person=context.actor, mandated=False, why="visitor")
    elif member.joined_at is not None:
        return crisis
    represents = [m.person for m in crisis.members if m.delegate == context.actor]
    sides.note(
        context, crisis, CrisisAction.MEMBER_JOINED,
        person=context.actor, why=member.why, represents=represents or None,
    )  # fmt: skip
    crisis = sides.with_member(crisis, replace(member, joined_at=context.now, kept_out=""))
    if member.why == "visitor":
        news = CrisisNews(action=CrisisAction.VISITOR_JOINED, person=context.actor)
        sides.post(context, crisis, news)
    sides.show(context, crisis)
    return watch(context, crisis)


def left(context: Context, crisis: Crisis) -> Crisis:
    """Somebody left the room: a mandated member, or one they stood for, is missing again."""
    member = crisis.member(context.actor)
    if crisis.state is not CrisisState.OPEN or member is None or member.joined_at is None:
        return crisis
    sides.note(context, crisis, CrisisAction.MEMBER_LEFT, person=context.actor, why=member.why)
    if member.why == "visitor":
        crisis = replace(crisis, members=tuple(m for m in crisis.members if m != member))
    else:
        crisis = sides.with_member(crisis, replace(member, joined_at=None))
    sides.show(context, crisis)
    return watch(context, crisis)


def acted(context: Context, crisis: Crisis) -> Crisis:
    """Record as there whoever decides or acts in the cell, whatever they pressed (Rule CRI-4)."""
    member = crisis.member(context.actor)
    if member is None or member.why == "visitor":
        return crisis
    return _counted(context, crisis)


def led_by(context: Context, crisis: Crisis, person: str) -> Crisis:
    """Record as there whoever leads, from the moment they do (Rule CRI-4)."""
    member = crisis.member(person)
    if member is None:
        member = Member(person=person, mandated=True, why="initiator")
    joined_at = member.joined_at or context.now
    return sides.with_member(crisis, replace(member, mandated=True, joined_at=joined_at))


# ── chasing ──────────────────────────────────────────────────────────────────────────────────


def watch(context: Context, crisis: Crisis) -> Crisis:
    """Arm a chase for each mandated member who is missing; disarm all others (Rule CRI-4).

    Once the incident is over nobody is chased any more. Where nobody is missing for the first
    time, the room hears that the cell is complete.
    """
    missing = {
        MemberChase(member.person)
        for member in crisis.members
        if member.mandated and crisis.presence(member) is Presence.MISSING
    }
    if not missing and crisis.complete_at is None:
        crisis = replace(crisis, complete_at=context.now)
        sides.note(context, crisis, CrisisAction.COMPLETE)
        sides.post(context, crisis, CrisisNews(action=CrisisAction.COMPLETE))
    awaited = set() if crisis.incident_over else missing
    armed = {name for name in crisis.alarms.names if isinstance(name, MemberChase)}
    crisis = sides.disarm(crisis, *(armed - awaited))
    first = context.calendar.after(context.now, context.contract.crisis.chase_every)
    for name in sorted(awaited - armed, key=str):
        crisis = sides.arm(crisis, name, first)
    return crisis


def chase(context: Context, crisis: Crisis, timer: Timer[MemberChase]) -> Crisis:
    """Call a missing member again, or their delegate; each third time their lead hears of it.

    In the place of a delegate who is away, or gone, the member is called again.
    """
    member = crisis.member(timer.name.person)
    if crisis.state is not CrisisState.OPEN or member is None:
        return sides.disarm(crisis, timer.name)
    member = replace(member, chased=member.chased + 1)
    crisis = sides.with_member(crisis, member)
    sides.note(
        context, crisis, CrisisAction.MEMBER_CHASED,
        person=member.person, number=member.chased, delegate=member.delegate,
        late=context.late_seconds,
    )  # fmt: skip
    called = member.person
    if member.delegate and availability.present(context.contract, member.delegate, context.now):
        called = member.delegate
    call(context, crisis, called, number=member.chased + 1)
    if member.chased % CHASES_BEFORE_LEAD == 0:
        present = availability.present(context.contract, member.person, context.now)
        if called != member.person and present:
            call(context, crisis, member.person, number=member.chased + 1)
        report_missing(context, crisis, member)
    sides.show(context, crisis)
    return sides.again(context, crisis, timer, context.contract.crisis.chase_every)


def report_missing(
    context: Context, crisis: Crisis, member: Member, *, absent: bool = False
) -> None:
    """Tell the lead of a member's side that they are missing; a missing lead's peer hears of it."""
    lead = sides.lead_beside(context.contract, crisis, member.person)
    missing = MemberMissing(person=member.person, chased=member.chased, absent=absent)
    sides.notify(context, crisis, missing, [lead])
