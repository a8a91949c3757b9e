"""Tell who is called first at a post from now on, and where there is a gap or overlap (CAL-6)."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from escalation.base.evolve import replace
from escalation.base.value import Value
from escalation.contract import Contract, Post
from escalation.duty.availability import changes_of_absences, queue, there
from escalation.duty.calendars import Calendar
from escalation.duty.on_call import on_call, shifts


class Stretch(Value):
    """From `start` to `end`, excluded: who is called, in order; whether the duty is nobody's.

    `twice` are people on call at once, of rotas that are to take turns.
    """

    start: datetime
    end: datetime
    people: tuple[str, ...]
    gap: bool = False
    twice: tuple[str, ...] = ()


def stretches(contract: Contract, post: Post, start: datetime, end: datetime) -> list[Stretch]:
    """Get who is called at a post between two instants: one stretch as long as nothing changes."""
    calendar = Calendar.of(contract)
    rotas = [contract.rota(rota_id) for rota_id in post.rotas]
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    cuts = {start, end, *changes_of_absences(contract, start, end)}
    cuts |= calendar.changes(rotas, start, end)
    cuts |= {shift.start for rota in rotas for shift in shifts(contract, rota.id, start, end)}
    found: list[Stretch] = []
    for begins, ends in pairwise(sorted(cuts)):
        stretch = _at(contract, calendar, post, begins, ends)
        if found and replace(found[-1], end=ends) == replace(stretch, start=found[-1].start):
            found[-1] = replace(found[-1], end=ends)
        else:
            found.append(stretch)
    return found


def _at(
    contract: Contract, calendar: Calendar, post: Post, at: datetime, until: datetime
) -> Stretch:
    serving = [
        rota
        for rota in (contract.rota(rota_id) for rota_id in post.on_call)
        if calendar.serves(rota, at)
    ]
    of_days_off = [rota for rota in serving if calendar.holiday_duty(rota, at)]
    first = tuple(dict.fromkeys(on_call(contract, rota.id, at) for rota in of_days_off or serving))
    on_duty = bool(post.on_call) and not calendar.covered(at)
    return Stretch(
        start=at,
        end=until,
        people=queue(contract, calendar, post, at),
        gap=on_duty and not there(contract, first, at),
        twice=first if len(first) > 1 else (),
    )
