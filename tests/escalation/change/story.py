"""A story told to the rules of changes: Ned manages them, Tess carries them out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from escalation.base.durations import Duration
from escalation.contract import Contract, Role
from escalation.contract.processes.changes import (
    ChangeRules,
    ChangeSource,
    FormField,
    StandardChange,
    UrgentChanges,
)
from escalation.decision.commands import change as c
from escalation.messages.change import ChangeCard
from escalation.records.change import Change, ChangeCategory
from tests.agreement import agreement
from tests.story import Story

CHG = "CHG-0001"
STANDARD = (
    StandardChange(
        id="account",
        title="VPN account",
        procedure="Runbook 12",
        components=("vpn",),
        may_ask=("requester", "olga"),
        approved_by=("olga", "otto"),
        carried_out_by=("tess",),
        usual_duration=Duration.parse("30m"),
        form=(
            FormField(id="user", label="For whom?"),
            FormField(id="rights", label="Rights", required=False, choices=("read", "write")),
        ),
        urgent=True,
    ),
    StandardChange(
        id="restart",
        title="Restart of the mail relay",
        procedure="Runbook 3",
        components=("mail",),
        carried_out_by=("technician",),
    ),
)
RULES = ChangeRules(
    standard=STANDARD,
    urgent=UrgentChanges(
        may_ask=("olga",),
        may_accept=("sam",),
        extra_risk="Ten minutes without mail",
        liability="The client",
    ),
    sources=(
        ChangeSource(id="move", name="Move to Brest", told=("cid",), approves=("hana",)),
        ChangeSource(id="capacity", name="Capacity plan", told=("tom",)),
    ),
)
STUDY = {"text": "Swap the disks", "impact": "none", "fallback": "swap back", "test": "read"}


def with_changes(rules: ChangeRules | None = None, **changes: Any) -> Contract:
    """The agreement, with change management and a change manager."""
    contract = agreement(changes=rules or RULES, **changes)
    people = tuple(
        replace(p, roles=(*p.roles, Role.CHANGE_MANAGER)) if p.id == "ned" else p
        for p in contract.people
    )
    return replace(contract, people=people)


class ChangeStory(Story):
    """The same clock and memory, about one change."""

    def __init__(self, contract: Contract | None = None) -> None:
        super().__init__(contract or with_changes(), id=CHG)

    @property
    def change(self) -> Change:
        found: Change = self[CHG]
        return found

    def asked(self, by: str = "rita", **values: Any) -> Change:
        """Somebody asks for a change."""
        found: Change = self.do(c.RequestChange, by, **({"title": "Larger disks"} | values))
        return found

    def standard(self, by: str = "rita", **values: Any) -> Change:
        """Rita asks for an account of the catalogue, which Olga approves."""
        return self.asked(by, standard="account", answers={"user": "Maud"}, **values)

    def studied(self, **values: Any) -> Change:
        """A change that is not standard, with its study."""
        self.asked()
        self.do(c.ClassifyChange, "ned", category=ChangeCategory.OTHER, **values)
        found: Change = self.do(c.RecordStudy, "ned", **STUDY)
        return found

    def approved(self) -> Change:
        """An approved standard change."""
        self.standard()
        found: Change = self.do(c.ApproveChange, "olga")
        return found

    def planned(self, hours: float = 2) -> Change:
        """An approved one, in a window of half an hour that opens in so many hours."""
        self.approved()
        found: Change = self.do(c.PlanChange, "ned", start=self.now + timedelta(hours=hours))
        return found

    def underway(self) -> Change:
        """One that Tess has begun at the beginning of its window."""
        self.planned()
        self.wait(hours=2)
        found: Change = self.do(c.StartChange, "tess")
        return found

    def called(self) -> list[str]:
        """Who was given a card anew since this was asked last: whoever has something to do."""
        return [person for _, person in self.called_at()]

    def called_at(self) -> list[tuple[datetime, str]]:
        """The same, and when."""
        new, self._seen = self.memory.outbox[self._seen :], len(self.memory.outbox)
        return [
            (at, effect.to.person)
            for at, effect in new
            if isinstance(effect.meaning, ChangeCard) and effect.meaning.anew
        ]

    def news(self) -> list[tuple[str, str]]:
        """What was told of it so far, and to whom."""
        return [(str(e.facts["action"]), e.to.person) for e in self.effects("change_news")]

    _seen = 0
