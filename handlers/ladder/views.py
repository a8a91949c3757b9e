"""Views of what is told about escalations (Rules ESC-1 to ESC-7)."""

from __future__ import annotations

from datetime import timedelta

from escalation.messages.ladder import (
    Climbed,
    EscalationStopped,
    HandedOver,
    NobodyReachable,
    PeerEscalated,
    Ping,
    SettleAsked,
    SnoozeOver,
)
from escalation.records.escalation import Escalation
from handlers.incident.views import told
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.shared.ladder_reasons import SILENT, TRIGGERS, WHYS
from handlers.words.texts import Texts, msg
from handlers.words.view_context import ViewContext, Views

ENDED = {
    "settled": msg("the point is settled"),
    "resolved": msg("the incident is resolved"),
    "closed": msg("the incident is closed"),
    "cancelled": msg("the incident is cancelled"),
    "merged": msg("the incident duplicates another"),
    "ladder_removed": msg("the contract has no such ladder any more"),
}


def call_values(escalation: Escalation) -> dict[str, str]:
    """List what the buttons of a call carry: the ladder, and the rung they were made for."""
    return {"ladder": escalation.ladder, "rung": str(escalation.rung)}


def quoted(text: str) -> list[str]:
    """Quote what somebody wrote, line by line."""
    return [f"> {line}" for line in b.plain(text).split("\n")] if text else []


def reason_words(reason: str, texts: Texts) -> str:
    """Say why an escalation began: a trigger of the contract, or somebody's words."""
    return texts(TRIGGERS[reason]) if reason in TRIGGERS else b.plain(reason)


def why_reached(context: ViewContext[Ping] | ViewContext[Climbed]) -> str:
    """Say why an echelon is called; "" where no words are needed (ESC-5, CON-5)."""
    message, contract = context.message, context.reader.contract
    if message.silent and message.why in SILENT:
        firms = context.texts.listing([b.plain(contract.party_name(s)) for s in message.silent])
        return context.texts(SILENT[message.why], firms=firms)
    return context.texts(WHYS[message.why]) if message.why in WHYS else ""


def late_words(texts: Texts, seconds: int | None) -> str:
    """Say how late a timer fired, where it did (ESC-7)."""
    if not seconds:
        return ""
    late = texts.duration(timedelta(seconds=seconds))
    return texts("This message is %(late)s late: Escalade was not running.", late=late)


def standing_at(context: ViewContext[Ping | SnoozeOver | SettleAsked]) -> Escalation | None:
    """The escalation that a message is about, where it stands at that rung still."""
    escalation = context.incident().escalation(context.message.ladder)
    return (
        escalation
        if escalation and escalation.active and escalation.rung == context.message.rung
        else None
    )


def peer_escalated(context: ViewContext[PeerEscalated]) -> Rendered:
    """To the peer of whoever escalated (ESC-2)."""
    texts = context.texts
    lines = [
        texts(
            "%(by)s, your counterpart, has escalated to echelon %(level)s: %(reason)s",
            by=context.name_of(context.message.by),
            level=context.message.level,
            reason=b.plain(context.message.reason),
        )
    ]
    if reached := context.message.reached:
        lines.append(texts("Called now: %(names)s.", names=context.names_of(reached)))
    return told(
        context,
        context.incident(),
        "\n".join(lines),
    )


def climbed(context: ViewContext[Climbed]) -> Rendered:
    """To whoever had it at the level that is left: another is called now (ESC-2)."""
    texts, message = context.texts, context.message
    level = texts(
        "echelon %(level)s, %(name)s", level=message.level, name=b.plain(message.level_name)
    )
    if message.why == "stepped_down":
        sentence = texts(
            "%(by)s has given the escalation back to %(level)s. You are no longer called for it.",
            by=context.name_of(message.by),
            level=level,
        )
    elif message.by:
        sentence = texts(
            "%(by)s has escalated to %(level)s what you had taken.",
            by=context.name_of(message.by),
            level=level,
        )
    else:
        sentence = texts(
            "The escalation goes up to %(level)s, because %(why)s.",
            level=level,
            why=why_reached(context),
        )
    lines = [sentence, *quoted(message.note)]
    if message.reached:
        lines.append(texts("Called now: %(names)s.", names=context.names_of(message.reached)))
    return told(context, context.incident(), "\n".join(lines))


def settle_asked(context: ViewContext[SettleAsked]) -> Rendered | None:
    """To the other side: is the point settled for you too (ESC-2)?"""
    texts, incident, escalation = context.texts, context.incident(), standing_at(context)
    if escalation is None or not escalation.settled:
        return None
    lines = [
        texts(
            "%(by)s says that the point is settled. It ends when your side says so too; without "
            "your word the escalation goes on.",
            by=context.name_of(context.message.by),
        ),
        *quoted(context.message.note),
    ]
    record, ladder = (context.contract, incident.id), {"ladder": escalation.ladder}
    return told(
        context, incident, "\n".join(lines),
        b.button(texts("It is settled"), "escalate/settle", *record, style="primary", **ladder),
        b.button(texts("Escalate"), "escalate/up", *record, **call_values(escalation)),
    )  # fmt: skip


def handed_over(context: ViewContext[HandedOver]) -> Rendered:
    """Somebody gave their place to another."""
    return told(
        context,
        context.incident(),
        context.texts(
            "%(by)s has handed the escalation over to %(to)s.",
            by=context.name_of(context.message.by),
            to=context.name_of(context.message.person),
        ),
    )


def stopped(context: ViewContext[EscalationStopped]) -> Rendered:
    """The escalation is over, and why."""
    texts, why = context.texts, context.message.why
    firm = b.plain(context.party(context.message.ladder))
    if why == "settled" and context.message.also:
        sentence = texts(
            "%(by)s and %(also)s say that the point is settled: the escalation towards %(firm)s is "
            "over. Thank you for your help.",
            by=context.name_of(context.message.by),
            also=context.name_of(context.message.also),
            firm=firm,
        )
    elif why == "settled":
        sentence = texts(
            "%(by)s says that the point is settled: the escalation towards %(firm)s is over. "
            "Thank you for your help.",
            by=context.name_of(context.message.by),
            firm=firm,
        )
    else:
        sentence = texts(
            "The escalation towards %(firm)s is over: %(why)s. Thank you for your help.",
            firm=firm,
            why=texts(ENDED[why]),
        )
    if note := b.plain(context.message.note):
        sentence += f"\n> {note}"
    return told(context, context.incident(), sentence)


def snooze_over(context: ViewContext[SnoozeOver]) -> Rendered | None:
    """The pause is over."""
    if standing_at(context) is None:
        return None
    sentence = context.texts("The pause is over: the escalation goes on.")
    if due := context.when(context.message.next_at):
        sentence += " " + context.texts("Next automatic step: %(when)s.", when=due)
    return told(context, context.incident(), sentence)


def nobody(context: ViewContext[NobodyReachable]) -> Rendered | None:
    """A rung reaches nobody: to whom the contract names for that case."""
    texts, contract, incident = context.texts, context.reader.contract, context.incident()
    escalation = incident.escalation(context.message.ladder)
    if escalation is None or not escalation.active:
        return None
    if opens := context.message.opens:
        words = texts(
            "Nobody is there at %(firm)s now: the call waits until %(at)s, when their hours begin. "
            "To have them called all the same, escalate with the reason.",
            firm=b.plain(contract.party_name(context.message.side)),
            at=texts.clock(opens, context.now),
        )
        record = (context.contract, incident.id)
        ladder = context.message.ladder
        button = b.button(texts("Call them now"), "escalate/up#force", *record, ladder=ladder)
        return told(context, incident, words, *([button] if context.now < opens else []))
    lines = [
        texts(
            "At echelon %(level)s, %(name)s, nobody can be reached on the side of %(firm)s. "
            "The escalation goes on at once; please see that somebody takes it.",
            level=context.message.level,
            name=b.plain(context.message.level_name),
            firm=b.plain(contract.party_name(context.message.side)),
        )
    ]
    if late := late_words(texts, context.message.late):
        lines.append(late)
    return told(context, incident, "\n".join(lines))


VIEWS: Views = {
    PeerEscalated: peer_escalated,
    Climbed: climbed,
    SettleAsked: settle_asked,
    HandedOver: handed_over,
    EscalationStopped: stopped,
    SnoozeOver: snooze_over,
    NobodyReachable: nobody,
}
