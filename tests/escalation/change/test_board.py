"""How an advisory board stands: who votes for whom, and what that comes to (CHG-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.change import board as b
from escalation.contract.processes.change_board import BoardRules
from escalation.records.change_board import Ballot, Board, Delegate, Vote
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import absent

CALLED = paris("2026-07-15 10:00")
OPENS = paris("2026-07-17 18:00")
DUE = paris("2026-07-22 18:00")
SEATS = ("sam", "dan", "hana", "cid")
RULES = BoardRules(members=SEATS, quorum=3)


def a_board(*, delegates: dict[str, Delegate] | None = None, **votes: str) -> Board:
    """A board with these votes: `sam="yes"`."""
    return Board(
        called_by="sam", called_at=CALLED, opens_at=OPENS, due=DUE, delegates=delegates or {},
        votes={m: Vote(by=m, at=CALLED, ballot=Ballot(v)) for m, v in votes.items()},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("votes", "at", "expected"),
    [
        ({"sam": "yes", "dan": "yes", "hana": "yes"}, OPENS, True),  # the fourth changes nothing
        ({"sam": "yes", "dan": "yes", "hana": "yes"}, OPENS - timedelta(minutes=1), None),
        ({"sam": "yes", "dan": "yes", "hana": "yes", "cid": "no"}, CALLED, True),  # all have voted
        ({"sam": "yes", "dan": "yes"}, DUE, None),  # no quorum
        ({"sam": "yes", "dan": "abstain", "hana": "abstain"}, OPENS, None),  # cid may still oppose
        ({"sam": "yes", "dan": "abstain", "hana": "abstain"}, DUE, True),
        ({"sam": "yes", "dan": "yes", "hana": "no"}, OPENS, None),
        ({"sam": "yes", "dan": "no", "hana": "no"}, OPENS, False),  # a tie at best
        ({"sam": "yes", "dan": "yes", "hana": "no", "cid": "no"}, OPENS, False),  # a tie
        (dict.fromkeys(SEATS, "abstain"), OPENS, False),  # nobody is for it
    ],
)  # fmt: skip
def test_chg_2_what_the_votes_come_to(votes, at, expected) -> None:
    assert b.outcome(agreement(), RULES, a_board(**votes), at) is expected


def test_chg_2_one_firm_alone_is_no_board() -> None:
    rules = replace(RULES, members=("sam", "dan", "tom", "hana"))
    board = a_board(sam="yes", dan="yes", tom="yes")
    assert b.outcome(agreement(), rules, board, DUE) is None
    assert b.outcome(agreement(), rules, a_board(sam="yes", dan="yes", hana="no"), DUE) is True


def test_chg_2_the_vote_of_who_is_no_member_any_more_does_not_count() -> None:
    board = a_board(sam="yes", dan="yes", hana="no", cid="no")
    rules = replace(RULES, members=("sam", "dan", "cid"))
    assert b.outcome(agreement(), rules, board, OPENS) is True
    gone = replace(
        agreement(), people=tuple(p for p in agreement().people if p.id not in {"dan", "hana"})
    )
    assert b.members(gone, RULES) == ("sam", "cid")
    assert b.quorum(gone, RULES) == 2  # no more than there are seats: it can be reached
    assert b.outcome(gone, RULES, board, OPENS) is False


def test_chg_2_a_member_away_is_represented_by_who_stands_in() -> None:
    contract, board = absent(agreement(), "hana", stand_in="olga"), a_board()
    assert b.voter(contract, board, "hana", CALLED) == "olga"
    assert b.seats_of(contract, RULES, board, "olga", CALLED) == ("hana",)
    assert b.may_vote(contract, board, "hana", "hana", CALLED)  # who votes from leave votes
    assert not b.may_vote(contract, board, "hana", "otto", CALLED)


def test_chg_2_who_stands_in_for_another_member_votes_for_both_seats() -> None:
    contract, board = absent(agreement(), "hana", stand_in="cid"), a_board()
    assert b.seats_of(contract, RULES, board, "cid", CALLED) == ("hana", "cid")
    assert b.awaited(contract, RULES, board, CALLED) == ("sam", "dan", "cid")


def test_chg_2_a_delegate_answers_for_the_seat_and_the_member_may_still_vote() -> None:
    board = a_board(delegates={"hana": Delegate(person="olga", asked_by="hana")})
    contract = agreement()
    assert b.awaited(contract, RULES, board, CALLED) == ("sam", "dan", "olga", "cid")
    assert b.seats_of(contract, RULES, board, "hana", CALLED) == ("hana",)
    assert b.may_vote(contract, board, "hana", "hana", CALLED)


def test_chg_2_a_delegate_who_goes_away_or_leaves_gives_the_seat_back() -> None:
    board = a_board(delegates={"hana": Delegate(person="olga", asked_by="hana", agreed=True)})
    assert b.voter(absent(agreement(), "olga", stand_in="otto"), board, "hana", CALLED) == "hana"
    left = replace(agreement(), people=tuple(p for p in agreement().people if p.id != "olga"))
    assert b.voter(left, board, "hana", CALLED) == "hana"


def test_chg_2_a_seat_that_nobody_votes_for_waits_for_its_firm() -> None:
    contract, board = absent(agreement(), "hana"), a_board()
    assert b.empty(contract, RULES, board, CALLED) == ("hana",)
    assert b.finders(contract, RULES, "hana", CALLED)[:2] == ["cid", "olga"]
    assert b.awaited(contract, RULES, board, CALLED) == ("sam", "dan", "cid")
    assert b.can_sit(contract, RULES, board, CALLED)
    both = absent(agreement(), "hana", "cid")
    assert b.awaited(both, RULES, board, CALLED) == ("sam", "dan", "olga")
    assert not b.can_sit(both, RULES, board, CALLED)


def test_chg_2_a_quorum_without_the_other_firm_cannot_be_reached() -> None:
    rules = replace(RULES, quorum=2)
    assert not b.can_sit(absent(agreement(), "hana", "cid"), rules, a_board(), CALLED)
    assert b.can_sit(absent(agreement(), "hana"), rules, a_board(), CALLED)
    assert b.can_sit(
        absent(agreement(), "hana", "cid"), rules, a_board(hana="yes"), CALLED
    )  # before they left


ballots = st.dictionaries(st.sampled_from(SEATS), st.sampled_from([v.value for v in Ballot]))


@given(votes=ballots, more=ballots, quorum=st.integers(1, 4))
def test_chg_2_what_is_decided_early_no_later_vote_would_change(votes, more, quorum) -> None:
    rules, contract = replace(RULES, quorum=quorum), agreement()
    early = b.outcome(contract, rules, a_board(**votes), OPENS)
    if early is not None:
        assert b.outcome(contract, rules, a_board(**{**more, **votes}), DUE) is early


@given(votes=ballots, quorum=st.integers(1, 4), gone=st.sets(st.sampled_from(SEATS)))
def test_chg_2_while_it_is_open_somebody_is_waited_for(votes, quorum, gone) -> None:
    rules, contract, board = (
        replace(RULES, quorum=quorum),
        absent(agreement(), *gone),
        a_board(**votes),
    )
    if b.outcome(contract, rules, board, DUE) is None:
        waited = b.awaited(contract, rules, board, DUE)
        assert waited
