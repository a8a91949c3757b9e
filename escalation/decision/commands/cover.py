"""The commands about covers and swaps of on-call duty, and the watch over it (CAL-6, CRI-13)."""

from __future__ import annotations

from datetime import datetime

from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command


class WatchDuty(Command):
    """Look at the duty ahead, once a day from now on, where a rota names who keeps it."""

    by: str = ESCALADE
    source: str = "start"


class AskCover(Command):
    """Ask a colleague, or all of the rota where none is named, to take one's duty for a while.

    Without `start` it is the next turn, or what is left of it; without `end`, up to its end. Who
    keeps the rota may ask for somebody else's duty: `of`.
    """

    rota: str | None = None
    person: str | None = None
    of: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    reason: str = ""


class AskSwap(Command):
    """Ask a colleague to swap turns: `mine` and `theirs` are moments in them, else the next."""

    person: str
    rota: str | None = None
    mine: datetime | None = None
    theirs: datetime | None = None
    reason: str = ""


class ConfirmManagement(Command):
    """Say that the list of a supplier's management is still right (Rule CRI-13)."""

    supplier: str


class CorrectManagement(Command):
    """Say what is to be changed in the list of a supplier's management (Rule CRI-13)."""

    supplier: str
    text: str


class OnCover(Command):
    """A command about one cover."""

    cover: str


class AcceptCover(OnCover):
    """Take the duty; as who keeps the rota, agree to it."""


class DeclineCover(OnCover):
    """Do not take the duty; as who keeps the rota, do not agree to it."""

    reason: str = ""


class WithdrawCover(OnCover):
    """End the cover: from now on the duty is whose turn it is."""

    reason: str = ""
