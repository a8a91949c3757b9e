"""Views of what is told about escalations (Rules ESC-1 to ESC-7)."""

from __future__ import annotations

from datetime import timedelta

from escalation.effects import Topic
from escalation.walk import Pursuit, Walk
from handlers import blocks as b
from handlers.incident_views import told
from handlers.notice import Notice
from handlers.rendered import Rendered
from handlers.texts import Texts, msg

TRIGGERS = {
    "trigger:priority_1_opened": msg("a priority 1 was opened"),
    "trigger:acknowledgement_missed": msg("nobody acknowledged in time"),
    "trigger:target_at_risk": msg("a target is at risk"),
    "trigger:target_missed": msg("a target was missed"),
    "trigger:reopened": msg("the incident was reopened"),
}
WHYS = {
    "nobody_answered": msg("nobody answered at the echelon below"),
    "not_settled": msg("it was not settled in time"),
    "nobody_reachable": msg("nobody could be reached at the echelon below"),
}
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


def late_words(notice: Notice) -> str:
    """How late a timer fired, where it did (ESC-7)."""
    seconds = notice.number("late")
    if not seconds:
        return ""
    late = notice.texts.duration(timedelta(seconds=seconds))
    return notice.texts("This message is %(late)s late: Escalade was not running.", late=late)


def _walk(notice: Notice) -> Walk | None:
    walk = notice.incident().walk(str(notice.effect.facts.get("ladder", "")))
    return walk if walk and walk.active and walk.rung == notice.number("rung") else None


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


def ping(notice: Notice) -> Rendered | None:
    """To one person: you are called. Dropped once their side has an answer."""
    incident, texts, me = notice.incident(), notice.texts, notice.reader.person
    walk = _walk(notice)
    if walk is None or me is None:
        return None
    side = walk.side(str(notice.effect.facts["side"]))
    if not _asked(side, me.id):
        return None
    facts = notice.effect.facts
    why = str(facts.get("why") or "")
    lines = [
        texts(
            "You are called for echelon %(level)s, %(name)s.",
            level=notice.fact("level"),
            name=notice.fact("level_name"),
        ),
        texts("Reason: %(reason)s", reason=reason_words(str(facts.get("reason", "")), texts)),
    ]
    if why in WHYS:
        lines.append(texts("This echelon is reached because %(why)s.", why=texts(WHYS[why])))
    if facts.get("by"):
        lines.append(texts("Escalated by %(name)s.", name=notice.name("by")))
    if facts.get("note"):
        lines += [f"> {line}" for line in notice.fact("note").split("\n")]
    if facts.get("peer"):
        phone = notice.phone_of(str(facts["peer"]))
        peer = notice.name("peer") + (f" ({phone})" if phone else "")
        lines.append(texts("Your counterpart: %(name)s.", name=peer))
    if notice.number("number") > 1:
        lines.append(texts("This is call number %(number)s.", number=notice.number("number")))
    if late := late_words(notice):
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


def peer_escalated(notice: Notice) -> Rendered:
    """To the peer of whoever escalated (ESC-2)."""
    texts = notice.texts
    lines = [
        texts(
            "%(by)s, your counterpart, has escalated to echelon %(level)s: %(reason)s",
            by=notice.name("by"),
            level=notice.fact("level"),
            reason=notice.fact("reason"),
        )
    ]
    if reached := notice.people("reached"):
        lines.append(texts("Called now: %(names)s.", names=texts.listing(reached)))
    return told(
        notice,
        notice.incident(),
        "\n".join(lines),
    )


def handed_over(notice: Notice) -> Rendered:
    """Somebody gave their place to another."""
    return told(
        notice,
        notice.incident(),
        notice.texts(
            "%(by)s has handed the escalation over to %(to)s.",
            by=notice.name("by"),
            to=notice.name("person"),
        ),
    )


def stopped(notice: Notice) -> Rendered:
    """The walk is over, and why."""
    texts, why = notice.texts, str(notice.effect.facts.get("why", ""))
    firm = b.plain(notice.party(str(notice.effect.facts.get("ladder", ""))))
    if why == "settled":
        sentence = texts(
            "%(by)s says that the point is settled: the escalation towards %(firm)s is over. "
            "Thank you for your help.",
            by=notice.name("by"),
            firm=firm,
        )
    else:
        sentence = texts(
            "The escalation towards %(firm)s is over: %(why)s. Thank you for your help.",
            firm=firm,
            why=texts(ENDED[why]),
        )
    if note := notice.fact("note"):
        sentence += f"\n> {note}"
    return told(notice, notice.incident(), sentence)


def snooze_over(notice: Notice) -> Rendered | None:
    """The pause is over."""
    if _walk(notice) is None:
        return None
    sentence = notice.texts("The pause is over: the escalation goes on.")
    if due := notice.when("next_at"):
        sentence += " " + notice.texts("Next automatic step: %(when)s.", when=due)
    return told(notice, notice.incident(), sentence)


def nobody(notice: Notice) -> Rendered | None:
    """A rung reaches nobody: to whom the contract names for that case."""
    texts, contract, incident = notice.texts, notice.reader.contract, notice.incident()
    side = str(notice.effect.facts.get("side", ""))
    walk = incident.walk(str(notice.effect.facts.get("ladder", "")))
    if walk is None or not walk.active:
        return None
    lines = [
        texts(
            "At echelon %(level)s, %(name)s, nobody can be reached on the side of %(firm)s. "
            "The escalation goes on at once; please see that somebody takes it.",
            level=notice.fact("level"),
            name=notice.fact("level_name"),
            firm=b.plain(contract.party_name(side)),
        )
    ]
    if late := late_words(notice):
        lines.append(late)
    return told(notice, incident, "\n".join(lines))


VIEWS = {
    Topic.PING: ping,
    Topic.PEER_ESCALATED: peer_escalated,
    Topic.HANDED_OVER: handed_over,
    Topic.ESCALATION_STOPPED: stopped,
    Topic.SNOOZE_OVER: snooze_over,
    Topic.NOBODY_REACHABLE: nobody,
}
