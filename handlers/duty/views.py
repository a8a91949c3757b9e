"""Covers and swaps as people see them: the card of each, and what is told of it (Rule CAL-6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from escalation.base.journal_actions.cover import CoverAction
from escalation.contract import Contract
from escalation.cover.answering import begun
from escalation.cover.watching import DutyFault
from escalation.decision.commands import cover as c
from escalation.duty.covers import kept
from escalation.duty.keepers import keepers
from escalation.messages.cover import CoverCard, CoverNews, DutyFaults, UnreachedPeople
from escalation.perform import rights
from escalation.records.cover import Cover, CoverState, Spell
from escalation.records.duty_watch import DutyWatch
from handlers.duty import management
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import Texts, msg
from handlers.words.view_context import Told, ViewContext, Views

STATES = {
    CoverState.ASKED: msg("Not answered yet; asked: %(asked)s."),
    CoverState.AGREED: msg("%(who)s agrees; whoever keeps the rota decides: %(keepers)s."),
    CoverState.IN_FORCE: msg("%(who)s covers for %(asker)s."),
    CoverState.OVER: msg("It is over."),
    CoverState.DECLINED: msg("It was declined."),
    CoverState.WITHDRAWN: msg("It was withdrawn."),
    CoverState.LAPSED: msg("It lapsed: nobody took it in time."),
}
OPEN = {CoverState.ASKED, CoverState.AGREED, CoverState.IN_FORCE}
NEWS = {
    CoverAction.AGREED: msg("%(who)s agrees to cover; whoever keeps the rota has still to agree."),
    CoverAction.TAKEN: msg("%(who)s covers for %(asker)s; the next call obeys it."),
    CoverAction.DECLINED: msg("%(by)s declines."),
    CoverAction.WITHDRAWN: msg("%(by)s has withdrawn it: the duty is whose turn it is."),
    CoverAction.UNANSWERED: msg(
        "Nobody has taken it yet. Unless somebody does, %(asker)s is on duty: please ask "
        "somebody else, or telephone."
    ),
    CoverAction.LAPSED: msg("Nobody took it in time: %(asker)s is on duty."),
    CoverAction.VOID: msg(
        "It is void: the turn has moved, somebody else has taken hours of it by another cover or "
        "swap, or one of you is no longer in the contract. What is left can be asked for anew."
    ),
}


def heading(cover: Cover, contract: Contract) -> str:
    """Number and rota, in plain text."""
    return f"🔁 {cover.id} · {contract.rota_name(cover.rota)}"


def told(cover: Cover, contract: Contract, sentence: str, *buttons: Block) -> Rendered:
    """A short message about a cover."""
    return b.short(b.plain(heading(cover, contract)), sentence, *buttons)


def spell_words(spell: Spell, texts: Texts) -> str:
    """From when to when."""
    return texts(
        "from %(start)s to %(end)s", start=texts.instant(spell.start), end=texts.instant(spell.end)
    )


def lines_of(cover: Cover, contract: Contract, texts: Texts, keepers: str) -> Iterator[str]:
    """Say what is asked of whom, and how it stands."""
    asker = b.plain(contract.name_of(cover.asked_by))
    when = spell_words(cover.spell, texts)
    if cover.on_behalf:
        by = b.plain(contract.name_of(cover.on_behalf))
        yield texts("%(by)s asks for cover for %(asker)s %(when)s.", by=by, asker=asker, when=when)
    elif cover.back is None:
        yield texts("%(asker)s asks for cover %(when)s.", asker=asker, when=when)
    else:
        back = spell_words(cover.back, texts)
        yield texts(
            "%(asker)s offers to swap: the turn %(when)s for the one %(back)s.",
            asker=asker,
            when=when,
            back=back,
        )
    if cover.reason:
        yield f"> {b.plain(cover.reason)}"
    waiting = [p for p in cover.asked if p not in cover.declined]
    yield texts(
        NEWS[CoverAction.VOID] if cover.void else STATES[cover.state],
        asked=texts.listing([b.plain(contract.name_of(p)) for p in waiting]),
        who=b.plain(contract.name_of(cover.taken_by or "")),
        asker=asker,
        keepers=keepers,
    )
    if cover.state in OPEN:
        for relief, start, end in kept(contract, cover):
            yield texts(
                "%(name)s is away %(when)s: those hours stay with %(asker)s.",
                name=b.plain(contract.name_of(relief.by)),
                asker=b.plain(contract.name_of(relief.of)),
                when=spell_words(Spell(start=start, end=end), texts),
            )


def card(context: ViewContext[CoverCard]) -> Rendered:
    """Show how a cover stands, and what its reader can do."""
    cover, texts, contract = context.cover(), context.texts, context.reader.contract
    keeping = context.names_of(keepers(contract, cover.rota, context.now))
    me = context.reader.person.id if context.reader.person else ""
    buttons = buttons_for(cover, contract, me, texts, context.now)
    return told(cover, contract, "\n".join(lines_of(cover, contract, texts, keeping)), *buttons)


def buttons_for(
    cover: Cover, contract: Contract, me: str, texts: Texts, now: datetime
) -> list[Block]:
    """Show what somebody can do with a cover."""
    record = (contract.id, cover.id)
    found: list[Block] = []
    keeps = me in keepers(contract, cover.rota, now)
    asked = cover.state is CoverState.ASKED and me in cover.asked and me not in cover.declined
    if asked or (cover.state is CoverState.AGREED and keeps):
        found += [
            b.button(texts("Accept"), "oncall/accept", *record, style="primary"),
            b.button(texts("Decline"), "oncall/decline", *record),
        ]
    ends = cover.state in OPEN and (keeps or not begun(cover, now))
    if ends and rights.allowed(contract, me, c.WithdrawCover, cover, at=now):
        withdraw = b.button(texts("Withdraw"), "oncall/withdraw", *record)
        question = texts("From now on the duty is whose turn it is. Withdraw %(id)s?", id=cover.id)
        yes, no = texts("Withdraw"), texts("Cancel")
        found.append(b.asking(withdraw, texts("Withdraw"), question, yes=yes, no=no))
    return found


def news(context: ViewContext[CoverNews]) -> Rendered | None:
    """To the other of the two: what happened to the cover."""
    cover, texts, message = context.cover(), context.texts, context.message
    words, taken = NEWS[CoverAction(message.action)], message.action == CoverAction.TAKEN
    if taken and context.now < cover.starts:
        words = msg("%(who)s covers for %(asker)s; calls obey it from then on.")
    sentence = texts(
        words,
        who=context.name_of(cover.taken_by or ""),
        asker=context.name_of(cover.asked_by),
        by=context.name_of(message.by),
    )
    lines = [sentence, *([f"> {b.plain(message.reason)}"] if message.reason else [])]
    lines.append(spell_words(cover.spell, texts))
    if cover.back and taken and cover.taken_by:
        back = texts(
            "In return, %(asker)s covers for %(who)s: %(when)s",
            who=context.name_of(cover.taken_by),
            asker=context.name_of(cover.asked_by),
            when=spell_words(cover.back, texts),
        )
        lines.append(back)
    elif cover.back:
        lines.append(texts("In return: %(when)s", when=spell_words(cover.back, texts)))
    return told(cover, context.reader.contract, "\n".join(lines))


def faults(context: ViewContext[DutyFaults]) -> Rendered:
    """To who keeps a rota: where nobody is on call, or two people are at once (CAL-6)."""
    texts, contract = context.texts, context.reader.contract
    lines = [_fault_words(DutyFault.read(each), contract, texts) for each in context.message.faults]
    look = b.button(texts("Who is on call"), "oncall/now", context.contract, "")
    return b.short(watch_heading(context), "\n".join(lines), look)


def watch_heading(context: ViewContext[Any]) -> str:
    """Say what a message about the duty ahead begins with."""
    return context.texts.labelled(context.subject, context.texts("On-call duty to be put right"))


def _fault_words(fault: DutyFault, contract: Contract, texts: Texts) -> str:
    echelon = next((e.name for e in contract.echelons if e.level == fault.level), "")
    where = b.plain(f"{echelon}, {contract.party_name(fault.firm)}")
    when = {"start": texts.instant(fault.start), "end": texts.instant(fault.end)}
    if not fault.twice:
        return texts.labelled(where, texts("nobody is on call from %(start)s to %(end)s", **when))
    names = texts.listing([b.plain(contract.name_of(person)) for person in fault.twice])
    said = texts(
        "%(names)s are on call at the same time from %(start)s to %(end)s", names=names, **when
    )
    return texts.labelled(where, said)


def unreached(context: ViewContext[UnreachedPeople]) -> Rendered:
    """To who keeps the list: whom no way leads to, which failed, and what to do (ESC-10)."""
    texts, contract = context.texts, context.reader.contract
    lines = [
        texts.n(
            "For a day, nothing has shown that a call would reach them.",
            "For %(n)s days, nothing has shown that a call would reach them.",
            context.message.days,
        )
    ]
    failed: dict[str, list[str]] = defaultdict(list)
    for who in context.message.people:
        known = contract.knows(who) and contract.person(who)
        by_mail = known and known.email and "mail" in known.ways
        why = (
            texts("no open Slack account was found, and no mail has left")
            if by_mail
            else texts("no open Slack account was found; the contract gives no way by mail")
        )
        failed[why].append(context.name_of(who))
    lines += ["• " + texts.labelled(texts.listing(names), why) for why, names in failed.items()]
    lines.append(
        texts(
            "Please phone them, put the Slack account and the address in the contract right, or "
            "name somebody else there. You are told again each week."
        )
    )
    heading = texts.labelled(context.subject, texts("People to call who may be out of reach"))
    return b.short(heading, "\n".join(lines))


VIEWS: Views = {
    CoverCard: card,
    CoverNews: news,
    DutyFaults: faults,
    UnreachedPeople: unreached,
    **management.VIEWS,
}
TOLD: Told = {
    Cover: lambda context, cover, sentence: told(cover, context.reader.contract, sentence),
    DutyWatch: lambda context, _, sentence: b.short(watch_heading(context), sentence),
}
