"""Rooms and crises [cellule de crise] (Rules INC-7, CRI-1 to CRI-9)."""

from __future__ import annotations

from escalation.base.durations import Clock, Duration
from escalation.base.value import Value
from escalation.contract.parties import Role


class Rooms(Value):
    """Standing channels (ids or names): `shared` by both firms, the `provider`'s own (INC-7)."""

    shared: str
    provider: str
    crisis_pool: tuple[str, ...] = ()
    crisis_prefix: str = "crisis"


class SideCrisisRules(Value):
    """One firm's part in a crisis: whom its initiator informs, who can lead communication."""

    inform: tuple[str, ...] = ()
    as_of_right: tuple[Role, ...] = ()
    communication_lead: str = ""


class CrisisRules(Value):
    """Rules of the contract about crises [cellule de crise] (Rules CRI-1 to CRI-9)."""

    provider: SideCrisisRules
    client: SideCrisisRules
    may_ask_from_level: int = 2
    help_desk: tuple[str, ...] = ()
    answer_within: Duration = Duration(seconds=600)
    chase_every: Duration = Duration(seconds=300)
    inform_every: Duration = Duration(seconds=3600)
    agree_every: Duration = Duration(seconds=900)
    follow_every: Duration = Duration(seconds=8 * 3600, clock=Clock.COVERAGE)
    confirm_suppliers_days: int | None = None  # how often their management is confirmed (CRI-13)
    report_within: Duration | None = None  # None: as long as an incident's (CRI-11)
    report_list: tuple[str, ...] = ()  # empty: the incident reports' list (CRI-9)
