"""The meetings of practices: what follows in another practice's record once a step is done.

They know nothing of each other; what one's step means to another is written here, and only here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as plainly
from typing import Any

from escalation.base.evolve import replace
from escalation.base.journal import Entry
from escalation.base.journal_actions.event import EventAction
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import BadValue
from escalation.base.timer_names.event import EventsHeld
from escalation.base.timer_names.timer_name import Timer, TimerName
from escalation.change import turns as change_turns
from escalation.contract import PROVIDER
from escalation.crisis import its_incident, request
from escalation.decision.commands.change import EndChange
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import (
    AcceptCrisis,
    AskCrisis,
    CloseCrisis,
    ConfirmLead,
    OfferLead,
    RefuseCrisis,
    RoomOpened,
    RoomRefused,
)
from escalation.decision.commands.event import PlaceEvents, TakeEvents
from escalation.decision.commands.incident import AskReport, MergeIncident, OpenIncident
from escalation.decision.commands.ladder import AcknowledgePing
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.incident import life, opening, qualifying, targets
from escalation.ladder import merging, taking
from escalation.messages.incident import ProblemProposed
from escalation.people import audience
from escalation.people.cards import update_card
from escalation.perform import cell_hearing, hearing, maintenance, report_owed, watching
from escalation.perform.practice import Reads, Rule
from escalation.perform.practices import changes, problems, reports
from escalation.perform.practices.crises import incident_of
from escalation.perform.practices.events import ask_whether_resolved, incident_of_events
from escalation.perform.questions import answers_follow
from escalation.records.change import Change
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.event import Event, EventState
from escalation.records.incident import REPAIRED, Incident, IncidentState, Origin
from escalation.records.kinds import CHANGE, CRISIS, EVENT, INCIDENT, Record
from escalation.records.problem import Problem


def _acknowledged(context: Context, incident: Incident, _: AcknowledgePing) -> Incident:
    """Give the incident to who takes the point for the provider, if it is free (INC-9, ESC-5).

    Where its assignee has handed the point over, whoever takes it has the incident too (ESC-6).
    """
    if context.contract.person(context.actor).organisation != PROVIDER:
        return incident
    if incident.state in life.UNDER_WAY:
        if incident.assignee is None:
            return life.take(context, incident)
        if _handed_over(incident, context.actor):
            return life.take(context, replace(incident, state=IncidentState.ASSIGNED))
    return targets.acknowledged(context, incident)


def _handed_over(incident: Incident, to: str) -> bool:
    """Tell whether who is assigned has handed their point over, at last to this person."""
    of_sides = (side.handed for each in incident.walks for side in each.sides)
    return any(
        handed and handed[-1].to == to and incident.assignee in {each.by for each in handed}
        for handed in of_sides
    )


def follow(tx: Transaction, context: Context, before: Record | None, after: Record) -> Record:
    """Do what follows of what became of a record, by whatever step; give the next record."""
    _cells_follow(tx, context, before, after)
    cell_hearing.cell_follows(tx, context, before, after)
    after = _leads_follow(tx, context, before, after)
    answers_follow(context, before, after)
    _events_follow(tx, before, after)
    _changes_follow(tx, context, before, after)
    _fixes_follow(tx, context, before, after)
    _fixing_changes_follow(tx, context, before, after)
    _reports_state(tx, context, before, after)
    after = _problems_follow(tx, context, before, after)
    return report_owed.follow(tx, context, before, after)


def _changes_follow(
    tx: Transaction, context: Context, before: Record | None, after: Record
) -> None:
    """Name what has caused a duplicate on its original, until the merge is undone (INC-X)."""
    if not isinstance(before, Incident) or not isinstance(after, Incident) or not after.changes:
        return
    if after.merged_into and not before.merged_into:
        changes.pass_on(tx, context, after, after.merged_into)
    for entry in [e for e in context.decision.entries if e.subject == after.id]:
        if entry.action == IncidentAction.UNDONE and (left := entry.facts.get("original")):
            changes.take_back(tx, context, after, str(left), str(entry.facts["reason"]))


def _fixes_follow(tx: Transaction, context: Context, before: Record | None, after: Record) -> None:
    """Carry what becomes of a change over to the problems that it is to fix (Rule PRB-3)."""
    if not isinstance(after, Change):
        return
    known = before if isinstance(before, Change) and before.id == after.id else None
    if known is None or (known.state, known.window) != (after.state, after.window):
        problems.change_moved(tx, context, known, after)


def _fixing_changes_follow(
    tx: Transaction, context: Context, before: Record | None, after: Record
) -> None:
    """The cards of a change say which problem it is to fix, by whatever step (PRB-3)."""
    if not isinstance(before, Problem) or not isinstance(after, Problem):
        return
    if before.expected == after.expected:
        return
    for fix in filter(None, (before.expected, after.expected)):
        change = tx.get(CHANGE, after.contract, fix.change)
        theirs = plainly(context, contract=contract_of(tx, change))
        tx.put(change_turns.update_cards(theirs, change))


def _reports_state(tx: Transaction, context: Context, before: Record | None, after: Record) -> None:
    """A report that waits for approval states what is known of problems and changes (REP-3)."""
    if not isinstance(after, Problem | Change):
        return
    left = before.incidents if isinstance(before, Problem | Change) else ()
    for number in dict.fromkeys((*left, *after.incidents)):
        if report := tx.get(INCIDENT, after.contract, number).report:
            reports.update(tx, context, report)


def _cell_asked(tx: Transaction, context: Context, crisis: Crisis, _: Any) -> Crisis:
    """The incident knows its cell; asking the client's counterpart is telling the client."""
    incident = incident_of(tx, crisis)
    if incident is not None:
        incident = replace(incident, crises=(*incident.crises, crisis.id))
        if context.contract.person(context.actor).organisation == PROVIDER:
            incident = audience.inform_client(context, incident, "crisis")
        tx.put(update_card(context, incident))
    return crisis


def _cell_led(tx: Transaction, context: Context, crisis: Crisis, _: Any) -> Crisis:
    """Stop the incident's ladders from calling who leads the cell (Rule ESC-X)."""
    if (incident := incident_of(tx, crisis)) is not None:
        tx.put(_led(tx, context, incident, crisis))
    return crisis


def _led(
    tx: Transaction, context: Context, incident: Incident, cell: Crisis | None = None
) -> Incident:
    """The incident, whose ladders leave alone who leads a cell about it; `cell` is unsaved yet."""
    cells = (
        cell if cell and cell.id == c else tx.get(CRISIS, incident.contract, c)
        for c in incident.crises
    )
    leads = tuple(
        dict.fromkeys(
            lead
            for each in cells
            if each.state is CrisisState.OPEN and each.exercise == incident.exercise
            if each.incident == incident.id
            for lead in each.leads.values()
        )
    )
    if incident.cell_leads == leads:
        return incident
    return taking.led(plainly(context, contract=contract_of(tx, incident)), incident, leads)


def _leads_follow(
    tx: Transaction, context: Context, before: Record | None, after: Record
) -> Record:
    """Let who leads a duplicate's cell lead its original's, until the merge is undone (INC-X)."""
    if not isinstance(before, Incident) or not isinstance(after, Incident):
        return after
    if before.merged_into == after.merged_into:
        return after
    for original in filter(None, (before.merged_into, after.merged_into)):
        known = tx.get(INCIDENT, after.contract, original)
        incident = _led(tx, context, known)
        if original == before.merged_into:
            own = plainly(context, contract=contract_of(tx, incident))
            incident = merging.parted(own, incident, {*known.cell_leads} - {*incident.cell_leads})
        tx.put(incident)
    return after if after.merged_into else _led(tx, context, after)


def _cell_answered(tx: Transaction, context: Context, crisis: Crisis, _: Any) -> Crisis:
    """The incident's card says how its cell stands, and its ladders leave the leads alone."""
    crisis = _cell_led(tx, context, crisis, _)
    if (incident := incident_of(tx, crisis)) is not None:
        update_card(context, incident)
        crisis = _one_meets(tx, context, incident, crisis)
    return crisis


def _report_on_crisis(tx: Transaction, context: Context, crisis: Crisis, _: Any) -> Crisis:
    """The report of a cell that met is drafted at its closing (Rules CRI-9, CRI-11)."""
    if crisis.state is CrisisState.CLOSED and crisis.opened_at is not None:
        crisis = replace(crisis, report=reports.draft_for_crisis(tx, context, crisis).id)
    return _cell_answered(tx, context, crisis, _)


def _cells_follow(tx: Transaction, context: Context, before: Record | None, after: Record) -> None:
    """The cells about an incident see what becomes of it, by whatever step (CRI-4, INC-8).

    Those of a duplicate are about its original, for as long as it is merged into that.
    """
    if not isinstance(before, Incident) or not isinstance(after, Incident):
        return
    home = (after.merged_into if after.state is IncidentState.MERGED else None) or after.id
    for cell in (tx.get(CRISIS, after.contract, each) for each in after.crises):
        if cell.state in CRISIS.over:
            continue
        if cell.incident == home == after.id:
            followed = its_incident.follow(context, cell, before, after)
            answers_follow(context, cell, followed)
            tx.put(followed)
        elif cell.incident != home and cell.incident in {after.id, before.merged_into}:
            tx.put(_moved(tx, context, cell, after if home == after.id else None, home))


def _problems_follow(
    tx: Transaction, context: Context, before: Record | None, after: Record
) -> Record:
    """See whether what becomes of an incident begins a problem, or shows that one came back.

    A cause that is not gone is proposed as one (INC-11), and so is what recurs (PRB-1); without
    problem management, and in an exercise, the problem managers are only told. By whatever step.
    """
    if not isinstance(after, Incident):
        return after
    for entry in [e for e in context.decision.entries if e.subject == after.id]:
        if entry.action == IncidentAction.PROBLEM_PROPOSED:
            after = _cause_remains(tx, context, after, entry)
        elif entry.action == IncidentAction.UNDONE and (left := entry.facts.get("original")):
            problems.take_back(tx, context, after, str(left), str(entry.facts["reason"]))
    if not isinstance(before, Incident):
        watching.watch(tx, _in_force(tx, context), after)
        return after
    if before.cause_gone is False and after.cause_gone:
        watching.cause_gone(tx, context, after)
    merged = after.state is IncidentState.MERGED and before.state is not IncidentState.MERGED
    if merged and after.merged_into and after.problems:
        problems.pass_on(tx, context, after, after.merged_into)
    if before.resolved_at is None and after.resolved_at is not None:
        after = problems.propose_recurring(tx, _in_force(tx, context), after)
    if after.reopened > before.reopened:
        problems.came_back(tx, context, after)
    return after


def _cause_remains(tx: Transaction, context: Context, incident: Incident, entry: Entry) -> Incident:
    """Propose a problem; without problem management, tell the problem managers (INC-11)."""
    now = _in_force(tx, context)
    if now.contract.problems is not None and not incident.exercise:
        return problems.propose_from(tx, now, incident)
    if isinstance(people := entry.facts.get("people"), list):
        audience.notify(context, incident, ProblemProposed(by=context.actor), people)
    return incident


def _in_force(tx: Transaction, context: Context) -> Context:
    """The context under the contract now in force: what begins now runs under that."""
    return replace(context, contract=tx.contract(context.contract.id))


def _moved(
    tx: Transaction, context: Context, cell: Crisis, incident: Incident | None, home: str
) -> Crisis:
    """The cell, which is about another incident from now on; both know it."""
    if incident is not None:
        left = tx.get(INCIDENT, cell.contract, cell.incident or "")
        tx.put(replace(left, crises=tuple(each for each in left.crises if each != cell.id)))
    else:
        incident = tx.get(INCIDENT, cell.contract, home)
        incident = replace(incident, crises=(*incident.crises, cell.id))
        tx.put(incident)
    cell = its_incident.move(context, cell, incident)
    asked, cell = cell, _one_meets(tx, context, incident, cell)
    if cell is asked:
        cell_hearing.tell(context, cell, incident)
    return cell


def _one_meets(tx: Transaction, context: Context, incident: Incident, cell: Crisis) -> Crisis:
    """Let what is asked for lapse once another cell meets about the incident (CRI-2, INC-X).

    `cell` is unsaved yet, and comes back as it is by now.
    """
    saved = (tx.get(CRISIS, incident.contract, each) for each in incident.crises)
    others = [
        each
        for each in saved
        if each.id != cell.id and each.incident == incident.id and each.exercise == cell.exercise
    ]
    if cell.state is CrisisState.OPEN:
        for each in others:
            if each.state is CrisisState.ASKED:
                tx.put(request.lapse(context, each, instead=cell.id))
    elif cell.state is CrisisState.ASKED:
        meets = next((each.id for each in others if each.state is CrisisState.OPEN), None)
        return request.lapse(context, cell, instead=meets) if meets else cell
    return cell


# ── events of monitoring ─────────────────────────────────────────────────────────────────────


def _incidents_of_events(
    tx: Transaction, context: Context, event: Event, _: TakeEvents | PlaceEvents
) -> Event:
    """Make an incident of what monitoring says, or tell the one that it is about (EVT-1)."""
    tx.put(event)
    for each in tx.list(EVENT, event.contract):
        if each.component is not None and each.news:
            tx.put(_told(tx, context, each))
    return tx.get(EVENT, event.contract, event.id)


def _told(tx: Transaction, context: Context, event: Event) -> Event:
    """The events, whose incident knows of them; clearing is noted, and never closes."""
    incident = incident_of_events(tx, event)
    news = event.count != event.told
    if (incident is None or incident.state in REPAIRED) and (news or event.held_by):
        change = maintenance.covering(tx, event.contract, event.component, context.now)
        if change is not None:
            return maintenance.hold(tx, context, event, change)
    if incident is None and news:
        incident = _opened_by_events(tx, context, event)
        event = replace(event, incident=incident.id, first_at=context.now)
    elif incident is not None:
        before, theirs = incident, replace(context, contract=contract_of(tx, incident))
        if event.count != event.told:
            incident = _seen_again(theirs, incident, event)
        if _said(event.told_clears, event.clears):
            theirs.record(incident.id, EventAction.CLEARED, source=event.source, times=event.clears)
        hearing.spread(tx, theirs, incident)
        _cells_follow(tx, theirs, before, incident)
        answers_follow(theirs, before, incident)
        _problems_follow(tx, theirs, before, incident)
        tx.put(update_card(theirs, incident))
        if event.clears == 1 > event.told_clears:
            ask_whether_resolved(tx, theirs, event)
    if incident is not None and news:  # nothing holds it back any more
        event = replace(event, held_by=None, alarms=event.alarms.clear(EventsHeld()))
    if incident is None and event.state is EventState.CLEARED:
        event = replace(event, state=EventState.OVER, alarms=event.alarms.clear_all())
    return replace(event, told=event.count, told_clears=event.clears, told_severity=event.severity)


def _let_go(tx: Transaction, context: Context, event: Event, _: Timer[EventsHeld]) -> Event:
    """Make an incident of what lasts once the window that held it back is over (EVT-1)."""
    return _told(tx, context, event)


def _window_ended(tx: Transaction, context: Context, change: Change, _: EndChange) -> Change:
    """Let go what a change has held back (EVT-1)."""
    maintenance.ended(tx, context, change)
    return change


def _opened_by_events(tx: Transaction, context: Context, event: Event) -> Incident:
    command = OpenIncident(
        contract=event.contract, by=context.actor, source=context.source, title=event.title,
        description=event.text, component=event.component, site=event.site,
        severity=_severity(context, event), origin=Origin.MONITORING,
    )  # fmt: skip
    incident = opening.open_incident(context, tx.next_id(event.contract, INCIDENT.prefix), command)
    if event.held_by:
        context.record(incident.id, EventAction.HELD, change=event.held_by)
    hearing.spread(tx, context, incident)
    incident = replace(incident, events=(event.id,))
    tx.put(incident)
    watching.watch(tx, context, incident)
    return incident


def _severity(context: Context, event: Event) -> int | None:
    """The severity, where the contract's scheme knows of any (Rule INC-3)."""
    return event.severity if context.contract.priorities.scheme == "criticality" else None


def _seen_again(context: Context, incident: Incident, event: Event) -> Incident:
    """It comes again: counted, a line now and then, raised where it is graver than was known."""
    if _said(event.told, event.count):
        context.record(
            incident.id, EventAction.COUNTED, source=event.source, times=event.count,
            title=event.title,
        )  # fmt: skip
    if incident.state in REPAIRED:
        incident = life.reopen(context, incident, event.title)
    severity = _severity(context, event)
    if severity is None or severity >= (incident.severity or severity + 1):
        return incident
    if event.told_severity is not None and severity >= event.told_severity:
        return incident  # what was lowered since, people have judged
    graver, before = replace(incident, severity=severity), incident.priority
    try:
        found = qualifying.assess(context.contract, graver)
    except BadValue:  # as of a ticket without a component, into which it was merged
        return incident
    if before is not None and found.level >= before.level:
        return incident
    return qualifying.put(context, graver, found, before=before)


def _said(told: int, count: int) -> bool:
    """Tell whether a count is worth a line of the timeline: the first, then ten times as many."""
    return told < count and (told <= 1 or len(str(told)) < len(str(count)))


def _events_follow(tx: Transaction, before: Record | None, after: Record) -> None:
    """Events follow their incident: over with it, unless something lasts; into its original."""
    if not isinstance(before, Incident) or not isinstance(after, Incident):
        return
    home = (after.merged_into if after.state is IncidentState.MERGED else None) or after.id
    for event in (tx.get(EVENT, after.contract, each) for each in after.events):
        state = event.state
        if home == after.id and state is not EventState.FIRING:
            state = EventState.OVER if after.state in INCIDENT.over else EventState.CLEARED
        moved = replace(event, incident=home, state=state)
        if event.incident not in {after.id, before.merged_into, home}:
            continue
        if moved != event:
            tx.put(moved)
        if home != after.id and before.merged_into is None:
            original = tx.get(INCIDENT, after.contract, home)
            tx.put(replace(original, events=(*original.events, event.id)))
        elif before.merged_into not in {None, after.merged_into}:
            left = tx.get(INCIDENT, after.contract, before.merged_into or "")
            tx.put(replace(left, events=tuple(e for e in left.events if e != event.id)))


MEETINGS: Mapping[type[Command | TimerName], Rule] = {
    AcknowledgePing: _acknowledged,
    AskReport: Reads(report_owed.asked),
    TakeEvents: Reads(_incidents_of_events),
    PlaceEvents: Reads(_incidents_of_events),
    EndChange: Reads(_window_ended),
    EventsHeld: Reads(_let_go),
    MergeIncident: Reads(report_owed.passes_on),
    AskCrisis: Reads(_cell_asked),
    AcceptCrisis: Reads(_cell_answered),
    RefuseCrisis: Reads(_cell_answered),
    OfferLead: Reads(_cell_led),
    ConfirmLead: Reads(_cell_led),
    CloseCrisis: Reads(_report_on_crisis),
    RoomOpened: Reads(_cell_answered),
    RoomRefused: Reads(_cell_answered),
}
