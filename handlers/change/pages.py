"""Looking at changes."""

from __future__ import annotations

from escalation.change import asking, parts
from escalation.contract import CLIENT, PROVIDER
from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people import audience, rights
from escalation.records.change import Change
from escalation.records.kinds import CHANGE
from handlers.application import Application, Caller
from handlers.change.beside import beside
from handlers.change.card import Seen
from handlers.change.words import (
    MOMENTS,
    entry_words,
    heading,
    moment,
    named,
    state_words,
    window_words,
)
from handlers.incident.pages import contract_of
from handlers.verbs.pages import (
    Page,
    listed_records,
    newest_told,
    record_row,
    turned,
    turning,
    with_timeline,
)
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered

LONGEST_SHOWN = 3000
LONGEST_HEADING = 120  # on a line that says more besides


async def listing(application: Application, invocation: Invocation) -> Rendered:
    """A page of the changes that are open, with what waits for whom."""
    texts, me = invocation.caller.texts, invocation.caller.person.id
    context = Context(now=invocation.now, contract=invocation.contract)
    seen = await application.read(lambda tx: open_to(tx, context, me))
    if not seen:
        return Rendered(text=texts("No open change concerns you."), in_place=invocation.turns_page)
    page = Page.of(invocation.number("page"), len(seen))
    rows = [
        record_row(line(context, change, invocation.caller), "change/show", change, texts)
        for change in page.cut(seen)
    ]
    title = texts.n("%(n)s open change", "%(n)s open changes", len(seen))
    return listed_records(invocation, title, rows, page)


def open_to(tx: Transaction, context: Context, me: str) -> list[Change]:
    """The open changes that somebody may see: those that wait for them, then the oldest."""
    contract = context.contract
    seen = (c for c in tx.list(CHANGE, contract.id) if rights.visible(contract, me, c))
    return sorted(seen, key=lambda change: me not in _awaited(context, change))


def _awaited(context: Context, change: Change) -> set[str]:
    now = {p for each in parts.awaited(context, change).values() for p in each}
    return now or set(parts.awaited_later(context, change))


def line(context: Context, change: Change, caller: Caller) -> str:
    """A change on one line: its state, its window, whom it waits for."""
    people, texts, reading = _awaited(context, change), caller.texts, caller.reading
    names = texts.listing(list(dict.fromkeys(map(reading.name_of, sorted(people)))))
    awaited = texts("waiting for %(names)s", names=names) if people else ""
    said = (
        b.cut(heading(change), LONGEST_HEADING),
        state_words(change, texts, context.now),
        window_words(change, texts),
        awaited,
    )
    return " · ".join(b.plain(each) for each in said if each)


async def catalogue(_: Application, invocation: Invocation) -> Rendered:
    """The catalogue of standard changes, with a button for what the caller may ask for."""
    texts, rules = invocation.caller.texts, parts.rules_of(invocation.contract)
    title = texts("Catalogue of standard changes")
    page = Page.of(invocation.number("page"), len(rules.standard))
    blocks = [b.section(f"*{title}*"), *_kept(invocation.caller)]
    for number, entry in enumerate(page.cut(rules.standard)):
        said = [f"*{b.plain(entry.title)}* · `{entry.id}`", *entry_words(entry, invocation.caller)]
        blocks.append(b.section("\n".join(said)))
        if asking.may_ask(invocation.contract, invocation.caller.person.id, entry, invocation.now):
            label, verb = texts("Ask for it"), f"change/request#{number}"
            button = b.button(label, verb, invocation.contract.id, "", standard=entry.id)
            if not any(field.required for field in entry.form):  # it is asked for at once
                no = texts("Cancel")
                button = b.asking(button, label, entry.title, yes=label, no=no)
            blocks.append(b.actions(button))
    blocks += turning(page, texts, turned(invocation))
    return Rendered(text=title, blocks=blocks, in_place=invocation.turns_page)


def _kept(caller: Caller) -> list[Block]:
    """Show who keeps the catalogue in either firm, since when it is so, how it changes (ORG-9)."""
    texts, contract, rules = caller.texts, caller.contract, parts.rules_of(caller.contract)
    said = []
    if rules.dated:
        said.append(
            texts(
                "Edition of %(day)s, contract version %(version)s.",
                day=texts.date(rules.dated),
                version=contract.version[:8],
            )
        )
    if kept := [contract.person(each) for each in audience.named(contract, rules.keepers)]:
        names = [
            named(caller, [each.id for each in kept if each.organisation == firm])
            for firm in (PROVIDER, CLIENT)
        ]
        who = texts.listing([each for each in names if each])
        said.append(texts("Kept by %(names)s; it changes by a change.", names=who))
    return [b.context(" ".join(said))] if said else []


async def show(application: Application, invocation: Invocation) -> Rendered:
    """One change: its card with the caller's buttons, then its timeline."""
    texts, me = invocation.caller.texts, invocation.caller.person.id

    def look(tx: Transaction) -> Rendered:
        change = tx.get(CHANGE, invocation.contract.id, invocation.subject)
        if not rights.visible(invocation.contract, me, change):
            raise CHANGE.not_found(invocation.subject)
        contract = contract_of(tx, change, invocation)
        card = Seen(
            change=change,
            contract=contract,
            person=me,
            texts=texts,
            now=invocation.now,
            longest=LONGEST_SHOWN,
            around=beside(tx, change, invocation.now, me),
        ).card()
        told = newest_told(tx, change, MOMENTS, me)
        moments = [(each.at, moment(each, contract, texts)) for each in told]
        return with_timeline(card, moments, texts)

    return await application.read(look)
