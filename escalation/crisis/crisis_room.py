"""The room of a crisis cell: its own, or for want of one the contract's; who is let in (CRI-4).

The contract's shared room is borrowed where Slack gives the cell none of its own. What belongs to
others there stays as it is: its topic, its members, and the room itself. Suppliers' people are
not let in, for it tells of incidents that are not theirs (Rule CON-2).

A room of the contract's pool serves one cell, since whoever is let in reads all that was ever said
there. It stays open for a while after the cell, and is archived then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.timer_names import crisis as t
from escalation.base.timer_names.crisis import RoomAwaited
from escalation.base.timer_names.timer_name import Timer
from escalation.contract import PROVIDER, Role
from escalation.crisis import sides
from escalation.crisis.presence import call
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.crisis import (
    Brief,
    CrisisClosed,
    InvitationRefused,
    PoolLow,
    RoomNotArchived,
    RoomRefused,
)
from escalation.messages.destinations import crisis_room
from escalation.messages.room_actions import ArchiveRoom, Invite, OpenRoom, SetTopic, Uninvite
from escalation.records.crisis import Crisis, CrisisState, Presence
from escalation.records.incident import Incident

NAME_LIMIT = 80
EXERCISE = {"fr": "exercice", "en": "exercise"}
ROOM_PATIENCE = timedelta(seconds=10)
STAYS_OPEN = timedelta(days=7)  # a room of the pool, after its cell
FEW_ROOMS = 1  # so few left in the pool are too few
SHARED_ROOM = "shared_room"  # why a supplier's person is not let in


# ── opening ──────────────────────────────────────────────────────────────────────────────────


def open_room(context: Context, crisis: Crisis, incident: Incident | None) -> Crisis:
    """Have the cell's channel opened; the members are called with it, or without it after a while.

    One call with the way in is better than two within a second.
    """
    what = OpenRoom(name=room_name(context, crisis, incident))
    context.notify(what, crisis.id, crisis_room(crisis.id))
    return sides.arm(crisis, RoomAwaited(), context.now + ROOM_PATIENCE)


def call_without(context: Context, crisis: Crisis, timer: Timer[RoomAwaited]) -> Crisis:
    """The room is not there yet: nobody waits for it any longer."""
    if crisis.state is not CrisisState.OPEN:
        return sides.disarm(crisis, timer.name)
    return _call_missing(context, crisis)


def _call_missing(context: Context, crisis: Crisis) -> Crisis:
    """Call who is missing; who leads is there already, and gets the way in."""
    again = crisis.alarms.get(RoomAwaited()) is None
    crisis = sides.disarm(crisis, RoomAwaited())
    for member in crisis.members if not crisis.incident_over else ():
        missing = crisis.presence(member) is Presence.MISSING and member.delegate is None
        if missing or crisis.side_led_by(member.person):
            call(context, crisis, member.person, number=member.chased + 1, again=again)
    return crisis


def room_name(context: Context, crisis: Crisis, incident: Incident | None) -> str:
    """A channel name that says which cell it is, and plainly that it is an exercise (CRI-10)."""
    contract = context.contract
    components = {component.id: component.name for component in contract.components}
    about = components.get(incident.component or "") if incident else None
    parts = (
        contract.rooms.crisis_prefix,
        EXERCISE[contract.language] if crisis.exercise else "",
        crisis.id,
        about or crisis.reason,
    )
    return sides.slug(" ".join(parts))[:NAME_LIMIT].rstrip("-")


def room_opened(context: Context, crisis: Crisis, room: str, name: str, left: int | None) -> Crisis:
    """The room is there: topic, brief, card, and everybody is invited. A second time is nothing.

    `left` rooms of the contract's pool are left, where it is one of them.
    """
    if crisis.room is not None:
        return crisis
    pooled = left is not None
    crisis = replace(crisis, room=room, room_name=name, room_refused="", pooled=pooled)
    sides.note(context, crisis, CrisisAction.ROOM_OPENED, room=room, name=name)
    sides.post(context, crisis, SetTopic())  # what it says never changes: it is set once
    if left is not None and left <= FEW_ROOMS:
        sides.notify(context, crisis, PoolLow(left=left), _keepers(context))
    return _moved_in(context, crisis)


def _keepers(context: Context) -> list[str]:
    """List who sees to it that there are rooms: the provider's delivery managers, or stand-ins."""
    holders = context.contract.holders(Role.SERVICE_DELIVERY_MANAGER, PROVIDER)
    named = [holder.id for holder in holders]
    return list(availability.with_stand_ins(context.contract, named, context.now))


def room_refused(context: Context, crisis: Crisis, why: str, room: str, name: str) -> Crisis:
    """No channel of its own: the cell meets in the shared room, or without any.

    Both initiators hear what happened and what to do. A second time is nothing. An exercise is
    not held where people read who take no part in exercises (Rule CRI-10).
    """
    if crisis.exercise:
        room = name = ""
    known = crisis.room is not None or (crisis.room_refused and not room)
    if known or crisis.state is not CrisisState.OPEN:
        return crisis
    crisis = replace(crisis, room=room or None, room_name=name, room_refused=why)
    sides.note(
        context, crisis, CrisisAction.ROOM_REFUSED, why=why, room=room or None, name=name or None
    )
    sides.notify(context, crisis, RoomRefused(), crisis.initiators.values())
    return _moved_in(context, crisis) if room else _call_missing(context, crisis)


def _moved_in(context: Context, crisis: Crisis) -> Crisis:
    """Brief and card are shown, everybody is invited, and called again where they are missing."""
    show_brief(context, crisis)
    sides.show(context, crisis)
    if crisis.state is not CrisisState.OPEN:
        sides.post(context, crisis, CrisisClosed())
        return leave(context, crisis)
    crisis = invite(context, crisis, [member.person for member in crisis.members])
    return _call_missing(context, crisis)


def show_brief(context: Context, crisis: Crisis) -> None:
    """The room's pinned brief: what it is about, who asked, who leads (CRI-4)."""
    sides.post(context, crisis, Brief())


def leave(context: Context, crisis: Crisis) -> Crisis:
    """At the end a room that is not the cell's own is left as it was found: nothing pinned.

    One of the pool is archived after a while: by then the report is out.
    """
    if crisis.borrows_room:
        sides.post(context, crisis, Brief(unpin=True))
    return sides.arm(crisis, t.ArchiveRoom(), context.now + STAYS_OPEN) if crisis.pooled else crisis


def archive(context: Context, crisis: Crisis, timer: Timer[t.ArchiveRoom]) -> Crisis:
    """Nothing more is said in a room of the pool that has served: it is archived."""
    crisis = sides.disarm(crisis, timer.name)
    sides.note(context, crisis, CrisisAction.ROOM_ARCHIVED, room=crisis.room, name=crisis.room_name)
    sides.post(context, crisis, ArchiveRoom())
    return replace(crisis, archived=True)


def not_archived(context: Context, crisis: Crisis, why: str) -> Crisis:
    """Slack does not let the bot archive it: it stays open, and serves no other cell even so."""
    sides.notify(context, crisis, RoomNotArchived(why=why), _keepers(context))
    return replace(crisis, archived=False)


# ── letting in ───────────────────────────────────────────────────────────────────────────────


def invite(context: Context, crisis: Crisis, people: Iterable[str]) -> Crisis:
    """Invite people to the room, all at once, as soon as there is one."""
    if crisis.room is None:
        return crisis
    invited: list[str] = []
    for effect in list(context.decision.effects):
        if isinstance(effect.meaning, Invite) and effect.subject == crisis.id:
            invited += effect.meaning.people
            context.decision.effects.remove(effect)
    for person in people:
        if crisis.borrows_room and _of_a_supplier(context, person):
            crisis = invitation_refused(context, crisis, person, SHARED_ROOM)
        else:
            invited.append(person)
    if invited:
        sides.post(context, crisis, Invite(people=tuple(invited)))
    return crisis


def invitation_refused(context: Context, crisis: Crisis, person: str, why: str) -> Crisis:
    """Tell who could not be let in how to take part, and who leads on their side."""
    member = crisis.member(person)
    if crisis.state is not CrisisState.OPEN or member is None or member.kept_out == why:
        return crisis
    crisis = sides.with_member(crisis, replace(member, kept_out=why))
    sides.note(context, crisis, CrisisAction.INVITATION_REFUSED, person=person, why=why)
    lead = sides.lead_beside(context.contract, crisis, person)
    sides.notify(context, crisis, InvitationRefused(person=person, why=why), [person, lead])
    return crisis


def uninvite(context: Context, crisis: Crisis, person: str) -> None:
    """Take somebody out of the cell's own room; from a borrowed one nobody is put out."""
    if not crisis.borrows_room:
        sides.post(context, crisis, Uninvite(person=person))


def _of_a_supplier(context: Context, person: str) -> bool:
    contract = context.contract
    return contract.knows(person) and contract.person(person).organisation not in sides.SIDES
