"""A swap shows both turns before it is asked for, and asks where they differ (Rule CAL-6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.base.refusals import Refusal
from escalation.decision.commands.cover import AcceptCover
from handlers.refusals.words import refusal_words
from handlers.router.router import OpenForm
from handlers.words.texts import Texts
from tests.agreement import agreement
from tests.handlers.blockkit import texts_in
from tests.handlers.counter import Counter
from tests.handlers.stories import Stage, opened


async def test_cal_6_typed_with_a_name_alone_the_form_shows_both_turns() -> None:
    counter = Counter(Stage(), language="en")
    shown = words(await counter.typed("nia", "oncall", 'swap "Ned Night"'))
    assert "You give your turn from 27 Jul 2026, 09:00 to 3 Aug 2026, 09:00 to Ned Night." in shown
    assert "You take the turn of Ned Night from 20 Jul 2026, 09:00 to 27 Jul 2026, 09:00." in shown


async def test_cal_6_what_will_be_refused_is_said_in_the_form() -> None:
    counter = Counter(Stage(), language="en")
    line = 'swap "Ned Night" mine="2026-07-16 12:00"'
    shown = words(await counter.typed("nia", "oncall", line))
    assert "one is longer than the other. Please give a moment of each turn." in shown


async def test_cal_6_with_both_moments_it_is_asked_for_at_once() -> None:
    stage = Stage()
    line = 'swap "Ned Night" mine="2026-07-16 12:00" theirs="2026-07-21 12:00"'
    await Counter(stage, language="en").shown("nia", "oncall", line)
    assert stage["COV-0001"].back is not None


async def test_cal_6_a_swap_agreed_ahead_says_both_turns_and_from_when_calls_obey_it() -> None:
    stage = Stage()
    line = 'swap "Ned Night" mine="2026-07-27 12:00" theirs="2026-07-21 12:00"'
    await Counter(stage, language="en").shown("nia", "oncall", line)
    with pytest.raises(Refusal) as refused:
        await Counter(stage).shown("nia", "oncall", line)
    said = refusal_words(refused.value, Texts.of("en", stage.contract.zone))
    assert said.startswith("You have asked for these hours to be taken already: COV-0001")
    stage.do(AcceptCover, "ned", cover="COV-0001")
    told = stage.words("cover_news", "nia")
    assert "Ned Night covers for Nia Night; calls obey it from then on." in told
    assert "In return, Nia Night covers for Ned Night: from 20 Jul 2026, 09:00" in told


def words(form: Any) -> str:
    assert isinstance(form, OpenForm)
    return " ".join(text["text"] for text in texts_in(form.view["blocks"]))


async def test_cal_6_a_swap_offers_those_who_take_turns_with_you_and_a_cover_them_first() -> None:
    (nights,) = agreement().rotas
    rotas = (replace(nights, people=("ned", "nia", "tess")),)
    counter = Counter(Stage(agreement(rotas=rotas)), language="en")
    assert offered(await counter.typed("nia", "oncall", "swap")) == ["tess", "ned"]
    colleagues = offered(await counter.typed("nia", "oncall", "cover"))
    assert colleagues[:2] == ["tess", "ned"]
    assert "sam" in colleagues
    assert not {"rita", "rex", "nia"} & set(colleagues)


async def test_esc_6_a_call_and_a_seat_are_passed_on_within_ones_own_firm() -> None:
    stage = Stage()
    incident = opened(stage, component="vpn", severity=1)
    counter = Counter(stage, language="en")
    for line, field in ((f"add {incident}", "person"), (f"handover {incident}", "to")):
        people = offered(await counter.typed("tom", "escalate", line), field)
        assert "tess" in people
        assert not {"rita", "olga", "rex", "tom"} & set(people)


def offered(form: Any, field: str = "person") -> list[str]:
    assert isinstance(form, OpenForm)
    (menu,) = (b["element"] for b in form.view["blocks"] if b.get("block_id") == field)
    return [each["value"] for each in menu["options"]]
