"""Tell who answers for what: the RACI of the contract, asked by near words (Rules ORG-7, CON-2)."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.contract.names import words_met
from escalation.contract.processes.responsibilities import PARTS, Responsibility
from escalation.duty import availability
from escalation.people.audience import named
from handlers.application import Application
from handlers.incident.parts.away import away_words
from handlers.verbs.pages import Page, listed
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import msg

LABELS = {
    "accountable": msg("Accountable (A)"),
    "responsible": msg("Responsible (R)"),
    "consulted": msg("Consulted (C)"),
    "informed": msg("Informed (I)"),
}


async def matrix(_application: Application, invocation: Invocation) -> Rendered:
    """The activities that most of the words name, all of them without a word; by page.

    To the people of the two firms, who know whom the contract names.
    """
    texts, every, asked = (
        invocation.caller.texts,
        invocation.caller.known.responsibilities,
        invocation.text("activity"),
    )
    if not every:
        return Rendered(text=texts("The matrix of responsibilities is for the two firms alone."))
    found = _meant(every, asked)
    if not found:
        processes = dict.fromkeys(b.plain(each.process) for each in every)
        said = texts("No activity of the matrix is like “%(text)s”.", text=b.plain(asked))
        there = texts.labelled(texts("Its processes"), texts.listing(list(processes)))
        return b.short(said, there)
    page = Page.of(invocation.number("page"), len(found))
    lines = [line for each in page.cut(found) for line in _lines(each, invocation)]
    title = texts.n("Who answers for one activity", "Who answers for %(n)s activities", len(found))
    return listed(invocation, title, lines, page)


def _meant(every: tuple[Responsibility, ...], asked: str) -> list[Responsibility]:
    if not asked:
        return list(every)
    met = [(words_met(asked, each.id), each) for each in every]
    most = max(count for count, _ in met)
    return [each for count, each in met if count == most > 0]


def _lines(each: Responsibility, invocation: Invocation) -> Iterator[str]:
    texts = invocation.caller.texts
    yield f"*{b.plain(each.id)}*"
    for part in PARTS:
        people = [
            _person(who, invocation) for who in named(invocation.contract, getattr(each, part))
        ]
        if people:
            yield texts.labelled(texts(LABELS[part]), texts.listing(people))


def _person(who: str, invocation: Invocation) -> str:
    """Somebody and their firm; who stands in, where they are away (Rule ORG-3)."""
    contract, texts = invocation.contract, invocation.caller.texts
    if not availability.present(contract, who, invocation.now):
        return away_words(contract, who, texts, invocation.now)
    person = contract.person(who)
    firm = contract.party_name(person.organisation)
    return f"{b.plain(person.name)} ({b.plain(firm)})"
