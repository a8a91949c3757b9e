"""Who is who in Slack, as it is known: accounts by user id and by address. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from escalation.contract import Contract, Person


class Standing(Enum):
    """How far a Slack user belongs to the workspace."""

    MEMBER = "member"
    GUEST = "guest"
    GUEST_OF_ONE = "guest of one channel"
    STRANGER = "of another organisation, and no channel is shared with it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A Slack user. What is "" is not known: `locale`, or `direct`, their talk with the bot.

    `standing` is not kept: it is known of whom Slack was asked about in this process.
    """

    user: str
    email: str = ""
    locale: str = ""
    deleted: bool = False
    direct: str = ""
    standing: Standing = field(default=Standing.MEMBER, compare=False)
    learnt_at: datetime


def key_of(person: Person) -> str:
    """By what a person is looked up: the Slack id of the contract, else their address."""
    return person.slack or person.email.lower()


class Accounts:
    """Every account that was ever looked up; there are no more than the workspace has."""

    def __init__(self) -> None:
        self._by_user: dict[str, Account] = {}
        self._holders: dict[str, str] = {}  # address → the user who has it
        self._nobody: dict[str, datetime] = {}  # address or user id → when Slack knew nobody by it
        self._doubtful: set[str] = set()

    def of_user(self, user: str) -> Account | None:
        """The account of a Slack user."""
        return self._by_user.get(user)

    def of(self, person: Person) -> Account | None:
        """The account of a person; None where none is known."""
        user = person.slack or self._holders.get(person.email.lower(), "")
        return self._by_user.get(user)

    def none_since(self, key: str) -> datetime | None:
        """When Slack knew nobody by that address or id; None where that was not so."""
        return self._nobody.get(key)

    def doubtful(self, account: Account) -> bool:
        """Whether something was heard since that may have changed it."""
        return account.user in self._doubtful

    def person_in(self, contract: Contract, user: str) -> Person | None:
        """The person of a contract behind a user: whoever acts is there, closed account or not."""
        for person in contract.people:
            if person.slack == user:
                return person
        if not (email := self.address_of(user)):
            return None
        named = (p for p in contract.people if not p.slack and p.email.lower() == email)
        return next(named, None)

    def address_of(self, user: str) -> str:
        """The address that stands for a user; "" where none is known, or somebody else has it."""
        account = self._by_user.get(user)
        if account is None or self._holders.get(account.email) != user:
            return ""
        return account.email

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
        if account.email and self._takes(account):
            self._holders[account.email] = account.user
            self._nobody.pop(account.email, None)
        return account != known

    def _takes(self, account: Account) -> bool:
        """Whether the address is theirs: a closed account does not take it from an open one."""
        holder = self._by_user.get(self._holders.get(account.email, ""))
        return holder is None or holder.deleted or not account.deleted

    def _let_go(self, account: Account) -> None:
        if self._holders.get(account.email) == account.user:
            del self._holders[account.email]

    def learn_none(self, key: str, now: datetime) -> None:
        """Remember that Slack knows nobody by that user id, or address."""
        self._nobody[key] = now
        account = self._by_user.pop(key, None)
        if account is not None:
            self._let_go(account)
        holder = self._by_user.get(self._holders.get(key, ""))
        if holder is not None and not holder.deleted:
            self._let_go(holder)  # a closed one may well be theirs still

    def doubt(self, user: str) -> None:
        """Have an account looked up again before it counts."""
        self._doubtful.add(user)

    def direct(self, account: Account, channel: str) -> Account:
        """Remember the direct conversation with somebody, or ("") that it is not known."""
        changed = replace(self._by_user.get(account.user, account), direct=channel)
        self._by_user[account.user] = changed
        return changed

    def forget(self) -> None:
        """Forget everything."""
        self._by_user.clear()
        self._holders.clear()
        self._nobody.clear()
        self._doubtful.clear()


def account_from(
    user: Mapping[str, Any], known: Account | None, *, now: datetime, email: str = ""
) -> Account:
    """An account from what Slack says of a user; what it leaves out stays as it was `known`."""
    profile = user.get("profile")
    said = profile.get("email") if isinstance(profile, Mapping) else None
    before = known or Account(user=str(user["id"]), learnt_at=now)
    return replace(
        before,
        email=str(said or email or before.email).lower(),
        locale=str(user.get("locale") or before.locale),
        deleted=bool(user.get("deleted")),
        standing=_standing(user),
        learnt_at=now,
    )


def _standing(user: Mapping[str, Any]) -> Standing:
    if user.get("is_stranger"):
        return Standing.STRANGER
    if user.get("is_ultra_restricted"):
        return Standing.GUEST_OF_ONE
    return Standing.GUEST if user.get("is_restricted") else Standing.MEMBER
