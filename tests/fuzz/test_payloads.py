"""Whatever people put into one of Slack's payloads, the bot answers and goes on.

`make fuzz N=20000` tries longer.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.contract.file import read_contract
from config.ical.duty import from_ical
from config.ical.faults import CalendarFaults
from escalation.contract import Override
from tests.agreement import paris
from tests.fuzz.ground import FUZZ, PAYLOADS, Fuzzed
from tests.scenarios.scene import RIVAGE

CONTRACT = read_contract(RIVAGE)
NOON = paris("2026-07-15 12:00")
A_YEAR = timedelta(days=366)
WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", "<!channel>", "x" * 9_000, "show INC-99999999", "open", "note INC-0001", "[]", "{}",
         '["rivage"]', '["rivage", "INC-0001", {"ladder": 7}]', '["elsewhere", "INC-0001", {}]',
         "null", '"x"', '{"contract": "rivage"}', '{"contract": 3, "subject": []}',
         "do/escalate/ack#0", "do/crisis/close#1", "do/nothing/at-all#0", "help", "\x00"]
    ),
)  # fmt: skip
THEIRS: dict[str, list[tuple[Any, ...]]] = {
    "command": [("text",), ("channel_id",)],
    "click": [("actions", 0, "value"), ("actions", 0, "action_id"), ("channel", "id")],
    "choice": [("view", "private_metadata"), ("actions", 0, "action_id"), ("view", "hash")],
    "form": [
        ("view", "private_metadata"),
        ("view", "state", "values", "text", "text", "value"),
        ("view", "callback_id"),
    ],
    "shortcut": [
        ("message", "text"),
        ("message", "ts"),
        ("channel", "id"),
        ("message", "blocks", 0, "text", "text"),
        ("message", "blocks", 1, "elements"),
        ("message", "attachments", 0, "title"),
        ("message", "attachments", 0, "fields"),
    ],
    "event": [("event", "user"), ("event", "channel")],
}


@st.composite
def bent(draw: st.DrawFn, kind: str, user: str) -> dict[str, Any]:
    """A payload of somebody known, with odd values where people and their apps can put them."""
    payload: dict[str, Any] = json.loads(
        json.dumps(PAYLOADS[kind]).replace('"U"', json.dumps(user))
    )
    for place in draw(st.lists(st.sampled_from(THEIRS[kind]), min_size=1, unique=True)):
        at: Any = payload
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = draw(WORDS)
    return payload


@pytest.mark.parametrize("kind", PAYLOADS)
def test_whatever_arrives_is_answered_and_changes_nothing_by_itself(
    fuzzed: Fuzzed, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    user = fuzzed.scene.user("mathis-berger")

    @FUZZ
    @given(payload=bent(kind, user))
    def hear(payload: dict[str, Any]) -> None:
        assert fuzzed.hear(payload) in {200, 400, 404}

    hear()
    capsys.readouterr()


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["SUMMARY:thomas-lacroix", "DTSTART:20260715T160000Z", "DTEND:20260716T060000",
             "DTSTART;TZID=Ours:20260715T180000", "DTSTART;VALUE=DATE:20260715", "DURATION:P1DT2H",
             "RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE:20260722T160000Z", "RDATE:20260722T160000Z",
             "RECURRENCE-ID:20260722T160000Z", "UID:x", "SEQUENCE:2", "STATUS:CANCELLED",
             "BEGIN:VALARM", "END:VALARM", "END:VEVENT", "BEGIN:VEVENT", "BEGIN:VTIMEZONE",
             "END:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "END:STANDARD", "TZOFFSETFROM:+0100",
             "TZOFFSETTO:+0200", "X-WR-TIMEZONE:Europe/Paris", " ", "\tfolded"]
        ),
        st.builds(
            "{}{}{}".format,
            st.sampled_from(["RRULE:FREQ=YEARLY;", "DTSTART", "ATTENDEE;", "TZOFFSETTO:"]),
            st.sampled_from(["", ";TZID=", ":", "UNTIL=", "BYDAY=", "COUNT=", "BYSETPOS=", '"']),
            st.text(max_size=20),
        ),
    ),
    max_size=14,
).map(lambda lines: "\n".join(lines).encode("utf-8", "replace"))  # fmt: skip


@FUZZ
@given(given_bytes=st.one_of(st.binary(max_size=400), LINES))
def test_whatever_a_calendar_file_holds_it_is_read_or_refused(given_bytes: bytes) -> None:
    head = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
    for data in (given_bytes, head + given_bytes + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"):
        try:
            found = from_ical(data, CONTRACT, CONTRACT.rotas[0].id, NOON, NOON + A_YEAR)
        except CalendarFaults:
            continue
        assert all(isinstance(one, Override) for one in found.overrides)
