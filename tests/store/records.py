"""Records for the tests of the memory, as small as they can be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from escalation.base.journal import Entry
from escalation.base.timer_names.timer_name import Unknown
from escalation.base.timers import ArmedTimers
from escalation.messages.destinations import Destination
from escalation.messages.effects import Effect, Meaning
from escalation.messages.table import MEANINGS
from escalation.records.change import Change, ChangeOrigin
from escalation.records.cover import Cover, CoverState, Spell
from escalation.records.crisis import Crisis
from escalation.records.incident import Incident
from escalation.records.problem import Problem, ProblemOrigin, ProblemState
from escalation.records.report import Report
from tests.agreement import paris

NOON = paris("2026-07-15 12:00")
MINUTE = timedelta(minutes=1)


def incident(number: int = 1, **changes: Any) -> Incident:
    fields = {
        "id": f"INC-{number:04d}", "contract": "acme", "contract_version": "v1", "title": "VPN",
        "requester": "rita", "opened_by": "rita", "opened_at": NOON,
    }  # fmt: skip
    return Incident(**(fields | changes))


def crisis(number: int = 1, **changes: Any) -> Crisis:
    fields = {
        "id": f"CRI-{number:04d}", "contract": "acme", "contract_version": "v1", "incident": None,
        "reason": "down", "asked_by": "sam", "asked_side": "provider", "asked_at": NOON,
        "level": 2,
    }  # fmt: skip
    return Crisis(**(fields | changes))


def report(number: int = 1, **changes: Any) -> Report:
    fields = {
        "id": f"REP-{number:04d}", "contract": "acme", "contract_version": "v1",
        "incident": "INC-0001", "owner": "sam", "drafted_at": NOON, "deadline": NOON + MINUTE,
    }  # fmt: skip
    return Report(**(fields | changes))


def cover(number: int = 1, **changes: Any) -> Cover:
    """Ned covers for Nia, for a day."""
    fields = {
        "id": f"COV-{number:04d}", "contract": "acme", "contract_version": "v1", "rota": "nights",
        "asked_by": "nia", "asked": ("ned",), "taken_by": "ned", "asked_at": NOON,
        "spell": Spell(start=NOON, end=NOON + 1440 * MINUTE), "state": CoverState.IN_FORCE,
    }  # fmt: skip
    return Cover(**(fields | changes))


def problem(number: int = 1, **changes: Any) -> Problem:
    """What Ned has opened."""
    fields = {
        "id": f"PRB-{number:04d}", "contract": "acme", "contract_version": "v1", "title": "a leak",
        "origin": ProblemOrigin.REVIEW, "opened_by": "ned", "opened_at": NOON,
        "state": ProblemState.OPENED,
    }  # fmt: skip
    return Problem(**(fields | changes))


def change(number: int = 1, **changes: Any) -> Change:
    """What Rita has asked for."""
    fields = {
        "id": f"CHG-{number:04d}", "contract": "acme", "contract_version": "v1", "title": "disks",
        "origin": ChangeOrigin.CLIENT_REQUEST, "requester": "rita", "opened_at": NOON,
    }  # fmt: skip
    return Change(**(fields | changes))


def armed(**due: datetime) -> ArmedTimers:
    """Timers of those names, armed in this order."""
    alarms = ArmedTimers()
    for name, at in due.items():
        alarms = alarms.set(Unknown(name), at)
    return alarms


def line(action: str, subject: str = "INC-0001", contract: str = "acme", **facts: Any) -> Entry:
    return Entry(
        contract=contract, subject=subject, at=NOON, actor="sam", action=action, source="slash",
        facts=facts,
    )  # fmt: skip


class Meant(Meaning):
    """A message with facts of the test's own."""

    facts = None

    def __init__(self, kind: type[Meaning], facts: Any) -> None:
        self.__dict__.update(
            topic=kind.topic, wakes=kind.wakes, collapses=kind.collapses, facts=facts
        )


def effect(
    to: str = "person/tom", topic: str = "ping", *, facts: Any = None, **changes: Any
) -> Effect:
    given = {"contract": "acme", "subject": "INC-0001"} | changes
    meaning = Meant(MEANINGS[topic], facts or {})
    return Effect(meaning=meaning, to=Destination.read(to), **given)


def card(to: str = "room/shared", **changes: Any) -> Effect:
    return effect(to, "incident_card", **changes)
