"""The store: one place to change the memory in transactions, and to read it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from escalation.contract import ESCALADE, Contract
from escalation.duty_moves import moves
from escalation.effects import Fact, Topic
from escalation.journal import Line, as_data
from escalation.journal_actions import JournalAction as A
from store import (
    audit,
    backup,
    contracts,
    directory,
    journal,
    letters,
    lookout,
    outbox,
    queue,
    retention,
    timers,
)
from store.access import Access
from store.audit import Audited, Figures
from store.backup import Contents
from store.directory import ChannelName, Identity, IdentityChange, Learnt, Listing
from store.journal import Told
from store.letters import Standing
from store.lookout import Upcoming
from store.migrate import HEAD, revision
from store.outbox import Letter, LetterState
from store.queue import Order
from store.timers import FailedTimer, Fired, Ring
from store.transaction import SqlTransaction

UNCERTAIN_PAUSE = timedelta(seconds=2)
LONGEST_UNCERTAIN_PAUSE = timedelta(minutes=5)


class Store(Access):
    """The memory of the bot. Start it before use, or use it as an asynchronous context manager."""

    # ── contracts ────────────────────────────────────────────────────────────────────────────

    async def put_contract(
        self, contract_id: str, version: str, text: str, now: datetime, source: str = "start"
    ) -> bool:
        """Put a version of a contract in force, and record it; False where it already is.

        The record says whose duty changes by it.
        """

        def put(tx: SqlTransaction) -> bool:
            old = contracts.put_in_force(
                tx.connection,
                contract=contract_id,
                version=version,
                text=text,
                source=source,
                now=now,
            )
            before = tx.contract_version(contract_id, old) if old else None
            new = tx.contract_version(contract_id, version)  # a text that cannot be read is refused
            if old == version:
                return False
            facts: dict[str, Fact] = {"version": version}
            if before is not None:
                facts["replaces"] = before.version
                if moved := moves(before, new, now):
                    facts["duty"] = [move.as_fact() for move in moved]
            line = Line(
                contract=contract_id,
                subject=contract_id,
                at=now,
                actor=ESCALADE,
                action=A.CONTRACT_PUT_IN_FORCE,
                source=source,
                facts=facts,
            )
            tx.append([line])
            return True

        return await self.run(put, now=now)

    async def accepted_versions(self, versions: Sequence[str]) -> set[str]:
        """Those of the versions that were ever put in force, and are still kept."""
        return await self._read(lambda c: contracts.accepted(c, versions))

    async def replaced(self, read: Sequence[Contract]) -> list[tuple[Contract, Contract]]:
        """Those whose version in force is another, each behind the one in force."""

        def find(tx: SqlTransaction) -> list[tuple[Contract, Contract]]:
            there = dict(contracts.in_force(tx.connection))
            edited = [each for each in read if there.get(each.id, each.version) != each.version]
            return [(tx.contract(each.id), each) for each in edited]

        return await self.read(find)

    async def put_contracts(self, read: Sequence[tuple[Contract, str]], now: datetime) -> None:
        """Put contracts in force, each with its text; those that are already cost nothing."""
        there = dict(await self.read(lambda tx: contracts.in_force(tx.connection)))
        for contract, text in read:
            self._shelf.keep(contract)
            if there.get(contract.id) != contract.version:
                await self.put_contract(contract.id, contract.version, text, now)

    async def contracts_named(self, names: Sequence[str]) -> list[Contract]:
        """These contracts, as they are in force; raises NotFound. It is asked at each command."""
        found = self._shelf.known(await self._ask(contracts.IN_FORCE), names)
        if found is not None:
            return found
        return await self.read(lambda tx: [tx.contract(name) for name in names])

    async def contracts(self) -> list[Contract]:
        """Every contract in force."""
        return await self.read(
            lambda tx: [tx.contract(name) for name, _ in contracts.in_force(tx.connection)]
        )

    # ── timers ───────────────────────────────────────────────────────────────────────────────

    async def next_due(self) -> datetime | None:
        """When the next timer is to fire; None where none is armed."""
        return await self._glance(timers.next_due)

    async def upcoming(self) -> Upcoming:
        """When there is next something to do."""
        return lookout.upcoming(await self._ask(lookout.UPCOMING))

    async def fire(self, now: datetime, ring: Ring, limit: int = 100) -> Fired:
        """Fire the timers due by `now`, in order, in one transaction (Rule ESC-7).

        Call again while there may be `more`: firing may arm what is due already.
        """
        return await timers.fire(
            lambda deed: self._transact(deed, now),
            ring,
            now,
            limit,
            shared=not self._database.one_writer,
        )

    async def failing_timers(self) -> list[FailedTimer]:
        """The timers that were set aside because answering them failed."""
        return await self._read(timers.failing)

    async def armed_timers(self) -> int:
        """How many timers are armed; the cost grows with them."""
        return await self._read(audit.armed)

    # ── the whole of it ──────────────────────────────────────────────────────────────────────

    async def backup(self, file: Path, now: datetime, told: Told | None = None) -> Contents:
        """Write all there is to a file, as of one instant; raises BadBackup."""

        def work(tx: SqlTransaction) -> Contents:
            form = revision(tx.connection) or ""
            return backup.write(tx.connection, file, revision=form, now=now, told=told)

        return await self.read_at_length(work)

    async def restore(self, file: Path, *, later: bool, told: Told | None = None) -> Contents:
        """Fill this database, which must be empty, from a file; raises BadBackup."""
        fill = partial(backup.read, file=file, later=later, told=told)
        async with self._opened().begin() as connection:
            return await connection.run_sync(fill)

    async def up_to_date(self) -> bool:
        """Whether its tables are those of this version."""
        return await self._read(revision) == HEAD

    # ── seen from outside ────────────────────────────────────────────────────────────────────

    async def figures(self, now: datetime) -> Figures:
        """How the memory stands: what is due, what waits to be sent."""
        return await self._read(lambda c: audit.figures(c, now))

    async def audit(self, after: audit.Place | None, limit: int) -> Audited:
        """Hold a page of open records against the rows that say what is in them; mend those."""
        look = partial(audit.page_of_open, after=after or audit.START, limit=limit)
        looked = await self._read(look)
        if not looked.doubtful:
            return Audited(last=looked.last)
        mended = await self._write(lambda c: audit.mend(c, looked.doubtful))
        return replace(mended, last=looked.last)

    async def forget(self, before: datetime, place: retention.Round) -> retention.Forgotten:
        """Take away a page of what was over before that instant and need not be kept."""
        return await self._write(lambda c: retention.forget(c, before, place))

    # ── outbox ───────────────────────────────────────────────────────────────────────────────

    async def claim_outbox(
        self,
        now: datetime,
        limit: int = 20,
        lease_seconds: float = 60,
        *,
        kept: int = 0,
        oldest_first: bool = False,
        quiet: timedelta = timedelta(0),
    ) -> list[Letter]:
        """Take letters to send: at most one message a destination at a time (`queue.Order`)."""
        lease = timedelta(seconds=lease_seconds)
        mark = "" if self._fleet is None else self._fleet.claim_mark
        order = Order(most=limit, kept=kept, oldest_first=oldest_first, quiet=quiet)
        return await self._write(lambda c: outbox.claim(c, now, order, lease, mark=mark))

    async def renew_letters(
        self, held: Sequence[Letter], now: datetime, lease_seconds: float
    ) -> set[int]:
        """Hold letters longer that are still being sent; the numbers of those still held."""
        until = now + timedelta(seconds=lease_seconds)
        return await self._write(lambda c: outbox.renew(c, held, until))

    async def put_back(self, *back: Letter, not_before: datetime | None, uncertain: bool) -> bool:
        """Their turn has not come: this counts as no attempt. False where none is held any more."""
        state = LetterState.UNCERTAIN if uncertain else LetterState.WAITING
        return await self._write(
            lambda c: outbox.release(c, *back, state=state, not_before=not_before, untried=True)
        )

    async def put_by_way(
        self, letter: Letter, way: str, now: datetime, *, due: datetime, behind: bool
    ) -> bool:
        """Have an urgent letter go by another way too (`letters.put_by_way`)."""
        return await self._write(
            lambda c: letters.put_by_way(c, letter, way, now, due=due, behind=behind)
        )

    async def original_state(self, letter: Letter) -> LetterState | None:
        """How the letter stands whose copy this one is."""
        return await self._read(lambda c: letters.original_state(c, letter))

    async def standing_letters(self, limit: int = 1000) -> list[Standing]:
        """The letters that were set aside, and those that wait."""
        return await self._read(lambda c: letters.standing(c, limit))

    async def retry_letters(self, numbers: Collection[int] | None) -> int:
        """Put failed letters back, all where None; how many. A running bot sees them by itself."""
        async with self._opened().begin() as connection:
            return await connection.run_sync(letters.retry, numbers)

    async def reserve(self, key: str, holder: str, now: datetime) -> str:
        """Take something for good that only one may have; whoever has it."""

        def take(tx: SqlTransaction) -> str:
            if (taken := tx.outcome_of(key)) is not None:
                return taken
            tx.remember(key, holder)
            return holder

        return await self.run(take, now=now)

    async def next_letter_at(self) -> datetime | None:
        """When a letter may next be taken; None where the outbox is empty."""
        return await self._glance(queue.next_at)

    async def mark_sent(
        self, *gone: Letter, channel: str, ts: str, now: datetime, shown: str = ""
    ) -> bool:
        """They left, and stand there, `shown` being a digest of it. False where that was known."""
        return await self._write(
            lambda c: outbox.sent(c, *gone, channel=channel, ts=ts, now=now, shown=shown)
        )

    async def mark_retry(self, letter: Letter, not_before: datetime, error: str) -> bool:
        """It surely did not leave: try again then. False where it is held no more."""
        return await self._write(
            lambda c: outbox.release(
                c, letter, state=LetterState.WAITING, error=error, not_before=not_before
            )
        )

    async def step_aside(self, letter: Letter, not_before: datetime, error: str) -> bool:
        """Try again then, behind all others of its destination. False where it is held no more."""
        return await self._write(lambda c: outbox.step_aside(c, letter, error, not_before))

    async def mark_uncertain(
        self, letter: Letter, error: str, not_before: datetime | None = None
    ) -> bool:
        """It may have left: comes back as uncertain after a pause that grows."""
        pause = min(UNCERTAIN_PAUSE * 2 ** min(letter.attempts - 1, 16), LONGEST_UNCERTAIN_PAUSE)
        again = not_before or letter.claimed_at + pause
        return await self._write(
            lambda c: outbox.release(
                c, letter, state=LetterState.UNCERTAIN, error=error, not_before=again
            )
        )

    async def mark_failed(self, letter: Letter, error: str, now: datetime) -> bool:
        """It cannot be sent, and is set aside."""
        return await self._write(
            lambda c: outbox.release(c, letter, state=LetterState.FAILED, error=error, now=now)
        )

    async def mark_dropped(self, letter: Letter, reason: str, now: datetime) -> bool:
        """It is no longer true, and is not sent."""
        return await self._write(
            lambda c: outbox.release(c, letter, state=LetterState.DROPPED, error=reason, now=now)
        )

    async def post_of(
        self, contract: str, destination: str, topic: Topic | str, subject: str
    ) -> outbox.Post | None:
        """The last message of that topic and subject there."""
        return await self._read(
            lambda c: outbox.post_of(c, contract, destination, str(topic), subject)
        )

    # ── journal ──────────────────────────────────────────────────────────────────────────────

    async def journals(self) -> list[str]:
        """The contracts that must have a journal."""
        return await self._read(journal.contracts_with_journal)

    async def last_seals(self) -> list[str]:
        """The seal that each contract's journal ends with, without saying whose it is."""
        return await self._read(journal.last_seals)

    async def line_sealed(self, seal: str) -> tuple[str, int] | None:
        """The contract and number of the line that carries this seal."""
        return await self.read_at_length(lambda tx: journal.line_sealed(tx.connection, seal))

    async def verify_journal(
        self, contract: str = "", *, known: int = 0, told: Told | None = None
    ) -> list[journal.Verdict]:
        """Prove a contract's journal whole, or each one's; or say where it breaks (Rule CON-3).

        Of one contract, lines up to the number `known` are taken as proved (`journal.verify`).
        """

        def look(tx: SqlTransaction) -> list[journal.Verdict]:
            there = journal.contracts_with_journal(tx.connection)
            names = [name for name in there if contract in ("", name)]
            return [journal.verify(tx.connection, n, known=known, told=told) for n in names]

        return await self.read_at_length(look)

    async def export_journal(self, contract_id: str) -> AsyncIterator[dict[str, Any]]:
        """Every line of a contract's journal, in order, as plain data."""
        after = 0
        while True:
            lines = await self._read(partial(journal.page, contract=contract_id, after=after))
            if not lines:
                return
            for sealed in lines:
                yield as_data(sealed)
            after = lines[-1].number

    # ── who is who in Slack ──────────────────────────────────────────────────────────────────

    async def identities(self, contracts: Sequence[str]) -> list[Identity]:
        """What is kept of who is who, in these contracts."""
        return await self._read(lambda c: directory.identities(c, contracts))

    async def identity_of(self, contract: str, person: str) -> Identity | None:
        """What is kept of one person."""
        return await self._read(lambda c: directory.identity_of(c, contract, person))

    async def keep_identities(self, learnt: Learnt, now: datetime) -> list[IdentityChange]:
        """Keep who somebody is (`directory.keep`); who is another account now is journalled."""

        def keep(tx: SqlTransaction) -> list[IdentityChange]:
            changes = directory.keep(tx.connection, learnt)
            tx.append([_line_of(change, now) for change in changes])
            return changes

        return await self.run(keep, now=now)

    async def forget_identities(self, contract: str, *, but: Collection[str]) -> None:
        """Forget everybody whom the contract names no more."""
        await self._write(lambda c: directory.forget_others(c, contract, but))

    async def channel_names(self, contracts: Sequence[str]) -> list[ChannelName]:
        """What is kept of the channels that these contracts name."""
        return await self._read(lambda c: directory.channel_names(c, contracts))

    async def keep_channel_names(self, learnt: Sequence[ChannelName]) -> None:
        """Keep which channel bears a name, in place of what was known."""
        await self._write(lambda c: directory.keep_channel_names(c, learnt))

    async def hold_listing(self, team: str, holder: str, now: datetime) -> Listing | None:
        """Take the listing of a workspace's channels on; None while another replica is at it."""
        alone = self._database.one_writer
        return await self._write(
            lambda c: directory.hold_listing(c, team, holder, now, alone=alone)
        )

    async def keep_listing(self, team: str, holder: str, listing: Listing, now: datetime) -> None:
        """Keep how far a listing has come; whoever keeps it holds it on."""
        await self._write(lambda c: directory.keep_listing(c, team, holder, listing, now))


def _line_of(change: IdentityChange, now: datetime) -> Line:
    facts = {"person": change.person, "was": change.was or None, "account": change.account or None}
    return Line(
        contract=change.contract,
        subject=change.contract,
        at=now,
        actor=ESCALADE,
        action=A.IDENTITY_CHANGED,
        source="directory",
        facts=facts,
    )
