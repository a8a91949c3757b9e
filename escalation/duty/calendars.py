"""Coverage hours, holidays and working days (Rules CAL-1 to CAL-3).

One definition holds for the three clocks, which makes `after` and `elapsed` inverse:
`after(start, duration)` is the first instant, not before `start`, at which
`elapsed(start, instant, duration.clock)` has reached the duration. So a zero duration ends at
once, a coverage duration that ends with the day ends at closing time and not next morning, and
J+n ends when coverage closes on the n-th working day after the local day of `start`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalation.base.durations import Clock, Duration
from escalation.base.wall_clock import instant
from escalation.contract import Contract, Coverage, DayName, Hours, SupportGroup
from escalation.duty.days_off import DaysOff, days_off

_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 366  # days; hours that never open in a year are a fault of the contract


@dataclass(frozen=True, slots=True)
class Calendar:
    """The clocks of one contract. All instants are aware; results are UTC."""

    coverage: Coverage
    zone: ZoneInfo
    _days: DaysOff = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the days off, which all calendars of the same coverage share."""
        object.__setattr__(self, "_days", days_off(self.coverage))

    @classmethod
    def of(cls, contract: Contract) -> Calendar:
        """The calendar of a contract."""
        return cls(contract.coverage, contract.zone)

    # -- days ------------------------------------------------------------------------------

    def local_day(self, at: datetime) -> date:
        """The date of an instant on the contract's wall clock."""
        return at.astimezone(self.zone).date()

    def is_day_off(self, day: date) -> bool:
        """Whether `day` is a closed day of the contract, or a public holiday (Rule CAL-2).

        A public holiday that is worked, be it for a part of the day, is none.
        """
        return self._days.closed(day)

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is one of the coverage's days of the week, and not a day off.

        A half-day is one, which ends when coverage closes on it (Rule CAL-5).
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
        """Whether `at` lies in some hours: opening included, closing excluded.

        Hours round the clock are always open; others are shut on days off and on the closed part
        of half-days, but for the days named by `works`.
        """
        if hours.always:
            return True
        day = self.local_day(at)
        windows = (self._window(hours, each, works) for each in (day - _DAY, day))
        return any(window is not None and window[0] <= at < window[1] for window in windows)

    def covered(self, at: datetime) -> bool:
        """Whether `at` lies in coverage hours (Rule CAL-1)."""
        return self.open(self.coverage.hours, at)

    def active(self, group: SupportGroup, at: datetime) -> bool:
        """Whether a support group works, which it may where the contract is closed (ORG-4)."""
        return self.open(group.hours, at, works=group.worked_days)

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
        """How much of a clock ran between two instants; nothing if `end` is not after `start`.

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

    # -- how -------------------------------------------------------------------------------

    def _instant(self, day: date, at: time) -> datetime:
        """The instant of a wall-clock time: where a night has it twice, the first."""
        return instant(datetime.combine(day, at), self.zone)

    def _window(
        self, hours: Hours, day: date, works: tuple[DayName, ...] = ()
    ) -> tuple[datetime, datetime] | None:
        """When hours that start on `day` open and close; None where they do not.

        They close past midnight if they close "earlier", also where the day after is a day off.
        """
        if hours.always:
            return self._instant(day, time.min), self._instant(day + _DAY, time.min)
        nevertheless = bool(works) and self._days.named(works, day)
        if day.weekday() not in hours.days or (self._days.closed(day) and not nevertheless):
            return None
        opens, closes = self._usual(hours, day)
        if not nevertheless:
            opens, closes = self._narrowed(day, opens, closes)
        return (opens, closes) if opens < closes else None  # a night's change may swallow it

    def _usual(self, hours: Hours, day: date) -> tuple[datetime, datetime]:
        last = day if hours.closes > hours.opens else day + _DAY
        return self._instant(day, hours.opens), self._instant(last, hours.closes)

    def _narrowed(self, day: date, opens: datetime, closes: datetime) -> tuple[datetime, datetime]:
        """What a half-day leaves of the hours that start on it."""
        half = self._days.half(day)
        if half is not None and half.opens is not None:
            opens = max(opens, self._instant(day, half.opens))
        if half is not None and half.closes is not None:
            closes = min(closes, self._instant(day, half.closes))
        return opens, closes

    def _windows(
        self, hours: Hours, *, first: date, last: date | None = None
    ) -> Iterator[tuple[datetime, datetime]]:
        """The openings from a day on, up to another."""
        day, shut = first, 0
        while last is None or day <= last:
            window = self._window(hours, day)
            if window is not None:
                yield window
            shut = 0 if window is not None else shut + 1
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
        first, last = self.local_day(start) - _DAY, self.local_day(end)
        return sum(
            (
                max(min(closes, end) - max(opens, start), timedelta(0))
                for opens, closes in self._windows(hours, first=first, last=last)
            ),
            timedelta(0),
        )

    def _working_days_passed(self, start: datetime, end: datetime) -> int:
        passed, day, last = 0, self.local_day(start) + _DAY, self.local_day(end)
        while day <= last:
            if self.is_working_day(day) and self._closing(day) <= end:
                passed += 1
            day += _DAY
        return passed

    def _closing(self, day: date) -> datetime:
        """When coverage closes on a working day."""
        hours = self.coverage.hours
        if hours.always:
            return self._instant(day + _DAY, time.min)
        return self._narrowed(day, *self._usual(hours, day))[1]
