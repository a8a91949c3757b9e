"""The commands of the dispatcher: what became of a message."""

from __future__ import annotations

from escalation.contract import ESCALADE
from escalation.decision.commands.command import Command
from escalation.messages.destinations import Destination
from escalation.messages.effects import Meaning


class RecordDelivery(Command):
    """An urgent message was delivered, or any message could not be (by=ESCALADE)."""

    subject: str
    meaning: Meaning
    to: Destination
    delivered: bool
    why: str = ""
    way: str = ""  # "" for Slack, else "mail"
    otherwise: bool = False  # not delivered by this way, but another one is still tried
    by: str = ESCALADE
    source: str = "courier"
