"""What can go wrong in the memory, as types.

StoreError
├── AlreadyRunning   another process holds this database
├── StaleRecord      somebody else changed the record meanwhile
├── NoDatabase       there is none to read yet
├── UnusableDatabase the address is not a SQLite file
└── NotStarted       the store was used before start() or after stop()
"""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """The root of the store's own errors."""


class AlreadyRunning(StoreError):
    """Another process holds this database: SQLite means exactly one."""

    def __init__(self, database: Path) -> None:
        super().__init__(f"another process already runs on {database}")
        self.database = database


class StaleRecord(StoreError):
    """The record was changed by somebody else since it was read."""

    def __init__(self, contract: str, record_id: str) -> None:
        super().__init__(f"{record_id} of {contract} was changed meanwhile")
        self.contract = contract
        self.record_id = record_id


class NoDatabase(StoreError):
    """There is no database yet: the bot never ran here."""

    def __init__(self, database: Path) -> None:
        super().__init__(f"there is no database at {database}")
        self.database = database


class UnusableDatabase(StoreError, ValueError):
    """The address is not one that this version can use."""

    def __init__(self) -> None:
        super().__init__("give a SQLite file: sqlite+aiosqlite:///path/to/escalade.db")


class NotStarted(StoreError):
    """The store is not open, or not for that."""
