"""Work out when there is next something to do, in one statement: it is asked every second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, literal_column, select, type_coerce, union_all

from store.queues import timers
from store.schema.tables import instant_of
from store.transaction import outbox_order

# instants as numbers: drivers are asked for them past SQLAlchemy, too
UPCOMING: CompoundSelect[Any] = union_all(
    *(
        select(literal_column(kind), type_coerce(first.c.at, BigInteger))
        for kind, first in (
            *(("'timer'", first.subquery()) for first in timers.FIRST),
            ("'message'", outbox_order.READY_AT.subquery()),
        )
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """The instant of each, which may be past; None where nothing waits."""

    timer: datetime | None = None  # when the next timer fires
    message: datetime | None = None  # when the next message may be taken; 1970 for "at once"


def upcoming(rows: Sequence[Sequence[Any]]) -> Upcoming:
    """Return what these rows of `UPCOMING` say."""
    earliest = {
        kind: min((at for of, at in rows if of == kind and at is not None), default=None)
        for kind in ("timer", "message")
    }
    return Upcoming(timer=instant_of(earliest["timer"]), message=instant_of(earliest["message"]))
