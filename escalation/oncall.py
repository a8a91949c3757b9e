"""Who is on call [astreinte] (Rule CAL-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from escalation.contract import Contract, Rota
from escalation.evolve import replace
from escalation.wall_clock import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A stretch of on-call duty, `end` excluded; `swapped` when it comes from an override."""

    person: str
    start: datetime
    end: datetime
    swapped: bool = False


def on_call(contract: Contract, rota_id: str, at: datetime) -> str:
    """Whose duty it is at an instant: the last override that holds, else whose turn it is.

    Turns pass at the `hand_over` time of the contract's wall clock. Before the rota `starts`
    they are counted backwards, so that somebody always answers. Raises KeyError.
    """
    rota = contract.rota(rota_id)
    override = contract.swaps(rota_id).at(at)
    if override is not None:
        return rota.overrides[override].person
    return _whose(rota, _turn(rota, contract.zone, at))


def shifts(contract: Contract, rota_id: str, start: datetime, end: datetime) -> list[Shift]:
    """The duty from `start` to `end`, without a hole: one shift a turn or override, in order."""
    rota, zone, swaps = contract.rota(rota_id), contract.zone, contract.swaps(rota_id)
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return []
    cuts = {start}
    for each in swaps.between(start, end):
        cuts |= {each.start, each.end}
    for turn in range(_turn(rota, zone, start), _turn(rota, zone, end) + 1):
        cuts.add(_hand_over(rota, zone, turn))
    instants = sorted(cut for cut in cuts if start <= cut < end)

    found: list[Shift] = []
    last_source: tuple[bool, int] | None = None
    for begins, ends in zip(instants, [*instants[1:], end], strict=True):
        override = swaps.at(begins)
        source = (override is not None, _turn(rota, zone, begins) if override is None else override)
        if source == last_source:
            found[-1] = replace(found[-1], end=ends)
            continue
        swapped, index = last_source = source
        person = rota.overrides[index].person if swapped else _whose(rota, index)
        found.append(Shift(person=person, start=begins, end=ends, swapped=swapped))
    return found


def whole_shifts(contract: Contract, rota_id: str, start: datetime, end: datetime) -> list[Shift]:
    """The shifts that touch `start` to `end`, each from its own beginning to its own end."""
    rota, zone = contract.rota(rota_id), contract.zone
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    touching = [
        (begins, ends)
        for begins, ends in contract.swaps(rota_id).bounds
        if begins < end and start < ends
    ]
    touching.append((_hand_over(rota, zone, _turn(rota, zone, start)), start))
    touching.append((end, _hand_over(rota, zone, _turn(rota, zone, end) + 1)))
    first, last = min(begins for begins, _ in touching), max(ends for _, ends in touching)
    return [
        shift
        for shift in shifts(contract, rota_id, first, last)
        if shift.start < end and start < shift.end
    ]


def _hand_over(rota: Rota, zone: ZoneInfo, turn: int) -> datetime:
    """When a turn begins."""
    day = rota.starts + timedelta(days=turn * rota.turn_days)
    return instant(datetime.combine(day, rota.hand_over), zone)


def _turn(rota: Rota, zone: ZoneInfo, at: datetime) -> int:
    """The number of the turn under way, 0 being the first."""
    turn = (at.astimezone(zone).date() - rota.starts).days // rota.turn_days
    return turn if at >= _hand_over(rota, zone, turn) else turn - 1


def _whose(rota: Rota, turn: int) -> str:
    return rota.people[turn % len(rota.people)]
