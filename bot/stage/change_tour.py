"""The second tour: from a storm of alerts to the problem behind it, and to the change that ends it.

Told as a timeline of three weeks (`make tour STORY=change`).
"""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import ClientSession

from bot.stage.telling import Story
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import EVENT, INCIDENT, PROBLEM
from escalation.records.problem import Problem, ProblemState

SOURCE, KEY = "alertmanager", "a key that only this tour knows"
COMPONENT = "portail"
SERVERS, POSTS = 50, 20
PROBLEM_ID = "PRB-0001"
TECHNICIAN, INCIDENT_MANAGER, PROBLEM_MANAGER = "mathis-berger", "ines-moreau", "julien-perrin"
DELIVERY_MANAGER, HEAD_OF_SERVICE, ANALYST = "claire-vasseur", "isabelle-fontaine", "lea-guillou"
WORKAROUND = "Vider la file des sessions, puis relancer le frontal."


class ChangeTour(Story):
    """A storm is one incident; it recurs, so a problem; its fix is a change, done again."""

    begins = datetime.fromisoformat("2026-06-08T10:00:00+02:00")
    secrets = {"ESCALADE_EVENTS_ALERTMANAGER": KEY}  # noqa: RUF012  never changed

    async def play(self) -> None:
        """Play the whole story."""
        await self.storm("INC-0001")
        await self.restore("INC-0001")
        for number in ("INC-0002", "INC-0003"):
            await self.stage.after(days=2)
            await self.storm(number)
            await self.restore(number)
        await self.problem_taken()
        await self.known_error()
        await self.stage.after(days=3)
        await self.storm("INC-0004")
        await self.worked_around("INC-0004")

    async def click(self, person: str, action: str) -> None:
        """A button clicked a minute later: Slack takes so many messages a minute."""
        await self.stage.after(minutes=1)
        await super().click(person, action)

    async def incident(self, number: str) -> Incident:
        """An incident of the story."""
        return await self.read(INCIDENT, number)

    async def problem(self) -> Problem:
        """The problem of the story."""
        return await self.read(PROBLEM, PROBLEM_ID)

    # ── events ───────────────────────────────────────────────────────────────────────────────

    async def alerts(self, **more: str) -> None:
        """Post what the servers of the portal say, as Alertmanager does: many times over."""
        began = self.stage.clock.now().isoformat()
        url = f"http://127.0.0.1:{self.stage.running.site.port}/events/{SOURCE}"
        async with ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
            for post in range(POSTS):
                said = [self._alert(f"web-{post}-{each}", began) | more for each in range(SERVERS)]
                body = json.dumps({"alerts": said, "status": said[0]["status"]})
                async with session.post(url, data=body) as answer:
                    self.must(answer.status == HTTPStatus.OK, "the events are taken in")
        await self.stage.settle()

    def _alert(self, server: str, began: str) -> dict[str, Any]:
        labels = {"component": COMPONENT, "severity": "critical", "instance": server}
        return {
            "status": "firing",
            "fingerprint": server,
            "startsAt": began,
            "labels": labels | {"alertname": "PortalDown"},
            "annotations": {"summary": "Le portail ne répond plus"},
        }

    async def storm(self, number: str) -> None:
        """A storm of alerts is one incident, with a count (Rule EVT-1)."""
        await self.alerts()
        store, contract = self.stage.running.store, self.stage.contract.id
        events = await store.read(lambda tx: tx.list(EVENT, contract))
        count = SERVERS * POSTS
        self.must([each.count for each in events] == [count], "all alerts are counted, once")
        under_way = await store.read(lambda tx: tx.list(INCIDENT, contract))
        self.must([each.id for each in under_way] == [number], "the storm is one incident")
        self.must(under_way[0].level == 1, "the incident is a priority 1")
        said = self.texts(
            "%(n)s alerts on “%(component)s” are one incident: %(incident)s",
            n=count,
            component=self.stage.contract.component_name(COMPONENT),
            incident=number,
        )
        self.say(f"  → {said}")
        self.reads(TECHNICIAN, number)

    async def restore(self, number: str) -> None:
        """Taken, cleared, resolved, verified by somebody else, closed."""
        await self.click(TECHNICIAN, "escalate/ack")
        await self.stage.after(minutes=20)
        at = self.stage.clock.now().isoformat()
        await self.alerts(status="resolved", endsAt=at)
        incident = await self.incident(number)
        self.must(incident.resolved_at is None, "clearing never closes")
        self.reads(TECHNICIAN, number, "incident/resolve")
        said = self.texts("%(name)s is asked whether it is resolved", name=self.name(TECHNICIAN))
        self.say(f"  → {said}")
        line = f'resolve {number} "frontal relancé" cause_gone=yes cause="sessions saturées"'
        await self.do(TECHNICIAN, "/incident", line, self.shared)
        await self.do(INCIDENT_MANAGER, "/incident", f"verify {number}", self.shared)
        await self.do(INCIDENT_MANAGER, "/incident", f"close {number}", self.shared)
        incident = await self.incident(number)
        self.must(incident.state is IncidentState.CLOSED, "the incident is closed")

    # ── the problem ──────────────────────────────────────────────────────────────────────────

    async def problem_taken(self) -> None:
        """What recurs is proposed as a problem, taken, and its priority decided by both firms."""
        problem = await self.problem()
        self.must(problem.state is ProblemState.PROPOSED, "what recurs is proposed as a problem")
        counted = ("INC-0001", "INC-0002", "INC-0003")
        self.must(set(problem.incidents) == set(counted), "with the incidents that it counts")
        self.reads(PROBLEM_MANAGER, PROBLEM_ID, *counted)
        said = self.texts("%(problem)s is proposed: it recurs", problem=PROBLEM_ID)
        self.say(f"  → {said} ({', '.join(counted)})")
        await self.click(PROBLEM_MANAGER, "problem/take")
        line = f"assess {PROBLEM_ID} client_impact=high provider_impact=medium"
        await self.do(PROBLEM_MANAGER, "/problem", line, self.shared)
        await self.click(DELIVERY_MANAGER, "problem/propose")
        await self.click(HEAD_OF_SERVICE, "problem/decide")
        problem = await self.problem()
        self.must(problem.priority, "both firms have decided the priority")

    async def known_error(self) -> None:
        """The cause and a work-around are found: a known error (Rule PRB-3)."""
        await self.do(
            PROBLEM_MANAGER, "/problem", f"assign {PROBLEM_ID} person={ANALYST}", self.shared
        )
        cause = "La table des sessions se remplit en deux jours."
        await self.do(ANALYST, "/problem", f'analyse {PROBLEM_ID} "{cause}"', self.shared)
        await self.do(ANALYST, "/problem", f'workaround {PROBLEM_ID} "{WORKAROUND}"', self.shared)
        problem = await self.problem()
        self.must(problem.known_error, "the problem is a known error")

    async def worked_around(self, number: str) -> None:
        """The next ping says how to work around it (Rule PRB-3)."""
        self.reads(TECHNICIAN, number, WORKAROUND)
        said = self.texts("The call says how to work around it: %(text)s", text=WORKAROUND)
        self.say(f"  → {said}")
        await self.do(TECHNICIAN, "/problem", f"link {PROBLEM_ID} {number}", self.shared)
        await self.restore(number)
        problem = await self.problem()
        self.must(number in problem.incidents, "the incident is linked to the problem")
