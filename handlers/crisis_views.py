"""Views of what is told about crises (Rules CRI-2 to CRI-10)."""

from __future__ import annotations

from escalation.cell import side_of
from escalation.crisis import Crisis, CrisisState, Presence
from escalation.effects import Topic
from escalation.journal_actions import JournalAction as A
from escalation.kinds import CRISIS, INCIDENT
from handlers import blocks as b
from handlers.crisis_card import action_line, crisis_card, crisis_heading, presence_lines
from handlers.crisis_room_views import (
    invitation_refused,
    pool_low,
    room_afterwards,
    room_not_archived,
    room_refused,
    told,
    way_in,
)
from handlers.ladder_views import late_words
from handlers.notice import Notice
from handlers.rendered import Rendered
from handlers.texts import msg

NEWS: dict[str, str] = {
    A.CRISIS_BRIEFED: msg("📣 %(by)s has informed their firm."),
    A.CRISIS_DECIDED: msg("⚖️ Decision %(number)s by %(by)s: %(text)s"),
    A.CRISIS_ACTION_ADDED: msg("⬜ Action %(number)s for %(owner)s: %(text)s"),
    A.CRISIS_ACTION_COMPLETED: msg("✅ Action %(number)s is done: %(text)s"),
    A.CRISIS_MEMBERS_AGREED: msg("%(by)s has agreed the member list."),
    A.CRISIS_VISITOR_JOINED: msg("%(person)s has joined; they are not on the member list."),
    A.CRISIS_COMMUNICATION_LEAD_NAMED: msg("%(person)s keeps their firm informed from now on."),
    A.CRISIS_SUPPLIER_ADDED: msg("%(person)s (%(phone)s) is asked to join for the supplier."),
}


def open_action_lines(notice: Notice, crisis: Crisis) -> list[str]:
    """The actions not done, under their heading."""
    texts, contract = notice.texts, notice.reader.contract
    left = [a for a in crisis.actions if a.done_at is None]
    if not left:
        return []
    return [texts("Open actions:"), *(action_line(a, contract, texts, notice.now) for a in left)]


def card(notice: Notice) -> Rendered:
    """The card of the crisis room."""
    person = notice.reader.person
    return crisis_card(
        notice.crisis(), notice.reader.contract, notice.texts, notice.now,
        reader=person.id if person else None,
    )  # fmt: skip


def request(notice: Notice) -> Rendered | None:
    """To a counterpart: will you form a crisis cell? (CRI-2)"""
    crisis, texts = notice.crisis(), notice.texts
    if crisis.state is not CrisisState.ASKED:
        return None
    asker = notice.name_of(crisis.asked_by)
    phone = notice.phone_of(crisis.asked_by)
    lines = [
        texts(
            "%(name)s asks you to form a crisis cell together: %(reason)s",
            name=asker,
            reason=b.plain(crisis.reason),
        )
    ]
    if phone:
        lines.append(texts("You can call them: %(phone)s", phone=phone))
    if notice.number("number") > 1:
        lines.append(texts("This is call number %(number)s.", number=notice.number("number")))
    if late := late_words(notice):
        lines.append(late)
    record = (notice.contract, crisis.id)
    return told(
        notice, crisis, "\n".join(lines),
        b.button(texts("Accept"), "crisis/accept", *record, style="primary"),
        b.button(texts("Refuse"), "crisis/refuse", *record, style="danger"),
    )  # fmt: skip


def requested(notice: Notice) -> Rendered | None:
    """To the asker: whom to call, and the number (CRI-2)."""
    crisis, texts = notice.crisis(), notice.texts
    if crisis.state is not CrisisState.ASKED or not crisis.pings:
        return None
    asked = crisis.pings[-1].person
    if asked != notice.effect.facts["person"]:
        return None
    sentence = texts(
        "%(name)s is asked now. Please call them as well: %(phone)s",
        name=notice.name_of(asked),
        phone=notice.phone_of(asked) or "–",
    )
    silent = str(notice.effect.facts.get("silent") or "")
    if silent and silent != asked:
        name = notice.name_of(silent)
        sentence = texts("%(name)s has not answered.", name=name) + " " + sentence
    return told(notice, crisis, sentence)


def refused(notice: Notice) -> Rendered:
    """The counterpart refused, with a reason."""
    crisis = notice.crisis()
    return told(
        notice,
        crisis,
        notice.texts(
            "%(name)s does not agree to a crisis cell: %(reason)s",
            name=notice.name_of(crisis.refused_by or ""),
            reason=b.plain(crisis.refusal),
        ),
    )


def members(notice: Notice) -> Rendered | None:
    """To the initiators: agree the member list (CRI-3)."""
    crisis, texts, me = notice.crisis(), notice.texts, notice.reader.person
    side = crisis.side_led_by(me.id) if me else None
    if crisis.state is not CrisisState.OPEN or side is None or side in crisis.agreed_by:
        return None
    contract = notice.reader.contract
    lines = [
        texts("Please agree the member list, or change it:"),
        *presence_lines(crisis, contract, texts),
    ]
    if left_out := notice.people("left_out"):
        names = texts.listing(left_out)
        lines.append(texts("Not asked, as they take no part in exercises: %(names)s", names=names))
    record = (notice.contract, crisis.id)
    buttons = [
        b.button(texts("Agree"), "crisis/members", *record, style="primary"),
        b.button(texts("Add somebody"), "crisis/add", *record),
    ]
    suggested = notice.effect.facts.get("suggested_suppliers")
    for supplier_id in suggested if isinstance(suggested, list) else []:
        supplier = contract.supplier(supplier_id)
        representative = contract.person(supplier.representative)
        lines.append(
            texts(
                "The supplier %(name)s may be concerned: %(person)s, %(phone)s",
                name=b.plain(supplier.name),
                person=b.plain(representative.name),
                phone=representative.phone or "–",
            )
        )
        label = texts("Call %(name)s", name=supplier.name)
        buttons.append(b.button(label, f"crisis/add#{supplier_id}", *record, supplier=supplier_id))
    return told(notice, crisis, "\n".join(lines), *buttons)


def open_room(notice: Notice) -> Rendered | None:
    """What the courier opens without words; nothing where the crisis is over before."""
    crisis = notice.crisis()
    over = crisis.state in CRISIS.over
    return None if over and crisis.room is None else room_action(notice)


def room_action(notice: Notice) -> Rendered:
    """What the courier does in Slack without words."""
    return Rendered(text=notice.subject)


def topic(notice: Notice) -> Rendered:
    """The topic of the room."""
    return Rendered(text=b.plain(crisis_heading(notice.crisis(), notice.texts)))


def brief(notice: Notice) -> Rendered:
    """The brief pinned in the room."""
    crisis, texts = notice.crisis(), notice.texts
    leads = [notice.name_of(lead) for lead in crisis.leads.values()]
    lines = [
        texts("*Brief*"),
        b.plain(crisis.brief or crisis.reason),
        texts("Lead: %(names)s", names=texts.listing(leads)),
    ]
    if crisis.incident:
        incident = notice.tx.get(INCIDENT, notice.contract, crisis.incident)
        lines.insert(1, f"{incident.id} · {b.plain(incident.title)}")
    return told(notice, crisis, "\n".join(lines))


def call(notice: Notice) -> Rendered | None:
    """To a member: join, or name a delegate (CRI-4)."""
    crisis, texts, me = notice.crisis(), notice.texts, notice.reader.person
    member = crisis.member(me.id) if me else None
    if crisis.state is not CrisisState.OPEN or member is None or member.joined_at:
        return None
    if crisis.room and not notice.effect.facts.get("room"):
        return None  # the room is there by now: they are called anew, with the way in
    lines = [texts("A crisis cell is open: %(reason)s", reason=b.plain(crisis.reason))]
    if represented := notice.people("represents"):
        lines.append(texts("You represent %(names)s.", names=texts.listing(represented)))
    elif member.mandated:
        lines.append(texts("You are mandated: please join, or name a delegate."))
    lines += way_in(notice, crisis, member)
    if notice.number("number") > 1:
        lines.append(texts("This is call number %(number)s.", number=notice.number("number")))
    if late := late_words(notice):
        lines.append(late)
    record = (notice.contract, crisis.id)
    here = b.button(texts("I am here"), "crisis/here", *record, style="primary")
    delegate = b.button(texts("Be represented"), "crisis/represented", *record)
    return told(notice, crisis, "\n".join(lines), here, delegate)


def formed(notice: Notice) -> Rendered:
    """To those whom a firm informs, and the help desk (CRI-5)."""
    crisis = notice.crisis()
    return told(
        notice,
        crisis,
        notice.texts(
            "A crisis cell has been formed: %(reason)s. You are informed on behalf of %(name)s.",
            reason=b.plain(crisis.reason),
            name=notice.name("on_behalf_of"),
        ),
    )


def informed_on_behalf(notice: Notice) -> Rendered:
    """To an initiator: whom Escalade informed for them (CRI-5)."""
    names = notice.texts.listing(notice.people("told"))
    return told(
        notice,
        notice.crisis(),
        notice.texts("On your behalf, these people have been informed: %(names)s", names=names),
    )


def missing(notice: Notice) -> Rendered | None:
    """To the lead of a side: a mandated member is still missing (CRI-4)."""
    crisis, texts = notice.crisis(), notice.texts
    member = crisis.member(str(notice.effect.facts.get("person", "")))
    if member is None or crisis.state is not CrisisState.OPEN:
        return None
    if crisis.presence(member) is not Presence.MISSING:
        return None
    name, phone = notice.name_of(member.person), notice.phone_of(member.person) or "–"
    if notice.effect.facts.get("absent"):
        sentence = texts(
            "%(name)s is away and has no stand-in. Please name a delegate, or call them: %(phone)s",
            name=name,
            phone=phone,
        )
    else:
        sentence = texts.n(
            "%(name)s has been called once and is not present yet. Phone: %(phone)s",
            "%(name)s has been called %(n)s times and is not present yet. Phone: %(phone)s",
            notice.number("chased"),
            name=name,
            phone=phone,
        )
    lines = [sentence]
    if member.delegate:
        lines.append(
            texts(
                "Their delegate %(name)s has not joined either. Phone: %(phone)s",
                name=notice.name_of(member.delegate),
                phone=notice.phone_of(member.delegate) or "–",
            )
        )
    side = side_of(notice.reader.contract, member.person)
    if notice.reader.person is None or crisis.leads.get(side) != notice.reader.person.id:
        return told(notice, crisis, "\n".join(lines))
    delegate = b.button(
        texts("Name a delegate"), "crisis/represented", notice.contract, crisis.id,
        style="primary", member=member.person,
    )  # fmt: skip
    return told(notice, crisis, "\n".join(lines), delegate)


def lead_request(notice: Notice) -> Rendered | None:
    """To those who would lead: please confirm (CRI-6)."""
    crisis, texts, me = notice.crisis(), notice.texts, notice.reader.person
    if crisis.hand_over is None or me is None or me.id in crisis.hand_over.confirmed_by:
        return None
    names = [notice.name_of(person) for person in crisis.hand_over.leads.values()]
    return told(
        notice, crisis,
        texts(
            "%(by)s proposes that %(names)s lead the cell from now on.",
            by=notice.name("by"),
            names=texts.listing(names),
        ),
        b.button(
            texts("Confirm"), "crisis/confirm", notice.contract, crisis.id, style="primary"
        ),
    )  # fmt: skip


def lead_changed(notice: Notice) -> Rendered:
    """The lead has passed (CRI-6)."""
    crisis = notice.crisis()
    names = [notice.name_of(person) for person in crisis.leads.values()]
    return told(
        notice,
        crisis,
        notice.texts("The cell is now led by %(names)s.", names=notice.texts.listing(names)),
    )


def inform_reminder(notice: Notice) -> Rendered | None:
    """To a communication lead: keep your firm informed (CRI-7)."""
    crisis, texts = notice.crisis(), notice.texts
    if crisis.state is not CrisisState.OPEN:
        return None
    lines = [texts("It is time to keep your firm informed, and to record what you say to whom.")]
    if last := notice.when("last"):
        lines.append(texts("Last briefing recorded: %(at)s", at=last))
    if late := late_words(notice):
        lines.append(late)
    return told(
        notice, crisis, "\n".join(lines),
        b.button(
            texts("Record a briefing"), "crisis/inform", notice.contract, crisis.id, style="primary"
        ),
    )  # fmt: skip


def news(notice: Notice) -> Rendered:
    """Something happened in the cell."""
    action = str(notice.effect.facts.get("action", ""))
    facts = {name: notice.name(name) for name in ("by", "person", "owner")}
    facts |= {name: notice.fact(name) for name in ("text", "number", "phone")}
    return told(notice, notice.crisis(), notice.texts(NEWS[action], **facts))


def action_due(notice: Notice) -> Rendered | None:
    """An action is due (CRI-8)."""
    crisis, texts = notice.crisis(), notice.texts
    number = notice.number("number")
    action = next((a for a in crisis.actions if a.number == number), None)
    if action is None or action.done_at:
        return None
    return told(
        notice, crisis,
        texts(
            "Action %(number)s is due: %(text)s (%(owner)s, %(due)s)",
            number=number,
            text=b.plain(action.text),
            owner=notice.name_of(action.owner),
            due=notice.when("due"),
        ),
        b.button(
            texts("Done"), "crisis/done", notice.contract, crisis.id,
            style="primary", number=str(number),
        ),
    )  # fmt: skip


def close_request(notice: Notice) -> Rendered | None:
    """To the other lead: shall the crisis be closed? (CRI-9)"""
    crisis, texts, me = notice.crisis(), notice.texts, notice.reader.person
    side = crisis.side_led_by(me.id) if me else None
    if crisis.state is not CrisisState.OPEN or side is None or side in crisis.closing:
        return None
    lines = [texts("%(by)s agrees to close the crisis. Do you?", by=notice.name("by"))]
    lines += open_action_lines(notice, crisis)
    close = b.button(
        texts("Close the crisis"), "crisis/close", notice.contract, crisis.id, style="primary"
    )
    return told(notice, crisis, "\n".join(lines), close)


def closed(notice: Notice) -> Rendered:
    """The crisis is closed (CRI-9), or its request was withdrawn."""
    crisis, texts = notice.crisis(), notice.texts
    if notice.effect.facts.get("withdrawn"):
        return told(
            notice, crisis,
            texts(
                "%(by)s has withdrawn the request for a crisis cell. No answer is needed.",
                by=notice.name("by"),
            ),
        )  # fmt: skip
    if crisis.opened_at is None:
        return told(notice, crisis, texts("The request was withdrawn: this room is not needed."))
    lines = [texts("The crisis is closed. A written report follows.")]
    if notice.reader.person is None:
        lines.append(room_afterwards(crisis, texts))
    lines += open_action_lines(notice, crisis)
    return told(notice, crisis, "\n".join(lines))


VIEWS = {
    Topic.CRISIS_CARD: card,
    Topic.CRISIS_REQUEST: request,
    Topic.CRISIS_REQUESTED: requested,
    Topic.CRISIS_REFUSED: refused,
    Topic.CRISIS_MEMBERS: members,
    Topic.OPEN_ROOM: open_room,
    Topic.ROOM_REFUSED: room_refused,
    Topic.INVITE: room_action,
    Topic.INVITATION_REFUSED: invitation_refused,
    Topic.UNINVITE: room_action,
    Topic.ARCHIVE_ROOM: room_action,
    Topic.POOL_LOW: pool_low,
    Topic.ROOM_NOT_ARCHIVED: room_not_archived,
    Topic.ROOM_TOPIC: topic,
    Topic.PIN_BRIEF: brief,
    Topic.CRISIS_CALL: call,
    Topic.CRISIS_FORMED: formed,
    Topic.INFORMED_ON_BEHALF: informed_on_behalf,
    Topic.MEMBER_MISSING: missing,
    Topic.LEAD_REQUEST: lead_request,
    Topic.LEAD_CHANGED: lead_changed,
    Topic.INFORM_REMINDER: inform_reminder,
    Topic.CRISIS_NEWS: news,
    Topic.ACTION_DUE: action_due,
    Topic.CLOSE_REQUEST: close_request,
    Topic.CRISIS_CLOSED: closed,
}
