"""The covers in force, as what they make of the contract's rotas (Rule CAL-6).

Whoever asks who is on duty asks a contract: with its covers, it answers as they have it. A cover
gives to one what would be another's duty, whatever the version of the contract: where that has
moved the turn, or names one of the two no more, it gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


def gives(contract: Contract, cover: Cover, at: datetime) -> bool:
    """Return whether there is something to cover, under a contract with the covers in force.

    Of a swap both turns, so far as they are ahead: nobody gives one for nothing in return. What
    is not in force yet is given whole, or not at all.
    """
    if cover.state is CoverState.IN_FORCE:
        given = [
            (override.instead_of, override.start)
            for rota in contract.rotas
            for override in rota.overrides
            if isinstance(override, CoverOverride) and override.cover == cover.id
        ]
        ahead = [each for each in cover.reliefs(cover.taken_by or "") if at < each.spell.end]
        return all(any(_in(each, *of) for of in given) for each in ahead)
    takers = (cover.taken_by,) if cover.taken_by else cover.asked
    return not taken_elsewhere(contract, cover) and any(
        relieved(contract, cover, taker) for taker in takers
    )


def _in(relief: Relief, of: str, start: datetime) -> bool:
    return relief.of == of and relief.spell.start <= start < relief.spell.end


def taken_elsewhere(contract: Contract, cover: Cover) -> bool:
    """Tell whether by a cover in force others have hours that this one gives already (CAL-6)."""
    given = [
        override
        for rota in contract.rotas
        if rota.id == cover.rota
        for override in rota.overrides
        if isinstance(override, CoverOverride) and override.cover != cover.id
    ]
    return any(
        shift.person != relief.of
        and any(
            o.instead_of == relief.of and o.start < shift.end and shift.start < o.end for o in given
        )
        for relief in cover.reliefs(cover.taken_by or cover.asked[0])
        if given
        for shift in shifts(contract, cover.rota, relief.spell.start, relief.spell.end)
    )


def promised(cover: Cover, others: Iterable[Cover]) -> Cover | None:
    """Another that waits for an answer, and gives the same hours of the same duty (CAL-6).

    What is wanted in return is no promise, until whoever would give it agrees.
    """
    mine = list(cover.reliefs(cover.asked[0]))
    for other in others:
        if other.rota != cover.rota or other.state not in {CoverState.ASKED, CoverState.AGREED}:
            continue
        for theirs in other.reliefs(other.taken_by or ""):  # asked only: in return, nobody's yet
            if any(theirs.of == each.of and theirs.spell.meets(each.spell) for each in mine):
                return other
    return None


def kept(contract: Contract, cover: Cover) -> Iterator[tuple[Relief, datetime, datetime]]:
    """The hours that stay with whoever gives the rest: the other is away, and nobody stands in."""
    taker = cover.taken_by or (cover.asked[0] if len(cover.asked) == 1 else "")
    if not taker or cover.rota not in {rota.id for rota in contract.rotas}:
        return
    for relief in cover.reliefs(taker):
        for start, end, there_then in _theirs(contract, cover.rota, relief):
            if not there_then:
                yield relief, start, end


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
    """List what a cover gives if that colleague takes it: nothing where it has nothing to give."""
    if cover.rota not in {rota.id for rota in contract.rotas}:
        return []
    found: list[CoverOverride] = []
    for relief in cover.reliefs(taker):
        for start, end, there_then in _theirs(contract, cover.rota, relief):
            if not there_then:
                continue
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
) -> Iterator[tuple[datetime, datetime, bool]]:
    """Yield when the duty is that of whoever is relieved; whether somebody is there in their place.

    While the one who covers is away, and nobody stands in, it is theirs again.
    """
    for shift in shifts(contract, rota_id, relief.spell.start, relief.spell.end):
        if shift.person != relief.of:
            continue
        midnights = changes_of_absences(contract, shift.start, shift.end)
        for start, end in pairwise((shift.start, *midnights, shift.end)):
            yield start, end, bool(there(contract, (relief.by,), start))


def covered_by(contract: Contract, post: Post, person: str, at: datetime) -> str | None:
    """For whom somebody who is called at a post covers at an instant; None for nobody."""
    for rota_id in post.rotas:
        whose = covers_for(contract, rota_id, at)
        if whose and person in there(contract, (on_call(contract, rota_id, at),), at):
            return whose
    return None
