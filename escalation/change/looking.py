"""Looking at what the window of a change clashes with, before it is decided (Rule CHG-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.refusals import NotNow
from escalation.change import parts, turns
from escalation.change.clashes import Circumstances, Clash, ClashKind, Work, clashes
from escalation.change.free_slot import SOON, Slot, next_slot
from escalation.contract import Contract
from escalation.decision.context import Context
from escalation.duty.calendars import Calendar
from escalation.records.change import Change, ChangeOrigin, Window


def work_of(change: Change, contract: Contract) -> Work:
    """Find what a change does, as its clashes are found."""
    entry = parts.entry_of(contract, change)
    return Work(
        components=change.components,
        carried_out_by=change.carried_out_by or "",
        origin=change.born_of if change.origin is ChangeOrigin.INCIDENT else "",
        hours=entry.hours if entry else None,
    )


def look(change: Change, around: Circumstances, window: Window, despite: str) -> Change:
    """The change, of which what its window clashes with is accepted, with the reason.

    Raises NotNow where there is none: with what clashes, and the next slot that is free.
    """
    news = [each for each in found(change, around, window) if each.key not in change.accepted]
    if not news:
        return change
    if not user_text.optional(despite):
        length = window.end - window.start
        slot = next_slot(work_of(change, around.contract), around, length, window.start, SOON)
        slot = replace(slot, clashes=around.told(slot.clashes))
        raise _clashing(change, around.told(news), slot)
    accepted = (*change.accepted, *(each.key for each in news))
    return replace(change, accepted=accepted, despite=user_text.optional(despite))


def _clashing(change: Change, news: Iterable[Clash], slot: Slot) -> NotNow:
    """The refusal of a window that clashes: it asks for the reason, or to take a free slot."""
    clashes, start, end = [each.fact for each in news], slot.start.isoformat(), slot.end.isoformat()
    if not slot.clashes:
        return NotNow(
            "window_clashes", field="despite", id=change.id, clashes=clashes, start=start, end=end
        )
    return NotNow(
        "no_slot_free",
        field="despite",
        id=change.id,
        clashes=clashes,
        start=start,
        end=end,
        least=[each.fact for each in slot.clashes],
        days=SOON.days,
    )


def found(change: Change, around: Circumstances, window: Window) -> tuple[Clash, ...]:
    """List what a window clashes with."""
    return clashes(work_of(change, around.contract), around, window.start, window.end)


def foreseen(contract: Contract, change: Change, now: datetime) -> Window | None:
    """Its window; of what is urgent and not planned: from now on, as long as usual (CHG-3)."""
    entry = parts.entry_of(contract, change)
    if change.window is not None or not change.urgent or entry is None:
        return change.window
    return Window(start=now, end=Calendar.of(contract).after(now, entry.usual_duration))


def accept_risk(context: Context, change: Change, around: Circumstances) -> Change:
    """Accept what an urgent change clashes with, and its extra risk: the card says both."""
    urgent = parts.rules_of(context.contract).urgent
    window = foreseen(context.contract, change, context.now)
    if urgent is None or window is None:
        return change
    return look(change, around, window, urgent.extra_risk)


def left(window: Window, now: datetime) -> Window:
    """Find what is left of a window; as long as it was to last, where nothing is."""
    end = window.end if now < window.end else now + (window.end - window.start)
    return Window(start=now, end=end)


def accepted_by(context: Context, change: Change, kind: ClashKind, other: Change) -> Change:
    """The change that another was knowingly planned beside: agreed for both, and told."""
    accepted = (*change.accepted, f"{kind.value}|{other.id}")
    after = replace(change, accepted=tuple(dict.fromkeys(accepted)))
    return turns.update_cards(context, after, anew=parts.carrier(context, after))
