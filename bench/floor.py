"""The floor: the same rows in the same tables as a ladder step, without rules or records.

Load the due timers and their incidents, touch and write back the JSON of each incident, two
messages, a journal line, the next timer: one transaction for a batch of 100. Once in SQLAlchemy
Core over the shipping connections, once in SQL written by hand on the bare driver.
"""

from __future__ import annotations

import json
import sqlite3
from itertools import count
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, make_url, select, update

from store.database import Store
from store.schema.tables import EPOCH, MICROSECOND, incidents, journal, outbox, timers

BATCH = 100
FACTS = json.dumps({"ladder": "client", "rung": 0, "level": 3, "side": "provider", "number": 1,
                    "reason": "No way around", "level_name": "Management"})  # fmt: skip

_t, _i = timers.c, incidents.c
_DUE = (
    select(_t.contract, _t.subject, _t.name, _t.due, _t.generation)
    .where(_t.due <= bindparam("now"))
    .order_by(_t.due, _t.generation)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)
_LOAD = select(_i.contract, _i.id, _i.version, _i.body).where(
    _i.contract == bindparam("contract"), _i.id.in_(bindparam("ids", expanding=True))
)
_SAVE = (
    update(incidents)
    .where(_i.contract == bindparam("key_contract"), _i.id == bindparam("key_id"))
    .values(version=bindparam("new_version"), body=bindparam("new_body"))
)
_DISARM = delete(timers).where(
    _t.contract == bindparam("key_contract"),
    _t.subject == bindparam("key_subject"),
    _t.name == bindparam("key_name"),
)
_MESSAGE, _ENTRY, _ARM = insert(outbox), insert(journal), insert(timers)


def _touched(body: str) -> str:
    record = json.loads(body)
    record["version"] += 1
    return json.dumps(record, ensure_ascii=False)


def _message(row: Any, number: int, now: Any) -> dict[str, Any]:
    return {
        "contract": row.contract,
        "at": now,
        "topic": "ping",
        "subject": row.id,
        "destination": f"person/{number % 100}",
        "facts": FACTS,
        "urgent": True,
        "collapse": False,
        "state": "waiting",
        "attempts": 0,
        "metadata_id": f"{number:032x}",
    }


def _entry(row: Any, number: int, now: Any) -> dict[str, Any]:
    return {
        "contract": row.contract,
        "number": number,
        "subject": row.id,
        "at": now,
        "actor": "escalade",
        "action": "ladder.pinged",
        "source": "timer",
        "facts": FACTS,
        "previous": "0" * 64,
        "seal": "0" * 64,
    }


def core_batch(connection: Connection, now: Any, later: Any, numbers: Any) -> int:
    """One batch in SQLAlchemy Core."""
    due = connection.execute(_DUE, {"now": now}).all()
    if not due:
        return 0
    ids = {"contract": due[0].contract, "ids": [row.subject for row in due]}
    rows = connection.execute(_LOAD, ids).all()
    saved = [
        {
            "key_contract": row.contract,
            "key_id": row.id,
            "new_version": row.version + 1,
            "new_body": _touched(row.body),
        }
        for row in rows
    ]
    connection.execute(_SAVE, saved)
    connection.execute(
        _MESSAGE, [_message(row, next(numbers), now) for row in rows for _ in (1, 2)]
    )
    connection.execute(_ENTRY, [_entry(row, next(numbers), now) for row in rows])
    keys = [
        {"key_contract": row.contract, "key_subject": row.subject, "key_name": row.name}
        for row in due
    ]
    connection.execute(_DISARM, keys)
    armed = [
        {
            "contract": row.contract,
            "subject": row.subject,
            "name": row.name,
            "due": later,
            "generation": row.generation + 1,
            "failures": 0,
        }
        for row in due
    ]
    connection.execute(_ARM, armed)
    return len(due)


async def core(store: Store, now: Any, later: Any) -> float:
    """Steps a second in SQLAlchemy Core, over the connections of the shipping store."""
    numbers, total, begun = count(10_000_000), 0, perf_counter()
    while True:
        done = await store.write(lambda c: core_batch(c, now, later, numbers))
        if not done:
            return total / (perf_counter() - begun)
        total += done


# ── by hand ──────────────────────────────────────────────────────────────────────────────────

_OUT = """INSERT INTO outbox (contract, at, topic, subject, destination, facts, urgent, collapse,
    state, attempts, metadata_id) VALUES ({})"""
_JOURNAL = """INSERT INTO journal (contract, number, subject, at, actor, action, source, facts,
    previous, seal) VALUES ({})"""
_TIMERS = """INSERT INTO timers (contract, subject, name, due, generation, failures)
    VALUES ({})"""
_CLAIM = """SELECT contract, subject, name, generation FROM timers WHERE due <= {}
    ORDER BY due, generation LIMIT 100"""


def _marks(number: int) -> str:
    return ",".join("?" * number)


def by_hand_sqlite(url: str, now: Any, later: Any) -> float:
    """Steps a second with SQL written by hand on `sqlite3`."""
    at, then = ((moment - EPOCH) // MICROSECOND for moment in (now, later))
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    numbers, total, begun = count(10_000_000), 0, perf_counter()
    while True:
        connection.execute("BEGIN IMMEDIATE")
        due = connection.execute(_CLAIM.format("?"), (at,)).fetchall()
        if not due:
            connection.execute("COMMIT")
            break
        _batch_by_hand(connection, due, at, then, numbers)
        connection.execute("COMMIT")
        total += len(due)
    seconds = perf_counter() - begun
    connection.close()
    return total / seconds


def _batch_by_hand(connection: sqlite3.Connection, due: Any, at: int, then: int, n: Any) -> None:
    rows = connection.execute(
        f"SELECT version, body, contract, id FROM incidents WHERE contract = ?"  # noqa: S608  marks only
        f" AND id IN ({_marks(len(due))})",
        (due[0][0], *(row[1] for row in due)),
    ).fetchall()
    connection.executemany(
        "UPDATE incidents SET version = ?, body = ? WHERE contract = ? AND id = ?",
        [(v + 1, _touched(body), contract, key) for v, body, contract, key in rows],
    )
    connection.executemany(
        _OUT.format(_marks(11)),
        [
            (c, at, "ping", key, f"person/{m % 100}", FACTS, 1, 0, "waiting", 0, f"{m:032x}")
            for _, _, c, key in rows
            for m in (next(n), next(n))
        ],
    )
    nought = "0" * 64
    connection.executemany(
        _JOURNAL.format(_marks(10)),
        [
            (c, next(n), key, at, "escalade", "ladder.pinged", "timer", FACTS, nought, nought)
            for _, _, c, key in rows
        ],
    )
    connection.executemany(
        "DELETE FROM timers WHERE contract = ? AND subject = ? AND name = ?",
        [row[:3] for row in due],
    )
    connection.executemany(
        _TIMERS.format(_marks(6)), [(c, s, name, then, g + 1, 0) for c, s, name, g in due]
    )
