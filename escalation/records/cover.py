"""The cover record: who takes somebody's on-call duty for a while, or swaps turns (Rule CAL-6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from escalation.base.timers import ArmedTimers
from escalation.base.value import Value


class CoverState(StrEnum):
    """The steps of a cover. Agreed: who keeps the rota has still to decide."""

    ASKED = "asked"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    OVER = "over"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Spell(Value):
    """A stretch of duty, `end` excluded."""

    start: datetime
    end: datetime

    def meets(self, other: Spell) -> bool:
        """Tell whether the two have hours in common."""
        return self.start < other.end and other.start < self.end


class Relief(Value):
    """A spell in which `by` has the duty that would be that of `of`."""

    of: str
    by: str
    spell: Spell


class Cover(Value):
    """Somebody's duty in a rota that a colleague takes; with `back`, theirs is taken in return."""

    id: str  # "COV-0003", numbered per contract
    contract: str
    contract_version: str
    rota: str
    asked_by: str  # whose duty it is
    on_behalf: str = ""  # who keeps the rota, and asks in their place
    asked: tuple[str, ...]
    spell: Spell
    back: Spell | None = None
    reason: str = ""
    asked_at: datetime
    state: CoverState = CoverState.ASKED
    declined: tuple[str, ...] = ()
    taken_by: str | None = None
    taken_at: datetime | None = None
    void: bool = False  # it gave nothing to cover any more, and both were told
    alarms: ArmedTimers = field(default_factory=ArmedTimers)
    version: int = 0

    @property
    def starts(self) -> datetime:
        """Tell when the first of its spells begins."""
        return min(self.spell.start, self.back.start) if self.back else self.spell.start

    @property
    def ends(self) -> datetime:
        """Tell when the last of its spells is over."""
        return max(self.spell.end, self.back.end) if self.back else self.spell.end

    def reliefs(self, taker: str) -> Iterator[Relief]:
        """List who has whose duty when, if that colleague takes it."""
        yield Relief(of=self.asked_by, by=taker, spell=self.spell)
        if self.back:
            yield Relief(of=taker, by=self.asked_by, spell=self.back)
