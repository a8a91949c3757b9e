"""Looking at problems."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.base.journal import Entry
from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.records.change import Change
from escalation.records.kinds import PROBLEM
from escalation.records.problem import Problem
from handlers.application import Application
from handlers.incident.pages import contract_of
from handlers.problem.card import Seen
from handlers.problem.changes import under_way
from handlers.problem.words import MOMENTS, STATES, heading, moment
from handlers.verbs.pages import Page, listed_records, record_row
from handlers.verbs.verb import Ask
from handlers.words import blocks as b
from handlers.words.rendered import Rendered

LONGEST_SHOWN = 3000
MOST_MOMENTS = 40


async def listing(application: Application, ask: Ask) -> Rendered:
    """A page of the problems that are open, the oldest first."""
    texts, me = ask.caller.texts, ask.caller.person.id
    found = await application.read(lambda tx: tx.list(PROBLEM, ask.contract.id))
    seen = [problem for problem in found if rights.visible(ask.contract, me, problem)]
    if not seen:
        return Rendered(text=texts("No open problem concerns you."), in_place=ask.turns_page)
    page = Page.of(ask.number("page"), len(seen))
    rows = [
        record_row(
            f"{b.plain(heading(problem, texts))} · {texts(STATES[problem.state])}",
            "problem/show",
            problem,
            texts,
        )
        for problem in page.cut(seen)
    ]
    title = texts.n("%(n)s open problem", "%(n)s open problems", len(seen))
    return listed_records(ask, title, rows, page)


async def show(application: Application, ask: Ask) -> Rendered:
    """One problem: its card with the caller's buttons, then its timeline."""
    texts, me = ask.caller.texts, ask.caller.person.id

    def look(
        tx: Transaction,
    ) -> tuple[Problem, Contract, Sequence[Entry], tuple[Change, ...]]:
        problem = tx.get(PROBLEM, ask.contract.id, ask.subject)
        if not rights.visible(ask.contract, me, problem):
            raise PROBLEM.not_found(ask.subject)
        timeline = tx.timeline(ask.contract.id, problem.id)
        changes = under_way(tx, problem, ask.contract, me)
        return problem, contract_of(tx, problem, ask), timeline, changes

    problem, contract, timeline, changes = await application.read(look)
    card = Seen(
        problem=problem,
        contract=contract,
        person=me,
        texts=texts,
        now=ask.now,
        longest=LONGEST_SHOWN,
        changes=changes,
    ).card()
    told = [entry for entry in timeline if entry.action in MOMENTS][-MOST_MOMENTS:]
    lines = [f"`{texts.instant(each.at)}` {moment(each, contract, texts)}" for each in told]
    return Rendered(
        text=card.text,
        blocks=[*card.blocks, b.divider(), *b.sections([texts("*Timeline*"), *lines])],
    )
