"""A supplier's rung has hours of its own: outside them the call waits (Rule ESC-3)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import CLIENT, PROVIDER
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.duty.supplier_hours import hours_of
from escalation.ladder.rung import rung_of
from escalation.records.escalation import Escalation


def opens_at(context: Context, escalation: Escalation, side: str) -> datetime | None:
    """Get when a supplier's people can be called; None while they can, or where it was forced."""
    contract, post = context.contract, rung_of(context.contract, escalation).supplier
    if side in {PROVIDER, CLIENT} or post is None or escalation.forced:
        return None
    if availability.on_duty(contract, context.calendar, post, context.now):
        return None
    openings = [
        context.calendar.opens_at(hours, context.now, works=works)
        for hours, works in hours_of(contract, post, side)
    ]
    opens = min(openings, default=context.now)
    return opens if opens > context.now else None
