"""The change practice: its steps and its timers (Rules CHG-1 to CHG-6)."""

from __future__ import annotations

from escalation.base.refusals import NotNow
from escalation.base.timer_names import change as t
from escalation.change import approving, asking, carrying_out, turns
from escalation.change.parts import (
    CHANGE_APPROVER,
    CHANGE_CARRIER,
    CHANGE_MANAGER,
    CHANGE_REQUESTER,
    CHANGE_STUDENT,
)
from escalation.decision.commands import change as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people import roles as w
from escalation.perform.practice import Practice, Reads, Step
from escalation.records.change import Change
from escalation.records.kinds import CHANGE


def _subject(tx: Transaction, command: Command) -> Change | None:
    if not isinstance(command, c.OnChange):
        return None
    return tx.get(CHANGE, command.contract, command.change)


def _request(tx: Transaction, context: Context, _: None, command: c.RequestChange) -> Change:
    """Ask for a change (Rule CHG-1)."""
    if context.contract.changes is None:
        raise NotNow("no_changes")
    return asking.request(context, tx.next_id(command.contract, CHANGE.prefix), command)


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
            do=lambda context, change, x: approving.approve(context, change, x.reason),
        ),
        c.RejectChange: Step(
            may=(CHANGE_MANAGER, CHANGE_APPROVER),
            do=lambda context, change, x: approving.reject(context, change, x.reason),
        ),
        c.PlanChange: Step(
            may=(CHANGE_MANAGER, CHANGE_CARRIER),
            do=lambda context, change, x: carrying_out.plan(
                context, change, x.start, x.end, x.person
            ),
        ),
        c.StartChange: Step(
            may=(CHANGE_CARRIER, CHANGE_MANAGER),
            do=lambda context, change, _: carrying_out.start(context, change),
        ),
        c.EndChange: Step(
            may=(CHANGE_CARRIER, CHANGE_MANAGER),
            do=lambda context, change, x: carrying_out.end(context, change, x.result, x.reason),
        ),
        c.CloseChange: Step(
            may=(CHANGE_MANAGER,),
            do=lambda context, change, x: carrying_out.close(context, change, x.note),
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
