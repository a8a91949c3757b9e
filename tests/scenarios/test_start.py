"""What a start costs: each contract is read once, and checked once in its life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from bot import wiring
from bot.rehearsal import Rehearsal
from config import contract_file
from escalation.contract import Contract
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import LITTORAL, RIVAGE


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a contract is read, with checks and without."""
    counted: Counter[str] = Counter()

    def counting(how: str, read: Callable[..., Contract]) -> Callable[..., Contract]:
        def counts(*given: str) -> Contract:
            counted[how] += 1
            return read(*given)

        return counts

    for module, name in (
        (contract_file, "read_contract"),
        (contract_file, "recall_contract"),
        (wiring, "recall_contract"),
    ):
        monkeypatch.setattr(module, name, counting(name, getattr(module, name)))
    return counted


async def test_a_start_reads_each_contract_once_and_checks_what_is_new(
    database: str, work: Counter[str]
) -> None:
    async with Rehearsal(contracts=[RIVAGE, LITTORAL], at=WEDNESDAY, database=database) as stage:
        assert work == {"read_contract": 2}
        work.clear()
        await stage.restart_bot()
        assert work == {"recall_contract": 2}
        work.clear()
        await stage.restart_bot([RIVAGE.replace('name = "', 'name = "Nouvelle ', 1), LITTORAL])
        # and the version before the edited one, beside which its rotas are looked at
        assert work == {"read_contract": 1, "recall_contract": 2}
        names = [contract.name for contract in await stage.running.store.contracts()]
        assert sum(name.startswith("Nouvelle ") for name in names) == 1
