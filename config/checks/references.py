"""Names that must lead somewhere, and lists in which nothing may come twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.faults import Fault, Where, fault
from config.fields import nearest
from escalation.contract import CLIENT, PROVIDER, Contract


def firms(contract: Contract) -> tuple[str, ...]:
    """Every value an `organisation` may have (Rule ORG-1)."""
    return (PROVIDER, CLIENT, *(supplier.id for supplier in contract.suppliers))


def named(code: str, where: Where, value: object, known: Iterable[object]) -> Iterator[Fault]:
    """A fault unless the value is one of those known."""
    names = [str(name) for name in known]
    if str(value) not in names:
        suggestion = nearest(value, names)
        yield fault(code, where, value=value, suggestion=suggestion, known=tuple(names))


def person(contract: Contract, where: Where, person_id: str, *, firm: str = "") -> Iterator[Fault]:
    """A fault unless this is somebody of the contract, and of that firm where one is asked for."""
    if not contract.knows(person_id):
        suggestion = nearest(person_id, (somebody.id for somebody in contract.people))
        yield fault("unknown_person", where, person=person_id, suggestion=suggestion)
    elif firm and contract.person(person_id).organisation != firm:
        somebody = contract.person(person_id)
        yield fault("wrong_firm", where, name=somebody.name, firm=somebody.organisation, asked=firm)


def people(
    contract: Contract, where: Where, ids: Iterable[str], *, firm: str = ""
) -> Iterator[Fault]:
    """Faults of a list of people: unknown, of the wrong firm, or named twice."""
    ids = tuple(ids)
    for position, person_id in enumerate(ids):
        yield from person(contract, (*where, position), person_id, firm=firm)
    yield from twice("named_twice", [((*where, i), name) for i, name in enumerate(ids)])


def twice(code: str, uses: Iterable[tuple[Where, str]]) -> Iterator[Fault]:
    """A fault for every value that an earlier place already has."""
    first: dict[str, Where] = {}
    for where, value in uses:
        key = value.casefold()
        if key in first:
            yield fault(code, where, other=first[key], value=value)
        first.setdefault(key, where)
