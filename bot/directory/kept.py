"""Accounts and rooms, as they are known, and as they are kept for each contract that names them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.directory.accounts import Account, Accounts
from bot.directory.channels import Channels, Room
from bot.directory.rooms_apart import uses_of
from escalation.contract import Contract
from store.identities import ChannelName, Identity


def rooms_of(contract: Contract) -> set[str]:
    """The names of the rooms that a contract gives."""
    return {use.name.lstrip("#") for use in uses_of(contract)}


def account_of(row: Identity) -> Account:
    """The account that is kept of a person."""
    return Account(
        user=row.slack,
        team=row.home,
        email=row.email,
        locale=row.locale,
        deleted=row.deleted,
        direct=row.direct,
        learnt_at=row.learnt_at,
    )


def room_of(row: ChannelName) -> Room:
    """The room that is kept of a name."""
    return Room(
        name=row.name, channel=row.channel, sought_at=row.sought_at, learnt_at=row.learnt_at
    )


def identities(
    team: str, contracts: Sequence[Contract], accounts: Accounts, users: set[str]
) -> list[Identity]:
    """Return what is to be kept of these users, for each person of a contract.

    Of two that a contract means by one account, the one given by its Slack id.
    """
    found: dict[tuple[str, str], tuple[str, Account]] = {}
    for contract in contracts:
        for person in sorted(contract.people, key=lambda person: not person.slack):
            account = accounts.of(person)
            if account is not None and account.user in users:
                found.setdefault((contract.id, account.user), (person.id, account))
    return [
        Identity(
            team=team,
            slack=account.user,
            home=account.team,
            contract=contract,
            person=person,
            email=account.email,
            locale=account.locale,
            deleted=account.deleted,
            direct=account.direct,
            learnt_at=account.learnt_at,
        )
        for (contract, _), (person, account) in found.items()
    ]


def channel_names(
    team: str, contracts: Sequence[Contract], channels: Channels, names: set[str]
) -> list[ChannelName]:
    """Return what is to be kept of these names, for each contract that gives them."""
    return [
        ChannelName(
            team=team,
            contract=contract.id,
            name=room.name,
            channel=room.channel,
            sought_at=room.sought_at,
            learnt_at=room.learnt_at,
        )
        for contract in contracts
        for room in channels.rooms(names & rooms_of(contract))
    ]
