"""A storm of monitoring's events, and who types a command meanwhile (Rule EVT-1).

Bodies as Alertmanager posts them, a hundred alerts each, all at once, over every component of the
contract: they are known by their key, kept, and answered as the site does. Nothing goes to Slack.
"""

from __future__ import annotations

import asyncio
import json
from time import perf_counter

from bench.figures import Figure
from bench.ground import fresh
from bench.parts.growth import Ground, prepared
from bench.process import quiet
from bench.seed import OPENED, contract
from bot.observe.metrics import Metrics
from bot.web.event_site import EventSite
from escalation.contract import Contract
from escalation.records.kinds import EVENT, INCIDENT

MANAGER = "claire-vasseur"
IN_A_BODY = 100
WORST = 1000.0  # milliseconds that a command may take meanwhile
KEY = "a long random word"


def _bodies(count: int) -> list[bytes]:
    names = [each.id for each in contract().components]
    alerts = [
        {
            "status": "firing",
            "labels": {"alertname": "Down", "component": name, "severity": "error"},
            "startsAt": OPENED.isoformat(),
            "fingerprint": f"{name} {number}",
        }
        for number, name in zip(range(count), names * count, strict=False)
    ]
    cut = range(0, count, IN_A_BODY)
    bodies = ({"groupKey": f"g{at}", "alerts": alerts[at : at + IN_A_BODY]} for at in cut)
    return [json.dumps(body).encode() for body in bodies]


async def storm(database: str, count: int) -> list[Figure]:
    """How fast it is taken in, the slowest command meanwhile, and what came of it."""
    quiet()
    with fresh(database) as url:
        async with prepared(url) as ground:
            return await _storm(ground, database, count)


async def _storm(ground: Ground, database: str, count: int) -> list[Figure]:
    async def contracts() -> list[Contract]:
        return [contract()]

    site = EventSite(ground.application, contracts, lambda _: KEY, Metrics())
    headers = {"Authorization": f"Bearer {KEY}"}

    async def post(body: bytes) -> None:
        found = await site.prove(await site.find("alertmanager"), headers, body)
        await site.take(*found, body)

    await ground.typed(MANAGER, 'incident open "Before the storm" component=paie severity=3')
    slowest, begun = 0.0, perf_counter()
    posting = asyncio.gather(*map(post, _bodies(count)))
    while not posting.done():
        at = perf_counter()
        await ground.typed(MANAGER, "incident note INC-0001 seen")
        slowest = max(slowest, (perf_counter() - at) * 1000)
    await posting
    taken = perf_counter() - begun
    of = contract().id
    events = await ground.store.read(lambda tx: tx.list(EVENT, of, open_only=False))
    incidents = await ground.store.read(lambda tx: tx.list(INCIDENT, of, open_only=False))
    part, names = f"storm of {count:,} events", {each.id for each in contract().components}
    return [
        Figure(part=part, database=database, what="taken in", value=count / taken, unit="/s"),
        Figure(
            part=part, database=database, what="a command meanwhile, worst", value=slowest,
            unit="ms", most=WORST,
        ),
        Figure(
            part=part, database=database, what="counted", value=sum(e.count for e in events),
            unit="events", least=count, most=count,
        ),
        Figure(
            part=part, database=database, what="incidents of it", value=len(incidents) - 1,
            unit="", most=len(names),
        ),
    ]  # fmt: skip
