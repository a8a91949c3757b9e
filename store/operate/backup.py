"""A whole installation in one file, in an open form; and back, on this database or another.

The file is gzip over lines of JSON: a header, a row a line as [table, {column: value}] (instants as
microseconds since 1970), and a foot with the counts, the journals' last seals and the SHA-256 of
all lines before it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    Table,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import InterfaceError, OperationalError, StatementError

from escalation.base.json_lines import LineTooLong, bounded_lines, json_line
from store.errors import StoreError
from store.schema.kinds import STORED
from store.schema.tables import Instant, metadata, outbox
from store.transaction import journal
from store.transaction.journal import OnProgress
from store.transaction.outbox import rank_anew
from store.transaction.outbox_message import OutboxState

NOT_READ = (zlib.error, RecursionError)  # by what reads compressed and nested things
# what values that lie give rise to
BAD_VALUES = (OverflowError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
FORMAT = "escalade-backup"
FORM = 1
CHUNK = 500
LONGEST_LINE = 16 * 2**20  # characters; a contract of the largest size takes less
LONGEST_HEAD = 10_000
LONGEST_NAME = 100


class BadBackup(StoreError):
    """The file, or the database it is to go to, will not do; `code` says why."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}")
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Contents of a backup: rows by table, and contract → (lines, last seal) of its journal."""

    rows: dict[str, int]
    seals: dict[str, tuple[int, str]]
    sha256: str = ""


def _raw_tables() -> list[Table]:
    """The tables with their values as they are kept, in an order in which they can be filled."""
    plain = MetaData()
    return [
        Table(
            table.name,
            plain,
            *(
                Column(c.name, BigInteger() if isinstance(c.type, Instant) else c.type)
                for c in table.columns
            ),
        )
        for table in metadata.sorted_tables
    ]


# ── out ──────────────────────────────────────────────────────────────────────────────────────


def write(
    connection: Connection,
    file: Path,
    *,
    revision: str,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> Contents:
    """Write all there is, as of one instant; raises BadBackup where the journal is broken."""
    seals = _seals(connection, on_progress)
    counts: Counter[str] = Counter()
    digest = hashlib.sha256()
    partial = file.with_name(f"{file.name}.part")
    with gzip.open(partial, "wt", encoding="utf-8") as out:
        head = {"format": FORMAT, "form": FORM, "revision": revision, "at": now.isoformat()}
        _line(out, head, digest)
        for table in _raw_tables():
            query = select(table).execution_options(yield_per=CHUNK)
            count = _count(connection, table)
            for row in connection.execute(query).mappings():
                _line(out, [table.name, dict(row)], digest)
                counts[table.name] += 1
                if on_progress and (counts[table.name] % CHUNK == 0 or counts[table.name] == count):
                    on_progress(table.name, counts[table.name], count)
        contents = Contents(rows=dict(counts), seals=seals, sha256=digest.hexdigest())
        foot = {"rows": contents.rows, "seals": seals, "sha256": contents.sha256}
        out.write(json.dumps(foot) + "\n")
    partial.replace(file)
    return contents


def _line(out: IO[str], value: Any, digest: Any) -> None:
    line = json_line(value, compact=True) + "\n"
    digest.update(line.encode())
    out.write(line)


def _seals(connection: Connection, on_progress: OnProgress | None) -> dict[str, tuple[int, str]]:
    names = journal.contracts_with_journal(connection)
    verdicts = [journal.verify(connection, name, on_progress=on_progress) for name in names]
    for verdict in verdicts:
        if not verdict.whole:
            raise BadBackup("journal_broken", contract=verdict.contract, line=verdict.broken_at)
    return {verdict.contract: (verdict.lines, verdict.seal) for verdict in verdicts}


# ── back ─────────────────────────────────────────────────────────────────────────────────────


def check(file: Path) -> Contents:
    """Read a backup through without using it; raises BadBackup."""
    return _Reader(file).read_through()


def read(
    connection: Connection, file: Path, *, later: bool, on_progress: OnProgress | None = None
) -> Contents:
    """Fill an empty database from a backup, in its transaction; raises BadBackup.

    `later`: time has passed since, in which messages may have been sent: each is looked for first.
    """
    tables = {table.name: table for table in _raw_tables()}
    for name, table in tables.items():
        if _count(connection, table):
            raise BadBackup("not_empty", table=name)
    reader = _Reader(file)
    for name, rows in _in_chunks(reader.rows()):
        _fill(connection, tables, name, rows)
        if on_progress:
            on_progress(name, reader.counts[name], 0)
    contents = reader.contents()
    _mend_messages(connection, later=later)
    try:
        whole = _seals(connection, on_progress) == contents.seals
    except BAD_VALUES as error:
        raise BadBackup("damaged", file=file) from error
    if not whole:
        raise BadBackup("other_seals")
    for name, count in contents.rows.items():
        if _count(connection, tables[name]) != count:
            raise BadBackup("other_count", table=name)
    return contents


def _in_chunks(
    rows: Iterator[tuple[str, dict[str, Any]]],
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, mine in groupby(rows, key=itemgetter(0)):
        while chunk := [row for _, row in islice(mine, CHUNK)]:
            yield name, chunk


def _fill(
    connection: Connection, tables: dict[str, Table], name: str, rows: list[dict[str, Any]]
) -> None:
    table = tables[name]
    for column in rows[0]:
        if column not in table.c:
            raise BadBackup("newer", what=f"{name}.{column}")
    try:
        connection.execute(insert(table), _with_all_columns(name, rows))
    except (OperationalError, InterfaceError) as error:
        if isinstance(error.orig, sqlite3.InterfaceError):  # a value that SQLite does not know
            raise BadBackup("damaged", file=name) from error
        raise
    except (StatementError, *BAD_VALUES) as error:  # a value of another kind, or twice the same
        raise BadBackup("damaged", file=name) from error


def _with_all_columns(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the columns that say what is in a record, also where a version before had them not."""
    kind = next((kind for kind in STORED.values() if kind.table.name == name), None)
    if kind is None or kind.queried.keys() <= rows[0].keys():
        return rows
    return [row | kind.queried_of(kind.read(row["body"])) for row in rows]


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _mend_messages(connection: Connection, *, later: bool) -> None:
    doubtful = [OutboxState.SENDING.value, *([OutboxState.WAITING.value] if later else [])]
    connection.execute(
        update(outbox)
        .where(outbox.c.state.in_(doubtful))
        .values(
            state=OutboxState.UNCERTAIN.value,
            claim=None,
            claimed_until=None,
            error="restored: it may have been sent meanwhile",
        )
    )
    rank_anew(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('outbox', 'id'),"
                " (SELECT coalesce(max(id), 1) FROM outbox))"
            )
        )


class _Reader:
    """Reads a backup line by line, and holds it against its foot."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.counts: Counter[str] = Counter()
        self._foot: dict[str, Any] | None = None

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every row; raises BadBackup where this is no backup."""
        begun = False
        try:
            with gzip.open(self._file, "rt", encoding="utf-8") as given:
                first = given.readline(LONGEST_HEAD)
                head = json.loads(first)
                if not isinstance(head, dict) or head.get("format") != FORMAT:
                    raise BadBackup("no_backup", file=self._file)
                if head["form"] > FORM:
                    raise BadBackup("newer", what=f"form {head['form']}")
                self._digest.update(first.encode())
                begun = True
                for line in bounded_lines(given.readline, LONGEST_LINE):
                    value = json.loads(line)
                    if isinstance(value, dict):
                        self._foot = value
                        break
                    self._digest.update(line.encode())
                    yield self._row(value)
        except LineTooLong as long:
            raise BadBackup("line_too_long", file=self._file, most=long.most) from long
        except (OSError, EOFError, ValueError, TypeError, KeyError, *NOT_READ) as error:
            if isinstance(error, FileNotFoundError):
                raise
            cut_short = begun or isinstance(error, EOFError)
            raise BadBackup("damaged" if cut_short else "no_backup", file=self._file) from error

    def _row(self, value: object) -> tuple[str, dict[str, Any]]:
        if not isinstance(value, list) or len(value) != 2:
            raise ValueError("no row")
        name, row = value
        if not isinstance(name, str) or not isinstance(row, dict):
            raise ValueError("no row")
        if name not in metadata.tables:
            raise BadBackup("newer", what=name[:LONGEST_NAME])
        self.counts[name] += 1
        return name, row

    def contents(self) -> Contents:
        """Read what the foot says, once all rows were read; raises BadBackup where it is not so."""
        foot = self._foot
        if foot is None or foot.get("sha256") != self._digest.hexdigest():
            raise BadBackup("damaged", file=self._file)
        if foot.get("rows") != dict(self.counts):
            raise BadBackup("damaged", file=self._file)
        try:
            seals = {name: (lines, seal) for name, (lines, seal) in foot["seals"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadBackup("damaged", file=self._file) from error
        return Contents(rows=foot["rows"], seals=seals, sha256=foot["sha256"])

    def read_through(self) -> Contents:
        """All of it, for its foot."""
        for _ in self.rows():
            pass
        return self.contents()
