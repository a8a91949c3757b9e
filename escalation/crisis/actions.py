"""Actions that a crisis cell sets in hand: who does what by when, until it is done (Rule CRI-8).

Whoever is to do it need not sit in the cell: they are told all that they need, and each change.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.journal_actions.journal_action import JournalAction
from escalation.base.refusals import AlreadyDone, BadValue, NotFound, NotNow
from escalation.base.timer_names import crisis as t
from escalation.base.timer_names.timer_name import Timer
from escalation.crisis import sides
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.ladder import overdue
from escalation.messages.crisis import ActionAsked, ActionDue, ActionNews, CrisisNews
from escalation.records.crisis import Action, Crisis, CrisisState


def add(context: Context, crisis: Crisis, text: str, owner: str, due: datetime | None) -> Crisis:
    """Record an action; its owner hears of it, and again when it is due."""
    sides.require_open(crisis)
    sides.require_person(context, crisis, owner)
    _require_ahead(context, due)
    action = Action(
        number=1 + max((a.number for a in crisis.actions), default=0),
        text=user_text.required(text, "text_missing"),
        owner=owner,
        due=due,
        by=context.actor,
        at=context.now,
    )
    crisis = replace(crisis, actions=(*crisis.actions, action))
    _announce(context, crisis, action, CrisisAction.ACTION_ADDED)
    _ask(context, crisis, action)
    return _timed(context, crisis, action)


def change(
    context: Context,
    crisis: Crisis,
    number: int,
    *,
    text: str | None,
    owner: str | None,
    due: datetime | None,
) -> Crisis:
    """Change an action, also after the cell has closed: both who has it and who had it hear."""
    action = _open_action(crisis, number)
    if owner is not None:
        sides.require_person(context, crisis, owner)
    _require_ahead(context, due)
    changed = replace(
        action, text=user_text.optional(text or "") or action.text, owner=owner or action.owner,
        due=due or action.due,
    )  # fmt: skip
    if changed == action:
        raise BadValue("action_unchanged", number=number, field="owner")
    passed = changed.owner != action.owner
    changed = replace(changed, reminded=0, unable="")  # it is another action: asked anew
    crisis = _kept(crisis, changed)
    _announce(context, crisis, changed, CrisisAction.ACTION_CHANGED)
    _ask(context, crisis, changed, changed=not passed)
    if passed:
        _tell(context, crisis, changed, CrisisAction.ACTION_CHANGED, [action.owner])
    return _timed(context, crisis, changed)


def complete(context: Context, crisis: Crisis, number: int) -> Crisis:
    """Say that an action is done; also after the cell has closed. Who gave it hears."""
    action = replace(_open_action(crisis, number), done_at=context.now)
    crisis = _kept(crisis, action)
    _announce(context, crisis, action, CrisisAction.ACTION_COMPLETED)
    _tell(context, crisis, action, CrisisAction.ACTION_COMPLETED, [action.by, action.owner])
    return _timed(context, crisis, action)


def decline(context: Context, crisis: Crisis, number: int, reason: str) -> Crisis:
    """Its owner cannot do it, or asks something first: who gave it, and who leads, see to it."""
    action = _open_action(crisis, number)
    action = replace(action, unable=user_text.required(reason, "reason_missing"))
    crisis = _kept(crisis, action)
    _announce(context, crisis, action, CrisisAction.ACTION_DECLINED, reason=action.unable)
    leads = _leads(context, crisis, action)
    _tell(context, crisis, action, CrisisAction.ACTION_DECLINED, [action.by, *leads])
    return crisis


def cancel(context: Context, crisis: Crisis, number: int, reason: str) -> Crisis:
    """It is not needed any more: its owner hears why."""
    reason = user_text.required(reason, "reason_missing")
    action = replace(_open_action(crisis, number), cancelled_at=context.now, cancelled_for=reason)
    crisis = _kept(crisis, action)
    _announce(context, crisis, action, CrisisAction.ACTION_CANCELLED, reason=reason)
    _tell(context, crisis, action, CrisisAction.ACTION_CANCELLED, [action.by, action.owner])
    return _timed(context, crisis, action)


def remind(context: Context, crisis: Crisis, timer: Timer[t.ActionDue]) -> Crisis:
    """An action is due: its owner hears of it; then, while it stays open, the lead too.

    Also once the cell has closed: until it is done, but in the hours that the contract covers.
    After the lead it climbs the ladder of the owner's firm, a level each time (ESC-9). An owner who
    cannot do it is not asked again: the lead is.
    """
    number, whom = timer.name.number, timer.name.whom
    action = next((a for a in crisis.actions if a.number == number), None)
    if action is None or not action.left_open:
        return sides.disarm(crisis, timer.name)
    contract, known = context.contract, context.contract.recalled(action.owner)
    told: list[str] = []
    if not action.unable:
        told += availability.with_stand_ins(contract, [action.owner], context.now)
    if whom == "lead" or action.unable or not contract.knows(action.owner):
        told += _leads(context, crisis, action)
        firm = known.organisation if known else sides.side_of(contract, action.owner)
        told += overdue.above(context, firm, action.reminded - 1, told)
    crisis = _kept(crisis, replace(action, reminded=action.reminded + 1))
    sides.note(
        context, crisis, CrisisAction.ACTION_REMINDED,
        number=action.number, people=list(dict.fromkeys(told)), late=context.late_seconds,
    )  # fmt: skip
    sides.notify(context, crisis, ActionDue(number=action.number, due=action.due), told)
    rules = context.contract.crisis
    if crisis.state is not CrisisState.OPEN:
        due = next_repeat(context, timer.due, rules.follow_every)
    elif whom == "lead":
        return sides.again(context, crisis, timer, rules.inform_every)
    else:
        due = next_repeat(context, timer.due, rules.chase_every)
    return sides.arm(sides.disarm(crisis, timer.name), t.ActionDue(action.number, "lead"), due)


def follow_after_closing(context: Context, crisis: Crisis) -> Crisis:
    """Nothing is armed any more but for what is not done, which is followed until it is."""
    alarms = crisis.alarms.clear_if(
        lambda name: not (isinstance(name, t.ActionDue) and name.whom == "owner")
    )
    crisis = replace(crisis, alarms=alarms)
    for action in crisis.actions:
        if action.left_open and alarms.get(t.ActionDue(action.number, "owner")) is None:
            crisis = _followed(context, crisis, action)
    return crisis


def open_actions(crisis: Crisis) -> list[str]:
    """The actions not done, in short form for a message: "2 · olga · Restart the VPN"."""
    return [f"{a.number} · {a.owner} · {a.text}" for a in crisis.actions if a.left_open]


def _require_ahead(context: Context, due: datetime | None) -> None:
    if due is not None and due <= context.now:
        raise BadValue("due_in_the_past", due=due.isoformat())


def _open_action(crisis: Crisis, number: int) -> Action:
    """The action of that number, still to be done; those of a closed cell are followed, too."""
    if crisis.state is not CrisisState.CLOSED:
        sides.require_open(crisis)
    action = next((a for a in crisis.actions if a.number == number), None)
    if action is None:
        raise NotFound("unknown_action", number=number)
    if action.done_at is not None:
        raise AlreadyDone("action_done", number=number)
    if action.cancelled_at is not None:
        raise NotNow("action_cancelled", number=number)
    return action


def _kept(crisis: Crisis, action: Action) -> Crisis:
    others = (action if a.number == action.number else a for a in crisis.actions)
    return replace(crisis, actions=tuple(others))


def _timed(context: Context, crisis: Crisis, action: Action) -> Crisis:
    """The crisis with the timer of an action as it stands, or none."""
    named = [t.ActionDue(action.number, whom) for whom in ("owner", "lead")]
    crisis = sides.disarm(crisis, *named)
    if not action.left_open:
        return crisis
    if action.due is not None and action.due > context.now:
        return sides.arm(crisis, named[0], action.due)
    if crisis.state is CrisisState.CLOSED:
        return _followed(context, crisis, action)
    if action.due is None:
        return crisis
    late = context.calendar.after(context.now, context.contract.crisis.chase_every)
    return sides.arm(crisis, named[1], late)


def _followed(context: Context, crisis: Crisis, action: Action) -> Crisis:
    """The crisis, closed, with a timer that follows an action."""
    due = context.calendar.after(context.now, context.contract.crisis.follow_every)
    name = t.ActionDue(action.number, "lead" if action.due is not None else "owner")
    return sides.arm(crisis, name, due)


def _leads(context: Context, crisis: Crisis, action: Action) -> tuple[str, ...]:
    """List who leads the side of whoever is to do it, and who stands in."""
    lead = crisis.leads[sides.side_of(context.contract, action.owner)]
    return availability.with_stand_ins(context.contract, [lead], context.now)


def _ask(context: Context, crisis: Crisis, action: Action, *, changed: bool = False) -> None:
    """Ask whoever is to do it, and who stands in for them."""
    asked = ActionAsked(number=action.number, by=context.actor, changed=changed)
    people = availability.with_stand_ins(context.contract, [action.owner], context.now)
    sides.notify(context, crisis, asked, [p for p in people if p != context.actor])


def _tell(
    context: Context, crisis: Crisis, action: Action, deed: CrisisAction, people: Iterable[str]
) -> None:
    """Tell these people what became of it, and who stands in for them; not whoever did it."""
    news = ActionNews(number=action.number, action=deed, by=context.actor)
    people = availability.with_stand_ins(context.contract, people, context.now)
    sides.notify(context, crisis, news, [p for p in people if p != context.actor])


def _announce(
    context: Context, crisis: Crisis, action: Action, deed: JournalAction, *, reason: str = ""
) -> None:
    """Put an action's step in the timeline; the room hears."""
    sides.note(
        context, crisis, deed,
        number=action.number, text=action.text, owner=action.owner,
        due=action.due.isoformat() if action.due else None, reason=reason or None,
    )  # fmt: skip
    news = CrisisNews(
        action=deed, by=context.actor, number=action.number,
        text=reason or action.text, owner=action.owner,
    )  # fmt: skip
    sides.post(context, crisis, news)
    sides.show(context, crisis)
