"""Views of what is told about crises (Rules CRI-2 to CRI-10)."""

from __future__ import annotations

from escalation.base.journal_actions.crisis import CrisisAction
from escalation.crisis.sides import lead_beside, side_of, willing
from escalation.duty.availability import present
from escalation.messages.crisis import (
    Brief,
    CrisisCall,
    CrisisCard,
    CrisisFormed,
    CrisisMembers,
    CrisisNews,
    InformReminder,
    InvitationRefused,
    LeadChanged,
    LeadRequest,
    LeadUnanswered,
    MemberMissing,
    PoolLow,
    RoomNotArchived,
    RoomRefused,
    SoFar,
)
from escalation.perform.practices.crises import incident_of
from escalation.records.crisis import Crisis, CrisisState, Member, Presence
from escalation.records.kinds import INCIDENT
from handlers.crisis.card import crisis_card, presence_lines
from handlers.crisis.closing_views import open_action_lines
from handlers.crisis.log import log_lines, newest
from handlers.crisis.room_views import (
    invitation_refused,
    pool_low,
    room_not_archived,
    room_refused,
    told,
    way_in,
)
from handlers.ladder.views import late_words
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import msg
from handlers.words.view_context import ViewContext, Views

MOST_SAID = 15
NEWS: dict[str, str] = {
    CrisisAction.BRIEFED: msg("📣 %(by)s has kept the firm informed."),
    CrisisAction.DECIDED: msg("⚖️ Decision %(number)s by %(by)s: %(text)s"),
    CrisisAction.COMPLETE: msg("Nobody mandated is missing any more: the cell is complete."),
    CrisisAction.LOGGED: msg("📝 %(by)s: %(text)s"),
    CrisisAction.ACTION_ADDED: msg("⬜ Action %(number)s for %(owner)s: %(text)s"),
    CrisisAction.ACTION_COMPLETED: msg("✅ Action %(number)s is done: %(text)s"),
    CrisisAction.ACTION_CHANGED: msg("⬜ Action %(number)s is now for %(owner)s: %(text)s"),
    CrisisAction.ACTION_DECLINED: msg("⚠️ %(by)s cannot do action %(number)s: %(text)s"),
    CrisisAction.ACTION_CANCELLED: msg("🚫 Action %(number)s is cancelled: %(text)s"),
    CrisisAction.MEMBERS_AGREED: msg("%(by)s has agreed the member list."),
    CrisisAction.CLOSING_VOID: msg(
        "The incident is a priority 1 now, or open again: closing the cell is to be agreed anew."
    ),
    CrisisAction.VISITOR_JOINED: msg("%(person)s has joined without being on the member list."),
    CrisisAction.COMMUNICATION_LEAD_NAMED: msg("From now on %(person)s keeps the firm informed."),
    CrisisAction.SUPPLIER_ADDED: msg("%(person)s (%(phone)s) is asked to join for the supplier."),
}


def card(context: ViewContext[CrisisCard]) -> Rendered:
    """The card of the crisis room."""
    person = context.reader.person
    crisis = context.crisis()
    return crisis_card(
        crisis, context.reader.contract, context.texts, context.now,
        reader=person.id if person else None, incident=incident_of(context.tx, crisis),
    )  # fmt: skip


def members(context: ViewContext[CrisisMembers]) -> Rendered | None:
    """To the initiators: agree the member list; at first also who was informed (CRI-3, CRI-5)."""
    crisis, texts, me = context.crisis(), context.texts, context.reader.person
    side = crisis.side_led_by(me.id) if me else None
    if crisis.state is not CrisisState.OPEN or side is None or side in crisis.agreed_by:
        return None
    contract = context.reader.contract
    lines = [
        texts("Please agree the member list, or change it:"),
        *presence_lines(crisis, contract, texts),
    ]
    if context.message.left_out:
        names = context.names_of(context.message.left_out)
        lines.append(texts("Not asked, as they take no part in exercises: %(names)s", names=names))
    if context.message.told:
        names = context.names_of(context.message.told)
        lines.append(
            texts("On your behalf, these people have been informed: %(names)s", names=names)
        )
    record = (context.contract, crisis.id)
    buttons = [
        b.button(texts("Agree"), "crisis/members", *record, style="primary"),
        b.button(texts("Add somebody"), "crisis/add", *record),
    ]
    incident = incident_of(context.tx, crisis)
    expert = incident.assignee if incident else None
    if expert and crisis.member(expert) is None and willing(contract, crisis, [expert]):
        name = context.name_of(expert)
        lines.append(texts("%(name)s has the incident, and is not in the cell.", name=name))
        label = texts("Call %(name)s", name=contract.name_of(expert))
        buttons.append(b.button(label, f"crisis/add#{expert}", *record, person=expert))
    for supplier_id in context.message.suggested_suppliers:
        supplier = contract.supplier(supplier_id)
        people = [f"{context.name_of(p)} ({context.phone_of(p)})" for p in supplier.management]
        lines.append(
            texts(
                "The supplier %(name)s may be concerned: %(people)s",
                name=b.plain(supplier.name),
                people=texts.listing(people),
            )
        )
        label = texts("Call %(name)s", name=supplier.name)
        buttons.append(b.button(label, f"crisis/add#{supplier_id}", *record, supplier=supplier_id))
    return told(context, crisis, "\n".join(lines), *buttons)


def brief(context: ViewContext[Brief]) -> Rendered:
    """The brief pinned in the room."""
    crisis, texts = context.crisis(), context.texts
    leads = [context.name_of(lead) for lead in crisis.leads.values()]
    lines = [
        texts("*Brief*"),
        b.plain(crisis.brief or crisis.reason),
        texts("Lead: %(names)s", names=texts.listing(leads)),
    ]
    if crisis.incident:
        incident = context.tx.get(INCIDENT, context.contract, crisis.incident)
        lines.insert(1, f"{incident.id} · {b.plain(incident.title)}")
    return told(context, crisis, "\n".join(lines))


def call(context: ViewContext[CrisisCall]) -> Rendered | None:
    """To a member: join, or name a delegate (CRI-4); to who leads, and is there: the way in."""
    crisis, texts, me = context.crisis(), context.texts, context.reader.person
    member = crisis.member(me.id) if me else None
    if crisis.state is not CrisisState.OPEN or crisis.incident_over or member is None:
        return None
    if member.joined_at and not crisis.side_led_by(member.person):
        return None
    if crisis.room and not context.message.room:
        return None  # the room is there by now: they are called anew, with the way in
    lines = [*_called_as(context, crisis, member), *way_in(context, crisis, member)]
    if context.message.number > 1:
        lines.append(texts("This is call number %(number)s.", number=context.message.number))
    if late := late_words(texts, context.message.late):
        lines.append(late)
    if member.joined_at:
        return told(context, crisis, "\n".join(lines))
    record = (context.contract, crisis.id)
    here = b.button(texts("I am here"), "crisis/here", *record, style="primary")
    delegate = b.button(texts("Be represented"), "crisis/represented", *record)
    return told(context, crisis, "\n".join(lines), here, delegate)


def _called_as(context: ViewContext[CrisisCall], crisis: Crisis, member: Member) -> list[str]:
    """Say what it is about, and what is asked of this member."""
    texts, lines = context.texts, []
    if not context.message.again:
        lines.append(texts("A crisis cell is open: %(reason)s", reason=b.plain(crisis.reason)))
    if crisis.side_led_by(member.person):
        peer = lead_beside(context.reader.contract, crisis, member.person)
        lines.append(texts("You lead it with %(name)s.", name=context.name_of(peer)))
    elif represented := context.message.represents:
        lines.append(texts("You represent %(names)s.", names=context.names_of(represented)))
    elif member.mandated:
        lines.append(texts("You are mandated: please join, or name a delegate."))
    elif member.why == "supplier":
        lines.append(texts("You are called for your firm: please join, or name a delegate."))
    elif member.why == "asked" and member.asked_by:
        lines.append(texts("%(name)s asks you to join.", name=context.name_of(member.asked_by)))
    if member.person in crisis.communication.values():
        lines.append(
            texts(
                "Your task in it: you keep your firm informed, and record what you say to whom; "
                "you are reminded of it."
            )
        )
    return lines


def so_far(context: ViewContext[SoFar]) -> Rendered | None:
    """To whoever joins late: brief, lead, the end of the running log, open actions (CRI-14)."""
    crisis, texts = context.crisis(), context.texts
    if crisis.state is not CrisisState.OPEN:
        return None
    entries = newest(context.tx, context.contract, crisis.id)[:MOST_SAID]
    lines = [
        texts("*What has happened so far*"),
        b.plain(crisis.brief or crisis.reason),
        texts("Lead: %(names)s", names=context.names_of(crisis.leads.values())),
        *log_lines(reversed(entries), context.reader.contract, texts),
        *open_action_lines(context, crisis),
    ]
    whole = b.button(texts("Running log"), "crisis/log", context.contract, crisis.id)
    return told(context, crisis, "\n".join(lines), whole)


def formed(context: ViewContext[CrisisFormed]) -> Rendered:
    """To those whom a firm informs, and the help desk (CRI-5)."""
    crisis = context.crisis()
    return told(
        context,
        crisis,
        context.texts(
            "A crisis cell has been formed: %(reason)s. You are informed on behalf of %(name)s.",
            reason=b.plain(crisis.reason),
            name=context.name_of(context.message.on_behalf_of),
        ),
    )


def missing(context: ViewContext[MemberMissing]) -> Rendered | None:
    """To the lead of a side: a mandated member is still missing (CRI-4)."""
    crisis, texts = context.crisis(), context.texts
    member = crisis.member(context.message.person)
    if member is None or crisis.state is not CrisisState.OPEN:
        return None
    if crisis.presence(member) is not Presence.MISSING:
        return None
    name, phone = context.name_of(member.person), context.phone_of(member.person) or "–"
    if context.message.absent:
        sentence = texts(
            "%(name)s is away and has no stand-in. Please name a delegate, or telephone: %(phone)s",
            name=name,
            phone=phone,
        )
    else:
        sentence = texts.n(
            "%(name)s has been called once and is not present yet. Phone: %(phone)s",
            "%(name)s has been called %(n)s times and is not present yet. Phone: %(phone)s",
            context.message.chased,
            name=name,
            phone=phone,
        )
    lines = [sentence]
    if member.delegate:
        lines.append(
            texts(
                "Their delegate %(name)s has not joined either. Phone: %(phone)s",
                name=context.name_of(member.delegate),
                phone=context.phone_of(member.delegate) or "–",
            )
        )
    side = side_of(context.reader.contract, member.person)
    if context.reader.person is None or crisis.leads.get(side) != context.reader.person.id:
        return told(context, crisis, "\n".join(lines))
    delegate = b.button(
        texts("Name a delegate"), "crisis/represented", context.contract, crisis.id,
        style="primary", member=member.person,
    )  # fmt: skip
    return told(context, crisis, "\n".join(lines), delegate)


def lead_request(context: ViewContext[LeadRequest]) -> Rendered | None:
    """To those who would lead: please confirm (CRI-6)."""
    crisis, texts, me = context.crisis(), context.texts, context.reader.person
    if crisis.hand_over is None or me is None or me.id in crisis.hand_over.confirmed_by:
        return None
    names = [context.name_of(person) for person in crisis.hand_over.leads.values()]
    lines = [
        texts("%(name)s leads the cell, and is away.", name=context.name_of(lead))
        for lead in crisis.leads.values()
        if not present(context.reader.contract, lead, context.now)
    ]
    lines.append(
        texts(
            "%(by)s proposes that %(names)s lead the cell from now on.",
            by=context.name_of(context.message.by),
            names=texts.listing(names),
        )
    )
    return told(
        context, crisis, "\n".join(lines),
        b.button(
            texts("Confirm"), "crisis/confirm", context.contract, crisis.id, style="primary"
        ),
    )  # fmt: skip


def lead_unanswered(context: ViewContext[LeadUnanswered]) -> Rendered | None:
    """To whoever offered the lead: somebody has not confirmed, and what follows (CRI-6)."""
    crisis, texts, message = context.crisis(), context.texts, context.message
    if crisis.state is not CrisisState.OPEN:
        return None
    silent = texts.listing(
        [f"{context.name_of(p)} ({context.phone_of(p) or '–'})" for p in message.silent]
    )
    if message.person:
        sentence = texts(
            "No answer from %(silent)s about taking the lead. %(name)s (%(phone)s) is asked now.",
            silent=silent,
            name=context.name_of(message.person),
            phone=context.phone_of(message.person) or "–",
        )
        return told(context, crisis, sentence)
    sentence = texts(
        "No answer from %(silent)s about taking the lead: %(leads)s lead the cell as before. "
        "Please telephone, or propose somebody else.",
        silent=silent,
        leads=context.names_of(crisis.leads.values()),
    )
    return told(context, crisis, sentence)


def lead_changed(context: ViewContext[LeadChanged]) -> Rendered:
    """The lead has passed (CRI-6)."""
    crisis = context.crisis()
    names = [context.name_of(person) for person in crisis.leads.values()]
    return told(
        context,
        crisis,
        context.texts("The cell is now led by %(names)s.", names=context.texts.listing(names)),
    )


def inform_reminder(context: ViewContext[InformReminder]) -> Rendered | None:
    """To a communication lead: keep your firm informed (CRI-7)."""
    crisis, texts = context.crisis(), context.texts
    if crisis.state is not CrisisState.OPEN:
        return None
    lines = [texts("It is time to keep your firm informed, and to record what you say to whom.")]
    if last := context.when(context.message.last):
        lines.append(texts("Last briefing recorded: %(at)s", at=last))
    if late := late_words(texts, context.message.late):
        lines.append(late)
    return told(
        context, crisis, "\n".join(lines),
        b.button(
            texts("Record a briefing"), "crisis/inform",
            context.contract, crisis.id, style="primary",
        ),
    )  # fmt: skip


def news(context: ViewContext[CrisisNews]) -> Rendered:
    """Something happened in the cell."""
    message = context.message
    sentence = context.texts(
        NEWS[message.action],
        by=context.name_of(message.by),
        person=context.name_of(message.person),
        phone=b.plain(context.phone_of(message.person)),
        owner=context.name_of(message.owner),
        text=b.plain(message.text),
        number=message.number,
    )
    return told(context, context.crisis(), sentence)


VIEWS: Views = {
    CrisisCard: card,
    CrisisMembers: members,
    RoomRefused: room_refused,
    InvitationRefused: invitation_refused,
    PoolLow: pool_low,
    RoomNotArchived: room_not_archived,
    Brief: brief,
    CrisisCall: call,
    SoFar: so_far,
    CrisisFormed: formed,
    MemberMissing: missing,
    LeadRequest: lead_request,
    LeadUnanswered: lead_unanswered,
    LeadChanged: lead_changed,
    InformReminder: inform_reminder,
    CrisisNews: news,
}
