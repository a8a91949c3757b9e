"""A contract edited while incidents run: terms are kept until moved, people are the moment's."""

from __future__ import annotations

from datetime import timedelta

from structlog.testing import capture_logs

from escalation.contract import Contract
from escalation.records.incident import Incident
from tests.scenarios.scene import RIVAGE, Scene, says

PRIORITY_1 = '"Plus de VPN" component=vpn severity=1'
EDITED = RIVAGE.replace('restore = "4h" }', 'restore = "2h" }', 1)


def restore_time(incident: Incident) -> timedelta:
    assert incident.restore_due is not None
    return incident.restore_due - incident.opened_at


async def edit(scene: Scene, text: str) -> Scene:
    await scene.stage.restart_bot([text])
    await scene.stage.settle()
    return Scene(scene.stage, scene.stage.contract)


async def test_inc_9_a_running_incident_keeps_its_contract_until_it_is_moved(
    scene: Scene,
) -> None:
    old = await scene.opens("antoine-mercier", PRIORITY_1)
    assert restore_time(old) == timedelta(hours=4)

    scene = await edit(scene, EDITED)
    new = await scene.opens("antoine-mercier", '"Plus de WAN" component=wan severity=1')

    kept = await scene.incident(1)
    assert (kept.contract_version, restore_time(kept)) == (old.contract_version, timedelta(hours=4))
    assert new.contract_version == scene.contract.version != old.contract_version
    assert restore_time(new) == timedelta(hours=2)

    shown = await scene.types("ines-moreau", "/incident show INC-0001")
    assert "incidents.targets.1.restore\u00a0: 4 h → 2 h" in str(shown), shown
    shown = await scene.types("antoine-mercier", "/incident show INC-0001")
    assert "incidents.targets.1" not in str(shown), "a replan is not theirs to ask for"

    await scene.types("ines-moreau", '/incident replan INC-0001 "avenant 3"')
    moved = await scene.incident(1)
    assert moved.contract_version == scene.contract.version
    assert restore_time(moved) == timedelta(hours=2)
    answer = await scene.types("ines-moreau", '/incident replan INC-0001 "avenant 3"')
    assert says(answer, "already_current"), answer


async def test_org_10_a_running_ladder_calls_whom_the_contract_in_force_names(
    scene: Scene,
) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    deputy = 'provider = { people = ["mathis-berger", "ines-moreau"], on_call = "operations" }'
    assert deputy in RIVAGE
    text = RIVAGE.replace(deputy, deputy.replace('"ines-moreau"', '"lea-guillou"'))

    scene = await edit(scene, text)
    await scene.stage.after(minutes=11)

    [escalation] = (await scene.incident()).walks
    assert escalation.side("provider").pings[-1].person == "lea-guillou"


async def test_esc_7_a_restart_calls_nobody_twice(scene: Scene) -> None:
    incident = await scene.opens("antoine-mercier", PRIORITY_1)
    told = len(scene.told("mathis-berger", incident.id))

    await scene.stage.restart_bot()
    await scene.stage.settle()

    assert len(scene.told("mathis-berger", incident.id)) == told
    assert (await scene.actions("rivage")).count("contract.put_in_force") == 1


async def test_esc_7_what_came_due_while_the_bot_was_down_is_done_when_it_is_up(
    scene: Scene,
) -> None:
    incident = await scene.opens("antoine-mercier", PRIORITY_1)
    told = len(scene.told("mathis-berger", incident.id))

    await scene.stage.stop_bot()
    scene.stage.clock.move(timedelta(minutes=7))
    await scene.stage.start_bot()
    await scene.stage.settle()

    assert len(scene.told("mathis-berger", incident.id)) == told + 1
    late = [x.facts.get("late") for x in await scene.timeline(incident.id) if x.facts.get("late")]
    assert late == [120], "the opener stands on the client's rung, where nobody is called"


async def test_con_3_the_journal_says_when_which_contract_came_into_force(scene: Scene) -> None:
    before: Contract = scene.contract

    scene = await edit(scene, EDITED)

    lines = [x for x in await scene.timeline("rivage") if x.action == "contract.put_in_force"]
    assert [x.facts["version"] for x in lines] == [before.version, scene.contract.version]


async def test_cal_6_nobodys_duty_changes_in_silence(scene: Scene) -> None:
    turns = 'people = ["thomas-lacroix", "lea-guillou", "ines-moreau"]'
    with capture_logs() as logged:
        scene = await edit(scene, RIVAGE.replace(turns, turns.replace('"]', '", "nadia-benali"]')))

    [told] = [each for each in logged if each.get("action") == "duty_moved"]
    assert (told["log_level"], told["contract"]) == ("warning", "rivage")
    assert "names no day to come" in told["event"]
    now = "  operations, NOW and until 15 Jun 2026, 09:00: Inès Moreau instead of Léa Guillou"
    assert told["moves"][0] == now
    *_, line = [x for x in await scene.timeline("rivage") if x.action == "contract.put_in_force"]
    assert isinstance(line.facts["duty"], list)
    assert line.facts["duty"][0].endswith("lea-guillou > ines-moreau")

    with capture_logs() as logged:
        await scene.stage.restart_bot()
    assert not [each for each in logged if each.get("action") == "duty_moved"]


async def test_a_person_who_left_the_contract_is_still_named_in_what_runs(scene: Scene) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    await scene.types("mathis-berger", "/escalate ack INC-0001")
    text = RIVAGE.replace('"mathis-berger"', '"maud-berger"').replace(
        "mathis.berger@", "maud.berger@"
    )

    scene = await edit(scene, text)
    await scene.stage.after(minutes=31)

    answer = await scene.types("antoine-mercier", "/incident show INC-0001")
    assert "INC-0001" in answer
    assert "Mathis Berger" in answer


async def test_con_2_who_left_the_contract_is_not_told_and_the_ladder_goes_on(
    scene: Scene,
) -> None:
    incident = await scene.opens("antoine-mercier", PRIORITY_1)
    told = len(scene.told("mathis-berger", incident.id))
    mathis = scene
    text = RIVAGE.replace('"mathis-berger"', '"maud-berger"').replace("mathis.", "maud.")

    scene = await edit(scene, text)
    await scene.stage.after(minutes=11)

    assert len(mathis.told("mathis-berger", incident.id)) == told
    [escalation] = (await scene.incident()).walks
    called = [ping.person for ping in escalation.side("provider").pings]
    assert called[:2] == ["mathis-berger", "maud-berger"]
    assert scene.told("ines-moreau", incident.id)
    answer = await mathis.types("mathis-berger", "/escalate ack INC-0001")
    assert says(answer, "unknown_person"), answer


async def test_a_component_dropped_from_the_catalogue_is_still_shown_on_what_runs(
    scene: Scene,
) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')

    scene = await edit(scene, RIVAGE.replace('"paie"', '"salaires"'))
    await scene.types("mathis-berger", "/incident take INC-0001")

    answer = await scene.types("mathis-berger", "/incident show INC-0001")
    assert "Paie et ressources humaines" in answer
    assert "INC-0001" in await scene.types("mathis-berger", "/incident list")
    assert (await scene.incident()).assignee == "mathis-berger"


async def test_an_incident_moved_to_a_contract_without_its_people_is_still_shown(
    scene: Scene,
) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    await scene.types("mathis-berger", "/incident take INC-0001")
    text = RIVAGE.replace('"mathis-berger"', '"maud-berger"').replace("mathis.", "maud.")
    text = text.replace('"vpn"', '"acces"').replace('"antoine-mercier"', '"anne-mercier"')

    scene = await edit(scene, text)
    await scene.types("ines-moreau", '/incident replan INC-0001 "avenant 3"')

    assert (await scene.incident()).contract_version == scene.contract.version
    for line in ("/incident list", "/incident show INC-0001", "/incident plan INC-0001"):
        assert "INC-0001" in await scene.types("ines-moreau", line)
    await scene.types("ines-moreau", "/incident assign INC-0001 ines-moreau")
    await scene.types("ines-moreau", "/incident resolve INC-0001 bascule cause_gone=yes")
    await scene.stage.after(hours=8)
    assert (await scene.incident()).state == "resolved"


async def test_chg_2_a_board_that_has_lost_a_member_decides_as_the_version_is_put_in_force(
    scene: Scene,
) -> None:
    await scene.types("antoine-mercier", '/change request "Pare-feu" component=portail')
    for who, line in (
        ("sophie-arnaud", "classify CHG-0001 category=other"),
        ("sophie-arnaud", "study CHG-0001 Règles impact=aucun fallback=retour test=accès"),
        ("sophie-arnaud", "board CHG-0001 due=2099-01-01T12:00"),
        ("antoine-mercier", "approve CHG-0001"),
        *(
            (who, "yes CHG-0001")
            for who in ("sophie-arnaud", "antoine-mercier", "isabelle-fontaine")
        ),
    ):
        await scene.types(who, f"/change {line}")
    assert "change.board_approved" not in await scene.actions("CHG-0001")

    seats = '"francois-delmas", "antoine-mercier", "service_owner"]'
    assert seats in RIVAGE
    scene = await edit(scene, RIVAGE.replace(seats, '"antoine-mercier", "service_owner"]'))

    assert (await scene.actions("CHG-0001"))[-2:] == ["change.board_approved", "change.approved"]
