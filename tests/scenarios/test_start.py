"""A start: what it costs, what comes first in it, and what is left where it fails."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import timekeeping
from bot.app.setup import Monitoring, Setup, SlackConnection
from bot.app.starting import start
from bot.clock import FlowingClock
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from bot.stage.stage import Stage
from config.command_names import names
from config.contract import file
from config.contract.file import ContractText, read_contract
from escalation.contract import Contract
from sandbox import SandboxServer, Workspace
from store.database import Store
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import LITTORAL, RIVAGE, Scene


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a contract is read, with checks and without."""
    counted: Counter[str] = Counter()

    def counting(how: str, read: Callable[..., Contract]) -> Callable[..., Contract]:
        def counts(*given: str) -> Contract:
            counted[how] += 1
            return read(*given)

        return counts

    for module, name in (
        (file, "read_contract"),
        (file, "recall_contract"),
        (timekeeping, "recall_contract"),
    ):
        monkeypatch.setattr(module, name, counting(name, getattr(module, name)))
    return counted


async def test_a_start_reads_each_contract_once_and_checks_what_is_new(
    database: str, work: Counter[str]
) -> None:
    async with Stage(contracts=[RIVAGE, LITTORAL], at=WEDNESDAY, database=database) as stage:
        assert work == {"read_contract": 2}
        work.clear()
        await stage.restart_bot()
        assert work == {"recall_contract": 2}
        work.clear()
        await stage.restart_bot([RIVAGE.replace('name = "', 'name = "Nouvelle ', 1), LITTORAL])
        # and the version before the edited one, beside which its rotas are looked at
        assert work == {"read_contract": 1, "recall_contract": 2}
        names = [contract.name for contract in await stage.running.store.contracts.all()]
        assert sum(name.startswith("Nouvelle ") for name in names) == 1


# ── the parts, one after the other ───────────────────────────────────────────────────────────


class Broken(Exception):
    """What the part that fails raises."""


@pytest.mark.parametrize(
    "part",
    [
        "bot.web.monitoring_site.WatchSite.start",
        "store.database.Store.start",
        "bot.app.timekeeping.put_in_force",
        "bot.time.wake_up.WakeUp.start",
        "bot.app.wiring.open_session",
        "bot.app.wiring.Directory",
        "bot.app.wiring.Dispatcher",
        "bot.directory.directory.Directory.load",
        "bot.app.wiring.begin_work",
        "bot.slack.socket.SocketWatch.connect",
        "bot.app.wiring.begin_watch",
    ],
)
async def test_whatever_part_fails_at_the_start_all_that_was_opened_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    clock = FlowingClock.starting()
    workspace = Workspace(clock=clock)
    app = await furnish(workspace, [read_contract(RIVAGE)], manifest(names()))
    async with SandboxServer(workspace) as server:
        setup = Setup(
            connection=SlackConnection(
                api_url=server.api_url, bot_token=app.bot_token, app_token=app.app_token
            ),
            database_url=f"sqlite+aiosqlite:///{tmp_path}/e.db",
            contracts=(ContractText(text=RIVAGE, source="rivage"),),
            names=names(),
            clock=clock,
            monitoring=Monitoring(port=0, heartbeat_url="http://127.0.0.1:9/"),
        )

        def breaks(*_: Any, **__: Any) -> None:
            raise Broken

        before = asyncio.all_tasks()
        with monkeypatch.context() as broken:
            broken.setattr(part, breaks)
            with pytest.raises(Broken):
                await start(setup)
        await server.idle()
        left = asyncio.all_tasks() - before
        assert [
            task.get_name() for task in left if task.get_name().startswith("Task") is False
        ] == []
        sessions = [each for each in gc.get_objects() if isinstance(each, aiohttp.ClientSession)]
        assert all(session.closed for session in sessions)
        async with await start(setup) as bot:  # the database and Slack are free again
            assert await bot.readiness.unready() == []


async def test_esc_7_what_is_overdue_fires_while_slack_is_not_even_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/e.db"
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=url) as stage:
        scene = Scene(stage, stage.contract)
        await scene.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')
        due = await stage.running.store.timers.next_due()
        assert due is not None
        await stage.stop_bot()

        def breaks() -> None:
            raise Broken

        setup = Setup(
            connection=SlackConnection(bot_token="xoxb-none"),
            database_url=url,
            contracts=(ContractText(text=RIVAGE, source="rivage"),),
            names=names(),
            clock=FlowingClock.starting(due + timedelta(seconds=1)),
        )
        with monkeypatch.context() as broken:
            broken.setattr("bot.app.starting._slack_side", breaks)
            with pytest.raises(Broken):
                await start(setup)
        async with Store(url, read_contract=file.recall_contract) as store:
            after = await store.timers.next_due()
        assert after is not None
        assert after > due
        await stage.start_bot()
