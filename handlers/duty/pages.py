"""Looking at on-call duty: now, next, and where the coming week has a gap (Rule CAL-6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from escalation.contract import CLIENT, PROVIDER, Contract, Post
from escalation.decision.commands.cover import AskCover
from escalation.decision.transaction import Transaction
from escalation.duty.ahead import Stretch, stretches
from escalation.duty.covers import covered_by
from escalation.duty.feeds import followed
from escalation.duty.keepers import keepers, keepers_of_supplier
from escalation.people.rights import visible
from escalation.perform import rights
from escalation.records.cover import Cover
from escalation.records.duty_watch import ManagementCheck
from escalation.records.kinds import COVER, DUTY_WATCH
from handlers.application import Application
from handlers.duty import management
from handlers.duty.views import buttons_for, lines_of, told
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered

A_WEEK = timedelta(days=7)
LOOKED_AHEAD = timedelta(days=15)  # further than the longest usual turn
MOST_FAULTS = 10


async def on_duty(application: Application, invocation: Invocation) -> Rendered:
    """Show who is called first at each post, until when, who is next; gaps, overlaps and covers."""
    contract, covers, checks = await application.read(lambda tx: _as_it_stands(tx, invocation))
    invocation = replace(invocation, caller=replace(invocation.caller, contract=contract))
    texts = invocation.caller.texts
    title = texts("Called first, %(now)s", now=texts.instant(invocation.now))
    lines, faults = [f"*{title}*"], []
    for heading, posts in _posts(invocation):
        lines.append(f"*{b.plain(heading)}*")
        for firm, post in posts:
            ahead = stretches(
                invocation.contract, post, invocation.now, invocation.now + LOOKED_AHEAD
            )
            name = b.plain(invocation.contract.party_name(firm))
            lines.append(texts.labelled(name, _now_and_next(invocation, post, ahead)))
            faults += [
                f"{b.plain(heading)}, {name}: {words}" for words in _faults(invocation, ahead)
            ]
    if faults:
        heading = texts("To be put right in the coming week")
        lines += [f"*{heading}*", *faults[:MOST_FAULTS]]
    shown = b.sections(lines)
    for cover in covers:
        shown += _cover(cover, invocation)
    if _takes_turns(invocation):
        shown.append(
            b.actions(
                b.button(texts("Ask for cover"), "oncall/cover", contract.id, ""),
                b.button(texts("Swap turns"), "oncall/swap", contract.id, ""),
            )
        )
    shown += _suppliers(invocation, checks)
    if invocation.caller.known.responsibilities:
        shown.append(
            b.actions(b.button(texts("Who answers for …?"), "oncall/answers", contract.id, ""))
        )
    return Rendered(text=title, blocks=shown)


def _suppliers(invocation: Invocation, checks: Mapping[str, ManagementCheck]) -> list[Block]:
    """Show whom to phone at each supplier, confirmed by whom when; to both (CRI-13, CON-2)."""
    texts, contract, me = invocation.caller.texts, invocation.contract, invocation.caller.person.id
    unasked = contract.crisis.confirm_suppliers_days is None or not contract.suppliers
    if unasked or invocation.firm not in {PROVIDER, CLIENT}:
        return []
    heading = texts("The suppliers' management")
    lines = management.lines_of(contract.suppliers, checks, contract, texts)
    shown = b.sections([f"*{heading}*", *lines])
    mine = [
        button
        for supplier in contract.suppliers
        if me in keepers_of_supplier(contract, supplier)
        for button in management.buttons_for(supplier, contract, texts)
    ]
    return [*shown, *b.action_rows(mine)]


async def feeds(application: Application, invocation: Invocation) -> Rendered:
    """The links to the caller's own duty, and to the rotas they follow, for their calendar."""
    texts, me = invocation.caller.texts, invocation.caller.person.id
    title = texts("On-call duty in your calendar")
    own = application.feed_link(invocation.contract.id, me)
    if not own:
        return b.short(title, texts("Whoever runs Escalade has set up no calendar feeds."))
    contract = await application.read(lambda tx: tx.contract(invocation.contract.id))
    lines = [texts.labelled(texts("Your own duty"), f"`{own}`")]
    for rota in followed(contract, me, invocation.now):
        link = application.feed_link(contract.id, me, rota)
        name = texts("Rota %(rota)s", rota=b.plain(contract.rota_name(rota)))
        lines.append(texts.labelled(name, f"`{link}`"))
    lines.append(
        texts(
            "Subscribe to a link in your calendar (“from URL”): it follows covers and swaps. "
            "Whoever has the link reads the feed: keep it to yourself."
        )
    )
    return b.short(title, "\n".join(lines))


def _as_it_stands(
    tx: Transaction, invocation: Invocation
) -> tuple[Contract, list[Cover], Mapping[str, ManagementCheck]]:
    """The contract with the covers in force, those the caller may know of, what was confirmed."""
    contract = tx.contract(invocation.contract.id)
    covers = tx.list(COVER, contract.id)
    seen = [c for c in covers if visible(contract, invocation.caller.person.id, c)]
    watches = tx.list(DUTY_WATCH, contract.id, open_only=False)
    return contract, seen, watches[0].suppliers if watches else {}


def _takes_turns(invocation: Invocation) -> bool:
    """Tell whether the caller takes turns in a rota."""
    return rights.allowed(
        invocation.contract, invocation.caller.person.id, AskCover, at=invocation.now
    )


def _cover(cover: Cover, invocation: Invocation) -> list[Block]:
    """A cover that is asked for, or in force, and what the caller can do with it."""
    texts, contract, me = invocation.caller.texts, invocation.contract, invocation.caller.person.id
    keeping = [b.plain(contract.name_of(p)) for p in keepers(contract, cover.rota, invocation.now)]
    lines = lines_of(cover, contract, texts, texts.listing(keeping))
    buttons = buttons_for(cover, contract, me, texts, invocation.now)
    return told(cover, contract, "\n".join(lines), *buttons).blocks


def _posts(invocation: Invocation) -> Iterator[tuple[str, list[tuple[str, Post]]]]:
    """The posts that the caller may know of, level by level; a supplier's are its own (CON-2)."""
    contract = invocation.contract
    if invocation.firm in {PROVIDER, CLIENT}:
        for echelon in contract.echelons:
            yield echelon.name, [(PROVIDER, echelon.provider), (CLIENT, echelon.client)]
        return
    for ladder in contract.ladders:
        if ladder.towards == invocation.firm:
            for rung in ladder.rungs:
                if rung.supplier is not None:
                    yield contract.echelon(rung.level).name, [(invocation.firm, rung.supplier)]


def _now_and_next(invocation: Invocation, post: Post, ahead: list[Stretch]) -> str:
    """Say who is called first, and by whom and when they are relieved."""
    texts, now = invocation.caller.texts, ahead[0]
    first = now.people[:1]
    following = next((each for each in ahead if each.people[:1] != first), None)
    who = _person(invocation, first, phone=True) + _covering(invocation, post, now)
    if following is None:
        return who
    return texts(
        "%(who)s until %(at)s, then %(next)s",
        who=who,
        at=texts.clock(following.start, invocation.now),
        next=_person(invocation, following.people[:1]) + _covering(invocation, post, following),
    )


def _covering(invocation: Invocation, post: Post, stretch: Stretch) -> str:
    """For whom whoever is called first covers; "" for nobody."""
    person = next(iter(stretch.people), "")
    whose = covered_by(invocation.contract, post, person, stretch.start)
    if whose is None:
        return ""
    return " · " + invocation.caller.texts(
        "covers for %(name)s", name=b.plain(invocation.contract.name_of(whose))
    )


def _person(invocation: Invocation, people: tuple[str, ...], *, phone: bool = False) -> str:
    if not people:
        return invocation.caller.texts("nobody")
    person = invocation.contract.person(people[0])
    number = f" ({b.plain(person.phone)})" if phone and person.phone else ""
    return f"{b.plain(person.name)}{number}"


def _faults(invocation: Invocation, ahead: list[Stretch]) -> Iterator[str]:
    texts = invocation.caller.texts
    for each in ahead:
        if each.start >= invocation.now + A_WEEK:
            return
        when = {"start": texts.instant(each.start), "end": texts.instant(each.end)}
        if each.gap:
            yield texts("nobody is on call from %(start)s to %(end)s", **when)
        if each.twice:
            names = [b.plain(invocation.contract.name_of(person)) for person in each.twice]
            yield texts(
                "%(names)s are on call at the same time from %(start)s to %(end)s",
                names=texts.listing(names),
                **when,
            )
