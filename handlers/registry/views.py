"""Every message has one view: what it says, to this reader, as things stand now.

A view gives None where its message is no longer true: the dispatcher then drops it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from escalation.base.declared import named_in, table
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.messages.destinations import SHARED_ROOM
from escalation.messages.effects import Effect, Meaning
from escalation.people.acquaintance import as_known_to, met_in
from escalation.perform.finding import find
from escalation.perform.questions import several, waits_for
from handlers.delivery.views import told_by_record
from handlers.words.rendered import Reader, Rendered
from handlers.words.view_context import Answers, ViewContext, Views

VIEWS: Views = table(named_in("handlers.*.*views", "VIEWS"))
ANSWERS: Answers = table(named_in("handlers.*.*views", "ANSWERS"))


def render(
    effect: Effect, tx: Transaction, reader: Reader, now: datetime, *, standing: bool = False
) -> Rendered | None:
    """Put an effect into words; None where it is no longer true. `standing`: it was sent before.

    The words are those of the contract that the record runs under, with the people of the moment:
    whom a later version dropped keeps their name; whom a person who reads it need not know of bears
    the name of their firm.
    """
    context = _context(effect, effect.meaning, tx, reader, now, standing=standing)
    rendered = VIEWS[type(effect.meaning)](context)
    if rendered is None and standing and type(effect.meaning) in ANSWERS:
        return answered(effect.meaning, effect, tx, reader, now)
    return rendered


def questions(about: Effect, tx: Transaction) -> Mapping[str, Meaning]:
    """Get what may have been asked about a record, by which question it is."""
    alone = (each.read({}) for each in ANSWERS if not each.asks)
    more = several(tx.contract(about.contract), find(tx, about.contract, about.subject))
    return {each.puts: each for each in (*alone, *more)}


def asked_again(about: Effect, tx: Transaction, reader: Reader, now: datetime) -> Rendered:
    """Return what the copy of a question says that is asked anew in another message."""
    record = find(tx, about.contract, about.subject)
    context = _context(about, about.meaning, tx, reader, now)
    sentence = context.texts("Asked again: %(at)s", at=context.when(now))
    return told_by_record()[type(record)](context, record, sentence)


def answered(
    question: Meaning, about: Effect, tx: Transaction, reader: Reader, now: datetime
) -> Rendered | None:
    """Show what the copy of a question says once answered: by whom and when; None until then."""
    record = find(tx, about.contract, about.subject)
    me = reader.person.id if reader.person else ""
    if waits_for(record, question, me):
        return None
    by = ANSWERS[type(question)]
    entries = tx.newest(about.contract, about.subject, by.actions)
    entry = next((each for each in entries if by.answers(each, question, me)), None)
    if entry is None:
        return None
    context = _context(about, question, tx, reader, now)
    when = context.when(entry.at)
    return told_by_record()[type(record)](
        context, record, context.texts.labelled(when, by.words(context, entry))
    )


def _context(
    effect: Effect,
    meaning: Meaning,
    tx: Transaction,
    reader: Reader,
    now: datetime,
    *,
    standing: bool = False,
) -> ViewContext[Meaning]:
    record = find(tx, effect.contract, effect.subject)
    contract = contract_of(tx, record)
    if reader.person is not None:
        firm = reader.person.organisation
        contract = as_known_to(contract, firm, met_in(record, firm, contract))
    return ViewContext(
        message=meaning,
        contract=effect.contract,
        subject=effect.subject,
        tx=tx,
        reader=replace(reader, contract=contract),
        now=now,
        shared=effect.to == SHARED_ROOM,
        standing=standing,
    )
