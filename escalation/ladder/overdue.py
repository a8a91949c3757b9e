"""What is overdue in another procedure climbs the same ladders, on its own delays (Rule ESC-9)."""

from __future__ import annotations

from collections.abc import Collection

from escalation.contract import CLIENT, PROVIDER, Post
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.ladder.rung import post


def above(context: Context, side: str, delays: int, told: Collection[str]) -> tuple[str, ...]:
    """Who of a side is told besides, once it has been overdue for so many of its delays.

    One rung a delay, of the ladder between the firms, leaving out who is told already, up to the
    echelon that the contract sets; there it stays. Nobody is woken for it: on-call duty is not
    asked.
    """
    towards = CLIENT if side == PROVIDER else side
    ladder = next((each for each in context.contract.ladders if each.towards == towards), None)
    people: list[str] = []
    top = context.contract.escalation.overdue_top
    for rung in [each for each in ladder.rungs if each.level <= top] if ladder else ():
        named = Post(people=post(context.contract, rung, side).people)
        people += availability.queue(context.contract, context.calendar, named, context.now)[:1]
    others = [each for each in dict.fromkeys(people) if each not in told]
    if delays < 1 or not others:
        return ()
    return (others[min(delays, len(others)) - 1],)
