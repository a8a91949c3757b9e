"""The contract of a running record: what was agreed then, whom it names now (Rule ORG-10).

A record keeps the matrix, the targets, the ladders and the delays of the version that it opened
under. Who holds a post, who is on duty, who is away and how to reach them is of the version in
force, whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from escalation.contract.contract import Contract
from escalation.contract.crises import SideCrisisRules
from escalation.contract.echelons import Echelon, Post, SupportGroup
from escalation.contract.incidents import Communication, Component
from escalation.contract.ladders import Ladder, Rung
from escalation.contract.parties import Supplier
from escalation.contract.processes.change_board import BoardRules
from escalation.contract.processes.changes import ChangeRules, UrgentChanges
from escalation.contract.sites import Site


def of_the_moment(opened: Contract, in_force: Contract) -> Contract:
    """Put the people of the version in force into the version that a record opened under."""
    if opened.version == in_force.version:
        return in_force
    kept = in_force.for_records.get(opened.version)
    if kept is None or kept[0] is not opened:
        kept = (opened, _joined(opened, in_force))
        in_force.for_records[opened.version] = kept
    return kept[1]


def _joined(opened: Contract, now: Contract) -> Contract:
    known = {person.id for person in now.people}
    return replace(
        opened,
        people=now.people,
        former=tuple(person for person in opened.people if person.id not in known),
        rotas=now.rotas,
        duty_hours=now.coverage,
        rooms=now.rooms,
        suppliers=_suppliers(opened, now),
        groups=_groups(opened, now, known),
        sites=_sites(opened, now),
        components=tuple(_component(each, now) for each in opened.components),
        echelons=tuple(_echelon(each, now, known) for each in opened.echelons),
        ladders=tuple(_ladder(each, now, known) for each in opened.ladders),
        escalation=replace(
            opened.escalation,
            unreachable=now.escalation.unreachable,
            reached_within_days=now.escalation.reached_within_days,
        ),
        incidents=replace(
            opened.incidents,
            priority_1_list=now.incidents.priority_1_list,
            service_level_list=now.incidents.service_level_list,
            communication=tuple(
                _heard(each, now, known) for each in opened.incidents.communication
            ),
        ),
        crisis=replace(
            opened.crisis,
            provider=_side(opened.crisis.provider, now.crisis.provider),
            client=_side(opened.crisis.client, now.crisis.client),
            help_desk=now.crisis.help_desk,
            report_list=now.crisis.report_list,
        ),
        report=replace(opened.report, client_list=now.report.client_list),
        changes=_changes(opened.changes, now.changes),
        responsibilities=now.responsibilities,
    )


def _left(people: Iterable[str], known: set[str]) -> tuple[str, ...]:
    return tuple(person for person in people if person in known)


def _post(old: Post, new: Post | None, known: set[str]) -> Post:
    """The post as it is held now; one that is no more keeps those who are still there."""
    return new if new is not None else Post(people=_left(old.people, known))


def _echelon(old: Echelon, now: Contract, known: set[str]) -> Echelon:
    new = next((each for each in now.echelons if each.level == old.level), None)
    return replace(
        old,
        provider=_post(old.provider, new.provider if new else None, known),
        client=_post(old.client, new.client if new else None, known),
    )


def _ladder(old: Ladder, now: Contract, known: set[str]) -> Ladder:
    new = next((each for each in now.ladders if each.towards == old.towards), None)
    held = {rung.level: rung.supplier for rung in new.rungs} if new else {}
    return replace(old, rungs=tuple(_rung(rung, held.get(rung.level), known) for rung in old.rungs))


def _rung(old: Rung, new: Post | None, known: set[str]) -> Rung:
    return old if old.supplier is None else replace(old, supplier=_post(old.supplier, new, known))


def _suppliers(opened: Contract, now: Contract) -> tuple[Supplier, ...]:
    new = {each.id for each in now.suppliers}
    gone = (each for each in opened.suppliers if each.id not in new)
    return (*now.suppliers, *(replace(each, representative="") for each in gone))


def _groups(opened: Contract, now: Contract, known: set[str]) -> tuple[SupportGroup, ...]:
    new = {each.id for each in now.groups}
    gone = (each for each in opened.groups if each.id not in new)
    left = (replace(each, members=_left(each.members, known)) for each in gone)
    return (*now.groups, *left)


def _sites(opened: Contract, now: Contract) -> tuple[Site, ...]:
    new = {each.id for each in now.sites}
    return (*now.sites, *(each for each in opened.sites if each.id not in new))


def _heard(old: Communication, now: Contract, known: set[str]) -> Communication:
    """Find who hears of an origin now; where nothing is said of it any more, those still there."""
    new = next((each for each in now.incidents.communication if each.origin == old.origin), None)
    return replace(old, people=new.people if new else _left(old.people, known))


def _changes(old: ChangeRules | None, now: ChangeRules | None) -> ChangeRules | None:
    """The catalogue as it was, with those whom it names now; the rest as it is now (CHG-2)."""
    if old is None or now is None:
        return old
    standard = tuple(
        replace(each, approved_by=new.approved_by, carried_out_by=new.carried_out_by)
        if (new := now.catalogue.get(each.id))
        else each
        for each in old.standard
    )
    gone = tuple(each for each in old.sources if each.id not in now.born_of)
    return replace(
        old,
        desk=now.desk,
        standard=standard,
        urgent=_urgent(old.urgent, now.urgent),
        sources=(*now.sources, *gone),
        calendar=now.calendar,
        board=_board(old.board, now.board),
    )


def _board(old: BoardRules | None, now: BoardRules | None) -> BoardRules | None:
    """Return who sits on it now, and how many must; its times as they were (CHG-2)."""
    return replace(old, members=now.members, quorum=now.quorum) if old and now else old


def _urgent(old: UrgentChanges | None, now: UrgentChanges | None) -> UrgentChanges | None:
    return replace(old, may_ask=now.may_ask, may_accept=now.may_accept) if old and now else old


def _side(old: SideCrisisRules, now: SideCrisisRules) -> SideCrisisRules:
    return replace(old, inform=now.inform, communication_lead=now.communication_lead)


def _component(old: Component, now: Contract) -> Component:
    new = next((each for each in now.components if each.id == old.id), None)
    return old if new is None else replace(old, group=new.group, supplier=new.supplier)
