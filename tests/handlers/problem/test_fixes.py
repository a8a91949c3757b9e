"""The card of a problem says how far the changes are that are to remove its cause (PRB-3)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from escalation.contract import Role
from escalation.decision.commands import change as c
from escalation.decision.commands import problem as p
from escalation.decision.commands.incident import ResolveIncident, TakeIncident
from escalation.messages.change import ChangeCard
from escalation.messages.destinations import PROVIDER_ROOM
from escalation.messages.problem import ProblemCard
from escalation.records.change import ChangeResult
from escalation.records.problem import ProblemState
from handlers.router.router import OpenForm
from tests.escalation.change.story import RULES
from tests.escalation.ladder.climbing import with_people
from tests.escalation.problem.story import PRB, with_problems
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, opened

CHG = "CHG-0001"


def asked_for() -> Stage:
    """A problem whose cause is known, and a standard change that was asked for because of it."""
    stage = Stage(with_problems(changes=RULES))
    incident = opened(stage, title="Mail is down", component="mail", severity=2)
    stage.do(TakeIncident, "tom", incident=incident)
    stage.do(ResolveIncident, "tom", incident=incident, cause_gone=False)
    stage.do(p.TakeProblem, "ned", problem=PRB)
    stage.do(p.RecordCause, "ned", problem=PRB, cause="a leak")
    stage.do(c.RequestChange, "ned", title="", standard="restart", born_of=PRB)
    return stage


def card(stage: Stage, person: str, language: str = "en") -> str:
    rendered = stage.say(stage.last(ProblemCard.topic, person), language)
    assert rendered is not None
    return json.dumps(rendered.blocks, ensure_ascii=False)


def updates(stage: Stage) -> int:
    return sum(1 for _, effect in stage.memory.told(ProblemCard.topic) if effect.to.name == "ned")


def test_prb_3_the_card_shows_the_change_that_is_under_way_at_each_of_its_steps() -> None:
    stage = asked_for()
    stage.do(c.RequestChange, "ned", title="Another matter", components=("mail",))
    assert f"{CHG} · Restart of the mail relay · change approved" in card(stage, "ned")
    assert "CHG-0002" not in card(stage, "ned")
    assert "*Changements*\u00a0: " in card(stage, "ned", "fr")
    end = stage.now + timedelta(hours=1)
    for step, values, said in (
        (c.PlanChange, {"start": stage.now, "end": end}, "approved · from "),
        (c.StartChange, {}, "being carried out"),
        (c.EndChange, {"result": ChangeResult.PARTLY, "reason": "slow"}, "succeeded in part"),
    ):
        before = updates(stage)
        stage.do(step, "tess", change=CHG, **values)
        assert updates(stage) > before, f"the card is told of {step.__name__}"
        assert said in card(stage, "ned")
    stage.do(c.CloseChange, "sam", change=CHG)
    assert f"{CHG} has not removed the cause (succeeded in part). Ned Night" in card(stage, "ned")
    stage.do(c.DoChangeAgain, "sam", change=CHG)
    assert "CHG-0003 is to remove the cause" in card(stage, "ned"), "done again, for the same"
    assert CHG not in card(stage, "ned")


async def test_con_2_a_change_is_named_to_those_alone_who_may_see_it() -> None:
    stage = asked_for()
    stage.contract = with_people(stage.contract, ["rita"], roles=(Role.SERVICE_OWNER,))
    stage.memory.amend(stage.contract)
    for person, named in (("rita", False), ("hana", True), ("tom", True)):
        shown = await Counter(stage).shown(person, "problem", f"show {PRB}")
        assert "analysed" in shown.text, "all three see the problem"
        assert (CHG in json.dumps(shown.blocks)) is named, person
    assert CHG in card(stage, PROVIDER_ROOM.name)


async def test_prb_3_the_form_of_the_fix_knows_the_change_and_one_that_succeeds_is_it() -> None:
    stage = asked_for()
    answer: Any = await Counter(stage).clicked("ned", "problem/fix", PRB)
    assert isinstance(answer, OpenForm)
    assert f'"initial_value": "{CHG}"' in json.dumps(answer.view)
    end = stage.now + timedelta(hours=1)
    stage.do(c.PlanChange, "tess", change=CHG, start=stage.now, end=end)
    stage.do(c.StartChange, "tess", change=CHG)
    stage.do(c.EndChange, "tess", change=CHG, result=ChangeResult.SUCCEEDED)
    assert stage[PRB].state is ProblemState.FIXED
    assert f"*Fix*: {CHG}" in card(stage, "ned")


async def test_prb_3_the_form_asks_why_a_change_of_another_component_is_the_fix() -> None:
    stage = asked_for()
    other = stage.perform(c.RequestChange, "ned", title="New pages", components=("wiki",))
    answer: Any = await Counter(stage).typed("ned", "problem", f"fix {PRB} {other}")
    assert isinstance(answer, OpenForm)
    assert f"{other} touches Wiki, and not Mail. If it removes" in json.dumps(answer.view)
    line = f'fix {PRB} {other} text="Mail reads its pages"'
    said: Any = await Counter(stage).typed("ned", "problem", line)
    assert f"{other} is not carried out yet" in said.text
    assert f"{other} is to remove the cause: the problem is fixed" in json.dumps(said.blocks)
    assert f"*Fix to come*: {other} · Mail reads its pages" in card(stage, "ned")
    change = stage.say(stage.last(ChangeCard.topic, PROVIDER_ROOM.name))
    assert change is not None
    assert f"Removes the cause of {PRB}, once it has succeeded" in json.dumps(change.blocks)
    stage.do(p.RecordFix, "ned", problem=PRB, change=CHG)
    told = [effect.subject for _, effect in stage.memory.told(ChangeCard.topic)]
    assert {CHG, other} <= set(told[-6:]), "the one that was named before is told as well"


async def test_con_3_the_timeline_says_that_the_change_succeeded_not_that_somebody_noted_it() -> (
    None
):
    stage = asked_for()
    end = stage.now + timedelta(hours=1)
    stage.do(c.PlanChange, "tess", change=CHG, start=stage.now, end=end)
    stage.do(c.StartChange, "tess", change=CHG)
    stage.do(c.EndChange, "tess", change=CHG, result=ChangeResult.SUCCEEDED)
    shown = json.dumps((await Counter(stage).shown("ned", "problem", f"show {PRB}")).blocks)
    assert f"Fixed: the change {CHG} has succeeded, according to Tess Deputy" in shown
