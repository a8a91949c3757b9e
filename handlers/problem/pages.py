"""Looking at problems."""

from __future__ import annotations

from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.records.kinds import PROBLEM
from handlers.application import Application
from handlers.incident.pages import contract_of
from handlers.problem.beside import seen
from handlers.problem.words import MOMENTS, STATES, heading, moment
from handlers.verbs.pages import (
    Page,
    listed_records,
    newest_told,
    record_row,
    with_timeline,
)
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Rendered

LONGEST_SHOWN = 3000


async def listing(application: Application, invocation: Invocation) -> Rendered:
    """A page of the problems that are open, the oldest first."""
    texts, me = invocation.caller.texts, invocation.caller.person.id
    found = await application.read(lambda tx: tx.list(PROBLEM, invocation.contract.id))
    mine = [problem for problem in found if rights.visible(invocation.contract, me, problem)]
    if not mine:
        return Rendered(text=texts("No open problem concerns you."), in_place=invocation.turns_page)
    page = Page.of(invocation.number("page"), len(mine))
    rows = [
        record_row(
            f"{b.plain(heading(problem, texts))} · {texts(STATES[problem.state])}",
            "problem/show",
            problem,
            texts,
        )
        for problem in page.cut(mine)
    ]
    title = texts.n("%(n)s open problem", "%(n)s open problems", len(mine))
    return listed_records(invocation, title, rows, page)


async def show(application: Application, invocation: Invocation) -> Rendered:
    """One problem: its card with the caller's buttons, then its timeline."""
    texts, me = invocation.caller.texts, invocation.caller.person.id

    def look(tx: Transaction) -> Rendered:
        problem = tx.get(PROBLEM, invocation.contract.id, invocation.subject)
        if not rights.visible(invocation.contract, me, problem):
            raise PROBLEM.not_found(invocation.subject)
        contract = contract_of(tx, problem, invocation)
        card = seen(tx, problem, contract, me, texts, invocation.now, longest=LONGEST_SHOWN).card()
        told = newest_told(tx, problem, MOMENTS, me)
        moments = [(each.at, moment(each, contract, texts)) for each in told]
        return with_timeline(card, moments, texts)

    return await application.read(look)
