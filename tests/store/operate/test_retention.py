"""What is over need not be kept for ever; what may still be asked for is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from escalation.messages.incident import IncidentCard
from escalation.records.incident import IncidentState
from store.database import Store
from store.operate import retention
from store.operate.retention import Round
from store.schema.tables import outbox, outcomes, posts
from store.transaction.outbox_message import OutboxMessage
from store.transaction.transaction import SqlTransaction
from tests.store.records import NOON, effect, incident, line

LATER = NOON + timedelta(days=40)
BEFORE = LATER - timedelta(days=30)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PAGE", 2)


async def forgotten(store: Store, before: datetime = BEFORE) -> tuple[int, int, int]:
    """How many messages, outcomes and references a whole round takes away."""
    counts, place = (0, 0, 0), Round()
    for _ in range(50):
        done = await store.upkeep.forget(before, place)
        found = (done.messages, done.outcomes, done.references)
        counts = (counts[0] + found[0], counts[1] + found[1], counts[2] + found[2])
        if done.place is None:
            return counts
        place = done.place
    raise AssertionError("the round does not end")


async def left(store: Store) -> list[str]:
    """The states of the messages that are there, the oldest first."""
    query = select(outbox.c.state).order_by(outbox.c.id)
    return await store.read(lambda tx: list(tx.connection.execute(query).scalars()))


async def send(store: Store, *subjects: str, at: datetime = NOON) -> list[OutboxMessage]:
    """Cards of these subjects, sent."""
    cards = [effect(to="room/shared", topic=IncidentCard.topic, subject=s) for s in subjects]
    await store.run(lambda tx: tx.send(cards), now=at)
    messages = await store.outbox.claim(at + timedelta(seconds=5), len(cards))
    for message in messages:
        await store.outbox.mark_sent(message, channel="C1", ts=message.subject, now=at)
    return messages


async def test_messages_that_were_sent_or_dropped_go_and_what_waits_stays(store: Store) -> None:
    await send(store, "INC-0001", "INC-0002", "INC-0003", "INC-0004")
    await store.run(lambda tx: tx.send([effect(), effect("person/sam")]), now=NOON)
    (dropped, failed) = await store.outbox.claim(NOON)
    await store.outbox.mark_dropped(dropped, "no longer true", NOON)
    await store.outbox.mark_failed(failed, "no such user", NOON)
    await send(store, "INC-0005", at=BEFORE + timedelta(seconds=1))
    await store.run(lambda tx: tx.send([effect("person/rita")]), now=NOON)
    assert (await forgotten(store))[0] == 5
    assert await left(store) == ["failed", "sent", "waiting"]
    assert (await forgotten(store))[0] == 0
    assert (await forgotten(store, LATER))[0] == 1


async def test_esc_8_the_copy_of_a_message_that_still_waits_stays(store: Store) -> None:
    await store.run(lambda tx: tx.send([effect(urgent=True)]), now=NOON)
    (message,) = await store.outbox.claim(NOON)
    await store.outbox.put_by_method(message, "mail", NOON, due=NOON, behind=False)
    (copy,) = await store.outbox.claim(NOON + timedelta(seconds=1))
    await store.outbox.mark_sent(copy, channel="", ts="", now=NOON)
    await store.outbox.mark_retry(message, NOON, "Slack is away")
    assert (await forgotten(store))[0] == 0
    (message,) = await store.outbox.claim(NOON + timedelta(seconds=2))
    assert await store.outbox.put_by_method(message, "mail", NOON, due=NOON, behind=False)
    assert await left(store) == ["sending", "sent"], "it is not mailed a second time"
    await store.outbox.mark_sent(message, channel="D1", ts="1.1", now=NOON)
    assert (await forgotten(store))[0] == 2


async def test_what_a_command_led_to_is_known_while_it_can_be_repeated(store: Store) -> None:
    keys = [f"{kind}/1" for kind in ("slash", "click", "form", "event", "delivery", "room")]

    def remember(tx: SqlTransaction) -> None:
        for key in keys:
            tx.remember(key, "INC-0001")

    await store.run(remember, now=NOON)
    await store.run(lambda tx: tx.remember("slash/2", "INC-0002"), now=BEFORE)
    assert (await forgotten(store))[1] == 5
    query = select(outcomes.c.key).order_by(outcomes.c.key)
    kept = await store.read(lambda tx: list(tx.connection.execute(query).scalars()))
    assert kept == ["room/1", "slash/2"], "a room that was given away stays given away"


async def test_where_a_card_stands_is_known_while_its_record_lives(store: Store) -> None:
    closed = {"state": IncidentState.CLOSED}

    def write(tx: SqlTransaction) -> None:
        for number, changes in enumerate(({}, closed, closed), 1):
            tx.put(incident(number, **changes))
            tx.append([line("incident.opened", subject=f"INC-{number:04d}")])

    await store.run(write, now=NOON)
    await send(store, "INC-0001", "INC-0002", "INC-0003", "elsewhere")
    lately = replace(line("incident.noted", subject="INC-0003"), at=LATER)
    await store.run(lambda tx: tx.append([lately]), now=LATER)
    assert (await forgotten(store))[2] == 1
    query = select(posts.c.subject).order_by(posts.c.subject)
    kept = await store.read(lambda tx: list(tx.connection.execute(query).scalars()))
    assert sorted(kept) == ["INC-0001", "INC-0003", "elsewhere"]
    assert (
        await store.outbox.post_of("acme", "room/shared", IncidentCard.topic, "INC-0001")
        is not None
    )


async def test_the_journal_keeps_every_line(store: Store) -> None:
    await store.run(lambda tx: tx.append([line("incident.opened")]), now=NOON)
    await send(store, "INC-0001")
    await forgotten(store)
    assert all(verdict.whole for verdict in await store.journal.verify())
    assert [verdict.lines for verdict in await store.journal.verify("acme")] == [2]
    count = select(func.count()).select_from(outbox)
    assert await store.read(lambda tx: tx.connection.execute(count).scalar_one()) == 0
