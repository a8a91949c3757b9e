"""Recording what the dispatcher delivered, or could not: who was reached when (Rule INC-10)."""

from __future__ import annotations

from escalation.base.journal_actions.message import MessageAction
from escalation.contract import CLIENT
from escalation.crisis import crisis_room as room_rules
from escalation.decision.commands.delivery import RecordDelivery
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.ladder.rung import reachable
from escalation.ladder.unreached import Outcome, unreached
from escalation.messages.destinations import PROVIDER_ROOM, SHARED_ROOM, Destination, crisis_room
from escalation.messages.destinations import person as to_person
from escalation.messages.ladder import Ping
from escalation.messages.room_actions import ArchiveRoom, OpenRoom
from escalation.messages.undelivered import NotTold
from escalation.people import roles as w
from escalation.perform.finding import find
from escalation.perform.practice import Practice, Reads, Step
from escalation.records.cover import Cover
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.incident import Incident
from escalation.records.kinds import Record
from escalation.records.report import Report


def _record_delivery(
    tx: Transaction, context: Context, record: Record, command: RecordDelivery
) -> Record:
    """Put in the journal that a message reached its conversation, or why it could not.

    Where no way is left, the record's room is told, once, and a call goes to the next person at
    once (Rules ESC-5, ESC-8). That a notice of this kind fails raises no other. A room that cannot
    be opened, or archived, is told of in words of its own (Rule CRI-4).
    """
    lost = not command.delivered and (
        not command.otherwise and not isinstance(command.meaning, NotTold)
    )
    told = lost and _told_before(tx, command)
    context.record(
        command.subject,
        MessageAction.DELIVERED if command.delivered else MessageAction.UNDELIVERED,
        topic=command.meaning.topic,
        to=str(command.to),
        why=command.why or None,
        way=command.way or None,
    )
    if not lost:
        return record
    if isinstance(command.meaning, OpenRoom) and isinstance(record, Crisis):
        return room_rules.room_refused(context, record, command.why, "", "")
    if isinstance(command.meaning, ArchiveRoom) and isinstance(record, Crisis):
        return room_rules.not_archived(context, record, command.why)
    who = command.to.person
    outcome: Outcome | None = None
    if isinstance(command.meaning, Ping) and isinstance(record, Incident) and who:
        record, outcome = unreached(context, record, who, command.meaning, why=command.why)
    if outcome is not None or not told:
        _tell(context, record, command, outcome or Outcome(), room=not told)
    return record


def _told_before(tx: Transaction, command: RecordDelivery) -> bool:
    """Tell whether an earlier message of this record could not reach the same destination."""
    return any(
        line.facts.get("to") == str(command.to)
        for line in tx.newest(command.contract, command.subject, {MessageAction.UNDELIVERED})
    )


def _tell(
    context: Context, record: Record, command: RecordDelivery, outcome: Outcome, *, room: bool
) -> None:
    """Tell the record's room and, of a call, whoever the contract names for that case."""
    contract, named = context.contract, context.contract.escalation.unreachable
    places = [_room(context, record, command.to)] if room else []
    calling = isinstance(command.meaning, Ping)
    if (calling or command.to in places) and named and contract.knows(named):
        willing = not isinstance(record, Incident) or reachable(context, record, named)
        places += [to_person(named)] if willing else []
    message = NotTold(
        whom=command.to,
        about=command.meaning.topic,
        why=command.why,
        next=outcome.next_person or "",
        climbed=outcome.climbed,
    )
    others = (place for place in places if place != command.to)
    context.notify(message, record.id, *others, urgent=calling)


def _room(context: Context, record: Record, to: Destination) -> Destination:
    """Find where to say that a message did not arrive: to those alone who know of the record."""
    if isinstance(record, Crisis):
        standing = record.room and record.state is not CrisisState.CLOSED
        return crisis_room(record.id) if standing else to_person(record.asked_by)
    if isinstance(record, Report):
        return to_person(record.owner)
    if isinstance(record, Cover):
        return to_person(record.asked_by)
    if not isinstance(record, Incident):
        return PROVIDER_ROOM
    knows = context.contract.knows(to.person)
    of_client = knows and context.contract.person(to.person).organisation == CLIENT
    return SHARED_ROOM if of_client and record.client_informed else PROVIDER_ROOM


PRACTICE = Practice(
    subject=lambda tx, command: find(tx, command.contract, command.subject),
    commands={RecordDelivery: Step(may=(w.NOBODY,), do=Reads(_record_delivery))},
)
