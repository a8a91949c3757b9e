"""The outbox: letters wait here until the courier has sent them (design, decision 5)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from escalation.effects import Effect, Topic
from store import bulk
from store.tables import REPLACEABLE, UNSENT, microseconds, outbox, posts

o = outbox.c

TRACE: ContextVar[str] = ContextVar("trace", default="")  # what is sent now follows from it


class LetterState(StrEnum):
    """How a letter stands."""

    WAITING = "waiting"
    SENDING = "sending"
    UNCERTAIN = "uncertain"  # it may have left: look for it before sending it again
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter handed to the courier. `id` is unique for ever: it marks the message in Slack.

    `number` is its place in the queue, `claim` proves that it was handed to this courier.
    """

    id: str
    number: int
    at: datetime
    contract: str
    topic: str
    subject: str
    to: str
    facts: dict[str, Any]
    urgent: bool
    collapse: bool
    attempts: int
    uncertain: bool
    claim: str
    claimed_at: datetime
    trace: str = ""  # the trace of what it follows from (W3C traceparent)
    hurried: bool = False  # urgent itself, or something urgent waits behind it

    @property
    def effect(self) -> Effect:
        """What is to be told; raises ValueError for a topic this version does not know."""
        return Effect(
            topic=Topic(self.topic),
            contract=self.contract,
            subject=self.subject,
            to=self.to,
            facts=self.facts,
            urgent=self.urgent,
            collapse=self.collapse,
        )


class Post(NamedTuple):
    """Where a message stands, and a digest of what it says; "" where that is not known."""

    channel: str
    ts: str
    shown: str = ""


# a card's place: its updates there supersede one another
_PLACE = ("contract", "subject", "topic", "destination")

SUPERSEDE = bulk.change(
    outbox,
    "sent_at",
    of=_PLACE,
    also=f"state = '{LetterState.DROPPED}', error = 'superseded'",
    only=REPLACEABLE,
    by="id",
)
_PUT = bulk.insertion(
    outbox, *_PLACE, "at", "facts", "urgent", "collapse", "state", "attempts", "metadata_id",
    "trace",
)  # fmt: skip


def put(
    connection: Connection, effects: Sequence[Effect], now: datetime, traces: Sequence[str]
) -> None:
    """Put effects into the outbox, in this order. A newer update of a card drops the older.

    `traces`, one for each effect, say what they follow from.
    """
    newest = {_place(each): number for number, each in enumerate(effects) if each.collapse}
    at = microseconds(now)
    SUPERSEDE.run(connection, [(at, *place) for place in newest])
    rows = [
        (
            *_place(effect),
            at,
            to_json(effect.facts).decode(),
            effect.urgent,
            effect.collapse,
            LetterState.WAITING.value,
            0,
            secrets.token_hex(16),
            trace or None,
        )
        for number, (effect, trace) in enumerate(zip(effects, traces, strict=True))
        if not effect.collapse or newest[_place(effect)] == number
    ]
    _PUT.run(connection, rows)


def _place(effect: Effect) -> tuple[str, ...]:
    return effect.contract, effect.subject, effect.topic.value, effect.to


# statements made once: making one costs more than running it
_FIRST = (
    # the first unsent letter of each destination; urgent if any letter behind it is
    select(func.min(o.id).label("id"), func.max(case((o.urgent, 1), else_=0)).label("urgent"))
    .where(o.state.in_(UNSENT))
    .group_by(o.contract, o.destination)
    .subquery("first")
)


def _ready(first: Subquery) -> Select[Any]:
    return (
        select(outbox, first.c.urgent.label("hurried"))
        .join(first, o.id == first.c.id)
        .where(
            o.state.in_((LetterState.WAITING, LetterState.UNCERTAIN)),
            or_(o.not_before.is_(None), o.not_before <= bindparam("now")),
        )
        .limit(bindparam("most"))
        .with_for_update(of=outbox, skip_locked=True)
    )


_OLDEST = _ready(_FIRST).order_by(o.id)
_URGENT = _ready(_FIRST).order_by(_FIRST.c.urgent.desc(), o.id)
# a letter whose courier did not come back in time may have left, or not
_EXPIRE = (
    update(outbox)
    .where(o.state == LetterState.SENDING.value, o.claimed_until <= bindparam("now"))
    .values(
        state=LetterState.UNCERTAIN.value,
        claim=None,
        claimed_until=None,
        error="the courier did not come back",
    )
)


def _next_at(ready: ColumnElement[Any]) -> Select[Any]:
    """When a letter may next be taken; of one that may be at once, `ready`."""
    expiry = (o.state == LetterState.SENDING.value, o.claimed_until)
    at = case(expiry, else_=func.coalesce(o.not_before, ready))
    return select(func.min(at, type_=o.at.type).label("at")).join(_FIRST, o.id == _FIRST.c.id)


NEXT_AT = _next_at(o.at)
READY_AT = _next_at(literal_column("0"))  # 1970: also where the clock was set back since


def claim(
    connection: Connection,
    now: datetime,
    limit: int,
    lease: timedelta,
    *,
    mark: str = "",
    oldest_first: bool = False,
) -> list[Letter]:
    """Hand out letters: the first of each destination, urgent ones first, then the oldest.

    `mark` begins the claims of this replica (`store.fleet`). With `oldest_first` none goes before
    its time: so that routine ones leave too.
    """
    connection.execute(_EXPIRE, {"now": now})
    waiting = _OLDEST if oldest_first else _URGENT
    rows = connection.execute(waiting, {"now": now, "most": limit}).all()
    if not rows:
        return []
    token = mark + secrets.token_hex(16)
    connection.execute(
        update(outbox)
        .where(o.id.in_([row.id for row in rows]))
        .values(
            state=LetterState.SENDING.value,
            claim=token,
            claimed_until=now + lease,
            attempts=o.attempts + 1,
            not_before=None,
        )
    )
    return [_letter(row, token, now) for row in rows]


def renew(connection: Connection, letters: Sequence[Letter], until: datetime) -> set[int]:
    """Hold these letters longer; the numbers of those that are still held."""
    if not letters:
        return set()
    mine = and_(
        o.id.in_([letter.number for letter in letters]),
        o.claim.in_({letter.claim for letter in letters}),
        o.state == LetterState.SENDING.value,
    )
    connection.execute(update(outbox).where(mine).values(claimed_until=until))
    return set(connection.execute(select(o.id).where(mine)).scalars())


def take_back(connection: Connection) -> None:
    """At the start of the one process: whoever held a letter is gone, and may have sent it."""
    connection.execute(
        update(outbox)
        .where(o.state == LetterState.SENDING.value)
        .values(
            state=LetterState.UNCERTAIN.value,
            claim=None,
            claimed_until=None,
            error="the bot stopped while sending",
        )
    )


def _drop_if_superseded(connection: Connection, letter: Letter) -> None:
    """An update that comes back to wait is dropped where a newer one waits already."""
    newer = outbox.alias("newer")
    superseded = select(newer.c.id).where(
        *(newer.c[name] == o[name] for name in _PLACE),
        newer.c.collapse,
        newer.c.state == LetterState.WAITING.value,
        newer.c.id > o.id,
    )
    connection.execute(
        update(outbox)
        .where(o.id == letter.number, superseded.exists())
        .values(state=LetterState.DROPPED.value, not_before=None)
    )


def next_at(connection: Connection) -> datetime | None:
    """The earliest instant at which a letter may be handed out."""
    return connection.execute(NEXT_AT).scalar_one_or_none()


def sent(
    connection: Connection,
    letter: Letter,
    *,
    channel: str,
    ts: str,
    now: datetime,
    shown: str = "",
) -> bool:
    """It left: true whoever holds it now. Remembers where it stands, and what it says there."""
    done = _mark(
        connection,
        and_(o.id == letter.number, o.state.in_(UNSENT)),
        state=LetterState.SENT.value,
        sent_at=now,
        channel=channel,
        ts=ts,
        error=None,
    )
    if done and channel and ts:
        _remember_post(connection, letter, channel, ts, shown or None)
    return done


def release(
    connection: Connection,
    letter: Letter,
    state: LetterState,
    error: str,
    *,
    not_before: datetime | None = None,
    now: datetime | None = None,
    untried: bool = False,
) -> bool:
    """Give a letter back in that state; False, and nothing changes, if it is held no more.

    `untried`: it was not even tried, and this does not count as an attempt.
    """
    mine = and_(
        o.id == letter.number,
        o.state == LetterState.SENDING.value,
        o.claim == letter.claim,
    )
    values: dict[str, Any] = {"attempts": o.attempts - 1} if untried else {"error": error}
    done = _mark(connection, mine, state=state.value, not_before=not_before, sent_at=now, **values)
    if done and letter.collapse and state is LetterState.WAITING:
        _drop_if_superseded(connection, letter)
    if done and letter.collapse and state in {LetterState.FAILED, LetterState.DROPPED}:
        _forget_shown(connection, letter)  # an attempt that nobody knows of may have changed it
    return done


def step_aside(connection: Connection, letter: Letter, error: str, not_before: datetime) -> bool:
    """Give a letter back at the end of the queue: what waits behind it passes.

    False, and nothing changes, if it is held no more.
    """
    mine = and_(
        o.id == letter.number,
        o.state == LetterState.SENDING.value,
        o.claim == letter.claim,
    )
    found = connection.execute(select(outbox).where(mine).with_for_update())
    row = found.mappings().one_or_none()
    if row is None:
        return False
    state = LetterState.UNCERTAIN if letter.uncertain else LetterState.WAITING
    back = {"state": state.value, "error": error, "not_before": not_before, "claim": None}
    kept = {name: value for name, value in row.items() if name != "id"}
    connection.execute(delete(outbox).where(o.id == letter.number))
    connection.execute(insert(outbox), kept | back | {"claimed_until": None})
    return True


def _mark(connection: Connection, which: ColumnElement[bool], **values: Any) -> bool:
    query = update(outbox).where(which).values(claim=None, claimed_until=None, **values)
    return connection.execute(query).rowcount > 0


def _remember_post(
    connection: Connection, letter: Letter, channel: str, ts: str, shown: str | None
) -> None:
    key, stands = _post_key(letter), {"channel": channel, "ts": ts, "shown": shown}
    moved = connection.execute(update(posts).where(_post(key)).values(**stands))
    if not moved.rowcount:
        connection.execute(insert(posts), key | stands)


def _forget_shown(connection: Connection, letter: Letter) -> None:
    connection.execute(update(posts).where(_post(_post_key(letter))).values(shown=None))


def _post_key(letter: Letter) -> dict[str, str]:
    return {
        "contract": letter.contract,
        "destination": letter.to,
        "topic": letter.topic,
        "subject": letter.subject,
    }


def _post(key: dict[str, str]) -> ColumnElement[bool]:
    return and_(*(posts.c[name] == value for name, value in key.items()))


def post_of(
    connection: Connection, contract: str, destination: str, topic: str, subject: str
) -> Post | None:
    """The last message of that topic and subject there."""
    p = posts.c
    row = connection.execute(
        select(p.channel, p.ts, p.shown).where(
            p.contract == contract,
            p.destination == destination,
            p.topic == topic,
            p.subject == subject,
        )
    ).one_or_none()
    return None if row is None else Post(row.channel, row.ts, row.shown or "")


def _letter(row: Row[Any], token: str, now: datetime) -> Letter:
    return Letter(
        id=row.metadata_id,
        number=row.id,
        at=row.at,
        contract=row.contract,
        topic=row.topic,
        subject=row.subject,
        to=row.destination,
        facts=json.loads(row.facts),
        urgent=row.urgent,
        collapse=row.collapse,
        attempts=row.attempts + 1,
        uncertain=row.state == LetterState.UNCERTAIN.value,
        claim=token,
        claimed_at=now,
        trace=row.trace or "",
        hurried=bool(row.hurried),
    )
