"""A story told to the rules of crises: who does what, when; then who was told, and who is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from escalation import commands as c
from escalation.cell_presence import table
from escalation.contract import Contract
from escalation.crisis import Crisis, Member
from escalation.effects import Effect, Topic
from escalation.incident import Incident
from escalation.journal import Line
from escalation.memory import Memory
from tests.agreement import agreement, paris

TEN = paris("2026-07-15 10:00")  # a Wednesday
ROOM = "C0CRISIS"


def with_people(**changes: dict[str, Any]) -> Contract:
    """The contract with fields of some people replaced, e.g. `dan={"drills": False}`."""
    contract = agreement()
    people = tuple(replace(p, **changes.get(p.id, {})) for p in contract.people)
    return replace(contract, people=people)


class Cell:
    """One crisis of the contract "acme", and a moved clock."""

    def __init__(self, contract: Contract | None = None, at: datetime = TEN) -> None:
        self.contract = contract or agreement()
        self.memory = Memory(self.contract)
        self.now = at
        self.id = "CRI-0001"

    # ── doing ────────────────────────────────────────────────────────────────────────────────

    def incident(self, by: str = "sam", **values: Any) -> str:
        """Open an incident about the VPN, of priority 1 unless the values say otherwise."""
        given = {"title": "VPN down", "component": "vpn", "severity": 1} | values
        return self._perform(c.OpenIncident(contract="acme", by=by, **given))

    def ask(self, by: str = "sam", reason: str = "The VPN is dead", **values: Any) -> Crisis:
        """Ask for the cell."""
        command = c.AskCrisis(contract="acme", by=by, reason=reason, **values)
        self.id = self._perform(command)
        return self.crisis

    def do(self, kind: type[c.OnCrisis], by: str, **values: Any) -> Crisis:
        """Somebody does something about the crisis, now."""
        self._perform(kind(contract="acme", by=by, crisis=self.id, **values))
        return self.crisis

    def opened(self, by: str = "sam", accepted_by: str = "hana", **values: Any) -> Crisis:
        """Asked for and accepted at once; the room is open."""
        self.ask(by=by, **values)
        self.do(c.AcceptCrisis, accepted_by)
        self.do(c.RoomOpened, "escalade", room=ROOM, name="crisis-cri-0001")
        return self.crisis

    def joined(self, *people: str) -> Crisis:
        """These people come into the room."""
        for person in people:
            self.do(c.MemberJoined, person, source="event")
        return self.crisis

    def left(self, person: str) -> Crisis:
        """Somebody leaves the room."""
        return self.do(c.MemberLeft, person, source="event")

    def wait(self, **length: float) -> None:
        """Let time pass, and the alarms ring."""
        self.now += timedelta(**length)
        self.memory.advance(self.now)

    def _perform(self, command: c.Command) -> str:
        return self.memory.do(command, self.now)

    # ── looking ──────────────────────────────────────────────────────────────────────────────

    @property
    def crisis(self) -> Crisis:
        """The crisis as it stands."""
        return self.memory.crisis("acme", self.id)

    def member(self, person: str) -> Member:
        """A member's entry as it stands."""
        member = self.crisis.member(person)
        assert member is not None, person
        return member

    def loaded(self, incident: str) -> Incident:
        """An incident as it stands."""
        return self.memory.incident("acme", incident)

    def hush(self) -> None:
        """Forget what was told so far."""
        self.memory.outbox.clear()

    def effects(self, topic: Topic) -> list[Effect]:
        """What was told of a topic about this crisis."""
        return [e for _, e in self.memory.told(topic) if e.subject == self.id]

    def told(self, topic: Topic) -> list[str]:
        """Who was told of a topic, in order, without "person/"."""
        return [effect.to.removeprefix("person/") for effect in self.effects(topic)]

    def told_at(self, topic: Topic) -> list[tuple[str, int]]:
        """Who was told of a topic, and how many minutes after ten."""
        return [
            (effect.to.removeprefix("person/"), round((at - TEN).total_seconds() / 60))
            for at, effect in self.memory.told(topic)
        ]

    def facts(self, topic: Topic) -> dict[str, Any]:
        """The facts of the last thing told of a topic."""
        return dict(self.effects(topic)[-1].facts)

    def lines(self, action: str, subject: str = "") -> list[Line]:
        """The journal lines of an action about the crisis, or another subject."""
        timeline = self.memory.timeline("acme", subject or self.id)
        return [line for line in timeline if line.action == action]

    def presence(self) -> dict[str, str]:
        """Who is present, represented or missing, of those who are mandated."""
        return {m.person: str(p) for m, p in table(self.crisis) if m.mandated}

    def armed(self) -> set[str]:
        """The names of the armed alarms."""
        return {alarm.name for alarm in self.crisis.alarms.armed}
