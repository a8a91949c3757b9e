"""Tell who is on call [astreinte] (Rule CAL-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from escalation.base.evolve import replace
from escalation.contract import Contract, CoverOverride, Override
from escalation.contract.rota_turns import DutyTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A stretch of on-call duty, `end` excluded; `swapped` when it comes from an override.

    `instead_of`: whose duty it would be, where they cover for somebody by agreement (CAL-6).
    """

    person: str
    start: datetime
    end: datetime
    swapped: bool = False
    instead_of: str = ""


def on_call(contract: Contract, rota_id: str, at: datetime) -> str:
    """Return whose duty it is at an instant: the last override that holds, else whose turn it is.

    Turns pass at the `hand_over` time of the contract's wall clock. Raises KeyError.
    """
    rota = contract.rota(rota_id)
    override = contract.swaps(rota_id).at(at)
    if override is not None:
        return rota.overrides[override].person
    return contract.duty_turns(rota_id).person_at(at)


def covers_for(contract: Contract, rota_id: str, at: datetime) -> str:
    """For whom whoever is on duty covers by agreement at an instant; "" for nobody (CAL-6)."""
    number = contract.swaps(rota_id).at(at)
    return "" if number is None else _instead_of(contract.rota(rota_id).overrides[number])


def _instead_of(holds: DutyTurn | Override) -> str:
    return holds.instead_of if isinstance(holds, CoverOverride) else ""


def shifts(contract: Contract, rota_id: str, start: datetime, end: datetime) -> list[Shift]:
    """The duty from `start` to `end`, without a hole: one shift a turn or override, in order."""
    rota, swaps = contract.rota(rota_id), contract.swaps(rota_id)
    turns = contract.duty_turns(rota_id)
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return []
    cuts = {start}
    for each in swaps.between(start, end):
        cuts |= {each.start, each.end}
    cuts |= {turn.start for turn in turns.between(start, end)}
    instants = sorted(cut for cut in cuts if start <= cut < end)

    found: list[Shift] = []
    last_source: DutyTurn | int | None = None
    for begins, ends in zip(instants, [*instants[1:], end], strict=True):
        override = swaps.at(begins)
        source = turns.at(begins) if override is None else override
        if source == last_source:
            found[-1] = replace(found[-1], end=ends)
            continue
        last_source = source
        swapped = not isinstance(source, DutyTurn)
        holds = source if isinstance(source, DutyTurn) else rota.overrides[source]
        found.append(
            Shift(
                person=holds.person,
                start=begins,
                end=ends,
                swapped=swapped,
                instead_of=_instead_of(holds),
            )
        )
    return found


def whole_shifts(contract: Contract, rota_id: str, start: datetime, end: datetime) -> list[Shift]:
    """The shifts that touch `start` to `end`, each from its own beginning to its own end."""
    turns = contract.duty_turns(rota_id)
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    touching = [
        (begins, ends)
        for begins, ends in contract.swaps(rota_id).bounds
        if begins < end and start < ends
    ]
    touching += [(turns.at(start).start, start), (end, turns.at(end).end)]
    first, last = min(begins for begins, _ in touching), max(ends for _, ends in touching)
    return [
        shift
        for shift in shifts(contract, rota_id, first, last)
        if shift.start < end and start < shift.end
    ]
