"""Contracts in the memory: every version ever in force, and the one in force now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, bindparam, insert, select, update

from escalation.contract import Contract
from store.schema.lists import among
from store.schema.tables import contract_versions, contracts_in_force

ReadContract = Callable[[str], Contract]
MOST_OLD = 64  # more than are under way at a time: reading one again takes some 20 ms


class ContractCache:
    """Contracts read from their text. A version never changes.

    As many stay as there are contracts, and MOST_OLD more, those that were asked for last: what
    nobody asks for any more leaves memory, and is read again where somebody does.
    """

    def __init__(self, read_contract: ReadContract) -> None:
        self._read = read_contract
        self._known: OrderedDict[tuple[str, str], Contract] = OrderedDict()
        self._contracts: set[str] = set()
        self._lock = Lock()  # transactions run in several threads

    def version(self, connection: Connection, contract_id: str, version: str) -> Contract | None:
        """The contract under that version."""
        with self._lock:
            if (known := self._find(contract_id, version)) is not None:
                return known
        t = contract_versions.c
        text = connection.execute(
            select(t.text).where(t.contract == contract_id, t.version == version)
        ).scalar_one_or_none()
        return None if text is None else self._keep(contract_id, version, text)

    def keep(self, contract: Contract) -> None:
        """Keep a contract that was read already."""
        with self._lock:
            self._contracts.add(contract.id)
            self._known[contract.id, contract.version] = contract
            while len(self._known) > len(self._contracts) + MOST_OLD:
                self._known.popitem(last=False)

    def _find(self, contract_id: str, version: str) -> Contract | None:
        if (found := self._known.get((contract_id, version))) is not None:
            self._known.move_to_end((contract_id, version))
        return found

    def known(
        self, in_force: Sequence[Sequence[str]], names: Sequence[str]
    ) -> list[Contract] | None:
        """Those contracts, under these versions; None where one was not read yet."""
        of = {row[0]: row[1] for row in in_force}
        with self._lock:
            found = [self._find(name, of.get(name, "")) for name in names]
        read = [contract for contract in found if contract is not None]
        return read if len(read) == len(names) else None

    def _keep(self, contract_id: str, version: str, text: str) -> Contract:
        contract = replace(self._read(text), version=version)
        if contract.id != contract_id:
            raise ValueError(f"this is the text of {contract.id!r}, not of {contract_id!r}")
        self.keep(contract)
        return contract


# made once: making it costs more than running it, and each transaction asks
_VERSION = select(contracts_in_force.c.version).where(
    contracts_in_force.c.contract == bindparam("of")
)


def version_in_force(connection: Connection, contract_id: str, *, lock: bool = False) -> str | None:
    """The version in force of that contract; with `lock` nobody else changes it meanwhile."""
    query = _VERSION.with_for_update() if lock else _VERSION
    return connection.execute(query, {"of": contract_id}).scalar_one_or_none()


IN_FORCE = select(contracts_in_force.c.contract, contracts_in_force.c.version).order_by(
    contracts_in_force.c.contract
)


_ACCEPTED = select(contract_versions.c.version).where(
    among(contract_versions.c.version, "versions")
)


def accepted(connection: Connection, versions: Sequence[str]) -> set[str]:
    """Those of the versions that were ever put in force, and are still kept."""
    return set(connection.execute(_ACCEPTED, {"versions": list(versions)}).scalars())


def in_force(connection: Connection) -> list[tuple[str, str]]:
    """Every contract with its version in force."""
    return [(row.contract, row.version) for row in connection.execute(IN_FORCE)]


def put_in_force(
    connection: Connection, *, contract: str, version: str, text: str, source: str, now: datetime
) -> str | None:
    """Put that version in force, keeping its text; returns the version it replaces."""
    t, f = contract_versions.c, contracts_in_force.c
    old = version_in_force(connection, contract, lock=True)
    known = connection.execute(
        select(t.version).where(t.contract == contract, t.version == version)
    ).first()
    if known is None:
        row = {"contract": contract, "version": version, "text": text}
        connection.execute(insert(contract_versions), row | {"read_at": now, "source": source})
    if old is None:
        connection.execute(insert(contracts_in_force), {"contract": contract, "version": version})
    else:
        connection.execute(
            update(contracts_in_force).where(f.contract == contract).values(version=version)
        )
    return old
