"""Bad input: a clear message reaches the person, nothing is lost, nothing is half done."""

from __future__ import annotations

from bot.stage.stage import Stage
from escalation.records.incident import IncidentState
from tests.scenarios.scene import Scene, says

REFUSED = [
    ("sarah-dubois", '/incident open "Panne" component=vpnn severity=1', "unknown_component"),
    ("sarah-dubois", '/incident open Panne component=vpn severity=7', "severity_out_of_range"),
    ("sarah-dubois", '/incident open Panne component=vpn severity=-1', "severity_out_of_range"),
    ("sarah-dubois", '/incident open "Panne" component=vpn severity=one', "not_a_number"),
    ("sarah-dubois", '/incident open "Panne" colour=red', "unknown_option"),
    ("sarah-dubois", '/incident open "Panne" requester=personne', "unknown_person_named"),
    ("sarah-dubois", "/incident opne Panne", "unknown_verb"),
    ("sarah-dubois", "/incident show INC-0042", "unknown_incident"),
    ("mathis-berger", "/incident take INC-0042", "unknown_incident"),
    ("mathis-berger", "/incident merge INC-0001 into=INC-0042", "unknown_incident"),
    ("mathis-berger", "/incident merge INC-0001 into=quelque", "not_an_incident_number"),
    ("mathis-berger", "/escalate ack INC-0001", "no_escalation"),
    ("claire-vasseur", "/crisis accept CRI-0042", "unknown_crisis"),
    ("claire-vasseur", "/report show REP-0042", "unknown_report"),
    ("claire-vasseur", "/report approve REP-0042", "unknown_report"),
    ("sarah-dubois", "/incident take INC-0001", "not_your_role"),
    ("thomas-lacroix", "/incident verify INC-0001", "not_your_role"),
    ("thomas-lacroix", "/crisis ask INC-0001 panne", "not_your_role"),
    ("thomas-lacroix", '/incident replan INC-0001 "nouveau plan"', "not_your_role"),
    ("claire-vasseur", "/incident close INC-0001", "not_resolved"),
    ("antoine-mercier", "/incident verify INC-0001", "not_resolved"),
]  # fmt: skip


async def test_inc_10_a_refused_line_is_answered_and_changes_nothing(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    channel = scene.stage.workspace.channel_by_name(scene.shared)
    assert channel is not None
    before, public = await scene.state(), scene.stage.workspace.messages(channel.id)
    for person, line, code in REFUSED:
        answer = await scene.types(person, line)

        assert says(answer, code), (line, answer)
        assert await scene.state() == before, line
        assert scene.stage.workspace.messages(channel.id) == public, line


async def test_inc_5_only_the_requester_verifies(scene: Scene) -> None:
    incident = await scene.resolved(requester="antoine-mercier")
    before = await scene.state()

    answer = await scene.types("sarah-dubois", f"/incident verify {incident.id}")

    assert says(answer, "not_your_role"), answer
    assert await scene.state() == before
    await scene.types("antoine-mercier", f"/incident verify {incident.id}")
    assert (await scene.incident()).state is IncidentState.VERIFIED


async def test_inc_5_an_incident_nobody_verified_is_not_closed(scene: Scene) -> None:
    incident = await scene.resolved()
    before = await scene.state()

    answer = await scene.types("claire-vasseur", f"/incident close {incident.id}")

    assert says(answer, "not_verified"), answer
    assert scene.contract.person("antoine-mercier").name in answer
    assert await scene.state() == before


async def test_rep_3_nobody_approves_their_own_report(scene: Scene) -> None:
    incident = await scene.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')
    await scene.types("mathis-berger", f"/incident take {incident.id}")
    await scene.types("mathis-berger", f"/incident resolve {incident.id} bascule cause_gone=yes")
    await scene.types("antoine-mercier", f"/incident verify {incident.id}")
    await scene.types("claire-vasseur", f"/incident close {incident.id}")
    owner = (await scene.report()).owner
    await scene.types(owner, '/report edit REP-0001 cause="fibre" impact="tous" actions="doubler"')
    before = await scene.state()

    answer = await scene.types(owner, "/report approve REP-0001")

    assert says(answer, "own_report"), answer
    assert await scene.state() == before


async def test_cri_2_a_crisis_is_accepted_once(scene: Scene) -> None:
    await scene.crisis_asked()
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")
    before = await scene.state()

    answer = await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")

    assert says(answer, "already_accepted"), answer
    assert await scene.state() == before
    rooms = [c for c in scene.stage.workspace.channels.values() if "crise" in c.name]
    assert len(rooms) == 1


async def test_a_title_of_ten_thousand_characters_is_refused_with_its_limit(scene: Scene) -> None:
    answer = await scene.types("antoine-mercier", f'/incident open "{"x" * 10_000}"')
    assert says(answer, "line_too_long"), answer
    assert "10" in answer

    answer = await scene.types("antoine-mercier", f'/incident open "{"x" * 5_000}"')
    assert says(answer, "text_too_long"), answer
    assert (await scene.state())[0] == {}


async def test_a_title_of_ten_thousand_characters_does_not_pass_the_form(scene: Scene) -> None:
    await scene.types("antoine-mercier", "/incident open")

    result = await scene.submits("antoine-mercier", title="x" * 10_000)

    assert not result.ok
    assert "title" in result.errors
    assert scene.person("antoine-mercier").modal is not None
    assert (await scene.state())[0] == {}


async def test_a_line_without_a_number_asks_which_record_is_meant(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    await scene.opens("antoine-mercier", '"Paie fausse" component=paie severity=2')

    answer = await scene.types("mathis-berger", "/incident take")

    assert says(answer, "which_record"), answer
    assert "INC-0001" in answer
    assert "INC-0002" in answer


async def test_con_2_a_slack_user_whom_no_contract_names_is_told_so(stage: Stage) -> None:
    scene = Scene(stage, stage.contract)
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    before = await scene.state()
    channel = stage.workspace.channel_by_name(scene.shared)
    stranger = stage.workspace.add_user(
        name="someone", email="someone@elsewhere.example", locale="en-GB"
    )
    channel.members.append(stranger.id)
    person = stage.server.person(stranger.id)

    for line in ("list", "show INC-0001", "open", "open Panne component=vpn severity=1"):
        await person.command("/incident", line, channel=channel.id)
        await stage.settle()
        answer = [m for m in person.reads(channel.id) if m.get("is_ephemeral")][-1]
        assert says(answer["text"], "unknown_person", "en"), answer
        assert "Paie" not in str(answer)
    assert person.modal is None
    assert await scene.state() == before
