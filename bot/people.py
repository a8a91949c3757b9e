"""People of the contracts ↔ Slack users: looked up, checked before a call, kept true by events.

Nobody waits for Slack who says or does something: they are known, or they are told that Slack
cannot say who they are (`person_of`). A call is checked, since Slack takes what is posted to the
conversation of a closed account (Rule ESC-5).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts import Account, Accounts, account_from, key_of
from bot.clock import Clock
from bot.lookups import Shared, looked_up
from bot.named import Named
from bot.slack_calls import NotSent, Undeliverable
from escalation.contract import Contract, Person

log = structlog.get_logger()

UNKNOWN_USER = {"users_not_found", "user_not_found", "user_not_visible"}
CLOSED = "user_disabled"  # Slack's own word for it
RECENT = timedelta(minutes=10)  # an urgent call asks again after that
ABSENT = timedelta(minutes=1)  # who was not there, or closed, is asked for again after that
REFRESH = timedelta(hours=6)  # everybody is looked up again behind, after that
CHECK_SECONDS = 2.0  # a call waits no longer for the check of somebody known
CLOCKS_APART = timedelta(seconds=30)  # ours and Slack's
NO_LOCALE = "-"  # Slack was asked, and told none
UNKNOWN_SECONDS = 1.0  # whoever acts and is not known waits no longer for Slack to say who it is

Recall = Callable[[str, Person], Awaitable[Account | None]]


class People:
    """Finds the accounts of people, and the people behind accounts.

    `recall` says what is kept of a person; `changed` is called when an account is news.
    """

    def __init__(
        self, client: AsyncWebClient, clock: Clock, *, recall: Recall, changed: Callable[[], None]
    ) -> None:
        self._client = client
        self._clock = clock
        self._recall = recall
        self._changed = changed
        self._shared = Shared()
        self._wanted: set[str] = set()
        self.accounts = Accounts()
        self.news: set[str] = set()  # users of whom something new was learnt, to be kept

    # ── who is to be reached ─────────────────────────────────────────────────────────────────

    async def reach(self, contract: str, person: Person, *, urgent: bool) -> Account:
        """The open account of a person; raises NotSent or Undeliverable where there is none."""
        account = await self.find(contract, person, urgent=urgent)
        if account is None:
            raise Undeliverable("no_slack_account")
        if account.deleted:
            raise Undeliverable(CLOSED)
        return account

    async def find(self, contract: str, person: Person, *, urgent: bool) -> Account | None:
        """The account of a person, open or closed; raises NotSent or Undeliverable."""
        if urgent and (kept := await self._recall(contract, person)) is not None:
            self.recall(kept)  # another replica may have heard of a change
        known = self.accounts.of(person)
        if not self._to_check(person, known, urgent=urgent):
            return known
        try:
            return await self.check(person, within=None if known is None else CHECK_SECONDS)
        except (NotSent, Undeliverable) as trouble:
            if known is None:
                raise
            log.info(
                "an account could not be checked", action="account_unchecked", why=str(trouble)
            )
            return known

    def _to_check(self, person: Person, known: Account | None, *, urgent: bool) -> bool:
        now = self._clock.now()
        if known is None:
            since = self.accounts.none_since(key_of(person))
            return bool(key_of(person)) and (since is None or now - since >= ABSENT)
        if self.accounts.doubtful(known):
            return True
        if known.deleted:
            return now - known.learnt_at >= ABSENT
        return urgent and now - known.learnt_at >= RECENT

    async def check(self, person: Person, *, within: float | None = None) -> Account | None:
        """Look a person up, whatever is known; raises NotSent or Undeliverable."""
        return await self._shared.ask(key_of(person), lambda: self._checked(person), within=within)

    async def _checked(self, person: Person) -> Account | None:
        known = self.accounts.of(person)
        user = person.slack or (known.user if known else "")
        if user:
            account = await self._info(user)
            if person.slack or (account and not account.deleted and self._is(person, user)):
                return account
        return await self._of_address(person) if person.email else None

    def _is(self, person: Person, user: str) -> bool:
        account = self.accounts.of(person)
        return account is not None and account.user == user

    async def _info(self, user: str) -> Account | None:
        try:
            call = self._client.users_info(user=user, include_locale=True)
            answer = await looked_up(call)
        except Undeliverable as refusal:
            if refusal.code in UNKNOWN_USER:
                self.accounts.learn_none(user, self._clock.now())
                return None
            raise
        return self._learn({"locale": NO_LOCALE, **answer["user"]})

    async def _of_address(self, person: Person) -> Account | None:
        """Who has the address now. A closed account keeps it until somebody else has it."""
        email = person.email.lower()
        try:
            answer = await looked_up(self._client.users_lookupByEmail(email=email))
        except Undeliverable as refusal:
            if refusal.code not in UNKNOWN_USER:
                raise
            if self.accounts.none_since(email) is None:
                log.warning("no Slack account", action="account_missing", person=person.id)
            self.accounts.learn_none(email, self._clock.now())
            return self.accounts.of(person)
        return self._learn(answer["user"], email=email)

    def _learn(self, user: Mapping[str, Any], *, email: str = "") -> Account:
        known = self.accounts.of_user(str(user["id"]))
        account = account_from(user, known, now=self._clock.now(), email=email)
        if self.accounts.learn(account):
            self.news.add(account.user)
            self._changed()
        if account.deleted and not (known and known.deleted):
            log.warning("a Slack account is closed", action="account_closed", user=account.user)
        return account

    async def direct_channel(self, account: Account) -> str:
        """The direct conversation of the bot with somebody; raises as every call may."""
        if not account.direct:
            answer = await looked_up(self._client.conversations_open(users=[account.user]))
            account = self._direct(account, str(answer["channel"]["id"]))
        return account.direct

    def forget_direct(self, person: Person) -> None:
        """Slack does not know the conversation any more: it is opened anew."""
        if (account := self.accounts.of(person)) is not None:
            self._direct(account, "")

    def _direct(self, account: Account, channel: str) -> Account:
        self.news.add(account.user)
        self._changed()
        return self.accounts.direct(account, channel)

    # ── who acts ─────────────────────────────────────────────────────────────────────────────

    async def person_of(self, contract: Contract, user: str) -> Person | None:
        """The person of this contract behind a Slack user, from what is known.

        Of somebody who was never looked up, Slack is asked for a moment; raises NotSent where it
        does not answer, Undeliverable where it refuses.
        """
        person = self.accounts.person_in(contract, user)
        if person is None and self._stranger(user):
            await self._shared.ask(user, lambda: self._info(user), within=UNKNOWN_SECONDS)
            person = self.accounts.person_in(contract, user)
        return person

    async def places_of(self, named: Named, user: str) -> list[tuple[Contract, Person]]:
        """The people of all contracts behind a Slack user; as `person_of`."""
        found = named.of(user, self.accounts.address_of(user))
        if len(found) < len(named.contracts) and self._stranger(user):
            await self._shared.ask(user, lambda: self._info(user), within=UNKNOWN_SECONDS)
            found = named.of(user, self.accounts.address_of(user))
        return found

    def _stranger(self, user: str) -> bool:
        if self.accounts.of_user(user) is not None:
            return False
        since = self.accounts.none_since(user)
        return since is None or self._clock.now() - since >= ABSENT

    def locale_of(self, user: str) -> str:
        """The locale a Slack user has set, e.g. "fr-FR"; "" while it is not known."""
        account = self.accounts.of_user(user)
        return account.locale.strip(NO_LOCALE) if account is not None else ""

    # ── kept true ────────────────────────────────────────────────────────────────────────────

    def want(self, people: Iterable[Person]) -> None:
        """Say whom the contracts name: of others, events are not heeded."""
        self._wanted = {key_of(person) for person in people} - {""}

    def heard(self, user: Mapping[str, Any], at: datetime) -> bool:
        """Take in what Slack told of a user at that instant; whether it concerns anybody here.

        What was told before the account was looked up is older than what is known. Where that is
        not certain, it is looked up again.
        """
        name = str(user["id"])
        known = self.accounts.of_user(name)
        profile = user.get("profile") or {}
        email = str(profile.get("email") or "").lower()
        if known is None and not {name, email} & self._wanted:
            return False
        if known is None or at >= known.learnt_at:
            self._learn(user)
        if known is not None and at - known.learnt_at < CLOCKS_APART:
            self.accounts.doubt(name)
            self._changed()
        return True

    def recall(self, kept: Account) -> None:
        """Take in what is kept of an account, where it is newer than what is known."""
        known = self.accounts.of_user(kept.user)
        if known is None or known.learnt_at < kept.learnt_at:
            self.accounts.learn(kept)

    def to_find(self, people: Iterable[Person]) -> list[Person]:
        """Those of whom no account is known, and who were not looked up lately."""
        now, found = self._clock.now(), {}
        for person in people:
            key = key_of(person)
            since = self.accounts.none_since(key)
            lately = since is not None and now - since < REFRESH
            if key and not lately and self.accounts.of(person) is None:
                found[key] = person
        return list(found.values())

    def to_refresh(self, people: Iterable[Person]) -> list[Person]:
        """Those whose account is in doubt, only half known, or was long not looked up."""
        now, found = self._clock.now(), {}
        for person in people:
            account = self.accounts.of(person)
            if account is not None and (
                self.accounts.doubtful(account)
                or not account.locale
                or now - account.learnt_at >= REFRESH
            ):
                found[key_of(person)] = person
        return list(found.values())

    async def stop(self) -> None:
        """End the look-ups under way."""
        await self._shared.stop()
