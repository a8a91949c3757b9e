"""Tell whose turn it is in a rota, under each of its lists of people (Rule CAL-1).

The rota's own list holds from the beginning; each of its `changes` from the hand-over of the day it
starts. The turn under way then ends, and the first of the new list begins.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalation.base.wall_clock import instant
from escalation.contract.rotas import Rota


@dataclass(frozen=True, slots=True)
class DutyTurn:
    """One person's turn, `end` excluded."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class RotaList:
    """People who take turns from the hand-over of a day on, the first of them first."""

    starts: date
    people: tuple[str, ...]
    hand_over: time
    turn_days: int

    def hand_over_to(self, turn: int, zone: ZoneInfo) -> datetime:
        """Return when a turn begins, 0 being the first."""
        day = self.starts + timedelta(days=turn * self.turn_days)
        return instant(datetime.combine(day, self.hand_over), zone)

    def turn_at(self, at: datetime, zone: ZoneInfo) -> int:
        """The number of the turn under way, 0 being the first."""
        turn, day = divmod((at.astimezone(zone).date() - self.starts).days, self.turn_days)
        while at < self.hand_over_to(turn, zone):  # twice where a zone skipped a day
            turn -= 1
        # a clock set back over midnight shows the last day once more
        last = day == self.turn_days - 1
        return turn + 1 if last and at >= self.hand_over_to(turn + 1, zone) else turn


class DutyTurns:
    """The turns of a rota, without a hole.

    Before the rota `starts` they are counted backwards, so that somebody always answers.
    """

    def __init__(self, rota: Rota, zone: ZoneInfo) -> None:
        self._zone = zone
        self._lists = sorted(lists_of(rota), key=lambda each: each.hand_over_to(0, zone))
        self._changes = [each.hand_over_to(0, zone) for each in self._lists[1:]]

    @property
    def changes(self) -> dict[datetime, RotaList]:
        """The list that each change puts in force, by the instant of its first hand-over."""
        return dict(zip(self._changes, self._lists[1:], strict=True))

    def at(self, at: datetime) -> DutyTurn:
        """The turn under way at an instant."""
        place = bisect_right(self._changes, at)
        held = self._lists[place]
        turn = held.turn_at(at, self._zone)
        end = held.hand_over_to(turn + 1, self._zone)
        if place < len(self._changes):
            end = min(end, self._changes[place])
        person = held.people[turn % len(held.people)]
        return DutyTurn(person, held.hand_over_to(turn, self._zone), end)

    def person_at(self, at: datetime) -> str:
        """Return whose turn it is at an instant."""
        held = self._held(at)
        return held.people[held.turn_at(at, self._zone) % len(held.people)]

    def between(self, start: datetime, end: datetime) -> Iterator[DutyTurn]:
        """The turns that touch `start` to `end`, in order."""
        at = start.astimezone(UTC)
        while at < end:
            turn = self.at(at)
            yield turn
            at = turn.end

    def people_at(self, at: datetime) -> tuple[str, ...]:
        """Everybody who takes turns at an instant."""
        return self._held(at).people

    def _held(self, at: datetime) -> RotaList:
        """The list that holds at an instant."""
        return self._lists[bisect_right(self._changes, at)]


def lists_of(rota: Rota) -> Iterator[RotaList]:
    """The lists of a rota as its file has them; what a change leaves out goes on from before."""
    hand_over, turn_days = rota.hand_over, rota.turn_days
    yield RotaList(rota.starts, rota.people, hand_over, turn_days)
    for change in rota.changes:
        hand_over = hand_over if change.hand_over is None else change.hand_over
        turn_days = turn_days if change.turn_days is None else change.turn_days
        yield RotaList(change.starts, change.people, hand_over, turn_days)
