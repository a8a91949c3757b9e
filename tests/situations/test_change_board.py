"""The advisory board on changes: members who are away, and what changes while it votes."""

from __future__ import annotations

from dataclasses import replace

from escalation.contract import Contract
from escalation.decision.commands.change import (
    ApproveChange,
    ClassifyChange,
    RecordStudy,
    RequestChange,
    WithdrawChange,
)
from escalation.decision.commands.change_board import (
    AgreeToRepresent,
    CallBoard,
    DeclineToRepresent,
    RepresentMember,
    VoteOnChange,
)
from escalation.records.change import ChangeCategory
from escalation.records.change_board import Ballot
from tests.escalation.change.story import CHG, RULES, STUDY
from tests.escalation.change.test_meeting import BOARD, with_board
from tests.escalation.ladder.climbing import absent
from tests.situations.situation import Played, Situation

ALL = "Sam Delivery, Dan Director, Hana Head, Cid Cio"
BEFORE = "Rita Requester, Ned Night, Ned Night, Ned Night, Rita Requester"


def called(contract: Contract) -> Situation:
    """Ned, who manages changes, puts what Rita asked for to the board on Wednesday at 10:00."""
    play = Situation(contract, at="2026-07-15 09:00")
    play.act("asks for larger disks", RequestChange, "rita", title="Larger disks")
    play.act("classifies it", ClassifyChange, "ned", CHG, category=ChangeCategory.OTHER)
    play.act("records the study", RecordStudy, "ned", CHG, **STUDY)
    play.act("approves it, as who asked for it", ApproveChange, "rita", CHG)
    play.clock("10:00")
    play.act("puts it to the advisory board", CallBoard, "ned", CHG)
    return play


def votes(play: Situation, hour: str, person: str, ballot: str, reason: str = "") -> None:
    """Somebody votes at that hour."""
    play.clock(hour)
    words = {"yes": "votes for it", "no": f"votes against it: {reason}"}[ballot]
    play.act(words, VoteOnChange, person, CHG, ballot=Ballot(ballot), reason=reason)


def test_chg_2_a_member_of_the_board_asks_two_colleagues_to_represent_her(played: Played) -> None:
    """A member of the advisory board asks two colleagues to represent her.

    The first declines: the seat is hers again, and she is told. The second votes for her. The
    three votes settle it on Friday evening, when the papers have been out as long as agreed.
    """
    play = called(with_board())
    play.clock("10:30")
    play.act("asks Olga to represent her", RepresentMember, "hana", CHG, person="olga")
    play.clock("11:00")
    play.act("declines", DeclineToRepresent, "olga", CHG, reason="On a train")
    play.clock("11:10")
    play.act("asks Otto", RepresentMember, "hana", CHG, person="otto")
    play.clock("11:20")
    play.act("agrees", AgreeToRepresent, "otto", CHG)
    votes(play, "14:00", "sam", "yes")
    votes(play, "2026-07-16 10:00", "dan", "yes")
    votes(play, "2026-07-17 09:00", "otto", "yes")
    play.clock("18:00")
    played(
        play,
        "change_card",
        paper=f"""
        09:00 change_card {BEFORE}
        10:00 change_card {ALL}
        10:30 change_card Olga Operations
        11:00 change_card Hana Head
        11:10 change_card Otto Deputy
        18:00 change_card {ALL}, Olga Operations, Otto Deputy, Ned Night
        """,
    )


def test_chg_2_both_members_of_the_client_are_on_leave(played: Played) -> None:
    """Both members of the client on the advisory board are on leave, and nobody stands in.

    The quorum cannot be reached: the change manager is told at once, and so is the first of the
    client's echelons who is there. She takes one of the two seats herself, and its member is told.
    """
    play = called(absent(with_board(), "hana", "cid"))
    play.clock("10:15")
    play.act("represents Hana Head", RepresentMember, "olga", CHG, person="olga", member="hana")
    votes(play, "11:00", "sam", "yes")
    votes(play, "11:05", "dan", "yes")
    votes(play, "11:30", "olga", "yes")
    play.clock("2026-07-17 18:00")
    played(
        play,
        "change_card",
        paper=f"""
        09:00 change_card {BEFORE}
        10:00 change_card Sam Delivery, Dan Director, Olga Operations, Ned Night
        10:15 change_card Olga Operations, Hana Head
        18:00 change_card Sam Delivery, Dan Director, Olga Operations, Ned Night, Hana Head
        """,
    )


def test_chg_2_esc_9_half_of_the_board_keeps_silent(played: Played) -> None:
    """Half of the advisory board keeps silent.

    Both are reminded each working day, overdue from the Wednesday after on: then the change
    manager hears of it, and a day later the first echelon of both firms. One vote more decides.
    """
    play = called(with_board())
    votes(play, "10:10", "sam", "yes")
    votes(play, "10:20", "hana", "yes")
    votes(play, "2026-07-24 09:00", "dan", "yes")
    played(
        play,
        "change_card",
        paper=f"""
        09:00 change_card {BEFORE}
        10:00 change_card {ALL}
        18:00 change_card Dan Director, Cid Cio
        18:00 change_card Dan Director, Cid Cio
        18:00 change_card Dan Director, Cid Cio
        18:00 change_card Dan Director, Cid Cio, Ned Night
        18:00 change_card Dan Director, Cid Cio, Ned Night, Tom Leader, Olga Operations
        09:00 change_card {ALL}, Ned Night, Tom Leader, Olga Operations
        """,
    )


def test_chg_2_the_study_changes_while_the_board_votes(played: Played) -> None:
    """The study changes while the advisory board votes, and then the request is withdrawn.

    Who has voted votes anew, on what is said now, and so does who asked for it. Once it is
    withdrawn nobody is reminded of it any more.
    """
    play = called(with_board())
    votes(play, "10:30", "sam", "yes")
    play.clock("11:00")
    play.act("records another study", RecordStudy, "ned", CHG, **{**STUDY, "impact": "One hour"})
    votes(play, "2026-07-16 10:00", "dan", "no", "Too long")
    play.clock("14:00")
    play.act("withdraws it", WithdrawChange, "rita", CHG, reason="Not needed any more")
    play.clock("2026-07-31 18:00")
    played(
        play,
        "change_card",
        paper=f"""
        09:00 change_card {BEFORE}
        10:00 change_card {ALL}
        11:00 change_card {ALL}, Rita Requester
        """,
    )


def test_org_10_a_member_leaves_the_client_and_another_takes_the_seat(played: Played) -> None:
    """A member of the advisory board leaves the client, and another takes the seat.

    All four must vote. The CIO had voted; from Thursday on the contract names Eve in his place. She
    gets the papers with the next thing that happens there, and hers is the vote that counts.
    """
    whole = replace(BOARD, quorum=4)
    play = called(with_board(whole))
    votes(play, "10:10", "sam", "yes")
    votes(play, "10:20", "cid", "no", "Too dear")
    votes(play, "10:30", "hana", "yes")
    play.clock("2026-07-16 09:00")
    members = ("sam", "dan", "hana", "eve")
    play.contract = replace(
        play.contract,
        version="v2",
        people=tuple(person for person in play.contract.people if person.id != "cid"),
        changes=replace(RULES, board=replace(whole, members=members)),
    )
    play.memory.amend(play.contract)
    votes(play, "10:00", "dan", "yes")
    votes(play, "2026-07-20 09:00", "eve", "yes")
    played(
        play,
        "change_card",
        paper=f"""
        09:00 change_card {BEFORE}
        10:00 change_card {ALL}
        10:00 change_card Eve Executive
        18:00 change_card Eve Executive
        09:00 change_card Sam Delivery, Dan Director, Hana Head, Eve Executive, Ned Night
        """,
    )
