"""The site where monitoring posts: known by key, read by mapping, answered once kept (EVT-1).

What waits is taken in together: ten thousand events of a storm are a few commands, and whoever
types one meanwhile is not kept waiting. What there is no room for is answered 503: a source
delivers it again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import structlog

from bot.observe.metrics import Metrics
from escalation.base.refusals import Refusal
from escalation.contract import Contract, EventSource
from escalation.decision.commands.event import TakeEvents
from escalation.event.mapping import Reading, WrongShape, by_component, read
from escalation.records.event import Seen
from handlers.application import Application, OutOfReach

log = structlog.get_logger()

MOST_BYTES = 1_000_000
MOST_WAITING = 50_000  # events
AT_ONCE = 1_000  # in one command
RECENT_SECONDS = 300
REFUSED_SECONDS = 0.25  # before it is said: who tries keys tries no faster

Found = tuple[Contract, EventSource]
Where = tuple[str, str | None, str]  # contract, component, source where that is not known


class Refused(Exception):
    """The request goes no further."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass
class _Batch:
    named: str
    seen: list[Seen] = field(default_factory=list)
    done: list[asyncio.Future[None]] = field(default_factory=list)


class EventSite:
    """Takes in events, of the `contracts` in force.

    `secret` gives the secret that a contract names; "" where none is set.
    """

    def __init__(
        self,
        application: Application,
        contracts: Callable[[], Awaitable[Sequence[Contract]]],
        secret: Callable[[str], str],
        metrics: Metrics,
    ) -> None:
        self._application = application
        self._contracts = contracts
        self._secret = secret
        self._metrics = metrics
        self._waiting: dict[Where, _Batch] = {}
        self._count = 0
        self._working: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()

    async def find(self, name: str) -> list[Found]:
        """The sources of that name, of the contracts in force; raises Refused."""
        found = [
            (contract, source)
            for contract in await self._contracts()
            for source in contract.events.sources
            if source.id == name
        ]
        if not found:
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such source")
        return found

    async def prove(self, found: list[Found], headers: Mapping[str, str], body: bytes) -> Found:
        """The one source whose key whoever posts knows, or signed with; raises Refused.

        Two contracts with one key cannot be told apart: neither is given what is the other's.
        """
        proven = [each for each in found if self._proves(each[1], headers, body)]
        if len(proven) == 1:
            return proven[0]
        if proven:
            log.error(
                "two contracts have a source of one key", action="one_key", source=found[0][1].id
            )
            raise Refused(HTTPStatus.CONFLICT, "two contracts have this source, with one key")
        if missing := [source.key for _, source in found if not self._secret(source.key)]:
            log.error("no key is set for a source of events", action="no_key", key=missing[0])
            if len(missing) == len(found):
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, f"{missing[0]} is not set here")
        await asyncio.sleep(REFUSED_SECONDS)
        self._metrics.events.labels(found[0][1].id, "refused").inc()
        raise Refused(HTTPStatus.UNAUTHORIZED, "the key or the signature is wrong")

    def _proves(self, source: EventSource, headers: Mapping[str, str], body: bytes) -> bool:
        if not (secret := self._secret(source.key)):
            return False
        if source.signed:
            given, wanted = headers.get(source.signed, ""), self._signature(source, headers, body)
        else:
            given, wanted = _key(headers), secret
        return hmac.compare_digest(
            given.encode("utf-8", "surrogateescape"), wanted.encode("utf-8", "surrogateescape")
        )

    def _signature(self, source: EventSource, headers: Mapping[str, str], body: bytes) -> str:
        """Return what the source's header must say; it may say "sha256=" before it."""
        signed = hmac.new(self._secret(source.key).encode(), digestmod=hashlib.sha256)
        if source.signed_at:
            at = headers.get(source.signed_at, "")
            now = self._application.now().timestamp()
            if not at.isascii() or not at.isdecimal() or abs(now - int(at[:12])) > RECENT_SECONDS:
                return "too old"
            signed.update(f"{at}:".encode())
        signed.update(body)
        prefix = "sha256=" if headers.get(source.signed, "").startswith("sha256=") else ""
        return prefix + signed.hexdigest()

    async def take(self, contract: Contract, source: EventSource, body: bytes) -> dict[str, Any]:
        """Keep what a body says, and say what became of it; raises Refused and WrongShape."""
        async with self._reading:  # one body at a time, and everybody else between two
            readings = self._read(contract, source, body)
            await asyncio.sleep(0)
        if self._count + len(readings) > MOST_WAITING:
            self._metrics.events.labels(source.id, "put off").inc(len(readings))
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "too much waits; deliver it again")
        await self._kept(contract, readings)
        became = {
            "taken": sum(not each.ignored for each in readings),
            "ignored": sum(each.ignored for each in readings),
            "unplaced": sum(each.component is None and not each.ignored for each in readings),
        }
        for name, count in became.items():
            self._metrics.events.labels(source.id, name).inc(count)
        corrected = [
            {"event": i, "time": step.found, "taken_as": step.became, "why": step.note}
            for i, each in enumerate(readings)
            for step in each.steps
            if step.name == "at" and step.note
        ]
        return became | ({"times": corrected[:20]} if corrected else {})

    def _read(self, contract: Contract, source: EventSource, body: bytes) -> list[Reading]:
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            raise WrongShape("body", "JSON") from None
        return read(contract, source, said, self._application.now())

    async def _kept(self, contract: Contract, readings: list[Reading]) -> None:
        """Wait until all of it is kept; raises OutOfReach where it cannot be."""
        done: dict[Where, asyncio.Future[None]] = {}
        for (component, own), reading in by_component(readings):
            where = (contract.id, component, own)
            batch = self._waiting.setdefault(where, _Batch(reading.named))
            batch.seen.append(reading.seen)
            if where not in done:
                done[where] = asyncio.get_running_loop().create_future()
                batch.done.append(done[where])
            self._count += 1
        if done and (self._working is None or self._working.done()):
            self._working = asyncio.create_task(self._work())
        for outcome in await asyncio.gather(*done.values(), return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _work(self) -> None:
        """Take in what waits, component by component, until nothing does."""
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            for (contract, component, _), batch in waiting.items():
                self._count -= len(batch.seen)
                trouble = await self._taken(contract, component, batch)
                for future in batch.done:
                    if future.done():
                        continue
                    if trouble is None:
                        future.set_result(None)
                    else:
                        future.set_exception(trouble)

    async def _taken(
        self, contract: str, component: str | None, batch: _Batch
    ) -> OutOfReach | None:
        trouble = None
        for start in range(0, len(batch.seen), AT_ONCE):
            command = TakeEvents(
                contract=contract,
                component=component,
                named=batch.named,
                seen=tuple(batch.seen[start : start + AT_ONCE]),
            )
            try:
                trouble = await self._halved(command) or trouble
            except OutOfReach as away:
                log.exception("events could not be kept", action="events_failed")
                return away
        return trouble

    async def _halved(self, command: TakeEvents) -> OutOfReach | None:
        """Take them in; where that fails, by halves: one event holds back no other."""
        try:
            await self._application.perform(command)
        except OutOfReach:
            raise
        except Refusal as refusal:
            if refusal.code == "nothing_to_clear":
                return None
            trouble = OutOfReach(refusal.code)
        except Exception as bug:
            log.exception("events could not be kept", action="events_failed")
            trouble = OutOfReach(type(bug).__name__)
        else:
            return None
        if (half := len(command.seen) // 2) == 0:
            return trouble
        parts = (command.seen[:half], command.seen[half:])
        found = [await self._halved(replace(command, seen=part)) for part in parts]
        return next(filter(None, found), None)

    async def stop(self) -> None:
        """Finish what was begun."""
        if self._working is not None:
            await asyncio.wait([self._working], timeout=5.0)
            self._working.cancel()


def _key(headers: Mapping[str, str]) -> str:
    """The key that a request bears: as a bearer's, or in a header of ours."""
    scheme, _, given = headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else headers.get("X-Escalade-Key", "")
