"""The audit: whatever a row says that the record does not is found, and mended (ESC-7)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from escalation.records.crisis import CrisisState
from escalation.records.incident import IncidentState
from store.database import Store
from store.operate.audit import Audited, Place
from store.schema.tables import crises, incidents, reports, timers
from tests.databases import behind
from tests.store.queues.test_timers import put
from tests.store.records import MINUTE, NOON, armed, crisis, incident, report


async def change(database: str, *statements: Any) -> None:
    """Behind the product's back."""

    def work(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    async with behind(database) as connection:
        await connection.run_sync(work)


async def audited(store: Store, limit: int = 100) -> tuple[Audited, int]:
    """All that a whole round mended, and how many pages it had."""
    last: Place | None = None
    rearmed: tuple[Any, ...] = ()
    relisted: tuple[Any, ...] = ()
    for pages in range(1, 1000):
        found = await store.upkeep.audit(last, limit)
        rearmed, relisted, last = rearmed + found.rearmed, relisted + found.relisted, found.last
        if last is None:
            return Audited(rearmed=rearmed, relisted=relisted), pages
    raise AssertionError("it never ends")


async def test_esc_7_timers_of_every_kind_of_record_are_what_the_record_says(
    store: Store, database: str
) -> None:
    alarms = armed(a=NOON, b=NOON + MINUTE)
    for n in range(1, 8):
        await put(store, incident(n, alarms=alarms))
    await put(store, incident(3, contract="other", alarms=alarms))
    await put(store, crisis(2, alarms=alarms), report(4, alarms=alarms))
    assert await audited(store, limit=3) == (Audited(), 6)

    t = timers.c
    lost = delete(timers).where(t.subject.in_(["INC-0007", "CRI-0002"]), t.name == "a")
    moved = update(timers).where(t.subject == "REP-0004").values(due=NOON)
    extra = {"contract": "other", "subject": "INC-0003", "name": "c", "due": NOON,
             "generation": 9, "failures": 0}  # fmt: skip
    await change(database, lost, moved, timers.insert().values(extra))
    mended, _ = await audited(store, limit=3)
    assert set(mended.rearmed) == {
        ("acme", "INC-0007"), ("acme", "CRI-0002"), ("acme", "REP-0004"), ("other", "INC-0003"),
    }  # fmt: skip
    assert mended.relisted == ()
    assert await store.timers.armed() == 20
    assert await audited(store, limit=3) == (Audited(), 6)


async def test_columns_that_a_version_before_wrote_are_mended(store: Store, database: str) -> None:
    await put(store, incident(1, component="vpn", client_informed=False), incident(2))
    await put(store, crisis(1, room="C1"), report(1))
    i = incidents.c
    await change(
        database,
        update(incidents).values(gravity=4, informed=True, concerns="").where(i.number == 1),
        update(crises).values(room="C2"),
        update(reports).values(deadline=NOON),
    )
    mended, _ = await audited(store)
    assert set(mended.relisted) == {
        ("acme", "INC-0001"),
        ("acme", "CRI-0001"),
        ("acme", "REP-0001"),
    }
    assert mended.rearmed == ()
    assert await audited(store) == (Audited(), 4)
    async with behind(database) as connection:
        found = await connection.execute(
            select(i.gravity, i.informed, i.concerns).order_by(i.number)
        )
        assert found.first() == (0, False, '["component/vpn"]')


async def test_nobody_waits_for_an_audit_that_finds_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, incident(1, alarms=armed(a=NOON)))
    await put(store, incident(2, state=IncidentState.CLOSED), crisis(1, state=CrisisState.CLOSED))
    monkeypatch.setattr(store, "write", None)
    assert (await audited(store))[0] == Audited()
