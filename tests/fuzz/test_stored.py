"""What is read back, or given by an operator: whole, or refused in words; never a raw trace."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.operate.handing_back import MANIFEST, BadExport, check_export, export
from config.contract.file import recall_contract
from config.environment import read_settings
from config.faults import SettingsFaults
from config.settings import Settings, variables
from store.database import Store
from store.engine.engine import migrate
from store.operate.backup import BadBackup, check, read
from tests.fuzz.ground import FUZZ, Fuzzed

# numbers, nothing, and words where other things stand; deep nesting is the reader's own trouble
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=10),
    st.sampled_from([10**30, [], {}, [[]], {"a": 1}, "x" * 1000, "\0", "\ud800"]),
)


@pytest.fixture(scope="module")
def backup(fuzzed: Fuzzed, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The lines of a backup, read."""
    file = tmp_path_factory.mktemp("backup") / "e.gz"
    stage = fuzzed.scene.stage
    fuzzed.loop.run_until_complete(stage.running.store.upkeep.backup(file, stage.clock.now()))
    return [json.loads(line) for line in gzip.open(file, "rt", encoding="utf-8")]


@pytest.fixture(scope="module")
def empty(fuzzed: Fuzzed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An empty database; what does not fit leaves it so."""
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('empty')}/e.db"
    fuzzed.loop.run_until_complete(migrate(url))
    store = Store(url, read_contract=recall_contract)
    fuzzed.loop.run_until_complete(store.start())
    yield store
    fuzzed.loop.run_until_complete(store.stop())


class Undone(Exception):
    """What was restored is taken back."""


def restored(loop: asyncio.AbstractEventLoop, store: Store, file: Path) -> None:
    """Restore, or be refused; in both cases the database is empty then."""

    def restore(connection: Connection) -> None:
        read(connection, file=file, later=True)
        raise Undone

    with suppress(BadBackup, Undone):
        loop.run_until_complete(store.write_at_length(restore))


def sealed(lines: list[Any]) -> bytes:
    """The lines as a file whose checksum and counts are right, as a forger would write it."""
    written = [json.dumps(line, separators=(",", ":")) + "\n" for line in lines[:-1]]
    foot = lines[-1]
    if isinstance(foot, dict) and "sha256" in foot:
        foot = foot | {"sha256": hashlib.sha256("".join(written).encode()).hexdigest()}
    return gzip.compress(("".join(written) + json.dumps(foot) + "\n").encode(), 1)


@st.composite
def bent_lines(draw: st.DrawFn) -> list[tuple[int, tuple[Any, ...], Any]]:
    """Where to put what: a line, the way in it, a value."""
    way = st.one_of(
        st.just(()),
        st.just((0,)),
        st.just((1,)),
        st.sampled_from(["id", "contract", "body", "due", "name", "seal", "number"]).map(
            lambda name: (1, name)
        ),
        st.sampled_from(["rows", "seals", "sha256", "form", "format"]).map(lambda n: (n,)),
    )
    change = st.tuples(st.integers(-3, 60), way, ODD)
    return draw(st.lists(change, min_size=1, max_size=3))


def changed(lines: list[Any], changes: list[tuple[int, tuple[Any, ...], Any]]) -> list[Any]:
    """A copy with those values in it."""
    found = json.loads(json.dumps(lines))
    for number, way, value in changes:
        at: Any = found
        for key in (number % len(found), *way)[:-1]:
            try:
                at = at[key]
            except (LookupError, TypeError):
                break
        key = (number % len(found), *way)[-1]
        if isinstance(at, dict) or (isinstance(at, list) and key in range(len(at))):
            at[key] = deepcopy(value)  # the next change may go into it; others have it as it is
    return list(found)


@FUZZ
@given(changes=bent_lines())
@example(changes=[(0, (), ["not a head"])])
@example(changes=[(0, ("form",), "x")])
@example(changes=[(1, (), 7)])
@example(changes=[(1, (1,), [])])
@example(changes=[(1, (1, "id"), {"a": 1})])
@example(changes=[(1, (1, "contract"), "\ud800")])
@example(changes=[(-1, ("seals",), 7)])
@example(changes=[(-1, ("rows",), None)])
def test_a_forged_backup_is_restored_whole_or_refused(
    fuzzed: Fuzzed,
    backup: list[Any],
    empty: Store,
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[int, tuple[Any, ...], Any]],
) -> None:
    file = tmp_path_factory.getbasetemp() / "forged.gz"
    file.write_bytes(sealed(changed(backup, changes)))
    restored(fuzzed.loop, empty, file)


@FUZZ
@given(at=st.floats(0, 1), garbage=st.binary(max_size=30))
@example(at=0.5, garbage=b"\xff")
@example(at=0.0, garbage=b"")
def test_a_damaged_backup_is_refused(
    backup: list[Any], tmp_path_factory: pytest.TempPathFactory, at: float, garbage: bytes
) -> None:
    whole = sealed(backup)
    place = int(at * len(whole))
    file = tmp_path_factory.getbasetemp() / "damaged.gz"
    file.write_bytes(whole[:place] + garbage + whole[place + len(garbage) :])
    with suppress(BadBackup):
        check(file)


@pytest.fixture(scope="module")
def exported(fuzzed: Fuzzed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract's data, handed back."""
    folder = tmp_path_factory.mktemp("export") / "rivage"
    stage = fuzzed.scene.stage
    store = stage.running.store
    now = stage.clock.now()
    fuzzed.loop.run_until_complete(
        store.read_at_length(lambda tx: export(tx.connection, "rivage", folder, now=now))
    )
    return folder


@FUZZ
@given(
    key=st.sampled_from(["contract", "exported_at", "journal", "files", "format", ""]), value=ODD
)
@example(key="files", value=["journal.jsonl"])
@example(key="journal", value={"lines": 0, "seal": ""})
@example(key="", value=[])
def test_a_forged_manifest_is_refused(exported: Path, key: str, value: Any) -> None:
    path = exported / MANIFEST
    whole = path.read_bytes()
    data = json.loads(whole)
    path.write_text(json.dumps({**data, key: value} if key else value))
    try:
        if key in {"format", "exported_at"}:
            return
        with pytest.raises(BadExport):
            check_export(exported)
    finally:
        path.write_bytes(whole)


@FUZZ
@given(lines=st.lists(ODD | st.dictionaries(st.text(max_size=5), ODD, max_size=3), max_size=4))
@example(lines=[])
@example(lines=[{"number": None}])
def test_a_forged_journal_is_refused(exported: Path, lines: list[Any]) -> None:
    manifest, journal = exported / MANIFEST, exported / "journal.jsonl"
    before = manifest.read_bytes(), journal.read_bytes()
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    data = json.loads(before[0])
    data["files"]["journal.jsonl"] = hashlib.sha256(content).hexdigest()
    data["journal"] = {"lines": len(lines), "seal": ""}
    journal.write_bytes(content)
    manifest.write_text(json.dumps(data))
    try:
        with pytest.raises(BadExport):
            check_export(exported)
    finally:
        manifest.write_bytes(before[0])
        journal.write_bytes(before[1])


VARIABLES = list(variables())
SETTINGS = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        ["0", "-1", "1e99", "nan", "inf", "yes", "xoxb-1", "xapp-1", "http", "socket", "/", "~x",
         "https://[::1", "postgresql+asyncpg://[", "sqlite+aiosqlite://", "sqlite+aiosqlite:///x",
         "http://a:b@c:99999", "=", ",,", "incident=incident", "2026-07-15T10:00:00", "speed=0",
         "start=2026,speed=nan", "9" * 400, "\udcff", "/dev/null", "/proc/self/mem", "."]
    ),
)  # fmt: skip


@FUZZ
@given(
    environ=st.dictionaries(
        st.sampled_from([*VARIABLES, *(f"{name}_FILE" for name in VARIABLES)]), SETTINGS, max_size=6
    )
)
@example(environ={"ESCALADE_CONTRACTS": "9" * 400})
@example(environ={"ESCALADE_MODE": "\udcff", "SLACK_BOT_TOKEN": "\udcff"})
def test_an_environment_gives_settings_or_all_its_faults(environ: dict[str, str]) -> None:
    with suppress(SettingsFaults):
        assert isinstance(read_settings(environ), Settings)
