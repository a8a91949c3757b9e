"""An incident in few words: a line of a list, and what whoever is called needs first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from escalation.contract import Contract
from escalation.decision.commands.incident import ResumeWork, TakeIncident
from escalation.people.roles import responsible_group
from escalation.perform import rights
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import Texts

LINE_SHOWN = 300


def incident_row(
    incident: Incident,
    line: str,
    contract: Contract,
    texts: Texts,
    me: str,
    now: datetime,
    *,
    place: str = "",
) -> list[Block]:
    """Its line, with its card; and, while nobody has it and the reader may, to take it.

    `place` tells it from rows of other contracts that stand beside it.
    """
    record, mark = (incident.contract, incident.id), f"#{place}{incident.id}"
    card = b.button(texts("Card"), f"incident/show{mark}", *record)
    if awaited_of(incident, contract, me, now):
        firm = b.plain(contract.party_name(contract.person(me).organisation))
        line += " · " + texts("⏸ an answer of %(firm)s is awaited", firm=firm)
        answer = b.button(texts("Answer"), f"incident/answer{mark}", *record, style="primary")
        return b.row(line, answer, card)
    untaken = incident.acknowledged_at is None and incident.resolved_at is None
    if untaken and rights.allowed(contract, me, TakeIncident, incident, at=now):
        take = b.button(texts("Take"), f"incident/take{mark}", *record, style="primary")
        return b.row(line, take, card)
    return b.row(line, card)


def called_for(incident: Incident, side: str) -> list[str]:
    """Name those of a side who are being called, none of whom has answered (Rule ESC-5)."""
    sides = [each for walk in incident.walks if walk.active for each in walk.sides]
    return list(
        dict.fromkeys(
            ping.person
            for each in sides
            if each.side == side and each.acknowledged_by is None
            for ping in each.pings[-1:]
        )
    )


def awaited_of(incident: Incident, contract: Contract, me: str, now: datetime) -> bool:
    """Tell whether an answer of somebody's firm is awaited, which they may give (Rule INC-9)."""
    pause = incident.waiting
    if pause is None or contract.person(me).organisation != pause.waiting_for:
        return False
    return rights.allowed(contract, me, ResumeWork, incident, at=now)


def at_a_glance(incident: Incident, contract: Contract, texts: Texts, now: datetime) -> list[str]:
    """Say what is due, what it is about and since when; then whom to phone about it (ORG-4)."""
    facts = [texts.labelled(label, when) for label, when in dues(incident, texts, now)]
    if incident.component:
        facts.append(b.plain(contract.component_name(incident.component)))
    facts.append(texts.labelled(texts("Opened"), texts.clock(incident.opened_at, now)))
    return [" · ".join(facts), *group_lines(incident, contract, texts, reached=True)]


def dues(incident: Incident, texts: Texts, now: datetime) -> list[tuple[str, str]]:
    """List what is due when, while it is not restored."""
    if incident.state in INCIDENT.over or incident.resolved_at is not None:
        return []
    pairs = []
    if incident.acknowledge_due and incident.acknowledged_at is None:
        pairs.append((texts("To be acknowledged by"), _due(incident.acknowledge_due, texts, now)))
    if incident.restore_due:
        due = _due(incident.restore_due, texts, now)
        if incident.waiting and "restore" not in incident.missed:  # its clock stands still (INC-9)
            due = texts("not counted while waiting; it was %(at)s", at=due)
        pairs.append((texts("To be restored by"), due))
    return pairs


def group_lines(
    incident: Incident, contract: Contract, texts: Texts, *, reached: bool = False
) -> Iterator[str]:
    """The group responsible and those taking part: how to reach them, what they know (ORG-4).

    `reached`: of those alone whose hotline or address the contract gives.
    """
    wanted = (responsible_group(contract, incident), *incident.groups)
    for group in contract.groups:
        if group.id in wanted and (group.contact or not reached):
            more = " · ".join([group.contact, ", ".join(group.competences)]).strip(" ·")
            yield texts.labelled(b.plain(group.name), b.plain(more or "–", LINE_SHOWN))


def _due(due: datetime, texts: Texts, now: datetime) -> str:
    late = " ⚠️" if due < now else ""
    return texts.clock(due, now) + late
