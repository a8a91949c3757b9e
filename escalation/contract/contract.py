"""A contract as a whole, and the ways to find what it names.

Its file is described in docs/contract.md: `config` reads it, and checks that it makes sense.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import field
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from escalation.base.value import Value
from escalation.contract.crises import CrisisRules, Rooms
from escalation.contract.echelons import Echelon, SupportGroup
from escalation.contract.hours import Coverage
from escalation.contract.incidents import Component, IncidentRules, Priorities
from escalation.contract.ladders import EscalationRules, Ladder
from escalation.contract.parties import CLIENT, PROVIDER, Party, Person, Role, Supplier
from escalation.contract.processes.changes import ChangeRules
from escalation.contract.processes.events import EventRules
from escalation.contract.processes.problems import ProblemRules
from escalation.contract.processes.responsibilities import Responsibility
from escalation.contract.reports import ReportForm, ReportRules
from escalation.contract.rota_overrides import Swaps
from escalation.contract.rota_turns import DutyTurns
from escalation.contract.rotas import Rota
from escalation.contract.sites import Site


class Contract(Value):
    """A contract between one provider and one client (Rule ORG-1).

    `version` is the hash of the file's content: incidents remember the one they opened under. To a
    running record the people, posts and rotas are those of the version in force: then `former` are
    people whom only its own names, `duty_hours` the coverage now (Rule ORG-10).
    """

    id: str
    name: str
    provider: Party
    client: Party
    people: tuple[Person, ...]
    echelons: tuple[Echelon, ...]
    components: tuple[Component, ...]
    ladders: tuple[Ladder, ...]
    rooms: Rooms
    incidents: IncidentRules
    crisis: CrisisRules
    report: ReportRules
    reference: str = ""
    timezone: str = "Europe/Paris"
    language: Literal["en", "fr"] = "fr"
    suppliers: tuple[Supplier, ...] = ()
    groups: tuple[SupportGroup, ...] = ()
    sites: tuple[Site, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    rotas: tuple[Rota, ...] = ()
    priorities: Priorities = field(default_factory=Priorities)
    escalation: EscalationRules = field(default_factory=EscalationRules)
    problems: ProblemRules | None = None
    changes: ChangeRules | None = None
    responsibilities: tuple[Responsibility, ...] = ()
    events: EventRules = field(default_factory=EventRules)
    report_form: ReportForm | None = None
    version: str = ""
    former: tuple[Person, ...] = ()
    duty_hours: Coverage | None = None

    @cached_property
    def for_records(self) -> dict[str, tuple[Contract, Contract]]:
        """Return what `of_the_moment` made of the versions that running records opened under."""
        return {}

    @cached_property
    def under_covers(self) -> dict[tuple[tuple[str, int], ...], Contract]:
        """Return what `with_covers` made of the covers in force, by their ids and versions."""
        return {}

    @cached_property
    def call_orders(self) -> dict[tuple[Hashable, ...], tuple[str, ...]]:
        """Orders of calling, by all that they follow from beside this: many calls fall together."""
        return {}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The contract's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def _swaps(self) -> dict[str, Swaps]:
        return {rota.id: Swaps(rota.overrides, self.zone) for rota in self.rotas}

    def swaps(self, rota_id: str) -> Swaps:
        """The overrides of the rota of that id; raises KeyError."""
        return self._swaps[rota_id]

    @cached_property
    def _duty_turns(self) -> dict[str, DutyTurns]:
        return {rota.id: DutyTurns(rota, self.zone) for rota in self.rotas}

    def duty_turns(self, rota_id: str) -> DutyTurns:
        """The turns of the rota of that id; raises KeyError."""
        return self._duty_turns[rota_id]

    @cached_property
    def _people(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    def person(self, person_id: str) -> Person:
        """The person of that id; raises KeyError."""
        return self._people[person_id]

    def knows(self, person_id: str) -> bool:
        """Return whether the contract names this person."""
        return person_id in self._people

    def language_of(self, person: Person | None) -> str:
        """The language of all that somebody reads; of a room's where it is None (Rule ORG-3)."""
        return (person.language if person else None) or self.language

    def zone_of(self, person: Person | None) -> ZoneInfo | None:
        """The zone that somebody reads times in besides the contract's; a room has none (CAL-5)."""
        return ZoneInfo(person.timezone) if person and person.timezone else None

    def name_of(self, person_id: str) -> str:
        """The name of that person; the id itself where no version at hand names them."""
        found = self.recalled(person_id)
        return found.name if found else person_id

    def recalled(self, person_id: str) -> Person | None:
        """The person of that id, be it one whom only the version at a record's opening named."""
        if person_id in self._people:
            return self._people[person_id]
        return next((each for each in self.former if each.id == person_id), None)

    def component_name(self, component_id: str) -> str:
        """The name of that component; the id itself where the catalogue has it no more."""
        return next((c.name for c in self.components if c.id == component_id), component_id)

    def rota_name(self, rota_id: str) -> str:
        """Name that rota: its id where it has no name, or the contract has it no more."""
        return next((r.name for r in self.rotas if r.id == rota_id and r.name), rota_id)

    def depends_on(self, component_id: str) -> tuple[str, ...]:
        """Return what that component needs, directly first, then what those need (Rule CFG-1)."""
        needs = {each.id: each.depends_on for each in self.components}
        return _reached(needs, component_id)

    def needed_by(self, component_id: str) -> tuple[str, ...]:
        """Return what needs that component, directly first, then what needs those (Rule CFG-1)."""
        used: dict[str, list[str]] = {}
        for each in self.components:
            for needed in each.depends_on:
                used.setdefault(needed, []).append(each.id)
        return _reached(used, component_id)

    def echelon(self, level: int) -> Echelon:
        """The echelon of that level; raises KeyError."""
        for echelon in self.echelons:
            if echelon.level == level:
                return echelon
        raise KeyError(level)

    def component(self, component_id: str) -> Component:
        """The component of that id; raises KeyError."""
        for component in self.components:
            if component.id == component_id:
                return component
        raise KeyError(component_id)

    def ladder(self, ladder_id: str) -> Ladder:
        """The ladder of that id; raises KeyError."""
        for ladder in self.ladders:
            if ladder.id == ladder_id:
                return ladder
        raise KeyError(ladder_id)

    def supplier(self, supplier_id: str) -> Supplier:
        """The supplier of that id; raises KeyError."""
        for supplier in self.suppliers:
            if supplier.id == supplier_id:
                return supplier
        raise KeyError(supplier_id)

    def group(self, group_id: str) -> SupportGroup:
        """The support group of that id; raises KeyError."""
        for group in self.groups:
            if group.id == group_id:
                return group
        raise KeyError(group_id)

    def rota(self, rota_id: str) -> Rota:
        """The rota of that id; raises KeyError."""
        for rota in self.rotas:
            if rota.id == rota_id:
                return rota
        raise KeyError(rota_id)

    def holders(self, role: Role, organisation: str | None = None) -> tuple[Person, ...]:
        """Everybody holding a role, in the file's order."""
        return tuple(
            person
            for person in self.people
            if role in person.roles and organisation in (None, person.organisation)
        )

    def channel_of(self, room: str) -> str:
        """The name or id of a standing room's channel: of "shared" or "provider"."""
        return {"shared": self.rooms.shared, "provider": self.rooms.provider}.get(room, room)

    @property
    def standing_rooms(self) -> dict[str, tuple[str, str]]:
        """The channels that it names for good, each with the first field that names it."""
        found = {self.rooms.shared: ("rooms", "shared")}
        found.setdefault(self.rooms.provider, ("rooms", "provider"))
        found.setdefault(self.channel_of(self.events.room), ("events", "room"))
        if self.changes is not None:
            found.setdefault(self.channel_of(self.changes.desk), ("changes", "desk"))
        return found

    def party_name(self, organisation: str) -> str:
        """The name of a firm: "provider", "client" or a supplier's id."""
        if organisation == PROVIDER:
            return self.provider.name
        if organisation == CLIENT:
            return self.client.name
        return self.supplier(organisation).name

    def level_of(self, person_id: str) -> int:
        """The highest echelon a person answers for as holder or deputy; 0 for none."""
        return max(
            (
                echelon.level
                for echelon in self.echelons
                if person_id in echelon.provider.people or person_id in echelon.client.people
            ),
            default=0,
        )


def _reached(ways: Mapping[str, Iterable[str]], start: str) -> tuple[str, ...]:
    found = {start: None}
    waiting = [start]
    for each in waiting:
        waiting += [other for other in ways.get(each, ()) if other not in found]
        found |= dict.fromkeys(ways.get(each, ()))
    return tuple(found)[1:]
