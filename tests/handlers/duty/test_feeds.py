"""`/oncall feed`: the links to one's own duty, and to the rotas one stands on or keeps (CAL-6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement import agreement
from tests.handlers.blockkit import check_message, texts_in
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage


async def links(counter: Counter, person: str, line: str = "feed") -> str:
    shown = await counter.shown(person, "oncall", line)
    check_message(shown)
    return " ".join(text["text"] for text in texts_in(shown.blocks))


async def test_cal_6_everybody_is_given_their_own_feed_and_the_rotas_they_follow() -> None:
    counter = Counter(Stage(), language="en")
    assert await links(counter, "nia", "feed") == await links(counter, "nia", "flux")
    for person, follows in (("nia", True), ("tom", True), ("rita", False), ("sue", False)):
        said = await links(counter, person)
        assert f"Your own duty: `https://feeds.example/acme/{person}/.ics?key=k`" in said
        assert (f"`https://feeds.example/acme/{person}/nights.ics?key=k`" in said) is follows
    assert "Votre astreinte\u00a0: `https://" in await links(Counter(Stage(), "fr"), "nia")


async def test_cal_6_who_keeps_a_rota_follows_it() -> None:
    (nights,) = agreement().rotas
    kept = Stage(agreement(rotas=(replace(nights, kept_by=("sue",)),)))
    assert "Rota nights" in await links(Counter(kept, language="en"), "sue")


async def test_cal_6_without_feeds_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter(Stage(), language="en")
    monkeypatch.setattr(counter, "feed_link", lambda *_: "")
    assert "has set up no calendar feeds" in await links(counter, "nia")


async def test_cal_6_a_rota_is_called_by_its_name() -> None:
    (nights,) = agreement().rotas
    stage = Stage(agreement(rotas=(replace(nights, name="Night duty"),)))
    counter = Counter(stage, language="en")
    assert "Rota Night duty" in await links(counter, "nia")
    await counter.shown("nia", "oncall", 'cover "Ned Night" from=+1h until=+2h')
    shown = await counter.shown("nia", "oncall", "")
    assert "COV-0001 · Night duty" in " ".join(text["text"] for text in texts_in(shown.blocks))
