"""Whatever the product writes is its owner's alone, under the usual umask."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.app import main
from bot.stage.stage import Stage
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene

USUAL = 0o022


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(USUAL)
    yield
    os.umask(before)


def escalade(*words: object) -> None:
    """As the process starts: through its one entry."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["escalade", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code in (0, None)


def open_to_others(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)} {path.stat().st_mode & 0o777:o}"
        for path in folder.rglob("*")
        if path.stat().st_mode & 0o077
    ]


def modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


def written_below(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


async def test_every_file_and_folder_that_is_written_is_its_owners_alone(tmp_path: Path) -> None:
    await asyncio.to_thread(escalade, "schema")
    data = tmp_path / "var" / "bot"
    url = f"sqlite+aiosqlite:///{data / 'escalade.db'}"
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=url) as stage:
        scene = Scene(stage, stage.contract)
        incident = await scene.opens("antoine-mercier", '"VPN" component=vpn severity=4')
        backup = ("backup", tmp_path / "kept.jsonl.gz", "--database-url", url)
        await asyncio.to_thread(escalade, *backup)
        assert {"escalade.db-wal", "escalade.db-shm"} <= modes(data).keys()
        assert open_to_others(tmp_path) == []
        await scene.types("antoine-mercier", f"/incident cancel {incident.id} doublon")
    there = ("--database-url", url)
    for words in (
        ("contract", "export", "rivage", "--to", tmp_path / "handed" / "back", *there),
        ("contract", "erase", "rivage", "--export", tmp_path / "handed" / "back", "--by", "Ada",
         "--certificate", tmp_path / "proof" / "of", "--confirm", "rivage", *there),
        ("restore", tmp_path / "kept.jsonl.gz", "--database-url",
         f"sqlite+aiosqlite:///{tmp_path / 'new' / 'e.db'}"),
        ("db", "copy", "--from", f"sqlite+aiosqlite:///{tmp_path / 'new' / 'e.db'}",
         "--to", f"sqlite+aiosqlite:///{tmp_path / 'moved' / 'e.db'}"),
    ):  # fmt: skip
        await asyncio.to_thread(escalade, *words)
    written = written_below(tmp_path)
    assert {"manifest.json", "journal.jsonl", "e.db.lock", "escalade.db.lock"} <= written
    assert any(name.startswith("certificate-rivage-") for name in written)
    assert open_to_others(tmp_path) == []


async def test_a_database_of_before_is_shut_to_everybody_and_stays_its_groups(
    tmp_path: Path,
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'escalade.db'}"
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=url):
        pass
    assert modes(tmp_path)["escalade.db"] == 0o644
    (tmp_path / "escalade.db").chmod(0o664)
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=url):
        found = modes(tmp_path)
    assert len(found) == 4
    assert not any(mode & 0o007 for mode in found.values())
    assert found["escalade.db"] == 0o660
