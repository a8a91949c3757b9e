"""The outbox: messages wait here until the dispatcher has sent them (design, decision 5)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    Connection,
    Row,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    select,
    text,
    update,
)

from escalation.messages import table
from escalation.messages.destinations import Destination, To, pattern
from escalation.messages.effects import Effect, Rank
from escalation.messages.table import CALLS, CARDS
from store.schema.tables import (
    CALLS_SENT,
    HELD,
    MESSAGES,
    PLACE,
    UNSENT,
    WAITING_CARD,
    outbox,
    posts,
)
from store.transaction import outbox_order
from store.transaction.journal import facts_json
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
_STANDS = and_(*(posts.c[name] == bindparam(f"of_{name}") for name in PLACE))
_POST = select(posts.c.channel, posts.c.ts, posts.c.shown).where(_STANDS)
_REMEMBERED = update(posts).where(_STANDS)

TRACE: ContextVar[str] = ContextVar("trace", default="")  # what is sent now follows from it


class OutboxState(StrEnum):
    """How a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    UNCERTAIN = "uncertain"  # it may have left: look for it before sending it again
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A message handed to the dispatcher. `id` is unique for ever: it marks the message in Slack.

    `number` is its place in the queue, `claim` proves that it was handed to this dispatcher.
    """

    id: str
    number: int
    at: datetime
    contract: str
    topic: str
    subject: str
    to: Destination
    facts: dict[str, Any]
    urgent: bool
    collapse: bool
    attempts: int
    uncertain: bool
    claim: str
    rank: Rank = Rank.ROUTINE
    trace: str = ""  # the trace of what it follows from (W3C traceparent)
    companions: tuple[OutboxMessage, ...] = ()  # what goes in the same message

    @property
    def with_companions(self) -> tuple[OutboxMessage, ...]:
        """This message and its companions."""
        return (self, *self.companions)

    @property
    def effect(self) -> Effect:
        """What is to be told; raises LookupError for a topic this version does not know."""
        return Effect(
            meaning=table.read(self.topic, self.facts),
            contract=self.contract,
            subject=self.subject,
            to=self.to,
            urgent=self.urgent,
        )


def copy_id(way: str, letter_id: str) -> str:
    """The id of the copy of a message that goes another way."""
    return f"{way}-{letter_id}"


def original_id(letter_id: str) -> str:
    """The id of the message that this one is the copy of; "" where it is no copy."""
    return letter_id.partition("-")[2]


class Post(NamedTuple):
    """Where a message stands, and a digest of what it says; "" where that is not known."""

    channel: str
    ts: str
    shown: str = ""


class Copies(NamedTuple):
    """Messages that stand, by their place; `moving`: another one is just on its way there."""

    sent: dict[Post, list[OutboxMessage]]
    moving: bool


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
        _message(head, token, companions=tuple(_message(row, token) for row in others))
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
            _remember_post(connection, message, channel, ts, shown or None)
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
            forget_shown(connection, message, message.topic)
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


def _remember_post(
    connection: Connection, message: OutboxMessage, channel: str, ts: str, shown: str | None
) -> None:
    question = table.read(message.topic, message.facts).puts
    key, stands = _post_key(message, question), {"channel": channel, "ts": ts, "shown": shown}
    if not connection.execute(_REMEMBERED, _of(key) | stands).rowcount:
        connection.execute(insert(posts), key | stands)


def _post_key(message: OutboxMessage, question: str) -> dict[str, str]:
    return {
        "contract": message.contract,
        "destination": str(message.to),
        "topic": question,
        "subject": message.subject,
    }


def _of(key: dict[str, str]) -> dict[str, Any]:
    return {f"of_{name}": value for name, value in key.items()}


def post_of(
    connection: Connection, contract: str, destination: str, topic: str, subject: str
) -> Post | None:
    """The last message of that topic and subject there."""
    place = {"contract": contract, "destination": destination, "topic": topic, "subject": subject}
    row = connection.execute(_POST, _of(place)).one_or_none()
    return None if row is None else Post(row.channel, row.ts, row.shown or "")


COPIES = 4  # of a call, to one person, that are kept true


def posts_of(
    connection: Connection, message: OutboxMessage, questions: Collection[str]
) -> dict[str, Post]:
    """The last message of each question and of a subject there, where it is known what it says."""
    p = posts.c
    here = and_(p.contract == message.contract, p.destination == str(message.to))
    about = and_(p.subject == message.subject, p.topic.in_(questions), p.shown.is_not(None))
    rows = connection.execute(select(p.topic, p.channel, p.ts, p.shown).where(here, about))
    return {row.topic: Post(row.channel, row.ts, row.shown) for row in rows}


def forget_shown(connection: Connection, message: OutboxMessage, question: str) -> None:
    """What the last message of that question and subject says there is known no more."""
    connection.execute(_REMEMBERED, _of(_post_key(message, question)) | {"shown": None})


def copies(connection: Connection, message: OutboxMessage, topics: Collection[str]) -> Copies:
    """The newest calls of these topics and a subject that a destination has, each with all that it
    was sent with; and whether a message of these topics is just on its way.

    Who is called for days has hundreds: to change each at every step would use up Slack's limits.
    """
    mine = and_(o.contract == message.contract, o.destination == str(message.to))
    calls = and_(mine, text(CALLS_SENT))
    about = and_(o.subject == message.subject, o.topic.in_(topics))
    placed = select(o.ts).where(calls, about, o.ts.is_not(None)).group_by(o.ts)
    said_at = placed.order_by(func.max(o.id).desc()).limit(COPIES)
    rows = connection.execute(select(outbox).where(calls, o.ts.in_(said_at)).order_by(o.id)).all()
    sent: dict[Post, list[OutboxMessage]] = {}
    for row in rows:
        sent.setdefault(Post(row.channel, row.ts), []).append(_message(row, ""))
    moving = select(o.id).where(mine, about, _HELD).limit(1)
    return Copies(sent=sent, moving=connection.execute(moving).first() is not None)


def _message(
    row: Row[Any], token: str, companions: tuple[OutboxMessage, ...] = ()
) -> OutboxMessage:
    return OutboxMessage(
        id=row.metadata_id,
        number=row.id,
        at=row.at,
        contract=row.contract,
        topic=row.topic,
        subject=row.subject,
        to=Destination.read(row.destination),
        facts=msgspec.json.decode(row.facts),
        urgent=row.urgent,
        collapse=row.collapse,
        attempts=row.attempts + 1,
        uncertain=row.state == OutboxState.UNCERTAIN.value,
        claim=token,
        trace=row.trace or "",
        rank=Rank(row.rank),
        companions=companions,
    )
