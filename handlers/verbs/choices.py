"""Choices in a form's menus: of the contract, what the caller may know of (CON-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from escalation.contract import CLIENT, PROVIDER
from escalation.records.incident import Origin
from handlers.application import Caller
from handlers.verbs.verb import Option
from handlers.words.texts import LANGUAGES, Texts, msg

ORIGINS = {
    Origin.TICKET: msg("Client ticket"),
    Origin.MONITORING: msg("Monitoring"),
    Origin.PRODUCTION: msg("Production"),
    Origin.CHANGE: msg("Change"),
    Origin.CALL: msg("Call"),
}


Value = TypeVar("Value", bound=str)


def worded(
    labels: Mapping[Value, str], caller: Caller, forms: Mapping[Value, str] | None = None
) -> list[Option]:
    """Choices by their values, in the caller's words: typed as they are called in any language.

    `forms` are further words by which one is called, a msgid for all of them, commas between.
    """
    options = []
    for value, label in labels.items():
        said = filter(None, (label, (forms or {}).get(value, "")))
        every = [Texts.of(x, caller.texts.zone)(each) for each in said for x in LANGUAGES]
        also = tuple(word for each in every for word in (each, *each.split(", ")))
        options.append(Option(value=str(value), label=caller.texts(label), also=also))
    return options


def components(caller: Caller) -> list[Option]:
    """The service catalogue."""
    return [Option(value=c.id, label=c.name) for c in caller.known.components]


def sites(caller: Caller) -> list[Option]:
    """The sites that an incident may touch (ORG-6)."""
    return [Option(value=site.id, label=site.name) for site in caller.known.sites]


def priorities(caller: Caller) -> list[Option]:
    """The contract's priorities, from 1, the gravest."""
    return _graded(sorted(caller.contract.incidents.targets), caller)


def severities(caller: Caller) -> list[Option]:
    """1, the gravest, to 4; none where the contract ranks components (Rule INC-3)."""
    return [] if caller.contract.priorities.scheme == "ranked" else _graded([1, 2, 3, 4], caller)


def urgencies(caller: Caller) -> list[Option]:
    """Those of the contract's table; none where it does not rank components (Rule INC-3)."""
    return _graded(sorted(_table(caller)), caller)


def impacts(caller: Caller) -> list[Option]:
    """Those of the contract's table; none where it does not rank components (Rule INC-3)."""
    return _graded(sorted({impact for row in _table(caller).values() for impact in row}), caller)


def _table(caller: Caller) -> Mapping[int, Mapping[int, int]]:
    priorities = caller.contract.priorities
    return priorities.urgency_impact if priorities.scheme == "ranked" else {}


def _graded(numbers: Sequence[int], caller: Caller) -> list[Option]:
    """Numbers of which the first is the gravest."""
    words = {n: str(n) for n in numbers}
    if words:
        words[numbers[-1]] = caller.texts("%(n)s, the least grave", n=numbers[-1])
        words[numbers[0]] = caller.texts("%(n)s, the gravest", n=numbers[0])
    return [Option(value=str(n), label=label) for n, label in words.items()]


def origins(caller: Caller) -> list[Option]:
    """Return where an incident can come from (INC-1)."""
    return worded(ORIGINS, caller)


def cause_gone(caller: Caller) -> list[Option]:
    """Return whether the cause is gone; at night one may not know yet (INC-11)."""
    labels = {"yes": msg("Yes"), "no": msg("No"), "unknown": msg("Not known yet")}
    return worded(labels, caller)


def groups(caller: Caller) -> list[Option]:
    """The support groups."""
    return [Option(value=g.id, label=g.name) for g in caller.known.groups]


def suppliers(caller: Caller) -> list[Option]:
    """The suppliers."""
    return [Option(value=s.id, label=s.name) for s in caller.known.suppliers]


def awaited(caller: Caller) -> list[Option]:
    """Return whom one can wait for: the client, or a supplier (INC-9)."""
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


def takes_turns_too(caller: Caller) -> list[Option]:
    """The colleagues who take turns in a rota with the caller; all, where nobody does (CAL-6)."""
    me, every = caller.person.id, colleagues(caller)
    turns = {who for r in caller.contract.rotas if me in r.everybody for who in r.everybody}
    return [option for option in every if option.value in turns] or every


def may_cover(caller: Caller) -> list[Option]:
    """The colleagues who may take somebody's duty: first those who take turns too (CAL-6)."""
    first = takes_turns_too(caller)
    return [*first, *(option for option in colleagues(caller) if option not in first)]


def rotas(caller: Caller) -> list[Option]:
    """The rotas in which the caller takes turns; all of them where they take none (CAL-6)."""
    every = caller.contract.rotas
    mine = [rota for rota in every if caller.person.id in rota.everybody]
    return [Option(value=rota.id, label=rota.name or rota.id) for rota in mine or every]


def _people_of(caller: Caller, firm: str) -> list[Option]:
    return [Option(value=p.id, label=p.name) for p in caller.known.people if p.organisation == firm]


def own_people(caller: Caller) -> list[Option]:
    """The people of the caller's firm."""
    return _people_of(caller, caller.person.organisation)


def provider_people(caller: Caller) -> list[Option]:
    """The provider's people."""
    return _people_of(caller, PROVIDER)


def client_people(caller: Caller) -> list[Option]:
    """The client's people."""
    return _people_of(caller, CLIENT)
