"""Tell whom a new version of a contract moves on or off duty, and when (Rules CAL-1, CAL-6).

Whatever opens follows the version in force: so whoever edits a list of people may change who is on
duty at this very instant. What moves is said, and whether the file said from when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from escalation.contract import CLIENT, PROVIDER, Contract, Post
from escalation.duty.on_call import Shift, shifts

AHEAD = timedelta(weeks=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyMove:
    """A stretch of duty that passes from one person to another, `end` excluded.

    `rota` is the new one's id, or the old one's where no rota takes its place; `was` and `becomes`
    are person ids, or None for nobody. `dated`: the file says from when.
    """

    rota: str
    start: datetime
    end: datetime
    was: str | None
    becomes: str | None
    dated: bool

    def as_fact(self) -> str:
        """The move on one line of the journal: `operations 2026-…Z/2026-…Z lea > ines`."""
        start, end = (f"{at:%Y-%m-%dT%H:%MZ}" for at in (self.start, self.end))
        return f"{self.rota} {start}/{end} {self.was or '-'} > {self.becomes or '-'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingChange:
    """A change of a rota that lies ahead, and whom it moves until AHEAD, or the next change."""

    rota: str
    start: datetime
    people: tuple[str, ...]
    moves: list[DutyMove]


def moves(old: Contract, new: Contract, now: datetime) -> list[DutyMove]:
    """Return whose duty differs between two versions, from now until AHEAD, in order of time."""
    now = now.astimezone(UTC)
    found = [
        move
        for before, after in dict.fromkeys(_rotas_of_posts(old, new))
        for move in _moved(old, new, before, after, now, now + AHEAD)
    ]
    return sorted(found, key=lambda move: (move.start, move.rota))


def coming_changes(contract: Contract, now: datetime) -> list[ComingChange]:
    """The changes of the file that lie ahead, each beside what would be without it."""
    found = []
    for rota in contract.rotas:
        changes = contract.duty_turns(rota.id).changes
        until = dict(pairwise(changes))
        for number, (start, held) in enumerate(changes.items()):
            if start <= now:
                continue
            before = replace(rota, changes=rota.changes[:number])
            rotas = tuple(before if each is rota else each for each in contract.rotas)
            end = min(start + AHEAD, until.get(start, start + AHEAD))
            moved = _moved(replace(contract, rotas=rotas), contract, rota.id, rota.id, start, end)
            dated = [replace(move, dated=True) for move in moved]
            found.append(ComingChange(rota=rota.id, start=start, people=held.people, moves=dated))
    return sorted(found, key=lambda change: (change.start, change.rota))


def _rotas_of_posts(old: Contract, new: Contract) -> Iterator[tuple[str | None, str | None]]:
    """The rota of each post before and after, so that a rota under another id is seen as well."""
    before, after = dict(_on_call_posts(old)), dict(_on_call_posts(new))
    for post in dict.fromkeys((*after, *before)):
        yield before.get(post), after.get(post)


def _on_call_posts(contract: Contract) -> Iterator[tuple[tuple[str, int, int], str]]:
    """Each rota that a post has, by firm, level and place, with its id."""
    posts: list[tuple[str, int, Post | None]] = []
    for echelon in contract.echelons:
        posts.append((PROVIDER, echelon.level, echelon.provider))
        posts.append((CLIENT, echelon.level, echelon.client))
    posts += [
        (ladder.towards, rung.level, rung.supplier)
        for ladder in contract.ladders
        for rung in ladder.rungs
    ]
    for firm, level, post in posts:
        for place, rota_id in enumerate(post.rotas if post is not None else ()):
            yield (firm, level, place), rota_id


def _moved(
    old: Contract,
    new: Contract,
    before: str | None,
    after: str | None,
    now: datetime,
    until: datetime,
) -> Iterator[DutyMove]:
    """The stretches that pass from one person to another; those between the same two as one."""
    was = [] if before is None else shifts(old, before, now, until)
    becomes = [] if after is None else shifts(new, after, now, until)
    said = _said(old, new, before, after, now)
    last: DutyMove | None = None
    cuts = sorted({shift.start for shift in (*was, *becomes)})
    for start, end in pairwise((*cuts, until)):
        one, other = _holding(was, start), _holding(becomes, start)
        move = DutyMove(
            rota=after or before or "",
            start=start,
            end=end,
            was=one.person if one else None,
            becomes=other.person if other else None,
            dated=(other is not None and other.swapped) or any(day <= start for day in said),
        )
        if move.was == move.becomes:
            continue
        if last is not None and last == replace(move, start=last.start, end=start):
            last = replace(last, end=end)
            continue
        if last is not None:
            yield last
        last = move
    if last is not None:
        yield last


def _said(
    old: Contract, new: Contract, before: str | None, after: str | None, now: datetime
) -> list[datetime]:
    """The instants ahead from which the new version, and not yet the old, has another list."""
    if after is None:
        return []
    known = {} if before is None else old.duty_turns(before).changes
    changes = new.duty_turns(after).changes
    return [start for start, held in changes.items() if start > now and known.get(start) != held]


def _holding(duty: Sequence[Shift], at: datetime) -> Shift | None:
    return next((shift for shift in duty if shift.start <= at < shift.end), None)
