"""The advisory board on changes: who somebody is to it, its steps and its timers (Rule CHG-2)."""

from __future__ import annotations

from escalation.base.timer_names import change_board as t
from escalation.change import board as b
from escalation.change import meeting, parts
from escalation.contract.processes.change_board import BoardRules
from escalation.decision.commands import change_board as c
from escalation.decision.commands.change import OnChange
from escalation.decision.transaction import Transaction
from escalation.people.roles import Case, Who
from escalation.perform.practice import Practice, Step
from escalation.records.change import Change
from escalation.records.change_board import Board
from escalation.records.kinds import CHANGE


def _board(case: Case) -> tuple[BoardRules | None, Board | None]:
    if not isinstance(case.record, Change):
        return None, None
    return parts.rules_of(case.contract).board, case.record.board


def _votes(case: Case) -> bool:
    """Tell whether they vote for a seat: their own, or that of whom they represent."""
    rules, board = _board(case)
    if rules is None or board is None or case.at is None:
        return False
    return bool(b.seats_of(case.contract, rules, board, case.person.id, case.at))


def _was_asked(case: Case) -> bool:
    """Tell whether they were asked to represent somebody."""
    _, board = _board(case)
    return board is not None and case.person.id in [d.person for d in board.delegates.values()]


def _names(case: Case) -> bool:
    """Tell whether they may say who represents the member named; any member, where none is."""
    rules, board = _board(case)
    if rules is None or board is None or case.at is None:
        return False
    named = case.command.member if isinstance(case.command, c.RepresentMember) else None
    seats = b.members(case.contract, rules)
    return any(
        b.may_name(case.contract, rules, board, member, case.person.id, case.at)
        for member in seats
        if named not in seats or member == named
    )


BOARD_VOTER = Who("board_voter", _votes)
BOARD_DELEGATE = Who("board_delegate", _was_asked)
BOARD_NAMER = Who("board_namer", _names)


def _subject(tx: Transaction, command: OnChange) -> Change:
    return tx.get(CHANGE, command.contract, command.change)


PRACTICE = Practice(
    subject=_subject,
    commands={
        c.CallBoard: Step(
            may=(parts.CHANGE_MANAGER,),
            do=lambda context, change, x: meeting.call(context, change, x.due, x.note),
        ),
        c.VoteOnChange: Step(
            may=(BOARD_VOTER,),
            do=meeting.vote,
        ),
        c.RepresentMember: Step(
            may=(BOARD_NAMER,),
            do=lambda context, change, x: meeting.represent(context, change, x.person, x.member),
        ),
        c.AgreeToRepresent: Step(
            may=(BOARD_DELEGATE,), do=lambda context, change, _: meeting.agree(context, change)
        ),
        c.DeclineToRepresent: Step(
            may=(BOARD_DELEGATE,),
            do=lambda context, change, x: meeting.decline(context, change, x.reason),
        ),
    },
    timers={t.BoardReminder: meeting.remind, t.BoardOverdue: meeting.overdue},
)
