"""The cover practice: its steps and its timers (Rule CAL-6)."""

from __future__ import annotations

from escalation.base.timer_names import cover as t
from escalation.base.timer_names.timer_name import Timer
from escalation.cover import answering, asking, passing
from escalation.decision.commands import cover as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.duty.covers import gives
from escalation.people import roles as w
from escalation.perform.practice import Practice, Reads, Step
from escalation.records.cover import Cover, CoverState
from escalation.records.kinds import COVER


def _subject(tx: Transaction, command: Command) -> Cover | None:
    if not isinstance(command, c.OnCover):
        return None
    return tx.get(COVER, command.contract, command.cover)


def _ask_cover(tx: Transaction, context: Context, _: None, command: c.AskCover) -> Cover:
    return asking.ask_cover(context, tx.next_id(context.contract.id, COVER.prefix), command)


def _ask_swap(tx: Transaction, context: Context, _: None, command: c.AskSwap) -> Cover:
    return asking.ask_swap(context, tx.next_id(context.contract.id, COVER.prefix), command)


def _accept(tx: Transaction, context: Context, cover: Cover, _: c.AcceptCover) -> Cover:
    return _others_follow(tx, context, answering.accept(context, cover))


def _withdraw(tx: Transaction, context: Context, cover: Cover, command: c.WithdrawCover) -> Cover:
    return _others_follow(tx, context, answering.withdraw(context, cover, command.reason))


def _others_follow(tx: Transaction, context: Context, cover: Cover) -> Cover:
    """Tell those concerned by other covers of the rota that give nothing any more by this one."""
    tx.put(cover)
    contract = tx.contract(cover.contract)
    for other in tx.list(COVER, cover.contract):
        if other.id != cover.id and other.rota == cover.rota and not gives(contract, other):
            tx.put(answering.void(context, other))
    return cover


def _begins(tx: Transaction, context: Context, cover: Cover, timer: Timer[t.CoverBegins]) -> Cover:
    """Begin, or lapse; that a contract edited since leaves nothing to cover is told then."""
    began = passing.begins(context, cover, timer)
    if began.state is CoverState.IN_FORCE and not gives(tx.contract(cover.contract), began):
        return answering.void(context, began)
    return began


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.AskCover: Step(may=(w.ON_ROTA,), do=Reads(_ask_cover)),
        c.AskSwap: Step(may=(w.ON_ROTA,), do=Reads(_ask_swap)),
        c.AcceptCover: Step(may=(w.COVER_ASKED, w.ROTA_KEEPER), do=Reads(_accept), in_force=True),
        c.DeclineCover: Step(
            may=(w.COVER_ASKED, w.ROTA_KEEPER),
            do=lambda context, cover, x: answering.decline(context, cover, x.reason),
            in_force=True,
        ),
        c.WithdrawCover: Step(
            may=(w.COVER_ASKER, w.ROTA_KEEPER), do=Reads(_withdraw), in_force=True
        ),
    },
    timers={
        t.CoverUnanswered: passing.unanswered,
        t.CoverBegins: Reads(_begins),
        t.CoverEnds: passing.ends,
    },
)
