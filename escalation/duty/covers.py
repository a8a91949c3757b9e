"""The covers in force, as what they make of the contract's rotas (Rule CAL-6).

Whoever asks who is on duty asks a contract: with its covers, it answers as they have it. A cover
gives to one what would be another's duty, whatever the version of the contract: where that has
moved the turn, or names one of the two no more, it gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from escalation.contract import Contract, CoverOverride, Post
from escalation.duty.availability import changes_of_absences, there
from escalation.duty.on_call import covers_for, on_call, shifts
from escalation.records.cover import Cover, CoverState, Relief

MOST_KEPT = 8  # of the states of covers under one version


def with_covers(contract: Contract, covers: Sequence[Cover]) -> Contract:
    """The contract with the covers in force among its rotas' overrides; itself where none is."""
    holding = sorted(
        (cover for cover in covers if cover.state is CoverState.IN_FORCE),
        key=lambda cover: (cover.taken_at or cover.asked_at, cover.id),
    )
    key = tuple((cover.id, cover.version) for cover in holding)
    if not key:
        return contract
    kept = contract.under_covers.get(key)
    if kept is None:
        kept = contract
        for cover in holding:
            kept = _under(kept, cover)
        if len(contract.under_covers) >= MOST_KEPT:
            contract.under_covers.clear()
        contract.under_covers[key] = kept
    return kept


def gives(contract: Contract, cover: Cover) -> bool:
    """Whether there is something to cover, under a contract with the covers in force."""
    if cover.state is CoverState.IN_FORCE:
        return any(
            isinstance(override, CoverOverride) and override.cover == cover.id
            for rota in contract.rotas
            for override in rota.overrides
        )
    takers = (cover.taken_by,) if cover.taken_by else cover.asked
    return any(relieved(contract, cover, taker) for taker in takers)


def _under(contract: Contract, cover: Cover) -> Contract:
    added = relieved(contract, cover, cover.taken_by or "")
    if not added:
        return contract
    rotas = tuple(
        replace(rota, overrides=(*rota.overrides, *added)) if rota.id == cover.rota else rota
        for rota in contract.rotas
    )
    return replace(contract, rotas=rotas)


def relieved(contract: Contract, cover: Cover, taker: str) -> list[CoverOverride]:
    """What a cover gives if that colleague takes it: nothing where there is nothing to give."""
    if cover.rota not in {rota.id for rota in contract.rotas}:
        return []
    found: list[CoverOverride] = []
    for relief in cover.reliefs(taker):
        for start, end in _theirs(contract, cover.rota, relief):
            last = found[-1] if found else None
            if last and last.end == start and last.instead_of == relief.of:
                found[-1] = replace(last, end=end)
            else:
                found.append(
                    CoverOverride(
                        person=relief.by,
                        start=start,
                        end=end,
                        instead_of=relief.of,
                        cover=cover.id,
                    )
                )
    return found


def _theirs(
    contract: Contract, rota_id: str, relief: Relief
) -> Iterator[tuple[datetime, datetime]]:
    """When the duty is that of whoever is relieved, and somebody is there in their place.

    While the one who covers is away, and nobody stands in, it is theirs again.
    """
    for shift in shifts(contract, rota_id, relief.spell.start, relief.spell.end):
        if shift.person != relief.of:
            continue
        midnights = changes_of_absences(contract, shift.start, shift.end)
        for start, end in pairwise((shift.start, *midnights, shift.end)):
            if there(contract, (relief.by,), start):
                yield start, end


def covered_by(contract: Contract, post: Post, person: str, at: datetime) -> str | None:
    """For whom somebody who is called at a post covers at an instant; None for nobody."""
    for rota_id in post.rotas:
        whose = covers_for(contract, rota_id, at)
        if whose and person in there(contract, (on_call(contract, rota_id, at),), at):
            return whose
    return None
