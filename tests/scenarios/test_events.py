"""Events of a real Alertmanager reach the whole bot: fired, grouped, cleared (Rule EVT-1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.app.setup import Monitoring
from bot.clock import FlowingClock
from bot.stage.stage import Stage
from escalation.records.event import Event, EventState
from escalation.records.kinds import EVENT, INCIDENT
from tests.alertmanager import alertmanager
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

KEY = "a-long-random-word"
PATIENCE = 60.0
STARTED = (FlowingClock.starting().now() - timedelta(minutes=1)).isoformat()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110  another process: nothing of it can be awaited
            await asyncio.sleep(0.1)


def alert(host: str, **more: Any) -> dict[str, Any]:
    labels = {"alertname": "HostDown", "instance": host, "component": "wan", "severity": "error"}
    said = {"labels": labels, "annotations": {"summary": f"{host} is down"}}
    return {**said, "startsAt": STARTED, **more}


async def post(address: str, *alerts: dict[str, Any]) -> None:
    """Post alerts as Prometheus does: again, as long as Alertmanager is not there yet."""
    async with aiohttp.ClientSession() as session:

        async def taken() -> bool:
            try:
                async with session.post(address, json=list(alerts)) as answer:
                    return answer.status == 200
            except aiohttp.ClientConnectionError:
                return False

        await until(taken)


async def test_evt_1_what_alertmanager_fires_groups_and_resolves_is_one_incident(
    tmp_path: Path,
) -> None:
    stage = Stage(
        contracts=[RIVAGE],
        at=WEDNESDAY,
        database=f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}",
        monitoring=Monitoring(port=0),
        secrets={"ESCALADE_EVENTS_ALERTMANAGER": KEY},
    )
    async with stage:
        scene, store = Scene(stage, stage.contract), stage.running.store
        url = f"http://127.0.0.1:{stage.running.site.port}/events/alertmanager"

        async def event() -> Event | None:
            found = await store.read(lambda tx: tx.list(EVENT, "rivage", open_only=False))
            return found[0] if found else None

        async def counted(count: int) -> bool:
            found = await event()
            return found is not None and found.count == count

        async def cleared() -> bool:
            found = await event()
            return found is not None and found.state is EventState.CLEARED

        with alertmanager(tmp_path, url=url, key=KEY) as address:
            await post(address, alert("fw-brest-01"), alert("fw-brest-02"))
            await until(lambda: counted(2))
            await stage.settle()
            (incident,) = await store.read(lambda tx: tx.list(INCIDENT, "rivage"))
            assert (incident.component, incident.severity) == ("wan", 2)
            provider = stage.contract.rooms.provider
            assert any(incident.id in m["text"] for m in scene.reads("mathis-berger", provider))
            await post(address, alert("fw-brest-03"))
            await until(lambda: counted(3))
            await scene.types("mathis-berger", f"/incident take {incident.id}", provider)
            over = (FlowingClock.starting().now() - timedelta(seconds=1)).isoformat()
            hosts = ("fw-brest-01", "fw-brest-02", "fw-brest-03")
            await post(address, *(alert(host, endsAt=over) for host in hosts))
            await until(cleared)
        await stage.settle()
        said = " ".join(m["text"] for m in scene.reads("mathis-berger"))
        assert "La supervision n’en voit plus rien" in said
        (incident,) = await store.read(lambda tx: tx.list(INCIDENT, "rivage"))
        assert (incident.assignee, incident.resolved_at) == ("mathis-berger", None), "never closed"
