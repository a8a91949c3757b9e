"""The journal of the store: read, exported, and proved whole (Rule CON-3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from escalation.base.journal import as_data
from store.engine.engine import Engine
from store.transaction import journal
from store.transaction.journal import OnProgress
from store.transaction.transaction import SqlTransaction


class Journal:
    """The chain of entries of each contract; appended to by transactions alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def contracts(self) -> list[str]:
        """The contracts that must have a journal."""
        return await self._engine.look(journal.contracts_with_journal)

    async def last_seals(self) -> list[str]:
        """The seal that each contract's journal ends with, without saying whose it is."""
        return await self._engine.look(journal.last_seals)

    async def line_sealed(self, seal: str) -> tuple[str, int] | None:
        """The contract and number of the line that carries this seal."""
        return await self._engine.read_at_length(
            lambda tx: journal.line_sealed(tx.connection, seal)
        )

    async def verify(
        self, contract: str = "", *, known: int = 0, on_progress: OnProgress | None = None
    ) -> list[journal.Verdict]:
        """Prove a contract's journal whole, or each one's; or say where it breaks (Rule CON-3).

        Of one contract, lines up to the number `known` are taken as proved (`journal.verify`).
        """

        def look(tx: SqlTransaction) -> list[journal.Verdict]:
            there = journal.contracts_with_journal(tx.connection)
            names = [name for name in there if contract in ("", name)]
            return [
                journal.verify(tx.connection, n, known=known, on_progress=on_progress)
                for n in names
            ]

        return await self._engine.read_at_length(look)

    async def export(self, contract_id: str) -> AsyncIterator[dict[str, Any]]:
        """Every line of a contract's journal, in order, as plain data."""
        after = 0
        while True:
            lines = await self._engine.look(
                partial(journal.page, contract=contract_id, after=after)
            )
            if not lines:
                return
            for sealed in lines:
                yield as_data(sealed)
            after = lines[-1].number
