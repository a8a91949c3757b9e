"""The service contract, as the rules read it. Its file is described in docs/contract.md.

Stdlib dataclasses only: `config` reads a TOML file into them and checks that it makes sense.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from typing import Literal, NewType
from zoneinfo import ZoneInfo

from escalation.durations import Clock, Duration
from escalation.duty_turns import DutyTurns
from escalation.swaps import Swaps

PROVIDER = "provider"
CLIENT = "client"
ESCALADE = "escalade"  # the actor of what the bot does by itself


class Role(StrEnum):
    """What a person answers for (Rule ORG-3)."""

    SERVICE_DELIVERY_MANAGER = "service_delivery_manager"
    TEAM_LEADER = "team_leader"
    DIRECTOR_OF_OPERATIONS = "director_of_operations"
    INCIDENT_MANAGER = "incident_manager"
    PROBLEM_MANAGER = "problem_manager"
    CHANGE_MANAGER = "change_manager"
    QUALITY_MANAGER = "quality_manager"
    HELP_DESK = "help_desk"
    EXECUTIVE = "executive"
    SERVICE_OWNER = "service_owner"
    CIO = "cio"
    OPERATIONS_LEAD = "operations_lead"
    REQUESTER = "requester"
    TECHNICIAN = "technician"
    SUPPLIER_REPRESENTATIVE = "supplier_representative"


class Criticality(StrEnum):
    """How much a component matters (Rule INC-2)."""

    STRATEGIC = "strategic"
    FAIRLY_STRATEGIC = "fairly_strategic"
    SENSITIVE = "sensitive"
    HARDLY_SENSITIVE = "hardly_sensitive"


class Trigger(StrEnum):
    """What starts an escalation by itself (Rule ESC-4)."""

    PRIORITY_1_OPENED = "priority_1_opened"
    ACKNOWLEDGEMENT_MISSED = "acknowledgement_missed"
    TARGET_AT_RISK = "target_at_risk"
    TARGET_MISSED = "target_missed"
    REOPENED = "reopened"


@dataclass(frozen=True, kw_only=True)
class Party:
    """One of the two firms bound by the contract."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """A third party (Rule ORG-1); its management representative joins crises (Rule CRI-3)."""

    id: str
    name: str
    representative: str


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Days away, both included, and who stands in."""

    first: date
    last: date
    stand_in: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the contract (Rule ORG-3). `slack` is a user id; else `email` finds them."""

    id: str
    name: str
    organisation: str  # "provider", "client", or a supplier's id
    roles: tuple[Role, ...] = ()
    slack: str | None = None
    email: str = ""
    phone: str = ""
    language: Literal["en", "fr"] | None = None
    absences: tuple[Absence, ...] = ()
    drills: bool = True  # agrees to take part in exercises (Rule CRI-10)
    ways: tuple[Literal["mail"], ...] = ("mail",)  # besides Slack, where it fails (Rule ESC-8)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Opening hours in the contract's time zone. Day 0 is Monday; `always` is round the clock."""

    opens: time = time(7, 30)
    closes: time = time(18, 0)
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    always: bool = False


DayName = NewType("DayName", str)
"""A day as the file names it: "2026-12-24", "12-24" of each year, or a public holiday's name."""


@dataclass(frozen=True, kw_only=True)
class HalfDay:
    """A day on which nothing is open before `opens`, or after `closes` (Rule CAL-5)."""

    day: DayName
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Coverage hours, closed days and half-days (Rules CAL-1, CAL-2, CAL-5)."""

    hours: Hours = field(default_factory=Hours)
    country: str = "FR"
    region: str | None = None  # subdivision, e.g. "67" or "Alsace-Moselle"
    closed_days: tuple[date, ...] = ()
    public_holidays: bool = True
    worked_holidays: tuple[DayName, ...] = ()  # public holidays that are days like others
    half_days: tuple[HalfDay, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Override:
    """A swap in a rota: this person instead, from–to (aware, or in the contract's zone)."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class RotaChange:
    """From the hand-over of the day it `starts`, these take turns, the first of them first.

    Without `hand_over` or `turn_days`, those of before go on.
    """

    starts: date
    people: tuple[str, ...]
    hand_over: time | None = None
    turn_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rota:
    """On-call duty [astreinte]: people take turns from `starts`, handing over at `hand_over`.

    `changes` follow one another in time, each holding until the next.
    """

    id: str
    people: tuple[str, ...]
    starts: date
    hand_over: time = time(9, 0)
    turn_days: int = 7
    changes: tuple[RotaChange, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def everybody(self) -> tuple[str, ...]:
        """Whom any of its lists names, each once."""
        lists = (self.people, *(change.people for change in self.changes))
        return tuple(dict.fromkeys(person for people in lists for person in people))


@dataclass(frozen=True, kw_only=True)
class Post:
    """Who answers for one firm at one level: the holder first, then deputies (Rule ORG-2).

    With a rota, whoever is on call comes first outside coverage hours.
    """

    people: tuple[str, ...]
    on_call: str | None = None


@dataclass(frozen=True, kw_only=True)
class Echelon:
    """A level of communication [échelon], the same for both firms."""

    level: int
    name: str
    provider: Post
    client: Post


@dataclass(frozen=True, kw_only=True)
class SupportGroup:
    """A support group [groupe de support] (Rule ORG-4)."""

    id: str
    name: str
    organisation: str
    members: tuple[str, ...]
    hours: Hours = field(default_factory=Hours)
    worked_days: tuple[DayName, ...] = ()  # days off or half-days on which its hours hold
    competences: tuple[str, ...] = ()
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component of the service catalogue (Rule ORG-5)."""

    id: str
    name: str
    criticality: Criticality
    rank: int | None = None  # the client's P1–P3, for the ranked scheme (Rule INC-3)
    hours: Hours = field(default_factory=lambda: Hours(always=True))
    group: str | None = None
    supplier: str | None = None


DEFAULT_MATRIX: dict[Criticality, dict[int, int]] = {
    Criticality.STRATEGIC: {1: 1, 2: 2, 3: 3},
    Criticality.FAIRLY_STRATEGIC: {1: 2, 2: 2, 3: 3},
    Criticality.SENSITIVE: {1: 3, 2: 3, 3: 3},
    Criticality.HARDLY_SENSITIVE: {1: 4, 2: 4, 3: 4},
}


@dataclass(frozen=True, kw_only=True)
class Priorities:
    """How a priority is found: criticality × severity, or the rank (Rules INC-2, INC-3)."""

    scheme: Literal["criticality", "ranked"] = "criticality"
    matrix: dict[Criticality, dict[int, int]] = field(default_factory=lambda: DEFAULT_MATRIX)
    urgency_impact: dict[int, dict[int, int]] = field(default_factory=dict)  # urgency → impact


@dataclass(frozen=True, kw_only=True)
class Target:
    """Time to acknowledge and to restore an incident of one priority (Rule INC-9)."""

    acknowledge: Duration
    restore: Duration


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step of a ladder (Rule ESC-3). Keys of the tables are priorities, 1 to 4.

    `acknowledge` is the delay before the next ping of a side; `supplier` names the supplier's
    people where the ladder leads to one. Provider and client people come from the echelon.
    """

    level: int
    acknowledge: dict[int, Duration]
    settle: dict[int, Duration]
    supplier: Post | None = None


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The rungs between the provider and `towards`: "client" or a supplier's id (Rule ESC-3)."""

    id: str
    towards: str
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, kw_only=True)
class AutomaticCase:
    """A case in which an escalation starts by itself (Rule ESC-4)."""

    trigger: Trigger
    priorities: tuple[int, ...] = (1, 2, 3, 4)
    ladder: str = CLIENT  # the ladder's id


@dataclass(frozen=True, kw_only=True)
class EscalationRules:
    """What the contract sets about escalating (Rules ESC-4 to ESC-6)."""

    automatic: tuple[AutomaticCase, ...] = (AutomaticCase(trigger=Trigger.PRIORITY_1_OPENED),)
    reopened_times: int = 2
    pings_per_person: int = 2
    repeat_at_top: Duration = Duration(seconds=900)
    snooze: Duration = Duration(seconds=900)
    unreachable: str | None = None  # told when a rung can reach nobody


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """Standing channels (ids or names): `shared` by both firms, the `provider`'s own (INC-7)."""

    shared: str
    provider: str
    crisis_pool: tuple[str, ...] = ()
    crisis_prefix: str = "crisis"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Chasing the requester before closing (Rule INC-5)."""

    chase_every: Duration = Duration(seconds=4 * 3600)
    may_close_after: Duration = Duration(days=2, clock=Clock.WORKING_DAYS)


@dataclass(frozen=True, kw_only=True)
class IncidentRules:
    """What the contract sets about incidents (Rules INC-5, INC-8, INC-9)."""

    targets: dict[int, Target]
    warnings: tuple[int, ...] = (50, 75, 90)  # per cent of a target
    priority_1_list: tuple[str, ...] = ()
    verification: Verification = field(default_factory=Verification)


@dataclass(frozen=True, kw_only=True)
class SideCrisisRules:
    """One firm's part in a crisis: whom its initiator informs, who can lead communication."""

    inform: tuple[str, ...] = ()
    as_of_right: tuple[Role, ...] = ()
    communication_lead: str = ""


@dataclass(frozen=True, kw_only=True)
class CrisisRules:
    """What the contract sets about crises [cellule de crise] (Rules CRI-1 to CRI-9)."""

    provider: SideCrisisRules
    client: SideCrisisRules
    may_ask_from_level: int = 2
    help_desk: tuple[str, ...] = ()
    answer_within: Duration = Duration(seconds=600)
    chase_every: Duration = Duration(seconds=300)
    inform_every: Duration = Duration(seconds=3600)


@dataclass(frozen=True, kw_only=True)
class ReportRules:
    """The priority-1 incident report (Rules REP-1 to REP-5). Lists hold person ids."""

    within: Duration = Duration(seconds=24 * 3600)
    preliminary_margin: Duration = Duration(seconds=3600)
    reminders: tuple[Duration, ...] = (Duration(seconds=8 * 3600), Duration(seconds=4 * 3600))
    client_list: tuple[str, ...] = ()
    provider_roles: tuple[Role, ...] = (Role.SERVICE_DELIVERY_MANAGER, Role.TEAM_LEADER)
    form: str = "default"
    title: str = "Incident report"


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A contract between one provider and one client (Rule ORG-1).

    `version` is the hash of the file's content: incidents remember the one they opened under.
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
    coverage: Coverage = field(default_factory=Coverage)
    rotas: tuple[Rota, ...] = ()
    priorities: Priorities = field(default_factory=Priorities)
    escalation: EscalationRules = field(default_factory=EscalationRules)
    version: str = ""

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
        """Whether the contract names this person."""
        return person_id in self._people

    def language_of(self, person: Person | None) -> str:
        """The language of all that somebody reads; of a room's where it is None (Rule ORG-3)."""
        return (person.language if person else None) or self.language

    def name_of(self, person_id: str) -> str:
        """The name of that person; the id itself where the contract names them no more."""
        return self._people[person_id].name if person_id in self._people else person_id

    def component_name(self, component_id: str) -> str:
        """The name of that component; the id itself where the catalogue has it no more."""
        return next((c.name for c in self.components if c.id == component_id), component_id)

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
