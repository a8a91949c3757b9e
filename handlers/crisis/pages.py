"""Looking at a crisis."""

from __future__ import annotations

from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.practices.crises import incident_of
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.kinds import CRISIS
from handlers.application import Application
from handlers.crisis.card import STATES, crisis_card, crisis_heading
from handlers.incident.pages import contract_of
from handlers.verbs.pages import Page, listed_records, record_row
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Rendered


async def listing(application: Application, invocation: Invocation) -> Rendered:
    """A page of the crises asked for or open that the caller may know of, the newest first."""
    texts, me = invocation.caller.texts, invocation.caller.person.id
    found = await application.read(lambda tx: tx.list(CRISIS, invocation.contract.id))
    seen = [crisis for crisis in found if rights.visible(invocation.contract, me, crisis)]
    if not seen:
        return Rendered(text=texts("No crisis is open."), in_place=invocation.turns_page)
    page = Page.of(invocation.number("page"), len(seen))
    rows = [
        record_row(
            f"{b.plain(crisis_heading(crisis, texts))} · {texts(STATES[crisis.state])}",
            "crisis/status",
            crisis,
            texts,
        )
        for crisis in page.cut(seen)
    ]
    title = texts.n("%(n)s open crisis", "%(n)s open crises", len(seen))
    return listed_records(invocation, title, rows, page)


async def status(application: Application, invocation: Invocation) -> Rendered:
    """Show who is present, represented or missing; decisions and actions (CRI-4, CRI-8)."""

    def look(tx: Transaction) -> tuple[Crisis, Contract, Incident | None]:
        crisis = tx.get(CRISIS, invocation.contract.id, invocation.subject)
        if not rights.visible(invocation.contract, invocation.caller.person.id, crisis):
            raise CRISIS.not_found(invocation.subject)
        return crisis, contract_of(tx, crisis, invocation), incident_of(tx, crisis)

    crisis, contract, incident = await application.read(look)
    return crisis_card(
        crisis,
        contract,
        invocation.caller.texts,
        invocation.now,
        reader=invocation.caller.person.id,
        incident=incident,
    )
