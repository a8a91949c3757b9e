"""The calendar of changes as people see it, and what one click does (CHG-4, REL-1, EVT-1)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any
from unittest.mock import AsyncMock

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from escalation.base.refusals import BadValue
from escalation.contract.processes.change_calendar import ChangeCalendar, ChangePeriod
from escalation.decision.commands import change as c
from escalation.messages.change import ChangeCard
from escalation.messages.incident import IncidentCard
from escalation.records.change import ChangeResult, ChangeState
from handlers.router.inbound import Click, Inbound
from handlers.router.router import OpenForm, Router
from handlers.slack.inbound_request import InboundRequest
from handlers.slack.replies import Replies
from handlers.slack.request_listeners import RequestListeners
from handlers.verbs.forms import Purpose
from handlers.words.rendered import Rendered
from tests.agreement import paris
from tests.escalation.change.story import RULES, with_changes
from tests.handlers.blockkit import buttons_of, check_blocks, check_message
from tests.handlers.counter import Counter
from tests.handlers.inbound import clicked, submitted
from tests.handlers.stories import Stage, opened

AUDIT = ChangePeriod(name="Audit", first=date(2026, 7, 20), last=date(2026, 7, 21))


@pytest.fixture
def counter() -> Counter:
    rules = replace(RULES, calendar=ChangeCalendar(freezes=(AUDIT,)))
    return Counter(Stage(with_changes(rules)), language="en")


def restart(counter: Counter, start: str = "", **values: Any) -> str:
    stage = counter.stage
    change = stage.perform(c.RequestChange, "tess", title="", standard="restart")
    if start:
        given = {"start": paris(start), "person": "tess"} | values
        stage.perform(c.PlanChange, "ned", change, **given)
    return change


def begun(counter: Counter, **values: Any) -> str:
    change = restart(counter, "2026-07-15 22:00", **values)
    counter.stage.at(paris("2026-07-15 22:00"))
    counter.stage.perform(c.StartChange, "tess", change)
    return change


async def said(counter: Counter, person: str, line: str, command: str = "change") -> str:
    shown = await counter.shown(person, command, line)
    check_message(shown)
    return shown.text + json.dumps(shown.blocks, ensure_ascii=False)


async def test_chg_4_a_clash_is_said_with_the_next_free_slot(counter: Counter) -> None:
    first, second = restart(counter, "2026-07-15 22:00"), restart(counter)
    for language, words in (
        ("en", f"{second} would clash: {first} touches Mail from 15 Jul 2026, 22:00 to"),
        ("en", "The next free slot from then on is from 15 Jul 2026, 23:00 to 16 Jul 2026, 00:00."),
        ("fr", f"{first} touche Mail du 15 juil. 2026, 22:00 au 15 juil. 2026, 23:00."),
    ):
        line = f'plan {second} start="2026-07-15 22:30" person=nia'
        answer = await Counter(counter.stage, language).typed("ned", "change", line)
        assert isinstance(answer, OpenForm), "a line too: the reason is asked in a form"
        assert words in str(answer.view["blocks"])
    await counter.typed(
        "ned", "change", f'plan {second} start="2026-07-15 22:30" person=nia despite="Both at once"'
    )
    card = await said(counter, "tom", f"show {second}")
    assert f"Clash that is accepted: {first} touches Mail" in card
    assert "Accepted because: Both at once" in card


async def test_chg_4_the_form_that_clashes_takes_the_free_slot_by_one_click(
    counter: Counter,
) -> None:
    first, second = restart(counter, "2026-07-15 22:00"), restart(counter)
    line = f'plan {second} start="2026-07-15 22:30" person=nia'
    opened = await counter.typed("ned", "change", line)
    assert isinstance(opened, OpenForm)
    purpose = Purpose.load(opened.view["private_metadata"])
    at = {"selected_date_time": int(paris("2026-07-15 22:30").timestamp())}
    state = {
        "start": {"start": at},
        "person": {"person": {"selected_option": {"value": "nia"}}},
    }
    asked = await Router(counter).submitted(submitted("ned", purpose, state), purpose)
    assert isinstance(asked, OpenForm), "what was filled in clashes as well"
    for form in (opened, asked):
        check_blocks(form.view["blocks"])
        assert f"{first} touches Mail" in str(form.view["blocks"])
        (take,) = buttons_of(Rendered(text="", blocks=form.view["blocks"]))
        assert take["text"]["text"] == "Plan it on 15 Jul 2026, 23:00"
    assert "fill in “Despite a clash: why it must be then”" in str(asked.view["blocks"])
    client = AsyncMock(AsyncWebClient)
    body = {"view": {**asked.view, "id": "V1"}, "trigger_id": "1.2"}
    click = Inbound(
        kind="block_actions", body=body, key="", user="ned",
        asked=Click.load(take["action_id"], take["value"]),
    )  # fmt: skip
    listeners = RequestListeners(Router(counter), Replies(counter, client), client)
    await listeners.asked(InboundRequest(click, AsyncMock()))
    planned = counter.stage[second]
    assert planned.window.start == paris("2026-07-15 23:00")
    assert planned.carried_out_by == "nia", "who was chosen in the form stays"
    (told,) = client.views_update.await_args_list
    assert told.kwargs["view_id"] == "V1"
    assert f"{second} is planned." in str(told.kwargs["view"]["blocks"]), "in its place"
    client.views_update.side_effect = TimeoutError
    taken = replace(click, asked=Click(
        command="change", verb="show", contract="acme", subject=second, values={}
    ))  # fmt: skip
    await listeners.asked(InboundRequest(taken, AsyncMock()))
    assert client.chat_postMessage.await_args.kwargs["channel"] == "ned", "the form is gone"


async def test_chg_4_a_click_that_clashes_opens_the_form_that_asks_why(counter: Counter) -> None:
    change = restart(counter, "2026-07-15 22:00")
    counter.stage.at(paris("2026-07-15 22:00"))
    incident = opened(counter.stage)
    card = counter.stage.say(counter.stage.last(ChangeCard.topic, "tess"))
    assert card is not None
    assert f"⚠️ Clash: {incident}, of priority 1, is open" in str(card.blocks)
    answer = await counter.clicked("tess", "change/start", change)
    assert isinstance(answer, OpenForm)
    check_blocks(answer.view["blocks"])
    assert f"{incident}, of priority 1, is open" in str(answer.view["blocks"])
    click = Click(
        command="change", verb="start", contract="acme", subject=change,
        values={"despite": "It mends it"},
    )  # fmt: skip
    assert isinstance(await Router(counter).answer(clicked("tess", click)), Rendered)
    assert counter.stage[change].state is ChangeState.UNDERWAY


async def test_chg_4_the_calendar_shows_windows_clashes_and_periods(counter: Counter) -> None:
    late = restart(counter, "2026-07-16 22:00")
    early = restart(counter, "2026-07-15 22:00")
    restart(counter)
    other = restart(counter, "2026-07-15 22:30", person="nia", despite="Both at once")
    shown = await said(counter, "olga", "calendar")
    assert "3 windows of changes" in shown
    assert shown.index(early) < shown.index(other) < shown.index(late)
    assert f"⚠️ {other} touches Mail" in shown
    assert "*Freeze* “Audit”: 20 Jul 2026, 00:00 to 22 Jul 2026, 00:00" in shown
    only = await said(counter, "tom", "calendar component=vpn")
    assert "0 windows of changes" in only


async def test_chg_4_the_next_slot_is_found_and_planned_by_a_click(counter: Counter) -> None:
    restart(counter, "2026-07-19 23:00")
    change = restart(counter)
    line = f'slot {change} after="2026-07-19 22:30" length=2h'
    shown = await counter.shown("ned", "change", line)
    assert "from 22 Jul 2026, 00:00 to 22 Jul 2026, 02:00" in str(shown.blocks), "after the freeze"
    (button,) = buttons_of(shown)
    contract, subject, values = json.loads(button["value"])
    click = Click(command="change", verb="plan", contract=contract, subject=subject, values=values)
    await Router(counter).answer(clicked("ned", click))
    assert counter.stage[change].window.start == paris("2026-07-22 00:00")
    with pytest.raises(BadValue, match="not_a_length"):
        await counter.typed("ned", "change", f"slot {change} length=soon")


async def test_chg_4_the_form_of_a_plan_begins_with_the_next_free_slot(counter: Counter) -> None:
    counter.stage.at(paris("2026-07-19 23:10"))

    async def begins(change: str) -> float | None:
        answer = await counter.clicked("ned", "change/plan", change)
        assert isinstance(answer, OpenForm)
        (start,) = [each for each in answer.view["blocks"] if each.get("block_id") == "start"]
        stamp: float | None = start["element"].get("initial_date_time")
        return stamp

    change = restart(counter)
    morning = paris("2026-07-22 07:30")
    assert await begins(change) == morning.timestamp(), "after the freeze, as coverage opens"
    first = restart(counter, "2026-07-23 22:00")
    assert await begins(first) is None, "it clashes with nothing"
    restart(counter, "2026-07-23 22:00", person="nia", despite="Both at once")
    assert await begins(first) is None, "it is agreed"
    counter.stage.at(paris("2026-07-23 21:30"))
    opened(counter.stage)
    assert await begins(first) == paris("2026-07-24 21:30").timestamp(), "a priority 1 came up"


async def test_chg_4_no_free_slot_says_why(counter: Counter) -> None:
    always = replace(AUDIT, first=date(2026, 1, 1), last=date(2027, 12, 31))
    rules = replace(RULES, calendar=ChangeCalendar(freezes=(always,)))
    contract = replace(counter.stage.contract, version="v2", changes=rules)
    counter.stage.memory.amend(contract)
    shown = await said(counter, "ned", f"slot {restart(counter)}")
    assert "No slot of that length is free within 90 days" in shown
    assert "freeze “Audit”" in shown


async def test_rel_1_the_history_of_a_component_says_what_came_when(counter: Counter) -> None:
    assert "No change of Mail was closed" in await said(counter, "tom", "history component=mail")
    change = begun(counter)
    counter.stage.perform(c.EndChange, "tess", change, result=ChangeResult.SUCCEEDED)
    counter.stage.perform(c.CloseChange, "ned", change, note="Relay 4.2")
    shown = await said(counter, "olga", "history component=mail")
    assert f"`15 Jul 2026, 22:00` {change} · Restart of the mail relay · succeeded · Relay 4.2" in (
        shown
    )
    with pytest.raises(BadValue, match="unknown_choice"):
        await said(counter, "nora", "history mail")  # which is no concern of the supplier's


async def test_chg_4_an_incident_names_the_change_that_a_click_makes_its_cause(
    counter: Counter,
) -> None:
    change = begun(counter)
    incident = opened(counter.stage, component="mail", severity=2)
    card = await counter.shown("tom", "incident", f"show {incident}")
    assert f"Perhaps caused by {change} (Restart of the mail relay)" in str(card.blocks)
    (button,) = [each for each in buttons_of(card) if "change/link" in each["action_id"]]
    assert button["text"]["text"] == f"Caused by {change}"
    client = await counter.shown("olga", "incident", f"show {incident}")
    assert "change/link" not in str(client.blocks)
    shared = counter.stage.say(counter.stage.last(IncidentCard.topic, "shared"))
    assert shared is not None
    assert change not in str(shared.blocks), "not all who read there may know of it"
    contract, subject, values = json.loads(button["value"])
    click = Click(command="change", verb="link", contract=contract, subject=subject, values=values)
    await Router(counter).answer(clicked("tom", click))
    card = await counter.shown("tom", "incident", f"show {incident}")
    assert "Perhaps caused" not in str(card.blocks)
    assert f"Caused by {change}" in str(card.blocks)
    assert f"Has caused {incident}" in await said(counter, "tom", f"show {change}")


async def test_cfg_1_a_change_shows_what_else_it_touches(counter: Counter) -> None:
    contract = counter.stage.contract
    parts = tuple(
        replace(each, depends_on=("mail",)) if each.id == "wiki" else each
        for each in contract.components
    )
    counter.stage.contract = replace(contract, version="v2", components=parts)
    counter.stage.memory.amend(counter.stage.contract)
    assert "Depends on it: Wiki" in await said(counter, "tom", f"show {restart(counter)}")


async def test_chg_4_the_feed_is_given_to_whoever_asks(counter: Counter) -> None:
    assert "https://feeds.example/acme/olga/changes.ics?key=k" in await said(
        counter, "olga", "feed"
    )
