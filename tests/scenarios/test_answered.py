"""A question that is answered loses its buttons, and its copy says who answered, and when."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.scene import Scene

pytestmark = pytest.mark.databases_in_turn


def offers(message: dict[str, Any]) -> list[str]:
    rows = [block for block in message.get("blocks") or [] if block["type"] == "actions"]
    return [each["action_id"] for row in rows for each in row["elements"]]


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
