"""After years nothing is slower: no statement walks a table that grows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.stage.stage import Stage
from escalation.decision.commands.event import TakeEvents
from escalation.records.change import ChangeState
from escalation.records.crisis import CrisisState
from escalation.records.event import Seen
from escalation.records.incident import IncidentState
from escalation.records.kinds import CHANGE, CRISIS, PROBLEM
from escalation.records.problem import ProblemState
from escalation.records.report import ReportState
from escalation.records.visibility import sight_of
from tests.planner import noting, walks
from tests.scenarios.scene import Scene


async def play(scene: Scene) -> None:
    """A priority 1 with its crisis and its report, and all that can be looked at meanwhile."""
    stage = scene.stage
    incident = await scene.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')
    await scene.opens("mathis-berger", '"Paie lente" component=paie severity=3')
    await scene.types("mathis-berger", "/incident merge INC-0002 INC-0001")
    called = incident.walks[0].side("provider").pings[-1].person
    await scene.clicks(called, "escalate/ack")
    await stage.after(minutes=20)
    await scene.types("mathis-berger", "/incident take INC-0001")
    await scene.types("mathis-berger", "/incident note INC-0001 fibre")
    await scene.crisis_asked()
    await scene.clicks("isabelle-fontaine", "crisis/accept")
    room = str((await scene.crisis()).room)
    await scene.types("claire-vasseur", "/crisis here", room)
    await look(scene)
    for lead in ("claire-vasseur", "isabelle-fontaine"):
        await scene.types(lead, "/crisis close CRI-0001")
    line = '/incident resolve INC-0001 "lien rétabli" cause_gone=yes cause="fibre coupée"'
    await scene.types("mathis-berger", line)
    await scene.clicks("antoine-mercier", "incident/verify")
    await scene.types("claire-vasseur", "/incident close INC-0001")
    owner = (await scene.report()).owner
    await scene.types(owner, '/report edit REP-0001 cause="fibre"')
    approver = next(p for p in ("mathis-berger", "sophie-arnaud") if p != owner)
    await scene.types(approver, "/report approve REP-0001")
    await look(scene)
    await stage.after(days=3)
    await stage.restart_bot()
    await stage.after(minutes=2)


async def process(scene: Scene) -> None:
    """Events, a recurrence, a problem and its fix, a change from its request to its end."""
    stage, application = scene.stage, scene.stage.running.application
    seen = Seen(source="alertmanager", group="g", alert="a", title="HostDown")
    for firing in (True, True, False):
        await application.perform(
            TakeEvents(
                contract="rivage", component="vpn", named="vpn",
                seen=(replace(seen, firing=firing),),
            )
        )  # fmt: skip
    await stage.settle()
    for line in (
        "claire-vasseur /incident open HostDown component=vpn severity=3",
        "claire-vasseur /incident open HostDown component=vpn severity=3",
        "julien-perrin /problem open HostDown incident=INC-0001",
        "julien-perrin /problem analyse PRB-0001 Fibre",
        "julien-perrin /problem workaround PRB-0001 Secours",
        "julien-perrin /problem list",
        "julien-perrin /problem show PRB-0001",
        "sophie-arnaud /change request Certificat standard=portal-certificate",
        "sophie-arnaud /change plan CHG-0001 2026-06-10T10:05 despite=x",
        "ines-moreau /change start CHG-0001 despite=x",
        "ines-moreau /change link CHG-0001 INC-0001",
        "ines-moreau /change end CHG-0001 succeeded reason=fait",
        "sophie-arnaud /change close CHG-0001",
        "sophie-arnaud /change list",
        "sophie-arnaud /change calendar",
        "sophie-arnaud /change history component=portail",
        "julien-perrin /problem fix PRB-0001 CHG-0001 text=Fibre",
    ):
        who, _, words = line.partition(" ")
        if words.startswith("/change start"):
            await stage.after(minutes=6)
        await scene.types(who, words)


async def look(scene: Scene) -> None:
    """Look at all there is, as people do, and as the bot does by itself."""
    bot, contract = scene.stage.running, scene.contract
    for line in (
        "/incident list", "/incident list page=2", "/incident show INC-0001",
        "/incident plan INC-0001", "/escalate status INC-0001", "/crisis status CRI-0001",
        "/crisis list", "/report list",
    ):  # fmt: skip
        await scene.types("claire-vasseur", line)
    for person in {each.organisation: each.id for each in contract.people}.values():
        await scene.person(person).open_home()
    await scene.stage.settle()
    everybody = [{contract.id: sight_of(contract, person.id)} for person in contract.people]
    await bot.store.read(lambda tx: [tx.gravest(sights) for sights in everybody])
    await bot.store.read(lambda tx: tx.with_open(CRISIS))
    await bot.reconciler.look()
    await bot.store.upcoming()
    await bot.store.outbox.unsent()
    await bot.store.timers.failing()


# what may walk all the same, by words of the statement, and why
EXCEPTIONS = {
    "FROM timers \nWHERE timers.retry_at IS NULL ORDER BY timers.due":
        "stops at the first that was not set aside",
    "SELECT contract_versions.version \nFROM contract_versions":
        "looks once at a start, in the key alone, which versions were accepted",
    "count(*) AS count_1 \nFROM timers": "counts what is armed, once a minute, beside all others",
    "sum(journal_heads.number)": "adds up a row a contract, once a minute, beside all others",
}  # fmt: skip


async def test_no_statement_walks_a_table_that_grows(
    stage: Stage, scene: Scene, database: str
) -> None:
    with noting() as sent:
        await play(scene)
    assert (await scene.incident()).state is IncidentState.CLOSED
    assert (await scene.crisis()).state is CrisisState.CLOSED
    assert (await scene.report()).state is ReportState.ISSUED
    assert not await faults_of(database, sent, stage)


async def test_no_statement_about_events_problems_and_changes_walks(
    stage: Stage, scene: Scene, database: str
) -> None:
    with noting() as sent:
        await process(scene)
    (problem,) = await stage.running.store.read(
        lambda tx: tx.list(PROBLEM, "rivage", open_only=False)
    )
    (change,) = await stage.running.store.read(
        lambda tx: tx.list(CHANGE, "rivage", open_only=False)
    )
    assert (problem.state, change.state) == (ProblemState.FIXED, ChangeState.CLOSED)
    assert not await faults_of(database, sent, stage)


async def faults_of(database: str, sent: Any, stage: Stage) -> str:
    """The statements that walk, with their plans."""
    walked = await walks(database, sent, stage.contract.id)
    faults = [
        f"{words}\n  {steps}"
        for words, steps in walked.items()
        if not any(known in words for known in EXCEPTIONS)
    ]
    return "\n\n".join(faults)
