"""The queue: which messages may be taken now, and when the next one may (decision 0017).

Messages of one destination are a lane: by rank, then in the order in which they were written. The
first of each lane is found by skipping from lane to lane in the index, so that what waits behind
it costs nothing. Cards have no lane: each waits for itself, and has one row that waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, TextualSelect, bindparam, text

from escalation.messages.destinations import Destination, To, pattern
from escalation.messages.effects import Rank
from escalation.messages.report import ReportIssued
from escalation.messages.room_actions import OpenRoom
from store.schema.tables import FRESH_CARDS, HELD, MESSAGES, RESTED_CARDS, Instant, outbox

QUIET = timedelta(seconds=1)  # a card that nobody looks at waits for what changes next
MOST_GATHERED = 20  # in one message: Slack takes 50 blocks, and not too many words
LEAST_GATHERED = 3
ALONE = (ReportIssued.topic,)  # a file goes with it

# from one contract to the next, and there from one destination to the next
_LANES = f"""
RECURSIVE firm(contract) AS (
    SELECT min(m.contract) FROM outbox AS m WHERE {MESSAGES}
    UNION ALL
    SELECT (SELECT min(m.contract) FROM outbox AS m WHERE {MESSAGES} AND m.contract > firm.contract)
    FROM firm WHERE firm.contract IS NOT NULL
), lane(contract, destination) AS (
    SELECT firm.contract, (
        SELECT min(m.destination) FROM outbox AS m
        WHERE {MESSAGES} AND m.contract = firm.contract)
    FROM firm WHERE firm.contract IS NOT NULL
    UNION ALL
    SELECT lane.contract, (
        SELECT min(m.destination) FROM outbox AS m
        WHERE {MESSAGES} AND m.contract = lane.contract AND m.destination > lane.destination)
    FROM lane WHERE lane.destination IS NOT NULL
)
"""  # noqa: S608  conditions of ours


def _heads(what: str) -> str:
    """Of the first of each lane, what is said of `m`."""
    return f"""
    SELECT (
        SELECT {what} FROM outbox AS m
        WHERE {MESSAGES} AND m.contract = lane.contract AND m.destination = lane.destination
        ORDER BY m.rank, m.id LIMIT 1) AS found
    FROM lane WHERE lane.destination IS NOT NULL
"""  # noqa: S608  conditions of ours


def _no_earlier(state: str) -> str:
    """No earlier update of card `c` is on its way, or may be."""
    same = " AND ".join(
        f"e.{name} = c.{name}" for name in ("contract", "destination", "topic", "subject")
    )
    return (
        f"NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.{HELD} AND e.state = '{state}'"  # noqa: S608  words of ours
        f" AND {same} AND e.collapse AND e.id < c.id)"
    )


# a card in a crisis's room waits until the room is there
_ROOM_STANDS = f"""NOT (c.destination LIKE '{pattern(To.CRISIS)}' AND EXISTS (
    SELECT 1 FROM outbox AS m WHERE {MESSAGES} AND m.contract = c.contract
    AND m.destination = c.destination AND m.topic = '{OpenRoom.topic}'))"""  # noqa: S608  words of ours
_ITS_TURN = f"{_no_earlier('sending')} AND {_no_earlier('uncertain')} AND {_ROOM_STANDS}"
_FRESH = f"{FRESH_CARDS} AND {_ITS_TURN}"
_RESTED = f"{RESTED_CARDS} AND {_ITS_TURN}"
_LOOKED_AT = f"c.rank < {Rank.ROUTINE:d}"


def _columns(table: str) -> str:
    """All of a message, in the order in which it is read."""
    return ", ".join(f"{table}.{column.name}" for column in outbox.c)


_FOUND = "IN (SELECT ready.id FROM ready)"
_READY = f"""
WITH {_LANES}, ready(id) AS (
    {_heads("m.id")}
    UNION ALL
    SELECT id FROM (
        SELECT c.id FROM outbox AS c
        WHERE {_FRESH} AND ({_LOOKED_AT} OR c.at <= :settled OR c.at > :now)
        ORDER BY c.id LIMIT :most) AS fresh
    UNION ALL
    SELECT id FROM (
        SELECT c.id FROM outbox AS c
        WHERE {_RESTED} AND c.not_before <= :now ORDER BY c.not_before, c.id LIMIT :most) AS rested
)
SELECT {_columns("outbox")} FROM outbox WHERE outbox.id {_FOUND}
AND outbox.state IN ('waiting', 'uncertain')
AND (outbox.not_before IS NULL OR outbox.not_before <= :now)
"""  # noqa: S608  conditions of ours
_GRAVEST = "ORDER BY outbox.rank, outbox.id LIMIT :most"
_OLDEST = "ORDER BY outbox.id LIMIT :most"
_CALLS = f"AND outbox.rank = {Rank.CALL:d} ORDER BY outbox.id LIMIT :most"
_BEHIND = f"""
SELECT {_columns("m")} FROM outbox AS m
WHERE {MESSAGES} AND m.contract = :contract AND m.destination = :destination AND m.rank = :rank
AND m.id > :head ORDER BY m.id LIMIT :most
"""  # noqa: S608  conditions of ours


def _rows(query: str, locked: str, *instants: str) -> tuple[TextualSelect, TextualSelect]:
    """The query for rows of the outbox, on SQLite and, locking them, on PostgreSQL."""
    given: list[BindParameter[Any]] = [bindparam(name, type_=Instant) for name in instants]
    # an array is looked up by key, whatever the planner believes of its length
    looked_up = query.replace(_FOUND, "= ANY (ARRAY(SELECT ready.id FROM ready))")
    return tuple(  # type: ignore[return-value]  # of two
        text(each).bindparams(*given).columns(*outbox.c)
        for each in (query, f"{looked_up} FOR UPDATE OF {locked} SKIP LOCKED")
    )


_BY_RANK, _BY_AGE, _CALLS_ONLY = (
    _rows(_READY + order, "outbox", "now", "settled") for order in (_GRAVEST, _OLDEST, _CALLS)
)
_COMPANIONS = _rows(_BEHIND, "m")

_EXPIRED = text(
    f"""UPDATE outbox SET state = 'uncertain', claim = NULL, claimed_until = NULL,
    error = 'the dispatcher did not come back'
    WHERE {HELD} AND state = 'sending' AND claimed_until <= :now"""  # noqa: S608  a condition of ours
).bindparams(bindparam("now", type_=Instant))

_LOOKED_THROUGH = 100  # of the cards that nothing holds back: one of them is next


def _next_at(at: str, quiet: int) -> TextualSelect:
    """Work out when a message may next be taken; where nothing holds it, `at`, a card later."""
    first = f"CASE WHEN m.state <> 'sending' THEN coalesce(m.not_before, {at.format('m')}) END"
    return text(
        f"""
WITH {_LANES}
SELECT min(at) AS at FROM (
    SELECT min(heads.found) AS at FROM ({_heads(first)}) AS heads
    UNION ALL
    SELECT min(fresh.at) FROM (
        SELECT {at.format("c")} + CASE WHEN {_LOOKED_AT} THEN 0 ELSE {quiet} END AS at
        FROM outbox AS c WHERE {_FRESH} ORDER BY c.id LIMIT {_LOOKED_THROUGH}) AS fresh
    UNION ALL
    SELECT rested.at FROM (
        SELECT c.not_before AS at FROM outbox AS c
        WHERE {_RESTED} ORDER BY c.not_before, c.id LIMIT 1) AS rested
    UNION ALL
    SELECT min(h.claimed_until) FROM outbox AS h WHERE h.{HELD} AND h.state = 'sending'
) AS upcoming
"""  # noqa: S608  conditions of ours
    ).columns(at=Instant)


NEXT_AT = _next_at("{}.at", QUIET // timedelta(microseconds=1))
READY_AT = _next_at("0", 0)  # 1970: also where the clock was set back since


def next_at(connection: Connection) -> datetime | None:
    """The earliest instant at which a message may be handed out."""
    return connection.execute(NEXT_AT).scalar_one_or_none()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A demand for messages to hand out: at most so many, of which `kept` are for calls alone.

    `oldest_first`: none goes before its time, so that what is routine leaves too. `quiet`: how
    long a card that nobody looks at waits for what changes next.
    """

    most: int = 20
    kept: int = 0
    oldest_first: bool = False
    quiet: timedelta = timedelta(0)


def expire(connection: Connection, now: datetime) -> None:
    """Say of what a dispatcher did not come back with in time that it may have left, or not."""
    connection.execute(_EXPIRED, {"now": now})


def ready(connection: Connection, now: datetime, order: Order) -> Sequence[Row[Any]]:
    """The messages that may be taken now: the first of each lane, and cards."""
    which = int(connection.dialect.name == "postgresql")
    given = {"now": now, "settled": now - order.quiet, "most": order.most}
    free = max(0, order.most - order.kept)
    rows: list[Row[Any]] = []
    if free:
        by = _BY_AGE if order.oldest_first else _BY_RANK
        rows += connection.execute(by[which], given).all()
    if order.oldest_first or not free:  # else they come first anyway
        rows += connection.execute(_CALLS_ONLY[which], given).all()
    too_many = [row.id for row in rows if row.rank != Rank.CALL][free:]
    taken = {row.id: row for row in rows if row.id not in too_many}
    return list(taken.values())[: order.most]


def companions(connection: Connection, head: Row[Any], now: datetime) -> Sequence[Row[Any]]:
    """List what goes in one message with the first of a lane: others to that person, of its rank.

    Nothing where there are too few for it, or where it goes alone.
    """
    personal = bool(Destination.read(head.destination).person)
    if head.collapse or not personal or head.topic in ALONE or head.rank == Rank.ASIDE:
        return ()
    given = {
        "contract": head.contract,
        "destination": head.destination,
        "rank": head.rank,
        "head": head.id,
        "most": MOST_GATHERED - 1,
    }
    query = _COMPANIONS[connection.dialect.name == "postgresql"]
    behind = connection.execute(query, given)

    def goes_along(row: Row[Any]) -> bool:
        rests = row.not_before is not None and row.not_before > now
        return row.state == head.state and row.topic not in ALONE and not rests

    rows = list(takewhile(goes_along, behind))  # none passes another of its rank
    return rows if len(rows) + 1 >= LEAST_GATHERED else ()
