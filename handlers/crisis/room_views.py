"""Views of what is told about the room of a crisis cell: refused, and how to get in (CRI-4)."""

from __future__ import annotations

from escalation.crisis.crisis_room import SHARED_ROOM, STAYS_OPEN
from escalation.crisis.sides import lead_beside, side_of
from escalation.messages.crisis import InvitationRefused, PoolLow, RoomNotArchived, RoomRefused
from escalation.messages.effects import Meaning
from escalation.records.crisis import Crisis, CrisisState, Member
from handlers.crisis.card import crisis_heading
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.slack_refusals import remedy_words, why_words
from handlers.words.texts import Texts
from handlers.words.view_context import Told, ViewContext


def told(context: ViewContext[Meaning], crisis: Crisis, sentence: str, *buttons: Block) -> Rendered:
    """A short message about a crisis."""
    return b.short(b.plain(crisis_heading(crisis, context.texts)), sentence, *buttons)


def way_in(context: ViewContext[Meaning], crisis: Crisis, member: Member) -> list[str]:
    """Say how somebody who is called comes to the cell: by the room, else by telephone."""
    texts = context.texts
    if crisis.room and not member.kept_out:
        return [texts("Join here: <#%(room)s>", room=crisis.room)]
    if not crisis.room and not crisis.room_refused:
        return []  # it is being opened: they are called again with it
    lead = lead_beside(context.reader.contract, crisis, member.person)
    called = {"name": context.name_of(lead), "phone": context.phone_of(lead) or "–"}
    if crisis.room:
        return [texts("Its room is closed to you. Call %(name)s to take part: %(phone)s", **called)]
    return [texts("It has no room in Slack. Call %(name)s to take part: %(phone)s", **called)]


def room_refused(context: ViewContext[RoomRefused]) -> Rendered | None:
    """To the initiators: Slack gives no channel, where they meet instead, what to mend."""
    crisis, texts = context.crisis(), context.texts
    if crisis.state is not CrisisState.OPEN or not crisis.room_refused:
        return None
    why = why_words(texts, crisis.room_refused)
    if context.reader.contract.rooms.crisis_pool:
        lines = [
            texts(
                "No room of the pool is free for this crisis, and Escalade cannot open one: "
                "%(why)s.",
                why=why,
            )
        ]
    else:
        lines = [texts("Escalade cannot open a room for this crisis: %(why)s.", why=why)]
    lines.append(_instead(context, crisis))
    lines.append(
        texts(
            "So that the next crisis has a room of its own, have an administrator of Slack let "
            "the app create private channels, or have new channels named for it in the contract "
            "file (crisis_pool): each serves one crisis."
        )
    )
    return told(context, crisis, "\n".join(lines))


def pool_low(context: ViewContext[PoolLow]) -> Rendered:
    """To the delivery managers: few rooms of the pool are left, and what to do (CRI-4)."""
    crisis, texts, left = context.crisis(), context.texts, context.message.left
    room = b.plain(crisis.room_name)
    if left:
        used = texts.n(
            "#%(room)s of the pool serves this crisis, and no other after it: %(n)s room is left "
            "for the next ones.",
            "#%(room)s of the pool serves this crisis, and no other after it: %(n)s rooms are left "
            "for the next ones.",
            left,
            room=room,
        )
    else:
        used = texts(
            "#%(room)s of the pool serves this crisis, and no other after it: none is left for the "
            "next one.",
            room=room,
        )
    ask = texts(
        "Please have new channels created, Escalade invited into them, and their names put into "
        "the contract file (crisis_pool) in place of those that have served."
    )
    return told(context, crisis, f"{used}\n{ask}")


def room_not_archived(context: ViewContext[RoomNotArchived]) -> Rendered:
    """To the delivery managers: a room that has served stays open, and what to do (CRI-4)."""
    crisis, texts = context.crisis(), context.texts
    sentence = texts(
        "Escalade cannot archive #%(room)s: %(why)s. It serves no other crisis "
        "even so. Please have an administrator of Slack archive it, or take "
        "out those who are no longer to read it.",
        room=b.plain(crisis.room_name),
        why=why_words(texts, context.message.why),
    )
    return told(context, crisis, sentence)


def room_topic(crisis: Crisis, texts: Texts) -> str:
    """The topic of a cell's channel; little is formatted there."""
    return b.plain(crisis_heading(crisis, texts)).replace(b.WORD_JOINER, "")


def room_afterwards(crisis: Crisis, texts: Texts) -> str:
    """Say what becomes of the room of a cell that is closed."""
    if crisis.borrows_room:
        return texts("This room goes on as before.")
    if crisis.pooled:
        return texts(
            "This room serves no other crisis. In %(days)s days it is archived, and stays "
            "readable.",
            days=STAYS_OPEN.days,
        )
    return texts("This room stays readable.")


def _instead(context: ViewContext[Meaning], crisis: Crisis) -> str:
    texts = context.texts
    if crisis.room:
        return texts(
            "The cell meets in <#%(room)s> instead: everybody there reads along. Suppliers are "
            "not let in, and nobody is put out of it at the end.",
            room=crisis.room,
        )
    if crisis.exercise:
        return texts(
            "The room that both firms share is not used for an exercise: please agree by "
            "telephone where to meet."
        )
    return texts(
        "Nor can it use the room that both firms share. The members are called without a room: "
        "please agree by telephone where to meet."
    )


def invitation_refused(context: ViewContext[InvitationRefused]) -> Rendered | None:
    """To somebody who cannot be let in, how to take part; to who leads with them, to see to it."""
    crisis, texts, me = context.crisis(), context.texts, context.reader.person
    member = crisis.member(context.message.person)
    if crisis.state is not CrisisState.OPEN or member is None or member.joined_at or me is None:
        return None
    record = (context.contract, crisis.id)
    code = context.message.why
    why = why_words(texts, code)
    room = b.plain(crisis.room_name)
    if me.id == member.person:
        lines = [texts("Escalade cannot let you into #%(room)s: %(why)s.", room=room, why=why)]
        if member.kept_out != SHARED_ROOM and crisis.room:
            lines.append(texts("Try here, perhaps it opens: <#%(room)s>", room=crisis.room))
        lines += way_in(context, crisis, member)
        here = b.button(texts("I am here"), "crisis/here", *record, style="primary")
        return told(context, crisis, "\n".join(lines), here)
    sentence = texts(
        "%(name)s cannot be let into #%(room)s: %(why)s. Please telephone: %(phone)s",
        name=context.name_of(member.person),
        room=room,
        why=why,
        phone=context.phone_of(member.person) or "–",
    )
    sentence = "\n".join([sentence, *remedy_words(texts, code)])
    side = side_of(context.reader.contract, member.person)
    if crisis.leads.get(side) != me.id:
        return told(context, crisis, sentence)
    delegate = b.button(
        texts("Name a delegate"), "crisis/represented", *record, member=member.person
    )
    return told(context, crisis, sentence, delegate)


TOLD: Told = {Crisis: told}
