"""The ladder practice: what people ask of an escalation, and its timers (Rules ESC-1 to ESC-7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalation import commands as c
from escalation import ladder, ladder_moves
from escalation import timer_names as t
from escalation import who as w
from escalation.incident import Incident
from escalation.kinds import INCIDENT
from escalation.ports import Transaction
from escalation.turn import Turn
from escalation.usecases.practice import Practice, Step
from escalation.walk import Walk

_ON_A_WALK = (w.SIDE, w.INCIDENT_MANAGER)


def _subject(tx: Transaction, command: c.OnLadder) -> Incident:
    return tx.get(INCIDENT, command.contract, command.incident)


def _on_walk(do: Callable[[Turn, Incident, Walk, Any], Incident]) -> Step:
    """The step of somebody who takes part in the walk that the command means."""

    def step(turn: Turn, incident: Incident, command: c.OnLadder) -> Incident:
        walk = ladder_moves.active_walk(turn, incident, command.ladder)
        return do(turn, incident, walk, command)

    return Step(may=_ON_A_WALK, do=step)


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.EscalateUp: Step(
            may=(w.ECHELON, w.ASSIGNEE, w.INCIDENT_MANAGER, w.SUPPLIER_LADDER),
            do=lambda turn, incident, x: ladder_moves.escalate(
                turn, incident, ladder_id=x.ladder, reason=x.reason
            ),
        ),
        c.AcknowledgePing: _on_walk(
            lambda turn, incident, walk, x: ladder_moves.acknowledge(
                turn, incident, walk, rung=x.rung
            )
        ),
        c.HandOverPing: _on_walk(
            lambda turn, incident, walk, x: ladder_moves.hand_over(turn, incident, walk, to=x.to)
        ),
        c.AddToRung: _on_walk(
            lambda turn, incident, walk, x: ladder_moves.add(turn, incident, walk, person=x.person)
        ),
        c.SnoozeLadder: _on_walk(
            lambda turn, incident, walk, _: ladder_moves.snooze(turn, incident, walk)
        ),
        c.StepDown: _on_walk(
            lambda turn, incident, walk, x: ladder_moves.step_down(
                turn, incident, walk, reason=x.reason
            )
        ),
        c.SettleLadder: _on_walk(
            lambda turn, incident, walk, x: ladder_moves.settle(turn, incident, walk, note=x.note)
        ),
    },
    timers={t.NextCall: ladder.ring, t.SettleBy: ladder.ring, t.SnoozeOver: ladder.ring},
)
