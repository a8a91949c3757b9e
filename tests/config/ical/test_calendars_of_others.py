"""Calendars as Outlook, Google, PagerDuty, Opsgenie and Grafana OnCall export them (Rule CAL-1).

Each file has the shape of the product's own, with made-up people. What counts is who is on call.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.ical.duty import Duty, from_ical
from config.ical.faults import CalendarFaults
from escalation.contract import Contract
from escalation.duty.on_call import on_call
from tests.agreement import agreement, paris

FILES = Path(__file__).parents[1] / "calendars"
START, END = paris("2026-03-01 00:00"), paris("2026-12-01 00:00")


def read(data: bytes, *, zone: str = "", contract: Contract | None = None) -> Duty:
    known = ZoneInfo(zone) if zone else None
    return from_ical(data, contract or agreement(), "nights", START, END, zone=known)


def on_duty(data: bytes, *instants: str, zone: str = "") -> list[str]:
    """Who is on call at times of the wall clock in Paris; "rota" where the calendar says nobody."""
    (rota,) = agreement().rotas
    overrides = read(data, zone=zone).overrides
    contract = agreement(rotas=(replace(rota, overrides=overrides),))
    asked = [paris(each) for each in instants]
    return [
        on_call(contract, "nights", at)
        if any(each.start <= at < each.end for each in overrides)
        else "rota"
        for at in asked
    ]


def faults(data: bytes, **options: str) -> list[tuple[str, str]]:
    """Event and code of each fault."""
    with pytest.raises(CalendarFaults) as refused:
        read(data, **options)
    return [(found.event, found.code) for found in refused.value.faults]


def zoned(*events: str, definitions: str = "", head: str = "") -> bytes:
    """A calendar of definitions of zones, and events given as lines."""
    body = "".join(f"BEGIN:VEVENT\n{each.strip()}\nEND:VEVENT\n" for each in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{definitions}{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def definition(name: str, offset: str) -> str:
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\nBEGIN:STANDARD\nDTSTART:16010101T000000\n"
        f"TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
    )


def at_six(zone: str, *more: str, who: str = "tess") -> str:
    """From 18:00 to 08:00 of a zone on 15 July."""
    times = (f"DTSTART;TZID={zone}:20260715T180000", f"DTEND;TZID={zone}:20260716T080000")
    return "\n".join((f"SUMMARY:{who}", *times, *more))


# -- product by product ----------------------------------------------------------------------


def test_cal_1_outlook() -> None:
    data = (FILES / "outlook.ics").read_bytes()
    assert on_duty(
        data,
        "2026-03-06 17:59", "2026-03-06 18:00", "2026-03-09 07:59", "2026-03-09 08:00",
        "2026-03-20 18:00",  # left out of the series
        "2026-03-27 19:59", "2026-03-27 20:00",  # later that week, by somebody else
        "2026-03-30 07:59", "2026-03-30 08:00",  # the clocks have changed
        "2026-04-02 00:00", "2026-04-02 07:59", "2026-04-02 08:00",  # 18:00 to 02:00 in New York
        "2026-04-03 09:00",  # cancelled
        "2026-04-03 18:00", "2026-04-06 07:59", "2026-04-10 18:00", "2026-04-17 18:00",
    ) == [
        "rota", "tess", "tess", "rota",
        "rota",
        "rota", "sue",
        "sue", "rota",
        "sue", "sue", "rota",
        "rota",
        "tess", "tess", "tess", "rota",
    ]  # fmt: skip
    found = read(data)
    assert (found.cancelled, found.outside) == (1, 0)


def test_cal_1_google() -> None:
    data = (FILES / "google.ics").read_bytes()
    assert on_duty(
        data,
        "2026-10-12 18:00", "2026-10-13 07:59", "2026-10-13 08:00", "2026-10-18 18:00",
        "2026-10-22 18:00",  # left out
        "2026-10-23 18:59", "2026-10-23 19:00",  # moved, and given to somebody else
        "2026-10-24 18:00", "2026-10-25 07:59", "2026-10-25 08:00",  # the clocks change
        "2026-10-26 17:59", "2026-10-26 18:00",
        "2026-10-30 18:00", "2026-10-31 18:00",  # the last of the series
        "2026-11-01 00:00", "2026-11-02 23:59", "2026-11-03 00:00",  # whole days
    ) == [
        "sue", "sue", "rota", "rota",
        "rota",
        "rota", "tess",
        "sue", "sue", "rota",
        "rota", "sue",
        "sue", "rota",
        "tess", "tess", "rota",
    ]  # fmt: skip
    assert read(data).outside == 1  # whoever left long ago is no fault


@pytest.mark.parametrize("product", ["pagerduty", "grafana"])
def test_cal_1_pagerduty_and_grafana(product: str) -> None:
    data = (FILES / f"{product}.ics").read_bytes()
    assert on_duty(
        data,
        "2026-03-28 17:59", "2026-03-28 18:00",
        "2026-03-29 17:59", "2026-03-29 18:00",  # 16:00 UTC since the morning
        "2026-03-30 17:59", "2026-03-30 18:00",
    ) == ["rota", "tess", "tess", "sue", "sue", "rota"]  # fmt: skip


def test_cal_1_opsgenie() -> None:
    data = (FILES / "opsgenie.ics").read_bytes()
    assert on_duty(
        data,
        "2026-10-24 17:59", "2026-10-24 18:00",
        "2026-10-25 17:59", "2026-10-25 18:00",  # 17:00 UTC since the morning
        "2026-10-26 17:59", "2026-10-26 18:00",
    ) == ["rota", "tess", "tess", "sue", "sue", "rota"]  # fmt: skip


# -- zones -----------------------------------------------------------------------------------


def test_cal_1_two_calendars_that_define_a_zone_of_one_name_are_both_right() -> None:
    for offset, there in (("-0500", 23), ("+0100", 17), ("-0500", 23)):
        data = zoned(
            at_six("Customized Time Zone"), definitions=definition("Customized Time Zone", offset)
        )
        (override,) = read(data).overrides
        assert override.start.hour == there, offset


def test_cal_1_two_calendars_in_one_file_have_zones_of_their_own() -> None:
    data = b"".join(
        zoned(at_six("Ours", who=who), definitions=definition("Ours", offset))
        for who, offset in (("tess", "-0500"), ("sue", "+1000"))
    )
    assert [(each.person, each.start.hour) for each in read(data).overrides] == [
        ("sue", 8),
        ("tess", 23),
    ]


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("Europe/Paris", 16),
        ("europe/paris", 16),
        ("/Europe/Paris", 16),
        ("/freeassociation.sourceforge.net/Europe/Paris", 16),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", 21),
        ("Romance Standard Time", 16),
        ("romance standard time", 16),
        ("GMT Standard Time", 17),
        ("Eastern Standard Time", 22),
        ('"W. Europe Standard Time"', 16),
        ("tzone://Microsoft/Utc", 18),
        ("UTC", 18),
        ("Etc/GMT", 18),
    ],
)
def test_cal_1_zones_that_the_file_names_without_defining_them(zone: str, utc: int) -> None:
    (override,) = read(zoned(at_six(zone))).overrides
    assert override.start.hour == utc


@pytest.mark.parametrize(
    "written",
    ["Réunion (UTC+4)", "(UTC+04:00) Port Louis, Île", "EST", "Romance Standard Time"],
)
@pytest.mark.parametrize("quoted", [True, False])
def test_cal_1_what_the_file_defines_is_what_it_means(written: str, quoted: bool) -> None:
    name = f'"{written}"' if quoted else written
    escaped = written.replace(",", "\\,")
    (override,) = read(zoned(at_six(name), definitions=definition(escaped, "+0400"))).overrides
    assert override.start.hour == 14


def test_cal_1_a_place_of_the_worlds_list_is_what_that_says() -> None:
    data = zoned(at_six("Europe/Paris"), definitions=definition("Europe/Paris", "-0500"))
    (override,) = read(data).overrides
    assert override.start.hour == 16


def test_cal_1_a_zone_may_be_defined_by_a_place_alone() -> None:
    place = "BEGIN:VTIMEZONE\nTZID:Home\nX-LIC-LOCATION:Europe/Paris\nEND:VTIMEZONE\n"
    (override,) = read(zoned(at_six("Home"), definitions=place)).overrides
    assert override.start.hour == 16


@pytest.mark.parametrize(
    "zone", ["Customized Time Zone", "tzone://Microsoft/Custom", "Europe", "Middle/Earth", "../x"]
)
def test_cal_1_a_zone_that_nobody_knows_is_asked_for(zone: str) -> None:
    data = zoned(at_six(zone), at_six("Europe/London", who="nobody"))
    assert faults(data) == [
        ("tess, 2026-07-15", "unknown_zone"),
        ("nobody, 2026-07-15", "nobody"),
    ]
    (override,) = read(zoned(at_six(zone)), zone="America/New_York").overrides
    assert override.start.hour == 22


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY", "FREQ=YEARLY;INTERVAL=0", "FREQ=NOPE", "FREQ=YEARLY;BYSECOND=1,2,3",
        "FREQ=YEARLY;BYDAY=NO", "nothing", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)  # fmt: skip
def test_cal_1_a_zone_that_cannot_be_read_is_no_zone(rule: str) -> None:
    broken = definition("Ours", "+0400").replace("DTSTART", f"RRULE:{rule}\nDTSTART")
    assert faults(zoned(at_six("Ours"), definitions=broken)) == [
        ("tess, 2026-07-15", "unknown_zone")
    ]


@pytest.mark.parametrize("offset", ["", "1", "+1", "+9900", "east"])
def test_cal_1_a_zone_of_an_offset_that_cannot_be_is_no_zone(offset: str) -> None:
    data = zoned(at_six("Ours"), definitions=definition("Ours", offset))
    assert faults(data) == [("tess, 2026-07-15", "unknown_zone")]


def test_cal_1_times_without_a_zone_are_of_the_calendars_else_of_the_contracts() -> None:
    floating = "SUMMARY:tess\nDTSTART:20260715T180000\nDTEND:20260716T080000"
    whole = "SUMMARY:tess\nDTSTART;VALUE=DATE:20260714"
    new_york = "X-WR-TIMEZONE:America/New_York\n"
    for head, zone, hours in (
        ("", "", [22, 16]),
        (new_york, "", [4, 22]),
        (new_york, "UTC", [0, 18]),
    ):
        found = read(zoned(floating, whole, head=head), zone=zone).overrides
        assert [each.start.hour for each in found] == hours
    unknown = "X-WR-TIMEZONE:Customized Time Zone\n"
    assert faults(zoned(floating, head=unknown)) == [("tess, 2026-07-15", "unknown_zone")]
    assert read(zoned(at_six("Europe/Paris"), head=unknown)).overrides  # nothing needs it


def test_cal_1_a_zone_named_beside_utc_is_not_added_to_it() -> None:
    both = "SUMMARY:tess\nDTSTART;TZID=Europe/Paris:20260715T160000Z\nDTEND:20260716T060000Z"
    (override,) = read(zoned(both)).overrides
    assert override.start == paris("2026-07-15 18:00")


@pytest.mark.parametrize("zone", ["Europe/Paris", "Ours"])
def test_cal_1_the_nights_on_which_the_clocks_change(zone: str) -> None:
    data = (FILES / "outlook.ics").read_text("utf-8")
    whole = re.search(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\n", data, re.DOTALL)
    assert whole
    ours = whole[0].replace("Romance Standard Time", "Ours")
    events = [
        f"SUMMARY:tess\nDTSTART;TZID={zone}:{start}\nDTEND;TZID={zone}:{end}"
        for start, end in (
            ("20260329T023000", "20260329T040000"),
            ("20261025T023000", "20261025T030000"),
        )
    ]
    found = read(zoned(*events, definitions=ours)).overrides
    assert [(f"{each.start:%H:%M}", f"{each.end:%H:%M}") for each in found] == [
        ("01:30", "02:00"),  # skipped: counted on from before
        ("00:30", "02:00"),  # twice: the first of the two
    ]


# -- lines -----------------------------------------------------------------------------------


ACCENTS = "SUMMARY:Astreinte de Téss Députy\nDTSTART:20260715T160000Z\nDTEND:20260716T060000Z"


def folded_within(data: bytes, character: str) -> bytes:
    place = data.index(character.encode()) + 1
    return data[:place] + b"\r\n " + data[place:]


@pytest.mark.parametrize(
    "data",
    [
        zoned(ACCENTS).replace(b"\r\n", b"\n"),
        zoned(ACCENTS).replace(b"\r\n", b"\r"),
        zoned(ACCENTS).replace(b"\r\n", b"\r\r\n"),
        zoned(ACCENTS).replace(b"de T", b"de T\r\n ").replace(b"\r\n", b"\r\r\n"),
        zoned(ACCENTS).rstrip(),
        b"\xef\xbb\xbf" + zoned(ACCENTS),
        zoned(ACCENTS).decode().encode("utf-16"),
        b"\xfe\xff" + zoned(ACCENTS).decode().encode("utf-16-be"),
        folded_within(zoned(ACCENTS), "é"),
        zoned(ACCENTS).replace(b"ss D", b"ss\r\n\t D"),
        zoned(ACCENTS).replace(b"SUMMARY", b"summary;language=fr"),
        zoned(ACCENTS).replace(b"DTSTART", b"DESCRIPTION:caf\xe9\r\nDTSTART"),
        zoned(ACCENTS).replace(b"DTSTART", b"ATTENDEE;X-NOTE=\"open:mailto:ned@x\r\nDTSTART"),
        zoned(ACCENTS).replace(b"BEGIN:VEVENT\r\n", b"BEGIN:VEVENT \r\n"),
    ],
)  # fmt: skip
def test_cal_1_files_however_they_are_written(data: bytes) -> None:
    (override,) = read(data).overrides
    assert (override.person, override.start) == ("tess", paris("2026-07-15 18:00"))


@pytest.mark.parametrize(
    "attendee",
    [
        'ATTENDEE;CN="Deputy, Tess":mailto:x@home.example',
        "ATTENDEE;CN=Deputy\\, Tess:mailto:x@home.example",
        'ATTENDEE;CN="^\'Tess^\' Deputy":mailto:x@home.example',
        'ATTENDEE;CN=a"b:mailto:tess@provider.example',
        "ATTENDEE:tess@provider.example",
        "ATTENDEE:MAILTO:TESS@provider.example",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:sue@provider.example\nATTENDEE:mailto:tess@provider.example",
        "ATTENDEE;CUTYPE=ROOM;CN=Sue Deputy:mailto:room@x\nATTENDEE:mailto:tess@provider.example",
        "BEGIN:VALARM\nATTENDEE:mailto:sue@provider.example\nEND:VALARM\nATTENDEE:mailto:tess@provider.example",
    ],
)  # fmt: skip
def test_cal_1_who_attends_however_it_is_written(attendee: str) -> None:
    (override,) = read(zoned(at_six("UTC", attendee, who="Astreinte"))).overrides
    assert override.person == "tess"


def test_cal_1_of_several_in_the_title_it_is_the_one_who_attends() -> None:
    one = "ATTENDEE:mailto:tess@provider.example"
    event = at_six("UTC", one, who="On Call - Tess Deputy - Nights of Nia Night")
    assert [each.person for each in read(zoned(event)).overrides] == ["tess"]
    both = f"{one}\nATTENDEE:mailto:nia@provider.example"
    for event in (at_six("UTC", both, who="Astreinte"), at_six("UTC", who="tess, nia")):
        ((_, code),) = faults(zoned(event))
        assert code == "several"


def test_cal_1_people_of_another_firm_are_not_on_call() -> None:
    ((_, code),) = faults(zoned(at_six("UTC", who="Olga Operations")))
    assert code == "another_firm"
    both = at_six("UTC", who="Olga Operations / Tess Deputy")
    assert [each.person for each in read(zoned(both)).overrides] == ["tess"]
