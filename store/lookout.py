"""When there is next something to do, in one statement: it is asked every second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Label, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import asyncpg

from store import outbox, timers
from store.tables import instant_of

_TIMER: Label[str] = literal_column("'timer'").label("kind")
_LETTER: Label[str] = literal_column("'letter'").label("kind")
_UPCOMING = union_all(
    *(select(_TIMER, first.subquery().c.at) for first in timers.FIRST),
    select(_LETTER, outbox.NEXT_AT.subquery().c.at),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """The instant of each, which may be past; None where nothing waits."""

    timer: datetime | None = None  # when the next timer fires
    letter: datetime | None = None  # when the next letter may be taken


def upcoming(connection: Connection) -> Upcoming:
    """Look at the beginning of both queues."""
    return _earliest([(row.kind, row.at) for row in connection.execute(_UPCOMING)])


@cache
def question() -> tuple[str, list[Any]]:
    """The same for the driver of PostgreSQL: the text, and what belongs to its parameters."""
    dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]  # it declares no types
    compiled = _UPCOMING.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled), [compiled.params[name] for name in compiled.positiontup or ()]


def answer(rows: Sequence[Sequence[Any]]) -> Upcoming:
    """What the driver answers to `question`."""
    return _earliest([(kind, instant_of(at)) for kind, at in rows])


def _earliest(rows: Sequence[tuple[str, datetime | None]]) -> Upcoming:
    found = [(kind, at) for kind, at in rows if at is not None]
    return Upcoming(
        timer=min((at for kind, at in found if kind == "timer"), default=None),
        letter=min((at for kind, at in found if kind == "letter"), default=None),
    )
