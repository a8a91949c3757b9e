"""All that is PostgreSQL's own: how it is opened, what passes by itself, how replicas share it.

Any number of replicas run on one database. Nothing is elected: rows are taken by locks that end
with whoever held them. Every wait is bounded, so that a machine that vanishes holds nobody up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import cache
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import URL, ClauseElement, Connection, make_url, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect as DIALECT  # noqa: N812  a class
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from store.errors import UnusableDatabase
from store.fleet import Fleet

T = TypeVar("T")

CONNECT_SECONDS = 5.0
TRANSACTION_SECONDS = 20.0  # longer than the server's own bounds: it is to answer first
POOL = 10
# A machine that vanished is noticed by its silence after 5 + 3 × 3 = 14 seconds. What the server
# sends it meanwhile stops that count and starts another of 12: 26 at the worst. Both count.
KEEP_ALIVE = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "12000",
}
BOUNDS = {
    "lock_timeout": "5s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "10s",
}
# Whatever the statistics say, rows are found by their keys: nothing here joins many with many.
# And a plan made while a table was small must not serve when it has grown.
PLANS = {
    "plan_cache_mode": "force_custom_plan",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "random_page_cost": "1.1",
    "jit": "off",
}
MIGRATION_LOCK = 0x45534341  # "ESCA"
MIGRATION_BOUNDS = ("SET LOCAL lock_timeout = '5s'", "SET LOCAL statement_timeout = '10min'")
NO_DIRECT = "none"

_CONFLICTS = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock timeout
_LOST = (
    "08",  # connection trouble
    "57",  # the server stops, crashed, starts, or took too long over a statement
    "53",  # it is short of connections, memory or disk
    "25P03",  # the transaction idled too long: this process was held up
    "25006",  # it only reads: a standby, for now
)


class Postgres:
    """A PostgreSQL database, shared by any number of replicas.

    `direct` is for a `url` that leads through a transaction-pooling proxy: the address of the
    server itself, or "none" where there is no way around the proxy.
    """

    one_writer = False

    def __init__(self, url: URL, direct: str = "") -> None:
        if url.drivername != "postgresql+asyncpg" or not url.database:
            raise UnusableDatabase
        self._url = url
        self._proxied = bool(direct)
        self._direct = None if direct == NO_DIRECT else make_url(direct) if direct else url

    @property
    def name(self) -> str:
        """The address, without its password."""
        return self._url.render_as_string(hide_password=True)

    def open(self) -> AsyncEngine:
        """The pool of connections; nothing is connected yet."""
        arguments: dict[str, Any] = {"timeout": CONNECT_SECONDS}
        if self._proxied:
            # each transaction may run on another connection of the server
            arguments |= {"statement_cache_size": 0, "prepared_statement_name_func": str}
        else:
            arguments["server_settings"] = KEEP_ALIVE | BOUNDS | PLANS
        url = self._url
        if self._proxied:
            url = url.update_query_dict({"prepared_statement_cache_size": "0"})
        return create_async_engine(
            url,
            connect_args=arguments,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=TRANSACTION_SECONDS,
            pool_recycle=1800,
        )

    def open_reading(self) -> AsyncEngine:
        """As `open`: reading disturbs nobody."""
        return self.open()

    def reader(self, engine: AsyncEngine) -> Reader:
        """What runs the transactions that only read, on the same connections."""
        return Reader(
            engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
            engine.execution_options(isolation_level="AUTOCOMMIT"),
        )

    def writer(self, engine: AsyncEngine) -> Writer:
        """What runs the transactions that write."""
        return Writer(engine)

    def close(self) -> None:
        """Nothing is held besides the connections."""

    def guard_migration(self, connection: Connection) -> None:
        """Wait until no other replica migrates; the lock ends with the transaction."""
        connection.execute(text("SET LOCAL lock_timeout = '5min'"))
        connection.execute(text("SET LOCAL statement_timeout = '5min'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        for bound in MIGRATION_BOUNDS:
            connection.execute(text(bound))

    def take_time(self, connection: Connection) -> None:
        """Lift the bounds on the time of statements, until the transaction ends."""
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))

    def in_turn(self, connection: Connection, contract: str) -> None:
        """Let the commands of a contract go one after another, until the transaction ends."""
        connection.execute(_IN_TURN, {"contract": contract})

    def fleet(self, *, armed: Callable[[int], object], sent: Callable[[], object]) -> Fleet | None:
        """The fellowship of the replicas; None where no connection of our own leads there."""
        if self._direct is None:
            return None
        address = self._direct.set(drivername="postgresql").render_as_string(hide_password=False)

        async def connect() -> asyncpg.Connection:
            return await asyncpg.connect(
                address,
                timeout=CONNECT_SECONDS,
                command_timeout=CONNECT_SECONDS,
                server_settings=KEEP_ALIVE | BOUNDS | PLANS,
            )

        return Fleet(connect, armed=armed, sent=sent)

    def conflict(self, error: Exception) -> bool:
        """Whether two transactions met, and running this one again will do."""
        return isinstance(error, DBAPIError) and _state(error) in _CONFLICTS

    def lost(self, error: Exception) -> bool:
        """Whether the database is out of reach, for now."""
        if isinstance(error, DBAPIError):
            state = _state(error)
            return (
                error.connection_invalidated
                or isinstance(error, InterfaceError)
                or state.startswith(_LOST)
            )
        if isinstance(error, asyncpg.PostgresError):  # raised while connecting
            return str(error.sqlstate or "").startswith(_LOST)
        return isinstance(
            error,
            (
                OSError,
                TimeoutError,
                PoolTimeout,
                asyncpg.InterfaceError,
                asyncpg.InternalClientError,
            ),
        )


_IN_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:contract, 0))")


@cache
def as_driven(query: ClauseElement) -> tuple[str, list[Any]]:
    """A query as the driver takes it: its text, and what belongs to its parameters."""
    dialect = DIALECT()  # type: ignore[no-untyped-call]  # it declares no types
    compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    names: Sequence[str] = getattr(compiled, "positiontup", None) or ()
    return str(compiled), [compiled.params[name] for name in names]


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


class Writer:
    """Runs whole transactions, each on a connection of its own.

    A transaction that was begun is finished, also where whoever asked for it was cancelled.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._under_way: set[asyncio.Task[Any]] = set()

    async def write(self, deed: Callable[[Connection], T]) -> T:
        """Run `deed` in one transaction: it is committed whole, or, if it raises, not at all."""
        task = asyncio.create_task(self._whole(deed), context=copy_context())
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may be gone

    async def _whole(self, deed: Callable[[Connection], T]) -> T:
        connection = await self._engine.connect()
        try:
            async with asyncio.timeout(TRANSACTION_SECONDS), connection.begin():
                return await connection.run_sync(deed)
        except TimeoutError:
            await connection.invalidate()  # the way there is dead: nothing more is awaited of it
            raise
        finally:
            await _give_back(connection)

    async def close(self) -> None:
        """Finish what was begun."""
        if self._under_way:
            await asyncio.wait(self._under_way)


class Reader:
    """Runs transactions that only read."""

    def __init__(self, engine: AsyncEngine, single: AsyncEngine) -> None:
        self._engine = engine
        self._single = single

    async def read(self, look: Callable[[Connection], T]) -> T:
        """Run `look` on the database as it is at one instant."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(look)

    async def glance(self, look: Callable[[Connection], T]) -> T:
        """Run `look`, a single statement: the server is not asked to begin and to end."""
        async with self._single.connect() as connection:
            return await connection.run_sync(look)

    async def close(self) -> None:
        """The connections are the engine's."""


async def _give_back(connection: AsyncConnection) -> None:
    await asyncio.shield(connection.close())
