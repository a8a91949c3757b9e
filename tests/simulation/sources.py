"""What monitoring posts in a history: alerts that fire, come again, clear; what nobody knows of."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from random import Random
from typing import Any

from bot.web.event_site import EventSite, Refused
from escalation.contract import Contract
from escalation.event.mapping import WrongShape, read
from handlers.application import OutOfReach
from store.errors import DatabaseTrouble
from tests.simulation.contracts import SECRETS
from tests.simulation.world import World

SOURCE = "alertmanager"
HOSTS = ("fw-01", "srv-ad-01", "srv-mail-02")
NO_ANSWER = 0
Occurrence = tuple[str, str, str]  # contract, alert, which time it fired: as the bot reads them


@dataclass(frozen=True)
class Alert:
    """One alert of Alertmanager, as it stands."""

    host: str
    component: str
    severity: str
    began: str
    firing: bool = True

    def body(self) -> dict[str, Any]:
        """As it is posted."""
        labels = {"alertname": "HostDown", "instance": self.host, "component": self.component}
        return {
            "status": "firing" if self.firing else "resolved",
            "labels": labels | {"severity": self.severity},
            "annotations": {"summary": f"{self.host} does not answer"},
            "startsAt": self.began,
            "fingerprint": f"{self.host} {self.component}",
        }


def begun(contract: Contract, body: dict[str, Any], now: datetime) -> set[Occurrence]:
    """What a body says began, as the bot reads it."""
    source = next(each for each in contract.events.sources if each.id == SOURCE)
    try:
        readings = read(contract, source, body, now)
    except WrongShape:
        return set()
    return {
        (contract.id, each.seen.alert, each.seen.occurrence)
        for each in readings
        if each.seen.firing and not each.ignored
    }


class Sources:
    """The monitoring of every contract; it posts until what it says is taken."""

    def __init__(self, world: World, rng: Random) -> None:
        self._world = world
        self._rng = rng
        self._alerts: dict[tuple[str, str], Alert] = {}  # by contract and fingerprint
        self.posted: set[Occurrence] = set()  # whatever came of it
        self.taken: set[Occurrence] = set()

    async def next(self) -> str:
        """Something is posted; what, and what came of it."""
        rng = self._rng
        contract = rng.choice(self._world.contracts)
        mine = [key for key in sorted(self._alerts) if key[0] == contract.id]
        dice = rng.random()
        if mine and dice < 0.35:
            chosen = mine  # as Alertmanager does, again and again
        elif mine and dice < 0.6:
            chosen = [rng.choice(mine)]
            was = self._alerts[chosen[0]]
            self._alerts[chosen[0]] = (
                replace(was, firing=False)
                if was.firing
                else replace(was, firing=True, began=self._now(), severity=self._severity())
            )
        elif dice < 0.9:
            chosen = [self._fires(contract) for _ in range(rng.choice((1, 1, 2, 6)))]
        else:
            return await self._wrong(contract)
        return await self.post(contract, *(self._alerts[key] for key in dict.fromkeys(chosen)))

    async def post(self, contract: Contract, *alerts: Alert) -> str:
        """Post these; what came of it."""
        return await self._post(contract, _body(*alerts))

    async def all_again(self) -> list[str]:
        """Every source posts all that it has, as it would before long."""
        said = []
        for contract in self._world.contracts:
            mine = [alert for key, alert in sorted(self._alerts.items()) if key[0] == contract.id]
            said.append(await self.post(contract, *mine))
        return said

    def _fires(self, contract: Contract) -> tuple[str, str]:
        rng = self._rng
        known = [component.id for component in contract.components]
        component = rng.choice(known) if rng.random() < 0.85 else "unheard-of"
        alert = Alert(rng.choice(HOSTS), component, self._severity(), self._now())
        key = contract.id, str(alert.body()["fingerprint"])
        if key not in self._alerts or not self._alerts[key].firing:
            self._alerts[key] = alert
        return key

    def _severity(self) -> str:
        return self._rng.choice(("critical", "error", "warning", "strange"))

    def _now(self) -> str:
        """The source's own clock may be wrong."""
        wrong = timedelta(seconds=self._rng.choice((0, 0, 0, -3, 40)))
        return (self._world.clock.now() + wrong).isoformat()

    async def _wrong(self, contract: Contract) -> str:
        """What is no event of this contract: refused, and nothing comes of it."""
        body = _body(Alert("x", "vpn", "error", self._now()))
        kind = self._rng.choice(("key", "shape", "source"))
        if kind == "key":
            return await self._post(contract, body, key="wrong")
        if kind == "shape":
            return await self._post(contract, {"alerts": {"labels": "none"}})
        return await self._post(contract, body, source="nobody")

    async def _post(
        self, contract: Contract, body: dict[str, Any], *, key: str = "", source: str = SOURCE
    ) -> str:
        occurrences = (
            set() if key or source != SOURCE else begun(contract, body, self._world.clock.now())
        )
        self.posted |= occurrences
        status = await self._answer(source, key or SECRETS[_key(contract)], body)
        if status == HTTPStatus.OK:
            self.taken |= occurrences
        count = len(body["alerts"])
        return f"{contract.id}: {source} posts {count} alert(s) → {status or 'no answer'}"

    async def _answer(self, source: str, key: str, body: dict[str, Any]) -> int:
        world = self._world
        if not world.bots:
            return NO_ANSWER
        name = self._rng.choice(sorted(world.bots))
        deed = _taken(world.bots[name].site.events, source, key, json.dumps(body).encode())
        task = world.machine.create_task(deed, context=world.context_of(name))
        (answer,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(answer, int):
            return answer
        if not isinstance(answer, asyncio.CancelledError):
            world.errors.append(answer)
        return NO_ANSWER


async def _taken(site: EventSite | None, source: str, key: str, body: bytes) -> int:
    """What the site answers, without its HTTP."""
    if site is None:
        return HTTPStatus.SERVICE_UNAVAILABLE
    try:
        found = await site.find(source)
        contract, proven = await site.prove(found, {"Authorization": f"Bearer {key}"}, body)
        await site.take(contract, proven, body)
    except Refused as refused:
        return refused.status
    except WrongShape:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except (OutOfReach, DatabaseTrouble):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.OK


def _body(*alerts: Alert) -> dict[str, Any]:
    """A group of Alertmanager's: of one component, or all that a route without groups has."""
    components = {alert.component for alert in alerts}
    group = f'{{component="{components.pop()}"}}' if len(components) == 1 else "{}"
    return {"groupKey": f"{{}}:{group}", "alerts": [alert.body() for alert in alerts]}


def _key(contract: Contract) -> str:
    return next(each.key for each in contract.events.sources if each.id == SOURCE)
