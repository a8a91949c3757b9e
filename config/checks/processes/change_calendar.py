"""The calendar of changes: periods that have days, on components that there are (Rule CHG-4)."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks.durations import positive
from config.checks.references import named, twice
from config.faults import Fault, Where, fault
from escalation.contract import Contract
from escalation.contract.processes.change_calendar import ChangePeriod

MONTH_DAYS = range(1, 32)
MOST_WORKING_DAYS = 23  # that a month can have


def calendar(contract: Contract) -> Iterator[Fault]:
    """Each period has a name of its own and some days; times are not nothing."""
    if contract.changes is None:
        return
    at: Where = ("changes", "calendar")
    rules = contract.changes.calendar
    for name in ("priority_1_ahead", "caused_within"):
        yield from positive((*at, name), getattr(rules, name))
    for name, periods in (("freezes", rules.freezes), ("critical", rules.critical)):
        names: list[tuple[Where, str]] = []
        for i, period in enumerate(periods):
            yield from _period(contract, period, (*at, name, i))
            names.append(((*at, name, i, "name"), period.name))
        yield from twice("named_twice", names)


def _period(contract: Contract, period: ChangePeriod, where: Where) -> Iterator[Fault]:
    if not (period.first or period.month_days or period.last_working_days):
        yield fault("period_without_days", where, value=period.name)
    if period.last is not None and (period.first is None or period.last < period.first):
        yield fault("period_ends_first", (*where, "last"), value=period.last.isoformat())
    for j, day in enumerate(period.month_days):
        yield from named("not_a_month_day", (*where, "month_days", j), day, MONTH_DAYS)
    if not 0 <= period.last_working_days <= MOST_WORKING_DAYS:
        yield fault(
            "not_working_days", (*where, "last_working_days"), value=period.last_working_days
        )
    known = [component.id for component in contract.components]
    for j, component in enumerate(period.components):
        yield from named("unknown_component", (*where, "components", j), component, known)


CHECKS = (calendar,)
