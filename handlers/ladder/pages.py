"""Looking at an incident's escalations."""

from __future__ import annotations

from escalation.ladder.firing import next_step
from handlers.application import Application
from handlers.incident.card import escalation_lines, heading, timer_words
from handlers.incident.pages import incident_read
from handlers.ladder.views import reason_words
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Rendered


async def status(application: Application, invocation: Invocation) -> Rendered:
    """Show where each escalation stands, why it began, and its next step."""
    texts = invocation.caller.texts
    incident, contract = await incident_read(application, invocation)
    title = heading(incident, texts)
    shown = [b.section(f"*{b.plain(title)}*")]
    active = [escalation for escalation in incident.walks if escalation.active]
    if not active:
        shown.append(b.section(texts("No escalation is under way.")))
    for escalation in active:
        lines = escalation_lines(escalation, contract, texts, invocation.now)
        lines.append(texts("Reason: %(reason)s", reason=reason_words(escalation.reason, texts)))
        step = next_step(incident, escalation.ladder)
        if step is not None:
            lines.append(
                texts(
                    "Next automatic step: %(what)s, %(when)s",
                    what=timer_words(step.timer.name, contract, texts),
                    when=texts.clock(step.due, invocation.now),
                )
            )
        shown.append(b.section("\n".join(lines)))
    return Rendered(text=b.plain(title), blocks=shown)
