"""Gathering a report's facts from the records and the journal (Rule REP-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from escalation.base.evolve import replace
from escalation.base.journal import Entry
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.journal_actions.event import EventAction
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.journal_actions.problem import ProblemAction
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract
from escalation.duty.clock_accounts import accounts
from escalation.records.change import Change
from escalation.records.crisis import Crisis
from escalation.records.event import Event
from escalation.records.incident import Incident
from escalation.records.problem import UNTAKEN, Problem
from escalation.records.report_facts import (
    ActionFact,
    BriefingFact,
    CallFact,
    CellFacts,
    ChangeFact,
    DecisionFact,
    IncidentFacts,
    MemberFact,
    Moment,
    MonitoringFact,
    PauseFact,
    ProblemFact,
    ReportFacts,
    StretchFact,
    TargetFact,
)
from escalation.report.call_runs import summed


def gather(
    *,
    contract: Contract,
    authors: Iterable[str],
    approved_by: str | None,
    recipients: Iterable[str],
    incident: Incident | None,
    crises: Sequence[Crisis],
    timeline: Iterable[Entry],
    now: datetime,
    events: Sequence[Event] = (),
    problems: Iterable[Problem] = (),
    changes: Iterable[Change] = (),
    about: Incident | None = None,
) -> ReportFacts:
    """The facts as they stand now. `timeline` holds the journal of the incident and its crises."""
    lines = sorted(timeline, key=lambda line: line.at)
    return ReportFacts(
        contract=contract.name,
        reference=contract.reference,
        title=contract.report.title,
        provider=contract.provider.name,
        client=contract.client.name,
        owner=", ".join(name(contract, each) for each in authors),
        approved_by=name(contract, approved_by),
        recipients=tuple(
            f"{name(contract, p)} ({firm(contract, contract.person(p).organisation)})"
            for p in recipients
        ),
        incident=_incident(contract, incident, now) if incident else None,
        targets=_targets(contract, incident, now) if incident else (),
        pauses=_pauses(contract, incident) if incident else (),
        calls=_calls(contract, lines),
        cells=tuple(_cell(contract, crisis, about) for crisis in crises),
        moments=moments_of(contract, lines),
        monitoring=_monitoring(events) if events else None,
        problems=tuple(_problem(each) for each in problems if each.state not in UNTAKEN),
        changes=tuple(_change(each) for each in changes),
    )


def name(contract: Contract, person: str | None) -> str:
    """A person's name; the id of somebody the contract does not name (Escalade itself)."""
    if person is None:
        return ""
    return contract.name_of(person)


def _firm_of(contract: Contract, person: str) -> str:
    known = contract.recalled(person)
    return known.organisation if known else ""


def firm(contract: Contract, organisation: str) -> str:
    """A firm's name; what was written, for one the contract does not name."""
    known = {PROVIDER, CLIENT} | {supplier.id for supplier in contract.suppliers}
    return contract.party_name(organisation) if organisation in known else organisation


# ── the incident ─────────────────────────────────────────────────────────────────────────────


def _incident(contract: Contract, incident: Incident, now: datetime) -> IncidentFacts:
    component = next((c for c in contract.components if c.id == incident.component), None)
    priority = incident.priority
    return IncidentFacts(
        id=incident.id,
        title=incident.title,
        description=incident.description,
        component=component.name if component else incident.component or "",
        site=next((s.name for s in contract.sites if s.id == incident.site), incident.site or ""),
        criticality=(component and component.criticality) or "",
        origin=incident.origin.value,
        ticket=incident.ticket,
        requester=name(contract, incident.requester),
        assignee=name(contract, incident.assignee),
        priority=incident.level,
        row=priority.row if priority else "",
        column=priority.column if priority else "",
        reason=priority.reason if priority else "",
        set_by=name(contract, priority.set_by) if priority and priority.set_by else "",
        opened_at=incident.opened_at,
        acknowledged_at=incident.acknowledged_at,
        resolved_at=incident.resolved_at,
        verified_at=incident.verified_at,
        closed_at=incident.closed_at,
        open_for=incident.open_for(now),
        reopened=incident.reopened,
        cause_gone=incident.cause_gone,
    )


def _monitoring(events: Sequence[Event]) -> MonitoringFact:
    return MonitoringFact(
        events=sum(event.count for event in events),
        first_at=min(event.first_at for event in events),
        last_at=max(event.last_at for event in events),
    )


def _problem(problem: Problem) -> ProblemFact:
    return ProblemFact(
        id=problem.id,
        title=problem.title,
        state=problem.state.value,
        cause=problem.cause,
        workaround=problem.workaround,
        fix=problem.fix.change if problem.fix else "",
    )


def _change(change: Change) -> ChangeFact:
    return ChangeFact(
        id=change.id,
        title=change.title,
        began=change.started_at,
        result=change.result.value if change.result else "",
    )


def _targets(contract: Contract, incident: Incident, now: datetime) -> tuple[TargetFact, ...]:
    if incident.priority is None:
        return ()
    return tuple(
        TargetFact(
            name=account.which,
            allowed=account.allowed,
            taken=account.counted if account.done else None,
            clock=account.clock,
            due=account.due,
            missed=account.missed,
            line=account.line,
            stretches=tuple(
                StretchFact(
                    start=each.start,
                    end=each.end,
                    counted=each.counted,
                    outside=each.outside,
                    stopped_by=name(contract, each.pause.by) if each.pause else "",
                )
                for each in account.stretches
            ),
        )
        for account in accounts(contract, incident, now)
    )


def _pauses(contract: Contract, incident: Incident) -> tuple[PauseFact, ...]:
    return tuple(
        PauseFact(
            since=pause.since,
            until=pause.until,
            waiting_for=firm(contract, pause.waiting_for),
            reason=pause.reason,
            by=name(contract, pause.by),
        )
        for pause in incident.pauses
    )


# ── who was reached ──────────────────────────────────────────────────────────────────────────


def _calls(contract: Contract, lines: Sequence[Entry]) -> tuple[CallFact, ...]:
    """The calls in order; an acknowledgement goes to that person's last call on that ladder.

    Who takes the incident has answered, though another echelon was called by then (ESC-5, CON-1).
    What counts as theirs again, in a ladder called anew, leaves the time of their answer.
    """
    calls: list[CallFact] = []
    last: dict[tuple[str, str, int], int] = {}  # where each one's last call stands
    latest: dict[str, int] = {}  # the same, of all ladders and echelons
    for line in lines:
        taker = latest.get(name(contract, line.actor))
        if line.action == IncidentAction.TAKEN and taker is not None:
            if calls[taker].acknowledged_at is None:
                calls[taker] = replace(calls[taker], acknowledged_at=line.at)
            continue
        if line.action not in {LadderAction.PINGED, LadderAction.ACKNOWLEDGED}:
            continue
        call = _call(contract, line)
        key = (call.person, call.ladder, call.level)
        if line.action == LadderAction.ACKNOWLEDGED:
            if key in last:
                if calls[last[key]].acknowledged_at is None or not line.facts.get("why"):
                    calls[last[key]] = replace(calls[last[key]], acknowledged_at=line.at)
                continue
            call = replace(call, number=0, acknowledged_at=line.at)  # before being called
        last[key] = latest[call.person] = len(calls)
        calls.append(call)
    return summed(calls)


def _call(contract: Contract, line: Entry) -> CallFact:
    person, level, number = (line.facts.get(key) for key in ("person", "level", "number"))
    side = line.facts.get("side")
    if not isinstance(side, str):
        side = _firm_of(contract, str(person))
    level = level if isinstance(level, int) else 0
    return CallFact(
        at=line.at,
        person=name(contract, str(person)),
        firm=firm(contract, side),
        level=level,
        echelon=next((e.name for e in contract.echelons if e.level == level), ""),
        ladder=_ladder(contract, line),
        number=number if isinstance(number, int) else 1,
        covers_for=name(contract, str(line.facts.get("covers_for") or "")),
    )


def _ladder(contract: Contract, line: Entry) -> str:
    ladder_id = str(line.facts.get("ladder", ""))
    towards = next((x.towards for x in contract.ladders if x.id == ladder_id), ladder_id)
    return firm(contract, towards)


# ── crises ───────────────────────────────────────────────────────────────────────────────────


def _cell(contract: Contract, crisis: Crisis, about: Incident | None) -> CellFacts:
    def names(by_side: dict[str, str]) -> tuple[str, ...]:
        return tuple(name(contract, by_side[side]) for side in sorted(by_side, reverse=True))

    return CellFacts(
        id=crisis.id,
        about=about.id if about else "",
        about_state=about.state.value if about else "",
        reason=crisis.reason,
        asked_by=name(contract, crisis.asked_by),
        asked_at=crisis.asked_at,
        opened_at=crisis.opened_at,
        closed_at=crisis.closed_at,
        initiators=names(crisis.initiators),
        leads=names(crisis.leads),
        members=tuple(
            MemberFact(
                person=name(contract, member.person),
                firm=firm(contract, _firm_of(contract, member.person)),
                mandated=member.mandated,
                presence=crisis.presence(member),
                joined_at=member.joined_at,
                delegate=name(contract, member.delegate),
                represents=tuple(
                    name(contract, m.person) for m in crisis.members if m.delegate == member.person
                ),
            )
            for member in crisis.members
        ),
        decisions=tuple(
            DecisionFact(at=r.at, by=name(contract, r.by), text=r.text) for r in crisis.resolutions
        ),
        actions=tuple(
            ActionFact(
                number=a.number,
                text=a.text,
                owner=name(contract, a.owner),
                due=a.due,
                done_at=a.done_at,
                cancelled_at=a.cancelled_at,
                cancelled_for=a.cancelled_for,
            )
            for a in crisis.actions
        ),
        briefings=tuple(
            BriefingFact(
                at=b.at, by=name(contract, b.by), firm=firm(contract, b.side), audience=b.audience
            )
            for b in crisis.briefings
        ),
    )


# ── the timeline ─────────────────────────────────────────────────────────────────────────────

# How the form tells of a closing without the requester's word: no action of the journal.
CLOSED_UNVERIFIED = "incident.closed_unverified"
TAKEN_WITH_CALL = "incident.taken_with_call"
# … nor what was said of the cause (Rule INC-11).
RESOLVED_UNKNOWN = "incident.resolved_unknown"
CAUSE_GONE, CAUSE_REMAINS = "incident.cause_gone", "incident.cause_remains"
CAUSE_UNKNOWN = "incident.cause_unknown"
_CAUSE = {True: CAUSE_GONE, False: CAUSE_REMAINS}
_TAKING = {IncidentAction.TAKEN, IncidentAction.ACKNOWLEDGED, LadderAction.ACKNOWLEDGED}

# What the form tells, and the fact of a line that says more. Notes and what each firm told its
# own people stay out: the report goes to both firms (Rule CON-2). Calls stand apart, in `calls`.
TOLD: dict[str, str] = {
    IncidentAction.OPENED: "",
    IncidentAction.QUALIFIED: "priority",
    IncidentAction.PRIORITY_CHANGED: "priority",
    IncidentAction.TAKEN: "",
    IncidentAction.ASSIGNED: "",
    IncidentAction.ACKNOWLEDGED: "",
    IncidentAction.SITE_NAMED: "site",
    IncidentAction.PAUSED: "reason",
    IncidentAction.RESUMED: "",
    IncidentAction.TARGET_MISSED: "target",
    IncidentAction.RESOLVED: "",
    IncidentAction.VERIFIED: "",
    IncidentAction.REOPENED: "reason",
    IncidentAction.CLOSED: "",
    CLOSED_UNVERIFIED: "",
    TAKEN_WITH_CALL: "",
    IncidentAction.CANCELLED: "reason",
    IncidentAction.MERGED: "into",
    IncidentAction.DUPLICATE_MERGED: "duplicate",
    IncidentAction.CAUSE_SAID: "",
    IncidentAction.CAUSE_CONFIRMED: "",
    RESOLVED_UNKNOWN: "",
    CAUSE_GONE: "cause",
    CAUSE_REMAINS: "cause",
    CAUSE_UNKNOWN: "cause",
    IncidentAction.UNDONE: "reason",
    IncidentAction.LOWERING_PROPOSED: "reason",
    IncidentAction.LOWERING_DECLINED: "reason",
    IncidentAction.LOWERING_LAPSED: "priority",
    IncidentAction.NOT_QUALIFIED: "",
    IncidentAction.ON_CALL_TOLD: "",
    IncidentAction.WAITED_TOO_LONG: "waiting_for",
    IncidentAction.GROUP_INFORMED: "group",
    IncidentAction.DELAY_TOLD: "reason",
    IncidentAction.LIST_NOTIFIED: "people",
    EventAction.COUNTED: "times",
    EventAction.CLEARED: "",
    EventAction.HELD: "change",
    LadderAction.HANDED_OVER: "ladder",
    LadderAction.ADDED: "ladder",
    LadderAction.SNOOZED: "ladder",
    LadderAction.STARTED: "ladder",
    LadderAction.ON_COVER: "covers_for",
    LadderAction.CLIMBED: "ladder",
    LadderAction.STEPPED_DOWN: "ladder",
    LadderAction.CALLED_ANEW: "ladder",
    LadderAction.SIDE_SETTLED: "",
    LadderAction.ACKNOWLEDGED: "ladder",
    LadderAction.SETTLED: "ladder",
    CrisisAction.ASKED: "reason",
    CrisisAction.REFUSED: "reason",
    CrisisAction.OPENED: "",
    CrisisAction.CLOSED: "",
}


# What people read of an incident: also the notes, and what it was linked to (Rule INC-10).
READ: dict[str, str] = TOLD | {
    IncidentAction.NOTED: "text",
    IncidentAction.RESUMED: "note",
    ProblemAction.LINKED: "problem",
    ProblemAction.UNLINKED: "problem",
    ChangeAction.CAUSED: "change",
    ChangeAction.NOT_CAUSED: "change",
}


def is_told(line: Entry, told: Mapping[str, str] = TOLD) -> bool:
    """Tell whether a line is told; a copy is the incident's, of one of a crisis's own."""
    copied = line.action.startswith("crisis.") and "crisis" in line.facts
    return line.action in told and not copied


def moments_of(
    contract: Contract, lines: Iterable[Entry], told: Mapping[str, str] = TOLD
) -> tuple[Moment, ...]:
    """List what is told of these lines, in their order: what the form tells, unless said here."""
    moments: list[Moment] = []
    for line in lines:
        if not is_told(line, told):
            continue
        action = _told_as(line)
        person = line.facts.get("person") or line.facts.get("to")
        awaited = line.facts.get("waiting_for") if action == IncidentAction.PAUSED else None
        level = line.facts.get("level")
        moments.append(
            Moment(
                at=line.at,
                subject=line.subject,
                action=action,
                actor="" if line.actor == ESCALADE else name(contract, line.actor),
                person=name(contract, person) if isinstance(person, str) else "",
                awaited=firm(contract, str(awaited)) if awaited else "",
                level=level if isinstance(level, int) else None,
                text=_more(contract, line, told[action]),
            )
        )
    return tuple(_one_act(moments))


def _told_as(line: Entry) -> str:
    """Name a line as the form does: by its action, or by what it meant."""
    gone = line.facts.get("cause_gone")
    match line.action:
        case IncidentAction.CLOSED if line.facts.get("closed_unverified"):
            return CLOSED_UNVERIFIED
        case IncidentAction.RESOLVED if gone is None:
            return RESOLVED_UNKNOWN
        case IncidentAction.CAUSE_SAID | IncidentAction.CAUSE_CONFIRMED:
            return CAUSE_UNKNOWN if gone is None else _CAUSE[bool(gone)]
    return line.action


def _one_act(moments: Iterable[Moment]) -> Iterator[Moment]:
    """The moments, of which taking an incident and its call by one click is one (INC-10)."""
    for (*_, taking), together in groupby(
        moments, lambda m: (m.at, m.subject, m.actor, m.action in _TAKING)
    ):
        lines = list(together)
        calls = [each for each in lines if each.action == LadderAction.ACKNOWLEDGED]
        if not taking or len(lines) == 1 or lines == calls:
            yield from lines
        elif calls:
            yield replace(calls[0], action=TAKEN_WITH_CALL)
            yield from calls[1:]
        else:
            yield replace(lines[0], action=IncidentAction.TAKEN)


def _more(contract: Contract, line: Entry, fact: str) -> str:
    """Say what a line says besides, by the names of the contract."""
    value = line.facts.get(fact)
    if fact == "ladder":
        return _ladder(contract, line)
    if isinstance(value, list):
        return ", ".join(name(contract, str(each)) for each in value)
    if fact == "group":
        return next((group.name for group in contract.groups if group.id == value), str(value))
    if fact == "waiting_for":
        return firm(contract, str(value))
    return "" if value is None else str(value)
