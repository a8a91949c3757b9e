"""Coverage hours, holidays and working days (Rules CAL-1 to CAL-3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.contract import Contract
from escalation.durations import Clock, Duration


class Calendar:
    """The clocks of one contract. All instants are aware; results are UTC."""

    @classmethod
    def of(cls, contract: Contract) -> Calendar:
        """The calendar of a contract."""
        raise NotImplementedError(contract.id)

    def after(self, start: datetime, duration: Duration) -> datetime:
        """The instant a duration after `start`, on the duration's clock."""
        raise NotImplementedError

    def elapsed(self, start: datetime, end: datetime, clock: Clock) -> timedelta:
        """How much of a clock ran between two instants."""
        raise NotImplementedError

    def covered(self, at: datetime) -> bool:
        """Whether `at` lies in coverage hours."""
        raise NotImplementedError
