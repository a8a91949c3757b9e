"""The advisory board at work: called, represented, voting, overdue; what it decides (CHG-2).

It sits where its members are: each has the card with the papers and the buttons, and whoever
looks at it sees who has voted and who is awaited.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.base import user_text
from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.base.timer_names.change_board import BoardOverdue, BoardReminder
from escalation.base.timer_names.timer_name import Timer
from escalation.change import approving, papers, parts, turns
from escalation.change import board as b
from escalation.contract.processes.change_board import BoardRules
from escalation.decision.beats import next_repeat
from escalation.decision.commands.change_board import VoteOnChange
from escalation.decision.context import Context
from escalation.duty import availability
from escalation.ladder import overdue as ladders
from escalation.records.change import Change, ChangeCategory, ChangeState
from escalation.records.change_board import Ballot, Board, Delegate, Vote


def call(context: Context, change: Change, due: datetime | None, note: str) -> Change:
    """The change manager puts it to the board; once more, with another time (CHG-2)."""
    approving.require_state(change, ChangeState.APPROVAL)
    rules = parts.rules_of(context.contract).board
    if rules is None:
        raise NotNow("no_board")
    if change.category is not ChangeCategory.OTHER:
        raise NotNow("board_not_for_standard", id=change.id)
    if due is not None and due <= context.now:
        raise BadValue("due_in_the_past", due=due.isoformat())
    opens_at, until = papers.times(context, rules, due)
    board = change.board
    if board is not None:
        _require_undecided(change, board)
        if due in {None, board.due}:
            raise AlreadyDone("board_called", id=change.id, by=board.called_by)
        opens_at = min(board.opens_at, until)
        board = replace(board, due=until, opens_at=opens_at)
    else:
        board = Board(called_by=context.actor, called_at=context.now, opens_at=opens_at, due=until)
    action = ChangeAction.BOARD_CALLED if change.board is None else ChangeAction.BOARD_PROLONGED
    note = user_text.optional(note)
    members = b.members(context.contract, rules)
    papers.say(context, change, action, due=until, people=members, reason=note)
    board = replace(board, note=note or board.note)
    after = papers.put(context, change, rules, board)
    after = replace(after, needs=tuple(approving.needed(context.contract, after)))
    if (settled := settle(context, after)) is not after:
        return settled
    people = parts.before_board(context, after)
    return turns.go_on(
        context, change, papers.sent(after, people), ChangeAction.BOARD_CALLED, anew=people
    )


def vote(context: Context, change: Change, command: VoteOnChange) -> Change:
    """Vote for one's own seat and those one represents; until it is decided, also otherwise.

    Who stands for a member does not vote over what the member said themselves.
    """
    rules, board = _sitting(context, change)
    approving.require_read(change, command.asked)
    ballot, reason = command.ballot, command.reason
    seats = [
        member
        for member in b.seats_of(context.contract, rules, board, context.actor, context.now)
        if context.actor == member or member not in board.votes or board.votes[member].by != member
    ]
    if not seats:
        raise AlreadyDone("member_voted", id=change.id)
    reason = user_text.optional(reason) if ballot is Ballot.YES else user_text.required(reason)
    if all(_voted(board, member, context.actor, ballot, reason) for member in seats):
        raise AlreadyDone("already_voted_so", id=change.id)
    given = Vote(by=context.actor, at=context.now, ballot=ballot, reason=reason)
    agreed = {
        member: replace(each, agreed=True) if each.person == context.actor else each
        for member, each in board.delegates.items()
    }
    votes = {**board.votes, **dict.fromkeys(seats, given)}
    others = tuple(member for member in seats if member != context.actor)
    papers.say(
        context,
        change,
        ChangeAction.BOARD_VOTED,
        ballot=ballot.value,
        reason=reason,
        members=others,
    )
    return _go_on(context, change, replace(board, votes=votes, delegates=agreed))


def _voted(board: Board, member: str, by: str, ballot: Ballot, reason: str) -> bool:
    """Tell whether that is what somebody has said for a seat already."""
    said = board.votes.get(member)
    return said is not None and (said.by, said.ballot, said.reason) == (by, ballot, reason)


# ── members who are represented ──────────────────────────────────────────────────────────────


def represent(context: Context, change: Change, person: str, member: str | None) -> Change:
    """Name who represents a member who has not voted; they are asked whether they agree.

    The member is told where somebody else names them, and so is whose place they take.
    """
    rules, board = _sitting(context, change)
    contract, at = context.contract, context.now
    member = member or next(
        iter(b.seats_of(contract, rules, board, context.actor, at)),
        next(iter(b.empty(contract, rules, board, at)), None),
    )
    if member is None or member not in b.members(contract, rules):
        raise NotFound("not_on_board", person=member or context.actor)
    if member in board.votes:
        raise AlreadyDone("member_voted", id=change.id)
    if person == member:
        raise BadValue("own_delegate", person=person)
    if not contract.knows(person):
        raise NotFound("unknown_person", person=person)
    firm = contract.person(member).organisation
    if contract.person(person).organisation != firm:
        raise NotAllowed("other_firm", person=person, organisation=firm)
    if not availability.present(contract, person, at):
        stand_in = availability.stand_in(contract, person, at)
        raise NotNow("person_absent", person=person, stand_in=stand_in)
    former = board.delegates.get(member)
    if former is not None and former.person == person:
        raise AlreadyDone("already_delegate", person=person)
    named = Delegate(person=person, asked_by=context.actor, agreed=person == context.actor)
    papers.say(context, change, ChangeAction.BOARD_DELEGATE_NAMED, members=(member,), person=person)
    board = replace(board, delegates={**board.delegates, member: named})
    others = {member, former.person if former else member} - {context.actor}
    return _go_on(context, change, board, anew=[person, *sorted(others)])


def agree(context: Context, change: Change) -> Change:
    """Agree to represent whoever one was asked for."""
    _, board = _sitting(context, change)
    mine = _asked(change, board, context.actor)
    papers.say(context, change, ChangeAction.BOARD_DELEGATE_AGREED, members=tuple(mine))
    agreed = {m: replace(board.delegates[m], agreed=True) for m in mine}
    board = replace(board, delegates={**board.delegates, **agreed})
    return _go_on(context, change, board)


def decline(context: Context, change: Change, reason: str) -> Change:
    """Do not represent whoever one was asked for: the seat is the member's again (CON-5)."""
    _, board = _sitting(context, change)
    mine = _asked(change, board, context.actor)
    reason = user_text.required(reason)
    papers.say(
        context, change, ChangeAction.BOARD_DELEGATE_DECLINED, members=tuple(mine), reason=reason
    )
    kept = {member: each for member, each in board.delegates.items() if member not in mine}
    after = replace(board, delegates=kept)
    return _go_on(context, change, after, anew=[board.delegates[m].asked_by for m in mine])


def _asked(change: Change, board: Board, person: str) -> list[str]:
    """The members for whom somebody was asked, and has not answered; raises AlreadyDone."""
    mine = [m for m, each in board.delegates.items() if each.person == person and not each.agreed]
    if not mine:
        raise AlreadyDone("delegation_answered", id=change.id)
    return mine


# ── timers ───────────────────────────────────────────────────────────────────────────────────


def remind(context: Context, change: Change, timer: Timer[BoardReminder]) -> Change:
    """From when it decides on: what is settled is decided; who has not voted is reminded."""
    after = replace(change, alarms=change.alarms.clear(timer.name))
    rules, board = _before_board(context, after)
    if rules is None or board is None:
        return after
    number, every = timer.name.number, rules.remind_every
    due = next_repeat(context, timer.due, every)
    after = replace(after, alarms=after.alarms.set(BoardReminder(number + 1), due, every.clock))
    if (settled := settle(context, after)) is not after:
        return settled
    people = _asked_again(context, after, board)
    return turns.reminded(context, after, people, number, ChangeAction.BOARD_REMINDED)


def overdue(context: Context, change: Change, timer: Timer[BoardOverdue]) -> Change:
    """Those who have voted decide; without a quorum it climbs in the firms awaited (ESC-9)."""
    after = replace(change, alarms=change.alarms.clear(timer.name))
    rules, board = _before_board(context, after)
    if rules is None or board is None:
        return after
    contract, number, every = context.contract, timer.name.number, rules.remind_every
    alarms = after.alarms.clear_if(lambda name: isinstance(name, BoardReminder))
    due = next_repeat(context, timer.due, every)
    after = replace(after, alarms=alarms.set(BoardOverdue(number + 1), due, every.clock))
    if (settled := settle(context, after)) is not after:
        return settled
    managers = parts.there(context, parts.appointed(contract))
    people = tuple(dict.fromkeys((*_asked_again(context, after, board), *managers)))
    open_seats = b.open_seats(contract, rules, board)
    for firm in dict.fromkeys(contract.person(member).organisation for member in open_seats):
        people += ladders.above(context, firm, number, people)
    return turns.reminded(context, after, people, number, ChangeAction.BOARD_OVERDUE)


def _asked_again(context: Context, change: Change, board: Board) -> tuple[str, ...]:
    """List who is awaited; with whom a delegate was named for who has not agreed."""
    unsure = [
        member
        for member, each in board.delegates.items()
        if not each.agreed and member not in board.votes and context.contract.knows(member)
    ]
    return tuple(dict.fromkeys((*parts.before_board(context, change), *unsure)))


# ── going on ─────────────────────────────────────────────────────────────────────────────────


def _go_on(context: Context, before: Change, board: Board, *, anew: Iterable[str] = ()) -> Change:
    """Decide what the votes settle; else show how it stands, with papers for whom is new."""
    after = replace(before, board=board)
    if (settled := settle(context, after)) is not after:
        return settled
    new = [each for each in parts.before_board(context, after) if each not in board.sent]
    people = tuple(dict.fromkeys((*anew, *new)))
    return turns.update_cards(context, papers.sent(after, people), anew=people)


def settle(context: Context, change: Change) -> Change:
    """Decide what the votes settle as things stand now; else give the very same change."""
    rules, board = _before_board(context, change)
    if rules is None or board is None:
        return change
    outcome = b.outcome(context.contract, rules, board, context.now)
    if outcome is None:
        return change
    return _decided(context, change, rules, board, approved=outcome)


def _decided(
    context: Context, before: Change, rules: BoardRules, board: Board, *, approved: bool
) -> Change:
    """The decision, which changes the state by itself; with its minutes (CHG-2)."""
    contract, seats = context.contract, b.members(context.contract, rules)
    board = replace(board, decided_at=context.now, approved=approved)
    said = {
        ballot.value: tuple(
            m for m in seats if m in board.votes and board.votes[m].ballot is ballot
        )
        for ballot in Ballot
    }
    represented = {
        m: board.votes[m].by for m in seats if m in board.votes and board.votes[m].by != m
    }
    papers.say(
        context,
        before,
        ChangeAction.BOARD_APPROVED if approved else ChangeAction.BOARD_REFUSED,
        silent=b.open_seats(contract, rules, board),
        members=tuple(represented),
        people=tuple(represented.values()),
        **said,
    )
    after = replace(before, board=board, alarms=before.alarms.clear_if(papers.of_board))
    if approved:
        return approving.board_agreed(context, before, after, anew=board.sent)
    unconvinced = (*said[Ballot.NO], *said[Ballot.ABSTAIN])
    reasons = dict.fromkeys(board.votes[m].reason for m in unconvinced)
    return approving.board_refused(context, before, after, "\n".join(reasons), anew=board.sent)


def _before_board(context: Context, change: Change) -> tuple[BoardRules | None, Board | None]:
    """The board that has to decide; None where it has, or where it is not asked any more."""
    board = change.board
    if change.state is not ChangeState.APPROVAL or board is None or board.decided_at:
        return None, None
    return parts.rules_of(context.contract).board, board


def _sitting(context: Context, change: Change) -> tuple[BoardRules, Board]:
    """The board that votes; refuses what comes too late, with what was decided."""
    if change.board is not None:
        _require_undecided(change, change.board)
    approving.require_state(change, ChangeState.APPROVAL)
    rules, board = _before_board(context, change)
    if rules is None or board is None:
        raise NotNow("no_board_called", id=change.id)
    return rules, board


def _require_undecided(change: Change, board: Board) -> None:
    if board.approved:
        raise AlreadyDone("board_approved", id=change.id)
    if board.decided_at is not None:
        raise AlreadyDone("board_refused", id=change.id)
