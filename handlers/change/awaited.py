"""Show what is awaited of a change's reader; what is late, and why they are told (CHG-4, ESC-9)."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.change import parts
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.records.change import Change, ChangeState, Need
from escalation.records.kinds import Record
from handlers.change.words import AWAITED
from handlers.incident.pages import contract_of
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import Texts, msg

CARRIER = msg("You are called because you carry it out: say what came of it, or that it goes on.")
MANAGER = msg("You are called as change manager: it is to be ended, or said that it goes on.")
LEVEL = msg("You are called because nobody has ended it, nor said until when it goes on.")


def of_them(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """To who has voted or approved: a vote is no approval, nor the other way round (CHG-2)."""
    if not isinstance(record, Change) or record.state is not ChangeState.APPROVAL:
        return []
    context = Context(now=invocation.now, contract=contract_of(tx, record, invocation))
    texts, me = invocation.caller.texts, invocation.caller.person.id
    mine = [what for what, people in parts.awaited(context, record).items() if me in people]
    if not mine:
        return []
    what = texts.listing([texts(AWAITED[each]) for each in mine])
    lines = b.sections([texts("Still awaited of you: %(what)s", what=what)])
    if mine == [Need.BOARD]:
        return lines
    read = {"asked": str(record.asked)}
    approve = b.button(
        texts("Approve"), "change/approve", invocation.contract.id, record.id, **read
    )
    reject = b.button(
        texts("Reject"), "change/reject", invocation.contract.id, record.id, style="danger", **read
    )
    return [*lines, b.actions(approve, reject)]


def late_lines(context: Context, change: Change, person: str, texts: Texts) -> Iterator[str]:
    """Say that it lasts longer than planned, since when, who is called; why its reader (ESC-9)."""
    window, called = change.window, person in change.called
    if window is not None and change.overruns(context.now):
        since = texts.clock(window.end, context.now)
        yield texts("It was to be over by %(at)s.", at=since)
        if called:
            yield texts(_why_called(context, change, person))
        return
    names = {p for people in parts.awaited(context, change).values() for p in people}
    if called and names and person not in names:
        yield texts("You are told because what is awaited has not come in time.")


def _why_called(context: Context, change: Change, person: str) -> str:
    if person in parts.carrier(context, change):
        return CARRIER
    return MANAGER if person in parts.there(context, parts.appointed(context.contract)) else LEVEL
