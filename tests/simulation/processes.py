"""What the two firms were promised about events, problems and changes, whatever happened."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TypeVar

from escalation.base.journal_actions.change import ChangeAction
from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.contract.processes.problems import ProblemRules
from escalation.messages.event import EventsUnplaced
from escalation.records.change import Change, ChangeState
from escalation.records.event import Event, EventState
from escalation.records.incident import Incident
from escalation.records.problem import UNFIXED, Problem, ProblemState, seen_by
from tests.simulation.facts import Facts

MARK = re.compile(r"MARK\d+Z")
OVERRUN = ChangeAction.OVERRUN
R = TypeVar("R")


def no_event_is_lost(facts: Facts) -> Iterator[str]:
    """What monitoring was told to be kept is counted; repeated, it counts once (Rule EVT-1)."""
    held: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in _of(facts, Event):
        for alert in event.alerts:
            held[event.contract, alert.alert].append(event)
        keys = {(event.contract, alert.alert) for alert in event.alerts}
        posted = {each for each in facts.posted if each[:2] in keys}
        if event.count > len(posted):
            yield f"{event.id} counts {event.count} of {len(posted)}"
    for contract, alert, occurrence in sorted(facts.taken):
        events = held[contract, alert]
        if not events:
            yield f"{occurrence} of {alert} was taken in, and no event of {contract} knows of it"
    taken = {each[0] for each in facts.taken}
    for contract in sorted(taken):
        mine = len({each for each in facts.taken if each[0] == contract})
        count = sum(event.count for event in _of(facts, Event) if event.contract == contract)
        if count < mine:
            yield f"{mine} were taken in of {contract}, and {count} are counted"


def an_event_is_in_an_incident_or_told(facts: Facts) -> Iterator[str]:
    """Of a known component it is in an incident that knows of all; else its room was told."""
    incidents = {(i.contract, i.id): i for i in _of(facts, Incident)}
    told = {
        (row.contract, row.subject)
        for row in facts.outgoing_messages
        if row.topic == EventsUnplaced.topic
    }
    for event in _of(facts, Event):
        key = event.contract, event.id
        if event.component is None:
            if key not in told:
                yield f"nobody was told of {key}, which is of no component"
            continue
        if event.count != event.told or event.clears != event.told_clears:
            yield f"the incident of {key} knows of {event.told} of {event.count}"
        incident = incidents.get((event.contract, event.incident or ""))
        if incident is None:
            yield f"{key} is in no incident: {event.incident}"
        elif event.id not in incident.events and event.state is not EventState.OVER:
            yield f"{incident.id} knows nothing of {key}"


def an_analysis_overdue_climbs(facts: Facts) -> Iterator[str]:
    """Whoever owes an analysis is reminded of it, from the second time on with the level above."""
    reminded: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for line in facts.lines:
        if line.action == "problem.reminded":
            reminded[line.contract, line.subject].append(line)
    for problem in _of(facts, Problem):
        if problem.state not in UNFIXED or problem.analysed_at or not problem.analysis_due:
            continue
        names = [timer.name for timer in problem.alarms.armed]
        if not any(name.startswith("problem/analysis/") for name in names):
            yield f"nothing reminds of the analysis of {problem.id}: {names}"
        contract = _contract(facts, problem.contract)
        every = (contract.problems or ProblemRules()).remind_every
        lines = [
            line
            for line in reminded[problem.contract, problem.id]
            if line.at >= problem.analysis_due and json.loads(line.facts).get("due")
        ]
        late = facts.now - problem.analysis_due
        if late > timedelta(minutes=1) and not lines:
            yield f"{problem.id} is overdue since {problem.analysis_due}, and nobody was reminded"
        if late > timedelta(seconds=2 * every.seconds + 60) and not any(
            _head(contract, person) for line in lines for person in json.loads(line.facts)["people"]
        ):
            yield f"{problem.id} is overdue since {problem.analysis_due}, and it does not climb"


def a_priority_is_decided_by_both(facts: Facts) -> Iterator[str]:
    """The priority of a problem is what both firms decided (Rule PRB-2)."""
    for problem in _of(facts, Problem):
        said = {firm: verdict.priority for firm, verdict in problem.verdicts.items()}
        both = said.get(PROVIDER) == said.get(CLIENT) == problem.priority
        if problem.priority is not None and not both:
            yield f"{problem.id} has priority {problem.priority}, and was decided {said}"
        contract = _contract(facts, problem.contract)
        for firm, verdict in problem.verdicts.items():
            if contract.knows(verdict.by) and contract.person(verdict.by).organisation != firm:
                yield f"{verdict.by} decided {problem.id} for the {firm}"


def a_problem_and_its_incidents_know_each_other(facts: Facts) -> Iterator[str]:
    """What is linked is linked both ways (Rule PRB-3)."""
    incidents = {
        ((i.contract, i.id), (i.contract, p)) for i in _of(facts, Incident) for p in i.problems
    }
    problems = {
        ((p.contract, i), (p.contract, p.id)) for p in _of(facts, Problem) for i in p.incidents
    }
    for incident, problem in sorted(incidents ^ problems):
        yield f"{incident} and {problem} do not know each other"


def a_change_and_what_it_caused_know_each_other(facts: Facts) -> Iterator[str]:
    """An incident that a change has caused is linked both ways (Rule CHG-4)."""
    incidents = {
        ((i.contract, i.id), (i.contract, c)) for i in _of(facts, Incident) for c in i.changes
    }
    changes = {
        ((c.contract, i), (c.contract, c.id)) for c in _of(facts, Change) for i in c.incidents
    }
    for incident, change in sorted(incidents ^ changes):
        yield f"{incident} and {change} do not know each other"


def no_change_begins_unapproved(facts: Facts) -> Iterator[str]:
    """What is carried out was approved by all who had to (Rules CHG-2 to CHG-5)."""
    for change in _of(facts, Change):
        refused = [need for need, said in change.approvals.items() if not said.yes]
        if change.started_at is not None and (change.missing or refused):
            yield f"{change.id} began without {[*change.missing, *refused]}"


def a_change_beyond_its_window_is_told(facts: Facts) -> Iterator[str]:
    """One that is not over in time is told, ever higher, until it is (Rule ESC-9)."""
    told = {(line.contract, line.subject) for line in facts.lines if line.action == OVERRUN}
    for change in _of(facts, Change):
        if change.state is not ChangeState.UNDERWAY or change.window is None:
            continue
        if not any(timer.name.startswith("change/over/") for timer in change.alarms.armed):
            yield f"nothing watches over the end of {change.id}"
        late = change.window.end < facts.now - timedelta(minutes=1)
        if late and (change.contract, change.id) not in told:
            yield f"{change.id} runs since {change.window.end}, and nobody was told"


def what_came_back_is_not_closed(facts: Facts) -> Iterator[str]:
    """A problem is closed once nothing has come back for as long as agreed (Rule PRB-3)."""
    for problem in _of(facts, Problem):
        if problem.state is not ProblemState.CLOSED:
            continue
        early = problem.closed_at and problem.watched_until
        if early and problem.closed_at < problem.watched_until:
            yield f"{problem.id} was closed before {problem.watched_until}"


def what_is_said_of_a_problem_stays_with_those_concerned(facts: Facts) -> Iterator[str]:
    """Nobody of the client reads of a problem who does not need to know (Rules PRB-1, CON-2).

    Of reasons and notes: the title is its incident's, the work-around and the fix are for all.
    """
    about = _said_of_problems(facts)
    problems = {(p.contract, p.id): p for p in _of(facts, Problem)}
    people = {
        facts.slack.accounts.get(person.email.casefold(), ""): (contract, person.id)
        for contract in facts.contracts
        for person in contract.people
        if person.organisation == CLIENT
    }
    for channel, message, mark in _marks(facts):
        if mark not in about:
            continue
        problem = problems[about[mark]]
        readers = [message.only_for] if message.only_for else channel.members
        for contract, person in (people[each] for each in readers if each in people):
            if contract.id == problem.contract and not seen_by(contract, person, problem):
                yield f"{person} reads in {channel.name} of {problem.id}: {message.text[:200]}"


def _said_of_problems(facts: Facts) -> dict[str, tuple[str, str]]:
    """The marks of what was written about problems alone: reasons and notes."""
    found: dict[str, tuple[str, str]] = {}
    for line in facts.lines:
        if line.action.startswith("problem."):
            given = json.loads(line.facts)
            for mark in MARK.findall(f"{given.get('reason')} {given.get('note')}"):
                found[mark] = line.contract, line.subject
    return found


def _marks(facts: Facts) -> Iterator[tuple[Any, Any, str]]:
    """What the bot has said that somebody wrote: where, in which message, and its mark."""
    for channel in facts.slack.channels.values():
        for message in channel.timeline:
            if message.user == facts.slack.bot:
                text = json.dumps([message.text, message.blocks], ensure_ascii=False)
                yield from ((channel, message, mark) for mark in set(MARK.findall(text)))


PROCESSES = (
    no_event_is_lost,
    an_event_is_in_an_incident_or_told,
    an_analysis_overdue_climbs,
    a_priority_is_decided_by_both,
    a_problem_and_its_incidents_know_each_other,
    what_came_back_is_not_closed,
    a_change_and_what_it_caused_know_each_other,
    no_change_begins_unapproved,
    a_change_beyond_its_window_is_told,
    what_is_said_of_a_problem_stays_with_those_concerned,
)


def _of(facts: Facts, kind: type[R]) -> list[R]:
    return [record for record in facts.records if isinstance(record, kind)]


def _contract(facts: Facts, contract_id: str) -> Contract:
    return next(each for each in facts.contracts if each.id == contract_id)


def _head(contract: Contract, person: str) -> bool:
    return contract.knows(person) and contract.level_of(person) > 1
