"""What can be chosen in a form's menus: of the contract, what the caller may know of (CON-2)."""

from __future__ import annotations

from escalation.contract import CLIENT, PROVIDER
from escalation.records.incident import Origin
from handlers.application import Caller
from handlers.verbs.verb import Option
from handlers.words.texts import msg

ORIGINS = {
    Origin.TICKET: msg("Client ticket"),
    Origin.MONITORING: msg("Monitoring"),
    Origin.PRODUCTION: msg("Production"),
    Origin.CHANGE: msg("Change"),
    Origin.CALL: msg("Call"),
}


def components(caller: Caller) -> list[Option]:
    """The service catalogue."""
    return [Option(value=c.id, label=c.name) for c in caller.known.components]


def sites(caller: Caller) -> list[Option]:
    """The sites that an incident may touch (ORG-6)."""
    return [Option(value=site.id, label=site.name) for site in caller.known.sites]


def one_to_four(caller: Caller) -> list[Option]:
    """1, the gravest, to 4."""
    texts = caller.texts
    words = {1: texts("1, the gravest"), 2: "2", 3: "3", 4: texts("4, the least grave")}
    return [Option(value=str(n), label=label) for n, label in words.items()]


def one_to_three(caller: Caller) -> list[Option]:
    """1, the greatest, to 3."""
    texts = caller.texts
    words = {1: texts("1, the greatest"), 2: "2", 3: texts("3, the least")}
    return [Option(value=str(n), label=label) for n, label in words.items()]


def origins(caller: Caller) -> list[Option]:
    """Where an incident can come from (INC-1)."""
    return [Option(value=o.value, label=caller.texts(words)) for o, words in ORIGINS.items()]


def groups(caller: Caller) -> list[Option]:
    """The support groups."""
    return [Option(value=g.id, label=g.name) for g in caller.known.groups]


def suppliers(caller: Caller) -> list[Option]:
    """The suppliers."""
    return [Option(value=s.id, label=s.name) for s in caller.known.suppliers]


def awaited(caller: Caller) -> list[Option]:
    """Whom one can wait for: the client, or a supplier (INC-9)."""
    client = Option(value=CLIENT, label=caller.contract.client.name)
    return [client, *suppliers(caller)]


def ladders(caller: Caller) -> list[Option]:
    """The ladders, named by where they lead."""
    contract = caller.contract
    return [
        Option(
            value=ladder.id,
            label=f"{contract.provider.name} ↔ {contract.party_name(ladder.towards)}",
        )
        for ladder in caller.known.ladders
    ]


def colleagues(caller: Caller) -> list[Option]:
    """The people of the caller's own firm."""
    mine = caller.person.organisation
    return [
        Option(value=p.id, label=p.name)
        for p in caller.known.people
        if p.organisation == mine and p.id != caller.person.id
    ]


def provider_people(caller: Caller) -> list[Option]:
    """The provider's people."""
    return [
        Option(value=p.id, label=p.name) for p in caller.known.people if p.organisation == PROVIDER
    ]


def client_people(caller: Caller) -> list[Option]:
    """The client's people."""
    return [
        Option(value=p.id, label=p.name) for p in caller.known.people if p.organisation == CLIENT
    ]
