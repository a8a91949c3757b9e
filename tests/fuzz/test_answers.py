"""Whatever answers in Slack's place, to any method, for a while: what was promised is kept.

`make fuzz N=2000` plays more stories.
"""

from __future__ import annotations

import os
from email.utils import format_datetime
from random import Random
from typing import Any, cast
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.operate import doctor_slack
from bot.operate.doctor import examine
from bot.operate.findings import Finding
from bot.slack import posts
from bot.slack.answers import READ
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from config.command_names import names
from config.contract.file import read_contract
from config.defaults import EXAMPLE
from config.environment import read_settings
from handlers.words.texts import Texts
from sandbox import SandboxServer, Workspace
from sandbox.base.fault import ADDRESSES, DONE
from tests.fuzz.answers import ROOMS, tell
from tests.fuzz.ground import FUZZ, LONG
from tests.fuzz.test_bent import MISSING
from tests.fuzz.weather import BENT, EVERY_KIND, LATE, Trouble, Weather
from tests.scenarios.scene import RIVAGE
from tests.simulation.machine import Machine
from tests.simulation.memories import prepare
from tests.simulation.story import SEED
from tests.simulation.wires import play

STORIES = settings(FUZZ, max_examples=LONG if "ESCALADE_FUZZ" in os.environ else 2)
FAMILIES = ("*", "chat.*", "conversations.*", "users.*", "files.*", "views.*")
METHODS = (*READ, *ADDRESSES, *FAMILIES)
SOON = (0, -1, 1, 30, "", "in a while", "nan", "inf", "1e9", "\u0663", "0x10", "9" * 400)
VALUES = (MISSING, None, True, 0, 7, -1.5, "", "x", [], [7], {}, {"id": 7})
OLD_LETTERS = {"conversations.archive"}  # only versions before wrote messages that call it


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare()


KINDS_OF_ANSWERS = st.sampled_from((*EVERY_KIND, *(BENT,) * 6))
BENDS = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from(VALUES)), min_size=1, max_size=3
).map(tuple)
TROUBLES = st.builds(
    Trouble,
    method=st.sampled_from(METHODS),
    kind=KINDS_OF_ANSWERS,
    step=st.integers(0, 24),
    seconds=st.sampled_from((20.0, 90.0, 400.0)),
    retry_after=st.sampled_from(SOON),
    bends=BENDS,
)


@pytest.mark.parametrize("room", ROOMS)
def test_esc_7_whatever_answers_for_a_while_what_was_promised_is_kept(room: str) -> None:
    @STORIES
    @given(troubles=st.lists(TROUBLES, min_size=1, max_size=3))
    def story(troubles: list[Trouble]) -> None:
        assert tell(troubles, room).broken == []

    story()


def test_the_story_calls_every_method_that_may_answer_oddly() -> None:
    lost = [Trouble("chat.postMessage", LATE, step=step, seconds=20) for step in (1, 24)]
    lost.append(Trouble("files.completeUploadExternal", DONE + "html_503", step=24, seconds=20))
    stories = [tell(lost), tell((), "pool"), tell((), "borrowed")]
    assert [story.broken for story in stories] == [[], [], []]
    assert set(READ) - set().union(*(story.called for story in stories)) == OLD_LETTERS


# ── the doctor ───────────────────────────────────────────────────────────────────────────────

TEXTS = Texts.of("en", ZoneInfo("UTC"))
EXAMINED = ("auth.test", "apps.connections.open", "users.conversations", "conversations.list",
            "conversations.info", "users.lookupByEmail")  # fmt: skip
DATES = st.one_of(
    st.text(max_size=40),
    st.datetimes(timezones=st.timezones() | st.none()).map(format_datetime),
    st.sampled_from(["Mon, 1 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1200",
                     "Sun, 29 Nov 2026 09:00:00 -0000", "Sun, 99 Nov 2026 09:00:00 GMT", "0"]),
)  # fmt: skip


def examined(trouble: Trouble) -> tuple[list[Finding], int]:
    """What the doctor finds while this answers, and how often it did."""

    async def whole(_machine: Machine, _rng: Random) -> tuple[list[Finding], int]:
        workspace = Workspace()
        weather = workspace.faults = Weather(workspace, room="own")
        app = await furnish(workspace, [read_contract(RIVAGE)], manifest(names()))
        shared = workspace.channel_by_name("rivage-incidents")
        assert shared is not None
        shared.members.remove(app.bot_user_id)  # so that it looks among all channels
        weather.begin(trouble)
        async with SandboxServer(workspace) as server:
            settings = read_settings(
                {
                    "SLACK_API_URL": server.api_url,
                    "SLACK_BOT_TOKEN": app.bot_token,
                    "SLACK_APP_TOKEN": app.app_token,
                    "DATABASE_URL": "sqlite+aiosqlite:////nowhere/escalade.db",
                    "ESCALADE_CONTRACTS": str(EXAMPLE),
                }
            )
            with weather.blowing():
                found = await examine(settings, TEXTS)
            weather.end()
            return found, weather.struck.total()

    result: tuple[list[Finding], int] = play(SEED, whole)
    return result


@FUZZ
@given(
    trouble=st.builds(
        Trouble,
        method=st.sampled_from(EXAMINED),
        kind=KINDS_OF_ANSWERS,
        seconds=st.just(1e9),
        retry_after=st.sampled_from(SOON),
        bends=BENDS,
    )
)
def test_whatever_answers_the_doctor_says_so_in_a_sentence(trouble: Trouble) -> None:
    found, struck = examined(trouble)
    assert struck
    assert all(finding.words.strip() for finding in found)
    if trouble.kind != BENT:
        told = [finding.words for finding in found if not finding.well]
        known = ("cannot be reached", "refuses", "asks to wait")
        assert any(each in words for each in known for words in told), told


@FUZZ
@given(date=DATES)
def test_whatever_the_date_of_an_answer_says_the_doctor_goes_on(date: str) -> None:
    instant = doctor_slack.instant_of(date)
    assert instant is None or doctor_slack.clock(instant, TEXTS).words


# ── bots that are broken on purpose ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "step", "says"),
    [
        ("chat.update", 19, "out of date"),
        ("views.open", 4, "not answered"),
    ],
)
def test_a_bot_that_believes_whatever_says_ok_is_caught(method: str, step: int, says: str) -> None:
    with mock.patch.dict(cast("dict[str, Any]", READ), {method: ()}):
        broken = tell([Trouble(method, "bare_ok", step=step, seconds=400.0)]).broken
    assert any(says in line for line in broken), broken


def test_a_bot_that_believes_that_a_file_was_taken_is_caught() -> None:
    with mock.patch.object(posts, "NOT_UPLOADED", ""):
        broken = tell([Trouble("upload", "html_200", step=24, seconds=400.0)]).broken
    assert any("no file of the report" in line for line in broken), broken
