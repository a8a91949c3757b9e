"""Changes beside each other, incidents and monitoring (Rules CHG-4, EVT-1, REL-1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from escalation.base.refusals import AlreadyDone, BadValue, NotNow
from escalation.change.clashes import Clash, ClashKind
from escalation.contract import EventRules, EventSource, Hours
from escalation.contract.processes.change_calendar import ChangeCalendar, ChangePeriod
from escalation.contract.processes.changes import ChangeRules
from escalation.decision.commands import change as c
from escalation.decision.commands.event import TakeEvents
from escalation.decision.commands.incident import (
    CloseIncident,
    MergeIncident,
    ResolveIncident,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
)
from escalation.decision.context import Context
from escalation.messages.change import ChangeCard
from escalation.perform.change_calendar import causes
from escalation.perform.practices.reports import facts_of
from escalation.records.change import ChangeCategory, ChangeResult, ChangeState
from escalation.records.event import EventState, Seen
from escalation.records.incident import IncidentState
from escalation.records.kinds import REPORT
from tests.agreement import paris
from tests.escalation.change.story import CHG, RULES, STUDY, ChangeStory, with_changes

TWO, THREE = "CHG-0002", "CHG-0003"
SOURCE = EventSource(id="prom", kind="alertmanager", key="ESCALADE_EVENTS_PROM")


class CalendarStory(ChangeStory):
    """Changes of the mail relay, which the wiki needs; monitoring watches."""

    def __init__(self, rules: ChangeRules | None = None, **changes: Any) -> None:
        contract = with_changes(rules, events=EventRules(sources=(SOURCE,)), **changes)
        parts = tuple(
            replace(each, depends_on=("mail",)) if each.id == "wiki" else each
            for each in contract.components
        )
        super().__init__(replace(contract, components=parts))

    def restart(self, start: str = "", by: str = "tess", **values: Any) -> str:
        """A restart of the relay, which is approved beforehand; planned where a start is given."""
        change = self.perform(c.RequestChange, "tess", title="", standard="restart")
        if start:
            given = {"start": paris(start), "person": by} | values
            self.perform(c.PlanChange, "ned", change, **given)
        return change

    def begun(self, start: str = "2026-07-15 22:00") -> str:
        """One that is under way for an hour."""
        change = self.restart(start)
        self.at(paris(start))
        self.perform(c.StartChange, "tess", change)
        return change

    def end(self, change: str, result: ChangeResult = ChangeResult.SUCCEEDED) -> None:
        self.perform(c.EndChange, "tess", change, result=result, reason="It broke")

    def seen(self, alert: str = "a", component: str = "mail", **more: Any) -> str:
        given = {"occurrence": "1", "title": "Queue is full", "severity": 2, "group": alert}
        one = Seen(source="prom", alert=alert, **(given | more))
        command = TakeEvents(contract="acme", component=component, named=component, seen=(one,))
        return self.memory.do(command, self.now)

    def cards(self) -> set[tuple[str, str]]:
        """Who was given a card anew of which change since this was asked last."""
        new, self._seen = self.memory.outbox[self._seen :], len(self.memory.outbox)
        return {
            (str(effect.subject), effect.to.person)
            for _, effect in new
            if isinstance(effect.meaning, ChangeCard) and effect.meaning.anew
        }

    @property
    def incidents(self) -> list[str]:
        return [s.line.subject for s in self.memory.chain if s.line.action == "incident.opened"]


def refused(story: CalendarStory, change: str, start: str, **values: Any) -> NotNow:
    with pytest.raises(NotNow) as caught:
        story.perform(c.PlanChange, "ned", change, start=paris(start), **values)
    return caught.value


def kinds(refusal: NotNow) -> list[ClashKind]:
    clashes = refusal.facts["clashes"]
    assert isinstance(clashes, list)
    return [Clash.read(fact).kind for fact in clashes]


# -- planned and begun -------------------------------------------------------------------------


def test_chg_4_a_window_that_clashes_needs_a_reason_and_the_next_free_slot_is_said() -> None:
    story = CalendarStory()
    first, second = story.restart("2026-07-15 22:00"), story.restart()
    no = refused(story, second, "2026-07-15 22:30", person="nia")
    assert (no.code, no.facts["field"]) == ("window_clashes", "despite")
    assert kinds(no) == [ClashKind.CHANGE]
    assert no.facts["start"] == paris("2026-07-15 23:00").isoformat()
    assert story[second].window is None
    story.called()
    story.perform(
        c.PlanChange, "ned", second,
        start=paris("2026-07-15 22:30"), person="nia", despite="Both restart at once",
    )  # fmt: skip
    assert story[second].accepted == (f"change|{first}",)
    assert story[first].accepted == (f"change|{second}",), "it is agreed for both"
    assert "tess" in story.called(), "who carries out the other one sees it"
    (planned,) = story.lines(second, "change.planned")
    assert planned.facts["despite"] == "Both restart at once"


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-07-16 22:00", "2026-08-20 22:00", "window_too_long"),
        ("2036-07-16 22:00", "2036-07-16 23:00", "window_too_far"),
    ],
)
def test_chg_4_no_window_is_endless_or_beyond_all_calendars(
    start: str, end: str, code: str
) -> None:
    story = CalendarStory()
    with pytest.raises(BadValue, match=code):
        story.perform(c.PlanChange, "ned", story.restart(), start=paris(start), end=paris(end))


def test_chg_4_another_window_asks_for_its_own_reason() -> None:
    story = CalendarStory()
    story.restart("2026-07-15 22:00")
    second = story.restart("2026-07-15 22:30", by="nia", despite="Both at once")
    assert kinds(refused(story, second, "2026-07-15 22:15")) == [ClashKind.CHANGE]
    story.perform(c.PlanChange, "ned", second, start=paris("2026-07-15 23:00"))
    assert (story[second].accepted, story[second].despite) == ((), "")


def test_chg_4_where_nothing_is_free_it_is_said_why() -> None:
    always = ChangePeriod(name="Merger", first=date(2026, 1, 1), last=date(2027, 12, 31))
    story = CalendarStory(replace(RULES, calendar=ChangeCalendar(freezes=(always,))))
    no = refused(story, story.restart(), "2026-07-15 22:00")
    assert no.code == "no_slot_free"
    assert [Clash.read(f).by for f in no.facts["least"]] == ["Merger"]


def test_chg_4_a_freeze_agreed_since_holds_for_a_change_asked_for_before() -> None:
    story = CalendarStory()
    change = story.restart("2026-07-16 22:00")
    period = ChangePeriod(name="Audit", first=date(2026, 7, 16))
    rules = replace(RULES, calendar=ChangeCalendar(freezes=(period,)))
    story.memory.amend(replace(story.contract, version="v2", changes=rules))
    story.at(paris("2026-07-16 22:00"))
    with pytest.raises(NotNow) as caught:
        story.perform(c.StartChange, "tess", change)
    assert kinds(caught.value) == [ClashKind.FREEZE]


def test_chg_4_what_came_up_since_it_was_planned_is_said_when_it_begins() -> None:
    story = CalendarStory()
    story.restart("2026-07-15 22:00")
    second = story.restart("2026-07-15 22:30", by="nia", despite="Both at once")
    story.at(paris("2026-07-15 22:30"))
    incident = story.opened(component="vpn", severity=1)
    with pytest.raises(NotNow) as caught:
        story.perform(c.StartChange, "nia", second)
    assert kinds(caught.value) == [ClashKind.PRIORITY_1], "what was accepted is not asked again"
    story.perform(c.StartChange, "nia", second, despite="It has nothing to do with the VPN")
    assert story[second].state is ChangeState.UNDERWAY
    (begun,) = story.lines(second, "change.started")
    assert begun.facts["clashes"] == [f"priority_1|{incident}"]


def _urgent() -> tuple[CalendarStory, str, str]:
    """Tess restarts the relay; then Olga asks for an urgent restart of it, in the same hour."""
    standard = tuple(replace(each, urgent=True) for each in RULES.standard)
    story = CalendarStory(replace(RULES, standard=standard))
    first = story.begun()
    urgent = story.perform(c.RequestChange, "olga", title="", standard="restart", urgent=True)
    story.called()
    return story, first, urgent


def test_chg_3_whoever_accepts_an_urgent_change_accepts_what_it_clashes_with() -> None:
    story, first, urgent = _urgent()
    story.perform(c.ApproveChange, "sam", urgent)
    assert (first, "tess") in story.cards()
    assert f"change|{first}" in story[urgent].accepted
    assert f"change|{urgent}" in story[first].accepted
    (line,) = story.lines(urgent, "change.approval_given")
    assert line.facts["clashes"] == list(story[urgent].accepted)
    assert story.perform(c.StartChange, "nia", urgent) == urgent


def test_chg_3_what_an_urgent_change_clashes_with_since_is_asked_and_told() -> None:
    story, first, urgent = _urgent()
    story.end(first)
    story.perform(c.ApproveChange, "sam", urgent)
    other = story.restart()
    story.perform(c.PlanChange, "ned", other, start=story.now, person="tess")
    story.perform(c.StartChange, "tess", other)
    story.called()
    with pytest.raises(NotNow, match="window_clashes"):
        story.perform(c.StartChange, "nia", urgent)
    story.perform(c.StartChange, "nia", urgent, despite="Mail is down")
    assert (other, "tess") in story.cards()
    assert f"change|{urgent}" in story[other].accepted


def test_chg_4_whoever_is_at_work_is_told_what_is_knowingly_begun_beside() -> None:
    story = CalendarStory()
    first, second = story.restart("2026-07-15 22:00"), story.restart("2026-07-15 23:00", "nia")
    story.at(paris("2026-07-15 22:00"))
    story.perform(c.StartChange, "tess", first)
    story.wait(hours=1, minutes=30)  # the first overruns
    story.called()
    story.perform(c.StartChange, "nia", second, despite="Both at once")
    assert (first, "tess") in story.cards()
    assert f"change|{second}" in story[first].accepted


def test_chg_4_a_resolved_priority_1_and_the_cure_of_one_clash_with_nothing() -> None:
    story = CalendarStory()
    incident = story.opened(component="vpn", severity=1)
    cure = story.perform(c.RequestChange, "tess", title="", standard="restart", born_of=incident)
    story.perform(c.PlanChange, "ned", cure, start=paris("2026-07-15 22:00"), person="tess")
    other = story.restart()
    assert kinds(refused(story, other, "2026-07-15 23:30")) == [ClashKind.PRIORITY_1]
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=True)
    story.perform(c.PlanChange, "ned", other, start=paris("2026-07-15 23:30"), person="nia")


def test_chg_4_a_change_that_overruns_is_in_the_way_of_the_next_one() -> None:
    story = CalendarStory()
    story.begun()
    second = story.restart("2026-07-15 23:05", by="nia")
    story.at(paris("2026-07-15 23:05"))
    with pytest.raises(NotNow) as caught:
        story.perform(c.StartChange, "nia", second)
    assert kinds(caught.value) == [ClashKind.CHANGE], "its window was over at 23:00"
    story.end(CHG)
    story.perform(c.StartChange, "nia", second)


def test_chg_4_what_is_withdrawn_or_over_clashes_with_nothing() -> None:
    story = CalendarStory()
    first = story.restart("2026-07-15 22:00")
    story.perform(c.WithdrawChange, "tess", first, reason="Not needed")
    second = story.begun()
    story.end(second)
    story.restart("2026-07-15 22:15", by="nia")


def test_esc_1_of_those_who_may_carry_the_other_out_only_the_first_is_told() -> None:
    restart = replace(RULES.standard[1], carried_out_by=("tess", "nia"))
    story = CalendarStory(replace(RULES, standard=(restart,)))
    first, second = story.restart(), story.restart()
    start = paris("2026-07-15 22:00")
    story.perform(c.PlanChange, "ned", first, start=start)
    story.cards()
    story.perform(c.PlanChange, "ned", second, start=start, despite="Both at once")
    assert story.cards() == {(first, "tess"), (second, "tess")}
    story.at(start)
    story.perform(c.StartChange, "ned", first)
    incident = story.opened()
    story.cards()
    story.perform(c.LinkCausedIncident, "tom", first, incident=incident)
    assert story.cards() == {(first, "tess"), (first, "ned")}


# -- monitoring --------------------------------------------------------------------------------


def test_evt_1_a_window_holds_back_what_it_covers_and_says_so() -> None:
    story = CalendarStory()
    change = story.begun()
    event = story.seen()
    story.seen("b", component="wiki")
    assert story.incidents == [], "the wiki needs the relay"
    held = story.lines(change, "change.events_held")
    assert [line.facts["component"] for line in held] == ["mail", "wiki"]
    story.seen(occurrence="2")
    assert len(story.lines(change, "change.events_held")) == 2, "said once, counted on"
    assert story[event].count == 2
    story.seen("c", component="vpn")
    assert len(story.incidents) == 1, "what the change does not touch"


def test_evt_1_what_has_cleared_by_the_end_of_the_change_comes_to_nothing() -> None:
    story = CalendarStory()
    change = story.begun()
    event = story.seen()
    story.wait(5)
    story.seen(firing=False)
    story.end(change)
    story.wait(60)
    assert (story.incidents, story[event].state) == ([], EventState.OVER)


def test_evt_1_what_lasts_after_the_change_becomes_an_incident() -> None:
    story = CalendarStory()
    change = story.begun()
    event = story.seen()
    story.wait(20)
    story.end(change)
    story.wait(9)
    assert story.incidents == [], "monitoring has some minutes to see that all is well"
    story.wait(2)
    (incident,) = story.incidents
    assert story[event].incident == incident
    (held,) = story.lines(incident, "event.held")
    assert held.facts == {"change": change}, "its timeline says why it comes so late"
    assert [each.id for each in causes(story.memory, story[incident])] == [change]


def test_evt_1_what_begins_after_the_change_is_an_incident_at_once() -> None:
    story = CalendarStory()
    change = story.begun()
    story.seen()
    story.end(change)
    story.seen(occurrence="2")
    assert len(story.incidents) == 1


def test_evt_1_an_overrun_holds_nothing_back() -> None:
    story = CalendarStory()
    change = story.begun()
    story.seen()
    story.at(paris("2026-07-15 23:11"))
    assert len(story.incidents) == 1, "the window ended at 23:00, and it still lasts"
    story.seen("b", component="wiki")
    assert len(story.incidents) == 2
    assert story[change].state is ChangeState.UNDERWAY


def test_evt_1_a_window_of_weeks_hides_nothing_for_longer_than_a_night() -> None:
    story = CalendarStory()
    end = paris("2026-08-10 22:00")
    change = story.restart("2026-07-15 22:00", end=end, despite="A long one")
    story.at(paris("2026-07-15 22:00"))
    story.perform(c.StartChange, "tess", change, despite="A long one")
    story.at(paris("2026-07-16 09:00"))
    story.cards()
    story.seen("lesser", component="wiki")
    assert story.cards() == set()
    story.seen(severity=1)
    assert story.incidents == []
    assert story.cards() == {(change, "tess")}, "the gravest is told anew"
    story.at(paris("2026-07-16 10:11"))
    assert len(story.incidents) == 2, "twelve hours after the beginning both last"
    assert story[change].state is ChangeState.UNDERWAY


def test_evt_1_a_window_in_which_nobody_has_begun_holds_nothing_back() -> None:
    story = CalendarStory()
    story.restart("2026-07-15 22:00")
    story.at(paris("2026-07-15 22:10"))
    story.seen()
    assert len(story.incidents) == 1


def test_evt_1_another_change_under_way_goes_on_holding_it_back() -> None:
    story = CalendarStory()
    first = story.restart("2026-07-15 22:00")
    second = story.restart("2026-07-15 22:30", by="nia", despite="Both at once")
    story.at(paris("2026-07-15 22:30"))
    story.perform(c.StartChange, "tess", first)
    story.perform(c.StartChange, "nia", second)
    event = story.seen()
    assert story[event].held_by == second, "which lasts longer"
    story.perform(c.EndChange, "nia", second, result=ChangeResult.SUCCEEDED)
    story.wait(11)
    assert (story.incidents, story[event].held_by) == ([], first)
    story.at(paris("2026-07-15 23:11"))
    assert len(story.incidents) == 1


def test_evt_1_an_incident_under_way_before_goes_on_and_a_resolved_one_waits() -> None:
    story = CalendarStory()
    story.at(paris("2026-07-15 21:00"))
    event = story.seen()
    (incident,) = story.incidents
    change = story.begun()
    story.seen(occurrence="2")
    assert story[event].told == 2, "told to the incident as ever"
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=True)
    story.seen(occurrence="3")
    assert story[incident].state is IncidentState.RESOLVED
    story.end(change)
    story.wait(11)
    assert story[incident].reopened == 1, "it lasts after the change"


# -- what a change has caused ------------------------------------------------------------------


def test_chg_4_an_incident_on_what_was_touched_proposes_the_change_as_its_cause() -> None:
    story = CalendarStory()
    change = story.begun()
    story.wait(30)
    story.end(change)
    story.perform(c.CloseChange, "ned", change)
    story.wait(hours=47)
    wiki = story.opened(component="wiki")
    vpn = story.opened(component="vpn", severity=3)
    assert [each.id for each in causes(story.memory, story[wiki])] == [change], "which needs mail"
    assert causes(story.memory, story[vpn]) == []
    story.wait(hours=2)
    late = story.opened()
    assert causes(story.memory, story[late]) == [], "48 hours are over"
    story.called()
    story.perform(c.LinkCausedIncident, "tom", change, incident=wiki)
    assert (story[change].incidents, story[wiki].changes) == ((wiki,), (change,))
    assert set(story.called()) == {"tess", "ned"}
    with pytest.raises(AlreadyDone):
        story.perform(c.LinkCausedIncident, "tom", change, incident=wiki)
    story.perform(c.UnlinkCausedIncident, "ned", change, incident=wiki, reason="A cable")
    assert (story[change].incidents, story[wiki].changes) == ((), ())


def test_chg_4_what_was_open_before_the_change_was_not_caused_by_it() -> None:
    story = CalendarStory()
    before = story.opened(severity=3)
    change = story.restart("2026-07-15 22:00")
    assert causes(story.memory, story[before]) == []
    with pytest.raises(NotNow):
        story.perform(c.LinkCausedIncident, "tom", change, incident=before)
    story.at(paris("2026-07-15 22:00"))
    story.perform(c.StartChange, "tess", change)
    assert causes(story.memory, story[before]) == []
    with pytest.raises(NotNow, match="incident_before_change"):
        story.perform(c.LinkCausedIncident, "tom", change, incident=before)


def test_chg_4_what_opens_in_the_window_may_be_caused_by_a_change_that_is_begun_late() -> None:
    story = CalendarStory()
    change = story.restart("2026-07-15 22:00")
    story.at(paris("2026-07-15 22:05"))
    incident = story.opened()
    story.wait(5)
    story.perform(c.StartChange, "tess", change)
    story.perform(c.LinkCausedIncident, "tom", change, incident=incident)
    assert story[incident].changes == (change,)


def test_chg_4_an_exercise_is_caused_by_no_change() -> None:
    story = CalendarStory()
    change = story.begun()
    drill = story.opened(exercise=True)
    assert causes(story.memory, story[drill]) == []
    with pytest.raises(BadValue):
        story.perform(c.LinkCausedIncident, "tom", change, incident=drill)


def test_chg_4_of_a_duplicate_the_change_has_caused_the_original() -> None:
    story = CalendarStory()
    change = story.begun()
    original, duplicate = story.opened(), story.opened()
    story.perform(MergeIncident, "tom", duplicate, into=original)
    story.perform(c.LinkCausedIncident, "tom", change, incident=duplicate)
    assert (story[change].incidents, story[original].changes) == ((original,), (change,))


def test_inc_x_what_caused_another_duplicate_as_well_has_caused_the_original_still() -> None:
    story = CalendarStory()
    change = story.begun()
    original, one, other = story.opened(), story.opened(), story.opened()
    for duplicate in (one, other):
        story.perform(c.LinkCausedIncident, "tom", change, incident=duplicate)
        story.perform(MergeIncident, "tom", duplicate, into=original)
    story.perform(UndoEnding, "sam", one, reason="Another one")
    assert story[original].changes == (change,)
    story.perform(UndoEnding, "sam", other, reason="Another one")
    assert story[original].changes == ()


def test_inc_x_what_caused_a_duplicate_caused_its_original_until_the_merge_is_undone() -> None:
    story = CalendarStory()
    change = story.begun()
    original, duplicate = story.opened(), story.opened()
    story.perform(c.LinkCausedIncident, "tom", change, incident=duplicate)
    story.perform(MergeIncident, "tom", duplicate, into=original)
    assert (story[change].incidents, story[original].changes) == (
        (duplicate, original),
        (change,),
    )
    story.perform(UndoEnding, "sam", duplicate, reason="Another one")
    assert (story[change].incidents, story[original].changes) == ((duplicate,), ())


def test_rep_3_a_report_states_the_change_that_caused_the_incident() -> None:
    story = CalendarStory()
    change = story.begun()
    incident = story.opened(severity=1, component="vpn")
    story.perform(c.LinkCausedIncident, "tom", change, incident=incident)
    story.end(change, ChangeResult.ROLLED_BACK)
    story.do(TakeIncident, "tom", incident)
    story.do(ResolveIncident, "tom", incident, cause_gone=True)
    story.do(VerifyIncident, "rita", incident, fixed=True)
    story.do(CloseIncident, "sam", incident)
    (report,) = story.memory.list(REPORT, "acme")
    context = Context(contract=story.contract, now=story.now, actor="sam", source="test")
    (fact,) = facts_of(story.memory, context, report).changes
    assert (fact.id, fact.result) == (change, "rolled_back")


# -- releases ----------------------------------------------------------------------------------


def test_rel_1_a_closed_change_writes_what_was_put_into_service_of_each_component() -> None:
    story = CalendarStory()
    story.asked(components=("mail", "kiosk"))
    story.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER)
    story.do(c.RecordStudy, "ned", **STUDY)
    for person in ("ned", "rita"):
        story.do(c.ApproveChange, person)
    story.do(c.PlanChange, "ned", start=story.now + timedelta(hours=1),
             end=story.now + timedelta(hours=2), person="tess")  # fmt: skip
    story.wait(hours=1)
    story.do(c.StartChange, "tess")
    story.wait(30)
    story.do(c.EndChange, "tess", result=ChangeResult.SUCCEEDED)
    ended = story.now
    assert story.lines("component/mail", "change.released") == []
    story.wait(hours=20)
    story.do(c.CloseChange, "ned", note="Relay 4.2")
    for component in ("mail", "kiosk"):
        (line,) = story.lines(f"component/{component}", "change.released")
        assert line.facts == {
            "change": CHG,
            "title": "Larger disks",
            "result": "succeeded",
            "ended": ended.isoformat(),
            "note": "Relay 4.2",
        }


def test_chg_4_the_service_is_not_changed_in_its_opening_hours() -> None:
    story = CalendarStory()
    parts = tuple(
        replace(each, hours=Hours()) if each.id == "wiki" else each
        for each in story.contract.components
    )
    story.memory.amend(replace(story.contract, version="v2", components=parts))
    no = refused(story, story.restart(), "2026-07-15 17:30", person="tess")
    assert kinds(no) == [ClashKind.OPENING_HOURS]
    assert no.facts["start"] == paris("2026-07-15 18:00").isoformat()
