"""A story told to the rules of incidents: who does what, when; then what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from escalation import commands as c
from escalation.contract import Contract
from escalation.effects import Effect
from escalation.incident import Incident
from escalation.journal import Line
from escalation.memory import Memory
from tests.agreement import agreement, paris

NOON = paris("2026-07-15 12:00")  # a Wednesday


class Story:
    """One contract in memory, and a moved clock."""

    def __init__(self, *contracts: Contract, at: datetime = NOON) -> None:
        self.contracts = contracts or (agreement(),)
        self.memory = Memory(*self.contracts)
        self.now = at

    def opened(self, by: str = "rita", **values: Any) -> str:
        """Open an incident: of priority 2 unless the values say otherwise."""
        given: dict[str, Any] = {"title": "Mail is down", "component": "mail", "severity": 1}
        return self.memory.do(
            c.OpenIncident(contract=self.contracts[0].id, by=by, **(given | values)), self.now
        )

    def do(self, kind: type[c.OnIncident], by: str, incident: str, **values: Any) -> Incident:
        """Somebody does something, now."""
        command = kind(contract=self.contracts[0].id, by=by, incident=incident, **values)
        self.memory.do(command, self.now)
        return self[incident]

    def wait(self, **length: float) -> None:
        """Let time pass, and the alarms ring."""
        self.at(self.now + timedelta(**length))

    def at(self, instant: datetime) -> None:
        """Let time pass until an instant."""
        self.memory.advance(instant)
        self.now = instant

    def resolved(self, **values: Any) -> str:
        """An incident taken by Tom and resolved at once."""
        incident = self.opened(**values)
        self.do(c.TakeIncident, "tom", incident)
        self.do(c.ResolveIncident, "tom", incident, cause_gone=True)
        return incident

    def __getitem__(self, incident: str) -> Incident:
        return self.memory.incident(self.contracts[0].id, incident)

    def told(self, topic: str) -> list[str]:
        """Who was told of a topic, in order."""
        return [effect.to.removeprefix("person/") for _, effect in self.memory.told(topic)]

    def effects(self, topic: str) -> list[Effect]:
        """What was told of a topic, in order."""
        return [effect for _, effect in self.memory.told(topic)]

    def lines(self, incident: str, action: str = "") -> list[Line]:
        """The incident's timeline, or one action of it."""
        lines = self.memory.timeline(self.contracts[0].id, incident)
        return [line for line in lines if action in ("", line.action)]

    def actions(self, incident: str) -> list[str]:
        """The actions of the timeline, those of ladders and crises left out."""
        return [n.action for n in self.lines(incident) if n.action.startswith("incident.")]
