"""What there is after a history: read once, for the invariants to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from unittest import mock

from sqlalchemy import Connection, select

from escalation.base.timers import ArmedTimers
from escalation.contract import Contract
from escalation.perform import DueTimer
from escalation.records.event import Event
from sandbox import Workspace
from sandbox.model.channel import Channel
from store.schema.kinds import STORED
from store.schema.tables import journal, outbox, timers
from store.transaction import journal as journals
from store.transaction.transaction import SqlTransaction
from tests.simulation.seen import Seen
from tests.simulation.sources import Occurrence, Sources
from tests.simulation.world import World

METADATA = "escalade_letter"


@dataclass
class Minutes:
    """What the transactions themselves showed, as they were made."""

    early: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)


@contextmanager
def minutes(clock: Callable[[], datetime] | None = None) -> Iterator[Minutes]:
    """Look over the shoulder of every transaction: what it changes, it must also journal.

    Timers are held against the bot's own clock, and against the `clock` that all must follow.
    """
    seen = Minutes()
    flush = SqlTransaction.flush

    def watched(tx: SqlTransaction) -> Any:
        told = {(line.contract, line.subject) for line in tx._lines}
        held = set(tx._held)
        for key, record in tx._held.items():
            if not record.changed or key in told:
                continue
            if isinstance(record.base, Event):  # what is counted is said in its incident
                continue
            if record.base is None or _bare(record.base) != _bare(record.current):
                seen.unsaid.append(f"{key} changed, and no line says so: {_change(record)}")
        for effect in tx._effects:
            if (effect.contract, effect.subject) not in held:
                seen.crossed.append(f"a letter about {effect.subject} decided on {held}")
        return flush(tx)

    import bot.time.timer_worker
    from escalation.perform import fire

    def ringing(tx: Any, due: DueTimer, now: Any) -> bool:
        if due.due > min(now, clock() if clock else now):
            seen.early.append(f"{due} rang at {now}")
        return fire(tx, due, now)

    with (
        mock.patch.object(SqlTransaction, "flush", watched),
        mock.patch.object(bot.time.timer_worker, "fire", ringing),
    ):
        yield seen


def _bare(record: Any) -> Any:
    return replace(record, alarms=ArmedTimers(), version=0)


def _change(record: Any) -> str:
    if record.base is None:
        return "it is new"
    before, after = _bare(record.base), _bare(record.current)
    names = [n for n in vars(before) if getattr(before, n) != getattr(after, n)]
    return ", ".join(f"{n}: {getattr(before, n)} → {getattr(after, n)}" for n in names)[:300]


@dataclass(kw_only=True)
class Slackside:
    """What Slack holds in the end."""

    channels: dict[str, Channel]
    accounts: dict[str, str]  # by mail address
    bot: str

    @staticmethod
    def of(workspace: Workspace, bot: str) -> Slackside:
        """What a workspace holds."""
        accounts = {(user.email or "").casefold(): user.id for user in workspace.users.values()}
        return Slackside(channels=workspace.channels, accounts=accounts, bot=bot)


@dataclass(kw_only=True)
class Facts:
    """All there is after a history, read once."""

    now: datetime
    contracts: tuple[Contract, ...]
    slack: Slackside
    errors: list[BaseException]  # what was raised to whoever drove the bot
    posted: frozenset[Occurrence] = frozenset()  # what monitoring said began, whatever came of it
    taken: frozenset[Occurrence] = frozenset()  # and of it, what was answered to be kept
    late: bool  # whether Slack ever did something long after nobody waited for it
    seen: Seen
    minutes: Minutes
    records: list[Any]
    timers: list[Any]
    outgoing_messages: list[Any]
    lines: list[Any]
    verdicts: list[journals.Verdict]

    @property
    def messages(self) -> list[tuple[Channel, Any, str]]:
        """What stands of the outbox: the channel, what it shows, the id; together or alone."""
        return [
            (channel, message, outgoing)
            for channel in self.slack.channels.values()
            for message in channel.timeline
            if message.metadata and message.metadata["event_type"] == METADATA
            for outgoing in _letters_of(message.metadata["event_payload"])
        ]

    @property
    def places(self) -> dict[str, list[tuple[Channel, Any]]]:
        """Where the messages of each message stand."""
        found: dict[str, list[tuple[Channel, Any]]] = defaultdict(list)
        for channel, message, outgoing in self.messages:
            found[outgoing].append((channel, message))
        return found


def _letters_of(payload: dict[str, str]) -> list[str]:
    return payload["letters"].split() if "letters" in payload else [payload["letter"]]


def kept(connection: Connection) -> dict[str, Any]:
    """What the database holds."""
    names = journals.contracts_with_journal(connection)
    number = journal.c.contract, journal.c.number
    rows = {
        "timers": connection.execute(select(timers)),
        "outgoing_messages": connection.execute(select(outbox).order_by(outbox.c.id)),
        "lines": connection.execute(select(journal).order_by(*number)),
    }
    return {name: list(found) for name, found in rows.items()} | {
        "records": [
            kind.read(row.body)
            for kind in STORED.values()
            for row in connection.execute(select(kind.table))
        ],
        "verdicts": [journals.verify(connection, name) for name in names],
    }


async def gather(
    world: World,
    seen: Seen | None = None,
    minutes: Minutes | None = None,
    *,
    late: bool = False,
    sources: Sources | None = None,
) -> Facts:
    """Read it all."""
    return Facts(
        now=world.clock.now(),
        contracts=world.contracts,
        slack=Slackside.of(world.workspace, world.app.bot_user_id),
        errors=world.errors,
        late=late,
        posted=frozenset(sources.posted if sources else ()),
        taken=frozenset(sources.taken if sources else ()),
        seen=seen or Seen(),
        minutes=minutes or Minutes(),
        **await world.look(kept),
    )


async def everything(world: World) -> list[str]:
    """All that the database and Slack hold."""
    facts = await gather(world)
    rows = [*facts.records, *facts.timers, *facts.outgoing_messages, *facts.lines]
    said = [
        f"{channel.id} {message.ts} {message.user} {message.text}"
        for channel in facts.slack.channels.values()
        for message in channel.timeline
    ]
    return [*map(str, rows), *said]
