"""The levels at which both firms answer, and their support groups (Rules ORG-2, ORG-4)."""

from __future__ import annotations

from dataclasses import field

from escalation.base.value import Value
from escalation.contract.hours import DayName, Hours


class Post(Value):
    """Those who answer for one firm at one level: the holder first, then deputies (Rule ORG-2).

    With rotas, whoever is on call comes first outside coverage hours: of those in `on_call`, then
    of those `behind` (Rule CAL-6). `hours` are when a supplier's people can be called (Rule ESC-3).
    """

    people: tuple[str, ...]
    on_call: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    hours: Hours | None = None

    @property
    def rotas(self) -> tuple[str, ...]:
        """The rotas that relieve it, the first on call before those behind."""
        return (*self.on_call, *self.behind)


class Echelon(Value):
    """A level of communication [échelon], the same for both firms."""

    level: int
    name: str
    provider: Post
    client: Post


class SupportGroup(Value):
    """A support group [groupe de support] (Rule ORG-4)."""

    id: str
    name: str
    organisation: str
    members: tuple[str, ...]
    hours: Hours = field(default_factory=Hours)
    worked_days: tuple[DayName, ...] = ()  # days off or half-days on which its hours hold
    competences: tuple[str, ...] = ()
    contact: str = ""
