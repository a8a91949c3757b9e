"""Instants as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.base.refusals import BadValue
from handlers.verbs.instants import read_instant
from handlers.words.texts import Texts
from tests.agreement import PARIS, paris

TEXTS = Texts.of("fr", PARIS)
NOW = paris("2026-07-15 10:00")  # a Wednesday


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("18:30", "2026-07-15 18:30"),
        ("maintenant", "2026-07-15 10:01"),
        ("Now", "2026-07-15 10:01"),
        ("9:15", "2026-07-16 09:15"),
        ("+1h", "2026-07-15 11:00"),
        ("+1h30", "2026-07-15 11:30"),
        ("in 2 hours", "2026-07-15 12:00"),
        ("Dans 1 h 30 min", "2026-07-15 11:30"),
        ("d’ici 2 jours", "2026-07-17 10:00"),
        ("45 min", "2026-07-15 10:45"),
        ("90m", "2026-07-15 11:30"),
        ("1h", "2026-07-16 01:00"),  # one o'clock, as 9h is nine
        ("1h30 min", "2026-07-16 01:30"),
        ("18h30", "2026-07-15 18:30"),
        ("18H30", "2026-07-15 18:30"),
        ("18 h 30", "2026-07-15 18:30"),
        ("18\u00a0h\u00a030 min", "2026-07-15 18:30"),
        ("18h", "2026-07-15 18:00"),
        ("à 18h", "2026-07-15 18:00"),
        ("9h", "2026-07-16 09:00"),
        ("10h", "2026-07-16 10:00"),
        ("6 pm", "2026-07-15 18:00"),
        ("6:30pm", "2026-07-15 18:30"),
        ("12am", "2026-07-16 00:00"),
        ("midi", "2026-07-15 12:00"),
        ("minuit", "2026-07-16 00:00"),
        ("demain 9h", "2026-07-16 09:00"),
        ("Demain à 9 h", "2026-07-16 09:00"),
        ("9h demain", "2026-07-16 09:00"),
        ("tomorrow at 9:00", "2026-07-16 09:00"),
        ("tomorrow noon", "2026-07-16 12:00"),
        ("demain", "2026-07-16 23:59"),
        ("après-demain 8h", "2026-07-17 08:00"),
        ("apre\u0300s-demain 8h", "2026-07-17 08:00"),
        ("the day after tomorrow 8:00", "2026-07-17 08:00"),
        ("aujourd’hui 17h", "2026-07-15 17:00"),
        ("aujourd'hui", "2026-07-15 23:59"),
        ("aujourd'hui 8h", "2026-07-15 08:00"),
        ("vendredi 17h", "2026-07-17 17:00"),
        ("Friday 5pm", "2026-07-17 17:00"),
        ("ven. 17h", "2026-07-17 17:00"),
        ("vendredi", "2026-07-17 23:59"),
        ("mercredi 17h", "2026-07-15 17:00"),
        ("mercredi 9h", "2026-07-22 09:00"),
        ("tues 9:00", "2026-07-21 09:00"),
        ("14/07", "2027-07-14 23:59"),
        ("15/07", "2026-07-15 23:59"),
        ("16/07 8h", "2026-07-16 08:00"),
        ("8h le 16/07", "2026-07-16 08:00"),
        ("18h 16/07", "2026-07-16 18:00"),
        ("18h 16 juillet", "2026-07-16 18:00"),
        ("16/07/2026 18h30", "2026-07-16 18:30"),
        ("16.07.26, 18:30", "2026-07-16 18:30"),
        ("16 juillet 18h", "2026-07-16 18:00"),
        ("1er août", "2026-08-01 23:59"),
        ("1 déc. 8h", "2026-12-01 08:00"),
        ("July 20th 8:00", "2026-07-20 08:00"),
        ("20 July 2027", "2027-07-20 23:59"),
        ("vendredi 17 juillet 17h", "2026-07-17 17:00"),
        ("29/02", "2028-02-29 23:59"),
        ("2026-07-15 18:30", "2026-07-15 18:30"),
        ("2026-07-15T18:30", "2026-07-15 18:30"),
        ("2026-07-15 18h30", "2026-07-15 18:30"),
        ("2026-07-15", "2026-07-15 23:59"),
        ("\u200b2026-07-15T16:30:00Z", "2026-07-15 18:30"),
        ("2026-07-15T16:30:00+00:00", "2026-07-15 18:30"),
    ],
)
def test_an_instant_is_read_as_people_type_it(text: str, at: str) -> None:
    assert read_instant(text, TEXTS, NOW) == paris(at)


def wall(text: str, fold: int = 0) -> datetime:
    """An instant of the wall clock in Paris; `fold` 1 is the second time it shows that hour."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "said", "at"),
    [
        # 25 October 2026: 03:00 becomes 02:00
        ("02:10", wall("2026-10-25 02:50"), wall("2026-10-25 02:10", 1)),
        ("2h10", wall("2026-10-25 02:05"), wall("2026-10-25 02:10")),
        ("02:10", wall("2026-10-25 02:05", 1), wall("2026-10-25 02:10", 1)),
        ("02:55", wall("2026-10-25 02:50"), wall("2026-10-25 02:55")),
        ("02:50", wall("2026-10-25 02:50"), wall("2026-10-25 02:50", 1)),
        ("02:10", wall("2026-10-25 02:50", 1), wall("2026-10-26 02:10")),
        ("02:10", wall("2026-10-24 12:00"), wall("2026-10-25 02:10")),
        ("03:10", wall("2026-10-25 02:50"), wall("2026-10-25 03:10")),
        ("aujourd'hui 02:10", wall("2026-10-25 02:50"), wall("2026-10-25 02:10", 1)),
        ("dimanche 02:10", wall("2026-10-25 02:50"), wall("2026-10-25 02:10", 1)),
        ("25/10 02:10", wall("2026-10-25 02:50"), wall("2026-10-25 02:10", 1)),
        ("2026-10-25 02:10", wall("2026-10-25 02:50"), wall("2026-10-25 02:10", 1)),
        ("2026-10-25 02:10", wall("2026-10-25 12:00"), wall("2026-10-25 02:10", 1)),
        # 29 March 2026: 02:00 becomes 03:00
        ("02:30", wall("2026-03-29 01:50"), wall("2026-03-29 03:30")),
        ("02:30", wall("2026-03-29 03:10"), wall("2026-03-29 03:30")),
        ("02:30", wall("2026-03-29 03:30"), wall("2026-03-30 02:30")),
        ("02:30", wall("2026-03-28 12:00"), wall("2026-03-29 03:30")),
        ("01:30", wall("2026-03-29 03:10"), wall("2026-03-30 01:30")),
        ("03:10", wall("2026-03-29 01:50"), wall("2026-03-29 03:10")),
    ],
)
def test_cal_1_the_next_time_on_the_nights_when_clocks_change(
    text: str, said: datetime, at: datetime
) -> None:
    assert read_instant(text, TEXTS, said) == at


@pytest.mark.parametrize(
    "text",
    ["", "soon", "25h", "18h75", "13pm", "24:00", "31/06", "32/01", "14/13", "30/02", "juillet",
     "ju 14", "14 ju", "vendredi prochain 99h", "18h 19h", "2026-13-01 10:00", "18", "h",
     "1" * 300],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as refusal:
        read_instant(text, TEXTS, NOW)
    assert refusal.value.code == "not_an_instant"


@given(
    st.lists(
        st.sampled_from(["18", "h", ":", "30", "demain", "mar", "14/07", "pm", " ", "2026", "-"])
        | st.text(max_size=4),
        max_size=8,
    ).map("".join)
)
def test_whatever_is_typed_is_an_aware_instant_or_refused(text: str) -> None:
    try:
        at = read_instant(text, TEXTS, datetime(2026, 7, 15, 8, tzinfo=UTC))
    except BadValue:
        return
    assert at.utcoffset() is not None
