"""What is handed back of a contract is written as it is read (Rule CON-4)."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from bot.operate.handing_back import export
from config.contract.file import read_contract, recall_contract
from store.database import Store
from tests.config.broken import EXAMPLE
from tests.store.records import NOON, line

LINES, LONG = 4000, 5000


async def test_con_4_an_export_holds_little_of_a_long_journal_in_memory(tmp_path: Path) -> None:
    contract = read_contract(EXAMPLE)
    address = f"sqlite+aiosqlite:///{tmp_path}/escalade.db"
    folder = tmp_path / "export"
    said = [line("incident.noted", contract=contract.id, text=f"{n:{LONG}}") for n in range(LINES)]
    told: list[tuple[str, int, int]] = []
    async with Store(address, read_contract=recall_contract) as store:
        await store.contracts.put_in_force(contract.id, contract.version, EXAMPLE, NOON)
        await store.run(lambda tx: tx.append(said), now=NOON)
        said.clear()
        tracemalloc.start()
        try:
            manifest = await store.read_at_length(
                lambda tx: export(
                    tx.connection,
                    contract.id,
                    folder,
                    now=NOON,
                    on_progress=lambda *how: told.append(how),
                )
            )
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    written = (folder / "journal.jsonl").stat().st_size
    assert manifest.lines == LINES + 1
    assert written > LINES * LONG
    assert most < written / 2, "a page of lines and their words, never all of them"
    assert told[-1] == ("journal.jsonl", LINES + 1, LINES + 1)
    assert [each[1] for each in told if each[0] == "journal.jsonl"][:2] == [500, 1000]
