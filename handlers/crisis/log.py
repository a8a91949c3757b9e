"""The running log of a cell [main courante]: what happened, as both firms read it (CRI-14).

What each firm told its own people stands here only as having been told (Rule CON-2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from escalation.base.journal import Entry
from escalation.base.journal_actions.crisis import CrisisAction as A
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract
from escalation.decision.transaction import Transaction
from escalation.people import rights
from escalation.records.kinds import CRISIS
from handlers.application import Application
from handlers.crisis.card import crisis_heading
from handlers.incident.pages import contract_of
from handlers.verbs.pages import Page, listed
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts, msg

PER_PAGE = 30
LINE_SHOWN = 500

LINES: dict[str, str] = {
    A.ASKED: msg("Crisis cell asked for by %(actor)s: %(text)s"),
    A.COUNTERPART_ASKED: msg("%(person)s is asked for the cell"),
    A.REFUSED: msg("Crisis cell refused by %(actor)s: %(text)s"),
    A.OPENED: msg("Crisis cell accepted by %(actor)s"),
    A.WITHDRAWN: msg("The request for the cell is void"),
    A.INFORMED: msg("Informed that the cell has been formed: %(people)s"),
    A.ROOM_OPENED: msg("The room #%(text)s is open"),
    A.MEMBER_ADDED: msg("%(person)s is on the member list"),
    A.MEMBER_REMOVED: msg("%(person)s is off the member list"),
    A.MEMBERS_AGREED: msg("%(by)s has agreed the member list."),
    A.DELEGATE_NAMED: msg("%(person)s is represented by %(delegate)s"),
    A.MEMBER_JOINED: msg("%(person)s has joined the cell"),
    A.COMPLETE: msg("Nobody mandated is missing any more: the cell is complete."),
    A.MEMBER_LEFT: msg("%(person)s has left the cell"),
    A.BRIEF_SET: msg("Brief by %(by)s: %(text)s"),
    A.DECIDED: msg("⚖️ Decision by %(by)s: %(text)s"),
    A.ACTION_ADDED: msg("⬜ Action %(number)s for %(owner)s: %(text)s"),
    A.ACTION_COMPLETED: msg("✅ Action %(number)s is done: %(text)s"),
    A.ACTION_CHANGED: msg("⬜ Action %(number)s is now for %(owner)s: %(text)s"),
    A.ACTION_DECLINED: msg("⚠️ %(by)s cannot do action %(number)s: %(reason)s"),
    A.ACTION_CANCELLED: msg("🚫 Action %(number)s is cancelled: %(reason)s"),
    A.LOGGED: msg("📝 %(by)s: %(text)s"),
    A.LEAD_OFFERED: msg("%(names)s are asked to lead the cell"),
    A.LEAD_CONFIRMED: msg("%(by)s has confirmed the lead"),
    A.LEAD_UNANSWERED: msg("Not everybody has confirmed: the lead stays as it is"),
    A.LED: msg("The cell is now led by %(names)s."),
    A.COMMUNICATION_LEAD_NAMED: msg("From now on %(person)s keeps the firm informed."),
    A.BRIEFED: msg("📣 %(by)s has kept the firm informed."),
    A.INCIDENT_OVER: msg("The incident is over"),
    A.INCIDENT_BACK: msg("The incident is open again"),
    A.MOVED: msg("The cell is about another incident from now on"),
    A.CLOSING_AGREED: msg("%(by)s agrees to close the cell"),
    A.CLOSING_VOID: msg("Closing the cell is to be agreed anew"),
    A.CLOSED: msg("Crisis cell closed"),
}


def log_lines(entries: Iterable[Entry], contract: Contract, texts: Texts) -> list[str]:
    """Entries of the journal as lines of the log, in their order."""
    return [
        f"`{texts.instant(entry.at)}` {b.plain(line_words(entry, contract, texts), LINE_SHOWN)}"
        for entry in entries
        if entry.action in LINES
    ]


def line_words(entry: Entry, contract: Contract, texts: Texts) -> str:
    """An entry of the log in words, without its time."""
    facts = entry.facts

    def name(person: object) -> str:
        return contract.name_of(person) if isinstance(person, str) else ""

    actor = "Escalade" if entry.actor == ESCALADE else name(entry.actor)
    told = facts.get("told")
    leads = [name(facts[side]) for side in (PROVIDER, CLIENT) if side in facts]
    return texts(
        LINES[entry.action],
        actor=actor,
        by=actor,
        person=name(facts.get("person")) or actor,
        people=texts.listing([name(each) for each in told] if isinstance(told, list) else []),
        delegate=name(facts.get("delegate")),
        owner=name(facts.get("owner")),
        names=texts.listing(leads),
        number=facts.get("number"),
        reason=facts.get("reason", ""),
        text=next((facts[each] for each in ("text", "reason", "name") if each in facts), ""),
    )


def newest(tx: Transaction, contract: str, crisis: str) -> list[Entry]:
    """List what the log of a cell says, newest first."""
    return list(tx.newest(contract, crisis, LINES.keys()))


async def log(application: Application, invocation: Invocation) -> Rendered:
    """A page of the running log, the newest page first, its newest entry last."""
    texts = invocation.caller.texts

    def look(tx: Transaction) -> tuple[str, Contract, Sequence[Entry]]:
        crisis = tx.get(CRISIS, invocation.contract.id, invocation.subject)
        if not rights.visible(invocation.contract, invocation.caller.person.id, crisis):
            raise CRISIS.not_found(invocation.subject)
        title = crisis_heading(crisis, texts)
        return (
            title,
            contract_of(tx, crisis, invocation),
            newest(tx, invocation.contract.id, crisis.id),
        )

    title, contract, entries = await application.read(look)
    page = Page.of(invocation.number("page"), len(entries), PER_PAGE)
    shown = log_lines(reversed(page.cut(entries, PER_PAGE)), contract, texts)
    return listed(invocation, b.plain(title), shown, page)
