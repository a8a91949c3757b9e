"""Accounts known in Slack: accounts by user id and by address. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from escalation.contract import Contract, Person

SLACKBOT = "USLACKBOT"  # Slack does not say of it that it is a bot


class Membership(Enum):
    """The degree to which a Slack user belongs to the workspace."""

    MEMBER = "member"
    GUEST = "guest"
    GUEST_OF_ONE = "guest of one channel"
    STRANGER = "of another organisation, and no channel is shared with it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A Slack user. What is "" is not known: `team`, the workspace they belong to; `locale`; or
    `direct`, their talk with the bot.

    `membership` is not kept: it is known of whom Slack was asked about in this process.
    """

    user: str
    team: str = ""
    email: str = ""
    locale: str = ""
    deleted: bool = False
    bot: bool = False
    direct: str = ""
    membership: Membership = field(default=Membership.MEMBER, compare=False)
    learnt_at: datetime

    @property
    def open(self) -> bool:
        """Return whether a person can act by it."""
        return not (self.deleted or self.bot)


@dataclass(frozen=True, slots=True)
class _Holder:
    """The holder of an address, as Slack said when it was asked for the address itself."""

    user: str
    said_at: datetime


def key_of(person: Person) -> str:
    """By what a person is looked up: the Slack id of the contract, else their address."""
    return person.slack or person.email.lower()


class Accounts:
    """Every account that was ever looked up; there are no more than the workspace has.

    An address stands for a person only where Slack says the same both ways: asked for the address
    it names the account, and the account shows the address. It has to be of the bot's own
    workspace, which `home` gives: what others write into their profiles proves nothing. Whoever is
    elsewhere is known by the Slack id that the contract gives.
    """

    def __init__(self, home: Callable[[], str]) -> None:
        self._home = home
        self._by_user: dict[str, Account] = {}
        self._holders: dict[str, _Holder] = {}  # by address
        self._nobody: dict[str, datetime] = {}  # address or user id → when Slack knew nobody by it
        self._outside: set[str] = set()  # addresses that only accounts elsewhere have
        self._doubtful: set[str] = set()  # addresses and user ids

    def of_user(self, user: str) -> Account | None:
        """The account of a Slack user."""
        return self._by_user.get(user)

    def of(self, person: Person) -> Account | None:
        """The account of a person, open or closed; None where none is known."""
        user = person.slack or self.holder_of(person.email.lower())
        account = self._by_user.get(user)
        if account is None or account.bot:
            return None
        return account if person.slack or self.at_home(account) else None

    def holder_of(self, email: str) -> str:
        """The user whom Slack named when it was asked for that address; "" for nobody."""
        holder = self._holders.get(email)
        return "" if holder is None else holder.user

    def at_home(self, account: Account) -> bool:
        """Return whether it belongs to the bot's own workspace; not while that is not known."""
        return bool(account.team) and account.team == self._home()

    def none_since(self, key: str) -> datetime | None:
        """Return when Slack knew nobody by that address or id; None where that was not so."""
        return self._nobody.get(key)

    def outside(self, person: Person) -> bool:
        """Return whether only an account of another workspace has their address."""
        return key_of(person) in self._outside

    def said_at(self, email: str) -> datetime | None:
        """Return when Slack last said who has that address, or that nobody has."""
        holder, none = self._holders.get(email), self._nobody.get(email)
        return max((at for at in (holder and holder.said_at, none) if at), default=None)

    def doubtful(self, *keys: str) -> bool:
        """Tell whether something heard of these users or addresses may change who has them."""
        return not self._doubtful.isdisjoint(keys)

    def person_in(self, contract: Contract, user: str) -> Person | None:
        """The person of a contract who acts as that user; nobody acts by a closed account."""
        account = self._by_user.get(user)
        if account is None or not account.open:
            return None
        for person in contract.people:
            if person.slack == user:
                return person
        if not (email := self.address_of(user)):
            return None
        named = (p for p in contract.people if not p.slack and p.email.lower() == email)
        return next(named, None)

    def address_of(self, user: str) -> str:
        """The address that stands for who acts as that user; "" where none does."""
        account = self._by_user.get(user)
        if account is None or not account.open or not self.at_home(account):
            return ""
        return account.email if self.holder_of(account.email) == user else ""

    def learn(self, account: Account) -> bool:
        """Remember an account, unless something newer is known; whether it is news."""
        known = self._by_user.get(account.user)
        if known is not None and known.learnt_at > account.learnt_at:
            return False
        if known is not None and not account.direct:
            account = replace(account, direct=known.direct)  # it stays the same for ever
        self._by_user[account.user] = account
        self._doubtful.discard(account.user)
        self._nobody.pop(account.user, None)
        if known is not None and known.email != account.email:
            self._let_go(known)
        return account != known

    def learn_holder(self, email: str, user: str, now: datetime) -> None:
        """Remember that Slack, asked for the address, named that user."""
        known = self._holders.get(email)
        if known is None or known.said_at <= now:
            self._holders[email] = _Holder(user, now)
            self._nobody.pop(email, None)
            self._outside.discard(email)
            self._doubtful.discard(email)

    def learn_none(self, key: str, now: datetime, *, outside: bool = False) -> None:
        """Remember that Slack knows nobody by that user id, or address; here, if `outside`."""
        self._nobody[key] = now
        self._outside.discard(key)
        self._outside.update([key] if outside else [])
        self._doubtful.discard(key)
        account = self._by_user.pop(key, None)
        if account is not None:
            self._let_go(account)
        holder = self._by_user.get(self.holder_of(key))
        if holder is not None and not holder.deleted:
            self._let_go(holder)  # a closed one may well be theirs still

    def _let_go(self, account: Account) -> None:
        if self.holder_of(account.email) == account.user:
            del self._holders[account.email]

    def doubt(self, key: str) -> None:
        """Have a user, or an address, looked up again before it counts."""
        self._doubtful.add(key)

    def direct(self, account: Account, channel: str) -> Account:
        """Remember the direct conversation with somebody, or ("") that it is not known."""
        changed = replace(self._by_user.get(account.user, account), direct=channel)
        self._by_user[account.user] = changed
        return changed


def account_from(
    user: Mapping[str, Any], known: Account | None, *, now: datetime, home: str, email: str = ""
) -> Account:
    """An account from what Slack says of a user; what it leaves out stays as it was `known`.

    `home` is the bot's own workspace; `email` the address by which the user was found.
    """
    profile = user.get("profile")
    said = profile.get("email") if isinstance(profile, Mapping) else None
    before = known or Account(user=str(user["id"]), learnt_at=now)
    return replace(
        before,
        team=_team_of(user, home) or before.team,
        email=str(said or email or before.email).lower(),
        locale=str(user.get("locale") or before.locale),
        deleted=bool(user.get("deleted")),
        membership=_membership(user),
        bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        learnt_at=now,
    )


def _membership(user: Mapping[str, Any]) -> Membership:
    if user.get("is_stranger"):
        return Membership.STRANGER
    if user.get("is_ultra_restricted"):
        return Membership.GUEST_OF_ONE
    return Membership.GUEST if user.get("is_restricted") else Membership.MEMBER


def _team_of(user: Mapping[str, Any], home: str) -> str:
    """The workspace that a user belongs to; ours where they belong to several of one company."""
    grid = user.get("enterprise_user")
    teams = grid.get("teams") if isinstance(grid, Mapping) else None
    if isinstance(teams, list) and home in teams and not user.get("is_stranger"):
        return home
    return str(user.get("team_id") or "")
