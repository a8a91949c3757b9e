"""On-call duty to and from iCalendar files."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, datetime

import icalendar
import pytest
from dateutil.rrule import _iterinfo

from config.ical.duty import Duty, to_toml
from config.ical.duty import from_ical as read_ical
from config.ical.export import to_ical as write_ical
from config.ical.faults import CalendarFaults
from escalation.contract import Absence, Contract, Override
from escalation.duty.availability import Answering, answering
from escalation.duty.on_call import on_call, shifts
from tests.agreement import PARIS, agreement, paris
from tests.escalation.base.test_sober_text import EVERYTHING, acts

START, END = paris("2026-03-16 12:00"), paris("2026-04-08 12:00")


def from_ical(data: bytes, contract: Contract) -> tuple[Override, ...]:
    """All that a calendar changes within 2026."""
    return duty(data, contract).overrides


def duty(data: bytes, contract: Contract) -> Duty:
    return read_ical(data, contract, "nights", paris("2026-01-01 00:00"), paris("2027-01-01 00:00"))


def instead(of: Answering) -> str:
    """Whose turn it is, where somebody else has it."""
    return of.whose if of.whose != of.person else ""


def to_ical(contract: Contract, start: datetime, end: datetime) -> bytes:
    """Who answers from one to another instant, as a file."""
    stretches = answering(contract, "nights", start, end)
    return write_ical(contract, "nights", stretches, stamp=START, words=instead)


def on_call_otherwise(contract: Contract) -> Contract:
    """The contract with somebody else in the rota, so that nothing is said anyhow."""
    (rota,) = contract.rotas
    return replace(contract, rotas=(replace(rota, people=("tom",)),))


def with_overrides(*overrides: Override) -> Contract:
    (rota,) = agreement().rotas
    return agreement(rotas=(replace(rota, overrides=overrides),))


def calendar(*events: str) -> bytes:
    """A calendar file of events given as lines."""
    body = "".join(
        "BEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20260101T000000Z\r\n"
        + "".join(f"{line.strip()}\r\n" for line in event.strip().splitlines())
        + "END:VEVENT\r\n"
        for event in events
    )
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\n"
    return f"{head}{body}END:VCALENDAR\r\n".encode()


def event(summary: str, *more: str) -> str:
    times = ("DTSTART:20260715T160000Z", "DTEND:20260716T060000Z")
    return "\n".join((f"SUMMARY:{summary}", *times, *more))


def exported(contract: Contract, start: str, end: str) -> dict[str, str]:
    """Id → summary of each event."""
    data = to_ical(contract, paris(start), paris(end))
    return {str(e["UID"]): str(e["SUMMARY"]) for e in icalendar.Calendar.from_ical(data).events}


def test_what_people_wrote_does_nothing_in_a_calendar() -> None:
    contract = agreement(name=f"Ω{EVERYTHING}")
    people = tuple(replace(person, name=f"Ω{EVERYTHING}") for person in contract.people)
    told = to_ical(replace(contract, people=people), START, END).decode()
    assert "Ω" in told
    assert {each for each in told if acts(each)} <= {"\r", "\n", "\t"}


def test_cal_1_a_rota_is_exported_shift_by_shift() -> None:
    found = icalendar.Calendar.from_ical(to_ical(agreement(), START, END)).events
    assert [(e.start, e.end, str(e["SUMMARY"])) for e in found] == [
        (paris("2026-03-16 09:00"), paris("2026-03-23 09:00"), "Ned Night"),
        (paris("2026-03-23 09:00"), paris("2026-03-30 09:00"), "Nia Night"),
        (paris("2026-03-30 09:00"), paris("2026-04-06 09:00"), "Ned Night"),
        (paris("2026-04-06 09:00"), paris("2026-04-13 09:00"), "Nia Night"),
    ]


def test_cal_1_a_name_with_a_pasted_separator_stays_on_its_line() -> None:
    pasted = "Ned\u2028de la\u0085Night"
    people = [replace(p, name=pasted) if p.id == "ned" else p for p in agreement().people]
    contract = replace(agreement(), people=tuple(people))
    data = to_ical(contract, START, END)
    assert str(icalendar.Calendar.from_ical(data).events[0]["SUMMARY"]) == "Ned de la Night"
    found = from_ical(data, on_call_otherwise(contract))
    assert [each.person for each in found] == ["ned", "nia"] * 2


def test_cal_1_a_shift_keeps_its_id_whatever_is_exported_and_whoever_swaps() -> None:
    wide = exported(agreement(), "2026-03-01 00:00", "2026-05-01 00:00")
    narrow = exported(agreement(), "2026-03-25 03:00", "2026-04-01 05:00")
    assert narrow.items() <= wide.items()
    swap = Override(person="tess", start=paris("2026-03-23 09:00"), end=paris("2026-03-30 09:00"))
    swapped = exported(with_overrides(swap), "2026-03-25 03:00", "2026-04-01 05:00")
    assert swapped.keys() == narrow.keys()
    assert list(swapped.values()) == ["Tess Deputy", "Ned Night"]


def test_cal_1_the_same_export_is_the_same_to_the_byte() -> None:
    assert to_ical(agreement(), START, END) == to_ical(agreement(), START, END)


def test_cal_1_what_was_exported_comes_back_as_the_same_duty() -> None:
    swap = Override(person="tess", start=paris("2026-03-28 18:00"), end=paris("2026-03-29 08:00"))
    data = to_ical(with_overrides(swap), START, END)
    imported = with_overrides(*from_ical(data, agreement()))
    for shift in shifts(with_overrides(swap), "nights", START, END):
        assert on_call(imported, "nights", shift.start) == shift.person
    assert from_ical(data, agreement()) == (swap,)
    assert from_ical(data, with_overrides(swap)) == (swap,)  # as often as it is read


def test_cal_1_what_a_calendar_no_longer_says_goes_when_it_is_read_again() -> None:
    kept = Override(person="tess", start=paris("2026-07-15 18:00"), end=paris("2026-07-16 08:00"))
    gone = Override(person="sue", start=paris("2026-07-18 18:00"), end=paris("2026-07-19 08:00"))
    contract = with_overrides(kept, gone)
    assert from_ical(calendar(event("tess")), contract) == (kept,)
    assert contract.swaps("nights").at(gone.start) == 1  # the contract itself is as it was


def test_cal_1_two_people_of_one_name_are_told_apart() -> None:
    twins = tuple(replace(p, name="Ned Night") if p.id == "nia" else p for p in agreement().people)
    contract = replace(agreement(), people=twins)
    data = to_ical(contract, START, END)
    found = from_ical(data, on_call_otherwise(contract))
    assert [each.person for each in found] == ["ned", "nia", "ned", "nia"]


@pytest.mark.parametrize(
    "summary",
    [
        "tess",
        "Tess Deputy",
        "TESS DEPUTY",
        "tess@provider.example",
        "Astreinte : Tess Deputy (N1)",
        "DEPUTY Tess",
        "Deputy, T.",
        "Astreinte : DÉPUTY Téss (N1)",
        "Astreinte Deputy\u00a0T.",
        "Te\u0301ss De\u0301puty",
        "Tess",
        "On call - tess",
    ],
)
def test_cal_1_an_event_names_a_person_by_id_name_or_e_mail(summary: str) -> None:
    assert from_ical(calendar(event(summary)), agreement()) == (
        Override(person="tess", start=paris("2026-07-15 18:00"), end=paris("2026-07-16 08:00")),
    )


@pytest.mark.parametrize(
    "attendee",
    [
        "ATTENDEE:mailto:tess@provider.example",
        "ATTENDEE:MAILTO:Tess@Provider.example",
        'ATTENDEE;CN="Tess Deputy":mailto:private@home.example',
        "ATTENDEE:mailto:stranger@home.example\nATTENDEE:mailto:tess@provider.example",
    ],
)
def test_cal_1_an_attendee_counts_where_the_summary_names_nobody(attendee: str) -> None:
    (override,) = from_ical(calendar(event("Astreinte", attendee)), agreement())
    assert override.person == "tess"
    (override,) = from_ical(calendar(event("Ned Night", attendee)), agreement())
    assert override.person == "ned"


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        ("DTSTART:20260715T180000\nDTEND:20260716T080000",
         "2026-07-15 18:00", "2026-07-16 08:00"),
        ("DTSTART;TZID=Europe/London:20260715T180000\nDTEND;TZID=Europe/London:20260716T080000",
         "2026-07-15 19:00", "2026-07-16 09:00"),
        ("DTSTART;VALUE=DATE:20260714\nDTEND;VALUE=DATE:20260716",
         "2026-07-14 00:00", "2026-07-16 00:00"),
        ("DTSTART;VALUE=DATE:20260714", "2026-07-14 00:00", "2026-07-15 00:00"),
        ("DTSTART:20260328T120000\nDURATION:P1D", "2026-03-28 12:00", "2026-03-29 12:00"),
        ("DTSTART:20260328T180000\nDURATION:PT12H", "2026-03-28 18:00", "2026-03-29 07:00"),
    ],
)  # fmt: skip
def test_cal_1_times_of_an_event(times: str, start: str, end: str) -> None:
    (override,) = from_ical(calendar(f"SUMMARY:tess\n{times}"), agreement())
    assert (override.start, override.end) == (paris(start), paris(end))


def test_cal_1_an_end_in_the_second_of_two_hours_is_that() -> None:
    times = "DTSTART;TZID=Europe/Paris:20261024T180000\nDTEND:20261025T013000Z"
    (override,) = from_ical(calendar(f"SUMMARY:tess\n{times}"), agreement())
    assert override.end.isoformat() == "2026-10-25T01:30:00+00:00"


@pytest.mark.parametrize(
    "rule",
    ["DAILY;BYMONTH=2;BYMONTHDAY=30", "YEARLY;BYMONTH=2;BYMONTHDAY=30", "MONTHLY;BYDAY=6MO",
     "WEEKLY;BYMONTH=2;BYMONTHDAY=30", "YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29"],
)  # fmt: skip
def test_cal_1_a_rule_that_never_falls_is_looked_for_no_further_than_the_period(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    rebuild = _iterinfo.rebuild

    def seen(self: object, year: int, month: int) -> None:
        looked.append(year)
        rebuild(self, year, month)

    monkeypatch.setattr(_iterinfo, "rebuild", seen)
    duty = from_ical(calendar(event("tess", f"RRULE:FREQ={rule}")), agreement())
    assert len(duty) == 1, "where it begins counts all the same"
    assert 2026 <= max(looked) < 2040


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (event("Somebody"), "nobody"),
        (event("Ned Night and Nia Night"), "several"),
        (event("Olga Operations"), "another_firm"),
        (event("tess", "RRULE:FREQ=HOURLY"), "bad_rule"),
        (event("tess", "RRULE:FREQ=WEEKLY;INTERVAL=0"), "bad_rule"),
        (event("tess", "RRULE:FREQ=WEEKLY;BYDAY=XX"), "bad_rule"),
        (event("tess", "RRULE:FREQ=WEEKLY;COUNT=many"), "bad_rule"),
        (event("tess", "RRULE:weekly"), "bad_rule"),
        (event("tess", "EXRULE:FREQ=WEEKLY"), "bad_rule"),
        (event("tess", "RRULE:FREQ=WEEKLY;UNTIL=soon"), "bad_date"),
        (event("tess", "RDATE:soon"), "bad_date"),
        (event("tess", "RDATE;VALUE=PERIOD:20260722T160000Z/PX"), "bad_date"),
        (event("tess", "EXDATE:soon"), "bad_date"),
        (event("tess", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260715T160000Z"), "this_and_future"),
        ("SUMMARY:tess", "no_start"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z", "no_end"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z\nDTEND:20260715T160000Z", "backwards"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z\nDURATION:-PT1H", "backwards"),
        ("SUMMARY:tess\nDTSTART:soon\nDTEND:20260715T160000Z", "bad_date"),
        ("SUMMARY:tess\nDTSTART:20260231T160000Z\nDTEND:20260715T160000Z", "bad_date"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z\nDURATION:long", "bad_date"),
        ("SUMMARY:tess\nDTSTART;TZID=Middle/Earth:20260715T160000\nDTEND:20260716T160000Z",
         "unknown_zone"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z\nDTEND:20280715T160000Z", "too_long"),
        ("SUMMARY:tess\nDTSTART:99991231T230000Z\nDURATION:P9D", "bad_date"),
        ("SUMMARY:tess\nDTSTART:P1D", "bad_date"),
        ("SUMMARY:tess\nDTSTART:16010101T160000Z\nDURATION:P1D\nRRULE:FREQ=DAILY", "bad_date"),
        ("DTSTART:20260715T160000Z\nDTEND:20260716T160000Z", "nobody"),
        ("SUMMARY:tess\nDTSTART:19700101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYHOUR=0,6,12",
         "too_often"),
        (event("tess", "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=0,10,20,30,40,50;BYSECOND=0,30"),
         "too_often"),
    ],
)  # fmt: skip
def test_cal_1_an_event_that_cannot_be_read_is_refused_by_name(lines: str, code: str) -> None:
    with pytest.raises(CalendarFaults) as refused:
        from_ical(calendar(event("tess"), lines), agreement())
    (found,) = refused.value.faults
    assert (found.code, found.line) == (code, 4 + 7)


def test_cal_1_near_names_are_offered_where_nobody_is_named() -> None:
    with pytest.raises(CalendarFaults) as refused:
        from_ical(calendar(event("Tesse Depputy")), agreement())
    (found,) = refused.value.faults
    assert found.event == "Tesse Depputy, 2026-07-15"
    assert found.facts["suggestion"] == ["tess", "sue"]


def test_cal_1_every_faulty_event_is_named_at_once() -> None:
    with pytest.raises(CalendarFaults, match="Somebody") as refusal:
        from_ical(calendar(event("Somebody"), event("tess"), event("Nobody")), agreement())
    assert len(refusal.value.faults) == 2


def test_cal_1_a_cancelled_event_is_no_swap() -> None:
    found = duty(calendar(event("Somebody", "STATUS:CANCELLED")), agreement())
    assert (found.overrides, found.cancelled) == ((), 1)
    taken_back = calendar(event("Somebody")).replace(b"VERSION", b"METHOD:CANCEL\r\nVERSION")
    assert duty(taken_back, agreement()).cancelled == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_calendar"),
        (b"hello", "not_calendar"),
        (b"<!DOCTYPE html>\n<title>Sign in</title>", "not_calendar"),
        (b"\xff\xfe\x00", "not_utf8"),
        (b"BEGIN:VCALENDAR", "cut_off"),
        (b"BEGIN:VEVENT\nEND:VEVENT", "not_calendar"),
        (calendar(event("tess"))[:-40], "cut_off"),
        (calendar(event("tess")).replace(b"END:VEVENT", b"END:VTODO"), "not_calendar"),
        (calendar(event("tess")).replace(b"tess", b"t\xe9ss"), "not_utf8"),
        (b" " * 20_000_001, "too_large"),
    ],
)
def test_cal_1_what_is_no_calendar_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(CalendarFaults) as refused:
        from_ical(data, agreement())
    assert [found.code for found in refused.value.faults] == [code]


# -- times of one event ----------------------------------------------------------------------


def nights(*lines: str) -> list[str]:
    """The days on which the nights of one series begin, in the contract's zone."""
    times = ("DTSTART;TZID=Europe/Paris:20260323T180000", "DTEND;TZID=Europe/Paris:20260324T080000")
    found = from_ical(calendar("\n".join(("SUMMARY:tess", *times, *lines))), agreement())
    local = [(each.start.astimezone(PARIS), each.end.astimezone(PARIS)) for each in found]
    assert {(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in local} <= {("18:00", "08:00")}
    return [f"{start:%m-%d}" for start, _ in local]


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["RRULE:FREQ=WEEKLY;COUNT=3"], "03-23 03-30 04-06"),
        (["RRULE:FREQ=DAILY;INTERVAL=4;COUNT=3"], "03-23 03-27 03-31"),
        (["RRULE:FREQ=WEEKLY;UNTIL=20260330T160000Z"], "03-23 03-30"),
        (["RRULE:FREQ=WEEKLY;UNTIL=20260330T155959Z"], "03-23"),
        (["RRULE:FREQ=WEEKLY;UNTIL=20260330"], "03-23 03-30"),
        (["RRULE:FREQ=WEEKLY;UNTIL=20260330T180000"], "03-23 03-30"),
        (["RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=SA"], "03-23 03-28 04-04"),  # where it begins counts too
        (["RRULE:FREQ=MONTHLY;BYDAY=-1MO;COUNT=2"], "03-23 03-30 04-27"),
        (["RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Paris:20260330T180000"], "03-23 04-06"),
        (["RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20260330T160000Z,20260406T160000Z"], "03-23"),
        (["RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260330"], "03-23 04-06"),
        (["RDATE:20260327T170000Z,20260401T160000Z", "RDATE:"], "03-23 03-27 04-01"),
        (["RDATE;TZID=America/New_York:20260327T130000"], "03-23 03-27"),
        (["RDATE;VALUE=PERIOD:20260327T170000Z/PT14H"], "03-23 03-27"),
        (["RDATE;VALUE=PERIOD:20260327T170000Z/20260328T070000Z"], "03-23 03-27"),
        (["RDATE:20260323T170000Z"], "03-23"),
    ],
)
def test_cal_1_a_series_keeps_to_the_wall_clock(lines: list[str], days: str) -> None:
    assert nights(*lines) == days.split()


def test_cal_1_a_series_without_end_is_read_as_far_as_the_period() -> None:
    every_night = nights("RRULE:FREQ=DAILY")
    assert (len(every_night), every_night[-1]) == (365 - 31 - 28 - 22, "12-31")
    old = calendar("SUMMARY:tess\nDTSTART:19700101T170000Z\nDURATION:P1D\nRRULE:FREQ=DAILY")
    assert len(from_ical(old, agreement())) == 366  # the one that is under way too
    never = calendar("SUMMARY:tess\nDTSTART:20200101\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert duty(never, agreement()).outside == 1


def changed(*lines: str) -> str:
    return "\n".join(("SUMMARY:sue", *lines))


@pytest.mark.parametrize(
    ("change", "people"),
    [
        (changed("RECURRENCE-ID:20260722T160000Z", "DTSTART:20260722T160000Z",
                 "DTEND:20260723T060000Z"), "tess sue tess"),
        (changed("RECURRENCE-ID;TZID=Europe/Paris:20260722T180000", "DTSTART:20260801T160000Z",
                 "DTEND:20260802T060000Z"), "tess tess sue"),
        (changed("RECURRENCE-ID;VALUE=DATE:20260722", "DTSTART:20260722T160000Z",
                 "DTEND:20260723T060000Z"), "tess sue tess"),
        (changed("RECURRENCE-ID:20260722T160000Z", "STATUS:CANCELLED"), "tess tess"),
        (changed("RECURRENCE-ID:20260722T160000Z", "DTSTART:20270722T160000Z",
                 "DTEND:20270723T060000Z"), "tess tess"),
    ],
)  # fmt: skip
def test_cal_1_one_time_of_a_series_is_changed(change: str, people: str) -> None:
    series = event("tess", "RRULE:FREQ=WEEKLY;COUNT=3")
    for events in ((series, change), (change, series)):
        found = from_ical(calendar(*events), agreement())
        assert [each.person for each in found] == people.split()


def test_cal_1_the_newest_of_several_versions_counts() -> None:
    versions = [event(who, f"SEQUENCE:{n}") for n, who in ((2, "sue"), (10, "tess"), (1, "ned"))]
    assert [each.person for each in from_ical(calendar(*versions), agreement())] == ["tess"]


def test_cal_1_an_event_that_is_there_twice_is_one() -> None:
    longer = "SUMMARY:tess\nDTSTART:20260715T180000Z\nDTEND:20260716T080000Z"
    (override,) = from_ical(calendar(event("tess"), event("Tess Deputy"), longer), agreement())
    assert (override.start, override.end) == (paris("2026-07-15 18:00"), paris("2026-07-16 10:00"))


def test_cal_1_two_people_at_one_time_are_told() -> None:
    weekly = "SUMMARY:ned\nDTSTART:20260706T070000Z\nDURATION:P7D\nRRULE:FREQ=WEEKLY"
    with pytest.raises(CalendarFaults) as refused:
        from_ical(calendar(weekly, event("tess")), agreement())
    (found,) = refused.value.faults
    assert (found.code, found.event) == ("clash", "tess, 2026-07-15")
    assert (found.facts["other"], found.facts["other_line"]) == ("ned, 2026-07-06", 4)


def test_cal_1_two_people_at_one_time_are_told_however_long_and_once() -> None:
    def lasting(who: str, start: int, days: int, *more: str) -> str:
        return "\n".join(
            (f"SUMMARY:{who}", f"DTSTART:202607{start:02}", f"DURATION:P{days}D", *more)
        )

    within = calendar(lasting("ned", 6, 9), lasting("ned", 7, 1), lasting("tess", 9, 1))
    weekly = "RRULE:FREQ=WEEKLY"
    series = calendar(lasting("ned", 6, 2, weekly), lasting("tess", 7, 1, weekly))
    for data in (within, series):
        with pytest.raises(CalendarFaults) as refused:
            from_ical(data, agreement())
        assert [found.code for found in refused.value.faults] == ["clash"]


def test_cal_1_only_what_touches_the_period_is_asked_who_it_is() -> None:
    gone = "SUMMARY:Somebody who left\nDTSTART:20251230T070000Z\nDTEND:20251231T230000Z"
    found = duty(calendar(gone, event("tess")), agreement())
    assert ([each.person for each in found.overrides], found.outside) == (["tess"], 1)
    under_way = gone.replace("20251231T230000Z", "20251231T230001Z")
    with pytest.raises(CalendarFaults):
        duty(calendar(under_way), agreement())


# -- out: who answers ------------------------------------------------------------------------


def test_cal_1_whoever_is_absent_is_left_out_and_it_is_said() -> None:
    away = Absence(first=date(2026, 3, 18), last=date(2026, 3, 19), stand_in="tess")
    alone = Absence(first=date(2026, 3, 25), last=date(9999, 12, 31))
    absences = {"ned": (away,), "nia": (alone,)}
    people = [replace(p, absences=absences.get(p.id, ())) for p in agreement().people]
    contract = replace(agreement(), people=tuple(people))
    stretches = answering(contract, "nights", START, paris("2026-03-30 08:00"))
    assert [(f"{s.start.astimezone(PARIS):%d %H}", s.whose, s.person) for s in stretches] == [
        ("16 09", "ned", "ned"),
        ("18 00", "ned", "tess"),
        ("20 00", "ned", "ned"),
        ("23 09", "nia", "nia"),
    ]
    assert [one.end for one in stretches] == [
        *(one.start for one in stretches[1:]),
        paris("2026-03-25 00:00"),
    ]
    data = write_ical(contract, "nights", stretches, stamp=START, words=instead)
    (found,) = icalendar.Calendar.from_ical(data, multiple=True)
    assert [(str(e["SUMMARY"]), str(e.get("DESCRIPTION", ""))) for e in found.events] == [
        ("Ned Night", ""),
        ("Tess Deputy", "ned"),
        ("Ned Night", ""),
        ("Nia Night", ""),
    ]
    assert [each.person for each in from_ical(data, contract)] == ["tess"]


def test_cal_1_an_absence_of_somebody_else_parts_no_shift() -> None:
    away = Absence(first=date(2026, 3, 18), last=date(2026, 3, 19))
    people = [replace(p, absences=(away,) if p.id == "sue" else ()) for p in agreement().people]
    contract = replace(agreement(), people=tuple(people))
    assert to_ical(contract, START, END) == to_ical(agreement(), START, END)


def test_cal_1_overrides_are_written_as_the_contract_file_reads_them() -> None:
    swap = Override(person="tess", start=START, end=END)
    text = to_toml((swap,), PARIS)
    read = tomllib.loads(f"overrides = [\n{text}]")["overrides"]
    assert [Override(**each) for each in read] == [swap]
    assert "2026-03-16T12:00:00+01:00" in text
