"""An installation is kept in one file, brought back or moved elsewhere, and goes on."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from bot.cli.app import app
from bot.stage.stage import Stage
from config.contract.file import recall_contract
from escalation.messages.ladder import Ping
from store.database import Store
from store.errors import NoDatabase
from store.schema.tables import outbox
from tests.databases import DATABASES, behind, url_of
from tests.scenarios.conftest import WEDNESDAY
from tests.scenarios.scene import RIVAGE, Scene
from tests.scenarios.test_clock_nights import what_happened, what_was_planned

OPEN = '"Plus de VPN" component=vpn severity=1'


async def escalade(*words: object) -> Result:
    """The command line has its own event loop."""
    given = [str(word) for word in words]
    env = {"ESCALADE_LANGUAGE": "en"}
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, given, env=env))


async def lines_of(url: str) -> list[object]:
    store = Store(url, read_contract=recall_contract)
    await store.start_reading()
    try:
        return [line async for line in store.journal.export("rivage")]
    finally:
        await store.stop()


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the other kind, on another machine as it were."""
    database = request.getfixturevalue("database")
    other = DATABASES[0] if database.startswith("postgresql") else DATABASES[1]
    return url_of(other, tmp_path / "elsewhere")


async def test_esc_7_an_escalation_restored_on_another_database_goes_on_as_planned(
    database: str, elsewhere: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup.jsonl.gz"
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database) as stage:
        scene = Scene(stage, stage.contract)
        await scene.opens("yasmine-haddad", OPEN)
        await stage.after(minutes=20)
        result = await escalade("backup", file, "--database-url", database)
        assert result.exit_code == 0, result.output
        assert "the chain is whole" in result.output
        again = await escalade("backup", file, "--database-url", database)
        assert again.exit_code == 2
        assert "another name" in again.output

        await stage.stop_bot()
        kept = await lines_of(database)
        restored = await escalade("restore", file, "--database-url", elsewhere)
        assert restored.exit_code == 0, restored.output
        assert await lines_of(elsewhere) == kept

        stage.database = elsewhere
        await stage.start_bot()
        await stage.until(WEDNESDAY.replace(hour=12))
        happened = await what_happened(scene)
        assert happened == what_was_planned(scene, WEDNESDAY, 1, stage.clock.now() - WEDNESDAY)
        assert len(happened) > 8
        assert all(verdict.whole for verdict in await stage.running.store.journal.verify())
        await scene.opens("antoine-mercier", '"Paie" component=paie severity=2')
        assert (await scene.incident(2)).id == "INC-0002", "numbers go on"


async def test_a_stopped_installation_is_copied_with_timers_and_messages(
    database: str, elsewhere: str
) -> None:
    async with Stage(contracts=[RIVAGE], at=WEDNESDAY, database=database) as stage:
        stage.workspace.faults.add("chat.*", "ratelimited", times=1_000, retry_after=30)
        await Scene(stage, stage.contract).types("antoine-mercier", f"/incident open {OPEN}")
        if database.startswith("sqlite"):
            refused = await escalade("db", "copy", "--from", database, "--to", elsewhere)
            assert refused.exit_code != 0, "the bot is running"
        await stage.stop_bot()
        result = await escalade("db", "copy", "--from", database, "--to", elsewhere)
        assert result.exit_code == 0, result.output
        assert "the same seals" in result.output
        assert await counted(elsewhere) == await counted(database) > 3
        twice = await escalade("db", "copy", "--from", database, "--to", elsewhere)
        assert twice.exit_code == 2
        assert "not empty" in twice.output
        stage.workspace.faults.clear()
        stage.database = elsewhere
        await stage.start_bot()
        await stage.after(minutes=2)
        assert Scene(stage, stage.contract).told("mathis-berger", "INC-0001")


async def counted(url: str) -> int:
    async with behind(url) as connection:
        found = await connection.execute(select(func.count()).select_from(outbox))
        return int(found.scalar_one())


async def test_what_was_sent_after_the_backup_is_found_and_not_sent_again(
    scene: Scene, database: str, tmp_path: Path
) -> None:
    stage, file = scene.stage, tmp_path / "backup.jsonl.gz"
    stage.workspace.faults.add("chat.*", "ratelimited", times=1_000, retry_after=30)
    await scene.types("antoine-mercier", f"/incident open {OPEN}")
    assert (await escalade("backup", file, "--database-url", database)).exit_code == 0
    stage.workspace.faults.clear()
    await stage.after(minutes=1)
    before = len(scene.told("mathis-berger", "INC-0001", "intervention"))
    assert before == 1

    await stage.stop_bot()
    elsewhere = url_of("sqlite", tmp_path / "elsewhere")
    assert (await escalade("restore", file, "--database-url", elsewhere)).exit_code == 0
    stage.database = elsewhere
    await stage.start_bot()
    await stage.after(minutes=1)
    assert len(scene.told("mathis-berger", "INC-0001", "intervention")) == before
    store = stage.running.store
    assert await store.outbox.post_of("rivage", "person/mathis-berger", Ping.topic, "INC-0001")


SPOILT: list[tuple[Callable[[list[str]], list[str]], str]] = [
    (lambda lines: lines[:-1], "damaged"),
    (lambda lines: lines[:5] + lines[6:], "damaged"),
    (lambda lines: [lines[0], lines[1].replace("rivage", "rivale"), *lines[2:]], "damaged"),
    (lambda lines: ["{}", *lines[1:]], "not a backup"),
    (lambda _: ["what is this"], "not a backup"),
]


async def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_kept(
    scene: Scene, database: str, tmp_path: Path
) -> None:
    file, bad = tmp_path / "backup.jsonl.gz", tmp_path / "bad.jsonl.gz"
    await scene.opens("antoine-mercier", OPEN)
    assert (await escalade("backup", file, "--database-url", database)).exit_code == 0
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    for number, (spoil, words) in enumerate(SPOILT):
        bad.write_bytes(gzip.compress(("\n".join(spoil(lines)) + "\n").encode()))
        elsewhere = url_of("sqlite", tmp_path / f"elsewhere-{number}")
        refused = await escalade("restore", bad, "--database-url", elsewhere)
        assert refused.exit_code == 2
        assert words in refused.output
        assert (await escalade("restore", file, "--database-url", elsewhere)).exit_code == 0


async def test_a_backup_that_is_cut_short_is_said_to_be(
    scene: Scene, database: str, tmp_path: Path
) -> None:
    file, cut = tmp_path / "backup.jsonl.gz", tmp_path / "cut.jsonl.gz"
    assert (await escalade("backup", file, "--database-url", database)).exit_code == 0
    whole = file.read_bytes()
    for left in (0.97, 0.5, 0.01):
        cut.write_bytes(whole[: max(20, int(len(whole) * left))])
        refused = await escalade("restore", cut, "--database-url", database)
        assert refused.exit_code == 2
        assert "damaged or cut short" in refused.output


async def test_what_was_never_there_is_not_copied_and_not_made(tmp_path: Path) -> None:
    mistyped = tmp_path / "mistyped.db"
    target = url_of("sqlite", tmp_path / "target")
    for source in (f"sqlite+aiosqlite:///{mistyped}", url_of("sqlite", tmp_path / "empty")):
        refused = await escalade("db", "copy", "--from", source, "--to", target)
        assert isinstance(refused.exception, NoDatabase)  # `main` says it in a sentence
    assert not mistyped.exists()


async def test_a_backup_of_a_newer_version_or_a_broken_journal_is_refused(
    scene: Scene, database: str, tmp_path: Path
) -> None:
    from store.operate import backup as backups
    from store.schema.tables import journal

    file = tmp_path / "backup.jsonl.gz"
    await scene.opens("antoine-mercier", OPEN)
    assert (await escalade("backup", file, "--database-url", database)).exit_code == 0
    rows = [json.loads(n) for n in gzip.decompress(file.read_bytes()).decode().splitlines()]
    assert rows[0]["format"] == backups.FORMAT
    assert {row[0] for row in rows[1:-1]} >= {"incidents", "timers", "outbox", "journal"}

    async with behind(database) as connection:
        await connection.execute(update(journal).where(journal.c.number == 2).values(actor="x"))
    broken = await escalade("backup", tmp_path / "b.gz", "--database-url", database)
    assert broken.exit_code == 2
    assert "BROKEN at line 2" in broken.output
    assert not (tmp_path / "b.gz").exists()
    async with behind(database) as connection:
        await connection.execute(
            update(journal).where(journal.c.number == 2).values(actor=rows_actor(rows))
        )


def rows_actor(rows: list[object]) -> str:
    """Who line 2 of the journal names, in a backup."""
    for row in rows[1:-1]:
        name, values = row
        if name == "journal" and values["number"] == 2:
            return str(values["actor"])
    raise AssertionError("no line 2")
