"""Views of what is told about the end of a crisis cell, and of its incident (CRI-9, CRI-10)."""

from __future__ import annotations

from escalation.contract import CLIENT, PROVIDER
from escalation.messages.crisis import CloseRequest, CrisisClosed, ExerciseTimes, IncidentOver
from escalation.messages.effects import Meaning
from escalation.perform.practices.crises import incident_of
from escalation.records.crisis import Action, Crisis, CrisisState
from escalation.records.incident import IncidentState
from escalation.records.kinds import INCIDENT, REPORT
from handlers.crisis.card import action_line, of_incident
from handlers.crisis.room_views import room_afterwards, told
from handlers.incident.card import STATES as INCIDENT_STATES
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.view_context import ViewContext, Views


def open_action_lines(context: ViewContext[Meaning], crisis: Crisis) -> list[str]:
    """The actions not done, under their heading; to somebody outside the cell, their own."""
    texts, contract, me = context.texts, context.reader.contract, context.reader.person
    left = [a for a in crisis.actions if a.left_open]
    if me is not None and crisis.member(me.id) is None and any(a.owner == me.id for a in left):
        left = [a for a in left if a.owner == me.id]
    if not left:
        return []
    return [texts("Open actions:"), *(action_line(a, contract, texts, context.now) for a in left)]


def incident_over(context: ViewContext[IncidentOver]) -> Rendered | None:
    """To those who lead, and to whoever ended the incident: the cell is still open."""
    crisis, texts, me = context.crisis(), context.texts, context.reader.person
    if crisis.state is not CrisisState.OPEN or not crisis.incident_over:
        return None
    sentence = texts(
        "The incident %(incident)s is over (%(state)s), and the cell is still open. Nobody is "
        "called to it any more; it closes once those who lead it agree: %(names)s.",
        incident=crisis.incident,
        state=texts(INCIDENT_STATES[IncidentState(context.message.state)]),
        names=context.names_of(crisis.leads.values()),
    )
    if me is None or me.id not in crisis.leads.values():
        return told(context, crisis, sentence)
    close = b.button(
        texts("Close the crisis"), "crisis/close", context.contract, crisis.id, style="primary"
    )
    return told(context, crisis, sentence, close)


def exercise_times(context: ViewContext[ExerciseTimes]) -> Rendered:
    """Show how long each step of an exercise took, from the request on (CRI-10)."""
    crisis, texts = context.crisis(), context.texts
    answered = min((each.at for each in crisis.declined), default=crisis.opened_at)
    informed = min((each.at for each in crisis.briefings), default=None)
    steps = [
        (texts("First answer"), answered),
        (texts("Cell accepted"), crisis.opened_at),
        (texts("Nobody mandated missing"), crisis.complete_at),
        (texts("Led by those who closed it"), crisis.led_at),
        (texts("First information of a firm"), informed),
        (texts("Closed"), crisis.closed_at),
    ]
    lines = [texts("The exercise is over. How long each step took, from the request:")]
    lines += [
        texts.labelled(step, texts.duration(at - crisis.asked_at) if at else texts("not reached"))
        for step, at in steps
    ]
    return told(context, crisis, "\n".join(lines))


def close_request(context: ViewContext[CloseRequest]) -> Rendered | None:
    """To the other lead: shall the crisis be closed? (CRI-9)"""
    crisis, texts, me = context.crisis(), context.texts, context.reader.person
    side = crisis.side_led_by(me.id) if me else None
    if crisis.state is not CrisisState.OPEN or side is None:
        return None
    if side in crisis.closing or not crisis.closing:
        return None
    lines = [
        texts("%(by)s agrees to close the crisis. Do you?", by=context.name_of(context.message.by))
    ]
    lines += open_action_lines(context, crisis)
    close = b.button(
        texts("Close the crisis"), "crisis/close", context.contract, crisis.id, style="primary"
    )
    return told(context, crisis, "\n".join(lines), close)


def closed(context: ViewContext[CrisisClosed]) -> Rendered:
    """The crisis is closed (CRI-9), or its request was withdrawn."""
    crisis, texts = context.crisis(), context.texts
    if context.message.instead:
        sentence = texts(
            "%(cell)s meets about the same incident: this request for a crisis cell lapses.",
            cell=context.message.instead,
        )
        return told(context, crisis, sentence)
    if context.message.withdrawn and not context.message.by:
        sentence = texts("The incident is over: the request for a crisis cell lapses.")
        return told(context, crisis, sentence)
    if context.message.withdrawn:
        return told(
            context, crisis,
            texts(
                "%(by)s has withdrawn the request for a crisis cell. No answer is needed.",
                by=context.name_of(context.message.by),
            ),
        )  # fmt: skip
    if crisis.opened_at is None:
        return told(context, crisis, texts("The request was withdrawn: this room is not needed."))
    lines = _goes_on(context, crisis) or [texts("The crisis is closed.")]
    if crisis.report:
        report = context.tx.get(REPORT, context.contract, crisis.report)
        lines.append(
            texts(
                "Its report is written by %(names)s; it is due by %(due)s.",
                names=context.names_of(report.writers),
                due=context.when(report.deadline),
            )
        )
    if context.reader.person is None:
        lines.append(room_afterwards(crisis, texts))
    lines += open_action_lines(context, crisis)
    me = context.reader.person
    mine = [a for a in crisis.actions if a.left_open and me is not None and a.owner == me.id]
    if mine:
        lines.append(texts("Yours stay with you until they are done: you are reminded of them."))
    buttons = [button for action in mine for button in _left_buttons(context, crisis, action)]
    return told(context, crisis, "\n".join(lines), *buttons)


def _goes_on(context: ViewContext[CrisisClosed], crisis: Crisis) -> list[str]:
    """The cell is over and its incident is not: how that stands, who has it, what is due."""
    texts, contract, me = context.texts, context.reader.contract, context.reader.person
    incident = incident_of(context.tx, crisis)
    if incident is None or incident.state in INCIDENT.over:
        return []
    pairs = of_incident(incident, crisis, contract, texts, context.now)
    lines = [texts("The crisis is closed. The incident goes on:")]
    lines += [texts.labelled(label, value) for label, value in pairs]
    if not incident.assignee:
        lines.append(texts("Nobody has it in hand."))
    elif me and me.organisation in (PROVIDER, CLIENT) and me.id != incident.assignee:
        name, phone = context.name_of(incident.assignee), context.phone_of(incident.assignee)
        lines += [texts("To reach %(name)s: %(phone)s", name=name, phone=phone)] if phone else []
    return lines


def _left_buttons(
    context: ViewContext[CrisisClosed], crisis: Crisis, action: Action
) -> list[Block]:
    """To who has an action left when the cell closes: done, or it cannot be."""
    texts, number = context.texts, str(action.number)
    record = (context.contract, crisis.id)
    done = texts("Action %(number)s is done", number=number)
    unable = texts("I cannot do action %(number)s", number=number)
    return [
        b.button(done, f"crisis/done#{number}", *record, number=number),
        b.button(unable, f"crisis/unable#{number}", *record, number=number),
    ]


VIEWS: Views = {
    IncidentOver: incident_over,
    ExerciseTimes: exercise_times,
    CloseRequest: close_request,
    CrisisClosed: closed,
}
