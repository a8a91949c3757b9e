"""The stages on which scenarios play: the whole bot over the local workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from bot.stage.stage import Stage
from tests.scenarios.scene import LITTORAL, RIVAGE, Scene

WEDNESDAY = datetime.fromisoformat("2026-06-10T10:00:00+02:00")


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
