"""Views of what is told about incidents (Rules INC-5 to INC-9, INC-11, ORG-4)."""

from __future__ import annotations

from typing import Any

from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.timer_names.incident import CloseByItself
from escalation.contract import CLIENT, PROVIDER
from escalation.decision.commands.incident import CloseIncident
from escalation.incident.priority import LOWEST
from escalation.messages.effects import Meaning
from escalation.messages.incident import (
    ClientInformed,
    DelayNotice,
    GroupInformed,
    GroupMayChoose,
    HowItStands,
    IncidentAssigned,
    IncidentCard,
    IncidentNews,
    LoweringProposed,
    NotQualified,
    OnCallTold,
    Priority1Notice,
    ProblemProposed,
    SiteNamed,
    TargetMissed,
    TargetWarning,
)
from escalation.people.rights import visible
from escalation.perform.practices.crises import cell_of
from escalation.perform.practices.problems import known_for
from escalation.perform.rights import allowed
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import INCIDENT
from handlers.event.surroundings import surroundings
from handlers.incident.card import heading, incident_card, priority_why, waiting_line
from handlers.incident.parts.known_errors import concerned, workaround_lines
from handlers.incident.parts.row import at_a_glance, awaited_of, called_for
from handlers.incident.parts.site import site_lines
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import msg
from handlers.words.view_context import Told, ViewContext, Views

NEWS: dict[str, str] = {
    IncidentAction.PRIORITY_CHANGED: msg(
        "%(by)s has changed the priority from %(before)s to %(priority)s."
    ),
    IncidentAction.LOWERING_DECLINED: msg(
        "%(by)s does not agree to lower the priority to %(priority)s: %(reason)s"
    ),
    IncidentAction.LOWERING_LAPSED: msg(
        "Nobody at the client has answered whether to lower the priority to %(priority)s: it"
        " stays 1. Please telephone %(person)s (%(phone)s), and propose it again."
    ),
    IncidentAction.DUPLICATE_MERGED: msg(
        "%(into)s reports the same, and is merged into this incident: whoever reported it is kept "
        "informed of this one, and may verify it too."
    ),
    IncidentAction.DUPLICATE_PARTED: msg(
        "%(by)s says that %(into)s reports something else: it goes its own way again."
    ),
    IncidentAction.UNDONE: msg(
        "%(by)s has undone the merge or the cancellation, work on the incident goes on: %(reason)s"
    ),
    IncidentAction.OPENED: msg("%(by)s has opened this incident."),
    IncidentAction.RESOLVED: msg("%(by)s says that the service is restored."),
    IncidentAction.TAKEN: msg("%(by)s is working on it."),
    IncidentAction.ASSIGNED: msg("%(by)s has assigned it to %(person)s."),
    IncidentAction.VERIFIED: msg("%(by)s confirms that the service can be used."),
    IncidentAction.CLOSED: msg("The incident is closed by %(by)s."),
    IncidentAction.REOPENED: msg("%(by)s has opened the incident again. %(reason)s"),
    IncidentAction.CANCELLED: msg("%(by)s has cancelled the incident: %(reason)s"),
    IncidentAction.MERGED: msg("The incident is a duplicate; follow %(into)s from now on."),
}

CLOSED = {  # the reason is given (CON-5)
    "unanswered": msg(
        "%(by)s has closed the incident, because nobody said whether the service is restored. "
        "Whoever reported it may open it again."
    ),
    "by_itself": msg(
        "The incident is closed: it was verified, and nobody closed it in the time that the "
        "contract sets."
    ),
}

PRIORITY_1 = {
    "": msg("A priority 1 incident has been open since %(at)s (%(why)s)."),
    "raised": msg("An incident open since %(at)s is now priority 1 (%(why)s)."),
    "reopened": msg("A priority 1 incident is open again; it was opened at %(at)s (%(why)s)."),
}


def told(
    context: ViewContext[Meaning], incident: Incident, sentence: str, *buttons: Block
) -> Rendered:
    """A short message about an incident: its heading, a sentence, and buttons."""
    head = heading(incident, context.texts)
    return b.short(b.plain(head), sentence, *buttons)


def card(context: ViewContext[IncidentCard]) -> Rendered:
    """The card of a room."""
    person, contract = context.reader.person, context.reader.contract
    incident, me = context.incident(), person.id if person else None
    return incident_card(
        incident, contract, context.texts, context.now,
        reader=me, cell=cell_of(context.tx, incident),
        known=known_for(context.tx, incident), shared=context.shared,
        around=surroundings(context.tx, incident, contract, me, shared=context.shared),
    )  # fmt: skip


def assigned(context: ViewContext[IncidentAssigned]) -> Rendered | None:
    """To the one it is assigned to."""
    incident = context.incident()
    me = context.reader.person
    if incident.state is not IncidentState.ASSIGNED or me is None or incident.assignee != me.id:
        return None
    texts, by = context.texts, context.name_of(context.message.by)
    said = texts("%(by)s has assigned this incident to you.", by=by)
    lines = at_a_glance(incident, context.reader.contract, texts, context.now)
    record = (context.contract, incident.id)
    return told(
        context, incident, "\n".join([said, *lines]),
        b.button(texts("Take"), "incident/take", *record, style="primary"),
        b.button(texts("Card"), "incident/show", *record),
    )  # fmt: skip


def news(context: ViewContext[IncidentNews]) -> Rendered | None:
    """A step of the incident's life, to those who follow it."""
    texts, incident, message = context.texts, context.incident(), context.message
    words = CLOSED.get(message.why) or NEWS.get(message.action)
    if words is None:
        return None  # of a version that told it in this way
    sentence = texts(
        words,
        by=context.name_of(message.by),
        person=context.name_of(message.person),
        phone=b.plain(context.phone_of(message.person) or "–"),
        reason=b.plain(message.reason),
        into=message.into or incident.merged_into or "",
        before=message.before or "",
        priority=message.priority or "",
    )
    me, record = context.reader.person, (context.contract, incident.id)
    card = b.button(texts("Card"), "incident/show", *record)
    if message.action == IncidentAction.VERIFIED and me is not None and _closes(context, me.id):
        end, lines = incident.alarms.get(CloseByItself()), [sentence]
        if end is not None:
            words = msg("Please close it, when all is noted; else Escalade closes it: %(at)s.")
            lines.append(texts(words, at=context.when(end.due)))
        close = b.button(texts("Close"), "incident/close", *record, style="primary")
        return told(context, incident, "\n".join(lines), close, card)
    over = message.action == IncidentAction.CLOSED and me is not None
    return told(context, incident, sentence.strip(), *([card] if over else []))


def _closes(context: ViewContext[IncidentNews], person: str) -> bool:
    """Tell whether somebody may close what is verified (Rule INC-4)."""
    incident, contract = context.incident(), context.reader.contract
    may = allowed(contract, person, CloseIncident, incident, at=context.now)
    return incident.state is IncidentState.VERIFIED and may


def site_named(context: ViewContext[SiteNamed]) -> Rendered | None:
    """To whoever works on it or is being called: which site it touches (ORG-6)."""
    incident, texts = context.incident(), context.texts
    lines = site_lines(incident, context.reader.contract, texts, context.now)
    if not lines:
        return None
    said = texts("%(by)s says which site is affected.", by=context.name_of(context.message.by))
    return told(context, incident, "\n".join([said, *lines]))


def priority_1(context: ViewContext[Priority1Notice]) -> Rendered:
    """To the list of the contract (INC-8)."""
    texts, incident = context.texts, context.incident()
    why = ""
    if incident.priority:
        why = priority_why(incident.priority, context.reader.contract, texts)
    sentence = texts(
        PRIORITY_1[context.message.why],
        at=texts.clock(incident.opened_at, context.now),
        why=why,
    )
    asked = texts("The escalation procedure has started; you are informed as the contract asks.")
    return _at_hand(context, f"{sentence} {asked}")


def in_hand(context: ViewContext[Any]) -> list[str]:
    """Name who works on the incident, since when, and at what number (ESC-5, INC-10)."""
    incident, me = context.incident(), context.reader.person
    who = incident.assignee
    if who is None or (me is not None and me.id == who):
        return []
    named = with_phone(context, who)
    if incident.state is IncidentState.ASSIGNED:
        return [context.texts("Assigned to %(name)s, who has not answered yet.", name=named)]
    at = context.when(incident.taken_at or incident.acknowledged_at or incident.opened_at)
    return [context.texts("In hand since %(at)s: %(name)s.", at=at, name=named)]


def with_phone(context: ViewContext[Any], who: str) -> str:
    """The name of somebody, with their number where the contract gives one."""
    phone = context.phone_of(who)
    return context.name_of(who) + (f" ({phone})" if phone else "")


def _at_hand(context: ViewContext[Any], sentence: str) -> Rendered:
    """A sentence, with who has the incident, or who is called for it, and the card (ESC-2)."""
    incident, contract, texts = context.incident(), context.reader.contract, context.texts
    me, called = context.reader.person, called_for(incident, PROVIDER)
    lines = [sentence, *in_hand(context)]
    both = me is not None and me.organisation in {PROVIDER, CLIENT}
    if called and both and not incident.assignee:
        words = msg("Being called, no answer yet: %(names)s.")
        lines.append(texts(words, names=context.names_of(called)))
    card = b.button(texts("Card"), "incident/show", context.contract, incident.id)
    sees = me is not None and visible(contract, me.id, incident)
    return told(context, incident, "\n".join(lines), *([card] if sees else []))


def lowering_proposed(context: ViewContext[LoweringProposed]) -> Rendered | None:
    """To the client's peers: shall a priority 1 be lowered? (INC-19)"""
    incident, texts, message = context.incident(), context.texts, context.message
    if incident.lowering is None or incident.lowering.priority.level != message.priority:
        return None
    sentence = texts(
        "%(by)s proposes to lower the priority from 1 to %(priority)s. It stays 1 until you agree; "
        "the report on the priority 1 is owed in any case.",
        by=context.name_of(message.by),
        priority=message.priority,
    )
    record = (context.contract, incident.id)
    return told(
        context, incident, f"{sentence}\n> {b.plain(message.reason)}",
        b.button(texts("I agree"), "incident/agree", *record, style="primary"),
        b.button(texts("I do not agree"), "incident/decline", *record),
    )  # fmt: skip


def group_may_choose(context: ViewContext[GroupMayChoose]) -> Rendered | None:
    """To the group responsible: at severity 4 it may assign another priority (INC-2)."""
    incident, texts = context.incident(), context.texts
    if incident.severity != LOWEST or incident.state in INCIDENT.over:
        return None
    group = context.reader.contract.group(context.message.group)
    sentence = texts(
        "The severity is 4, so the priority is %(priority)s. The group %(group)s answers for "
        "the component, and may assign another priority, with a reason.",
        priority=incident.level,
        group=b.plain(group.name),
    )
    choose = b.button(
        texts("Assign a priority"), "incident/priority", context.contract, incident.id
    )
    return told(context, incident, sentence, choose)


def _first_steps(context: ViewContext[OnCallTold | NotQualified]) -> list[Block]:
    """Show what can be done with what nobody has taken, or qualified."""
    incident, texts = context.incident(), context.texts
    record = (context.contract, incident.id)
    take = b.button(texts("Take"), "incident/take", *record, style="primary")
    qualify = b.button(texts("Qualify"), "incident/priority", *record)
    card = b.button(texts("Card"), "incident/show", *record)
    shown = [] if incident.assignee else [take]
    return [*shown, card] if incident.priority else [*shown, qualify, card]


def on_call_told(context: ViewContext[OnCallTold]) -> Rendered | None:
    """To whoever is on call: nobody has taken it (INC-18)."""
    incident, texts = context.incident(), context.texts
    if incident.acknowledged_at or incident.resolved_at or incident.state in INCIDENT.over:
        return None
    sentence = texts("You are on call: this incident is still to be taken.")
    contract, me = context.reader.contract, context.reader.person
    lines = [sentence, *at_a_glance(incident, contract, texts, context.now)]
    if me is not None and concerned(me.organisation):
        known = known_for(context.tx, incident)
        lines += workaround_lines(known, contract, me.id, texts)
    lines += site_lines(incident, contract, texts, context.now)
    return told(context, incident, "\n".join(lines), *_first_steps(context))


def not_qualified(context: ViewContext[NotQualified]) -> Rendered | None:
    """To those who watch its targets: the time to qualify is over (INC-18)."""
    incident, texts = context.incident(), context.texts
    if incident.priority or incident.state in INCIDENT.over:
        return None
    sentence = texts(
        "This incident has been open since %(at)s, and is not qualified yet.",
        at=context.when(incident.opened_at),
    )
    return told(context, incident, sentence, *_first_steps(context))


def _target(context: ViewContext[TargetWarning | TargetMissed]) -> str:
    if context.message.target == "acknowledge":
        return context.texts("acknowledgement")
    return context.texts("restoration")


def target_warning(context: ViewContext[TargetWarning]) -> Rendered | None:
    """A target is drawing near (INC-9)."""
    incident, texts = context.incident(), context.texts
    if incident.state in INCIDENT.over or incident.resolved_at is not None:
        return None
    acknowledging = context.message.target == "acknowledge"
    if acknowledging and incident.acknowledged_at is not None:
        return None
    due = incident.acknowledge_due if acknowledging else incident.restore_due
    if due is None or due != context.message.due:
        return None
    return _at_hand(
        context,
        texts(
            "%(percent)s %% of the time allowed for %(target)s has passed; it is due by %(due)s.",
            percent=context.message.percent,
            target=_target(context),
            due=context.when(context.message.due),
        ),
    )


def target_missed(context: ViewContext[TargetMissed]) -> Rendered:
    """A target is missed (INC-9)."""
    texts = context.texts
    return _at_hand(
        context,
        texts(
            "The time allowed for %(target)s has run out: it was due by %(due)s.",
            target=_target(context),
            due=context.when(context.message.due),
        ),
    )


def delay(context: ViewContext[DelayNotice]) -> Rendered | None:
    """To the requester, as soon as the delay appears (INC-6)."""
    incident, texts = context.incident(), context.texts
    if incident.resolved_at is not None or incident.state in INCIDENT.over:
        return None
    reason = b.plain(context.message.reason)
    past = context.message.due is not None and context.message.due <= context.now
    sentence = texts(
        msg("The service was not restored by %(due)s, the time agreed.")
        if past
        else msg("The service will probably not be restored by %(due)s, the time agreed."),
        due=context.when(context.message.due),
    )
    sentence += " " + texts("Work goes on; you will be told of each step.")
    return told(context, incident, f"{sentence}\n> {reason}" if reason else sentence)


def how_it_stands(context: ViewContext[HowItStands]) -> Rendered | None:
    """To the requester who was told of a delay: how it stands (INC-14)."""
    incident, texts = context.incident(), context.texts
    if incident.resolved_at is not None or incident.state in INCIDENT.over:
        return None
    sentence = texts("The service is not restored yet.")
    if incident.assignee:
        sentence += " " + texts("%(by)s is working on it.", by=context.name_of(incident.assignee))
    if (pause := incident.waiting) is not None:
        firm = context.reader.contract.party_name(pause.waiting_for)
        sentence += " " + texts("Work waits for %(who)s.", who=b.plain(firm))
    sentence += " " + texts("You will be kept informed.")
    return told(context, incident, sentence)


def client_informed(context: ViewContext[ClientInformed]) -> Rendered:
    """To the shared room: an incident the provider found by itself, and who is at it (INC-7)."""
    incident, texts = context.incident(), context.texts
    if incident.acknowledged_at is not None:
        words = msg("The provider detected this incident at %(at)s and is working on it.")
    elif _being_called(incident):
        words = msg("The provider detected this incident at %(at)s; its people are being called.")
    else:
        words = msg("The provider detected this incident at %(at)s.")
    at = texts.clock(incident.opened_at, context.now)
    return told(context, incident, texts(words, at=at))


def _being_called(incident: Incident) -> bool:
    """Tell whether people of the provider are called, and none of them has taken it yet."""
    sides = [side for walk in incident.walks if walk.active for side in walk.sides]
    return any(
        side.side == PROVIDER and side.pings and side.acknowledged_by is None for side in sides
    )


def problem_proposed(context: ViewContext[ProblemProposed]) -> Rendered:
    """The cause is not gone: a problem should be opened (INC-11)."""
    return told(
        context,
        context.incident(),
        context.texts(
            "%(by)s says that the cause is not gone: a problem should be opened.",
            by=context.name_of(context.message.by),
        ),
    )


def group_informed(context: ViewContext[GroupInformed]) -> Rendered:
    """To the members of a support group (ORG-4)."""
    texts = context.texts
    group = context.reader.contract.group(context.message.group)
    sentence = texts(
        "%(by)s asks the group %(group)s to take part. The incident manager keeps the lead.",
        by=context.name_of(context.message.by),
        group=b.plain(group.name),
    )
    incident, contract, me = context.incident(), context.reader.contract, context.reader.person
    if group.contact and (me is None or me.organisation != group.organisation):
        sentence += " " + texts("How to reach it: %(contact)s.", contact=b.plain(group.contact))
    if context.message.out_of_hours:
        sentence += " " + texts("It is outside the group's hours.")
    lines = [sentence, at_a_glance(incident, contract, texts, context.now)[0]]
    record, buttons = (context.contract, incident.id), []
    if me is not None and awaited_of(incident, contract, me.id, context.now):
        lines.append(waiting_line(incident, contract, texts, context.now))
        answer = b.button(texts("Answer"), "incident/answer", *record, style="primary")
        buttons.append(answer)
    note = b.button(texts("Add a note"), "incident/note", *record)
    card = b.button(texts("Card"), "incident/show", *record)
    return told(context, incident, "\n".join(lines), *buttons, note, card)


VIEWS: Views = {
    IncidentCard: card,
    IncidentAssigned: assigned,
    IncidentNews: news,
    SiteNamed: site_named,
    Priority1Notice: priority_1,
    LoweringProposed: lowering_proposed,
    GroupMayChoose: group_may_choose,
    TargetWarning: target_warning,
    TargetMissed: target_missed,
    DelayNotice: delay,
    HowItStands: how_it_stands,
    OnCallTold: on_call_told,
    NotQualified: not_qualified,
    ClientInformed: client_informed,
    ProblemProposed: problem_proposed,
    GroupInformed: group_informed,
}
TOLD: Told = {Incident: told}
