"""The incident's card: where everyone who is not pinged looks (one card, updated in place)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from escalation.base.timer_names.incident import (
    CauseDue,
    CloseByItself,
    CloseReminder,
    KeepInformed,
    LoweringAwaited,
    OnCallDue,
    QualifyBy,
    TargetMark,
    WaitEnd,
    WaitReminder,
)
from escalation.base.timer_names.ladder import LadderTimer, NextCall, SettleBy, SnoozeOver
from escalation.base.timer_names.timer_name import TimerName
from escalation.contract import PROVIDER, Contract
from escalation.crisis.plausible import plausible
from escalation.crisis.sides import lead_beside
from escalation.decision.commands.change import LinkCausedIncident
from escalation.decision.commands.command import Command
from escalation.decision.commands.crisis import AskCrisis
from escalation.decision.commands.incident import (
    AddNote,
    AgreeLowering,
    AskReport,
    CloseIncident,
    ConfirmCause,
    MergeIncident,
    ReopenIncident,
    ResolveIncident,
    ResumeWork,
    SetPriority,
    SetSite,
    TakeIncident,
    UndoEnding,
    VerifyIncident,
    WaitFor,
)
from escalation.decision.commands.ladder import EscalateUp
from escalation.decision.commands.problem import LinkIncident
from escalation.duty.calendars import Calendar
from escalation.incident.ending import UNTIMELY
from escalation.incident.targets import BREACH
from escalation.people.rights import visible
from escalation.perform import rights
from escalation.records.crisis import Crisis, CrisisState
from escalation.records.escalation import Escalation, SideCalls
from escalation.records.incident import REPAIRED, Incident, IncidentState, Origin, Priority
from escalation.records.kinds import INCIDENT
from escalation.records.problem import Problem
from handlers.event.surroundings import (
    NOTHING,
    Surroundings,
    blame_buttons,
    surrounding_lines,
)
from handlers.incident.parts.away import away_lines
from handlers.incident.parts.known_errors import link_buttons, workaround_lines
from handlers.incident.parts.row import dues, group_lines
from handlers.incident.parts.site import contact_words, site_words
from handlers.verbs.offers import Offer, ask_for_change
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.shared.priorities import read_at
from handlers.words.texts import Texts, msg

STATES = {
    IncidentState.OPENED: msg("opened"),
    IncidentState.QUALIFIED: msg("qualified"),
    IncidentState.ASSIGNED: msg("assigned"),
    IncidentState.IN_PROGRESS: msg("in progress"),
    IncidentState.RESOLVED: msg("resolved, to be verified"),
    IncidentState.VERIFIED: msg("verified by the requester"),
    IncidentState.CLOSED: msg("closed"),
    IncidentState.CANCELLED: msg("cancelled"),
    IncidentState.MERGED: msg("merged"),
}
LINE_SHOWN = 300
LAMPS = {1: "🔴", 2: "🟠", 3: "🟡", 4: "⚪"}


def exercise_mark(texts: Texts, *, exercise: bool) -> str:
    """Say what marks an exercise, everywhere (CRI-10)."""
    return texts("EXERCISE") + " · " if exercise else ""


def heading(incident: Incident, texts: Texts) -> str:
    """Number, priority and title, in plain text."""
    lamp = LAMPS[incident.level] if incident.priority else "⚪"
    level = f"P{incident.level}" if incident.priority else texts("not qualified")
    mark = exercise_mark(texts, exercise=incident.exercise)
    return f"{mark}{lamp} {incident.id} · {level} · {incident.title}"


def priority_why(priority: Priority, contract: Contract, texts: Texts) -> str:
    """Say why the priority is what it is: row × column, or a person's reason."""
    if priority.reason:
        known = contract.recalled(priority.set_by)
        by = known.name if known else ""
        return f"{b.plain(priority.reason)}" + (f" ({b.plain(by)})" if by else "")
    return read_at(priority.row, priority.column, texts)


def incident_card(
    incident: Incident,
    contract: Contract,
    texts: Texts,
    now: datetime,
    *,
    reader: str | None,
    cell: Crisis | None,
    known: Sequence[Problem] = (),
    around: Surroundings = NOTHING,
    shared: bool = False,
) -> Rendered:
    """The card; `reader` is a person's id for a card seen by one, None in a room.

    `shared` is the room of both firms: no problem is named there.

    `cell` is the crisis cell that is asked for or meets about it, `known` are the known errors
    that it looks like.
    """
    title = heading(incident, texts)
    shown: list[Block] = [b.header(title), *b.fields(_facts(incident, contract, texts, now))]
    underway = incident.state not in INCIDENT.over
    if known and underway:
        shown += b.sections(workaround_lines(known, contract, "" if shared else reader, texts))
    shown += [
        b.section("\n".join(escalation_lines(escalation, contract, texts, now)))
        for escalation in incident.walks
        if escalation.active
    ]
    if lines := list(_small_print(incident, contract, texts, now, reader, cell, around)):
        shown.append(b.context("\n".join(lines)))
    buttons = card_buttons(incident, contract, texts, now, reader, cell, around)
    may = not shared if reader is None else rights.allowed(contract, reader, LinkIncident, at=now)
    if underway and may:
        buttons += link_buttons(known, incident, texts)
    if underway and (
        reader is None or rights.allowed(contract, reader, LinkCausedIncident, at=now)
    ):
        buttons += blame_buttons(around, incident, texts)
    if buttons:
        shown.append(b.actions(*buttons))
    return Rendered(text=f"{b.plain(title)} · {texts(STATES[incident.state])}", blocks=shown)


def _small_print(
    incident: Incident,
    contract: Contract,
    texts: Texts,
    now: datetime,
    reader: str | None,
    cell: Crisis | None,
    around: Surroundings,
) -> Iterator[str]:
    """Say what is waited for, what comes next by itself, and the records that it names."""
    step = incident.alarms.next(lambda name: not isinstance(name, SnoozeOver))
    if incident.waiting:
        yield waiting_line(incident, contract, texts, now)
    if step is not None and incident.state not in INCIDENT.over:
        yield texts(
            "Next automatic step: %(what)s, %(when)s",
            what=step_words(step.timer.name, incident, contract, texts),
            when=texts.clock(step.due, now),
        )
    if incident.lowering:
        yield texts(
            "Lowering to P%(level)s proposed by %(name)s at %(at)s: the client's agreement is "
            "awaited",
            level=incident.lowering.priority.level,
            name=b.plain(contract.name_of(incident.lowering.by)),
            at=texts.clock(incident.lowering.at, now),
        )
    yield from surrounding_lines(around, incident, contract, texts, now)
    yield from group_lines(incident, contract, texts)
    asked = cell.id if cell is not None and cell.state is CrisisState.ASKED else ""
    if asked:
        yield texts("Crisis cell asked for: %(id)s", id=asked)
    if formed := ", ".join(each for each in incident.crises if each != asked):
        words = texts("Crisis cell: %(ids)s", ids=formed)
        yield " · ".join([words, *_way_to_cell(contract, texts, reader, cell)])
    if incident.report:
        yield texts("Report: %(id)s", id=incident.report)
    if incident.merged_into:
        yield texts("Duplicate of %(id)s", id=incident.merged_into)


def waiting_line(incident: Incident, contract: Contract, texts: Texts, now: datetime) -> str:
    """Say who is waited for, since when, and for what (Rule INC-9); "" where nobody is."""
    if (pause := incident.waiting) is None:
        return ""
    return texts(
        "⏸ Waiting for %(who)s since %(since)s: %(reason)s",
        who=contract.party_name(pause.waiting_for),
        since=texts.clock(pause.since, now),
        reason=b.plain(pause.reason, LINE_SHOWN),
    )


def _way_to_cell(
    contract: Contract, texts: Texts, reader: str | None, cell: Crisis | None
) -> Iterator[str]:
    """Say who leads the cell, and the way in; whoever is not let in reads whom to phone (CON-2)."""
    if cell is None or cell.state is not CrisisState.OPEN:
        return
    member = cell.member(reader) if reader else None
    names = [b.plain(contract.name_of(lead)) for lead in cell.leads.values()]
    yield texts("led by %(names)s", names=texts.listing(names))
    if reader and (member is None or member.kept_out):
        lead = lead_beside(contract, cell, reader)
        phone = (contract.person(lead).phone if contract.knows(lead) else "") or "–"
        yield texts("to reach it: %(name)s (%(phone)s)", name=b.plain(contract.name_of(lead)),
                    phone=phone)  # fmt: skip
    elif cell.room:
        way = f"<#{cell.room}>"
        yield way if reader else texts("%(room)s, for its members", room=way)


def _facts(
    incident: Incident, contract: Contract, texts: Texts, now: datetime
) -> list[tuple[str, str]]:
    pairs = [(texts("State"), texts(STATES[incident.state]))]
    if incident.priority:
        why = priority_why(incident.priority, contract, texts)
        pairs.append((texts("Priority"), f"*P{incident.level}* ({why})"))
    if incident.component:
        pairs.append((texts("Component"), b.plain(contract.component_name(incident.component))))
    if incident.site:
        pairs.append((texts("Site"), site_words(incident, contract)))
        if contacts := contact_words(incident, contract):
            pairs.append((texts("Whom to phone there"), contacts))
    requester = b.plain(contract.name_of(incident.requester))
    if incident.origin is Origin.MONITORING:
        raised = texts("monitoring; %(name)s verifies", name=requester)
        pairs.append((texts("Raised by"), raised))
    else:
        pairs.append((texts("Requester"), requester))
    if incident.assignee:
        pairs.append((texts("Assigned to"), b.plain(contract.name_of(incident.assignee))))
    opened = texts.clock(incident.opened_at, now)
    if _out_of_hours(incident, contract):
        opened = texts("%(at)s, outside the opening hours of the service", at=opened)
    pairs.append((texts("Opened"), opened))
    pairs += dues(incident, texts, now)
    if incident.ticket:
        pairs.append((texts("Ticket"), b.plain(incident.ticket, 100)))
    if incident.link:
        words = texts("open")
        pairs.append((texts("Message"), f"<{incident.link}|{words}>"))
    return pairs


def _out_of_hours(incident: Incident, contract: Contract) -> bool:
    """Tell whether the service was to be open when it failed (Rule ORG-5)."""
    component = next((c for c in contract.components if c.id == incident.component), None)
    calendar = Calendar.of(contract)
    return component is not None and not calendar.open(component.hours, incident.opened_at)


def escalation_lines(
    escalation: Escalation, contract: Contract, texts: Texts, now: datetime
) -> list[str]:
    """Say where an escalation stands: the level, and each side."""
    ladder, waits = contract.ladder(escalation.ladder), escalation.waits_until
    rung, towards = ladder.rungs[escalation.rung], contract.party_name(ladder.towards)
    head = texts(
        "*Escalation towards %(firm)s* · echelon %(level)s, %(name)s",
        firm=b.plain(towards),
        level=rung.level,
        name=b.plain(contract.echelon(rung.level).name),
    )
    lines = [head]
    for side in escalation.sides:
        if waits and now < waits and side.side == ladder.towards and not side.acknowledged_by:
            lines.append(
                texts(
                    "⏳ %(firm)s: called from %(at)s, when their hours begin",
                    firm=b.plain(towards),
                    at=texts.clock(waits, now),
                )
            )
        elif side.pings or side.acknowledged_by or not (waits and now < waits):
            lines.append(side_line(side, contract, texts, now))
            if word := escalation.word_of(side.side):
                lines[-1] += " · " + texts(
                    "point settled according to %(name)s, %(at)s",
                    name=b.plain(contract.name_of(word.by)),
                    at=texts.clock(word.at, now),
                )
            lines += away_lines(escalation, side, contract, texts, now)
    return lines


def side_line(side: SideCalls, contract: Contract, texts: Texts, now: datetime) -> str:
    """Say who answers for a side, or who is being called."""
    firm = b.plain(contract.party_name(side.side))
    if side.acknowledged_by and side.acknowledged_at:
        return texts(
            "✅ %(firm)s: %(name)s, since %(at)s",
            firm=firm,
            name=b.plain(contract.name_of(side.acknowledged_by)),
            at=texts.clock(side.acknowledged_at, now),
        )
    if not side.pings:
        return texts("⚠️ %(firm)s: nobody can be reached at this echelon", firm=firm)
    last = side.pings[-1]
    if last.unreached:
        return texts(
            "⚠️ %(firm)s: %(name)s could not be reached",
            firm=firm,
            name=b.plain(contract.name_of(last.person)),
        )
    return texts(
        "🔔 %(firm)s: %(name)s called at %(at)s (call %(number)s)",
        firm=firm,
        name=b.plain(contract.name_of(last.person)),
        at=texts.clock(last.at, now),
        number=last.number,
    )


ASKED_AGAIN = msg("the requester is asked again")
TIMERS: dict[type[TimerName], str] = {
    SettleBy: msg("next echelon if not settled"),
    KeepInformed: msg("the requester is told how it stands"),
    QualifyBy: msg("the time to qualify is over"),
    OnCallDue: msg("whoever is on call is told"),
    LoweringAwaited: msg("the client is asked again whether to lower the priority"),
    WaitReminder: msg("reminder that somebody is waited for"),
    WaitEnd: msg("somebody is waited for too long"),
    CauseDue: msg("whether the cause is gone is asked for"),
    CloseReminder: msg("reminder to close"),
    CloseByItself: msg("closing by Escalade"),
}


def timer_words(name: TimerName, contract: Contract, texts: Texts) -> str:
    """Say what a timer will do, in words."""
    match name:
        case TargetMark(which=which, percent=percent):
            target = texts("acknowledgement") if which == "acknowledge" else texts("restoration")
            if percent >= BREACH:
                return texts("%(target)s target reached", target=target)
            return texts(
                "warning, %(target)s target at %(percent)s %%", target=target, percent=percent
            )
        case NextCall(side=side):
            return texts("next call on the side of %(firm)s", firm=contract.party_name(side))
    return texts(TIMERS.get(type(name), ASKED_AGAIN))


def step_words(name: TimerName, incident: Incident, contract: Contract, texts: Texts) -> str:
    """Say what a timer will do, and on which ladder, where two are under way (ESC-X)."""
    what = timer_words(name, contract, texts)
    if isinstance(name, LadderTimer) and sum(walk.active for walk in incident.walks) > 1:
        firm = contract.party_name(contract.ladder(name.ladder).towards)
        return texts("%(what)s (escalation towards %(firm)s)", what=what, firm=b.plain(firm))
    return what


def _awaited(escalation: Escalation, reader: str | None) -> bool:
    """Tell whether an answer is awaited of somebody; where one person reads, of them."""
    mine = escalation.side_of(reader) if reader else None
    sides = escalation.sides if reader is None else (mine,) if mine else ()
    return any(side.acknowledged_by is None for side in sides)


def _of_provider(contract: Contract, reader: str | None) -> bool:
    return reader is None or contract.person(reader).organisation == PROVIDER


def card_buttons(
    incident: Incident,
    contract: Contract,
    texts: Texts,
    now: datetime,
    reader: str | None,
    cell: Crisis | None,
    around: Surroundings = NOTHING,
) -> list[Block]:
    """The buttons that fit the incident's state and, where one person reads, what they may do."""
    offers: list[Offer] = []
    if incident.state not in INCIDENT.over and incident.resolved_at is None:
        offers += _while_working(incident, contract, texts, reader, cell)
    else:
        offers += _once_restored(incident.state, texts, reader)
    for other in around.because:
        label = texts("Merge into %(id)s", id=other.id)
        offers.append((label, "incident/merge", MergeIncident, None, {"into": other.id}))
    if reader is not None and incident.state in REPAIRED and incident.cause_gone is None:
        offers.append((texts("Say the cause"), "incident/cause", ConfirmCause, None, {}))
    if _report_can_be_asked(incident):
        offers.append((texts("Ask for a report"), "report/ask", AskReport, None, {}))
    offers.append((texts("Add a note"), "incident/note", AddNote, None, {}))
    offers.append((texts("Timeline"), "incident/show", AddNote, None, {}))
    if reader is not None:
        offers.append((texts("Explain the times"), "incident/explain", AddNote, None, {}))
    buttons = [
        _sure(
            b.button(
                label, f"{verb}#{number}", incident.contract, incident.id, style=style, **values
            ),
            command,
            texts,
            cell,
        )
        for number, (label, verb, command, style, values) in enumerate(offers)
        if reader is None or rights.allowed(contract, reader, command, incident, at=now)
    ]
    if cell is not None and (reader is None or visible(contract, reader, cell)):
        shown = texts("Cell %(id)s", id=cell.id)
        buttons.append(b.button(shown, "crisis/status", incident.contract, cell.id))
    return [*buttons, *ask_for_change(contract, reader, incident.id, texts)]


def _report_can_be_asked(incident: Incident) -> bool:
    """Tell whether a report may be asked for by a click: restored, and none is owed yet (REP-2)."""
    asked = incident.report or incident.report_asked_by or incident.ever_priority_1
    restored = incident.resolved_at is not None or incident.state in INCIDENT.over
    return restored and not asked and incident.state is not IncidentState.MERGED


def _while_working(
    incident: Incident, contract: Contract, texts: Texts, reader: str | None, cell: Crisis | None
) -> Iterator[Offer]:
    """Offer what can be done until the service is restored."""
    awaited = any(each.active and _awaited(each, reader) for each in incident.walks)
    if awaited or (incident.assignee is None and _of_provider(contract, reader)):
        yield texts("Take"), "incident/take", TakeIncident, "primary", {}
    if incident.lowering:
        yield texts("Agree to lower"), "incident/agree", AgreeLowering, None, {}
    if incident.priority is None:
        yield texts("Qualify"), "incident/priority", SetPriority, "primary", {}
    if contract.sites and incident.site is None:
        yield texts("Site"), "incident/site", SetSite, None, {}
    yield texts("Escalate"), "escalate/up", EscalateUp, None, {}
    firm = contract.person(reader).organisation if reader else PROVIDER
    if incident.waiting is None:
        yield texts("Wait"), "incident/wait", WaitFor, None, {}
    elif firm == incident.waiting.waiting_for:
        yield texts("Answer"), "incident/answer", ResumeWork, "primary", {}
    else:
        yield texts("Resume"), "incident/resume", ResumeWork, None, {}
    yield texts("Resolve"), "incident/resolve", ResolveIncident, None, {}
    if cell is None and plausible(contract, incident):
        yield texts("Crisis cell"), "crisis/ask", AskCrisis, "danger", {}


def _once_restored(state: IncidentState, texts: Texts, reader: str | None) -> Iterator[Offer]:
    """Offer what can be done once the service is restored, or the incident over."""
    if state is IncidentState.RESOLVED:
        yield texts("It works"), "incident/verify", VerifyIncident, "primary", {}
        yield texts("Not fixed"), "incident/notfixed", VerifyIncident, "danger", {}
    if state is IncidentState.VERIFIED:
        yield texts("Close"), "incident/close", CloseIncident, "primary", {}
    if reader is None:
        return
    if state in (IncidentState.VERIFIED, IncidentState.CLOSED):
        yield texts("Open again"), "incident/reopen", ReopenIncident, None, {}
    if state in UNTIMELY:
        yield texts("Undo"), "incident/undo", UndoEnding, None, {}


def _sure(button: Block, command: type[Command], texts: Texts, cell: Crisis | None) -> Block:
    """Closing an incident while its cell meets is asked about first."""
    if command is not CloseIncident or cell is None or cell.state is not CrisisState.OPEN:
        return button
    return b.asking(
        button,
        texts("Close the incident?"),
        texts(
            "The crisis cell %(id)s is still open. Once the incident is closed, nobody is called "
            "to the cell any more.",
            id=cell.id,
        ),
        yes=texts("Close"),
        no=texts("Not now"),
    )
