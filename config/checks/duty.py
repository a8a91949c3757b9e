"""Time zone, opening hours, rotas and who stands in (Rules CAL-1, CAL-6, ORG-3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from config.checks.references import person
from config.faults import Fault, Where, fault, resting
from config.fields import DAYS, nearest
from escalation.base.wall_clock import instant
from escalation.contract import CLIENT, PROVIDER, Contract, Hours, Rota, Window
from escalation.contract.rota_overrides import Swaps
from escalation.duty.availability import stand_in


def time_zone(contract: Contract) -> Iterator[Fault]:
    """The time zone exists."""
    yield from known_zone(("timezone",), contract.timezone)


def known_zone(where: Where, zone: str) -> Iterator[Fault]:
    """A fault unless this is a time zone, with the one that was meant: "Paris"."""
    if not _zone_exists(zone):
        known = available_timezones()
        cities = {each.rpartition("/")[2]: each for each in sorted(known) if "/" in each}
        suggestion = cities.get(nearest(zone, cities)) or nearest(zone, known)
        yield fault("unknown_time_zone", where, value=zone, suggestion=suggestion)


def opening_hours(contract: Contract) -> Iterator[Fault]:
    """Hours open on some day, for some time (Rule CAL-1)."""
    places: list[tuple[Where, Hours]] = [(("coverage", "hours"), contract.coverage.hours)]
    places += [(("groups", i, "hours"), g.hours) for i, g in enumerate(contract.groups)]
    places += [(("components", i, "hours"), c.hours) for i, c in enumerate(contract.components)]
    places += [
        (("ladders", i, "rungs", j, "supplier", "hours"), rung.supplier.hours)
        for i, ladder in enumerate(contract.ladders)
        for j, rung in enumerate(ladder.rungs)
        if rung.supplier and rung.supplier.hours
    ]
    places += [
        (("changes", "standard", i, "hours"), entry.hours)
        for i, entry in enumerate(contract.changes.standard if contract.changes else ())
        if entry.hours
    ]
    for where, hours in places:
        if not hours.days:
            yield fault("hours_without_days", (*where, "days"))
        for here, window in _windows(where, hours):
            if window.opens == window.closes and not hours.always:
                yield fault("hours_never_open", here, opens=window.opens.isoformat("minutes"))
        yield from _windows_overlap(where, hours)


def _windows(where: Where, hours: Hours) -> Iterator[tuple[Where, Window]]:
    own, *also = hours.windows
    yield where, own
    for i, window in enumerate(also):
        yield (*where, "also", i), window


def _windows_overlap(where: Where, hours: Hours) -> Iterator[Fault]:
    """Two windows of one day do not overlap: time in both would count twice (Rule CAL-5)."""
    placed = list(_windows(where, hours))
    for number, (here, later) in enumerate(placed):
        for there, earlier in placed[:number]:
            shared = set(later.days) & set(earlier.days)
            if shared and later.opens < _end(earlier) and earlier.opens < _end(later):
                yield fault("hours_overlap", here, other=there, day=DAYS[min(shared)])


def _end(window: Window) -> time:
    return window.closes if window.closes > window.opens else time.max


def rotas(contract: Contract) -> Iterator[Fault]:
    """A rota has people of one firm, no hole, and no two swaps at one time (Rule CAL-1)."""
    contract = _in_some_zone(contract)
    posts = [post for echelon in contract.echelons for post in (echelon.provider, echelon.client)]
    posts += [
        rung.supplier for ladder in contract.ladders for rung in ladder.rungs if rung.supplier
    ]
    used = {rota_id for post in posts for rota_id in post.rotas}
    naming = tuple(_where_rotas_are_named(contract))
    for i, rota in enumerate(contract.rotas):
        where: Where = ("rotas", i)
        if not rota.people:
            yield fault("rota_empty", (*where, "people"), rota=rota.id)
        if rota.turn_days < 1:
            yield fault("rota_turn_too_short", (*where, "turn_days"), value=rota.turn_days)
        if rota.id not in used:
            yield resting(fault("rota_unused", (*where, "id"), rota=rota.id), naming)
        known = [contract.person(p) for p in rota.everybody if contract.knows(p)]
        firm = known[0].organisation if known else ""
        for j, person_id in enumerate(rota.people):
            yield from person(contract, (*where, "people", j), person_id, firm=firm)
        for j, person_id in enumerate(rota.kept_by):
            yield from person(contract, (*where, "kept_by", j), person_id, firm=firm)
        yield from _changes(contract, where, rota, firm)
        bounds = Swaps(rota.overrides, contract.zone).bounds
        for j, override in enumerate(rota.overrides):
            here: Where = (*where, "overrides", j)
            yield from person(contract, (*here, "person"), override.person, firm=firm)
            start, end = bounds[j]
            if end <= start:
                yield fault("override_backwards", here, start=override.start, end=override.end)
        for earlier, later in _overlaps(bounds):
            here, there = (*where, "overrides", later), (*where, "overrides", earlier)
            yield fault("overrides_overlap", here, other=there, rota=rota.id)


def _where_rotas_are_named(contract: Contract) -> Iterator[Where]:
    for i in range(len(contract.echelons)):
        for side in (PROVIDER, CLIENT):
            yield from (("echelons", i, side, field) for field in ("on_call", "behind"))
    for i, ladder in enumerate(contract.ladders):
        for j in range(len(ladder.rungs)):
            where: Where = ("ladders", i, "rungs", j, "supplier")
            yield from ((*where, field) for field in ("on_call", "behind"))


def _changes(contract: Contract, where: Where, rota: Rota, firm: str) -> Iterator[Fault]:
    """Changes come one after another, each on a day of its own after the rota's first."""
    before, there = rota.starts, (*where, "starts")
    for j, change in enumerate(rota.changes):
        here: Where = (*where, "changes", j)
        if not change.people:
            yield fault("rota_empty", (*here, "people"), rota=rota.id)
        if change.turn_days is not None and change.turn_days < 1:
            yield fault("rota_turn_too_short", (*here, "turn_days"), value=change.turn_days)
        if change.starts <= before:
            facts = {"rota": rota.id, "starts": change.starts, "before": before}
            yield fault("rota_changes_not_ascending", (*here, "starts"), other=there, **facts)
        for k, person_id in enumerate(change.people):
            yield from person(contract, (*here, "people", k), person_id, firm=firm)
        before, there = change.starts, (*here, "starts")


def absences(contract: Contract) -> Iterator[Fault]:
    """Check that whoever is away has somebody of their own firm standing in, each day (ORG-3)."""
    contract = _in_some_zone(contract)
    for i, somebody in enumerate(contract.people):
        for j, absence in enumerate(somebody.absences):
            where: Where = ("people", i, "absences", j)
            if absence.last < absence.first:
                yield fault("absence_backwards", where, first=absence.first, last=absence.last)
            for k, earlier in enumerate(somebody.absences[:j]):
                if earlier.first <= absence.last and absence.first <= earlier.last:
                    there: Where = ("people", i, "absences", k)
                    yield fault("absences_overlap", where, other=there, name=somebody.name)
            named = absence.stand_in
            if named is None:
                yield fault("absence_alone", where, name=somebody.name)
            elif named == somebody.id:
                yield fault("stand_in_oneself", (*where, "stand_in"), name=somebody.name)
            elif not contract.knows(named):
                yield from person(contract, (*where, "stand_in"), named)
            else:
                firm = somebody.organisation
                yield from person(contract, (*where, "stand_in"), named, firm=firm)
                gap = _uncovered(contract, somebody.id, absence.first, absence.last)
                if gap is not None:
                    yield _nobody_stands_in(contract, (*where, "stand_in"), somebody.id, named, gap)


def _nobody_stands_in(contract: Contract, where: Where, away: str, named: str, day: date) -> Fault:
    """On that day the stand-in is away too, and nobody present stands in for them."""
    code = "stand_in_away"
    there: Where | None = None
    for i, other in enumerate(contract.people):
        for j, absence in enumerate(other.absences):
            if other.id == named and absence.first <= day <= absence.last:
                there = ("people", i, "absences", j)
                if absence.stand_in == away:
                    code = "stand_ins_circular"
    name, absent = contract.person(named).name, contract.person(away).name
    return fault(code, where, other=there, name=name, away=absent, day=day)


def _uncovered(contract: Contract, person_id: str, first: date, last: date) -> date | None:
    """The first day of an absence on which nobody stands in; who is away changes on few days."""
    turning = {first}
    for somebody in contract.people:
        for absence in somebody.absences:
            turning |= {absence.first, _next_day(absence.last)}
    for day in sorted(d for d in turning if first <= d <= last):
        noon = instant(datetime.combine(day, time(12)), contract.zone)
        if stand_in(contract, person_id, noon) is None:
            return day
    return None


def _next_day(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _overlaps(bounds: Sequence[tuple[datetime, datetime]]) -> Iterator[tuple[int, int]]:
    """The numbers of each two that overlap, the earlier in the list first."""
    in_order = sorted((start, end, n) for n, (start, end) in enumerate(bounds) if start < end)
    under_way: list[tuple[datetime, int]] = []
    for start, end, number in in_order:
        under_way = [each for each in under_way if each[0] > start]
        for _, other in under_way:
            yield min(number, other), max(number, other)
        under_way.append((end, number))


def _in_some_zone(contract: Contract) -> Contract:
    """The contract in a zone that exists: an unknown one is a fault of its own."""
    return contract if _zone_exists(contract.timezone) else replace(contract, timezone="UTC")


def _zone_exists(key: str) -> bool:
    try:
        ZoneInfo(key)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True


CHECKS = (time_zone, opening_hours, rotas, absences)
