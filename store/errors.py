"""Errors of the memory, as types.

StoreError
├── AlreadyRunning   another process holds this database
├── StaleRecord      somebody else changed the record meanwhile
├── Inseparable      what failed cannot be taken out of a transaction with others
├── NoDatabase       there is none to read yet
├── UnusableDatabase the address is not one that this version can use
├── DatabaseRefuses  it answers, and refuses what is asked
├── NewerDatabase    a newer version has dropped what this one needs
├── DatabaseTrouble  the database is out of reach, or too busy, for now
└── NotStarted       the store was used before start() or after stop()
"""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """The root of the store's own errors."""


class AlreadyRunning(StoreError):
    """Another process holds this database: SQLite means exactly one, as some work does."""

    def __init__(self, database: Path | str) -> None:
        super().__init__(f"another process already runs on {database}")
        self.database = database


class StaleRecord(StoreError):
    """The record was changed by somebody else since it was read."""

    def __init__(self, contract: str, record_id: str) -> None:
        super().__init__(f"{record_id} of {contract} was changed meanwhile")
        self.contract = contract
        self.record_id = record_id


class Inseparable(StoreError):
    """A failure that cannot be taken out of its transaction while the others' work in it stays.

    `place` says which of them it was.
    """

    place = 0


class NoDatabase(StoreError):
    """There is no database yet: the bot never ran here."""

    def __init__(self, database: Path | str) -> None:
        super().__init__(f"there is no database at {database}")
        self.database = database


class UnusableDatabase(StoreError, ValueError):
    """The address is not one that this version can use: `why`, as a code with its facts."""

    def __init__(
        self, why: str = "scheme", *, variable: str = "DATABASE_URL", **facts: str
    ) -> None:
        super().__init__(
            "give a SQLite file, sqlite+aiosqlite:///path/to/escalade.db, "
            "or a PostgreSQL database, postgresql+asyncpg://user:password@host/name"
            f" ({why}{''.join(f', {value}' for value in facts.values())})"
        )
        self.why, self.variable, self.facts = why, variable, facts


class DatabaseRefuses(StoreError):
    """The database answers, and refuses: a name, a password, a right; or the file is none."""


class NewerDatabase(StoreError):
    """A newer version has dropped tables or columns that this one needs."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"this database was brought up to date by a newer version, which dropped {missing}: "
            "run that version"
        )


class DatabaseTrouble(StoreError):
    """The database was out of reach, or too busy, all the while this was tried."""


class NotStarted(StoreError):
    """The store is not open, or not for that."""
