"""Two people at once, the same thing twice, and buttons that have grown old."""

from __future__ import annotations

import asyncio

import pytest

from escalation.records.crisis import CrisisState
from escalation.records.incident import IncidentState
from tests.scenarios.scene import Scene, says

PRIORITY_1 = '"Plus de VPN" component=vpn severity=1'


async def test_esc_6_of_two_who_acknowledge_at_once_one_is_the_first(scene: Scene) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    people = ("mathis-berger", "ines-moreau")
    answers = await asyncio.gather(
        *(scene.types(person, "/escalate ack INC-0001", scene.shared) for person in people)
    )
    await scene.stage.settle()

    [escalation] = (await scene.incident()).walks
    winner = escalation.side("provider").acknowledged_by
    assert winner in people
    [said] = [answer for answer in answers if says(answer, "already_acknowledged")]
    assert scene.contract.person(winner or "").name in said


async def test_inc_4_of_two_who_take_an_incident_at_once_one_has_it(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    people = ("mathis-berger", "ines-moreau")
    buttons = [scene.button(person, "incident/take", scene.shared) for person in people]

    await asyncio.gather(
        *(
            scene.presses(person, button, scene.shared)
            for person, button in zip(people, buttons, strict=True)
        )
    )
    await scene.stage.settle()

    assignee = (await scene.incident()).assignee
    assert (await scene.actions("INC-0001")).count("incident.taken") == 1
    [loser] = [person for person in people if person != assignee]
    said = scene.whispers(loser, scene.shared)
    assert says(said[-1], "already_taken"), said


async def test_cri_2_accepted_twice_at_once_the_cell_opens_once(scene: Scene) -> None:
    await scene.crisis_asked()
    await scene.stage.after(minutes=11)
    people = ("isabelle-fontaine", "olivier-kerbrat")
    buttons = [scene.button(person, "crisis/accept") for person in people]

    await asyncio.gather(
        *(scene.presses(p, button) for p, button in zip(people, buttons, strict=True))
    )
    await scene.stage.settle()

    crisis = await scene.crisis()
    assert crisis.state is CrisisState.OPEN
    assert (await scene.actions("CRI-0001")).count("crisis.opened") == 1
    assert (await scene.actions("CRI-0001")).count("crisis.room_opened") == 1
    rooms = [c for c in scene.stage.workspace.channels.values() if "crise" in c.name]
    assert len(rooms) == 1


async def test_one_person_who_clicks_twice_is_answered_twice_and_acts_once(scene: Scene) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    button = scene.button("mathis-berger", "incident/take", scene.shared)

    await asyncio.gather(*(scene.presses("mathis-berger", button, scene.shared) for _ in range(2)))
    await scene.stage.settle()

    assert (await scene.actions("INC-0001")).count("incident.taken") == 1
    said = scene.whispers("mathis-berger", scene.shared)
    assert len(said) == 2


async def test_a_form_delivered_twice_opens_one_incident(scene: Scene) -> None:
    await scene.types("antoine-mercier", "/incident open")
    scene.stage.server.hub.duplicate_next(1)

    result = await scene.submits(
        "antoine-mercier", title="Paie lente", component="paie", severity="2"
    )

    assert result.ok
    records, _ = await scene.state()
    assert list(records) == ["INC-0001"]
    assert (await scene.actions("INC-0001")).count("incident.opened") == 1


async def test_a_form_submitted_twice_at_once_opens_one_incident(scene: Scene) -> None:
    await scene.types("antoine-mercier", "/incident open")
    values = {"title": "Paie lente", "component": "paie", "severity": "2"}
    person = scene.person("antoine-mercier")

    await asyncio.gather(person.submit(values), person.submit(values))
    await scene.stage.settle()

    records, _ = await scene.state()
    assert list(records) == ["INC-0001"]


async def test_a_slash_command_delivered_twice_is_done_once(scene: Scene) -> None:
    scene.stage.server.hub.duplicate_next(1)

    await scene.types("antoine-mercier", f"/incident open {PRIORITY_1}")

    records, _ = await scene.state()
    assert list(records) == ["INC-0001"]
    [escalation] = (await scene.incident()).walks
    assert len(escalation.side("provider").pings) == 1


async def test_inc_4_an_old_button_on_a_closed_incident_says_so(scene: Scene) -> None:
    await scene.opens("antoine-mercier", PRIORITY_1)
    old = {
        action: scene.button("mathis-berger", action, scene.shared)
        for action in ("incident/take", "incident/resolve", "crisis/ask")
    }
    await scene.types("mathis-berger", "/incident take INC-0001")
    await scene.types("mathis-berger", "/incident resolve INC-0001 bascule cause_gone=yes")
    await scene.types("antoine-mercier", "/incident verify INC-0001")
    await scene.types("claire-vasseur", "/incident close INC-0001")
    assert (await scene.incident()).state is IncidentState.CLOSED
    before = await scene.state()

    assert not scene.told("antoine-mercier", "do/incident/verify")
    assert says(
        await scene.types("antoine-mercier", "/incident verify INC-0001"), "already_verified"
    )

    for code, line in {
        "escalation_over": "/escalate ack INC-0001",
        "wrong_state": "/incident take INC-0001",
        "incident_over": '/crisis ask INC-0001 "encore"',
    }.items():
        answer = await scene.types("claire-vasseur", line)
        assert says(answer, code), answer
    assert await scene.state() == before
    assert old


async def test_esc_6_the_copy_of_a_call_whose_rung_is_past_says_who_has_it_now(
    scene: Scene,
) -> None:
    incident = await scene.opens("antoine-mercier", PRIORITY_1)
    called = incident.walks[0].side("provider").pings[0].person
    assert scene.button(called, "escalate/ack")
    await scene.types("claire-vasseur", '/escalate up INC-0001 "trop grave"')
    await scene.stage.after(minutes=1)
    with pytest.raises(AssertionError, match="finds no button"):
        scene.button(called, "escalate/ack")
    walk = (await scene.incident()).walks[0]
    now = [scene.contract.person(side.current or "").name for side in walk.sides if side.current]
    assert scene.told(called, "INC-0001", *now)
    answer = await scene.types(called, "/escalate ack INC-0001")
    assert says(answer, "not_called_at_this_rung"), answer
