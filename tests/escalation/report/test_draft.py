"""A report drafted, completed, approved by a second person, issued, frozen (REP-3, CON-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalation.base.durations import Duration
from escalation.base.journal import Entry, first_break
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.messages.report import ReportCard, ReportIssued
from escalation.perform.practices.reports import facts_of
from escalation.records.incident import IncidentState
from escalation.records.kinds import INCIDENT
from escalation.records.report import ReportState
from escalation.report.gathering import gather
from escalation.report.issuing import digest
from tests.agreement import agreement
from tests.escalation.report.story import CLOSED, Story, crisis, incident


@pytest.fixture
def story() -> Story:
    """A priority 1 was just closed."""
    story = Story()
    story.closes(incident())
    return story


# ── REP-3: the draft, its completion, two people, the last moment ────────────────────────────


def test_rep_3_the_draft_says_what_is_known(story: Story) -> None:
    sections = story.report.sections
    assert sections.cause == "A certificate expired."
    assert sections.cure == "The certificate was renewed."
    assert sections.impact == "Nobody can log in."


def test_rep_3_the_draft_takes_the_decisions_and_actions_of_the_cell() -> None:
    story = Story()
    story.memory.put(crisis())
    story.closes(incident(crises=("CRI-0001",)))
    assert story.report.sections.actions == "– Switch to the spare\n– Renew all (Tess Deputy)"
    assert story.report.coordinators == ("dan", "cid")


def test_rep_3_neither_the_owner_nor_an_editor_approves(story: Story) -> None:
    with pytest.raises(NotAllowed) as refusal:
        story.approves("sam")
    assert refusal.value.code == "own_report"
    story.edits("tom", impact="300 people")
    with pytest.raises(NotAllowed):
        story.approves("tom")
    story.approves("sue")
    assert story.report.approved_by == "sue"
    with pytest.raises(AlreadyDone):
        story.approves("sue")


def test_rep_3_the_bot_itself_cannot_be_the_second_person(story: Story) -> None:
    with pytest.raises(NotAllowed):
        story.approves("escalade")


def test_rep_3_editing_takes_the_approval_back_and_says_so(story: Story) -> None:
    story.approves("tom")
    story.edits("sue", cause="Two certificates expired.")
    assert story.report.state is ReportState.DRAFT
    assert story.report.approved_by is None
    assert "report.approval_withdrawn" in story.actions()
    (told,) = [e for e in story.effects(ReportCard.topic) if e.facts.get("changed_by")]
    assert (told.to.person, told.facts["changed_by"]) == ("tom", "sue")
    with pytest.raises(NotNow) as refusal:
        story.issues()
    assert refusal.value.code == "not_approved"


def test_rep_3_the_same_form_sent_twice_changes_nothing(story: Story) -> None:
    story.approves("tom")
    story.edits("sue", cause=" A certificate expired. ")
    assert story.report.state is ReportState.APPROVED
    assert "report.edited" not in story.actions()


def test_rep_3_every_correction_stands_in_the_journal(story: Story) -> None:
    story.edits("sue", cause="First words")
    story.edits("sue", cause="Better words")
    lines = [n for n in story.memory.timeline("acme", "REP-0001") if n.action == "report.edited"]
    assert [line.facts["cause"] for line in lines] == ["First words", "Better words"]


def test_rep_3_bad_sections_are_refused(story: Story) -> None:
    with pytest.raises(BadValue, match="unknown_section"):
        story.edits("sue", weather="fine")
    with pytest.raises(BadValue, match="text_too_long"):
        story.edits("sue", cause="x" * 10_000)


def test_rep_3_a_report_without_a_cause_is_not_approved() -> None:
    story = Story()
    story.closes(incident(cause=""))
    with pytest.raises(NotNow, match="report_incomplete"):
        story.approves("tom")
    story.edits("sue", cause="Unknown so far; the logs are being read.")
    story.approves("tom")


def test_rep_3_unapproved_it_goes_out_as_preliminary_a_margin_before_exactly_once(
    story: Story,
) -> None:
    story.memory.advance(CLOSED + timedelta(hours=22, minutes=59))
    assert story.report.issues == ()
    story.memory.advance(CLOSED + timedelta(days=9))
    (issue,) = story.report.issues
    assert (issue.version, issue.preliminary, issue.approved_by) == (1, True, None)
    assert issue.at == CLOSED + timedelta(hours=23)
    assert story.when(ReportIssued.topic) == [CLOSED + timedelta(hours=23)]
    assert len(story.told(ReportIssued.topic)) == 4
    assert story.report.state is ReportState.DRAFT


def test_rep_3_the_approved_one_follows_as_the_next_version_at_once(story: Story) -> None:
    story.memory.advance(CLOSED + timedelta(hours=23))
    story.edits("sue", CLOSED + timedelta(hours=25), impact="300 people")
    story.approves("tom", CLOSED + timedelta(hours=26))
    first, second = story.report.issues
    assert (first.version, first.preliminary, first.sections.impact) == (
        1, True, "Nobody can log in."
    )  # fmt: skip
    assert (second.version, second.preliminary, second.approved_by) == (2, False, "tom")
    assert second.at == CLOSED + timedelta(hours=26)
    assert story.report.state is ReportState.ISSUED
    with pytest.raises(AlreadyDone):
        story.issues(now=CLOSED + timedelta(hours=27))


def test_rep_3_approved_but_not_sent_it_is_sent_before_the_deadline(story: Story) -> None:
    story.approves("tom", CLOSED + timedelta(hours=2))
    story.memory.advance(CLOSED + timedelta(hours=30))
    (issue,) = story.report.issues
    assert not issue.preliminary
    assert issue.at == CLOSED + timedelta(hours=23)


def test_rep_3_a_report_due_while_the_bot_was_down_says_how_late(story: Story) -> None:
    timer = next(a for a in story.report.alarms.armed if a.name == "report/preliminary")
    due = replace_due(story, timer.name)
    story.memory.fire(due, timer.due + timedelta(minutes=5))
    (line,) = (each.line for each in story.memory.chain if each.line.action == "report.issued")
    assert line.facts["late"] == 300
    assert not story.memory.fire(due, timer.due + timedelta(minutes=6))
    assert len(story.report.issues) == 1


def replace_due(story: Story, name: str) -> Any:
    """The due timer of that name, as the store would claim it."""
    first = story.memory.due()
    timer = story.report.alarms.get(name)
    assert first is not None
    assert timer is not None
    return replace(first, name=name, due=timer.due, generation=timer.generation)


def test_rep_3_a_reopened_incident_is_not_reported_until_it_closes_again(story: Story) -> None:
    story.memory.put(
        replace(story.memory.get(INCIDENT, "acme", "INC-0001"), state=IncidentState.IN_PROGRESS)
    )
    with pytest.raises(NotNow, match="incident_reopened"):
        story.approves("tom")
    story.memory.advance(CLOSED + timedelta(days=3))
    assert story.report.issues == ()
    again = CLOSED + timedelta(days=4)
    story.closes(incident(closed_at=again, report="REP-0001", cause="A second cause."), now=again)
    assert story.report.deadline == again + timedelta(hours=24)
    assert story.report.sections.cause == "A certificate expired.\nA second cause."
    story.memory.advance(again + timedelta(days=1))
    assert [issue.at for issue in story.report.issues] == [again + timedelta(hours=23)]


def test_rep_3_closing_again_after_the_issue_makes_the_next_version(story: Story) -> None:
    story.edits("sue", impact="300 people")
    story.approves("tom")
    story.issues()
    again = CLOSED + timedelta(days=2)
    report = story.closes(incident(closed_at=again, report="REP-0001"), now=again)
    assert report is not None
    assert report.id == "REP-0001"
    assert report.state is ReportState.DRAFT
    assert report.sections.impact.startswith("300 people")
    story.approves("sue", again)  # she edited the version before, not this one
    story.issues(now=again)
    assert [issue.version for issue in story.report.issues] == [1, 2]


def test_rep_3_no_report_is_lost_where_the_margin_is_longer_than_the_time_left() -> None:
    rules = replace(agreement().report, within=Duration(seconds=60))
    story = Story(agreement(report=rules))
    story.closes(incident())
    story.memory.advance(CLOSED)
    assert len(story.report.issues) == 1


# ── facts, frozen (CON-3) ────────────────────────────────────────────────────────────────────


def test_rep_3_the_facts_come_from_the_journal_and_the_records() -> None:
    story = Story()
    opened = CLOSED - timedelta(hours=6)
    story.note("INC-0001", "incident.opened", opened, actor="tom")
    for minutes, person, side, number in (
        (1, "tom", "provider", 1), (1, "olga", "client", 1), (6, "tom", "provider", 2)
    ):  # fmt: skip
        story.note(
            "INC-0001", "ladder.pinged", opened + timedelta(minutes=minutes), ladder="client",
            rung=0, level=1, side=side, person=person, number=number,
        )  # fmt: skip
    story.note(
        "INC-0001", "ladder.acknowledged", opened + timedelta(minutes=7), actor="tom",
        ladder="client", rung=0, level=1, side="provider", person="tom",
    )  # fmt: skip
    story.note("INC-0001", "incident.noted", opened + timedelta(minutes=8), text="inside matters")
    story.memory.put(crisis())
    story.closes(incident(crises=("CRI-0001",), missed=("restore",)))
    facts = facts_of(story.memory, story.context(CLOSED), story.report)

    assert facts.incident is not None
    assert (facts.incident.component, facts.incident.priority) == ("VPN", 1)
    assert (facts.incident.row, facts.incident.column) == ("strategic", "1")
    assert [(c.person, c.firm, c.number) for c in facts.calls] == [
        ("Tom Leader", "Provider Ltd", 1),
        ("Olga Operations", "Client Agency", 1),
        ("Tom Leader", "Provider Ltd", 2),
    ]
    assert [c.acknowledged_at for c in facts.calls] == [None, None, opened + timedelta(minutes=7)]
    assert [(t.name, t.taken, t.missed) for t in facts.targets] == [
        ("acknowledge", timedelta(minutes=10), False),
        ("restore", timedelta(hours=3), True),
    ]
    assert [d.text for d in facts.cells[0].decisions] == ["Switch to the spare"]
    assert "inside matters" not in str(facts)
    assert facts.moments[0].action == "incident.opened"


def test_con_3_an_issued_version_never_changes_and_the_journal_can_prove_it(story: Story) -> None:
    story.approves("tom")
    story.issues()
    (issue,) = story.report.issues
    (line,) = [n for n in story.memory.timeline("acme", "REP-0001") if n.action == "report.issued"]
    assert line.facts["digest"] == digest(issue)
    story.memory.put(replace(story.memory.get(INCIDENT, "acme", "INC-0001"), title="Another title"))
    story.edits("sue", CLOSED + timedelta(hours=1), cause="Another cause")
    assert story.report.issues == (issue,)
    assert issue.facts.incident is not None
    assert issue.facts.incident.title == "VPN down"
    forged = replace(issue, sections=replace(issue.sections, cause="Nothing happened."))
    assert digest(forged) != line.facts["digest"]
    assert first_break(story.memory.chain) is None


def test_rep_3_each_answer_goes_to_the_last_call_of_who_answered_however_many_there_were() -> None:
    contract, count = agreement(), 20_000

    def line(n: int, action: str, person: str, level: int) -> Entry:
        return Entry(
            contract="acme", subject="INC-0001", at=CLOSED + timedelta(seconds=n), actor=person,
            action=action, source="timer",
            facts={"person": person, "ladder": "client", "level": level, "number": n},
        )  # fmt: skip

    calls = [line(n, "ladder.pinged", ("tom", "olga")[n % 2], 1 + n % 3) for n in range(count)]
    answers = [line(count + n, "ladder.acknowledged", "tom", 1) for n in range(count)]
    first = line(3 * count, "ladder.acknowledged", "sam", 2)  # came forward before being called
    facts = gather(
        contract=contract, authors=["sam"], approved_by=None,
        recipients=(), incident=None, crises=(), timeline=[*answers, *calls, first], now=CLOSED,
    )  # fmt: skip
    answered = {c.number: c.acknowledged_at for c in facts.calls if c.acknowledged_at}
    last = max(n for n in range(count) if n % 2 == 0 and n % 3 == 0)
    assert answered == {last: answers[-1].at, 0: first.at}
    assert sum(c.times for c in facts.calls) == count + 1
    assert len(facts.calls) < 10


def test_rep_3_who_takes_the_incident_when_another_echelon_is_called_has_answered() -> None:
    def line(minute: int, action: str, actor: str, **facts: object) -> Entry:
        return Entry(
            contract="acme", subject="INC-0001", at=CLOSED + timedelta(minutes=minute), actor=actor,
            action=action, source="chat", facts={"ladder": "client", "level": 1, **facts},
        )  # fmt: skip

    counted = {"person": "olga", "why": "opened"}
    facts = gather(
        contract=agreement(), authors=["sam"], approved_by=None, recipients=(), incident=None,
        crises=(), now=CLOSED, timeline=[
            line(0, "ladder.acknowledged", "escalade", **counted),
            line(0, "ladder.pinged", "escalade", person="tom", number=1),
            line(5, "ladder.pinged", "escalade", person="tom", number=2),
            line(10, "ladder.pinged", "escalade", person="tess", number=1),
            line(60, "incident.taken", "tom"),
            line(90, "ladder.acknowledged", "escalade", **counted),
        ],
    )  # fmt: skip
    answers = [(c.person, c.number, c.acknowledged_at) for c in facts.calls]
    assert answers == [
        ("Olga Operations", 0, CLOSED),
        ("Tom Leader", 1, None),
        ("Tom Leader", 2, CLOSED + timedelta(minutes=60)),
        ("Tess Deputy", 1, None),
    ]


def test_rep_3_many_calls_that_nobody_answers_are_one_line_until_somebody_does() -> None:
    def line(hour: int, action: str, person: str, level: int, number: int = 1) -> Entry:
        return Entry(
            contract="acme", subject="INC-0001", at=CLOSED + timedelta(hours=hour), actor=person,
            action=action, source="timer",
            facts={"person": person, "ladder": "client", "level": level, "number": number},
        )  # fmt: skip

    # both sides by turns, each with its two people, again and again
    calls = [
        line(hour, "ladder.pinged", person, 1, hour)
        for hour in range(1, 31)
        for person in (("tom", "olga"), ("tess", "olga"))[hour % 2]
    ]
    answer = line(31, "ladder.acknowledged", "tess", 1)
    later = [line(40 + n, "ladder.pinged", "tom", 1, 31 + n) for n in range(3)]
    facts = gather(
        contract=agreement(), authors=["sam"], approved_by=None,
        recipients=(), incident=None, crises=(), timeline=[*calls, answer, *later], now=CLOSED,
    )  # fmt: skip
    told = [(c.person, c.times, bool(c.acknowledged_at)) for c in facts.calls]
    assert told == [
        ("Tess Deputy, Tom Leader", 28, False),
        ("Olga Operations", 30, False),
        ("Tess Deputy", 1, True),
        ("Tom Leader", 1, False),
        ("Tom Leader", 1, False),
        ("Tom Leader", 1, False),
        ("Tom Leader", 1, False),
    ]
    assert facts.calls[0].at == calls[0].at
    assert facts.calls[1].last_at == CLOSED + timedelta(hours=30)
