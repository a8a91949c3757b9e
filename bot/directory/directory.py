"""The directory of Slack: people ↔ Slack users, rooms ↔ channel ids; known, kept, refreshed.

What is known is in memory, loaded at the start from what is kept (`store.identities`), and looked
up in the background for everybody and every room that a contract names, at the pace that is left
over by messages.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.directory.accounts import Account
from bot.directory.channels import Channels
from bot.directory.kept import account_of, channel_names, identities, room_of, rooms_of
from bot.directory.lookups import AGAIN_SECONDS, errand
from bot.directory.myself import Myself
from bot.directory.people import People
from bot.directory.rooms_apart import Use, named_twice
from bot.slack.calls import NotSent, NotYet, Uncertain, Undeliverable
from escalation.base.backoff import backoff
from escalation.contract import Contract, Person
from escalation.messages.destinations import Destination, To
from handlers.words.texts import spoken
from store.database import Store
from store.errors import DatabaseTrouble
from store.identities import Identity, Learnt, Listing

log = structlog.get_logger()

Work = Callable[[], Awaitable[object]]

WHO = "directory"  # the background's place in line at Slack's limits
LOOK = timedelta(minutes=1)  # what other replicas learnt, and contracts in force, are read again
MOST_REFUSED = 5
PAUSES = (5.0, 15.0, 60.0, 300.0)  # seconds, where Slack does not answer


class Directory:
    """People and rooms in Slack. Without a store nothing is kept, and nothing done behind.

    Whatever looks something up raises NotSent or Undeliverable.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Clock,
        *,
        store: Store | None = None,
        contracts: Sequence[str] = (),
    ) -> None:
        self.client = client
        self._clock = clock
        self._store = store
        self._contracts = contracts
        self._holder = secrets.token_hex(8)
        self.me = Myself(client)
        self.people = People(client, clock, me=self.me, recall=self._recall, changed=self._change)
        self.channels = Channels(
            client, clock, hold=self._hold, keep=self._keep_listing, changed=self._change
        )
        self._not_before: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}
        self._terms: Sequence[Contract] = ()
        self._twice: Mapping[str, Sequence[Use]] = {}
        self._compared: tuple[object, ...] = ()
        self._listing: Listing | None = None  # where it cannot be kept
        self._loaded_at: datetime | None = None
        self.woken = asyncio.Event()

    def _change(self) -> None:
        self.woken.set()

    # ── for messages ─────────────────────────────────────────────────────────────────────────

    async def reach(self, contract: str, person: Person, *, urgent: bool) -> str:
        """The direct conversation with a person whose account is open; else Undeliverable.

        Before an urgent message the account is looked at, where that was not done lately.
        """
        account = await self.people.reach(contract, person, urgent=urgent)
        return await self.people.direct_channel(account)

    async def user_of(self, contract: str, person: Person, *, urgent: bool = True) -> str:
        """The Slack user of a person whose account is open; else Undeliverable."""
        return (await self.people.reach(contract, person, urgent=urgent)).user

    async def last_user_of(self, contract: str, person: Person) -> str | None:
        """The Slack user that a person is, or was: be the account closed by now."""
        account = await self.people.find(contract, person, urgent=False)
        return account.user if account is not None else None

    def language_of(self, user: str) -> str:
        """The language of a Slack user, from what is in memory; "" where none of ours is known.

        A contract that names them says it; of others, their Slack's counts.
        """
        for contract in self._terms:
            person = self.people.accounts.person_in(contract, user)
            if person is not None:
                return contract.language_of(person)
        return spoken(self.people.locale_of(user))

    def refused(self, contract: Contract, to: Destination) -> None:
        """Slack does not know the conversation of that destination any more: look for it anew."""
        if to.kind is To.ROOM:
            self.channels.forget(contract.channel_of(to.name))
        elif contract.knows(to.person):
            self.people.forget_direct(contract.person(to.person))

    # ── what Slack tells by itself ───────────────────────────────────────────────────────────

    async def heard_of_account(self, user: Mapping[str, Any], at: datetime) -> None:
        """Take in what Slack told of a user at that instant, and keep it."""
        if self.people.heard(user, at):
            await self._keep()

    async def room(self, name: str) -> str:
        """The channel of a standing room, by its name or id; Undeliverable where it serves none.

        Raises NotYet while it is looked for, and NotSent.
        """
        channel = await self.channels.channel_id(name)
        if channel is None:
            raise Undeliverable("channel_not_found")
        if channel in self.named_twice():
            raise Undeliverable("room_of_two")
        return channel

    async def heard_of_channel(self, change: Callable[[Channels], None]) -> None:
        """Take in what Slack told of a channel, and keep it."""
        change(self.channels)
        await self._keep()

    # ── behind ───────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Look up and refresh what the contracts name, until cancelled."""
        while True:
            self.woken.clear()
            await self.advance()
            at = self.next_at() or self._clock.now() + LOOK
            seconds = self._clock.wait(at)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(seconds, 1.0)):
                    await self.woken.wait()

    def next_at(self) -> datetime | None:
        """Return when what is still to be looked up can go on; None where nothing is."""
        return min(self._not_before.values(), default=None)

    async def advance(self) -> int:
        """Look up what may be looked up now, and keep it; how much was looked up."""
        if self._store is None:
            return 0
        try:
            now = self._clock.now()
            if self._loaded_at is None or now - self._loaded_at >= LOOK:
                await self.load()
            done = await self._look_up()
            await self._keep()
        except DatabaseTrouble as trouble:
            log.warning("who is who is not kept", action="directory_not_kept", why=str(trouble))
            return 0
        return done

    async def _look_up(self) -> int:
        people, channels = self.people, self.channels
        named = [person for contract in self._terms for person in contract.people]
        with errand(WHO, urgent=False):
            return sum(
                [
                    await self._each("me", [] if self.me.known else [self.me.learn]),
                    await self._each("find", _checks(people, people.to_find(named))),
                    await self._each("refresh", _checks(people, people.to_refresh(named))),
                    await self._each("list", [channels.settle] if channels.unsettled() else []),
                    await self._each(
                        "look", [partial(channels.look_at, room) for room in channels.to_refresh()]
                    ),
                ]
            )

    async def _each(self, kind: str, work: Sequence[Work]) -> int:
        """Do each, until Slack stops it: then all of that kind waits; how many were done."""
        now, until = self._clock.now(), self._not_before.pop(kind, None)
        if work and until is not None and until > now:
            self._not_before[kind] = until
            return 0
        trouble: Exception | None = None
        done = refused = 0
        for do in work:
            try:
                await do()
            except NotYet as wait:
                self._not_before[kind] = self._clock.now() + timedelta(seconds=wait.seconds)
                return done
            except (NotSent, Uncertain) as away:
                trouble = away
                break
            except Undeliverable as refusal:  # of this one; of how many more?
                trouble, refused = refusal, refused + 1
                if refused >= MOST_REFUSED:
                    break
            else:
                done += 1
        if trouble is None:
            self._failures.pop(kind, None)
        else:
            self._pause(kind, trouble)
        return done

    def _pause(self, kind: str, trouble: Exception) -> None:
        failures = self._failures[kind] = self._failures.get(kind, 0) + 1
        seconds = backoff(PAUSES, failures)
        if isinstance(trouble, NotSent):
            seconds = max(seconds, trouble.seconds)
        self._not_before[kind] = self._clock.now() + timedelta(seconds=seconds)
        log.warning(
            "Slack does not say who is who", action="directory_waits", what=kind, why=str(trouble)
        )

    async def load(self) -> None:
        """Take in what is kept of whom and what the contracts name; raises DatabaseTrouble."""
        if self._store is None:
            return
        first, self._loaded_at = self._loaded_at is None, self._clock.now()
        self._terms = await self._store.contracts.named(self._contracts)
        self.people.want(person for contract in self._terms for person in contract.people)
        pooled = [room for contract in self._terms for room in contract.rooms.crisis_pool]
        names = [name for contract in self._terms for name in rooms_of(contract)]
        self.channels.want(names, pooled=pooled)
        if first:
            for contract in self._terms:
                named = [person.id for person in contract.people]
                await self._store.directory.forget_others(contract.id, but=named)
        await self._read_kept()
        self.named_twice()

    def named_twice(self) -> Mapping[str, Sequence[Use]]:
        """The channels that the contracts name more than once, as far as is known; it is logged.

        Nothing is said there: what is for some would be read by others (Rules INC-7, CON-2).
        """
        state = (self.channels.revision, tuple(terms.version for terms in self._terms))
        if state != self._compared:
            self._compared, before = state, self._twice
            self._twice = named_twice(self._terms, self.channels.known)
            for channel in self._twice.keys() - before.keys():
                log.error(
                    "a channel is named twice, and not used: give each its own",
                    action="room_of_two",
                    channel=channel,
                    rooms=[str(use) for use in self._twice[channel]],
                )
        return self._twice

    async def _read_kept(self) -> None:
        if self._store is None:
            return
        kept = await self._store.directory.identities(self._contracts)
        self.me.last_team = max((row.team for row in kept), default="")
        named = {(terms.id, person.id): person for terms in self._terms for person in terms.people}
        for row in kept:
            person = named.get((row.contract, row.person))
            if person is not None and self._counts(row):
                self.people.recall(person, account_of(row))
        names = await self._store.directory.channel_names(self._contracts)
        self.channels.recall(room_of(row) for row in names if self._of_this_team(row.team))

    def _of_this_team(self, team: str) -> bool:
        return not self.me.team or team == self.me.team

    def _counts(self, row: Identity) -> bool:
        """Return whether it is kept of an account that still is this person's."""
        return bool(row.home) and self._of_this_team(row.team)

    async def _recall(self, contract: str, person: Person) -> Account | None:
        if self._store is None:
            return None
        row = await self._store.directory.identity_of(contract, person.id)
        return account_of(row) if row is not None and self._counts(row) else None

    async def _keep(self) -> None:
        """Keep what was learnt of those whom a contract names; of others nothing is kept."""
        team = self.me.team
        if self._store is None or not team:
            return
        users, names = self.people.news, self.channels.news
        self.people.news, self.channels.news = set(), set()
        try:
            if users:
                await self._keep_people(team, users)
            if rooms := channel_names(team, self._terms, self.channels, names):
                await self._store.directory.keep_channel_names(rooms)
        except BaseException:
            self.people.news |= users
            self.channels.news |= names
            raise

    async def _keep_people(self, team: str, users: set[str]) -> None:
        """Keep who these users are; that somebody is another account now is told."""
        if self._store is None:
            return
        learnt = identities(team, self._terms, self.people.accounts, users)
        contracts = [terms.id for terms in self._terms]
        news = Learnt(team=team, contracts=contracts, users=users, identities=learnt)
        for change in await self._store.directory.keep(news, self._clock.now()):
            log.warning(
                "somebody is another Slack account now; make sure that it is theirs",
                action="identity_changed",
                contract=change.contract,
                person=change.person,
                was=change.was,
                account=change.account,
            )

    async def _hold(self) -> Listing:
        if self._store is None or not self.me.team:
            return self._listing or Listing(stage="", cursor="", begun_at=self._clock.now())
        listing = await self._store.directory.hold_listing(
            self.me.team, self._holder, self._clock.now()
        )
        if listing is None:
            await self._read_kept()
            raise NotYet("another replica lists the channels", AGAIN_SECONDS)
        return listing

    async def _keep_listing(self, listing: Listing) -> None:
        if self._store is None or not self.me.team:
            self._listing = listing
            return
        await self._keep()  # first what was found: the listing does not come back to it
        now = self._clock.now()
        await self._store.directory.keep_listing(self.me.team, self._holder, listing, now)

    async def stop(self) -> None:
        """End what is being looked up, and keep what was learnt."""
        await self.people.stop()
        await self.channels.stop()
        with suppress(DatabaseTrouble):
            await self._keep()


def _checks(people: People, to_check: Sequence[Person]) -> list[Work]:
    return [partial(people.check, person) for person in to_check]
