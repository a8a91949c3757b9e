"""Account for a target's clock: what counted, paused or lay outside hours (INC-9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalation.base.durations import Clock, Duration
from escalation.base.timer_names.incident import Which
from escalation.contract import Contract
from escalation.duty.calendars import Calendar
from escalation.records.incident import Incident, Pause

WHICH: tuple[Which, ...] = ("acknowledge", "restore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time, as a clock took it: so much of it counted; `pause` stopped it."""

    start: datetime
    end: datetime
    counted: timedelta
    pause: Pause | None = None

    @property
    def outside(self) -> timedelta:
        """Return what lay outside the clock's hours."""
        return timedelta(0) if self.pause else self.end - self.start - self.counted


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAccount:
    """A target of an incident, the line of the contract that sets it, and how its clock ran.

    `until` is when the target was met, the incident ended, or now. `line` is a path in the
    contract's file, such as "incidents.targets.2.restore".
    """

    which: Which
    line: str
    allowed: Duration
    clock: Clock  # that it is measured on
    since: datetime
    until: datetime
    done: bool
    due: datetime | None
    missed: bool
    stretches: tuple[Stretch, ...]

    @property
    def counted(self) -> timedelta:
        """Return how long the clock ran."""
        return sum((each.counted for each in self.stretches), timedelta(0))


def measured_on(allowed: Duration) -> Clock:
    """The clock to measure on: part of a working day is measured in coverage hours."""
    return Clock.COVERAGE if allowed.clock is Clock.WORKING_DAYS else allowed.clock


def calendar_of(contract: Contract, incident: Incident) -> Calendar:
    """The clocks of an incident's targets: its component's hours, where it says so (ORG-5)."""
    for component in contract.components:
        if component.id == incident.component and component.targets_on_hours:
            coverage = replace(contract.coverage, hours=component.hours)
            return Calendar(coverage, contract.zone)
    return Calendar.of(contract)


def accounts(contract: Contract, incident: Incident, now: datetime) -> tuple[ClockAccount, ...]:
    """The accounts of the targets that an incident has under its priority.

    While it is not qualified, that of the first word alone (Rule INC-18).
    """
    target = contract.incidents.targets.get(incident.level)
    if target is None:
        return ()
    calendar = calendar_of(contract, incident)
    allowed = {"acknowledge": target.acknowledge, "restore": target.restore}
    met = {"acknowledge": incident.acknowledged_at, "restore": incident.resolved_at}
    due = {"acknowledge": incident.acknowledge_due, "restore": incident.restore_due}
    found = []
    for which in WHICH if incident.priority else WHICH[:1]:
        clock = measured_on(allowed[which])
        until = met[which] or incident.closed_at or now
        found.append(
            ClockAccount(
                which=which,
                line=f"incidents.targets.{incident.level}.{which}",
                allowed=allowed[which],
                clock=clock,
                since=incident.clock_start,
                until=until,
                done=met[which] is not None,
                due=due[which],
                missed=which in incident.missed,
                stretches=tuple(_stretches(calendar, incident, until, clock)),
            )
        )
    return tuple(found)


def _stretches(
    calendar: Calendar, incident: Incident, until: datetime, clock: Clock
) -> Iterator[Stretch]:
    """From the opening to `until`, parted by the pauses."""
    at = incident.clock_start

    def running(end: datetime) -> Iterator[Stretch]:
        if at < end:
            yield Stretch(start=at, end=end, counted=calendar.elapsed(at, end, clock))

    for pause in incident.pauses:
        if pause.since >= until:
            break
        yield from running(pause.since)
        at = min(pause.until or until, until)
        yield Stretch(start=pause.since, end=at, counted=timedelta(0), pause=pause)
    yield from running(until)
