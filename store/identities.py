"""The kept register of who is who in Slack: people's accounts, channels' names, a listing's cursor.

It is kept by contract, so that it ends with the contract (Rule CON-4). Of what two replicas learnt
the newer stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from escalation.base.journal import Entry
from escalation.base.journal_actions.record_keeping import RecordKeepingAction
from escalation.contract import ESCALADE
from store.engine.engine import Engine
from store.schema.lists import among
from store.schema.tables import channel_names as names
from store.schema.tables import identities as table
from store.schema.tables import listings
from store.transaction.transaction import SqlTransaction

HOLD = timedelta(seconds=30)  # longer than a call to Slack may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The Slack account of a person. `direct` is their talk with the bot; "" for not known.

    `team` is the workspace in which the bot meets them, `home` the one they belong to: "" where
    the account was theirs, and is no longer, or where an older version kept it.
    """

    team: str
    slack: str
    contract: str
    person: str
    home: str
    email: str
    locale: str
    deleted: bool
    direct: str
    learnt_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """Facts learnt of some Slack users: all of these contracts' people who are one of them."""

    team: str
    contracts: Sequence[str]
    users: Collection[str]
    identities: Sequence[Identity]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange:
    """A person is another Slack account than `was`: "" for none, before or now."""

    contract: str
    person: str
    was: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelName:
    """The channel of that name: "" for none found when it was `learnt_at`, None for not yet."""

    team: str
    contract: str
    name: str
    channel: str
    sought_at: datetime
    learnt_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The progress of a listing of channels; no `stage` where none is under way."""

    stage: str
    cursor: str
    begun_at: datetime


# ── people ───────────────────────────────────────────────────────────────────────────────────


def identities(connection: Connection, contracts: Sequence[str]) -> list[Identity]:
    """Return what is kept of the people of these contracts."""
    found = connection.execute(select(table).where(table.c.contract.in_(contracts)))
    return [Identity(**row) for row in found.mappings()]


def identity_of(connection: Connection, contract: str, person: str) -> Identity | None:
    """Return what is kept of one person."""
    query = select(table).where(table.c.contract == contract, table.c.person == person)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Identity(**row)


def keep(connection: Connection, learnt: Learnt) -> list[IdentityChange]:
    """Keep these, each in place of what was learnt before of the person; who is another account.

    What somebody learnt later stays. An account that is nobody's any more is kept as having been
    theirs, so that it shows when another one is.
    """
    t = table.c
    of_contract: dict[str, list[Identity]] = defaultdict(list)
    for each in learnt.identities:
        of_contract[each.contract].append(each)
    theirs_before = select(t.contract).where(among(t.slack, "users"))
    concerned = connection.execute(theirs_before, {"users": sorted(learnt.users)}).scalars()
    changes: list[IdentityChange] = []
    for contract in sorted({*of_contract, *concerned} & {*learnt.contracts}):
        query = select(table).where(t.contract == contract).with_for_update()
        known = {row["person"]: Identity(**row) for row in connection.execute(query).mappings()}
        for each in of_contract[contract]:
            before = known.get(each.person)
            if before is not None and before.learnt_at > each.learnt_at:
                continue
            same = or_(t.person == each.person, (t.team == each.team) & (t.slack == each.slack))
            connection.execute(delete(table).where(t.contract == contract, same))
            connection.execute(insert(table), asdict(each))
            others = [
                k for k in known.values() if k.slack == each.slack and k.person != each.person
            ]
            if others or (before is not None and before.slack != each.slack):
                was = "" if before is None else before.slack
                changes.append(_change(each, was=was, account=each.slack))
            changes += [_change(k, was=k.slack, account="") for k in others if k.home]
            for k in others:
                del known[k.person]
            known[each.person] = each
        theirs = {each.person for each in of_contract[contract]}
        for lost in known.values():
            if lost.slack in learnt.users and lost.home and lost.person not in theirs:
                mine = (t.contract == contract) & (t.person == lost.person)
                connection.execute(update(table).where(mine).values(home=""))
                changes.append(_change(lost, was=lost.slack, account=""))
    return changes


def _change(of: Identity, *, was: str, account: str) -> IdentityChange:
    return IdentityChange(contract=of.contract, person=of.person, was=was, account=account)


def forget_others(connection: Connection, contract: str, but: Collection[str]) -> None:
    """Forget everybody of a contract but these."""
    t = table.c
    connection.execute(delete(table).where(t.contract == contract, t.person.not_in(but)))


# ── channels ─────────────────────────────────────────────────────────────────────────────────


def channel_names(connection: Connection, contracts: Sequence[str]) -> list[ChannelName]:
    """Return what is kept of the channels that these contracts name."""
    found = connection.execute(select(names).where(names.c.contract.in_(contracts)))
    return [ChannelName(**row) for row in found.mappings()]


def keep_channel_names(connection: Connection, learnt: Sequence[ChannelName]) -> None:
    """Keep which channels bear these names, in place of what was known."""
    n = names.c
    for each in sorted(learnt, key=lambda name: (name.contract, name.name)):
        here = (n.contract == each.contract) & (n.name == each.name)
        connection.execute(delete(names).where(here))
        connection.execute(insert(names), asdict(each))


def hold_listing(
    connection: Connection, team: str, holder: str, now: datetime, *, alone: bool
) -> Listing | None:
    """Hold the listing of a workspace: how far it has come; None while somebody else holds it.

    `alone`: nobody else can be there; who held it has ended.
    """
    query = select(listings).where(listings.c.team == team).with_for_update()
    row = connection.execute(query).one_or_none()
    held = {"holder": holder, "held_until": now + HOLD}
    if row is None:
        fresh = Listing(stage="", cursor="", begun_at=now)
        connection.execute(insert(listings), {"team": team, **asdict(fresh), **held})
        return fresh
    if row.holder != holder and row.held_until > now and not alone:
        return None
    connection.execute(update(listings).where(listings.c.team == team).values(**held))
    return Listing(stage=row.stage, cursor=row.cursor, begun_at=row.begun_at)


def keep_listing(
    connection: Connection, team: str, holder: str, listing: Listing, now: datetime
) -> None:
    """Keep how far it has come, and hold it on; once it is done anybody may hold the next."""
    until = now + HOLD if listing.stage else now
    mine = (listings.c.team == team) & (listings.c.holder == holder)
    connection.execute(update(listings).where(mine).values(**asdict(listing), held_until=until))


# ── the store's ──────────────────────────────────────────────────────────────────────────────


class Directory:
    """The register of who is who in Slack, and which channel bears which name, for all replicas."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def identities(self, contracts: Sequence[str]) -> list[Identity]:
        """Return what is kept of who is who, in these contracts."""
        return await self._engine.look(lambda c: identities(c, contracts))

    async def identity_of(self, contract: str, person: str) -> Identity | None:
        """Return what is kept of one person."""
        return await self._engine.look(lambda c: identity_of(c, contract, person))

    async def keep(self, learnt: Learnt, now: datetime) -> list[IdentityChange]:
        """Keep who somebody is (`keep`); who is another account now is journalled."""

        def work(tx: SqlTransaction) -> list[IdentityChange]:
            changes = keep(tx.connection, learnt)
            tx.append([_line_of(change, now) for change in changes])
            return changes

        return await self._engine.run(work, now=now)

    async def forget_others(self, contract: str, *, but: Collection[str]) -> None:
        """Forget everybody whom the contract names no more."""
        await self._engine.write(lambda c: forget_others(c, contract, but))

    async def channel_names(self, contracts: Sequence[str]) -> list[ChannelName]:
        """Return what is kept of the channels that these contracts name."""
        return await self._engine.look(lambda c: channel_names(c, contracts))

    async def keep_channel_names(self, learnt: Sequence[ChannelName]) -> None:
        """Keep which channel bears a name, in place of what was known."""
        await self._engine.write(lambda c: keep_channel_names(c, learnt))

    async def hold_listing(self, team: str, holder: str, now: datetime) -> Listing | None:
        """Take the listing of a workspace's channels on; None while another replica is at it."""
        alone = self._engine.one_writer
        return await self._engine.write(lambda c: hold_listing(c, team, holder, now, alone=alone))

    async def keep_listing(self, team: str, holder: str, listing: Listing, now: datetime) -> None:
        """Keep how far a listing has come; whoever keeps it holds it on."""
        await self._engine.write(lambda c: keep_listing(c, team, holder, listing, now))


def _line_of(change: IdentityChange, now: datetime) -> Entry:
    facts = {"person": change.person, "was": change.was or None, "account": change.account or None}
    return Entry(
        contract=change.contract,
        subject=change.contract,
        at=now,
        actor=ESCALADE,
        action=RecordKeepingAction.IDENTITY_CHANGED,
        source="directory",
        facts=facts,
    )
