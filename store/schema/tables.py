"""The tables. A record is one row: its queried fields as columns, the whole of it as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

from escalation.records.kinds import CRISIS, INCIDENT, KINDS, REPORT, Kind
from escalation.records.visibility import concerns_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970; raises ValueError where no time zone is said."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} does not say its time zone")
    return (instant - EPOCH) // MICROSECOND


def instant_of(value: int | None) -> datetime | None:
    """The instant of that microsecond since 1970, as aware UTC."""
    return None if value is None else EPOCH + value * MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as whole microseconds since 1970: exact and sortable everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """To microseconds; refuses a naive datetime."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        """From microseconds, as aware UTC."""
        return instant_of(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = String(64)  # ids of contracts, records, people
Name = String(128)  # timer names, topics, destinations
Hash = String(64)
Counted = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys itself

# ── contracts ────────────────────────────────────────────────────────────────────────────────

contract_versions = Table(
    "contract_versions",
    metadata,
    Column("contract", Key, primary_key=True),
    Column("version", Hash, primary_key=True),
    Column("text", Text, nullable=False),
    Column("read_at", Instant, nullable=False),
    Column("source", Name, nullable=False),
)

contracts_in_force = Table(
    "contracts_in_force",
    metadata,
    Column("contract", Key, primary_key=True),
    Column("version", Hash, nullable=False),
)

# ── records ──────────────────────────────────────────────────────────────────────────────────


def open_condition(kind: Kind[Any]) -> str:
    """Say what holds of records that are not over; an index serves who asks in just these words."""
    return f"state NOT IN ({', '.join(repr(str(state)) for state in sorted(kind.over))})"


def _index_of_open(name: str, kind: Kind[Any], *columns: str) -> Index:
    """An index of the open records alone: it is as small after years as on the first day."""
    condition = text(open_condition(kind))
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _queried(name: str, kept: TypeEngine[Any], of: Callable[[Any], Any], **options: Any) -> Any:
    """A column for what queries need besides: `of` a record."""
    return Column(name, kept, info={"of": of}, **options)


def _records(kind: Kind[Any], *more: SchemaItem) -> Table:
    """The table of a kind of records, with what only this kind needs."""
    return Table(
        kind.table,
        metadata,
        Column("contract", Key, primary_key=True),
        Column("id", Key, primary_key=True),
        Column("number", Integer, nullable=False),
        Column("state", Key, nullable=False),
        *more,
        Column("version", Integer, nullable=False),
        Column("body", Text, nullable=False),
        _index_of_open(f"ix_{kind.table}_open", kind, "contract", "number"),
        info={"kind": kind},
    )


@lru_cache(maxsize=4096)  # many incidents concern the same
def _listed(concerns: frozenset[str]) -> str:
    return json.dumps(sorted(concerns), ensure_ascii=False)


incidents = _records(
    INCIDENT,
    _queried("gravity", Integer(), attrgetter("gravity"), nullable=False, server_default="0"),
    _queried(
        "informed",
        Boolean(),
        attrgetter("client_informed"),
        nullable=False,
        server_default=false(),
    ),
    _queried(
        "concerns",
        Text(),  # a list in JSON, in which each is found by its own JSON
        lambda incident: _listed(concerns_of(incident)),
        nullable=False,
        server_default="",
    ),
    Index(None, "contract", "number"),
    Index(None, "contract", "state", "number"),
    _index_of_open(
        "ix_incidents_gravest", INCIDENT, "contract", "gravity", "number", "informed", "state"
    ),
)

crises = _records(
    CRISIS,
    _queried("room", Key, attrgetter("room"), index=True),
    Index(None, "contract", "state", "number"),
)

reports = _records(
    REPORT,
    _queried("deadline", Instant(), lambda report: microseconds(report.deadline), nullable=False),
    Index(None, "contract", "deadline"),
)

for _kind in KINDS:
    if _kind.table not in metadata.tables:
        _records(_kind)

counters = Table(
    "counters",
    metadata,
    Column("contract", Key, primary_key=True),
    Column("prefix", Key, primary_key=True),
    Column("last", Integer, nullable=False),
)


# ── timers ───────────────────────────────────────────────────────────────────────────────────

timers = Table(
    "timers",
    metadata,
    Column("contract", Key, primary_key=True),
    Column("subject", Key, primary_key=True),
    Column("name", Name, primary_key=True),
    Column("due", Instant, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("retry_at", Instant),
    Column("error", Text),
    Index(None, "due", "generation"),
)

Index(
    "ix_timers_set_aside",
    timers.c.retry_at,
    sqlite_where=timers.c.retry_at.is_not(None),
    postgresql_where=timers.c.retry_at.is_not(None),
)

# ── journal ──────────────────────────────────────────────────────────────────────────────────

journal = Table(
    "journal",
    metadata,
    Column("contract", Key, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("subject", Key, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Key, nullable=False),
    Column("action", Name, nullable=False),
    Column("source", Name, nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", Hash, nullable=False),
    Column("seal", Hash, nullable=False),
    Column("salt", Key, nullable=False, server_default=""),
    Column("erased", Hash, nullable=False, server_default=""),
    Index(None, "contract", "subject", "number"),
)

journal_heads = Table(
    "journal_heads",
    metadata,
    Column("contract", Key, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("seal", Hash, nullable=False),
)

# ── outbox ───────────────────────────────────────────────────────────────────────────────────

outbox = Table(
    "outbox",
    metadata,
    Column("id", Counted, primary_key=True, autoincrement=True),
    Column("contract", Key, nullable=False),
    Column("at", Instant, nullable=False),
    Column("topic", Name, nullable=False),
    Column("subject", Key, nullable=False),
    Column("destination", Name, nullable=False),
    Column("facts", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("collapse", Boolean, nullable=False),
    Column(
        "rank", Integer, nullable=False, server_default="2"
    ),  # `escalation.messages.effects.Rank`
    Column("state", Key, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Instant),
    Column("claim", Key),
    Column("claimed_until", Instant),
    Column("error", Text),
    Column("sent_at", Instant),
    Column("channel", Key),
    Column("ts", Key),
    Column("metadata_id", Key, nullable=False, unique=True),
    Column("trace", Key),
    sqlite_autoincrement=True,  # an id is never given out twice
)

UNSENT = ("waiting", "sending", "uncertain")

# conditions in the very words of the indexes: SQLite takes an index for no others
MESSAGES = "NOT collapse AND state IN ('waiting', 'sending', 'uncertain')"
CARDS = "collapse AND state IN ('waiting', 'uncertain')"
FRESH_CARDS = f"{CARDS} AND not_before IS NULL"
RESTED_CARDS = f"{CARDS} AND not_before IS NOT NULL"
WAITING_CARD = "collapse AND state = 'waiting'"
HELD = "state IN ('sending', 'uncertain')"
SET_ASIDE = "state = 'failed'"
CALLS_SENT = "rank = 0 AND state = 'sent'"
# all that waits, each by its own index: what was sent long ago is not looked through
WAITS = (MESSAGES, FRESH_CARDS, RESTED_CARDS, f"{HELD} AND collapse AND state = 'sending'")
PLACE = ("contract", "subject", "topic", "destination")  # a card's: updates overwrite there


def _partial(name: str, where: str, *columns: str, unique: bool = False) -> Index:
    only = text(where)
    return Index(
        name,
        *(outbox.c[column] for column in columns),
        unique=unique,
        sqlite_where=only,
        postgresql_where=only,
    )


_partial("ix_outbox_lanes", MESSAGES, "contract", "destination", "rank", "id")
_partial("ix_outbox_fresh_cards", FRESH_CARDS, "id")
_partial("ix_outbox_rested_cards", RESTED_CARDS, "not_before", "id")
_partial("uq_outbox_card", WAITING_CARD, *PLACE, unique=True)
_partial("ix_outbox_held", HELD, "state", "contract", "destination", "topic", "subject")
_partial("ix_outbox_set_aside", SET_ASIDE, "id")
_partial("ix_outbox_calls_sent", CALLS_SENT, "contract", "destination", "subject")

posts = Table(
    "posts",
    metadata,
    Column("contract", Key, primary_key=True),
    Column("destination", Name, primary_key=True),
    Column("topic", Name, primary_key=True),
    Column("subject", Key, primary_key=True),
    Column("channel", Key, nullable=False),
    Column("ts", Key, nullable=False),
    Column("shown", Key),  # a digest of what the message says; NULL where that is not known
)

# ── callers ──────────────────────────────────────────────────────────────────────────────────

outcomes = Table(
    "outcomes",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

# who is who in Slack, and which channel bears which name (`store.identities`)

identities = Table(
    "identities",
    metadata,
    Column("team", Key, primary_key=True),
    Column("slack", Key, primary_key=True),
    Column("contract", Key, primary_key=True),
    Column("person", Key, nullable=False),
    Column("home", Key, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    Column("locale", Key, nullable=False, server_default=""),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Column("direct", Key, nullable=False, server_default=""),
    Column("learnt_at", Instant, nullable=False, server_default="0"),
    UniqueConstraint("contract", "person"),
    Index("ix_identities_slack", "slack"),
)

channel_names = Table(
    "channel_names",
    metadata,
    Column("contract", Key, primary_key=True),
    Column("name", Name, primary_key=True),
    Column("team", Key, nullable=False),
    Column("channel", Key, nullable=False),
    Column("sought_at", Instant, nullable=False),
    Column("learnt_at", Instant),
)

listings = Table(
    "listings",
    metadata,
    Column("team", Key, primary_key=True),
    Column("stage", Key, nullable=False),
    Column("cursor", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("holder", Key, nullable=False),
    Column("held_until", Instant, nullable=False),
)
