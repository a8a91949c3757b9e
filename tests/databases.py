"""The databases on which every test of the store and every scenario runs."""

from __future__ import annotations

from pathlib import Path

from tests import postgres

DATABASES = ("sqlite", "postgresql")


def url_of(database: str, folder: Path) -> str:
    """A fresh database of that kind."""
    if database == "postgresql":
        return postgres.fresh_url(migrated=False)
    assert database == "sqlite"
    return f"sqlite+aiosqlite:///{folder}/data/escalade.db"


def migrated_url(database: str, folder: Path) -> str:
    """A fresh database of that kind, which need not be migrated where that is quicker."""
    return postgres.fresh_url() if database == "postgresql" else url_of(database, folder)
