"""Several messages in one: how many, the gravest first, all buttons, within Slack's limits."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.words import blocks as b
from handlers.words.gathered import CRISIS, OTHER, Part, gathered
from handlers.words.rendered import Rendered
from handlers.words.texts import Texts
from sandbox.blocks import blockkit
from store.transaction.outbox_order import MOST_GATHERED
from tests.store.records import NOON

EN, FR = (Texts.of(language, ZoneInfo("Europe/Paris")) for language in ("en", "fr"))


def part(title: str, gravity: int = 1, *, call: bool = True, minutes: int = 0) -> Part:
    buttons = [
        b.button(verb, f"escalate/{verb}", "rivage", title)
        for verb in ("ack", "handover", "snooze", "up")
    ]
    rendered = b.short(title, "You are called.\n" + 200 * "very long ", *buttons)
    return Part(rendered=rendered, call=call, gravity=gravity, at=NOON + timedelta(minutes=minutes))


def titles(message: Rendered) -> list[str]:
    return [line.removeprefix("• ").partition(":")[0] for line in message.text.split("\n")[1:]]


def test_the_gravest_come_first_and_of_these_the_oldest() -> None:
    message = gathered(
        [
            part("P2", 2), part("report", OTHER), part("young P1", 1, minutes=5),
            part("old P1", 1), part("crisis", CRISIS, minutes=9),
        ],
        EN,
    )  # fmt: skip
    assert titles(message)[:4] == ["crisis", "old P1", "young P1", "P2"]


@pytest.mark.parametrize(
    ("calls", "others", "english", "french"),
    [
        (3, 0, "3 calls for you", "3 appels pour vous"),
        (0, 4, "4 messages for you, the", "4 messages pour vous, du"),
        (2, 3, "5 messages for you, among them calls: 2", "5 messages pour vous, dont appels"),
    ],
)
def test_it_says_how_many_there_are(calls: int, others: int, english: str, french: str) -> None:
    parts = [part(f"c{n}") for n in range(calls)]
    parts += [part(f"o{n}", call=False) for n in range(others)]
    assert gathered(parts, EN).text.startswith(english)
    assert gathered(parts, FR).text.startswith(french)


def test_the_most_that_go_together_keep_all_buttons_and_are_taken_by_slack() -> None:
    message = gathered([part(f"INC-{n:04d}") for n in range(MOST_GATHERED)], EN)
    taken = blockkit.prepare(message.blocks, "message")
    buttons = [element for block in taken for element in block.get("elements", ())]
    assert len(buttons) == 4 * MOST_GATHERED
    assert len(message.text) <= b.TEXT_LIMIT
