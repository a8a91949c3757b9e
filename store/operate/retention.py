"""Take away what need not be kept for ever, a page at a time (decision 0019).

The journal says what was told to whom; these rows only serve to send it once, and to find it again
in Slack. What may still be asked for stays, whatever its age.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select, tuple_

from store.schema.kinds import Stored, stored_of_id
from store.schema.tables import UNSENT, journal, outbox, outcomes, posts
from store.transaction.outbox_message import OutboxState, original_id

PAGE = 200
# of what Slack may say twice. Rooms that were given away (`room/…`) stay given away.
REPEATED = ("slash/", "click/", "form/", "event/", "delivery/")
OVER = (OutboxState.SENT.value, OutboxState.DROPPED.value)
PLACE = (posts.c.contract, posts.c.destination, posts.c.topic, posts.c.subject)

Reference = tuple[str, str, str, str]  # contract, destination, topic, subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The progress of a round: behind which message and which message reference."""

    message: int = 0
    reference: Reference = ("", "", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """The amount that a page took away; the round goes on at `place`, or is over where None."""

    messages: int
    outcomes: int
    references: int
    place: Round | None


def forget(connection: Connection, before: datetime, place: Round) -> Forgotten:
    """Take away a page of what was over before that instant."""
    messages, message = _messages(connection, before, place.message)
    references, reference = _references(connection, before, place.reference)
    keys = _outcomes(connection, before)
    done = message is None and reference is None and keys < PAGE
    going_on = Round(
        message=place.message if message is None else message,
        reference=place.reference if reference is None else reference,
    )
    return Forgotten(
        messages=messages, outcomes=keys, references=references, place=None if done else going_on
    )


def _messages(connection: Connection, before: datetime, after: int) -> tuple[int, int | None]:
    """Messages stand in the order in which they were written: behind a young one all are young."""
    o = outbox.c
    query = select(o.id, o.at, o.state, o.sent_at, o.metadata_id).where(o.id > after)
    rows = connection.execute(query.order_by(o.id).limit(PAGE)).all()
    old = [row for row in rows if row.at < before]
    over = [row for row in old if row.state in OVER and (row.sent_at or row.at) < before]
    held = _awaited_originals(connection, over)
    gone = [row.id for row in over if row.id not in held]
    if gone:
        connection.execute(delete(outbox).where(o.id.in_(gone)))
    return len(gone), old[-1].id if len(old) == PAGE else None


def _awaited_originals(connection: Connection, copies: Iterable[Any]) -> set[int]:
    """Copies that went another way stay while their message may still be copied (ESC-8)."""
    of = {original_id(row.metadata_id): row.id for row in copies}
    of.pop("", None)  # no copies
    if not of:
        return set()
    o = outbox.c
    waiting = select(o.metadata_id).where(
        o.metadata_id.in_(list(of)), o.state.in_([*UNSENT, OutboxState.FAILED.value])
    )
    return {of[mark] for mark in connection.execute(waiting).scalars()}


def _outcomes(connection: Connection, before: datetime) -> int:
    k = outcomes.c
    which = and_(k.at < before, or_(*(k.key.startswith(each) for each in REPEATED)))
    keys = connection.execute(select(k.key).where(which).order_by(k.at).limit(PAGE)).scalars().all()
    if keys:
        connection.execute(delete(outcomes).where(k.key.in_(keys)))
    return len(keys)


def _references(
    connection: Connection, before: datetime, after: Reference
) -> tuple[int, Reference | None]:
    query = select(*PLACE).where(tuple_(*PLACE) > tuple_(*after))
    rows = connection.execute(query.order_by(*PLACE).limit(PAGE)).all()
    quiet = _over_and_quiet(connection, {(row.contract, row.subject) for row in rows}, before)
    gone = [tuple(row) for row in rows if (row.contract, row.subject) in quiet]
    if gone:
        connection.execute(delete(posts).where(tuple_(*PLACE).in_(gone)))
    return len(gone), (*rows[-1],) if len(rows) == PAGE else None


def _over_and_quiet(
    connection: Connection, records: Iterable[tuple[str, str]], before: datetime
) -> set[tuple[str, str]]:
    """The records that are over, and about which nothing was written since."""
    by_kind: dict[Stored[Any], list[tuple[str, str]]] = defaultdict(list)
    for contract, subject in records:
        if (kind := stored_of_id(subject)) is not None:
            by_kind[kind].append((contract, subject))
    over: list[tuple[str, str]] = []
    for kind, keys in by_kind.items():
        c = kind.table.c
        query = select(c.contract, c.id).where(tuple_(c.contract, c.id).in_(keys), kind.over)
        over += [(row.contract, row.id) for row in connection.execute(query)]
    return {record for record in over if _quiet_since(connection, *record, before)}


def _quiet_since(connection: Connection, contract: str, subject: str, since: datetime) -> bool:
    j = journal.c
    query = select(j.at).where(j.contract == contract, j.subject == subject)
    last = connection.execute(query.order_by(j.number.desc()).limit(1)).scalar_one_or_none()
    return last is not None and last < since
