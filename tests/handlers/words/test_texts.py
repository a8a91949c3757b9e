"""Durations, instants, plurals and lists, in each language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.words.texts import Texts

PARIS = ZoneInfo("Europe/Paris")
EN, FR = Texts.of("en", PARIS), Texts.of("fr", PARIS)
NIGHT = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)  # half past midnight in Paris


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("fr", "fr"), ("fr-FR", "fr"), ("FR_ca", "fr"), ("en-GB", "en"), ("de", "en"), (None, "en")],
)
def test_a_language_we_do_not_speak_is_answered_in_english(asked: str | None, spoken: str) -> None:
    assert Texts.of(asked, PARIS).language == spoken


@pytest.mark.parametrize(
    ("length", "english", "french"),
    [
        (timedelta(0), "0 s", "0 s"),
        (timedelta(seconds=40), "40 s", "40 s"),
        (timedelta(minutes=2), "2 min", "2 min"),
        (timedelta(minutes=2, seconds=5), "2 min 05 s", "2 min 05 s"),
        (timedelta(hours=2, minutes=5, seconds=9), "2 h 05 min", "2 h 05 min"),
        (timedelta(hours=4), "4 h", "4 h"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h", "3 j 4 h"),
        (timedelta(days=2), "2 d", "2 j"),
        (-timedelta(minutes=15), "15 min", "15 min"),
    ],
)
def test_durations(length: timedelta, english: str, french: str) -> None:
    assert EN.duration(length) == english
    assert FR.duration(length) == french


def test_instants_are_those_of_the_contracts_zone() -> None:
    assert EN.instant(NIGHT) == "15 Jul 2026, 00:30"
    assert FR.instant(NIGHT) == "15 juil. 2026, 00:30"
    assert EN.time(NIGHT) == FR.time(NIGHT) == "00:30"
    assert EN.date(date(2026, 7, 14)) == "14 July 2026"
    assert FR.date(date(2026, 7, 14)) == "14 juillet 2026"


def test_today_is_the_readers_day_and_not_that_of_greenwich() -> None:
    assert FR.clock(NIGHT, NIGHT + timedelta(hours=3)) == "00:30"
    assert FR.clock(NIGHT, NIGHT - timedelta(hours=1)) == "15 juil. 2026, 00:30"


def test_an_hour_that_comes_twice_is_shown_as_the_clock_on_the_wall_shows_it() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert EN.time(first) == EN.time(first + timedelta(hours=1)) == "02:30"


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 open incidents", "0 incident ouvert"),
        (1, "1 open incident", "1 incident ouvert"),
        (2, "2 open incidents", "2 incidents ouverts"),
    ],
)
def test_plurals_follow_each_language(count: int, english: str, french: str) -> None:
    assert EN.n("%(n)s open incident", "%(n)s open incidents", count) == english
    assert FR.n("%(n)s open incident", "%(n)s open incidents", count) == french


def test_lists_are_said() -> None:
    assert EN.listing([]) == ""
    assert EN.listing(["a"]) == "a"
    assert EN.listing(["a", "b", "c"]) == "a, b and c"
    assert FR.listing(["a", "b"]) == "a et b"


def test_a_sentence_without_translation_is_said_in_english() -> None:
    assert FR("Nobody ever wrote this.") == "Nobody ever wrote this."
    assert FR("100 % of %(what)s".replace("100 %", "100 %%"), what="it") == "100 % of it"


# ── readers who live by another clock (CAL-5) ────────────────────────────────────────────────────

NEW_YORK, CAYENNE = ZoneInfo("America/New_York"), ZoneInfo("America/Cayenne")


def test_cal_5_a_reader_elsewhere_reads_both_times_and_the_day_where_it_is_another() -> None:
    english, french = (Texts.of(each, PARIS, own=CAYENNE) for each in ("en", "fr"))
    afternoon = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)
    assert french.time(afternoon) == "14:00 (09:00 à Cayenne)"
    assert french.instant(NIGHT) == "15 juil. 2026, 00:30 (14 juil., 19:30 à Cayenne)"
    assert english.clock(NIGHT, NIGHT) == "00:30 (14 Jul, 19:30 in Cayenne)"
    assert FR.time(afternoon) == "14:00"


def test_cal_5_the_difference_is_that_of_the_day_across_daylight_saving() -> None:
    texts = Texts.of("en", PARIS, own=NEW_YORK)
    noon = datetime(2026, 3, 7, 11, 0, tzinfo=UTC)
    assert texts.time(noon) == "12:00 (06:00 in New York)"
    assert texts.time(noon + timedelta(days=7)) == "12:00 (07:00 in New York)"  # three weeks apart
    assert texts.time(noon + timedelta(days=22)) == "13:00 (07:00 in New York)"


def test_cal_5_where_both_clocks_show_the_same_it_is_said_once() -> None:
    assert Texts.of("en", PARIS, own=ZoneInfo("Europe/Berlin")).time(NIGHT) == "00:30"
    london = Texts.of("en", ZoneInfo("Europe/London"), own=ZoneInfo("Africa/Casablanca"))
    assert london.time(NIGHT) == "23:30"
    assert london.time(datetime(2026, 1, 14, 12, 0, tzinfo=UTC)) == "12:00 (13:00 in Casablanca)"
