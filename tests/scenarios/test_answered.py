"""A question that is answered loses its buttons, and its copy says who answered, and when."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.scene import Scene

pytestmark = pytest.mark.databases_in_turn


def offers(message: dict[str, Any]) -> list[str]:
    rows = [block for block in message.get("blocks") or [] if block["type"] == "actions"]
    found = [each["action_id"] for row in rows for each in row["elements"]]
    return [action.partition("#")[0] for action in found]


async def test_inc_5_the_question_whether_it_works_says_who_answered_and_asks_no_more(
    scene: Scene,
) -> None:
    await scene.resolved()
    await scene.stage.after(hours=9)  # chased once: the copy before has lost its buttons
    asked = [m for m in scene.reads("antoine-mercier") if "do/incident/verify" in offers(m)]
    assert len(asked) == 1
    await scene.clicks("antoine-mercier", "incident/verify")
    await scene.stage.after(minutes=2)
    assert not [m for m in scene.reads("antoine-mercier") if "do/incident/verify" in offers(m)]
    (copy,) = [m for m in scene.reads("antoine-mercier") if m["ts"] == asked[0]["ts"]]
    assert "Antoine Mercier" in copy["text"]
    assert offers(copy) == []


async def test_cri_2_the_request_for_a_cell_says_who_accepted_it(scene: Scene) -> None:
    await scene.crisis_asked()
    asked = [m for m in scene.reads("isabelle-fontaine") if "do/crisis/accept" in offers(m)]
    assert len(asked) == 1
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")
    await scene.stage.after(minutes=2)
    (copy,) = [m for m in scene.reads("isabelle-fontaine") if m["ts"] == asked[0]["ts"]]
    assert offers(copy) == []
    assert "Isabelle Fontaine" in copy["text"]


async def test_cri_8_a_reminder_of_one_action_leaves_that_of_another_alone(scene: Scene) -> None:
    await scene.crisis_asked()
    await scene.types("isabelle-fontaine", "/crisis accept CRI-0001")
    owner = "owner=thomas-lacroix"
    for action in (f'"basculer la paie" {owner} due=10h30', f'"les agences" {owner} due=10h40'):
        await scene.types("claire-vasseur", f"/crisis action CRI-0001 {action}")
    await scene.stage.after(minutes=45)

    def asked() -> set[str]:
        mine = [m for m in scene.reads("thomas-lacroix") if "do/crisis/done" in offers(m)]
        return {next(a for a in ("la paie", "les agences") if a in m["text"]) for m in mine}

    assert asked() == {"la paie", "les agences"}
    again = [m["text"] for m in scene.reads("thomas-lacroix") if "de nouveau" in m["text"]]
    assert again
    assert not any("échéance" in text for text in again)  # CON-3: no newer facts in an older copy
    await scene.types("thomas-lacroix", "/crisis done CRI-0001 number=1")
    await scene.stage.after(minutes=2)
    assert asked() == {"les agences"}


async def test_esc_x_what_each_of_two_ladders_asks_stands_for_itself(scene: Scene) -> None:
    incident = (await scene.opens("antoine-mercier", '"WAN coupé" component=wan severity=1')).id
    await scene.types("mathis-berger", f"/incident take {incident}")
    await scene.types("mathis-berger", f'/escalate up {incident} ladder=ponant "liaison"')
    await scene.types("antoine-mercier", f"/escalate settle {incident}")
    await scene.stage.after(minutes=1)
    await scene.clicks("erwan-le-gall", "escalate/ack")
    at = scene.direct("erwan-le-gall")
    await scene.types("erwan-le-gall", f"/escalate settle {incident} ladder=ponant", at)
    await scene.stage.after(minutes=1)
    says = "indique que le point est réglé"

    def asked() -> list[str]:
        mine = [m["text"] for m in scene.reads("mathis-berger") if says in m["text"] and offers(m)]
        return [who for who in ("Antoine", "Erwan") if any(f"{who} " in text for text in mine)]

    assert asked() == ["Antoine", "Erwan"]
    await scene.types("mathis-berger", f"/escalate settle {incident} ladder=ponant")
    await scene.stage.after(minutes=1)
    assert asked() == ["Antoine"]
