"""From the window to what came of it: planned, started, ended, closed (Rule CHG-4)."""

from __future__ import annotations

from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.base.timer_names.change import WindowOver
from escalation.change import parts, turns
from escalation.change.approving import require_state
from escalation.change.clashes import Circumstances
from escalation.change.free_slot import FURTHEST, LONGEST, quarter
from escalation.change.looking import foreseen, found, left, look
from escalation.change.releasing import release
from escalation.contract import Contract
from escalation.decision.commands.change import PlanChange, ProlongChange
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.duty.calendars import Calendar
from escalation.records.change import BEFOREHAND, Change, ChangeResult, ChangeState, Window

S = ChangeState


def plan(context: Context, change: Change, command: PlanChange, around: Circumstances) -> Change:
    """Say when it is carried out, and by whom; for how long, the catalogue says (CHG-4)."""
    require_state(change, *BEFOREHAND)
    start, end = command.start, command.end
    entry = parts.entry_of(context.contract, change)
    if end is None and entry is not None:
        end = context.calendar.after(start, entry.usual_duration)
    if end is None:
        raise BadValue("value_missing", field="end")
    if start < context.now:
        raise BadValue("due_in_the_past", due=start.isoformat())
    if end <= start:
        raise BadValue("ends_before_it_starts", at=start.isoformat(), due=end.isoformat())
    if end - start > LONGEST:
        raise BadValue("window_too_long", field="end", limit=LONGEST.days)
    if start - context.now > FURTHEST:
        raise BadValue("window_too_far", field="start", limit=FURTHEST.days)
    person = _chosen(context, change, command.person)
    window = Window(start=start, end=end)
    after = replace(change, window=window, carried_out_by=person)
    if after == change:
        raise AlreadyDone("already_planned", id=change.id)
    if window != change.window:  # what was accepted for another time is asked anew
        after = replace(after, accepted=(), despite="")
    after = look(after, around, window, command.despite)
    context.record(
        change.id,
        ChangeAction.PLANNED,
        start=start.isoformat(),
        end=end.isoformat(),
        person=after.carried_out_by,
        clashes=list(after.accepted) or None,
        despite=after.despite or None,
    )
    anew = parts.carrier(context, after)
    return turns.go_on(context, change, after, ChangeAction.PLANNED, anew=anew)


def _chosen(context: Context, change: Change, named: str | None) -> str | None:
    """Name who carries it out: who is named, else who was before.

    Else whoever plans it, where the catalogue names them, unless they manage changes.
    """
    contract = context.contract
    if named is not None and not contract.knows(named):
        raise NotFound("unknown_person", person=named)
    if named or contract.knows(change.carried_out_by or ""):
        return named or change.carried_out_by
    own = context.actor in parts.in_catalogue(contract, change)
    return context.actor if own and context.actor not in parts.appointed(contract) else None


def start(context: Context, change: Change, despite: str, around: Circumstances) -> Change:
    """Begin, within the window that was told to everybody; what clashes since is told (CHG-4)."""
    require_state(change, S.APPROVED)
    window = foreseen(context.contract, change, context.now)
    if window is None:
        raise NotNow("change_unplanned", id=change.id)
    if context.now < window.start:
        raise NotNow("change_early", id=change.id, at=window.start.isoformat())
    change = replace(change, window=window)
    people = parts.carriers(context.contract, change)
    people = availability.with_stand_ins(context.contract, people, context.now)
    if context.actor in {*people, *parts.carrier(context, change)}:
        change = replace(change, carried_out_by=context.actor)  # not who begins in their place
    looked = look(change, around, left(window, context.now), despite)
    news = [each for each in looked.accepted if each not in change.accepted]
    context.record(
        change.id,
        ChangeAction.STARTED,
        clashes=news or None,
        despite=looked.despite if news else None,
    )
    # what is urgent and was not planned has a window only now
    alarms = looked.alarms.set(WindowOver(1), window.end)
    after = replace(looked, state=S.UNDERWAY, started_at=context.now, alarms=alarms)
    return turns.go_on(context, change, after, ChangeAction.STARTED, anew=[context.actor])


def goes_on_until(contract: Contract, now: datetime) -> datetime:
    """Work out until when it goes on, where one says so by a click: two of its delays (ESC-9)."""
    every = parts.rules_of(contract).overrun_every
    calendar = Calendar.of(contract)
    return quarter(calendar.after(calendar.after(now, every), every))


def prolong(
    context: Context, change: Change, command: ProlongChange, around: Circumstances
) -> Change:
    """Somebody has it in hand: nobody is called until then, when it climbs anew (ESC-9).

    What clashes by then is said, and stops nobody: it has begun.
    """
    require_state(change, S.UNDERWAY)
    until = command.until
    if change.window is None or until <= context.now:
        raise BadValue("due_in_the_past", field="until", due=until.isoformat())
    if until - context.now > LONGEST:
        raise BadValue("window_too_long", field="until", limit=LONGEST.days)
    if until == change.window.end:
        raise AlreadyDone("already_planned", id=change.id)
    reason = user_text.optional(command.reason)
    ahead = [each.key for each in found(change, around, Window(start=context.now, end=until))]
    news = [key for key in dict.fromkeys(ahead) if key not in change.accepted]
    context.record(
        change.id,
        ChangeAction.PROLONGED,
        until=until.isoformat(),
        reason=reason or None,
        clashes=news or None,
    )
    after = replace(
        change,
        window=replace(change.window, end=until),
        planned_end=change.planned_end or change.window.end,
        accepted=(*change.accepted, *news),
        alarms=change.alarms.clear_if(lambda name: isinstance(name, WindowOver)).set(
            WindowOver(1), until
        ),
    )
    return turns.go_on(context, change, after, ChangeAction.PROLONGED)


def end(context: Context, change: Change, result: ChangeResult, reason: str) -> Change:
    """Say what came of it; what did not succeed, why (CON-5)."""
    if change.result is not None:  # of two at once the second reads what the first has said
        raise AlreadyDone("change_ended", id=change.id, result=change.result.value)
    require_state(change, S.UNDERWAY)
    if result is not ChangeResult.SUCCEEDED:
        reason = user_text.required(reason)
    reason = user_text.optional(reason)
    context.record(change.id, ChangeAction.ENDED, result=result.value, reason=reason or None)
    after = replace(change, state=S.DONE, ended_at=context.now, result=result, reason=reason)
    return turns.go_on(context, change, after, ChangeAction.ENDED)


def close(context: Context, change: Change, note: str) -> Change:
    """Close what is done; what was put into service is written down (REL-1)."""
    if change.state is S.CLOSED:
        raise AlreadyDone("change_closed", id=change.id)
    require_state(change, S.DONE)
    note = user_text.optional(note)
    context.record(change.id, ChangeAction.CLOSED, note=note or None)
    release(context, change, note)
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
