"""On-call duty goes out as feeds: each link opens its own, and covers are in it (CAL-6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import aiohttp
import icalendar
import pytest

from bot.observe.metrics import Metrics
from bot.web import feed_site
from bot.web.feed_site import FeedLinks, FeedSite
from bot.web.monitoring_site import WatchSite
from escalation.contract import Absence, Contract
from escalation.decision.commands.change import PlanChange, RequestChange
from escalation.decision.commands.cover import AcceptCover, AskCover, AskSwap, WithdrawCover
from escalation.plan.memory import Memory
from handlers.application import OutOfReach
from tests.agreement import PARIS, agreement, paris
from tests.escalation.change.story import RULES, STANDARD, with_changes
from tests.story import Story

# Nia is on call until Monday 20 July, 09:00, then Ned for a week; Tom's post has the rota.
NOW = paris("2026-07-15 12:00")
LINKS = FeedLinks(secret="a long random word, thirty-two or more", url="")
EVENING, MORNING = paris("2026-07-15 18:00"), paris("2026-07-16 07:30")
Event = tuple[str, datetime, datetime]


@dataclass
class Kept:
    """An application over a memory: as much of one as the site needs."""

    memory: Memory
    away: bool = False

    def now(self) -> datetime:
        return NOW

    async def contracts(self) -> list[Contract]:
        return [self.memory.contract("acme")]

    async def read(self, work: Callable[[Any], Any]) -> Any:
        if self.away:
            raise OutOfReach("no database")
        return work(self.memory)


@dataclass
class Site:
    session: aiohttp.ClientSession
    port: int
    kept: Kept

    async def get(self, path: str, **headers: str) -> tuple[int, bytes, str]:
        url = f"http://127.0.0.1:{self.port}{path}"
        async with self.session.get(url, headers=headers) as answer:
            return answer.status, await answer.read(), answer.headers.get("ETag", "")

    async def events(self, person: str, rota: str = "") -> list[Event]:
        status, data, _ = await self.get(LINKS.link("acme", person, rota))
        assert status == 200, data
        (calendar,) = icalendar.Calendar.from_ical(data, multiple=True)
        assert len({str(e["uid"]) for e in calendar.events}) == len(calendar.events)
        return [(str(e["summary"]), e.start, e.end) for e in calendar.events]


@asynccontextmanager
async def site(play: Story | None = None, links: FeedLinks = LINKS) -> AsyncIterator[Site]:
    kept = Kept((play or story()).memory)

    async def nothing() -> list[str]:
        return []

    async def no_count() -> None:
        return None

    watch = WatchSite(metrics=Metrics(), unready=nothing, count=no_count)
    watch.feeds = FeedSite(kept, kept.contracts, links)
    await watch.start("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession() as session:
            yield Site(session, watch.port, kept)
    finally:
        await watch.stop()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_site, "REFUSED_SECONDS", 0.0)


def story(contract: Contract | None = None) -> Story:
    return Story(contract or agreement(language="en"), at=NOW)


def around(events: list[Event], at: datetime) -> str:
    (found,) = [summary for summary, start, end in events if start <= at < end]
    return found


async def test_cal_6_a_link_opens_its_own_feed_and_no_other() -> None:
    async with site() as s:
        for person, rota in (("nia", ""), ("nia", "nights"), ("ned", "")):
            mine = LINKS.link("acme", person, rota)
            assert (await s.get(mine))[0] == 200
            path, _, key = mine.partition("?key=")
            for wrong in ("", "?key=", f"?key={key[:-1]}", f"?key={key}0", "?key=%ff", f"?k={key}"):
                assert (await s.get(path + wrong))[0] == 403, wrong
            for other in ("/rotas/acme/sam.ics", "/rotas/acme/sam/nights.ics", "/rotas/b/nia.ics"):
                assert (await s.get(f"{other}?key={key}"))[0] == 403, other


async def test_cal_6_without_the_setting_there_are_no_feeds() -> None:
    async with site(links=FeedLinks()) as s:
        assert (await s.get(LINKS.link("acme", "nia")))[0] == 404
        assert (await s.get("/rotas/acme/nia.ics"))[0] == 404
    assert FeedLinks().link("acme", "nia") == ""
    assert LINKS.secret not in repr(LINKS)


async def test_cal_6_a_feed_holds_whole_turns_from_thirty_days_back_to_ninety_ahead() -> None:
    async with site() as s:
        rota = await s.events("tom", "nights")
        assert rota[0] == ("Ned Night", paris("2026-06-08 09:00"), paris("2026-06-15 09:00"))
        assert rota[-1][1:] == (paris("2026-10-12 09:00"), paris("2026-10-19 09:00"))
        assert around(rota, NOW) == "Nia Night"
        own = await s.events("nia")
        assert {summary for summary, *_ in own} == {"On call: nights"}
        assert [e[1:] for e in own] == [e[1:] for e in rota if e[0] == "Nia Night"]
        assert await s.events("rita") == [], "nobody's turn is hers"


async def test_cal_6_a_cover_is_in_the_feeds_as_soon_as_it_is_accepted_and_no_longer() -> None:
    play = story()
    async with site(play) as s:
        before = await s.get(LINKS.link("acme", "ned"))
        cover = play.perform(AskCover, "nia", person="ned", start=EVENING, end=MORNING)
        assert await s.get(LINKS.link("acme", "ned")) == before, "asked for, not accepted"
        play.perform(AcceptCover, "ned", cover=cover)
        words, own = "On call: nights (covers for Nia Night)", await s.events("ned")
        assert (words, EVENING, MORNING) in own
        rota = await s.events("nia", "nights")
        assert ("Ned Night (covers for Nia Night)", EVENING, MORNING) in rota
        assert around(rota, MORNING) == "Nia Night"
        assert all(end <= EVENING or start >= MORNING for _, start, end in await s.events("nia"))
        play.perform(WithdrawCover, "nia", cover=cover)
        assert await s.get(LINKS.link("acme", "ned")) == before


async def test_cal_6_both_turns_of_a_swap_change_hands_in_the_feeds() -> None:
    play = story()
    weeks = {"mine": paris("2026-07-16 12:00"), "theirs": paris("2026-07-21 12:00")}
    swap = play.perform(AskSwap, "nia", person="ned", **weeks)
    play.perform(AcceptCover, "ned", cover=swap)
    async with site(play) as s:
        rota = await s.events("nia", "nights")
        assert around(rota, paris("2026-07-16 12:00")) == "Ned Night (covers for Nia Night)"
        assert around(rota, paris("2026-07-21 12:00")) == "Nia Night (covers for Ned Night)"
        own = await s.events("nia")
        assert around(own, paris("2026-07-21 12:00")) == "On call: nights (covers for Ned Night)"


async def test_cal_6_a_stand_in_has_the_duty_in_their_own_feed_in_their_language() -> None:
    away = Absence(first=date(2026, 7, 22), last=date(2026, 7, 22), stand_in="tess")
    changes: dict[str, dict[str, Any]] = {
        "ned": {"absences": (away,)}, "tess": {"language": "fr"},
    }  # fmt: skip
    people = tuple(replace(p, **changes.get(p.id, {})) for p in agreement().people)
    async with site(story(agreement(people=people))) as s:
        midnight = paris("2026-07-22 00:00"), paris("2026-07-23 00:00")
        assert await s.events("tess") == [("Astreinte : nights", *midnight)]
        data = (await s.get(LINKS.link("acme", "tess")))[1].decode()
        assert "En remplacement\\, pendant l’absence : Ned Night." in data.replace("\r\n ", "")


async def test_cal_6_whoever_leaves_the_rota_or_the_contract_loses_the_feed() -> None:
    play = story()
    async with site(play) as s:
        assert (await s.get(LINKS.link("acme", "nia", "nights")))[0] == 200
        assert (await s.get(LINKS.link("acme", "rita", "nights")))[0] == 404, "not hers to follow"
        contract = agreement(language="en")
        (nights,) = contract.rotas
        alone = (replace(nights, people=("ned",)),)
        play.memory.amend(replace(contract, version="2", rotas=alone))
        assert (await s.get(LINKS.link("acme", "nia", "nights")))[0] == 404
        assert await s.events("nia") == []
        people = tuple(p for p in contract.people if p.id != "nia")
        play.memory.amend(replace(contract, version="3", rotas=alone, people=people))
        assert (await s.get(LINKS.link("acme", "nia")))[0] == 404
        assert {name for name, *_ in await s.events("ned", "nights")} == {"Ned Night"}


async def test_cal_6_a_feed_that_has_not_changed_is_not_sent_again() -> None:
    async with site() as s:
        link = LINKS.link("acme", "nia")
        _, data, tag = await s.get(link)
        assert data
        assert (await s.get(link, **{"If-None-Match": tag})) == (304, b"", tag)
        assert (await s.get(link, **{"If-None-Match": '"other"'}))[0] == 200
        s.kept.away = True
        assert (await s.get(link))[0] == 503


async def test_chg_4_the_windows_of_changes_are_a_feed_for_whoever_may_know_of_them() -> None:
    play = Story(with_changes(language="en"), at=NOW)
    planned = play.perform(RequestChange, "tess", title="", standard="restart")
    play.perform(PlanChange, "ned", planned, start=EVENING, person="tess")
    play.perform(RequestChange, "nia", title="", standard="restart")  # without a window
    asked = play.perform(RequestChange, "rita", title="Larger disks", components=("wiki",))
    play.perform(PlanChange, "ned", asked, start=MORNING, end=MORNING + timedelta(hours=1))
    async with site(play) as s:
        link = LINKS.changes_link("acme", "olga")
        status, data, _ = await s.get(link)
        assert status == 200
        calendar = icalendar.Calendar.from_ical(data)
        assert [(str(e["summary"]), e.start, e.end, str(e["status"])) for e in calendar.events] == [
            (
                f"{planned} · Restart of the mail relay",
                EVENING,
                EVENING + timedelta(hours=1),
                "CONFIRMED",
            ),
            (f"{asked} · Larger disks", MORNING, MORNING + timedelta(hours=1), "TENTATIVE"),
        ]
        assert "Mail" in str(calendar.events[0]["description"])
        assert "Tess Deputy" in str(calendar.events[0]["description"])
        key = link.partition("?key=")[2]
        assert (await s.get(f"/changes/acme/sam.ics?key={key}"))[0] == 403
        assert (await s.get(f"/rotas/acme/olga.ics?key={key}"))[0] == 403
        _, others, _ = await s.get(LINKS.changes_link("acme", "rex"))
        assert b"VEVENT" not in others, "no change concerns the supplier's people"


async def test_chg_4_a_calendar_reads_a_window_across_the_end_of_summer_time_as_it_is() -> None:
    """At 03:00 the clocks of Paris go back: 02:30 comes twice, and the night has an hour more."""
    play = Story(with_changes(language="en"), at=NOW)
    night, second = paris("2026-10-24 23:00"), paris("2026-10-25 03:00") - timedelta(minutes=30)
    for start, end in ((night, paris("2026-10-25 05:00")), (second, paris("2026-10-25 03:30"))):
        change = play.perform(RequestChange, "tess", title="", standard="restart")
        play.perform(
            PlanChange, "ned", change, start=start, end=end, person="tess", despite="Both at once"
        )
    async with site(play) as s:
        _, data, _ = await s.get(LINKS.changes_link("acme", "olga"))
    events = icalendar.Calendar.from_ical(data).events
    shown = [
        (f"{e.start.astimezone(PARIS):%d %H:%M %z}", f"{e.end.astimezone(PARIS):%d %H:%M %z}")
        for e in sorted(events, key=lambda e: e.start)
    ]
    assert shown == [("24 23:00 +0200", "25 05:00 +0100"), ("25 02:30 +0100", "25 03:30 +0100")]


async def test_con_2_a_feed_names_the_firm_of_whom_its_reader_need_not_know() -> None:
    restart = replace(STANDARD[1], carried_out_by=("rex",))
    play = Story(with_changes(replace(RULES, standard=(restart,)), language="en"), at=NOW)
    planned = play.perform(RequestChange, "tess", title="", standard="restart")
    play.perform(PlanChange, "rex", planned, start=EVENING, person="nia")
    async with site(play) as s:
        _, data, _ = await s.get(LINKS.changes_link("acme", "rex"))
        (event,) = icalendar.Calendar.from_ical(data).events
        assert "Carried out by: Provider Ltd" in str(event["description"])
