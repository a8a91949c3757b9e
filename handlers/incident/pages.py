"""Looking at incidents: the list, one incident with its timeline, the plan."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge
from itertools import islice

from escalation.base.journal import Entry
from escalation.base.journal_actions.incident import IncidentAction
from escalation.base.refusals import NotAllowed
from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.decision.commands.incident import MergeIncident, ReplanIncident
from escalation.decision.contract_of import contract_of as running_under
from escalation.decision.transaction import OpenIncidents, Transaction
from escalation.people import rights
from escalation.people.acquaintance import as_known_to, met_in
from escalation.perform.finding import find, unknown
from escalation.perform.practices.crises import cell_of
from escalation.perform.practices.problems import known_for
from escalation.perform.rights import allowed
from escalation.plan.run_ahead import Step, plan_of
from escalation.plan.run_ahead import plan as plan_ahead
from escalation.records.incident import Incident
from escalation.records.kinds import INCIDENT, Record
from escalation.records.visibility import Sight, sight_of
from escalation.report.gathering import READ, is_told, moments_of
from handlers.application import Application
from handlers.contract.changes import kept_words
from handlers.event.surroundings import merge_button, open_already, surroundings
from handlers.incident.card import STATES, heading, incident_card
from handlers.incident.parts.known_errors import concerned, link_buttons, workaround_lines
from handlers.incident.parts.row import incident_row
from handlers.verbs.pages import PER_PAGE, Page, listed_records, turned
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Block, Rendered
from handlers.words.shared import timeline
from handlers.words.shared.plan import step_lines

MOST_PAGES = 1_000_000
MOST_MOMENTS = 40
LONGEST_MOMENT = 500
MOST_CHANGES = 8


def visible_incident(tx: Transaction, invocation: Invocation) -> Incident:
    """The incident asked for; one the caller need not know of does not exist for them (CON-2)."""
    incident = tx.get(INCIDENT, invocation.contract.id, invocation.subject)
    if not rights.visible(invocation.contract, invocation.caller.person.id, incident):
        raise INCIDENT.not_found(invocation.subject)
    named = (*incident.crises, *incident.problems, incident.report, incident.merged_into)
    related = [find(tx, incident.contract, record) for record in named if record]
    return rights.part_for(invocation.contract, invocation.caller.person.id, incident, related)


def contract_of(tx: Transaction, record: Record, invocation: Invocation) -> Contract:
    """The contract a record runs under, as the caller reads it (Rule CON-2).

    Whom it names, a later version may have dropped; whom the caller need not know of bears the
    name of their firm.
    """
    contract, firm = running_under(tx, record), invocation.firm
    return as_known_to(contract, firm, met_in(record, firm, contract))


async def incident_read(
    application: Application, invocation: Invocation
) -> tuple[Incident, Contract]:
    """The incident asked for, and its contract, as the caller reads both."""

    def look(tx: Transaction) -> tuple[Incident, Contract]:
        incident = visible_incident(tx, invocation)
        return incident, contract_of(tx, incident, invocation)

    return await application.read(look)


async def listing(application: Application, invocation: Invocation) -> Rendered:
    """A page of the open incidents the caller may see, the gravest first."""
    texts, wanted = invocation.caller.texts, invocation.number("page")
    sight = sight_of(invocation.contract, invocation.caller.person.id)

    def look(tx: Transaction) -> tuple[Page, OpenIncidents, list[list[Block]]]:
        page, found = page_of_open(tx, invocation.contract.id, sight, wanted)
        rows = [
            _row(incident, contract_of(tx, incident, invocation), invocation)
            for incident in found.shown
        ]
        return page, found, rows

    page, found, rows = await application.read(look)
    if not found.total:
        return Rendered(text=texts("No incident is open."), in_place=invocation.turns_page)
    title = texts.n("%(n)s open incident", "%(n)s open incidents", found.total)
    return listed_records(invocation, title, rows, page)


def _row(incident: Incident, contract: Contract, invocation: Invocation) -> list[Block]:
    line, me = incident_line(incident, contract, invocation), invocation.caller.person.id
    return incident_row(incident, line, contract, invocation.caller.texts, me, invocation.now)


def page_of_open(
    tx: Transaction, contract: str, sight: Sight, wanted: int | None, size: int = PER_PAGE
) -> tuple[Page, OpenIncidents]:
    """A page of the open incidents that are seen; the nearest one where it is not there."""
    skip = Page.of(wanted, MOST_PAGES * size, size).skipped(size)
    found = tx.open_incidents(contract, sight, skip=skip, limit=size)
    page = Page.of(wanted, found.total, size)
    if page.skipped(size) != skip:  # it has grown shorter
        found = tx.open_incidents(contract, sight, skip=page.skipped(size), limit=size)
    return page, found


def incident_line(incident: Incident, contract: Contract, invocation: Invocation) -> str:
    """One incident in one line."""
    texts = invocation.caller.texts
    who = contract.name_of(incident.assignee) if incident.assignee else "–"
    state = texts(STATES[incident.state])
    return f"{b.plain(heading(incident, texts))} · {state} · {b.plain(who)}"


async def show(application: Application, invocation: Invocation) -> Rendered:
    """One incident: its card with the caller's buttons, then a page of its timeline."""
    texts, now = invocation.caller.texts, invocation.now
    page = max(invocation.number("page") or 1, 1)
    count = page * MOST_MOMENTS + 1

    def look(tx: Transaction) -> tuple[Rendered, Contract, Sequence[Entry], list[Block]]:
        incident = visible_incident(tx, invocation)
        contract, lines = (
            contract_of(tx, incident, invocation),
            _newest(tx, incident, count, invocation),
        )
        known = known_for(tx, incident) if concerned(invocation.firm) else ()
        me, cell = invocation.caller.person.id, cell_of(tx, incident)
        card = incident_card(
            incident, contract, texts, now, reader=me, cell=cell, known=known,
            around=surroundings(tx, incident, contract, me),
        )  # fmt: skip
        return card, contract, lines, _terms(tx, incident, invocation)

    card, contract, lines, terms = await application.read(look)
    page = Page.of(page, len(lines), MOST_MOMENTS).number
    shown = [*card.blocks, *terms, *timeline_blocks(contract, lines, page, invocation)]
    return Rendered(text=card.text, blocks=shown, in_place=invocation.turns_page)


def beside_opened(tx: Transaction, invocation: Invocation, record: Record) -> list[Block]:
    """To whoever opens an incident: what is open on its component already (INC-4).

    And the work-arounds of known errors that it looks like (PRB-3).
    """
    texts, incident, me = invocation.caller.texts, record, invocation.caller.person.id
    if not isinstance(incident, Incident):
        return []
    around = surroundings(tx, incident, invocation.contract, me).because
    same = [other for other in around if other.component == incident.component]
    lines = [open_already(other, texts) for other in same]
    buttons = []
    if allowed(invocation.contract, me, MergeIncident, incident):
        buttons += [merge_button(other, incident, texts) for other in same]
    if concerned(invocation.firm):
        known = known_for(tx, incident)
        lines += workaround_lines(known, invocation.contract, me, texts)
        buttons += link_buttons(known, incident, texts) if invocation.firm == PROVIDER else []
    return [*b.sections(lines), b.actions(*buttons)] if buttons else b.sections(lines)


def _terms(tx: Transaction, incident: Incident, invocation: Invocation) -> list[Block]:
    """Show whose terms and whose people hold, where these are of two versions (Rule ORG-10).

    Whoever may replan reads what that would change.
    """
    now, texts = tx.contract(incident.contract), invocation.caller.texts
    if incident.contract_version == now.version:
        return []
    words = texts(
        "Priorities, targets and ladders are of the contract's version %(opened)s; people, duty "
        "and absences of the version in force, %(now)s.",
        opened=incident.contract_version[:8],
        now=now.version[:8],
    )
    opened = tx.contract_version(incident.contract, incident.contract_version)
    changes = kept_words(opened, now, texts, MOST_CHANGES)
    if changes and allowed(
        now, invocation.caller.person.id, ReplanIncident, incident, at=invocation.now
    ):
        listed_changes = (f"\n• {b.plain(each)}" for each in changes)
        words += "\n" + texts("A replan would change:") + "".join(listed_changes)
    return [b.context(words)]


def _newest(
    tx: Transaction, incident: Incident, count: int, invocation: Invocation
) -> Sequence[Entry]:
    """So many of the newest lines that are told of an incident and its crises, newest first."""
    subjects = (*reversed(incident.crises), incident.id)
    each = [tx.newest(incident.contract, subject, READ.keys()) for subject in subjects]
    lines = merge(*each, key=lambda line: line.at, reverse=True)
    told = (line for line in lines if is_told(line, READ) and _shown(line, incident, invocation))
    return list(islice((line for line in told if _known(tx, line, invocation)), count))


def _known(tx: Transaction, line: Entry, invocation: Invocation) -> bool:
    """Tell whether the reader may know of the problem or change that a line names (Rule CON-2)."""
    fact = READ[line.action]
    named = [str(line.facts.get(fact))] if fact in {"problem", "change"} else []
    return not any(unknown(tx, invocation.contract.id, named, invocation.caller.person.id))


# What concerns the two firms, and no supplier.
_OF_BOTH_FIRMS = frozenset(
    {
        IncidentAction.DELAY_TOLD, IncidentAction.LIST_NOTIFIED, IncidentAction.ON_CALL_TOLD,
        IncidentAction.LOWERING_PROPOSED, IncidentAction.LOWERING_DECLINED,
        IncidentAction.LOWERING_LAPSED,
        IncidentAction.DUPLICATE_MERGED,
    }
)  # fmt: skip


def _shown(line: Entry, part: Incident, invocation: Invocation) -> bool:
    """Tell whether a line is about what the reader sees of the incident."""
    crisis, ladder = line.facts.get("crisis"), line.facts.get("ladder")
    ladders = {escalation.ladder for escalation in part.walks}
    original = line.facts.get("into")
    return (
        (crisis is None or crisis in part.crises)
        and (ladder is None or ladder in ladders)
        and (original is None or original == part.merged_into or invocation.firm == PROVIDER)
        and (
            invocation.firm in {PROVIDER, CLIENT}
            or _for_supplier(line, invocation.contract, invocation.firm)
        )
    )


def _for_supplier(line: Entry, contract: Contract, firm: str) -> bool:
    """Tell whether a supplier's people need to know a line: their group's part, their own notes."""
    if line.action == IncidentAction.NOTED:
        return contract.knows(line.actor) and contract.person(line.actor).organisation == firm
    awaited = line.facts.get("waiting_for", firm)
    group_of = line.facts.get("organisation", firm)
    return line.action not in _OF_BOTH_FIRMS and awaited in {CLIENT, firm} and group_of == firm


def timeline_blocks(
    contract: Contract, newest: Sequence[Entry], page: int, invocation: Invocation
) -> list[Block]:
    """A page of the timeline, newest last, and the buttons to what came before and after."""
    texts, skipped = invocation.caller.texts, (page - 1) * MOST_MOMENTS
    lines = [
        f"`{texts.instant(moment.at)}` " + b.plain(timeline.moment(moment, texts), LONGEST_MOMENT)
        for moment in moments_of(contract, reversed(newest[skipped : skipped + MOST_MOMENTS]), READ)
    ]
    turn = turned(invocation)
    buttons = []
    if len(newest) > skipped + MOST_MOMENTS:
        buttons.append(turn(texts("Earlier entries"), "earlier", page + 1))
    if page > 1:
        buttons.append(turn(texts("Later entries"), "later", page - 1))
    shown = [b.divider(), *b.sections([texts("*Timeline*"), *lines])] if lines else []
    return [*shown, *([b.actions(*buttons)] if buttons else [])]


async def plan(application: Application, invocation: Invocation) -> Rendered:
    """Show who would be reached when, if nobody answered (design, decision 8)."""
    texts, level = invocation.caller.texts, invocation.number("priority")
    if invocation.firm not in {PROVIDER, CLIENT}:
        raise NotAllowed("not_your_role", needed=["echelon"])  # whom both firms call is theirs
    if invocation.subject and level is None:
        incident, contract = await incident_read(application, invocation)
        steps: Sequence[Step] = plan_of(contract, incident, invocation.now)
        title = texts("Plan for %(id)s, if nobody answers", id=incident.id)
    else:
        steps = plan_ahead(invocation.contract, priority=level or 1, at=invocation.now)
        title = texts(
            "Plan for a priority %(level)s opened now, if nobody answers", level=level or 1
        )
    lines = step_lines(steps, invocation.contract, texts, invocation.now)
    if not lines:
        lines = [texts("Nothing is planned.")]
    return Rendered(text=title, blocks=[b.section(f"*{title}*"), *b.sections(lines[:60])])
