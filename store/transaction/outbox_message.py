"""An outbox message, as it is handed to the dispatcher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row

from escalation.messages import table
from escalation.messages.destinations import Destination
from escalation.messages.effects import Effect, Rank


class OutboxState(StrEnum):
    """The state of a message."""

    WAITING = "waiting"
    SENDING = "sending"
    UNCERTAIN = "uncertain"  # it may have left: look for it before sending it again
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A message handed to the dispatcher. `id` is unique for ever: it marks the message in Slack.

    `number` is its place in the queue, `claim` proves that it was handed to this dispatcher.
    """

    id: str
    number: int
    at: datetime
    contract: str
    topic: str
    subject: str
    to: Destination
    facts: dict[str, Any]
    urgent: bool
    collapse: bool
    attempts: int
    uncertain: bool
    claim: str
    rank: Rank = Rank.ROUTINE
    trace: str = ""  # the trace of what it follows from (W3C traceparent)
    companions: tuple[OutboxMessage, ...] = ()  # what goes in the same message

    @property
    def with_companions(self) -> tuple[OutboxMessage, ...]:
        """This message and its companions."""
        return (self, *self.companions)

    @property
    def effect(self) -> Effect:
        """Return what is to be told; raises LookupError for a topic this version does not know."""
        return Effect(
            meaning=table.read(self.topic, self.facts),
            contract=self.contract,
            subject=self.subject,
            to=self.to,
            urgent=self.urgent,
        )


def copy_id(method: str, message_id: str) -> str:
    """The id of the copy of a message that goes another way."""
    return f"{method}-{message_id}"


def original_id(message_id: str) -> str:
    """The id of the message that this one is the copy of; "" where it is no copy."""
    return message_id.partition("-")[2]


def message_of(
    row: Row[Any], token: str, companions: tuple[OutboxMessage, ...] = ()
) -> OutboxMessage:
    """Read a row of the outbox, as it is handed out under that claim."""
    return OutboxMessage(
        id=row.metadata_id,
        number=row.id,
        at=row.at,
        contract=row.contract,
        topic=row.topic,
        subject=row.subject,
        to=Destination.read(row.destination),
        facts=msgspec.json.decode(row.facts),
        urgent=row.urgent,
        collapse=row.collapse,
        attempts=row.attempts + 1,
        uncertain=row.state == OutboxState.UNCERTAIN.value,
        claim=token,
        trace=row.trace or "",
        rank=Rank(row.rank),
        companions=companions,
    )
