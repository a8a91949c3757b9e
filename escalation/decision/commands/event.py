"""The commands about events of monitoring."""

from __future__ import annotations

from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command
from escalation.records.event import Seen


class TakeEvents(Command):
    """Take in what sources say of one component, or of none that is known (EVT-1).

    `named` is the component as the source calls it.
    """

    component: str | None
    named: str = ""
    seen: tuple[Seen, ...]
    by: str = ESCALADE
    source: str = "monitoring"


class OnEvent(Command):
    """A command about events that belong together."""

    event: str


class PlaceEvents(OnEvent):
    """Say which component they are of: an incident is opened (EVT-1)."""

    component: str


class DiscardEvents(OnEvent):
    """Set them aside: no incident comes from them (EVT-1)."""

    reason: str
