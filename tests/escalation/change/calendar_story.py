"""Changes of components that need one another, watched by monitoring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.base.refusals import NotNow
from escalation.change.clashes import Clash, ClashKind
from escalation.contract import EventRules, EventSource
from escalation.contract.processes.changes import ChangeRules
from escalation.decision.commands import change as c
from escalation.decision.commands.event import TakeEvents
from escalation.messages.change import ChangeCard
from escalation.records.change import ChangeResult
from escalation.records.event import Seen
from tests.agreement import paris
from tests.escalation.change.story import ChangeStory, with_changes

TWO, THREE = "CHG-0002", "CHG-0003"
SOURCE = EventSource(id="prom", kind="alertmanager", key="ESCALADE_EVENTS_PROM")


class CalendarStory(ChangeStory):
    """Changes of the mail relay, which the wiki needs; monitoring watches."""

    def __init__(self, rules: ChangeRules | None = None, **changes: Any) -> None:
        contract = with_changes(rules, events=EventRules(sources=(SOURCE,)), **changes)
        parts = tuple(
            replace(each, depends_on=("mail",)) if each.id == "wiki" else each
            for each in contract.components
        )
        super().__init__(replace(contract, components=parts))

    def restart(self, start: str = "", by: str = "tess", **values: Any) -> str:
        """A restart of the relay, which is approved beforehand; planned where a start is given."""
        change = self.perform(c.RequestChange, "tess", title="", standard="restart")
        if start:
            given = {"start": paris(start), "person": by} | values
            self.perform(c.PlanChange, "ned", change, **given)
        return change

    def begun(self, start: str = "2026-07-15 22:00") -> str:
        """One that is under way for an hour."""
        change = self.restart(start)
        self.at(paris(start))
        self.perform(c.StartChange, "tess", change)
        return change

    def end(self, change: str, result: ChangeResult = ChangeResult.SUCCEEDED) -> None:
        self.perform(c.EndChange, "tess", change, result=result, reason="It broke")

    def seen(self, alert: str = "a", component: str = "mail", **more: Any) -> str:
        given = {"occurrence": "1", "title": "Queue is full", "severity": 2, "group": alert}
        one = Seen(source="prom", alert=alert, **(given | more))
        command = TakeEvents(contract="acme", component=component, named=component, seen=(one,))
        return self.memory.do(command, self.now)

    def cards(self) -> set[tuple[str, str]]:
        """Who was given a card anew of which change since this was asked last."""
        new, self._seen = self.memory.outbox[self._seen :], len(self.memory.outbox)
        return {
            (str(effect.subject), effect.to.person)
            for _, effect in new
            if isinstance(effect.meaning, ChangeCard) and effect.meaning.anew
        }

    @property
    def incidents(self) -> list[str]:
        return [s.line.subject for s in self.memory.chain if s.line.action == "incident.opened"]


def refused(story: CalendarStory, change: str, start: str, **values: Any) -> NotNow:
    with pytest.raises(NotNow) as caught:
        story.perform(c.PlanChange, "ned", change, start=paris(start), **values)
    return caught.value


def kinds(refusal: NotNow) -> list[ClashKind]:
    clashes = refusal.facts["clashes"]
    assert isinstance(clashes, list)
    return [Clash.read(fact).kind for fact in clashes]
