"""Find what a change would clash with, and when (Rule CHG-4).

Each clash is a stretch of time: a window clashes with what it overlaps. What is searched for a
free slot is the same list, so that a slot that is proposed has no clash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from escalation.base.evolve import replace
from escalation.base.value import Value
from escalation.base.wall_clock import instant
from escalation.contract import CLIENT, PROVIDER, Contract, Hours, Post
from escalation.contract.processes.change_calendar import ChangeCalendar, ChangePeriod
from escalation.duty.ahead import stretches
from escalation.duty.availability import changes_of_absences, present
from escalation.duty.calendars import Calendar
from escalation.duty.supplier_hours import hours_of

_DAY = timedelta(days=1)
LONGEST_PERIOD = 366  # days, before and after a window, of a period in which it lies
Stretch = tuple[datetime, datetime]


class ClashKind(StrEnum):
    """Kinds of things that stand against a window (Rule CHG-4)."""

    CHANGE = "change"  # on the same component, or one of which either needs the other
    PERSON = "person"  # who carries it out carries out another one
    AWAY = "away"  # who carries it out is absent
    FREEZE = "freeze"
    CRITICAL = "critical"
    OPENING_HOURS = "opening_hours"
    NOBODY_ON_DUTY = "nobody_on_duty"
    SUPPLIER_HOURS = "supplier_hours"
    PRIORITY_1 = "priority_1"


# what lasts from when to when whatever window it is held against: it is told as it is, not as
# that part of it which the window meets
WHOLE = {ClashKind.CHANGE, ClashKind.PERSON, ClashKind.FREEZE, ClashKind.CRITICAL}
Subject = tuple[ClashKind, str, str]


class Clash(Value):
    """From `start` to `end`, excluded. `about`: a component, firm or person; `by`: what clashes."""

    kind: ClashKind
    start: datetime
    end: datetime
    about: str = ""
    by: str = ""

    @property
    def subject(self) -> Subject:
        """Find what clashes with what: one clash, in however many stretches."""
        return self.kind, self.about, self.by

    @property
    def key(self) -> str:
        """Name what it is, whenever it is: what was accepted is known by it."""
        return f"{self.kind.value}|{self.by or self.about}"

    @property
    def fact(self) -> str:
        """It as one fact of a refusal; `read` reads it back."""
        said = (self.start.isoformat(), self.end.isoformat(), self.kind.value, self.about, self.by)
        return "|".join(said)

    @classmethod
    def read(cls, fact: str) -> Clash:
        """A clash out of a fact."""
        start, end, kind, about, by = fact.split("|", 4)
        return cls(
            kind=ClashKind(kind),
            start=datetime.fromisoformat(start),
            end=datetime.fromisoformat(end),
            about=about,
            by=by,
        )


class Planned(Value):
    """A change that has a window."""

    id: str
    components: tuple[str, ...]
    start: datetime
    end: datetime
    carried_out_by: str = ""


class Work(Value):
    """Work to be done. `origin` is the incident that it cures, which it never clashes with.

    `hours` are those in which the catalogue has it carried out, where it names any.
    """

    components: tuple[str, ...]
    carried_out_by: str = ""
    origin: str = ""
    hours: Hours | None = None


class Circumstances(Value):
    """Facts that a window is looked at against: `planned` others, and open `priority_1` incidents.

    `hidden` are the numbers of those whose reader need not know of them (Rule CON-2).
    """

    contract: Contract
    rules: ChangeCalendar
    now: datetime
    planned: Sequence[Planned] = ()
    priority_1: Sequence[str] = ()
    hidden: frozenset[str] = frozenset()

    def told(self, found: Iterable[Clash]) -> tuple[Clash, ...]:
        """These clashes as they are told: without the numbers that are hidden."""
        return tuple(replace(each, by="") if each.by in self.hidden else each for each in found)

    def beside(self, change_id: str) -> Circumstances:
        """The same, as one of those planned sees it."""
        return replace(self, planned=[each for each in self.planned if each.id != change_id])


def others_in(keys: Iterable[str]) -> Iterator[tuple[str, ClashKind]]:
    """The other changes among what clashes, by its keys, and how they do."""
    for kind, _, other in (key.partition("|") for key in keys):
        if kind in {ClashKind.CHANGE, ClashKind.PERSON}:
            yield other, ClashKind(kind)


def affected(contract: Contract, components: Iterable[str]) -> tuple[str, ...]:
    """These components, and whatever needs them (Rule CFG-1)."""
    named = tuple(components)
    return tuple(dict.fromkeys((*named, *(y for x in named for y in contract.needed_by(x)))))


def clashes(work: Work, around: Circumstances, start: datetime, end: datetime) -> tuple[Clash, ...]:
    """List what a window clashes with: each once; another change and a period as they are planned,
    what has no length of its own from when to when within the window.
    """
    found: dict[Subject, Clash] = {}
    for each in sorted(taken(work, around, start, end), key=lambda clash: clash.start):
        first = found.get(each.subject, each)
        found[each.subject] = replace(first, end=max(first.end, each.end))
    return tuple(
        each
        if each.kind in WHOLE
        else replace(each, start=max(start, each.start), end=min(end, each.end))
        for each in found.values()
    )


def taken(work: Work, around: Circumstances, start: datetime, end: datetime) -> Iterator[Clash]:
    """Every stretch between two instants in which the work clashes with something.

    Who was to carry it out and has left stands against nothing: somebody else will.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if work.carried_out_by and not around.contract.knows(work.carried_out_by):
        work = replace(work, carried_out_by="")
    found = (
        *_others(work, around),
        *_urgent(work, around),
        *_periods(work, around, start, end),
        *_open(work, around, start, end),
        *_unattended(work, around, start, end),
    )
    return (each for each in found if each.start < end and start < each.end)


def _others(work: Work, around: Circumstances) -> Iterator[Clash]:
    contract = around.contract
    mine = set(affected(contract, work.components))
    mine |= {needed for each in work.components for needed in contract.depends_on(each)}
    for other in around.planned:
        if shared := [each for each in other.components if each in mine]:
            yield Clash(
                kind=ClashKind.CHANGE,
                start=other.start,
                end=other.end,
                about=shared[0],
                by=other.id,
            )
        if work.carried_out_by and work.carried_out_by == other.carried_out_by:
            yield Clash(
                kind=ClashKind.PERSON,
                start=other.start,
                end=other.end,
                about=work.carried_out_by,
                by=other.id,
            )


def _urgent(work: Work, around: Circumstances) -> Iterator[Clash]:
    until = Calendar.of(around.contract).after(around.now, around.rules.priority_1_ahead)
    for incident in around.priority_1:
        if incident != work.origin:
            yield Clash(kind=ClashKind.PRIORITY_1, start=around.now, end=until, by=incident)


def _periods(work: Work, around: Circumstances, start: datetime, end: datetime) -> Iterator[Clash]:
    touched = affected(around.contract, work.components)
    for kind, periods in (
        (ClashKind.FREEZE, around.rules.freezes),
        (ClashKind.CRITICAL, around.rules.critical),
    ):
        for period in periods:
            about = next((each for each in touched if each in period.components), "")
            if about or not period.components:
                for begins, ends in days_of(period, around.contract, start, end):
                    yield Clash(kind=kind, start=begins, end=ends, about=about, by=period.name)


def days_of(
    period: ChangePeriod, contract: Contract, start: datetime, end: datetime
) -> list[Stretch]:
    """List when a period holds that touches two instants: whole, from midnight to midnight."""
    calendar = Calendar.of(contract)
    day = _edge(period, calendar, calendar.local_day(start), -_DAY)
    last = _edge(period, calendar, calendar.local_day(end), _DAY)
    runs: list[tuple[date, date]] = []
    while day <= last:
        if _holds(period, calendar, day):
            begun = runs.pop()[0] if runs and runs[-1][1] == day else day
            runs.append((begun, day + _DAY))
        day += _DAY
    return [(_midnight(begins, contract), _midnight(ends, contract)) for begins, ends in runs]


def _midnight(day: date, contract: Contract) -> datetime:
    return instant(datetime.combine(day, time.min), contract.zone)


def _edge(period: ChangePeriod, calendar: Calendar, day: date, step: timedelta) -> date:
    """Find where a period in which a day lies begins, or ends; the day itself where none has it."""
    for _ in range(LONGEST_PERIOD):
        if not _holds(period, calendar, day):
            break
        day += step
    return day


def _holds(period: ChangePeriod, calendar: Calendar, day: date) -> bool:
    if period.first is not None and period.first <= day <= (period.last or period.first):
        return True
    if day.day in period.month_days:
        return True
    if not period.last_working_days or not calendar.is_working_day(day):
        return False
    return calendar.working_days_after(day, period.last_working_days).month != day.month


def _open(work: Work, around: Circumstances, start: datetime, end: datetime) -> Iterator[Clash]:
    calendar = Calendar.of(around.contract)
    for each, hours in hours_of_service(work, around.contract):
        for opens, closes in calendar.openings(hours, start, end):
            yield Clash(kind=ClashKind.OPENING_HOURS, start=opens, end=closes, about=each)


def hours_of_service(work: Work, contract: Contract) -> Iterator[tuple[str, Hours]]:
    """The opening hours of what is touched; what is open round the clock has none (ORG-5)."""
    known = {each.id: each.hours for each in contract.components}
    for each in affected(contract, work.components):
        if each in known and not known[each].always:
            yield each, known[each]


def _unattended(
    work: Work, around: Circumstances, start: datetime, end: datetime
) -> Iterator[Clash]:
    """List when nobody is there: of either firm, of a supplier; or not who carries it out."""
    contract = around.contract
    lowest = min(contract.echelons, key=lambda echelon: echelon.level)
    for firm, post in ((PROVIDER, lowest.provider), (CLIENT, lowest.client)):
        for begins, ends in _without(contract, post, start, end):
            yield Clash(kind=ClashKind.NOBODY_ON_DUTY, start=begins, end=ends, about=firm)
    known = {each.id: each.supplier for each in contract.components}
    for supplier in dict.fromkeys(known.get(each) for each in work.components):
        for begins, ends in _closed(contract, supplier or "", start, end):
            yield Clash(kind=ClashKind.SUPPLIER_HOURS, start=begins, end=ends, about=supplier or "")
    if work.carried_out_by:
        cuts = (start, *changes_of_absences(contract, start, end), end)
        for begins, ends in pairwise(cuts):
            if not present(contract, work.carried_out_by, begins):
                yield Clash(kind=ClashKind.AWAY, start=begins, end=ends, about=work.carried_out_by)


def _without(contract: Contract, post: Post, start: datetime, end: datetime) -> Iterator[Stretch]:
    for each in stretches(contract, post, start, end):
        if each.gap or not each.people:
            yield each.start, each.end


def _closed(contract: Contract, supplier: str, start: datetime, end: datetime) -> Iterator[Stretch]:
    """List when a supplier works not: by its duty, or outside its hours; where it has some."""
    rungs = [r for ladder in contract.ladders if ladder.towards == supplier for r in ladder.rungs]
    post = next((rung.supplier for rung in rungs if rung.supplier), None)
    if post is None:
        return
    if post.on_call:
        yield from _without(contract, post, start, end)
        return
    hours = list(hours_of(contract, post, supplier))
    if not hours or any(each.always for each, _ in hours):
        return
    calendar = Calendar.of(contract)
    works = [o for each, days in hours for o in calendar.openings(each, start, end, works=days)]
    for opens, closes in sorted(works):
        if start < opens:
            yield start, opens
        start = max(start, closes)
    if start < end:
        yield start, end
