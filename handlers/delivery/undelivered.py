"""The view of what could not be delivered: who does not know of it, and what to do (ESC-8)."""

from __future__ import annotations

from escalation.messages.ladder import Ping
from escalation.messages.undelivered import NotTold
from escalation.perform.deliveries import find
from escalation.records.cover import Cover
from escalation.records.crisis import Crisis
from escalation.records.duty_watch import DutyWatch
from escalation.records.event import Event
from escalation.records.incident import Incident
from escalation.records.problem import Problem
from handlers.crisis import room_views
from handlers.duty import views as duty_views
from handlers.event import views as event_views
from handlers.incident import views as incident_views
from handlers.problem import views as problem_views
from handlers.report import views as report_views
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.slack_refusals import remedy_words, why_words
from handlers.words.view_context import ViewContext, Views


def not_told(context: ViewContext[NotTold]) -> Rendered:
    """Who could not be told, why, and what Escalade does or people can do."""
    record = find(context.tx, context.contract, context.subject)
    sentence = "\n".join(_lines(context))
    if isinstance(record, Incident):
        return incident_views.told(context, record, sentence)
    if isinstance(record, Crisis):
        return room_views.told(context, record, sentence)
    if isinstance(record, DutyWatch):
        return b.short(duty_views.watch_heading(context), sentence)
    if isinstance(record, Cover):
        return duty_views.told(record, sentence)
    if isinstance(record, Problem):
        return problem_views.told(context, record, sentence)
    if isinstance(record, Event):
        return event_views.told(record, sentence)
    return report_views.told(context, record, sentence)


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
