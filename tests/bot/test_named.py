"""Who is named by which contracts: the same people as contract by contract, at one look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.accounts import Account, Accounts
from bot.named import Named
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
]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("UANN", {"a": "ann", "b": "twin", "d": "ann", "e": "by-id"}),
        ("UBOB", {"a": "bob", "d": "bob"}),
        ("UCID", {"c": "cid"}),
        ("UOLD", {}),  # whose address somebody else has by now
        ("UNOBODY", {}),
    ],
)
def test_everybody_is_found_under_each_contract_that_names_them(
    user: str, expected: dict[str, str]
) -> None:
    accounts = Accounts()
    for name, email in (("UOLD", "ann@x.example"), ("UCID", "cid@x.example")):
        accounts.learn(Account(user=name, email=email, deleted=name == "UOLD", learnt_at=NOW))
    accounts.learn(Account(user="UANN", email="ann@x.example", learnt_at=NOW))
    found = Named(CONTRACTS).of(user, accounts.address_of(user))
    assert {where.id: who.id for where, who in found} == expected
    apart = {each.id: accounts.person_in(each, user) for each in CONTRACTS}
    assert {where: who.id for where, who in apart.items() if who} == expected
