"""What whoever opens an incident reads of what comes next (Rules INC-8, INC-9, INC-18, CAL-1)."""

from __future__ import annotations

import pytest

from tests.agreement import paris
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage

DAY, NIGHT = "2026-07-15 10:00", "2026-07-15 03:00"


async def said(who: str, line: str, at: str, language: str = "en") -> str:
    counter = Counter(Stage(at=paris(at)), language=language)
    return (await counter.shown(who, "incident", f"open Down {line}")).text


@pytest.mark.parametrize(("at", "called"), [(DAY, "Tom Leader"), (NIGHT, "Nia Night")])
async def test_inc_8_whoever_opens_a_priority_1_reads_who_is_called(at: str, called: str) -> None:
    english = await said("rita", "component=vpn severity=1", at)
    assert english.startswith("INC-0001 is open: Down\nCalled now at echelon 1, Operations: ")
    assert called in english
    assert "Olga Operations" in english
    french = await said("rita", "component=vpn severity=1", at, "fr")
    assert f"Appels en cours à l’échelon 1, Operations\u00a0: {called}" in french


async def test_inc_8_who_stands_on_the_rung_reads_that_it_counts_as_taken() -> None:
    words = await said("olga", "component=vpn severity=1", DAY)
    assert "it counts as taken by you" in words
    assert "Tom Leader" in words
    assert "Olga Operations" not in words


async def test_inc_18_by_night_the_opener_reads_who_on_call_is_told() -> None:
    assert "On call, and told now: Nia Night." in await said("rita", "", NIGHT)
    assert "You are on call: please take it by" in await said("nia", "", NIGHT)


async def test_inc_9_where_nobody_is_called_the_target_is_said() -> None:
    small = "component=wiki severity=3"
    day, night = await said("rita", small, DAY), await said("rita", small, NIGHT)
    assert "Nobody is called for now: the provider's teams see it in Slack" in day
    assert "the provider's teams work again from 07:30, and are to take it by" in night
    assert "Reprise des équipes du prestataire\u00a0: 07:30" in await said(
        "rita", small, NIGHT, "fr"
    )


async def test_con_2_a_suppliers_person_reads_no_names() -> None:
    words = await said("nora", "component=vpn severity=1", DAY)
    assert words.endswith("People of both firms are called now.")
    assert (await said("nora", "", NIGHT)).endswith("Whoever is on call is told now.")
