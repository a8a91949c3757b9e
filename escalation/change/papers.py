"""The papers of the advisory board: sent before it decides, and again once they change (CHG-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.timer_names.change_board import BoardOverdue, BoardReminder
from escalation.change import board as board_rules
from escalation.change import parts
from escalation.contract import CLIENT, PROVIDER
from escalation.contract.processes.change_board import BoardRules
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.messages.change_board import BoardNews
from escalation.messages.destinations import SHARED_ROOM
from escalation.messages.destinations import person as direct
from escalation.records.change import Change, ChangeCategory
from escalation.records.change_board import Board


def put(context: Context, change: Change, rules: BoardRules, board: Board) -> Change:
    """The change, before that board: from when it decides, and until when, it is told."""
    alarms = change.alarms.clear_if(of_board)
    if board.opens_at > context.now:
        alarms = alarms.set(BoardReminder(0), board.opens_at, rules.papers_before.clock)
    else:
        every = rules.remind_every
        alarms = alarms.set(
            BoardReminder(1), context.calendar.after(context.now, every), every.clock
        )
    alarms = alarms.set(BoardOverdue(0), board.due, rules.decide_within.clock)
    return replace(change, board=board, alarms=alarms)


def times(context: Context, rules: BoardRules, due: datetime | None) -> tuple[datetime, datetime]:
    """From when a board that gets its papers now may decide, and until when it is to."""
    opens_at = context.calendar.after(context.now, rules.papers_before)
    due = due or context.calendar.after(opens_at, rules.decide_within)
    return min(opens_at, due), due


def again(context: Context, change: Change) -> Change:
    """Give the board the papers anew where what it read has changed: it votes anew (CHG-2).

    What turned out to be a standard change is not its matter any more.
    """
    rules = parts.rules_of(context.contract).board
    if change.board is None or rules is None:
        return change
    if change.category is not ChangeCategory.OTHER:
        return replace(change, board=None, alarms=change.alarms.clear_if(of_board))
    opens_at, due = times(context, rules, None)
    board = replace(
        change.board,
        opens_at=opens_at,
        due=due,
        papers=change.board.papers + 1,
        sent=(),
        votes={},
        decided_at=None,
        approved=None,
    )
    say(context, change, ChangeAction.BOARD_ASKED_ANEW, due=due)
    after = put(context, change, rules, board)
    return sent(after, parts.before_board(context, after))


def sent(change: Change, people: Iterable[str]) -> Change:
    """The change, whose papers these people have."""
    if change.board is None:
        return change
    having = tuple(dict.fromkeys((*change.board.sent, *people)))
    return replace(change, board=replace(change.board, sent=having))


def of_board(name: object) -> bool:
    """Tell whether a timer is one of the board's."""
    return isinstance(name, BoardReminder | BoardOverdue)


def say(context: Context, change: Change, action: ChangeAction, **said: Any) -> None:
    """Put it in the timeline, and beneath the card, where the board reads it (CHG-2).

    At the desk, and on the own card of who sits on it and is of a firm that is not in that room.
    """
    news = BoardNews(action=action.value, by=context.actor, **said)
    facts = {name: fact for name, fact in news.facts.items() if name not in {"action", "by"}}
    context.record(change.id, action, **facts)
    desk, outside = parts.desk(context.contract), _outside(context, change)
    context.notify(news, change.id, desk, *map(direct, outside))


def _outside(context: Context, change: Change) -> Iterator[str]:
    """List who sits on its board, stands in or represents somebody, and does not read the desk."""
    contract, rules = context.contract, parts.rules_of(context.contract).board
    if rules is None or change.board is None:
        return
    inside = {PROVIDER, CLIENT} if parts.desk(contract) == SHARED_ROOM else {PROVIDER}
    members = board_rules.members(contract, rules)
    seated = availability.with_stand_ins(contract, members, context.now)
    delegates = (each.person for each in change.board.delegates.values())
    for person in dict.fromkeys((*seated, *delegates)):
        there = not contract.knows(person) or contract.person(person).organisation in inside
        if person != context.actor and not there:
            yield person
