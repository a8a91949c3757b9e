"""Telling who keeps the list whom of a rung no way is known to lead to, in time (Rule ESC-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from escalation.base.evolve import replace
from escalation.base.journal_actions.cover import CoverAction
from escalation.contract import PROVIDER, Contract, Post, Role, Rota
from escalation.contract.rota_overrides import Swaps
from escalation.cover.watching import posts
from escalation.decision.context import Context
from escalation.duty.availability import there
from escalation.messages.cover import UnreachedPeople
from escalation.messages.destinations import PROVIDER_ROOM, Destination, person
from escalation.records.duty_watch import DutyWatch

AGAIN = timedelta(days=7)
LATE = timedelta(hours=1)  # what is known then is of before an outage of ours: the next day tells

Reached = Callable[[set[str], datetime], set[str]]


def look(context: Context, watch: DutyWatch, reached: Reached) -> DutyWatch:
    """Tell each who keeps a list of those not reached: once, and again each week."""
    contract, now = context.contract, context.now
    days = contract.escalation.reached_within_days
    if days is None or context.late > LATE:
        return watch
    since, today = now - timedelta(days=days), now.astimezone(contract.zone).date()
    called = _called(contract, now)
    lost = called.keys() - reached({*called}, since)
    told = {who: day for who, day in watch.unreached.items() if who in lost}
    news: dict[Destination, list[str]] = defaultdict(list)
    for who in sorted(lost):
        if who not in told or today - told[who] >= AGAIN:
            told[who] = today
            for place in _keepers(context, who, called[who], lost):
                news[place].append(who)
    for place, people in news.items():
        context.record(watch.id, CoverAction.UNREACHED_TOLD, to=str(place), people=people)
        context.notify(UnreachedPeople(people=tuple(people), days=days), watch.id, place)
    return replace(watch, unreached=told)


def _called(contract: Contract, now: datetime) -> dict[str, list[Post]]:
    """List whoever may be called, now or later, and at which posts: stand-ins too."""
    found: dict[str, list[Post]] = defaultdict(list)
    for _, _, post in posts(contract):
        people = [*post.people]
        for rota_id in post.rotas:
            people += _turns(contract, contract.rota(rota_id), now)
        today = now.astimezone(contract.zone).date()
        people += [
            absence.stand_in
            for who in people
            if contract.knows(who)
            for absence in contract.person(who).absences
            if absence.stand_in and absence.last >= today
        ]
        for who in dict.fromkeys(filter(contract.knows, people)):
            found[who].append(post)
    return found


def _turns(contract: Contract, rota: Rota, now: datetime) -> Iterator[str]:
    """List who takes turns from now on: not those of lists that others have followed."""
    today = now.astimezone(contract.zone).date()
    begun = sum(change.starts < today for change in rota.changes)
    for people in (rota.people, *(change.people for change in rota.changes))[begun:]:
        yield from people
    bounds = Swaps(rota.overrides, contract.zone).bounds
    for override, (_, end) in zip(rota.overrides, bounds, strict=True):
        if end > now:
            yield override.person


def _keepers(context: Context, who: str, at: list[Post], lost: set[str]) -> tuple[Destination, ...]:
    """List who keeps the lists of somebody and can be told; the provider's room for want of any."""
    contract, firm = context.contract, context.contract.person(who).organisation
    rotas = [contract.rota(rota_id) for post in at for rota_id in post.rotas]
    named = [keeper for rota in rotas if who in rota.everybody for keeper in rota.kept_by]
    manager = Role.SERVICE_DELIVERY_MANAGER
    managers = contract.holders(manager, firm) or contract.holders(manager, PROVIDER)
    keepers = there(contract, named or [each.id for each in managers], context.now)
    return tuple(person(each) for each in keepers if each not in lost) or (PROVIDER_ROOM,)
