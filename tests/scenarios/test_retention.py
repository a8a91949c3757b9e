"""What is over is taken away as the operator says, and nobody notices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.operate import retention
from bot.operate.retention import LEAST, Retention
from bot.stage.stage import Stage
from store.schema.tables import outbox, outcomes, posts
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene


async def kept(stage: Stage) -> dict[str, int]:
    """How many rows each table has."""
    tables = (outbox, outcomes, posts)
    counts = [select(func.count()).select_from(table) for table in tables]
    found = await stage.running.store.read(
        lambda tx: [tx.connection.execute(count).scalar_one() for count in counts]
    )
    return dict(zip((table.name for table in tables), found, strict=True))


async def test_nobody_notices_what_was_taken_away(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LEAST", timedelta(0))
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        await scene.opens("mathis-berger", '"Paie lente" component=paie severity=3')
        await scene.opens("mathis-berger", '"Paie fausse" component=paie severity=3')
        await scene.types("mathis-berger", "/incident cancel INC-0002 doublon")
        journal = await scene.timeline("INC-0001")
        shown = len(scene.reads("antoine-mercier", scene.shared))
        before = await kept(stage)
        await stage.after(minutes=5)

        await Retention(stage.running.store, stage.clock, timedelta(minutes=1)).look()

        after = await kept(stage)
        assert after["outbox"] == 0
        assert after["outcomes"] == 0
        assert 0 < after["posts"] < before["posts"], "where the card of INC-0001 stands"
        assert await scene.timeline("INC-0001") == journal
        await scene.types("mathis-berger", "/incident note INC-0001 patience")
        await stage.settle()
        assert len(scene.reads("antoine-mercier", scene.shared)) == shown, "the card stays in place"


async def test_nothing_is_taken_away_while_a_repeat_can_come(database: str) -> None:
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        await scene.opens("mathis-berger", '"Paie lente" component=paie severity=3')
        before = await kept(stage)
        await Retention(stage.running.store, stage.clock, timedelta(0)).look()
        assert await kept(stage) == before
    assert timedelta(days=30) <= LEAST
