"""The advisory board at work, and what meets it in the middle (CHG-2, ESC-9, ORG-3, ORG-10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotFound, NotNow
from escalation.change import parts
from escalation.contract import Contract
from escalation.contract.processes.change_board import BoardRules
from escalation.contract.processes.change_calendar import ChangePeriod
from escalation.decision.commands import change as c
from escalation.decision.commands import change_board as v
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.records.change import ChangeCategory, ChangeState, Need
from escalation.records.change_board import Ballot
from tests.agreement import paris
from tests.escalation.change.story import CHG, RULES, STUDY, ChangeStory, with_changes
from tests.escalation.ladder.climbing import absent, away, with_people

BOARD = BoardRules(members=("sam", "dan", "service_owner", "cid"), quorum=3)
OPENS = paris("2026-07-17 18:00")
DUE = paris("2026-07-22 18:00")


def with_board(rules: BoardRules = BOARD, **changes: Any) -> Contract:
    """The agreement, with an advisory board of two seats a firm."""
    return with_changes(replace(RULES, board=rules), **changes)


class BoardStory(ChangeStory):
    """A studied change that Ned has put to the board, on Wednesday at noon."""

    def __init__(self, contract: Contract | None = None) -> None:
        super().__init__(contract or with_board())
        self.studied()
        self.do(c.ApproveChange, "rita")  # the requester's own
        self.called()
        self.do(v.CallBoard, "ned", note="Only the disks of the mail server?")

    def votes(self, *people: str, ballot: str = "yes") -> None:
        for person in people:
            reason = "" if ballot == "yes" else "Too early"
            self.do(v.VoteOnChange, person, ballot=Ballot(ballot), reason=reason)

    def facts(self, action: str) -> list[dict[str, Any]]:
        """What the timeline says of that."""
        return [dict(entry.facts) for entry in self.lines(CHG, action)]

    def amend(self, **changes: Any) -> None:
        """Put a new version of the contract in force."""
        self.contract = replace(self.contract, version="v2", **changes)
        self.memory.amend(self.contract)

    def without(self, *people: str) -> None:
        """A new version that names these people no more, in no list either."""
        left = tuple(p for p in self.contract.people if p.id not in people)
        members = tuple(m for m in BOARD.members if m not in people)
        rules = replace(RULES, board=replace(BOARD, members=members))
        self.amend(people=left, changes=rules)


def test_chg_2_the_papers_go_to_each_member_and_the_decision_changes_the_state() -> None:
    story = BoardStory()
    assert story.called() == ["sam", "dan", "hana", "cid"]
    assert story.change.missing == (Need.BOARD,)
    board = story.change.board
    assert board is not None
    assert (board.opens_at, board.due) == (OPENS, DUE)
    story.votes("sam", "hana", "dan")
    assert story.change.state is ChangeState.APPROVAL  # the papers are not out long enough
    story.at(OPENS)
    assert story.change.state is ChangeState.APPROVED
    assert story.change.approvals[Need.BOARD].yes
    assert story.facts("change.board_approved") == [
        {"yes": ["sam", "dan", "hana"], "silent": ["cid"]}
    ]
    assert not [t for t in story.change.alarms.armed if "board" in t.name]


def test_chg_2_before_the_papers_are_read_it_decides_once_all_have_voted() -> None:
    story = BoardStory()
    story.votes("sam", "hana", "dan", "cid")
    assert story.change.state is ChangeState.APPROVED


def test_chg_2_a_refusal_rejects_the_change_with_the_reasons() -> None:
    story = BoardStory()
    story.votes("sam")
    story.votes("hana", "cid", "dan", ballot="no")
    assert story.change.state is ChangeState.REJECTED
    assert story.change.reason == "Too early"
    assert ("change.board_refused", "rita") in story.news()


@pytest.mark.parametrize(
    ("ballots", "why"),
    [
        ({"sam": "abstain", "dan": "abstain", "hana": "abstain", "cid": "abstain"}, "Too early"),
        ({"sam": "yes", "dan": "no", "hana": "abstain", "cid": "abstain"}, "Wait\nToo early"),
    ],
)
def test_con_5_a_refusal_by_abstentions_has_their_reasons(ballots, why) -> None:
    story = BoardStory()
    for person, ballot in ballots.items():
        reason = {"no": "Wait", "abstain": "Too early", "yes": "Gladly"}[ballot]
        story.do(v.VoteOnChange, person, ballot=Ballot(ballot), reason=reason)
    assert story.change.state is ChangeState.REJECTED
    assert story.change.reason == why


def test_chg_2_a_vote_against_or_none_has_a_reason_and_one_for_it_needs_none() -> None:
    story = BoardStory()
    for ballot in (Ballot.NO, Ballot.ABSTAIN):
        with pytest.raises(BadValue):
            story.do(v.VoteOnChange, "sam", ballot=ballot)
    story.do(v.VoteOnChange, "sam", ballot=Ballot.YES)


def test_chg_2_only_who_has_a_seat_votes() -> None:
    story = BoardStory()
    for person in ("ned", "rita", "olga", "bea"):
        with pytest.raises(NotAllowed):
            story.votes(person)


def test_chg_2_until_it_is_decided_a_vote_may_be_changed() -> None:
    story = BoardStory()
    story.votes("sam", "dan", "hana")
    story.votes("dan", "hana", ballot="no")
    with pytest.raises(AlreadyDone, match="already_voted_so"):
        story.votes("dan", ballot="no")
    story.votes("cid", ballot="no")
    assert story.change.state is ChangeState.REJECTED


def test_chg_2_two_who_vote_at_the_same_instant_the_second_hears_what_was_decided() -> None:
    story = BoardStory()
    story.at(OPENS)
    story.votes("sam", "hana")
    story.votes("dan")  # decides
    with pytest.raises(AlreadyDone, match="board_approved"):
        story.votes("cid", ballot="no")
    assert story.change.state is ChangeState.APPROVED


def test_chg_2_the_change_manager_does_not_approve_in_the_boards_place() -> None:
    story = BoardStory()
    with pytest.raises((NotAllowed, AlreadyDone)):
        story.do(c.ApproveChange, "ned")
    assert story.change.missing == (Need.BOARD,)


def test_chg_2_who_has_not_voted_is_reminded_and_without_a_quorum_it_climbs() -> None:
    story = BoardStory()
    story.votes("sam", "hana")
    story.called()
    story.at(DUE)
    assert [(str(at.date()), who) for at, who in story.called_at()] == [
        ("2026-07-17", "dan"), ("2026-07-17", "cid"),  # from now on it decides
        ("2026-07-20", "dan"), ("2026-07-20", "cid"),
        ("2026-07-21", "dan"), ("2026-07-21", "cid"),
        ("2026-07-22", "dan"), ("2026-07-22", "cid"), ("2026-07-22", "ned"),  # overdue
    ]  # fmt: skip
    story.at(paris("2026-07-23 18:00"))
    assert story.called() == ["dan", "cid", "ned", "tom", "olga"]  # ESC-9: a level of each firm
    story.at(paris("2026-07-24 18:00"))
    assert story.called() == ["dan", "cid", "ned", "sam", "hana"]
    story.votes("dan")
    assert story.change.state is ChangeState.APPROVED


def test_chg_2_whoever_it_climbs_to_sees_it_and_finds_somebody() -> None:
    story = BoardStory(absent(with_board(), "cid"))
    story.votes("sam", "dan")
    story.at(paris("2026-07-23 18:00"))
    story.do(v.RepresentMember, "olga", person="otto", member="cid")
    story.votes("otto")
    assert story.change.state is ChangeState.APPROVED


# ── members represented ──────────────────────────────────────────────────────────────────────


def test_chg_2_a_delegate_is_asked_agrees_and_votes() -> None:
    story = BoardStory()
    story.called()
    story.do(v.RepresentMember, "hana", person="olga")
    assert story.called() == ["olga"]
    story.do(v.AgreeToRepresent, "olga")
    story.votes("olga")
    assert story.change.board
    assert story.change.board.votes["hana"].by == "olga"
    with pytest.raises(AlreadyDone):
        story.do(v.AgreeToRepresent, "olga")


def test_chg_2_a_delegate_who_declines_gives_the_seat_back() -> None:
    story = BoardStory()
    story.do(v.RepresentMember, "hana", person="olga")
    story.called()
    story.do(v.DeclineToRepresent, "olga", reason="On a train")
    assert story.called() == ["hana"]
    with pytest.raises(NotAllowed):
        story.votes("olga")


def test_chg_2_the_member_votes_all_the_same_and_the_delegate_not_over_it() -> None:
    story = BoardStory()
    story.do(v.RepresentMember, "hana", person="olga")
    story.votes("olga")
    story.votes("hana", ballot="no")
    with pytest.raises(AlreadyDone, match="member_voted"):
        story.votes("olga")
    assert story.change.board
    assert story.change.board.votes["hana"].ballot is Ballot.NO


@pytest.mark.parametrize(
    ("by", "person", "member", "why"),
    [
        ("hana", "sue", None, "other_firm"),
        ("hana", "hana", None, "own_delegate"),
        ("hana", "nobody", None, "unknown_person"),
        ("hana", "olga", "eve", "not_on_board"),
        ("ned", "olga", "hana", "not_your_role"),  # the provider names nobody for the client
        ("sam", "olga", "hana", "not_your_role"),
    ],
)
def test_chg_2_who_represents_is_of_the_firm_and_named_by_it(by, person, member, why) -> None:
    story = BoardStory()
    with pytest.raises((NotAllowed, BadValue, NotFound), match=why):
        story.do(v.RepresentMember, by, person=person, member=member)


def test_chg_2_nobody_takes_the_seat_of_who_is_there() -> None:
    story = BoardStory()
    for by, member in (("tess", "sam"), ("tom", "dan"), ("dan", "sam"), ("cid", "hana")):
        with pytest.raises(NotAllowed, match="not_your_role"):
            story.do(v.RepresentMember, by, person=by, member=member)
    story.do(v.RepresentMember, "sam", person="sue")
    story.do(v.AgreeToRepresent, "sue")
    with pytest.raises(NotAllowed, match="not_your_role"):  # the delegate's neither
        story.do(v.RepresentMember, "tom", person="tom", member="sam")


def test_chg_2_a_member_is_told_who_was_named_for_them_and_a_delegate_who_follows() -> None:
    story = BoardStory(absent(with_board(), "hana"))
    story.called()
    story.do(v.RepresentMember, "olga", person="otto", member="hana")
    assert story.called() == ["otto", "hana"]
    story.do(v.RepresentMember, "hana", person="cid")
    assert story.called() == ["cid", "otto"]


def test_chg_2_a_reminder_asks_the_member_too_while_the_delegate_has_not_agreed() -> None:
    story = BoardStory()
    story.votes("sam", "cid")
    story.do(v.RepresentMember, "hana", person="olga")
    story.called()
    story.at(OPENS)
    assert story.called() == ["dan", "olga", "hana"]


# ── crossings ────────────────────────────────────────────────────────────────────────────────


def test_chg_2_a_quorum_that_cannot_be_reached_is_told_at_once_and_somebody_finds_a_way() -> None:
    story = BoardStory(absent(with_board(), "hana", "cid"))
    assert story.called() == ["sam", "dan", "olga", "ned"]  # Olga: the first of the client there
    story.votes("sam", "dan")
    story.do(v.RepresentMember, "olga", person="olga", member="hana")
    story.votes("olga")
    story.at(OPENS)
    assert story.change.state is ChangeState.APPROVED


def test_chg_2_a_member_who_goes_away_in_the_middle_is_represented_by_their_stand_in() -> None:
    contract = with_people(
        with_board(), ["hana"], absences=(away("2026-07-20", "2026-07-31", stand_in="olga"),)
    )
    story = BoardStory(contract)
    story.votes("sam", "cid")
    story.at(OPENS)
    assert "hana" in story.called()
    story.at(paris("2026-07-20 18:00"))
    assert story.called() == ["dan", "olga"]
    story.votes("olga")
    assert story.change.state is ChangeState.APPROVED


def test_chg_2_a_member_who_leaves_has_no_vote_any_more() -> None:
    story = BoardStory()
    story.votes("sam", "dan")
    story.votes("cid", ballot="no")
    story.without("cid")
    story.votes("hana")  # the last of three seats
    assert story.change.state is ChangeState.APPROVED
    assert story.facts("change.board_approved")[-1] == {"yes": ["sam", "dan", "hana"]}


def test_chg_2_when_the_last_who_was_awaited_leaves_it_is_decided_by_itself() -> None:
    story = BoardStory()
    story.votes("sam", "dan", "hana")
    story.without("cid")
    story.at(OPENS)
    assert story.change.state is ChangeState.APPROVED


def test_chg_2_where_the_last_who_was_awaited_has_left_the_change_manager_has_it_decided() -> None:
    story = BoardStory(with_board(replace(BOARD, quorum=4)))
    story.votes("sam", "dan", "hana")
    story.without("cid")
    contract = contract_of(story.memory, story.change)
    assert parts.before_board(Context(now=story.now, contract=contract), story.change) == ("ned",)
    story.do(v.CallBoard, "ned", due=paris("2026-07-20 12:00"))
    assert story.change.state is ChangeState.APPROVED


def test_chg_2_a_new_version_in_which_a_member_is_gone_has_it_decided_at_once() -> None:
    story = BoardStory(with_board(replace(BOARD, quorum=4)))
    story.votes("sam", "dan", "hana")
    story.without("cid")
    story.do(c.LookAtChangeAgain, "escalade")
    assert story.change.state is ChangeState.APPROVED
    story.do(c.LookAtChangeAgain, "escalade")  # by the next replica
    assert len(story.facts("change.board_approved")) == 1


def test_org_10_a_new_version_gives_the_papers_to_who_is_new_on_the_board_alone() -> None:
    story = BoardStory()
    story.votes("sam")
    story.called()
    members = replace(BOARD, members=("sam", "dan", "hana", "eve"))
    story.amend(changes=replace(RULES, board=members))
    for _ in range(2):
        story.do(c.LookAtChangeAgain, "escalade")
    assert story.called() == ["eve"]


def test_org_10_a_new_version_asks_at_once_who_approves_now() -> None:
    story = ChangeStory()
    story.standard()
    story.called()
    entry = replace(RULES.standard[0], approved_by=("hana",))
    story.contract = with_changes(replace(RULES, standard=(entry,)))
    story.contract = replace(story.contract, version="v2")
    story.memory.amend(story.contract)
    story.do(c.LookAtChangeAgain, "escalade")
    assert story.called() == ["hana"]


def test_chg_4_a_freeze_that_a_new_version_adds_is_told_and_asked_about_before_it_begins() -> None:
    story = ChangeStory()
    story.planned(hours=48)  # Friday noon
    story.called()
    friday = date(2026, 7, 17)
    freeze = ChangePeriod(name="Audit", first=friday, last=friday)
    rules = replace(RULES, calendar=replace(RULES.calendar, freezes=(freeze,)))
    story.contract = replace(with_changes(rules), version="v2")
    story.memory.amend(story.contract)
    story.do(c.LookAtChangeAgain, "escalade")
    assert story.called() == ["tess", "ned"]
    story.wait(hours=48)
    with pytest.raises(NotNow, match="window_clashes"):
        story.do(c.StartChange, "tess")
    assert story.do(c.StartChange, "tess", despite="The auditor agrees").accepted == (
        "freeze|Audit",
    )


def test_org_10_a_new_version_touches_nothing_that_is_carried_out_or_over() -> None:
    story = ChangeStory()
    before = story.underway()
    story.contract = replace(story.contract, version="v2")
    story.memory.amend(story.contract)
    story.do(c.LookAtChangeAgain, "escalade")
    assert replace(story.change, version=before.version) == before


def test_org_10_whoever_joins_the_board_in_the_middle_gets_the_papers_and_votes() -> None:
    story = BoardStory()
    story.votes("sam", "dan")
    story.called()
    members = replace(BOARD, members=("sam", "dan", "hana", "eve"), quorum=4)
    story.amend(changes=replace(RULES, board=members))
    story.votes("hana")
    assert story.called() == ["eve"]
    story.votes("eve")
    assert story.change.state is ChangeState.APPROVED


def test_org_10_a_contract_that_drops_the_board_lets_it_go_on() -> None:
    story = BoardStory()
    story.votes("sam", "dan", "hana")
    story.amend(changes=RULES)
    story.at(OPENS)
    assert story.change.state is ChangeState.APPROVED


def test_chg_2_withdrawn_while_the_board_votes_nobody_votes_or_is_asked_any_more() -> None:
    story = BoardStory()
    story.votes("sam")
    story.do(c.WithdrawChange, "rita", reason="Not needed")
    with pytest.raises(NotNow, match="change_state"):
        story.votes("dan")
    story.called()
    story.at(paris("2026-08-15 10:00"))
    assert story.called() == []
    assert story.change.alarms.armed == ()


def test_chg_2_a_study_that_changes_is_put_to_the_board_anew() -> None:
    story = BoardStory()
    story.votes("sam", "dan")
    story.called()
    story.at(paris("2026-07-16 12:00"))
    story.do(c.RecordStudy, "ned", **{**STUDY, "impact": "Mail is down for an hour"})
    assert [p for p in story.called() if p != "rita"] == ["sam", "dan", "hana", "cid"]
    board = story.change.board
    assert board is not None
    assert not board.votes
    assert board.papers == 2
    assert board.opens_at == paris("2026-07-20 18:00")
    assert Need.BOARD in story.change.missing


def test_chg_2_a_vote_on_what_has_changed_since_is_refused() -> None:
    story = BoardStory()
    read = story.change.asked
    story.do(c.RecordStudy, "ned", **{**STUDY, "impact": "Mail is down for an hour"})
    with pytest.raises(NotNow, match="change_asked_anew"):
        story.do(v.VoteOnChange, "sam", ballot=Ballot.YES, asked=read)
    story.do(v.VoteOnChange, "sam", ballot=Ballot.YES, asked=story.change.asked)


def test_chg_2_what_the_board_approved_of_another_study_it_approves_anew() -> None:
    story = BoardStory(with_board(replace(BOARD, quorum=1)))
    story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER, money=True)
    story.votes("sam", "dan", "hana", "cid")
    assert story.change.state is ChangeState.APPROVAL  # the delivery managers have not
    story.do(c.RecordStudy, "ned", **STUDY)
    story.votes("sam", "dan", "hana", "cid")
    assert Need.BOARD not in story.change.missing


def test_chg_2_what_turns_out_to_be_standard_is_not_the_boards_any_more() -> None:
    story = BoardStory()
    story.votes("sam")
    story.do(c.ClassifyChange, "ned", category=ChangeCategory.STANDARD, standard="restart")
    assert story.change.state is ChangeState.APPROVED
    assert story.change.board is None
    assert not [t for t in story.change.alarms.armed if "board" in t.name]


def test_chg_2_the_change_manager_gives_the_board_more_time() -> None:
    story = BoardStory()
    story.votes("sam")
    story.at(DUE)
    later = paris("2026-07-27 12:00")
    with pytest.raises(AlreadyDone, match="board_called"):
        story.do(v.CallBoard, "ned")
    with pytest.raises(BadValue):
        story.do(v.CallBoard, "ned", due=paris("2026-07-22 17:00"))
    story.do(v.CallBoard, "ned", due=later)
    assert story.change.board
    assert story.change.board.votes
    story.called()
    story.at(paris("2026-07-23 18:00"))
    assert "ned" not in story.called()  # not overdue
    story.at(later)
    assert "ned" in story.called()


def test_chg_2_without_a_board_in_the_contract_nobody_can_call_one() -> None:
    story = ChangeStory()
    story.studied()
    with pytest.raises(NotNow, match="no_board"):
        story.do(v.CallBoard, "ned")


def test_chg_2_a_standard_change_is_not_the_boards() -> None:
    story = ChangeStory(with_board())
    story.standard()
    with pytest.raises(NotNow, match="board_not_for_standard"):
        story.do(v.CallBoard, "ned")


def test_org_3_who_stands_in_for_a_member_reads_the_voting_too() -> None:
    story = BoardStory(absent(with_board(), "hana", stand_in="olga"))
    story.votes("sam")
    told = [e.to.name for e in story.effects("board_news") if e.meaning.by == "sam"]
    assert told == ["provider", "hana", "cid", "olga"]
