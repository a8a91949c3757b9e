"""On-call duty: turns, hand-overs, overrides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.contract import Contract, Override, Rota, RotaChange
from escalation.duty.on_call import Shift, on_call, shifts, whole_shifts
from tests.agreement import PARIS, agreement, paris


def duty(*overrides: Override, **changes: object) -> Contract:
    """Ned and Nia take turns at 09:00 on Mondays, from 5 January 2026."""
    (rota,) = agreement().rotas
    return agreement(rotas=(replace(rota, overrides=overrides, **changes),))


DAY = timedelta(days=1)


def swap(person: str, start: str, end: str) -> Override:
    return Override(person=person, start=paris(start), end=paris(end))


@pytest.mark.parametrize(
    ("at", "person"),
    [
        ("2026-01-05 09:00", "ned"),
        ("2026-01-12 08:59:59", "ned"),
        ("2026-01-12 09:00", "nia"),
        ("2026-01-19 09:00", "ned"),
        ("2026-01-05 08:59", "nia"),  # before the rota starts: counted backwards
        ("2025-12-29 08:59", "ned"),
    ],
)
def test_cal_1_turns_pass_at_the_hand_over(at: str, person: str) -> None:
    assert on_call(duty(), "nights", paris(at)) == person


@pytest.mark.parametrize(
    ("monday", "winter"), [("2026-03-23", True), ("2026-03-30", False), ("2026-10-26", True)]
)
def test_cal_1_hand_over_stays_at_its_wall_clock_time(monday: str, winter: bool) -> None:
    hand_over = paris(f"{monday} 09:00")
    assert hand_over.hour == (8 if winter else 7)
    before = on_call(duty(), "nights", hand_over - timedelta(seconds=1))
    assert on_call(duty(), "nights", hand_over) != before


def test_cal_1_hand_over_in_the_hour_that_the_night_swallows() -> None:
    contract = duty(starts=date(2026, 3, 22), hand_over=time(2, 30))
    assert on_call(contract, "nights", paris("2026-03-29 01:59")) == "ned"
    assert on_call(contract, "nights", paris("2026-03-29 03:29")) == "ned"
    assert on_call(contract, "nights", paris("2026-03-29 03:30")) == "nia"


def test_cal_1_a_clock_set_back_over_midnight_hands_over_once() -> None:
    """In St. John's 00:01 of 7 November 2010 was followed by 23:01 of the day before."""
    rota = Rota(
        id="nights",
        people=("ned", "nia"),
        starts=date(2010, 11, 6),
        hand_over=time(0),
        turn_days=1,
    )
    contract = agreement(rotas=(rota,), timezone="America/St_Johns")
    midnight = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    assert [
        (each.start - midnight, each.person)
        for each in shifts(contract, "nights", midnight - timedelta(hours=1), midnight + DAY)
    ] == [(-timedelta(hours=1), "ned"), (timedelta(0), "nia")]


def test_cal_1_a_day_that_a_zone_skipped_hands_over_with_the_next() -> None:
    """In Apia 29 December 2011 was followed by 31 December."""
    people = ("ned", "nia", "tess", "sam")
    rota = Rota(id="nights", people=people, starts=date(2011, 12, 28), turn_days=1)
    contract = agreement(rotas=(rota,), timezone="Pacific/Apia")
    nines = datetime(2011, 12, 29, 19, 0, tzinfo=UTC)  # 09:00 of 29 December
    assert [
        (each.start, each.end - each.start, each.person)
        for each in shifts(contract, "nights", nines, nines + 2 * DAY)
    ] == [(nines, DAY, "nia"), (nines + DAY, DAY, "sam")]


def test_cal_1_turns_need_not_be_weeks() -> None:
    contract = duty(turn_days=1)
    assert [on_call(contract, "nights", paris(f"2026-01-0{day} 12:00")) for day in (5, 6, 7)] == [
        "ned",
        "nia",
        "ned",
    ]


def change(starts: str, *people: str, **more: Any) -> RotaChange:
    return RotaChange(starts=date.fromisoformat(starts), people=people, **more)


def turns(contract: Contract, start: str, end: str) -> list[tuple[str, str]]:
    """Who begins when, on the wall clock in Paris."""
    found = shifts(contract, "nights", paris(start), paris(end))
    return [(f"{each.start.astimezone(PARIS):%m-%d %H:%M}", each.person) for each in found]


def test_cal_6_a_person_who_joins_from_a_day_on_moves_nobody_before() -> None:
    joined = duty(changes=(change("2026-03-09", "nia", "tess", "ned"),))
    first, day = paris("2025-06-01 00:00"), paris("2026-03-09 09:00")
    assert shifts(joined, "nights", first, day) == shifts(duty(), "nights", first, day)
    assert turns(joined, "2026-03-02 09:00", "2026-04-06 09:00") == [
        ("03-02 09:00", "ned"),
        ("03-09 09:00", "nia"),
        ("03-16 09:00", "tess"),
        ("03-23 09:00", "ned"),
        ("03-30 09:00", "nia"),
    ]


def test_cal_6_a_shorter_list_begins_with_its_first() -> None:
    left = duty(people=("ned", "nia", "tess"), changes=(change("2026-01-19", "nia", "ned"),))
    assert [who for _, who in turns(left, "2026-01-05 09:00", "2026-02-02 09:00")] == [
        "ned", "nia", "nia", "ned",
    ]  # fmt: skip


def test_cal_6_who_is_taken_off_the_rota_stays_on_duty_until_the_day() -> None:
    left = duty(changes=(change("2026-01-08", "nia"),))
    assert on_call(left, "nights", paris("2026-01-08 08:59")) == "ned"
    assert on_call(left, "nights", paris("2026-01-08 09:00")) == "nia"
    assert on_call(left, "nights", paris("2026-01-26 12:00")) == "nia"


@pytest.mark.parametrize("hand_over", [time(8), time(18), time(0)])
def test_cal_6_another_hand_over_time_leaves_no_hole_and_no_overlap(hand_over: time) -> None:
    moved = duty(changes=(change("2026-01-12", "nia", "ned", hand_over=hand_over),))
    assert turns(moved, "2026-01-05 09:00", "2026-01-20 00:00") == [
        ("01-05 09:00", "ned"),
        *([("01-12 09:00", "nia")] if hand_over > time(9) else []),  # until the new list begins
        (f"01-12 {hand_over:%H:%M}", "nia"),
        (f"01-19 {hand_over:%H:%M}", "ned"),
    ]


def test_cal_6_another_length_of_turns_holds_until_the_next_change() -> None:
    daily = change("2026-01-08", "nia", "ned", turn_days=1)
    again = change("2026-01-11", "tess", "ned")
    assert turns(duty(changes=(daily, again)), "2026-01-05 09:00", "2026-01-13 12:00") == [
        ("01-05 09:00", "ned"),
        ("01-08 09:00", "nia"),
        ("01-09 09:00", "ned"),
        ("01-10 09:00", "nia"),
        ("01-11 09:00", "tess"),  # the length of a turn goes on from the change before
        ("01-12 09:00", "ned"),
        ("01-13 09:00", "tess"),
    ]


def test_cal_6_a_change_in_the_hour_that_the_night_swallows_or_repeats() -> None:
    spring = duty(changes=(change("2026-03-29", "tess", "ned", hand_over=time(2, 30)),))
    assert on_call(spring, "nights", paris("2026-03-29 03:29")) == "nia"
    assert on_call(spring, "nights", paris("2026-03-29 03:30")) == "tess"
    autumn = duty(changes=(change("2026-10-25", "tess", "ned", hand_over=time(2, 30)),))
    first = paris("2026-10-25 02:30")
    assert on_call(autumn, "nights", first - timedelta(seconds=1)) != "tess"
    assert on_call(autumn, "nights", first + timedelta(hours=1)) == "tess"


def test_cal_6_a_swap_across_a_change_holds_to_its_end() -> None:
    swapped = duty(
        swap("sam", "2026-01-11 12:00", "2026-01-13 12:00"),
        changes=(change("2026-01-12", "tess", "ned"),),
    )
    assert turns(swapped, "2026-01-05 09:00", "2026-01-19 09:00") == [
        ("01-05 09:00", "ned"),
        ("01-11 12:00", "sam"),
        ("01-13 12:00", "tess"),
    ]


def test_cal_6_a_change_that_is_past_may_become_the_list_itself() -> None:
    new = ("nia", "tess", "ned")
    dated = duty(changes=(change("2026-03-09", *new),))
    folded = duty(people=new, starts=date(2026, 3, 9))
    start, end = paris("2026-03-09 09:00"), paris("2027-03-09 09:00")
    assert shifts(dated, "nights", start, end) == shifts(folded, "nights", start, end)


def test_cal_1_an_override_wins_from_its_start_until_its_end() -> None:
    contract = duty(swap("tess", "2026-01-06 18:00", "2026-01-07 08:00"))
    assert on_call(contract, "nights", paris("2026-01-06 17:59")) == "ned"
    assert on_call(contract, "nights", paris("2026-01-06 18:00")) == "tess"
    assert on_call(contract, "nights", paris("2026-01-07 07:59")) == "tess"
    assert on_call(contract, "nights", paris("2026-01-07 08:00")) == "ned"


def test_cal_1_the_later_override_in_the_list_wins() -> None:
    contract = duty(
        swap("tess", "2026-01-06 00:00", "2026-01-08 00:00"),
        swap("nia", "2026-01-07 00:00", "2026-01-07 12:00"),
    )
    assert on_call(contract, "nights", paris("2026-01-06 12:00")) == "tess"
    assert on_call(contract, "nights", paris("2026-01-07 11:00")) == "nia"
    assert on_call(contract, "nights", paris("2026-01-07 12:00")) == "tess"


def test_cal_1_an_override_without_a_zone_is_on_the_contracts_wall_clock() -> None:
    local = Override(
        person="tess",
        start=paris("2026-07-15 18:00").astimezone(PARIS).replace(tzinfo=None),
        end=paris("2026-07-16 08:00").astimezone(PARIS).replace(tzinfo=None),
    )
    assert on_call(duty(local), "nights", paris("2026-07-15 18:00")) == "tess"
    assert on_call(duty(local), "nights", paris("2026-07-15 17:59")) != "tess"
    assert on_call(duty(local), "nights", paris("2026-07-16 08:00")) != "tess"


def test_cal_1_shifts_have_no_hole_and_no_overlap() -> None:
    contract = duty(swap("tess", "2026-01-06 18:00", "2026-01-07 08:00"))
    start, end = paris("2026-01-05 12:00"), paris("2026-01-13 12:00")
    assert shifts(contract, "nights", start, end) == [
        Shift(person="ned", start=start, end=paris("2026-01-06 18:00")),
        Shift(
            person="tess",
            start=paris("2026-01-06 18:00"),
            end=paris("2026-01-07 08:00"),
            swapped=True,
        ),
        Shift(person="ned", start=paris("2026-01-07 08:00"), end=paris("2026-01-12 09:00")),
        Shift(person="nia", start=paris("2026-01-12 09:00"), end=end),
    ]
    assert shifts(contract, "nights", end, start) == []


def test_cal_1_a_rota_of_one_still_has_turns_and_a_hidden_override_cuts_nothing() -> None:
    alone = duty(people=("ned",))
    start, end = paris("2026-01-05 09:00"), paris("2026-01-26 09:00")
    assert len(shifts(alone, "nights", start, end)) == 3
    hidden = duty(
        swap("nia", "2026-01-06 10:00", "2026-01-06 11:00"),
        swap("tess", "2026-01-06 00:00", "2026-01-07 00:00"),
    )
    found = shifts(hidden, "nights", start, paris("2026-01-12 09:00"))
    assert [shift.person for shift in found] == ["ned", "tess", "ned"]


def test_cal_1_an_unknown_rota_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        on_call(duty(), "days", paris("2026-01-05 09:00"))


FIRST = paris("2026-03-16 00:00")
instants = st.integers(0, 5 * 7 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
overrides = st.lists(
    st.tuples(st.sampled_from(["ned", "nia", "tess"]), instants, st.integers(1, 10_000)).map(
        lambda drawn: Override(
            person=drawn[0], start=drawn[1], end=drawn[1] + timedelta(minutes=drawn[2])
        )
    ),
    max_size=4,
).map(tuple)
rotas = st.builds(
    Rota,
    id=st.just("nights"),
    people=st.sampled_from([("ned",), ("ned", "nia"), ("ned", "nia", "tess")]),
    starts=st.just(date(2026, 3, 30)),
    hand_over=st.sampled_from([time(9), time(2, 30), time(0)]),
    turn_days=st.sampled_from([1, 5, 7]),
    changes=st.sampled_from(
        [
            (),
            (change("2026-04-02", "tess", "nia"),),
            (
                change("2026-04-05", "nia", hand_over=time(2, 30)),
                change("2026-04-06", "tess", "ned", hand_over=time(0), turn_days=3),
            ),
        ]
    ),
    overrides=overrides,
)


@given(rotas, instants, instants, instants)
def test_cal_1_shifts_say_what_on_call_says(
    rota: Rota, one: datetime, other: datetime, at: datetime
) -> None:
    contract = agreement(rotas=(rota,))
    start, end = sorted((one, other))
    found = shifts(contract, "nights", start, end)
    if start == end:
        assert found == []
        return
    assert (found[0].start, found[-1].end) == (start, end)
    for before, following in pairwise(found):
        assert before.end == following.start
    for shift in found:
        assert shift.start < shift.end
        assert shift.start.tzinfo is UTC
        assert on_call(contract, "nights", shift.start) == shift.person
        if shift.start <= at < shift.end:
            assert on_call(contract, "nights", at) == shift.person


@given(rotas, instants, instants)
def test_cal_1_whole_shifts_are_the_same_whatever_is_asked_for(
    rota: Rota, one: datetime, other: datetime
) -> None:
    contract = agreement(rotas=(rota,))
    start, end = sorted((one, other))
    everything = shifts(contract, "nights", FIRST - timedelta(90), FIRST + timedelta(200))
    assert whole_shifts(contract, "nights", start, end) == [
        shift for shift in everything if shift.start < end and start < shift.end
    ]


HOURS = st.integers(min_value=0, max_value=60)
SWAPS = st.lists(st.tuples(st.sampled_from(["ned", "nia", "sam"]), HOURS, HOURS), max_size=8)


@given(given_swaps=SWAPS, hour=HOURS)
def test_cal_1_of_swaps_that_overlap_the_later_in_the_list_holds(
    given_swaps: list[tuple[str, int, int]], hour: int
) -> None:
    begun = paris("2026-03-28 12:00")  # the clocks change within
    swaps = [
        Override(person=who, start=begun + timedelta(hours=one), end=begun + timedelta(hours=two))
        for who, one, two in given_swaps
    ]
    at = begun + timedelta(hours=hour)
    holding = [each.person for each in swaps if each.start <= at < each.end]
    expected = holding[-1] if holding else on_call(duty(), "nights", at)
    assert on_call(duty(*swaps), "nights", at) == expected


class Looked(tuple[Override, ...]):
    """Overrides that count how often all of them are looked at."""

    times = 0

    def __iter__(self) -> Iterator[Override]:
        Looked.times += 1
        return super().__iter__()


def test_cal_1_past_swaps_cost_nothing() -> None:
    day = timedelta(days=1)
    past = paris("2016-01-01 00:00")
    swaps = [
        Override(person="nia", start=past + n * day, end=past + (n + 1) * day) for n in range(3000)
    ]
    contract = duty()
    (rota,) = contract.rotas
    Looked.times = 0
    contract = replace(contract, rotas=(replace(rota, overrides=Looked(swaps)),))
    for n in range(50):
        at = paris("2026-03-01 12:00") + n * day
        assert on_call(contract, "nights", at) == on_call(duty(), "nights", at)
        assert shifts(contract, "nights", at, at + day) == shifts(duty(), "nights", at, at + day)
    assert Looked.times <= 1, "once a contract, not once a question"
    assert on_call(contract, "nights", past + 10 * day) == "nia"
