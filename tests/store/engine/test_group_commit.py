"""Commands that wait at the same time, committed together (decision 0014)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import structlog

from escalation.base.refusals import NotAllowed, Refusal
from escalation.records.kinds import INCIDENT
from store.database import Store
from store.engine import group_commit
from store.engine.postgresql import Writer as PostgresWriter
from store.engine.writer import Writer
from store.errors import DatabaseTrouble, StaleRecord
from store.transaction import outbox
from store.transaction.transaction import SqlTransaction
from tests.store.records import MINUTE, NOON, armed, card, effect, incident, line

Work = Callable[[SqlTransaction], Any]


@pytest.fixture
def commits(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each transaction that was begun from now on."""
    begun: list[int] = []
    kind = PostgresWriter if not store.one_writer else Writer
    write: Any = kind.write

    async def counted(self: object, work: Callable[..., Any]) -> Any:
        begun.append(1)
        return await write(self, work)

    monkeypatch.setattr(kind, "write", counted)
    return begun


def doing(store: Store, *works: Work, contract: str = "acme") -> Awaitable[list[Any]]:
    """What comes of these works, asked for at the same time."""
    asked = (store.run(work, now=NOON, contract=contract) for work in works)
    return asyncio.gather(*asked, return_exceptions=True)


def once_more(tx: SqlTransaction) -> int:
    found = tx.get(INCIDENT, "acme", "INC-0001")
    tx.put(replace(found, reopened=found.reopened + 1))
    tx.append([line("incident.reopened", number=found.reopened + 1)])
    tx.send([card(facts={"n": found.reopened + 1})])
    return found.reopened + 1


async def opened(store: Store) -> None:
    await store.run(lambda tx: tx.put(incident()), now=NOON)


async def story(store: Store) -> list[object]:
    told = await store.read(lambda tx: tx.timeline("acme", "INC-0001"))
    return [each.facts.get("number") for each in told]


async def test_what_waits_together_is_committed_together_in_its_order(
    store: Store, commits: list[int]
) -> None:
    await opened(store)
    commits.clear()
    given = await doing(store, *[once_more] * 20)
    assert given == list(range(1, 21))
    assert await story(store) == given
    assert len(commits) == 1
    found = await store.read(lambda tx: tx.get(INCIDENT, "acme", "INC-0001"))
    assert (found.reopened, found.version) == (20, 2)
    (message,) = await store.outbox.claim(NOON)
    assert message.facts == {"n": 20}


async def test_what_comes_meanwhile_goes_next(store: Store, commits: list[int]) -> None:
    await opened(store)
    commits.clear()
    given = await doing(store, *[once_more] * (group_commit.MOST + 1))
    assert (given[-1], len(commits)) == (group_commit.MOST + 1, 2)
    assert await doing(store, once_more, once_more) == [
        group_commit.MOST + 2,
        group_commit.MOST + 3,
    ]


async def test_nothing_is_left_of_one_that_is_refused_and_the_others_stay(
    store: Store, commits: list[int]
) -> None:
    await opened(store)
    commits.clear()

    def refused(tx: SqlTransaction) -> None:
        found = tx.get(INCIDENT, "acme", "INC-0001")
        tx.put(replace(found, title="changed", alarms=armed(soon=NOON + MINUTE)))
        tx.put(incident(7))
        tx.append([line("incident.reopened", number="refused")])
        tx.send([effect(urgent=True)])
        tx.remember("click/1", "INC-0001")
        raise NotAllowed("not_yours")

    before, refusal, after = await doing(store, once_more, refused, once_more)
    assert (before, after, len(commits)) == (1, 2, 1)
    assert isinstance(refusal, Refusal)
    assert await story(store) == [1, 2]
    found = await store.read(lambda tx: tx.get(INCIDENT, "acme", "INC-0001"))
    assert (found.title, found.reopened, await store.timers.next_due()) == ("VPN", 2, None)
    assert await store.read(lambda tx: tx.held("acme", "INC-0007")) is None
    assert await store.read(lambda tx: tx.outcome_of("click/1")) is None
    assert [message.topic for message in await store.outbox.claim(NOON)] == ["incident_card"]


def bug(tx: SqlTransaction) -> None:
    tx.next_id("acme", "INC")
    raise ZeroDivisionError


async def test_one_that_fails_with_a_number_taken_goes_alone_and_the_others_keep_their_order(
    store: Store, commits: list[int]
) -> None:
    await opened(store)
    commits.clear()

    def opening(tx: SqlTransaction) -> str:
        return tx.next_id("acme", "INC")

    asked = [*[once_more] * 5, bug, opening, *[once_more] * 5]
    first = asyncio.ensure_future(doing(store, *asked))
    while not commits:  # noqa: ASYNC110  nobody tells when the first transaction begins
        await asyncio.sleep(0)
    later = await doing(store, once_more, once_more)
    given = await first
    assert given[:5] + given[7:] + later == list(range(1, 13))
    assert isinstance(given[5], ZeroDivisionError)
    assert given[6] == "INC-0001"  # the number was not lost
    assert await story(store) == list(range(1, 13))
    # all, those before it, it (with others first), those behind it; then those that came later
    assert len(commits) == 6


async def test_a_record_that_a_timer_changed_meanwhile_splits_nobody_for_long(
    store: Store, commits: list[int]
) -> None:
    await opened(store)
    commits.clear()
    fates = ["stale"]

    def meanwhile(tx: SqlTransaction) -> int:
        number = once_more(tx)
        if fates:
            fates.pop()
            raise StaleRecord("acme", "INC-0001")
        return number

    given = await doing(store, *[once_more] * 7, meanwhile)
    assert given == list(range(1, 9))
    assert len(commits) == 3  # all, and two halves


async def test_whatever_one_raises_the_others_are_told(store: Store) -> None:
    await opened(store)

    def stops(_tx: SqlTransaction) -> None:
        next(iter(()))

    before, stopped, after = await doing(store, once_more, stops, once_more)
    assert (before, after) == (1, 2)
    assert isinstance(stopped, RuntimeError)


async def test_what_was_committed_is_not_done_again_where_nobody_can_be_woken(
    store: Store,
) -> None:
    def unwell() -> None:
        raise ZeroDivisionError

    await opened(store)
    store.on_sent(unwell)
    with structlog.testing.capture_logs() as logs:
        assert await doing(store, once_more) == [1]
    assert await story(store) == [1]
    assert [line["action"] for line in logs] == ["not_woken"]


async def test_a_key_is_known_within_the_same_transaction(store: Store) -> None:
    await opened(store)

    def once(tx: SqlTransaction) -> int:
        if tx.outcome_of("click/1") is None:
            tx.remember("click/1", "INC-0001")
            return once_more(tx)
        return 0

    assert await doing(store, once, once, once) == [1, 0, 0]
    assert await doing(store, once) == [0]


async def test_whoever_gave_up_waiting_is_not_served(store: Store) -> None:
    await opened(store)
    asked = [asyncio.create_task(store.run(once_more, now=NOON, contract="acme")) for _ in "abc"]
    await asyncio.sleep(0)
    asked[1].cancel()
    given = await asyncio.gather(*asked, return_exceptions=True)
    assert (given[0], given[2]) == (1, 2)
    assert isinstance(given[1], asyncio.CancelledError)
    assert await story(store) == [1, 2]


async def test_messages_carry_the_trace_of_their_own_command(store: Store) -> None:
    async def asked(trace: str) -> None:
        outbox.TRACE.set(trace)  # a task's own
        send = [effect(f"person/{trace}")]
        await store.run(lambda tx: tx.send(send), now=NOON, contract="acme")

    await asyncio.gather(*(asyncio.create_task(asked(trace)) for trace in ("one", "two", "")))
    messages = await store.outbox.claim(NOON)
    assert [(str(message.to), message.trace) for message in messages] == [
        ("person/one", "one"),
        ("person/two", "two"),
        ("person/", ""),
    ]


async def test_where_the_database_fails_them_each_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(store)
    monkeypatch.setattr("store.engine.patience.LOST_SECONDS", (0.0,))

    async def away(_self: object, _deed: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patch:
        for kind in (Writer, PostgresWriter):
            patch.setattr(kind, "write", away)
        given = await doing(store, once_more, once_more)
    assert [type(each) for each in given] == [DatabaseTrouble, DatabaseTrouble]
    assert await doing(store, once_more) == [1]


async def test_whoever_waited_long_for_a_database_that_is_away_waits_no_second_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    async def away(_self: object, _deed: object) -> None:
        tried.append(1)
        raise TimeoutError

    for kind in (Writer, PostgresWriter):
        monkeypatch.setattr(kind, "write", away)
    monkeypatch.setattr("store.engine.patience.PATIENCE_SECONDS", 0.0)
    with pytest.raises(DatabaseTrouble, match="TimeoutError"):
        await store.run(once_more, now=NOON, contract="acme")
    assert tried == [1]


async def test_a_stop_finishes_what_was_begun(store: Store) -> None:
    await opened(store)
    asked = asyncio.create_task(store.run(once_more, now=NOON, contract="acme"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await store.stop()
    assert await asked == 1


async def test_contracts_do_not_wait_for_one_another(store: Store, commits: list[int]) -> None:
    """Nor are they committed together: what fails one must not touch the other."""
    send: Work = lambda tx: tx.send([effect()])  # noqa: E731  given by name, several times
    await asyncio.gather(
        *(store.run(send, now=NOON, contract=name) for name in ("acme", "other", "acme"))
    )
    assert len(commits) == 2
