"""Nothing is altered after the fact, or it shows (Rule CON-3)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from escalation.base.journal import GENESIS, from_data, seal
from store.database import Store
from store.operate.erasure import erase_contract
from store.schema.tables import journal as journal_table
from store.transaction import journal
from tests.databases import behind
from tests.store.records import NOON, line

_FORGE, _FIFTH = "UPDATE journal SET facts =", "WHERE contract = 'acme' AND number = 5"
LINES = 7  # with the one that put the contract in force


@pytest.fixture(autouse=True)
async def written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "PAGE", 3)
    for number in range(LINES - 1):
        lines = [line("incident.noted", note=f"é {number}"), line("x", contract="other")]
        await store.run(lambda tx, lines=lines: tx.append(lines), now=NOON)


async def broken_at(store: Store) -> int | None:
    verdicts = {verdict.contract: verdict for verdict in await store.journal.verify()}
    assert verdicts["other"].whole
    return verdicts["acme"].broken_at


async def test_con_3_an_untouched_journal_is_whole(store: Store) -> None:
    assert await broken_at(store) is None


async def test_con_3_lines_that_earlier_versions_wrote_are_as_written(
    store: Store, database: str
) -> None:
    spaced = f"{_FORGE} replace(facts, '\":\"', '\": \"') {_FIFTH}"
    async with behind(database) as connection:
        await connection.execute(text(spaced.replace(":", "\\:")))
        rows = await connection.execute(select(journal_table.c.facts))
        assert '{"note": "é 3"}' in rows.scalars().all()
    assert await broken_at(store) is None


@pytest.mark.parametrize(
    ("tampering", "where"),
    [
        ("UPDATE journal SET actor = 'tom' WHERE contract = 'acme' AND number = 4", 4),
        ("UPDATE journal SET at = at + 1 WHERE contract = 'acme' AND number = 5", 5),
        ("UPDATE journal SET facts = '{}' WHERE contract = 'acme' AND number = 7", 7),
        ("UPDATE journal SET facts = 'gone' WHERE contract = 'acme' AND number = 5", 5),
        (f"{_FORGE} replace(facts, '{{', '{{\"note\":\"forged\",') {_FIFTH}", 5),
        (f"{_FORGE} replace(facts, ':', ' : ') {_FIFTH}", 5),
        (f"{_FORGE} replace(facts, 'é', '\\u00e9') {_FIFTH}", 5),
        ("UPDATE journal SET seal = previous WHERE contract = 'acme' AND number = 2", 2),
        ("DELETE FROM journal WHERE contract = 'acme' AND number = 3", 3),
        ("DELETE FROM journal WHERE contract = 'acme' AND number = 1", 1),
        ("DELETE FROM journal WHERE contract = 'acme' AND number = 7", 7),
        ("DELETE FROM journal WHERE contract = 'acme'", 1),
        ("UPDATE journal_heads SET number = 9 WHERE contract = 'acme'", 8),
    ],
)
async def test_con_3_tampering_shows_and_where(
    store: Store, tampering: str, where: int, database: str
) -> None:
    async with behind(database) as connection:
        await connection.execute(text(tampering.replace(":", "\\:")))
    assert await broken_at(store) == where


@pytest.mark.parametrize(
    ("tampering", "where"),
    [
        ("SELECT 1", None),
        ("UPDATE journal SET actor = 'tom' WHERE contract = 'acme' AND number = 5", 5),
        ("DELETE FROM journal WHERE contract = 'acme' AND number = 7", 7),
        # what was proved when the seal was noted is not proved again, but must be there, linked
        ("UPDATE journal SET actor = 'tom' WHERE contract = 'acme' AND number = 3", None),
        ("DELETE FROM journal WHERE contract = 'acme' AND number = 3", 3),
    ],
)
async def test_con_3_what_came_behind_a_noted_seal_is_proved(
    store: Store, tampering: str, where: int | None, database: str
) -> None:
    noted = [row["seal"] async for row in store.journal.export("acme")][3]
    assert await store.journal.line_sealed(noted) == ("acme", 4)
    async with behind(database) as connection:
        await connection.execute(text(tampering))
    told: list[tuple[str, int, int]] = []
    [verdict] = await store.journal.verify(
        "acme", known=4, on_progress=lambda *how: told.append(how)
    )
    assert verdict.broken_at == where
    if where is None:
        assert told == [("acme", 3, 7), ("acme", 6, 7), ("acme", 7, 7)]


async def test_con_3_lines_erased_before_and_behind_a_noted_seal_are_accounted_for(
    store: Store,
    database: str,
) -> None:
    noted = [row["seal"] async for row in store.journal.export("acme")][3]
    for _ in range(2):
        await store.run_at_length(
            lambda tx: erase_contract(tx, "acme", now=NOON, facts={}), now=NOON
        )
        assert [v.broken_at for v in await store.journal.verify("acme", known=4)] == [None]
    assert await store.journal.line_sealed(noted) == ("acme", 4)
    async with behind(database) as connection:
        more = "UPDATE journal SET erased = '' WHERE contract = 'acme' AND number = 2"
        await connection.execute(text(more))
    assert [v.broken_at for v in await store.journal.verify("acme", known=4)] != [None]


async def test_con_3_a_journal_wiped_with_its_head_shows(store: Store, database: str) -> None:
    async with behind(database) as connection:
        for table in ("journal", "journal_heads"):
            await connection.execute(text(f"DELETE FROM {table} WHERE contract = 'acme'"))  # noqa: S608  our own table
    assert await broken_at(store) == 1


async def test_inc_10_an_exported_journal_can_be_checked_by_anybody(store: Store) -> None:
    exported = [row async for row in store.journal.export("acme")]

    assert [row["number"] for row in exported] == list(range(1, LINES + 1))
    assert exported[-1]["facts"] == {"note": "é 5"}
    assert all(row["salt"] for row in exported)
    previous = GENESIS
    for row in exported:
        line = from_data(row).line
        assert row["previous"] == previous
        assert row["seal"] == seal(row["number"], line, previous, row["salt"]).seal
        previous = row["seal"]
