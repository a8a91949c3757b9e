"""The commands about the escalation up a ladder."""

from __future__ import annotations

from escalation.decision.commands.incident import OnIncident


class OnLadder(OnIncident):
    """A command about an incident's escalation; None is the only or latest active one."""

    ladder: str | None = None


class EscalateUp(OnLadder):
    """Start the escalation, or take it one rung up (ESC-2).

    `rung` is the one the button was made for.
    """

    reason: str
    rung: int | None = None


class AcknowledgePing(OnLadder):
    """Stop the acknowledgement timer of the caller's side (ESC-6).

    `rung` is the one the button was made for.
    """

    rung: int | None = None


class HandOverPing(OnLadder):
    """Give one's place to another person of one's own firm (ESC-6)."""

    to: str


class AddToRung(OnLadder):
    """Have somebody else called as well (ESC-6)."""

    person: str


class SnoozeLadder(OnLadder):
    """Put the next automatic step off, once a rung (ESC-6)."""


class StepDown(OnLadder):
    """Give the point back to the echelon below (ESC-6)."""

    reason: str


class SettleLadder(OnLadder):
    """Say for one's side that the point is settled: with both, the escalation ends (ESC-2)."""

    note: str = ""
