"""Long lists come in pages: in order, nothing dropped, and all of it within reach of a click."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalation.base.journal import Entry
from escalation.decision.commands.crisis import AskCrisis
from escalation.decision.commands.incident import CancelIncident, OpenIncident
from escalation.records.kinds import CRISIS, REPORT
from handlers.router.inbound import Click
from handlers.router.router import Router
from handlers.slack.home import CONTRACTS_A_PAGE, home_blocks
from handlers.verbs.pages import Page
from handlers.words.rendered import Block, Rendered
from handlers.words.texts import LANGUAGES
from tests.handlers import inbound
from tests.handlers.blockkit import check_blocks, check_message
from tests.handlers.counter import Counter
from tests.handlers.several import Several, several
from tests.handlers.stories import HOSTILE, Stage, life, opened

PREVIOUS = {"en": "Previous page", "fr": "Page précédente"}
NEXT = {"en": "Next page", "fr": "Page suivante"}


def button(blocks: list[Block], label: str) -> Block | None:
    """The button of that label."""
    found = [
        element
        for block in blocks
        for element in block.get("elements", ())
        if element["type"] == "button" and element["text"]["text"] == label
    ]
    assert len(found) < 2
    return found[0] if found else None


async def clicked(counter: Counter, person: str, element: Block) -> Rendered:
    """What a click on a button answers."""
    click = Click.load(element["action_id"], element["value"])
    answer = await Router(counter).answer(inbound.clicked(person, click))
    assert isinstance(answer, Rendered)
    check_message(answer)
    return answer


def named(blocks: list[Block], prefix: str) -> list[str]:
    """The records that blocks name, in their order."""
    words = json.dumps(blocks, ensure_ascii=False).replace(r"\n", " ").split()
    return [word.strip('",*') for word in words if word.strip('",*').startswith(prefix)]


@pytest.mark.parametrize(
    ("wanted", "total", "number", "pages"),
    [
        (None, 0, 1, 1), (1, 20, 1, 1), (2, 20, 1, 1), (2, 21, 2, 2), (9, 41, 3, 3), (0, 41, 1, 3),
        (-3, 41, 1, 3),
    ],
)  # fmt: skip
def test_the_page_wanted_is_shown_or_the_nearest(
    wanted: int | None, total: int, number: int, pages: int
) -> None:
    assert Page.of(wanted, total) == Page(number=number, pages=pages)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_priority_1_stands_before_205_priority_4s_and_all_can_be_clicked_through(
    language: str,
) -> None:
    stage = Stage()
    first = opened(stage, severity=1)
    for number in range(205):
        opened(stage, title=f"{number} {HOSTILE}"[:250], component="wiki", severity=3)
    counter = Counter(stage, language)
    page = await counter.shown("sam", "incident", "list")
    assert page.text.startswith("206 ")
    assert named(page.blocks, "INC-")[0] == first
    assert button(page.blocks, PREVIOUS[language]) is None

    seen = named(page.blocks, "INC-")
    while (onward := button(page.blocks, NEXT[language])) is not None:
        page = await clicked(counter, "sam", onward)
        assert page.in_place
        seen += named(page.blocks, "INC-")
    assert len(seen) == len(set(seen)) == 206
    back = button(page.blocks, PREVIOUS[language])
    assert back is not None
    assert named((await clicked(counter, "sam", back)).blocks, "INC-") == seen[180:200]


async def test_a_page_that_is_no_more_shows_the_last_one() -> None:
    stage = Stage()
    numbers = [opened(stage) for _ in range(21)]
    counter = Counter(stage)
    page = await counter.shown("sam", "incident", "list page=2")
    assert named(page.blocks, "INC-") == ["INC-0021"]
    assert not page.in_place
    stage.do(CancelIncident, "sam", incident=numbers[0], reason="none")
    assert len(named((await counter.shown("sam", "incident", "list page=2")).blocks, "INC-")) == 20


async def test_con_2_a_list_counts_only_what_its_reader_may_know_of() -> None:
    stage = Stage()
    for number in range(25):
        opened(stage, component="vpn" if number < 22 else "mail")
    counter = Counter(stage)
    page = await counter.shown("nora", "incident", "list")
    assert page.text == "22 open incidents"
    assert len(named(page.blocks, "INC-")) == 20


def with_crises_and_reports(count: int) -> Stage:
    """So many crises that are asked for, and reports that are due."""
    stage = Stage()
    life(stage, "VPN down")
    report = stage.memory.list(REPORT, "acme")[-1]
    asked = stage.memory.get(CRISIS, "acme", stage.do(AskCrisis, "sam", reason="all is down"))
    for number in range(1, count + 1):
        stage.memory.put(replace(report, id=f"REP-{number:04d}"))
        stage.memory.put(replace(asked, id=f"CRI-{number:04d}"))
    return stage


async def test_reports_and_crises_come_in_pages_too() -> None:
    counter = Counter(with_crises_and_reports(21))
    for command, prefix in (("report", "REP-"), ("crisis", "CRI-")):
        page = await counter.shown("sam", command, "list")
        check_message(page)
        assert page.text.startswith("21 ")
        assert len(named(page.blocks, prefix)) == 20
        onward = button(page.blocks, "Next page")
        assert onward is not None
        assert len(named((await clicked(counter, "sam", onward)).blocks, prefix)) == 1
    none = await Counter(Stage()).shown("sam", "crisis", "list")
    assert none.text == "No crisis is open."


# ── the timeline ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_timeline_of_5000_entries_can_be_clicked_through_from_its_end(
    language: str,
) -> None:
    stage = Stage()
    incident = opened(stage)
    stage.memory.append(
        [
            Entry(
                contract="acme", subject=incident, at=stage.now + timedelta(seconds=n),
                actor="sam", action="incident.paused", source="slash", facts={"reason": f"n{n}."},
            )
            for n in range(1, 5001)
        ]
    )  # fmt: skip
    earlier = {"en": "Earlier entries", "fr": "Entrées précédentes"}[language]
    later = {"en": "Later entries", "fr": "Entrées suivantes"}[language]
    counter = Counter(stage, language)
    page = await counter.shown("sam", "incident", f"show {incident}")
    assert numbers(page) == list(range(4961, 5001))
    assert button(page.blocks, later) is None
    onward = button(page.blocks, earlier)
    assert onward is not None
    page = await clicked(counter, "sam", onward)
    assert page.in_place
    assert numbers(page) == list(range(4921, 4961))
    back = button(page.blocks, later)
    assert back is not None
    assert numbers(await clicked(counter, "sam", back)) == list(range(4961, 5001))

    last = await counter.shown("sam", "incident", f"show {incident} page=9999")
    assert button(last.blocks, earlier) is None
    back = button(last.blocks, later)
    assert back is not None
    before = numbers(await clicked(counter, "sam", back))
    assert [*numbers(last), *before] == list(range(1, before[-1] + 1))


def numbers(page: Rendered) -> list[int]:
    """The entries that a timeline shows."""
    return [int(n) for n in re.findall(r"\bn(\d+)\.", json.dumps(page.blocks))]


# ── the Home ─────────────────────────────────────────────────────────────────────────────────


def headers(blocks: list[Block]) -> list[str]:
    """The contracts that a Home shows."""
    return [block["text"]["text"] for block in blocks if block["type"] == "header"]


async def home(counter: Several, person: str, page: int = 1) -> list[Block]:
    blocks = await home_blocks(counter, await counter.callers(person), page)
    check_blocks(blocks, most=100)
    return blocks


def open_in(counter: Several, number: int, severity: int, **values: Any) -> None:
    command = OpenIncident(
        contract=f"c{number:03d}", by="sam", title=HOSTILE, severity=severity, **values
    )
    counter.stage.memory.do(command, counter.stage.now)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_home_of_many_contracts_shows_them_all_by_its_buttons(language: str) -> None:
    counter = replace(several(60), language=language)
    blocks, seen = await home(counter, "sam"), []
    number = 1
    while True:
        seen += headers(blocks)
        onward = button(blocks, NEXT[language])
        assert (button(blocks, PREVIOUS[language]) is None) == (number == 1)
        if onward is None:
            break
        assert onward["action_id"].startswith("home/")
        number = int(onward["value"])
        blocks = await home(counter, "sam", number)
    assert seen == [f"Contract {n:03d}" for n in range(60)]
    assert number == -(-60 // CONTRACTS_A_PAGE)


async def test_a_home_begins_with_the_contracts_where_something_grave_goes_on() -> None:
    counter = several(40)
    open_in(counter, 39, 1, component="vpn")
    open_in(counter, 20, 3, component="wiki")
    ask = AskCrisis(contract="c030", by="sam", reason="all is down")
    counter.stage.memory.do(ask, counter.stage.now)
    first = headers(await home(counter, "sam"))
    assert first[:4] == ["Contract 030", "Contract 039", "Contract 020", "Contract 000"]
    # whom the crisis does not concern is not even told of it by the order
    assert headers(await home(counter, "tom"))[:2] == ["Contract 039", "Contract 020"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_home_leads_to_what_it_has_no_room_for(language: str) -> None:
    counter = replace(several(CONTRACTS_A_PAGE), language=language)
    for number in range(CONTRACTS_A_PAGE):
        for _ in range(17):
            open_in(counter, number, 1, component="vpn")
    blocks = await home(counter, "sam")
    label = {"en": "All open incidents (17)", "fr": "Tous les incidents ouverts (17)"}[language]
    leading = [e for x in blocks for e in x.get("elements", ()) if e.get("text") and
               e["type"] == "button" and e["text"]["text"] == label]  # fmt: skip
    assert len(leading) == CONTRACTS_A_PAGE
    answer = await clicked(counter, "sam", leading[0])
    assert answer.text.startswith("17 ")


async def test_a_home_leads_to_all_crises_and_reports() -> None:
    counter = Counter(with_crises_and_reports(16))
    blocks = await home_blocks(counter, await counter.callers("sam"))
    check_blocks(blocks, most=100)
    for label, prefix in (("All open crises (16)", "CRI-"), ("All reports due (16)", "REP-")):
        leading = button(blocks, label)
        assert leading is not None
        assert len(named((await clicked(counter, "sam", leading)).blocks, prefix)) == 16
