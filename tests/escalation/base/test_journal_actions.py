"""The actions of the journal: their texts never change, and what is shown of them has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import escalation
import store
from escalation.base.declared import declared_in
from escalation.base.journal_actions.journal_action import JournalAction
from escalation.base.journal_actions.report import ReportAction
from escalation.report.gathering import (
    CAUSE_GONE,
    CAUSE_REMAINS,
    CAUSE_UNKNOWN,
    CLOSED_UNVERIFIED,
    RESOLVED_UNKNOWN,
    TAKEN_WITH_CALL,
    TOLD,
)

STORED = """
cover.asked cover.agreed cover.taken cover.declined cover.withdrawn cover.unanswered
cover.lapsed cover.void cover.over duty.faults_told duty.unreached_told
duty.management_asked duty.management_confirmed duty.management_to_change duty.management_overdue
incident.opened incident.qualified incident.priority_changed incident.taken incident.assigned
incident.acknowledged incident.group_informed incident.noted incident.site_named
incident.paused incident.resumed
incident.target_warned incident.target_missed incident.delay_told incident.client_informed
incident.list_notified incident.resolved incident.problem_proposed incident.verification_chased
incident.verification_overdue incident.verified incident.reopened incident.closed
incident.duplicate_merged incident.merged incident.cancelled incident.replanned
incident.cause_said incident.cause_confirmed
incident.not_qualified incident.on_call_told incident.waited_too_long incident.undone
incident.duplicate_parted incident.lowering_proposed incident.lowering_declined
incident.report_asked incident.lowering_chased incident.lowering_lapsed
ladder.started ladder.pinged ladder.on_cover ladder.acknowledged ladder.unreached ladder.unreachable
ladder.exhausted ladder.climbed ladder.called_anew ladder.unsettled ladder.handed_over ladder.added
ladder.snoozed ladder.side_settled ladder.snooze_over ladder.stepped_down ladder.replanned
ladder.settled ladder.stopped
crisis.asked crisis.counterpart_asked crisis.refused crisis.withdrawn crisis.opened
crisis.informed crisis.room_opened crisis.room_refused crisis.room_archived
crisis.invitation_refused crisis.member_added crisis.supplier_added crisis.member_removed
crisis.members_agreed crisis.delegate_named crisis.member_joined crisis.visitor_joined
crisis.member_left crisis.member_chased crisis.brief_set crisis.decided crisis.action_added
crisis.action_completed crisis.action_reminded
crisis.action_changed crisis.action_declined crisis.action_cancelled
crisis.lead_offered crisis.lead_confirmed
crisis.led crisis.communication_lead_named crisis.briefed crisis.inform_reminded
crisis.closing_agreed crisis.closing_void crisis.closed crisis.incident_over
crisis.incident_back crisis.moved
crisis.members_chased crisis.logged crisis.complete crisis.lead_chased
crisis.lead_unanswered
report.drafted report.crisis_attached report.edited report.approved report.approval_withdrawn
report.submitted report.sent_back report.moved report.merged report.owner_changed
report.reminded report.held_back report.issued report.suspended
problem.proposed problem.taken problem.declined problem.assessed problem.priority_proposed
problem.priority_voted problem.priority_decided problem.analysis_assigned problem.analysed
problem.workaround problem.fixed problem.linked problem.unlinked problem.came_back
problem.reminded problem.watched problem.closed problem.reopened
problem.fix_expected problem.fix_missed problem.known_error
problem.workaround_withdrawn
change.requested change.classified change.study_assigned change.studied change.approval_asked
change.approval_given change.approved change.rejected change.planned change.reminded
change.not_started change.started change.overrun change.prolonged change.ended
change.closed change.withdrawn change.done_again
change.events_held change.caused change.not_caused change.released
event.received event.counted event.cleared event.placed event.discarded event.held
change.board_called change.board_prolonged change.board_asked_anew change.board_delegate_named
change.board_delegate_agreed change.board_delegate_declined change.board_voted
change.board_reminded change.board_overdue change.board_approved change.board_refused
message.delivered message.undelivered
contract.put_in_force identity.changed journal.erased
"""

CLASSES = declared_in("escalation.base.journal_actions", JournalAction)
ACTIONS = {action for each in CLASSES for action in each}

OF_VERSIONS_BEFORE = {ReportAction.CRISIS_ATTACHED}  # they stand in journals, and are read


def test_con_3_the_texts_of_the_journal_are_what_they_always_were() -> None:
    assert {action.value for action in ACTIONS} == set(STORED.split())


def test_every_action_is_named_by_its_text() -> None:
    for action in ACTIONS:
        assert action.value.replace(".", "_").upper().endswith(action.name)


def test_every_action_is_recorded_somewhere() -> None:
    recorded = ACTIONS - OF_VERSIONS_BEFORE
    assert {(type(action).__name__, action.name) for action in recorded} == set(named())


def named() -> Iterator[tuple[str, str]]:
    """The actions that the rules and the store speak of, but for the table of what a form tells."""
    names = {each.__name__ for each in CLASSES}
    for package in (escalation, store):
        for path in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            if path.name == "gathering.py":
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Attribute(value=ast.Name(id=each), attr=name) if each in names:
                        yield each, name


def test_what_a_form_tells_are_actions_of_the_journal() -> None:
    closer = {CLOSED_UNVERIFIED, TAKEN_WITH_CALL, RESOLVED_UNKNOWN}
    causes = {CAUSE_GONE, CAUSE_REMAINS, CAUSE_UNKNOWN}
    assert set(TOLD) - closer - causes <= ACTIONS
