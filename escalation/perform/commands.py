"""Carrying out any command, and firing any due timer: each in one transaction, once.

Load → contract → right → step → save (design, decision 3). What each practice does stands in its
own module; this is the one table of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.base.declared import table
from escalation.base.refusals import NotAllowed
from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.people import audience, rights
from escalation.perform import hearing
from escalation.perform.finding import find
from escalation.perform.meetings import MEETINGS, follow
from escalation.perform.practice import SLACK_SAYS, carry_out
from escalation.perform.rights import PRACTICES
from escalation.perform.saving import save
from escalation.records.incident import Incident
from escalation.records.kinds import Record

_OF = table(dict.fromkeys(practice.commands, practice) for practice in PRACTICES)
_TIMERS = table(practice.timers for practice in PRACTICES)


def perform(tx: Transaction, command: Command, now: datetime) -> Record:
    """Carry out a command and return the record it led to.

    A second command of the same key changes nothing. Raises a Refusal: then nothing is saved.
    """
    if command.key and (outcome := tx.outcome_of(command.key)) is not None:
        return find(tx, command.contract, outcome)
    contract = tx.contract(command.contract)
    if command.by != ESCALADE and not contract.knows(command.by):
        contacts = [person.name for person in audience.help_desk(contract)]
        raise NotAllowed("unknown_person", contacts=contacts)
    practice = _OF[type(command)]
    step = practice.commands[type(command)]
    subject = practice.subject(tx, command)
    if subject is not None and not step.in_force:
        contract = contract_of(tx, subject)
    if not (step.happened and command.source == SLACK_SAYS):
        rights.require(contract, command.by, step.may, subject, at=now, command=command)
    context = Context(now=now, contract=contract, actor=command.by, source=command.source)
    record: Record = carry_out(step.do, tx, context, subject, command)
    if isinstance(record, Incident):
        hearing.spread(tx, context, record)
    if (meeting := MEETINGS.get(type(command))) is not None:
        record = carry_out(meeting, tx, context, record, command)
    record = follow(tx, context, subject, record)
    save(tx, context, record)
    if command.key:
        tx.remember(command.key, record.id)
    return record


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    """A timer row that came due."""

    contract: str
    subject: str
    name: str
    due: datetime
    generation: int


def fire(tx: Transaction, due: DueTimer, now: datetime) -> bool:
    """Fire one timer; False, and nothing is done, where it is past (Rule ESC-7)."""
    record = find(tx, due.contract, due.subject)
    armed_timer = record.alarms.get(due.name)
    if armed_timer is None or armed_timer.generation != due.generation:
        return False
    contract = contract_of(tx, record)
    late = max(now - armed_timer.due, timedelta(0))
    context = Context(now=now, contract=contract, late=late, clock=armed_timer.clock)
    timer = armed_timer.timer
    after = carry_out(_TIMERS[type(timer.name)], tx, context, record, timer)
    if (meeting := MEETINGS.get(type(timer.name))) is not None:
        after = carry_out(meeting, tx, context, after, timer)
    if isinstance(after, Incident):
        hearing.spread(tx, context, after)
    save(tx, context, follow(tx, context, record, after))
    return True
