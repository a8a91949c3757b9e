"""Telling escalation stories in tests: an incident, time, and who was called when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from escalation import commands as c
from escalation import ladder
from escalation.contract import CLIENT, Absence, Contract
from escalation.effects import Effect, Topic
from escalation.incident import Incident, Origin, Priority
from escalation.memory import Memory
from escalation.turn import Turn
from escalation.usecases.saving import save
from escalation.walk import Walk
from tests.agreement import agreement, paris

MORNING = paris("2026-07-15 10:00")  # a Wednesday, in coverage hours


class Story:
    """One incident, put into the memory as it is: nothing escalates it but the test."""

    def __init__(
        self,
        contract: Contract | None = None,
        *,
        level: int = 1,
        at: datetime = MORNING,
        **fields: Any,
    ) -> None:
        self.contract = contract or agreement()
        self.memory = Memory(self.contract)
        self.memory.now = at
        self.start = at
        incident = Incident(
            id="INC-0001",
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
    def now(self) -> datetime:
        assert self.memory.now is not None
        return self.memory.now

    @property
    def incident(self) -> Incident:
        return self.memory.incident(self.contract.id, "INC-0001")

    def walk(self, ladder_id: str = CLIENT) -> Walk:
        walk = self.incident.walk(ladder_id)
        assert walk is not None
        return walk

    def due(self, name: str) -> datetime | None:
        alarm = self.incident.alarms.get(name)
        return alarm.due if alarm else None

    def minutes(self, at: datetime) -> float:
        return (at - self.start).total_seconds() / 60

    def told(self, topic: Topic) -> list[Effect]:
        return [effect for _, effect in self.memory.told(topic)]

    def pings(self, side: str | None = None) -> list[tuple[float, str]]:
        """Who was called, how many minutes after the start."""
        return [
            (self.minutes(at), e.to.removeprefix("person/"))
            for at, e in self.memory.told(Topic.PING)
            if side in (None, e.facts["side"])
        ]

    def actions(self, prefix: str = "ladder.") -> list[str]:
        return [s.line.action for s in self.memory.chain if s.line.action.startswith(prefix)]

    # ── what happens ─────────────────────────────────────────────────────────────────────────

    def rule(self, step: Any, **facts: Any) -> None:
        """Apply a rule to the incident, by Escalade itself, now."""
        turn = Turn(now=self.now, contract=self.contract)
        save(self.memory, turn, step(turn, self.incident, **facts))

    def begin(self, ladder_id: str = CLIENT) -> Story:
        self.rule(ladder.start, ladder=ladder_id, reason="trigger:priority_1_opened")
        return self

    def qualify(self, level: int) -> None:
        def change(turn: Turn, incident: Incident) -> Incident:
            return ladder.replan(turn, replace(incident, priority=Priority(level=level)))

        self.rule(change)

    def wait(self, minutes: float) -> Story:
        self.memory.advance(self.now + timedelta(minutes=minutes))
        return self

    def sleep(self, minutes: float) -> None:
        """The bot is down: time passes, nothing fires."""
        self.memory.now = self.now + timedelta(minutes=minutes)

    def wake(self) -> None:
        """The bot is up again: what came due fires now, in order."""
        now = self.now
        while (alarm := self.memory.due()) is not None and alarm.due <= now:
            assert self.memory.fire(alarm, now)

    def do(self, command: type[c.Command], by: str, **values: Any) -> None:
        ready = command(contract=self.contract.id, by=by, incident="INC-0001", **values)  # type: ignore[call-arg]
        self.memory.do(ready, self.now)

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
