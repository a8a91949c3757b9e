"""Covers and swaps of on-call duty: asked for, answered, obeyed by the next call (Rule CAL-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from escalation.base.journal_actions.ladder import LadderAction
from escalation.base.refusals import AlreadyDone, BadValue, NotAllowed, NotNow, Refusal
from escalation.contract import Absence, Contract, Rota
from escalation.decision.commands.cover import (
    AcceptCover,
    AskCover,
    AskSwap,
    DeclineCover,
    WatchDuty,
    WithdrawCover,
)
from escalation.decision.commands.crisis import AskCrisis
from escalation.decision.commands.incident import OpenIncident
from escalation.duty.on_call import on_call
from escalation.records.cover import CoverState, Spell
from tests.agreement import agreement, paris
from tests.escalation.ladder.climbing import with_people
from tests.story import Story

# Nia is on call until Monday 20 July, 09:00, then Ned for a week; Tom keeps the rota.
EVENING, MORNING = paris("2026-07-15 18:00"), paris("2026-07-16 07:30")


def story(contract: Contract | None = None) -> Story:
    return Story(contract or agreement(), at=paris("2026-07-15 12:00"))


def asked(play: Story, **values: Any) -> str:
    return play.perform(AskCover, "nia", **{"start": EVENING, "end": MORNING} | values)


def duty(play: Story, at: str) -> str:
    return on_call(play.memory.contract("acme"), "nights", paris(at))


def news(play: Story, to: str) -> list[str]:
    return [e.meaning.action for _, e in play.memory.told("cover_news") if e.to.name == to]


def state(play: Story, cover: str) -> CoverState:
    return play[cover].state


def kept(**values: Any) -> Contract:
    (nights,) = agreement().rotas
    return agreement(rotas=(replace(nights, **values),))


def test_cal_6_nothing_is_covered_until_somebody_accepts() -> None:
    play = story()
    cover = asked(play, person="ned")
    assert duty(play, "2026-07-15 18:00") == "nia"
    play.perform(AcceptCover, "ned", cover)
    hours = ("15 17:59", "15 18:00", "16 07:29", "16 07:30")
    assert [duty(play, f"2026-07-{at}") for at in hours] == ["nia", "ned", "ned", "nia"]
    assert news(play, "nia") == ["cover.taken"]


def test_cal_6_without_hours_it_is_the_rest_of_the_turn() -> None:
    play = story()
    cover = play.perform(AskCover, "nia", person="ned")
    play.perform(AcceptCover, "ned", cover)
    assert duty(play, "2026-07-15 12:01") == "ned"
    assert play[cover].ends == paris("2026-07-20 09:00")


def test_cal_6_asked_of_all_of_the_rota_the_first_who_accepts_has_it() -> None:
    play = story(kept(people=("ned", "nia", "tess")))
    nia = play.perform(AskCover, "nia")
    assert play[nia].asked == ("ned", "tess")
    play.perform(AcceptCover, "tess", nia)
    with pytest.raises(AlreadyDone, match="cover_taken"):
        play.perform(AcceptCover, "ned", nia)


def test_cal_6_it_is_declined_once_all_who_were_asked_have_declined() -> None:
    play = story(kept(people=("ned", "nia", "tess")))
    cover = play.perform(AskCover, "nia")
    play.perform(DeclineCover, "ned", cover, reason="a wedding")
    assert state(play, cover) is CoverState.ASKED
    with pytest.raises(NotAllowed, match="cover_not_asked_of_you"):
        play.perform(AcceptCover, "ned", cover)
    play.perform(DeclineCover, "tess", cover)
    assert state(play, cover) is CoverState.DECLINED
    assert news(play, "nia") == ["cover.declined", "cover.declined"]


def test_cal_6_not_answered_it_lapses_as_the_duty_begins_and_the_asker_is_told_before() -> None:
    play = story()
    cover = asked(play, person="ned")
    told = [(at, e.meaning.action) for at, e in play.memory.told("cover_news")]
    assert told == []
    play.at(paris("2026-07-15 18:00"))
    told = [(at, e.meaning.action) for at, e in play.memory.told("cover_news")]
    assert told == [
        (paris("2026-07-15 15:00"), "cover.unanswered"),
        (paris("2026-07-15 18:00"), "cover.lapsed"),
    ]
    assert state(play, cover) is CoverState.LAPSED
    with pytest.raises(NotNow, match="cover_over"):
        play.perform(AcceptCover, "ned", cover)


def test_cal_6_asked_in_the_middle_of_a_turn_the_asker_is_told_after_a_quarter_of_an_hour() -> None:
    play = story()
    cover = play.perform(AskCover, "nia", person="ned")
    play.at(paris("2026-07-15 12:15"))
    assert news(play, "nia") == ["cover.unanswered"]
    play.perform(AcceptCover, "ned", cover)
    assert play[cover].starts == paris("2026-07-15 12:15")


def test_cal_6_a_swap_gives_each_the_others_turn() -> None:
    play = story()
    swap = play.perform(AskSwap, "nia", person="ned", mine=paris("2026-07-27 12:00"))
    play.perform(AcceptCover, "ned", swap)
    assert duty(play, "2026-07-21 20:00") == "nia"  # Ned's week
    assert duty(play, "2026-07-28 20:00") == "ned"  # Nia's
    assert duty(play, "2026-07-18 20:00") == "nia"
    assert duty(play, "2026-08-04 20:00") == "ned"


def test_cal_6_withdrawn_the_duty_is_whose_turn_it_is_at_once() -> None:
    play = story()
    cover = asked(play, person="ned")
    play.perform(AcceptCover, "ned", cover)
    play.at(paris("2026-07-15 22:00"))
    play.perform(WithdrawCover, "nia", cover, reason="I am back")
    assert duty(play, "2026-07-15 22:00") == "nia"
    assert news(play, "ned") == ["cover.withdrawn"]


def test_cal_6_who_keeps_the_rota_may_withdraw_and_the_one_who_covers_may_not() -> None:
    play = story()
    cover = asked(play, person="ned")
    play.perform(AcceptCover, "ned", cover)
    with pytest.raises(NotAllowed):
        play.perform(WithdrawCover, "ned", cover)
    play.perform(WithdrawCover, "tom", cover)
    assert duty(play, "2026-07-15 20:00") == "nia"
    assert news(play, "nia")[-1] == news(play, "ned")[-1] == "cover.withdrawn"


def test_cal_6_where_the_contract_wants_it_who_keeps_the_rota_agrees_too() -> None:
    play = story(kept(keeper_agrees=True, kept_by=("sam",)))
    cover = asked(play, person="ned")
    play.perform(AcceptCover, "ned", cover)
    assert (state(play, cover), duty(play, "2026-07-15 20:00")) == (CoverState.AGREED, "nia")
    with pytest.raises(NotAllowed, match="cover_waits_for_keeper"):
        play.perform(AcceptCover, "ned", cover)
    play.perform(AcceptCover, "sam", cover)
    assert duty(play, "2026-07-15 20:00") == "ned"


def test_cal_6_who_covers_passes_it_on_and_a_withdrawal_undoes_both() -> None:
    play = story()
    first = asked(play, person="ned")
    play.perform(AcceptCover, "ned", first)
    second = play.perform(AskCover, "ned", person="tess", start=EVENING, end=MORNING)
    play.perform(AcceptCover, "tess", second)
    assert duty(play, "2026-07-15 20:00") == "tess"
    play.perform(WithdrawCover, "nia", first)
    assert duty(play, "2026-07-15 20:00") == "nia"
    assert news(play, "tess") == ["cover.void"]


def test_cal_6_while_who_covers_is_away_the_stand_in_does_or_else_whose_turn_it_is() -> None:
    night = {"start": paris("2026-07-15 18:00"), "end": paris("2026-07-17 07:30")}
    for stand_in, answers in ((None, "nia"), ("tess", "ned")):
        play = story()
        cover = asked(play, person="ned", **night)
        play.perform(AcceptCover, "ned", cover)
        away = Absence(first=date(2026, 7, 16), last=date(2026, 7, 16), stand_in=stand_in)
        play.memory.amend(
            replace(with_people(agreement(), ["ned"], absences=(away,)), version="v2")
        )
        assert duty(play, "2026-07-15 23:59") == "ned"
        assert duty(play, "2026-07-16 00:00") == answers  # Tess stands in for Ned, who covers
        assert duty(play, "2026-07-17 00:00") == "ned"


def test_cal_6_a_version_that_names_the_one_who_covers_no_more_gives_the_duty_back() -> None:
    play = story()
    cover = asked(play, person="hal")
    play.perform(AcceptCover, "hal", cover)
    people = tuple(p for p in agreement().people if p.id != "hal")
    play.memory.amend(agreement(version="v2", people=people))
    assert duty(play, "2026-07-15 20:00") == "nia"
    play.at(EVENING)
    assert news(play, "nia") == ["cover.taken", "cover.void"]
    assert state(play, cover) is CoverState.LAPSED


def test_cal_6_what_is_void_does_not_come_back_when_the_turn_is_as_it_was() -> None:
    play = story()
    cover = asked(play, person="ned")
    play.perform(AcceptCover, "ned", cover)
    play.memory.amend(replace(kept(people=("tess", "tom")), version="v2"))
    play.perform(WatchDuty, "escalade")
    play.memory.amend(agreement(version="v3"))
    play.perform(WatchDuty, "escalade")
    assert (state(play, cover), duty(play, "2026-07-15 20:00")) == (CoverState.LAPSED, "nia")
    assert news(play, "nia") == ["cover.taken", "cover.void"]
    assert news(play, "ned") == ["cover.void"]


def test_cal_6_what_is_void_is_told_to_those_asked_but_not_to_who_declined() -> None:
    play = story(kept(people=("ned", "nia", "tess")))
    cover = play.perform(AskCover, "nia")
    play.perform(DeclineCover, "ned", cover, reason="At a wedding")
    play.memory.amend(replace(kept(people=("sue", "tom")), version="v2"))
    play.perform(WatchDuty, "escalade")
    assert state(play, cover) is CoverState.LAPSED
    told = {person: news(play, person)[-1:] for person in ("nia", "ned", "tess")}
    assert told == {"nia": ["cover.void"], "ned": [], "tess": ["cover.void"]}


def test_cal_6_who_keeps_the_rota_agrees_to_nothing_that_a_version_has_taken_away() -> None:
    contract = kept(keeper_agrees=True, kept_by=("sam",))
    ill = Absence(first=date(2026, 7, 15), last=date(2026, 7, 15))
    for version, code in (
        (replace(contract, rotas=kept(people=("tess", "sam")).rotas), "cover_void"),
        (with_people(contract, ["ned"], absences=(ill,)), "away_then"),
    ):
        play = story(contract)
        cover = asked(play, person="ned")
        play.perform(AcceptCover, "ned", cover)
        kept_so = tuple(replace(r, keeper_agrees=True, kept_by=("sam",)) for r in version.rotas)
        play.memory.amend(replace(version, version="v2", rotas=kept_so))
        with pytest.raises(NotNow, match=code):
            play.perform(AcceptCover, "sam", cover)
        assert "cover.taken" not in news(play, "nia")


def test_cal_6_who_keeps_the_rota_agrees_in_the_middle_and_what_was_stays_theirs() -> None:
    play = story(kept(keeper_agrees=True, kept_by=("sam",)))
    cover = play.perform(AskCover, "nia", person="ned", end=MORNING)
    play.perform(AcceptCover, "ned", cover)
    play.at(paris("2026-07-15 20:00"))
    play.perform(AcceptCover, "sam", cover)
    assert play[cover].spell.start == paris("2026-07-15 20:00")
    assert [duty(play, f"2026-07-15 {at}") for at in ("19:59", "20:00")] == ["nia", "ned"]


def test_cal_6_a_version_that_moves_the_turn_leaves_a_third_where_they_are() -> None:
    play = story()
    cover = asked(play, person="ned")
    play.perform(AcceptCover, "ned", cover)
    play.memory.amend(replace(kept(people=("ned", "tess")), version="v2"))
    assert duty(play, "2026-07-15 20:00") == "tess"  # nothing was agreed about her duty


def test_cal_6_a_cover_across_the_change_of_the_clocks_ends_by_the_wall_clock() -> None:
    play = Story(agreement(), at=paris("2026-10-24 12:00"))  # that night has 25 hours
    who = duty(play, "2026-10-25 01:00")
    other = "ned" if who == "nia" else "nia"
    span = {"start": paris("2026-10-24 18:00"), "end": paris("2026-10-25 09:00")}
    cover = play.perform(AskCover, who, person=other, **span)
    play.perform(AcceptCover, other, cover)
    assert (span["end"] - span["start"]).total_seconds() == 16 * 3600
    assert [duty(play, f"2026-10-25 {at}") for at in ("02:30", "08:59", "09:00")] == [
        other, other, who,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "values", "code"),
    [
        ("tess", {}, "not_your_role"),
        ("nia", {"start": EVENING, "end": paris("2026-07-15 17:00")}, "cover_backwards"),
        ("ned", {"start": EVENING, "end": MORNING}, "no_duty_then"),
        ("nia", {"person": "nia"}, "cover_yourself"),
        ("nia", {"person": "rita"}, "other_firm"),
        ("nia", {"rota": "days"}, "unknown_rota"),
    ],
)
def test_cal_6_what_cannot_be_covered_is_refused(
    by: str, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        story().perform(AskCover, by, **values)
    assert refused.value.code == code


def test_cal_6_rights_follow_the_duty_that_is_covered() -> None:
    """Who covers the managers' rota may ask for a crisis cell, and only while they cover."""
    first, second, *rest = agreement().echelons
    second = replace(second, provider=replace(second.provider, on_call=("managers",)))
    rota = Rota(id="managers", people=("sam", "sue"), starts=date(2026, 1, 5))
    play = story(agreement(rotas=(*agreement().rotas, rota), echelons=(first, second, *rest)))
    manager = on_call(play.memory.contract("acme"), "managers", EVENING)
    cover = play.perform(
        AskCover, manager, person="hal", rota="managers", start=EVENING, end=MORNING
    )
    play.perform(AcceptCover, "hal", cover)
    with pytest.raises(NotAllowed):
        play.perform(AskCrisis, "hal", reason="all is down")
    play.at(EVENING)
    play.perform(AskCrisis, "hal", reason="all is down")


def test_inc_10_the_timeline_says_for_whom_who_is_called_covers() -> None:
    play = story()
    play.perform(AcceptCover, "ned", asked(play, person="ned"))
    play.at(EVENING)
    incident = play.perform(OpenIncident, "rita", title="down", component="vpn", severity=1)
    play.at(paris("2026-07-15 18:06"))  # called twice
    lines = play.memory.timeline("acme", incident)
    said = [line.facts for line in lines if line.action == LadderAction.ON_COVER]
    assert said == [{"ladder": "client", "person": "ned", "covers_for": ["nia"]}]


def test_cal_6_who_keeps_the_rota_asks_for_cover_in_somebodys_place() -> None:
    play = story(kept(kept_by=("sam",), keeper_agrees=True))
    cover = play.perform(AskCover, "sam", of="nia", person="ned", start=EVENING, end=MORNING)
    assert (play[cover].asked_by, play[cover].on_behalf) == ("nia", "sam")
    play.perform(AcceptCover, "ned", cover)  # who keeps the rota asked: that is agreed already
    assert state(play, cover) is CoverState.IN_FORCE
    assert duty(play, "2026-07-15 18:00") == "ned"
    assert news(play, "nia") == news(play, "sam") == ["cover.taken"]


@pytest.mark.parametrize(("by", "of"), [("ned", "nia"), ("tess", "nia")])
def test_cal_6_nobody_else_asks_for_cover_in_somebodys_place(by: str, of: str) -> None:
    play = story(kept(kept_by=("sam",)))
    with pytest.raises(NotAllowed):
        play.perform(AskCover, by, of=of, person="tom", start=EVENING, end=MORNING)


def test_cal_6_what_a_keeper_asked_and_nobody_took_is_told_to_both() -> None:
    play = story(kept(kept_by=("sam",)))
    play.perform(AskCover, "sam", of="nia", person="ned", start=EVENING, end=MORNING)
    play.at(paris("2026-07-15 18:01"))
    assert news(play, "nia") == news(play, "sam") == ["cover.unanswered", "cover.lapsed"]


def three() -> Story:
    """Ned has 13 to 20 July, Nia the next week, Tess the one after, then Ned again."""
    return story(kept(people=("ned", "nia", "tess")))


def test_cal_6_one_turn_is_offered_once_until_that_is_answered() -> None:
    play = three()
    first = play.perform(AskSwap, "nia", person="tess")
    night = {"start": paris("2026-07-26 20:00"), "end": paris("2026-07-27 08:00")}
    for again, hours in ((AskSwap, {}), (AskCover, night)):
        with pytest.raises(NotNow, match="hours_asked_by_you"):
            play.perform(again, "nia", person="ned", **hours)
    play.perform(DeclineCover, "tess", first)
    play.perform(AskSwap, "nia", person="ned")


def test_cal_6_hours_given_already_are_not_offered_again() -> None:
    play = three()
    play.perform(AcceptCover, "tess", play.perform(AskSwap, "nia", person="tess"))
    within = {"start": paris("2026-07-20 12:00"), "end": paris("2026-07-21 12:00")}
    with pytest.raises(NotNow, match="no_duty_then"):
        play.perform(AskCover, "nia", person="ned", **within)
    night = {"start": paris("2026-07-15 18:00"), "end": paris("2026-07-16 07:30")}
    play.perform(AcceptCover, "tess", play.perform(AskCover, "ned", person="tess", **night))
    with pytest.raises(NotNow, match="hours_given"):
        play.perform(AskCover, "ned", person="nia", end=paris("2026-07-17 12:00"))


def test_cal_6_of_two_who_want_one_turn_the_first_answered_has_it_and_all_hear() -> None:
    play = three()
    hers = play.perform(AskSwap, "nia", person="tess")
    his = play.perform(AskSwap, "ned", person="tess")  # 3 August for the 27th of July
    play.perform(AcceptCover, "tess", hers)
    assert (state(play, his), duty(play, "2026-07-28 20:00")) == (CoverState.LAPSED, "nia")
    assert duty(play, "2026-08-04 20:00") == "ned"
    assert news(play, "ned") == news(play, "tess") == ["cover.void"]
    assert news(play, "nia") == ["cover.taken"]
    with pytest.raises(NotNow, match="cover_void"):
        play.perform(AcceptCover, "tess", his)


def test_cal_6_nobody_gives_a_turn_for_nothing_in_return() -> None:
    play = three()
    swap = play.perform(AskSwap, "nia", person="tess")
    play.perform(AcceptCover, "tess", swap)
    onward = play.perform(AskSwap, "nia", person="ned", mine=paris("2026-07-28 12:00"))
    play.perform(AcceptCover, "ned", onward)  # the week that was Tess's, for his of August
    assert [duty(play, f"2026-{day} 20:00") for day in ("07-21", "07-28", "08-04")] == [
        "tess", "ned", "nia",
    ]  # fmt: skip
    play.perform(WithdrawCover, "nia", swap)
    assert state(play, onward) is CoverState.LAPSED
    assert [duty(play, f"2026-{day} 20:00") for day in ("07-21", "07-28", "08-04")] == [
        "nia", "tess", "ned",
    ]  # fmt: skip


def test_cal_6_a_swap_of_which_one_turn_has_begun_is_ended_by_who_keeps_the_rota() -> None:
    play = three()
    swap = play.perform(AskSwap, "nia", person="tess")
    play.perform(AcceptCover, "tess", swap)
    play.at(paris("2026-07-20 09:00"))
    with pytest.raises(NotNow, match="swap_begun"):
        play.perform(WithdrawCover, "nia", swap)
    play.perform(WithdrawCover, "tom", swap)
    assert duty(play, "2026-07-21 20:00") == "nia"


def test_cal_6_the_next_whole_turns_are_swapped_not_what_is_left_of_one() -> None:
    play = three()
    swap = play.perform(AskSwap, "nia", person="ned")  # on duty until the 20th
    assert play[swap].spell == Spell(start=paris("2026-07-20 09:00"), end=paris("2026-07-27 09:00"))
    assert play[swap].back == Spell(start=paris("2026-08-03 09:00"), end=paris("2026-08-10 09:00"))


def test_cal_6_turns_that_are_not_as_long_are_swapped_only_where_both_are_named() -> None:
    play = three()
    evening = {"start": paris("2026-07-20 18:00"), "end": paris("2026-07-21 07:30")}
    play.perform(AcceptCover, "tess", play.perform(AskCover, "nia", person="tess", **evening))
    with pytest.raises(BadValue, match="turns_differ") as refusal:
        play.perform(AskSwap, "nia", person="ned")  # her Monday until 18:00 for his week
    assert refusal.value.facts["field"] == "theirs"
    moments = {"mine": paris("2026-07-20 12:00"), "theirs": paris("2026-08-05 12:00")}
    swap = play.perform(AskSwap, "nia", person="ned", **moments)
    assert play[swap].spell.end == paris("2026-07-20 18:00")
