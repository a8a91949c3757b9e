"""The standing of an advisory board: who votes for whom, and what that comes to (Rule CHG-2).

Its members are those whom the contract names at that moment, and so is its quorum: the vote of
who is no member any more does not count. Each seat has one vote. It sits with a quorum, and with
somebody of each firm that has a seat.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from escalation.contract import CLIENT, PROVIDER, Contract, Post
from escalation.contract.processes.change_board import BoardRules
from escalation.duty import availability
from escalation.duty.calendars import Calendar
from escalation.people.audience import named
from escalation.records.change_board import Ballot, Board


def members(contract: Contract, rules: BoardRules) -> tuple[str, ...]:
    """List who has a seat: those whom the contract names, or who hold a role that it names."""
    return named(contract, rules.members)


def quorum(contract: Contract, rules: BoardRules) -> int:
    """Count how many votes it takes; no more than there are seats."""
    return min(rules.quorum, len(members(contract, rules)))


def voter(contract: Contract, board: Board, member: str, at: datetime) -> str | None:
    """Name whose vote for a seat is awaited: of the delegate, else of the member or their stand-in.

    A delegate who was asked answers for it, too: by voting, or by declining.
    """
    delegate = board.delegates.get(member)
    if delegate and availability.there(contract, [delegate.person], at) == (delegate.person,):
        return delegate.person
    return next(iter(availability.there(contract, [member], at)), None)


def may_vote(contract: Contract, board: Board, member: str, person: str, at: datetime) -> bool:
    """Tell whether somebody may vote for a seat: who is awaited there, or the member themselves."""
    return person in {member, voter(contract, board, member, at)}


def seats_of(
    contract: Contract, rules: BoardRules, board: Board, person: str, at: datetime
) -> tuple[str, ...]:
    """The seats that somebody votes for: of the members they are awaited for, else their own."""
    seats = members(contract, rules)
    awaited = tuple(m for m in seats if voter(contract, board, m, at) == person)
    return awaited or tuple(m for m in seats if m == person)


def may_name(
    contract: Contract, rules: BoardRules, board: Board, member: str, person: str, at: datetime
) -> bool:
    """Tell whether somebody may name who represents a member: of its firm alone (Rule CHG-2).

    Others of it than who votes for that seat only do so where nobody does.
    """
    return may_vote(contract, board, member, person, at) or (
        voter(contract, board, member, at) is None
        and person in finders(contract, rules, member, at)
    )


def open_seats(contract: Contract, rules: BoardRules, board: Board) -> tuple[str, ...]:
    """The members for whom nobody has voted."""
    return tuple(m for m in members(contract, rules) if m not in board.votes)


def awaited(contract: Contract, rules: BoardRules, board: Board, at: datetime) -> tuple[str, ...]:
    """List whose vote is awaited; for a seat that nobody votes for, who finds somebody (ORG-3)."""
    waited: list[str] = []
    for member in open_seats(contract, rules, board):
        somebody = voter(contract, board, member, at)
        waited += [somebody] if somebody else finders(contract, rules, member, at)[:1]
    return tuple(dict.fromkeys(waited))


def empty(contract: Contract, rules: BoardRules, board: Board, at: datetime) -> tuple[str, ...]:
    """The members who are away, without a vote, a delegate or a stand-in."""
    return tuple(
        member
        for member in open_seats(contract, rules, board)
        if voter(contract, board, member, at) is None
    )


def finders(contract: Contract, rules: BoardRules, member: str, at: datetime) -> list[str]:
    """List who may name somebody for a seat, in order: of its firm, on the board, in a post."""
    firm = contract.person(member).organisation
    seated = (m for m in members(contract, rules) if contract.person(m).organisation == firm)
    people = list(availability.there(contract, seated, at))
    calendar = Calendar.of(contract)
    for echelon in sorted(contract.echelons, key=lambda each: each.level):
        held = {PROVIDER: echelon.provider, CLIENT: echelon.client}.get(firm)
        if held is not None:
            post = Post(people=held.people)  # papers wake nobody on call
            people += availability.queue(contract, calendar, post, at)
    return list(dict.fromkeys(people))


def sits(contract: Contract, rules: BoardRules, board: Board) -> bool:
    """Tell whether the quorum is reached, with somebody of each firm."""
    voted = [member for member in members(contract, rules) if member in board.votes]
    return len(voted) >= quorum(contract, rules) and _firms(contract, voted) == _firms(
        contract, members(contract, rules)
    )


def can_sit(contract: Contract, rules: BoardRules, board: Board, at: datetime) -> bool:
    """Tell whether the quorum can be reached by those who are there, or represented."""
    away = empty(contract, rules, board, at)
    left = [member for member in members(contract, rules) if member not in away]
    return (
        bool(left)
        and len(left) >= quorum(contract, rules)
        and _firms(contract, left) == _firms(contract, members(contract, rules))
    )


def _firms(contract: Contract, people: Iterable[str]) -> set[str]:
    firms = {contract.person(person).organisation for person in people}
    return firms & {PROVIDER, CLIENT}


def outcome(contract: Contract, rules: BoardRules, board: Board, at: datetime) -> bool | None:
    """Tell whether it approves, by more votes for than against; None while that is open.

    It decides once all have voted; from the due time on with who has voted by then; and before,
    once the papers have been out as long as agreed, where no other vote would change it.
    """
    if not members(contract, rules) or not sits(contract, rules, board):
        return None
    yes, no = (count(contract, rules, board, ballot) for ballot in (Ballot.YES, Ballot.NO))
    left = len(open_seats(contract, rules, board))
    if left == 0 or at >= board.due:
        return yes > no
    if at < board.opens_at or (no < yes + left and yes <= no + left):
        return None
    return yes > no


def count(contract: Contract, rules: BoardRules, board: Board, ballot: Ballot) -> int:
    """Count the votes of a kind, of those that count."""
    seats = members(contract, rules)
    return sum(board.votes[m].ballot is ballot for m in seats if m in board.votes)
