"""Say how each clock of an incident came to be what it is, in words (Rule INC-9)."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.base.durations import Clock
from escalation.contract import Contract
from escalation.duty.clock_accounts import ClockAccount, Stretch, accounts
from escalation.records.incident import Incident
from handlers.application import Application
from handlers.incident.card import heading, priority_why
from handlers.incident.pages import incident_read
from handlers.verbs.verb import Invocation
from handlers.words import blocks as b
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts, msg

TARGETS = {"acknowledge": msg("Acknowledgement"), "restore": msg("Restoration")}


async def explain(application: Application, invocation: Invocation) -> Rendered:
    """Each clock: what counted, what was paused by whom, what lay outside hours."""
    texts = invocation.caller.texts
    incident, contract = await incident_read(application, invocation)
    title = heading(incident, texts)
    shown = [b.section(f"*{b.plain(title)}*\n{_priority(incident, contract, texts)}")]
    for account in accounts(contract, incident, invocation.now):
        shown += b.sections(_account(account, contract, texts))
    version = texts("Contract version %(version)s", version=contract.version[:12])
    shown.append(b.context(version))
    return Rendered(text=b.plain(title), blocks=shown)


def _priority(incident: Incident, contract: Contract, texts: Texts) -> str:
    if incident.priority is None:
        return texts(
            "Not qualified: until then the first word is due as for a priority %(level)s "
            "(incidents.unqualified_as).",
            level=incident.level,
        )
    why = priority_why(incident.priority, contract, texts)
    return texts("Priority %(level)s (%(why)s)", level=incident.level, why=why)


def _account(account: ClockAccount, contract: Contract, texts: Texts) -> Iterator[str]:
    """The lines of one clock."""
    allowed = texts.length(account.allowed)
    yield f'*{texts(TARGETS[account.which])}* · {allowed} · `{account.line} = "{account.allowed}"`'
    if account.clock is Clock.COVERAGE:
        yield texts("Counted in the coverage hours of the contract (coverage.hours).")
    for stretch in account.stretches:
        yield f"• {stretch_words(stretch, contract, texts)}"
    yield texts(
        "%(counted)s counted out of %(allowed)s; due by %(due)s. %(outcome)s",
        counted=texts.duration(account.counted),
        allowed=allowed,
        due=texts.instant(account.due) if account.due else "–",
        outcome=texts(_outcome(account)),
    )


def _outcome(account: ClockAccount) -> str:
    if account.missed:
        return msg("Missed.")
    return msg("Met.") if account.done else msg("Not reached yet.")


def stretch_words(stretch: Stretch, contract: Contract, texts: Texts) -> str:
    """One stretch: from when to when, and what of it counted, or who stopped the clock."""
    span = f"{texts.instant(stretch.start)} → {texts.instant(stretch.end)}"
    if (pause := stretch.pause) is not None:
        return texts(
            "%(span)s: stopped by %(by)s, waiting for %(who)s: %(reason)s",
            span=span,
            by=b.plain(contract.name_of(pause.by)),
            who=b.plain(contract.party_name(pause.waiting_for)),
            reason=texts("verification")
            if pause.reason == "verification"
            else b.plain(pause.reason, 200),
        )
    if stretch.outside:
        return texts(
            "%(span)s: %(counted)s counted, %(outside)s outside hours",
            span=span,
            counted=texts.duration(stretch.counted),
            outside=texts.duration(stretch.outside),
        )
    return texts(
        "%(span)s: %(counted)s counted", span=span, counted=texts.duration(stretch.counted)
    )
