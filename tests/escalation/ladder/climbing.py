"""Telling escalation stories in tests: an incident, time, and who was called when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import tests.story
from escalation.contract import CLIENT, Absence, Contract
from escalation.decision.commands import ladder as c
from escalation.decision.context import Context
from escalation.ladder import climbing
from escalation.messages.ladder import Ping
from escalation.perform.saving import save
from escalation.records.escalation import Escalation
from escalation.records.incident import Incident, Origin, Priority
from tests.agreement import agreement, paris

MORNING = paris("2026-07-15 10:00")  # a Wednesday, in coverage hours


class Story(tests.story.Story):
    """One incident, put into the memory as it is: nothing escalates it but the test."""

    def __init__(
        self,
        contract: Contract | None = None,
        *,
        level: int = 1,
        at: datetime = MORNING,
        **fields: Any,
    ) -> None:
        super().__init__(contract or agreement(), at=at, id="INC-0001")
        incident = Incident(
            id=self.id,
            contract=self.contract.id,
            contract_version=self.contract.version,
            title="VPN down",
            origin=Origin.TICKET,
            requester="rita",
            opened_by="rita",
            opened_at=at,
            priority=Priority(level=level),
        )
        self.memory.put(replace(incident, **fields))

    # ── what is ──────────────────────────────────────────────────────────────────────────────

    @property
    def incident(self) -> Incident:
        return self[self.id]

    def escalation(self, ladder_id: str = CLIENT) -> Escalation:
        escalation = self.incident.escalation(ladder_id)
        assert escalation is not None
        return escalation

    def due(self, name: str) -> datetime | None:
        timer = self.incident.alarms.get(name)
        return timer.due if timer else None

    def pings(self, side: str | None = None) -> list[tuple[float, str]]:
        """Who was called, how many minutes after the start."""
        called = zip(self.told_at(Ping.topic), self.effects(Ping.topic), strict=True)
        return [(at, person) for (person, at), e in called if side in (None, e.facts["side"])]

    # ── what happens ─────────────────────────────────────────────────────────────────────────

    def rule(self, step: Any, **facts: Any) -> None:
        """Apply a rule to the incident, by Escalade itself, now."""
        context = Context(now=self.now, contract=self.contract)
        save(self.memory, context, step(context, self.incident, **facts))

    def begin(self, ladder_id: str = CLIENT) -> Story:
        self.rule(climbing.start, ladder=ladder_id, reason="trigger:priority_1_opened")
        return self

    def qualify(self, level: int) -> None:
        def change(context: Context, incident: Incident) -> Incident:
            return climbing.replan(context, replace(incident, priority=Priority(level=level)))

        self.rule(change)

    def escalate(self, by: str, reason: str = "no progress", **values: Any) -> None:
        self.do(c.EscalateUp, by, reason=reason, **values)

    def acknowledge(self, by: str, **values: Any) -> None:
        self.do(c.AcknowledgePing, by, **values)


def absent(contract: Contract, *people: str, stand_in: str | None = None) -> Contract:
    """The contract with these people away on the days around the story."""
    return with_people(contract, people, absences=(away(stand_in=stand_in),))


def away(first: str = "2026-07-01", last: str = "2026-07-31", stand_in: str | None = None) -> Any:
    return Absence(
        first=date.fromisoformat(first), last=date.fromisoformat(last), stand_in=stand_in
    )


def with_people(contract: Contract, people: Iterable[str], **changes: Any) -> Contract:
    """The contract with fields of some people replaced."""
    chosen = tuple(people)
    return replace(
        contract,
        people=tuple(replace(p, **changes) if p.id in chosen else p for p in contract.people),
    )
