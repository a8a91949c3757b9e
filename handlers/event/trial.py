"""Show what would come of an event, with every step of its mapping, in words (Rule EVT-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from escalation.base.sober_text import sober
from escalation.contract import Contract
from escalation.event.mapping import Reading, Step
from escalation.perform.maintenance import holds_until
from escalation.records.change import Change
from handlers.words.texts import Texts, msg

NAMES = {
    "component": msg("Component"),
    "severity": msg("Severity"),
    "site": msg("Site"),
    "group": msg("Group"),
    "alert": msg("Alert"),
    "occurrence": msg("Occurrence"),
    "at": msg("Since"),
    "title": msg("Title"),
    "text": msg("Description"),
    "clears": msg("Begins or clears"),
}
NOTES = {
    "unknown": msg("not known"),
    "future": msg("in the future: taken as now"),
    "past": msg("too long ago: corrected"),
    "unreadable": msg("not readable: left out"),
}
BECAME = {"fires": msg("begins"), "clears": msg("clears")}


def trial_lines(
    number: int,
    reading: Reading,
    contract: Contract,
    texts: Texts,
    held_by: Change | None,
    now: datetime,
) -> Iterator[str]:
    """One event of a body: each step, what holds it back, and the outcome."""
    yield texts("Event %(number)s", number=number)
    yield from (f"  {_step(step, texts)}" for step in reading.steps)
    if held_by is not None and reading.seen.firing and not reading.ignored:
        yield "  → " + texts(
            "Held back while %(id)s (%(title)s) is carried out, until %(at)s at the latest, unless "
            "an open incident counts it. What lasts then:",
            id=held_by.id,
            title=sober(held_by.title),
            at=texts.instant(holds_until(held_by, now)),
        )
    yield "  → " + _outcome(reading, contract, texts)


def _step(step: Step, texts: Texts) -> str:
    name, note = texts(NAMES[step.name]), NOTES.get(step.note, "")
    found = f"{step.path} = {texts.quoted(sober(step.found))}" if step.found else f"{step.path} –"
    meant = texts(BECAME[step.became]) if step.became in BECAME else sober(step.became)
    became = f" → {meant}" if meant and meant != sober(step.found) else ""
    return texts.labelled(name, found + became + (f" ({texts(note)})" if note else ""))


def _outcome(reading: Reading, contract: Contract, texts: Texts) -> str:
    seen = reading.seen
    if reading.ignored:
        return texts("Counted, and nothing more: its severity opens no incident.")
    if not seen.firing:
        return texts(
            "Where its incident is open: noted, and whoever has it is asked whether it is "
            "resolved. Else nothing."
        )
    if reading.component is None:
        room = contract.channel_of(contract.events.room)
        return texts("No known component: told to #%(room)s.", room=sober(room.lstrip("#")))
    return texts(
        "An incident “%(title)s” (%(component)s), severity %(severity)s; or counted with the one "
        "that is open for like events, or began at most %(together)s before.",
        title=sober(seen.title),
        component=sober(contract.component_name(reading.component)),
        severity=seen.severity or texts("to be qualified"),
        together=texts.length(contract.events.together),
    )
