"""Coverage hours, holidays and working days (Rules CAL-1 to CAL-3).

One definition holds for the three clocks, which makes `after` and `elapsed` inverse:
`after(start, duration)` is the first instant, not before `start`, at which
`elapsed(start, instant, duration.clock)` has reached the duration. So a zero duration ends at
once, a coverage duration that ends with the day ends at closing time and not next morning, and
J+n ends when coverage closes on the n-th working day after the local day of `start`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from escalation.base.durations import Clock, Duration
from escalation.base.wall_clock import instant
from escalation.contract import Contract, Coverage, DayName, Hours, Rota, SupportGroup, Window
from escalation.duty.days_off import DaysOff, days_off

_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 366  # days; hours that never open in a year are a fault of the contract


@dataclass(frozen=True)
class Calendar:
    """The clocks of one contract. All instants are aware; results are UTC."""

    coverage: Coverage
    zone: ZoneInfo

    @cached_property
    def _days(self) -> DaysOff:
        """Find the days off, which all calendars of the same coverage share."""
        return days_off(self.coverage)

    @classmethod
    def of(cls, contract: Contract) -> Calendar:
        """The calendar of a contract."""
        return cls(contract.coverage, contract.zone)

    @classmethod
    def of_duty(cls, contract: Contract) -> Calendar:
        """The calendar by which people work now, whatever a record opened under (Rule ORG-10)."""
        return cls(contract.duty_hours or contract.coverage, contract.zone)

    # -- days ------------------------------------------------------------------------------

    def local_day(self, at: datetime) -> date:
        """The date of an instant on the contract's wall clock."""
        return at.astimezone(self.zone).date()

    def is_day_off(self, day: date) -> bool:
        """Return whether `day` is a closed day of the contract, or a public holiday (Rule CAL-2).

        A public holiday that is worked, be it for a part of the day, is none.
        """
        return self._days.closed(day)

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` is one of the coverage's own `days` of the week, and not a day off.

        Those of its further windows, a Saturday morning, are none. A half-day is one,
        which ends when coverage closes on it (Rule CAL-5).
        Under coverage round the clock, working days are still those of the coverage's `days`:
        J+7 does not count Sundays because somebody is awake on them.
        """
        return day.weekday() in self.coverage.hours.days and not self.is_day_off(day)

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself for none."""
        shut = 0
        while count > 0:
            day += _DAY
            if self.is_working_day(day):
                count, shut = count - 1, 0
            elif (shut := shut + 1) > _LONGEST_CLOSURE:
                raise ValueError(f"no working day in the year around {day}")
        return day

    # -- hours -----------------------------------------------------------------------------

    def open(self, hours: Hours, at: datetime, *, works: tuple[DayName, ...] = ()) -> bool:
        """Return whether `at` lies in some hours: opening included, closing excluded.

        Hours round the clock are always open; others are shut on days off and on the closed part
        of half-days, but for the days named by `works`.
        """
        if hours.always:
            return True
        day = self.local_day(at)
        openings = (o for each in (day - _DAY, day) for o in self._openings(hours, each, works))
        return any(opens <= at < closes for opens, closes in openings)

    def covered(self, at: datetime) -> bool:
        """Return whether `at` lies in coverage hours (Rule CAL-1)."""
        return self.open(self.coverage.hours, at)

    def closes(self, at: datetime) -> datetime | None:
        """Return when the coverage in which `at` lies ends; None outside it, or round the clock."""
        hours = self.coverage.hours
        if hours.always or not self.covered(at):
            return None
        windows = self._windows(hours, first=self.local_day(at) - _DAY)
        return next(closes for opens, closes in windows if opens <= at < closes)

    def opens_at(self, hours: Hours, at: datetime, *, works: tuple[DayName, ...] = ()) -> datetime:
        """Find when some hours are open next: at once while they are."""
        if hours.always:
            return at
        windows = self._windows(hours, first=self.local_day(at) - _DAY, works=works)
        return next(max(opens, at) for opens, closes in windows if at < closes)

    def openings(
        self, hours: Hours, start: datetime, end: datetime, *, works: tuple[DayName, ...] = ()
    ) -> Iterator[tuple[datetime, datetime]]:
        """The stretches between two instants in which some hours are open, in order."""
        first, last = self.local_day(start) - _DAY, self.local_day(end)
        for opens, closes in self._windows(hours, first=first, last=last, works=works):
            if opens < end and start < closes:
                yield max(opens, start), min(closes, end)

    def active(self, group: SupportGroup, at: datetime) -> bool:
        """Tell whether a support group works, which it may where the contract is closed (ORG-4)."""
        return self.open(group.hours, at, works=group.worked_days)

    def serves(self, rota: Rota, at: datetime) -> bool:
        """Tell whether a rota is on duty: outside coverage, or in hours of its own (CAL-6)."""
        if self.covered(at):
            return False
        if rota.hours is None or rota.hours.always or self.holiday_duty(rota, at):
            return True
        day = self.local_day(at)
        openings = (
            self._opening(window, each)
            for each in (day - _DAY, day)
            for window in rota.hours.windows
            if each.weekday() in window.days
        )
        return any(opens <= at < closes for opens, closes in openings)

    def holiday_duty(self, rota: Rota, at: datetime) -> bool:
        """Tell whether a rota has the duty of days off, and it is one: until coverage opens."""
        local = at.astimezone(self.zone)
        early = local.time() < self.coverage.hours.opens
        return rota.days_off and self.is_day_off(local.date() - _DAY * early)

    def changes(self, rotas: Iterable[Rota], start: datetime, end: datetime) -> set[datetime]:
        """The instants between two at which coverage, or the hours of some rota, begin or end."""
        hours = [self.coverage.hours, *(rota.hours for rota in rotas if rota.hours)]
        found: set[datetime] = set()
        day, last = self.local_day(start) - _DAY, self.local_day(end)
        while day <= last:
            found |= {self._instant(day, time.min), self._instant(day, self.coverage.hours.opens)}
            found |= {at for opening in self._openings(self.coverage.hours, day) for at in opening}
            for each in hours:
                found |= {at for w in each.windows for at in self._opening(w, day)}
            day += _DAY
        return {at for at in found if start < at < end}

    # -- clocks ----------------------------------------------------------------------------

    def after(self, start: datetime, duration: Duration) -> datetime:
        """The instant a duration after `start`, on the duration's clock (Rule CAL-3)."""
        match duration.clock:
            case Clock.ROUND_THE_CLOCK:
                return start.astimezone(UTC) + timedelta(seconds=duration.seconds)
            case Clock.COVERAGE:
                return self._run(start, timedelta(seconds=duration.seconds))
            case Clock.WORKING_DAYS:
                if duration.days == 0:
                    return start.astimezone(UTC)
                return self._closing(self.working_days_after(self.local_day(start), duration.days))

    def elapsed(self, start: datetime, end: datetime, clock: Clock) -> timedelta:
        """Work out how much of a clock ran between two instants; nothing if `end` is no later.

        Of WORKING_DAYS, whole days count: `timedelta(days=n)` once coverage has closed on the
        n-th working day after the local day of `start`.
        """
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end <= start:
            return timedelta(0)
        match clock:
            case Clock.ROUND_THE_CLOCK:
                return end - start
            case Clock.COVERAGE:
                return self._covered_time(start, end)
            case Clock.WORKING_DAYS:
                return timedelta(days=self._working_days_passed(start, end))

    def before(self, end: datetime, duration: Duration) -> datetime:
        """The latest instant, to the second, from which the duration ends by `end` (Rule CAL-3)."""
        far = max(duration.seconds, duration.days * 86400)
        while far and self.after(end - timedelta(seconds=far), duration) > end:
            far *= 2
        near = 0
        while near < far:
            middle = (near + far) // 2
            if self.after(end - timedelta(seconds=middle), duration) <= end:
                far = middle
            else:
                near = middle + 1
        return end - timedelta(seconds=far)

    # -- how -------------------------------------------------------------------------------

    def _instant(self, day: date, at: time) -> datetime:
        """The instant of a wall-clock time: where a night has it twice, the first."""
        return instant(datetime.combine(day, at), self.zone)

    def _openings(
        self, hours: Hours, day: date, works: tuple[DayName, ...] = ()
    ) -> list[tuple[datetime, datetime]]:
        """List when hours that start on `day` open and close, in order; nothing where they do not.

        They close past midnight if they close "earlier", also where the day after is a day off.
        """
        if hours.always:
            return [(self._instant(day, time.min), self._instant(day + _DAY, time.min))]
        nevertheless = bool(works) and self._days.named(works, day)
        if self._days.closed(day) and not nevertheless:
            return []
        found = [self._opening(w, day) for w in hours.windows if day.weekday() in w.days]
        if not nevertheless:
            found = [self._narrowed(day, opens, closes) for opens, closes in found]
        # a night's change may swallow one
        return sorted((opens, closes) for opens, closes in found if opens < closes)

    def _opening(self, window: Window, day: date) -> tuple[datetime, datetime]:
        last = day if window.closes > window.opens else day + _DAY
        return self._instant(day, window.opens), self._instant(last, window.closes)

    def _narrowed(self, day: date, opens: datetime, closes: datetime) -> tuple[datetime, datetime]:
        """Return what a half-day leaves of the hours that start on it."""
        half = self._days.half(day)
        if half is not None and half.opens is not None:
            opens = max(opens, self._instant(day, half.opens))
        if half is not None and half.closes is not None:
            closes = min(closes, self._instant(day, half.closes))
        return opens, closes

    def _windows(
        self,
        hours: Hours,
        *,
        first: date,
        last: date | None = None,
        works: tuple[DayName, ...] = (),
    ) -> Iterator[tuple[datetime, datetime]]:
        """The openings from a day on, up to another."""
        day, shut = first, 0
        while last is None or day <= last:
            openings = self._openings(hours, day, works)
            yield from openings
            shut = 0 if openings else shut + 1
            if shut > _LONGEST_CLOSURE:
                raise ValueError(f"no opening hours in the year before {day}")
            day += _DAY

    def _run(self, start: datetime, left: timedelta) -> datetime:
        """The first instant by which coverage has run for `left`."""
        start = start.astimezone(UTC)
        if not left or self.coverage.hours.always:
            return start + left
        for opens, closes in self._windows(self.coverage.hours, first=self.local_day(start) - _DAY):
            begins = max(opens, start)
            if begins + left <= closes:
                return begins + left
            left -= max(closes - begins, timedelta(0))
        raise AssertionError("openings without end have ended")

    def _covered_time(self, start: datetime, end: datetime) -> timedelta:
        hours = self.coverage.hours
        if hours.always:
            return end - start
        openings = self.openings(hours, start, end)
        return sum((closes - opens for opens, closes in openings), timedelta(0))

    def _working_days_passed(self, start: datetime, end: datetime) -> int:
        passed, day, last = 0, self.local_day(start) + _DAY, self.local_day(end)
        while day <= last:
            if self.is_working_day(day) and self._closing(day) <= end:
                passed += 1
            day += _DAY
        return passed

    def _closing(self, day: date) -> datetime:
        """Return when coverage closes on a working day for the last time."""
        hours = self.coverage.hours
        if hours.always:
            return self._instant(day + _DAY, time.min)
        if openings := self._openings(hours, day):
            return openings[-1][1]
        return self._narrowed(day, *self._opening(hours.windows[0], day))[1]
