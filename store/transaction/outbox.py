"""The outbox: messages wait here until the dispatcher has sent them (design, decision 5)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Update,
    and_,
    bindparam,
    case,
    select,
    text,
    update,
)

from escalation.messages.destinations import To, pattern
from escalation.messages.effects import Rank
from escalation.messages.table import CALLS, CARDS
from store.schema.tables import (
    HELD,
    MESSAGES,
    PLACE,
    UNSENT,
    WAITING_CARD,
    outbox,
)
from store.transaction import outbox_order, outbox_posts
from store.transaction.journal import facts_json
from store.transaction.outbox_message import OutboxMessage, OutboxState, message_of
from store.transaction.outbox_order import Order
from store.transaction.outbox_put import NOTHING

o = outbox.c
_HELD = text(HELD)  # in the words of its index

# statements made once: making one costs more than running it
_IT = o.id == bindparam("number")
_HELD_BY_US = and_(_IT, o.state == "sending", o.claim == bindparam("held_by"))
_LEFT = update(outbox).where(_IT, o.state.in_(UNSENT))
_BACK = update(outbox).where(_HELD_BY_US)
_BACK_UNTRIED = _BACK.values(attempts=o.attempts - 1)
_LOCKED = select(o.id).where(_HELD_BY_US).with_for_update()
_TAKEN = (
    update(outbox)
    .where(o.id.in_(bindparam("numbers", expanding=True)))
    .values(state="sending", attempts=o.attempts + 1, not_before=None)
)

TRACE: ContextVar[str] = ContextVar("trace", default="")  # what is sent now follows from it


def claim(
    connection: Connection, now: datetime, order: Order, lease: timedelta, *, mark: str = ""
) -> list[OutboxMessage]:
    """Hand out messages: the first of each destination, with what goes in the same message; cards.

    `mark` begins the claims of this replica (`store.engine.replicas`).
    """
    outbox_order.expire(connection, now)
    heads = outbox_order.ready(connection, now, order)
    if not heads:
        return []
    token = mark + secrets.token_hex(16)
    handed_out = [(head, outbox_order.companions(connection, head, now)) for head in heads]
    numbers = [row.id for head, others in handed_out for row in (head, *others)]
    connection.execute(_TAKEN, {"numbers": numbers, "claim": token, "claimed_until": now + lease})
    return [
        message_of(head, token, companions=tuple(message_of(row, token) for row in others))
        for head, others in handed_out
    ]


def renew(connection: Connection, messages: Sequence[OutboxMessage], until: datetime) -> set[int]:
    """Hold these messages longer; the numbers of those that are still held."""
    if not messages:
        return set()
    mine = and_(
        o.id.in_([message.number for message in messages]),
        o.claim.in_({message.claim for message in messages}),
        o.state == OutboxState.SENDING.value,
    )
    connection.execute(update(outbox).where(mine).values(claimed_until=until))
    return set(connection.execute(select(o.id).where(mine)).scalars())


def rank_anew(connection: Connection) -> None:
    """Rank what a version wrote that knew of no ranks: beside this one, or in an older backup."""
    called = o.topic.in_(CALLS)
    connection.execute(
        update(outbox)
        .where(text(MESSAGES), o.urgent, o.rank == int(Rank.ROUTINE))
        .where(o.destination.like(pattern(To.PERSON)) | o.destination.like(pattern(To.ROOM)))
        .values(rank=case((called, int(Rank.CALL)), else_=int(Rank.NOTICE)))
    )
    connection.execute(
        update(outbox)
        .where(text(MESSAGES), o.rank == int(Rank.ROUTINE))
        .where(o.urgent | o.destination.like(pattern(To.CRISIS)))
        .values(rank=int(Rank.NOTICE))
    )


def take_back(connection: Connection) -> None:
    """At the start of the one process: whoever held a message is gone, and may have sent it."""
    connection.execute(
        update(outbox)
        .where(_HELD, o.state == OutboxState.SENDING.value)
        .values(
            state=OutboxState.UNCERTAIN.value,
            claim=None,
            claimed_until=None,
            error="the bot stopped while sending",
        )
    )


def sent(
    connection: Connection,
    *messages: OutboxMessage,
    channel: str,
    ts: str,
    now: datetime,
    shown: str = "",
) -> bool:
    """They left: true whoever holds them now. Remembers where they stand, and what is said there.

    False where that was known of all of them.
    """
    known = True
    for message in messages:
        done = _mark(
            connection,
            _LEFT,
            {"number": message.number},
            state=OutboxState.SENT.value,
            sent_at=now,
            channel=channel,
            ts=ts,
            error=None,
        )
        known &= not done
        if done and channel and ts:
            outbox_posts.remember(connection, message, channel, ts, shown or None)
    return not known


def release(
    connection: Connection,
    *messages: OutboxMessage,
    state: OutboxState,
    error: str = "",
    not_before: datetime | None = None,
    now: datetime | None = None,
    untried: bool = False,
) -> bool:
    """Give messages back in that state; False, and nothing changes, if none is held any more.

    `untried`: they were not even tried, and this does not count as an attempt.
    """
    values = {} if untried else {"error": error}
    given_back = False
    for message in messages:
        sooner = False
        if message.collapse and state is OutboxState.WAITING:
            sooner = _take_over(connection, message)
        done = _mark(
            connection,
            _BACK_UNTRIED if untried else _BACK,
            _held_as(message),
            state=state.value,
            not_before=None if sooner else not_before,
            sent_at=now,
            **values,
        )
        if done and message.collapse and state in {OutboxState.FAILED, OutboxState.DROPPED}:
            # an attempt that nobody knows of may have changed it
            outbox_posts.forget_shown(connection, message, message.topic)
        given_back |= done
    return given_back


_NEWER = text(
    f"""DELETE FROM outbox
    WHERE {WAITING_CARD} AND {" AND ".join(f"{name} = :{name}" for name in PLACE)}
    RETURNING facts, trace, rank, urgent"""  # noqa: S608  names of ours
)


def _take_over(connection: Connection, message: OutboxMessage) -> bool:
    """A card that comes back to wait says what a newer update of it says, in its own place.

    Whom it was to tell something new is told still (`store.transaction.outbox_put`).

    Whether somebody looks at it now who did not before: then it waits no longer.
    """
    held = connection.execute(_LOCKED, _held_as(message)).first()
    if held is None:
        return False
    place = {
        "contract": message.contract,
        "subject": message.subject,
        "topic": message.topic,
        "destination": str(message.to),
    }
    newer = connection.execute(_NEWER, place).first()
    if newer is None:
        return False
    still = newer.facts == NOTHING and message.topic in CARDS
    connection.execute(
        update(outbox)
        .where(o.id == message.number)
        .values(
            facts=facts_json(message.facts) if still else newer.facts,
            trace=newer.trace,
            rank=min(newer.rank, message.rank),
            urgent=newer.urgent or message.urgent,
        )
    )
    return bool(newer.rank < message.rank)


def _held_as(message: OutboxMessage) -> dict[str, Any]:
    return {"number": message.number, "held_by": message.claim}


def step_aside(
    connection: Connection, message: OutboxMessage, error: str, not_before: datetime
) -> bool:
    """Give a message back behind all others of its destination.

    False, and nothing changes, if it is held no more.
    """
    state = OutboxState.UNCERTAIN if message.uncertain else OutboxState.WAITING
    return _mark(
        connection,
        _BACK,
        _held_as(message),
        state=state.value,
        error=error,
        not_before=not_before,
        rank=int(Rank.ASIDE),
    )


def _mark(connection: Connection, mark: Update, which: dict[str, Any], **values: Any) -> bool:
    free = {"claim": None, "claimed_until": None}
    return connection.execute(mark, which | free | values).rowcount > 0
