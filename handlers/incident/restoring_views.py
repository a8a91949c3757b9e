"""Views of what is awaited and asked until an incident is closed (INC-4, INC-5, INC-9, INC-11)."""

from __future__ import annotations

from typing import Any

from escalation.base.timer_names.incident import WaitEnd
from escalation.contract import PROVIDER
from escalation.messages.event import EventsCleared
from escalation.messages.incident import (
    CauseAsked,
    CauseToConfirm,
    MayClose,
    PleaseClose,
    PleaseVerify,
    StillWaiting,
    WaitBegun,
    WaitingTooLong,
    WaitOver,
)
from escalation.records.event import EventState
from escalation.records.incident import REPAIRED, Incident, IncidentState
from escalation.records.kinds import EVENT, INCIDENT
from handlers.incident.views import told
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import msg
from handlers.words.view_context import ViewContext, Views


def _waited_for(context: ViewContext[Any], firm: str) -> str:
    return b.plain(context.reader.contract.party_name(firm))


def wait_begun(context: ViewContext[WaitBegun]) -> Rendered | None:
    """To the requester, and whoever is waited for: what is awaited, and until when (INC-9)."""
    incident, texts, pause = context.incident(), context.texts, context.incident().waiting
    if pause is None or pause.since != context.message.since:
        return None
    said = texts(
        "%(by)s is waiting for %(who)s: %(reason)s",
        by=context.name_of(pause.by),
        who=_waited_for(context, pause.waiting_for),
        reason=b.plain(pause.reason),
    )
    lines, end = [said], incident.alarms.get(WaitEnd())
    if incident.restore_due and "restore" not in incident.missed:
        words = msg(
            "Meanwhile the time to restore the service is not counted (it was due by %(due)s)."
        )
        lines.append(texts(words, due=context.when(incident.restore_due)))
    if end is not None:
        words = msg("If nothing has come by %(at)s, the incident managers are told.")
        lines.append(texts(words, at=context.when(end.due)))
    return told(context, incident, "\n".join(lines), *_wait_buttons(context, incident))


def wait_over(context: ViewContext[WaitOver]) -> Rendered:
    """To those who were told of the wait: it is over, and what is due when (INC-9)."""
    incident, texts, message = context.incident(), context.texts, context.message
    contract, words = context.reader.contract, msg("%(by)s is not waiting for %(who)s any more.")
    by = contract.recalled(message.by)
    if by is not None and by.organisation == message.waiting_for:
        words = msg("%(by)s has answered for %(who)s.")
    said = texts(
        words, by=context.name_of(message.by), who=_waited_for(context, message.waiting_for)
    )
    if message.note:
        said += f"\n> {b.plain(message.note)}"
    due = incident.restore_due
    if due and incident.state not in INCIDENT.over | REPAIRED and not incident.waiting:
        words = msg("The time to restore the service is counted again: it is due by %(due)s.")
        if "restore" not in incident.missed:
            said += "\n" + texts(words, due=context.when(due))
    return told(context, incident, said)


def _wait_buttons(context: ViewContext[Any], incident: Incident) -> list[Block]:
    """Of the firm that is waited for: answer. Of the provider: resume, or note."""
    texts, me, pause = context.texts, context.reader.person, incident.waiting
    record, firm = (context.contract, incident.id), me.organisation if me else PROVIDER
    if pause is not None and firm == pause.waiting_for:
        return [b.button(texts("Answer"), "incident/answer", *record, style="primary")]
    note = b.button(texts("Add a note"), "incident/note", *record)
    resume = b.button(texts("Resume"), "incident/resume", *record)
    return [resume, note] if firm == PROVIDER else [note]


def _wait(context: ViewContext[StillWaiting | WaitingTooLong], sentence: str) -> Rendered | None:
    incident, texts, since = context.incident(), context.texts, context.message.since
    pause = incident.waiting
    if pause is None or pause.since != since:
        return None
    said = texts(
        sentence,
        who=_waited_for(context, pause.waiting_for),
        since=context.when(since),
        by=context.name_of(pause.by),
    )
    words, buttons = f"{said}\n> {b.plain(pause.reason)}", _wait_buttons(context, incident)
    return told(context, incident, words, *buttons)


def still_waiting(context: ViewContext[StillWaiting]) -> Rendered | None:
    """To whoever is waited for, and whoever waits (INC-9)."""
    return _wait(context, msg("%(by)s has been waiting for %(who)s since %(since)s."))


def waiting_too_long(context: ViewContext[WaitingTooLong]) -> Rendered | None:
    """To the incident managers: somebody is waited for too long (INC-9)."""
    return _wait(
        context,
        msg(
            "%(by)s has been waiting for %(who)s since %(since)s: longer than the contract allows. "
            "Please see that it goes on."
        ),
    )


def events_cleared(context: ViewContext[EventsCleared]) -> Rendered | None:
    """To whoever has it: nothing that monitoring saw lasts; is it resolved? (EVT-1)"""
    incident, texts = context.incident(), context.texts
    events = [context.tx.get(EVENT, context.contract, each) for each in incident.events]
    fires = any(event.state is EventState.FIRING for event in events)
    if fires or incident.resolved_at is not None or incident.state in INCIDENT.over:
        return None
    sentence = texts(
        "Monitoring has seen nothing of it any more since %(at)s. Is it resolved? It stays open "
        "until you say so.",
        at=context.when(context.message.at),
    )
    record = (context.contract, incident.id)
    return told(
        context, incident, sentence,
        b.button(texts("Resolve"), "incident/resolve", *record, style="primary"),
        b.button(texts("Timeline"), "incident/show", *record),
    )  # fmt: skip


def cause_to_confirm(context: ViewContext[CauseToConfirm]) -> Rendered | None:
    """To the incident manager: is the cause gone, as was said? (INC-11)"""
    incident, texts, message = context.incident(), context.texts, context.message
    if incident.cause_confirmed_by or incident.state not in REPAIRED:
        return None
    said = msg("%(by)s has resolved the incident and says that the cause is gone.")
    if not message.gone:
        said = msg("%(by)s has resolved the incident and says that the cause is not gone.")
    sentence = texts(said, by=context.name_of(message.by))
    if incident.cause:
        sentence += f"\n> {b.plain(incident.cause)}"
    record = (context.contract, incident.id)
    gone = "yes" if message.gone else "no"
    return told(
        context, incident, sentence,
        b.button(texts("Confirm"), "incident/cause", *record, style="primary", gone=gone),
        b.button(texts("Correct"), "incident/cause#1", *record),
    )  # fmt: skip


def cause_asked(context: ViewContext[CauseAsked]) -> Rendered | None:
    """To whoever resolved it: is the cause gone? It was not known yet (INC-11)."""
    incident, texts = context.incident(), context.texts
    if incident.cause_gone is not None or incident.state not in REPAIRED:
        return None
    me = context.reader.person
    words = msg(
        "When %(by)s resolved the incident, it was not known yet whether its cause is gone. Is it"
        " known now? If the cause is not gone, a problem is proposed."
    )
    if me is not None and me.id == incident.resolved_by:
        words = msg(
            "When you resolved the incident, it was not known yet whether its cause is gone. Is it"
            " known now? If the cause is not gone, a problem is proposed."
        )
    sentence = texts(words, by=context.name_of(incident.resolved_by or ""))
    record = (context.contract, incident.id)
    return told(
        context, incident, sentence,
        b.button(texts("It is gone"), "incident/cause", *record, gone="yes"),
        b.button(texts("It is not gone"), "incident/cause#1", *record, gone="no"),
        b.button(texts("Not known yet"), "incident/cause#2", *record, gone="unknown"),
    )  # fmt: skip


def please_verify(context: ViewContext[PleaseVerify]) -> Rendered | None:
    """To the requester: can you really use the service? (INC-5)"""
    incident, texts = context.incident(), context.texts
    if incident.state is not IncidentState.RESOLVED:
        return None
    cure = b.plain(context.message.cure)
    sentence = texts(
        "%(by)s says that the service is restored. Can you really use it?",
        by=context.name_of(context.message.by),
    )
    return told(
        context, incident, f"{sentence}\n> {cure}" if cure else sentence,
        b.button(
            texts("It works"), "incident/verify", context.contract, incident.id, style="primary"
        ),
        b.button(
            texts("Not fixed"), "incident/notfixed", context.contract, incident.id, style="danger"
        ),
    )  # fmt: skip


def may_close(context: ViewContext[MayClose]) -> Rendered | None:
    """To the incident managers: the requester kept silent (INC-5)."""
    incident, texts = context.incident(), context.texts
    if incident.state is not IncidentState.RESOLVED:
        return None
    return told(
        context,
        incident,
        texts(
            "No answer has come yet, in the time that the contract sets, on whether the service "
            "can be used; %(requester)s was asked. You may close the incident; the record will say "
            "that it was not verified.",
            requester=context.name_of(context.message.requester),
        ),
        b.button(texts("Close"), "incident/close", context.contract, incident.id),
    )


def please_close(context: ViewContext[PleaseClose]) -> Rendered | None:
    """To the incident managers: it is verified, and not closed (INC-4)."""
    incident, texts = context.incident(), context.texts
    if incident.state is not IncidentState.VERIFIED:
        return None
    sentence = texts(
        "The incident is verified, but not closed yet. Escalade will close it by itself: %(at)s.",
        at=context.when(context.message.closes_at),
    )
    return told(
        context, incident, sentence,
        b.button(texts("Close"), "incident/close", context.contract, incident.id, style="primary"),
    )  # fmt: skip


VIEWS: Views = {
    EventsCleared: events_cleared,
    CauseToConfirm: cause_to_confirm,
    CauseAsked: cause_asked,
    PleaseVerify: please_verify,
    MayClose: may_close,
    PleaseClose: please_close,
    WaitBegun: wait_begun,
    WaitOver: wait_over,
    StillWaiting: still_waiting,
    WaitingTooLong: waiting_too_long,
}
