"""What a window of a change clashes with, and the next one that is free (Rule CHG-4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.base.durations import Duration
from escalation.change import clashes as clash_rules
from escalation.change import free_slot
from escalation.change.clashes import Circumstances, Clash, ClashKind, Planned, Work, clashes
from escalation.change.free_slot import AHEAD, next_slot, worked
from escalation.contract import Absence, Contract, Hours, Post, Rota
from escalation.contract.processes.change_calendar import ChangeCalendar, ChangePeriod
from tests.agreement import agreement, paris

NOW = paris("2026-07-15 10:00")  # a Wednesday
OFFICE = Hours()  # 07:30–18:00 on weekdays
DAY = timedelta(days=1)


def contract(**components: dict[str, object]) -> Contract:
    """The small contract: the wiki needs mail, mail needs the kiosk; any of them otherwise."""
    needs = {"wiki": ("mail",), "mail": ("kiosk",)}
    plain = agreement(groups=())
    return replace(
        plain,
        components=tuple(
            replace(c, depends_on=needs.get(c.id, ()), **components.get(c.id, {}))
            for c in plain.components
        ),
    )


def around(agreed: Contract | None = None, **facts: object) -> Circumstances:
    rules = ChangeCalendar()
    return Circumstances(**{"contract": agreed or contract(), "rules": rules, "now": NOW, **facts})


def found(
    work: Work, seen: Circumstances, start: str = "2026-07-16 20:00", end: str = "2026-07-16 22:00"
) -> list[tuple[str, str, str]]:
    return [(c.kind.value, c.about, c.by) for c in clashes(work, seen, paris(start), paris(end))]


KIOSK = Work(components=("kiosk",))
MAIL = Work(components=("mail",), carried_out_by="tess")


def test_chg_4_an_evening_on_which_nothing_else_is_planned_has_no_clash() -> None:
    assert found(MAIL, around()) == []


@pytest.mark.parametrize(
    ("touched", "clashing"),
    [("mail", True), ("wiki", True), ("kiosk", True), ("vpn", False)],
)
def test_chg_4_another_change_on_the_same_component_or_one_either_needs(
    touched: str, clashing: bool
) -> None:
    other = Planned(
        id="CHG-0007",
        components=(touched,),
        start=paris("2026-07-16 21:00"),
        end=paris("2026-07-16 23:00"),
    )
    seen = around(planned=[other])
    assert found(MAIL, seen) == [("change", touched, "CHG-0007")] * clashing
    assert found(MAIL, seen, end="2026-07-16 21:00") == [], "one ends as the other begins"


def test_chg_4_what_clashes_is_told_as_it_is_planned_not_as_the_overlap() -> None:
    other = Planned(
        id="CHG-0007",
        components=("mail",),
        start=paris("2026-07-16 19:00"),
        end=paris("2026-07-16 23:30"),
    )
    season = ChangePeriod(name="Summer", first=date(2026, 7, 14), last=date(2026, 7, 18))
    monthly = ChangePeriod(name="Pay", month_days=(15, 16))
    over = ChangePeriod(name="Spring", first=date(2026, 7, 1), last=date(2026, 7, 15))
    rules = ChangeCalendar(freezes=(season, over), critical=(monthly,))
    start, end = paris("2026-07-16 20:00"), paris("2026-07-16 22:00")
    told = {
        (each.by, each.start, each.end)
        for each in clashes(MAIL, around(planned=[other], rules=rules), start, end)
    }
    assert told == {
        ("CHG-0007", other.start, other.end),
        ("Summer", paris("2026-07-14 00:00"), paris("2026-07-19 00:00")),
        ("Pay", paris("2026-07-15 00:00"), paris("2026-07-17 00:00")),
    }


def test_chg_4_who_carries_out_another_one_or_is_away() -> None:
    other = Planned(
        id="CHG-0007",
        components=("vpn",),
        start=paris("2026-07-16 21:00"),
        end=paris("2026-07-16 23:00"),
        carried_out_by="tess",
    )
    assert found(MAIL, around(planned=[other])) == [("person", "tess", "CHG-0007")]
    assert found(KIOSK, around(planned=[other])) == []
    away = Absence(first=date(2026, 7, 17), last=date(2026, 7, 17), stand_in="tom")
    people = agreement().people
    agreed = replace(
        contract(),
        people=tuple(replace(p, absences=(away,)) if p.id == "tess" else p for p in people),
    )
    assert found(MAIL, around(agreed)) == []
    (clash,) = clashes(MAIL, around(agreed), paris("2026-07-16 22:00"), paris("2026-07-17 02:00"))
    assert clash == Clash(
        kind=ClashKind.AWAY,
        start=paris("2026-07-17 00:00"),
        end=paris("2026-07-17 02:00"),
        about="tess",
    )


def test_chg_4_a_freeze_holds_for_what_it_names_and_for_what_that_needs() -> None:
    season = ChangePeriod(
        name="Summer", first=date(2026, 7, 16), last=date(2026, 7, 18), components=("mail",)
    )
    seen = around(rules=ChangeCalendar(freezes=(season,)))
    assert found(MAIL, seen) == found(KIOSK, seen) == [("freeze", "mail", "Summer")]
    assert found(Work(components=("wiki",)), seen) == [], "mail does not need the wiki"
    assert found(MAIL, seen, "2026-07-15 22:00", "2026-07-16 00:00") == []
    assert found(MAIL, seen, "2026-07-19 00:00", "2026-07-19 02:00") == []
    everything = replace(season, components=(), last=None)
    seen = around(rules=ChangeCalendar(critical=(everything,)))
    assert found(Work(components=("vpn",)), seen, "2026-07-16 20:00", "2026-07-16 21:00") == [
        ("critical", "", "Summer")
    ]
    assert found(MAIL, seen, "2026-07-17 20:00", "2026-07-17 21:00") == []


@pytest.mark.parametrize(
    ("day", "critical"),
    [
        ("2026-07-29", False),
        ("2026-07-30", True),  # Thursday, the last working day but one
        ("2026-07-31", True),
        ("2026-08-01", True),  # the first of each month
        ("2026-08-02", False),
        ("2026-08-28", True),  # Friday
        ("2026-08-29", False),  # a Saturday is no working day
        ("2026-08-31", True),
    ],
)
def test_chg_4_critical_days_of_each_month(day: str, critical: bool) -> None:
    closing = ChangePeriod(name="Accounts", month_days=(1,), last_working_days=2)
    seen = around(rules=ChangeCalendar(critical=(closing,)))
    assert (
        found(MAIL, seen, f"{day} 20:00", f"{day} 22:00")
        == [("critical", "", "Accounts")] * critical
    )


def test_chg_4_opening_hours_of_what_is_touched_and_of_what_needs_it() -> None:
    seen = around(contract(wiki={"hours": OFFICE}))
    assert found(KIOSK, seen, "2026-07-16 17:00", "2026-07-16 20:00") == [
        ("opening_hours", "wiki", "")
    ]
    assert found(KIOSK, seen, "2026-07-16 18:00", "2026-07-16 20:00") == []
    assert found(KIOSK, seen, "2026-07-14 10:00", "2026-07-14 12:00") == [], "a public holiday"
    (over,) = clashes(KIOSK, seen, paris("2026-07-16 17:00"), paris("2026-07-17 09:00"))
    assert (over.start, over.end) == (paris("2026-07-16 17:00"), paris("2026-07-17 09:00"))


def test_chg_4_nobody_on_duty_on_either_side() -> None:
    agreed = contract()
    weekdays = Rota(
        id="nights",
        people=("ned", "nia"),
        starts=date(2026, 1, 5),
        hours=Hours(opens=time(18), closes=time(22)),
    )
    assert found(MAIL, around(replace(agreed, rotas=(weekdays,))), end="2026-07-16 22:30") == [
        ("nobody_on_duty", "provider", "")
    ]
    away = Absence(first=date(2026, 7, 16), last=date(2026, 7, 16))
    people = tuple(
        replace(p, absences=(away,)) if p.id in {"olga", "otto"} else p for p in agreed.people
    )
    assert found(MAIL, around(replace(agreed, people=people))) == [("nobody_on_duty", "client", "")]


def test_chg_4_who_was_to_carry_it_out_and_has_left_stands_against_nothing() -> None:
    gone = replace(KIOSK, carried_out_by="gone")
    other = Planned(
        id="CHG-0009",
        components=("vpn",),
        start=paris("2026-07-16 20:00"),
        end=paris("2026-07-16 21:00"),
        carried_out_by="gone",
    )
    assert found(gone, around(planned=[other])) == []
    assert next_slot(gone, around(planned=[other]), DAY / 24, NOW).clashes == ()


def test_chg_4_a_suppliers_hours() -> None:
    work = Work(components=("vpn",))
    plain = agreement()
    assert found(work, around(plain)) == [("supplier_hours", "network", "")]
    assert found(work, around(plain), "2026-07-16 10:00", "2026-07-16 18:00") == []
    (ladder,) = (each for each in plain.ladders if each.id == "network")
    first, *others = ladder.rungs
    on_call = Post(people=("nora",), on_call=("nights",))
    rung = replace(first, supplier=on_call)
    served = replace(plain, ladders=(replace(ladder, rungs=(rung, *others)),))
    assert found(work, around(served)) == [], "by its own duty"
    assert found(work, around(agreement(groups=()))) == [], "it names no hours"


def test_chg_4_an_open_priority_1_holds_back_what_would_begin_soon_but_not_its_own_cure() -> None:
    seen = around(
        priority_1=["INC-0009"],
        rules=ChangeCalendar(priority_1_ahead=Duration.parse("4h")),
    )
    assert found(MAIL, seen, "2026-07-15 13:00", "2026-07-15 15:00") == [
        ("priority_1", "", "INC-0009")
    ]
    assert found(MAIL, seen, "2026-07-15 14:00", "2026-07-15 15:00") == []
    cure = replace(MAIL, origin="INC-0009")
    assert found(cure, seen, "2026-07-15 13:00", "2026-07-15 15:00") == []


# -- the next free slot ------------------------------------------------------------------------


def test_chg_4_the_next_free_slot_begins_as_the_service_closes() -> None:
    seen = around(contract(wiki={"hours": OFFICE}))
    slot = next_slot(MAIL, seen, timedelta(hours=2), NOW)
    assert slot.start == paris("2026-07-15 18:00")
    assert slot.end - slot.start == timedelta(hours=2)
    assert slot.clashes == ()
    long = next_slot(MAIL, seen, timedelta(hours=20), NOW)
    assert long.start == paris("2026-07-17 18:00"), "the night is too short: the week-end"


def test_chg_4_a_free_slot_lies_where_it_can_be_carried_out() -> None:
    season = ChangePeriod(name="Closing", first=date(2026, 12, 18), last=date(2027, 1, 3))
    rules = ChangeCalendar(freezes=(season,))
    wanted = paris("2026-12-22 10:00")

    def begins(work: Work, seen: Circumstances, at: datetime = wanted, hours: int = 1) -> datetime:
        return next_slot(work, seen, timedelta(hours=hours), at).start

    open_always = around(rules=rules)
    monday = paris("2027-01-04 07:30")
    assert begins(MAIL, open_always) == monday, "as coverage opens, not at midnight"
    assert begins(MAIL, open_always, paris("2026-12-21 23:59")) == monday, "a day names no hour"
    night = paris("2027-01-04 00:00")
    assert begins(MAIL, open_always, paris("2026-12-22 03:00")) == night, "the night was asked for"
    assert begins(MAIL, open_always, hours=12) == night, "no day of coverage is as long"
    office = around(contract(mail={"hours": OFFICE}), rules=rules)
    assert begins(MAIL, office) == paris("2027-01-04 18:00"), "once it has closed"
    by_night = replace(MAIL, hours=Hours(opens=time(20), closes=time(6)))
    assert begins(by_night, open_always) == paris("2027-01-04 20:00"), "as the catalogue has it"
    assert begins(MAIL, around(), paris("2026-07-18 10:00")) == paris("2026-07-18 10:00"), (
        "a Saturday was asked for"
    )
    saturday = around(now=paris("2026-07-18 10:00"))
    assert begins(MAIL, saturday, saturday.now) == paris("2026-07-20 07:30"), "none was asked for"


def test_chg_4_a_slot_across_the_end_of_summer_time_lasts_as_long_as_asked() -> None:
    hours = Hours(opens=time(5), closes=time(23), days=tuple(range(7)))
    seen = around(contract(mail={"hours": hours}), now=paris("2026-10-24 12:00"))
    slot = next_slot(MAIL, seen, timedelta(hours=7), seen.now)
    assert (slot.start, slot.end) == (paris("2026-10-24 23:00"), paris("2026-10-25 05:00"))
    assert slot.end - slot.start == timedelta(hours=7), "that night has an hour more"
    longer = next_slot(MAIL, seen, timedelta(hours=7, minutes=1), seen.now)
    assert longer.start == paris("2026-10-31 23:00"), "All Saints' Day is closed"


def test_chg_4_where_no_slot_is_free_the_least_bad_is_shown_with_what_is_against_it() -> None:
    frozen = ChangePeriod(name="Merger", first=date(2026, 1, 1), last=date(2027, 12, 31))
    seen = around(
        contract(mail={"hours": OFFICE}),
        rules=ChangeCalendar(freezes=(frozen,), critical=(replace(frozen, components=("vpn",)),)),
    )
    slot = next_slot(MAIL, seen, timedelta(hours=2), NOW)
    assert slot.start == paris("2026-07-15 18:00")
    assert [clash.kind for clash in slot.clashes] == [ClashKind.FREEZE]


def test_chg_4_the_hours_are_looked_at_four_times_however_many_slots_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[object] = []
    real = clash_rules._open
    monkeypatch.setattr(clash_rules, "_open", lambda *asked: looked.append(asked) or real(*asked))
    hours = {"mail": {"hours": OFFICE}, "wiki": {"hours": OFFICE}, "vpn": {"hours": OFFICE}}
    slot = next_slot(MAIL, around(contract(**hours)), 31 * DAY, NOW)
    assert slot.clashes, "no month goes by without a working day"
    assert len(looked) == 4, "a month, what is left, all for the least bad, and that one"


def test_chg_4_what_is_free_in_the_first_week_looks_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[datetime] = []
    real = clash_rules.taken
    monkeypatch.setattr(free_slot, "taken", lambda *asked: looked.append(asked[3]) or real(*asked))
    seen = around(contract(mail={"hours": OFFICE}))
    next_slot(MAIL, seen, timedelta(hours=2), NOW)
    assert looked == [NOW + timedelta(days=7, hours=2)]


_hours = st.integers(0, 24 * 100)


@st.composite
def circumstances(draw: st.DrawFn) -> Circumstances:
    """Some plans, periods, hours and duty; around the ends of summer and of winter time."""
    now = draw(st.sampled_from(["2026-07-15 10:07", "2026-10-24 22:30", "2027-03-27 01:59"]))
    at = paris(now)

    def plan(begins: int, lasts: int, touched: str, by: str) -> Planned:
        start = at + timedelta(hours=begins - 5)
        return Planned(
            id="CHG-0007",
            components=(touched,),
            start=start,
            end=start + timedelta(hours=lasts),
            carried_out_by=by,
        )

    planned = draw(
        st.lists(
            st.builds(
                plan,
                _hours,
                st.integers(1, 300),
                st.sampled_from(["mail", "wiki", "vpn"]),
                st.sampled_from(["tess", "tom", ""]),
            ),
            max_size=8,
        )
    )
    days = st.builds(
        ChangePeriod,
        name=st.just("Closed"),
        first=st.dates(at.date(), at.date() + 100 * DAY),
        last=st.none() | st.dates(at.date(), at.date() + 110 * DAY),
        month_days=st.sampled_from([(), (1, 2), tuple(range(1, 32))]),
        last_working_days=st.integers(0, 3),
    )
    agreed = contract(
        mail={"hours": draw(st.sampled_from([OFFICE, Hours(always=True)]))},
        wiki={"hours": draw(st.sampled_from([OFFICE, Hours(opens=time(22), closes=time(2))]))},
    )
    rules = ChangeCalendar(
        freezes=tuple(draw(st.lists(days, max_size=2))),
        critical=tuple(draw(st.lists(days, max_size=1))),
    )
    urgent = draw(st.sampled_from([(), ("INC-0009",)]))
    return Circumstances(contract=agreed, rules=rules, now=at, planned=planned, priority_1=urgent)


@settings(max_examples=60, deadline=None)
@given(seen=circumstances(), minutes=st.integers(1, 3000))
def test_chg_4_a_slot_that_is_proposed_as_free_has_no_clash_and_is_the_first(
    seen: Circumstances, minutes: int
) -> None:
    length = timedelta(minutes=minutes)
    slot = next_slot(MAIL, seen, length, seen.now)
    assert slot.end - slot.start == length
    assert clashes(MAIL, seen, slot.start, slot.end) == slot.clashes
    assert seen.now <= slot.start <= seen.now + AHEAD + timedelta(minutes=15)

    def by_day(start: datetime) -> bool:
        open_in = worked(MAIL, seen.contract, start - DAY, start + length + DAY)
        return any(begins <= start and start + length <= ends for begins, ends in open_in)

    before: list[datetime] = [slot.start - n * timedelta(minutes=15) for n in range(1, 9)]
    for earlier in before if not slot.clashes else ():
        if earlier >= seen.now and not (by_day(slot.start) and not by_day(earlier)):
            assert clashes(MAIL, seen, earlier, earlier + length), earlier
    for hours in (0, 7, 29, 301, 1100) if slot.clashes else ():
        other = seen.now + timedelta(hours=hours, minutes=15)
        assert len(clashes(MAIL, seen, other, other + length)) >= len(slot.clashes), other
