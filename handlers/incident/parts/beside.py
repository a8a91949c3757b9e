"""Beside the form that opens an incident: what is known of the component chosen in it."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.practices.problems import known_like
from escalation.records.incident import Incident
from escalation.records.visibility import on_components
from handlers.incident.parts.known_errors import concerned, workaround_lines
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block

MOST_LOOKED_AT = 200  # of which the reader may see few
MOST_NAMED = 3


def beside_opening(tx: Transaction, invocation: Invocation) -> list[Block]:
    """Show what is open already on the component and on what it needs, and known work-arounds.

    Of what the reader may know of (Rules CON-2, CFG-1, PRB-3).
    """
    component, contract, texts = (
        invocation.text("component"),
        invocation.contract,
        invocation.caller.texts,
    )
    if not component:
        return []
    lines = list(_open_lines(_open_around(tx, invocation, component), component, invocation))
    if concerned(invocation.firm):
        known = known_like(tx, contract.id, component, invocation.text("title"))
        lines += workaround_lines(known, contract, invocation.caller.person.id, texts)
    return b.sections(lines)


def _open_around(tx: Transaction, invocation: Invocation, component: str) -> list[Incident]:
    contract, reader = invocation.contract, invocation.caller.person.id
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


def _open_lines(incidents: list[Incident], component: str, invocation: Invocation) -> Iterator[str]:
    texts = invocation.caller.texts
    for incident in incidents:
        title, since = b.plain(incident.title, 100), texts.clock(incident.opened_at, invocation.now)
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
                component=b.plain(invocation.contract.component_name(incident.component or "")),
                id=incident.id,
                since=since,
                title=title,
            )
