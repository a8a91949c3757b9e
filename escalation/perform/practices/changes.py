"""The change practice: its steps and its timers (Rules CHG-1 to CHG-6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.refusals import NotFound, NotNow
from escalation.base.timer_names import change as t
from escalation.change import approving, asking, carrying_out, causing, new_version, turns
from escalation.change.clashes import others_in
from escalation.change.looking import accept_risk, accepted_by
from escalation.change.parts import (
    CHANGE_APPROVER,
    CHANGE_CALLED,
    CHANGE_CARRIER,
    CHANGE_MANAGER,
    CHANGE_PLANNER,
    CHANGE_REQUESTER,
    CHANGE_STUDENT,
)
from escalation.decision.commands import change as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.people import roles as w
from escalation.perform.change_calendar import circumstances
from escalation.perform.finding import duplicates
from escalation.perform.finding import original as original_of
from escalation.perform.practice import Practice, Reads, Step
from escalation.records.change import Change, Need
from escalation.records.incident import Incident
from escalation.records.kinds import CHANGE, INCIDENT, PROBLEM, kind_of_id


def _subject(tx: Transaction, command: Command) -> Change | None:
    if not isinstance(command, c.OnChange):
        return None
    return tx.get(CHANGE, command.contract, command.change)


def _request(tx: Transaction, context: Context, _: None, command: c.RequestChange) -> Change:
    """Ask for a change (Rule CHG-1)."""
    if context.contract.changes is None:
        raise NotNow("no_changes")
    kind = kind_of_id(command.born_of)
    if kind in {INCIDENT, PROBLEM}:
        record = tx.get(kind, command.contract, command.born_of)
        if not rights.visible(context.contract, context.actor, record):
            raise kind.not_found(record.id)
    elif command.born_of and command.born_of not in context.contract.changes.born_of:
        raise NotFound("unknown_source", given=command.born_of)
    return asking.request(context, tx.next_id(command.contract, CHANGE.prefix), command)


def _again(tx: Transaction, context: Context, change: Change, _: c.DoChangeAgain) -> Change:
    """Ask again for what was not carried out, or did not succeed."""
    if context.contract.changes is None:
        raise NotNow("no_changes")
    before, after = asking.again(context, tx.next_id(change.contract, CHANGE.prefix), change)
    tx.put(before)
    return after


def _plan(tx: Transaction, context: Context, change: Change, command: c.PlanChange) -> Change:
    """Say when it is carried out, beside all that it may clash with (Rule CHG-4)."""
    around = circumstances(tx, change.contract, context.now, context.actor).beside(change.id)
    after = carrying_out.plan(context, change, command, around)
    _tell_others(tx, context, after, after.accepted)
    return after


def _start(tx: Transaction, context: Context, change: Change, command: c.StartChange) -> Change:
    """Begin, unless something has come up since that it clashes with (Rule CHG-4)."""
    around = circumstances(tx, change.contract, context.now, context.actor).beside(change.id)
    after = carrying_out.start(context, change, command.despite, around)
    _tell_others(tx, context, after, set(after.accepted) - set(change.accepted))
    return after


def _prolong(tx: Transaction, context: Context, change: Change, command: c.ProlongChange) -> Change:
    """Say that it goes on; whoever carries out what it clashes with is told (ESC-9, CHG-4)."""
    around = circumstances(tx, change.contract, context.now, context.actor).beside(change.id)
    after = carrying_out.prolong(context, change, command, around)
    _tell_others(tx, context, after, set(after.accepted) - set(change.accepted))
    return after


def _look_again(
    tx: Transaction, context: Context, change: Change, _: c.LookAtChangeAgain
) -> Change:
    """Look at it under the version of the contract that is now in force (Rule ORG-10)."""
    around = circumstances(tx, change.contract, context.now, None).beside(change.id)
    return new_version.look_again(context, change, around)


def _approve(tx: Transaction, context: Context, change: Change, command: c.ApproveChange) -> Change:
    """Give one's approvals; with an extra risk, what the change clashes with (Rule CHG-6)."""
    looked = change
    if Need.URGENT in approving.theirs(context, change, context.actor):
        around = circumstances(tx, change.contract, context.now, context.actor).beside(change.id)
        looked = accept_risk(context, change, around)
    after = approving.approve(context, looked, command)
    _tell_others(tx, context, after, set(after.accepted) - set(change.accepted))
    return after


def _tell_others(tx: Transaction, context: Context, after: Change, news: Iterable[str]) -> None:
    """Tell those who carry out the changes that one is knowingly carried out beside."""
    for other, kind in others_in(sorted(news)):
        beside = tx.get(CHANGE, after.contract, other)
        theirs = replace(context, contract=contract_of(tx, beside))
        tx.put(accepted_by(theirs, beside, kind, after))


def _link(
    tx: Transaction, context: Context, change: Change, command: c.LinkCausedIncident
) -> Change:
    """Say that it has caused an incident; a duplicate stands for its original (Rule CHG-4)."""
    causing.require_earlier(change, tx.get(INCIDENT, command.contract, command.incident))
    incident = original_of(tx, command.contract, command.incident)
    change, incident = causing.link(context, change, incident)
    tx.put(incident)
    return change


def pass_on(tx: Transaction, context: Context, duplicate: Incident, original_id: str) -> None:
    """Name what has caused a duplicate on its original too (Rule INC-X)."""
    for change, theirs in _causes(tx, context, duplicate):
        if original_id not in change.incidents:
            original = tx.get(INCIDENT, duplicate.contract, original_id)
            for each in causing.link(theirs, change, original, duplicate=duplicate.id):
                tx.put(each)


def take_back(
    tx: Transaction, context: Context, parted: Incident, original_id: str, reason: str
) -> None:
    """Take back what only a merge that is undone said of the original (Rule INC-X).

    What has caused another duplicate of it has caused it still.
    """
    merged = duplicates(tx, tx.get(INCIDENT, parted.contract, original_id))
    others = [change for each in merged if each.id != parted.id for change in each.changes]
    for change, theirs in _causes(tx, context, parted):
        lines = tx.newest(parted.contract, original_id, {ChangeAction.CAUSED})
        last = next((line for line in lines if line.facts["change"] == change.id), None)
        joined = last is not None and "duplicate" in last.facts
        if joined and original_id in change.incidents and change.id not in others:
            original = tx.get(INCIDENT, parted.contract, original_id)
            for each in causing.unlink(theirs, change, original, reason):
                tx.put(each)


def _causes(
    tx: Transaction, context: Context, incident: Incident
) -> Iterator[tuple[Change, Context]]:
    """The changes that have caused it, each with the contract that it runs under."""
    for change in (tx.get(CHANGE, incident.contract, each) for each in incident.changes):
        yield change, replace(context, contract=contract_of(tx, change))


def _unlink(
    tx: Transaction, context: Context, change: Change, command: c.UnlinkCausedIncident
) -> Change:
    """Take the link away again, with the reason."""
    incident = tx.get(INCIDENT, command.contract, command.incident)
    change, incident = causing.unlink(context, change, incident, command.reason)
    tx.put(incident)
    return change


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.RequestChange: Step(may=(w.OF_PROVIDER, w.OF_CLIENT), do=Reads(_request)),
        c.ClassifyChange: Step(may=(CHANGE_MANAGER,), do=asking.classify),
        c.AssignStudy: Step(
            may=(CHANGE_MANAGER,),
            do=lambda context, change, x: approving.assign_study(context, change, x.person, x.due),
        ),
        c.RecordStudy: Step(may=(CHANGE_MANAGER, CHANGE_STUDENT), do=approving.record_study),
        c.ApproveChange: Step(
            may=(CHANGE_APPROVER,),
            do=Reads(_approve),
        ),
        c.RejectChange: Step(
            may=(CHANGE_MANAGER, CHANGE_APPROVER),
            do=approving.reject,
        ),
        c.PlanChange: Step(
            may=(CHANGE_MANAGER, CHANGE_PLANNER),
            do=Reads(_plan),
        ),
        c.StartChange: Step(
            may=(CHANGE_CARRIER, CHANGE_MANAGER),
            do=Reads(_start),
        ),
        c.ProlongChange: Step(
            may=(CHANGE_CARRIER, CHANGE_MANAGER, CHANGE_CALLED),
            do=Reads(_prolong),
        ),
        c.EndChange: Step(
            may=(CHANGE_CARRIER, CHANGE_MANAGER),
            do=lambda context, change, x: carrying_out.end(context, change, x.result, x.reason),
        ),
        c.LinkCausedIncident: Step(may=(w.OF_PROVIDER,), do=Reads(_link)),
        c.UnlinkCausedIncident: Step(may=(CHANGE_MANAGER,), do=Reads(_unlink)),
        c.CloseChange: Step(
            may=(CHANGE_MANAGER,),
            do=lambda context, change, x: carrying_out.close(context, change, x.note),
        ),
        c.LookAtChangeAgain: Step(may=(w.NOBODY,), do=Reads(_look_again)),
        c.DoChangeAgain: Step(
            may=(CHANGE_REQUESTER, CHANGE_CARRIER, CHANGE_MANAGER), do=Reads(_again), in_force=True
        ),
        c.WithdrawChange: Step(
            may=(CHANGE_REQUESTER, CHANGE_MANAGER),
            do=lambda context, change, x: carrying_out.withdraw(context, change, x.reason),
        ),
    },
    timers={
        t.ChangeTurn: turns.remind,
        t.WindowNear: turns.near,
        t.WindowOpens: turns.opens,
        t.WindowOver: turns.over,
    },
)
