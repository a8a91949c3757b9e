"""What must hold after every history, whatever happened in it."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from escalation.messages.effects import RoomAction
from escalation.messages.ladder import Ping
from escalation.messages.report import ReportFile, ReportIssued
from escalation.messages.room_actions import ShowAnswers, ShowCalls
from escalation.messages.table import MEANINGS
from store.schema.tables import UNSENT
from store.transaction.outbox_message import OutboxState
from tests.simulation.agreed import AGREED
from tests.simulation.boards import BOARDS
from tests.simulation.facts import Facts
from tests.simulation.processes import PROCESSES
from tests.simulation.seen import explained

MARK = re.compile(r"MARK\d+Z")  # what people write in a history can be told apart by it
NOT_MESSAGES = {topic for topic, each in MEANINGS.items() if issubclass(each, RoomAction)}
REASONS_TO_GIVE_UP = {
    "not_in_the_contract_now",  # the contract was edited
    "is_archived",  # the crisis is over
    "not_in_channel",
    "channel_not_found",
    "user_disabled",  # the account was closed
    "cant_invite",  # and that was not known yet
}

Invariant = Callable[[Facts], Iterator[str]]
INVARIANTS: list[Invariant] = [*AGREED, *PROCESSES, *BOARDS]


def invariant(look: Invariant) -> Invariant:
    """Check this after every history."""
    INVARIANTS.append(look)
    return look


def broken(facts: Facts) -> list[str]:
    """What does not hold."""
    return [f"{look.__name__}: {found}" for look in INVARIANTS for found in look(facts)]


@invariant
def no_bug_in_the_log(facts: Facts) -> Iterator[str]:
    """Nothing was raised that the troubles do not explain."""
    yield from facts.seen.bugs
    for error in facts.errors:
        if not explained(error):
            yield f"unexplained: {error!r}"


@invariant
def timers_are_the_alarms(facts: Facts) -> Iterator[str]:
    """No armed timer is lost: the rows are what the records say."""
    armed = {
        (record.contract, record.id, timer.name, timer.due, timer.generation)
        for record in facts.records
        for timer in record.alarms.armed
    }
    rows = {(r.contract, r.subject, r.name, r.due, r.generation) for r in facts.timers}
    for lost in sorted(armed - rows):
        yield f"lost: {lost}"
    for stray in sorted(rows - armed):
        yield f"nobody's: {stray}"


@invariant
def no_timer_early_none_late(facts: Facts) -> Iterator[str]:
    """No timer rang before its time, and none is left behind."""
    yield from facts.minutes.early
    now = facts.now
    for row in facts.timers:
        if row.due <= now - timedelta(seconds=2):
            yield f"left behind: {row.subject} {row.name} due {row.due}, now {now}: {row.error}"


COPIES = {ShowCalls.topic, ShowAnswers.topic}


@invariant
def every_letter_came_to_an_end(facts: Facts) -> Iterator[str]:
    """Nothing waits in the outbox once all troubles are over, and little was given up."""
    for row in facts.outgoing_messages:
        if row.state in UNSENT:
            # copies of calls wait for all else, and for Slack's limit on changing messages
            patience = timedelta(minutes=15) if row.topic in COPIES else timedelta(minutes=5)
            if row.at < facts.now - patience:
                yield f"still {row.state}: {_message(row)}: {row.error}"
        elif row.state == OutboxState.FAILED and row.error not in REASONS_TO_GIVE_UP:
            yield f"given up: {_message(row)}: {row.error}"


@invariant
def every_message_sent_stands(facts: Facts) -> Iterator[str]:
    """A message that was sent has its message, in its own conversation, for the right people."""
    posted = facts.places
    for row in facts.outgoing_messages:
        if row.state != OutboxState.SENT or row.topic in NOT_MESSAGES or row.collapse:
            continue
        places = posted.get(row.metadata_id, [])
        if not any(
            message.ts == row.ts and channel.id == row.channel for channel, message in places
        ):
            yield f"no message stands for {_message(row)}"
        if row.destination.startswith("person/"):
            mine = _user(facts, row.contract, row.destination[7:])
            if mine and any(mine not in channel.members for channel, _ in places):
                yield f"somebody else's conversation has {_message(row)}"


@invariant
def no_message_more_than_repeats(facts: Facts) -> Iterator[str]:
    """A message stands once; where Slack did it long after, at most once for each attempt."""
    posted = facts.places
    for row in facts.outgoing_messages:
        count = len(posted.get(row.metadata_id, []))
        most = max(row.attempts, 1) if facts.late else 1
        if count > most:
            yield f"{count} messages for {_message(row)}, of {row.attempts} attempts"


@invariant
def every_ping_arrived(facts: Facts) -> Iterator[str]:
    """Each call that the journal tells of was told to its person, or was no longer true."""
    pings: Counter[tuple[Any, ...]] = Counter()
    for row in facts.outgoing_messages:
        if row.topic == Ping.topic:
            given = json.loads(row.facts)
            if row.state == OutboxState.FAILED and row.error not in REASONS_TO_GIVE_UP:
                continue
            pings[row.contract, row.subject, row.destination, given["number"], given["rung"]] += 1
    owed: Counter[tuple[Any, ...]] = Counter()
    for line in facts.lines:
        if line.action == "ladder.pinged":
            given = json.loads(line.facts)
            to = f"person/{given['person']}"
            owed[line.contract, line.subject, to, given["number"], given["rung"]] += 1
    for missing, count in sorted((owed - pings).items()):
        yield f"{count} call(s) never written: {missing}"
    for row in facts.outgoing_messages:
        if row.topic == Ping.topic and row.state == OutboxState.DROPPED and not _over(facts, row):
            yield f"dropped, and nothing says why: {_message(row)} {row.error}"


def _over(facts: Facts, row: Any) -> bool:
    """Whether somebody answered a call, or the escalation went on or ended, after it was made."""
    meant = json.loads(row.facts)
    called, made = datetime.fromisoformat(meant["called"]), False
    for line in facts.lines:
        if (line.contract, line.subject) != (row.contract, row.subject) or line.at < called:
            continue
        given = json.loads(line.facts) if line.action == "ladder.pinged" else {}
        if given and not made:
            made = f"person/{given['person']}" == row.destination and line.at == called
            continue
        goes_on = line.at > called or not given or given["side"] == meant["side"]
        if made and goes_on and line.action.startswith(("ladder.", "incident.")):
            return True
    return False


@invariant
def every_call_is_on_record(facts: Facts) -> Iterator[str]:
    """Of each urgent message the journal says that it was delivered, or why not (INC-10)."""
    said = Counter(
        (line.contract, line.subject, (given := json.loads(line.facts)).get("topic"), given["to"])
        for line in facts.lines
        if line.action in {"message.delivered", "message.undelivered"}
    )
    owed = Counter(
        (row.contract, row.subject, row.topic, row.destination)
        for row in facts.outgoing_messages
        if (row.urgent and row.state == OutboxState.SENT) or row.state == OutboxState.FAILED
    )
    for missing, count in sorted((owed - said).items()):
        yield f"{count} not on record: {missing}"


@invariant
def rooms_open_once(facts: Facts) -> Iterator[str]:
    """A crisis has one room, which bears its number, or is of its contract's pool.

    It borrows its contract's shared room for want of one.
    """
    shared = {contract.id: contract.rooms.shared for contract in facts.contracts}
    pool = {room for contract in facts.contracts for room in contract.rooms.crisis_pool}
    made = [c for c in facts.slack.channels.values() if c.name not in pool]
    rooms = [c for c in made if "-crise-" in c.name]
    crises = [r for r in facts.records if r.id.startswith("CRI")]
    opened = [c for c in crises if c.room]
    if len(rooms) > sum(c.state.value not in {"asked", "refused"} for c in crises):
        yield f"{len(rooms)} rooms for {len(opened)} crises"
    for crisis in opened:
        room = facts.slack.channels.get(crisis.room)
        if room is None:
            yield f"{crisis.id} has the room {crisis.room}, which is not there"
        elif crisis.room_refused and room.name != shared[crisis.contract]:
            yield f"{crisis.id} borrows the room {room.name}"
        elif room.name in pool:
            continue
        elif not crisis.room_refused and crisis.id.lower() not in room.name:
            yield f"{crisis.id} has the room {room.name}, which does not bear its number"


@invariant
def reports_are_issued_once(facts: Facts) -> Iterator[str]:
    """No report goes out twice, to anybody."""
    issued = Counter(
        (line.contract, line.subject) for line in facts.lines if line.action == "report.issued"
    )
    for report, count in issued.items():
        if count > 1:
            yield f"{report} issued {count} times"
    sent = Counter(
        (row.contract, row.subject, row.destination, row.topic)
        for row in facts.outgoing_messages
        if row.topic in {ReportIssued.topic, ReportFile.topic}
    )
    for where, count in sent.items():
        if count > 1:
            yield f"{where} told {count} times"


@invariant
def conversations_keep_their_order(facts: Facts) -> Iterator[str]:
    """Messages of one rank to one destination stand in the order of their messages.

    Cards have no order: each is posted when its turn comes, and says what is so then.
    """
    if facts.late:
        return
    number = {row.metadata_id: row for row in facts.outgoing_messages}
    last: dict[tuple[str, str, int], tuple[float, Any]] = {}
    for channel, message, outgoing in sorted(facts.messages, key=lambda m: float(m[1].ts)):
        row = number.get(outgoing)
        if row is None:
            yield f"a message of no letter stands in {channel.name}: {outgoing}"
            continue
        if row.collapse:
            continue
        key = (row.contract, row.destination, row.rank)
        if key in last and last[key][1].id > row.id:
            yield f"{_message(row)} stands behind {_message(last[key][1])}"
        last[key] = (float(message.ts), row)


@invariant
def the_journal_is_whole(facts: Facts) -> Iterator[str]:
    """The chain of hashes holds, and each change of a record has its line."""
    for verdict in facts.verdicts:
        if not verdict.whole:
            yield f"the journal of {verdict.contract} is broken at {verdict.broken_at}"
    yield from facts.minutes.unsaid
    said = {(line.contract, line.subject) for line in facts.lines}
    for record in facts.records:
        if (record.contract, record.id) not in said:
            yield f"nothing is written of {record.contract} {record.id}"


@invariant
def nothing_crosses_contracts(facts: Facts) -> Iterator[str]:
    """Nobody reads of a contract that does not name them."""
    yield from facts.minutes.crossed
    concerns = _contracts_of_marks(facts)
    readers: dict[str, set[str]] = defaultdict(set)
    for contract in facts.contracts:
        for person in contract.people:
            readers[_user(facts, contract.id, person.id)].add(contract.id)
    contract_of = {row.metadata_id: row.contract for row in facts.outgoing_messages}
    for channel, message in _said_by_the_bot(facts):
        outgoing = (message.metadata or {}).get("event_payload", {}).get("letter")
        text = json.dumps([message.text, message.blocks], ensure_ascii=False)
        about = [{contract_of[outgoing]}] if outgoing in contract_of else []
        about += [concerns[mark] for mark in MARK.findall(text) if mark in concerns]
        for user in [message.only_for] if message.only_for else channel.members:
            if user in readers and any(not contracts & readers[user] for contracts in about):
                yield f"{user} of {readers[user]} reads in {channel.name}: {text[:200]}"


def _contracts_of_marks(facts: Facts) -> dict[str, set[str]]:
    """In which contracts what people wrote was recorded."""
    found: dict[str, set[str]] = defaultdict(set)
    texts = [(line.contract, line.facts) for line in facts.lines]
    texts += [(record.contract, str(record)) for record in facts.records]
    for contract, text in texts:
        for mark in MARK.findall(text):
            found[mark].add(contract)
    return found


def _said_by_the_bot(facts: Facts) -> Iterator[tuple[Any, Any]]:
    bot = facts.slack.bot
    for channel in facts.slack.channels.values():
        for message in channel.timeline:
            if message.user == bot:
                yield channel, message


def _user(facts: Facts, contract_id: str, person_id: str) -> str:
    contract = next(c for c in facts.contracts if c.id == contract_id)
    if not contract.knows(person_id):
        return ""
    return facts.slack.accounts.get(contract.person(person_id).email.casefold(), "")


def _message(row: Any) -> str:
    return f"#{row.id} {row.topic} of {row.contract}/{row.subject} to {row.destination}"
