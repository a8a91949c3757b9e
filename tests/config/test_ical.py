"""On-call duty to and from iCalendar files."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import icalendar
import pytest

from config.ical import from_ical, to_ical, to_toml
from escalation.contract import Contract, Override
from escalation.oncall import on_call, shifts
from tests.agreement import PARIS, agreement, paris

START, END = paris("2026-03-16 12:00"), paris("2026-04-08 12:00")


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
    data = to_ical(contract, "nights", paris(start), paris(end))
    return {str(e["UID"]): str(e["SUMMARY"]) for e in icalendar.Calendar.from_ical(data).events}


def test_cal_1_a_rota_is_exported_shift_by_shift() -> None:
    found = icalendar.Calendar.from_ical(to_ical(agreement(), "nights", START, END)).events
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
    data = to_ical(contract, "nights", START, END)
    assert str(icalendar.Calendar.from_ical(data).events[0]["SUMMARY"]) == pasted
    assert [each.person for each in from_ical(data, contract)] == ["ned", "nia"] * 2


def test_cal_1_a_shift_keeps_its_id_whatever_is_exported_and_whoever_swaps() -> None:
    wide = exported(agreement(), "2026-03-01 00:00", "2026-05-01 00:00")
    narrow = exported(agreement(), "2026-03-25 03:00", "2026-04-01 05:00")
    assert narrow.items() <= wide.items()
    swap = Override(person="tess", start=paris("2026-03-23 09:00"), end=paris("2026-03-30 09:00"))
    swapped = exported(with_overrides(swap), "2026-03-25 03:00", "2026-04-01 05:00")
    assert swapped.keys() == narrow.keys()
    assert list(swapped.values()) == ["Tess Deputy", "Ned Night"]


def test_cal_1_the_same_export_is_the_same_to_the_byte() -> None:
    assert to_ical(agreement(), "nights", START, END) == to_ical(agreement(), "nights", START, END)


def test_cal_1_what_was_exported_comes_back_as_the_same_duty() -> None:
    swap = Override(person="tess", start=paris("2026-03-28 18:00"), end=paris("2026-03-29 08:00"))
    data = to_ical(with_overrides(swap), "nights", START, END)
    imported = with_overrides(*from_ical(data, agreement()))
    for shift in shifts(with_overrides(swap), "nights", START, END):
        assert on_call(imported, "nights", shift.start) == shift.person
    assert from_ical(data, agreement(), rota_id="nights") == (swap,)
    assert from_ical(data, with_overrides(swap), rota_id="nights") == ()


def test_cal_1_two_people_of_one_name_are_told_apart() -> None:
    twins = tuple(replace(p, name="Ned Night") if p.id == "nia" else p for p in agreement().people)
    contract = replace(agreement(), people=twins)
    data = to_ical(contract, "nights", START, END)
    assert [each.person for each in from_ical(data, contract)] == ["ned", "nia", "ned", "nia"]


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


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (event("Somebody"), r"event 'Somebody' \(2026-07-15\): .*names a person"),
        (event("Ned Night and Nia Night"), "several people: ned, nia"),
        (event("tess", "RRULE:FREQ=WEEKLY"), "recurs"),
        (event("tess", "RDATE:20260722T160000Z"), "recurs"),
        (event("tess", "RECURRENCE-ID:20260715T160000Z"), "recurs"),
        ("SUMMARY:tess", r"event 'tess' \(no date\): it has no start"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z", "no end"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z\nDTEND:20260715T160000Z", "no later than"),
        ("SUMMARY:tess\nDTSTART:soon\nDTEND:20260715T160000Z", "DTSTART is not one date"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z\nDURATION:long", "DURATION is not"),
        ("SUMMARY:tess\nDTSTART;TZID=Middle/Earth:20260715T160000\nDTEND:20260716T160000Z",
         "unknown time zone 'Middle/Earth'"),
        ("SUMMARY:tess\nDTSTART:20260715T160000Z\nDTEND:20280715T160000Z", "longer than a year"),
        ("SUMMARY:tess\nDTSTART:99991231T230000Z\nDURATION:P9D", "event 'tess'"),
        ("SUMMARY:tess\nDTSTART:P1D", "DTSTART is not one date"),
        ("DTSTART:20260715T160000Z\nDTEND:20260716T160000Z", r"event '\(untitled\)'"),
    ],
)  # fmt: skip
def test_cal_1_an_event_that_cannot_be_read_is_refused_by_name(lines: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_ical(calendar(lines), agreement())


def test_cal_1_near_names_are_offered_where_nobody_is_named() -> None:
    with pytest.raises(ValueError, match="by id, name or e-mail: try Tess Deputy"):
        from_ical(calendar(event("Tesse Depputy")), agreement())


def test_cal_1_every_faulty_event_is_named_at_once() -> None:
    with pytest.raises(ValueError, match="Somebody") as refusal:
        from_ical(calendar(event("Somebody"), event("tess"), event("Nobody")), agreement())
    assert len(str(refusal.value).splitlines()) == 2


def test_cal_1_a_cancelled_event_is_no_swap() -> None:
    assert from_ical(calendar(event("Somebody", "STATUS:CANCELLED")), agreement()) == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00",
        "BEGIN:VCALENDAR",
        calendar("DTSTART;TZID=Europe:20260715T160000"),  # names a folder of zones
    ],
)
def test_cal_1_what_is_no_calendar_is_refused(data: bytes | str) -> None:
    with pytest.raises(ValueError, match="not an iCalendar file"):
        from_ical(data, agreement())


def test_cal_1_overrides_are_written_as_the_contract_file_reads_them() -> None:
    swap = Override(person="tess", start=START, end=END)
    text = to_toml((swap,))
    read = tomllib.loads(f"overrides = [\n{text}]")["overrides"]
    assert [Override(**each) for each in read] == [swap]
    assert START.astimezone(PARIS) == read[0]["start"]
