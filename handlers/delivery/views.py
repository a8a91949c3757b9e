"""The view of what could not be delivered: who does not know of it, and what to do (ESC-8)."""

from __future__ import annotations

from functools import cache

from escalation.base.declared import named_in, table
from escalation.messages.ladder import Ping
from escalation.messages.undelivered import NotTold
from escalation.perform.finding import find
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.slack_refusals import remedy_words, why_words
from handlers.words.view_context import Told, ViewContext, Views


def not_told(context: ViewContext[NotTold]) -> Rendered:
    """Return who could not be told, why, and what Escalade does or people can do."""
    record = find(context.tx, context.contract, context.subject)
    sentence = "\n".join(_lines(context))
    return told_by_record()[type(record)](context, record, sentence)


@cache
def told_by_record() -> Told:
    """Find what a sentence about a record is shown with, by the practice of those records."""
    return table(named_in("handlers.*.*views", "TOLD"))


def _lines(context: ViewContext[NotTold]) -> list[str]:
    texts, message = context.texts, context.message
    whom, why = message.whom, message.why
    reason = why_words(texts, why)
    if not (name := whom.person):
        room = context.reader.contract.channel_of(whom.name)
        return [
            texts(
                "A message to #%(room)s could not be delivered: %(why)s.",
                room=b.plain(room.lstrip("#")),
                why=reason,
            ),
            *remedy_words(texts, why),
        ]
    phone = context.phone_of(name)
    who = context.name_of(name) + (f" ({b.plain(phone)})" if phone else "")
    if message.about != Ping.topic:
        sentence = texts(
            "A message to %(name)s could not be delivered: %(why)s. Please pass the news on.",
            name=who,
            why=reason,
        )
        return [sentence, *remedy_words(texts, why)]
    lines = [texts("%(name)s could not be called: %(why)s.", name=who, why=reason)]
    if message.next:
        lines.append(texts("%(name)s is called at once.", name=context.name_of(message.next)))
    elif message.climbed:
        lines.append(texts("The next echelon is called at once."))
    return [*lines, *remedy_words(texts, why)]


VIEWS: Views = {NotTold: not_told}
