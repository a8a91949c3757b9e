"""The queue of what is to be sent: what a look and a claim cost beside so many messages."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

from sqlalchemy import Connection, text

from bench.figures import Figure, p50
from bench.ground import fresh, started
from bench.seed import OPENED
from store.database import Store
from store.schema.tables import EPOCH, MICROSECOND

TIMES = 30
LANES = 400  # of messages: so many people and rooms have something to wait for
CARDS = 10  # one of so many messages is a card's
FEW = 1_000
MOST_AGAINST_FEW = 5.0

_FILL = """
INSERT INTO outbox (contract, at, topic, subject, destination, facts, urgent, collapse, rank, state,
    attempts, metadata_id)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
SELECT 'rivage', CAST(:at AS BIGINT) + i,
    CASE WHEN i % :cards = 0 THEN 'incident_card' ELSE 'incident_news' END,
    'INC-' || CAST(i AS TEXT), 'person/' || CAST(i % :lanes AS TEXT), '{}', false,
    i % :cards = 0, 2, 'waiting', 0, 'bench-' || CAST(i AS TEXT) FROM n
"""


async def queue(database: str, sizes: tuple[int, ...]) -> list[Figure]:
    """The cost of a look and of a claim of twenty beside so many messages; and against a few."""
    costs = {size: await _costs(database, size) for size in (FEW, *sizes)}
    return [
        figure
        for size in sizes
        for what, cost, few in zip(("look", "claim"), costs[size], costs[FEW], strict=True)
        for figure in (
            Figure(
                part=f"queue of {size:,} messages",
                database=database,
                what=what,
                value=cost,
                unit="ms",
                scales=True,
            ),
            Figure(
                part=f"queue of {size:,} messages",
                database=database,
                what=f"{what} against {FEW:,}",
                value=cost / few,
                unit="×",
                most=MOST_AGAINST_FEW,
            ),
        )
    ]


async def _costs(database: str, size: int) -> tuple[float, float]:
    """Milliseconds of a look, and of a claim."""
    with fresh(database) as url:
        async with started(url) as store:
            await _fill(store, size)
            looks, claims = [], []
            for _ in range(TIMES):
                begun = perf_counter()
                await store.upcoming()
                looks.append((perf_counter() - begun) * 1000)
                begun = perf_counter()
                taken = await store.outbox.claim(OPENED + timedelta(days=1))
                claims.append((perf_counter() - begun) * 1000)
                for message in taken:
                    await store.outbox.put_back(
                        *message.with_companions, not_before=None, uncertain=False
                    )
            return p50(looks), p50(claims)


async def _fill(store: Store, size: int) -> None:
    def fill(connection: Connection) -> None:
        given = {
            "count": size,
            "at": (OPENED - EPOCH) // MICROSECOND,
            "cards": CARDS,
            "lanes": LANES,
        }
        connection.execute(text(_FILL), given)

    await store.write_at_length(fill)
