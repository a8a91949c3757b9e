"""Views of events that belong to no component, to the room that the contract names (EVT-1)."""

from __future__ import annotations

from escalation.messages.event import EventsUnplaced
from escalation.records.event import Event, EventState
from escalation.records.kinds import EVENT
from handlers.event.surroundings import counted
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.view_context import Told, ViewContext, Views


def told(event: Event, sentence: str, *buttons: Block) -> Rendered:
    """A short message about events."""
    return b.short(f"{event.id} · {b.plain(event.title)}", sentence, *buttons)


def unplaced(context: ViewContext[EventsUnplaced]) -> Rendered:
    """Show what it is, how often, and what can be done with it."""
    event, texts = context.tx.get(EVENT, context.contract, context.subject), context.texts
    lines = [
        texts(
            "Monitoring (%(source)s) names “%(named)s”, which is no component of the contract.",
            source=b.plain(event.source),
            named=b.plain(event.named),
        )
        if event.named
        else texts(
            "Monitoring (%(source)s) names no component.",
            source=b.plain(event.source),
        ),
        counted((event,), texts, context.now),
    ]
    if event.text:
        lines.append(f"> {b.plain(' '.join(event.text.split()), 500)}")
    if event.component:
        lines.append(
            texts(
                "It belongs to %(incident)s (%(component)s).",
                incident=event.incident,
                component=b.plain(context.reader.contract.component_name(event.component)),
            )
        )
    elif event.state is EventState.OVER:
        lines.append(texts("Nothing is left to do."))
    else:
        record = (context.contract, event.id)
        return told(
            event, "\n".join(lines),
            b.button(texts("Open an incident"), "incident/place", *record, style="primary"),
            b.button(texts("Set aside"), "incident/discard", *record),
        )  # fmt: skip
    return told(event, "\n".join(lines))


VIEWS: Views = {EventsUnplaced: unplaced}
TOLD: Told = {Event: lambda _, event, sentence: told(event, sentence)}
