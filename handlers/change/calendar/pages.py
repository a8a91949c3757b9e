"""The calendar of changes: windows ahead, free slots, what was put into service (CHG-4, REL-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from escalation.base.durations import Clock, Duration
from escalation.base.evolve import replace as evolve
from escalation.base.journal import Entry
from escalation.base.journal_actions.change import ChangeAction
from escalation.base.refusals import BadValue, Refusal
from escalation.change import parts
from escalation.change.clashes import Circumstances, affected, days_of
from escalation.change.free_slot import AHEAD, FURTHEST, LONGEST, Slot, next_slot
from escalation.change.looking import found, work_of
from escalation.change.releasing import release_of
from escalation.decision.context import Context
from escalation.decision.contract_of import contract_of
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.perform.change_calendar import circumstances
from escalation.records.change import UNENDED, Change, ChangeResult
from escalation.records.kinds import CHANGE
from handlers.application import Application
from handlers.change.calendar.clash_words import clashes_words
from handlers.change.words import RESULTS, STATES, heading, window_words
from handlers.verbs import choices
from handlers.verbs.fields import choice_of
from handlers.verbs.pages import Page, listed
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import msg

USUAL = timedelta(hours=1)
MOST_RELEASES = 20
MOST_LOOKED_AT = 100  # of which somebody may know of few
MOST_PERIODS = 10


async def calendar(application: Application, invocation: Invocation) -> Rendered:
    """The windows ahead in order, each with what it clashes with; then the periods (CHG-4)."""
    texts, me = invocation.caller.texts, invocation.caller.person.id
    named = choice_of(invocation, "component", choices.components)
    near = (
        {*affected(invocation.contract, [named]), *invocation.contract.depends_on(named)}
        if named
        else None
    )

    def look(tx: Transaction) -> tuple[list[Change], Circumstances]:
        planned = [
            change
            for change in tx.list(CHANGE, invocation.contract.id)
            if change.window is not None
            and change.state in UNENDED
            and rights.visible(invocation.contract, me, change)
            and (near is None or near & set(change.components))
        ]
        return planned, circumstances(
            tx, invocation.contract.id, invocation.now, invocation.caller.person.id
        )

    planned, around = await application.read(look)
    seen = sorted(planned, key=_begins)
    page = Page.of(invocation.number("page"), len(seen))
    lines = [_line(change, around.beside(change.id), invocation) for change in page.cut(seen)]
    lines += _periods(invocation)
    if not lines:
        return Rendered(text=texts("Nothing is planned."), in_place=invocation.turns_page)
    title = texts.n("%(n)s window of a change", "%(n)s windows of changes", len(seen))
    return listed(invocation, title, lines, page)


def _begins(change: Change) -> datetime:
    return change.window.start if change.window else change.opened_at


def _line(change: Change, around: Circumstances, invocation: Invocation) -> str:
    texts = invocation.caller.texts
    said = [window_words(change, texts), heading(change), texts(STATES[change.state])]
    if change.carried_out_by:
        said.append(invocation.caller.reading.name_of(change.carried_out_by))
    line = " · ".join(b.plain(each) for each in said)
    clashes = found(change, around, change.window) if change.window else ()
    if not clashes:
        return line
    words = clashes_words(around.told(clashes), invocation.caller.reading, texts)
    return f"{line}\n⚠️ {words}"


def _periods(invocation: Invocation) -> Iterator[str]:
    """The freezes and critical periods of the days ahead."""
    texts, rules = invocation.caller.texts, parts.rules_of(invocation.contract).calendar
    for label, periods in (
        (texts("Freeze"), rules.freezes),
        (texts("Critical period"), rules.critical),
    ):
        for period in periods:
            days = days_of(period, invocation.contract, invocation.now, invocation.now + AHEAD)
            shown = [
                texts("%(start)s to %(end)s", start=texts.instant(start), end=texts.instant(end))
                for start, end in days[:MOST_PERIODS]
            ]
            if shown:
                name = f"*{label}* {texts.quoted(b.plain(period.name))}"
                yield texts.labelled(name, texts.listing(shown))


async def slot(application: Application, invocation: Invocation) -> Rendered:
    """The next slot in which a change clashes with nothing, else why there is none (CHG-4)."""
    texts, me = invocation.caller.texts, invocation.caller.person.id

    def look(tx: Transaction) -> tuple[Change, Slot]:
        change = tx.get(CHANGE, invocation.contract.id, invocation.subject)
        if not rights.visible(invocation.contract, me, change):
            raise CHANGE.not_found(invocation.subject)
        return change, _next(tx, invocation, change)

    change, free = await application.read(look)
    when = {"start": texts.instant(free.start), "end": texts.instant(free.end)}
    if free.clashes:
        sentence = texts(
            "No slot of that length is free within 90 days. The one with the fewest clashes is from"
            " %(start)s to %(end)s: %(clashes)s.",
            clashes=clashes_words(free.clashes, invocation.caller.reading, texts),
            **when,
        )
    else:
        from_then = msg("The next free slot from then on is from %(start)s to %(end)s.")
        from_now = msg("The next free slot from now on is from %(start)s to %(end)s.")
        sentence = texts(from_then if invocation.text("after") else from_now, **when)
    values = {"start": free.start.isoformat(), "end": free.end.isoformat()}
    button = b.button(
        texts("Plan it then"), "change/plan", invocation.contract.id, change.id, **values
    )
    return b.short(b.plain(heading(change)), sentence, button)


def free_slot(invocation: Invocation, refusal: Refusal) -> list[Block]:
    """By a click: to plan it in the free slot that a refusal names (CHG-4)."""
    if refusal.code != "window_clashes":
        return []
    texts, facts = invocation.caller.texts, refusal.facts
    start, end, person = str(facts["start"]), str(facts["end"]), invocation.text("person")
    label = texts("Plan it on %(at)s", at=texts.instant(datetime.fromisoformat(start)))
    values = {"start": start, "end": end, **({"person": person} if person else {})}
    return [
        b.button(label, "change/plan#free", invocation.contract.id, invocation.subject, **values)
    ]


def free_start(tx: Transaction, invocation: Invocation) -> dict[str, str]:
    """Fill in the form of a plan: who does it; a free slot, unless it is planned well."""
    change = tx.get(CHANGE, invocation.contract.id, invocation.subject)
    people = parts.carrier(Context(now=invocation.now, contract=contract_of(tx, change)), change)
    person = {"person": people[0]} if people else {}
    around = circumstances(
        tx, invocation.contract.id, invocation.now, invocation.caller.person.id
    ).beside(change.id)
    earliest = invocation.now
    if change.window is not None:
        clashing = found(change, around, change.window)
        if all(each.key in change.accepted for each in clashing):
            return person
        earliest = change.window.start
    free = next_slot(
        work_of(change, invocation.contract), around, _length(invocation, change), earliest
    )
    return {"start": free.start.isoformat(), **person}


def _next(tx: Transaction, invocation: Invocation, change: Change) -> Slot:
    around = circumstances(
        tx, invocation.contract.id, invocation.now, invocation.caller.person.id
    ).beside(change.id)
    given = invocation.text("after")
    earliest = datetime.fromisoformat(given) if given else invocation.now
    if earliest - invocation.now > FURTHEST:
        raise BadValue("window_too_far", field="after", limit=FURTHEST.days)
    free = next_slot(
        work_of(change, invocation.contract), around, _length(invocation, change), earliest
    )
    return evolve(free, clashes=around.told(free.clashes))


def _length(invocation: Invocation, change: Change) -> timedelta:
    """Work out how long it is to last: as said, as planned, as the catalogue has it, or an hour."""
    if given := invocation.text("length"):
        try:
            length = Duration.parse(given)
        except ValueError:
            length = Duration()
        if (
            length.clock is not Clock.ROUND_THE_CLOCK
            or not 0 < length.seconds <= LONGEST.total_seconds()
        ):
            raise BadValue("not_a_length", field="length", given=given)
        return timedelta(seconds=length.seconds)
    if change.window:
        return change.window.end - change.window.start
    entry = parts.entry_of(invocation.contract, change)
    seconds = entry.usual_duration.seconds if entry else 0
    return timedelta(seconds=seconds) or USUAL


async def history(application: Application, invocation: Invocation) -> Rendered:
    """Show what was put into service of a component, the newest first (Rule REL-1)."""
    texts, me = invocation.caller.texts, invocation.caller.person.id
    invocation.needed("component")
    component = choice_of(invocation, "component", choices.components) or ""

    def look(tx: Transaction) -> list[Entry]:
        lines = tx.newest(invocation.contract.id, release_of(component), {ChangeAction.RELEASED})
        looked_at = islice(lines, MOST_LOOKED_AT)
        return [each for each in looked_at if _seen(tx, each, me)][:MOST_RELEASES]

    def _seen(tx: Transaction, entry: Entry, person: str) -> bool:
        change = tx.get(CHANGE, invocation.contract.id, str(entry.facts["change"]))
        return rights.visible(invocation.contract, person, change)

    releases = await application.read(look)
    name = b.plain(invocation.contract.component_name(component))
    if not releases:
        return Rendered(text=texts("No change of %(component)s was closed.", component=name))
    title = texts("What was changed of %(component)s", component=name)
    return b.short(title, "\n".join(_release(each, invocation) for each in releases))


def _release(entry: Entry, invocation: Invocation) -> str:
    texts, facts = invocation.caller.texts, entry.facts
    ended = texts.instant(datetime.fromisoformat(str(facts["ended"])))
    result = texts(RESULTS[ChangeResult(str(facts["result"]))])
    said = [f"{facts['change']} · {facts['title']}", result, str(facts.get("note") or "")]
    return f"`{ended}` " + " · ".join(b.plain(each, 300) for each in said if each)


async def feed(application: Application, invocation: Invocation) -> Rendered:
    """The link to the windows of changes, for the caller's own calendar (CHG-4)."""
    texts = invocation.caller.texts
    title = texts("Changes in your calendar")
    link = application.changes_link(invocation.contract.id, invocation.caller.person.id)
    if not link:
        return b.short(title, texts("Whoever runs Escalade has set up no calendar feeds."))
    advice = texts(
        "Subscribe to the link in your calendar (“from URL”). Whoever has it reads the feed: keep"
        " it to yourself."
    )
    return b.short(title, f"`{link}`\n{advice}")
