"""From the window to what came of it: planned, started, ended, closed (Rule CHG-4)."""

from __future__ import annotations

from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.change import parts, turns
from escalation.change.approving import require_state
from escalation.decision.context import Context
from escalation.records.change import BEFOREHAND, Change, ChangeResult, ChangeState, Window

S = ChangeState


def plan(
    context: Context, change: Change, start: datetime, end: datetime | None, person: str | None
) -> Change:
    """Say when it is carried out, and by whom; for how long, the catalogue says (CHG-4)."""
    require_state(change, *BEFOREHAND)
    entry = parts.entry_of(context.contract, change)
    if end is None and entry is not None:
        end = context.calendar.after(start, entry.usual_duration)
    if end is None:
        raise BadValue("value_missing", field="end")
    if start < context.now:
        raise BadValue("due_in_the_past", due=start.isoformat())
    if end <= start:
        raise BadValue("ends_before_it_starts", at=start.isoformat(), due=end.isoformat())
    if person is not None and not context.contract.knows(person):
        raise NotFound("unknown_person", person=person)
    window = Window(start=start, end=end)
    after = replace(change, window=window, carried_out_by=person or change.carried_out_by)
    if after == change:
        raise AlreadyDone("already_planned", id=change.id)
    context.record(
        change.id,
        ChangeAction.PLANNED,
        start=start.isoformat(),
        end=end.isoformat(),
        person=after.carried_out_by,
    )
    anew = parts.carrier(context, after)
    return turns.go_on(context, change, after, ChangeAction.PLANNED, anew=anew)


def start(context: Context, change: Change) -> Change:
    """Begin, within the window that was told to everybody concerned (CHG-4)."""
    require_state(change, S.APPROVED)
    if change.window is None:
        raise NotNow("change_unplanned", id=change.id)
    if context.now < change.window.start:
        raise NotNow("change_early", id=change.id, at=change.window.start.isoformat())
    context.record(change.id, ChangeAction.STARTED)
    after = replace(change, state=S.UNDERWAY, started_at=context.now, carried_out_by=context.actor)
    return turns.go_on(context, change, after, ChangeAction.STARTED, anew=[context.actor])


def end(context: Context, change: Change, result: ChangeResult, reason: str) -> Change:
    """Say what came of it; what did not succeed, why (CON-5)."""
    require_state(change, S.UNDERWAY)
    if result is not ChangeResult.SUCCEEDED:
        reason = user_text.required(reason)
    reason = user_text.optional(reason)
    context.record(change.id, ChangeAction.ENDED, result=result.value, reason=reason or None)
    after = replace(change, state=S.DONE, ended_at=context.now, result=result, reason=reason)
    return turns.go_on(context, change, after, ChangeAction.ENDED)


def close(context: Context, change: Change, note: str) -> Change:
    """Close what is done."""
    if change.state is S.CLOSED:
        raise AlreadyDone("change_closed", id=change.id)
    require_state(change, S.DONE)
    context.record(change.id, ChangeAction.CLOSED, note=user_text.optional(note) or None)
    after = replace(change, state=S.CLOSED, closed_at=context.now)
    return turns.go_on(context, change, after, ChangeAction.CLOSED)


def withdraw(context: Context, change: Change, reason: str) -> Change:
    """Take the request back, as long as nobody has begun (CON-5)."""
    if change.state is S.UNDERWAY:
        raise NotNow("change_underway", id=change.id)
    require_state(change, *BEFOREHAND)
    reason = user_text.required(reason)
    context.record(change.id, ChangeAction.WITHDRAWN, reason=reason)
    after = replace(change, state=S.WITHDRAWN, reason=reason, stopped_by=context.actor)
    return turns.go_on(context, change, after, ChangeAction.WITHDRAWN)
