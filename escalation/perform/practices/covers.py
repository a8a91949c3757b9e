"""The cover practice: its steps and its timers (Rules CAL-6, CRI-13, ESC-10)."""

from __future__ import annotations

from escalation.base.evolve import replace
from escalation.base.timer_names import cover as t
from escalation.base.timer_names.timer_name import Timer
from escalation.cover import answering, asking, confirming, passing, reaching, watching
from escalation.decision.commands import cover as c
from escalation.decision.commands.command import Command
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.duty.covers import gives
from escalation.people import roles as w
from escalation.perform.practice import Practice, Reads, Step
from escalation.records.cover import Cover, CoverState
from escalation.records.duty_watch import DutyWatch
from escalation.records.kinds import COVER, DUTY_WATCH


def _subject(tx: Transaction, command: Command) -> Cover | None:
    if not isinstance(command, c.OnCover):
        return None
    return tx.get(COVER, command.contract, command.cover)


def _watch(tx: Transaction, context: Context, _: None, command: c.WatchDuty) -> DutyWatch:
    """Look now, and from now on: a contract has one watch, under its version in force."""
    watch = replace(_known_watch(tx, context), contract_version=context.contract.version)
    confirming.show(context, watch)
    return _look(tx, context, watch, command)


def _known_watch(tx: Transaction, context: Context) -> DutyWatch:
    contract = context.contract
    for watch in tx.list(DUTY_WATCH, contract.id, open_only=False):
        return watch
    watch_id = tx.next_id(contract.id, DUTY_WATCH.prefix)
    return DutyWatch(id=watch_id, contract=contract.id, contract_version=contract.version)


def _confirm(tx: Transaction, context: Context, _: None, command: c.ConfirmManagement) -> DutyWatch:
    return confirming.confirm(context, _known_watch(tx, context), command.supplier)


def _correct(tx: Transaction, context: Context, _: None, command: c.CorrectManagement) -> DutyWatch:
    return confirming.correct(context, _known_watch(tx, context), command.supplier, command.text)


def _look(tx: Transaction, context: Context, watch: DutyWatch, _: object) -> DutyWatch:
    """Look at the duty ahead; what an edited contract leaves of covers is told as well."""
    contract = tx.contract(watch.contract)
    for cover in tx.list(COVER, watch.contract):
        if not gives(contract, cover, context.now):
            tx.put(answering.void(context, cover))
    return watching.look(context, watch)


def _daily(tx: Transaction, context: Context, watch: DutyWatch, timer: object) -> DutyWatch:
    """Look at the duty ahead, at lists to confirm, and at who can be reached.

    That not at a start, which learns it first.
    """
    watch = confirming.look(context, _look(tx, context, watch, timer))
    return reaching.look(
        context, watch, lambda people, since: tx.reached(watch.contract, people, since)
    )


def _ask_cover(tx: Transaction, context: Context, _: None, command: c.AskCover) -> Cover:
    cover_id = tx.next_id(context.contract.id, COVER.prefix)
    return asking.ask_cover(context, cover_id, command, tx.list(COVER, context.contract.id))


def _ask_swap(tx: Transaction, context: Context, _: None, command: c.AskSwap) -> Cover:
    cover_id = tx.next_id(context.contract.id, COVER.prefix)
    return asking.ask_swap(context, cover_id, command, tx.list(COVER, context.contract.id))


def _accept(tx: Transaction, context: Context, cover: Cover, _: c.AcceptCover) -> Cover:
    return _others_follow(tx, context, answering.accept(context, cover))


def _withdraw(tx: Transaction, context: Context, cover: Cover, command: c.WithdrawCover) -> Cover:
    return _others_follow(tx, context, answering.withdraw(context, cover, command.reason))


def _others_follow(tx: Transaction, context: Context, cover: Cover) -> Cover:
    """Tell those concerned by other covers of the rota that give nothing any more by this one."""
    tx.put(cover)
    contract = tx.contract(cover.contract)
    for other in tx.list(COVER, cover.contract):
        if (
            other.id != cover.id
            and other.rota == cover.rota
            and not gives(contract, other, context.now)
        ):
            tx.put(answering.void(context, other))
    return cover


def _begins(tx: Transaction, context: Context, cover: Cover, timer: Timer[t.CoverBegins]) -> Cover:
    """Begin, or lapse; that a contract edited since leaves nothing to cover is told then."""
    began = passing.begins(context, cover, timer)
    if began.state is CoverState.IN_FORCE and not gives(
        tx.contract(cover.contract), began, context.now
    ):
        return answering.void(context, began)
    return began


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.WatchDuty: Step(may=(w.NOBODY,), do=Reads(_watch)),
        c.ConfirmManagement: Step(may=(w.SUPPLIER_KEEPER,), do=Reads(_confirm)),
        c.CorrectManagement: Step(may=(w.SUPPLIER_KEEPER,), do=Reads(_correct)),
        c.AskCover: Step(may=(w.ON_ROTA, w.ROTA_KEEPER), do=Reads(_ask_cover)),
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
        t.LookAtDuty: Reads(_daily),
    },
)
