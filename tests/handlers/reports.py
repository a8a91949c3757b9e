"""A whole report to render in tests: an incident, its calls, a crisis, a hostile title."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from escalation.base.durations import Clock, Duration
from escalation.records.crisis import Presence
from escalation.records.report import Issue, Report, Sections
from escalation.records.report_facts import (
    ActionFact,
    BriefingFact,
    CallFact,
    CellFacts,
    ChangeFact,
    DecisionFact,
    IncidentFacts,
    MemberFact,
    Moment,
    MonitoringFact,
    PauseFact,
    ProblemFact,
    ReportFacts,
    TargetFact,
)
from tests.agreement import paris

OPENED = paris("2026-07-14 03:00")


def after(**lengths: float) -> Any:
    """An instant so long after the opening."""
    return OPENED + timedelta(**lengths)


def facts(**incident_changes: Any) -> ReportFacts:
    """The facts of a priority 1 with everything in it."""
    incident = IncidentFacts(
        id="INC-0042",
        title="VPN down",
        description="Nobody can log in.",
        component="VPN",
        criticality="strategic",
        origin="ticket",
        ticket="I210114_0042",
        requester="Rita Requester",
        assignee="Sam Delivery",
        priority=1,
        row="strategic",
        column="1",
        reason="",
        set_by="",
        opened_at=OPENED,
        acknowledged_at=after(minutes=7),
        resolved_at=after(hours=5),
        verified_at=after(hours=6),
        closed_at=after(hours=6, minutes=5),
        open_for=timedelta(hours=6, minutes=5),
        reopened=1,
        cause_gone=True,
    )
    members = (
        MemberFact(person="Dan Director", firm="Provider Ltd", mandated=True,
                   presence=Presence.PRESENT, joined_at=after(hours=1, minutes=20), delegate=""),
        MemberFact(person="Hana Head", firm="Client Agency", mandated=True,
                   presence=Presence.REPRESENTED, joined_at=None, delegate="Olga Operations"),
        MemberFact(person="Eve Executive", firm="Client Agency", mandated=False,
                   presence=Presence.MISSING, joined_at=None, delegate=""),
    )  # fmt: skip
    return ReportFacts(
        contract="Acme outsourcing",
        reference="2025-017",
        title="Incident report",
        provider="Provider Ltd",
        client="Client Agency",
        owner="Sam Delivery",
        approved_by="Tom Leader",
        recipients=("Hana Head (Client Agency)", "Sam Delivery (Provider Ltd)"),
        incident=replace(incident, **incident_changes),
        targets=(
            TargetFact(name="acknowledge", allowed=Duration(seconds=900),
                       taken=timedelta(minutes=7), clock=Clock.ROUND_THE_CLOCK,
                       due=after(minutes=15), missed=False),
            TargetFact(name="restore", allowed=Duration(days=3, clock=Clock.WORKING_DAYS),
                       taken=timedelta(hours=4), clock=Clock.COVERAGE, due=after(hours=4),
                       missed=True),
        ),
        pauses=(
            PauseFact(since=after(hours=3), until=after(hours=3, minutes=40),
                      waiting_for="Network Co", reason="Line test", by="Tom Leader"),
            PauseFact(since=after(hours=4), until=None, waiting_for="Client Agency",
                      reason="verification", by="Sam Delivery"),
        ),
        calls=(
            CallFact(at=after(minutes=1), person="Ned Night", firm="Provider Ltd", level=1,
                     echelon="Operations", ladder="Client Agency", number=1),
            CallFact(at=after(minutes=1), person="Olga Operations", firm="Client Agency",
                     level=1, echelon="Operations", ladder="Client Agency", number=2),
            CallFact(at=after(minutes=6), person="Tom Leader", firm="Provider Ltd", level=1,
                     echelon="Operations", ladder="Client Agency", number=1,
                     acknowledged_at=after(minutes=7)),
        ),
        cells=(
            CellFacts(
                id="CRI-0003", reason="Nobody works", asked_by="Dan Director",
                asked_at=after(hours=1), opened_at=after(hours=1, minutes=9),
                closed_at=after(hours=5, minutes=10), initiators=("Dan Director", "Cid Cio"),
                leads=("Bea Board", "Eve Executive"), members=members,
                decisions=(DecisionFact(at=after(hours=2), by="Cid Cio", text="Use the spare"),),
                actions=(ActionFact(number=1, text="Renew all", owner="Tess Deputy",
                                    due=after(days=1), done_at=None),),
                briefings=(BriefingFact(at=after(hours=2), by="Olga Operations",
                                        firm="Client Agency", audience="All agents"),),
            ),
        ),
        moments=(
            Moment(at=OPENED, subject="INC-0042", action="incident.opened", actor="Rita Requester"),
            Moment(at=after(minutes=6), subject="INC-0042", action="ladder.climbed", actor="",
                   level=2, text="Client Agency"),
            Moment(at=after(hours=4), subject="INC-0042", action="incident.target_missed",
                   actor="", text="restore"),
        ),
        monitoring=MonitoringFact(events=12, first_at=OPENED, last_at=after(hours=2)),
        problems=(
            ProblemFact(id="PRB-0005", title="Certificates expire unseen", state="known_error",
                        cause="Nobody is told.", workaround="Renew by hand.", fix=""),
        ),
        changes=(
            ChangeFact(id="CHG-0004", title="New certificates", began=after(minutes=-20),
                       result="rolled_back"),
        ),
    )  # fmt: skip


def report(**changes: Any) -> Report:
    """The draft of that incident's report."""
    record = Report(
        id="REP-0007",
        contract="acme",
        contract_version="v1",
        incident="INC-0042",
        crisis="CRI-0003",
        owner="sam",
        drafted_at=after(hours=7),
        deadline=after(hours=30, minutes=5),
        sections=Sections(
            cause="A certificate expired.", cure="It was renewed.", impact="300 people.",
            actions="– Renew all (Tess Deputy)",
        ),
    )  # fmt: skip
    return replace(record, **changes)


def issue(**changes: Any) -> Issue:
    """Its first version, as issued and approved."""
    record = Issue(
        version=1, at=after(hours=20), preliminary=False, sections=report().sections,
        to=("hana", "sam"), approved_by="tom", facts=facts(),
    )  # fmt: skip
    return replace(record, **changes)
