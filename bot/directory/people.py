"""People of the contracts ↔ Slack users: looked up, checked before a call, kept true by events.

Who acts as whom is decided in one place (`bot.directory.accounts`), for calls and for clicks alike.

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

from bot.clock import Clock
from bot.directory.accounts import Account, Accounts, account_from, key_of
from bot.directory.lookups import Shared, looked_up
from bot.directory.myself import Myself
from bot.directory.named import Named
from bot.slack.calls import NotSent, Undeliverable
from escalation.contract import Contract, Person

log = structlog.get_logger()

UNKNOWN_USER = {"users_not_found", "user_not_found", "user_not_visible"}
CLOSED = "user_disabled"  # Slack's own word for it
OUTSIDE = "account_outside"
RECENT = timedelta(minutes=10)  # an urgent call asks again after that
ABSENT = timedelta(minutes=1)  # who was not there, or closed, is asked for again after that
REFRESH = timedelta(hours=6)  # everybody is looked up again behind, after that
CHECK_SECONDS = 2.0  # a call waits no longer for the check of somebody known
CLOCKS_APART = timedelta(seconds=30)  # ours and Slack's
NO_LOCALE = "-"  # Slack was asked, and told none
UNKNOWN_SECONDS = 1.0  # whoever acts and is not known waits no longer for Slack to say who it is
STALE = timedelta(hours=24)  # nobody acts by what was not looked up for so long

Recall = Callable[[str, Person], Awaitable[Account | None]]


class People:
    """Finds the accounts of people, and the people behind accounts.

    `me` says which workspace is the bot's own, `recall` what is kept of a person; `changed` is
    called when an account is news.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Clock,
        *,
        me: Myself,
        recall: Recall,
        changed: Callable[[], None],
    ) -> None:
        self._client = client
        self._clock = clock
        self._me = me
        self._recall = recall
        self._changed = changed
        self._shared = Shared()
        self._wanted: dict[str, str] = {}  # Slack id or address → the person's id
        self.accounts = Accounts(lambda: me.home)
        self.news: set[str] = set()  # users of whom something new was learnt, to be kept

    # ── who is to be reached ─────────────────────────────────────────────────────────────────

    async def reach(self, contract: str, person: Person, *, urgent: bool) -> Account:
        """The open account of a person; raises NotSent or Undeliverable where there is none."""
        account = await self.find(contract, person, urgent=urgent)
        if account is None:
            outside = self.accounts.outside(person)
            raise Undeliverable(OUTSIDE if outside else "no_slack_account")
        if account.deleted:
            raise Undeliverable(CLOSED)
        return account

    async def find(self, contract: str, person: Person, *, urgent: bool) -> Account | None:
        """The account of a person, open or closed; raises NotSent or Undeliverable."""
        if urgent and (kept := await self._recall(contract, person)) is not None:
            self.recall(person, kept)  # another replica may have heard of a change
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
            key = key_of(person)
            return bool(key) and (self._not_asked_lately(key) or self.accounts.doubtful(key))
        if self.accounts.doubtful(known.user, key_of(person)):
            return True
        if known.deleted:
            return now - known.learnt_at >= ABSENT
        return urgent and now - known.learnt_at >= RECENT

    async def check(self, person: Person, *, within: float | None = None) -> Account | None:
        """Look a person up, whatever is known; raises NotSent or Undeliverable."""
        return await self._shared.ask(key_of(person), lambda: self._checked(person), within=within)

    async def _checked(self, person: Person) -> Account | None:
        known = self.accounts.of(person)
        if user := person.slack or (known.user if known else ""):
            await self._info(user)
            known = self.accounts.of(person)
            email = person.email.lower()
            if person.slack or (known and known.open and not self.accounts.doubtful(email)):
                return known
        if person.email:
            await self._ask_who_has(person.email.lower())
        return self.accounts.of(person)

    async def _info(self, user: str) -> Account | None:
        try:
            call = self._client.users_info(user=user, include_locale=True)
            answer = await looked_up(call)
        except Undeliverable as refusal:
            if refusal.code in UNKNOWN_USER:
                self._nobody(user)
                return None
            raise
        return self._learn({"locale": NO_LOCALE, **answer["user"]})

    async def _ask_who_has(self, email: str) -> None:
        """Learn who has the address. A closed account keeps it until somebody else has it."""
        if not self._me.home:
            await self._me.learn()
        try:
            answer = await looked_up(self._client.users_lookupByEmail(email=email))
        except Undeliverable as refusal:
            if refusal.code not in UNKNOWN_USER:
                raise
            self._missing(email, "no Slack account", action="account_missing")
            return
        account = self._learn(answer["user"], email=email)
        if account.bot or account.email != email or not self.accounts.at_home(account):
            words = "the Slack account is not of this workspace: give its id in the contract"
            self._missing(email, words, action=OUTSIDE)
            return
        if self.accounts.holder_of(email) != account.user:
            self._told(account.user, self.accounts.holder_of(email))
        self.accounts.learn_holder(email, account.user, self._clock.now())

    def _missing(self, email: str, words: str, *, action: str) -> None:
        if self.accounts.none_since(email) is None:
            log.warning(words, action=action, person=self._wanted.get(email, ""))
        self._nobody(email, outside=action == OUTSIDE)

    def _nobody(self, key: str, *, outside: bool = False) -> None:
        self._told(key, self.accounts.holder_of(key))
        self.accounts.learn_none(key, self._clock.now(), outside=outside)

    def _told(self, *users: str) -> None:
        """Something new was learnt of these users: it is to be kept."""
        self.news.update(users)
        self._changed()

    def _learn(self, user: Mapping[str, Any], *, email: str = "") -> Account:
        known = self.accounts.of_user(str(user["id"]))
        now, home = self._clock.now(), self._me.home
        account = account_from(user, known, now=now, home=home, email=email)
        if self.accounts.learn(account):
            self._told(account.user)
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
        self._told(account.user)
        return self.accounts.direct(account, channel)

    # ── who acts ─────────────────────────────────────────────────────────────────────────────

    async def person_of(self, contract: Contract, user: str) -> Person | None:
        """The person of this contract behind a Slack user, from what is known.

        Of somebody who was never looked up, or long ago, Slack is asked for a moment; raises
        NotSent where it does not answer, Undeliverable where it refuses.
        """
        await self._identify(user)
        return self.accounts.person_in(contract, user)

    async def places_of(self, named: Named, user: str) -> list[tuple[Contract, Person]]:
        """The people of all contracts behind a Slack user; as `person_of`."""
        await self._identify(user)
        account = self.accounts.of_user(user)
        if account is None or not account.open:
            return []
        return named.of(user, self.accounts.address_of(user))

    async def _identify(self, user: str) -> None:
        account, now = self.accounts.of_user(user), self._clock.now()
        if account is None:
            known = not self._not_asked_lately(user)
        else:
            known = now - account.learnt_at < STALE and not self._unproved(account)
        if not known:
            key = f"who/{user}"
            await self._shared.ask(key, lambda: self._look_at(user), within=UNKNOWN_SECONDS)

    async def _look_at(self, user: str) -> None:
        account = await self._info(user)
        if account is not None and self._unproved(account):
            await self._ask_who_has(account.email)

    def _unproved(self, account: Account) -> bool:
        """Tell whether it shows the address of somebody here, and Slack was not asked lately.

        Until the bot knows which workspace is its own, any might be of it.
        """
        email = account.email
        near = self.accounts.at_home(account) or not self._me.home
        claims = account.open and near and email in self._wanted
        if not claims or self.accounts.holder_of(email) == account.user:
            return False
        said_at = self.accounts.said_at(email)
        asked = said_at is not None and self._clock.now() - said_at < ABSENT
        return not asked or self.accounts.doubtful(email)

    def _not_asked_lately(self, key: str) -> bool:
        since = self.accounts.none_since(key)
        return since is None or self._clock.now() - since >= ABSENT

    def locale_of(self, user: str) -> str:
        """The locale a Slack user has set, e.g. "fr-FR"; "" while it is not known."""
        account = self.accounts.of_user(user)
        return account.locale.strip(NO_LOCALE) if account is not None else ""

    # ── kept true ────────────────────────────────────────────────────────────────────────────

    def want(self, people: Iterable[Person]) -> None:
        """Say whom the contracts name: of others, events are not heeded."""
        self._wanted = {key: person.id for person in people if (key := key_of(person))}

    def heard(self, user: Mapping[str, Any], at: datetime) -> bool:
        """Take in what Slack told of a user at that instant; whether it concerns anybody here.

        What was told before the account was looked up is older than what is known. Where that is
        not certain, it is looked up again.
        """
        name = str(user["id"])
        known = self.accounts.of_user(name)
        profile = user.get("profile") or {}
        email = str(profile.get("email") or "").lower()
        if known is None and not {name, email} & self._wanted.keys():
            return False
        if known is None or at >= known.learnt_at:
            account = self._learn(user)
            if account.open and self.accounts.at_home(account):
                self._doubt_address(email, name)
        if known is not None and at - known.learnt_at < CLOCKS_APART:
            self.accounts.doubt(name)
            self._changed()
        return True

    def _doubt_address(self, email: str, user: str) -> None:
        """Ask Slack who has an address that a user shows, and was not known to have."""
        if email in self._wanted and self.accounts.holder_of(email) != user:
            self.accounts.doubt(email)
            self._changed()

    def recall(self, person: Person, kept: Account) -> None:
        """Take in what is kept of a person's account, where it is newer than what is known."""
        known = self.accounts.of_user(kept.user)
        if known is None or known.learnt_at < kept.learnt_at:
            self.accounts.learn(kept)
        if not person.slack and person.email.lower() == kept.email:
            self.accounts.learn_holder(kept.email, kept.user, kept.learnt_at)

    def to_find(self, people: Iterable[Person]) -> list[Person]:
        """Those of whom no account is known, and who were not looked up lately."""
        now, found = self._clock.now(), {}
        for person in people:
            key = key_of(person)
            since = self.accounts.none_since(key)
            lately = since is not None and now - since < REFRESH
            wait = lately and not self.accounts.doubtful(key)
            if key and not wait and self.accounts.of(person) is None:
                found[key] = person
        return list(found.values())

    def to_refresh(self, people: Iterable[Person]) -> list[Person]:
        """Those whose account is in doubt, only half known, or was long not looked up."""
        now, found = self._clock.now(), {}
        for person in people:
            account = self.accounts.of(person)
            if account is not None and (
                self.accounts.doubtful(account.user, key_of(person))
                or not account.locale
                or now - account.learnt_at >= REFRESH
            ):
                found[key_of(person)] = person
        return list(found.values())

    async def stop(self) -> None:
        """End the look-ups under way."""
        await self._shared.stop()
