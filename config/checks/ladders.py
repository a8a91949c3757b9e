"""Echelons, ladders and what starts an escalation up them (Rules ORG-2, ESC-2 to ESC-6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from config.checks.durations import ping_interval, positive, shorter_first
from config.checks.priorities import LEVELS, priorities_of
from config.checks.references import level as known_level
from config.checks.references import named, people, person, twice
from config.faults import Fault, Where, fault, resting
from escalation.base.durations import Duration
from escalation.contract import CLIENT, PROVIDER, Contract, Echelon, Ladder, Post, Rung, Trigger


def echelons(contract: Contract) -> Iterator[Fault]:
    """Levels ascend, and on each both firms name people of their own (Rule ORG-2)."""
    if not contract.echelons:
        yield fault("echelons_missing", ("echelons",))
    for i, (below, above) in enumerate(pairwise(contract.echelons), start=1):
        if above.level <= below.level:
            other: Where = ("echelons", i - 1, "level")
            yield fault("levels_not_ascending", ("echelons", i, "level"), other=other)
    for i, echelon in enumerate(contract.echelons):
        if echelon.level < 1:
            yield fault("level_out_of_range", ("echelons", i, "level"), value=echelon.level)
        for side, post in ((PROVIDER, echelon.provider), (CLIENT, echelon.client)):
            if not post.people:
                yield fault("post_empty", ("echelons", i, side, "people"), firm=side)
            yield from _post(contract, ("echelons", i, side), post, side)


def _post(contract: Contract, where: Where, post: Post, firm: str) -> Iterator[Fault]:
    yield from people(contract, (*where, "people"), post.people, firm=firm)
    for field, rota_ids in (("on_call", post.on_call), ("behind", post.behind)):
        for i, rota_id in enumerate(rota_ids):
            here: Where = (*where, field, i)
            yield from named("unknown_rota", here, rota_id, (rota.id for rota in contract.rotas))
            for rota in contract.rotas:
                if rota.id == rota_id:
                    for person_id in rota.everybody:
                        if contract.knows(person_id):
                            yield from person(contract, here, person_id, firm=firm)


def ladders(contract: Contract) -> Iterator[Fault]:
    """One ladder leads to the client and one to each supplier, rung by rung upwards (ESC-3)."""
    known = (CLIENT, *(supplier.id for supplier in contract.suppliers))
    led_to = [ladder.towards for ladder in contract.ladders]
    unclear: list[Where] = [
        ("ladders", i, "towards") for i, firm in enumerate(led_to) if firm not in known
    ]
    for firm in known:
        if firm not in led_to:
            yield resting(fault("ladder_missing", ("ladders",), firm=firm), unclear)
    towards: list[tuple[Where, str]] = []
    for i, ladder in enumerate(contract.ladders):
        where: Where = ("ladders", i)
        towards.append(((*where, "towards"), ladder.towards))
        yield from named("unknown_towards", (*where, "towards"), ladder.towards, known)
        if not ladder.rungs:
            yield fault("ladder_without_rungs", (*where, "rungs"), ladder=ladder.id)
        for j, (below, above) in enumerate(pairwise(ladder.rungs), start=1):
            if above.level <= below.level:
                other: Where = (*where, "rungs", j - 1, "level")
                yield fault("levels_not_ascending", (*where, "rungs", j, "level"), other=other)
        for j, rung in enumerate(ladder.rungs):
            yield from _rung(contract, (*where, "rungs", j), ladder, rung)
    yield from twice("towards_twice", towards)


def _rung(contract: Contract, where: Where, ladder: Ladder, rung: Rung) -> Iterator[Fault]:
    levels = [echelon.level for echelon in contract.echelons]
    yield from known_level(contract, (*where, "level"), rung.level)
    for name, durations in (("acknowledge", rung.acknowledge), ("settle", rung.settle)):
        yield from _by_priority((*where, name), durations, priorities_of(contract))
    for level, duration in rung.acknowledge.items():
        key = str(level)
        yield from ping_interval((*where, "acknowledge", key), duration)
        if level in rung.settle:
            yield from positive((*where, "settle", key), rung.settle[level])
            yield from shorter_first(
                "settle_before_acknowledge",
                (*where, "settle", key),
                (*where, "acknowledge", key),
                rung.settle[level],
                duration,
            )
    if rung.level in levels:
        echelon = contract.echelon(rung.level)
        yield from _sides(contract, where, ladder, rung, echelon)


def _by_priority(
    where: Where, durations: Mapping[int, Duration], needed: Collection[int]
) -> Iterator[Fault]:
    for level in needed:
        if level not in durations:
            yield fault("rung_without_priority", where, priority=level)
    for level in durations:
        if level not in LEVELS:
            here: Where = (*where, str(level))
            yield fault("key_not_allowed", here, value=level, allowed=LEVELS, suggestion="")


def _sides(
    contract: Contract, where: Where, ladder: Ladder, rung: Rung, echelon: Echelon
) -> Iterator[Fault]:
    """Somebody on each side of the rung can be reached (Rule ESC-3)."""
    posts = [(PROVIDER, echelon.provider)]
    if ladder.towards == CLIENT:
        posts.append((CLIENT, echelon.client))
        if rung.supplier is not None:
            yield fault("supplier_not_here", (*where, "supplier"))
    elif rung.supplier is None:
        yield fault("supplier_people_missing", where, supplier=ladder.towards)
    else:
        posts.append((ladder.towards, rung.supplier))
        yield from _post(contract, (*where, "supplier"), rung.supplier, ladder.towards)
    for firm, post in posts:
        told = not post.people and post is not rung.supplier  # at the echelon
        if not told and all(_unreachable(contract, person_id) for person_id in post.people):
            yield fault("rung_unreachable", where, firm=firm, level=rung.level)


def _unreachable(contract: Contract, person_id: str) -> bool:
    """Known, and without any means to find them; somebody unknown is a fault of its own."""
    if not contract.knows(person_id):
        return False
    somebody = contract.person(person_id)
    return not (somebody.slack or somebody.email)


def automatic(contract: Contract) -> Iterator[Fault]:
    """Cases lead to known ladders, and a priority 1 escalates by itself (ESC-4, INC-8)."""
    known = [ladder.id for ladder in contract.ladders]
    ids: tuple[Where, ...] = tuple(("ladders", i, "id") for i in range(max(len(known), 1)))
    cases = contract.escalation.automatic
    for i, case in enumerate(cases):
        where: Where = ("escalation", "automatic", i)
        yield from named("unknown_ladder", (*where, "ladder"), case.ladder, known, ids)
        if not case.priorities:
            yield fault("case_without_priorities", (*where, "priorities"))
        for j, level in enumerate(case.priorities):
            if level not in LEVELS:
                yield fault("priority_out_of_range", (*where, "priorities", j), value=level)
    starting = (c for c in cases if c.trigger is Trigger.PRIORITY_1_OPENED and 1 in c.priorities)
    if not any(starting):
        yield fault("priority_1_not_escalated", ("escalation", "automatic"))


def escalating(contract: Contract) -> Iterator[Fault]:
    """Numbers and pauses that would make an escalation stand still or race (ESC-4 to ESC-6)."""
    rules = contract.escalation
    for name, count in (
        ("reopened_times", rules.reopened_times),
        ("pings_per_person", rules.pings_per_person),
        ("overdue_top", rules.overdue_top),
        ("reached_within_days", rules.reached_within_days),
    ):
        if count is not None and count < 1:
            yield fault("number_too_small", ("escalation", name), value=count)
    yield from ping_interval(("escalation", "repeat_at_top"), rules.repeat_at_top)
    yield from ping_interval(("escalation", "snooze"), rules.snooze)
    if rules.unreachable is not None:
        yield from person(contract, ("escalation", "unreachable"), rules.unreachable)


CHECKS = (echelons, ladders, automatic, escalating)
