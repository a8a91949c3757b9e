"""The stages on which scenarios play: the whole bot over the local workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot.stage.stage import Stage
from store.engine.engine import migrate
from tests.databases import Make
from tests.scenarios.scene import LITTORAL, RIVAGE, Scene

WEDNESDAY = datetime.fromisoformat("2026-06-10T10:00:00+02:00")


async def one_contract_known(url: str) -> None:
    """The bot ran here before, on the example contract: it knows everybody."""
    await _ran([RIVAGE], url)


async def two_contracts_known(url: str) -> None:
    """The bot ran here before, on two contracts: it knows everybody."""
    await _ran([RIVAGE, LITTORAL], url)


async def _ran(contracts: list[str], url: str) -> None:
    async with Stage(contracts=contracts, at=WEDNESDAY, database=url) as stage:
        await stage.settle()


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> Make:
    """A scenario on one of the stages below goes on where the bot ran before."""
    known = {"stage": one_contract_known, "two_contracts": two_contracts_known}
    return next((known[name] for name in known if name in request.fixturenames), migrate)


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    """The example contract, on a working day; whatever happens, the journal stays whole."""
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database) as stage:
        yield stage
        await _journal_is_whole(stage)


@pytest.fixture
def scene(stage: Stage) -> Scene:
    """The people of the example contract."""
    return Scene(stage, stage.contract)


@pytest.fixture
async def two_contracts(database: str) -> AsyncIterator[tuple[Scene, Scene]]:
    """One provider that serves two clients: the scene of each contract."""
    async with Stage(contracts=[RIVAGE, LITTORAL], at=WEDNESDAY, database=database) as stage:
        rivage, littoral = stage.contracts
        yield Scene(stage, rivage), Scene(stage, littoral)
        await _journal_is_whole(stage)


async def _journal_is_whole(stage: Stage) -> None:
    if stage.bot is not None:
        verdicts = await stage.bot.store.journal.verify()
        assert all(verdict.whole for verdict in verdicts)
