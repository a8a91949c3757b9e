"""Events come in over HTTP: known by key or signature, kept before they are answered (EVT-1)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.observe.metrics import Metrics
from bot.web import event_site
from bot.web.event_site import EventSite
from bot.web.monitoring_site import WatchSite
from escalation.contract import Contract, EventPaths, EventRules, EventSource
from escalation.decision.commands.event import TakeEvents
from escalation.plan.memory import Memory
from escalation.records.kinds import EVENT, INCIDENT
from handlers.application import OutOfReach
from tests.agreement import agreement, paris

NOW = paris("2026-07-15 12:00")
KEY = {"Authorization": "Bearer a long random word"}
VAR = "ESCALADE_EVENTS_PROM"
SECRETS = {VAR: "a long random word"}
SOURCES = (
    EventSource(id="prom", kind="alertmanager", key=VAR),
    EventSource(id="signed", kind="grafana", key=VAR, signed="X-Sign", signed_at="X-Time"),
    EventSource(id="keyless", kind="zabbix", key="ESCALADE_EVENTS_NONE"),
    EventSource(
        id="jobs", kind="json", key=VAR, severities={"failed": 3},
        paths=EventPaths(component="=mail", severity="result", title="what"),
    ),
)  # fmt: skip


@dataclass
class Kept:
    """An application over a memory: as much of one as the site needs."""

    memory: Memory
    commands: list[TakeEvents] = field(default_factory=list)
    away: bool = False
    spoilt: str = ""  # a title with which nothing can be done

    def now(self) -> datetime:
        return NOW

    async def perform(self, command: TakeEvents) -> Any:
        await asyncio.sleep(0.01)
        if self.away:
            raise OutOfReach("no database")
        self.commands.append(command)
        if self.spoilt in [each.title for each in command.seen]:
            raise ValueError(self.spoilt)
        return self.memory.do(command, NOW)


class Site:
    def __init__(self, session: aiohttp.ClientSession, port: int, kept: Kept) -> None:
        self._session, self._port, self.kept = session, port, kept

    async def post(
        self, source: str, body: Any, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self._port}/events/{source}"
        sent = KEY if headers is None else headers
        async with self._session.post(url, data=data, headers=sent) as answer:
            return answer.status, await answer.json()

    def incidents(self) -> list[Any]:
        return list(self.kept.memory.list(INCIDENT, "acme", open_only=False))


@asynccontextmanager
async def site(
    contract: Contract | None = None, *more: Contract, secrets: dict[str, str] = SECRETS
) -> AsyncIterator[Site]:
    contract = contract or agreement(events=EventRules(sources=SOURCES))
    kept, metrics = Kept(Memory(contract, *more)), Metrics()

    async def contracts() -> list[Contract]:
        return [contract, *more]

    async def nothing() -> list[str]:
        return []

    async def no_count() -> None:
        return None

    watch = WatchSite(metrics=metrics, unready=nothing, count=no_count)
    events = EventSite(kept, contracts, lambda name: secrets.get(name, ""), metrics)
    watch.events = events
    await watch.start("127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        yield Site(session, watch.port, kept)
    await watch.stop()
    await events.stop()


def alert(name: str = "QueueFull", **more: Any) -> dict[str, Any]:
    labels = {"alertname": name, "service": "mail", "severity": "error"} | more.pop("labels", {})
    return {
        "status": "firing", "labels": labels, "annotations": {"summary": f"{name} on mx1"},
        "startsAt": "2026-07-15T09:59:00Z", "fingerprint": name, **more,
    }  # fmt: skip


def body(*alerts: dict[str, Any], group: str = "g") -> dict[str, Any]:
    return {"version": "4", "groupKey": group, "status": "firing", "alerts": list(alerts)}


async def test_evt_1_an_alert_is_kept_before_it_is_answered_and_known_when_repeated() -> None:
    async with site() as s:
        status, said = await s.post("prom", body(alert()))
        assert (status, said["taken"], said["unplaced"]) == (200, 1, 0)
        (incident,) = s.incidents()
        assert (incident.title, incident.component) == ("QueueFull on mx1", "mail")
        assert (await s.post("prom", body(alert())))[0] == 200
        (event,) = s.kept.memory.list(EVENT, "acme")
        assert (event.count, len(s.incidents())) == (1, 1)
        resolved = alert(status="resolved")
        assert (await s.post("prom", body(resolved)))[0] == 200
        assert (await s.post("prom", body(alert("never seen", status="resolved"))))[0] == 200


async def test_evt_1_who_does_not_know_the_key_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(event_site, "REFUSED_SECONDS", 0.0)
    async with site() as s:
        for headers in ({}, {"Authorization": "Bearer another"}, {"X-Escalade-Key": "é"}):
            assert (await s.post("prom", body(alert()), headers))[0] == 401
        assert (await s.post("nobody", body(alert())))[0] == 404
        status, said = await s.post("keyless", {})
        assert (status, said["refused"]) == (503, "ESCALADE_EVENTS_NONE is not set here")
        assert s.kept.commands == []
        ours = {"X-Escalade-Key": "a long random word"}
        assert (await s.post("prom", body(alert()), ours))[0] == 200
    async with site(agreement()) as s:
        assert (await s.post("prom", body(alert())))[0] == 404, "a contract without events"


async def test_evt_1_a_signature_holds_for_this_body_and_not_for_long(monkeypatch: Any) -> None:
    monkeypatch.setattr(event_site, "REFUSED_SECONDS", 0.0)
    data = json.dumps(body(alert())).encode()

    def signed(at: datetime, what: bytes = data) -> dict[str, str]:
        time = str(int(at.timestamp()))
        word = hmac.new(b"a long random word", f"{time}:".encode() + what, hashlib.sha256)
        return {"X-Sign": word.hexdigest(), "X-Time": time}

    async with site() as s:
        assert (await s.post("signed", data, signed(NOW)))[0] == 200
        late = signed(NOW - timedelta(minutes=6))
        for headers in (late, signed(NOW, b"other"), KEY, signed(NOW) | {"X-Time": "9" * 400}):
            assert (await s.post("signed", data, headers))[0] == 401


async def test_evt_1_a_body_too_large_or_of_the_wrong_shape_is_told_so() -> None:
    async with site() as s:
        assert (await s.post("prom", b" " * 1_000_001))[0] == 413

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b" " * 100_000

        url = f"http://127.0.0.1:{s._port}/events/prom"
        async with s._session.post(url, data=endless(), headers=KEY) as answer:
            assert answer.status == 413
        cases: list[tuple[Any, str]] = [
            (b"{", "body"),
            (b"[" * 100_000, "body"),
            ({"alerts": {}}, "alerts"),
            ({"alerts": [7]}, "alerts.0"),
            (body(alert(), alert(status={})), "alerts.1.status"),
            (
                body(alert(labels={"service": ["mail"]})),
                "alerts.0.labels.component | labels.service",
            ),
        ]
        for wrong, where in cases:
            status, said = await s.post("prom", wrong)
            assert (status, said.get("field")) == (422, where), said
        assert s.kept.commands == []


async def test_evt_1_a_time_that_cannot_be_is_corrected_and_said() -> None:
    async with site() as s:
        later, before = alert("a", startsAt="2027-01-01T00:00:00Z"), "0001-01-01T00:00:00Z"
        _, said = await s.post("prom", body(later, alert("b", startsAt=before)))
        assert [(t["event"], t["why"]) for t in said["times"]] == [(0, "future"), (1, "past")]
        assert said["times"][0]["taken_as"] == NOW.isoformat()


async def test_evt_1_what_cannot_be_kept_is_to_be_delivered_again(monkeypatch: Any) -> None:
    async with site() as s:
        s.kept.away = True
        assert (await s.post("prom", body(alert())))[0] == 503
        s.kept.away = False
        monkeypatch.setattr(event_site, "MOST_WAITING", 1)
        assert (await s.post("prom", body(alert("a"), alert("b"))))[0] == 503
        assert (await s.post("prom", body(alert("a"))))[0] == 200


async def test_evt_1_an_event_that_cannot_be_kept_holds_back_no_other() -> None:
    async with site() as s:
        s.kept.spoilt = "b3 on mx1"
        alerts = body(*(alert(f"b{n}") for n in range(9)))
        assert (await s.post("prom", alerts))[0] == 503, "that one is to be delivered again"
        (event,) = s.kept.memory.list(EVENT, "acme")
        assert event.count == 8
        s.kept.spoilt = ""
        assert (await s.post("prom", alerts))[0] == 200
        (event,) = s.kept.memory.list(EVENT, "acme")
        assert (event.count, len(s.incidents())) == (9, 1)


async def test_evt_1_a_storm_is_a_few_commands_and_one_incident_a_component() -> None:
    async with site() as s:
        storm = [
            s.post("prom", body(*(alert(f"a{n}-{i}") for i in range(20)), group=f"g{n}"))
            for n in range(100)
        ]
        answers = await asyncio.gather(*storm)
        assert {status for status, _ in answers} == {200}
        assert sum(said["taken"] for _, said in answers) == 2_000
        (event,) = s.kept.memory.list(EVENT, "acme")
        assert (event.count, len(s.incidents())) == (2_000, 1)
        assert len(s.kept.commands) < 50


async def test_evt_1_any_json_is_read_as_the_contract_says_and_info_opens_nothing() -> None:
    async with site() as s:
        failed = {"result": "failed", "what": "backup of srv1"}
        assert (await s.post("jobs", [failed, failed]))[1]["taken"] == 2
        (incident,) = s.incidents()
        assert (incident.title, incident.severity) == ("backup of srv1", 3)
        (event,) = s.kept.memory.list(EVENT, "acme")
        assert event.count == 1, "the same words, without an occurrence: the same event"
        _, said = await s.post("prom", body(alert(labels={"severity": "info"})))
        assert (said["taken"], said["ignored"]) == (0, 1)


async def test_evt_1_a_component_that_the_contract_has_no_more_is_told_not_lost() -> None:
    contract = agreement(events=EventRules(sources=SOURCES))
    left = tuple(c for c in contract.components if c.id != "mail")
    async with site(replace(contract, components=left)) as s:
        _, said = await s.post("prom", body(alert()))
        assert said["unplaced"] == 1
        (event,) = s.kept.memory.list(EVENT, "acme")
        assert (event.component, event.named, s.incidents()) == (None, "mail", [])


async def test_con_2_a_source_of_two_contracts_is_told_apart_by_its_key() -> None:
    ours = agreement(events=EventRules(sources=SOURCES))
    other = replace(SOURCES[0], key="ESCALADE_EVENTS_OTHER")
    theirs = agreement(id="other", events=EventRules(sources=(other,)))
    secrets = SECRETS | {"ESCALADE_EVENTS_OTHER": "another word"}
    async with site(ours, theirs, secrets=secrets) as s:
        assert (await s.post("prom", body(alert()), {"X-Escalade-Key": "another word"}))[0] == 200
        assert (len(s.kept.memory.list(INCIDENT, "other")), s.incidents()) == (1, [])
    async with site(ours, replace(ours, id="other")) as s:
        assert (await s.post("prom", body(alert())))[0] == 409
        assert s.kept.commands == []
