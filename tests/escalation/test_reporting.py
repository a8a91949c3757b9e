"""The incident report: owed, drafted, completed, approved, issued, never late (REP-1 to REP-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.calendars import Calendar
from escalation.commands import ApproveReport, EditReport, IssueReport
from escalation.contract import Absence, Contract, ReportRules, Role
from escalation.crisis import Action, Crisis, CrisisState, Member, Resolution
from escalation.durations import Clock, Duration
from escalation.effects import Topic
from escalation.incident import Incident, IncidentState, Priority
from escalation.journal import Line, first_break
from escalation.memory import Memory
from escalation.refusals import AlreadyDone, BadValue, NotAllowed, NotNow
from escalation.report import Report, ReportState
from escalation.reporting import before, owed
from escalation.reporting_issue import digest
from escalation.turn import Turn
from escalation.usecases.reports import draft_for, facts_of
from escalation.usecases.saving import save
from tests.agreement import agreement, paris

CLOSED = paris("2026-07-15 10:00")


def incident(**changes: Any) -> Incident:
    """A priority 1 that Sam held and that is closed."""
    record = Incident(
        id="INC-0001",
        contract="acme",
        contract_version="v1",
        title="VPN down",
        description="Nobody can log in.",
        component="vpn",
        severity=1,
        state=IncidentState.CLOSED,
        priority=Priority(level=1, row="strategic", column="1"),
        requester="rita",
        opened_by="tom",
        opened_at=CLOSED - timedelta(hours=6),
        assignee="sam",
        acknowledged_at=CLOSED - timedelta(hours=5, minutes=50),
        resolved_at=CLOSED - timedelta(hours=3),
        verified_at=CLOSED - timedelta(hours=1),
        closed_at=CLOSED,
        cause="A certificate expired.",
        cure="The certificate was renewed.",
    )
    return replace(record, **changes)


def crisis(**changes: Any) -> Crisis:
    """A cell led by Dan and Cid, closed before the incident."""
    record = Crisis(
        id="CRI-0001",
        contract="acme",
        contract_version="v1",
        incident="INC-0001",
        reason="Nobody works",
        state=CrisisState.CLOSED,
        asked_by="dan",
        asked_side="provider",
        asked_at=CLOSED - timedelta(hours=5),
        level=3,
        opened_at=CLOSED - timedelta(hours=4),
        closed_at=CLOSED - timedelta(hours=2),
        initiators={"provider": "dan", "client": "cid"},
        leads={"provider": "dan", "client": "cid"},
        members=(Member(person="dan", mandated=True, why="initiator", joined_at=CLOSED),),
        resolutions=(Resolution(text="Switch to the spare", by="cid", at=CLOSED),),
        actions=(Action(number=1, text="Renew all", owner="tess", due=None, by="dan", at=CLOSED),),
        room="C9",
    )
    return replace(record, **changes)


class Story:
    """A memory in which something was just closed, and what can then be asked of it."""

    def __init__(self, contract: Contract | None = None) -> None:
        self.contract = contract or agreement()
        self.memory = Memory(self.contract)

    def turn(self, now: datetime) -> Turn:
        self.memory.now = now
        return Turn(now=now, contract=self.contract)

    def closes(self, record: Incident | Crisis, now: datetime = CLOSED) -> Report | None:
        """What the closing use cases do: draft, remember the report, save."""
        turn = self.turn(now)
        if isinstance(record, Incident):
            report = draft_for(self.memory, turn, incident=record, crisis=None)
        else:
            report = draft_for(self.memory, turn, incident=None, crisis=record)
        save(self.memory, turn, replace(record, report=report.id) if report else record)
        return report

    def note(self, subject: str, action: str, at: datetime, **facts: Any) -> None:
        line = Line(
            contract="acme", subject=subject, at=at, actor=facts.pop("actor", "escalade"),
            action=action, source="timer", facts=facts,
        )  # fmt: skip
        self.memory.append([line])

    def edits(self, by: str, now: datetime = CLOSED, **sections: str) -> None:
        self.memory.do(
            EditReport(contract="acme", by=by, report="REP-0001", sections=sections), now
        )

    def approves(self, by: str, now: datetime = CLOSED) -> None:
        self.memory.do(ApproveReport(contract="acme", by=by, report="REP-0001"), now)

    def issues(self, by: str = "sam", now: datetime = CLOSED) -> None:
        self.memory.do(IssueReport(contract="acme", by=by, report="REP-0001"), now)

    @property
    def report(self) -> Report:
        return self.memory.report("acme", "REP-0001")

    def told(self, topic: Topic) -> list[str]:
        return [effect.to for _, effect in self.memory.told(topic)]

    def when(self, topic: Topic) -> list[datetime]:
        return sorted({at for at, _ in self.memory.told(topic)})

    def actions(self) -> list[str]:
        return [sealed.line.action for sealed in self.memory.chain]


@pytest.fixture
def story() -> Story:
    """A priority 1 was just closed."""
    story = Story()
    story.closes(incident())
    return story


# ── REP-1, REP-2: when one is owed, until when, to whom ──────────────────────────────────────


def test_rep_1_a_closed_priority_1_has_a_draft_due_24_hours_after_closure(story: Story) -> None:
    assert story.report.incident == "INC-0001"
    assert story.report.deadline == CLOSED + timedelta(hours=24)
    assert story.report.state is ReportState.DRAFT
    assert story.told(Topic.REPORT_DRAFTED) == ["person/sam"]


def test_rep_1_the_approved_report_reaches_the_list_of_both_firms(story: Story) -> None:
    story.approves("tom")
    story.issues()
    assert story.told(Topic.REPORT_ISSUED) == [
        "person/hana", "person/cid", "person/sam", "person/tom"
    ]  # fmt: skip
    assert story.told(Topic.REPORT_FILE) == ["room/provider", "room/shared"]
    (issue,) = story.report.issues
    assert (issue.version, issue.preliminary, issue.approved_by) == (1, False, "tom")
    assert issue.to == ("hana", "cid", "sam", "tom")
    assert story.report.state is ReportState.ISSUED
    assert story.report.alarms.armed == ()


def test_rep_1_the_24_hours_are_hours_across_the_end_of_summer_time() -> None:
    closed = paris("2026-10-24 15:00")
    story = Story()
    story.closes(incident(closed_at=closed), now=closed)
    assert story.report.deadline == paris("2026-10-25 14:00")
    spring = Story()
    spring.closes(incident(closed_at=paris("2026-03-28 15:00")), now=paris("2026-03-28 15:00"))
    assert spring.report.deadline == paris("2026-03-29 16:00")


def test_rep_1_the_deadline_counts_from_the_closure_not_from_the_drafting() -> None:
    story = Story()
    story.closes(incident(), now=CLOSED + timedelta(minutes=40))
    assert story.report.deadline == CLOSED + timedelta(hours=24)


def test_rep_1_the_owner_is_the_assignee_or_the_first_incident_manager_present() -> None:
    by_assignee = Story()
    by_assignee.closes(incident(assignee="sue"))
    assert by_assignee.report.owner == "sue"
    away = Absence(first=CLOSED.date(), last=CLOSED.date())
    people = tuple(replace(p, absences=(away,)) if p.id == "sam" else p for p in agreement().people)
    without_sam = Story(agreement(people=people))
    without_sam.closes(incident(assignee="tess"))
    assert without_sam.report.owner == "sue"


def test_rep_2_a_missed_target_owes_a_report_and_a_quiet_priority_3_none() -> None:
    quiet = incident(priority=Priority(level=3))
    assert not owed(quiet)
    assert owed(replace(quiet, missed=("restore",)))
    assert owed(incident())
    assert not owed(replace(quiet, priority=None))
    story = Story()
    assert story.closes(quiet) is None
    assert story.memory.reports("acme", due_only=False) == []
    assert story.closes(replace(quiet, missed=("acknowledge",))) is not None


def test_rep_2_an_incident_the_client_was_not_told_of_stays_out_of_the_shared_room() -> None:
    story = Story()
    story.closes(incident(client_informed=False))
    story.approves("tom")
    story.issues()
    assert story.told(Topic.REPORT_FILE) == ["room/provider"]


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
    assert story.told(Topic.REPORT_APPROVAL_WITHDRAWN) == ["person/tom"]
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
    assert story.when(Topic.REPORT_ISSUED) == [CLOSED + timedelta(hours=23)]
    assert len(story.told(Topic.REPORT_ISSUED)) == 4
    assert story.report.state is ReportState.DRAFT
    assert story.memory.due() is None


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
    alarm = next(a for a in story.report.alarms.armed if a.name == "report/preliminary")
    due = replace_due(story, alarm.name)
    story.memory.fire(due, alarm.due + timedelta(minutes=5))
    _, effect = story.memory.told(Topic.REPORT_ISSUED)[0]
    assert effect.facts["late"] == 300
    assert not story.memory.fire(due, alarm.due + timedelta(minutes=6))
    assert len(story.report.issues) == 1


def replace_due(story: Story, name: str) -> Any:
    """The due alarm of that name, as the store would claim it."""
    first = story.memory.due()
    alarm = story.report.alarms.get(name)
    assert first is not None
    assert alarm is not None
    return replace(first, name=name, due=alarm.due, generation=alarm.generation)


def test_rep_3_a_reopened_incident_is_not_reported_until_it_closes_again(story: Story) -> None:
    story.memory.put(
        replace(story.memory.incident("acme", "INC-0001"), state=IncidentState.IN_PROGRESS)
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


# ── CRI-9: one report for an incident and its crises ─────────────────────────────────────────


def test_rep_1_a_crisis_that_ends_before_its_incident_waits_for_it() -> None:
    story = Story()
    story.memory.put(incident(state=IncidentState.IN_PROGRESS, closed_at=None))
    assert story.closes(crisis()) is None
    story.closes(incident(priority=Priority(level=3), crises=("CRI-0001",)))
    assert story.report.crisis == "CRI-0001"  # a crisis owes a report whatever the priority


def test_rep_1_a_crisis_that_ends_after_joins_the_report_there_is() -> None:
    story = Story()
    story.memory.put(crisis(state=CrisisState.OPEN, closed_at=None))
    story.closes(incident(crises=("CRI-0001",)))
    assert story.report.crisis is None
    story.approves("tom")
    later = CLOSED + timedelta(hours=2)
    joined = story.closes(crisis(closed_at=later), now=later)
    assert joined is not None
    assert joined.id == "REP-0001"
    assert story.report.crisis == "CRI-0001"
    assert story.report.deadline == CLOSED + timedelta(hours=24)
    assert "– Switch to the spare" in story.report.sections.actions
    assert story.report.state is ReportState.DRAFT  # what Tom approved is no longer what there is
    assert len(story.memory.reports("acme", due_only=False)) == 1


def test_rep_1_a_crisis_without_incident_has_its_own_report() -> None:
    story = Story()
    closed = CLOSED - timedelta(hours=2)
    story.closes(crisis(incident=None), now=closed)
    assert story.report.incident is None
    assert story.report.deadline == closed + timedelta(hours=24)
    story.edits("sue", cause="A storm.")
    story.approves("tom")
    story.issues()
    assert story.told(Topic.REPORT_FILE) == ["crisis/CRI-0001", "room/provider"]


def test_cri_10_an_exercise_reaches_only_those_who_agreed() -> None:
    people = tuple(replace(p, drills=p.id not in {"cid", "tom"}) for p in agreement().people)
    story = Story(agreement(people=people))
    story.closes(incident(exercise=True))
    story.approves("sue")
    story.issues()
    assert story.told(Topic.REPORT_ISSUED) == ["person/hana", "person/sam"]
    assert story.told(Topic.REPORT_FILE) == []
    assert all(e.facts["exercise"] for _, e in story.memory.told() if e.subject == "REP-0001")


# ── REP-4: reminders ─────────────────────────────────────────────────────────────────────────


def test_rep_4_the_owner_is_reminded_then_the_ladder_above() -> None:
    reminders = tuple(Duration(seconds=h * 3600) for h in (2, 12, 4, 8))
    story = Story(agreement(report=replace(agreement().report, reminders=reminders)))
    story.closes(incident())
    story.memory.advance(CLOSED + timedelta(hours=22, minutes=30))
    reached = {
        hours: [
            effect.to
            for at, effect in story.memory.told(Topic.REPORT_REMINDER)
            if at == CLOSED + timedelta(hours=24 - hours)
        ]
        for hours in (12, 8, 4, 2)
    }
    assert reached == {
        12: ["person/sam"],
        8: ["person/sam", "person/tom"],
        4: ["person/sam", "person/dan"],  # Sam holds echelon 2 himself
        2: ["person/sam", "person/dan"],
    }


def test_rep_4_who_stands_in_for_an_absent_owner_is_reminded_too() -> None:
    away = Absence(first=CLOSED.date() + timedelta(days=1), last=paris("2026-07-20 10:00").date(),
                   stand_in="sue")  # fmt: skip
    people = tuple(replace(p, absences=(away,)) if p.id == "sam" else p for p in agreement().people)
    story = Story(agreement(people=people))
    story.closes(incident())
    story.memory.advance(CLOSED + timedelta(hours=16))
    assert story.told(Topic.REPORT_REMINDER) == ["person/sam", "person/sue"]


def test_rep_4_nobody_is_reminded_of_what_is_approved(story: Story) -> None:
    story.approves("tom")
    story.memory.advance(CLOSED + timedelta(hours=22))
    assert story.told(Topic.REPORT_REMINDER) == []


@given(
    hours=st.integers(min_value=0, max_value=20_000),
    duration=st.one_of(
        st.integers(0, 40 * 3600).map(lambda s: Duration(seconds=s)),
        st.integers(0, 40 * 3600).map(lambda s: Duration(seconds=s, clock=Clock.COVERAGE)),
        st.integers(0, 8).map(lambda d: Duration(days=d, clock=Clock.WORKING_DAYS)),
    ),
)
def test_rep_4_before_is_the_latest_instant_that_is_early_enough(
    hours: int, duration: Duration
) -> None:
    calendar, end = (
        Calendar.of(agreement()),
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours),
    )
    start = before(calendar, end, duration)
    assert calendar.after(start, duration) <= end
    if start < end:
        assert calendar.after(start + timedelta(seconds=1), duration) > end


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
    facts = facts_of(story.memory, story.turn(CLOSED), story.report)

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
    story.memory.put(replace(story.memory.incident("acme", "INC-0001"), title="Another title"))
    story.edits("sue", CLOSED + timedelta(hours=1), cause="Another cause")
    assert story.report.issues == (issue,)
    assert issue.facts.incident is not None
    assert issue.facts.incident.title == "VPN down"
    forged = replace(issue, sections=replace(issue.sections, cause="Nothing happened."))
    assert digest(forged) != line.facts["digest"]
    assert first_break(story.memory.chain) is None


def test_rep_1_the_provider_side_is_set_in_the_contract() -> None:
    rules = ReportRules(client_list=("eve",), provider_roles=(Role.QUALITY_MANAGER,))
    story = Story(agreement(report=rules))
    story.closes(incident())
    story.approves("tom")
    story.issues()
    assert story.told(Topic.REPORT_ISSUED) == ["person/eve"]
