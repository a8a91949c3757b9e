from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.effects import Effect, Topic
from store.database import Store
from store.outbox import SUPERSEDE, Letter
from store.transaction import SqlTransaction
from tests.store.records import MINUTE, NOON, card, effect

SECOND = timedelta(seconds=1)


async def send(store: Store, *effects: Effect) -> None:
    await store.run(lambda tx: tx.send(effects), now=NOON)


async def claim(store: Store, after: timedelta = timedelta(0), limit: int = 20) -> list[Letter]:
    return await store.claim_outbox(NOON + after, limit=limit, lease_seconds=60)


async def sent(store: Store, letter: Letter, ts: str = "1.0") -> bool:
    return await store.mark_sent(letter, channel="C1", ts=ts, now=NOON)


def facts(letters: list[Letter]) -> list[object]:
    return [letter.facts.get("n", letter.to) for letter in letters]


async def test_a_letter_is_what_was_sent(store: Store) -> None:
    given = effect(urgent=True, facts={"late": 60, "people": ["tom", "tess"], "why": "é"})
    await send(store, given)
    (letter,) = await claim(store)
    assert letter.effect == given
    assert (letter.attempts, letter.uncertain) == (1, False)


async def test_a_letter_is_handed_out_once(store: Store) -> None:
    await send(store, effect())
    (letter,) = await claim(store)
    assert await claim(store, 59 * SECOND) == []
    assert await sent(store, letter)
    assert await claim(store, 60 * MINUTE) == []
    assert await store.next_letter_at() is None


async def test_letters_to_one_destination_keep_their_order(store: Store) -> None:
    await send(store, effect(facts={"n": 1}), effect(facts={"n": 2}), effect("person/olga"))
    first = await claim(store)
    assert facts(first) == [1, "person/olga"]
    await sent(store, first[1])
    assert await claim(store) == []  # the first one is on its way
    await store.mark_retry(first[0], NOON + MINUTE, "429")
    assert await claim(store) == []  # it waits to be tried again
    (again,) = await claim(store, MINUTE)
    assert (facts([again]), again.attempts, again.uncertain) == ([1], 2, False)
    await store.mark_uncertain(again, "timeout", NOON + 2 * MINUTE)
    assert await claim(store, MINUTE) == []  # nobody knows whether it left
    (doubtful,) = await claim(store, 2 * MINUTE)
    assert doubtful.uncertain
    assert doubtful.id == first[0].id
    assert await sent(store, doubtful)
    assert facts(await claim(store)) == [2]


async def test_the_same_destination_of_two_contracts_is_two(store: Store) -> None:
    await send(store, effect(), effect(contract="other"))
    assert [letter.contract for letter in await claim(store)] == ["acme", "other"]


async def test_urgent_letters_go_first_then_the_oldest(store: Store) -> None:
    await send(
        store,
        effect("person/a"),
        effect("person/b"),
        effect("person/c"),
        effect("person/d", urgent=True),
        effect("person/b", urgent=True),  # hurries along what is before it
    )
    assert [letter.to for letter in await claim(store, limit=3)] == [
        "person/b",
        "person/d",
        "person/a",
    ]


async def test_of_many_updates_of_a_card_only_the_newest_is_sent(store: Store) -> None:
    await send(
        store,
        card(facts={"n": 1}),
        card(facts={"n": 2}),
        card(subject="INC-0002", facts={"n": "other card"}),
        card("room/provider", facts={"n": "other room"}),
        card(facts={"n": 3}),
    )
    first = await claim(store)
    assert facts(first) == ["other card", "other room"]
    for letter in first:
        await sent(store, letter)
    (newest,) = await claim(store)
    assert facts([newest]) == [3]
    await send(store, card(facts={"n": 4}))
    assert await claim(store) == []  # what is on its way is not superseded
    await sent(store, newest)
    (again,) = await claim(store)
    assert facts([again]) == [4]
    await send(store, card(facts={"n": 5}))
    await store.mark_retry(again, NOON, "429")
    assert facts(await claim(store)) == [5]  # what comes back finds itself superseded


async def test_what_was_superseded_is_not_looked_through_again(store: Store) -> None:
    for n in range(50):
        await send(store, card(facts={"n": n}))

    expected: list[str] = []

    def plan(tx: SqlTransaction) -> str:
        place = ("acme", "INC-0001", "incident_card", "room/ops")
        if tx.connection.dialect.name == "sqlite":
            expected.append("destination=? AND state=?")
            query, given = SUPERSEDE.sqlite, (0, *place)
            rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given)
        else:
            expected.append("ix_outbox_replaceable on outbox")
            query, arrays = SUPERSEDE.postgresql, tuple([value] for value in (0, *place))
            rows = tx.connection.exec_driver_sql(f"EXPLAIN {query}", arrays)
        return "\n".join(str(row) for row in rows)

    found = await store.run(plan, now=NOON)
    assert expected[0] in found
    assert "ix_outbox_queue" not in found


async def test_plain_messages_never_collapse(store: Store) -> None:
    await send(store, *(effect(facts={"n": n}) for n in (1, 2)))
    (letter,) = await claim(store)
    await sent(store, letter)
    assert facts(await claim(store)) == [2]


async def test_a_courier_that_never_came_back_leaves_its_letter_uncertain(store: Store) -> None:
    await send(store, effect())
    (lost,) = await claim(store)
    assert await store.next_letter_at() == NOON + MINUTE
    (found,) = await claim(store, MINUTE)
    assert found.uncertain
    assert found.id == lost.id
    # the lost courier is back: it may only say that the letter left
    assert not await store.mark_retry(lost, NOON, "late")
    assert not await store.mark_failed(lost, "late", NOON)
    assert await sent(store, lost)
    assert not await sent(store, found)


async def test_an_uncertain_letter_rests_longer_each_time(store: Store) -> None:
    await send(store, effect())
    at, pauses = NOON, []
    for _ in range(4):
        (letter,) = await store.claim_outbox(at)
        await store.mark_uncertain(letter, "timeout")
        again = await store.next_letter_at()
        assert again is not None
        pauses.append((again - at).total_seconds())
        assert await store.claim_outbox(again - SECOND) == []
        at = again
    assert pauses == [2, 4, 8, 16]


@pytest.mark.parametrize("how", ["failed", "dropped"])
async def test_a_letter_set_aside_lets_the_next_one_pass(store: Store, how: str) -> None:
    await send(store, effect(facts={"n": 1}), effect(facts={"n": 2}))
    (letter,) = await claim(store)
    mark = store.mark_failed if how == "failed" else store.mark_dropped
    assert await mark(letter, "why", NOON)
    assert facts(await claim(store)) == [2]


async def test_where_a_card_stands_is_remembered(store: Store) -> None:
    assert await store.post_of("acme", "room/shared", Topic.INCIDENT_CARD, "INC-0001") is None
    for ts in ("1.0", "2.0"):
        await send(store, card())
        (letter,) = await claim(store)
        await sent(store, letter, ts)
    where = ("acme", "room/shared", Topic.INCIDENT_CARD, "INC-0001")
    assert await store.post_of(*where) == ("C1", "2.0", "")
    assert await store.post_of("other", *where[1:]) is None


async def test_what_a_card_says_is_remembered_until_nobody_knows(store: Store) -> None:
    where = ("acme", "room/shared", Topic.INCIDENT_CARD, "INC-0001")
    await send(store, card())
    (letter,) = await claim(store)
    await store.mark_sent(letter, channel="C1", ts="1.0", now=NOON, shown="d1")
    assert await store.post_of(*where) == ("C1", "1.0", "d1")
    await send(store, card())
    (letter,) = await claim(store)
    await store.mark_failed(letter, "it may have been done", NOON)
    assert await store.post_of(*where) == ("C1", "1.0", "")


async def test_a_letter_without_message_leaves_no_post(store: Store) -> None:
    await send(store, effect("crisis/CRI-0001", Topic.OPEN_ROOM))
    (letter,) = await claim(store)
    await store.mark_sent(letter, channel="C9", ts="", now=NOON)
    assert await store.post_of("acme", "crisis/CRI-0001", Topic.OPEN_ROOM, "INC-0001") is None


async def test_it_is_known_when_to_look_again(store: Store) -> None:
    assert await store.next_letter_at() is None
    await send(store, effect(), effect())
    assert await store.next_letter_at() == NOON
    (letter,) = await claim(store)
    await store.mark_retry(letter, NOON + 5 * MINUTE, "503")
    assert await store.next_letter_at() == NOON + 5 * MINUTE  # the second waits behind it
