"""Each invariant on events, problems and changes can fail: it alone says what is spoilt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from escalation.base.evolve import replace
from escalation.base.timer_names.change import WindowOver
from escalation.base.timer_names.problem import AnalysisReminder
from escalation.contract.processes.problems import Rating
from escalation.records.change import Approval, Change, Need
from escalation.records.event import Event
from escalation.records.problem import Problem
from sandbox.model.message import Message
from tests.simulation.contracts import CONTRACTS
from tests.simulation.facts import Facts
from tests.simulation.invariants import broken
from tests.simulation.memories import prepare
from tests.simulation.processes import PROCESSES
from tests.simulation.story import WEDNESDAY, Left, facts_of, supervised


@pytest.fixture(scope="module")
def story() -> tuple[Facts, bytes]:
    prepare()
    return facts_of(supervised, at=WEDNESDAY, contracts=CONTRACTS)


@pytest.fixture
def left(story: tuple[Facts, bytes], tmp_path: Path) -> Left:
    return Left.of(*story, tmp_path)


def _change(left: Left, record_id: str, **changed: Any) -> None:
    """Another value in a record."""
    records = left.facts.records
    place = next(n for n, each in enumerate(records) if each.id == record_id)
    records[place] = replace(records[place], **changed)


def _reminders(left: Left, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
    """Change what the journal says of reminders, or take it out."""
    kept = []
    for line in left.facts.lines:
        given = json.loads(line.facts)
        if line.action != "problem.reminded":
            kept.append(line)
        elif (changed := change(given)) is not None:
            kept.append(SimpleNamespace(**dict(line._mapping) | {"facts": json.dumps(changed)}))
    left.facts.lines = kept


def an_alert_is_forgotten(left: Left) -> None:
    _change(left, "EVT-0001", alerts=())


def an_alert_is_not_counted(left: Left) -> None:
    _change(left, "EVT-0001", count=0, told=0)


def a_repeated_alert_is_counted_twice(left: Left) -> None:
    _change(left, "EVT-0001", count=2, told=2)


def an_incident_does_not_know_of_all(left: Left) -> None:
    _change(left, "EVT-0001", told_clears=0)


def an_event_is_in_no_incident(left: Left) -> None:
    _change(left, "EVT-0001", incident="INC-0099")


def an_incident_has_lost_its_events(left: Left) -> None:
    _change(left, "INC-0001", events=())


def nobody_was_told_of_what_has_no_place(left: Left) -> None:
    left.sql("UPDATE outbox SET topic = 'problem_card' WHERE topic = 'events_unplaced'")


def an_overdue_analysis_is_forgotten(left: Left) -> None:
    left.sql("DELETE FROM timers WHERE name LIKE 'problem/analysis/%'")
    problem = next(r for r in left.facts.records if isinstance(r, Problem) and r.id == "PRB-0002")
    armed = problem.alarms.clear_if(lambda name: isinstance(name, AnalysisReminder))
    _change(left, "PRB-0002", alarms=armed)


def nobody_is_reminded_of_an_overdue_analysis(left: Left) -> None:
    _reminders(left, lambda _: None)


def an_overdue_analysis_does_not_climb(left: Left) -> None:
    _reminders(left, lambda given: given | {"people": ["ines-moreau"]})


def a_priority_is_not_what_was_decided(left: Left) -> None:
    _change(left, "PRB-0001", priority=Rating.LOW)


def a_firm_decides_for_the_other(left: Left) -> None:
    problem = next(r for r in left.facts.records if isinstance(r, Problem) and r.id == "PRB-0001")
    client = replace(problem.verdicts["client"], by="claire-vasseur")
    _change(left, "PRB-0001", verdicts=problem.verdicts | {"client": client})


def a_problem_has_lost_its_incident(left: Left) -> None:
    _change(left, "PRB-0001", incidents=())


def a_problem_was_closed_too_early(left: Left) -> None:
    problem = next(r for r in left.facts.records if isinstance(r, Problem) and r.id == "PRB-0001")
    assert problem.watched_until is not None
    _change(left, "PRB-0001", closed_at=problem.watched_until - timedelta(seconds=1))


def an_incident_does_not_know_what_caused_it(left: Left) -> None:
    _change(left, "INC-0002", changes=())


def a_change_began_before_all_had_approved(left: Left) -> None:
    _change(left, "CHG-0001", needs=(Need.SOURCE,))


def a_change_began_although_it_was_refused(left: Left) -> None:
    refused = Approval(by="sophie-arnaud", at=left.facts.now, yes=False)
    _change(left, "CHG-0001", approvals={Need.MANAGER: refused})


def nothing_watches_over_the_end_of_a_change(left: Left) -> None:
    left.sql("DELETE FROM timers WHERE name LIKE 'change/over/%'")
    change = next(r for r in left.facts.records if isinstance(r, Change))
    armed = change.alarms.clear_if(lambda name: isinstance(name, WindowOver))
    _change(left, "CHG-0001", alarms=armed)


def nobody_is_told_that_a_change_runs_over(left: Left) -> None:
    left.facts.lines = [line for line in left.facts.lines if line.action != "change.overrun"]


def a_requester_reads_what_was_said_of_a_problem(left: Left) -> None:
    channel = left.direct("sarah-dubois")
    channel.timeline.append(
        Message(ts=channel.next_ts(left.facts.now.timestamp()), user=left.facts.slack.bot,
                text="MARK1Z")
    )  # fmt: skip


CASES = {
    "no_event_is_lost": (
        an_alert_is_forgotten, an_alert_is_not_counted, a_repeated_alert_is_counted_twice,
    ),
    "an_event_is_in_an_incident_or_told": (
        an_incident_does_not_know_of_all, an_event_is_in_no_incident,
        an_incident_has_lost_its_events, nobody_was_told_of_what_has_no_place,
    ),
    "an_analysis_overdue_climbs": (
        an_overdue_analysis_is_forgotten, nobody_is_reminded_of_an_overdue_analysis,
        an_overdue_analysis_does_not_climb,
    ),
    "a_priority_is_decided_by_both": (
        a_priority_is_not_what_was_decided, a_firm_decides_for_the_other,
    ),
    "a_problem_and_its_incidents_know_each_other": (a_problem_has_lost_its_incident,),
    "what_came_back_is_not_closed": (a_problem_was_closed_too_early,),
    "a_change_and_what_it_caused_know_each_other": (an_incident_does_not_know_what_caused_it,),
    "no_change_begins_unapproved": (
        a_change_began_before_all_had_approved, a_change_began_although_it_was_refused,
    ),
    "a_change_beyond_its_window_is_told": (
        nothing_watches_over_the_end_of_a_change, nobody_is_told_that_a_change_runs_over,
    ),
    "what_is_said_of_a_problem_stays_with_those_concerned": (
        a_requester_reads_what_was_said_of_a_problem,
    ),
}  # fmt: skip


def test_the_story_as_it_was_breaks_no_promise(left: Left) -> None:
    assert not broken(left.facts)
    kinds = {type(record) for record in left.facts.records}
    assert {Event, Problem, Change} <= kinds
    assert left.facts.taken


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
    assert set(CASES) == {look.__name__ for look in PROCESSES}
