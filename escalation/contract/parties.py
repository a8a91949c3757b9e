"""The firms that the contract binds, and their people (Rules ORG-1, ORG-3)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from escalation.base.value import Value

PROVIDER = "provider"
CLIENT = "client"
ESCALADE = "escalade"  # the actor of what the bot does by itself


class Role(StrEnum):
    """A matter that a person answers for (Rule ORG-3)."""

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


CLIENTS_ROLES = frozenset(
    {Role.SERVICE_OWNER, Role.CIO, Role.OPERATIONS_LEAD, Role.REQUESTER, Role.EXECUTIVE}
)


class Party(Value):
    """One of the two firms bound by the contract."""

    name: str


class Supplier(Value):
    """A third party (Rule ORG-1); its management representative joins crises (CRI-3, CRI-13)."""

    id: str
    name: str
    representative: str
    deputy: str = ""  # of the representative
    kept_by: tuple[str, ...] = ()  # of the client: who keeps this list up to date (CRI-13)

    @property
    def management(self) -> tuple[str, ...]:
        """Return who represents its management, in the order to call them."""
        return (self.representative, self.deputy) if self.deputy else (self.representative,)


class Absence(Value):
    """Days away, both included, and who stands in."""

    first: date
    last: date
    stand_in: str | None = None


class Person(Value):
    """Somebody of the contract (Rule ORG-3). `slack` is a user id; else `email` finds them."""

    id: str
    name: str
    organisation: str  # "provider", "client", or a supplier's id
    roles: tuple[Role, ...] = ()
    slack: str | None = None
    email: str = ""
    phone: str = ""
    language: Literal["en", "fr"] | None = None
    timezone: str | None = None  # theirs, where it is not the contract's (Rule CAL-5)
    absences: tuple[Absence, ...] = ()
    drills: bool = True  # agrees to take part in exercises (Rule CRI-10)
    ways: tuple[Literal["mail"], ...] = ("mail",)  # besides Slack, where it fails (Rule ESC-8)

    def listed_as(self, role: str) -> bool:
        """Return whether a list that names a role means this person (Rule CON-2).

        It means the provider's, and the client's where it is a role of the client's: whoever is
        of a supplier is named in person.
        """
        of_firm = self.organisation == PROVIDER or (
            self.organisation == CLIENT and role in CLIENTS_ROLES
        )
        return of_firm and role in self.roles
