"""Who is named by which contracts: the same people as contract by contract, at one look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import MovedClock
from bot.directory.accounts import Account
from bot.directory.myself import Myself
from bot.directory.named import Named
from bot.directory.people import People
from escalation.contract import Contract, Person
from tests.agreement import agreement

NOW = datetime(2026, 7, 15, tzinfo=UTC)


def contract(name: str, *people: Person) -> Contract:
    return replace(agreement(id=name), people=people)


def person(name: str, email: str = "", slack: str = "") -> Person:
    (any_one,) = [p for p in agreement().people if p.id == "tom"]
    return replace(any_one, id=name, email=email, slack=slack)


CONTRACTS = [
    contract("a", person("ann", "Ann@x.example"), person("bob", slack="UBOB")),
    contract("b", person("twin", "ann@x.example"), person("ann", "ann@x.example")),
    contract("c", person("cid", "cid@x.example")),
    contract("d", person("bob", "ann@x.example", slack="UBOB"), person("ann", slack="UANN")),
    contract("e", person("by-address", "ann@x.example"), person("by-id", slack="UANN")),
    contract("f", person("bot", slack="UBOT"), person("gone", slack="UGONE")),
]


def known() -> People:
    """Everybody of these contracts, looked up: nothing is asked for any more."""
    client = AsyncWebClient()
    me = Myself(client)
    me.team = "T1"

    async def nothing(_contract: str, _person: Person) -> None:
        return None

    people = People(client, MovedClock(NOW), me=me, recall=nothing, changed=lambda: None)
    mine = Account(user="", team="T1", learnt_at=NOW)
    for account in (
        replace(mine, user="UANN", email="ann@x.example"),
        replace(mine, user="UOLD", email="ann@x.example"),
        replace(mine, user="UCID", email="cid@x.example"),
        replace(mine, user="UAWAY", email="cid@x.example", team="T2"),
        replace(mine, user="UBOB", team="T2"),
        replace(mine, user="UBOT", bot=True),
        replace(mine, user="UGONE", deleted=True),
    ):
        people.accounts.learn(account)
    people.accounts.learn_holder("ann@x.example", "UANN", NOW)
    people.accounts.learn_holder("cid@x.example", "UCID", NOW)
    people.accounts.learn_none("UNOBODY", NOW)
    return people


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("UANN", {"a": "ann", "b": "twin", "d": "ann", "e": "by-id"}),
        ("UBOB", {"a": "bob", "d": "bob"}),
        ("UCID", {"c": "cid"}),
        ("UOLD", {}),  # whose address somebody else has by now
        ("UAWAY", {}),  # of another workspace, whatever address it shows
        ("UBOT", {}),  # an app, which a contract names by its id
        ("UGONE", {}),  # closed, though a contract names it by its id
        ("UNOBODY", {}),
    ],
)
async def test_everybody_is_found_under_each_contract_that_names_them(
    user: str, expected: dict[str, str]
) -> None:
    people = known()
    found = await people.places_of(Named(CONTRACTS), user)
    accounts = people.accounts
    assert {where.id: who.id for where, who in found} == expected
    apart = {each.id: accounts.person_in(each, user) for each in CONTRACTS}
    assert {where: who.id for where, who in apart.items() if who} == expected
