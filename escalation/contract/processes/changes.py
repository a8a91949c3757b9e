"""Change management (Rules CHG-1 to CHG-6)."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from functools import cached_property

from escalation.base.durations import Clock, Duration
from escalation.base.value import Value
from escalation.contract.hours import Hours
from escalation.contract.processes.change_board import BoardRules
from escalation.contract.processes.change_calendar import ChangeCalendar


class FormField(Value):
    """One thing that the form of a standard change asks for (Rule CHG-1)."""

    id: str
    label: str
    required: bool = True
    choices: tuple[str, ...] = ()


class StandardChange(Value):
    """An entry of the catalogue that both firms keep (Rule CHG-2).

    The lists name people, or roles: whoever holds them. Without `may_ask`, anybody may ask for it;
    without `approved_by`, it is approved beforehand; without `carried_out_by`, the change manager
    says who does it. `urgent`: it may be asked for as an urgent one (Rule CHG-3). `four_eyes`: who
    asks for it does not approve it. `hours`: when it is carried out; without them in coverage
    hours, or once what it touches has closed.
    """

    id: str
    title: str
    procedure: str
    components: tuple[str, ...] = ()
    risk: str = ""
    usual_duration: Duration = Duration(seconds=3600)
    may_ask: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    four_eyes: bool = False
    carried_out_by: tuple[str, ...] = ()
    form: tuple[FormField, ...] = ()
    urgent: bool = False
    hours: Hours | None = None


class UrgentChanges(Value):
    """Agreements made beforehand about urgent changes (Rules CHG-3, CHG-6)."""

    may_ask: tuple[str, ...]
    may_accept: tuple[str, ...]
    extra_risk: str
    liability: str


class ChangeSource(Value):
    """A project or a process that changes are born of (Rule CHG-5)."""

    id: str
    name: str
    told: tuple[str, ...] = ()
    approves: tuple[str, ...] = ()


class ChangeRules(Value):
    """Rules of the contract about changes.

    `desk`: the room that requests go to (Rule CHG-5). `keepers`: who keeps the catalogue in either
    firm, people or roles; `dated`: the day from which it holds as it is (Rule ORG-9).
    """

    desk: str = "provider"
    keepers: tuple[str, ...] = ()
    dated: date | None = None
    study_within: Duration = Duration(days=10, clock=Clock.WORKING_DAYS)
    remind_every: Duration = Duration(days=2, clock=Clock.WORKING_DAYS)
    remind_before: Duration = Duration(seconds=86400)
    overrun_every: Duration = Duration(seconds=1800)
    standard: tuple[StandardChange, ...] = ()
    urgent: UrgentChanges | None = None
    sources: tuple[ChangeSource, ...] = ()
    calendar: ChangeCalendar = field(default_factory=ChangeCalendar)
    board: BoardRules | None = None

    @cached_property
    def catalogue(self) -> dict[str, StandardChange]:
        """The entries of the catalogue by their ids."""
        return {entry.id: entry for entry in self.standard}

    @cached_property
    def born_of(self) -> dict[str, ChangeSource]:
        """The projects and processes by their ids."""
        return {source.id: source for source in self.sources}
