"""Views of what is told about escalations (Rules ESC-1 to ESC-7)."""

from __future__ import annotations

from datetime import timedelta

from escalation.messages.ladder import (
    EscalationStopped,
    HandedOver,
    NobodyReachable,
    PeerEscalated,
    Ping,
    SnoozeOver,
)
from escalation.perform.problems import known_for
from escalation.records.escalation import Escalation, SideCalls
from handlers.incident.known_errors import concerned, workaround_lines
from handlers.incident.site import site_lines
from handlers.incident.views import told
from handlers.words import blocks as b
from handlers.words.ladder_reasons import TRIGGERS, WHYS
from handlers.words.rendered import Rendered
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


def reason_words(reason: str, texts: Texts) -> str:
    """Why an escalation began: a trigger of the contract, or somebody's words."""
    return texts(TRIGGERS[reason]) if reason in TRIGGERS else b.plain(reason)


def late_words(texts: Texts, seconds: int | None) -> str:
    """How late a timer fired, where it did (ESC-7)."""
    if not seconds:
        return ""
    late = texts.duration(timedelta(seconds=seconds))
    return texts("This message is %(late)s late: Escalade was not running.", late=late)


def _escalation(context: ViewContext[Ping | SnoozeOver]) -> Escalation | None:
    escalation = context.incident().escalation(context.message.ladder)
    return (
        escalation
        if escalation and escalation.active and escalation.rung == context.message.rung
        else None
    )


def _asked(side: SideCalls, person: str) -> bool:
    """Whether somebody is asked: nobody took it; they are called as well; or called again since.

    Whoever took it is asked again where the top rung is not settled in time (Rule ESC-5).
    """
    if side.acknowledged_by is None:
        return True
    mine = [each for each in side.pings if each.person == person]
    if side.acknowledged_by == person:
        taken = side.acknowledged_at
        return taken is not None and any(each.at > taken for each in mine)
    return any(each.added for each in mine)


def ping(context: ViewContext[Ping]) -> Rendered | None:
    """To one person: you are called. Dropped once their side has an answer."""
    incident, texts, me = context.incident(), context.texts, context.reader.person
    escalation = _escalation(context)
    if escalation is None or me is None:
        return None
    message = context.message
    if not _asked(escalation.side(message.side), me.id):
        return None
    lines = [
        texts(
            "You are called for echelon %(level)s, %(name)s.",
            level=message.level,
            name=b.plain(message.level_name),
        ),
        texts("Reason: %(reason)s", reason=reason_words(message.reason, texts)),
    ]
    if message.why in WHYS:
        why = texts(WHYS[message.why])
        lines.append(texts("This echelon is reached because %(why)s.", why=why))
    if message.by:
        lines.append(texts("Escalated by %(name)s.", name=context.name_of(message.by)))
    if message.note:
        lines += [f"> {line}" for line in b.plain(message.note).split("\n")]
    lines += site_lines(incident, context.reader.contract, texts, context.now)
    if concerned(me.organisation):
        lines += workaround_lines(known_for(context.tx, incident), texts)
    if message.peer:
        phone = context.phone_of(message.peer)
        peer = context.name_of(message.peer) + (f" ({phone})" if phone else "")
        lines.append(texts("Your counterpart: %(name)s.", name=peer))
    if message.number > 1:
        lines.append(texts("This is call number %(number)s.", number=message.number))
    if late := late_words(texts, context.message.late):
        lines.append(late)
    values = {"ladder": escalation.ladder, "rung": str(escalation.rung)}
    ladder = {"ladder": escalation.ladder}
    record = (context.contract, incident.id)
    return told(
        context, incident, "\n".join(lines),
        b.button(texts("Acknowledge"), "escalate/ack", *record, style="primary", **values),
        b.button(texts("Hand over"), "escalate/handover", *record, **ladder),
        b.button(texts("Put off once"), "escalate/snooze", *record, **ladder),
        b.button(texts("Escalate"), "escalate/up", *record, **ladder),
    )  # fmt: skip


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
    if why == "settled":
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
    if _escalation(context) is None:
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
    Ping: ping,
    PeerEscalated: peer_escalated,
    HandedOver: handed_over,
    EscalationStopped: stopped,
    SnoozeOver: snooze_over,
    NobodyReachable: nobody,
}
