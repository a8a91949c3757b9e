"""Beside the form that opens an incident: what whoever fills it in may know (PRB-3, CFG-1)."""

from __future__ import annotations

from escalation.decision.commands import problem as c
from handlers.incident.parts.beside import beside_opening
from handlers.incident.verbs import OPEN
from handlers.verbs.verb import Invocation
from tests.escalation.problem.story import PRB, with_problems
from tests.handlers.counter import Counter
from tests.handlers.problem.test_clicks import remains
from tests.handlers.stories import Stage, opened
from tests.handlers.test_surroundings import layered


async def beside(stage: Stage, person: str, **values: str) -> str:
    """What the form shows somebody who has filled in so much of it."""
    [caller] = await Counter(stage).callers(person)
    invocation = Invocation(
        verb=OPEN, caller=caller, subject="", values=values, source="form", key="", now=stage.now
    )
    return "\n".join(block["text"]["text"] for block in beside_opening(stage.memory, invocation))


async def test_prb_3_the_form_shows_the_way_round_a_known_error_before_anything_is_opened() -> None:
    stage = Stage(with_problems())
    remains(stage)
    stage.do(c.TakeProblem, "ned", problem=PRB)
    assert await beside(stage, "rita", component="mail") == "", "no work-around is known yet"
    stage.do(c.RecordWorkaround, "ned", problem=PRB, text="use the web mail")

    assert "use the web mail" in await beside(stage, "rita", component="mail")
    assert PRB in await beside(stage, "tom", component="mail")
    assert PRB not in await beside(stage, "rita", component="mail"), (
        "no number that she may not see"
    )
    assert await beside(stage, "rita", component="vpn") == ""
    stage.do(c.RecordCause, "ned", problem=PRB, cause="a leak")
    stage.do(c.RecordFix, "ned", problem=PRB, change="CHG-7")
    assert await beside(stage, "rita", component="mail") == "", "what is fixed needs no way round"


async def test_cfg_1_con_2_what_is_open_is_shown_to_those_who_may_see_it() -> None:
    stage = Stage(layered())
    incident = opened(stage, title="VPN down")
    exercise = opened(stage, title="Only tried", exercise=True)

    for person in ("tom", "rita"):
        assert f"Open already: {incident}" in await beside(stage, person, component="vpn")
        assert f"which {incident} affects" in await beside(stage, person, component="wiki")
        assert exercise not in await beside(stage, person, component="vpn")
    letters = opened(stage, title="No mail", component="mail")
    assert letters in await beside(stage, "tom", component="mail")
    assert letters not in await beside(stage, "nora", component="mail"), "no concern of hers"
    assert await beside(stage, "tom", component="kiosk") == await beside(stage, "tom") == ""
