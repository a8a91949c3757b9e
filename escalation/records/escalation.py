"""An escalation: where it stands on one ladder, side by side (Rules ESC-2, ESC-5)."""

from __future__ import annotations

from datetime import datetime

from escalation.base.evolve import replace
from escalation.base.value import Value


class Ping(Value):
    """One call to one person, made `at`. `due` is when the plan called for it, where not then."""

    person: str
    at: datetime
    number: int = 1  # the how-manieth call to this person at this rung
    due: datetime | None = None
    round: int = 1  # the how-manieth time that the queue is gone through
    added: bool = False  # called as well, out of the queue (Rule ESC-6)
    unreached: bool = False  # no way led to them (Rule ESC-5)

    @property
    def planned(self) -> datetime:
        """Tell when the plan called for it."""
        return self.due or self.at


class Handed(Value):
    """Somebody gave their place in the order of calling to somebody else (Rule ESC-6)."""

    by: str
    to: str


class Earlier(Value):
    """Somebody called at a lower rung: in vain, or who `took` it (Rule ESC-5)."""

    person: str
    rung: int
    took: bool = False


class SideCalls(Value):
    """One side's people at the current rung, called in order until somebody acknowledges.

    `queue` is the order as it was at the last call: each call works it out anew (Rule CAL-6).
    """

    side: str  # "provider", "client" or a supplier's id
    queue: tuple[str, ...]
    handed: tuple[Handed, ...] = ()
    pings: tuple[Ping, ...] = ()
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    exhausted: bool = False  # everybody was called in vain
    round: int = 1

    @property
    def last(self) -> Ping | None:
        """The last call made in the queue's order."""
        return next((ping for ping in reversed(self.pings) if not ping.added), None)

    @property
    def current(self) -> str | None:
        """Name whoever answers for this side: the one who acknowledged, else was called last."""
        if self.acknowledged_by:
            return self.acknowledged_by
        return self.last.person if self.last else None

    @property
    def concerned(self) -> tuple[str, ...]:
        """List whoever was called at this rung, or took it."""
        took = (self.acknowledged_by,) if self.acknowledged_by else ()
        return tuple(dict.fromkeys((*(ping.person for ping in self.pings), *took)))

    def abridged(self) -> SideCalls:
        """With each person's last call only: repetitions must not swell the record."""
        last = {ping.person: ping for ping in self.pings}
        return replace(self, pings=tuple(last.values()))

    def called(self, person: str) -> bool:
        """Tell whether this person was called at this rung."""
        return any(ping.person == person for ping in self.pings)


class SettledSide(Value):
    """One side's word that the point is settled (Rule ESC-2)."""

    side: str
    by: str
    at: datetime
    note: str = ""


class Escalation(Value):
    """An escalation: `rung` indexes the ladder's rungs; each side has calls of its own.

    `reason` is why it began: a person's words, or a code such as "trigger:priority_1_opened".
    `rung_why` is the code of how it came to the present rung: "started", "escalated",
    "nobody_answered", "not_settled", "nobody_reachable", "stepped_down" or "called_anew"; `rung_by`
    and `rung_note` are who took it there, and their words; `rung_silent` are the sides of which
    nobody had answered at the rung that was left.
    """

    ladder: str
    reason: str
    started_by: str
    started_at: datetime
    rung: int = 0
    rung_started_at: datetime
    rung_why: str = "started"
    rung_by: str = ""
    rung_note: str = ""
    rung_silent: tuple[str, ...] = ()
    settle_from: datetime | None = None  # from when the time to settle counts, if not the start
    earlier: tuple[Earlier, ...] = ()
    sides: tuple[SideCalls, ...] = ()
    called: tuple[str, ...] = ()  # who was called, or took it, at a rung that was left
    anew: int = 0  # how often it was called anew from the first level
    settled: tuple[SettledSide, ...] = ()  # the sides that say so; it ends with the last one
    snoozed_at: datetime | None = None
    snoozed_by: str = ""
    waits_until: datetime | None = None  # when the supplier's hours begin (Rule ESC-3)
    forced: str = ""  # why its people are called all the same
    told: tuple[str, ...] = ()  # who read that it counts as theirs, or goes on: "assigned nia"
    ended_at: datetime | None = None
    ended_why: str = ""

    @property
    def active(self) -> bool:
        """Tell whether the escalation goes on."""
        return self.ended_at is None

    def having_told(self, *what: str) -> Escalation:
        """The escalation, which remembers that this was told."""
        return replace(self, told=tuple(dict.fromkeys((*self.told, *what))))

    @property
    def silent(self) -> tuple[str, ...]:
        """The sides that were called at this rung, and of which nobody has answered."""
        return tuple(each.side for each in self.sides if each.pings and not each.acknowledged_by)

    @property
    def settling_since(self) -> datetime:
        """From when the rung's time to settle counts."""
        return self.settle_from or self.rung_started_at

    def side(self, name: str) -> SideCalls:
        """The calls of that side; raises KeyError."""
        for calls in self.sides:
            if calls.side == name:
                return calls
        raise KeyError(name)

    def other(self, name: str) -> SideCalls | None:
        """The calls of the other side, where there is one."""
        return next((calls for calls in self.sides if calls.side != name), None)

    def word_of(self, name: str) -> SettledSide | None:
        """Find that side's word that the point is settled, where it gave it."""
        return next((word for word in self.settled if word.side == name), None)

    @property
    def concerned(self) -> tuple[str, ...]:
        """Everybody who was called, or took it, since it began or was stepped down."""
        here = (who for side in self.sides for who in side.concerned)
        return tuple(dict.fromkeys((*self.called, *here)))

    def side_of(self, person: str) -> SideCalls | None:
        """The side that called this person, or has them in its queue."""
        return next(
            (p for p in self.sides if p.called(person) or person in p.queue),
            None,
        )
