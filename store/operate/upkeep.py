"""Upkeep of a store: figures, audit, forgetting, and a backup of the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from store.engine.engine import Engine
from store.engine.upgrade import head, revision
from store.operate import audit, backup, retention
from store.operate.audit import Audited, Figures
from store.operate.backup import Contents
from store.transaction.journal import OnProgress
from store.transaction.transaction import SqlTransaction


class Upkeep:
    """The whole of what is stored, looked at and kept in order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def backup(
        self, file: Path, now: datetime, on_progress: OnProgress | None = None
    ) -> Contents:
        """Write all there is to a file, as of one instant; raises BadBackup."""

        def work(tx: SqlTransaction) -> Contents:
            form = revision(tx.connection) or ""
            return backup.write(
                tx.connection, file, revision=form, now=now, on_progress=on_progress
            )

        return await self._engine.read_at_length(work)

    async def restore(
        self, file: Path, *, later: bool, on_progress: OnProgress | None = None
    ) -> Contents:
        """Fill this database, which must be empty, from a file; raises BadBackup."""
        fill = partial(backup.read, file=file, later=later, on_progress=on_progress)
        return await self._engine.write_at_length(fill)

    async def up_to_date(self) -> bool:
        """Return whether its tables are those of this version."""
        return await self._engine.look(revision) == head()

    async def figures(self, now: datetime) -> Figures:
        """Return how the memory stands: what is due, what waits to be sent."""
        return await self._engine.look(lambda c: audit.figures(c, now))

    async def audit(self, after: audit.Place | None, limit: int) -> Audited:
        """Hold a page of open records against the rows that say what is in them; mend those."""
        look = partial(audit.page_of_open, after=after or audit.START, limit=limit)
        looked = await self._engine.look(look)
        if not looked.doubtful:
            return Audited(last=looked.last)
        mended = await self._engine.write(lambda c: audit.mend(c, looked.doubtful))
        return replace(mended, last=looked.last)

    async def forget(self, before: datetime, place: retention.Round) -> retention.Forgotten:
        """Take away a page of what was over before that instant and need not be kept."""
        return await self._engine.write(lambda c: retention.forget(c, before, place))
