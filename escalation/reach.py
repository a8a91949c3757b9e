"""Whom to reach at a post: on-call duty, holder, deputies, stand-ins (ORG-2, ORG-3, CAL-1)."""

from __future__ import annotations

from datetime import datetime

from escalation.calendars import Calendar
from escalation.contract import Contract, Post
from escalation.oncall import on_call


def queue(contract: Contract, calendar: Calendar, post: Post, at: datetime) -> tuple[str, ...]:
    """The people to ping for a post, in order, nobody twice (Rules ORG-2, ORG-3).

    Outside coverage hours whoever is on call comes first, if the post has a rota (Rule CAL-1);
    then the holder, then the deputies. In the place of somebody absent comes their stand-in, if
    there is one; else they are skipped. Empty when nobody is left.
    """
    named = post.people
    if post.on_call is not None and not calendar.covered(at):
        named = (on_call(contract, post.on_call, at), *named)
    reached = (
        person_id if present(contract, person_id, at) else stand_in(contract, person_id, at)
        for person_id in named
    )
    return tuple(dict.fromkeys(person_id for person_id in reached if person_id is not None))


def present(contract: Contract, person_id: str, at: datetime) -> bool:
    """Whether somebody is not absent on the contract's local day (Rule ORG-3)."""
    return not _away(contract, person_id, at)


def stand_in(contract: Contract, person_id: str, at: datetime) -> str | None:
    """Who is present in the place of somebody absent; None if nobody, or if they are present.

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
    """The stand-ins named by the absences that hold; both days included, on the local calendar."""
    absences = contract.person(person_id).absences
    if not absences:
        return []
    day = at.astimezone(contract.zone).date()
    return [a.stand_in for a in absences if a.first <= day <= a.last]
