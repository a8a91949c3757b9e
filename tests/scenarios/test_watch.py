"""The bot is watched: numbers, readiness, signs of life, a reconciler that mends, traces."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from click.testing import Result
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import delete, select, update
from typer.testing import CliRunner

from bot.app import background
from bot.app import tasks as tasks_module
from bot.app.setup import Monitoring, Setup, SlackConnection
from bot.app.starting import start
from bot.app.tasks import Tasks
from bot.app.wiring import Bot
from bot.cli.app import app
from bot.clock import FlowingClock, MovedClock
from bot.observe.heartbeat import Heartbeat
from bot.observe.metrics import Metrics
from bot.slack.manifest import manifest
from bot.stage.local_workspace import furnish
from bot.stage.stage import Stage
from config.command_names import names
from config.contract.file import ContractText, read_contract
from sandbox import SandboxServer, Workspace
from store.schema.tables import timers
from tests.databases import behind
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

OPEN = '"Plus de VPN" component=vpn severity=1'
ALERTS = Path(__file__).parents[2] / "deploy" / "alerts.yml"


@asynccontextmanager
async def served(handler: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    """A small server on loopback; its address."""
    app = web.Application()
    app.router.add_post("/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot as `escalade run` starts it, over a workspace of its own."""
    clock = FlowingClock.starting()
    workspace = Workspace(clock=clock)
    server = SandboxServer(workspace)
    app = await furnish(workspace, [read_contract(RIVAGE)], manifest(names()))
    async with server:
        setup = Setup(
            connection=SlackConnection(
                api_url=server.api_url, bot_token=app.bot_token, app_token=app.app_token
            ),
            database_url=f"sqlite+aiosqlite:///{tmp_path}/e.db",
            contracts=(ContractText(text=RIVAGE, source="rivage"),),
            names=names(),
            clock=clock,
            monitoring=Monitoring(port=0),
        )
        async with await start(setup) as bot:
            yield bot


async def asked(bot: Bot, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{bot.site.port}{path}") as answer,
    ):
        return answer.status, await answer.text()


# ── the site ─────────────────────────────────────────────────────────────────────────────────


async def test_a_bot_that_works_is_alive_and_ready_and_shows_its_numbers(running: Bot) -> None:
    assert (await asked(running, "/healthz"))[0] == 200
    status, why = await asked(running, "/readyz")
    assert (status, json.loads(why)) == (200, {"ready": True, "why": []})
    status, numbers = await asked(running, "/metrics")
    assert status == 200
    assert "escalade_timers_armed 0.0" in numbers
    assert "escalade_journal_entries 1.0" in numbers, "the contract put in force"


async def test_a_bot_that_cannot_work_says_why_without_secrets(
    running: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise OSError("password=hush")

    assert running.socket is not None
    await running.tasks.cancel("socket")
    await running.socket.close()
    monkeypatch.setattr(running.store.timers, "next_due", broken)
    monkeypatch.setattr(background, "STUCK_SECONDS", -1.0)
    status, answer = await asked(running, "/readyz")
    assert status == 503
    why = " ".join(json.loads(answer)["why"])
    for word in ("timer worker", "dispatcher", "database", "socket"):
        assert word in why
    assert "hush" not in answer
    assert (await asked(running, "/healthz"))[0] == 200
    assert (await asked(running, "/metrics"))[0] == 200


async def test_readiness_follows_whether_anybody_still_looks_out(running: Bot) -> None:
    running.timer_worker.advanced_at = running.dispatcher.advanced_at = monotonic() - 16
    unready = running.readiness.unready
    assert {"the timer worker stands still", "the dispatcher stands still"} <= set(await unready())
    async with asyncio.timeout(5):
        while await unready():  # noqa: ASYNC110  the poller sees that nothing is due
            await asyncio.sleep(0.02)


async def test_a_stop_ends_all_that_goes_on_in_the_background(running: Bot) -> None:
    kept = [task for task in asyncio.all_tasks() if "Tasks._keep" in repr(task)]
    assert len(kept) >= 5
    await running.stop()
    assert [task.get_name() for task in kept if not task.done()] == []


async def test_a_bot_that_is_starting_is_not_ready(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/e.db"
    monitoring = Monitoring(port=0)
    async with Stage(
        contracts=[RIVAGE], at=WEDNESDAY, database=url, monitoring=monitoring
    ) as stage:
        assert json.loads((await asked(stage.running, "/readyz"))[1])["why"][0] == "starting"


async def test_the_command_line_asks_whether_the_bot_is_ready(running: Bot) -> None:
    def ready(port: int) -> Result:
        env = {"ESCALADE_LANGUAGE": "en"}
        return CliRunner().invoke(app, ["ready", "--port", str(port)], env=env)

    done = await asyncio.to_thread(ready, running.site.port)
    assert (done.exit_code, done.output) == (0, "Ready.\n")
    await running.tasks.cancel("socket")
    assert running.socket is not None
    await running.socket.close()
    unready = await asyncio.to_thread(ready, running.site.port)
    assert unready.exit_code == 1
    assert "socket" in unready.output
    assert (await asyncio.to_thread(ready, 9)).exit_code == 1


# ── numbers ──────────────────────────────────────────────────────────────────────────────────


async def test_what_happens_is_counted_and_nobody_is_named(scene: Scene) -> None:
    bot = scene.stage.running
    await scene.opens("antoine-mercier", OPEN)
    await scene.types("thomas-lacroix", "/crisis ask INC-0001 panne")
    await scene.stage.after(minutes=5)
    await bot.reconciler.look()

    value = bot.metrics.value
    opened = {"use_case": "OpenIncident", "outcome": "done"}
    assert value("escalade_use_case_seconds_count", opened) == 1
    refused = {"use_case": "AskCrisis", "outcome": "refused"}
    assert value("escalade_use_case_seconds_count", refused) == 1
    assert value("escalade_ack_seconds_count", {"kind": "command"}) == 2
    assert value("escalade_timers_fired_total") > 0
    assert value("escalade_timer_lateness_seconds_count") == value("escalade_timers_fired_total")
    assert value("escalade_timers_armed") > 0
    assert value("escalade_sends_total", {"outcome": "sent"}) > 5
    posted = {"method": "chat.postMessage", "outcome": "ok"}
    assert value("escalade_slack_calls_total", posted) > 5
    lines = [line async for line in bot.store.journal.export(scene.contract.id)]
    assert value("escalade_journal_entries") == len(lines)

    text = bot.metrics.text().decode()
    for secret in ("INC-0001", "antoine", "mathis", "rivage", "VPN", "xox"):
        assert secret not in text


async def test_messages_that_wait_show_with_their_age_by_destination(scene: Scene) -> None:
    bot = scene.stage.running
    scene.stage.workspace.faults.add("chat.*", "http_503", times=1_000_000)
    await scene.types("antoine-mercier", f"/incident open {OPEN}")
    await scene.stage.after(minutes=6)
    await bot.gauges.count()
    value = bot.metrics.value
    assert value("escalade_outbox_messages", {"to": "person"}) > 1
    assert value("escalade_outbox_oldest_seconds", {"to": "room"}) == 360
    assert value("escalade_outbox_oldest_urgent_seconds", {"to": "person"}) == 360
    assert value("escalade_sends_total", {"outcome": "uncertain"}) > 1
    assert bot.gauges.withheld() == ["urgent messages do not leave"]


def test_the_alerts_ask_for_numbers_that_exist() -> None:
    shown = {
        name
        for family in Metrics().registry.collect()
        for name in (family.name, f"{family.name}_total", f"{family.name}_bucket")
    } | {f"{family.name}_count" for family in Metrics().registry.collect()}
    asked_for = set(re.findall(r"escalade_\w+", ALERTS.read_text("utf-8")))
    assert len(asked_for) > 10
    assert asked_for <= shown


# ── the reconciler ──────────────────────────────────────────────────────────────────────────────


async def test_esc_7_timers_without_their_rows_are_armed_anew_and_it_is_said(
    scene: Scene, capsys: pytest.CaptureFixture[str], database: str
) -> None:
    bot = scene.stage.running
    await scene.opens("antoine-mercier", OPEN)
    await scene.opens("antoine-mercier", '"Paie" component=paie severity=2')
    before = await rows(database)
    async with behind(database) as connection:
        await connection.execute(delete(timers).where(timers.c.subject == "INC-0001"))
        later = {"due": scene.stage.clock.now() + timedelta(days=9), "generation": 99}
        await connection.execute(update(timers).values(**later))
    assert await rows(database) != before

    await bot.reconciler.look()
    assert await rows(database) == before
    assert bot.metrics.value("escalade_repairs_total", {"what": "alarms"}) == 2
    assert "reconciler_rearmed" in capsys.readouterr().out
    await bot.reconciler.look()
    assert bot.metrics.value("escalade_repairs_total", {"what": "alarms"}) == 2


async def rows(database: str) -> list[tuple[Any, ...]]:
    async with behind(database) as connection:
        t = timers.c
        found = await connection.execute(
            select(t.subject, t.name, t.due, t.generation).order_by(t.subject, t.name)
        )
        return [tuple(row) for row in found]


@pytest.mark.parametrize(("seconds", "looks"), [(60.0, 1), (0.0, 3)], ids=["quick", "slow"])
async def test_the_audit_looks_at_all_that_is_open_each_minute_and_goes_on_where_it_is_slow(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, seconds: float, looks: int, database: str
) -> None:
    monkeypatch.setattr("bot.time.reconciler.PAGE", 2)
    monkeypatch.setattr("bot.time.reconciler.MOST_SECONDS", seconds)
    bot = scene.stage.running
    for number in range(5):
        await scene.opens("sarah-dubois", f'"Paie {number}" component=paie severity=3')
    async with behind(database) as connection:
        await connection.execute(delete(timers))
    for _ in range(looks):
        assert bot.metrics.value("escalade_repairs_total", {"what": "alarms"}) < 5
        await bot.reconciler.look()
    assert bot.metrics.value("escalade_repairs_total", {"what": "alarms"}) == 5


async def test_esc_7_timers_that_lie_about_wake_the_timer_worker_and_withhold_the_sign_of_life(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, woken = scene.stage.running, []
    await scene.opens("antoine-mercier", OPEN)
    monkeypatch.setattr(bot.reconciler, "_wake_timer_worker", lambda: woken.append(1))
    scene.stage.clock.move(timedelta(minutes=30))
    await bot.reconciler.look()
    assert woken
    assert bot.metrics.value("escalade_timers_overdue_seconds") > 60
    assert bot.gauges.withheld() == ["timers are overdue"]
    await scene.stage.settle()
    await bot.reconciler.look()
    assert bot.gauges.withheld() == []


# ── signs of life ────────────────────────────────────────────────────────────────────────────


async def test_a_sign_of_life_goes_out_only_while_all_goes_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    beats, reasons, status, carried = [], list[str](), 200, ""

    async def taken(request: web.Request) -> web.Response:
        nonlocal carried
        beats.append(request.path)
        carried = await request.text()
        return web.Response(status=status)

    async def withheld() -> list[str]:
        return reasons

    async def seals() -> list[str]:
        return ["5ea1", "5ea2"]

    async with served(taken) as url, aiohttp.ClientSession() as session:
        metrics = Metrics()
        heart = Heartbeat(
            url=f"{url}/hush", every=60, session=session, withheld=withheld, seals=seals,
            metrics=metrics,
        )  # fmt: skip
        await heart.beat()
        assert beats == ["/hush"]
        assert carried == "5ea1\n5ea2\n", "CON-3: what is kept out there proves a cut"
        reasons.append("timers are overdue")
        await heart.beat()
        assert beats == ["/hush"], "silence raises the alarm"
        reasons.clear()
        status = 500
        await heart.beat()
        gone = Heartbeat(
            url="http://127.0.0.1:9/hush", every=60, session=session, withheld=withheld,
            seals=seals, metrics=metrics,
        )  # fmt: skip
        await gone.beat()
    counted = [
        metrics.value("escalade_heartbeats_total", {"outcome": outcome})
        for outcome in ("sent", "withheld", "failed")
    ]
    assert counted == [1, 1, 2]
    assert "hush" not in capsys.readouterr().out


# ── background work ──────────────────────────────────────────────────────────────────────────


async def test_background_work_that_fails_is_begun_again_and_shows_if_it_keeps_failing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks_module, "PAUSES", (0.0,))
    metrics, runs, well = Metrics(), [], asyncio.Event()

    async def work() -> None:
        runs.append(1)
        if len(runs) < 4:
            raise ValueError("a bug")
        well.set()
        await asyncio.Event().wait()

    tasks = Tasks(metrics)
    tasks.begin("work", work)
    async with asyncio.timeout(5):
        await well.wait()
    assert metrics.value("escalade_task_failures_total", {"task": "work"}) == 3
    assert tasks.failing() == ["work"]
    monkeypatch.setattr(tasks_module, "RECENT_SECONDS", 0.0)
    assert tasks.failing() == []
    await tasks.cancel()


async def test_a_timer_worker_with_a_bug_does_not_end_the_bot(
    running: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks_module, "PAUSES", (0.0,))
    failed = asyncio.Event()

    async def broken() -> None:
        failed.set()
        raise ValueError("a bug")

    running.tasks.begin("extra", broken)
    async with asyncio.timeout(5):
        await failed.wait()
        while "extra" not in running.tasks.failing():  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.01)
    assert "extra keeps failing" in await running.readiness.unready()


# ── the socket ───────────────────────────────────────────────────────────────────────────────


async def test_a_reconnect_that_hangs_is_given_up_and_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.slack.socket import _Client as SocketModeClient

    url = f"sqlite+aiosqlite:///{tmp_path}/e.db"
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=url, socket_patience=0.2) as stage:
        hanging, issue = [], SocketModeClient.issue_new_wss_url

        async def hangs_twice(client: SocketModeClient) -> str:
            if len(hanging) < 2:
                hanging.append(1)
                await asyncio.Event().wait()
            return await issue(client)

        monkeypatch.setattr(SocketModeClient, "issue_new_wss_url", hangs_twice)
        socket = stage.running.socket
        assert socket is not None
        await stage.server.hub.drop()
        async with asyncio.timeout(10):
            while len(hanging) < 2 or not await socket.connected():  # noqa: ASYNC110  nor does it
                await asyncio.sleep(0.02)
        assert stage.running.metrics.value("escalade_socket_rebuilds_total") >= 1


def test_a_dead_connection_is_rebuilt_within_thirty_seconds() -> None:
    from bot.patience import LOOK_SECONDS, PATIENCE_SECONDS
    from bot.slack.socket import CLOSE_SECONDS, PING_SECONDS

    noticed = 1.5 * PING_SECONDS  # a ping each PING_SECONDS, half as long for its pong
    assert noticed + PATIENCE_SECONDS + LOOK_SECONDS + CLOSE_SECONDS < 30


# ── traces ───────────────────────────────────────────────────────────────────────────────────


async def test_a_trace_goes_from_the_timer_over_the_commit_to_the_call_of_slack(
    database: str,
) -> None:
    spans: dict[bytes, Any] = {}

    async def collect(request: web.Request) -> web.Response:
        given = ExportTraceServiceRequest.FromString(await request.read())
        for resource in given.resource_spans:
            for scope in resource.scope_spans:
                spans.update({span.span_id: span for span in scope.spans})
        return web.Response()

    async with served(collect) as url:
        monitoring = Monitoring(otlp_endpoint=url)
        async with Stage(
            contracts=[RIVAGE], at=WEDNESDAY, database=database, monitoring=monitoring
        ) as stage:
            scene = Scene(stage, stage.contract)
            await scene.opens("antoine-mercier", OPEN)
            await stage.after(minutes=6)

    def line(span: Any) -> list[str]:
        above = spans.get(span.parent_span_id)
        return [*(line(above) if above else []), span.name]

    lines = {" > ".join(line(span)) for span in spans.values()}
    assert "command OpenIncident > message ping > slack chat.postMessage" in lines
    assert any(
        re.fullmatch(r"timers > timer \w+ > message ping > slack chat\.postMessage", one)
        for one in lines
    ), lines
    told = {a.key: a.value.string_value for s in spans.values() for a in s.attributes}
    assert told["escalade.record"] == "INC-0001"
    assert "VPN" not in str(spans)


async def test_without_an_endpoint_nothing_is_traced(scene: Scene, database: str) -> None:
    await scene.opens("antoine-mercier", OPEN)
    assert not scene.stage.running.tracing.on
    assert isinstance(scene.stage.clock, MovedClock)
    async with behind(database) as connection:
        from store.schema.tables import outbox

        traces = (await connection.execute(select(outbox.c.trace))).scalars().all()
    assert set(traces) == {None}
