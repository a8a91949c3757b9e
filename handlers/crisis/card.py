"""The crisis's card: who is present, decisions and actions (Rules CRI-4, CRI-8)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.decision.commands import crisis as c
from escalation.decision.commands.command import Command
from escalation.perform import rights
from escalation.records.crisis import Action, Crisis, CrisisState, Presence
from escalation.records.incident import Incident
from handlers.incident.card import STATES as INCIDENT_STATES
from handlers.incident.card import exercise_mark
from handlers.incident.parts.row import dues
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import Texts, msg

STATES = {
    CrisisState.ASKED: msg("asked for"),
    CrisisState.REFUSED: msg("refused"),
    CrisisState.OPEN: msg("cell open"),
    CrisisState.CLOSED: msg("cell closed"),
}
PRESENCE = {
    Presence.PRESENT: msg("🟢 Present"),
    Presence.REPRESENTED: msg("🔵 Represented"),
    Presence.MISSING: msg("🟠 Missing"),
}
MOST_SHOWN = 10
REASON_SHOWN = 120  # of the reason in the heading, which is also the topic of the room
LINE_SHOWN = 300


def crisis_heading(crisis: Crisis, texts: Texts) -> str:
    """Number, incident and reason, in plain text."""
    mark = exercise_mark(texts, exercise=crisis.exercise)
    about = f" · {crisis.incident}" if crisis.incident else ""
    reason = b.cut(" ".join(crisis.reason.split()), REASON_SHOWN)
    return f"{mark}🚨 {crisis.id}{about} · {reason}"


def crisis_card(
    crisis: Crisis,
    contract: Contract,
    texts: Texts,
    now: datetime,
    *,
    reader: str | None,
    incident: Incident | None,
) -> Rendered:
    """The card; `reader` is a person's id for a card seen by one, None in a room."""
    title = crisis_heading(crisis, texts)
    shown: list[Block] = [
        b.header(title),
        *b.fields(
            [
                *_facts(crisis, contract, texts, now),
                *of_incident(incident, crisis, contract, texts, now),
            ]
        ),
        *b.sections(presence_lines(crisis, contract, texts)),
    ]
    if crisis.resolutions:
        lines = [f"• {b.plain(r.text, LINE_SHOWN)}" for r in crisis.resolutions[-MOST_SHOWN:]]
        shown += b.sections([texts("*Decisions*"), *lines])
    if crisis.actions:
        lines = [action_line(a, contract, texts, now) for a in crisis.actions[-MOST_SHOWN:]]
        shown += b.sections([texts("*Actions*"), *lines])
        shown += b.action_rows(_about_actions(crisis, contract, texts, now, reader))
    if crisis.state is CrisisState.OPEN:
        buttons = card_buttons(crisis, contract, texts, now, reader)
        if buttons:
            shown.append(b.actions(*buttons))
    return Rendered(text=f"{b.plain(title)} · {texts(STATES[crisis.state])}", blocks=shown)


def _facts(
    crisis: Crisis, contract: Contract, texts: Texts, now: datetime
) -> list[tuple[str, str]]:
    def names(by_side: dict[str, str]) -> str:
        return "\n".join(
            texts.labelled(
                b.plain(contract.party_name(side)), b.plain(contract.name_of(by_side[side]))
            )
            for side in (PROVIDER, CLIENT)
            if side in by_side
        )

    pairs = [(texts("State"), texts(STATES[crisis.state]))]
    if crisis.opened_at:
        pairs.append((texts("Open since"), texts.clock(crisis.opened_at, now)))
    if crisis.leads:
        pairs.append((texts("Lead"), names(crisis.leads)))
    if crisis.communication:
        pairs.append((texts("Communication"), names(crisis.communication)))
    return pairs


def of_incident(
    incident: Incident | None, crisis: Crisis, contract: Contract, texts: Texts, now: datetime
) -> list[tuple[str, str]]:
    """Work out how the incident stands that the cell is about, and what is due when (CRI-4)."""
    if incident is None:
        return []
    level = f"P{incident.level}" if incident.priority else texts("not qualified")
    state = texts(INCIDENT_STATES[incident.state])
    if incident.waiting:  # for whom is not told: suppliers sit in the cell (Rule CON-2)
        state = texts("%(state)s, waiting", state=state)
    pairs = [(texts("Incident"), f"{incident.id} · {level} · {state}")]
    if incident.assignee:
        name = b.plain(contract.name_of(incident.assignee))
        if crisis.member(incident.assignee) is None:
            name = texts("%(name)s (not in the cell)", name=name)
        pairs.append((texts("Assigned to"), name))
    return [*pairs, *dues(incident, texts, now)]


def presence_lines(crisis: Crisis, contract: Contract, texts: Texts) -> list[str]:
    """Each presence with its members."""
    by_presence: dict[Presence, list[str]] = {presence: [] for presence in Presence}
    for member in crisis.members:
        name = b.plain(contract.name_of(member.person))
        presence = crisis.presence(member)
        if member.delegate:
            delegate = b.plain(contract.name_of(member.delegate))
            name = texts("%(name)s (represented by %(delegate)s)", name=name, delegate=delegate)
        by_presence[presence].append(name)
    return [
        texts(
            "%(presence)s (%(count)s): %(names)s",
            presence=texts(PRESENCE[presence]),
            count=len(names),
            names=", ".join(names) or "–",
        )
        for presence, names in by_presence.items()
    ]


def action_line(action: Action, contract: Contract, texts: Texts, now: datetime) -> str:
    """One action: done, cancelled, impossible for its owner or open; who, by when."""
    mark = "✅" if action.done_at else "🚫" if action.cancelled_at else "⬜"
    mark = "⚠️" if action.unable and action.left_open else mark
    owner = b.plain(contract.name_of(action.owner))
    due = f", {texts.clock(action.due, now)}" if action.due else ""
    return f"{mark} {action.number}. {b.plain(action.text, LINE_SHOWN)} ({owner}{due})"


def card_buttons(
    crisis: Crisis, contract: Contract, texts: Texts, now: datetime, reader: str | None
) -> list[Block]:
    """Show what members do from the room; where one person reads, what they may do."""
    offers: list[tuple[str, str, type[Command], str | None]] = [
        (texts("I am here"), "crisis/here", c.MemberJoined, "primary"),
        (texts("Decision"), "crisis/decide", c.Decide, None),
        (texts("Action"), "crisis/action", c.AddAction, None),
        (texts("Note"), "crisis/note", c.AddLogEntry, None),
        (texts("Running log"), "crisis/log", c.AddLogEntry, None),
        (texts("Add somebody"), "crisis/add", c.AddMember, None),
        (texts("Be represented"), "crisis/represented", c.NameDelegate, None),
        (texts("Record a briefing"), "crisis/inform", c.RecordBriefing, None),
        (texts("Take the lead"), "crisis/take", c.OfferLead, None),
        (texts("Close the crisis"), "crisis/close", c.CloseCrisis, "danger"),
    ]
    record = (crisis.contract, crisis.id)
    return [
        _sure(b.button(label, verb, *record, style=style), crisis, texts, command)
        for label, verb, command, style in offers
        if reader is None
        or (
            rights.allowed(contract, reader, command, crisis, at=now)
            and _fits(crisis, reader, command)
        )
    ]


def _about_actions(
    crisis: Crisis, contract: Contract, texts: Texts, now: datetime, reader: str | None
) -> list[Block]:
    """Return what changes or cancels an action that is left to do, in a closed cell too (CRI-8)."""
    left = [str(action.number) for action in crisis.actions if action.left_open]
    known = {"number": left[0]} if len(left) == 1 else {}  # else the form asks which
    offers: list[tuple[str, str, type[Command]]] = [
        (texts("Change an action"), "crisis/amend", c.ChangeAction),
        (texts("Cancel an action"), "crisis/cancel", c.CancelAction),
    ]
    return [
        b.button(label, verb, crisis.contract, crisis.id, **known)
        for label, verb, command in offers
        if left and (reader is None or rights.allowed(contract, reader, command, crisis, at=now))
    ]


def _sure(button: Block, crisis: Crisis, texts: Texts, command: type[Command]) -> Block:
    """Taking the lead, and closing, are asked about first."""
    if command is c.OfferLead:
        return b.asking(
            button,
            texts("Take the lead?"),
            texts(
                "You lead %(id)s for your firm from now on, as somebody of a higher echelon;"
                " where the other firm is not led that high yet, your counterpart is asked to"
                " confirm.",
                id=crisis.id,
            ),
            yes=texts("Take the lead"),
            no=texts("Not now"),
        )
    if command is not c.CloseCrisis:
        return button
    return b.asking(
        button,
        texts("Close the crisis?"),
        texts(
            "You agree to close %(id)s, and with that the member list as it stands. As soon as "
            "both sides have agreed, it is closed, and nobody is called to it any more.",
            id=crisis.id,
        ),
        yes=texts("Agree to close"),
        no=texts("Keep it open"),
    )


def _fits(crisis: Crisis, reader: str, command: type[Command]) -> bool:
    """Tell whether it makes sense for this reader now: who is here need not say so."""
    member = crisis.member(reader)
    if command is c.MemberJoined:
        return member is not None and member.joined_at is None
    if command is c.OfferLead:
        return reader not in crisis.leads.values()
    return command is not c.CloseCrisis or crisis.side_led_by(reader) not in crisis.closing
