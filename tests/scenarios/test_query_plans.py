"""After years nothing is slower: no statement walks a table that grows."""

from __future__ import annotations

from bot.stage.stage import Stage
from escalation.records.crisis import CrisisState
from escalation.records.incident import IncidentState
from escalation.records.kinds import CRISIS
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
    walked = await walks(database, sent, stage.contract.id)
    faults = [
        f"{words}\n  {steps}"
        for words, steps in walked.items()
        if not any(known in words for known in EXCEPTIONS)
    ]
    assert not faults, "\n\n".join(faults)
