"""A call, and its newest copies as things stand: who took it, what is left to do (ESC-5, ESC-6)."""

from __future__ import annotations

from escalation.decision.commands.incident import ResolveIncident
from escalation.decision.commands.ladder import EscalateUp
from escalation.ladder.rung import at_top
from escalation.messages.ladder import CountedAsTaken, Ping
from escalation.perform import rights
from escalation.perform.practices.problems import known_for
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.kinds import INCIDENT
from handlers.incident.card import escalation_lines
from handlers.incident.parts.away import away_lines
from handlers.incident.parts.known_errors import concerned, workaround_lines
from handlers.incident.parts.row import at_a_glance
from handlers.incident.parts.site import site_lines
from handlers.incident.views import in_hand, told, with_phone
from handlers.ladder.views import (
    ENDED,
    call_values,
    late_words,
    quoted,
    reason_words,
    standing_at,
    why_reached,
)
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.shared.ladder_reasons import TAKEN
from handlers.words.texts import msg
from handlers.words.view_context import ViewContext, Views

PASSED_ON = {
    "handed_over": msg("%(name)s hands this over to you."),
    "added": msg("%(name)s asks you to join."),
    "stepped_down": msg("%(name)s has given it back to this echelon."),
}


def _asked(side: SideCalls, person: str) -> bool:
    """Tell whether somebody is asked: nobody took it; they are called as well; or called again.

    Whoever took it is asked again where the top rung is not settled in time (Rule ESC-5); whoever
    handed it over is asked no more (Rule ESC-6).
    """
    mine = [each for each in side.pings if each.person == person]
    if side.acknowledged_by is None:
        asked_last = side.last is not None and side.last.person == person
        return asked_last or person in side.queue or any(each.added for each in mine)
    if side.acknowledged_by == person:
        taken = side.acknowledged_at
        return taken is not None and any(each.at > taken for each in mine)
    return any(each.added for each in mine)


def ping(context: ViewContext[Ping]) -> Rendered | None:
    """To one person: you are called. Once their side has an answer: dropped, or what became of it.

    A copy that stands already says who took it and when, with the buttons that are of use.
    """
    incident, texts, me = context.incident(), context.texts, context.reader.person
    if me is None:
        return None
    escalation = standing_at(context)
    message = context.message
    if escalation is None or not _asked(escalation.side(message.side), me.id):
        return _as_things_stand(context) if context.standing else None
    lines = [
        texts(
            "You are called for echelon %(level)s, %(name)s.",
            level=message.level,
            name=b.plain(message.level_name),
        ),
        *at_a_glance(incident, context.reader.contract, texts, context.now),
        *in_hand(context),
        texts("Reason: %(reason)s", reason=reason_words(message.reason, texts)),
    ]
    if why := why_reached(context):
        lines.append(texts("This echelon is reached because %(why)s.", why=why))
    if message.by:
        words = PASSED_ON.get(message.why, "") or msg("Escalated by %(name)s.")
        lines.append(texts(words, name=context.name_of(message.by)))
    mine = escalation.side(message.side)
    gone = {me.id, *(each.by for each in mine.handed)}
    others = (each.person for each in mine.pings if not each.added)
    silent = dict.fromkeys(each for each in others if each not in gone)
    if silent and mine.acknowledged_by is None:
        words = msg("Called before you, no answer yet: %(names)s.")
        lines.append(texts(words, names=context.names_of(silent)))
    lines += away_lines(escalation, mine, context.reader.contract, texts, context.now)
    lines += quoted(message.note)
    lines += site_lines(incident, context.reader.contract, texts, context.now)
    if concerned(me.organisation):
        known = known_for(context.tx, incident)
        lines += workaround_lines(known, context.reader.contract, me.id, texts)
    # as it is by now: both sides may have moved at the same instant
    other = escalation.other(message.side)
    lines += _counterpart(context, other.current if other else message.peer)
    said = next((each for each in escalation.settled if each.side != message.side), None)
    if said is not None:
        lines.append(texts("%(by)s says that the point is settled.", by=context.name_of(said.by)))
        lines += quoted(said.note)
    if message.number > 1:
        lines.append(texts("This is call number %(number)s.", number=message.number))
    if late := late_words(texts, context.message.late):
        lines.append(late)
    record = (context.contract, incident.id)
    values, ladder = call_values(escalation), {"ladder": escalation.ladder}
    settled = b.button(texts("It is settled"), "escalate/settle", *record, **ladder)
    return told(
        context, incident, "\n".join(lines),
        b.button(texts("Acknowledge"), "escalate/ack", *record, style="primary", **values),
        b.button(texts("Card"), "incident/show", *record),
        b.button(texts("Hand over"), "escalate/handover", *record, **ladder),
        b.button(texts("Snooze once"), "escalate/snooze", *record, **ladder),
        b.button(texts("Escalate"), "escalate/up", *record, **values),
        *([settled] if said else []),
    )  # fmt: skip


def _counterpart(
    context: ViewContext[Ping] | ViewContext[CountedAsTaken], peer: str | None
) -> list[str]:
    """Say whom to phone in the other firm, and at what number (ESC-2)."""
    if not peer:
        return []
    return [context.texts("Your counterpart: %(name)s.", name=with_phone(context, peer))]


def counted(context: ViewContext[CountedAsTaken]) -> Rendered | None:
    """To whoever has it already: they are not called, and it counts as theirs (ESC-5)."""
    texts, message = context.texts, context.message
    sentence = texts(
        "An escalation is at echelon %(level)s, %(name)s. You are not called: it counts as taken "
        "by you, because %(why)s.",
        level=message.level,
        name=b.plain(message.level_name),
        why=texts(TAKEN.get(message.why, message.why)),
    )
    return _with_state(context, sentence)


def _as_things_stand(context: ViewContext[Ping]) -> Rendered:
    message = context.message
    called = context.texts(
        "You were called for echelon %(level)s, %(name)s, at %(at)s.",
        level=message.level,
        name=b.plain(message.level_name),
        at=context.when(message.called),
    )
    return _with_state(context, called)


def _with_state(context: ViewContext[Ping] | ViewContext[CountedAsTaken], first: str) -> Rendered:
    """A sentence, where the escalation stands on both sides, and the buttons that are of use.

    Whoever is concerned by the present echelon reads whom to phone: they call after they took it.
    """
    incident, texts, me = context.incident(), context.texts, context.reader.person
    lines, escalation = [first], incident.escalation(context.message.ladder)
    if escalation is not None and escalation.active:
        lines += escalation_lines(escalation, context.reader.contract, texts, context.now)
        mine = next((s for s in escalation.sides if me is not None and me.id in s.concerned), None)
        other = escalation.other(mine.side) if mine else None
        lines += _counterpart(context, other.current if other else None)
    elif escalation is not None:
        why = texts(ENDED[escalation.ended_why])
        when = context.when(escalation.ended_at)
        lines.append(texts("The escalation is over since %(at)s: %(why)s.", at=when, why=why))
    return told(context, incident, "\n".join(lines), *_useful(context, escalation))


def _useful(
    context: ViewContext[Ping] | ViewContext[CountedAsTaken], escalation: Escalation | None
) -> list[Block]:
    """The buttons that are of use now, of those that this reader may press."""
    incident, texts, me = context.incident(), context.texts, context.reader.person
    record = (context.contract, incident.id)
    buttons = [b.button(texts("Card"), "incident/show", *record)]
    if me is None or incident.state in INCIDENT.over:
        return buttons
    working = incident.resolved_at is None
    if working and rights.allowed(context.reader.contract, me.id, ResolveIncident, incident):
        buttons.append(b.button(texts("Resolve"), "incident/resolve", *record))
    if escalation is None or not escalation.active:
        return buttons
    mine = next((side for side in escalation.sides if side.acknowledged_by == me.id), None)
    if mine is not None:
        ladder = {"ladder": escalation.ladder}
        if escalation.word_of(mine.side) is None:
            buttons.append(b.button(texts("It is settled"), "escalate/settle", *record, **ladder))
        buttons.append(b.button(texts("Hand over"), "escalate/handover", *record, **ladder))
        if escalation.snoozed_at is None:
            buttons.append(b.button(texts("Snooze once"), "escalate/snooze", *record, **ladder))
    may = rights.allowed(context.reader.contract, me.id, EscalateUp, incident, at=context.now)
    if may and not at_top(context.reader.contract, escalation):
        buttons.append(
            b.button(texts("Escalate"), "escalate/up", *record, **call_values(escalation))
        )
    return buttons


VIEWS: Views = {Ping: ping, CountedAsTaken: counted}
