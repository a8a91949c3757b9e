"""Tell whom and what of a contract somebody may know of (Rule CON-2).

The people of the two firms know whom and what the contract names. A supplier's know their own
firm, those who stand opposite them on the ladders that lead to it, whom a record that they see
shows them, and of the service what is theirs to restore.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from dataclasses import replace as plainly

from escalation.contract import (
    CLIENT,
    ESCALADE,
    PROVIDER,
    Component,
    Contract,
    Ladder,
    Person,
    Site,
    Supplier,
    SupportGroup,
)
from escalation.contract.processes.responsibilities import Responsibility
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.kinds import Record

NOBODY_ELSE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Parts of a contract that somebody may know of, each in the contract's order."""

    people: tuple[Person, ...]
    components: tuple[Component, ...]
    groups: tuple[SupportGroup, ...]
    suppliers: tuple[Supplier, ...]
    ladders: tuple[Ladder, ...]
    sites: tuple[Site, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()


def known_to(contract: Contract, firm: str, met: Collection[str] = NOBODY_ELSE) -> Known:
    """Find what the people of a firm may know of; `met` are people whom a record shows besides."""
    if firm in {PROVIDER, CLIENT}:
        return Known(
            people=contract.people,
            components=contract.components,
            groups=contract.groups,
            suppliers=contract.suppliers,
            ladders=contract.ladders,
            sites=contract.sites,
            responsibilities=contract.responsibilities,
        )
    ladders = tuple(ladder for ladder in contract.ladders if ladder.towards == firm)
    groups = tuple(group for group in contract.groups if group.organisation == firm)
    group_ids = {group.id for group in groups}
    opposite = {
        person
        for ladder in ladders
        for rung in ladder.rungs
        for person in contract.echelon(rung.level).provider.people
    }
    return Known(
        people=tuple(
            p for p in contract.people if p.organisation == firm or p.id in opposite or p.id in met
        ),
        components=tuple(
            c for c in contract.components if c.supplier == firm or c.group in group_ids
        ),
        groups=groups,
        suppliers=tuple(supplier for supplier in contract.suppliers if supplier.id == firm),
        ladders=ladders,
    )


def components_known_to(contract: Contract, person_id: str) -> tuple[Component, ...]:
    """The part of the catalogue that somebody may know of; all of it for Escalade itself."""
    if person_id == ESCALADE:
        return contract.components
    return known_to(contract, contract.person(person_id).organisation).components


def met_in(record: Record, firm: str, contract: Contract) -> frozenset[str]:
    """Return whom a record shows to the people of a firm that sees it, by id.

    An incident: who asked, who works on it, and who is called on the ladders that lead to the
    firm. A crisis: who takes part. A report: nobody.
    """
    if isinstance(record, Crisis):
        return taking_part(record)
    if not isinstance(record, Incident):
        return NOBODY_ELSE
    theirs = {ladder.id for ladder in contract.ladders if ladder.towards == firm}
    called = {
        who
        for escalation in record.walks
        if escalation.ladder in theirs
        for side in escalation.sides
        for who in side.concerned
    }
    return frozenset({record.requester, record.assignee or "", *called} - {""})


def in_the_room(crisis: Crisis) -> frozenset[str]:
    """Return whom the contract has in the room of a crisis, and visitors of whom Slack told."""
    people = {
        *crisis.initiators.values(),
        *crisis.leads.values(),
        *crisis.communication.values(),
        *(member.person for member in crisis.members),
        *(member.delegate for member in crisis.members if member.delegate),
    }
    return frozenset(people)


def taking_part(crisis: Crisis) -> frozenset[str]:
    """Return who takes part in a crisis, or was asked to, in whatever capacity."""
    return in_the_room(crisis) | {
        crisis.asked_by,
        *(ping.person for ping in crisis.pings),
        *(crisis.hand_over.leads.values() if crisis.hand_over else ()),
        *(action.owner for action in crisis.actions),
    }


def as_known_to(contract: Contract, firm: str, met: Collection[str] = NOBODY_ELSE) -> Contract:
    """The contract as the people of a firm read it: who is not known to them bears a firm's name.

    To show names by; everybody keeps their id, and rules are never asked of it.
    """
    if firm in {PROVIDER, CLIENT}:
        return contract
    known = {person.id for person in known_to(contract, firm, met).people}
    people = tuple(
        person
        if person.id in known
        else plainly(
            person, name=contract.party_name(person.organisation), email="", phone="", slack=""
        )
        for person in contract.people
    )
    former = tuple(p for p in contract.former if p.organisation == firm or p.id in met)
    return plainly(contract, people=people, former=former)  # with no index of the old ones kept
