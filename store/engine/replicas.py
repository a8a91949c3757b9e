"""The replicas that share a PostgreSQL database: who is there, and waking one another.

Each holds one connection of its own. A lock on it says that the replica is there, and ends with
it; what a replica held that is there no more is taken over. Word of something due soon goes out
behind the commit, gathered; whoever misses it looks by itself once a second.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

import asyncpg
import structlog

from escalation.base.backoff import backoff

log = structlog.get_logger()

Connect = Callable[[], Awaitable[asyncpg.Connection]]

CHANNEL = "escalade"
PRESENCE = 0x45534350  # "ESCP", the class of the locks of presence
LOOK_SECONDS = 0.4
GATHER_SECONDS = 0.05
ASK_SECONDS = 0.5  # whoever asks has other ways
REST_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
GRACE_SECONDS = 7.0  # what cut one off cut off others: they rest, and connect, so long at most
LETTERS = "letters"

_HERE = "SELECT pg_try_advisory_lock($1::int, $2::int)"
# for how long the server has been there, in seconds
_UP = "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8"
_TELL = "SELECT pg_notify($1, $2)"
# messages in the hands of a replica that is not there; see `claim_mark`
_GONE = """
SELECT DISTINCT o.claim FROM outbox o
WHERE o.state = 'sending' AND o.claim LIKE 'r%-%' AND NOT EXISTS (
    SELECT FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.classid = $1::int::oid AND l.granted
    AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    AND 'r' || l.objid::text = split_part(o.claim, '-', 1))
"""
_OTHERS = """
SELECT count(*) FROM pg_locks l
WHERE l.locktype = 'advisory' AND l.classid = $1::int::oid AND l.granted
AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
AND l.objid <> $2::int::oid
"""
_FREE = """
UPDATE outbox SET state = 'uncertain', claim = NULL, claimed_until = NULL,
    error = 'the bot stopped while sending'
WHERE id IN (
    SELECT id FROM outbox WHERE state = 'sending' AND claim = ANY($1::text[])
    FOR UPDATE SKIP LOCKED)
"""


class Replicas:
    """This replica among the others.

    `armed` is called with a due time in microseconds since 1970, `sent` when messages wait: what
    the others told.
    """

    def __init__(
        self, connect: Connect, *, armed: Callable[[int], object], sent: Callable[[], object]
    ) -> None:
        self._connect = connect
        self._armed = armed
        self._sent = sent
        self._number = secrets.randbelow(2**31 - 1) + 1
        self._connection: asyncpg.Connection | None = None  # while it says that we are here
        self._speaking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._words: dict[str, int | None] = {}
        self._word = asyncio.Event()
        self._gone: frozenset[str] = frozenset()
        self._patient_until = monotonic()

    @property
    def claim_mark(self) -> str:
        """Return what marks this replica's claims; "" while nobody could see that it is there."""
        return f"r{self._number}-" if self._connection is not None else ""

    async def join(self) -> None:
        """Be there; raises what connecting raises."""
        connection = await self._arrive()
        up = float(await connection.fetchval(_UP))  # others may still be coming back to it
        self._patient_until = monotonic() + max(0.0, GRACE_SECONDS - up)
        self._task = asyncio.create_task(self._stay(connection), name="replicas")

    async def leave(self) -> None:
        """Be there no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def others(self) -> int:
        """Return how many other replicas are there."""
        connection = await self._connect()
        try:
            return int(await connection.fetchval(_OTHERS, PRESENCE, self._number))
        finally:
            await connection.close()

    async def ask(self, query: str, *values: Any) -> Sequence[Sequence[Any]] | None:
        """The rows of a query, asked where it costs least; None where that cannot be done now."""
        if (connection := self._connection) is None:
            return None
        asked = False
        try:
            async with asyncio.timeout(ASK_SECONDS), self._speaking:
                asked = True
                rows: Sequence[Sequence[Any]] = await connection.fetch(query, *values)
        except TimeoutError:
            if asked:  # it fell silent: nobody else is to wait for it
                connection.terminate()
            return None
        except Exception:  # noqa: BLE001  drivers raise anything; `_stay` meets it too, and says so
            return None
        return rows

    def tell_armed(self, due: int) -> None:
        """Wake the others for a timer due at that microsecond."""
        known = self._words.get("armed")
        self._words["armed"] = due if known is None else min(due, known)
        self._word.set()

    def tell_sent(self) -> None:
        """Wake the others for messages that wait."""
        self._words[LETTERS] = None
        self._word.set()

    # ── the connection ───────────────────────────────────────────────────────────────────────

    async def _arrive(self) -> asyncpg.Connection:
        connection = await self._connect()
        try:
            while not await connection.fetchval(_HERE, PRESENCE, self._number):
                self._number = secrets.randbelow(2**31 - 1) + 1
            await connection.add_listener(CHANNEL, self._hear)
            connection.add_termination_listener(lambda _: self._word.set())
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection
        return connection

    async def _stay(self, connection: asyncpg.Connection | None) -> None:
        failures = 0
        while True:
            try:
                if connection is None:
                    connection = await self._arrive()
                    self._patient_until = monotonic() + GRACE_SECONDS
                    log.info("among the other replicas again", action="replica_joined")
                    self._sent()  # what was told meanwhile was missed
                failures = 0
                await self._watch(connection)
            except Exception as lost:  # noqa: BLE001  drivers raise anything; it must go on
                if not failures:
                    log.warning("lost the other replicas", action="replica_lost", why=repr(lost))
            finally:
                self._connection = None
                if connection is not None:
                    connection.terminate()
                    connection = None
            failures += 1
            await asyncio.sleep(backoff(REST_SECONDS, failures))

    async def _watch(self, connection: asyncpg.Connection) -> None:
        look_at = monotonic()
        while True:
            self._word.clear()
            if connection.is_closed():
                raise ConnectionError("the connection ended")
            if self._words:
                await self._tell(connection)
            if monotonic() >= look_at:
                if monotonic() >= self._patient_until:
                    await self._take_over(connection)
                look_at = monotonic() + LOOK_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, look_at - monotonic())):
                    await self._word.wait()
                    await asyncio.sleep(GATHER_SECONDS)

    # ── what is done there ───────────────────────────────────────────────────────────────────

    async def _tell(self, connection: asyncpg.Connection) -> None:
        words, self._words = self._words, {}
        try:
            for word, due in words.items():
                said = f"{self._number} {word}" + ("" if due is None else f" {due}")
                async with self._speaking:
                    await connection.execute(_TELL, CHANNEL, said)
        except BaseException:
            self._words = words | self._words
            raise

    async def _take_over(self, connection: asyncpg.Connection) -> None:
        """Free what a dead replica held. Seen gone twice: a connection may break and come back."""
        async with self._speaking:
            gone = frozenset(row["claim"] for row in await connection.fetch(_GONE, PRESENCE))
            certain = sorted(gone & self._gone)
            self._gone = gone
            freed = await connection.execute(_FREE, certain) if certain else "UPDATE 0"
        if freed != "UPDATE 0":
            log.info("took over from a replica that is gone", action="replica_took_over")
            self._sent()

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        number, _, word = str(payload).partition(" ")
        if number == str(self._number):
            return
        if word == LETTERS:
            self._sent()
        elif word.startswith("armed ") and word[6:].isdigit():
            self._armed(int(word[6:]))
