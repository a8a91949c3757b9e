"""What each reader is shown of a change: what they need to know, and as much as Slack takes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalation.contract.processes.change_board import BoardRules
from escalation.decision.commands import change as c
from escalation.decision.commands.change_board import CallBoard
from escalation.messages.change import ChangeCard
from escalation.records.change import (
    Change,
    ChangeCategory,
    ChangeOrigin,
    ChangeResult,
    ChangeState,
    Window,
)
from escalation.records.incident import Origin
from handlers.change.card import Seen
from handlers.router.router import OpenForm
from handlers.slack.home import home_blocks
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts
from tests.agreement import PARIS
from tests.escalation.change.story import CHG, RULES, STANDARD, STUDY, with_changes
from tests.handlers.blockkit import check_blocks, check_message
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, opened

SECRET = {"component": "mail", "severity": 3, "title": "Found by us", "origin": Origin.PRODUCTION}


def words(rendered: Rendered | None) -> str:
    assert rendered is not None
    return rendered.text + json.dumps(rendered.blocks, ensure_ascii=False)


def studied(stage: Stage, **asked: Any) -> str:
    change = stage.do(c.RequestChange, "rita", title="Disks", components=("mail",), **asked)
    stage.do(c.ClassifyChange, "ned", change=change, category=ChangeCategory.OTHER)
    stage.do(c.RecordStudy, "ned", change=change, **STUDY)
    return change


def begun(stage: Stage) -> str:
    change, soon = studied(stage), stage.now + timedelta(hours=1)
    for person in ("ned", "rita"):
        stage.do(c.ApproveChange, person, change=change)
    stage.do(
        c.PlanChange, "ned", change=change, start=stage.now, end=soon, person="tess", despite="Now"
    )
    stage.do(c.StartChange, "tess", change=change, despite="Now")
    stage.wait(minutes=1)
    return change


@pytest.mark.parametrize("desk", ["provider", "shared"])
async def test_con_2_a_change_names_no_incident_that_its_reader_was_not_told_of(desk: str) -> None:
    stage = Stage(with_changes(replace(RULES, desk=desk)))
    change = begun(stage)
    caused, not_caused = (opened(stage, by="tess", **SECRET) for _ in range(2))
    for incident in (caused, not_caused):
        stage.do(c.LinkCausedIncident, "ned", change=change, incident=incident)
    stage.do(c.UnlinkCausedIncident, "ned", change=change, incident=not_caused, reason="No")

    async def shown(person: str) -> str:
        return words(await Counter(stage).shown(person, "change", f"show {change}"))

    told = await shown("tess")
    assert told.count(caused) == 2, "on the card and in the timeline"
    assert told.count(not_caused) == 2
    told = await shown("rita")
    assert caused not in told
    assert not_caused not in told
    room = words(stage.say(stage.last(ChangeCard.topic, desk)))
    assert (caused in room) is (desk == "provider")


async def test_con_2_where_a_change_comes_from_is_named_to_who_may_know_of_it() -> None:
    stage = Stage(with_changes(replace(RULES, desk="shared")))
    incident = opened(stage, by="tess", **SECRET)
    change = stage.do(c.RequestChange, "tess", title="Disks", born_of=incident)
    for person, seen in (("tess", True), ("olga", False)):
        told = words(await Counter(stage).shown(person, "change", f"show {change}"))
        assert (incident in told) is seen, person
    assert incident not in words(stage.say(stage.last(ChangeCard.topic, "shared")))


async def test_con_2_a_supplier_reads_the_firm_of_whom_it_need_not_know() -> None:
    restart = replace(STANDARD[1], carried_out_by=("rex",))
    stage = Stage(with_changes(replace(RULES, standard=(restart,))))
    counter, start = Counter(stage), stage.now + timedelta(hours=8)
    change = stage.do(c.RequestChange, "tess", title="", standard="restart")
    stage.do(c.PlanChange, "rex", change=change, start=start, person="nia", despite="So")
    caller = (await counter.callers("rex"))[0]
    for told in (
        words(await counter.shown("rex", "change", "list")),
        json.dumps(await home_blocks(counter, [caller])),
        words(await counter.shown("rex", "change", f"show {change}")),
    ):
        assert "Nia" not in told, told
        assert "Provider Ltd" in told


async def test_org_6_a_change_says_which_site_it_touches_and_whom_to_phone_there() -> None:
    stage = Stage(with_changes())
    stage.do(c.RequestChange, "rita", title="Disks", site="brest")
    site = next(each for each in stage.contract.sites if each.id == "brest")
    told = words(stage.say(stage.last(ChangeCard.topic, "ned")))
    assert site.name in told
    assert site.contacts[0].phone in told


def test_chg_4_a_card_says_all_of_a_change_done_again_and_again() -> None:
    contract, now = with_changes(), Stage().now
    change = Change(
        id=CHG, contract="acme", contract_version="v1", title="Disks", requester="olga",
        origin=ChangeOrigin.CLIENT_REQUEST, state=ChangeState.CLOSED, opened_at=now,
        category=ChangeCategory.STANDARD, standard="account", components=("vpn",), site="brest",
        urgent=True, window=Window(start=now, end=now + timedelta(hours=1)),
        carried_out_by="tess", result=ChangeResult.FAILED, previous="CHG-0008",
        again="CHG-0010",
    )  # fmt: skip
    seen = Seen(
        change=change, contract=contract, person="ned", texts=Texts.of("en", PARIS), now=now
    )
    check_message(seen.card())
    assert "*Result*\\nfailed" in words(seen.card())


async def test_chg_4_however_much_was_written_slack_shows_a_change() -> None:
    stage, much = Stage(with_changes()), "x" * 2990
    change = studied(stage, description=much)
    for number in range(30):
        given = dict.fromkeys(STUDY, f"{number} {much}")
        stage.do(c.RecordStudy, "ned", change=change, **given)
    shown = await Counter(stage).shown("ned", "change", f"show {change}")
    check_message(shown)
    assert "29 xxx" in words(shown)


async def test_chg_4_what_a_window_clashes_with_is_said_as_it_is_written() -> None:
    contract = with_changes()
    mail = next(each for each in contract.components if each.id == "mail")
    others = tuple(each for each in contract.components if each.id != "mail")
    stage = Stage(replace(contract, components=(*others, replace(mail, name="R&D *mail*"))))
    first, second = studied(stage), studied(stage)
    start, end = stage.now + timedelta(hours=8), stage.now + timedelta(hours=9)
    stage.do(c.PlanChange, "ned", change=first, start=start, end=end, despite="So")
    answer = await Counter(stage).typed("ned", "change", f"plan {second} 18:00 end=19:00")
    assert isinstance(answer, OpenForm)
    assert "R&amp;D \u2060*mail\u2060*" in answer.view["blocks"][1]["text"]["text"]


async def test_inc_10_the_timeline_of_an_incident_says_what_it_was_linked_to() -> None:
    stage = Stage(with_changes())
    change = stage.do(c.RequestChange, "tess", title="", standard="restart")
    stage.do(c.PlanChange, "ned", change=change, start=stage.now, person="tess", despite="Now")
    stage.do(c.StartChange, "tess", change=change, despite="Now")
    stage.wait(minutes=1)
    incident = opened(stage, by="rita", component="mail", severity=3)
    stage.do(c.LinkCausedIncident, "ned", change=change, incident=incident)
    stage.do(c.UnlinkCausedIncident, "ned", change=change, incident=incident, reason="No")
    told = words(await Counter(stage).shown("olga", "incident", f"show {incident}"))
    assert f"Caused by the change {change}, according to Ned Night" in told
    assert f"Not caused by the change {change}" in told
    told = words(await Counter(stage).shown("rita", "incident", f"show {incident}"))
    assert "VPN down" in told
    assert change not in told, "she need not know of it (CON-2)"


async def test_con_1_the_home_of_somebody_of_eight_contracts_is_not_too_much_for_slack() -> None:
    stage = Stage(with_changes())
    counter, long = Counter(stage), "é" * 245
    for number in range(15):
        opened(stage, title=f"{number} {long}", severity=3)
        stage.do(c.RequestChange, "rita", title=f"{number} {long}", components=("mail",))
    (caller,) = await counter.callers("ned")
    for callers in ([caller], [caller] * 8):
        home = await home_blocks(counter, callers)
        check_blocks(home, 100)
        assert len(json.dumps(home, ensure_ascii=False).encode()) < 100_000


async def test_chg_2_without_a_board_the_help_names_none_and_what_waits_for_one_goes_on() -> None:
    board = BoardRules(members=("sam", "hana"), quorum=2)
    stage = Stage(with_changes(replace(RULES, board=board)))
    counter = Counter(stage)
    helped = words(await counter.shown("ned", "change", "help"))
    assert "/change represent" in helped
    assert "asked=" not in helped, "only buttons know it"
    change = studied(stage)
    stage.do(CallBoard, "ned", change=change)
    stage.contract = replace(stage.contract, version="v2", changes=RULES)
    stage.memory.amend(stage.contract)
    assert "/change represent" not in words(await counter.shown("ned", "change", "help"))
    await counter.clicked("sam", "change/yes", change)
    assert "sam" in stage[change].board.votes
