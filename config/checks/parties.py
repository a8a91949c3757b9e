"""Firms, people, support groups, components, who answers for what (ORG-1 to ORG-5, ORG-7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.checks import references
from config.checks.references import firms, named, people, person, simple, twice
from config.faults import Fault, Where, fault
from escalation.contract import CLIENT, ESCALADE, PROVIDER, Contract, Role
from escalation.contract.processes.responsibilities import PARTS

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,60}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(  # digits as people group them, and an extension: "(0)1 99 00 01 02 poste 12"
    r"(?:\+|00)?(?:[\s().\-/\u2010-\u2015]*\d){3,15}\s*(?:(?:[a-z.]{1,10}|[#,;*])\s*\d{1,6})?",
    re.IGNORECASE,
)


def ids(contract: Contract) -> Iterator[Fault]:
    """Ids are simple, and unique among their own kind."""
    yield from simple(("id",), contract.id)
    for section, names in (
        ("people", [x.id for x in contract.people]),
        ("suppliers", [x.id for x in contract.suppliers]),
        ("groups", [x.id for x in contract.groups]),
        ("components", [x.id for x in contract.components]),
        ("rotas", [x.id for x in contract.rotas]),
        ("ladders", [x.id for x in contract.ladders]),
        ("sites", [x.id for x in contract.sites]),
    ):
        places: list[tuple[Where, str]] = [
            ((section, i, "id"), name) for i, name in enumerate(names)
        ]
        for where, value in places:
            yield from simple(where, value)
        yield from twice("id_twice", places)
    for i, supplier in enumerate(contract.suppliers):
        if supplier.id in (PROVIDER, CLIENT, ESCALADE):
            yield fault("id_reserved", ("suppliers", i, "id"), value=supplier.id)
    for i, somebody in enumerate(contract.people):
        if somebody.id == ESCALADE:
            yield fault("id_reserved", ("people", i, "id"), value=somebody.id)


def identities(contract: Contract) -> Iterator[Fault]:
    """Everybody belongs to a firm and can be told from everybody else (Rule ORG-3)."""
    emails: list[tuple[Where, str]] = []
    slacks: list[tuple[Where, str]] = []
    for i, somebody in enumerate(contract.people):
        here: Where = ("people", i)
        organisation = somebody.organisation
        yield from named("unknown_firm", (*here, "organisation"), organisation, firms(contract))
        if somebody.email:
            emails.append(((*here, "email"), somebody.email))
        if somebody.slack:
            slacks.append(((*here, "slack"), somebody.slack))
            if not _SLACK_ID.fullmatch(somebody.slack):
                yield fault("not_a_slack_id", (*here, "slack"), value=somebody.slack)
        yield from identity(here, email=somebody.email, phone=somebody.phone)
    yield from twice("email_twice", emails)
    yield from twice("slack_twice", slacks)


def identity(where: Where, *, email: str, phone: str) -> Iterator[Fault]:
    """A fault for an address that no mail reaches, and for a number that nobody can dial."""
    if email and not _EMAIL.fullmatch(email):
        yield fault("not_an_email", (*where, "email"), value=email)
    if phone and not _PHONE.fullmatch(phone.strip()):
        yield fault("not_a_phone", (*where, "phone"), value=phone)


def managers(contract: Contract) -> Iterator[Fault]:
    """The provider has somebody to lead incidents and answer for their closing (INC-5, INC-11)."""
    leading = (Role.INCIDENT_MANAGER, Role.SERVICE_DELIVERY_MANAGER)
    if not any(contract.holders(role, PROVIDER) for role in leading):
        yield fault("manager_missing", ("people",), roles=tuple(role.value for role in leading))


def suppliers(contract: Contract) -> Iterator[Fault]:
    """Each supplier's management can be phoned: a representative, and a deputy (CRI-3, CRI-13)."""
    for i, supplier in enumerate(contract.suppliers):
        here: Where = ("suppliers", i)
        if not supplier.representative:
            where: Where = (*here, "representative")
            yield fault("representative_missing", where, supplier=supplier.name)
        yield from people(contract, (*here, "kept_by"), supplier.kept_by, firm=CLIENT)
        for field, named_one in (
            ("representative", supplier.representative),
            ("deputy", supplier.deputy),
        ):
            if not named_one:
                continue
            yield from person(contract, (*here, field), named_one, firm=supplier.id)
            if contract.knows(named_one) and not contract.person(named_one).phone:
                yield fault(
                    "representative_without_phone",
                    (*here, field),
                    name=contract.person(named_one).name,
                    supplier=supplier.name,
                )


def groups(contract: Contract) -> Iterator[Fault]:
    """A support group has members, of its own firm (Rule ORG-4)."""
    for i, group in enumerate(contract.groups):
        where: Where = ("groups", i)
        organisation = group.organisation
        yield from named("unknown_firm", (*where, "organisation"), organisation, firms(contract))
        if not group.members:
            yield fault("group_empty", (*where, "members"), name=group.name)
        firm = organisation if organisation in firms(contract) else ""
        yield from people(contract, (*where, "members"), group.members, firm=firm)


def components(contract: Contract) -> Iterator[Fault]:
    """The catalogue names known groups and suppliers (Rule ORG-5)."""
    if not contract.components:
        yield fault("catalogue_empty", ("components",))
    known_groups = [group.id for group in contract.groups]
    known_suppliers = [supplier.id for supplier in contract.suppliers]
    for i, component in enumerate(contract.components):
        where: Where = ("components", i)
        if component.group is not None:
            yield from named("unknown_group", (*where, "group"), component.group, known_groups)
        if component.supplier is not None:
            here: Where = (*where, "supplier")
            yield from named("unknown_supplier", here, component.supplier, known_suppliers)


def responsibilities(contract: Contract) -> Iterator[Fault]:
    """Each activity stands there once, names who there is, and one who answers for it (ORG-7)."""
    activities: list[tuple[Where, str]] = []
    for i, each in enumerate(contract.responsibilities):
        where: Where = ("responsibilities", i)
        activities.append(((*where, "activity"), each.id))
        here: Where = (*where, "accountable")
        if len(each.accountable) != 1:
            found = len(each.accountable)
            yield fault("not_one_accountable", here, activity=each.id, found=found)
        else:
            role = each.accountable[0]
            holding = {p.organisation for p in contract.people if p.listed_as(role)}
            if len(holding) > 1:
                yield fault("accountable_in_two_firms", here, activity=each.id, role=role)
        for part in PARTS:
            yield from references.somebody(contract, (*where, part), getattr(each, part))
    yield from twice("activity_twice", activities)


CHECKS = (ids, identities, managers, suppliers, groups, components, responsibilities)
