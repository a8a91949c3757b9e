"""Use cases of incidents (Rules INC-1 to INC-11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from escalation import authority, ending, ladder, life, opening, targets, typed, verification
from escalation import commands as c
from escalation.alarms import Alarm
from escalation.evolve import replace
from escalation.incident import Incident
from escalation.kinds import INCIDENT, Record
from escalation.ports import Transaction
from escalation.refusals import BadValue
from escalation.turn import Turn
from escalation.usecases import reports
from escalation.usecases.saving import save

C = TypeVar("C", bound=c.OnIncident)
Step = Callable[[Turn, Incident, C], Incident]

RINGS: dict[str, Callable[[Turn, Incident, Alarm], Incident]] = {
    "ladder": ladder.ring,
    "target": targets.ring,
    "verify": life.ring,
}


def open_incident(tx: Transaction, turn: Turn, command: c.OpenIncident) -> Incident:
    """Open an incident (Rule INC-1)."""
    authority.require(turn, command)
    return opening.open_incident(turn, tx.next_id(command.contract, INCIDENT.prefix), command)


def on_incident(step: Step[C]) -> Callable[[Transaction, Turn, C], Incident]:
    """The use case of a step in an incident's life, under the contract it opened with."""

    def deed(tx: Transaction, turn: Turn, command: C) -> Incident:
        return step(turn, load(tx, turn, command), command)

    return deed


def load(tx: Transaction, turn: Turn, command: c.OnIncident) -> Incident:
    """The incident, its contract on the turn, and the caller's right to the command."""
    incident = tx.get(INCIDENT, command.contract, command.incident)
    turn.contract = tx.contract_version(incident.contract, incident.contract_version)
    authority.require(turn, command, incident)
    return incident


def assign(turn: Turn, incident: Incident, command: c.AssignIncident) -> Incident:
    """Assign to a person, bring in a support group, or both (Rule ORG-4)."""
    if not command.person and not command.group:
        raise BadValue("assignee_missing")
    if command.person:
        incident = life.assign(turn, incident, command.person)
    return life.bring_in(turn, incident, command.group) if command.group else incident


def verify(turn: Turn, incident: Incident, command: c.VerifyIncident) -> Incident:
    """The requester says whether it is fixed (Rule INC-5)."""
    if command.fixed:
        return verification.verify(turn, incident, command.note)
    return life.reopen(turn, incident, command.note)


def close(tx: Transaction, turn: Turn, command: c.CloseIncident) -> Incident:
    """Close, and draft the report that is owed (Rules INC-5, REP-1, REP-2)."""
    incident = verification.close(turn, load(tx, turn, command), command.note)
    # Saved first, so that the draft reads the closing in the timeline.
    save(tx, turn, incident)
    incident = tx.get(INCIDENT, incident.contract, incident.id)
    report = reports.draft_for(tx, turn, incident=incident, crisis=None)
    return incident if report is None else replace(incident, report=report.id)


def merge(tx: Transaction, turn: Turn, command: c.MergeIncident) -> Incident:
    """Say that an incident duplicates another, which notes it (Rule INC-4)."""
    incident = load(tx, turn, command)
    original = tx.get(INCIDENT, command.contract, command.into)
    incident, original = ending.merge(turn, incident, original)
    tx.put(original)
    return incident


def replan(tx: Transaction, turn: Turn, command: c.ReplanIncident) -> Incident:
    """Move an incident to the contract now in force (design, decision 7)."""
    incident = tx.get(INCIDENT, command.contract, command.incident)
    authority.require(turn, command, incident)
    return life.replan(turn, incident, command.reason)


def answer(tx: Transaction, turn: Turn, record: Incident, alarm: Alarm) -> None:
    """Answer a due alarm of an incident, and save."""
    save(tx, turn, RINGS[alarm.name.partition("/")[0]](turn, record, alarm))


DEEDS: dict[type[c.Command], Callable[[Transaction, Turn, Any], Record]] = {
    c.OpenIncident: open_incident,
    c.TakeIncident: on_incident(lambda turn, incident, _: life.take(turn, incident)),
    c.AssignIncident: on_incident(assign),
    c.AddNote: on_incident(lambda turn, incident, x: life.note(turn, incident, x.text)),
    c.SetPriority: on_incident(opening.set_priority),
    c.WaitFor: on_incident(
        lambda turn, incident, x: life.wait(turn, incident, x.waiting_for, x.reason)
    ),
    c.ResumeWork: on_incident(lambda turn, incident, x: life.resume(turn, incident, x.note)),
    c.ForeseeDelay: on_incident(
        lambda turn, incident, x: life.foresee_delay(turn, incident, x.reason)
    ),
    c.ResolveIncident: on_incident(
        lambda turn, incident, x: life.resolve(
            turn, incident, cause_gone=x.cause_gone, cure=x.cure, cause=x.cause
        )
    ),
    c.VerifyIncident: on_incident(verify),
    c.CloseIncident: close,
    c.ReopenIncident: on_incident(
        lambda turn, incident, x: life.reopen(turn, incident, typed.required(x.reason))
    ),
    c.MergeIncident: merge,
    c.CancelIncident: on_incident(
        lambda turn, incident, x: ending.cancel(turn, incident, x.reason)
    ),
    c.ReplanIncident: replan,
}
