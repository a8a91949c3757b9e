"""Looking at an incident's escalations."""

from __future__ import annotations

from escalation.base.timer_names import up
from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.records.incident import Incident
from handlers.application import Front
from handlers.incident.card import alarm_words, heading, walk_lines
from handlers.incident.pages import contract_of, visible_incident
from handlers.ladder.views import reason_words
from handlers.verbs.verb import Ask
from handlers.words import blocks as b
from handlers.words.rendered import Rendered


async def status(front: Front, ask: Ask) -> Rendered:
    """Where each walk stands, why it began, and its next step."""
    texts = ask.caller.texts

    def look(tx: Transaction) -> tuple[Incident, Contract]:
        incident = visible_incident(tx, ask)
        return incident, contract_of(tx, incident, ask)

    incident, contract = await front.read(look)
    title = heading(incident, texts)
    shown = [b.section(f"*{b.plain(title)}*")]
    active = [walk for walk in incident.walks if walk.active]
    if not active:
        shown.append(b.section(texts("No escalation is under way.")))
    for walk in active:
        lines = walk_lines(walk, contract, texts, ask.now)
        lines.append(texts("Reason: %(reason)s", reason=reason_words(walk.reason, texts)))
        step = incident.alarms.next(up(walk.ladder))
        if step is not None:
            lines.append(
                texts(
                    "Next automatic step: %(what)s, %(when)s",
                    what=alarm_words(step.timer.name, contract, texts),
                    when=texts.clock(step.due, ask.now),
                )
            )
        shown.append(b.section("\n".join(lines)))
    return Rendered(text=b.plain(title), blocks=shown)
