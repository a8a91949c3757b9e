"""Messages as an operator sees them, and messages by another contact method (ESC-8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, String, exists, insert, literal, select, text, union_all, update

from escalation.messages.destinations import Destination
from escalation.messages.effects import Rank
from store.schema.tables import MESSAGES, SET_ASIDE, WAITS, outbox
from store.transaction.outbox_message import OutboxMessage, OutboxState, copy_id, original_id

o = outbox.c
MOST_COPIED = 200  # at a time: the rest waits behind them, and is copied next
_COPIED = ("contract", "topic", "subject", "facts", "urgent", "collapse", "trace")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentMessage:
    """A message that has not left: `failed` ones are set aside, the others wait their turn."""

    number: int
    contract: str
    at: datetime
    topic: str
    subject: str
    to: Destination
    urgent: bool
    state: OutboxState
    attempts: int
    not_before: datetime | None
    error: str


def unsent(connection: Connection, limit: int) -> list[UnsentMessage]:
    """The messages set aside and those that wait, the oldest first."""
    which = union_all(
        select(o.id).where(text(SET_ASIDE)), *(select(o.id).where(text(each)) for each in WAITS)
    ).subquery("waits")
    # the plus keeps SQLite from walking all messages in their order instead
    oldest = select(which.c.id).order_by(text("+waits.id")).limit(limit)
    first = connection.execute(oldest).scalars().all()
    rows = connection.execute(select(outbox).where(o.id.in_(first)).order_by(o.id))
    return [
        UnsentMessage(
            number=row.id,
            contract=row.contract,
            at=row.at,
            topic=row.topic,
            subject=row.subject,
            to=Destination.read(row.destination),
            urgent=row.urgent,
            state=OutboxState(row.state),
            attempts=row.attempts,
            not_before=row.not_before,
            error=row.error or "",
        )
        for row in rows
    ]


def retry(connection: Connection, numbers: Collection[int] | None) -> int:
    """Put failed messages back, all of them where None; how many. Each is looked for first."""
    which = text(SET_ASIDE) & (o.state == OutboxState.FAILED.value)
    if numbers is not None:
        which &= o.id.in_(list(numbers))
    back = update(outbox).where(which)
    return connection.execute(
        back.values(state=OutboxState.UNCERTAIN.value, attempts=0, not_before=None, sent_at=None)
    ).rowcount


# ── contact methods ───────────────────────────────────────────────────────────────────────────


def put_by_method(
    connection: Connection,
    message: OutboxMessage,
    method: str,
    now: datetime,
    *,
    due: datetime,
    behind: bool,
) -> bool:
    """Have an urgent message to a person go by another contact method too, from `due` on, once.

    With `behind` so do the urgent ones that wait behind it, as long after their own time. Whether
    this very message now has a copy that may still arrive.
    """
    copied = outbox.alias("copied")
    mark_of = literal(copy_id(method, ""), String) + o.metadata_id
    which = (
        (
            text(MESSAGES)
            & (o.contract == message.contract)
            & (o.destination == str(message.to))
            & ~exists(select(copied.c.id).where(copied.c.metadata_id == mark_of))
        )
        if behind
        else (o.id == message.number)
    )
    rows = connection.execute(
        select(outbox).where(which, o.urgent).order_by(o.rank, o.id).limit(MOST_COPIED)
    )
    copies = {
        copy_id(method, row.metadata_id): {name: getattr(row, name) for name in _COPIED}
        | {
            "at": row.at,
            "destination": str(message.to.by(method)),
            "rank": int(Rank.NOTICE),  # they go together, and take no place kept for calls
            "state": OutboxState.WAITING.value,
            "attempts": 0,
            "not_before": max(now, due + (row.at - message.at)),
            "metadata_id": copy_id(method, row.metadata_id),
        }
        for row in rows
    }
    mark = copy_id(method, message.id)
    known = {
        row.metadata_id: row.state
        for row in connection.execute(
            select(o.metadata_id, o.state).where(o.metadata_id.in_([*copies, mark]))
        )
    }
    fresh = [row for mark, row in copies.items() if mark not in known]
    if fresh:
        connection.execute(insert(outbox), fresh)
    return known.get(mark, OutboxState.WAITING if mark in copies else OutboxState.FAILED) not in {
        OutboxState.FAILED,
        OutboxState.DROPPED,
    }


def original_state(connection: Connection, message: OutboxMessage) -> OutboxState | None:
    """Return how the message stands of which this one is the copy; None where it is gone."""
    mine = o.metadata_id == original_id(message.id)
    state = connection.execute(select(o.state).where(mine)).scalar_one_or_none()
    return None if state is None else OutboxState(state)
