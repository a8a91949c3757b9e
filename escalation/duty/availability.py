"""Find whom to reach at a post: on-call duty, holder, deputies, stand-ins (ORG-2, ORG-3, CAL-1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from escalation.base.evolve import replace
from escalation.base.wall_clock import instant
from escalation.contract import Contract, Post
from escalation.duty.calendars import Calendar
from escalation.duty.on_call import on_call, whole_shifts


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A stretch of on-call duty, `end` excluded: whose turn it is, and who answers.

    `instead_of`: for whom the one whose turn it is covers by agreement; "" for nobody (CAL-6).
    """

    rota: str
    start: datetime
    end: datetime
    whose: str
    person: str
    instead_of: str = ""


def queue(contract: Contract, calendar: Calendar, post: Post, at: datetime) -> tuple[str, ...]:
    """The people to ping for a post, in order, nobody twice (Rules ORG-2, ORG-3).

    Outside coverage hours whoever is on call comes first, if the post has a rota (Rule CAL-1);
    then the holder, then the deputies. In the place of somebody absent comes their stand-in, if
    there is one; else they are skipped. Empty when nobody is left.
    """
    return there(contract, (*on_duty(contract, calendar, post, at), *post.people), at)


def on_duty(contract: Contract, calendar: Calendar, post: Post, at: datetime) -> tuple[str, ...]:
    """Return whose on-call duty it is at a post, the second behind the first (Rules CAL-1, CAL-6).

    Nobody's in coverage hours, which are those of the moment (Rule ORG-10).
    """
    if contract.duty_hours is not None:
        calendar = Calendar(contract.duty_hours, contract.zone)
    people: list[str] = []
    for rota_ids in (post.on_call, post.behind):
        rotas = [contract.rota(rota_id) for rota_id in rota_ids]
        serving = [rota for rota in rotas if calendar.serves(rota, at)]
        serving.sort(key=lambda rota: not calendar.holiday_duty(rota, at))
        people += [on_call(contract, rota.id, at) for rota in serving]
    return tuple(dict.fromkeys(people))


def there(contract: Contract, people: Iterable[str], at: datetime) -> tuple[str, ...]:
    """These people, or whoever stands in for them; nobody twice (Rule ORG-3)."""
    found = (
        person if present(contract, person, at) else stand_in(contract, person, at)
        for person in people
    )
    return tuple(dict.fromkeys(person for person in found if person is not None))


def with_stand_ins(contract: Contract, people: Iterable[str], at: datetime) -> tuple[str, ...]:
    """These people, and whoever stands in for those away: for lists, which tell both (INC-8)."""
    named = [person for person in people if contract.knows(person)]
    return tuple(dict.fromkeys((*named, *there(contract, named, at))))


def level_at(contract: Contract, person_id: str, at: datetime) -> int:
    """The highest echelon somebody answers for: in a post, on duty, or standing in (CRI-2)."""
    calendar = Calendar.of(contract)
    return max(
        (
            echelon.level
            for echelon in contract.echelons
            for post in (echelon.provider, echelon.client)
            if person_id in post.people or person_id in queue(contract, calendar, post, at)
        ),
        default=0,
    )


def answering(contract: Contract, rota_id: str, start: datetime, end: datetime) -> list[Answering]:
    """List who answers for a rota, in whole shifts that touch `start` to `end` (CAL-1, ORG-3).

    A shift is parted where somebody's absence begins or ends: in the place of whoever is absent
    comes their stand-in; where nobody stands in, there is nothing. Raises KeyError.
    """
    found: list[Answering] = []
    for shift in whole_shifts(contract, rota_id, start, end):
        midnights = changes_of_absences(contract, shift.start, shift.end)
        for begins, ends in pairwise([shift.start, *midnights, shift.end]):
            there = present(contract, shift.person, begins)
            person = shift.person if there else stand_in(contract, shift.person, begins)
            if person is None:
                continue
            last = found[-1] if found else None
            if last and last.end == begins > shift.start and last.person == person:
                found[-1] = replace(last, end=ends)
            else:
                found.append(
                    Answering(
                        rota=rota_id,
                        start=begins,
                        end=ends,
                        whose=shift.person,
                        person=person,
                        instead_of=shift.instead_of,
                    )
                )
    return found


def present(contract: Contract, person_id: str, at: datetime) -> bool:
    """Return whether somebody is not absent on the contract's local day (Rule ORG-3)."""
    return not _away(contract, person_id, at)


def stand_in(contract: Contract, person_id: str, at: datetime) -> str | None:
    """Name who is present in the place of somebody absent; None if nobody, or if they are present.

    A stand-in who is absent too is replaced by their own.
    """
    asked, waiting = {person_id}, [person_id]
    while waiting:
        for deputy in _away(contract, waiting.pop(0), at):
            if deputy is None or deputy in asked:
                continue
            if present(contract, deputy, at):
                return deputy
            asked.add(deputy)
            waiting.append(deputy)
    return None


def _away(contract: Contract, person_id: str, at: datetime) -> list[str | None]:
    """The stand-ins named by the absences that hold; both days included, on the local calendar.

    Whoever the contract names no more is away, and nobody stands in.
    """
    if not contract.knows(person_id):
        return [None]
    absences = contract.person(person_id).absences
    if not absences:
        return []
    day = at.astimezone(contract.zone).date()
    return [a.stand_in for a in absences if a.first <= day <= a.last]


def changes_of_absences(contract: Contract, start: datetime, end: datetime) -> list[datetime]:
    """The instants between two others at which somebody's absence begins or is over."""
    first, last = (at.astimezone(contract.zone).date() for at in (start, end))
    absences = [absence for person in contract.people for absence in person.absences]
    days = {absence.first for absence in absences if first <= absence.first <= last}
    days |= {a.last + timedelta(days=1) for a in absences if first <= a.last < last}
    midnights = (instant(datetime.combine(day, time.min), contract.zone) for day in days)
    return sorted(at for at in midnights if start < at < end)
