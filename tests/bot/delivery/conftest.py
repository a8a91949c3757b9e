"""What the tests of delivering share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import MovedClock
from bot.delivery import writing
from config.contract.file import recall_contract
from handlers.words.rendered import Rendered
from store.database import Store
from tests.agreement import paris
from tests.bot.delivery.stand import (
    CONTRACT,
    Stand,
)
from tests.scenarios.scene import RIVAGE


@pytest.fixture
async def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
    monkeypatch.setattr(writing, "render", lambda *_, **__: Rendered(text="x"))
    clock = MovedClock(paris("2026-07-15 10:00"))
    url = f"sqlite+aiosqlite:///{tmp_path / 'e.db'}"
    async with Store(url, read_contract=recall_contract) as store:
        await store.contracts.put_in_force(CONTRACT.id, CONTRACT.version, RIVAGE, clock.now())
        yield Stand(store, clock)
