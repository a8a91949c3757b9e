"""Databases as providers give them, through every command: TLS only, pooled, away, refusing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.cli import main
from config.defaults import EXAMPLE
from store.database import Store
from store.engine.engine import migrate
from store.errors import DatabaseRefuses, DatabaseTrouble
from tests import postgres
from tests.pgbouncer import PASSWORD, pgbouncer
from tests.store.conftest import read_contract
from tests.tinyproxy import CERTIFICATES

NOON = datetime(2026, 7, 15, 12, tzinfo=UTC)
ROOT = CERTIFICATES / "authority.pem"
OTHER = CERTIFICATES / "server.pem"  # an authority of nobody's
SECRET = quote(PASSWORD, safe="")
COMMANDS = (
    ["migrate"],
    ["outbox"],
    ["journal", "verify"],
    ["journal", "show", "INC-0001"],
    ["journal", "export", "rivage"],
    ["contract", "export", "rivage", "--to", "out"],
    ["backup", "new.gz"],
    ["db", "copy", "--from", "sqlite+aiosqlite:///there.db"],
)


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ESCALADE_LANGUAGE", "en")
    for name in ("PGSSLMODE", "PGSSLROOTCERT", "PGPASSWORD", "DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", (0.01, 0.01))


@pytest.fixture(scope="module")
def tls() -> Iterator[int]:
    with pgbouncer(tls=True) as port:
        yield port


@pytest.fixture(scope="module")
def pooled() -> Iterator[int]:
    with pgbouncer(tls=False) as port:
        yield port


@pytest.fixture
def database() -> Iterator[str]:
    url = postgres.fresh_url()
    yield url.rpartition("/")[2]
    postgres.drop(url)


async def works(url: str, direct: str = "") -> None:
    """All that a replica does with a database: its tables, the pool, the word among replicas."""
    await migrate(url)
    heard = asyncio.Event()
    async with Store(url, read_contract=read_contract, direct_url=direct) as store:
        store.on_armed(lambda _due: heard.set())
        await store.contracts.put_in_force("acme", "v1", "acme", NOON)
        assert all(verdict.whole for verdict in await store.journal.verify())
        assert (store.wakes.replicas is not None) == (direct != "none")
    reading = Store(url, read_contract=read_contract, direct_url=direct)
    await reading.start_reading()
    await reading.stop()


@pytest.mark.parametrize(
    "query",
    [
        "sslmode=require",
        "ssl=require",
        "",
        f"sslmode=verify-full&sslrootcert={ROOT}",
        f"sslmode=verify-ca&sslrootcert={ROOT}&connect_timeout=10&application_name=escalade",
        "sslmode=prefer&channel_binding=prefer&target_session_attrs=read-write",
    ],
)
async def test_a_server_that_takes_tls_only(tls: int, database: str, query: str) -> None:
    for scheme in ("postgresql+asyncpg", "postgres"):
        await works(f"{scheme}://escalade:{SECRET}@localhost:{tls}/{database}?{query}")


async def test_tls_as_the_environment_asks_for_it(
    tls: int, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(ROOT))
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    await works(f"postgresql://escalade@localhost:{tls}/{database}")


async def test_of_several_hosts_the_one_that_is_there(tls: int, database: str) -> None:
    hosts = f"localhost:1,localhost:{tls}"
    query = "sslmode=require&target_session_attrs=read-write"
    await works(f"postgresql://escalade:{SECRET}@{hosts}/{database}?{query}")


async def test_a_server_that_takes_tls_only_is_not_spoken_to_without(
    tls: int, database: str
) -> None:
    where = f"escalade:{SECRET}@localhost:{tls}/{database}"
    with pytest.raises(DatabaseRefuses):
        await migrate(f"postgresql://{where}?sslmode=disable")
    with pytest.raises(DatabaseTrouble, match="certificate verify failed"):
        await migrate(f"postgresql://{where}?sslmode=verify-full&sslrootcert={OTHER}")
    with pytest.raises(DatabaseRefuses):
        await migrate(f"postgresql://escalade:wrong@localhost:{tls}/{database}?sslmode=require")


async def test_through_pgbouncer_that_pools_transactions(pooled: int, database: str) -> None:
    url = f"postgresql://escalade@127.0.0.1:{pooled}/{database}"
    with pytest.raises(DatabaseRefuses, match="startup parameter"):
        await Store(url, read_contract=read_contract).start()
    straight = f"postgresql://escalade@127.0.0.1:{postgres.server().port}/{database}"
    await works_pooled(url, straight)
    await works_pooled(url, "none")


async def works_pooled(url: str, direct: str) -> None:
    async with Store(url, read_contract=read_contract, direct_url=direct) as store:
        for contract in ("acme", "other", "third"):
            await store.contracts.put_in_force(contract, "v1", contract, NOON)
        assert all(verdict.whole for verdict in await store.journal.verify())
        assert (store.wakes.replicas is not None) == (direct != "none")


# ── the commands ─────────────────────────────────────────────────────────────────────────────


def said(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """What a command says as it fails, as the shell shows it: no trace, exit code 2."""
    monkeypatch.setattr(sys, "argv", ["escalade", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    words = capsys.readouterr().err
    assert "Traceback" not in words
    assert "very-secret" not in words
    assert words.strip()
    return words


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u:very-secret@h/d", "DATABASE_URL is no address"),
        ("nonsense", "DATABASE_URL is no address"),
        ("postgresql://u:very-secret@h", "names no database"),
        ("postgresql://u:very-secret@h/d?sslmode=strict", "sslmode is “strict”"),
        ("postgresql://u:very/secret@h/d", "%2F for /"),
        ("postgresql://u:very-secret@h/d?channel_binding=require", "verify-full"),
        ("postgresql://u:very-secret@127.0.0.1:1/d", "out of reach"),
        ("postgresql://u:very-secret@127.0.0.1:1,127.0.0.1:2/d", "out of reach"),
        ("sqlite+aiosqlite://", "names no file"),
    ],
)
def test_what_a_person_can_mend_is_said_the_same_by_every_command(
    command: list[str],
    url: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if command[0] == "db":
        asyncio.run(made("there.db"))
    monkeypatch.setenv("DATABASE_URL", url)
    assert words in said(command, monkeypatch, capsys)


async def made(file: str) -> None:
    async with Store(f"sqlite+aiosqlite:///{file}", read_contract=read_contract) as store:
        await store.contracts.put_in_force("acme", "v1", "acme", NOON)


@pytest.mark.parametrize("command", ["run", "doctor", "migrate"])
def test_a_wrong_scheme_names_its_variable(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:very-secret@h/d")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("ESCALADE_CONTRACTS", str(EXAMPLE))
    assert "DATABASE_URL" in said([command], monkeypatch, capsys)


def test_the_direct_address_and_the_source_of_a_copy_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/d")
    monkeypatch.setenv("ESCALADE_DATABASE_DIRECT_URL", "postgresql://h/d?x=y")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("ESCALADE_CONTRACTS", str(EXAMPLE))
    assert "ESCALADE_DATABASE_DIRECT_URL" in said(["run"], monkeypatch, capsys)
    assert "--from" in said(["db", "copy", "--from", "mysql://h/d"], monkeypatch, capsys)


def test_a_name_or_a_right_that_the_server_refuses_is_said(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = postgres.server().port
    monkeypatch.setenv("DATABASE_URL", f"postgresql://escalade@127.0.0.1:{port}/nowhere")
    for command in (["migrate"], ["outbox"], ["backup", "new.gz"]):
        assert "“nowhere”" in said(command, monkeypatch, capsys).replace('"nowhere"', "“nowhere”")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody@127.0.0.1:{port}/{database}")
    assert "nobody" in said(["migrate"], monkeypatch, capsys)


ALL_OF_THEM = """
import os, sys
from bot.cli import main
for number, url in enumerate(sys.argv[1:]):
    for command in ("migrate", "outbox"):
        os.environ["DATABASE_URL"], sys.argv[1:] = url, [command]
        try:
            main()
        except SystemExit as ended:
            print(number, command, ended.code, file=sys.stderr)
"""


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    """In a process of its own: the driver's thread may be a moment behind the event loop."""
    (tmp_path / "e.db").write_text("What is this? It is no database at all.\n" * 99, "utf-8")
    (tmp_path / "folder").mkdir()
    places = ("e.db", "folder")
    ended = subprocess.run(  # noqa: S603  words of ours
        [sys.executable, "-c", ALL_OF_THEM]
        + [f"sqlite+aiosqlite:///{tmp_path / place}" for place in places],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    rest = ended.stderr
    for number, words in enumerate(("not a database", "unable to open")):
        for command in ("migrate", "outbox"):
            said, code, rest = rest.partition(f"{number} {command} 2\n")
            assert words in said
            assert code
