"""A story told to the rules of reports: something was just closed; then who is told what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import tests.story
from escalation.base.journal import Entry
from escalation.contract import Contract
from escalation.decision.commands.report import (
    ApproveReport,
    EditReport,
    IssueReport,
    SendBackReport,
    SubmitReport,
)
from escalation.decision.context import Context
from escalation.messages.report import ReportCard
from escalation.perform.practices.reports import draft_for_crisis, draft_for_incident
from escalation.perform.saving import save
from escalation.records.crisis import Action, Crisis, CrisisState, Member, Resolution
from escalation.records.incident import Incident, IncidentState, Priority
from escalation.records.report import Report
from tests.agreement import agreement, paris

CLOSED = paris("2026-07-15 10:00")


def incident(**changes: Any) -> Incident:
    """A priority 1 that Sam held and that is closed."""
    record = Incident(
        id="INC-0001",
        contract="acme",
        contract_version="v1",
        title="VPN down",
        description="Nobody can log in.",
        component="vpn",
        severity=1,
        state=IncidentState.CLOSED,
        priority=Priority(level=1, row="strategic", column="1"),
        requester="rita",
        opened_by="tom",
        opened_at=CLOSED - timedelta(hours=6),
        assignee="sam",
        acknowledged_at=CLOSED - timedelta(hours=5, minutes=50),
        resolved_at=CLOSED - timedelta(hours=3),
        verified_at=CLOSED - timedelta(hours=1),
        closed_at=CLOSED,
        cause="A certificate expired.",
        cure="The certificate was renewed.",
    )
    return replace(record, **changes)


def crisis(**changes: Any) -> Crisis:
    """A cell led by Dan and Cid, closed before the incident."""
    record = Crisis(
        id="CRI-0001",
        contract="acme",
        contract_version="v1",
        incident="INC-0001",
        reason="Nobody works",
        state=CrisisState.CLOSED,
        asked_by="dan",
        asked_side="provider",
        asked_at=CLOSED - timedelta(hours=5),
        level=3,
        opened_at=CLOSED - timedelta(hours=4),
        closed_at=CLOSED - timedelta(hours=2),
        initiators={"provider": "dan", "client": "cid"},
        leads={"provider": "dan", "client": "cid"},
        members=(Member(person="dan", mandated=True, why="initiator", joined_at=CLOSED),),
        resolutions=(Resolution(text="Switch to the spare", by="cid", at=CLOSED),),
        actions=(Action(number=1, text="Renew all", owner="tess", due=None, by="dan", at=CLOSED),),
        room="C9",
    )
    return replace(record, **changes)


class Story(tests.story.Story):
    """A memory in which something was just closed, and what can then be asked of it."""

    def __init__(self, contract: Contract | None = None) -> None:
        super().__init__(contract or agreement(), at=CLOSED, id="REP-0001")

    def context(self, now: datetime) -> Context:
        self.now = now
        return Context(now=now, contract=self.contract)

    def closes(self, record: Incident | Crisis, now: datetime = CLOSED) -> Report | None:
        """What the closing use cases do: draft, remember the report, save."""
        context = self.context(now)
        if isinstance(record, Incident):
            report = draft_for_incident(self.memory, context, record)
        else:
            report = draft_for_crisis(self.memory, context, record)
        save(self.memory, context, replace(record, report=report.id) if report else record)
        return report

    def note(self, subject: str, action: str, at: datetime, **facts: Any) -> None:
        line = Entry(
            contract="acme", subject=subject, at=at, actor=facts.pop("actor", "escalade"),
            action=action, source="timer", facts=facts,
        )  # fmt: skip
        self.memory.append([line])

    def edits(self, by: str, now: datetime = CLOSED, **sections: str) -> None:
        self.now = now
        self.do(EditReport, by, sections=sections)

    def approves(self, by: str, now: datetime = CLOSED) -> None:
        self.now = now
        self.do(ApproveReport, by)

    def issues(self, by: str = "sam", now: datetime = CLOSED) -> None:
        self.now = now
        self.do(IssueReport, by)

    @property
    def report(self) -> Report:
        return self[self.id]

    def submits(self, by: str = "sam", now: datetime = CLOSED) -> None:
        self.now = now
        self.do(SubmitReport, by)

    def sends_back(self, by: str, reason: str, now: datetime = CLOSED) -> None:
        self.now = now
        self.do(SendBackReport, by, reason=reason)

    def called(self, since: datetime = CLOSED) -> list[str]:
        """Who was given a card anew: whoever has something new to do."""
        return [
            effect.to.person
            for at, effect in self.memory.told(ReportCard.topic)
            if at >= since and isinstance(effect.meaning, ReportCard) and effect.meaning.anew
        ]

    def when(self, topic: str) -> list[datetime]:
        return sorted({at for at, _ in self.memory.told(topic)})
