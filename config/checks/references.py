"""Names that must lead somewhere, and lists in which nothing may come twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from config.faults import Fault, Where, fault, resting
from config.fields import nearest
from escalation.contract import CLIENT, PROVIDER, Contract
from escalation.contract.names import people_named

LONGEST_ID = 54  # characters: with what stands before it, it is kept in 64
LONGEST_OF_PROCESS = 40  # an entry of the catalogue, a source of events
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def firms(contract: Contract) -> tuple[str, ...]:
    """Every value an `organisation` may have (Rule ORG-1)."""
    return (PROVIDER, CLIENT, *(supplier.id for supplier in contract.suppliers))


def simple(where: Where, value: str, longest: int = LONGEST_ID) -> Iterator[Fault]:
    """A fault unless an id is typed easily, and short enough to be kept."""
    if not _ID.fullmatch(value):
        yield fault("id_not_simple", where, value=value)
    elif len(value) > longest:
        yield fault("id_too_long", where, value=value, limit=longest)


def named(
    code: str,
    where: Where,
    value: object,
    known: Iterable[object],
    rests_on: tuple[Where, ...] = (),
) -> Iterator[Fault]:
    """A fault unless the value is one of those known."""
    names = tuple(dict.fromkeys(str(name) for name in known))
    if str(value) not in names:
        suggestion = nearest(value, names)
        found = fault(code, where, value=value, suggestion=suggestion, known=names)
        yield resting(found, rests_on)


def level(contract: Contract, where: Where, value: int) -> Iterator[Fault]:
    """A fault unless an echelon has that level; one given to two echelons may be the reason."""
    count = len(contract.echelons)
    levels: list[Where] = [("echelons", i, "level") for i in range(max(count, 1))]
    known = [echelon.level for echelon in contract.echelons]
    rests_on = tuple(levels) if value <= max(count, 1) or not known else ()
    yield from named("unknown_level", where, value, known, rests_on)


def person(contract: Contract, where: Where, person_id: str, *, firm: str = "") -> Iterator[Fault]:
    """A fault unless this is somebody of the contract, and of that firm where one is asked for."""
    if not contract.knows(person_id):
        meant = people_named(contract.people, person_id)
        near_ids = nearest(person_id, (each.id for each in contract.people))
        suggestion = meant[0].id if len(meant) == 1 else near_ids
        yield fault("unknown_person", where, person=person_id, suggestion=suggestion)
    elif firm and contract.person(person_id).organisation != firm:
        other = contract.person(person_id)
        theirs: Where = ("people", contract.people.index(other), "organisation")
        named_firm = other.organisation
        found = fault("wrong_firm", where, name=other.name, firm=named_firm, asked=firm)
        yield resting(found, [theirs])


def people(
    contract: Contract, where: Where, ids: Iterable[str], *, firm: str = ""
) -> Iterator[Fault]:
    """Faults of a list of people: unknown, of the wrong firm, or named twice."""
    ids = tuple(ids)
    for position, person_id in enumerate(ids):
        yield from person(contract, (*where, position), person_id, firm=firm)
    yield from twice("named_twice", [((*where, i), name) for i, name in enumerate(ids)])


def somebody(contract: Contract, where: Where, names: Iterable[str]) -> Iterator[Fault]:
    """People, or roles that somebody holds of the firm that they are of."""
    roles = {role.value for p in contract.people for role in p.roles if p.listed_as(role)}
    known = (*(person.id for person in contract.people), *sorted(roles))
    for i, name in enumerate(names):
        yield from named("nobody_named_so", (*where, i), name, known)


def twice(code: str, uses: Iterable[tuple[Where, str]]) -> Iterator[Fault]:
    """A fault for every value that an earlier place already has."""
    first: dict[str, Where] = {}
    for where, value in uses:
        key = value.casefold()
        if key in first:
            yield fault(code, where, other=first[key], value=value)
        first.setdefault(key, where)
