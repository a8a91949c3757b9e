"""Places where messages stand once sent, so that they can be looked up and updated."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, insert, select, text, update

from escalation.messages import table
from store.schema.tables import CALLS_SENT, HELD, PLACE, outbox, posts
from store.transaction.outbox_message import OutboxMessage, message_of

o = outbox.c
_HELD = text(HELD)  # in the words of its index
COPIES = 4  # of a call, to one person, that are kept true

# statements made once: making one costs more than running it
_STANDS = and_(*(posts.c[name] == bindparam(f"of_{name}") for name in PLACE))
_POST = select(posts.c.channel, posts.c.ts, posts.c.shown).where(_STANDS)
_REMEMBERED = update(posts).where(_STANDS)


class Post(NamedTuple):
    """The place where a message stands, and a digest of what it says; "" where not known."""

    channel: str
    ts: str
    shown: str = ""


class Copies(NamedTuple):
    """Messages that stand, by their place; `moving`: another one is just on its way there."""

    sent: dict[Post, list[OutboxMessage]]
    moving: bool


def remember(
    connection: Connection, message: OutboxMessage, channel: str, ts: str, shown: str | None
) -> None:
    """Remember where a message stands, and the digest of what it says."""
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
    """Forget what the last message of that question and subject says there."""
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
        sent.setdefault(Post(row.channel, row.ts), []).append(message_of(row, ""))
    moving = select(o.id).where(mine, about, _HELD).limit(1)
    return Copies(sent=sent, moving=connection.execute(moving).first() is not None)
