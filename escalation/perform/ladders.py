"""The ladder practice: what people ask of an escalation, and its timers (Rules ESC-1 to ESC-7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation.base import timer_names as t
from escalation.decision import commands as c
from escalation.decision.transaction import Transaction
from escalation.decision.turn import Turn
from escalation.ladder import climbing, handling
from escalation.people import roles as w
from escalation.perform.practice import Practice, Step
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT

_ON_A_WALK = (w.SIDE, w.INCIDENT_MANAGER)


def _subject(tx: Transaction, command: c.OnLadder) -> Incident:
    return tx.get(INCIDENT, command.contract, command.incident)


def _on_escalation(do: Callable[[Turn, Incident, Escalation, Any], Incident]) -> Step:
    """The step of somebody who takes part in the escalation that the command means."""

    def step(turn: Turn, incident: Incident, command: c.OnLadder) -> Incident:
        escalation = handling.active_escalation(turn, incident, command.ladder)
        return do(turn, incident, escalation, command)

    return Step(may=_ON_A_WALK, do=step)


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.EscalateUp: Step(
            may=(w.ECHELON, w.ASSIGNEE, w.INCIDENT_MANAGER, w.SUPPLIER_LADDER),
            do=lambda turn, incident, x: handling.escalate(
                turn, incident, ladder_id=x.ladder, reason=x.reason
            ),
        ),
        c.AcknowledgePing: _on_escalation(
            lambda turn, incident, escalation, x: handling.acknowledge(
                turn, incident, escalation, rung=x.rung
            )
        ),
        c.HandOverPing: _on_escalation(
            lambda turn, incident, escalation, x: handling.hand_over(
                turn, incident, escalation, to=x.to
            )
        ),
        c.AddToRung: _on_escalation(
            lambda turn, incident, escalation, x: handling.add(
                turn, incident, escalation, person=x.person
            )
        ),
        c.SnoozeLadder: _on_escalation(
            lambda turn, incident, escalation, _: handling.snooze(turn, incident, escalation)
        ),
        c.StepDown: _on_escalation(
            lambda turn, incident, escalation, x: handling.step_down(
                turn, incident, escalation, reason=x.reason
            )
        ),
        c.SettleLadder: _on_escalation(
            lambda turn, incident, escalation, x: handling.settle(
                turn, incident, escalation, note=x.note
            )
        ),
    },
    timers={t.NextCall: climbing.fire, t.SettleBy: climbing.fire, t.SnoozeOver: climbing.fire},
)
