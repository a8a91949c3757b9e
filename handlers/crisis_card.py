"""The crisis's card: who is present, decisions and actions (Rules CRI-4, CRI-8)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.crisis import Action, Crisis, CrisisState, Presence
from handlers import blocks as b
from handlers.incident_card import exercise_mark
from handlers.rendered import Block, Rendered
from handlers.texts import Texts
from handlers.verbs import msg

STATES = {
    CrisisState.ASKED: msg("asked for"),
    CrisisState.REFUSED: msg("refused"),
    CrisisState.OPEN: msg("open"),
    CrisisState.CLOSED: msg("closed"),
}
PRESENCE = {
    Presence.PRESENT: msg("🟢 Present"),
    Presence.REPRESENTED: msg("🔵 Represented"),
    Presence.MISSING: msg("🟠 Missing"),
}
MOST_SHOWN = 10


def crisis_heading(crisis: Crisis, texts: Texts) -> str:
    """Number, incident and reason, in plain text."""
    mark = exercise_mark(texts, exercise=crisis.exercise)
    about = f" · {crisis.incident}" if crisis.incident else ""
    return f"{mark}🚨 {crisis.id}{about} · {crisis.reason}"


def crisis_card(crisis: Crisis, contract: Contract, texts: Texts, now: datetime) -> Rendered:
    """The card of a crisis room."""
    title = crisis_heading(crisis, texts)
    shown: list[Block] = [
        b.header(title),
        b.fields(_facts(crisis, contract, texts, now)),
        *b.sections(presence_lines(crisis, contract, texts)),
    ]
    if crisis.resolutions:
        lines = [f"• {b.plain(r.text)}" for r in crisis.resolutions[-MOST_SHOWN:]]
        shown += b.sections([texts("*Decisions*"), *lines])
    if crisis.actions:
        lines = [action_line(a, contract, texts, now) for a in crisis.actions[-MOST_SHOWN:]]
        shown += b.sections([texts("*Actions*"), *lines])
    if crisis.state is CrisisState.OPEN:
        shown.append(b.actions(*card_buttons(crisis, texts)))
    return Rendered(text=title, blocks=shown)


def _facts(
    crisis: Crisis, contract: Contract, texts: Texts, now: datetime
) -> list[tuple[str, str]]:
    def names(by_side: dict[str, str]) -> str:
        return "\n".join(
            f"{b.plain(contract.party_name(side))}: {b.plain(contract.person(by_side[side]).name)}"
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


def presence_lines(crisis: Crisis, contract: Contract, texts: Texts) -> list[str]:
    """Each presence with its members."""
    by_presence: dict[Presence, list[str]] = {presence: [] for presence in Presence}
    for member in crisis.members:
        name = b.plain(contract.person(member.person).name)
        presence = crisis.presence(member)
        if member.delegate:
            delegate = b.plain(contract.person(member.delegate).name)
            name = texts("%(name)s (represented by %(delegate)s)", name=name, delegate=delegate)
        by_presence[presence].append(name)
    return [
        f"{texts(PRESENCE[presence])} ({len(names)}): {', '.join(names) or '–'}"
        for presence, names in by_presence.items()
    ]


def action_line(action: Action, contract: Contract, texts: Texts, now: datetime) -> str:
    """One action: done or not, who, by when."""
    mark = "✅" if action.done_at else "⬜"
    owner = b.plain(contract.person(action.owner).name)
    due = f", {texts.clock(action.due, now)}" if action.due else ""
    return f"{mark} {action.number}. {b.plain(action.text)} ({owner}{due})"


def card_buttons(crisis: Crisis, texts: Texts) -> list[Block]:
    """What members do from the room."""
    record = (crisis.contract, crisis.id)
    return [
        b.button(texts("I am here"), "crisis/here", *record, style="primary"),
        b.button(texts("Decision"), "crisis/decide", *record),
        b.button(texts("Action"), "crisis/action", *record),
        b.button(texts("Add somebody"), "crisis/add", *record),
        b.button(texts("Be represented"), "crisis/represented", *record),
        b.button(texts("Record a briefing"), "crisis/inform", *record),
        b.button(texts("Close the crisis"), "crisis/close", *record, style="danger"),
    ]
