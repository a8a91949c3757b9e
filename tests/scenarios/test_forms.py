"""Forms and shortcuts: what is missing is asked, what is wrong is said on its field."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from handlers.application import Caller
from sandbox.changes.posting import by_bot, post
from tests.scenarios.scene import Scene, says

pytestmark = pytest.mark.databases_in_turn


async def test_inc_1_a_line_with_nothing_opens_a_form_that_opens_the_incident(
    scene: Scene,
) -> None:
    await scene.types("antoine-mercier", "/incident open")
    modal = scene.person("antoine-mercier").modal
    assert modal is not None

    result = await scene.submits(
        "antoine-mercier",
        title="Paie lente", component="paie", severity="2", ticket="I42", origin="call",
    )  # fmt: skip

    assert result.ok
    assert scene.person("antoine-mercier").modal is None
    incident = await scene.incident()
    assert (incident.title, incident.component, incident.ticket) == ("Paie lente", "paie", "I42")
    assert incident.level == 3
    assert incident.origin == "call"
    [line] = [x for x in await scene.timeline("INC-0001") if x.action == "incident.opened"]
    assert line.source == "form"
    assert "INC-0001" in scene.whispers("antoine-mercier", scene.shared)[-1]


async def test_what_was_typed_is_in_the_form_that_asks_for_the_rest(scene: Scene) -> None:
    await scene.types("antoine-mercier", "/incident open component=paie severity=2")

    result = await scene.submits("antoine-mercier", title="Paie lente")

    assert result.ok
    incident = await scene.incident()
    assert (incident.component, incident.severity) == ("paie", 2)


async def test_a_form_without_what_is_required_stays_open(scene: Scene) -> None:
    await scene.types("antoine-mercier", "/incident open")

    result = await scene.submits("antoine-mercier", component="paie")

    assert list(result.errors) == ["title"]
    assert scene.person("antoine-mercier").modal is not None
    assert (await scene.state())[0] == {}


async def test_what_is_wrong_is_said_on_its_field_and_can_be_mended(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    await scene.opens("antoine-mercier", '"Paie fausse" component=paie severity=2')
    await scene.types("mathis-berger", "/incident merge INC-0002")
    before = await scene.state()

    for wrong, code in (
        ("quelque", "not_an_incident_number"),
        ("INC-0042", "unknown_incident"),
        ("INC-0002", "merged_into_itself"),
    ):
        result = await scene.submits("mathis-berger", into=wrong)
        assert list(result.errors) == ["into"]
        assert says(result.errors["into"], code), result.errors
    assert await scene.state() == before

    result = await scene.submits("mathis-berger", into="INC-0001")
    assert result.ok
    assert (await scene.incident(2)).merged_into == "INC-0001"


async def test_a_priority_without_its_reason_is_said_on_the_form(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    await scene.types("mathis-berger", "/incident priority INC-0001")

    result = await scene.submits("mathis-berger", level="1")

    assert list(result.errors) == ["reason"]
    assert says(result.errors["reason"], "reason_missing"), result.errors
    assert (await scene.incident()).level == 3
    result = await scene.submits("mathis-berger", level="1", reason="toute la paie")
    assert result.ok
    assert (await scene.incident()).level == 1


async def test_a_form_left_open_until_the_incident_is_over_says_so(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"Paie lente" component=paie severity=2')
    await scene.types("mathis-berger", "/incident resolve INC-0001")
    await scene.types("antoine-mercier", '/incident cancel INC-0001 "erreur"')
    before = await scene.state()

    result = await scene.submits("mathis-berger", cause_gone="yes", cure="vidé")

    assert not result.ok
    assert says(" ".join(result.errors.values()), "wrong_state"), result.errors
    assert await scene.state() == before


async def test_inc_1_a_message_becomes_an_incident_that_links_to_it(scene: Scene) -> None:
    author = scene.person("sarah-dubois")
    text = "Le <portail> ne répond plus\ndepuis 9 h, @mathis-berger"
    ts = await author.message(scene.shared, text)

    result = await author.shortcut("open_incident_from_message", ts, scene.shared)
    assert result.ok
    await scene.stage.settle()
    submitted = await scene.submits("sarah-dubois", component="portail", severity="3")

    assert submitted.ok
    incident = await scene.incident()
    assert incident.title == "Le <portail> ne répond plus"
    assert ts.replace(".", "") in incident.link
    assert "depuis 9 h" in incident.description
    assert incident.requester == "sarah-dubois"


async def test_inc_1_an_alert_of_blocks_becomes_an_incident(scene: Scene) -> None:
    reader, workspace = scene.person("mathis-berger"), scene.stage.workspace
    channel = workspace.channel_by_name(scene.shared)
    assert channel is not None
    words = f"*Value*: 97 – <https://grafana.example/s|silence>, <@{scene.user('ines-moreau')}>"
    alert = by_bot(
        workspace,
        scene.stage.app,
        text="",
        blocks=[
            {"type": "header", "text": {"type": "plain_text", "text": "Disk full & slow"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": words}},
        ],
    )
    alert.bot_profile = {"name": "Grafana"}
    ts = post(workspace, channel, alert).ts

    assert (await reader.shortcut("open_incident_from_message", ts, scene.shared)).ok
    await scene.stage.settle()
    assert (await scene.submits("mathis-berger", component="portail", severity="3")).ok

    incident = await scene.incident()
    assert incident.title == "Disk full & slow"
    assert incident.description.split("\n") == [
        "Disk full & slow",
        "Value: 97 – silence (https://grafana.example/s), @Inès Moreau",
        "",
        "Envoyé par Grafana",
    ]
    assert ts.replace(".", "") in incident.link


async def test_inc_1_a_message_where_the_bot_is_not_opens_an_incident_that_links_to_it(
    scene: Scene,
) -> None:
    author = scene.person("sarah-dubois")
    private = scene.stage.workspace.add_channel(
        name="entre-nous", private=True, members=[author.id], creator=author.id
    )
    ts = await author.message(private.id, "Le portail ne répond plus")
    assert (await author.shortcut("open_incident_from_message", ts, private.id)).ok
    await scene.stage.settle()

    submitted = await scene.submits("sarah-dubois", component="portail", severity="3")

    assert submitted.ok
    incident = await scene.incident()
    assert incident.title == "Le portail ne répond plus"
    assert f"{private.id}/p{ts.replace('.', '')}" in incident.link
    assert scene.told("sarah-dubois", incident.id)


async def test_a_bug_is_told_even_where_nobody_can_be_looked_up(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: str) -> list[Caller]:
        raise OSError("the disk is full")

    await scene.types("antoine-mercier", "/incident open")
    monkeypatch.setattr(scene.stage.running.application, "callers", broken)

    with capture_logs():  # drawing the traces takes longer than Slack waits, on a busy machine
        typed = await scene.types("antoine-mercier", "/incident list")
        submitted = await scene.submits("antoine-mercier", title="Paie lente")

    assert "référence" in typed
    assert not submitted.ok
    assert "référence" in str(submitted.errors)


async def test_con_2_a_stranger_gets_no_form_from_a_message(scene: Scene) -> None:
    stranger = scene.stage.workspace.add_user(name="someone", email="s@elsewhere.example")
    channel = scene.stage.workspace.channel_by_name(scene.shared)
    assert channel is not None
    channel.members.append(stranger.id)
    person = scene.stage.server.person(stranger.id)
    ts = await scene.person("sarah-dubois").message(scene.shared, "Le portail est lent")

    await person.shortcut("open_incident_from_message", ts, scene.shared)
    await scene.stage.settle()

    assert person.modal is None
    said = [m["text"] for m in person.reads(channel.id) if m.get("is_ephemeral")]
    assert says(said[-1], "unknown_person"), said


async def test_help_is_told_to_the_asker_alone(scene: Scene) -> None:
    answer = await scene.types("antoine-mercier", "/incident aide")

    assert "/incident" in answer
    channel = scene.stage.workspace.channel_by_name(scene.shared)
    assert channel is not None
    assert scene.stage.workspace.messages(channel.id) == []


async def test_cfg_1_the_form_shows_what_is_open_on_the_component_that_was_chosen(
    scene: Scene,
) -> None:
    await scene.opens("antoine-mercier", '"Liens coupés" component=wan severity=1')
    await scene.types("antoine-mercier", "/incident open")
    person = scene.person("antoine-mercier")

    def beside() -> list[str]:
        assert person.modal is not None
        shown = [b for b in person.modal["blocks"] if b["block_id"].startswith("beside/")]
        return [b["text"]["text"] for b in shown]

    for component, expected in (("wan", "Déjà ouvert"), ("vpn", "que touche"), ("paie", "")):
        assert (await person.select("component", component)).ok
        await scene.stage.settle()
        assert len(beside()) == bool(expected)
        assert all(expected in text and "INC-0001" in text for text in beside())

    await person.select("component", "vpn")
    await scene.stage.settle()
    assert (await scene.submits("antoine-mercier", title="Plus de VPN")).ok
    assert (await scene.incident(2)).component == "vpn", "what was chosen stays chosen"


async def test_a_form_that_is_gone_takes_nothing_more_and_is_no_bug(scene: Scene) -> None:
    await scene.types("antoine-mercier", "/incident open")
    person = scene.person("antoine-mercier")
    scene.stage.workspace.calls.clear()
    with capture_logs() as logs:
        await person.select("component", "wan")
        await person.close_modal()
        await scene.stage.settle()
    assert not [entry for entry in logs if entry["log_level"] == "error"]
