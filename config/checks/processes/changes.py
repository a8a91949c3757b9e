"""Change management (Rules CHG-1 to CHG-6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.checks.durations import positive
from config.checks.gatherings import possible_room
from config.checks.references import LONGEST_OF_PROCESS, named, simple, somebody, twice
from config.faults import Fault, Where, fault
from escalation.contract import CLIENT, PROVIDER, Contract, Role
from escalation.contract.processes.changes import ChangeRules, StandardChange
from escalation.people import audience

LONGEST_LABEL, LONGEST_CHOICE = 300, 75  # characters


def changes(contract: Contract) -> Iterator[Fault]:
    """Requests have a desk, times are not nothing, both delivery managers are held."""
    rules = contract.changes
    if rules is None:
        return
    if rules.desk not in {"provider", "shared"} and not possible_room(rules.desk):
        yield fault("not_a_room", ("changes", "desk"), value=rules.desk)
    elif rules.desk in {contract.rooms.shared, contract.rooms.provider}:
        yield fault("room_twice", ("changes", "desk"), value=rules.desk)
    for name in ("study_within", "remind_every", "overrun_every"):
        yield from positive(("changes", name), getattr(rules, name))
    managed = contract.holders(Role.INCIDENT_MANAGER, PROVIDER)  # else that is told already
    for firm, role in ((PROVIDER, Role.SERVICE_DELIVERY_MANAGER), (CLIENT, Role.SERVICE_OWNER)):
        if managed and not contract.holders(role, firm):
            yield fault("role_unheld", ("changes",), role=role.value, firm=firm)


def catalogue(contract: Contract) -> Iterator[Fault]:
    """Each entry of the catalogue leads to components and people that there are (CHG-2, ORG-9)."""
    rules = contract.changes
    if rules is None:
        return
    yield from _kept(contract, rules)
    yield from twice("id_twice", _ids("standard", [each.id for each in rules.standard]))
    for i, entry in enumerate(rules.standard):
        yield from _entry(contract, entry, ("changes", "standard", i))
        if entry.urgent and rules.urgent is None:
            yield fault("urgent_unagreed", ("changes", "standard", i, "urgent"))


def _kept(contract: Contract, rules: ChangeRules) -> Iterator[Fault]:
    """Check that where the catalogue has keepers, each firm has one who is there (ORG-9)."""
    where: Where = ("changes", "keepers")
    unknown = list(somebody(contract, where, rules.keepers))
    yield from unknown
    firms = {contract.person(each).organisation for each in audience.named(contract, rules.keepers)}
    for firm in (PROVIDER, CLIENT) if rules.keepers and not unknown else ():
        if firm not in firms:
            yield fault("catalogue_unkept", where, firm=firm)


def agreed(contract: Contract) -> Iterator[Fault]:
    """Check that agreements on projects, processes, urgent changes name somebody (CHG-5, CHG-6)."""
    rules = contract.changes
    if rules is None:
        return
    yield from twice("id_twice", _ids("sources", [each.id for each in rules.sources]))
    for i, source in enumerate(rules.sources):
        where: Where = ("changes", "sources", i)
        yield from simple((*where, "id"), source.id, LONGEST_OF_PROCESS)
        for name in ("told", "approves"):
            yield from somebody(contract, (*where, name), getattr(source, name))
    for name in ("may_ask", "may_accept") if rules.urgent else ():
        people = getattr(rules.urgent, name)
        yield from somebody(contract, ("changes", "urgent", name), people)
        if not people:
            yield fault("list_empty", ("changes", "urgent", name))


def _ids(table: str, ids: Iterable[str]) -> list[tuple[Where, str]]:
    return [(("changes", table, i, "id"), value) for i, value in enumerate(ids)]


def _entry(contract: Contract, entry: StandardChange, where: Where) -> Iterator[Fault]:
    yield from simple((*where, "id"), entry.id, LONGEST_OF_PROCESS)
    yield from positive((*where, "usual_duration"), entry.usual_duration)
    known = [component.id for component in contract.components]
    for i, component in enumerate(entry.components):
        yield from named("unknown_component", (*where, "components", i), component, known)
    for name in ("may_ask", "approved_by", "carried_out_by"):
        yield from somebody(contract, (*where, name), getattr(entry, name))
    fields: list[tuple[Where, str]] = [
        ((*where, "form", i, "id"), each.id) for i, each in enumerate(entry.form)
    ]
    yield from twice("id_twice", fields)
    for place, value in fields:
        yield from simple(place, value, LONGEST_OF_PROCESS)
    for i, each in enumerate(entry.form):
        here: Where = (*where, "form", i)
        yield from _shown((*here, "label"), each.label, LONGEST_LABEL)
        for j, choice in enumerate(each.choices):
            yield from _shown((*here, "choices", j), choice, LONGEST_CHOICE)


def _shown(where: Where, words: str, limit: int) -> Iterator[Fault]:
    """Slack opens no form with an empty label or choice, or with one that is too long."""
    if not 1 <= len(words.strip()) <= limit:
        yield fault("not_for_a_form", where, value=words[:limit], limit=limit)


CHECKS = (changes, catalogue, agreed)
