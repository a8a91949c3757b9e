"""Beside the form that opens an incident: what is known of the component chosen in it."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.practices.problems import known_like
from escalation.records.incident import Incident
from escalation.records.visibility import on_components
from handlers.incident.parts.known_errors import concerned, workaround_lines
from handlers.verbs.verb import Ask
from handlers.words import blocks as b
from handlers.words.rendered import Block

MOST_LOOKED_AT = 200  # of which the reader may see few
MOST_NAMED = 3


def beside_opening(tx: Transaction, ask: Ask) -> list[Block]:
    """Show what is open already on the component and on what it needs, and known work-arounds.

    Of what the reader may know of (Rules CON-2, CFG-1, PRB-3).
    """
    component, contract, texts = ask.text("component"), ask.contract, ask.caller.texts
    if not component:
        return []
    lines = list(_open_lines(_open_around(tx, ask, component), component, ask))
    if concerned(ask.firm):
        known = known_like(tx, contract.id, component, ask.text("title"))
        lines += workaround_lines(known, contract, ask.caller.person.id, texts)
    return b.sections(lines)


def _open_around(tx: Transaction, ask: Ask, component: str) -> list[Incident]:
    contract, reader = ask.contract, ask.caller.person.id
    around = on_components({component, *contract.depends_on(component)})
    found = tx.open_incidents(contract.id, around, limit=MOST_LOOKED_AT).shown
    down = [
        incident
        for incident in found
        if incident.resolved_at is None
        and not incident.exercise
        and rights.visible(contract, reader, incident)
    ]
    return sorted(down, key=lambda incident: incident.component != component)[:MOST_NAMED]


def _open_lines(incidents: list[Incident], component: str, ask: Ask) -> Iterator[str]:
    texts = ask.caller.texts
    for incident in incidents:
        title, since = b.plain(incident.title, 100), texts.clock(incident.opened_at, ask.now)
        if incident.component == component:
            yield texts(
                "⚠️ Open already: %(id)s, %(since)s: %(title)s",
                id=incident.id,
                since=since,
                title=title,
            )
        else:
            yield texts(
                "⚠️ It depends on %(component)s, which %(id)s affects, %(since)s: %(title)s",
                component=b.plain(ask.contract.component_name(incident.component or "")),
                id=incident.id,
                since=since,
                title=title,
            )
