"""The doctor finds what is not in place, and says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.clock import FlowingClock, MovedClock
from bot.operate import doctor, doctor_slack, findings
from bot.operate.doctor import examine
from bot.slack import budget
from bot.slack.manifest import SCOPES, manifest
from bot.stage.local_workspace import furnish
from config.command_names import names
from config.contract.file import read_contract
from config.defaults import EXAMPLE
from config.environment import read_settings
from config.settings import Settings
from escalation.messages.destinations import SHARED_ROOM
from escalation.messages.effects import Effect
from escalation.messages.incident import IncidentCard
from handlers.words.texts import Texts
from sandbox import App, SandboxServer, Workspace
from sandbox.changes import membership, posting
from sandbox.model.message import Message
from store.database import Store
from store.engine.migration_steps import configuration

TEXTS = Texts.of("en", ZoneInfo("UTC"))


class Ward:
    """A workspace with the bot's app in it, and the settings that lead there."""

    def __init__(self, ws: Workspace, app: App, server: SandboxServer, folder: Path) -> None:
        self.ws, self.app = ws, app
        self.environ = {
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'escalade.db'}",
            "ESCALADE_CONTRACTS": str(EXAMPLE),
        }

    def settings(self, **changes: str) -> Settings:
        return read_settings(self.environ | changes)

    async def faults(self, **changes: str) -> list[str]:
        findings = await examine(self.settings(**changes), TEXTS)
        return [finding.words for finding in findings if not finding.well]


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    ws = Workspace()
    contract = read_contract(EXAMPLE.read_text(encoding="utf-8"))
    app = await furnish(ws, [contract], manifest(names()))
    async with SandboxServer(ws) as server:
        yield Ward(ws, app, server, tmp_path)


async def test_all_is_well_in_a_furnished_workspace(ward: Ward) -> None:
    assert await ward.faults() == []


async def test_cal_2_the_doctor_says_where_known_holidays_end(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("escalation.duty.public_holidays.last_known_year", lambda _country: 2025)
    [fault] = await ward.faults()
    assert "FR are known up to 2025" in fault
    assert "closed_days" in fault


async def test_cal_6_the_doctor_says_whose_duty_the_file_would_change(
    ward: Ward, tmp_path: Path
) -> None:
    example = EXAMPLE.read_text(encoding="utf-8")
    before = example.replace('"thomas-lacroix", "lea-guillou", "ines', '"lea-guillou", "ines', 1)
    contract = read_contract(before)
    async with Store(ward.environ["DATABASE_URL"], read_contract=read_contract) as store:
        await store.contracts.put_read([(contract, before)], FlowingClock.starting().now())
    [fault] = await ward.faults()
    assert "rivage: this version changes whose duty it is" in fault
    assert "Thomas Lacroix instead of" in fault


async def test_socket_mode_that_is_switched_off_is_found(ward: Ward) -> None:
    ward.app.socket_mode = False
    (fault,) = await ward.faults()
    assert "switch it on" in fault


async def test_where_slack_asks_to_wait_the_doctor_waits(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.calls.DEFAULT_RETRY_SECONDS", 0.01)
    for method in ("users.lookupByEmail", "users.conversations"):
        ward.ws.faults.add(method, "ratelimited", times=2, retry_after=0)
    assert await ward.faults() == []
    assert not ward.ws.faults.pending()


async def test_a_person_without_account_and_one_deactivated_are_found(ward: Ward) -> None:
    gone = ward.ws.user_by_email("mathis.berger@boreale.example")
    left = ward.ws.user_by_email("ines.moreau@boreale.example")
    assert gone is not None
    assert left is not None
    gone.email, left.deleted = "elsewhere@nowhere.example", True
    faults = await ward.faults()
    assert len(faults) == 2
    assert "Mathis Berger has no account" in faults[0]
    assert "Inès Moreau" in faults[1]


async def test_guests_and_people_of_other_organisations_are_said(
    ward: Ward, tmp_path: Path
) -> None:
    async def said(person: str, **changes: str) -> list[tuple[bool, str]]:
        found = await examine(ward.settings(**changes), TEXTS)
        return [(each.well, each.words) for each in found if person in each.words]

    guest = ward.ws.user_by_email("mathis.berger@boreale.example")
    assert guest is not None
    guest.is_restricted = True
    [(well, words)] = await said("Mathis Berger")
    assert well
    assert "is a guest" in words
    guest.is_ultra_restricted = True
    [(well, words)] = await said("Mathis Berger")
    assert well
    assert "guest of one channel" in words

    file = tmp_path / "connected.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    file.write_text(
        text.replace('email = "ines.moreau@boreale.example"', 'slack = "U0ABROAD01"'),
        encoding="utf-8",
    )
    named = {"ESCALADE_CONTRACTS": str(file)}
    [(well, words)] = await said("Inès Moreau", **named)
    assert not well
    assert "U0ABROAD01" in words
    abroad = ward.ws.add_user(id="U0ABROAD01", name="ines", stranger=True)
    [(well, words)] = await said("Inès Moreau", **named)
    assert not well
    assert "shares no channel" in words
    shared = ward.ws.channel_by_name("rivage-incidents")
    assert shared is not None
    shared.members.append(abroad.id)
    assert await said("Inès Moreau", **named) == [(True, "Inès Moreau can be reached.")]


async def test_an_installation_for_a_whole_organisation_is_found(ward: Ward) -> None:
    ward.ws.team.enterprise_id, ward.ws.team.org_wide = "E0SANDBOX1", True
    (fault,) = await ward.faults()
    assert "Enterprise Grid" in fault
    assert "one workspace" in fault


async def test_rooms_in_which_only_some_may_write_are_said(ward: Ward, tmp_path: Path) -> None:
    for room in ("rivage-incidents", "rivage-crise-a"):
        channel = ward.ws.channel_by_name(room) or ward.ws.add_channel(
            name=room, members=[ward.app.bot_user_id]
        )
        channel.read_only = True
    pooled = tmp_path / "pooled.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    pooled.write_text(text.replace("# crisis_pool =", "crisis_pool ="), encoding="utf-8")
    found = await examine(ward.settings(ESCALADE_CONTRACTS=str(pooled)), TEXTS)
    said = [(each.well, each.words) for each in found if "not everybody may write" in each.words]
    assert [well for well, _ in said] == [True, False]
    assert "#rivage-incidents" in said[0][1]
    assert "#rivage-crise-a" in said[1][1]


async def test_con_2_an_account_elsewhere_is_not_taken_for_the_person_and_it_is_said(
    ward: Ward,
) -> None:
    elsewhere = ward.ws.user_by_email("mathis.berger@boreale.example")
    assert elsewhere is not None
    elsewhere.team_id = "T0OUTSIDE1"
    (fault,) = await ward.faults()
    assert "belongs to another workspace" in fault
    assert "Mathis Berger" in fault
    assert "(slack)" in fault


async def test_rooms_gone_archived_or_without_the_bot_are_found(ward: Ward) -> None:
    shared = ward.ws.channel_by_name("rivage-incidents")
    assert shared is not None
    shared.members.remove(ward.app.bot_user_id)
    assert await ward.faults() == ["The bot is not in #rivage-incidents: invite it."]
    shared.is_archived = True
    (fault,) = await ward.faults()
    assert "#rivage-incidents" in fault
    assert "unarchive" in fault


async def test_cri_4_what_cannot_be_seen_of_rooms_for_crises_is_said_unless_there_is_a_pool(
    ward: Ward, tmp_path: Path
) -> None:
    async def said(**changes: str) -> bool:
        found = await examine(ward.settings(**changes), TEXTS)
        return any("create private channels cannot be seen" in each.words for each in found)

    assert await said()
    pooled = tmp_path / "pooled.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    pooled.write_text(text.replace("# crisis_pool =", "crisis_pool ="), encoding="utf-8")
    faults = await ward.faults(ESCALADE_CONTRACTS=str(pooled))
    assert len(faults) == 2
    assert "#rivage-crise-a" in faults[0]
    assert "do not unarchive" in faults[0]
    assert not await said(ESCALADE_CONTRACTS=str(pooled))


async def test_cri_4_the_doctor_says_which_rooms_of_the_pool_the_next_crises_can_take(
    ward: Ward, tmp_path: Path
) -> None:
    names = ("served", "written-in", "new-1", "new-2")
    pool = ", ".join(f'"{name}"' for name in names)
    file = tmp_path / "pooled.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    line = '# crisis_pool = ["rivage-crise-a"]'
    assert line in text
    file.write_text(text.replace(line, f"crisis_pool = [{pool}]"), encoding="utf-8")
    bot = ward.app.bot_user_id
    rooms = {n: ward.ws.add_channel(name=n, private=True, members=[bot]) for n in names}
    rooms["served"].purpose.value = "Escalade rivage/CRI-0003"
    membership.add(ward.ws, rooms["written-in"], ward.ws.add_user(name="bo").id)

    found = await examine(ward.settings(ESCALADE_CONTRACTS=str(file)), TEXTS)
    assert any("#served of the pool has served rivage/CRI-0003" in each.words for each in found)
    assert any(each.well and "rivage: 3 rooms are left" in each.words for each in found)

    posting.post(ward.ws, rooms["written-in"], Message(ts="", user=bot, text="hello"))
    rooms["new-2"].members.remove(bot)
    written, absent, left = await ward.faults(ESCALADE_CONTRACTS=str(file))
    assert "#written-in" in written
    assert "#new-2" in absent
    assert "rivage: 1 room is left" in left
    assert "crisis_pool" in left


async def test_con_2_the_doctor_compares_rooms_by_their_ids(ward: Ward, tmp_path: Path) -> None:
    shared = ward.ws.channel_by_name("rivage-incidents")
    assert shared is not None
    file = tmp_path / "twice.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    file.write_text(
        text.replace('provider = "boreale-rivage"', f'provider = "{shared.id}"'), encoding="utf-8"
    )
    (fault,) = await ward.faults(ESCALADE_CONTRACTS=str(file))
    assert f"rivage: rooms.provider = {shared.id}" in fault
    assert "rivage: rooms.shared = rivage-incidents" in fault


async def test_missing_scopes_are_named_and_the_rest_is_still_examined(ward: Ward) -> None:
    ward.app.scopes = [scope for scope in SCOPES if scope != "users:read.email"]
    faults = await ward.faults()
    assert "users:read.email" in faults[0]
    assert any("Anne Rivière" in fault and "missing_scope" in fault for fault in faults)


async def test_bad_tokens_are_told_apart(ward: Ward) -> None:
    (bot,) = await ward.faults(SLACK_BOT_TOKEN="xoxb-wrong")
    assert "invalid_auth" in bot
    (socket,) = await ward.faults(SLACK_APP_TOKEN="xapp-wrong")
    assert "SLACK_APP_TOKEN" in socket


async def test_an_unreachable_slack_and_a_broken_database_are_found(
    ward: Ward, tmp_path: Path
) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 100)
    faults = await ward.faults(
        SLACK_API_URL="http://127.0.0.1:9/api/",
        DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'broken.db'}",
    )
    assert "The database refuses" in faults[0]
    assert "cannot be reached" in faults[1]


async def test_where_there_is_no_database_yet_none_is_made(ward: Ward, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"
    assert await ward.faults(DATABASE_URL=url) == []
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240  a folder of one file


async def test_a_message_that_was_set_aside_is_counted(ward: Ward) -> None:
    url, now = ward.environ["DATABASE_URL"], datetime(2026, 11, 29, 9, tzinfo=UTC)
    async with Store(url, read_contract=read_contract) as store:
        text = EXAMPLE.read_text(encoding="utf-8")
        contract = read_contract(text)
        await store.contracts.put_in_force(contract.id, contract.version, text, now)
        lost = Effect(
            meaning=IncidentCard(), contract=contract.id, subject="INC-0001", to=SHARED_ROOM
        )
        await store.run(lambda tx: tx.send([lost]), now=now)
        (message,) = await store.outbox.claim(now)
        await store.outbox.mark_failed(message, "channel_not_found", now)
    assert "Messages set aside: 1; timers that fail: 0. See escalade outbox." in await ward.faults()


async def test_a_database_of_an_older_version_is_no_fault(ward: Ward, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(older)
    await engine.dispose()
    assert await ward.faults(DATABASE_URL=url) == []


def older(connection: Connection) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


@pytest.mark.parametrize(
    ("date", "instant"),
    [
        ("Sun, 29 Nov 2026 09:00:00 GMT", datetime(2026, 11, 29, 9, tzinfo=UTC)),
        ("Sun, 29 Nov 2026 09:00:00 -0000", datetime(2026, 11, 29, 9, tzinfo=UTC)),
        ("Sun, 29 Nov 2026 10:00:00 +0100", datetime(2026, 11, 29, 9, tzinfo=UTC)),
        ("", None),
        ("today", None),
        ("Sun, 99 Nov 2026 09:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
    ],
)
def test_a_date_that_a_proxy_garbled_says_nothing_of_the_clock(
    date: str, instant: datetime | None
) -> None:
    assert doctor_slack.instant_of(date) == instant


async def test_where_slack_asks_to_wait_for_ever_the_doctor_says_so(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "LONGEST_WAIT_SECONDS", 2.0)
    ward.ws.faults.add("users.lookupByEmail", "ratelimited", times=1_000, retry_after=1_000)
    (fault,) = await ward.faults()
    assert "Slack asks to wait" in fault
    assert "cannot be reached" not in fault


@pytest.mark.parametrize(
    "method",
    ["auth.test", "apps.connections.open", "conversations.info", "users.lookupByEmail"],
)
async def test_one_rate_limit_ends_nothing(ward: Ward, method: str) -> None:
    ward.ws.faults.add(method, "ratelimited", times=1, retry_after=1)
    assert await ward.faults() == []
    assert not ward.ws.faults.pending()


async def test_a_way_that_breaks_is_no_rate_limit(ward: Ward) -> None:
    (fault,) = await ward.faults(SLACK_API_URL="http://127.0.0.1:1/api/")
    assert "cannot be reached" in fault


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "does not say"),
        ({"x-oauth-scopes": ""}, "lacks these scopes"),
        ({"x-oauth-scopes": ",".join(SCOPES[1:])}, SCOPES[0]),
    ],
)
def test_scopes_that_nobody_names_are_not_said_to_be_fine(
    headers: dict[str, str], words: str
) -> None:
    found = doctor_slack.scopes(headers, TEXTS)
    assert not found.well
    assert words in found.words


def test_the_scopes_it_has_are_fine_whatever_stands_between_them() -> None:
    assert doctor_slack.scopes({"x-oauth-scopes": " , ".join(SCOPES)}, TEXTS).well


async def test_a_large_contract_is_asked_for_at_slacks_pace(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(budget.PER_MINUTE, 3, 10)
    clock = MovedClock(datetime.now(UTC))  # noqa: TID251  Slack's, which the answers tell
    waited = 0.0

    async def wait(seconds: float) -> None:
        nonlocal waited
        waited += seconds
        clock.move(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    for module in (doctor, doctor_slack):
        monkeypatch.setattr(module, "FlowingClock", SimpleNamespace(starting=lambda: clock))
    monkeypatch.setattr(findings, "asyncio", SimpleNamespace(sleep=wait))
    assert await ward.faults() == []
    people = len(read_contract(EXAMPLE.read_text(encoding="utf-8")).people)
    assert people > 20
    assert waited >= (people // 10 - 1) * 60
