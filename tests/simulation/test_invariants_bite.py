"""Each invariant of the simulator can fail: one thing is spoilt, and exactly that one says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.stage.tour import INCIDENT, REPORT
from escalation.base.journal import Entry
from escalation.base.timers import ArmedTimers
from escalation.contract import ESCALADE
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident, IncidentState, Priority
from escalation.records.report import Report, ReportState
from sandbox.model.message import Message
from store.transaction import journal
from tests.simulation.boards import BOARDS
from tests.simulation.facts import Facts
from tests.simulation.invariants import INVARIANTS, broken
from tests.simulation.memories import prepare
from tests.simulation.processes import PROCESSES
from tests.simulation.story import Left, facts_of, whole_tour


@pytest.fixture(scope="module")
def story() -> tuple[Facts, bytes]:
    prepare()
    return facts_of(whole_tour)


@pytest.fixture
def left(story: tuple[Facts, bytes], tmp_path: Path) -> Left:
    return Left.of(*story, tmp_path)


# ── the log ──────────────────────────────────────────────────────────────────────────────────


def a_bug_was_logged(left: Left) -> None:
    left.facts.seen.error(ValueError("a bug"), "somewhere")


def a_step_raised_a_bug(left: Left) -> None:
    left.facts.errors.append(KeyError("a bug"))


# ── timers ───────────────────────────────────────────────────────────────────────────────────


def a_timer_is_gone(left: Left) -> None:
    left.sql("DELETE FROM timers WHERE name = 'target/restore/100'")


def a_timer_is_due_at_another_time(left: Left) -> None:
    left.sql("UPDATE timers SET due = due + 1 WHERE name = 'target/restore/100'")


def a_timer_belongs_to_nobody(left: Left) -> None:
    left.sql(
        "INSERT INTO timers SELECT contract, 'INC-0007', name, due, generation, failures, retry_at,"
        " error FROM timers WHERE name = 'target/restore/100'"
    )


def a_timer_rang_early(left: Left) -> None:
    left.facts.minutes.early.append("a timer rang a second early")


def a_timer_was_left_behind(left: Left) -> None:
    soonest = min(row.due for row in left.facts.timers)
    left.facts.now = soonest + timedelta(seconds=3)


# ── messages ──────────────────────────────────────────────────────────────────────────────────


def a_letter_was_left_waiting(left: Left) -> None:
    left.sql(
        "UPDATE outbox SET state = 'waiting' WHERE id = :id",
        id=left.messages("report_issued")[0].id,
    )


def a_letter_was_given_up(left: Left) -> None:
    left.sql(
        "UPDATE outbox SET state = 'failed', error = 'a bug' WHERE id = :id",
        id=left.messages("crisis_formed")[0].id,
    )


def a_message_is_gone(left: Left) -> None:
    channel, message = left.stands(left.messages("report_issued")[0])
    channel.timeline.remove(message)


def a_message_stands_with_somebody_else(left: Left) -> None:
    row = left.messages("report_issued")[-1]
    channel, message = left.stands(row)
    channel.timeline.remove(message)
    other = "mathis-berger" if not row.destination.endswith("mathis-berger") else "claire-vasseur"
    left.direct(other).timeline.append(message)


def issued_last(left: Left) -> Any:
    """The report's message that nothing follows, whose order would be broken too."""
    return next(
        each
        for each in left.messages("report_issued")
        if each.id == left.messages(destination=each.destination)[-1].id
    )


def a_message_stands_twice(left: Left) -> None:
    channel, message = left.stands(issued_last(left))
    channel.timeline.append(replace(message, ts=channel.next_ts(left.facts.now.timestamp())))


def messages_stand_in_another_order(left: Left) -> None:
    first, second = left.messages(destination=left.messages("report_issued")[0].destination)[-2:]
    messages = [left.stands(row)[1] for row in (first, second)]
    for message in messages:
        message.ts = second.ts if message.ts == first.ts else first.ts
    left.sql("UPDATE outbox SET ts = :ts WHERE id = :id", ts=second.ts, id=first.id)
    left.sql("UPDATE outbox SET ts = :ts WHERE id = :id", ts=first.ts, id=second.id)


def a_message_of_no_letter_stands(left: Left) -> None:
    channel, message = left.stands(left.messages("report_issued")[0])
    strange = deepcopy(message)
    strange.metadata["event_payload"]["letter"] = "0" * 32
    strange.ts = channel.next_ts(left.facts.now.timestamp())
    channel.timeline.append(strange)


def a_call_was_never_written(left: Left) -> None:
    row = left.messages("ping")[0]
    channel, message = left.stands(row)
    channel.timeline.remove(message)
    left.sql("DELETE FROM outbox WHERE id = :id", id=row.id)


def a_call_was_dropped_for_no_reason(left: Left) -> None:
    left.sql(
        "UPDATE outbox SET state = 'dropped', facts = json_set(facts, '$.called', :now)"
        " WHERE id = :id",
        id=left.messages("ping")[0].id,
        now=left.facts.now.isoformat(),
    )


def an_urgent_message_is_not_on_record(left: Left) -> None:
    row = left.messages("report_issued")[0]
    left.sql("UPDATE outbox SET urgent = 1 WHERE id = :id", id=row.id)


# ── rooms, reports ───────────────────────────────────────────────────────────────────────────


def a_crisis_borrows_a_room_of_others(left: Left) -> None:
    refused = {"room_refused": "restricted_action"}
    left.facts.records = [
        replace(r, **refused) if isinstance(r, Crisis) and r.room else r for r in left.facts.records
    ]


def a_room_serves_no_crisis(left: Left) -> None:
    room = next(c for c in left.facts.slack.channels.values() if "-crise-" in c.name)
    left.facts.slack.channels["CSECOND"] = replace(room, id="CSECOND", timeline=[], by_ts={})


def a_room_bears_another_name(left: Left) -> None:
    room = next(c for c in left.facts.slack.channels.values() if "-crise-" in c.name)
    room.name = "coffee"


def a_report_goes_out_twice(left: Left) -> None:
    row = left.messages("report_issued")[0]
    names = ", ".join(name for name in row._fields if name not in {"id", "metadata_id", "state"})
    left.sql(
        f"INSERT INTO outbox ({names}, metadata_id, state)"  # noqa: S608  names of columns
        f" SELECT {names}, 'twice', 'dropped' FROM outbox WHERE id = :id",
        id=row.id,
    )


def a_report_is_issued_twice(left: Left) -> None:
    line = Entry(
        contract="rivage", subject=REPORT, at=left.facts.now, actor=ESCALADE,
        action="report.issued", source="slash",
    )  # fmt: skip
    with left.database() as connection:
        journal.append(connection, [line])


# ── journal, contracts ───────────────────────────────────────────────────────────────────────


def a_line_was_altered(left: Left) -> None:
    left.sql("UPDATE journal SET actor = 'somebody' WHERE number = 7 AND contract = 'rivage'")


def a_line_was_taken_out(left: Left) -> None:
    left.sql("DELETE FROM journal WHERE action = 'contract.put_in_force' AND contract = 'rivage'")


def the_last_line_was_taken_out(left: Left) -> None:
    last = max(line.number for line in left.facts.lines if line.contract == "rivage")
    with left.database() as connection:
        line = Entry(
            contract="rivage", subject="rivage", at=left.facts.now, actor=ESCALADE,
            action="contract.put_in_force", source="start",
        )  # fmt: skip
        journal.append(connection, [line])
    left.sql("DELETE FROM journal WHERE number > :last AND contract = 'rivage'", last=last)


def a_change_was_not_journalled(left: Left) -> None:
    left.facts.minutes.unsaid.append("INC-0001 changed, and no line says so")


def a_record_has_no_line(left: Left) -> None:
    left.sql(
        "INSERT INTO incidents (contract, id, number, state, version, body)"
        " SELECT contract, 'INC-0009', 9, state, version,"
        " replace(replace(body, 'INC-0001', 'INC-0009'), '[\"PRB-0001\"]', '[]')"
        " FROM incidents WHERE contract = 'rivage'"
    )


def words_reached_the_other_contract(left: Left) -> None:
    channel = left.direct("antoine-mercier")
    ts = channel.next_ts(left.facts.now.timestamp())
    channel.timeline.append(Message(ts=ts, user=left.facts.slack.bot, text="Panne MARK1Z"))


def somebody_of_the_other_contract_reads_along(left: Left) -> None:
    channel, _ = left.stands(left.messages("report_issued")[0])
    channel.members.append(left.user("antoine-mercier", "littoral"))


def a_letter_was_written_for_another_contract(left: Left) -> None:
    left.facts.minutes.crossed.append("a letter about INC-0001 decided on another")


# ── the table ────────────────────────────────────────────────────────────────────────────────


# ── what was agreed ──────────────────────────────────────────────────────────────────────────


def _change(left: Left, kind: type, **changes: Any) -> None:
    """Another value in the first record of that kind."""
    records = left.facts.records
    place = next(n for n, r in enumerate(records) if type(r) is kind and r.contract == "rivage")
    records[place] = replace(records[place], **changes)


def _line(left: Left, action: str, at_place: float, **facts: Any) -> None:
    """Another line of the journal about the incident."""
    left.facts.lines.append(
        SimpleNamespace(
            contract="rivage", subject=INCIDENT, number=at_place, actor="ines-moreau",
            at=left.facts.now, action=action, facts=json.dumps(facts),
        )
    )  # fmt: skip


def _number(left: Left, action: str) -> float:
    return next(
        float(line.number)
        for line in left.facts.lines
        if line.action == action and line.contract == "rivage"
    )


def a_priority_1_has_no_report(left: Left) -> None:
    _change(left, Incident, report=None)


def a_report_is_forgotten(left: Left) -> None:
    incident = next(r for r in left.facts.records if type(r) is Incident and r.report)
    records = left.facts.records
    place = next(n for n, r in enumerate(records) if r.id == incident.report)
    records[place] = replace(records[place], state=ReportState.DRAFT, alarms=ArmedTimers())


def an_original_forgets_who_reported_its_duplicate(left: Left) -> None:
    incident = next(r for r in left.facts.records if type(r) is Incident and r.report)
    _line(left, "incident.merged", 1e9)
    left.facts.lines[-1].subject = "INC-0009"
    lost: dict[str, Any] = {
        "state": IncidentState.MERGED,
        "merged_into": INCIDENT,
        "requester": "nobody",
    }
    lost |= {"priority": None, "problems": ()}
    left.facts.records.append(replace(incident, id="INC-0009", **lost))


def a_priority_1_is_lowered_by_one_firm(left: Left) -> None:
    _line(left, "incident.priority_changed", 1e9, priority=3, before=1)
    _change(left, Incident, priority=Priority(level=3))


def a_priority_is_not_what_was_said(left: Left) -> None:
    _change(left, Incident, priority=Priority(level=2))


def somebody_is_called_who_took_it(left: Left) -> None:
    pinged = next(x for x in left.facts.lines if x.action == "ladder.pinged")
    facts = json.loads(pinged.facts)
    _line(left, "ladder.acknowledged", _number(left, "ladder.pinged") - 0.5, **facts)


def what_was_undone_is_cancelled(left: Left) -> None:
    _line(left, "incident.undone", 1e9)
    _change(left, Incident, state=IncidentState.CANCELLED)


def what_was_undone_calls_nobody(left: Left) -> None:
    _line(left, "ladder.stopped", 1e9, ladder="client", why="cancelled")
    _line(left, "incident.undone", 2e9)


def a_report_is_approved_by_whoever_wrote_it(left: Left) -> None:
    owner = next(r for r in left.facts.records if type(r) is Report).owner
    _change(left, Report, approved_by=owner)


def a_report_goes_on_in_itself(left: Left) -> None:
    report = next(r for r in left.facts.records if type(r) is Report)
    _change(left, Report, merged_into=report.id)


@dataclass(frozen=True)
class Case:
    """What is spoilt, and which invariant alone says so."""

    spoil: Callable[[Left], None]
    invariant: str


CASES = [
    Case(spoil, invariant)
    for invariant, spoils in {
        "no_bug_in_the_log": (a_bug_was_logged, a_step_raised_a_bug),
        "timers_are_the_alarms": (
            a_timer_is_gone, a_timer_is_due_at_another_time, a_timer_belongs_to_nobody,
        ),
        "no_timer_early_none_late": (a_timer_rang_early, a_timer_was_left_behind),
        "every_letter_came_to_an_end": (a_letter_was_left_waiting, a_letter_was_given_up),
        "every_message_sent_stands": (a_message_is_gone, a_message_stands_with_somebody_else),
        "no_message_more_than_repeats": (a_message_stands_twice,),
        "every_ping_arrived": (a_call_was_never_written, a_call_was_dropped_for_no_reason),
        "every_call_is_on_record": (an_urgent_message_is_not_on_record,),
        "rooms_open_once": (
            a_crisis_borrows_a_room_of_others, a_room_serves_no_crisis,
            a_room_bears_another_name,
        ),
        "reports_are_issued_once": (a_report_goes_out_twice, a_report_is_issued_twice),
        "conversations_keep_their_order": (
            messages_stand_in_another_order, a_message_of_no_letter_stands,
        ),
        "the_journal_is_whole": (
            a_line_was_altered, a_line_was_taken_out, the_last_line_was_taken_out,
            a_change_was_not_journalled, a_record_has_no_line,
        ),
        "nothing_crosses_contracts": (
            words_reached_the_other_contract, somebody_of_the_other_contract_reads_along,
            a_letter_was_written_for_another_contract,
        ),
        "a_priority_1_ends_with_a_report": (a_priority_1_has_no_report, a_report_is_forgotten),
        "a_duplicate_is_owed_by_its_original": (an_original_forgets_who_reported_its_duplicate,),
        "a_priority_1_is_lowered_by_the_client": (
            a_priority_1_is_lowered_by_one_firm, a_priority_is_not_what_was_said,
        ),
        "nobody_is_called_who_took_it": (somebody_is_called_who_took_it,),
        "what_is_undone_is_as_before": (what_was_undone_is_cancelled,),
        "what_is_undone_is_called_for_again": (what_was_undone_calls_nobody,),
        "a_report_that_was_merged_goes_on_in_another": (a_report_goes_on_in_itself,),
        "nobody_approves_what_they_wrote": (a_report_is_approved_by_whoever_wrote_it,),
    }.items()
    for spoil in spoils
]  # fmt: skip


def test_the_story_as_it_was_breaks_no_promise(left: Left) -> None:
    assert not broken(left.facts)
    assert left.facts.messages
    assert left.facts.timers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.spoil.__name__)
def test_what_is_spoilt_is_reported_by_its_invariant_alone(case: Case, left: Left) -> None:
    case.spoil(left)
    found = broken(left.facts)
    assert {line.partition(":")[0] for line in found} == {case.invariant}, found


def test_every_invariant_is_spoilt_by_something() -> None:
    assert {case.invariant for case in CASES} == {look.__name__ for look in INVARIANTS} - {
        look.__name__ for look in (*PROCESSES, *BOARDS)
    }


def test_what_late_slack_explains_is_not_reported(left: Left) -> None:
    row = issued_last(left)
    left.sql("UPDATE outbox SET attempts = 2 WHERE id = :id", id=row.id)
    a_message_stands_twice(left)
    assert broken(left.facts)
    left.facts.late = True
    assert not broken(left.facts)
