"""The second tour: from a storm of alerts to the problem behind it, and to the change that ends it.

Told as a timeline of six weeks (`make tour STORY=change`).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import ClientSession

from bot.stage.telling import Story
from escalation.records.change import Change, ChangeResult, ChangeState
from escalation.records.incident import Incident, IncidentState
from escalation.records.kinds import CHANGE, EVENT, INCIDENT, PROBLEM
from escalation.records.problem import Problem, ProblemState

SOURCE, KEY = "alertmanager", "a key that only this tour knows"
COMPONENT = "portail"
SERVERS, POSTS = 50, 20
PROBLEM_ID = "PRB-0001"
TECHNICIAN, INCIDENT_MANAGER, PROBLEM_MANAGER = "mathis-berger", "ines-moreau", "julien-perrin"
DELIVERY_MANAGER, HEAD_OF_SERVICE, ANALYST = "claire-vasseur", "isabelle-fontaine", "lea-guillou"
CHANGE_ID, CHANGE_MANAGER, DELEGATE = "CHG-0001", "sophie-arnaud", "olivier-kerbrat"
OTHER_CHANGE, AGAIN, DIRECTOR = "CHG-0002", "CHG-0003", "francois-delmas"
OPERATIONS_LEAD = "antoine-mercier"
OTHER_BEGINS = "2026-12-08T10:00:00+01:00"
BEGINS = "2026-12-08T11:00:00+01:00"  # the free slot after it
AGAIN_BEGINS, AGAIN_ENDS = "2026-12-09T11:00:00+01:00", "2026-12-09T12:00:00+01:00"
TITLE = "Table des sessions sur deux nœuds"
WORKAROUND = "Vider la file des sessions, puis relancer le frontal."
CAUSE = "La table des sessions se remplit en deux jours."
BLAMED = "Le changement répartissait la table avant que les sessions ne soient copiées."
IMPACT = "Portail indisponible pour les usagers."
ACTIONS = "Répartir la table des sessions sur deux nœuds."


class ChangeTour(Story):
    """A storm is one incident; it recurs, so a problem; its fix is a change, done again."""

    begins = datetime.fromisoformat("2026-11-30T10:00:00+01:00")
    secrets = {"ESCALADE_EVENTS_ALERTMANAGER": KEY}  # noqa: RUF012  never changed

    async def play(self) -> None:
        """Play the whole story."""
        for number, days in (("INC-0001", 0), ("INC-0002", 2), ("INC-0003", 4)):
            await self.stage.until(self.begins + timedelta(days=days))
            await self.storm(number, "error")
            await self.click(TECHNICIAN, "incident/take", self.stage.contract.rooms.provider)
            await self.cleared(number)
            await self.restored(number)
        await self.problem_taken()
        await self.known_error()
        await self.stage.after(days=3)
        await self.storm("INC-0004", "critical")
        await self.worked_around("INC-0004")
        await self.reported("REP-0001", cause=CAUSE, impact=IMPACT, actions=ACTIONS)
        await self.studied()
        await self.decided(CHANGE_ID, head=DELEGATE)
        await self.planned()
        await self.other_carried_out()
        await self.carried_out()
        report = await self.reported("REP-0002", cause=BLAMED, impact=IMPACT, actions=ACTIONS)
        blamed = [each.id for each in report.issues[-1].facts.changes]
        self.must(blamed == [CHANGE_ID], "the report names the change that caused the incident")
        await self.asked_again()
        await self.decided(AGAIN)
        await self.done_again()
        await self.problem_closed()

    async def click(self, person: str, action: str, channel: str = "") -> None:
        """A button clicked a minute later: Slack takes so many messages a minute."""
        await self.stage.after(minutes=1)
        await super().click(person, action, channel)

    async def incident(self, number: str) -> Incident:
        """An incident of the story."""
        return await self.read(INCIDENT, number)

    async def problem(self) -> Problem:
        """The problem of the story."""
        return await self.read(PROBLEM, PROBLEM_ID)

    def say_calls(self, incident: Incident) -> None:
        """Say whom a priority 1 calls at once (INC-8)."""
        calls = self.calls(incident, "client")
        self.must(bool(calls) == (incident.level == 1), "a priority 1 calls, and nothing else")
        for call in calls:
            self.say(f"  → {call}")

    # ── events ───────────────────────────────────────────────────────────────────────────────

    async def alerts(self, severity: str = "critical", **more: str) -> None:
        """Post what the servers of the portal say, as Alertmanager does: many times over."""
        began = self.stage.clock.now().isoformat()
        url = f"http://127.0.0.1:{self.stage.running.site.port}/events/{SOURCE}"
        async with ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
            for post in range(POSTS):
                said = [
                    self._alert(f"web-{post}-{each}", began, severity) | more
                    for each in range(SERVERS)
                ]
                body = json.dumps({"alerts": said, "status": said[0]["status"]})
                async with session.post(url, data=body) as answer:
                    self.must(answer.status == HTTPStatus.OK, "the events are taken in")
        await self.stage.settle()

    def _alert(self, server: str, began: str, severity: str) -> dict[str, Any]:
        labels = {"component": COMPONENT, "severity": severity, "instance": server}
        return {
            "status": "firing",
            "fingerprint": server,
            "startsAt": began,
            "labels": labels | {"alertname": "PortalDown"},
            "annotations": {"summary": "Le portail ne répond plus"},
        }

    async def storm(self, number: str, severity: str) -> None:
        """A storm of alerts is one incident, with a count (Rule EVT-1)."""
        await self.alerts(severity)
        store, contract = self.stage.running.store, self.stage.contract.id
        events = await store.read(lambda tx: tx.list(EVENT, contract))
        count = SERVERS * POSTS
        self.must([each.count for each in events] == [count], "all alerts are counted, once")
        under_way = await store.read(lambda tx: tx.list(INCIDENT, contract))
        self.must([each.id for each in under_way] == [number], "the storm is one incident")
        level = {"critical": 1, "error": 2}[severity]
        self.must(under_way[0].level == level, f"the incident is of priority {level}")
        said = self.texts(
            "%(n)s alerts on “%(component)s” are one incident: %(incident)s, priority %(level)s",
            n=count,
            component=self.stage.contract.component_name(COMPONENT),
            incident=number,
            level=level,
        )
        self.say(f"  → {said}")
        self.say_calls(under_way[0])

    async def cleared(self, number: str) -> None:
        """It is seen no more: whoever has it is asked, and nothing is closed (EVT-1)."""
        await self.stage.after(minutes=20)
        before = len(self.inbox(TECHNICIAN, number))
        await self.alerts(status="resolved", endsAt=self.stage.clock.now().isoformat())
        await self.stage.after(minutes=1)
        self.must(len(self.inbox(TECHNICIAN, number)) > before, "whoever has it is asked")
        incident = await self.incident(number)
        self.must(incident.resolved_at is None, "clearing never closes")
        said = self.texts("%(name)s is asked whether it is resolved", name=self.name(TECHNICIAN))
        self.say(f"  → {said}")

    async def restored(self, number: str, verified_by: str = INCIDENT_MANAGER) -> None:
        """Resolved, verified by somebody else, closed."""
        line = f'resolve {number} "frontal relancé" cause_gone=yes cause="sessions saturées"'
        await self.do(TECHNICIAN, "/incident", line, self.shared)
        await self.do(verified_by, "/incident", f"verify {number}", self.shared)
        await self.do(INCIDENT_MANAGER, "/incident", f"close {number}", self.shared)
        incident = await self.incident(number)
        self.must(incident.state is IncidentState.CLOSED, "the incident is closed")

    # ── the problem ──────────────────────────────────────────────────────────────────────────

    async def problem_taken(self) -> None:
        """Take what recurs, and is proposed as a problem; let both firms decide its priority."""
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
        await self.do(ANALYST, "/problem", f'analyse {PROBLEM_ID} "{CAUSE}"', self.shared)
        await self.do(ANALYST, "/problem", f'workaround {PROBLEM_ID} "{WORKAROUND}"', self.shared)
        problem = await self.problem()
        self.must(problem.known_error, "the problem is a known error")

    async def worked_around(self, number: str) -> None:
        """The next ping says how to work around it (Rule PRB-3)."""
        self.reads(TECHNICIAN, number, WORKAROUND)
        said = self.texts("The call says how to work around it: %(text)s", text=WORKAROUND)
        self.say(f"  → {said}")
        await self.click(TECHNICIAN, "escalate/ack")
        await self.do(TECHNICIAN, "/problem", f"link {PROBLEM_ID} {number}", self.shared)
        await self.cleared(number)
        await self.restored(number)
        problem = await self.problem()
        self.must(number in problem.incidents, "the incident is linked to the problem")

    # ── the change ───────────────────────────────────────────────────────────────────────────

    async def change(self, number: str = CHANGE_ID) -> Change:
        """A change of the story."""
        return await self.read(CHANGE, number)

    async def studied(self) -> None:
        """The change that is to remove the cause: asked for, classified, studied (CHG-1, CHG-2)."""
        line = f'request "{TITLE}" component={COMPONENT} born_of={PROBLEM_ID}'
        await self.do(PROBLEM_MANAGER, "/change", line, self.shared)
        line = f"classify {CHANGE_ID} category=other"
        await self.do(CHANGE_MANAGER, "/change", line, self.shared)
        line = f"assign {CHANGE_ID} person={ANALYST}"
        await self.do(CHANGE_MANAGER, "/change", line, self.shared)
        line = (
            f'study {CHANGE_ID} "répartir la table" impact="coupure de dix minutes" '
            'fallback="remettre la table d\'avant" test="cent sessions à la fois"'
        )
        await self.do(ANALYST, "/change", line, self.shared)
        change = await self.change()
        self.must(change.state is ChangeState.APPROVAL, "the change is studied")

    async def asked_again(self) -> None:
        """Ask again for what was rolled back, with its study (CHG-4)."""
        await self.do(CHANGE_MANAGER, "/change", f"again {CHANGE_ID}", self.shared)
        await self.do(CHANGE_MANAGER, "/change", f"classify {AGAIN} category=other", self.shared)
        change = await self.change(AGAIN)
        self.must(change.previous == CHANGE_ID, "it does the first change again")
        self.must(change.state is ChangeState.APPROVAL, "it has the study of the first one")

    async def decided(self, number: str, head: str = HEAD_OF_SERVICE) -> None:
        """The advisory board has the papers, and its vote decides by itself (CHG-2)."""
        await self.do(
            CHANGE_MANAGER, "/change", f'board {number} "le dossier est complet"', self.shared
        )
        if head != HEAD_OF_SERVICE:
            await self.do(HEAD_OF_SERVICE, "/change", f"represent {number} {head}", self.shared)
            await self.click(head, "change/accept")
        for person in (CHANGE_MANAGER, DIRECTOR, OPERATIONS_LEAD, head):
            change = await self.change(number)
            self.must(change.state is ChangeState.APPROVAL, "the board has not decided yet")
            await self.click(person, "change/yes")
        change = await self.change(number)
        self.must(change.state is ChangeState.APPROVED, "the vote has approved it by itself")
        self.say("  → " + self.texts("The advisory board approves %(change)s", change=number))

    async def planned(self) -> None:
        """A freeze and a clash are said in words; the slot that is free is taken (CHG-4)."""
        line = 'request "Certificat du portail" standard=portal-certificate'
        await self.do(TECHNICIAN, "/change", line, self.shared)
        line = f"plan {OTHER_CHANGE} start={OTHER_BEGINS} person={TECHNICIAN}"
        await self.do(CHANGE_MANAGER, "/change", line, self.shared)
        self.must((await self.change(OTHER_CHANGE)).window, "the standard change is planned")
        for day, why in (("2026-12-22", "Fin d'année"), ("2026-12-08", OTHER_CHANGE)):
            line = f"plan {CHANGE_ID} start={day}T10:00 end={day}T11:00 person={INCIDENT_MANAGER}"
            await self.asked_why(CHANGE_MANAGER, line, why)
        await self.slot_taken(CHANGE_MANAGER)
        change = await self.change()
        window, carrier = change.window, change.carried_out_by
        at = window.start if window else None
        self.must(at == datetime.fromisoformat(BEGINS), "the change is planned in the free slot")
        self.must(carrier == INCIDENT_MANAGER, "whoever was to carry it out does")

    async def asked_why(self, person: str, line: str, why: str) -> None:
        """Say what clashes above the form that asks why it must be then (CHG-4)."""
        actor = self.stage.person(person)
        if actor.modal:
            await actor.close_modal()  # given up
        await actor.command("/change", line, channel=self.shared)
        typed = f"/change {line}"
        self.say(self.texts("%(name)s types  %(line)s", name=self.name(person), line=typed))
        blocks = actor.modal["blocks"] if actor.modal else []
        texts = [str(each["text"]["text"]) for each in blocks if "text" in each]
        said = next((text for text in texts if why in text), "")
        self.must(said, f"{self.name(person)} reads why not: {why}")
        self.say(f"  → {said}")

    async def slot_taken(self, person: str) -> None:
        """The free slot is taken by a click in that form, which then says so (CHG-4)."""
        actor = self.stage.person(person)
        blocks = actor.modal["blocks"] if actor.modal else []
        buttons = [e for each in blocks for e in each.get("elements", []) if "action_id" in e]
        self.must(buttons, "the form offers the free slot")
        await self.stage.after(minutes=1)
        await actor.click_in_view(buttons[0]["action_id"])
        await self.stage.settle()
        label = buttons[0]["text"]["text"]
        self.say(self.texts("%(name)s clicks  [%(label)s]", name=self.name(person), label=label))
        await actor.close_modal()

    async def other_carried_out(self) -> None:
        """The standard change, before the other: nobody has to approve it (CHG-2)."""
        await self.stage.until(datetime.fromisoformat(OTHER_BEGINS))
        await self.click(TECHNICIAN, "change/start")
        await self.stage.after(minutes=20)
        await self.click(TECHNICIAN, "change/end")
        await self.do(CHANGE_MANAGER, "/change", f"close {OTHER_CHANGE}", self.shared)
        other = await self.change(OTHER_CHANGE)
        self.must(other.state is ChangeState.CLOSED, "the standard change is closed")

    async def carried_out(self) -> None:
        """It begins by button; an incident comes of it, so it is rolled back (CHG-4)."""
        await self.stage.until(datetime.fromisoformat(BEGINS))
        await self.click(INCIDENT_MANAGER, "change/start")
        self.must((await self.change()).state is ChangeState.UNDERWAY, "the change is under way")
        await self.held_back()
        await self.stage.after(minutes=10)
        line = f'open "Les usagers perdent leur session" component={COMPONENT} severity=1'
        await self.do(OPERATIONS_LEAD, "/incident", line, self.shared)
        self.say_calls(await self.incident("INC-0005"))
        await self.click(TECHNICIAN, "escalate/ack")
        await self.click(TECHNICIAN, "change/link", self.stage.contract.rooms.provider)
        change = await self.change()
        self.must("INC-0005" in change.incidents, "the change and its incident are linked")
        line = f'end {CHANGE_ID} result=rolled_back reason="les sessions se perdent"'
        await self.do(INCIDENT_MANAGER, "/change", line, self.shared)
        await self.stage.after(minutes=10)
        await self.restored("INC-0005", verified_by=OPERATIONS_LEAD)
        change = await self.change()
        self.must(change.result is ChangeResult.ROLLED_BACK, "the change is rolled back")

    async def held_back(self) -> None:
        """Show that what monitoring says of what is being changed opens no incident (EVT-1)."""
        await self.alerts()
        store, contract = self.stage.running.store, self.stage.contract.id
        under_way = await store.read(lambda tx: tx.list(INCIDENT, contract))
        self.must(not under_way, "the events are held back while the change is under way")
        await self.alerts(status="resolved", endsAt=self.stage.clock.now().isoformat())
        said = self.texts(
            "%(n)s alerts are held back: they are of %(change)s",
            n=SERVERS * POSTS,
            change=CHANGE_ID,
        )
        self.say(f"  → {said}")

    async def done_again(self) -> None:
        """The change is done again, succeeds, and is closed: that is a release (REL-1)."""
        times = f"start={AGAIN_BEGINS} end={AGAIN_ENDS}"
        line = f"plan {AGAIN} {times} person={INCIDENT_MANAGER}"
        await self.do(CHANGE_MANAGER, "/change", line, self.shared)
        await self.stage.until(datetime.fromisoformat(AGAIN_BEGINS))
        await self.click(INCIDENT_MANAGER, "change/start")
        await self.stage.after(minutes=30)
        await self.do(INCIDENT_MANAGER, "/change", f"end {AGAIN} result=succeeded", self.shared)
        await self.do(CHANGE_MANAGER, "/change", f"close {AGAIN}", self.shared)
        change = await self.change(AGAIN)
        self.must(change.state is ChangeState.CLOSED, "the change is closed")
        await self.do(CHANGE_MANAGER, "/change", f"history component={COMPONENT}", self.shared)
        said = json.dumps(self.stage.person(CHANGE_MANAGER).reads(self.shared)[-1])
        self.must(AGAIN in said and CHANGE_ID not in said, "the release is in the history")

    async def problem_closed(self) -> None:
        """The fix is watched, nothing comes back, and the problem is closed (Rule PRB-3)."""
        fix = (await self.problem()).fix
        self.must(fix and fix.change == AGAIN, "the change is recorded as the fix")
        said = self.texts(
            "%(change)s is recorded as the fix of %(problem)s", change=AGAIN, problem=PROBLEM_ID
        )
        self.say(f"  → {said}")
        watched = (await self.problem()).watched_until
        self.must(watched, "it is watched whether an incident comes back")
        if watched is not None:
            await self.stage.until(watched)
        await self.click(PROBLEM_MANAGER, "problem/close")
        problem = await self.problem()
        self.must(problem.state is ProblemState.CLOSED, "the problem is closed")
        said = self.texts("%(problem)s is closed: nothing of it came back", problem=PROBLEM_ID)
        self.say(f"  → {said}")
