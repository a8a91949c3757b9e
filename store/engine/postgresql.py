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
from sqlalchemy import ClauseElement, Connection, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect as DIALECT  # noqa: N812  a class
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from store.engine.addresses import Address
from store.engine.replicas import Replicas
from store.errors import UnusableDatabase

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
DRIVER = "postgresql+asyncpg://"

_CONFLICTS = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock timeout
_LOST = (
    "08",  # connection trouble
    "57",  # the server stops, crashed, starts, or took too long over a statement
    "53",  # it is short of connections, memory or disk
    "25P03",  # the transaction idled too long: this process was held up
    "25006",  # it only reads: a standby, for now
)
_REFUSED = (
    "08P01",  # what a proxy says that knows the user, the database or a setting not
    "28",  # who it is, or the password
    "3D",  # no database of that name
    "3F",  # no schema of that name
    "42501",  # it has not the right
    "42704",  # a setting that the server does not know
    "22023",  # a value that the server does not take
    "0A",  # what the server, or a proxy before it, does not do
)


def _direct(url: str) -> Address | None:
    """Return where the server itself is; raises UnusableDatabase, which names the variable."""
    if url == NO_DIRECT:
        return None
    try:
        return Address.parse(url)
    except UnusableDatabase as bad:
        variable = "ESCALADE_DATABASE_DIRECT_URL"
        raise UnusableDatabase(bad.why, variable=variable, **bad.facts) from None


class Postgres:
    """A PostgreSQL database, shared by any number of replicas.

    `direct` is for a `url` that leads through a transaction-pooling proxy: the address of the
    server itself, or "none" where there is no way around the proxy.
    """

    one_writer = False

    def __init__(self, url: str, direct: str = "") -> None:
        self._address = Address.parse(url)
        self._proxied = bool(direct)
        self._direct = _direct(direct) if direct else self._address

    @property
    def name(self) -> str:
        """The address, without its password."""
        return self._address.name

    def open(self) -> AsyncEngine:
        """The pool of connections; nothing is connected yet."""
        arguments: dict[str, Any] = {"async_creator_fn": self._connect}
        if self._proxied:
            # each transaction may run on another connection of the server
            arguments |= {
                "prepared_statement_cache_size": 0,
                "prepared_statement_name_func": str,
            }
        return create_async_engine(
            DRIVER,
            connect_args=arguments,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=TRANSACTION_SECONDS,
            pool_recycle=1800,
        )

    async def _connect(self) -> asyncpg.Connection:
        """A connection of the pool's."""
        settings = self._address.session()
        if self._proxied:
            more: dict[str, Any] = {"statement_cache_size": 0}
        else:
            more, settings = {}, settings | KEEP_ALIVE | BOUNDS | PLANS
        return await asyncpg.connect(
            **self._address.arguments(), timeout=CONNECT_SECONDS, server_settings=settings, **more
        )

    def open_beside(self, *, reading: bool) -> AsyncEngine:  # noqa: ARG002  the readers only read
        """As `open`: whoever joins no replicas disturbs nobody."""
        return self.open()

    def reader(self, engine: AsyncEngine) -> Reader:
        """Return what runs the transactions that only read, on the same connections."""
        return Reader(
            engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
            engine.execution_options(isolation_level="AUTOCOMMIT"),
        )

    def writer(self, engine: AsyncEngine) -> Writer:
        """Return what runs the transactions that write."""
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

    def replicas(
        self, *, armed: Callable[[int], object], sent: Callable[[], object]
    ) -> Replicas | None:
        """The fellowship of the replicas; None where no connection of our own leads there."""
        if self._direct is None:
            return None
        direct = self._direct

        async def connect() -> asyncpg.Connection:
            return await asyncpg.connect(
                **direct.arguments(),
                timeout=CONNECT_SECONDS,
                command_timeout=CONNECT_SECONDS,
                server_settings=direct.session() | KEEP_ALIVE | BOUNDS | PLANS,
            )

        return Replicas(connect, armed=armed, sent=sent)

    def refusal(self, error: Exception) -> str:
        """Return what the server says that it refuses, where a person can mend it; else nothing."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        state = str(getattr(cause, "sqlstate", None) or "")
        return _first_line(cause) if state.startswith(_REFUSED) else ""

    def conflict(self, error: Exception) -> bool:
        """Return whether two transactions met, and running this one again will do."""
        return isinstance(error, DBAPIError) and _state(error) in _CONFLICTS

    def lost(self, error: Exception) -> bool:
        """Return whether the database is out of reach, for now."""
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


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0].rpartition(">: ")[2]


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


class Writer:
    """Runs whole transactions, each on a connection of its own.

    A transaction that was begun is finished, also where whoever asked for it was cancelled.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._under_way: set[asyncio.Task[Any]] = set()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction: it is committed whole, or, if it raises, not at all."""
        task = asyncio.create_task(self._whole(work), context=copy_context())
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may be gone

    async def _whole(self, work: Callable[[Connection], T]) -> T:
        connection = await self._engine.connect()
        try:
            async with asyncio.timeout(TRANSACTION_SECONDS), connection.begin():
                return await connection.run_sync(work)
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

    async def read_one(self, look: Callable[[Connection], T]) -> T:
        """Run `look`, a single statement: the server is not asked to begin and to end."""
        async with self._single.connect() as connection:
            return await connection.run_sync(look)

    async def close(self) -> None:
        """The connections are the engine's."""


async def _give_back(connection: AsyncConnection) -> None:
    await asyncio.shield(connection.close())
