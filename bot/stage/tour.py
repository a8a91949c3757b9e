"""The tour: the whole story of an incident, over Slack's protocol, on a clock that is moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.stage.telling import Story
from escalation.records import kinds
from escalation.records.crisis import Crisis, CrisisState, Presence
from escalation.records.incident import Incident, IncidentState
from handlers.words.texts import msg

NIGHT = datetime.fromisoformat("2026-07-14T03:00:00+02:00")
REQUESTER = "antoine-mercier"
INCIDENT, CRISIS = "INC-0001", "CRI-0001"
CELL_REPORT, REPORT = "REP-0001", "REP-0002"
WHY = {
    "initiator": msg("leads it"),
    "as_of_right": msg("a member as of right"),
    "communication_lead": msg("keeps the firm informed"),
}


class Tour(Story):
    """A priority 1 in the night of a holiday: escalated, a crisis, restored, its report issued."""

    begins = NIGHT

    async def incident(self) -> Incident:
        """The incident of the story."""
        return await self.read(kinds.INCIDENT, INCIDENT)

    async def crisis(self) -> Crisis:
        """The crisis of the story."""
        return await self.read(kinds.CRISIS, CRISIS)

    async def play(self) -> None:
        """The whole story."""
        await self.open()
        await self.climb()
        await self.supplier()
        await self.convene()
        await self.represent()
        await self.lead()
        await self.steer()
        await self.restore()
        await self.reports_issued()

    async def open(self) -> None:
        """A priority 1 at 03:00 on a holiday: the on-call path."""
        line = 'open "Plus de VPN sur tous les sites" component=vpn severity=1 ticket=I260714_0042'
        await self.do(REQUESTER, "/incident", line, self.shared)
        incident = await self.incident()
        self.must(incident.level == 1, "the incident is a priority 1")
        escalation = incident.escalation("client")
        self.must(
            escalation is not None and escalation.active, "the escalation has started by itself"
        )
        for call in self.calls(incident, "client"):
            self.say(f"  → {call}")
        opener = incident.walks[0].side("client").acknowledged_by
        self.must(opener == REQUESTER, "whoever opened it answers for the client's first echelon")
        answers = self.texts(
            "%(name)s is not called: opening it counts as an answer for %(firm)s at this echelon",
            name=self.name(REQUESTER), firm=self.stage.contract.party_name("client"),
        )  # fmt: skip
        self.say(f"  → {answers}")
        on_call = incident.walks[0].side("provider").pings[0].person
        self.must(on_call in {"thomas-lacroix", "lea-guillou", "ines-moreau"}, "on-call is called")
        self.reads(on_call, INCIDENT)

    async def climb(self) -> None:
        """Nobody at the first rung answers: deputies, then the second rung of both firms."""
        end = self.stage.clock.now() + timedelta(minutes=45)
        level = 0
        while self.stage.clock.now() < end:
            await self.stage.after(minutes=1)
            incident = await self.incident()
            for call in self.calls(incident, "client"):
                self.say(f"  → {call}")
            level = incident.walks[0].rung
            if level == 1:
                break
        self.must(level == 1, "the second rung is reached")
        incident = await self.incident()
        called = {side.side: side.pings[-1].person for side in incident.walks[0].sides}
        self.must(set(called) == {"provider", "client"}, "both firms are called at the second rung")
        for person in called.values():
            await self.click(person, "escalate/ack")
        incident = await self.incident()
        answered = [side.acknowledged_by for side in incident.walks[0].sides]
        self.must(all(answered), "both sides have acknowledged")
        self.must(incident.acknowledged_at, "the incident is acknowledged")
        self.manager, self.head = called["provider"], called["client"]

    async def supplier(self) -> None:
        """The supplier's own ladder."""
        line = f'up {INCIDENT} ladder=ponant "le lien opérateur semble coupé"'
        await self.do("mathis-berger", "/escalate", line, self.shared)
        incident = await self.incident()
        escalation = incident.escalation("ponant")
        self.must(escalation is not None and escalation.active, "the supplier's ladder is walked")
        for call in self.calls(incident, "ponant"):
            self.say(f"  → {call}")
        await self.click("erwan-le-gall", "escalate/ack")

    async def convene(self) -> None:
        """A crisis is asked for and accepted; its room opens."""
        line = f'ask {INCIDENT} "tous les sites sont coupés"'
        await self.do(self.manager, "/crisis", line, self.shared)
        self.reads(self.head, CRISIS)
        await self.click(self.head, "crisis/accept")
        crisis = await self.crisis()
        self.must(crisis.state is CrisisState.OPEN, "the crisis is open")
        self.must(crisis.room, "the crisis has its room")
        self.room = str(crisis.room)
        self.say("  → " + self.texts("the channel #%(name)s is open", name=crisis.room_name))
        self.reads("nadia-benali", CRISIS)
        for member in crisis.members:
            name, why = self.name(member.person), self.texts(WHY[member.why])
            called = self.texts("%(name)s is called to the cell (%(why)s)", name=name, why=why)
            self.say(f"  → {called}")
        for person in (self.manager, self.head):
            await self.join(person)

    async def join(self, person: str) -> None:
        """Somebody says that they are in the crisis room."""
        await self.do(person, "/crisis", f"here {CRISIS}", self.shared)
        crisis = await self.crisis()
        member = crisis.member(person)
        self.must(member and member.joined_at, f"{self.name(person)} counts as present")

    async def represent(self) -> None:
        """A mandated member is chased, and sends a delegate."""
        away, delegate = "claire-vasseur", "ines-moreau"
        before = len(self.inbox(away, CRISIS))
        await self.stage.after(minutes=6)
        self.must(len(self.inbox(away, CRISIS)) > before, f"{self.name(away)} is chased")
        self.say("  → " + self.texts("%(name)s is called again", name=self.name(away)))
        await self.do(away, "/crisis", f"represented {CRISIS} {delegate}", self.shared)
        await self.join(delegate)
        crisis = await self.crisis()
        member = crisis.member(away)
        represented = member and crisis.presence(member) is Presence.REPRESENTED
        self.must(represented, f"{self.name(away)} is represented by {self.name(delegate)}")
        for person in ("francois-delmas", "philippe-garnier"):
            await self.join(person)

    async def lead(self) -> None:
        """People of a higher level take the lead; both sides confirm."""
        provider, client = "francois-delmas", "philippe-garnier"
        line = f"lead {CRISIS} provider={provider} client={client}"
        await self.do(self.manager, "/crisis", line, self.shared)
        await self.click(provider, "crisis/confirm")
        await self.click(client, "crisis/confirm")
        crisis = await self.crisis()
        self.must(set(crisis.leads.values()) == {provider, client}, "the lead is handed over")

    async def steer(self) -> None:
        """Decisions, actions, and keeping both firms informed."""
        await self.do(
            "francois-delmas", "/crisis",
            f'decide {CRISIS} "basculer sur le lien de secours"', self.shared,
        )  # fmt: skip
        await self.do(
            "francois-delmas", "/crisis",
            f'action {CRISIS} "activer le lien de secours" owner=thomas-lacroix due=05:30',
            self.shared,
        )  # fmt: skip
        await self.stage.after(minutes=61)
        crisis = await self.crisis()
        for person in crisis.communication.values():
            self.reads(person, CRISIS, "crisis/inform")
            name = self.name(person)
            said = self.texts("%(name)s is reminded to keep the firm informed", name=name)
            self.say(f"  → {said}")
            await self.do(
                person, "/crisis",
                f'inform {CRISIS} "le lien de secours est activé" audience="les directions"',
                self.shared,
            )  # fmt: skip
        await self.do("thomas-lacroix", "/crisis", f"done {CRISIS} 1", self.shared)
        crisis = await self.crisis()
        self.must(len(crisis.briefings) == len(crisis.communication), "the briefings are recorded")
        self.must(all(a.done_at for a in crisis.actions), "the action is done")

    async def restore(self) -> None:
        """Resolved, verified by the requester, closed."""
        await self.do("thomas-lacroix", "/incident", f"take {INCIDENT}", self.shared)
        line = (
            f'resolve {INCIDENT} "bascule sur le lien de secours" cause_gone=no '
            'cause="coupure de la fibre de l\'opérateur"'
        )
        await self.do("thomas-lacroix", "/incident", line, self.shared)
        await self.click(REQUESTER, "incident/verify")
        incident = await self.incident()
        self.must(incident.state is IncidentState.VERIFIED, "the requester has verified")
        await self.do("francois-delmas", "/crisis", f"close {CRISIS}", self.shared)
        await self.click("philippe-garnier", "crisis/close")
        crisis = await self.crisis()
        self.must(crisis.state is CrisisState.CLOSED, "the crisis is closed")
        await self.do(self.manager, "/incident", f"close {INCIDENT}", self.shared)
        incident = await self.incident()
        self.must(incident.state is IncidentState.CLOSED, "the incident is closed")

    async def reports_issued(self) -> None:
        """The cell's report, then the incident's: completed, approved by another, issued."""
        common = {
            "cause": "Coupure de la fibre de l'opérateur pendant des travaux de voirie.",
            "impact": "Aucun accès distant pour 1 200 agents, de 3 h à 5 h.",
            "actions": "Doubler l'arrivée de l'opérateur ; essai mensuel du lien de secours.",
        }
        await self.reported(CELL_REPORT, cure="Bascule sur le lien de secours.", **common)
        await self.reported(REPORT, **common)

    async def keep(self, out: Path, *files: Path) -> None:
        """Leave the HTML report beside the journal."""
        pages = [f for f in self.stage.workspace.files.values() if f.name.startswith(REPORT)]
        self.must(pages, "the HTML report is uploaded")
        out.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  nobody waits meanwhile
        (out / pages[-1].name).write_bytes(pages[-1].content or b"")
        await super().keep(out, out / pages[-1].name, *files)
