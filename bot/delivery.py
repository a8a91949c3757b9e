"""One letter on its way: rendered as things stand, to its conversation, or by another way."""

from __future__ import annotations

import structlog

from bot.clock import Clock
from bot.directory import Directory
from bot.metrics import Metrics
from bot.outcomes import Outcomes, Perform
from bot.rooms import Rooms
from bot.slack_calls import NotSent, Uncertain, Undeliverable
from bot.slack_posts import Place, Posts
from bot.ways import Parcel, Way, words_for
from escalation.contract import Contract
from escalation.crisis import Crisis
from escalation.effects import Topic
from escalation.ports import Transaction
from escalation.refusals import NotFound
from handlers.notices import render
from handlers.rendered import Reader, Rendered
from store.database import Store
from store.outbox import Letter, LetterState

log = structlog.get_logger()

NOT_YET_SECONDS = 2.0
LONGEST_NOT_YET_SECONDS = 15.0

ROOM_TOPICS = frozenset(
    {Topic.OPEN_ROOM, Topic.INVITE, Topic.UNINVITE, Topic.ROOM_TOPIC, Topic.ARCHIVE_ROOM}
)


class Delivery:
    """Takes letters where they are to go; a letter that is no longer true is dropped."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        directory: Directory,
        perform: Perform,
        ways: tuple[Way, ...],
        outcomes: Outcomes,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._posts = Posts(directory.client)
        self._rooms = Rooms(directory, perform, self._crisis, self._reserve)
        self._ways = ways
        self._outcomes = outcomes
        self._metrics = metrics

    async def deliver(self, letter: Letter) -> None:
        """Take one letter where it goes; raises NotSent, Uncertain or Undeliverable."""
        way = next((way for way in self._ways if letter.to.startswith(f"{way.name}/")), None)
        if way is not None:
            await self._deliver_by(way, letter)
            return
        effect = letter.effect
        rendered, reader = await self._store.read(lambda tx: _render(tx, letter, self._clock))
        if rendered is None:
            self._metrics.sends.labels("dropped").inc()
            await self._store.mark_dropped(letter, "no longer true", self._clock.now())
            return
        contract = reader.contract
        channel = await self._conversation(contract, letter)
        if effect.topic in ROOM_TOPICS:
            place = await self._rooms.carry_out(effect, contract, channel, rendered)
        else:
            place = await self._message(letter, channel, rendered)
            if not place.stood or effect.facts.get("unpin"):  # else what goes with it is there
                await self._complete(letter, place, rendered)
        await self._outcomes.left(letter, place, journalled=effect.urgent)
        self._metrics.sends.labels("sent").inc()

    async def _deliver_by(self, way: Way, letter: Letter) -> None:
        """Send the copy of a letter that Slack did not take in time; once it did, drop it."""
        original = await self._store.original_state(letter)
        if original in {LetterState.SENT, LetterState.DROPPED, None}:
            await self._store.mark_dropped(letter, "Slack took it", self._clock.now())
            return
        rendered, reader = await self._store.read(lambda tx: _render(tx, letter, self._clock))
        if rendered is None or reader.person is None:
            await self._store.mark_dropped(letter, "no longer true", self._clock.now())
            return
        words = words_for(rendered, letter.effect.topic, reader)
        parcel = Parcel(id=letter.id, person=reader.person, words=words, at=self._clock.now())
        await way.send(parcel)
        await self._outcomes.left(letter, Place(""), journalled=True)
        self._metrics.sends.labels("sent otherwise").inc()

    async def _message(self, letter: Letter, channel: str, rendered: Rendered) -> Place:
        effect = letter.effect
        if letter.uncertain and (found := await self._posts.find(channel, letter)) is not None:
            return found
        if effect.collapse:
            posted = await self._store.post_of(
                effect.contract, effect.to, effect.topic, effect.subject
            )
            if posted is not None and posted.channel == channel:
                shown = "" if letter.uncertain else posted.shown
                place = Place(channel, posted.ts, shown)
                try:
                    return await self._posts.update(place, rendered)
                except Undeliverable as refusal:
                    if refusal.code != "message_not_found":
                        raise
                    # somebody removed it: it is posted anew
        return await self._posts.post(channel, letter, rendered)

    async def _complete(self, letter: Letter, place: Place, rendered: Rendered) -> None:
        """What goes with a message that stands: from here on it must not be posted again."""
        topic = letter.effect.topic
        try:
            if rendered.file:
                await self._posts.attach(place, rendered.file, look=letter.uncertain)
            if topic is Topic.PIN_BRIEF:
                await self._posts.pin(place, pinned=not letter.facts.get("unpin"))
        except NotSent as pause:  # also where the next call has to wait
            raise Uncertain(f"the message stands alone: {pause}", pause.seconds) from pause
        except Undeliverable as refusal:  # people can read the message: it has arrived
            log.error(
                "a message stands without what goes with it",
                action="message_incomplete",
                topic=topic,
                channel=place.channel,
                why=refusal.code,
            )
        except Uncertain:
            raise
        except Exception as bug:
            raise Uncertain(f"the message stands alone: {bug!r}") from bug

    async def _conversation(self, contract: Contract, letter: Letter) -> str:
        """The channel id of a letter's destination."""
        kind, _, name = letter.effect.to.partition("/")
        if kind == "person":
            person = contract.person(name)
            return await self._directory.reach(contract.id, person, urgent=letter.urgent)
        if kind == "room":
            room = contract.rooms.shared if name == "shared" else contract.rooms.provider
            channel = await self._directory.channels.channel_id(room)
            if channel is None:
                raise Undeliverable("channel_not_found")
            return channel
        if letter.effect.topic is Topic.OPEN_ROOM:
            return ""
        crisis = await self._store.read(lambda tx: tx.crisis(letter.effect.contract, name))
        if crisis.room is None:
            pause = min(NOT_YET_SECONDS * letter.attempts, LONGEST_NOT_YET_SECONDS)
            raise NotSent("the crisis room is not open yet", pause)
        return crisis.room

    async def _reserve(self, key: str, holder: str) -> str:
        return await self._store.reserve(key, holder, self._clock.now())

    async def _crisis(self, contract: str, crisis: str) -> Crisis | None:
        try:
            return await self._store.read(lambda tx: tx.crisis(contract, crisis))
        except NotFound:
            return None


def _render(tx: Transaction, letter: Letter, clock: Clock) -> tuple[Rendered | None, Reader]:
    effect = letter.effect
    contract = tx.contract(effect.contract)
    kind, _, name = effect.to.partition("/")
    personal = kind not in {"room", "crisis"}
    if personal and not contract.knows(name):
        raise Undeliverable("not_in_the_contract_now")
    reader = Reader.of(contract, name if personal else None)
    return render(effect, tx, reader, clock.now()), reader
