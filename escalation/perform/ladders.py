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
from escalation.records.escalation import Walk
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT

_ON_A_WALK = (w.SIDE, w.INCIDENT_MANAGER)


def _subject(tx: Transaction, command: c.OnLadder) -> Incident:
    return tx.get(INCIDENT, command.contract, command.incident)


def _on_walk(do: Callable[[Turn, Incident, Walk, Any], Incident]) -> Step:
    """The step of somebody who takes part in the walk that the command means."""

    def step(turn: Turn, incident: Incident, command: c.OnLadder) -> Incident:
        walk = handling.active_walk(turn, incident, command.ladder)
        return do(turn, incident, walk, command)

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
        c.AcknowledgePing: _on_walk(
            lambda turn, incident, walk, x: handling.acknowledge(turn, incident, walk, rung=x.rung)
        ),
        c.HandOverPing: _on_walk(
            lambda turn, incident, walk, x: handling.hand_over(turn, incident, walk, to=x.to)
        ),
        c.AddToRung: _on_walk(
            lambda turn, incident, walk, x: handling.add(turn, incident, walk, person=x.person)
        ),
        c.SnoozeLadder: _on_walk(
            lambda turn, incident, walk, _: handling.snooze(turn, incident, walk)
        ),
        c.StepDown: _on_walk(
            lambda turn, incident, walk, x: handling.step_down(
                turn, incident, walk, reason=x.reason
            )
        ),
        c.SettleLadder: _on_walk(
            lambda turn, incident, walk, x: handling.settle(turn, incident, walk, note=x.note)
        ),
    },
    timers={t.NextCall: climbing.ring, t.SettleBy: climbing.ring, t.SnoozeOver: climbing.ring},
)
