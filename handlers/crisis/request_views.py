"""Views of what is told about the request for a crisis cell (Rule CRI-2)."""

from __future__ import annotations

from typing import Any

from escalation.messages.crisis import CrisisRefused, CrisisRequest, CrisisRequested
from escalation.records.crisis import CrisisState
from handlers.crisis.room_views import told
from handlers.ladder.views import late_words
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.view_context import ViewContext, Views


def request(context: ViewContext[CrisisRequest]) -> Rendered | None:
    """To a counterpart: will you form a crisis cell? (CRI-2)"""
    crisis, texts = context.crisis(), context.texts
    if crisis.state is not CrisisState.ASKED:
        return None
    asker = context.name_of(crisis.asked_by)
    phone = context.phone_of(crisis.asked_by)
    lines = [
        texts(
            "%(name)s asks you to form a crisis cell together: %(reason)s",
            name=asker,
            reason=b.plain(crisis.reason),
        )
    ]
    if phone:
        lines.append(texts("By telephone: %(phone)s", phone=phone))
    lines += [_refusal(context, each.person, each.reason) for each in crisis.declined]
    if context.message.number > 1:
        lines.append(texts("This is call number %(number)s.", number=context.message.number))
    if late := late_words(texts, context.message.late):
        lines.append(late)
    record = (context.contract, crisis.id)
    return told(
        context, crisis, "\n".join(lines),
        b.button(texts("Accept"), "crisis/accept", *record, style="primary"),
        b.button(texts("Refuse"), "crisis/refuse", *record, style="danger"),
    )  # fmt: skip


def requested(context: ViewContext[CrisisRequested]) -> Rendered | None:
    """To the asker: whom to call, and the number (CRI-2)."""
    crisis, texts = context.crisis(), context.texts
    if crisis.state is not CrisisState.ASKED or not crisis.pings:
        return None
    asked = crisis.pings[-1].person
    if asked != context.message.person:
        return None
    sentence = texts(
        "%(name)s is asked now. Please telephone as well: %(phone)s",
        name=context.name_of(asked),
        phone=context.phone_of(asked) or "–",
    )
    silent = context.message.silent
    if silent and silent != asked:
        name = context.name_of(silent)
        sentence = texts("%(name)s has not answered.", name=name) + " " + sentence
    if context.message.away:
        names = context.names_of(context.message.away)
        sentence = texts("Away, and not asked: %(names)s.", names=names) + " " + sentence
    return told(context, crisis, sentence)


def refused(context: ViewContext[CrisisRefused]) -> Rendered:
    """A counterpart refused, with a reason; a deputy, whose holder may still accept."""
    crisis, texts = context.crisis(), context.texts
    who = context.message.by or crisis.refused_by or ""
    said = next((each.reason for each in crisis.declined if each.person == who), crisis.refusal)
    sentence = _refusal(context, who, said)
    if context.message.deputy:
        sentence += "\n" + texts("That was a deputy: whoever holds the role may still accept.")
    return told(context, crisis, sentence)


def _refusal(context: ViewContext[Any], who: str, reason: str) -> str:
    return context.texts(
        "%(name)s does not agree to a crisis cell: %(reason)s",
        name=context.name_of(who),
        reason=b.plain(reason),
    )


VIEWS: Views = {
    CrisisRequest: request,
    CrisisRequested: requested,
    CrisisRefused: refused,
}
