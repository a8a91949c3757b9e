"""What must be true after all the kills: the invariants of the simulator, and what was asked."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from time import monotonic
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from handlers.refusals.words import bug_words, out_of_reach_words
from handlers.words.texts import Texts
from store.schema.tables import UNSENT, outbox, timers
from store.transaction.outbox_message import OutboxState
from tests.kills.load import Load
from tests.kills.town import Town
from tests.simulation.facts import Facts, Minutes, Slackside, kept
from tests.simulation.invariants import INVARIANTS, NOT_MESSAGES
from tests.simulation.seen import Seen

PROCESSES = ("problem.", "change.")
REST_SECONDS = 180.0  # of the machine's time; a fifth of it where nothing else runs
LATE = timedelta(seconds=1)  # of real time: what is due then must be answered


@dataclass
class Verdict:
    """What was found."""

    broken: list[str] = field(default_factory=list)
    outgoing_messages: int = 0
    pings: int = 0
    lost: int = 0
    repeated: int = 0
    records: int = 0
    lines: int = 0
    processes: int = 0  # of these lines, on problems and changes
    events: int = 0  # of monitoring, that were acknowledged


async def rest(town: Town, within: float = REST_SECONDS) -> None:
    """Wait until nothing waits: no message unsent, no timer overdue; raises TimeoutError.

    How long a bot was ready to run, and the machine did something else, is not counted. What was
    written since may still wait a moment: people who are left alone are called again and again.
    """
    speed = town.clock.speed

    def waiting(c: Connection) -> int:
        late = select(func.count()).select_from(timers).where(timers.c.due < town.rested_at)
        unsent = (
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.state.in_(UNSENT), outbox.c.at < town.rested_at)
        )
        return int(c.execute(late).scalar_one()) + int(c.execute(unsent).scalar_one())

    began, held_up = monotonic(), town.held_up()
    called = town.clock.now()
    while True:
        town.rested_at = max(called, town.clock.now() - LATE * speed)
        if not await town.reading.read(lambda tx: waiting(tx.connection)):
            return
        if monotonic() - began - max(0.0, town.held_up() - held_up) > within:
            raise TimeoutError
        await asyncio.sleep(0.05)


async def facts_of(town: Town, load: Load | None = None) -> Facts:
    """All there is, read once."""

    rows = await town.reading.read(lambda tx: kept(tx.connection))
    return Facts(
        # what came due since they stopped is nobody's fault
        now=town.stopped_at - LATE * town.clock.speed,
        contracts=town.contracts,
        slack=Slackside.of(town.workspace, town.app.bot_user_id),
        errors=[],
        late=True,  # what hung on the way may arrive after it was looked for
        posted=frozenset(load.posted if load else ()),
        taken=frozenset(load.taken if load else ()),
        seen=Seen(),
        minutes=Minutes(),
        **rows,
    )


async def verdict(town: Town, load: Load | None) -> Verdict:
    """Hold what there is against what must be."""
    facts = await facts_of(town, load)
    found = Verdict(
        outgoing_messages=len(facts.outgoing_messages),
        records=len(facts.records),
        lines=len(facts.lines),
        processes=sum(line.action.startswith(PROCESSES) for line in facts.lines),
    )
    found.broken += [f"{look.__name__}: {said}" for look in INVARIANTS for said in look(facts)]
    found.broken += town.complaints()
    found.broken += _files(town)
    posted = Counter(outgoing for _, _, outgoing in facts.messages)
    found.repeated = sum(posted.values()) - len(posted)
    for row in facts.outgoing_messages:
        found.pings += row.topic == "ping"
        missing = not row.collapse and row.topic not in NOT_MESSAGES and not posted[row.metadata_id]
        left = row.state in UNSENT and row.at < town.rested_at
        found.lost += left or (row.state == OutboxState.SENT and missing)
    if load is not None:
        found.broken += _asked(facts, load, town)
        found.events = len(load.taken)
        if odd := load.answers.keys() - {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}:
            found.broken.append(f"monitoring was answered {sorted(odd)}")
    return found


def _files(town: Town) -> list[str]:
    """The file of a report stands once in each thread."""
    where = Counter(
        (channel.id, message.thread_ts, file.get("name"))
        for channel in town.workspace.channels.values()
        for message in channel.by_ts.values()
        for file in (getattr(message, "files", None) or [])
        if isinstance(file, dict)
    )
    return [f"{count} files {place}" for place, count in where.items() if count > 1]


def _asked(facts: Facts, load: Load, town: Town) -> list[str]:
    """Each thing that was typed and acknowledged was done once, or its writer was told otherwise.

    What Slack called failed was done at most once.
    """
    titles = Counter(r.title for r in facts.records if r.id.startswith("INC"))
    done = [(f'open "{title}"', titles[title]) for title in load.titles]
    noted: Counter[tuple[str, str]] = Counter()
    for line in facts.lines:
        if line.action == "incident.noted":
            noted[line.subject, json.loads(line.facts).get("text", "")] += 1
    if load.notes and not noted:
        return ["no note is found in the journal"]
    done += [(f"note {subject} {text}", noted[subject, text]) for subject, text in load.notes]
    return [
        f"done {times} times: {words}; answered: {answers}"
        for words, times in done
        for answers in [town.answered(words)]
        if times > 1 or (times < load.least(words) and not any(map(_apologises, answers)))
    ]


def _apologises(answer: str) -> bool:
    """Whether it says that the thing was not done, or that this is not certain."""
    return any(
        answer == out_of_reach_words(texts) or answer.startswith(bug_words("", texts)[:40])
        for texts in (Texts.of(language, ZoneInfo("UTC")) for language in ("en", "fr"))
    )
