"""Real incidents of the example contract, each with its next ladder step due when one likes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from config.contract.file import read_contract
from escalation.base.timer_names.ladder import NextCall
from escalation.base.timers import ArmedTimers
from escalation.contract import Contract
from escalation.decision.commands.incident import OpenIncident
from escalation.decision.commands.ladder import EscalateUp
from escalation.perform import perform
from escalation.plan.memory import Memory
from escalation.records.incident import Incident, Origin
from escalation.records.kinds import INCIDENT
from store.database import Store
from store.schema.tables import EPOCH, MICROSECOND
from store.transaction.transaction import SqlTransaction

CONTRACT_FILE = Path(__file__).parent.parent / "config" / "examples" / "agence-rivage.toml"
OPENED = datetime(2026, 7, 15, 8, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Paris
STEP = str(NextCall("client", "provider"))
CHUNK = 1000


@cache
def contract_text() -> str:
    """The example contract, as it ships."""
    return CONTRACT_FILE.read_text(encoding="utf-8")


@cache
def contract() -> Contract:
    """The example contract, read."""
    return read_contract(contract_text())


@cache
def template() -> Incident:
    """An incident found by the provider, escalated, whose provider's call waits for an answer.

    One side only, so that one step is one incident: load, decide, save, a ping, a card, a journal
    line, the next timer.
    """
    memory = Memory(contract())
    memory.now = OPENED
    manager = "claire-vasseur"
    opened = perform(
        memory,
        OpenIncident(
            contract=contract().id,
            by=manager,
            title="The VPN refuses every second connection",
            description="Seen from both sites since the morning. " * 4,
            component="vpn",
            severity=2,
            origin=Origin.MONITORING,
        ),
        OPENED,
    )
    perform(
        memory,
        EscalateUp(contract=contract().id, by=manager, incident=opened.id, reason="No way around"),
        OPENED,
    )
    return memory.get(INCIDENT, contract().id, opened.id)


def incident(number: int, due: datetime) -> Incident:
    """The template under its own number, its next call due at that instant."""
    known = template()
    armed = tuple(
        replace(timer, due=due if timer.name == STEP else max(timer.due, due.replace(year=2099)))
        for timer in known.alarms.armed
    )
    alarms = ArmedTimers(armed=armed, generation=known.alarms.generation)
    return replace(known, id=f"INC-{number:04d}", alarms=alarms, version=0)


# as many timers as are wanted, over the months to come, of records that nothing rings for
_MORE = """
INSERT INTO timers (contract, subject, name, due, generation, failures)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
SELECT 'rivage', 'INC-' || CAST(1000000 + i AS TEXT), 'target/restore/100',
    CAST(:first AS BIGINT) + CAST(i AS BIGINT) * 1000003, 1, 0 FROM n
"""


async def arm(store: Store, count: int, after: datetime) -> None:
    """Arm so many more timers, one a second from an instant on."""

    def more(connection: Connection) -> None:
        at = (after - EPOCH) // MICROSECOND
        connection.execute(text(_MORE), {"count": count, "first": at})
        connection.execute(text("ANALYZE"))

    await store.write_at_length(more)


def text_of(number: int) -> str:
    """The contract's text under another id, from the second on."""
    if number == 0:
        return contract_text()
    return contract_text().replace('id = "rivage"', f'id = "rivage-{number}"', 1)


async def seed(
    store: Store, count: int, due: Callable[[int], datetime], first: int = 1, contracts: int = 1
) -> None:
    """Put the contract in force, and that many incidents whose n-th step is due at `due(n)`.

    With more than one contract the incidents take turns among them.
    """
    agreed = [read_contract(text_of(number)) for number in range(contracts)]
    for number, one in enumerate(agreed):
        await store.contracts.put_in_force(one.id, one.version, text_of(number), OPENED)
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))

        def put(tx: SqlTransaction, numbers: range = numbers) -> None:
            for number in numbers:
                one = agreed[number % contracts]
                tx.put(
                    replace(
                        incident(first + number, due(number)),
                        contract=one.id,
                        contract_version=one.version,
                    )
                )

        await store.run(put, now=OPENED)
