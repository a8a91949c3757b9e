"""Take what is overdue in another procedure up the same ladders, on its own delays (Rule ESC-9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from escalation.contract import CLIENT, PROVIDER, Echelon, Post
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.ladder.rung import post


def above(context: Context, side: str, delays: int, told: Collection[str]) -> tuple[str, ...]:
    """List who of a side is told besides, once it has been overdue for so many of its delays.

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


def level_above(context: Context, told: Iterable[str], number: int) -> tuple[str, ...]:
    """List who of the provider is told too, from the second reminder: one level more each time."""
    return _next(_heads(context), told, number)


def level_called(context: Context, told: Iterable[str], number: int) -> tuple[str, ...]:
    """List who is called too, where it does not wait: beginning with whoever is on duty (CAL-6)."""
    return _next(_on_duty(context), told, number)


def _next(people: Iterable[str], told: Iterable[str], number: int) -> tuple[str, ...]:
    known = set(told)
    others = dict.fromkeys(each for each in people if each not in known)
    return tuple(others)[: max(number - 1, 0)][-1:]


def _heads(context: Context) -> Iterator[str]:
    """The first who is there of each level above the first."""
    for echelon in _climbed(context):
        if echelon.level > 1:
            people = echelon.provider.people
            yield from availability.there(context.contract, people, context.now)[:1]


def _on_duty(context: Context) -> Iterator[str]:
    """List whose on-call duty it is, then whom a call of each level above reaches first (CAL-6)."""
    for echelon in _climbed(context):
        asked = availability.queue if echelon.level > 1 else availability.on_duty
        yield from asked(context.contract, context.calendar, echelon.provider, context.now)[:1]


def _climbed(context: Context) -> list[Echelon]:
    """The levels that hear of what is overdue, from the first on."""
    contract = context.contract
    found = [each for each in contract.echelons if each.level <= contract.escalation.overdue_top]
    return sorted(found, key=lambda each: each.level)
