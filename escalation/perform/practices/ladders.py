"""The ladder practice: what people ask of an escalation, and its timers (Rules ESC-1 to ESC-7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation.base.timer_names import ladder as t
from escalation.decision.commands import ladder as c
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.ladder import firing, handling, settling, taking
from escalation.ladder.standing import active_escalation
from escalation.people import roles as w
from escalation.perform.practice import Practice, Step
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT

_ON_A_WALK = (w.SIDE, w.INCIDENT_MANAGER)


def _subject(tx: Transaction, command: c.OnLadder) -> Incident:
    return tx.get(INCIDENT, command.contract, command.incident)


def _on_escalation(do: Callable[[Context, Incident, Escalation, Any], Incident]) -> Step:
    """The step of somebody who takes part in the escalation that the command means."""

    def step(context: Context, incident: Incident, command: c.OnLadder) -> Incident:
        escalation = active_escalation(context, incident, command.ladder)
        return do(context, incident, escalation, command)

    return Step(may=_ON_A_WALK, do=step)


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.EscalateUp: Step(
            may=(w.ECHELON, w.ASSIGNEE, w.INCIDENT_MANAGER, w.SUPPLIER_LADDER),
            do=lambda context, incident, x: handling.escalate(
                context, incident, ladder_id=x.ladder, reason=x.reason, rung=x.rung
            ),
        ),
        c.AcknowledgePing: _on_escalation(
            lambda context, incident, escalation, x: taking.acknowledge(
                context, incident, escalation, rung=x.rung
            )
        ),
        c.HandOverPing: _on_escalation(
            lambda context, incident, escalation, x: handling.hand_over(
                context, incident, escalation, to=x.to
            )
        ),
        c.AddToRung: _on_escalation(
            lambda context, incident, escalation, x: handling.add(
                context, incident, escalation, person=x.person
            )
        ),
        c.SnoozeLadder: _on_escalation(
            lambda context, incident, escalation, _: handling.snooze(context, incident, escalation)
        ),
        c.StepDown: _on_escalation(
            lambda context, incident, escalation, x: handling.step_down(
                context, incident, escalation, reason=x.reason
            )
        ),
        c.SettleLadder: _on_escalation(
            lambda context, incident, escalation, x: settling.settle(
                context, incident, escalation, note=x.note
            )
        ),
    },
    timers={t.NextCall: firing.fire, t.SettleBy: firing.fire, t.SnoozeOver: firing.fire},
)
