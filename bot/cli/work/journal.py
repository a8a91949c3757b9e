"""The journal: proved, shown, exported (Rules INC-10, CON-3)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from bot.cli.words import fail, operator_texts, say
from bot.cli.work.progress import progress
from config.contract.file import recall_contract
from escalation.base.journal import Entry
from escalation.base.journal_actions.crisis import CrisisAction
from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.journal_actions.message import MessageAction
from escalation.base.json_lines import json_line
from escalation.contract import Contract
from escalation.decision.transaction import Transaction
from escalation.messages import table
from escalation.messages.crisis import InformReminder, MemberMissing
from handlers.words.texts import Texts, msg
from store.database import Store
from store.transaction.journal import Verdict

GONE = msg("No line carries the seal %(seal)s: what it proved is gone.")
# what is repeated while nobody answers, and what becomes of each message about it
CALLS = frozenset(
    {
        LadderAction.PINGED, LadderAction.UNSETTLED,
        LadderAction.UNREACHED, LadderAction.UNREACHABLE,
        CrisisAction.MEMBER_CHASED, CrisisAction.INFORM_REMINDED,
    }
)  # fmt: skip
SENT = frozenset({MessageAction.DELIVERED, MessageAction.UNDELIVERED})
TOPICS = table.CALLS | {MemberMissing.topic, InformReminder.topic}
SEAL = re.compile(r"[0-9a-f]{64}")
ENDS = 10  # of a run of them, shown at each end


def verify(url: str, contract: str | None, *, since: str, noted: Sequence[str]) -> int:
    """Prove that nothing was altered, left out or cut off; 1 where something was."""
    return asyncio.run(_verify(url, contract, since, noted))


async def _verify(url: str, contract: str | None, since: str, noted: Sequence[str]) -> int:
    texts, known = operator_texts(), 0
    store = await _reading(url)
    try:
        for seal in map(_seal, noted):
            place = await store.journal.line_sealed(seal)
            if place is None or contract not in (None, place[0]):
                say(texts(GONE, seal=seal))
                return 1
            say(
                texts(
                    "%(contract)s: line %(number)s carries the noted seal %(seal)s",
                    contract=place[0],
                    number=place[1],
                    seal=seal,
                )
            )
        if since := _seal(since) if since else "":
            place = await store.journal.line_sealed(since)
            if place is None or contract not in (None, place[0]):
                say(texts(GONE, seal=since))
                return 1
            contract, known = place
        with progress() as on_progress:
            verdicts = await store.journal.verify(
                contract or "", known=known, on_progress=on_progress
            )
    finally:
        await store.stop()
    if not verdicts and contract is not None:
        fail(texts("The journal has no line about %(id)s.", id=contract))
    if not verdicts:
        fail(texts("The journal is empty: no contract was ever in force in this database."))
    for verdict in verdicts:
        say(_words(verdict, known, texts))
    return 0 if all(verdict.whole for verdict in verdicts) else 1


def _seal(given: str) -> str:
    """A seal as it is stored; fails in words where what was given is none."""
    seal = given.strip().lower()
    if not SEAL.fullmatch(seal):
        texts = operator_texts()
        fail(texts("“%(given)s” is no seal: it has 64 digits, of 0 to 9 and a to f.", given=given))
    return seal


def _words(verdict: Verdict, known: int, texts: Texts) -> str:
    if not verdict.whole:
        return texts(
            "%(contract)s: the chain is BROKEN at line %(number)s",
            contract=verdict.contract,
            number=verdict.broken_at,
        )
    if known:
        return texts(
            "%(contract)s: the chain is whole from line %(number)s, which carries the noted seal,"
            " to line %(lines)s; last seal %(seal)s",
            contract=verdict.contract,
            number=known,
            lines=verdict.lines,
            seal=verdict.seal,
        )
    return texts(
        "%(contract)s: %(lines)s lines, the chain is whole; last seal %(seal)s",
        contract=verdict.contract,
        lines=verdict.lines,
        seal=verdict.seal,
    )


def show(url: str, subject: str, *, contract: str | None, every: bool) -> None:
    """Print the timeline of a record."""
    asyncio.run(_show(url, subject, contract, every))


async def _show(url: str, subject: str, contract: str | None, every: bool) -> None:
    store = await _reading(url)
    try:
        found = False
        for terms in await store.contracts.all():
            if contract not in (None, terms.id):
                continue
            texts = operator_texts(terms.zone)
            look = partial(_timeline, contract=terms.id, subject=subject)
            lines = await store.read(look)
            found |= bool(lines)
            for shown, folded in [(lines, [])] if every else _folded(lines):
                for line in shown:
                    say(_told(line, terms, texts))
                if folded:
                    words = texts(
                        "… %(number)s more lines of calls, until %(until)s: --every shows them",
                        number=len(folded),
                        until=texts.instant(folded[-1].at),
                    )
                    say(words)
        if not found:
            texts = operator_texts()
            fail(texts("The journal has no line about %(id)s.", id=subject))
    finally:
        await store.stop()


def _told(line: Entry, terms: Contract, texts: Texts) -> str:
    facts = json_line(dict(line.facts))
    who = terms.person(line.actor).name if terms.knows(line.actor) else line.actor
    return f"{texts.instant(line.at)}  {who}  {line.action}  {facts}  ({line.source})"


def _folded(lines: Sequence[Entry]) -> Iterator[tuple[Sequence[Entry], Sequence[Entry]]]:
    """Lines to show, and those to count behind them: of calls that go on, what is in between."""
    for calls, group in groupby(lines, key=_goes_on):
        run = list(group)
        if calls and len(run) > 2 * ENDS + 1:
            yield run[:ENDS], run[ENDS:-ENDS]
            yield run[-ENDS:], []
        else:
            yield run, []


def _goes_on(line: Entry) -> bool:
    of_a_call = line.action in SENT and line.facts.get("topic") in TOPICS
    return of_a_call or line.action in CALLS


def export(url: str, contract: str) -> None:
    """Print a contract's journal, one JSON object a line."""
    asyncio.run(_export(url, contract))


async def _export(url: str, contract: str) -> None:
    store = await _reading(url)
    try:
        found = False
        async for line in store.journal.export(contract):
            found = True
            print(json_line(line))
        if not found:
            fail(operator_texts()("The journal has no line about %(id)s.", id=contract))
    finally:
        await store.stop()


async def _reading(url: str) -> Store:
    store = Store(url, read_contract=recall_contract)
    await store.start_reading()
    return store


def _timeline(tx: Transaction, *, contract: str, subject: str) -> Sequence[Entry]:
    return tx.timeline(contract, subject)
