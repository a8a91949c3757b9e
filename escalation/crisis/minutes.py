"""What a crisis cell decides and sets in hand: brief, decisions, actions (Rule CRI-8)."""

from __future__ import annotations

from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.journal_actions.journal_action import JournalAction
from escalation.base.refusals import AlreadyDone, BadValue, NotFound
from escalation.base.timer_names import crisis as t
from escalation.base.timer_names.timer_name import Timer
from escalation.crisis import crisis_room, sides
from escalation.decision.beats import next_repeat
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.ladder import overdue
from escalation.messages.crisis import ActionDue, CrisisNews
from escalation.records.crisis import Action, Crisis, CrisisState, Resolution


def set_brief(context: Context, crisis: Crisis, text: str) -> Crisis:
    """Write the brief that is pinned in the room (Rule CRI-4)."""
    sides.require_open(crisis)
    crisis = replace(crisis, brief=user_text.required(text, "text_missing"))
    sides.note(context, crisis, CrisisAction.BRIEF_SET, text=crisis.brief)
    crisis_room.show_brief(context, crisis)
    sides.show(context, crisis)
    return crisis


def decide(context: Context, crisis: Crisis, text: str) -> Crisis:
    """Record a decision (Rule CRI-8)."""
    sides.require_open(crisis)
    text = user_text.required(text, "text_missing")
    resolution = Resolution(text=text, by=context.actor, at=context.now)
    crisis = replace(crisis, resolutions=(*crisis.resolutions, resolution))
    sides.note(context, crisis, CrisisAction.DECIDED, text=text)
    decided = CrisisNews(
        action=CrisisAction.DECIDED, by=context.actor, text=text, number=len(crisis.resolutions)
    )
    sides.post(context, crisis, decided)
    sides.show(context, crisis)
    return crisis


def log(context: Context, crisis: Crisis, text: str) -> Crisis:
    """Write in the running log, which both firms read (Rule CRI-14)."""
    sides.require_open(crisis)
    text = user_text.required(text, "text_missing")
    sides.note(context, crisis, CrisisAction.LOGGED, text=text)
    news = CrisisNews(action=CrisisAction.LOGGED, by=context.actor, text=text)
    sides.post(context, crisis, news)
    return crisis


def add_action(
    context: Context, crisis: Crisis, text: str, owner: str, due: datetime | None
) -> Crisis:
    """Record an action; its owner hears of it, and again when it is due (Rule CRI-8)."""
    sides.require_open(crisis)
    sides.require_person(context, crisis, owner)
    if due is not None and due <= context.now:
        raise BadValue("due_in_the_past", due=due.isoformat())
    action = Action(
        number=1 + max((a.number for a in crisis.actions), default=0),
        text=user_text.required(text, "text_missing"),
        owner=owner,
        due=due,
        by=context.actor,
        at=context.now,
    )
    crisis = replace(crisis, actions=(*crisis.actions, action))
    _note_and_tell(context, crisis, action, CrisisAction.ACTION_ADDED)
    if due is not None:
        crisis = sides.arm(crisis, t.ActionDue(action.number, "owner"), due)
    return crisis


def complete(context: Context, crisis: Crisis, number: int) -> Crisis:
    """Say that an action is done; also after the cell has closed (Rule CRI-8)."""
    if crisis.state is not CrisisState.CLOSED:
        sides.require_open(crisis)
    action = next((a for a in crisis.actions if a.number == number), None)
    if action is None:
        raise NotFound("unknown_action", number=number)
    if action.done_at is not None:
        raise AlreadyDone("action_done", number=number)
    done = replace(action, done_at=context.now)
    crisis = replace(crisis, actions=tuple(done if a == action else a for a in crisis.actions))
    _note_and_tell(context, crisis, done, CrisisAction.ACTION_COMPLETED)
    return sides.disarm(crisis, t.ActionDue(number, "owner"), t.ActionDue(number, "lead"))


def remind(context: Context, crisis: Crisis, timer: Timer[t.ActionDue]) -> Crisis:
    """An action is due: its owner hears of it; then, while it stays open, the lead too (CRI-8).

    Also once the cell has closed: until it is done, but in the hours that the contract covers.
    After the lead it climbs the ladder of the owner's firm, a level each time (ESC-9).
    """
    number, whom = timer.name.number, timer.name.whom
    action = next((a for a in crisis.actions if a.number == number), None)
    if action is None or action.done_at is not None:
        return sides.disarm(crisis, timer.name)
    told = [action.owner]
    if stand_in := availability.stand_in(context.contract, action.owner, context.now):
        told.append(stand_in)
    contract, known = context.contract, context.contract.recalled(action.owner)
    side = sides.side_of(contract, action.owner)
    if whom == "lead" or not contract.knows(action.owner):
        told += availability.with_stand_ins(contract, [crisis.leads[side]], context.now)
        firm = known.organisation if known else side
        told += overdue.above(context, firm, action.reminded - 1, told)
    reminded = replace(action, reminded=action.reminded + 1)
    crisis = replace(crisis, actions=tuple(reminded if a == action else a for a in crisis.actions))
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
    """Nothing is armed any more but for what is not done, which is followed until it is (CRI-8)."""
    alarms = crisis.alarms.clear_if(
        lambda name: not (isinstance(name, t.ActionDue) and name.whom == "owner")
    )
    crisis = replace(crisis, alarms=alarms)
    due = context.calendar.after(context.now, context.contract.crisis.follow_every)
    for action in crisis.actions:
        if action.done_at is None and alarms.get(t.ActionDue(action.number, "owner")) is None:
            name = t.ActionDue(action.number, "lead" if action.due is not None else "owner")
            crisis = sides.arm(crisis, name, due)
    return crisis


def open_actions(crisis: Crisis) -> list[str]:
    """The actions not done, in short form for a message: "2 · olga · Restart the VPN"."""
    return [f"{a.number} · {a.owner} · {a.text}" for a in crisis.actions if a.done_at is None]


def _note_and_tell(context: Context, crisis: Crisis, action: Action, what: JournalAction) -> None:
    """Put an action's step in the timeline; the room and the owner hear of it."""
    sides.note(
        context, crisis, what,
        number=action.number, text=action.text, owner=action.owner,
        due=action.due.isoformat() if action.due else None,
    )  # fmt: skip
    news = CrisisNews(
        action=what, by=context.actor, number=action.number, text=action.text, owner=action.owner
    )
    sides.post(context, crisis, news)
    if action.owner != context.actor:
        sides.notify(context, crisis, news, [action.owner])
    sides.show(context, crisis)
