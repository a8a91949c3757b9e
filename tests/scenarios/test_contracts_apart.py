"""Two contracts in one deployment: nobody on one sees anything of the other."""

from __future__ import annotations

import json

import pytest

from escalation.base.refusals import NotAllowed
from escalation.records.incident import IncidentState
from handlers.router.inbound import Click
from handlers.router.router import Router
from tests.handlers.inbound import clicked
from tests.scenarios.scene import Scene, says

Scenes = tuple[Scene, Scene]


async def test_con_2_a_number_of_another_contract_does_not_exist(two_contracts: Scenes) -> None:
    rivage, littoral = two_contracts
    await rivage.opens("antoine-mercier", '"Paie de Rivage" component=paie severity=2')
    await rivage.opens("antoine-mercier", '"Intranet de Rivage" component=intranet severity=2')
    await littoral.opens("antoine-mercier", '"Paie du Littoral" component=paie severity=2')
    before = await rivage.state()

    for line in ("show INC-0002", "note INC-0002 bonjour", "cancel INC-0002 doublon"):
        answer = await littoral.types("antoine-mercier", f"/incident {line}")
        assert says(answer, "unknown_incident"), answer
    assert "Littoral" in await littoral.types("antoine-mercier", "/incident show INC-0001")
    assert await rivage.state() == before


async def test_org_1_nobody_reads_anything_of_another_contract(two_contracts: Scenes) -> None:
    rivage, littoral = two_contracts
    await rivage.opens("antoine-mercier", '"Secret de Rivage" component=vpn severity=1')
    await rivage.types("claire-vasseur", '/crisis ask INC-0001 "Secret de Rivage"')
    await rivage.types("isabelle-fontaine", "/crisis accept CRI-0001")
    await rivage.stage.after(hours=1)

    clients = [p.id for p in littoral.contract.people if p.organisation == "client"]
    for person in clients:
        await littoral.person(person).open_home()
        await littoral.stage.settle()
        seen = littoral.everything_read(person)
        assert "Secret" not in seen
        assert "INC-" not in seen
        listed = await littoral.types(person, "/incident list")
        assert "Secret" not in listed
    channel = littoral.stage.workspace.channel_by_name(littoral.shared)
    assert littoral.stage.workspace.messages(channel.id) == []


async def test_con_2_naming_the_other_contract_does_not_open_it(two_contracts: Scenes) -> None:
    rivage, littoral = two_contracts
    await rivage.opens("antoine-mercier", '"Secret de Rivage" component=paie severity=2')

    answer = await littoral.types("antoine-mercier", "/incident show INC-0001 contract=rivage")
    assert says(answer, "unknown_person"), answer
    assert "Secret" not in answer


async def test_con_2_a_button_of_another_contract_is_refused(two_contracts: Scenes) -> None:
    rivage, littoral = two_contracts
    await rivage.opens("antoine-mercier", '"Secret de Rivage" component=paie severity=2')
    before = await rivage.state()
    click = Click(
        command="incident", verb="cancel", contract="rivage", subject="INC-0001",
        values={"reason": "x"},
    )  # fmt: skip

    with pytest.raises(NotAllowed):
        await Router(rivage.stage.running.application).answer(
            clicked(littoral.user("antoine-mercier"), click)
        )
    assert await rivage.state() == before


async def test_org_1_the_providers_people_act_where_they_type(two_contracts: Scenes) -> None:
    rivage, littoral = two_contracts
    await rivage.opens("antoine-mercier", '"Paie de Rivage" component=paie severity=2')
    await littoral.opens("antoine-mercier", '"Paie du Littoral" component=paie severity=2')

    await littoral.types("mathis-berger", "/incident take INC-0001")

    assert (await littoral.incident()).state is IncidentState.IN_PROGRESS
    assert (await rivage.incident()).state is IncidentState.QUALIFIED


async def test_org_1_elsewhere_the_providers_people_are_asked_which_contract(
    two_contracts: Scenes,
) -> None:
    rivage, _ = two_contracts
    await rivage.opens("antoine-mercier", '"Paie de Rivage" component=paie severity=2')
    here = rivage.stage.workspace.add_channel(
        name="cantine", members=[rivage.user("mathis-berger")]
    )

    answer = await rivage.types("mathis-berger", "/incident take INC-0001", here.id)
    assert says(answer, "which_contract"), answer

    await rivage.types("mathis-berger", "/incident take INC-0001 contract=rivage", here.id)
    assert (await rivage.incident()).assignee == "mathis-berger"


async def test_con_2_a_supplier_knows_only_of_what_concerns_it(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"Secret de la paie" component=paie severity=2')
    await scene.opens("antoine-mercier", '"Portail lent" component=portail severity=3')
    here = scene.direct("paul-texier")

    listed = await scene.types("paul-texier", "/incident list", here)
    assert "Portail lent" in listed
    assert "Secret" not in listed
    answer = await scene.types("paul-texier", "/incident show INC-0001", here)
    assert says(answer, "unknown_incident", "en"), answer


async def test_con_2_only_records_one_may_know_of_are_proposed(scene: Scene) -> None:
    for title in ("Paie lente", "Paie fausse"):
        await scene.opens("antoine-mercier", f'"{title}" component=paie severity=2')
    await scene.opens("mathis-berger", '"Sonde" component=paie severity=3 origin=monitoring')
    here = scene.direct("paul-texier")

    proposed = await scene.types("paul-texier", "/incident note bonjour", here)
    assert "INC-" not in proposed
    proposed = await scene.types("antoine-mercier", "/incident note bonjour")
    assert says(proposed, "which_record"), proposed
    assert "INC-0002" in proposed
    assert "INC-0003" not in proposed


async def test_inc_7_what_monitoring_raised_is_not_told_to_the_client(scene: Scene) -> None:
    line = '"Sonde muette" component=paie severity=3 origin=monitoring'
    incident = await scene.opens("mathis-berger", line)
    assert not incident.client_informed

    clients = [p.id for p in scene.contract.people if p.organisation == "client"]
    for person in clients:
        await scene.person(person).open_home()
        await scene.stage.settle()
        seen = json.dumps(scene.everything_read(person))
        assert "Sonde" not in seen
        answer = await scene.types(person, f"/incident show {incident.id}")
        assert says(answer, "unknown_incident"), answer


async def test_con_2_a_supplier_is_not_shown_whom_the_two_firms_call(scene: Scene) -> None:
    room = scene.stage.workspace.add_channel(
        name="ponant", members=[scene.user("erwan-le-gall"), scene.stage.app.bot_user_id]
    )

    answer = await scene.types("erwan-le-gall", "/incident plan priority=1", room.id)

    assert says(answer, "not_your_role")
    assert "Castel" not in answer


async def test_con_2_an_incident_is_shown_without_the_escalations_and_cells_of_others(
    scene: Scene,
) -> None:
    await scene.opens("antoine-mercier", '"Panne" component=vpn severity=1')
    await scene.types("claire-vasseur", '/crisis ask INC-0001 "secret de la cellule"')
    room = scene.stage.workspace.add_channel(
        name="ponant", members=[scene.user("gwen-morvan"), scene.stage.app.bot_user_id]
    )

    async def shown(person: str, channel: str | None = None) -> str:
        await scene.types(person, "/incident show INC-0001", channel)
        seen = scene.person(person).reads(channel or scene.shared)
        return str([m for m in seen if m.get("is_ephemeral")][-1])

    supplier = await shown("gwen-morvan", room.id)
    requester = await shown("yasmine-haddad")
    head = await shown("isabelle-fontaine")

    assert "secret de la cellule" in head
    assert "secret de la cellule" not in supplier
    assert "secret de la cellule" not in requester
    assert "Antoine Mercier, appel" not in supplier
    assert "ladder" not in supplier
