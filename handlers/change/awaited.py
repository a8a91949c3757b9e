"""What an answer about a change says besides: what is still awaited of its reader (CHG-4)."""

from __future__ import annotations

from escalation.change import parts
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.records.change import Change, ChangeState, Need
from escalation.records.kinds import Record
from handlers.change.words import AWAITED
from handlers.incident.pages import contract_of
from handlers.verbs.verb import Ask
from handlers.words import blocks as b
from handlers.words.rendered import Block


def of_them(tx: Transaction, ask: Ask, record: Record) -> list[Block]:
    """To who has voted or approved: a vote is no approval, nor the other way round (CHG-2)."""
    if not isinstance(record, Change) or record.state is not ChangeState.APPROVAL:
        return []
    context = Context(now=ask.now, contract=contract_of(tx, record, ask))
    texts, me = ask.caller.texts, ask.caller.person.id
    mine = [what for what, people in parts.awaited(context, record).items() if me in people]
    if not mine:
        return []
    what = texts.listing([texts(AWAITED[each]) for each in mine])
    lines = b.sections([texts("Still awaited of you: %(what)s", what=what)])
    if mine == [Need.BOARD]:
        return lines
    read = {"asked": str(record.asked)}
    approve = b.button(texts("Approve"), "change/approve", ask.contract.id, record.id, **read)
    return [*lines, b.actions(approve)]
