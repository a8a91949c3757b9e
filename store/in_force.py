"""The contracts of the store: put in force, recorded, and asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from escalation.base.facts import Fact
from escalation.base.journal import Entry
from escalation.base.journal_actions.record_keeping import RecordKeepingAction
from escalation.contract import ESCALADE, Contract
from escalation.duty.duty_changes import moves
from store.engine.engine import Engine
from store.transaction import contracts
from store.transaction.transaction import SqlTransaction


class Contracts:
    """Every contract, under each version that was ever in force."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def put_in_force(
        self, contract_id: str, version: str, text: str, now: datetime, source: str = "start"
    ) -> bool:
        """Put a version of a contract in force, and record it; False where it already is.

        The record says whose duty changes by it.
        """

        def put(tx: SqlTransaction) -> bool:
            old = contracts.put_in_force(
                tx.connection,
                contract=contract_id,
                version=version,
                text=text,
                source=source,
                now=now,
            )
            before = tx.contract_version(contract_id, old) if old else None
            new = tx.contract_version(contract_id, version)  # a text that cannot be read is refused
            if old == version:
                return False
            facts: dict[str, Fact] = {"version": version}
            if before is not None:
                facts["replaces"] = before.version
                if moved := moves(before, new, now):
                    facts["duty"] = [move.as_fact() for move in moved]
            line = Entry(
                contract=contract_id,
                subject=contract_id,
                at=now,
                actor=ESCALADE,
                action=RecordKeepingAction.CONTRACT_PUT_IN_FORCE,
                source=source,
                facts=facts,
            )
            tx.append([line])
            return True

        return await self._engine.run(put, now=now)

    async def put_read(self, read: Sequence[tuple[Contract, str]], now: datetime) -> None:
        """Put contracts in force, each with its text; those that are already cost nothing."""
        there = dict(await self._engine.look(contracts.in_force))
        for contract, text in read:
            self._engine.contract_cache.keep(contract)
            if there.get(contract.id) != contract.version:
                await self.put_in_force(contract.id, contract.version, text, now)

    async def accepted(self, versions: Sequence[str]) -> set[str]:
        """Those of the versions that were ever put in force, and are still kept."""
        return await self._engine.look(lambda c: contracts.accepted(c, versions))

    async def replaced(self, read: Sequence[Contract]) -> list[tuple[Contract, Contract]]:
        """Those whose version in force is another, each behind the one in force."""

        def find(tx: SqlTransaction) -> list[tuple[Contract, Contract]]:
            there = dict(contracts.in_force(tx.connection))
            edited = [each for each in read if there.get(each.id, each.version) != each.version]
            return [(tx.contract(each.id), each) for each in edited]

        return await self._engine.read(find)

    async def named(self, names: Sequence[str]) -> list[Contract]:
        """These contracts, as they are in force; raises NotFound. It is asked at each command."""
        found = self._engine.contract_cache.known(await self._engine.ask(contracts.IN_FORCE), names)
        if found is not None:
            return found
        return await self._engine.read(lambda tx: [tx.contract(name) for name in names])

    async def all(self) -> list[Contract]:
        """Every contract in force."""
        return await self._engine.read(
            lambda tx: [tx.contract(name) for name, _ in contracts.in_force(tx.connection)]
        )
