"""A story told to the rules of crises: who does what, when; then who was told, and who is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from escalation.contract import Contract
from escalation.decision.commands import crisis as c
from escalation.messages.effects import Effect
from escalation.records.crisis import Crisis, Member
from tests.agreement import agreement, paris
from tests.story import Story

TEN = paris("2026-07-15 10:00")  # a Wednesday
ROOM = "C0CRISIS"


def with_people(**changes: dict[str, Any]) -> Contract:
    """The contract with fields of some people replaced, e.g. `dan={"drills": False}`."""
    contract = agreement()
    people = tuple(replace(p, **changes.get(p.id, {})) for p in contract.people)
    return replace(contract, people=people)


class Cell(Story):
    """One crisis of the contract "acme"."""

    def __init__(self, contract: Contract | None = None, at: datetime = TEN) -> None:
        super().__init__(contract or agreement(), at=at, id="CRI-0001")

    # ── doing ────────────────────────────────────────────────────────────────────────────────

    def incident(self, by: str = "sam", **values: Any) -> str:
        """Open an incident about the VPN, of priority 1 unless the values say otherwise."""
        return super().opened(by, **({"title": "VPN down", "component": "vpn"} | values))

    def ask(self, by: str = "sam", reason: str = "The VPN is dead", **values: Any) -> Crisis:
        """Ask for the cell."""
        self.id = self.perform(c.AskCrisis, by, reason=reason, **values)
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

    # ── looking ──────────────────────────────────────────────────────────────────────────────

    @property
    def crisis(self) -> Crisis:
        """The crisis as it stands."""
        return self[self.id]

    def member(self, person: str) -> Member:
        """A member's entry as it stands."""
        member = self.crisis.member(person)
        assert member is not None, person
        return member

    def hush(self) -> None:
        """Forget what was told so far."""
        self.memory.outbox.clear()

    def effects(self, topic: str) -> list[Effect]:
        """What was told of a topic about this crisis."""
        return [e for e in super().effects(topic) if e.subject == self.id]

    def facts(self, topic: str) -> dict[str, Any]:
        """The facts of the last thing told of a topic."""
        return dict(self.effects(topic)[-1].facts)

    def presence(self) -> dict[str, str]:
        """Who is present, represented or missing, of those who are mandated."""
        return {m.person: str(self.crisis.presence(m)) for m in self.crisis.members if m.mandated}

    def armed(self) -> set[str]:
        """The names of the armed timers."""
        return {timer.name for timer in self.crisis.alarms.armed}
