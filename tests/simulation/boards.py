"""What the two firms were promised about advisory boards, whatever happened (Rule CHG-2)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from escalation.base.journal_actions.change import ChangeAction
from escalation.change.board import members, sits
from escalation.contract import Contract
from escalation.contract.processes.change_board import BoardRules
from escalation.messages.change import ChangeCard
from escalation.records.change import Change, ChangeState
from tests.simulation.facts import Facts

DECIDED = {ChangeAction.BOARD_APPROVED: True, ChangeAction.BOARD_REFUSED: False}
MINUTE = timedelta(minutes=1)


def a_board_decides_by_its_votes(facts: Facts) -> Iterator[str]:
    """By more for than against, with a quorum, and what the record holds is what was voted."""
    for change, lines in _changes(facts):
        for line in lines:
            if line.action not in DECIDED:
                continue
            said = json.loads(line.facts)
            yes, no, abstain, silent = (
                len(said.get(name, ())) for name in ("yes", "no", "abstain", "silent")
            )
            if DECIDED[line.action] != (yes > no):
                yield f"{change.id}: {line.action} with {yes} for and {no} against"
            rules = _rules(_contract(facts, change))
            voted, seats = yes + no + abstain, yes + no + abstain + silent
            if rules and voted < min(rules.quorum, seats):
                yield f"{change.id}: {line.action} with {voted} of {seats} votes"
        for member, vote in change.board.votes.items() if change.board else ():
            given = [
                line for line in lines
                if line.action == ChangeAction.BOARD_VOTED
                and (line.actor, line.at) == (vote.by, vote.at)
                and json.loads(line.facts)["ballot"] == vote.ballot
            ]  # fmt: skip
            if not given:
                yield f"{change.id}: nobody gave the vote of {member}: {vote}"


def no_vote_on_a_board_is_lost(facts: Facts) -> Iterator[str]:
    """Whoever voted on the papers as they are finds their vote, or a later one in its place."""
    anew = {ChangeAction.BOARD_ASKED_ANEW, ChangeAction.CLASSIFIED}
    for change, lines in _changes(facts):
        since = max((line.number for line in lines if line.action in anew), default=0)
        for line in lines:
            if line.action != ChangeAction.BOARD_VOTED or line.number < since:
                continue
            seats = {line.actor, *json.loads(line.facts).get("members", ())}
            votes = change.board.votes if change.board else {}
            if not any(member in seats and votes[member].at >= line.at for member in votes):
                yield f"{change.id}: the vote of {line.actor} at {line.at} is lost"


def a_board_decides_once(facts: Facts) -> Iterator[str]:
    """One decision on the same papers; and the state is what it came to."""
    for change, lines in _changes(facts):
        open_since, decisions = True, 0
        for line in lines:
            if line.action in DECIDED:
                decisions += 1
                if not open_since:
                    yield f"{change.id}: decided again at {line.at}"
                open_since = False
            elif line.action in {ChangeAction.BOARD_CALLED, ChangeAction.BOARD_ASKED_ANEW}:
                open_since = True
        board = change.board
        if board is None or board.decided_at is None:
            continue
        if not decisions:
            yield f"{change.id} is decided, and the journal knows nothing of it"
        if not board.approved and change.state not in {ChangeState.REJECTED, ChangeState.WITHDRAWN}:
            yield f"{change.id} was refused by its board, and is {change.state}"


def a_board_decides_in_time(facts: Facts) -> Iterator[str]:
    """When its time is over it decides, with a quorum; without one that is told, ever higher."""
    for change, lines in _changes(facts):
        contract, board = _contract(facts, change), change.board
        rules = _rules(contract)
        if change.state is not ChangeState.APPROVAL or board is None or rules is None:
            continue
        if board.decided_at is not None:
            continue
        if not any(timer.name.startswith("change/board_overdue/") for timer in change.alarms.armed):
            yield f"nothing watches over the board of {change.id}"
        if board.due > facts.now - MINUTE:
            continue
        if not any(line.action == ChangeAction.BOARD_OVERDUE and line.at >= board.due
                   for line in lines):  # fmt: skip
            yield f"the board of {change.id} is overdue since {board.due}, and nobody was told"
        # the file may have been edited since: what settles then is seen at the next reminder
        late = board.due < facts.now - timedelta(seconds=rules.remind_every.seconds) - MINUTE
        if late and members(contract, rules) and sits(contract, rules, board):
            yield f"the board of {change.id} sits since {board.due}, and has not decided"


def a_boards_decision_is_told(facts: Facts) -> Iterator[str]:
    """To everyone who had its papers, as long as the contract knows them."""
    told: dict[tuple[str, str, str], Any] = {}
    for row in facts.outgoing_messages:
        if row.topic == ChangeCard.topic:
            key = row.contract, row.subject, row.destination
            at = row.sent_at or row.at  # a card says what is so when it is sent
            told[key] = max(at, told.get(key, at))
    for change, _ in _changes(facts):
        board = change.board
        if board is None or board.decided_at is None:
            continue
        for person in board.sent:
            at = told.get((change.contract, change.id, f"person/{person}"))
            known = _contract(facts, change).knows(person)
            if known and (at is None or at < board.decided_at):
                yield f"{person} was asked about {change.id}, and not told what was decided"


BOARDS = (
    a_board_decides_by_its_votes,
    no_vote_on_a_board_is_lost,
    a_board_decides_once,
    a_board_decides_in_time,
    a_boards_decision_is_told,
)


def _changes(facts: Facts) -> Iterator[tuple[Change, list[Any]]]:
    """Each change, and what the journal says of it, in order."""
    lines: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for line in sorted(facts.lines, key=lambda each: (each.contract, each.number)):
        lines[line.contract, line.subject].append(line)
    for record in facts.records:
        if isinstance(record, Change):
            yield record, lines[record.contract, record.id]


def _contract(facts: Facts, change: Change) -> Contract:
    return next(each for each in facts.contracts if each.id == change.contract)


def _rules(contract: Contract) -> BoardRules | None:
    return contract.changes.board if contract.changes else None
