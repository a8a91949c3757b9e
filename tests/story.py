"""A story told to the rules: who does what, when; then what came of it, and who was told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from escalation.base.journal import Entry
from escalation.contract import Contract
from escalation.decision.commands.change import OnChange
from escalation.decision.commands.command import Command
from escalation.decision.commands.cover import OnCover
from escalation.decision.commands.crisis import OnCrisis
from escalation.decision.commands.event import OnEvent
from escalation.decision.commands.incident import (
    OnIncident,
    OpenIncident,
    ResolveIncident,
    TakeIncident,
)
from escalation.decision.commands.problem import OnProblem
from escalation.decision.commands.report import OnReport
from escalation.messages.effects import Effect
from escalation.plan.memory import Memory
from escalation.records.kinds import kind_of_id
from tests.agreement import agreement, paris

NOON = paris("2026-07-15 12:00")  # a Wednesday
FIELDS = {
    OnIncident: "incident",
    OnCrisis: "crisis",
    OnReport: "report",
    OnCover: "cover",
    OnProblem: "problem",
    OnChange: "change",
    OnEvent: "event",
}


class Story:
    """Contracts in memory, and a moved clock; `id` is the record that it is about, if any."""

    def __init__(self, *contracts: Contract, at: datetime = NOON, id: str = "") -> None:  # noqa: A002  as records call it
        contracts = contracts or (agreement(),)
        self.contract, self.id, self.start = contracts[0], id, at
        self.memory = Memory(*contracts)
        self.now = at

    # ── doing ────────────────────────────────────────────────────────────────────────────────

    def perform(self, kind: type[Command], by: str, subject: str = "", /, **values: Any) -> str:
        """Do something, now, about a record: that of the story where none is named; its id."""
        for of, field in FIELDS.items():
            if issubclass(kind, of):
                values = {field: subject or self.id} | values
        done = self.memory.do(kind(contract=self.contract.id, by=by, **values), self.now)
        self.happened()
        return done

    def do(self, kind: type[Command], by: str, subject: str = "", /, **values: Any) -> Any:
        """Do something, now; what the record is then."""
        return self[self.perform(kind, by, subject, **values)]

    def opened(self, by: str = "rita", **values: Any) -> str:
        """Open an incident: of priority 2 unless the values say otherwise."""
        given: dict[str, Any] = {"title": "Mail is down", "component": "mail", "severity": 1}
        return self.perform(OpenIncident, by, **(given | values))

    def resolved(self, **values: Any) -> str:
        """Open an incident, which Tom takes and resolves at once."""
        incident = self.opened(**values)
        self.do(TakeIncident, "tom", incident)
        self.do(ResolveIncident, "tom", incident, cause_gone=True)
        return incident

    # ── time ─────────────────────────────────────────────────────────────────────────────────

    @property
    def now(self) -> datetime:
        """Where the clock stands."""
        assert self.memory.now is not None
        return self.memory.now

    @now.setter
    def now(self, instant: datetime) -> None:
        self.memory.now = instant

    def wait(self, minutes: float = 0, **length: float) -> Self:
        """Let time pass: every timer fires at its time."""
        self.at(self.now + timedelta(minutes=minutes, **length))
        return self

    def at(self, instant: datetime) -> None:
        """Let time pass until an instant."""
        while (timer := self.memory.due()) is not None and timer.due <= instant:
            self.memory.fire(timer, timer.due)
            self.happened()
        self.now = instant

    def sleep(self, minutes: float = 0, **length: float) -> None:
        """The bot is down: time passes, and nothing fires."""
        self.now += timedelta(minutes=minutes, **length)

    def wake(self) -> None:
        """The bot is up again: what came due fires now, in order."""
        now = self.now
        while (timer := self.memory.due()) is not None and timer.due <= now:
            assert self.memory.fire(timer, now)
            self.happened()

    def happened(self) -> None:
        """Look at what a command or a timer has just brought about."""

    # ── looking ──────────────────────────────────────────────────────────────────────────────

    def __getitem__(self, record: str) -> Any:
        """A record as it stands."""
        kind = kind_of_id(record)
        assert kind is not None, record
        return self.memory.get(kind, self.contract.id, record)

    def effects(self, topic: str) -> list[Effect]:
        """What was told of a topic, in order."""
        return [effect for _, effect in self.memory.told(topic)]

    def told(self, topic: str) -> list[str]:
        """Who was told of a topic, in order, without "person/"."""
        return [(effect.to.person or str(effect.to)) for effect in self.effects(topic)]

    def told_at(self, topic: str) -> list[tuple[str, float]]:
        """Who was told of a topic, and how many minutes after the start."""
        return [
            ((effect.to.person or str(effect.to)), self.minutes(at))
            for at, effect in self.memory.told(topic)
        ]

    def minutes(self, at: datetime) -> float:
        """How many minutes after the start."""
        return (at - self.start).total_seconds() / 60

    def lines(self, subject: str, action: str = "") -> list[Entry]:
        """The timeline of a record, or one action of it."""
        timeline = self.memory.timeline(self.contract.id, subject)
        return [line for line in timeline if action in ("", line.action)]

    def actions(self) -> list[str]:
        """Everything that stands in the journal, in order."""
        return [sealed.line.action for sealed in self.memory.chain]
