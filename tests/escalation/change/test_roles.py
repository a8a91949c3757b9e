"""Who of both firms, and of a supplier, may withdraw, abstain, decline, represent (CHG-2)."""

from __future__ import annotations

from contextlib import suppress

import pytest

from escalation.base.refusals import NotAllowed, NotFound, NotNow
from escalation.decision.commands import change as c
from escalation.decision.commands import change_board as v
from escalation.decision.commands.command import Command
from escalation.records.change_board import Ballot
from tests.escalation.change.test_meeting import BoardStory

MEMBERS = {"sam", "dan", "hana", "cid"}
PEOPLE = (
    "tom", "tess", "sam", "sue", "dan", "bea", "hal", "ned",
    "olga", "otto", "hana", "cid", "eve", "rita",
    "nora", "rex",
)  # fmt: skip


def _may(command: type[Command], **values: object) -> set[str]:
    """Everybody who may do it, each before a board that has just been called."""
    found = set()
    for person in PEOPLE:
        story = BoardStory()
        with suppress(NotAllowed, NotFound, NotNow):  # a supplier's need not know of it
            story.do(command, person, **values)
            found.add(person)
    return found


@pytest.mark.parametrize(
    ("command", "values", "people"),
    [
        (c.WithdrawChange, {"reason": "Not needed"}, {"rita", "ned"}),
        (c.RejectChange, {"reason": "No"}, {"rita", "ned"}),
        (v.VoteOnChange, {"ballot": Ballot.ABSTAIN, "reason": "Not my part"}, MEMBERS),
        (v.RepresentMember, {"person": "otto"}, {"hana", "cid"}),
        (v.RepresentMember, {"person": "tom"}, {"sam", "dan"}),
        (v.AgreeToRepresent, {}, set()),
        (v.DeclineToRepresent, {"reason": "On leave"}, set()),
    ],
)
def test_chg_2_before_the_board_each_role_may(
    command: type[Command], values: dict[str, object], people: set[str]
) -> None:
    assert _may(command, **values) == people


def test_chg_2_a_member_whom_nobody_asked_has_nothing_to_decline() -> None:
    story = BoardStory()
    with pytest.raises(NotAllowed) as refused:
        story.do(v.DeclineToRepresent, "hana", reason="On leave")
    assert refused.value.facts["people"] == ["ned"], "who manages changes is to be asked"
    story.do(v.RepresentMember, "cid", person="hana")
    story.do(v.DeclineToRepresent, "hana", reason="On leave")
    assert not story.change.board.delegates


def test_chg_2_of_a_board_that_abstains_the_change_is_refused_and_the_requester_told() -> None:
    story = BoardStory()
    for person in sorted(MEMBERS):
        story.do(v.VoteOnChange, person, ballot=Ballot.ABSTAIN, reason=f"Not of {person}")
    assert story.change.state == "rejected"
    assert story.news()[-1] == ("change.board_refused", "rita")
