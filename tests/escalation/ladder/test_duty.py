"""Whom each call goes to, as duty, holders and absences are at that moment (CAL-6, ORG-10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from escalation.base.durations import Duration
from escalation.contract import CLIENT, Communication, Contract, Override, Post, SiteContact
from escalation.contract.of_the_moment import of_the_moment
from escalation.decision.commands.incident import SetPriority
from escalation.decision.commands.ladder import HandOverPing, SnoozeLadder, StepDown
from escalation.decision.context import Context
from escalation.ladder.rung import ORDERS, call_order
from tests.agreement import TOWARDS_CLIENT, agreement, lasting, paris
from tests.escalation.ladder.climbing import Story, absent, away, with_people

(NIGHTS,) = agreement().rotas


def echelon_1(**provider: Any) -> Contract:
    """The agreement with another post of the provider at the first level."""
    first, *rest = agreement().echelons
    post = replace(first.provider, **provider)
    return agreement(echelons=(replace(first, provider=post), *rest))


def amend(story: Story, contract: Contract) -> None:
    """Another version comes into force while the story runs."""
    story.memory.amend(replace(contract, version="v2"))


# ── ESC-X: duty and coverage while a rung is being called ────────────────────────────────────


def test_esc_x_coverage_ends_while_the_rung_is_called_then_whoever_is_on_call_is() -> None:
    story = Story(at=paris("2026-07-15 17:59")).begin().wait(5)
    assert story.pings("provider") == [(0, "tom"), (5, "nia")]


def test_esc_x_raised_a_minute_before_coverage_ends_the_on_call_person_is_called_at_18_04() -> None:
    story = Story(level=3, at=paris("2026-07-15 17:58"))
    story.wait(1)
    story.do(SetPriority, "sam", level=1, reason="all sites are down")
    story.at(paris("2026-07-15 18:04"))
    assert story.pings("provider") == [(1, "tom"), (6, "nia")]


def test_esc_x_coverage_opens_while_the_rung_is_called_then_the_holder_is() -> None:
    story = Story(at=paris("2026-07-15 07:26")).begin().wait(5)
    assert story.pings("provider") == [(0, "nia"), (5, "tom")]


@pytest.mark.parametrize(
    ("start", "calls"),
    [
        ("19:50", [(0, "ned"), (5, "ned"), (10, "nia")]),
        ("19:56", [(0, "ned"), (5, "nia"), (10, "nia"), (15, "tom")]),  # who has left is left alone
    ],
)
def test_esc_x_duty_passes_while_the_rung_is_called(start: str, calls: list[Any]) -> None:
    daily = replace(NIGHTS, hand_over=time(20), turn_days=1)
    story = Story(agreement(rotas=(daily,)), at=paris(f"2026-07-15 {start}"))
    assert story.begin().wait(calls[-1][0]).pings("provider") == calls


def test_esc_x_a_swap_that_begins_in_the_middle_holds_for_the_next_call() -> None:
    swap = Override(person="ned", start=paris("2026-07-15 22:03"), end=paris("2026-07-16 06:00"))
    swapped = agreement(rotas=(replace(NIGHTS, overrides=(swap,)),))
    story = Story(swapped, at=paris("2026-07-15 22:00")).begin().wait(5)
    assert story.pings("provider") == [(0, "nia"), (5, "ned")]


def test_esc_x_an_absence_begins_at_midnight_and_the_stand_in_is_called() -> None:
    absence = away("2026-07-16", "2026-07-20", stand_in="hal")
    contract = with_people(agreement(), ["sam"], absences=(absence,))
    story = Story(contract, at=paris("2026-07-15 23:56"))
    story.begin()
    story.escalate("olga")  # from level 1 to level 2
    story.wait(5)
    assert [who for _, who in story.pings("provider")][-2:] == ["sam", "hal"]


def test_esc_x_snoozed_across_the_end_of_coverage_the_next_call_is_the_on_call_persons() -> None:
    story = Story(at=paris("2026-07-15 17:50")).begin().wait(2)
    story.do(SnoozeLadder, "tom")
    story.at(paris("2026-07-15 18:10"))
    assert story.pings("provider") == [(0, "tom"), (20, "nia")]


def test_esc_x_everybody_of_a_side_goes_away_and_it_climbs() -> None:
    story = Story().begin()
    amend(story, absent(agreement(), "tom", "tess"))
    story.wait(5)
    assert story.pings()[-2:] == [(5, "sam"), (5, "hana")]


def test_esc_x_handed_over_to_somebody_who_then_leaves_the_giver_is_called_again() -> None:
    story = Story().begin().wait(1)
    story.do(HandOverPing, "tom", to="hal")
    amend(story, absent(agreement(), "hal"))
    story.wait(5)
    assert story.pings("provider") == [(0, "tom"), (1, "hal"), (6, "tom")]


def test_esc_6_whoever_was_handed_the_point_is_called_before_the_others() -> None:
    story = Story().begin().wait(1)
    story.do(HandOverPing, "tom", to="hal")
    story.wait(15)
    assert story.pings("provider") == [
        (0, "tom"),
        (1, "hal"),
        (6, "hal"),
        (11, "tess"),
        (16, "tess"),
    ]


# ── ESC-5: two posts, one call ───────────────────────────────────────────────────────────────


def test_esc_5_called_in_vain_at_one_level_nobody_is_called_again_as_stand_in_at_the_next() -> None:
    story = Story(absent(agreement(), "sam", stand_in="tom")).begin().wait(20)
    assert story.pings("provider")[-1] == (20, "sue")


def test_esc_5_a_level_whose_people_all_failed_below_is_passed_over() -> None:
    story = Story(absent(agreement(), "sam", "sue", stand_in="tom")).begin().wait(20)
    assert story.pings("provider")[-1] == (20, "dan")


def test_esc_5_who_took_it_below_comes_after_the_others_of_the_next_level() -> None:
    story = Story(absent(agreement(), "sam", stand_in="tom")).begin()
    story.acknowledge("tom")
    story.acknowledge("olga")
    story.wait(60)
    assert story.escalation().side("provider").queue == ("sue", "tom")


def test_esc_5_stepped_down_those_below_are_called_anew() -> None:
    story = Story().begin().wait(20)
    story.do(StepDown, "sam", reason="theirs to do")
    assert story.pings("provider")[-1] == (20, "tom")


# ── ORG-10 ───────────────────────────────────────────────────────────────────────────────────


def test_org_10_a_running_ladder_calls_who_holds_the_post_now_on_its_own_delays() -> None:
    story = Story().begin()
    slow = replace(
        TOWARDS_CLIENT,
        rungs=tuple(replace(rung, acknowledge=lasting("50m")) for rung in TOWARDS_CLIENT.rungs),
    )
    amend(story, replace(echelon_1(people=("hal", "tess")), ladders=(slow,)))
    story.wait(15)
    assert story.pings("provider") == [(0, "tom"), (5, "hal"), (10, "hal"), (15, "tess")]


def test_org_10_the_rota_is_the_one_in_force() -> None:
    story = Story(at=paris("2026-07-15 22:00")).begin()
    amend(story, agreement(rotas=(replace(NIGHTS, people=("tess",)),)))
    story.wait(5)
    assert story.pings("provider") == [(0, "nia"), (5, "tess")]


def test_org_10_an_absence_entered_today_counts_at_the_next_call() -> None:
    story = Story().begin()
    amend(story, absent(agreement(), "tom", stand_in="hal"))
    story.wait(5)
    assert story.pings("provider") == [(0, "tom"), (5, "hal")]


def test_org_10_matrix_and_targets_stay_those_of_the_opening() -> None:
    story = Story(level=2, component="vpn")
    rules = agreement().incidents
    targets = {p: replace(t, restore=Duration.parse("1h")) for p, t in rules.targets.items()}
    amend(story, agreement(incidents=replace(rules, targets=targets)))
    story.do(SetPriority, "sam", severity=1)
    due = story.incident.restore_due
    assert due is not None
    assert due - story.start == timedelta(hours=4)


def test_org_10_a_post_that_is_no_more_keeps_those_who_are_still_there() -> None:
    story = Story().begin()
    fewer = agreement(
        echelons=agreement().echelons[1:],
        people=tuple(p for p in agreement().people if p.id != "tom"),
        rotas=(),
    )
    amend(story, fewer)
    story.wait(5)
    assert story.pings("provider") == [(0, "tom"), (5, "tess")]


def test_org_10_whom_to_phone_at_a_site_and_who_is_told_are_of_the_moment() -> None:
    opened = agreement()
    brest, noumea = opened.sites
    moved = replace(brest, contacts=(SiteContact(name="Yann Ollivier", phone="+33200000011"),))
    heard = (Communication(origin="monitoring", people=("tess",)),)
    now = agreement(
        version="v2",
        sites=(moved,),
        incidents=replace(opened.incidents, service_level_list=("sue",)),
        crisis=replace(opened.crisis, report_list=("eve",)),
        people=tuple(p for p in opened.people if p.id != "tess"),
    )
    before = replace(opened, incidents=replace(opened.incidents, communication=heard))
    running = of_the_moment(before, now)
    assert running.sites == (moved, noumea)
    assert running.incidents.service_level_list == ("sue",)
    assert running.crisis.report_list == ("eve",)
    assert [each.people for each in running.incidents.communication] == [()]


# ── CAL-6: several rotas, a second on call ───────────────────────────────────────────────────


def test_cal_6_whoever_is_on_call_behind_the_first_is_called_next() -> None:
    second = replace(NIGHTS, id="second", people=("hal",))
    contract = replace(echelon_1(behind=("second",)), rotas=(NIGHTS, second))
    story = Story(contract, at=paris("2026-07-15 22:00")).begin().wait(15)
    assert story.pings("provider") == [(0, "nia"), (5, "nia"), (10, "hal"), (15, "hal")]


def test_cal_6_a_supplier_has_a_rota_of_its_own() -> None:
    rota = replace(NIGHTS, id="network", people=("rex",), starts=date(2026, 1, 5))
    (client, network) = agreement().ladders
    first, second = network.rungs
    first = replace(first, supplier=Post(people=("nora",), on_call=("network",)))
    ladder = replace(network, rungs=(first, second))
    contract = agreement(rotas=(NIGHTS, rota), ladders=(client, ladder))
    story = Story(contract, at=paris("2026-07-15 22:00")).begin("network")
    assert story.pings("network") == [(0, "rex")]


def test_cal_6_the_orders_of_moments_gone_by_are_not_kept() -> None:
    story = Story()
    rung = story.contract.ladder(CLIENT).rungs[0]
    for second in range(2 * ORDERS):
        at = story.now + timedelta(seconds=second)
        context = Context(now=at, contract=story.contract)
        assert call_order(context, story.incident, rung, "provider") == ("tom", "tess")
    assert len(story.contract.call_orders) <= ORDERS
