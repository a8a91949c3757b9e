"""Messages about reports (Rules REP-1 to REP-4)."""

from __future__ import annotations

from escalation.messages.destinations import Destination
from escalation.messages.effects import Card, Message


class ReportCard(Card, topic="report_drafted", collapses=True):
    """To each who has a part in a report: what is left to do, and the buttons for it (REP-3).

    `changed_by` changed what the reader had approved.
    """

    changed_by: str = ""


class ReportIssued(Message, topic="report_issued"):
    """To one person of the list, with the report as a file (REP-1)."""

    version: int


class ReportFile(Message, topic="report_file"):
    """To a room, with the report as a file (REP-1)."""

    version: int


class ReportNotShown(Message, topic="report_not_shown"):
    """To whoever writes a report: a room did not get it, and who there did (CON-2, CON-5)."""

    version: int
    room: Destination
    to: tuple[str, ...]


class ReportAsked(Message, topic="report_asked"):
    """To whoever has an incident in hand: a report on it is asked for (REP-2)."""

    by: str
    reason: str
