"""Looking at on-call duty: now, next, and where the coming week has a gap (Rule CAL-6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from escalation.contract import CLIENT, PROVIDER, Post
from escalation.duty.ahead import Stretch, stretches
from handlers.application import Application
from handlers.verbs.verb import Ask
from handlers.words import blocks as b
from handlers.words.rendered import Rendered

A_WEEK = timedelta(days=7)
LOOKED_AHEAD = timedelta(days=15)  # further than the longest usual turn
MOST_FAULTS = 10


async def on_duty(application: Application, ask: Ask) -> Rendered:  # noqa: ARG001  # as every look
    """Who is called first at each post, until when and who is next; gaps and overlaps."""
    texts = ask.caller.texts
    title = texts("Called first, %(now)s", now=texts.instant(ask.now))
    lines, faults = [f"*{title}*"], []
    for heading, posts in _posts(ask):
        lines.append(f"*{b.plain(heading)}*")
        for firm, post in posts:
            ahead = stretches(ask.contract, post, ask.now, ask.now + LOOKED_AHEAD)
            name = b.plain(ask.contract.party_name(firm))
            lines.append(texts.labelled(name, _now_and_next(ask, ahead)))
            faults += [f"{b.plain(heading)}, {name}: {words}" for words in _faults(ask, ahead)]
    if faults:
        heading = texts("To be mended in the coming week")
        lines += [f"*{heading}*", *faults[:MOST_FAULTS]]
    return Rendered(text=title, blocks=b.sections(lines))


def _posts(ask: Ask) -> Iterator[tuple[str, list[tuple[str, Post]]]]:
    """The posts that the caller may know of, level by level; a supplier's are its own (CON-2)."""
    contract = ask.contract
    if ask.firm in {PROVIDER, CLIENT}:
        for echelon in contract.echelons:
            yield echelon.name, [(PROVIDER, echelon.provider), (CLIENT, echelon.client)]
        return
    for ladder in contract.ladders:
        if ladder.towards == ask.firm:
            for rung in ladder.rungs:
                if rung.supplier is not None:
                    yield contract.echelon(rung.level).name, [(ask.firm, rung.supplier)]


def _now_and_next(ask: Ask, ahead: list[Stretch]) -> str:
    """Who is called first, and by whom and when they are relieved."""
    texts, now = ask.caller.texts, ahead[0]
    first = now.people[:1]
    following = next((each for each in ahead if each.people[:1] != first), None)
    who = _person(ask, first, phone=True)
    if following is None:
        return who
    return texts(
        "%(who)s until %(at)s, then %(next)s",
        who=who,
        at=texts.clock(following.start, ask.now),
        next=_person(ask, following.people[:1]),
    )


def _person(ask: Ask, people: tuple[str, ...], *, phone: bool = False) -> str:
    if not people:
        return ask.caller.texts("nobody")
    person = ask.contract.person(people[0])
    number = f" ({b.plain(person.phone)})" if phone and person.phone else ""
    return f"{b.plain(person.name)}{number}"


def _faults(ask: Ask, ahead: list[Stretch]) -> Iterator[str]:
    texts = ask.caller.texts
    for each in ahead:
        if each.start >= ask.now + A_WEEK:
            return
        when = {"start": texts.instant(each.start), "end": texts.instant(each.end)}
        if each.gap:
            yield texts("nobody is on call from %(start)s to %(end)s", **when)
        if each.twice:
            names = [b.plain(ask.contract.name_of(person)) for person in each.twice]
            yield texts(
                "%(names)s are on call at once from %(start)s to %(end)s",
                names=texts.listing(names),
                **when,
            )
