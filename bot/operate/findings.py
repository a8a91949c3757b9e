"""Findings of the doctor, and its patience."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from slack_sdk.errors import SlackApiError

from bot.slack.calls import NotSent, NotYet, Undeliverable
from handlers.words.texts import Texts

T = TypeVar("T")

LONGEST_WAIT_SECONDS = 900.0
LEAST_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `words` say what was found and, where it is not well, what to do."""

    well: bool
    words: str


def asked_to_wait(pause: NotSent) -> bool:
    """Return whether Slack answered, and asked to wait; else it was not reached."""
    return isinstance(pause, NotYet) or isinstance(pause.__cause__, SlackApiError)


def refused(refusal: Undeliverable, what: str, texts: Texts) -> Finding:
    """Say what Slack refuses for good."""
    words = texts(
        "%(what)s: Slack refuses (%(code)s). Check the tokens and the app's scopes.",
        what=what,
        code=refusal.code,
    )
    return Finding(False, words)


async def patiently(look_up: Callable[[], Awaitable[T]]) -> T:
    """Look something up, waiting where Slack asks for it: a large workspace takes minutes.

    Raises NotSent where it asks for longer than LONGEST_WAIT_SECONDS.
    """
    waited = 0.0
    while True:
        try:
            return await look_up()
        except NotSent as pause:
            waited += max(pause.seconds, LEAST_PAUSE_SECONDS)
            if not asked_to_wait(pause) or waited > LONGEST_WAIT_SECONDS:
                raise
            await asyncio.sleep(pause.seconds)
