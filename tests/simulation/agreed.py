"""What the two firms were promised about their incidents, whatever happened in a history."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from escalation.contract import CLIENT
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import INCIDENT
from escalation.records.report import Report, ReportState
from tests.simulation.facts import Facts

Key = tuple[str, str]  # a contract, and a record of it
MERGED, CANCELLED = IncidentState.MERGED, IncidentState.CANCELLED
_QUALIFYING = {"incident.qualified", "incident.priority_changed"}
_ELSEWHERE = {  # whoever took it has it no more, or another rung is called
    "ladder.started", "ladder.climbed", "ladder.stepped_down", "ladder.stopped", "ladder.settled",
    "ladder.unsettled", "ladder.handed_over",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One line of the journal."""

    key: Key
    action: str
    actor: str
    at: Any
    facts: dict[str, Any]


def a_priority_1_ends_with_a_report(facts: Facts) -> Iterator[str]:
    """What was priority 1 once, or its duplicate was, has its report (Rules REP-1, INC-19)."""
    once: set[Key] = set()
    for line in _journal(facts):
        if line.action in _QUALIFYING and line.facts["priority"] == 1:
            once.add(line.key)
        if line.action == "incident.duplicate_merged":
            duplicate = line.key[0], line.facts["duplicate"]
            once |= {line.key} if duplicate in once else set()
    reports = {(r.contract, r.id): r for r in facts.records if isinstance(r, Report)}
    for incident in _incidents(facts).values():
        if (incident.contract, incident.id) not in once or incident.state is MERGED:
            continue
        if incident.state not in INCIDENT.over:
            continue
        report = reports.get((incident.contract, incident.report or ""))
        if report is None:
            yield f"{incident.id} was priority 1, is {incident.state}, and owes no report"
        elif report.state is not ReportState.ISSUED and not report.alarms.armed:
            yield f"nothing reminds of {report.id}, which {incident.id} owes"


def a_duplicate_is_owed_by_its_original(facts: Facts) -> Iterator[str]:
    """Whatever is owed by a duplicate is found in its original (Rule INC-X)."""
    incidents = _incidents(facts)
    for duplicate in incidents.values():
        if duplicate.state is not MERGED:
            continue
        original = incidents[duplicate.contract, duplicate.merged_into or ""]
        lost = {
            "an answer to": set(duplicate.requesters) - set(original.requesters),
            "the missed": set(duplicate.missed) - set(original.missed),
            "the groups": set(duplicate.groups) - set(original.groups),
            "the clock": {"start"} if original.clock_start > duplicate.clock_start else (),
            "the report that was": {"asked"}
            if duplicate.report_asked_by and not original.report_asked_by
            else (),
            "having been": {"priority 1"}
            if duplicate.ever_priority_1 and not original.ever_priority_1
            else (),
        }
        for what, gone in lost.items():
            if gone:
                yield f"{original.id} does not owe {what} {sorted(gone)} of {duplicate.id}"


def a_priority_1_is_lowered_by_the_client(facts: Facts) -> Iterator[str]:
    """Somebody of the client agreed to what a manager proposed, and nothing else (Rule INC-19)."""
    client = {(c.id, p.id) for c in facts.contracts for p in c.people if p.organisation == CLIENT}
    proposed: dict[Key, tuple[str, int]] = {}
    level: dict[Key, int] = {}
    for line in _journal(facts):
        if line.action == "incident.lowering_proposed":
            proposed[line.key] = line.actor, line.facts["priority"]
        elif line.action in _QUALIFYING:
            found = line.facts["priority"]
            if level.get(line.key) == 1 and found > 1:
                asked = proposed.get(line.key)
                agreed = asked == (line.facts.get("proposed_by"), found)
                if not agreed or (line.key[0], line.actor) not in client:
                    yield f"{line.key} was lowered to {found} by {line.actor}; proposed: {asked}"
            level[line.key] = found
        if line.action in _QUALIFYING or line.action in {
            "incident.lowering_declined", "incident.lowering_lapsed",
        }:  # fmt: skip
            proposed.pop(line.key, None)
    for key, incident in _incidents(facts).items():
        said = level.get(key)
        if incident.priority and said and incident.priority.level != said:
            yield f"{key} is priority {incident.priority.level}, and the journal says {said}"


def nobody_is_called_who_took_it(facts: Facts) -> Iterator[str]:
    """A side that took a rung is left alone, but for whom it asked for (Rules ESC-5, ESC-6)."""
    taken: dict[tuple[Key, str], dict[str, str]] = defaultdict(dict)
    added: set[tuple[Key, str]] = set()
    for line in _journal(facts):
        if not line.action.startswith("ladder."):
            continue
        walk = line.key, line.facts["ladder"]
        if line.action in _ELSEWHERE:
            taken[walk] = {}
        if line.action == "ladder.started" and (other := line.facts.get("duplicate")):
            taken[walk] = dict(taken[(line.key[0], other), walk[1]])
        elif line.action == "ladder.acknowledged":
            taken[walk][line.facts["side"]] = line.facts["person"]
        elif line.action == "ladder.added":
            added.add((line.key, line.facts["person"]))
        elif line.action == "ladder.pinged":
            by = taken[walk].get(line.facts["side"])
            if by and (line.key, line.facts["person"]) not in added:
                yield f"{line.facts['person']} is called for {walk}, which {by} has taken"


def what_is_undone_is_as_before(facts: Facts) -> Iterator[str]:
    """A wrong merge or cancellation, undone, leaves nothing of itself (Rule INC-4)."""
    ends = {"incident.merged", "incident.cancelled", "incident.undone"}
    last = {line.key: line.action for line in _journal(facts) if line.action in ends}
    for key, incident in _incidents(facts).items():
        if last.get(key) != "incident.undone":
            continue
        if incident.state in {MERGED, CANCELLED} or incident.merged_into:
            yield f"{key} was brought back, and is {incident.state} into {incident.merged_into}"


def what_is_undone_is_called_for_again(facts: Facts) -> Iterator[str]:
    """The escalations that a wrong merge or cancellation stopped go on when it is undone."""
    stopped: dict[Key, set[str]] = defaultdict(set)
    undone: dict[Key, tuple[Any, set[str]]] = {}
    for line in _journal(facts):
        ladder = line.facts.get("ladder", "")
        if line.action == "ladder.stopped" and line.facts["why"] in {"merged", "cancelled"}:
            stopped[line.key].add(ladder)
        elif line.action == "incident.undone":
            undone[line.key] = line.at, stopped.pop(line.key, set())
        elif line.action == "ladder.started":
            stopped[line.key].discard(ladder)
            at, missing = undone.get(line.key, (None, set()))
            if at == line.at:
                missing.discard(ladder)
    for key, (at, ladders) in undone.items():
        if ladders:
            yield f"{key} was brought back at {at}, and {sorted(ladders)} does not go on"


def nobody_approves_what_they_wrote(facts: Facts) -> Iterator[str]:
    """A second person approves a report; of a cell's, not who wrote last (REP-3, CRI-11)."""
    for report in facts.records:
        if not isinstance(report, Report):
            continue
        wrote = [report.owner, *report.edited_by]
        together = report.of_cell and report.approved_by in report.coordinators
        if report.approved_by in (wrote[-1:] if together else wrote):
            yield f"{report.id} of {report.owner} was approved by {report.approved_by}"


def a_report_that_was_merged_goes_on_in_another(facts: Facts) -> Iterator[str]:
    """A duplicate's report goes into the original's, while it is a duplicate (Rule INC-X)."""
    reports = {(r.contract, r.id): r for r in facts.records if isinstance(r, Report)}
    incidents = _incidents(facts)
    for report in reports.values():
        if (report.state is ReportState.MERGED) != (report.merged_into is not None):
            yield f"{report.id} is {report.state}, merged into {report.merged_into}"
        if report.state is not ReportState.MERGED:
            continue
        incident = incidents[report.contract, report.incident or ""]
        kept = reports.get((report.contract, report.merged_into or ""))
        if incident.state is not MERGED:
            yield f"{report.id} is merged, and {incident.id} is {incident.state}"
        elif kept is None or kept.incident == report.incident:
            yield f"{report.id} goes on in {report.merged_into}, which does not stand for it"
        if report.alarms.armed:
            yield f"{report.id} is merged, and reminded of"


AGREED = (
    a_report_that_was_merged_goes_on_in_another,
    a_priority_1_ends_with_a_report,
    a_duplicate_is_owed_by_its_original,
    a_priority_1_is_lowered_by_the_client,
    nobody_is_called_who_took_it,
    what_is_undone_is_as_before,
    what_is_undone_is_called_for_again,
    nobody_approves_what_they_wrote,
)


def _incidents(facts: Facts) -> dict[Key, Incident]:
    return {(r.contract, r.id): r for r in facts.records if isinstance(r, Incident)}


def _journal(facts: Facts) -> Iterator[Told]:
    for line in sorted(facts.lines, key=lambda each: (each.contract, each.number)):
        key = line.contract, line.subject
        yield Told(key, line.action, line.actor, line.at, json.loads(line.facts))
