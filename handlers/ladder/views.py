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
from escalation.records.escalation import Pursuit, Walk
from handlers.incident.views import told
from handlers.words import blocks as b
from handlers.words.ladder_reasons import TRIGGERS, WHYS
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts, msg
from handlers.words.view_context import Notice, Views

ENDED = {
    "settled": msg("the point is settled"),
    "resolved": msg("the incident is resolved"),
    "closed": msg("the incident is closed"),
    "cancelled": msg("the incident is cancelled"),
    "merged": msg("the incident duplicates another"),
    "ladder_removed": msg("the contract has no such ladder any more"),
}


def reason_words(reason: str, texts: Texts) -> str:
    """Why a walk began: a trigger of the contract, or somebody's words."""
    return texts(TRIGGERS[reason]) if reason in TRIGGERS else b.plain(reason)


def late_words(texts: Texts, seconds: int | None) -> str:
    """How late a timer fired, where it did (ESC-7)."""
    if not seconds:
        return ""
    late = texts.duration(timedelta(seconds=seconds))
    return texts("This message is %(late)s late: Escalade was not running.", late=late)


def _walk(notice: Notice[Ping | SnoozeOver]) -> Walk | None:
    walk = notice.incident().walk(notice.message.ladder)
    return walk if walk and walk.active and walk.rung == notice.message.rung else None


def _asked(side: Pursuit, person: str) -> bool:
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


def ping(notice: Notice[Ping]) -> Rendered | None:
    """To one person: you are called. Dropped once their side has an answer."""
    incident, texts, me = notice.incident(), notice.texts, notice.reader.person
    walk = _walk(notice)
    if walk is None or me is None:
        return None
    message = notice.message
    if not _asked(walk.side(message.side), me.id):
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
        lines.append(texts("Escalated by %(name)s.", name=notice.name_of(message.by)))
    if message.note:
        lines += [f"> {line}" for line in b.plain(message.note).split("\n")]
    if message.peer:
        phone = notice.phone_of(message.peer)
        peer = notice.name_of(message.peer) + (f" ({phone})" if phone else "")
        lines.append(texts("Your counterpart: %(name)s.", name=peer))
    if message.number > 1:
        lines.append(texts("This is call number %(number)s.", number=message.number))
    if late := late_words(texts, notice.message.late):
        lines.append(late)
    values = {"ladder": walk.ladder, "rung": str(walk.rung)}
    ladder = {"ladder": walk.ladder}
    record = (notice.contract, incident.id)
    return told(
        notice, incident, "\n".join(lines),
        b.button(texts("Acknowledge"), "escalate/ack", *record, style="primary", **values),
        b.button(texts("Hand over"), "escalate/handover", *record, **ladder),
        b.button(texts("Put off once"), "escalate/snooze", *record, **ladder),
        b.button(texts("Escalate"), "escalate/up", *record, **ladder),
    )  # fmt: skip


def peer_escalated(notice: Notice[PeerEscalated]) -> Rendered:
    """To the peer of whoever escalated (ESC-2)."""
    texts = notice.texts
    lines = [
        texts(
            "%(by)s, your counterpart, has escalated to echelon %(level)s: %(reason)s",
            by=notice.name_of(notice.message.by),
            level=notice.message.level,
            reason=b.plain(notice.message.reason),
        )
    ]
    if reached := notice.message.reached:
        lines.append(texts("Called now: %(names)s.", names=notice.names_of(reached)))
    return told(
        notice,
        notice.incident(),
        "\n".join(lines),
    )


def handed_over(notice: Notice[HandedOver]) -> Rendered:
    """Somebody gave their place to another."""
    return told(
        notice,
        notice.incident(),
        notice.texts(
            "%(by)s has handed the escalation over to %(to)s.",
            by=notice.name_of(notice.message.by),
            to=notice.name_of(notice.message.person),
        ),
    )


def stopped(notice: Notice[EscalationStopped]) -> Rendered:
    """The walk is over, and why."""
    texts, why = notice.texts, notice.message.why
    firm = b.plain(notice.party(notice.message.ladder))
    if why == "settled":
        sentence = texts(
            "%(by)s says that the point is settled: the escalation towards %(firm)s is over. "
            "Thank you for your help.",
            by=notice.name_of(notice.message.by),
            firm=firm,
        )
    else:
        sentence = texts(
            "The escalation towards %(firm)s is over: %(why)s. Thank you for your help.",
            firm=firm,
            why=texts(ENDED[why]),
        )
    if note := b.plain(notice.message.note):
        sentence += f"\n> {note}"
    return told(notice, notice.incident(), sentence)


def snooze_over(notice: Notice[SnoozeOver]) -> Rendered | None:
    """The pause is over."""
    if _walk(notice) is None:
        return None
    sentence = notice.texts("The pause is over: the escalation goes on.")
    if due := notice.when(notice.message.next_at):
        sentence += " " + notice.texts("Next automatic step: %(when)s.", when=due)
    return told(notice, notice.incident(), sentence)


def nobody(notice: Notice[NobodyReachable]) -> Rendered | None:
    """A rung reaches nobody: to whom the contract names for that case."""
    texts, contract, incident = notice.texts, notice.reader.contract, notice.incident()
    walk = incident.walk(notice.message.ladder)
    if walk is None or not walk.active:
        return None
    lines = [
        texts(
            "At echelon %(level)s, %(name)s, nobody can be reached on the side of %(firm)s. "
            "The escalation goes on at once; please see that somebody takes it.",
            level=notice.message.level,
            name=b.plain(notice.message.level_name),
            firm=b.plain(contract.party_name(notice.message.side)),
        )
    ]
    if late := late_words(texts, notice.message.late):
        lines.append(late)
    return told(notice, incident, "\n".join(lines))


VIEWS: Views = {
    Ping: ping,
    PeerEscalated: peer_escalated,
    HandedOver: handed_over,
    EscalationStopped: stopped,
    SnoozeOver: snooze_over,
    NobodyReachable: nobody,
}
