"""What the databases' planners make of the statements that the product sends.

Every statement is noted as the driver gets it, with what it was given; then each database is asked
how it would find the rows among many. A table that grows with the years must be found by a key
that singles out: neither walked whole, nor through all that one contract has in it. An index of
some of the rows (those that are open, say) may be walked: they do not grow.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Column, Engine, Table, event, make_url

from store.engine.postgresql import PLANS
from store.schema.kinds import STORED
from store.schema.tables import metadata

# one row a contract, read whole at each command; one row a workspace
SMALL = {"contracts_in_force", "listings"}
# a row a contract, or as many as it names people and rooms: all of one contract may be read
OF_A_CONTRACT = {"counters", "journal_heads", "identities", "channel_names"}
GROWING = {table.name: table for table in metadata.sorted_tables if table.name not in SMALL}
_OF_SOME = {
    str(index.name)
    for table in GROWING.values()
    for index in table.indexes
    if index.dialect_options["postgresql"]["where"] is not None
}

Sent = dict[str, Any]  # statement → what it was given when it was last sent


@contextmanager
def noting() -> Iterator[Sent]:
    """Note every statement that is sent meanwhile, also past SQLAlchemy."""
    sent: Sent = {}

    def note(_c: object, _k: object, statement: str, given: Any, _x: object, many: bool) -> None:
        sent[statement] = given[0] if many else given

    fetch = asyncpg.Connection.fetch

    async def fetched(self: Any, query: str, *given: Any, **options: Any) -> Any:
        sent[query] = given
        return await fetch(self, query, *given, **options)

    event.listen(Engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncpg.Connection, "fetch", fetched)
        try:
            yield sent
        finally:
            event.remove(Engine, "before_cursor_execute", note)


async def walks(url: str, sent: Sent, contract: str) -> dict[str, list[str]]:
    """The statements that walk a growing table → the steps that do, in the planner's words.

    `contract` is the one that is to have years behind it.
    """
    address = make_url(url)
    asked = {words: given for words, given in sent.items() if _finds_rows(words)}
    if address.get_backend_name() == "sqlite":
        found = _asked_of_sqlite(Path(str(address.database)), asked)
    else:
        found = await _asked_of_postgresql(url.replace("+asyncpg", ""), asked, contract)
    return {words: steps for words, steps in found.items() if steps}


def _finds_rows(statement: str) -> bool:
    first = statement.split(maxsplit=1)[0].upper()
    ours = any(re.search(rf"\b{name}\b", statement) for name in GROWING)
    return first in {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"} and ours


# ── SQLite: it plans without looking at how many rows there are ──────────────────────────────

_STEP = re.compile(r"(?P<how>SCAN|SEARCH) (?P<what>\w+)")
_INDEX = re.compile(r" INDEX (\w+)")


def _asked_of_sqlite(file: Path, asked: Sent) -> dict[str, list[str]]:
    connection = sqlite3.connect(file)
    try:
        return {
            words: [
                row[3]
                for row in connection.execute(f"EXPLAIN QUERY PLAN {words}", given)
                if _walks_in_sqlite(row[3], words)
            ]
            for words, given in asked.items()
        }
    finally:
        connection.close()


def _walks_in_sqlite(step: str, statement: str) -> bool:
    if (found := _STEP.match(step)) is None:
        return False
    aliased = re.search(rf"\b(\w+) AS {found['what']}\b", statement)
    relation = aliased[1] if aliased else found["what"]
    index = _INDEX.search(step)
    if relation not in GROWING or (index and index[1] in _OF_SOME):
        return False
    condition = step.partition(" (")[2]
    return found["how"] == "SCAN" or not _singles_out(condition, relation)


def _singles_out(condition: str, relation: str) -> bool:
    """Whether what an index is asked for is a small part of a table.

    The comparison of a whole key with another is none: it says where to go on walking.
    """
    columns = [*GROWING[relation].columns.keys(), "rowid"]
    by = {name for name in columns if re.search(rf"\b{name}\b", condition)}
    wanted = {"contract"} if relation not in OF_A_CONTRACT else set()
    return bool(by - wanted) and not re.search(r"\([\w:, ()]+\) ?[<>]", condition)


# ── PostgreSQL: it plans by the statistics of the tables, so they are filled ─────────────────

MANY = 20_000
_OVER = {stored.table.name: str(min(kind.over)) for kind, stored in STORED.items()}
_OVER["outbox"] = "sent"


async def _asked_of_postgresql(url: str, asked: Sent, contract: str) -> dict[str, list[str]]:
    connection = await asyncpg.connect(url, server_settings=PLANS)
    found: dict[str, list[str]] = {}
    filled = connection.transaction()
    await filled.start()
    try:
        for table in GROWING.values():
            await connection.execute(_filling(table, contract))
        await connection.execute("ANALYZE")
        for words, given in asked.items():
            (row,) = await connection.fetch(f"EXPLAIN (FORMAT JSON) {words}", *given)
            found[words] = list(_walked(json.loads(row[0])[0]["Plan"], ""))
    finally:
        await filled.rollback()
        await connection.close()
    return found


def _filling(table: Table, contract: str) -> str:
    """Put rows into a table that are over: nothing is to be done about them."""

    def value(column: Column[Any]) -> str:
        if column.name == "contract" and table.name not in OF_A_CONTRACT:
            return f"'{contract}'"
        if column.name == "state":
            return f"'{_OVER[table.name]}'"
        if column.nullable:
            return "NULL"
        kind = column.type.python_type
        return {str: "'many-' || n", bool: "false"}.get(kind, f"{10**9} + n")

    names, values = ", ".join(table.columns.keys()), ", ".join(map(value, table.columns))
    many = f"SELECT {values} FROM generate_series(1, {MANY}) AS n"  # noqa: S608  names of ours
    return f"INSERT INTO {table.name} ({names}) {many}"


def _walked(step: dict[str, Any], relation: str) -> Iterator[str]:
    relation = step.get("Relation Name", relation)
    kind, condition = step["Node Type"], step.get("Index Cond", "")
    if relation in GROWING and _walks_in_postgresql(kind, step, relation):
        yield f"{kind} of {relation} by {step.get('Index Name')}: {condition}"
    for below in step.get("Plans", ()):
        yield from _walked(below, relation if kind == "Bitmap Heap Scan" else "")


def _walks_in_postgresql(kind: str, step: dict[str, Any], relation: str) -> bool:
    if kind == "Seq Scan":
        return True
    if "Index" not in kind or step.get("Index Name") in _OF_SOME:
        return False
    return not _singles_out(re.sub(r"'[^']*'", "", step.get("Index Cond", "")), relation)
