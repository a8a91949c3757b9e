"""What people write is shown as they wrote it, and does nothing; each reads their own language."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from bot.stage.stage import Stage
from sandbox.changes import accounts
from tests.scenarios.scene import Scene, says

pytestmark = pytest.mark.databases_in_turn

EVIL = {
    "<!channel> panne": "@channel panne",
    "<!here|ici> panne": "ici panne",
    "<@UNOBODY1> panne": "@UNOBODY1 panne",
    "<!subteam^S123> panne": "@subteam panne",
    "<https://evil.example|cliquez> panne": "cliquez (https://evil.example) panne",
    "*gras* _italique_ ~barré~ `code`": "*gras* _italique_ ~barré~ `code`",
    "&lt;!channel&gt; panne": "<!channel> panne",
    "&lt;!channel&gt; & panne": "&lt;!channel&gt; & panne",
}

LEADING = ("<!", "<@UNOBODY1", "<https://evil")

TURNERS = set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def texts_of(value: Any) -> list[str]:
    """Every mrkdwn text of a message: where a mention would ring."""
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    if not isinstance(value, dict):
        return []
    found = [value["text"]] if value.get("type") == "mrkdwn" else []
    return found + [text for item in value.values() for text in texts_of(item)]


async def test_mentions_and_markup_in_a_title_do_nothing(scene: Scene) -> None:
    for number, (title, read) in enumerate(EVIL.items(), 1):
        incident, crisis = f"INC-{number:04d}", f"CRI-{number:04d}"
        await scene.types("antoine-mercier", f'/incident open "{title}" component=vpn severity=1')
        await scene.types("claire-vasseur", f'/crisis ask {incident} "{title}"')
        await scene.types("isabelle-fontaine", f"/crisis accept {crisis}")
        briefed = await scene.types("claire-vasseur", f'/crisis brief {crisis} "{title}"')
        await scene.types("claire-vasseur", f'/crisis decide {crisis} "{title}"')
        await scene.types("mathis-berger", "/incident list")
        await scene.types("mathis-berger", f"/incident show {incident}")
        await scene.types("mathis-berger", f"/escalate status {incident}")

        assert (await scene.incident(number)).title == read
        assert "épinglé" in briefed
    workspace = scene.stage.workspace
    said = [m for c in workspace.channels.values() for m in c.timeline]
    assert said
    for message in said:
        if workspace.app_of_bot(message.user) is None:
            continue
        topic = str(message.subtype).endswith("_topic")
        formatted = texts_of(message.blocks) if message.blocks or topic else [message.text]
        for text in [message.text, *formatted]:
            for token in LEADING:
                assert token not in text, text
        for text in formatted:
            for token in ("*gras*", "_italique_", "`code`"):
                assert token not in text, text
        assert "\u2060" not in f"{message.text} {message.blocks}", "copied, it is found elsewhere"


async def test_emoji_and_writing_from_right_to_left_are_kept(scene: Scene) -> None:
    titles = ["🔥🔥 Panne générale 👩‍🚒", "تعطل الشبكة الافتراضية", "חשבון 42 נחסם", "汉字 42"]
    for number, title in enumerate(titles, 1):
        incident = await scene.opens("antoine-mercier", f'"{title}" component=vpn severity=1')

        assert incident.id == f"INC-{number:04d}"
        assert incident.title == title
        assert scene.told("mathis-berger", title)


async def test_marks_that_turn_the_writing_do_not_spill_over(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"\u202egnitirw\u2067" component=vpn severity=1')

    workspace = scene.stage.workspace
    said = [m for c in workspace.channels.values() for m in c.timeline]
    assert any("gnitirw" in m.text for m in said)
    for message in said:
        if workspace.app_of_bot(message.user) is not None:
            assert not TURNERS & set(message.text + json.dumps(message.blocks, ensure_ascii=False))


async def test_org_3_whoever_is_mentioned_is_meant_by_whatever_name(scene: Scene) -> None:
    contract, lea = scene.contract, scene.user("lea-guillou")
    assert not contract.person("lea-guillou").slack  # known by e-mail alone
    for number, mention in enumerate((f"<@{lea}>", f"<@{lea}|x>", "@lea.guillou", "Guillou L."), 1):
        await scene.opens("antoine-mercier", f'"ask <@{lea}>" component=vpn severity=3')

        await scene.types("mathis-berger", f"/incident assign INC-{number:04d} {mention}")

        incident = await scene.incident(number)
        assert incident.assignee == "lea-guillou"
        assert incident.title == f"ask @{contract.person('lea-guillou').name}"


async def test_org_3_whom_slack_does_not_tell_is_not_taken_for_somebody(scene: Scene) -> None:
    await scene.opens("antoine-mercier", '"Panne" component=vpn severity=3')
    answer = await scene.types("mathis-berger", "/incident assign INC-0001 <@UNOBODY1|guillou>")
    assert (await scene.incident()).assignee == "lea-guillou"  # by the name that Slack gives
    answer = await scene.types("mathis-berger", "/incident assign INC-0001 <@UNOBODY1|guilou>")
    assert "Guillou" in answer


async def test_a_time_typed_stands_in_the_form(scene: Scene) -> None:
    crisis = await scene.crisis_asked()
    await scene.types("isabelle-fontaine", f"/crisis accept {crisis.id}")
    await scene.types("claire-vasseur", f'/crisis action {crisis.id} relancer due="demain 9h"')
    modal = scene.person("claire-vasseur").modal
    assert modal is not None
    due = next(b for b in modal["blocks"] if b.get("block_id") == "due")
    at = datetime.fromtimestamp(due["element"]["initial_date_time"], scene.contract.zone)
    assert (at.hour, at.minute) == (9, 0)


async def test_org_3_each_reader_reads_their_own_language(scene: Scene) -> None:
    assert scene.contract.person("paul-texier").language == "en"
    here = scene.direct("paul-texier")

    english = await scene.types("paul-texier", "/incident show INC-0042", here)
    french = await scene.types("antoine-mercier", "/incident show INC-0042")

    assert says(english, "unknown_incident", "en"), english
    assert says(french, "unknown_incident", "fr"), french
    assert english != french


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", ""])
async def test_org_3_one_person_reads_one_language_whatever_slack_is_set_to(
    stage: Stage, locale: str
) -> None:
    scene, called = Scene(stage, stage.contract), "mathis-berger"
    accounts.change(stage.workspace, scene.person(called).user, locale=locale)
    await stage.settle()

    await scene.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')

    assert scene.told(called, "INC-0001", "Prendre en charge")
    answer = await scene.types(called, "/incident show INC-0042")
    assert says(answer, "unknown_incident", "fr"), answer
    await scene.types(called, "/incident open")
    modal = scene.person(called).modal
    assert modal is not None
    assert modal["submit"]["text"] == "Confirmer"
    application, user = stage.running.application, scene.user(called)
    assert application.texts_for(user).language == "fr"
    assert [caller.texts.language for caller in await application.callers(user)] == ["fr"]


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("de-DE", "fr"), ("", "fr")])
async def test_org_3_whom_no_contract_names_reads_the_language_of_their_slack(
    stage: Stage, locale: str, language: str
) -> None:
    scene = Scene(stage, stage.contract)
    channel = stage.workspace.channel_by_name(scene.shared)
    assert channel is not None
    somebody = stage.workspace.add_user(name="x", email="x@elsewhere.example", locale=locale)
    channel.members.append(somebody.id)
    person = stage.server.person(somebody.id)

    await person.command("/incident", "list", channel=channel.id)
    await stage.settle()

    (answer,) = [m["text"] for m in person.reads(channel.id) if m.get("is_ephemeral")]
    assert says(answer, "unknown_person", language), answer
