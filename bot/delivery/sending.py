"""Messages on their way: to their conversation, or by another contact method."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.delivery.audience import Audiences
from bot.delivery.contact_methods import Notification, words_for
from bot.delivery.copies import NOT_YET_SECONDS, StandingCopies
from bot.delivery.crisis_rooms import Rooms
from bot.delivery.outcomes import Outcomes, Perform
from bot.delivery.room_pool import Crises
from bot.delivery.writing import Act, Copies, Message, Writing
from bot.directory.directory import Directory
from bot.observe.metrics import Metrics
from bot.slack.calls import NotSent, Uncertain, Undeliverable
from bot.slack.posts import MessageReference, Posts
from bot.slack.refusals import OUR_ACCESS
from escalation.base.refusals import NotFound
from escalation.contract import Contract
from escalation.decision.commands.report import ReportHeldBack
from escalation.decision.transaction import Transaction
from escalation.messages.crisis import Brief
from escalation.messages.destinations import To
from escalation.messages.effects import Card
from escalation.messages.ladder import Ping
from escalation.messages.report import ReportFile
from escalation.messages.room_actions import OpenRoom, ShowAnswers
from escalation.records.crisis import Crisis
from escalation.records.kinds import CRISIS, REPORT
from escalation.report.readers import readers
from handlers.registry.views import ANSWERS, asked_again
from handlers.words.rendered import Reader, Rendered
from store.database import Store
from store.transaction.outbox_message import OutboxMessage

log = structlog.get_logger()

QUESTIONS = tuple(each.topic for each in ANSWERS)
LONGEST_NOT_YET_SECONDS = 15.0


class Delivery:
    """Takes messages where they are to go."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        directory: Directory,
        perform: Perform,
        writing: Writing,
        outcomes: Outcomes,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._posts = Posts(directory.client)
        self._audiences = Audiences(directory)
        self._perform = perform
        crises = Crises(find=self._crisis, met_in=self._crisis_in, reserve=self._reserve)
        self._rooms = Rooms(directory, perform, crises)
        self._writing = writing
        self._outcomes = outcomes
        self._metrics = metrics
        self._copies = StandingCopies(store=store, posts=self._posts, words=writing)

    async def _asked_before(self, outgoing: OutboxMessage, channel: str, reader: Reader) -> None:
        """Say so in the copy of a question that is asked again, which asks no more.

        A call goes first. What differs in what it asks is another question, and stays.
        """
        if outgoing.topic not in QUESTIONS or outgoing.effect.meaning.wakes or outgoing.uncertain:
            return
        asked = outgoing.effect.meaning.puts
        before = (await self._store.outbox.posts(outgoing, (asked,))).get(asked)
        if before is not None and before.channel == channel:
            place, effect = MessageReference(channel, before.ts, before.shown), outgoing.effect
            words = await self._store.read(
                lambda tx: asked_again(effect, tx, reader, self._clock.now())
            )
            await self._copies.update(place, words)

    async def deliver(self, message: Message | Act | Copies) -> None:
        """Take a message where it goes; raises NotSent, Uncertain or Undeliverable."""
        if isinstance(message, Copies):
            await self._show_copies(message.outgoing)
            return
        if isinstance(message, Act):
            outgoing = message.outgoing
            channel = await self._conversation(message.contract, outgoing)
            place = await self._rooms.carry_out(outgoing.effect, message.contract, channel)
            await self._left(outgoing, place)
            return
        outgoing, reader = message.outgoing, message.reader
        method = self._writing.method_of(outgoing)
        if method is not None and reader.person is not None:
            calls = any(each.outgoing.topic == Ping.topic for each in message.parts)
            words = words_for(message.rendered, reader, calls=calls)
            now = self._clock.now()
            notification = Notification(id=message.mark, person=reader.person, words=words, at=now)
            await method.send(notification)
            await self._outcomes.left(outgoing, MessageReference(""))
            self._metrics.sends.labels("sent otherwise").inc(len(outgoing.with_companions))
            return
        channel = await self._conversation(reader.contract, outgoing)
        effect = outgoing.effect
        if isinstance(effect.meaning, ReportFile) and await self._held_back(
            reader.contract, outgoing, effect.meaning, channel
        ):
            await self._writing.drop(outgoing, "somebody in the room may not read it")
        elif outgoing.companions:
            await self._together(message, channel)
        else:
            place = await self._message(outgoing, channel, message)
            unpins = isinstance(effect.meaning, Brief) and effect.meaning.unpin
            if not place.stood or unpins:  # else what goes with it is there
                await self._complete(outgoing, place, message.rendered)
            await self._left(outgoing, place)

    async def _show_copies(self, outgoing: OutboxMessage) -> None:
        answers = isinstance(outgoing.effect.meaning, ShowAnswers)
        topics = QUESTIONS if answers else (Ping.topic,)
        if await self._copies.show(outgoing, topics, answers=answers):
            await self._left(outgoing, MessageReference(""))
        else:
            await self._writing.drop(outgoing, "no copy stands")

    async def _left(self, outgoing: OutboxMessage, place: MessageReference) -> None:
        await self._outcomes.left(outgoing, place)
        self._metrics.sends.labels("sent").inc()

    async def _held_back(
        self, contract: Contract, outgoing: OutboxMessage, report: ReportFile, channel: str
    ) -> bool:
        """Tell whether a report is not for everybody in a room: it then goes to who may, in person.

        Asked at each attempt, right before the message: where Slack does not say who is there, it
        waits. Who joins afterwards reads what was said before, as in every channel.
        """
        effect = outgoing.effect
        may = await self._store.read(lambda tx: _readers(tx, contract, effect.subject))
        audience = await self._audiences.of(contract, channel, may)
        if not audience.others:
            return False
        await self._perform(
            ReportHeldBack(
                contract=effect.contract,
                report=effect.subject,
                version=report.version,
                room=effect.to,
                people=audience.readers,
                key=f"held-back/{outgoing.id}",
            )
        )
        return True

    async def _together(self, message: Message, channel: str) -> None:
        """Several messages to one person in one. What surely did not leave is given back."""
        outgoing = message.outgoing
        if outgoing.uncertain and (found := await self._posts.find(channel, outgoing)):
            lost = [each for each in outgoing.with_companions if each.id not in found]
            await self._store.outbox.put_back(*lost, not_before=None, uncertain=False)
            for each in outgoing.with_companions:
                if each.id in found:
                    one = replace(each, companions=())
                    await self._outcomes.left(one, found[each.id])
            return
        try:
            place = await self._posts.post(channel, outgoing, message.rendered)
        except Undeliverable as refusal:
            if refusal.code in OUR_ACCESS:
                raise
            # it may be that all of them are too much, or one of them wrong: each goes alone
            log.error("refused together", action="gathered_refused", why=refusal.code)
            self._writing.alone(outgoing)
            await self._store.outbox.put_back(
                *outgoing.with_companions, not_before=None, uncertain=False
            )
            return
        # several share it: of none of them is it known what it says
        await self._outcomes.left(outgoing, replace(place, shown=""))
        self._metrics.sends.labels("sent").inc(len(outgoing.with_companions))

    async def _message(
        self, outgoing: OutboxMessage, channel: str, message: Message
    ) -> MessageReference:
        effect, rendered = outgoing.effect, message.rendered
        thread = await self._thread(outgoing, channel)
        if outgoing.uncertain:
            found = await self._posts.find(channel, outgoing, thread)
            if outgoing.id in found:
                return found[outgoing.id]
        await self._asked_before(outgoing, channel, message.reader)
        if effect.collapse:
            posted = await self._store.outbox.post_of(
                effect.contract, str(effect.to), effect.topic, effect.subject
            )
            if posted is not None and posted.channel == channel:
                shown = "" if outgoing.uncertain else posted.shown
                place = MessageReference(channel, posted.ts, shown)
                card = effect.meaning
                anew = isinstance(card, Card) and card.anew
                try:
                    if not anew:
                        return await self._posts.update(place, rendered)
                    await self._posts.update(place, rendered.without_buttons)
                except Undeliverable as refusal:
                    if refusal.code != "message_not_found":
                        raise
                    # somebody removed it, or its buttons have served: it is posted anew
        return await self._posts.post(channel, outgoing, rendered, thread)

    async def _thread(self, outgoing: OutboxMessage, channel: str) -> str:
        """Say what it is said beneath: the card of its record that stands there; "" for nothing."""
        effect = outgoing.effect
        if not (card := effect.meaning.beneath):
            return ""
        above = await self._store.outbox.post_of(
            effect.contract, str(effect.to), card, effect.subject
        )
        return above.ts if above is not None and above.channel == channel else ""

    async def _complete(
        self, outgoing: OutboxMessage, place: MessageReference, rendered: Rendered
    ) -> None:
        """Do what goes with a message that stands: from here on it must not be posted again."""
        try:
            if rendered.file:
                await self._posts.attach(place, rendered.file, look=outgoing.uncertain)
            match outgoing.effect.meaning:
                case Brief(unpin=unpin):
                    await self._posts.pin(place, pinned=not unpin)
        except NotSent as pause:  # also where the next call has to wait
            raise Uncertain(f"the message stands alone: {pause}", pause.seconds) from pause
        except Undeliverable as refusal:  # people can read the message: it has arrived
            log.error(
                "a message stands without what goes with it",
                action="message_incomplete",
                topic=outgoing.topic,
                channel=place.channel,
                why=refusal.code,
            )
        except Uncertain:
            raise
        except Exception as bug:
            raise Uncertain(f"the message stands alone: {bug!r}") from bug

    async def _conversation(self, contract: Contract, outgoing: OutboxMessage) -> str:
        """The channel id of a message's destination."""
        to = outgoing.to
        if to.method:
            raise LookupError(f"{to.method} is not set up here any more")
        if to.kind is To.PERSON:
            person = contract.person(to.person)
            return await self._directory.reach(contract.id, person, urgent=outgoing.urgent)
        if to.kind is To.ROOM:
            return await self._directory.room(contract.channel_of(to.name))
        if outgoing.topic == OpenRoom.topic:
            return ""
        crisis = await self._store.read(lambda tx: tx.get(CRISIS, outgoing.contract, to.name))
        if crisis.room is None:
            pause = min(NOT_YET_SECONDS * outgoing.attempts, LONGEST_NOT_YET_SECONDS)
            raise NotSent("the crisis room is not open yet", pause)
        return crisis.room

    async def _reserve(self, key: str, holder: str) -> str:
        return await self._store.reserve(key, holder, self._clock.now())

    async def _crisis(self, contract: str, crisis: str) -> Crisis | None:
        try:
            return await self._store.read(lambda tx: tx.get(CRISIS, contract, crisis))
        except NotFound:
            return None

    async def _crisis_in(self, channel: str) -> Crisis | None:
        return await self._store.read(lambda tx: tx.crisis_in_room(channel))


def _readers(tx: Transaction, contract: Contract, report: str) -> tuple[str, ...]:
    everybody = (person.id for person in contract.people)
    return readers(contract, tx.get(REPORT, contract.id, report), everybody)
