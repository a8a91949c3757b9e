"""One statement for many rows does on both databases what one statement a row would."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from store.database import Store
from store.schema import bulk
from store.schema.tables import counters, outbox, timers
from tests.store.records import NOON

PUT = bulk.insertion(
    outbox, "contract", "at", "topic", "subject", "destination", "facts", "urgent", "collapse",
    "state", "attempts", "metadata_id",
)  # fmt: skip
NAMED = ("contract", "subject", "name")
ARM = bulk.insertion(
    timers, *NAMED, "due", "generation", "failures", over=NAMED, anew=("retry_at", "error")
)
COUNT = bulk.insertion(counters, "contract", "prefix", "last")


def message(number: int) -> tuple[Any, ...]:
    return ("acme", 0, "ping", "INC-0001", "p", "{}", True, False, "waiting", 0, f"{number:04d}")


async def written(store: Store, work: Any) -> Any:
    return await store.run(lambda tx: work(tx.connection), now=NOON)


async def test_rows_are_numbered_in_their_order(store: Store) -> None:
    names = [(number * 37) % 500 for number in range(500)]

    def put(connection: Connection) -> list[str]:
        PUT.run(connection, [message(number) for number in names])
        query = select(outbox.c.metadata_id).order_by(outbox.c.id)
        return list(connection.execute(query).scalars())

    assert await written(store, put) == [f"{number:04d}" for number in names]


async def test_nothing_is_done_for_no_rows(store: Store) -> None:
    def nothing(connection: Connection) -> None:
        PUT.run(connection, [])
        assert bulk.lookup(timers, "due", of=NAMED).run(connection, []) == ()

    await written(store, nothing)


async def test_a_row_is_written_over_and_what_was_said_of_the_old_one_is_gone(store: Store) -> None:
    t = timers.c

    def arm_twice(connection: Connection) -> tuple[Any, ...]:
        ARM.run(
            connection, [("acme", "INC-0001", "a", 5, 1, 0), ("acme", "INC-0001", "b", 5, 2, 0)]
        )
        bulk.change(timers, "failures", "retry_at", "error", of=NAMED).run(
            connection, [(3, 9, "it failed", "acme", "INC-0001", "a")]
        )
        ARM.run(connection, [("acme", "INC-0001", "a", 7, 4, 0)])
        query = select(t.generation, t.failures, t.retry_at, t.error).where(t.name == "a")
        return tuple(connection.execute(query).one())

    assert await written(store, arm_twice) == (4, 0, None, None)


async def test_only_the_rows_of_these_keys_are_changed_deleted_and_found(store: Store) -> None:
    def works(connection: Connection) -> list[tuple[Any, ...]]:
        COUNT.run(connection, [("acme", "A", 1), ("acme", "B", 1), ("other", "A", 1)])
        change = bulk.change(counters, "last", of=("contract", "prefix"), only="counters.last < 2")
        change.run(connection, [(2, "acme", "A"), (3, "acme", "A"), (5, "other", "B")])
        bulk.deletion(counters, "contract", "prefix").run(connection, [("acme", "B")])
        found = bulk.lookup(counters, "contract", "prefix", "last", of=("contract", "prefix"))
        keys = [("acme", "A"), ("acme", "B"), ("other", "A"), ("other", "x' OR 1=1 --")]
        return sorted(tuple(row) for row in found.run(connection, keys))

    assert await written(store, works) in (
        [("acme", "A", 2), ("other", "A", 1)],
        [("acme", "A", 3), ("other", "A", 1)],  # one key twice: which comes first is not said
    )


async def test_what_is_too_long_is_refused_and_never_cut_off(store: Store) -> None:
    def put(connection: Connection) -> None:
        COUNT.run(connection, [("x" * 65, "A", 1)])
        assert connection.dialect.name == "sqlite", "SQLite has no bounds"
        raise RuntimeError("kept whole")

    with pytest.raises((DBAPIError, RuntimeError), match=r"too long|kept whole"):
        await written(store, put)
