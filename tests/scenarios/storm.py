"""A storm: hundreds of incidents within a minute, under Slack's limits, and how it was borne."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from escalation.decision.commands.incident import OpenIncident
from escalation.messages.ladder import Ping
from escalation.records.incident import Origin
from store.schema.tables import outbox
from tests.scenarios.scene import Scene

SECONDS = 60
STEP = 2
GRAVE = 4  # one of so many is a priority 1


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, when it was written and when it left."""

    topic: str
    to: str
    subject: str
    first: bool  # the first call of a side
    written: datetime
    left: datetime | None
    message: tuple[str, str]

    @property
    def waited(self) -> timedelta:
        """How long it waited; raises AssertionError where it still does."""
        assert self.left is not None, f"{self.topic} of {self.subject} has not left"
        return self.left - self.written


async def breaks_out(scene: Scene, incidents: int) -> None:
    """Open so many incidents within a minute, one in four of them a priority 1."""
    stage = scene.stage
    stage.workspace.rate_limits_enabled = True
    for second in range(0, SECONDS, STEP):
        opened = range(incidents * second // SECONDS, incidents * (second + STEP) // SECONDS)
        for number in opened:
            grave = number % GRAVE == 0
            await stage.running.application.carry_out(
                OpenIncident(
                    contract=scene.contract.id,
                    by="claire-vasseur",
                    title=f"Alerte {number}",
                    component="vpn" if grave else "paie",
                    severity=1 if grave else 3,
                    origin=Origin.MONITORING,
                )
            )
        await stage.after(seconds=STEP)


async def messages(scene: Scene) -> list[Sent]:
    """All that was written, in order."""

    def look(connection: Connection) -> list[Sent]:
        rows = connection.execute(select(outbox).order_by(outbox.c.id))
        return [
            Sent(
                row.topic,
                row.destination,
                row.subject,
                '"number":1,' in row.facts or row.facts.endswith('"number":1}'),
                row.at,
                row.sent_at,
                (row.channel or "", row.ts or ""),
            )
            for row in rows
            if row.state != "dropped"
        ]

    return await scene.stage.running.store.look(look)


def first_calls(sent: list[Sent]) -> list[Sent]:
    """The first call of each side of each incident."""
    return [each for each in sent if each.topic == Ping.topic and each.first]
