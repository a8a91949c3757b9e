"""The demonstration shows what a newcomer looks for: also the feed of changes (CHG-4)."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import icalendar
import pytest

from bot.stage import demo as stage
from config.defaults import EXAMPLE
from handlers.words.texts import Texts
from tests.agreement import PARIS


async def test_chg_4_the_demo_gives_a_feed_of_changes_that_a_calendar_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop, printed = asyncio.Event(), asyncio.Event()

    def stopped() -> asyncio.Event:
        printed.set()
        return stop

    monkeypatch.setattr(stage, "stopped", stopped)
    texts = Texts.of("fr", PARIS)
    task = asyncio.create_task(
        stage.demo(
            contract=EXAMPLE, port=0, speed=1, database=None, begins=None, spoken="fr", texts=texts
        )
    )
    await asyncio.wait({task, asyncio.create_task(printed.wait())}, return_when="FIRST_COMPLETED")
    found = re.search(r"/changement flux\)\s:\s(http\S+)", capsys.readouterr().out)
    assert found is not None
    async with aiohttp.ClientSession() as session, session.get(found[1]) as answer:
        calendar = icalendar.Calendar.from_ical(await answer.read())
    assert str(calendar["x-wr-calname"]).endswith("Changements")
    stop.set()
    await task
