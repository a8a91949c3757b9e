"""Timers survive, fire once, in order, and never early (Rule ESC-7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation.base.timer_names.timer_name import Unknown
from escalation.perform import DueTimer
from escalation.records.kinds import INCIDENT
from store.database import Store
from store.queues.timers import PAUSES
from store.schema.tables import EPOCH, Instant
from store.transaction.transaction import SqlTransaction
from tests.databases import behind
from tests.store.conftest import opened
from tests.store.records import MINUTE, NOON, armed, effect, incident, line


@dataclass
class Bell:
    """Answers timers by disarming them, and notes what it did; `then` may do more."""

    rung: list[str] = field(default_factory=list)
    then: Callable[[Any, DueTimer], Any] = lambda record, _: record
    broken: set[str] = field(default_factory=set)

    def __call__(self, tx: SqlTransaction, due: DueTimer, now: datetime, /) -> bool:
        assert due.due <= now
        record = tx.get(INCIDENT, due.contract, due.subject)
        timer = record.alarms.get(due.name)
        if timer is None or timer.generation != due.generation:
            return False
        if due.name in self.broken:
            raise ValueError(f"cannot answer {due.name}")
        tx.put(self.then(replace(record, alarms=record.alarms.clear(Unknown(due.name))), due))
        tx.append([line("alarm.rung", due.subject, name=due.name)])
        tx.send([effect(subject=due.subject)])
        self.rung.append(f"{int(due.subject[4:])}/{due.name}")
        return True


async def put(store: Store, *records: Any) -> None:
    def work(tx: SqlTransaction) -> None:
        for record in records:
            tx.put(record)

    await store.run(work, now=NOON)


async def fire_all(store: Store, bell: Bell, now: datetime, limit: int = 100) -> int:
    """Fire until nothing is due; the order counts only what was committed."""
    total = 0
    while count := (await store.timers.fire(now, bell, limit=limit)).count:
        total += count
    return total


async def told(store: Store) -> list[str]:
    """What was answered and committed, in order."""
    return [
        f"{int(row['subject'][4:])}/{row['facts']['name']}"
        async for row in store.journal.export("acme")
        if row["action"] == "alarm.rung"
    ]


async def test_esc_7_timers_fire_once_in_order_and_never_early(store: Store) -> None:
    await put(
        store,
        incident(1, alarms=armed(c=NOON + 3 * MINUTE, a=NOON + MINUTE)),
        incident(2, alarms=armed(b=NOON + 2 * MINUTE)),
    )
    bell = Bell()

    assert await store.timers.next_due() == NOON + MINUTE
    assert (await store.timers.fire(NOON + MINUTE - timedelta(microseconds=1), bell)).count == 0
    assert (await store.timers.fire(NOON + MINUTE, bell)).count == 1
    assert await store.timers.next_due() == NOON + 2 * MINUTE
    assert (await store.timers.fire(NOON + 9 * MINUTE, bell)).count == 2
    assert (await store.timers.fire(NOON + 9 * MINUTE, bell)).count == 0
    assert bell.rung == ["1/a", "2/b", "1/c"]
    assert await store.timers.next_due() is None


async def test_esc_7_timers_survive_a_restart_and_fire_late(database: str) -> None:
    async with opened(database) as store:
        await put(store, incident(alarms=armed(call=NOON + MINUTE)))
    async with opened(database) as store:
        bell = Bell()
        assert await store.timers.next_due() == NOON + MINUTE
        assert (await store.timers.fire(NOON + 60 * MINUTE, bell)).count == 1
        assert bell.rung == ["1/call"]


async def test_esc_7_a_timer_set_again_or_cleared_does_not_fire(store: Store) -> None:
    await put(store, incident(alarms=armed(call=NOON, settle=NOON)))

    def change(tx: SqlTransaction) -> None:
        found = tx.get(INCIDENT, "acme", "INC-0001")
        tx.put(
            replace(
                found,
                alarms=found.alarms.set(Unknown("call"), NOON + MINUTE).clear(Unknown("settle")),
            )
        )

    await store.run(change, now=NOON)
    bell = Bell()
    assert (await store.timers.fire(NOON, bell)).count == 0
    assert (await store.timers.fire(NOON + MINUTE, bell)).count == 1
    assert bell.rung == ["1/call"]


async def test_esc_7_a_timer_cleared_by_an_earlier_one_of_the_batch_does_not_fire(
    store: Store,
) -> None:
    await put(store, incident(alarms=armed(acknowledge=NOON, call=NOON + MINUTE)))
    bell = Bell(then=lambda record, _: replace(record, alarms=record.alarms.clear(Unknown("call"))))

    assert await fire_all(store, bell, NOON + MINUTE) == 2
    assert bell.rung == ["1/acknowledge"]
    assert await store.timers.next_due() is None


async def test_esc_7_what_was_missed_is_made_up_for_in_the_order_of_the_plan(
    store: Store,
) -> None:
    """Down for an hour: the calls planned between come before the settle timer, not after."""
    await put(store, incident(alarms=armed(call=NOON + 5 * MINUTE, settle=NOON + 12 * MINUTE)))

    def again(record: Any, due: DueTimer) -> Any:
        if due.name == "call" and due.due < NOON + 20 * MINUTE:
            return replace(record, alarms=record.alarms.set(Unknown("call"), due.due + 5 * MINUTE))
        return record

    bell = Bell(then=again)
    await fire_all(store, bell, NOON + 60 * MINUTE)
    assert bell.rung == ["1/call", "1/call", "1/settle", "1/call", "1/call"]


async def test_esc_7_a_faulty_timer_holds_back_no_other(store: Store) -> None:
    await put(
        store, *(incident(n, alarms=armed(**{f"a{n}": NOON + n * MINUTE})) for n in range(1, 11))
    )
    bell = Bell(broken={"a4"})
    now = NOON + 20 * MINUTE

    fired = await store.timers.fire(now, bell)

    assert fired.count == 10
    assert [(f.timer.name, f.failures, f.retry_at) for f in fired.failed] == [
        ("a4", 1, now + timedelta(seconds=PAUSES[0]))
    ]
    assert await told(store) == [f"{n}/a{n}" for n in range(1, 11) if n != 4]
    assert [f.error for f in await store.timers.failing()] == ["ValueError: cannot answer a4"]
    assert await store.timers.next_due() == now + timedelta(seconds=PAUSES[0])


async def test_esc_7_a_faulty_timer_rests_longer_each_time_and_fires_once_mended(
    store: Store,
) -> None:
    await put(store, incident(alarms=armed(call=NOON)))
    bell, now, pauses = Bell(broken={"call"}), NOON, []
    for _ in range(12):
        (failed,) = (await store.timers.fire(now, bell)).failed
        assert (await store.timers.fire(now, bell)).count == 0
        pauses.append(failed.retry_at - now)
        now = failed.retry_at
    assert pauses == sorted(pauses)
    assert [pause.total_seconds() for pause in pauses[: len(PAUSES)]] == list(PAUSES)
    assert pauses[-1] == timedelta(minutes=5)

    bell.broken.clear()
    assert await store.timers.fire(now, bell) == replace(
        await store.timers.fire(now, bell), count=1
    )
    assert bell.rung == ["1/call"]
    assert await store.timers.failing() == []


async def test_a_faulty_timer_does_not_hold_back_the_other_timers_of_its_record(
    store: Store,
) -> None:
    await put(store, incident(alarms=armed(broken=NOON, fine=NOON + MINUTE)))
    bell = Bell(broken={"broken"})

    await store.timers.fire(NOON + MINUTE, bell)

    assert await told(store) == ["1/fine"]


async def test_a_timer_that_stays_armed_after_its_answer_is_set_aside(store: Store) -> None:
    """Else it would be due again at once, for ever."""
    await put(store, incident(alarms=armed(call=NOON)))

    fired = await store.timers.fire(NOON, lambda *_: True)

    assert [f.timer.name for f in fired.failed] == ["call"]
    assert (await store.timers.fire(NOON, lambda *_: True)).count == 0


async def test_a_record_that_cannot_be_read_holds_back_no_other(
    store: Store, database: str
) -> None:
    from sqlalchemy import text

    await put(store, incident(1, alarms=armed(a=NOON)), incident(2, alarms=armed(b=NOON)))
    async with behind(database) as connection:
        await connection.execute(text("UPDATE incidents SET body = '{' WHERE number = 1"))

    fired = await store.timers.fire(NOON, Bell())

    assert [f.timer.subject for f in fired.failed] == ["INC-0001"]
    assert await told(store) == ["2/b"]


async def test_a_timer_without_its_record_is_forgotten(store: Store, database: str) -> None:
    from sqlalchemy import text

    await put(store, incident(alarms=armed(a=NOON)))
    async with behind(database) as connection:
        await connection.execute(text("DELETE FROM incidents"))

    assert (await store.timers.fire(NOON, Bell())).count == 1
    assert await store.timers.next_due() is None


async def test_a_batch_takes_no_more_than_its_limit(store: Store) -> None:
    await put(store, *(incident(n, alarms=armed(a=NOON + n * MINUTE)) for n in range(1, 8)))
    bell = Bell()

    assert (await store.timers.fire(NOON + 9 * MINUTE, bell, limit=3)).count == 3
    assert bell.rung == ["1/a", "2/a", "3/a"]
    assert await fire_all(store, bell, NOON + 9 * MINUTE, limit=3) == 4


async def test_a_broken_database_sets_no_timer_aside(store: Store, database: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError, ProgrammingError

    await put(store, incident(alarms=armed(a=NOON)))
    async with behind(database) as connection:
        await connection.execute(text("ALTER TABLE journal RENAME TO lost"))
    with pytest.raises((OperationalError, ProgrammingError)):
        await store.timers.fire(NOON, Bell())
    async with behind(database) as connection:
        await connection.execute(text("ALTER TABLE lost RENAME TO journal"))
    assert await store.timers.failing() == []
    assert (await store.timers.fire(NOON, Bell())).count == 1


class TestAgainstAPlainList:
    """Whatever is armed, broken and in whatever batches: the order is that of the due times."""

    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        due=st.lists(st.integers(0, 30), min_size=1, max_size=25),
        broken=st.sets(st.integers(1, 25), max_size=3),
        limit=st.integers(1, 30),
        until=st.integers(0, 30),
    )
    async def test_esc_7_any_burst_fires_in_order_once_and_never_early(
        self, tmp_path_factory: Any, due: list[int], broken: set[int], limit: int, until: int
    ) -> None:
        folder = tmp_path_factory.mktemp("burst")
        names = {n: f"a{n}" for n in range(1, len(due) + 1)}
        async with opened(f"sqlite+aiosqlite:///{folder}/escalade.db") as store:
            await put(
                store,
                *(
                    incident(n, alarms=armed(**{names[n]: NOON + minutes * MINUTE}))
                    for n, minutes in enumerate(due, 1)
                ),
            )
            bell = Bell(broken={f"a{n}" for n in broken})
            await fire_all(store, bell, NOON + until * MINUTE, limit)
            expected = sorted(
                (minutes, n)
                for n, minutes in enumerate(due, 1)
                if minutes <= until and n not in broken
            )
            assert await told(store) == [f"{n}/a{n}" for _, n in expected]


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_instants_are_exact_and_sort_as_they_are(one: datetime, other: datetime) -> None:
    kind = Instant()
    first, second = (kind.process_bind_param(at, None) for at in (one, other))
    assert first is not None
    assert second is not None
    assert (first < second) == (one - EPOCH < other - EPOCH)
    assert kind.process_result_value(first, None) == one.astimezone(UTC)


def test_an_instant_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 7, 15), None)  # noqa: DTZ001  it is to be refused


async def test_esc_7_whether_more_is_due_is_said_so_that_nobody_looks_in_vain(store: Store) -> None:
    bell = Bell()
    await put(store, *(incident(n, alarms=armed(a=NOON)) for n in (1, 2, 3)))
    assert (await store.timers.fire(NOON, bell, limit=2)).more
    assert not (await store.timers.fire(NOON, bell, limit=2)).more

    bell.then = lambda record, due: (
        replace(record, alarms=record.alarms.set(Unknown("b"), NOON)) if due.name == "a" else record
    )
    await put(store, incident(4, alarms=armed(a=NOON)))
    assert (await store.timers.fire(NOON, bell, limit=2)).more  # what it armed is due already
