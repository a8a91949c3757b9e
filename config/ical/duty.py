"""The duty that a calendar's events stand for, as overrides of a rota (Rule CAL-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from config.ical.faults import CalendarFault, CalendarFaults, Unreadable
from config.ical.lines import Component, calendars
from config.ical.people import person_of
from config.ical.series import Clocks, Occurrence, fault_of, times, title
from config.ical.zones import Zones
from escalation.contract import Contract, Override
from escalation.duty.on_call import shifts


@dataclass(frozen=True, slots=True)
class _Taken:
    """Somebody's duty at a time of an event."""

    person: str
    time: Occurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Changes that a calendar makes in a rota's turns, earliest first; how much else it says.

    `known` times are as the turns anyhow; `outside` events take place outside the period.
    """

    overrides: tuple[Override, ...]
    known: int = 0
    outside: int = 0
    cancelled: int = 0


def from_ical(
    data: bytes,
    contract: Contract,
    rota_id: str,
    start: datetime,
    end: datetime,
    *,
    zone: ZoneInfo | None = None,
) -> Duty:
    """The duty that events give between two instants: what a rota's overrides are to be then.

    Those that the contract has so far do not count, so that reading a calendar again gives all of
    them again, without what it no longer says.

    An event names a person of the contract by id, e-mail or name (`escalation.contract.names`): in
    its title or, if nobody is named there, as an attendee; where the title names several, the
    one of them who attends. Times without a zone, and whole days, are of `zone`, else of the zone
    that the calendar says, else of the contract's; `zone` also stands for names that no calendar
    defines.

    Raises CalendarFaults, all at once, for what cannot be read or matched to one person, and for
    two people at one time; KeyError for an unknown rota.
    """
    firm = contract.person(contract.rota(rota_id).people[0]).organisation
    found: list[_Taken] = []
    faults: list[CalendarFault] = []
    outside = cancelled = 0
    for calendar in calendars(data):
        events = calendar.named("VEVENT")
        if calendar.text("METHOD").upper() == "CANCEL":
            cancelled += len(events)
            continue
        read = times(events, _clocks(calendar, contract, zone), start, end)
        faults += read.faults
        outside, cancelled = outside + read.outside, cancelled + read.cancelled
        people: dict[int, str] = {}
        for each in read.found:
            line = each.event.line
            if line not in people:
                try:
                    people[line] = person_of(each.event, contract, firm)
                except Unreadable as why:
                    people[line] = ""
                    faults.append(fault_of(each.event, why.code, **why.facts))
            if people[line]:
                found.append(_Taken(people[line], each))
    found.sort(key=lambda taken: (taken.time.start, taken.time.end))
    faults += _clashes(found)
    if faults:
        raise CalendarFaults(faults)
    joined = _joined(found)
    turns = _turns(contract, rota_id)
    changes = tuple(one for one in joined if not _said_anyhow(turns, rota_id, one))
    return Duty(
        overrides=changes,
        known=len(joined) - len(changes),
        outside=outside,
        cancelled=cancelled,
    )


def to_toml(overrides: Iterable[Override], zone: ZoneInfo) -> str:
    """The overrides as lines of the contract file, to paste into a rota's `overrides = [ … ]`."""
    return "".join(
        f'    {{ person = "{each.person}", start = {each.start.astimezone(zone).isoformat()},'
        f" end = {each.end.astimezone(zone).isoformat()} }},\n"
        for each in overrides
    )


def _clocks(calendar: Component, contract: Contract, zone: ZoneInfo | None) -> Clocks:
    zones = Zones(calendar.named("VTIMEZONE"), otherwise=zone)
    said = "" if zone else calendar.text("X-WR-TIMEZONE")
    plain = zones.named(said) if said else (zone or contract.zone)
    return Clocks(zones, plain, said)


def _clashes(found: Sequence[_Taken]) -> Iterator[CalendarFault]:
    """Two people on call at one time, once for two events; `found` in order of time."""
    latest: _Taken | None = None
    told = set[frozenset[int]]()
    for taken in found:
        if latest and taken.time.start < latest.time.end and taken.person != latest.person:
            ours, other = taken.time.event, latest.time.event
            if (pair := frozenset((ours.line, other.line))) not in told:
                told.add(pair)
                facts = {"other": title(other), "other_line": other.line}
                yield fault_of(ours, "clash", at=taken.time.start, **facts)
        if latest is None or taken.time.end > latest.time.end:
            latest = taken


def _joined(found: Iterable[_Taken]) -> list[Override]:
    """One override for times of one person that overlap, such as an event that is there twice."""
    joined: list[Override] = []
    for taken in found:
        start, end = taken.time.start, taken.time.end
        if joined and start < joined[-1].end:
            start, end = joined[-1].start, max(end, joined.pop().end)
        joined.append(Override(person=taken.person, start=start, end=end))
    return joined


def _turns(contract: Contract, rota_id: str) -> Contract:
    """The contract with nothing but its turns in a rota."""
    rotas = [replace(rota, overrides=()) if rota.id == rota_id else rota for rota in contract.rotas]
    return replace(contract, rotas=tuple(rotas))


def _said_anyhow(contract: Contract, rota_id: str, override: Override) -> bool:
    duty = shifts(contract, rota_id, override.start, override.end)
    return all(shift.person == override.person for shift in duty)
