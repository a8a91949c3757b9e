"""Who may read a report, and which rooms may have it (Rules REP-1, CON-2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.decision.commands.report import ReportHeldBack
from escalation.messages.destinations import Destination
from escalation.messages.report import ReportFile, ReportIssued
from escalation.records.crisis import CrisisState, Member
from tests.agreement import agreement
from tests.escalation.report.story import Story, crisis, incident

LIST = ["hana", "cid", "sam", "tom"]
STANDING = ["room/provider", "room/shared"]


def members(*people: str) -> tuple[Member, ...]:
    return tuple(Member(person=person, mandated=False, why="asked") for person in people)


def issued(*, story: Story | None = None, **cell: Any) -> Story:
    """The report of an incident with a cell, issued."""
    story = story or Story()
    story.memory.put(crisis(**cell))
    story.closes(incident(crises=("CRI-0001",)))
    story.approves("tom")
    story.issues()
    return story


def test_con_2_a_cell_of_those_who_may_all_read_it_gets_the_report() -> None:
    story = issued(members=members("dan", "hana", "tess"))
    assert story.told(ReportFile.topic) == ["crisis/CRI-0001", *STANDING]
    assert story.told(ReportIssued.topic) == LIST


@pytest.mark.parametrize("stranger", ["rex", "olga"])
def test_con_2_where_one_member_may_not_read_it_the_others_get_it_in_person(stranger: str) -> None:
    """A supplier's representative, or one of the client's who neither approves nor receives it."""
    story = issued(members=members("dan", "tess", "hana", stranger))
    assert story.told(ReportFile.topic) == STANDING
    assert story.told(ReportIssued.topic) == [*LIST, "dan", "tess"]
    assert story.report.besides == ("dan", "tess")
    assert story.report.issues[-1].to == ("hana", "cid", "sam", "tom")


def test_con_2_a_delegate_and_a_visitor_count_like_members() -> None:
    (dan,) = members("dan")
    delegate = replace(dan, delegate="olga")
    (visitor,) = members("rita")
    for present in ((delegate,), (dan, replace(visitor, why="visitor"))):
        story = issued(members=present)
        assert "crisis/CRI-0001" not in story.told(ReportFile.topic)


@pytest.mark.parametrize(
    "cell",
    [
        {"state": CrisisState.OPEN, "closed_at": None},  # others may still be asked to join
        {"room": None},
        {"room": "C0SHARED", "room_refused": "restricted_action"},  # the shared one
    ],
    ids=["still open", "no room", "in the shared room"],
)
def test_con_2_a_cell_without_a_room_of_its_own_or_still_open_is_told_in_person(
    cell: dict[str, Any],
) -> None:
    story = issued(members=members("dan", "tess", "rex"), **cell)
    assert story.told(ReportFile.topic) == STANDING
    assert story.told(ReportIssued.topic) == [*LIST, "dan", "tess"]


def test_cri_10_of_an_exercise_only_those_who_agreed_hear_in_person_too() -> None:
    people = tuple(replace(p, drills=p.id != "tess") for p in agreement().people)
    story = Story(agreement(people=people))
    story.memory.put(crisis(members=members("dan", "tess", "rex"), exercise=True))
    story.closes(incident(crises=("CRI-0001",), exercise=True))
    story.approves("sue")
    story.issues()
    assert story.told(ReportFile.topic) == []
    assert story.report.besides == ("dan",)


# ── what Slack says at the door ──────────────────────────────────────────────────────────────


def held_back(story: Story, *people: str, room: str = "room/shared", version: int = 1) -> None:
    command = ReportHeldBack(
        contract="acme",
        report="REP-0001",
        version=version,
        room=Destination.read(room),
        people=people,
    )
    story.memory.do(command, story.memory.now or incident().opened_at)


def test_con_2_of_those_in_a_room_who_may_read_it_each_gets_it_once() -> None:
    story = issued(members=members("dan", "rex"))
    held_back(story, "sam", "dan", "nia", "rita", "rex", "ghost", room="room/provider")
    held_back(story, "nia", "ned", "nia", room="room/provider")
    assert story.told(ReportIssued.topic) == [
        *LIST, "dan", "nia", "ned"
    ]  # fmt: skip
    lines = [s.line for s in story.memory.chain if s.line.action == "report.held_back"]
    assert [(x.facts["room"], x.facts["people"]) for x in lines] == [
        ("room/provider", ["nia"]),
        ("room/provider", ["ned"]),
    ]


def test_con_2_the_providers_people_in_the_shared_room_have_their_own_room() -> None:
    rules = replace(agreement().report, client_list=("cid",))
    story = issued(story=Story(agreement(report=rules)), members=members("dan"))
    held_back(story, "nia", "hana", "rita")
    assert story.report.besides == ("hana",), "who approves reports, and is not on the list"


def test_what_was_never_issued_is_held_back_from_nobody() -> None:
    story = issued(members=members("dan"))
    before = story.told(ReportIssued.topic)
    held_back(story, "nia", version=2)
    assert story.told(ReportIssued.topic) == before
