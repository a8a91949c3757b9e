"""The bot that all of this is tried on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.directory import people
from bot.stage.stage import Stage
from tests.fuzz.ground import Fuzzed
from tests.patience import PatientLoop
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene


@pytest.fixture(autouse=True, scope="module")
def _slack_says_who_it_is() -> Iterator[None]:
    """Whoever acts and was never seen is looked up: here no machine is too busy for that second.

    After it, what they sent is not acknowledged, and comes again (`test_slack_hangs`).
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "UNKNOWN_SECONDS", 20.0)
        yield


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    loop = PatientLoop()
    stage = Stage(contracts=[RIVAGE], at=WEDNESDAY, database=f"sqlite+aiosqlite:///{folder}/e.db")
    loop.run_until_complete(stage.__aenter__())
    scene = Scene(stage, stage.contract)
    opened = scene.opens("antoine-mercier", '"Paie lente" component=paie severity=3')
    loop.run_until_complete(opened)
    yield Fuzzed(loop, scene)
    answer = loop.run_until_complete(scene.types("antoine-mercier", "/incident show INC-0001"))
    assert "Paie lente" in answer, "it goes on"
    verdicts = loop.run_until_complete(stage.running.store.journal.verify())
    assert all(verdict.whole for verdict in verdicts)
    loop.run_until_complete(stage.__aexit__(None, None, None))
    loop.close()
