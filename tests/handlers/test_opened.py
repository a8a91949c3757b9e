"""What whoever opens an incident reads of what comes next (Rules INC-8, INC-9, INC-18, CAL-1)."""

from __future__ import annotations

import pytest

from escalation.decision.commands.incident import (
    CloseIncident,
    ResolveIncident,
    TakeIncident,
    VerifyIncident,
)
from escalation.decision.commands.ladder import AcknowledgePing
from escalation.records.kinds import REPORT
from tests.agreement import paris
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, opened

DAY, NIGHT = "2026-07-15 10:00", "2026-07-15 03:00"
PAGES = {"incident": "show", "escalate": "status"}


async def said(who: str, line: str, at: str, language: str = "en") -> str:
    counter = Counter(Stage(at=paris(at)), language=language)
    return (await counter.shown(who, "incident", f"open Down {line}")).text


@pytest.mark.parametrize(("at", "called"), [(DAY, "Tom Leader"), (NIGHT, "Nia Night")])
async def test_inc_8_whoever_opens_a_priority_1_reads_who_is_called(at: str, called: str) -> None:
    english = await said("rita", "component=vpn severity=1", at)
    assert english.startswith("INC-0001 is open: Down\nCalled now at echelon 1, Operations: ")
    assert called in english
    assert "Olga Operations" in english
    french = await said("rita", "component=vpn severity=1", at, "fr")
    assert f"Appels en cours à l’échelon 1, Operations\u00a0: {called}" in french


async def test_inc_8_who_stands_on_the_rung_reads_that_it_counts_as_taken() -> None:
    words = await said("olga", "component=vpn severity=1", DAY)
    assert "it counts as taken by you" in words
    assert "Tom Leader" in words
    assert "Olga Operations" not in words


async def test_inc_18_by_night_the_opener_reads_who_on_call_is_told() -> None:
    assert "On call, and told now: Nia Night." in await said("rita", "", NIGHT)
    assert "You are on call: please take it by" in await said("nia", "", NIGHT)


async def test_esc_5_who_takes_it_from_below_reads_that_the_calls_go_on() -> None:
    stage = Stage(at=paris(NIGHT))
    incident = opened(stage, component="vpn", severity=1)
    stage.wait(25)  # nobody of either firm answers
    shown = await Counter(stage).shown("nia", "incident", f"take {incident}")
    assert "You have taken INC-0001." in shown.text
    words = str(shown.blocks)
    assert "Called now at echelon 2, " in words
    assert "its calls go on until somebody there answers" in words


async def test_esc_6_who_puts_the_next_step_off_reads_until_when_and_so_does_the_card() -> None:
    stage = Stage(at=paris(DAY))
    incident = opened(stage, component="vpn", severity=1)
    counter = Counter(stage)
    words = (await counter.shown("tom", "escalate", f"snooze {incident}")).text
    assert words.startswith("The next step of INC-0001 is put off until 10:20: next call on ")
    stage.do(AcknowledgePing, "tom", incident=incident)
    stage.do(AcknowledgePing, "olga", incident=incident)
    for page in ("incident", "escalate"):
        card = await counter.shown("tom", page, f"{PAGES[page]} {incident}")
        assert "next echelon if not settled, 11:15" in str(card.blocks)


async def test_esc_x_on_two_ladders_it_is_said_once_that_it_counts_as_taken() -> None:
    stage = Stage(at=paris(DAY))
    incident = opened(stage, component="vpn", severity=1, by="olga")
    stage.do(AcknowledgePing, "tom", incident=incident)
    counter = Counter(stage)
    line = f"up {incident} ladder=network the line is down"
    words = str((await counter.shown("tom", "escalate", line)).blocks)
    assert words.count("it counts as taken by you") == 1
    card = str((await counter.shown("tom", "incident", f"show {incident}")).blocks)
    assert "(escalation towards Network" in card


async def test_inc_9_where_nobody_is_called_the_target_is_said() -> None:
    small = "component=wiki severity=3"
    day, night = await said("rita", small, DAY), await said("rita", small, NIGHT)
    assert "Nobody is called for now: the provider's teams see it in Slack" in day
    assert "the provider's teams work again from 07:30, and are to take it by" in night
    assert "Reprise des équipes du prestataire\u00a0: 07:30" in await said(
        "rita", small, NIGHT, "fr"
    )


async def test_con_2_a_suppliers_person_reads_no_names() -> None:
    words = await said("nora", "component=vpn severity=1", DAY)
    assert words.endswith("People of both firms are called now.")
    assert (await said("nora", "", NIGHT)).endswith("Whoever is on call is told now.")


async def answered(counter: Counter, who: str, command: str, line: str) -> str:
    shown = await counter.shown(who, command, line)
    return f"{shown.text}\n{shown.blocks}"


async def test_esc_2_whoever_escalates_reads_who_is_called_now() -> None:
    counter = Counter(Stage(at=paris(DAY)))
    incident = opened(counter.stage)
    words = await answered(counter, "tom", "escalate", f"up {incident} stuck")
    assert "Called now at echelon 2, Service: Sam Delivery (Provider Ltd) and Hana Head" in words


async def test_inc_19_a_lowering_that_waits_for_the_client_is_not_said_to_be_set() -> None:
    counter = Counter(Stage(at=paris(DAY)))
    incident = opened(counter.stage)
    words = await answered(
        counter, "sam", "incident", f'priority {incident} severity=2 reason="less"'
    )
    assert f"{incident} stays priority 1 until the client agrees; asked: Hana Head." in words
    small = opened(counter.stage, severity=3)
    assert "is 1." in await answered(counter, "tom", "incident", f"priority {small} severity=1")


async def test_org_4_an_assignment_says_who_is_told_and_which_group_is_asked() -> None:
    counter = Counter(Stage(at=paris(DAY)))
    incident = opened(counter.stage, severity=3)
    group = counter.stage.contract.groups[0]
    words = await answered(counter, "tom", "incident", f"assign {incident} tess group={group.id}")
    assert f"{incident} is assigned to Tess Deputy, who is told." in words
    assert f"The group {group.name} is asked to take part in {incident}." in words
    mine = await answered(counter, "tom", "incident", f"assign {incident} tom")
    assert f"{incident} is assigned to you." in mine


async def test_inc_8_who_reopens_a_priority_1_reads_who_is_called() -> None:
    counter = Counter(Stage(at=paris(DAY)))
    incident = opened(counter.stage)
    counter.stage.do(TakeIncident, "tom", incident)
    counter.stage.do(ResolveIncident, "tom", incident, cause_gone=True)
    words = await answered(counter, "rita", "incident", f'notfixed {incident} "still down"')
    assert f"Thank you. {incident} is open again." in words
    assert "Called now at echelon 1, Operations: " in words


async def test_rep_3_who_is_asked_to_approve_and_who_issues_is_said() -> None:
    counter = Counter(Stage(at=paris(DAY)))
    incident = opened(counter.stage)
    counter.stage.do(TakeIncident, "tom", incident)
    counter.stage.do(ResolveIncident, "tom", incident, cause_gone=True, cause="fibre")
    counter.stage.do(VerifyIncident, "rita", incident=incident, fixed=True)
    counter.stage.do(CloseIncident, "sam", incident=incident)
    report = counter.stage.memory.get(REPORT, counter.stage.contract.id, "REP-0001")
    owner = report.owner
    filled = 'facts="a" cause="b" cure="c" impact="d" actions="e"'
    await counter.shown(owner, "report", f"edit REP-0001 {filled}")
    words = await answered(counter, owner, "report", "submit REP-0001")
    asked = counter.stage.memory.get(REPORT, counter.stage.contract.id, "REP-0001").asked
    assert asked
    assert all(counter.stage.contract.name_of(each) in words for each in asked)
    words = await answered(counter, asked[0], "report", "approve REP-0001")
    issues = counter.stage.contract.name_of(owner)
    assert f"You have approved REP-0001; {issues} issues it." in words
