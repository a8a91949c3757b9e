"""Each invariant on advisory boards can fail: it alone says what is spoilt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from escalation.base.evolve import replace
from escalation.base.journal_actions.change import ChangeAction
from escalation.change.papers import of_board
from escalation.records.change import Change
from escalation.records.change_board import Ballot, Board, Vote
from tests.simulation.boards import BOARDS
from tests.simulation.contracts import CONTRACTS
from tests.simulation.facts import Facts
from tests.simulation.invariants import broken
from tests.simulation.memories import prepare
from tests.simulation.story import WEDNESDAY, Left, facts_of, supervised

DECIDED, OVERDUE = "CHG-0002", "CHG-0003"


@pytest.fixture(scope="module")
def story() -> tuple[Facts, bytes]:
    prepare()
    return facts_of(supervised, at=WEDNESDAY, contracts=CONTRACTS)


@pytest.fixture
def left(story: tuple[Facts, bytes], tmp_path: Path) -> Left:
    return Left.of(*story, tmp_path)


def _change(left: Left, change_id: str) -> tuple[Change, Board]:
    change = next(r for r in left.facts.records if isinstance(r, Change) and r.id == change_id)
    assert change.board is not None
    return change, change.board


def _with(left: Left, change_id: str, **board: Any) -> None:
    """Another board in a change."""
    change, before = _change(left, change_id)
    place = left.facts.records.index(change)
    left.facts.records[place] = replace(change, board=replace(before, **board))


def _lines(left: Left, action: ChangeAction, said: dict[str, Any]) -> None:
    """What the journal says with that action is otherwise."""
    for place, line in enumerate(left.facts.lines):
        if line.action == action:
            given = {"facts": json.dumps(json.loads(line.facts) | said)}
            left.facts.lines[place] = SimpleNamespace(**dict(line._mapping) | given)


def it_approves_without_a_majority(left: Left) -> None:
    _lines(left, ChangeAction.BOARD_APPROVED, {"no": ["sophie-arnaud", "isabelle-fontaine"]})


def it_decides_without_a_quorum(left: Left) -> None:
    said = {"yes": ["antoine-mercier"], "no": [], "silent": ["francois-delmas", "sophie-arnaud"]}
    _lines(left, ChangeAction.BOARD_APPROVED, said)


def a_vote_was_given_by_nobody(left: Left) -> None:
    _, board = _change(left, OVERDUE)
    vote = Vote(by="francois-delmas", at=board.called_at, ballot=Ballot.NO, reason="x")
    _with(left, OVERDUE, votes={**board.votes, "francois-delmas": vote})


def a_vote_is_lost(left: Left) -> None:
    _with(left, OVERDUE, votes={})


def a_decision_is_taken_again(left: Left) -> None:
    line = next(each for each in left.facts.lines if each.action == ChangeAction.BOARD_APPROVED)
    last = max(each.number for each in left.facts.lines if each.contract == line.contract)
    left.facts.lines.append(SimpleNamespace(**dict(line._mapping) | {"number": last + 1}))


def what_was_refused_goes_on(left: Left) -> None:
    _with(left, DECIDED, approved=False)


def nothing_watches_over_a_board(left: Left) -> None:
    left.sql("DELETE FROM timers WHERE name LIKE 'change/board%'")
    change, _ = _change(left, OVERDUE)
    place = left.facts.records.index(change)
    left.facts.records[place] = replace(change, alarms=change.alarms.clear_if(of_board))


def nobody_is_told_that_a_board_is_overdue(left: Left) -> None:
    lines = left.facts.lines
    left.facts.lines = [each for each in lines if each.action != ChangeAction.BOARD_OVERDUE]


def a_board_with_a_quorum_does_not_decide(left: Left) -> None:
    """Three of the four have voted, and its time is over."""
    _, board = _change(left, OVERDUE)
    at = board.due - timedelta(minutes=1)
    line = next(each for each in left.facts.lines if each.action == ChangeAction.BOARD_VOTED)
    voters, votes = ("antoine-mercier", "francois-delmas"), dict(board.votes)
    for number, member in enumerate(voters):
        votes[member] = Vote(by=member, at=at, ballot=Ballot.YES)
        told = {"subject": OVERDUE, "actor": member, "at": at, "number": 10**6 + number,
                "facts": json.dumps({"ballot": "yes"})}  # fmt: skip
        left.facts.lines.append(SimpleNamespace(**dict(line._mapping) | told))
    _with(left, OVERDUE, votes=votes)


def a_member_is_not_told_what_was_decided(left: Left) -> None:
    _, board = _change(left, DECIDED)
    assert board.decided_at is not None
    _with(left, DECIDED, decided_at=left.facts.now + timedelta(days=1))


CASES = {
    "a_board_decides_by_its_votes": (
        it_approves_without_a_majority, it_decides_without_a_quorum, a_vote_was_given_by_nobody,
    ),
    "no_vote_on_a_board_is_lost": (a_vote_is_lost,),
    "a_board_decides_once": (a_decision_is_taken_again, what_was_refused_goes_on),
    "a_board_decides_in_time": (
        nothing_watches_over_a_board, nobody_is_told_that_a_board_is_overdue,
        a_board_with_a_quorum_does_not_decide,
    ),
    "a_boards_decision_is_told": (a_member_is_not_told_what_was_decided,),
}  # fmt: skip


def test_the_story_has_a_board_that_decided_and_one_that_is_overdue(left: Left) -> None:
    assert not broken(left.facts)
    assert _change(left, DECIDED)[1].approved
    assert _change(left, OVERDUE)[1].decided_at is None


@pytest.mark.parametrize(
    ("invariant", "spoil"),
    [(name, spoil) for name, spoils in CASES.items() for spoil in spoils],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_what_is_spoilt_is_reported_by_its_invariant_alone(
    invariant: str, spoil: Callable[[Left], None], left: Left
) -> None:
    spoil(left)
    found = broken(left.facts)
    assert {line.partition(":")[0] for line in found} == {invariant}, found


def test_every_invariant_is_spoilt_by_something() -> None:
    assert set(CASES) == {look.__name__ for look in BOARDS}
