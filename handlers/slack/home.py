"""The App Home: what concerns the reader now, under each of their contracts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from escalation.decision.context import Context
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.records.incident import Incident
from escalation.records.kinds import CRISIS, PROBLEM, REPORT, Record
from escalation.records.visibility import sight_of
from handlers.application import Application, Caller
from handlers.change.pages import line as change_line
from handlers.change.pages import open_to
from handlers.crisis.card import crisis_heading
from handlers.incident.card import STATES, heading
from handlers.incident.parts.row import incident_row
from handlers.problem.words import heading as problem_heading
from handlers.report.card import heading as report_heading
from handlers.verbs.pages import Page, record_row, turning
from handlers.words import blocks as b
from handlers.words.rendered import Block
from handlers.words.texts import Texts

PREFIX = "home/"
CONTRACTS_A_PAGE = 8
MOST_BLOCKS = 98  # Slack shows a hundred, and two turn the page
BESIDES = 4  # of each contract: heading, lists, small print, a line across
MOST_SECTIONS = 7  # that lines without buttons fill
MOST_LINES = 15
LONGEST_LINE = 200  # so that even eight contracts with all they may have are not too much
QUIET = 9  # comes behind every priority


async def home_blocks(
    application: Application, callers: Sequence[Caller], wanted: int = 1
) -> list[Block]:
    """A page of the Home of one person: their contracts, those with something grave first."""
    return await application.read(
        partial(_page, callers=callers, now=application.now(), wanted=wanted)
    )


def _page(tx: Transaction, callers: Sequence[Caller], now: datetime, wanted: int) -> list[Block]:
    page = Page.of(wanted, len(callers), CONTRACTS_A_PAGE)
    room = MOST_BLOCKS // min(len(callers), CONTRACTS_A_PAGE) - BESIDES
    if page.pages > 1:
        callers = _gravest_first(tx, callers)
    shown = [
        block
        for place, caller in enumerate(page.cut(callers, CONTRACTS_A_PAGE))
        for block in _contract_blocks(tx, caller, place, room, now)
    ]
    return [*shown, *turning(page, callers[0].texts, _turn)]


def _turn(label: str, name: str, number: int) -> Block:
    return b.own_button(label, f"{PREFIX}page#{name}", str(number))


def _gravest_first(tx: Transaction, callers: Sequence[Caller]) -> list[Caller]:
    """By what the reader sees of them: a crisis, then the gravest incident, then the name."""
    sights = {c.contract.id: sight_of(c.contract, c.person.id) for c in callers}
    gravest, in_crisis = tx.gravest(sights), tx.with_open(CRISIS)

    def order(caller: Caller) -> tuple[bool, int, str, str]:
        contract, me = caller.contract, caller.person.id
        crisis = contract.id in in_crisis and any(
            rights.visible(contract, me, crisis) for crisis in tx.list(CRISIS, contract.id)
        )
        return not crisis, gravest.get(contract.id, QUIET), contract.name, contract.id

    return sorted(callers, key=order)


def _incident(incident: Incident, caller: Caller, now: datetime, place: str) -> list[Block]:
    texts, contract, me = caller.texts, caller.contract, caller.person.id
    line = f"{b.plain(heading(incident, texts), LONGEST_LINE)} · {texts(STATES[incident.state])}"
    return incident_row(incident, line, contract, texts, me, now, place=place)


def _row(line: str, verb: str, record: Record, texts: Texts, place: str) -> list[Block]:
    return record_row(b.cut(line, LONGEST_LINE), verb, record, texts, place=place)


def _within(rows: list[list[Block]], room: int) -> list[Block]:
    """Rows in so many blocks: those for which no room is left are lines without their buttons."""
    shown: list[Block] = []
    while rows and len(shown) + len(rows[0]) <= room - MOST_SECTIONS:
        shown += rows.pop(0)
    return shown + b.sections(row[0]["text"]["text"] for row in rows)


def _contract_blocks(
    tx: Transaction, caller: Caller, place: int, room: int, now: datetime
) -> list[Block]:
    """Return what concerns somebody under the contract that stands at that place of the page.

    In so many blocks: `room`, besides the heading, the lists and the small print.
    """
    texts, contract, me = caller.texts, caller.contract, caller.person.id
    incidents = tx.open_incidents(contract.id, sight_of(contract, me), limit=MOST_LINES)
    crises = [c for c in tx.list(CRISIS, contract.id) if rights.visible(contract, me, c)]
    reports = [r for r in tx.list(REPORT, contract.id) if rights.visible(contract, me, r)]
    problems = [p for p in tx.list(PROBLEM, contract.id) if rights.visible(contract, me, p)]
    context = Context(now=now, contract=contract)
    changes = open_to(tx, context, me)
    at = f"{place}-"
    rows = [
        *(_incident(i, caller, now, at) for i in incidents.shown),
        *(
            _row(b.plain(crisis_heading(c, texts)), "crisis/status", c, texts, at)
            for c in crises[:MOST_LINES]
        ),
        *(
            _row(b.plain(report_heading(r, texts)), "report/show", r, texts, at)
            for r in reports[:MOST_LINES]
        ),
        *(
            _row(b.plain(problem_heading(p, texts)), "problem/show", p, texts, at)
            for p in problems[:MOST_LINES]
        ),
        *(
            _row(change_line(context, c, caller), "change/show", c, texts, at)
            for c in changes[:MOST_LINES]
        ),
    ] or [b.row(texts("Nothing concerns you at the moment."))]
    lists = [
        b.button(label, f"{verb}#{place}", contract.id, "", page="1")
        for count, label, verb in (
            (
                incidents.total,
                texts("All open incidents (%(n)s)", n=incidents.total),
                "incident/list",
            ),
            (len(crises), texts("All open crises (%(n)s)", n=len(crises)), "crisis/list"),
            (len(reports), texts("All reports due (%(n)s)", n=len(reports)), "report/list"),
            (len(problems), texts("All open problems (%(n)s)", n=len(problems)), "problem/list"),
            (len(changes), texts("All open changes (%(n)s)", n=len(changes)), "change/list"),
        )
        if count > MOST_LINES
    ]
    help_line = texts("Type `/incident help` to see what you can do.")
    return [
        b.header(contract.name),
        *_within(rows, room),
        *([b.actions(*lists)] if lists else []),
        b.context(help_line),
        b.divider(),
    ]
